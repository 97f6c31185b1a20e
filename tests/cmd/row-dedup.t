#!/bin/sh
# row-dedup: of rows with the same key, one passes.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

cat >rows <<'EOF'
{"id":1,"v":3,"t":"b"}
{"id":2,"v":"x"}
 {"id" : 1.0,"v":5,"t":"a"}
{"id":null,"v":1}
{"v":2}
{"id":"1","v":9}
{"id":10e-1,"v":4,"t":"\u0061"}
{"id":2,"v":null}
{"id":null,"v":0}
EOF
keeps() { # TITLE LINES OPTION ... - the lines that pass, the others are dropped
	title=$1
	lines=$2
	shift 2
	run row-dedup -q -k id --dropped dropped "$@" rows
	status_is "$title: done" 0
	is "$title" "$(cat "$out")" "$(sed -n "$lines" rows)"
	sort "$out" dropped >all
	check "$title: the others are in the file of what was dropped" \
	    sh -c 'sort rows | cmp - all'
	is "$title: in their order" "$(cat dropped)" \
	    "$(grep -vxFf "$out" rows)"
}
keeps 'the first' '1,2p;4,6p;9p'
keeps '--keep first' '1,2p;4,6p;9p' --keep first
keeps '--keep last' '4,9p' --keep last
keeps '--keep min: by number, null is no value' '1,2p;4,6p;9p' --keep min:v
keeps '--keep max' '2,6p;9p' --keep max:v
keeps '--keep min: the first of several' '2,6p;9p' --keep min:t
keeps '--keep max: a field that is absent' '1,2p;4,6p;9p' --keep max:none
keeps '--nulls-equal' '1,2p;4,6p' --nulls-equal
keeps '--nulls-equal with --keep min' '1,2p;5,6p;9p' --nulls-equal --keep min:v
run row-dedup -k id,v rows
status_is 'a key of two fields' 0
err_is 'a key of two fields: the summary' 'row-dedup: 0 dropped
row-dedup: 9 in, 9 out, 0 rejected'
for keep in first last; do
	run row-dedup -k none,v --keep $keep rows
	err_has "a key that no row has is told, --keep $keep" \
	    'row-dedup: no row has the field "none"'
done
run row-dedup -q -k id --stats stats rows
is '--stats' "$(jq -c '[.in, .out, .dropped]' stats)" '[9,6,3]'
run row-dedup -q -k id /dev/null
status_is 'no rows' 0

# Many rows with little memory, against SQLite.
seq 1 120000 | awk 'BEGIN { srand(5) } {
	printf "{\"n\":%d,\"k\":\"key of row %d\",\"v\":%d}\n", $1,
	    int(rand() * 90000), int(rand() * 50) - 25 }' >many
jq -r '[.n, .k, .v] | @tsv' many >many.tsv
sqlite3 t.db 'CREATE TABLE t (n INTEGER PRIMARY KEY, k, v INTEGER)' \
    '.mode tabs' '.import many.tsv t'
for keep in 'first n' 'last n DESC' 'min:v v, n' 'max:v v DESC, n'; do
	which=${keep%% *}
	order=${keep#* }
	want=$(sqlite3 t.db "SELECT n FROM (SELECT n, row_number() OVER
	    (PARTITION BY k ORDER BY $order) AS r FROM t) WHERE r = 1
	    ORDER BY n" | sha256sum)
	for memory in 4M 256M; do
		run row-dedup -q -k k --keep "$which" --memory $memory \
		    --dropped dropped many
		is "$which with $memory: as SQLite has it" \
		    "$(jq .n "$out" | sha256sum)" "$want"
		is "$which with $memory: no row is lost" \
		    "$(cat "$out" dropped | sort | sha256sum)" \
		    "$(sort many | sha256sum)"
		check "$which with $memory: what was dropped is in order" \
		    sh -c 'jq .n dropped | sort -nc'
	done
done
run row-dedup -q -k k --frame --memory 4M many
is 'a frame ends well when all rows are out' \
    "$(sed -n '$p' "$out" | jq '.["@end"].rows')" "$(($(wc -l <"$out") - 2))"

# Trouble.
TMPDIR=/nowhere run row-dedup -q -k k --keep last --memory 4M \
    --dropped lost many
status_is 'no room for files is an I/O error' 4
err_has 'no room: says where' 'a temporary file in "/nowhere"'
check 'no room: no file of what was dropped' [ ! -e lost ]
(ulimit -f 100 && row-dedup -q -k k --keep last --memory 4M many) \
    >/dev/null 2>"$err"
is 'temporary files that may not grow are an I/O error' "$?" 4
err_has 'may not grow: says what to do' \
    'hint: set TMPDIR to a directory with more room, or give more memory'
# shellcheck disable=SC3045
(ulimit -n 12 && row-dedup -q -k k --keep last --memory 4M many) >few 2>"$err"
is 'few descriptors are enough' "$? $(wc -l <few)" "0 $(jq -r .k many |
    sort -u | wc -l)"
row-dedup -q -k id rows >&- 2>"$err"
is 'a closed standard output is an I/O error' "$?" 4
run row-dedup -q -k id --dropped no/such/dir rows
status_is 'a file that cannot be written' 4
run row-dedup -q -k id --dropped /dev/full rows
status_is 'a full disk' 4
row-dedup -q -k id --dropped lost rows >/dev/full 2>"$err"
status=$?
status_is 'standard output on a full disk' 4
check 'then nothing is put in place' [ ! -e lost ]
printf '{"id":1}\n{"id":1}\n{"id":}\n{"id":1}\n' >bad
run row-dedup -q -k id --dropped lost bad
status_is 'a bad line ends the run' 3
check 'a bad line: no file of what was dropped' [ ! -e lost ]
run row-dedup -q -k id --dropped lost --rejects rejects bad
status_is '--rejects goes on' 1
is '--rejects: what was dropped' "$(wc -l <lost)" 2
checksum -q --frame rows | sed '$d' >part
run row-dedup -q -k id --dropped none part
status_is 'a stream that is cut' 5
check 'a stream that is cut: no file' [ ! -e none ]
for wrong in '' '-k a,,b' '-k id --keep second' '-k id --keep min:' \
    '-k id --keep max' '-k id --keep min:a,b'; do
	# shellcheck disable=SC2086
	run row-dedup $wrong rows
	status_is "wrong usage: $wrong" 2
done
finish
