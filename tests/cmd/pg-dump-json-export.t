#!/bin/sh
# --output-dir: many tables of one moment, in a directory that can be checked.
. "$(dirname "$0")/../lib.sh"

psql() { command psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

# A database of our own: without operands all its tables are written.
psql -c 'DROP DATABASE IF EXISTS rowpipe_export WITH (FORCE)' \
    -c 'CREATE DATABASE rowpipe_export' 2>/dev/null || exit 1
PGDATABASE_WAS=$PGDATABASE
PGDATABASE=rowpipe_export
export PGDATABASE
psql <<'!' >/dev/null 2>&1 || exit 1
CREATE EXTENSION hstore;
CREATE TYPE status AS ENUM ('new', 'old');
CREATE DOMAIN code AS varchar(7) NOT NULL;
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer, total numeric(12,2) NOT NULL DEFAULT 0 CHECK (total >= 0),
    status status DEFAULT 'new', note varchar(40) UNIQUE, code code,
    twice text GENERATED ALWAYS AS (note || 'x') STORED,
    CHECK (user_id > 0 OR note IS NULL));
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, boss integer
    REFERENCES users ON DELETE SET NULL DEFERRABLE);
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
COMMENT ON TABLE users IS 'Who';
COMMENT ON COLUMN users.name IS 'Full name';
INSERT INTO users VALUES (1, 'Ann', NULL), (2, 'Bob', 1);
INSERT INTO orders (user_id, total, note, code) SELECT 1 + i % 2, i, 'n' || i,
    'c' FROM generate_series(1, 100) AS i;
CREATE SCHEMA app;
CREATE TABLE app.users (id integer);
CREATE TABLE app."Odd/Name" ("x y" integer);
CREATE TABLE app.empty (id integer, tags text[] DEFAULT '{}');
CREATE TABLE parts (id integer) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
INSERT INTO parts VALUES (1), (2);
CREATE TABLE base (id integer);
CREATE TABLE heir () INHERITS (base);
INSERT INTO base VALUES (1);
INSERT INTO heir VALUES (2);
CREATE VIEW seen AS SELECT 7 AS n;
CREATE UNLOGGED TABLE fast (id integer);
!

x=$tmp/export
export_() { run pg-dump-json -q -o "$x" "$@"; }

export_
status_is 'all tables are written' 0
out_is 'and nothing to standard output' ''
is 'a file for each table: no view, no partition' "$(cd "$x/data" && ls)" \
    'app.Odd=2FName.ndjson
app.empty.ndjson
app.users.ndjson
base.ndjson
fast.ndjson
heir.ndjson
orders.ndjson
parts.ndjson
users.ndjson'
check 'sha256sum agrees with the manifest' \
    sh -c "cd '$x' && sha256sum -c manifest-sha256.txt"
check 'and with the manifest of the manifests' \
    sh -c "cd '$x' && sha256sum -c tagmanifest-sha256.txt"
for t in orders users parts heir app.users; do
	is "$t has the rows of the table" "$(cat "$x/data/$t.ndjson")" \
	    "$(psql -c "SELECT row_to_json(t) FROM $t t")"
done
is 'rows that are inherited are in one file only' "$(cat "$x/data/base.ndjson")" \
    '{"id":1}'
is 'the package counts rows and bytes' \
    "$(jq -c '.resources[] | select(.name == "orders") |
	[.["x-rows"], .bytes, .path]' "$x/datapackage.json")" \
    "[100,$(wc -c <"$x/data/orders.ndjson" | tr -d ' '),\"data/orders.ndjson\"]"
is 'schemas stand in the order of references' \
    "$(jq -r .title "$x/schema.ndjson" | grep -nxE 'users|orders' |
	tail -n 1 | cut -d : -f 2)" orders
check 'nothing is left waiting' test ! -e "$x/.export"

# The model.
schema() { jq -c "select(.title == \"orders\") | $1" "$x/schema.ndjson"; }
is 'primary key' "$(schema .sqlPrimaryKey)" '["id"]'
is 'unique keys' "$(schema '.["x-uniqueKeys"]')" \
    '[{"name":"orders_note_key","fields":["note"]}]'
is 'references' "$(schema '.["x-foreignKeys"][0] |
    [.fields, .reference.resource, .reference.fields, .onDelete]')" \
    '[["user_id"],"users",["id"],"CASCADE"]'
is 'checks' "$(schema '.["x-checks"] | map(.sql)')" \
    '["((user_id > 0) OR (note IS NULL))","(total >= (0)::numeric)"]'
is 'enum labels' "$(schema '.properties.status.enum')" '["new","old",null]'
is 'numeric' "$(schema '.properties.total | [.sqlPrecision, .sqlScale, .default,
    .["x-columnType"]]')" '[12,2,0,"numeric(12,2)"]'
is 'length' "$(schema '.properties.note.maxLength')" 40
is 'identity' "$(schema '.properties.id["x-identity"]')" '"always"'
is 'generated' "$(schema '.properties.twice.readOnly')" true
is 'what a domain stands for' \
    "$(schema '.properties.code | [.type, .maxLength, .["x-columnType"]]')" \
    '["string",7,"code"]'
is 'comments' "$(jq -c 'select(.title == "users" and
    .sqlObjectOwner == "public") | [.["x-comment"],
    .properties.name["x-comment"]]' "$x/schema.ndjson")" '["Who","Full name"]'
is 'a default that is a constant' "$(jq -c 'select(.title == "empty") |
    .properties.tags.default' "$x/schema.ndjson")" '[]'

# Some tables, rows and columns.
export_ 'orders=user_id = 1' 'app."Odd/Name"' seen \
    --exclude orders.user_id,twice
status_is 'named tables are written' 0
is 'these and no others: what the old export had beyond is gone' \
    "$(cd "$x/data" && ls)" 'app.Odd=2FName.ndjson
orders.ndjson
seen.ndjson'
is 'rows by the condition, columns as wished' "$(sed -n 1p "$x/data/orders.ndjson")" \
    "$(psql -c "SELECT row_to_json(t) FROM (SELECT id, total, status, note,
	code FROM orders WHERE user_id = 1 LIMIT 1) t")"
is 'keys and checks of what is left out are left out' \
    "$(schema '[.["x-foreignKeys"], (.["x-checks"] | length),
	(.properties | keys_unsorted)]')" \
    '[null,1,["id","total","status","note","code"]]'
check 'it is whole' sh -c "cd '$x' && sha256sum -c manifest-sha256.txt"
export_ orders
is 'a reference to what is not exported is left out' \
    "$(schema '.["x-foreignKeys"]')" null
export_ orders users --columns users.id --limit 1
is '--columns of one table leave the others alone' \
    "$(jq -c 'keys_unsorted' "$x/data/orders.ndjson" "$x/data/users.ndjson" |
	tr '\n' ' ')" '["id","user_id","total","status","note","code","twice"] ["id"] '

# With many connections the files are the same.
export_
cp -R "$x/data" "$tmp/one"
export_ -j 3
check 'many jobs write the same files' diff -r "$x/data" "$tmp/one"

# A table that someone waits to change is read by the connection that holds it.
psql <<'!'
CREATE TABLE a1 AS SELECT 1 AS id;
CREATE TABLE a2 AS SELECT 1 AS id;
CREATE TABLE wanted AS SELECT i, repeat('x', 1000) AS x
    FROM generate_series(1, 5000) AS i;
!
(
	# Both connections are at work; neither has come to the third table.
	n=0
	while [ $((n += 1)) -lt 100 ] && [ "$(psql -c "SELECT count(*)
	    FROM pg_stat_activity WHERE wait_event = 'PgSleep'")" != 2 ]; do
		sleep 0.05
	done
	psql -c 'ALTER TABLE wanted ADD y integer'
) &
run pg-dump-json -v -j 2 -o "$x" 'a1=pg_sleep(1.5) IS NOT NULL' \
    'a2=pg_sleep(1.5) IS NOT NULL' \
    'wanted=i % 500 <> 0 OR pg_sleep(0.1) IS NOT NULL'
status_is 'it waits for nobody' 0
is 'and all is written' "$(wc -l <"$x/data/wanted.ndjson" | tr -d ' ')" 5000
err_has 'by one job less' \
    'one job less: wanted: canceling statement due to lock timeout'
wait

# What fails leaves the old export as it was.
export_ users
sum=$(cat "$x/manifest-sha256.txt")
for args in nosuch 'users=nosuch = 1' 'users orders=1/(total-50)<9' 'users users' \
    'users --columns nosuch' 'users --exclude id,name,boss' \
    'users --snapshot 1-1-1'; do
	# shellcheck disable=SC2086
	export_ $args
	check "a failure: $args" test "$status" -ne 0
	is 'leaves the export there was' "$(cat "$x/manifest-sha256.txt")" "$sum"
	check 'whole' sh -c "cd '$x' && sha256sum -c manifest-sha256.txt"
	check 'and nothing besides' test ! -e "$x/.export"
done
pg-dump-json -q -o "$x" 'users=pg_sleep(30) IS NOT NULL' 2>/dev/null &
pid=$!
sleep 0.5
kill -KILL $pid
wait $pid 2>/dev/null
check 'one that is killed does, too' \
    sh -c "cd '$x' && sha256sum -c manifest-sha256.txt"
export_ users
check 'and the next one takes its remains away' test ! -e "$x/.export"

mkdir "$tmp/other"
echo precious >"$tmp/other/thesis.txt"
run pg-dump-json -q -o "$tmp/other" users
status_is 'a directory with other files is refused' 2
err_has 'and it is said why' 'is neither empty nor an export'
run pg-dump-json -q -o "$tmp/other" --force users
status_is 'unless --force is given' 0
is 'and they stay' "$(cat "$tmp/other/thesis.txt")" precious
run pg-dump-json -q -o "$tmp/other/thesis.txt" users
status_is 'a file is no directory' 4
PGDATABASE=nosuch run pg-dump-json -q -o "$tmp/new" users
check 'without a server no directory is made' test ! -e "$tmp/new"
psql -c 'CREATE DATABASE rowpipe_none'
PGDATABASE=rowpipe_none run pg-dump-json -q -o "$tmp/new"
status_is 'a database without tables is an error' 4
err_has 'that is told' 'there is no table in database "rowpipe_none"'

PGDATABASE=$PGDATABASE_WAS
psql -c 'DROP DATABASE rowpipe_none' -c 'DROP DATABASE rowpipe_export WITH (FORCE)'
finish
