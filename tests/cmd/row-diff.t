#!/bin/sh
# row-diff: what two files differ in.
. "$(dirname "$0")/../lib.sh"
oracle=$top/tests/cmd/row_diff_oracle.py
cd "$tmp" || exit 1

# The differences in $out as the oracle writes them.
found() {
	jq -r '"\(.op) \(.key.id | floor)" +
	    (if .fields then " " + (.fields | join(",")) else "" end)' "$out"
}

# Against a second implementation.
for seed in 1 2 3; do
	"$oracle" make $seed 3000
	"$oracle" keyed a b >want
	check "seed $seed: there is something to find" [ "$(wc -l <want)" -gt 300 ]
	run row-diff -q -k id a b
	status_is "seed $seed: the files differ" 1
	is "seed $seed: as the second implementation finds" "$(found)" \
	    "$(cat want)"
	cp "$out" plain
	run row-diff -q --sorted -k id a b
	check "seed $seed: --sorted finds the same" cmp "$out" plain
	sort -R --random-source=want a >mixed.a
	sort -R --random-source=b b >mixed.b
	run row-diff -q -k id --memory 1M mixed.a mixed.b
	check "seed $seed: any order will do" cmp "$out" plain
	"$oracle" sets a b >want
	run row-diff -q mixed.a b
	is "seed $seed: without a key" \
	    "$(jq -r .op "$out" | sort -r | uniq -c |
		awk '{ print $2, $1 }')" "$(cat want)"
	is "seed $seed: then nothing has a key or fields" \
	    "$(jq -c 'select(.key or .fields)' "$out")" ''
	run row-diff -q -k id a mixed.a
	status_is "seed $seed: order does not matter" 0
	out_is "seed $seed: and nothing is written" ''
	run row-diff -q a mixed.a
	status_is "seed $seed: nor without a key" 0
done

# Through files.
seq 1 40000 | sed 's/.*/{"id":&,"text":"this is row &"}/' >many
sort -R --random-source=a many | sed 's/row 7"/row seven"/' >changed
run row-diff -k id --memory 2M many changed
out_is 'many rows are sorted in files' '{"op":"change","key":{"id":7},"a":{"id":7,"text":"this is row 7"},"b":{"id":7,"text":"this is row seven"},"fields":["text"]}'
err_is 'the summary' 'row-diff: 40000 rows in "many", 40000 in "changed": 39999 same, 0 removed, 0 added, 1 changed'
run row-diff --memory 2M many changed
is 'and without a key' "$(cut -c 1-30 "$out")" '{"op":"remove","a":{"id":7,"te
{"op":"add","b":{"id":7,"text"'
TMPDIR=/nowhere run row-diff -q -k id --memory 2M many changed
status_is 'no room for files is an I/O error' 4
err_has 'no room: says where' 'a temporary file in "/nowhere"'
TMPDIR=/nowhere run row-diff -q -k id --sorted many many
status_is '--sorted needs no files' 0

# What is written.
cat >one <<'EOF'
{"id":1,"v":1.0,"w":"x"}
 {"id" : 2.0,"v":null}
{"id":10,"v":[1]}
{"id":"10","v":1}
EOF
cat >two <<'EOF'
{"w":"y","id":1,"v":1}
{"id":2}
{"v":[1.0],"id":1e1}
{"id":11}
EOF
run row-diff -q -k id one two
out_is 'rows are written as they were read' '{"op":"change","key":{"id":1},"a":{"id":1,"v":1.0,"w":"x"},"b":{"w":"y","id":1,"v":1},"fields":["w"]}
{"op":"change","key":{"id":2.0},"a": {"id" : 2.0,"v":null},"b":{"id":2},"fields":["v"]}
{"op":"add","key":{"id":11},"b":{"id":11}}
{"op":"remove","key":{"id":"10"},"a":{"id":"10","v":1}}'
run row-diff -q -k id --ignore v,w one two
is '--ignore leaves fields out' "$(jq -r .op "$out" | xargs)" 'add remove'
run row-diff -q --ignore v,w,id one two
status_is '--ignore without a key' 0
run row-diff -q -k id,v one two
is 'a key of two fields' \
    "$(jq -r '"\(.op)-\(.key.id | tonumber)-\(.key | keys | join("-"))"' \
	"$out" | xargs)" \
    'change-1-id-v add-2-id remove-2-id-v add-11-id remove-10-id-v'
run row-diff --summary -k id one two
out_is '--summary is a table' '                    rows
------------------  ----
A (one)                4
B (two)                4
same                   1
keys that repeat       0
only in A (remove)     1
only in B (add)        1
changed                2
  in w                 1
  in v                 1'
status_is '--summary has the same status' 1
run row-diff --frame -q -k id one two
is '--frame' "$(sed -n '$p' "$out" | jq '.["@end"].rows')" 4
run row-diff -q --stats stats -k id one two
is '--stats' "$(jq -c '[.status,.a,.b,.same,.removed,.added,.changed]' stats)" \
    '[1,4,4,1,1,1,2]'
run_with two row-diff -q -k id one -
is 'one of the files may be standard input' "$(wc -l <"$out")" 4
run row-diff -q /dev/null /dev/null
status_is 'no rows are no difference' 0

ROWPIPE_FRAME=1 run row-diff -q -k id one two
is 'ROWPIPE_FRAME=1 frames what comes from files' \
    "$(sed -n '$p' "$out" | jq '.["@end"].rows')" 4
ROWPIPE_FRAME=1 run_with two sh -c 'cat | row-diff -q -k id one -'
is 'but not what comes from a pipe without a frame' "$(wc -l <"$out")" 4
run row-diff -q --frame one one
is 'no difference in a frame' "$(sed -n '$p' "$out" | jq '.["@end"].rows')" 0
run row-diff -k none one one
err_has 'a key that no row has is told' \
    'row-diff: no row of file "one" has the field "none"'

# Keys that repeat.
printf '%s\n' '{"id":1,"v":1}' '{"id":2,"v":1}' '{"id":2,"v":2}' \
    '{"id":2,"v":2.0}' '{"id":3}' >twice
printf '%s\n' '{"id":1,"v":1}' '{"id":2,"v":2}' '{"id":2,"v":3}' \
    '{"id":3}' >other
for how in '' --sorted; do
	run row-diff $how -k id twice other
	status_is "a key that repeats $how" 1
	is "its rows are removed and added $how" \
	    "$(jq -r '"\(.op)-\((.a // .b).v | floor)"' "$out" | xargs)" \
	    'remove-1 remove-2 add-3'
	err_is "and it is said $how" 'row-diff: file "twice": 3 rows have the key "{\"id\":2}", the last in line 4
row-diff: file "other": 2 rows have the key "{\"id\":2}", the last in line 3
row-diff: 5 rows in "twice", 4 in "other": 3 same, 2 removed, 1 added, 0 changed
row-diff: 2 keys repeat'
	run row-diff -q $how -k id twice twice
	status_is "also when all its rows are the same $how" 1
	out_is "though none differ $how" ''
done

# --tolerance.
echo '{"id":1,"v":100.00,"w":1}' >one
for v in 100.01 99.99 100.0100; do
	echo "{\"id\":1,\"v\":$v,\"w\":1}" >two
	run row-diff -q -k id --tolerance v=0.01 one two
	status_is "--tolerance: $v is near enough" 0
done
for v in 100.010000000000000000000000000000001 99.98 '"100.00"' null; do
	echo "{\"id\":1,\"v\":$v,\"w\":1}" >two
	run row-diff -q -k id --tolerance v=0.01 one two
	status_is "--tolerance: $v is not" 1
done
echo '{"title":"t","properties":{"v":{"type":"number","x-columnType":"numeric"}}}' >numeric
echo '{"id":1,"v":"100.01","w":1}' >two
run row-diff -q -k id --tolerance v=0.01 --schema numeric one two
status_is '--tolerance: a text that the schema says is a number counts as one' 0
echo '{"id":1,"v":"100.011","w":1}' >two
run row-diff -q -k id --tolerance v=0.01 --schema numeric one two
status_is '--tolerance: and may be too far away' 1
echo '{"id":1,"v":1e999999999999,"w":1}' >two
run row-diff -q -k id --tolerance v=1e5 one two
status_is '--tolerance: a number too large to compute with is far away' 1
echo '{"id":1,"v":100.005,"w":1.005}' >two
run row-diff -q -k id --tolerance v=0.01 --tolerance w=0.01 one two
status_is '--tolerance for two fields' 0

# --schema.
printf '%s\n' '{"title":"t","type":"object","properties":{"u":{"type":"string","format":"uuid"},"at":{"type":"string","format":"date-time"},"ok":{"type":"boolean"}}}' >schema
echo '{"u":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","at":"2024-03-01T00:00:00+00:00","ok":true}' >one
echo '{"u":"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11","at":"2024-02-29 23:00:00-01","ok":1}' >two
run row-diff -q -k u --schema schema one two
status_is '--schema: types say what is the same' 0
run row-diff -q -k at --sorted --schema schema one two
status_is '--schema: in keys of any type' 0
run row-diff -q --schema schema one two
status_is '--schema: without a key' 0
run row-diff -q -k at one two
status_is 'without a schema they differ' 1

# Trouble.
printf '{"id":1}\n{"id":3}\n{"id":2}\n' >unsorted
run row-diff -q --sorted -k id unsorted unsorted
status_is '--sorted: what is not is bad input' 3
err_is '--sorted: says where' 'row-diff: unsorted:3: not sorted: "{\"id\":2}" comes after "{\"id\":3}"
hint: the order is that of numbers by value and of strings by code point (in SQL: ORDER BY ... COLLATE "C"); without --sorted any order will do'
run row-diff -q --sorted --frame -k id unsorted /dev/null
is '--sorted: there is no @end then' "$(grep -c '"@end"' "$out")" 0
printf '{"id":1}\n{"id":}\n' >bad
run row-diff -q -k id unsorted bad
status_is 'a bad line is bad input' 3
err_has 'a bad line: says where' 'row-diff: bad:2:7: '
checksum -q --frame many | sed '$d' >part
run row-diff -q -k id many part
status_is 'a stream that is cut' 5
run row-diff -q -k id many missing
status_is 'a missing file' 4
err_has 'a missing file: says which' 'missing'
row-diff -q -k id many /dev/null >/dev/full 2>"$err"
is 'a full disk' "$?" 4
err_is 'a full disk: says so' 'row-diff: could not write standard output: No space left on device'
for wrong in 'one' 'one two three' '- -' '-k a,,b one two' \
    '--sorted one two' '--tolerance v=1 one two' '-k id --ignore id one two' \
    '-k id --tolerance v one two' '-k id --tolerance v=-1 one two' \
    '--table t one two' '--key= one two' '--summary --frame one two' ''; do
	# shellcheck disable=SC2086
	run row-diff $wrong
	status_is "wrong usage: $wrong" 2
done
finish
