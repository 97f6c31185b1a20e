#!/bin/sh
# The commands in the EXAMPLES of the pages run, one after the other, where a
# reader would run them: a folder with an export, a server with tables.
. "$(dirname "$0")/../lib.sh"

if ! command -v bash >/dev/null; then
	skip 'the examples of the pages run' 'no bash'
	finish
fi
psql -q <<'!'
CREATE TYPE status AS ENUM ('active', 'archived');
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL,
    password_hash text NOT NULL);
CREATE TABLE clients (id integer PRIMARY KEY, name text NOT NULL,
    user_id integer NOT NULL REFERENCES users,
    status status NOT NULL DEFAULT 'active');
INSERT INTO users SELECT i, 'user ' || i, md5(i::text)
    FROM generate_series(41, 43) AS i;
INSERT INTO clients SELECT i, 'client ' || i, 41 + i % 3,
    (enum_range(NULL::status))[1 + i % 2] FROM generate_series(1, 30) AS i;
!
PG="host=$PGHOST user=$PGUSER dbname=$PGDATABASE"
export PG

# The examples of page $1, the Nth in the file N; prints how many.
extract() {
	awk '/^\.Sh/ { on = $2 == "EXAMPLES" }
	    !on { next }
	    /^\.Dl / { sub(/^\.Dl /, ""); block = 1; n++ }
	    /^\.Bd / { block = 1; n++; next }
	    /^\.(Ed|Pp)/ { block = 0 }
	    block { gsub(/\\e/, "\\"); print >(n "") }
	    END { print n }' "$top/man/$1"
}

# Run all examples of a page in a folder that "prepare" has filled.
page() { # PAGE COUNT
	mkdir "$tmp/$1"
	cd "$tmp/$1" || exit 1
	is "$1: has $2 examples" "$(extract "$1")" "$2"
	prepare
	i=0
	while [ "$i" -lt "$2" ]; do
		i=$((i + 1))
		run bash -euo pipefail "$i"
		status_is "$1: $(head -n 1 "$i") ..." 0
	done
}

prepare() { :; }
page pg-dump-json.1 4
is 'pg-dump-json.1: one user has moved' "$(sqlite3 app.db \
    'SELECT count(*), min(status) FROM clients')" '10|ACTIVE'
is 'pg-dump-json.1: what was exported last is there' \
    "$(cut -c 1-20 export/data/users.ndjson)" "$(printf '%s\n' \
    '{"id":41,"name":"use' '{"id":42,"name":"use' '{"id":43,"name":"use')"

prepare() {
	pg-dump-json -q -o export clients='id > 1' users \
	    --columns clients.id,clients.name,users.id,users.name
	seq 31 40 | sed 's/.*/{"id":&,"name":"one more"}/' >clients.ndjson
}
page sqlite-load.1 7
is 'sqlite-load.1: the table is that of the other database' \
    "$(sqlite3 app.db 'SELECT count(*), min(name) FROM clients')" \
    "$(psql -qAtc \
    'SELECT count(*), min(name COLLATE "C") FROM clients')"
is 'sqlite-load.1: and came without files between' \
    "$(sqlite3 new.db 'SELECT count(*), count(status) FROM clients')" '30|30'

prepare() {
	pg-dump-json -q clients | sqlite-load -q --create old.db clients
	sqlite3 app.db 'CREATE TABLE clients (id, status, password, created_at)' \
	    "INSERT INTO clients VALUES (1, 'new', 'x', date('now')),
		(2, 'old', 'y', '2020-02-02')"
}
page sqlite-dump-json.1 3
is 'sqlite-dump-json.1: the table has moved' \
    "$(sqlite3 new.db 'SELECT count(*) FROM clients')" 30

prepare() {
	sqlite3 app.db 'CREATE TABLE clients (id INTEGER PRIMARY KEY,
	    name TEXT NOT NULL, user_id INTEGER, status TEXT)' \
	    "INSERT INTO clients VALUES (101, 'Anna', 42, 'ACTIVE')"
}
page preflight.1 3
is 'preflight.1: nothing would fail' "$(cat "$out")" ''

prepare() {
	pg-dump-json -q clients | sqlite-load -q --create app.db clients
	seq 9 | sed 's/.*/{"id":&,"amount":&.50,"updated_at":1}/' \
	    >yesterday.ndjson
	seq 2 10 | sed 's/.*/{"id":&,"amount":&.505,"updated_at":2}/' \
	    >today.ndjson
}
page row-diff.1 3
is 'row-diff.1: what has changed' "$(bash 1 | awk '{ print $1, $2 }' |
    xargs)" '8 amount 8 updated_at'
is 'row-diff.1: what has not' "$(bash 2 2>/dev/null |
    awk '/same/ { print $2 }')" 8

prepare() {
	printf '{"n":%d,"email":"%s","updated_at":"2024-0%d"}\n' 1 a@x 1 \
	    2 b@x 1 3 a@x 3 4 A@x 2 >clients.ndjson
}
page row-dedup.1 2
is 'row-dedup.1: one row for each address' \
    "$(bash 1 2>/dev/null; jq .n new.ndjson | xargs)" '2 3 4'
is 'row-dedup.1: in lower case' \
    "$(bash 2 2>/dev/null; jq .n new.ndjson | xargs)" '1 2'

prepare() { :; }
page pg-schema.1 3
is 'pg-schema.1: the tables are there' "$(sqlite3 app.db .tables | xargs)" \
    'clients users'
is 'pg-schema.1: the labels are there' "$(cat "$out")" \
    'clients.status: active, archived'
page schema-ddl.1 3
is 'schema-ddl.1: and there again' "$(psql -Atqc "SELECT string_agg(relname,
    ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND
    relnamespace = 'copy'::regnamespace")" 'clients users'
prepare() {
	pg-schema users clients | schema-ddl --to sqlite | sqlite3 app.db
	psql -q -c 'DROP SCHEMA copy CASCADE' -c 'CREATE SCHEMA copy' 2>/dev/null
	PGOPTIONS='-c search_path=copy'
	export PGOPTIONS
}
page sqlite-schema.1 2
unset PGOPTIONS
psql -q -c 'DROP SCHEMA copy CASCADE' 2>/dev/null

prepare() { :; }
page rowpipe-migrations.7 2
page row-migrate.1 4
is 'row-migrate.1: the pipeline has been run' "$(sqlite3 app.db \
    "SELECT state FROM rowpipe_migrations WHERE name LIKE '%shout'")" completed

# The last of them needs a server; the others are tested with the filters.
prepare() { pg-dump-json -q clients >clients.ndjson; }
page rowpipe.7 3
is 'rowpipe.7: the table has moved' \
    "$(sqlite3 app.db 'SELECT min(status) FROM clients')" ACTIVE

# Two databases: one that rows come from, and one that takes them.
psql -q -c 'CREATE DATABASE man_examples'
FROM=$PG
TO="host=$PGHOST user=$PGUSER dbname=man_examples"
export FROM TO
psql -q -d "$TO" -c 'CREATE TABLE clients (id integer PRIMARY KEY, name text,
    user_id integer, status text)'
prepare() {
	mkdir -p export/data
	echo '{"id":50,"name":"x","password_hash":"y"}' \
	    >export/data/users.ndjson
	echo '{"id":60,"name":"z","user_id":50}' >export/data/clients.ndjson
}
page pg-load.1 6
is 'pg-load.1: the table is like the stream' \
    "$(psql -qAtc 'SELECT * FROM towns')" '2|Oslo'
is 'pg-load.1: the rows have moved' "$(psql -d "$TO" -qAtc 'SELECT count(*)
    FROM clients')" 30
is 'pg-load.1: both tables were loaded' "$(psql -qAtc 'SELECT u.name, c.name
    FROM clients AS c JOIN users AS u ON u.id = user_id WHERE c.id = 60')" 'x|z'
psql -q -c 'DROP DATABASE man_examples'
finish
