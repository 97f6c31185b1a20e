#!/bin/sh
# examples/whole-database: all tables of a database, whatever they are called.
. "$(dirname "$0")/../lib.sh"

cd "$tmp" || exit 1
copy=$top/examples/whole-database/copy.sh
psql -q -f "$top/examples/postgres-to-sqlite/sample.sql"
psql -q <<'EOT'
CREATE SCHEMA "Other Schema";
CREATE TABLE "Other Schema"."it's; drop table x; --" ("a ""b""" integer PRIMARY KEY);
INSERT INTO "Other Schema"."it's; drop table x; --" SELECT generate_series(1, 12);
CREATE TABLE empty (t text);
CREATE TABLE measured (at date, v real[]) PARTITION BY RANGE (at);
CREATE TABLE measured_2024 PARTITION OF measured
    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE measured_rest PARTITION OF measured DEFAULT;
INSERT INTO measured SELECT date '2024-12-30' + i, ARRAY[i::real, NULL, 'NaN']
    FROM generate_series(1, 5) AS i;
EOT

run "$copy" -d '' all.db
status_is 'copies all tables' 0
is 'each with all its rows' "$(sed '1,/^table .*status$/d' "$out" |
    grep -cE ' +([0-9]+) +\1 +ok$')" 11
is 'and a table of strange name' "$(sqlite3 all.db \
    'SELECT sum("a ""b""") FROM "Other Schema.it'\''s; drop table x; --"' \
    2>&1)" 78
is 'foreign keys come along' "$(sqlite3 all.db \
    "SELECT count(*) > 0 FROM pragma_foreign_key_list('clients')")" 1

run "$copy" --limit 5 --export some some.db
status_is 'copies some rows of all tables' 0
is 'not more of a table than that' \
    "$(sqlite3 some.db 'SELECT count(*) FROM charts')" 5
is 'foreign keys that would break stay behind' "$(sqlite3 some.db \
    "SELECT count(*) FROM pragma_foreign_key_list('clients')")" 0
finish
