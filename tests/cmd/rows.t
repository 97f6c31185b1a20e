#!/bin/sh
# What every program that reads rows does with good and bad input, shown by
# enum-upcase.
# shellcheck disable=SC2059 # texts are written with the escapes of printf
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

up() { enum-upcase -q -f s "$@"; }

# Wait until the file has something in it, for ten seconds at most.
wait_for() {
	tries=100
	while [ ! -s "$1" ] && [ $tries -gt 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
}

# The text $2 (as printf takes it) comes out as $3.
passes() { # TITLE TEXT WANT
	printf "$2" >in
	printf "$3" >want
	run_with in up
	status_is "$1" 0
	check "$1: as it should" cmp "$out" want
	err_is "$1: nothing is said" ''
}

# The text is refused: status 3, what came before it is written, one message.
refuses() { # TITLE TEXT MESSAGE [HINT]
	printf "$2" >in
	run_with in up
	status_is "$1: bad input" 3
	is "$1: only rows before it are written" \
	    "$(grep -vx '{"s":"GOOD"}' "$out")" ''
	err_is "$1: says so" "$(
	    printf '%s\n' "enum-upcase: stdin:$3"
	    [ $# -lt 4 ] || printf '%s\n' "hint: $4")"
}
cut_off='the last line does not end in a newline: the input may be cut off'

passes 'no input at all' '' ''
passes 'only empty lines' '\n\r\n\n' ''
passes 'rows without the field' '{}\n{"a":[]}\n' '{}\n{"a":[]}\n'
passes 'CRLF is read as LF' '{"s":"a"}\r\n{"s":"B"}\r\n' \
    '{"s":"A"}\n{"s":"B"}\n'
passes 'empty lines are skipped' '\n{"s":"a"}\n\n\r\n{"s":"B"}\n\n' \
    '{"s":"A"}\n{"s":"B"}\n'
passes 'a last line without newline' '{"s":"a"}\n{"s":"b"}' \
    '{"s":"A"}\n{"s":"B"}\n'
odd=' { "n" : 1.50e+07 ,"-":-0.0, "big":123456789012345678901234567890.10'
odd="$odd"',"":[ 01 ],"u":"\\u00e9\\/\303\251\\u0000","s":"%s" }'"\\t\\n"
odd=$(printf '%s' "$odd" | sed 's/ 01 / 1E0 /')
passes 'what is not touched is copied byte for byte' \
    "$(printf '%s' "$odd" | sed 's/%s/a/')" \
    "$(printf '%s' "$odd" | sed 's/%s/A/')"
passes 'keys may be given twice below the top' '{"a":{"b":1,"b":2}}\n' \
    '{"a":{"b":1,"b":2}}\n'

good='{"s":"good"}\n'
refuses 'a missing value' "$good"'{"s":}\n' \
    '2:6: expected a value, found "}" (byte 18)'
refuses 'no object' "$good"'[{"s":"a"}]\n' \
    '2:1: expected an object, found an array (byte 13)'
refuses 'a raw NUL' "$good"'{"s":"\000"}\n' \
    '2:7: control character (0x00) in a string; write \u0000 (byte 19)'
refuses 'a raw tab in a string' '{"s":"\t"}\n' \
    '1:7: control character (0x09) in a string; write \t (byte 6)'
refuses 'invalid UTF-8' '{"s":"\303\251\377"}\n' \
    '1:8: invalid UTF-8 (byte 8)'
refuses 'overlong UTF-8' '{"s":"\300\200"}\n' '1:7: invalid UTF-8 (byte 6)'
refuses 'a surrogate in UTF-8' '{"s":"\355\240\200"}\n' \
    '1:7: invalid UTF-8 (byte 6)'
refuses 'a lone surrogate' '{"s":"\\ud800x"}\n' \
    '1:7: lone surrogate escape \ud800 (byte 6)'
refuses 'a byte order mark' '\357\273\277{"s":"a"}\n' \
    '1:1: byte order mark before the row (byte 0)' \
    'the file begins with a byte order mark; take it away: tail -c +4'
refuses 'UTF-16' '\377\376{\000}\000\n\000' \
    '1:1: expected a value, found invalid UTF-8 (0xff) (byte 0)' \
    'the file looks like UTF-16; convert it: iconv -f UTF-16 -t UTF-8'
refuses 'a cut last line' "$good"'{"s":"a' \
    '2:8: the text ends inside a string (byte 20)' "$cut_off"
refuses 'a last line cut between values' "$good"'{"s":"a"' \
    '2:9: the text ends inside an object (byte 21)' \
    "$cut_off"
refuses 'two rows on a line' '{"s":"a"}{"s":"b"}\n' \
    '1:10: trailing text after the object (byte 9)'
refuses 'a key twice' '{"s":1,"\\u0073":2}\n' \
    '1:8: key "\\u0073" given twice (byte 7)'
refuses 'NaN' '{"a":NaN}\n' '1:6: NaN is no JSON number (byte 5)'
refuses 'a line of blanks' ' \t\n' \
    '1:3: expected an object, found nothing (byte 2)'
refuses 'empty lines count' "\\n\\r\\n$good"'{"s":\n' \
    '4:6: the text ends inside an object (byte 21)'

# Hostile sizes.
nest() { head -c "$1" /dev/zero | tr '\0' "$2"; }
{ printf '{"a":'; nest 1023 '['; nest 1023 ']'; echo '}'; } >deep
run_with deep up
status_is '1,024 levels are read' 0
check '1,024 levels are copied' cmp "$out" deep
{ printf '{"a":'; nest 100000 '['; nest 100000 ']'; echo '}'; } >deep
run_with deep up
status_is '100,000 levels are refused' 3
err_is '100,000 levels: says so' \
    'enum-upcase: stdin:1:1029: nesting deeper than 1024 levels (byte 1028)'

{ printf '{"s":"a","t":"'; nest 200000000 x; echo '"}'; echo '{"s":"b"}'; } >long
run up long
status_is 'a line of 200 MB is read' 0
check 'a line of 200 MB is written' sh -c \
    'sed "s/^{\"s\":\"a/{\"s\":\"A/;s/\"b\"/\"B\"/" long | cmp - "$1"' - "$out"
run up --max-line 1M long
status_is 'a line longer than --max-line is refused' 3
out_is 'a line longer than --max-line is not written' ''
err_is 'a line longer than --max-line: says so' \
    'enum-upcase: long:1: line longer than 1048576 bytes (--max-line)'
{ echo '{"s":"a"}'; cat long; } | up --max-line 1K >"$out" 2>"$err"
out_is 'rows before a line too long are written' '{"s":"A"}'
rm -f long deep
echo '{"s":"ab"}' >in
run_with in up --max-line 10
status_is 'a line of --max-line bytes is read' 0
run_with in up --max-line 9
status_is 'a line of one byte more is not' 3

# Descriptors.
echo '{"s":"a"}' >in
up in >/dev/full 2>"$err"
status=$?
status_is 'a full disk is an I/O error' 4
err_is 'a full disk: says so' \
    'enum-upcase: could not write standard output: No space left on device'
seq 100000 | sed 's/.*/{"n":&}/' >many
up many >/dev/full 2>"$err"
status=$?
status_is 'a disk that fills up is an I/O error' 4
err_is 'a disk that fills up: says so once' \
    'enum-upcase: could not write standard output: No space left on device'
up <&- >"$out" 2>"$err"
status=$?
status_is 'a closed standard input is an I/O error' 4
err_is 'a closed standard input: says so' \
    'enum-upcase: stdin: could not read: Bad file descriptor'
up in >&- 2>"$err"
status=$?
status_is 'a closed standard output is an I/O error' 4
err_is 'a closed standard output: says so' \
    'enum-upcase: could not write standard output: Bad file descriptor'
cp in kept
up --rejects rejects in <&- >&- 2>/dev/null
check 'no file takes the number of a closed descriptor' cmp in kept
up in 2>&- >"$out"
status=$?
status_is 'a closed standard error does not matter' 0
run_with "$tmp" up
status_is 'a directory is an I/O error' 4
err_is 'a directory: says so' \
    'enum-upcase: stdin: could not read: Is a directory'

run up in missing in
status_is 'a missing file among good ones is an I/O error' 4
out_is 'the files before a missing one are read' '{"s":"A"}'
err_is 'a missing file: says so' \
    'enum-upcase: missing: could not open: No such file or directory'
run_with in up - many -
is 'a dash is standard input, read where it stands' \
    "$(sed -n '1p;$p' "$out" | tr '\n' ' ')" '{"s":"A"} {"n":100000} '

# A pipeline: nothing is held back, and an end on either side is one.
(yes '{"s":"a"}'; echo $? >yes) | (up; echo $? >up) 2>"$err" | sed 1q >"$out"
out_is 'what a reader took before it went is right' '{"s":"A"}'
is 'a reader that goes ends the program by SIGPIPE' "$(cat up)" 141
err_is 'a reader that goes: nothing is said' ''
mkfifo fifo
rm -f "$out"
enum-upcase -q -f s <fifo >"$out" &
exec 3>fifo
echo '{"s":"a"}' >&3
printf '{"s":' >&3
wait_for "$out"
out_is 'a row is passed on while the next is waited for' '{"s":"A"}'
echo '"b"}' >&3
exec 3>&-
wait $!
status=$?
status_is 'the end of a pipe is an end' 0
is 'a row that came in two pieces is one' "$(sed -n 2p "$out")" '{"s":"B"}'

# --limit.
run up --limit 2 many
is '--limit stops after so many rows' "$(wc -l <"$out")" 2
printf '{"s":"a"}\n{"s":1}\n{]\n' >in
run_with in up --limit 1
status_is '--limit does not read on' 0
run_with in up --limit 0
status_is '--limit 0 is fine' 0
out_is '--limit 0 passes nothing' ''

# Rejects.
printf '{"s":"a"}\n{"s":1}\n\n{"s":}\r\n{"s":"\377"}\n{"s":"b"}\n' >in
run up --rejects bad in
status_is 'rows rejected are findings' 1
out_is 'the other rows pass' '{"s":"A"}
{"s":"B"}'
err_is 'rejects that are kept are not said' ''
is 'a rejected row is kept as it came' \
    "$(jq -c 'select(.row) | [.row, .why[0].rule, .why[0].path]' bad)" \
    '[{"s":1},"type","/s"]'
is 'a rejected line is kept as text' \
    "$(jq -c 'select(.text) | [.text, .why[0].rule]' bad)" \
    '["{\"s\":}","json"]
["{\"s\":\"�\"}","json"]'
is 'rejects know where they come from' \
    "$(jq -c '[.at.file, .at.line, .at.offset]' bad)" '["in",2,10]
["in",4,19]
["in",5,27]'
run enum-upcase -f s --on-error=reject in
status_is '--on-error=reject needs no file' 1
is 'it says the rows instead, and the summary' "$(grep -c . "$err")" 4
is 'the summary counts what came and went' "$(tail -n 1 "$err")" \
    'enum-upcase: 5 in, 2 out, 3 rejected'
run enum-upcase -f s --on-error=stop --rejects bad in
status_is '--on-error=stop comes before --rejects' 3
check 'a run that fails leaves the file of rejects' test -f bad
run up --max-rejects 2 --rejects bad in
status_is 'one reject more than --max-rejects ends the run' 3
out_is 'up to there the rows are written' '{"s":"A"}'
err_is '--max-rejects: says so' \
    'enum-upcase: more than 2 rows rejected (--max-rejects)'
is '--max-rejects: all are kept' "$(wc -l <bad)" 3
run up --max-rejects 3 --rejects bad in
status_is 'as many as --max-rejects are fine' 1
run up --rejects no/such/dir in
status_is 'a file of rejects that cannot be written is an I/O error' 4
out_is 'nothing is done then' ''
yes '{"s":1}' | sed 1000q >in
run enum-upcase -f s --on-error=reject in
is 'only the first rejects are said' "$(grep -c ': field' "$err")" 10
is 'and how to keep them all' "$(grep hint "$err")" \
    'hint: further rejects are only counted; --rejects FILE keeps them all'

# --stats and the summary.
printf '{"s":"a"}\n{"s":1}\n' >in
run enum-upcase -f s --rejects bad --stats stats in
is '--stats writes the counts and the status' \
    "$(jq -c '[.program, .status, .in, .out, .rejected, .bytes]' stats)" \
    '["enum-upcase",1,2,1,1,10]'
err_is 'a summary is one line' 'enum-upcase: 2 in, 1 out, 1 rejected'
run enum-upcase -f s --stats stats in
is '--stats is written after a failure' "$(jq .status stats)" 3
is 'and so is the summary' "$(tail -n 1 "$err")" \
    'enum-upcase: 2 in, 1 out, 0 rejected'
run up --stats no/such/dir many
status_is 'statistics that cannot be written are an I/O error' 4

# --progress, on no terminal.
run up --progress many
err_is '--progress alone is for terminals' ''
run up --progress=json many
is '--progress=json ends with the whole' \
    "$(tail -n 1 "$err" | jq -c '[.program, .rows, .percent, .eta]')" \
    '["enum-upcase",100000,100,0]'
run up --progress=never many
err_is '--progress=never is silent' ''
run up --progress=often many
status_is 'other words are wrong usage' 2
rm -f "$err"
enum-upcase -q -f s <fifo >/dev/null 2>"$err" &
exec 3>fifo
echo '{"s":"a"}' >&3
sleep 1
kill -USR1 $!
wait_for "$err"
exec 3>&-
wait $!
status=$?
status_is 'SIGUSR1 does not end the run' 0
is 'SIGUSR1 says how far it is, even when it waits' \
    "$(sed 's/[0-9]* rows.s/N rows\/s/' "$err")" \
    'enum-upcase: 1 rows, N rows/s'

# --progress on a terminal.
if command -v script >/dev/null; then
	{ echo '{}'; sleep 0.7; seq 8 | sed 's/.*/{}/'; sleep 0.1
		echo '{]'; } >fifo &
	script -qec 'enum-upcase -f s fifo >/dev/null' typescript \
	    >"$out" 2>&1 </dev/null
	is 'on a terminal the line is taken away before a message' \
	    "$(tr '\033\r' '~<' <"$out" | sed 's/[0-9]* rows/N rows/g')" \
	    '<~[Kenum-upcase: N rows, N rows/s<~[Kenum-upcase: fifo:10:2: expected a key in double quotes or "}", found "]" (byte 28)<
enum-upcase: 10 in, 9 out, 0 rejected<'
else
	skip 'progress on a terminal' 'no script(1)'
fi
finish
