#!/bin/sh
# row-sanitize: each repair alone, what is beyond repair, counts.
. "$(dirname "$0")/../lib.sh"

sane() { # OPTIONS ... < LINES
	row-sanitize -q "$@" >"$out" 2>"$err"
	status=$?
}

# Repairs of lines.
printf '\357\273\277{"a":1}\n' | sane --bom
out_is 'a byte order mark goes away' '{"a":1}'
printf '\001{"a\002":"x\0y\003\tz\177",\004"b":2}\r\n' | sane --controls
out_is 'control characters go away, tabs are escaped' '{"a":"xy\tz","b":2}'
printf '{"a":"x\\u0000\\u001f\\u0085y\\u007f\\n"}\n' | sane --controls
out_is 'so do escaped ones, but no white space' "$(printf \
    '{"a":"x\302\205y\\n"}')"
printf '%s\n' '{"a\u0000":{"\u0001b":[{"c\u0000":1}]},"d":2,"d\u0000":3}' |
    sane --controls --stats "$tmp/stats"
out_is 'also in keys, unless the row has one of that name' \
    '{"a":{"b":[{"c":1}]},"d":2,"d\u0000":3}'
printf '%s\n' '{"x\u0000":1,"x\u0001":2,"k\u00e9":"\u0001"}' |
    sane --controls --stats "$tmp/stats"
out_is 'or gets it' '{"x":1,"x\u0001":2,"k\u00e9":""}'
is 'repairs are counted by the field'"'"'s name' \
    "$(jq -c '.repairs[] | .field' "$tmp/stats")" "$(printf \
    '"x\\\\u0000"\n"k\303\251"')"
printf '{"a":"\377x\355\240\200y\300\200\342\202","b\370":"\342\202\254"}\n' |
    sane --utf8
is 'what is no UTF-8 is replaced' "$(jq -c . "$out")" "$(printf \
    '{"a":"\357\277\275x\357\277\275y\357\277\275\357\277\275",%s}' \
    "$(printf '"b\357\277\275":"\342\202\254"')")"
check 'the result is UTF-8' iconv -f UTF-8 -t UTF-8 "$out"
printf '%s\n' '{"a":"\ud800","b":"\udc00\ud800x","c":"\ud83d\ude00\ud83d"}' |
    sane --utf8
out_is 'half a surrogate pair is replaced, a pair stays' \
    '{"a":"\ufffd","b":"\ufffd\ufffdx","c":"\ud83d\ude00\ufffd"}'
printf '%s\n' '{"a":NaN,"b":[-Infinity,nan,1.50,"NaN"],"c":Infinity}' |
    sane --non-finite
out_is 'NaN and Infinity become null, not their names' \
    '{"a":null,"b":[null,null,1.50,"NaN"],"c":null}'
printf '%s\n' '{"a":1,"b":{"x":1,"x":2},"\u0061":3,"c":4}' | sane --duplicates
out_is 'of a key given twice the last stays; within values both do' \
    '{"b":{"x":1,"x":2},"\u0061":3,"c":4}'

# Repairs of strings.
printf '%s\n' '{"a":"  x \u3000","b":[" y\n",{"c":" "}],"d":"z","e":5}' | sane --trim
out_is 'strings are trimmed at every depth' \
    '{"a":"x","b":["y",{"c":""}],"d":"z","e":5}'
printf '%s\n' '{"a":"x  y\t\u00a0z","b":" q"}' | sane --squeeze
out_is 'white space is squeezed' '{"a":"x y z","b":" q"}'
printf '{"a":"e\314\201","b":"\342\204\253","c":"\357\254\203"}\n' |
    sane --nfc
out_is 'strings are normalized, ligatures are none of it' \
    "$(printf '{"a":"\303\251","b":"\303\205","c":"\357\254\203"}')"
printf '%s\n' '{"a":"","b":" ","c":{"d":""}}' | sane --empty-null
out_is 'empty strings become null' '{"a":null,"b":" ","c":{"d":null}}'
printf '%s\n' '{"a":"  ","b":{"c":" x  y "},"b2":" u ","d":[{"e":" "}]}' |
    sane --all -f a,b.c,d.e
out_is 'only the fields named are repaired' \
    '{"a":null,"b":{"c":"x y"},"b2":" u ","d":[{"e":null}]}'

# What is copied, what is refused.
printf '{"a": 1.10,  "b" :"q r"}\n\n{}\n' | sane --all
out_is 'what is well is copied byte for byte' '{"a": 1.10,  "b" :"q r"}
{}'
printf '{"a":"\377"}\n' >"$tmp/bad"
run_with "$tmp/bad" row-sanitize -q --trim --bom
status_is 'what is not asked for is not repaired' 3
err_is 'a hint names the repair' 'row-sanitize: stdin:1:7: invalid UTF-8
hint: it could be repaired with --utf8'
printf '{"a":1,"a":NaN}\n' >"$tmp/bad"
run_with "$tmp/bad" row-sanitize -q --trim
err_has 'or the repairs' 'with --non-finite --duplicates'
printf '{"a":"\377"}\n{"b":[1\n{"c":3}\n' >"$tmp/bad"
run_with "$tmp/bad" row-sanitize --rejects "$tmp/rejects" --stats "$tmp/stats"
status_is 'a line that was cut is a reject' 1
is 'other lines pass' "$(jq -c . "$out")" "$(printf \
    '{"a":"\357\277\275"}\n{"c":3}')"
is 'the reject has its line' "$(jq -c .at.line "$tmp/rejects")" 2
is 'repairs are counted by field' "$(jq -c .repairs "$tmp/stats")" \
    '[{"field":"a","repair":"utf8","count":1}]'
err_is 'and said' 'row-sanitize: a: utf8: 1 repaired
row-sanitize: 3 in, 2 out, 1 rejected'
run row-sanitize -f a,a.b
status_is 'fields within fields are wrong usage' 2

# Everything at once, and nothing is left that others refuse.
LC_ALL=C awk 'BEGIN {
	srand(7)
	for (i = 0; i < 3000; i++) {
		s = ""
		for (n = int(rand() * 12); n > 0; n--) {
			c = int(rand() * 256)
			if (c != 10 && c != 34 && c != 92 && c != 0)
				s = s sprintf("%c", c)
		}
		printf "{\"i\":%d,\"s\":\"%s\",\"s\":\"\\ud83d%s\"}\n", i, s, s
	}
}' >"$tmp/noise"
run_with "$tmp/noise" row-sanitize --all
status_is 'noise in strings is always repaired' 0
is 'no row is lost' "$(jq .i "$out" | awk '$1 != NR - 1' | wc -l)" 0
is 'all are there' "$(wc -l <"$out")" 3000
cp "$out" "$tmp/once"
run_with "$tmp/once" row-sanitize --all
check 'what was repaired needs no repair' cmp "$out" "$tmp/once"
check 'and is what others take' row-map . "$tmp/once"

# Ten thousand fields, and as many strange names, cost no more than they are.
awk 'BEGIN { for (n = 0; n < 30000; n++) printf "%s\"k%d\":\" x\"",
    n ? "," : "{", n; print "}" }' >"$tmp/wide"
run_with "$tmp/wide" timeout 10 row-sanitize -q --trim
is 'wide rows are no trouble' "$(jq length "$out")" 30000
run_with "$tmp/noise" sh -c 'row-sanitize >/dev/full'
status_is 'a full disk is status 4' 4
finish
