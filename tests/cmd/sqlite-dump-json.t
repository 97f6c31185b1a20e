#!/bin/sh
# sqlite-dump-json: what SQLite stores, as JSON; sqlite3 -json and jq are the
# oracles.
. "$(dirname "$0")/../lib.sh"
db=$tmp/app.db
sql() { sqlite3 "$db" "$@"; }
dump() { run sqlite-dump-json -q "$db" "$@"; }

sql "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, x, r REAL, b BLOB);
    INSERT INTO t VALUES (3, 'c', 1, 1.5, x'00ff'), (1, 'Zürich', 'text', 2,
	x''), (2, NULL, NULL, NULL, NULL), (9223372036854775807, 'a\"b\\c' ||
	char(10) || char(1) || char(127) || '/', 2.0, -1e300, 'text');
    CREATE TABLE w (a TEXT, b INTEGER, v, PRIMARY KEY (a, b)) WITHOUT ROWID;
    INSERT INTO w VALUES ('b', 1, 1), ('a', 2, 2), ('a', 1, 3);
    CREATE VIEW view AS SELECT id, upper(name) AS big FROM t;
    CREATE INDEX i ON t (name, id)"
dump t
status_is 'a table is written' 0
out_is 'row by row, in the order of its rowid' \
    '{"id":1,"name":"Zürich","x":"text","r":2.0,"b":"\\x"}
{"id":2,"name":null,"x":null,"r":null,"b":null}
{"id":3,"name":"c","x":1,"r":1.5,"b":"\\x00ff"}
{"id":9223372036854775807,"name":"a\"b\\c\n\u0001'"$(printf '\177')"'/","x":2.0,"r":-1e+300,"b":"text"}'
is 'as sqlite3 -json has it' \
    "$(sqlite-dump-json -q "$db" t --exclude b,r | jq -c .)" \
    "$(sqlite3 -json "$db" 'SELECT id, name, x FROM t' | jq -c '.[]')"
run sqlite-dump-json "$db" t
err_is 'the summary counts rows' 'sqlite-dump-json: t: 4 out'
dump t --columns name,id --limit 2
out_is 'columns are chosen and put in order' '{"name":"Zürich","id":1}
{"name":null,"id":2}'
dump T --columns NAME --limit 1
out_is 'case is ignored where SQLite ignores it' '{"name":"Zürich"}'
dump t --exclude 'name,x,r,"b"' --limit 1
out_is 'or left out' '{"id":1}'
dump t --columns name --where "name IS NOT NULL"
out_is 'the order is that of the rowid also where an index has all' \
    '{"name":"Zürich"}
{"name":"c"}
{"name":"a\"b\\c\n\u0001'"$(printf '\177')"'/"}'
dump t --columns id --order-by 'id DESC' --where 'id < 3 -- only these'
out_is 'rows are sorted and chosen' '{"id":2}
{"id":1}'
dump w
out_is 'a table without rowid comes in the order of its key' \
    '{"a":"a","b":1,"v":3}
{"a":"a","b":2,"v":2}
{"a":"b","b":1,"v":1}'
dump view --order-by id --limit 1
out_is 'a view is written' '{"id":1,"big":"ZüRICH"}'
dump --query 'SELECT count(*) AS n, max(id) AS "m" FROM t; -- done'
out_is 'a query is written' '{"n":4,"m":9223372036854775807}'
dump --query 'WITH c AS (SELECT id AS i, name FROM t) SELECT * FROM c -- x' \
    --where 'i < 3' --order-by i --exclude name
out_is 'options apply to a query as well' '{"i":1}
{"i":2}'
sql 'CREATE TABLE "o""d d" ("a ""b" TEXT, "ü" TEXT); INSERT INTO "o""d d"
    VALUES (1, 2)'
dump '"o""d d"'
out_is 'names may be anything' '{"a \"b":"1","ü":"2"}'
sql 'CREATE TABLE e (a)'
dump e
status_is 'an empty table is no error' 0
out_is 'and no row' ''

# What is refused.
for wrong in '--columns nosuch t' '--exclude nosuch t' '--exclude id,name,x,r,b t' \
    'nosuch.t' '' 't w' '--query SELECT t'; do
	# shellcheck disable=SC2086
	dump $wrong
	status_is "wrong usage: $wrong" 2
done
for where in 'nosuch = 1' '1) OR (1' '1; DROP TABLE t' '1) --' '' \
    '1 ORDER BY id' '1 UNION SELECT 1'; do
	dump t --where "$where"
	status_is "no condition: $where" 2
done
for order in 'id; DROP TABLE t' 'id LIMIT 1' ''; do
	dump t --order-by "$order"
	status_is "no sort keys: $order" 2
done
for query in 'DELETE FROM t' 'SELECT 1; SELECT 2' 'SELECT' 'BEGIN' '' \
    'PRAGMA user_version = 5' "ATTACH 'x' AS y" \
    'SELECT id, id FROM t' 'INSERT INTO e VALUES (1) RETURNING a'; do
	dump --query "$query"
	status_is "no query: $query" 2
done
is 'nothing was changed by any' \
    "$(sql 'SELECT count(*) FROM t; PRAGMA user_version')" '4
0'
run sqlite-dump-json "$db" nosuch
status_is 'a table that is not there is an error' 4
err_is 'which is said' "sqlite-dump-json: database \"$db\" has no table \"nosuch\""
run sqlite-dump-json "$tmp/none" t
status_is 'so is a database that is not there' 4
check 'and none is made' test ! -e "$tmp/none"
run sqlite-dump-json "$0" t
status_is 'a file that is no database is an error' 4
sqlite-dump-json "$db" t >/dev/full 2>"$err"
status=$?
status_is 'a full disk is an error' 4
sqlite-dump-json "$db" t >&- 2>"$err"
status=$?
status_is 'so is a closed standard output' 4

# Text that is none.
sql "CREATE TABLE bad (id INTEGER PRIMARY KEY, \"odd name\" TEXT);
    INSERT INTO bad VALUES (5, 'good'), (7, CAST(x'61ff' AS TEXT))"
run sqlite-dump-json "$db" bad
status_is 'text that is not UTF-8 is bad data' 3
err_has 'with table, column and row' 'bad.odd name: rowid 7: '
out_is 'what is written ends with a whole row' '{"id":5,"odd name":"good"}'
run sqlite-dump-json --frame "$db" bad
check 'and has no end' sh -c '! grep -q @end "$1"' sh "$out"

# Types that are recorded when a table is made.
sql "CREATE TABLE typed (
	\"id\" INTEGER PRIMARY KEY, -- bigint
	\"ok\" INTEGER, -- boolean
	\"j\" TEXT, -- jsonb
	\"a\" TEXT, -- text[]
	\"n\" TEXT, -- numeric
	\"m\" REAL, -- numeric(12,2)
	\"f\" REAL, -- real
	\"d\" REAL, -- double precision
	\"t\" TEXT -- text
    ) STRICT;
    INSERT INTO typed VALUES (1, 1, '{\"k\": [1.0, null]}', '[]', '1.10', 5,
	1e6, 1e6, '{}'), (2, 0, '\"text\"', '[\"x\"]', '-0.00', -1.5, 0.1,
	1e15, 'true'), (3, NULL, 'null', NULL, 'NaN', 1e20, 1e-5, 9e999, ''),
	(4, 1, ' [1,' || char(10) || ' 2]', '[]', '12345678901234567890.0',
	0, -2, 3, '')"
dump typed
status_is 'values have the type that was recorded' 0
out_is 'JSON, booleans and exact numbers among them' \
    '{"id":1,"ok":true,"j":{"k": [1.0, null]},"a":[],"n":1.10,"m":5.00,"f":1e+06,"d":1000000,"t":"{}"}
{"id":2,"ok":false,"j":"text","a":["x"],"n":-0.00,"m":-1.50,"f":0.1,"d":1e+15,"t":"true"}
{"id":3,"ok":null,"j":null,"a":null,"n":"NaN","m":100000000000000000000.00,"f":1e-05,"d":"Infinity","t":""}
{"id":4,"ok":true,"j":[1,  2],"a":[],"n":12345678901234567890.0,"m":0.00,"f":-2,"d":3,"t":""}'
dump --query 'SELECT ok AS yes, j, length(j) AS n FROM typed WHERE id = 1'
out_is 'also in a query' '{"yes":true,"j":{"k": [1.0, null]},"n":18}'
sql "UPDATE typed SET ok = 2 WHERE id = 2; UPDATE typed SET j = '{'
    WHERE id > 2; UPDATE typed SET n = '007' WHERE id = 4"
run sqlite-dump-json "$db" typed --columns ok,j,n
status_is 'values that are of another type are findings' 1
err_is 'which are counted by column' \
    'sqlite-dump-json: typed.ok: 1 value is not of the column'\''s type, the first in rowid 2, written as stored
sqlite-dump-json: typed.j: 2 values are not of the column'\''s type, the first in rowid 3, written as stored
sqlite-dump-json: typed.n: 1 value is not of the column'\''s type, the first in rowid 4, written as stored
sqlite-dump-json: typed: 4 out'
out_is 'and written as they are stored' \
    '{"ok":true,"j":{"k": [1.0, null]},"n":1.10}
{"ok":2,"j":"text","n":-0.00}
{"ok":null,"j":"{","n":"NaN"}
{"ok":true,"j":"{","n":"007"}'

# Types that a schema tells.
cat >"$tmp/schema" <<'END'
{"title":"plain","type":"object","properties":{"ok":{"type":"boolean"},"j":{"x-columnType":"jsonb"},"n":{"type":"number","x-columnType":"numeric(10,3)"}}}
END
sql "CREATE TABLE plain (ok BOOLEAN, j JSON, n DECIMAL);
    INSERT INTO plain VALUES (1, '[1]', '2.50')"
dump plain
out_is 'what is not known to be of a type is as it is stored' \
    '{"ok":1,"j":"[1]","n":2.5}'
dump plain --schema "$tmp/schema"
out_is 'a schema tells the types' '{"ok":true,"j":[1],"n":2.500}'
dump --query 'SELECT j FROM (SELECT j FROM plain)' --schema "$tmp/schema"
out_is 'also of a query' '{"j":[1]}'

# JSON that is too deep to stand in a row.
deep() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "[";
	for (i = 0; i < n; i++) printf "]" }'; }
sql 'CREATE TABLE deep (j TEXT -- jsonb
)'
sql "INSERT INTO deep VALUES ('$(deep 1023)'), ('$(deep 1024)')"
run sqlite-dump-json "$db" deep
status_is 'JSON too deep to stand in a row is written as a string' 1
check 'and rows can be read' sh -c 'checksum -q "$1" >/dev/null &&
    enum-upcase -q -f x "$1" >/dev/null' sh "$out"

# Frames.
dump w --frame --where "a = 'a'"
is 'a frame says what the rows are' "$(head -n 1 "$out")" \
    '{"@stream":{"v":1,"source":"sqlite","table":"w","where":"a = '"'a'"'"}}'
is 'and how many, with their sum' "$(tail -n 1 "$out")" \
    "{\"@end\":{\"rows\":2,\"sha256\":\"$(sed '1d;$d' "$out" | sha256sum |
	cut -d ' ' -f 1)\"}}"
ROWPIPE_FRAME=1 sqlite-dump-json -q "$db" e >"$out"
is 'ROWPIPE_FRAME=1 asks for one' "$(wc -l <"$out")" 2
ROWPIPE_FRAME=1 sqlite-dump-json -q "$db" nosuch >"$out" 2>/dev/null
is 'which is begun but not ended after a failure' "$(cat "$out")" \
    '{"@stream":{"v":1,"source":"sqlite"}}'
sql 'CREATE TABLE at ("@end"); INSERT INTO at VALUES (1)'
dump at
out_is 'a row that could be taken for its end is escaped' '{"@@end":1}'
dump --query 'SELECT 1 AS "@a", 2 AS b'
out_is 'one of two keys could not' '{"@a":1,"b":2}'

# Others at work.
sql 'PRAGMA journal_mode=WAL' >/dev/null
dump t --limit 1
status_is 'a database in WAL mode is read' 0
sql 'PRAGMA journal_mode=DELETE' >/dev/null
printf '%s\n' 'BEGIN EXCLUSIVE;' '.system touch locked; sleep 2' |
    (cd "$tmp" && sqlite3 app.db) &
pid=$!
while [ ! -e "$tmp/locked" ]; do sleep 0.05; done
run sqlite-dump-json --busy-timeout 0 "$db" t
status_is 'a locked database is an error' 4
err_has 'with a hint' '--busy-timeout says how many seconds to wait'
dump --busy-timeout 20 t
status_is 'unless it is waited for' 0
wait $pid
run sqlite-dump-json -q --stats "$tmp/stats" "$db" w
is 'the statistics count rows and bytes' \
    "$(jq -c '[.program, .status, .out, .bytes]' "$tmp/stats")" \
    "[\"sqlite-dump-json\",0,3,$(wc -c <"$out")]"

# What a table takes back as something else is said, and nothing is but that.
cat >"$tmp/values" <<'END'
1 -9223372036854775808 9223372036854775807 1.5 5.0 1e15 1e999 -1e999 5e-324
'text' '' '007' x'00ff' x'' x'5c7830' char(0) null '{"a":1}' '\x41' '\x4' '\x'
'\X41' 'Infinity' 'NaN' 9007199254740993 1e23 '1e5' true
END
types='a INTEGER, b REAL, c TEXT, d BLOB, e NUMERIC, f, g UUID, h BOOLEAN,
    i VARBINARY(9), j DOUBLE'
rm -f "$tmp/a.db" "$tmp/b.db"
for db in a b; do
	sqlite3 "$tmp/$db.db" "CREATE TABLE t ($types)"
done
tr -s ' ' '\n' <"$tmp/values" | while read -r v; do
	printf 'INSERT INTO t VALUES (%s' "$v"
	printf ', %s' "$v" "$v" "$v" "$v" "$v" "$v" "$v" "$v" "$v"
	echo ');'
done | sqlite3 "$tmp/a.db"
run sqlite-dump-json "$tmp/a.db" t
status_is 'values that would not come back are findings' 1
sqlite-load -q "$tmp/b.db" t <"$out" 2>/dev/null
for c in a b c d e f g h i j; do
	is "column $c: as many are said as come back as others" \
	    "$(sed -n "s/^sqlite-dump-json: t\.$c: \([0-9]*\) value.*/\1/p" \
		"$err" | grep . || echo 0)" \
	    "$(sqlite3 "$tmp/a.db" "ATTACH '$tmp/b.db' AS b" "SELECT count(*)
		FROM main.t x JOIN b.t y ON x.rowid = y.rowid WHERE typeof(x.$c) <>
		typeof(y.$c) OR quote(x.$c) <> quote(y.$c)")"
done
finish
