#!/bin/sh
# row-report: rows as tables, what is made of hostile ones, and its verdict.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

cat >checks <<'END'
{"section":"Rows","table":"clients","left":48,"right":48,"status":"ok"}
{"section":"Rows","table":"charts","left":88,"right":87,"status":"FAIL","note":"one is missing"}
{"section":"Loss","column":"fee","status":"warn","example":{"a":[1.10,2]}}
{"section":"Rows","table":"tags","left":6,"right":null,"status":null}
{"column":"none"}
END
reports() { run row-report -q "$@"; }

# Text.
reports --title Check --meta From=here --meta 'To=a=b' --group-by section \
    --status status checks
status_is 'a row that failed: status 1' 1
err_is 'of which -q says nothing more' ''
out_is 'sections, columns and rows in the order in which they come' \
    'Check: 1 ok, 1 warn, 1 fail
  From  here
  To    a=b

Rows: 1 ok, 1 fail
  table    left  right  status  note
  -------  ----  -----  ------  --------------
  clients    48     48  ok
  charts     88     87  FAIL    one is missing
  tags        6

Loss: 1 warn
  column  status  example
  ------  ------  --------------
  fee     WARN    {"a":[1.10,2]}

Others: 1 row
  column
  ------
  none'
run row-report --status status checks
err_is 'without it the rows that failed are counted' \
    'row-report: 1 of 5 rows failed
row-report: 5 in, 0 rejected'
grep -v FAIL checks >passed
reports --group-by section --status status passed
status_is 'a warning is no failure' 0
err_is 'and nothing is said of it' ''
reports checks
status_is 'without --status no row fails' 0
is 'without --group-by there is one table' "$(sed -n 3p "$out")" \
    '  section  table    left  right  status  note            column  example'
printf '%s\n' '{"a":1,"b":2}' '{"b":3,"c":"x","a":4}' '{"c":null}' >in
reports in
out_is 'columns are in the order in which they first come' 'Report: 3 rows

  a  b  c
  -  -  -
  1  2
  4  3  x'

# A status that is none.
for s in '"passed"' '""' true 1 '"ok "' '["ok"]'; do
	printf '{"n":1,"s":"ok"}\n{"n":2,"s":%s}\n' "$s" >in
	reports --status s in
	status_is "the status $s is bad input" 3
	out_is "the status $s: nothing is written" ''
done
printf '{"s":"ok"}\n{"s":"failed"}\n' >in
reports --status s in
err_is 'and the place is said' \
    'row-report: in:2: field "s" is none of ok, warn and fail: "failed"'
reports --status s --rejects bad in
status_is 'a bad row can be kept aside: status 1' 1
is 'with its reason' "$(jq -c '[.row, .why[0].rule]' bad)" \
    '[{"s":"failed"},"status"]'
is 'and the report is of the others' "$(sed 1q "$out")" 'Report: 1 ok'
printf '{"s":"ok"}\n' >in
reports --status stauts in
status_is 'when no row has a status, that is a finding' 1
err_is 'and is said' \
    'row-report: no row has a status in field "stauts": nothing was checked'
run row-report -q --status s
status_is 'so it is when there are no rows' 1

# No rows.
for f in text json html; do
	run row-report -q --format $f
	status_is "no rows: $f is written" 0
done
run row-report -q
out_is 'no rows: text' 'Report: 0 rows'
run row-report -q --format json
is 'no rows: json' "$(jq -c . "$out")" \
    '{"title":"Report","meta":{},"rows":0,"sections":[]}'
printf '{}\n{}\n' >in
for f in text json html; do
	reports --format $f in
	status_is "rows without fields: $f is written" 0
done

# JSON.
reports --format json --title 'a "b"' --meta 'k"=v' --group-by section \
    --status status checks
status_is 'json: a row that failed: status 1' 1
is 'json: what is there' "$(jq -c 'del(.sections)' "$out")" \
    '{"title":"a \"b\"","meta":{"k\"":"v"},"status":"fail","counts":{"ok":1,"warn":1,"fail":1},"rows":5}'
is 'json: sections' "$(jq -c '.sections[] | del(.rows)' "$out")" \
    '{"name":"Rows","status":"fail","counts":{"ok":1,"warn":0,"fail":1},"columns":["table","left","right","status","note"]}
{"name":"Loss","status":"warn","counts":{"ok":0,"warn":1,"fail":0},"columns":["column","status","example"]}
{"name":null,"status":null,"counts":{"ok":0,"warn":0,"fail":0},"columns":["column"]}'
is 'json: rows stand there as they came' \
    "$(grep '^{' "$out" | grep -v '"sections"\|"columns"' |
	sed 's/,$//' | sort)" "$(sort checks)"

# HTML, read by another program.
cat >page.py <<'END'
import html.parser, sys
class Page(html.parser.HTMLParser):
    void = {'meta', 'br', 'hr'}
    def __init__(self):
        super().__init__()
        self.open, self.cell, self.bad = [], None, []
    def handle_starttag(self, tag, attrs):
        if tag in ('script', 'img', 'iframe', 'link', 'object'):
            self.bad.append(tag)
        for name, value in attrs:
            if name.startswith('on') or name == 'src' or \
                    name == 'href' and not value.startswith('#'):
                self.bad.append(name)
        if tag not in self.void:
            self.open.append(tag)
        if tag in ('td', 'th', 'h1', 'h2', 'dt', 'dd', 'title'):
            self.cell = ''
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append('/' + tag)
        if self.cell is not None and tag != 'span':
            print(tag + ': ' + self.cell)
            self.cell = None
    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data
page = Page()
text = open(sys.argv[1], encoding='utf-8').read()
page.feed(text)
page.close()
for c in text:
    if ord(c) < 32 and c != '\n' or 127 <= ord(c) < 160 or c in '\u202e\ufffe':
        page.bad.append(hex(ord(c)))
if 'http' in text.replace('http-equiv', '') or '@import' in text or \
        'url(' in text:
    page.bad.append('reference')
print('bad:', page.bad + page.open)
END
page() { python3 page.py "$out"; }
reports --format html --title '</title><b>' --meta '<i>=" onload="x' \
    --group-by section --status status checks
status_is 'html: a row that failed: status 1' 1
page >got
is 'html: elements are closed, nothing is run or fetched' \
    "$(sed -n '$p' got)" 'bad: []'
is 'html: title and meta are data' "$(sed 4q got)" 'title: </title><b>
h1: </title><b>
dt: <i>
dd: " onload="x'
is 'html: headings' "$(grep '^h2' got)" 'h2: Rows
h2: Loss
h2: Others'
is 'html: cells' "$(sed -n '/^th: charts/,/one is missing/p' got | xargs)" \
    'th: charts td: 88 td: 87 td: fail td: one is missing'
is 'html: numbers stand on the right' \
    "$(grep -o '<t[hd][^>]* class="n">[^<]*' "$out" | sed 's/.*>//' | xargs)" \
    'left right 48 48 88 87 6'
check 'html: the verdict' grep -qF \
    '<strong>Failed</strong>: 1 ok, 1 warn, 1 fail' "$out"
cp "$out" first
reports --format html --title '</title><b>' --meta '<i>=" onload="x' \
    --group-by section --status status checks
check 'html: the same rows make the same bytes' cmp "$out" first

# Hostile data, everywhere where there is data.
jq -cn '"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "&lt;",
    "\u0027 onmouseover=\u0027x", "a\u0000b", "\u001b[31m\r\n\t", "\u202eabc",
    "\ufffe\u0085\u009b", "]]>", "<!--", "</table></style>", "javascript:x",
    "" | {s: ., (.): ., "st": "ok"}' >hostile
for f in text json html; do
	reports --format $f --group-by s --status st hostile
	status_is "hostile data: $f is written" 0
done
page >got
is 'hostile data makes no markup' "$(sed -n '$p' got)" 'bad: []'
is 'and stands there as it is' "$(grep -c '^td: ok$' got)" 13
for s in '<script>alert(1)</script>' '"><img src=x onerror=alert(1)>' '&lt;' \
    'a\x00b' '\x1b[31m\r\n\t' '\u{202e}abc' '\u{fffe}\u{85}\u{9b}'; do
	is "shown: $s" "$(grep -cxF -e "th: $s" -e "h2: $s" got)" 3
done
reports --group-by s --status st hostile
is 'text has no control characters' \
    "$(tr -d '\n' <"$out" | tr -dc '\000-\037\177' | wc -c | tr -d ' ')" 0
reports --format json --group-by s --status st hostile
is 'json keeps every byte' "$(jq -c '.sections[].rows[]' "$out")" \
    "$(jq -c . hostile)"
reports --format html --title "$(printf 'a\377\033b')" --meta \
    "$(printf '\377=\001')" checks
page >got
is 'what is not UTF-8 in an argument is shown so' \
    "$(sed 4q got | xargs -d '\n')" 'title: a\xff\x1bb h1: a\xff\x1bb dt: \xff dd: \x01'

# Size.
jq -cn '{a: ("x" * 5000), n: 1}' >in
reports in
is 'text: a long cell is cut' "$(sed -n '5p' "$out" | wc -c | tr -d ' ')" 66
reports --max-cell 0 in
is 'text: unless that is not wanted' \
    "$(sed -n '5p' "$out" | wc -c | tr -d ' ')" 5006
reports --format html in
is 'html: a long cell is cut later' "$(grep -o 'xx*\.\.\.' "$out" |
    wc -c | tr -d ' ')" 2001
reports --max-cell 7 --format html in
check 'html: or sooner' grep -qF '>xxxx...<' "$out"
reports --format json in
is 'json: nothing is cut' "$(jq '.sections[].rows[].a | length' "$out")" 5000
jq -cn '[range(1000) | {key: "c\(.)", value: .}] | from_entries' >in
reports --format html in
status_is 'a thousand columns' 0
jq -c '.more = 1' in >wide
reports wide
status_is 'one more is bad input' 3
err_is 'and is said so' \
    'row-report: wide:1: the table would have more than 1000 columns'
cat wide in >both
reports --rejects bad --format json both
is 'what was refused leaves no columns' \
    "$(jq -c '[.rows, (.sections[].columns | length)]' "$out")" '[1,1000]'
seq 1 1001 | sed 's/.*/{"g":&}/' >in
reports --group-by g in
status_is 'a thousand sections and one are bad input' 3
err_has 'and the message asks' 'hint: is --group-by the field that is meant?'
seq 1 100000 | sed 's/.*/{"id":&,"name":"row &"}/' >in
reports --format html in
is 'a hundred thousand rows' "$(grep -c '^<tr><th' "$out")" 100000

# Wrong usage.
usage() { # TITLE MESSAGE OPTION ...
	usage_title=$1
	usage_want="row-report: $2"
	shift 2
	run row-report "$@"
	status_is "$usage_title is wrong usage" 2
	is "$usage_title: says so" "$(sed 1q "$err")" "$usage_want"
	out_is "$usage_title: nothing is written" ''
}
usage 'meta without a value' 'option --meta: not KEY=VALUE: "x"' --meta x
usage 'meta without a key' 'option --meta: not KEY=VALUE: "=x"' --meta =x
usage 'meta twice' 'option --meta: key given twice: "a"' --meta a=1 --meta a=2
usage 'one field for both' '--group-by and --status name one field' \
    --group-by a --status a

# Input that ends early, output that cannot be written.
printf '{"a":1}\n{"a"\n' >in
reports --format html in
status_is 'bad JSON on line 2: status 3' 3
out_is 'bad JSON: nothing is written' ''
enum-upcase -q -f a --frame checks | sed '$d' >short
reports short
status_is 'a stream that is cut: status 5' 5
out_is 'a stream that is cut: nothing is written' ''
printf '{"a":1}' >in
reports in
status_is 'a last line without newline is a row' 0
reports nowhere in
status_is 'a file that is missing: status 4' 4
run sh -c 'row-report -q --status status checks >/dev/full'
status_is '/dev/full: status 4' 4
err_has '/dev/full is said' 'No space left on device'
run sh -c 'row-report -q checks >&-'
status_is 'a closed standard output: status 4' 4
finish
