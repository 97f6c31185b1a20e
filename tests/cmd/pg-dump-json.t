#!/bin/sh
# What pg-dump-json reads, and what its options do to it.
. "$(dirname "$0")/../lib.sh"

psql() { command psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

psql <<'!' >/dev/null 2>&1 || exit 1
DROP SCHEMA IF EXISTS app CASCADE;
DROP SCHEMA IF EXISTS "Odd Schema" CASCADE;
CREATE SCHEMA app;
CREATE SCHEMA "Odd Schema";
CREATE EXTENSION IF NOT EXISTS file_fdw;
CREATE TABLE app.clients (id integer PRIMARY KEY, name text, gone integer,
    size double precision, total integer GENERATED ALWAYS AS (id * 2) STORED);
INSERT INTO app.clients SELECT i, 'client ' || i, i, 100.0 / i
    FROM generate_series(1, 12) AS i;
ALTER TABLE app.clients DROP COLUMN gone;
CREATE VIEW app.active AS SELECT id, name FROM app.clients WHERE id < 3;
CREATE MATERIALIZED VIEW app.counts AS SELECT count(*) AS n FROM app.clients;
CREATE TABLE app.nothing ();
INSERT INTO app.nothing DEFAULT VALUES;
CREATE TABLE app.empty (id integer);
CREATE TABLE "Odd Schema"."Odd ""Name"".x" ("@end" text);
INSERT INTO "Odd Schema"."Odd ""Name"".x" VALUES ('data');
CREATE TABLE app.odd ("a,b" integer, "Q""q" integer, "@x" integer,
    U&"\00FC\000Anew" integer, "SELECT" integer);
INSERT INTO app.odd VALUES (1, 2, 3, 4, 5);
CREATE TABLE app.parts (id integer, v text) PARTITION BY RANGE (id);
CREATE TABLE app.parts_new PARTITION OF app.parts FOR VALUES FROM (100)
    TO (200);
CREATE TABLE app.parts_old (v text, dropped integer, id integer);
ALTER TABLE app.parts_old DROP COLUMN dropped;
ALTER TABLE app.parts ATTACH PARTITION app.parts_old
    FOR VALUES FROM (0) TO (100);
CREATE TABLE app.parts_sub PARTITION OF app.parts FOR VALUES FROM (200)
    TO (300) PARTITION BY LIST (v);
CREATE TABLE app.parts_sub_a PARTITION OF app.parts_sub DEFAULT;
INSERT INTO app.parts SELECT i, 'v' || i FROM generate_series(90, 210, 10)
    AS i;
CREATE TABLE app.base (id integer);
CREATE TABLE app.heir (more text) INHERITS (app.base);
INSERT INTO app.base VALUES (1);
INSERT INTO app.heir VALUES (2, 'x');
CREATE SEQUENCE app.seq;
!
printf '1,one\n2,two\n' >"$tmp/file.csv"
chmod 755 "$tmp"
chmod 644 "$tmp/file.csv"
psql -c "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw" >/dev/null 2>&1
psql -c "CREATE FOREIGN TABLE app.file (id integer, word text) SERVER files
    OPTIONS (filename '$tmp/file.csv', format 'csv')" >/dev/null || exit 1

dump() { run pg-dump-json -q "$@"; }

# Sources.
dump app.active
out_is 'reads a view' '{"id":1,"name":"client 1"}
{"id":2,"name":"client 2"}'
dump app.counts
out_is 'reads a materialized view' '{"n":12}'
dump app.nothing
out_is 'reads rows without columns' '{}'
dump app.empty
status_is 'an empty table is no error' 0
out_is 'and gives no rows' ''
dump app.file
out_is 'reads a foreign table' '{"id":1,"word":"one"}
{"id":2,"word":"two"}'
dump app.parts
is 'reads a partitioned table, each partition by its own columns' \
    "$(sort "$out")" "$(psql -c 'SELECT row_to_json(p) FROM app.parts p' |
	sort)"
dump app.base
out_is 'reads rows of tables that inherit, as SELECT does' '{"id":1}
{"id":2}'
dump '"Odd Schema"."Odd ""Name"".x"'
out_is 'reads odd names, and escapes a row that looks like a frame' \
    '{"@@end":"data"}'
dump app.odd
out_is 'writes odd column names as JSON' \
    '{"a,b":1,"Q\"q":2,"@x":3,"ü\nnew":4,"SELECT":5}'
PGOPTIONS='-c search_path=app' dump counts
out_is "finds a name by the user's search_path" '{"n":12}'
dump APP.Counts
out_is 'folds a name without quotes to lower case' '{"n":12}'

# Columns.
dump app.clients --limit 1
out_is 'leaves dropped columns out, and keeps generated ones' \
    '{"id":1,"name":"client 1","size":100,"total":2}'
dump app.clients --limit 1 --columns total,id
out_is '--columns chooses columns and their order' '{"total":2,"id":1}'
dump app.clients --limit 1 --exclude id,name --exclude app.clients.total
out_is '--exclude leaves columns out' '{"size":100}'
dump app.odd --columns '"a,b","SELECT",Q"q'
out_is 'a column may be named as in SQL or as it stands' \
    '{"a,b":1,"SELECT":5,"Q\"q":2}'
dump app.clients --columns nmae
status_is 'a column that does not exist is wrong usage' 2
err_is 'and the nearest is named' \
    'pg-dump-json: option --columns: there is no column "nmae"
hint: did you mean "name"?'
dump app.clients --exclude id,name,size,total
status_is 'to leave no column is wrong usage' 2
dump app.clients --columns id,id
err_is 'a column given twice is wrong usage' \
    'pg-dump-json: option --columns: column given twice: "id"'

# Rows.
dump app.clients --columns id --where 'id > 10 -- comment'
out_is '--where keeps rows, and a comment at its end swallows nothing' \
    '{"id":11}
{"id":12}'
dump app.clients --columns id --where 'clients.id = 3 OR name = '"'client 4'"
out_is '--where binds as one condition' '{"id":3}
{"id":4}'
dump app.clients --columns size --order-by 'clients.size DESC -- x' --limit 3
out_is '--order-by sorts by the value, not by the text that is sent for it' \
    '{"size":100}
{"size":50}
{"size":33.333333333333336}'
dump app.clients --columns id --order-by '1 desc' --limit 1
out_is '--order-by may name a column of the table by its place' '{"id":12}'
dump app.clients --limit 0
out_is '--limit 0 gives no rows' ''
for w in 'true) OR (true' 'id = 1 ORDER BY id' 'true; DROP TABLE app.empty' \
    'id = 1 /*' 'nosuch = 1' '' 'id' 'true UNION SELECT 1'; do
	dump app.clients --where "$w"
	is "--where '$w' is refused" "$status:$(cat "$out")" 2:
done
for o in 'id LIMIT 1' 'id) x' 'nosuch' '' 'id; SELECT 1' 'id FOR UPDATE'; do
	dump app.clients --order-by "$o"
	is "--order-by '$o' is refused" "$status:$(cat "$out")" 2:
done

# Queries.
dump --query "SELECT 1 AS a, 'x' AS b ;
"
out_is 'reads a query' '{"a":1,"b":"x"}'
dump --query 'WITH x AS (SELECT 7 AS n) SELECT n FROM x -- seven'
out_is 'reads WITH' '{"n":7}'
dump --query 'VALUES (1, NULL), (2, $$t$$)'
out_is 'reads VALUES' '{"column1":1,"column2":null}
{"column1":2,"column2":"t"}'
dump --query 'TABLE app.counts'
out_is 'reads TABLE' '{"n":12}'
dump --query 'SELECT id, size FROM app.clients' --where 'id < 4' \
    --order-by 'size' --limit 2 --columns size
out_is 'the other options apply to a query' '{"size":33.333333333333336}
{"size":50}'
dump --query 'SELECT row(1, 2) AS r, current_date - current_date AS d,
    NULL AS n, 1.50 AS x'
out_is 'types follow from the query' \
    '{"r":{"f1":1,"f2":2},"d":0,"n":null,"x":1.50}'
dump --query 'SELECT 1 AS a, 2 AS a'
status_is 'two columns of one name are wrong usage' 2
err_has 'and the message says so' 'column "a" comes twice'
for q in 'SELECT 1; SELECT 2' 'DROP TABLE app.empty' 'SELEKT 1' '' \
    'SHOW server_version' 'SELECT 1) AS x; DROP TABLE app.empty; --' \
    'DELETE FROM app.clients RETURNING id' \
    'WITH d AS (DELETE FROM app.clients RETURNING id) SELECT id FROM d' \
    'SELECT id FROM app.clients WHERE id = $1'; do
	dump --query "$q"
	is "--query '$q' is refused" \
	    "$( [ "$status" -ne 0 ] && echo refused):$(cat "$out")" refused:
done
is 'nothing was changed' "$(psql -c 'SELECT count(*) FROM app.clients,
    (SELECT 1 FROM (SELECT count(*) FROM app.empty) e) x')" 12

# Transaction.
dump --query "SELECT current_setting('transaction_read_only') AS ro,
    current_setting('transaction_isolation') AS iso,
    current_setting('TimeZone') AS tz,
    current_setting('statement_timeout') AS t"
out_is 'the transaction is read-only and of one moment' \
    '{"ro":"on","iso":"repeatable read","tz":"UTC","t":"0"}'
mkfifo "$tmp/in" "$tmp/snap"
psql <"$tmp/in" >"$tmp/snap" &
exec 9>"$tmp/in"
echo 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_export_snapshot();' >&9
read -r id <"$tmp/snap"
psql -c "INSERT INTO app.empty VALUES (1)"
dump app.empty
out_is 'a new row is seen' '{"id":1}'
dump app.empty --snapshot "$id"
out_is '--snapshot sees what another session saw' ''
exec 9>&-
wait
dump app.empty --snapshot "$id"
status_is 'a snapshot that is gone is an error' 4
dump app.empty --snapshot "x'; DROP TABLE app.empty; --"
status_is 'so is what is none' 4

# Frames.
run pg-dump-json -q --frame app.active
is '--frame says what follows' \
    "$(sed -n 1p "$out" | jq -c '.["@stream"] | [.v, .source, .table,
	(.snapshot | test("^[0-9A-F-]+$")), .settings.TimeZone]')" \
    '[1,"pg","app.active",true,"UTC"]'
is 'and at the end what there was' "$(sed -n '$p' "$out")" \
    "{\"@end\":{\"rows\":2,\"sha256\":\"$(sed '1d;$d' "$out" | sha256sum |
	cut -d ' ' -f 1)\"}}"
ROWPIPE_FRAME=1 run pg-dump-json -q --query 'SELECT 1 AS a' --where 'a = 1'
is 'ROWPIPE_FRAME does the same' "$(sed -n 1p "$out" |
    jq -c '.["@stream"] | [.query, .where]')" '["SELECT 1 AS a","a = 1"]'
ROWPIPE_FRAME=1 run pg-dump-json -q app.nosuch
is 'a frame that was wanted begins even when nothing can be read' \
    "$status:$(cat "$out")" '4:{"@stream":{"v":1,"source":"pg"}}'

# Counts.
run pg-dump-json app.clients --stats "$tmp/stats"
err_is 'the summary says how many rows' 'pg-dump-json: app.clients: 12 out'
is '--stats writes the counts' "$(jq -c '[.status, .out]' "$tmp/stats")" \
    '[0,12]'

# Of a pipeline on a terminal, the last program shows progress.
slow="SELECT repeat('x', 9000) AS v, pg_sleep(0.3)::text AS s
    FROM generate_series(1, 3)"
export slow
if command -v script >/dev/null; then
	# shellcheck disable=SC2016
	script -qec 'pg-dump-json --query "$slow" | cat >/dev/null' \
	    "$tmp/typescript" >"$out" 2>&1 </dev/null
	is 'no progress is shown where rows go into a pipe' \
	    "$(tr -d '\r' <"$out")" 'pg-dump-json: query: 3 out'
	# shellcheck disable=SC2016
	script -qec 'pg-dump-json --query "$slow" >/dev/null' \
	    "$tmp/typescript" >"$out" 2>&1 </dev/null
	check 'it is where they go into a file' grep -q 'rows/s' "$out"
else
	skip 'progress on a terminal' 'no script(1)'
fi

# What JSON cannot say of an array.
psql <<'!'
CREATE TABLE app.bounds (id integer, a integer[], b text[]);
INSERT INTO app.bounds VALUES (1, '[0:2]={1,2,3}', '{a}'),
    (2, '{1}', '[-3:-2][5:6]={{a,b},{c,d}}'), (3, '{}', NULL),
    (4, '[5:5]={9}', '{}');
!
for jobs in 1 2; do
	run pg-dump-json -j $jobs --stats "$tmp/stats" app.bounds
	is "-j $jobs: bounds of arrays are lost, counted by column" \
	    "$(jq -c .loss "$tmp/stats")" '[{"column":"a","count":2,'`
	    `'"first":{"bounds":"[0:2]"}},{"column":"b","count":1,'`
	    `'"first":{"bounds":"[-3:-2][5:6]"}}]'
	err_has "-j $jobs: and that is said" \
	    'app.bounds.a: the lower bounds of 2 arrays are lost, the first [0:2]'
done

# Usage.
for args in '' 'a b' 'a --query x' '-j 0 a' '-j 65 a' '--partition 0/2 a' \
    '--partition 3/2 a' '--partition 1 a' '--partition 1/x a' '--force a' \
    '--limit -1 a' '-o d --query x' '-o d --where x' '-o d --frame'; do
	# shellcheck disable=SC2086
	dump $args
	is "wrong usage: $args" "$status:$(cat "$out")" 2:
done
dump ''
status_is 'wrong usage: an empty name' 2

psql -c 'DROP SCHEMA app CASCADE; DROP SCHEMA "Odd Schema" CASCADE;
    DROP SERVER files' 2>/dev/null
finish
