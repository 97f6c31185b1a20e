#!/bin/sh
# PostgreSQL -> SQLite -> NDJSON gives back the rows that left, of every type.
. "$(dirname "$0")/../lib.sh"
if [ -z "${PGHOST-}" ]; then
	skip 'rows come back as they were' 'no PostgreSQL server'
	finish
fi
db=$tmp/app.db
schema=round_trip_$$
q() { psql -qAtX -v ON_ERROR_STOP=1 "$@"; }
PGOPTIONS="-c search_path=$schema,public -c client_min_messages=warning"
export PGOPTIONS
trap 'q -c "DROP SCHEMA IF EXISTS $schema CASCADE" >/dev/null; rm -rf "$tmp"' EXIT

q -c "CREATE SCHEMA $schema" >/dev/null
q >/dev/null <<'END' || exit 1
CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy');
CREATE TYPE place AS (x numeric, name text);
CREATE DOMAIN cents AS numeric(12,2);
CREATE TABLE kinds (id bigint PRIMARY KEY, s smallint, i integer, o oid,
    n numeric, n2 numeric(12,2), big numeric, c cents, f real, d double precision,
    b boolean, t text, v varchar(10), ch char(5), m mood, u uuid, dt date,
    tm time, tz timetz, ts timestamp, tsz timestamptz, iv interval, j json,
    jb jsonb, by bytea, ia integer[], ta text[][], p place, pa place[],
    r int4range, ip inet, bits bit varying, mo money, pt point, x xml,
    ty timestamptz[], ma mood[], ba bytea[]);
INSERT INTO kinds (id) VALUES (0);
INSERT INTO kinds VALUES (-9223372036854775808, -32768, 2147483647, 4294967295,
    1.10, -0.50, 12345678901234567890.12345678901234567890, 5, 0.1,
    0.30000000000000004, true, E'quote " back \\ tab \t line \n \u00fc', '',
    'ab', 'very happy', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'infinity',
    '24:00', '12:00:00.000001+05:30', '2024-02-29 12:34:56.789',
    '0044-03-15 12:00:00 BC', '1 year -2 days 03:04:05.000006',
    E'{ "a" : [1.0,\n 1e400], "a": null }', '{"a": 1.10, "b": "\u0007"}',
    '\xdeadbeef', '{1,NULL,3}', '{{a,"b c"},{"d\"e",NULL}}',
    '(1.50,"it''s")', ARRAY['(1,a)'::place, NULL], '[1,5)', '10.0.0.0/8',
    '10101', 12.34, '(1,2)', '<a>&amp;</a>', '{infinity,-infinity}',
    '{sad,NULL}', ARRAY['\x00'::bytea]);
INSERT INTO kinds (id, n, n2, big, f, d, j, jb, by, t, ts) VALUES
    (1, 'NaN', 'NaN', 'NaN', 'NaN', 'NaN', 'null', 'null', '', '{}', '-infinity'),
    (2, 'Infinity', 0, '-Infinity', 'Infinity', '-Infinity', '"text"',
	'"text"', '\x00', 'NaN', 'epoch'),
    (3, 0.000000000000000001, 99999999.99, 1e100, 1e-45, 5e-324, '1', 'true',
	NULL, '1.10', NULL),
    (4, -0.0, 0.10, 1e-20, 3.4028235e38, 1.7976931348623157e308, '[]', '{}',
	NULL, 'null', NULL),
    (5, 1e15, 1, 100, 1e15, 1e15, '"\u00e9"', '""', NULL, '007', NULL),
    (6, 123456, 1.5, 0.5, 123456.7, 123456789012345.6, NULL, '[[[]]]', NULL,
	'true', NULL);
-- Around 1e17 a short decimal can stand just between two doubles.
INSERT INTO kinds (id, n, n2, d, f, jb, t)
SELECT 100 + i, (random() * 10 ^ (i % 30))::numeric, random() * 1000,
    (random() - 0.5) * 10 ^ CASE WHEN i % 2 = 0 THEN i % 600 - 300 ELSE 17 END,
    (random() - 0.5) * 10 ^ (i % 60 - 30),
    to_jsonb(random()), repeat(chr(i % 50000 + 40), i % 7)
  FROM generate_series(1, 3000) AS i;
CREATE TABLE parent (a integer, b text, note text NOT NULL DEFAULT 'x',
    PRIMARY KEY (a, b));
CREATE TABLE child (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    a integer, b text, up integer REFERENCES child,
    twice integer GENERATED ALWAYS AS (a * 2) STORED,
    FOREIGN KEY (a, b) REFERENCES parent ON DELETE CASCADE);
INSERT INTO parent SELECT i, 'b' || i FROM generate_series(1, 20) AS i;
INSERT INTO child (a, b, up) SELECT 1 + i % 20, 'b' || (1 + i % 20),
    CASE WHEN i > 1 THEN i - 1 END FROM generate_series(1, 50) AS i;
END

run pg-dump-json -q -o "$tmp/export" $schema.kinds $schema.parent $schema.child
status_is 'tables are exported' 0
file() { echo "$tmp/export/data/$schema.$1.ndjson"; }

# The exact way.
run sqlite-load --create --numeric text --schema "$tmp/export/schema.ndjson" \
    "$db" "child=$(file child)" "kinds=$(file kinds)" "parent=$(file parent)"
status_is 'they are loaded, a NaN apart' 1
is 'of which each column says the first' \
    "$(sed -n 's/^sqlite-load: \([a-z.0-9]*\): \([0-9]*\) value.*NaN.*/\1 \2/p' \
    "$err")" 'kinds.f 1
kinds.d 1'
is 'SQLite finds nothing wrong' "$(sqlite3 "$db" \
    'PRAGMA integrity_check; PRAGMA foreign_key_check')" ok
for t in kinds parent child; do
	run sqlite-dump-json -q "$db" $t
	status_is "$t comes back" 0
	# PostgreSQL's order is not that of the rowid.
	sort "$out" >"$tmp/got"
	# The two NaN that SQLite cannot hold are null.
	sort "$(file $t)" | sed '/"id":1,/s/"f":"NaN","d":"NaN"/"f":null,"d":null/' \
	    >"$tmp/want"
	check "$t is as it was, byte for byte" cmp "$tmp/got" "$tmp/want"
done

# As an application would have it: decimals are REAL.
rm -f "$db"
run sqlite-load -q --create --schema "$tmp/export/schema.ndjson" "$db" \
    "kinds=$(file kinds)"
status_is 'decimals as REAL are findings where they lose digits' 1
loss() { sed -n "s/^sqlite-load: kinds\.$1: \([0-9]*\) value.*/\1/p" "$err"; }
sqlite-dump-json -q "$db" kinds >"$tmp/got"
for c in n2 c d f; do
	is "column $c comes back as it was but for what is counted" \
	    "$(jq -c "[.id, .$c]" "$tmp/got" | sort | cksum)" \
	    "$(jq -c "[.id, if .$c == \"NaN\" then null else .$c end]" \
	    "$(file kinds)" | sort | cksum)"
done
# What is not counted as lost has the same value, compared by PostgreSQL.
q -c 'CREATE TABLE back (id bigint PRIMARY KEY, n numeric, big numeric)'
sqlite-dump-json -q "$db" kinds --columns id,n,big |
    sed 's/^{"id":\([^,]*\),"n":"*\([^",]*\)"*,"big":"*\([^"}]*\)"*}$/\1	\2	\3/
	s/null/\\N/g' | q -c '\copy back FROM pstdin'
for c in n big; do
	is "column $c changed in as many rows as are counted" \
	    "$(loss $c)" "$(q -c "SELECT count(*) FROM kinds k JOIN back b
	    USING (id) WHERE k.$c IS DISTINCT FROM b.$c")"
done
finish
