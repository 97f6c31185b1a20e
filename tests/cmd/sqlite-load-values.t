#!/bin/sh
# What a column makes of a value: SQLite's own affinity is the oracle, and no
# value changes unnoticed.
. "$(dirname "$0")/../lib.sh"
db=$tmp/v.db

# Strings, as SQLite itself stores them in a column of each type.
cat >"$tmp/strings" <<'END'
abc
007
42
-42
+42
4 2
1.5
1.50
.5
5.
-0
0.0
1e5
1E+5
1e
1e400000000
0x10
1_000
9223372036854775807
9223372036854775808
-9223372036854775808
-9223372036854775809
123456789012345678901234567890
0.1
0.30000000000000004
3.0
3.0e0
true
Inf
nan
--1
1.2.3

{}
[1]
\x4142
Zürich
END
printf ' 42 \n' >>"$tmp/strings"
grep -v '^1e4000' "$tmp/strings" | jq -cR '{n: input_line_number, v: .}' \
    >"$tmp/rows"
for type in INTEGER BIGINT REAL FLOAT DOUBLE NUMERIC 'DECIMAL(10,2)' BOOLEAN \
    DATE UUID TEXT 'VARCHAR(3)' '' BLOB_NOT; do
	[ "$type" != BLOB_NOT ] || type=SHORTBINARY
	rm -f "$db"
	sqlite3 "$db" "CREATE TABLE got (n INTEGER, v $type);
	    CREATE TABLE want (n INTEGER, v $type)"
	jq -r '"INSERT INTO want VALUES (\(.n), '\''\(.v)'\'');"' "$tmp/rows" |
	    sqlite3 "$db"
	run_with "$tmp/rows" sqlite-load -q "$db" got
	is "strings go into ${type:-a column without type} as SQLite has it" \
	    "$(sqlite3 "$db" 'SELECT n, typeof(v), quote(v) FROM got')" \
	    "$(sqlite3 "$db" 'SELECT n, typeof(v), quote(v) FROM want')"
	# What SQLite gives back as other text than it was given is a loss;
	# but it is no loss that SQLite writes fewer digits than it has.
	case $type in
	TEXT | 'VARCHAR(3)' | '') want=0 ;;
	*) want=$(jq -r 'select(.v != "0.30000000000000004") | "SELECT '\''\(.v)'\'' <> CAST(v AS TEXT)
		FROM want WHERE n = \(.n);"' "$tmp/rows" | sqlite3 "$db" |
		grep -c 1) ;;
	esac
	case $type in
	REAL | FLOAT | DOUBLE) ;;
	*) is "and it is said how many were changed in ${type:-it}" \
	    "$(sed -n 's/.*got\.v: \([0-9]*\) value.*/\1/p' "$err" |
	    grep . || echo 0)" "$want" ;;
	esac
done

# One value into a column of one type: "type|value", or the message.
into() { # COLUMN STRICT JSON
	rm -f "$db"
	sqlite3 "$db" "CREATE TABLE t (c $1) $2"
	printf '{"c":%s}\n' "$3" >"$tmp/row"
	run_with "$tmp/row" sqlite-load -q "$db" t
	if [ "$status" -le 1 ]; then
		sqlite3 "$db" "SELECT typeof(c) || '|' || CASE typeof(c)
		    WHEN 'real' THEN printf('%!.15g', c) ELSE quote(c) END
		    FROM t"
		sed -n 's/^sqlite-load: t\.c: 1 value changed, the first .*) //p' \
		    "$err"
	else
		sed -n 's/^sqlite-load: stdin:1:6: //p' "$err"
	fi
}
stores() {
	is "$3 in $1 $2 is $(printf '%s\n' "$4" | head -n 1)" \
	    "$(into "$1" "$2" "$3")" "$4"
}

for strict in '' STRICT; do
	stores INTEGER "$strict" 9223372036854775807 \
	    'integer|9223372036854775807'
	stores INTEGER "$strict" -9223372036854775808 \
	    'integer|-9223372036854775808'
	stores INTEGER "$strict" 10.0 'integer|10'
	stores INTEGER "$strict" 1e3 'integer|1000'
	stores INTEGER "$strict" true 'integer|1'
	stores INTEGER "$strict" null 'null|NULL'
	stores INTEGER "$strict" '"42"' 'integer|42'
	stores REAL "$strict" 1 'real|1.0'
	stores REAL "$strict" 0.1 'real|0.1'
	stores REAL "$strict" '"Infinity"' 'real|Inf'
	stores REAL "$strict" '"-Infinity"' 'real|-Inf'
	stores REAL "$strict" '"NaN"' "null|NULL
from NaN to null"
	stores REAL "$strict" 0.12345678901234567890 \
	    "real|0.123456789012346
from 0.12345678901234567890 to 0.12345678901234568"
	stores REAL "$strict" 9007199254740993 "real|9.00719925474099e+15
from 9007199254740993 to 9.007199254740992e+15"
	stores REAL "$strict" 1e400 'column "t"."c" (REAL) cannot hold number "1e400", which is out of its range'
	stores REAL "$strict" -0.0 "real|0.0
from -0.0 to 0"
	stores TEXT "$strict" 1.10 "text|'1.10'"
	stores TEXT "$strict" 12345678901234567890.1234567890 \
	    "text|'12345678901234567890.1234567890'"
	stores TEXT "$strict" true "text|'true'"
	stores TEXT "$strict" '{"a": [1, 2.0]}' "text|'{\"a\": [1, 2.0]}'"
	stores TEXT "$strict" '"\u00fc\ud83d\ude00\n"' "text|'ü😀
'"
	stores TEXT "$strict" '"It'\''s"' "text|'It''s'"
	stores BLOB "$strict" '"\\x00ff"' "blob|X'00FF'"
	stores BLOB "$strict" '"\\x"' "blob|X''"
done
stores INTEGER '' 1.5 'real|1.5'
stores INTEGER '' 9223372036854775808 "real|9.22337203685478e+18
from 9223372036854775808 to 9.223372036854776e+18"
stores INTEGER '' 10000000000000000000000 'real|1.0e+22'
stores INTEGER '' '"abc"' "text|'abc'"
stores BLOB '' '"\\x0"' "text|'\\x0'"
stores BLOB '' '"\\xzz"' "text|'\\xzz'"
stores BLOB '' 5 'integer|5'
stores ANY STRICT 5 'integer|5'
stores ANY STRICT 5.0 'real|5.0'
stores ANY STRICT '"007"' "text|'007'"
stores ANY STRICT '[1]' "text|'[1]'"
stores '' '' 5.0 'real|5.0'

stores INTEGER STRICT 1.5 'column "t"."c" (INTEGER) cannot hold number "1.5"'
stores INTEGER STRICT 9223372036854775808 'column "t"."c" (INTEGER) cannot hold number "9223372036854775808", which is out of its range'
stores INTEGER STRICT '"abc"' 'column "t"."c" (INTEGER) cannot hold string "abc"'
stores INTEGER STRICT '"1.5"' 'column "t"."c" (INTEGER) cannot hold string "1.5"'
stores INTEGER STRICT '[]' 'column "t"."c" (INTEGER) cannot hold an array'
stores REAL STRICT '"abc"' 'column "t"."c" (REAL) cannot hold string "abc"'
stores REAL STRICT '{}' 'column "t"."c" (REAL) cannot hold an object'
stores BLOB STRICT '"text"' 'column "t"."c" (BLOB) cannot hold string "text"'
stores BLOB STRICT '"\\x4"' 'column "t"."c" (BLOB) cannot hold string "\\\\x4"'
stores BLOB STRICT 5 'column "t"."c" (BLOB) cannot hold number "5"'
stores BLOB STRICT true 'column "t"."c" (BLOB) cannot hold boolean true'

# NUL within a string.
rm -f "$db"
sqlite3 "$db" 'CREATE TABLE t (c TEXT, d BLOB)'
printf '{"c":"a\\u0000b","d":"x\\u0000"}\n' >"$tmp/row"
run_with "$tmp/row" sqlite-load -q "$db" t
is 'NUL in a string is data' "$(sqlite3 "$db" \
    'SELECT hex(c), hex(d), typeof(d) FROM t')" '610062|7800|text'

# --strict-loss.
rm -f "$db"
sqlite3 "$db" 'CREATE TABLE t (a INTEGER, b REAL)'
printf '%s\n' '{"a":1,"b":0.1}' '{"a":"007","b":1}' \
    '{"a":2,"b":0.1234567890123456789}' '{"a":3,"b":"NaN"}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --on-error reject --strict-loss "$db" t
status_is '--strict-loss rejects values that would change' 1
err_is 'and says which' 'sqlite-load: stdin:2:6: column "t"."a" (INTEGER) would change 007 to 7
sqlite-load: stdin:3:12: column "t"."b" (REAL) would change 0.1234567890123456789 to 0.12345678901234568
sqlite-load: stdin:4:12: column "t"."b" (REAL) would change NaN to null
sqlite-load: t: 4 in, 1 created, 0 updated, 0 unchanged, 0 skipped, 3 rejected'
run_with "$tmp/rows" sqlite-load --stats "$tmp/stats" "$db" t
status_is 'without it they are findings' 1
err_is 'which are said once for each column' "sqlite-load: t.a: 1 value changed, the first (stdin:2:6) from 007 to 7
sqlite-load: t.b: 2 values changed, the first (stdin:3:12) from 0.1234567890123456789 to 0.12345678901234568
sqlite-load: t: 4 in, 4 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected"
is 'and stand in the statistics' "$(jq -c '.tables[0].loss' "$tmp/stats")" \
    '[{"column":"a","count":1,"first":{"place":"stdin:2:6","value":"007","became":"7"}},{"column":"b","count":2,"first":{"place":"stdin:3:12","value":"0.1234567890123456789","became":"0.12345678901234568"}}]'
finish
