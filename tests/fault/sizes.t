#!/bin/sh
# Reads and writes of standard input and output move 1, 2, 3 ... bytes at most,
# up to all there is: the same bytes come out of every filter.  With CHECK_LONG=1
# every size, else some.
. "$(dirname "$0")/../lib.sh"
fault=${FAULT_BIN:-$bin/../fault/bin}
if [ ! -x "$fault/row-map" ]; then
	skip 'reads and writes of every size' 'no build with -DROWPIPE_FAULTS'
	finish
fi
PATH=$fault:$PATH
cd "$tmp" || exit 1
long=${CHECK_LONG-}

# Characters and escapes of all lengths, that are cut everywhere.
{
	printf '%s\n' '{"id":1,"s":"größe € 😀","v":-0.125,"d":"2024-02-29"}' \
	    '{"id":2,"s":"\u00e9\ud83d\ude00\\\"\n","v":1e3,"d":null}' \
	    '{ "id" : 3 , "s" : "" , "v" : 100000000000000000000.5 }'
	jq -nc '{id: 4, s: ("long " * 40), v: [1, {a: [null, true]}]}'
	printf '%s' '{"id":5,"s":"no line feed","v":0}'
} >rows
sed 's/,"d":.*}/}/; s/"id":5/"id":6/' rows >other
sed 's/$/\r/; 2s/^/\xef\xbb\xbf/' rows >torn
echo '{"properties":{"id":{"type":"integer"},"s":{"maxLength":200}},
    "required":["id"]}' >schema
sqlite3 app.db 'CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT, v, d)'
sqlite-schema -q app.db t >table

# Each reads its standard input, and writes standard output.
filters='copy sum sum_rows upcase dedup differ map map_slurp profile page
    page_text sanitize validate ddl'
copy() { checksum -q --frame <rows; }
# shellcheck disable=SC2094
sum() { checksum -q -o /dev/stdout --name rows <rows; }
sum_rows() { checksum -q --rows --on-error reject <rows; }
upcase() { enum-upcase -q -f s --frame <rows; }
dedup() { row-dedup -q -k s --keep last <rows; }
differ() { row-diff -q -k id other - <rows; }
map() { row-map -q --frame '.s |= ascii_upcase | .n = (.s | length)' <rows; }
map_slurp() { row-map -q -s 'map(.v) | ., length' <rows; }
profile() { row-profile -q <rows; }
page() { row-report -q --format html <rows; }
page_text() { row-report -q --format text <rows; }
sanitize() { row-sanitize -q --all <torn; }
validate() { row-validate -q --frame --schema schema --unique id <rows; }
ddl() { schema-ddl -q --to pg <table; }

attempt() { # KIND N
	ROWPIPE_FAULT=$1:1:short$2:on
	export ROWPIPE_FAULT
	$name >got 2>"$err"
	status=$?
	unset ROWPIPE_FAULT
	cases=$((cases + 1))
	[ $status = "$good_status" ] && cmp -s got good ||
	    echo "$name: ${1}s of $2 bytes: status $status" >>wrong
}

# Every size there can be: of a read up to the input, of a write the output.
sweep() { # NAME
	name=$1
	cases=0
	: >wrong
	(
		unset ROWPIPE_PLANT
		$name >good 2>"$err"
		echo $? >code
	)
	good_status=$(cat code)
	most=$(wc -c rows other torn table good |
	    awk '$2 != "total" && $1 > n { n = $1 } END { print n + 1 }')
	[ "$most" -le 4096 ] || most=4096
	n=1
	while [ $n -le "$most" ]; do
		attempt read $n
		attempt write $n
		if [ -n "$long" ]; then
			n=$((n + 1))
		else
			n=$((n * 2 + n / 3))
		fi
	done
}

for name in $filters; do
	sweep "$name"
	is "$name ($good_status): the same bytes in $cases runs, of 1 to $most" \
	    "$(head -n 20 wrong)" ''
done

long=
for planted in part.upcase short.upcase; do
	ROWPIPE_PLANT=${planted%.*}
	export ROWPIPE_PLANT
	sweep "${planted#*.}"
	unset ROWPIPE_PLANT
	check "the sweep finds a planted bug: $planted" [ -s wrong ]
done
finish
