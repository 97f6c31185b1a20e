#!/bin/sh
# checksum --rows: a digest of what rows say, whatever their order and form.
. "$(dirname "$0")/../lib.sh"
oracle=$top/tests/cmd/canonical_oracle.py
cd "$tmp" || exit 1

rowsum() { # OPTIONS FILE - the digest that is said
	checksum --rows "$@" 2>&1 >/dev/null |
	    sed -n 's/^checksum: SHA-256 of the rows in any order \([0-9a-f]*\),.*/\1/p'
}

# Against a second implementation.
for seed in 1 2 3; do
	"$oracle" make $seed 2000
	want=$("$oracle" sum one)
	is "seed $seed: a second implementation agrees" "$(rowsum one)" "$want"
	is "seed $seed: order and form do not matter" "$(rowsum two)" "$want"
	sed '7d' two >less
	check "seed $seed: a row less is another sum" \
	    [ "$(rowsum less)" != "$want" ]
	{ cat two; sed -n 7p two; } >twice
	check "seed $seed: a row twice is another sum" \
	    [ "$(rowsum twice)" != "$want" ]
done
is 'no rows have a sum' "$(rowsum /dev/null)" \
    "$(printf '' | sha256sum | cut -c 1-64)"
printf '{"b":[2.50,"\\u0061"],"a":null}\n' >known
is 'a row has the sum that the page says' "$(rowsum known)" \
    "$(printf '{"a":null,"b":[25e-1,"a"]}' | sha256sum | cut -c 1-64 |
	sha256sum | cut -c 1-64)"

# With little memory, through files.
seq 1 60000 | sed 's/.*/{"id":&,"text":"row &"}/' >many
sort -R --random-source=many many >shuffled
is 'sorted in files it is the same sum' "$(rowsum --memory 1M shuffled)" \
    "$(rowsum many)"
is 'and again the one of the second implementation' "$(rowsum many)" \
    "$("$oracle" sum many)"
TMPDIR=/nowhere run checksum -q --rows --memory 1M many
status_is 'no room for files is an I/O error' 4
err_has 'no room for files: says where' \
    'checksum: could not make a temporary file in "/nowhere"'
check 'with enough memory no file is needed' sh -c \
    'TMPDIR=/nowhere checksum -q --rows --memory 64M many >/dev/null'

# Files of sums.
run checksum --rows -q -o many.sum many
check '--rows passes the rows' cmp "$out" many
is 'the file of sums' "$(cat many.sum)" "# rows: 60000
ROWS-SHA256 (many) = $(rowsum many)"
run checksum --rows -q --name many -o other.sum shuffled
check 'the same rows make the same file' cmp many.sum other.sum
run sha256sum -c many.sum
check 'sha256sum does not take it for one of its own' [ "$status" -ne 0 ]
run checksum --rows -q --verify many.sum shuffled
status_is '--verify: the same rows in another order' 0
sed '77s/row/Row/' many >changed
run checksum --rows -q --verify many.sum changed
status_is '--verify finds a change' 1
err_is '--verify: says so' "checksum: the rows are not those of \"many.sum\": \
SHA-256 is $(rowsum changed), not $(rowsum many)
hint: 60000 rows came, 60000 rows were expected; row-diff shows which differ"
checksum -q -o bytes.sum many >/dev/null
run checksum --rows -q --verify bytes.sum many
status_is 'a sum of bytes is none of rows' 3
err_is 'a sum of bytes: says so' 'checksum: file "bytes.sum": no checksum of rows in it
hint: one with --rows and one without are not the same'
run checksum -q --verify many.sum many
status_is 'nor the other way round' 3
cat bytes.sum many.sum >both.sum
run checksum -q --verify both.sum many
status_is 'both may stand in one file: bytes' 0
run checksum --rows -q --verify both.sum shuffled
status_is 'both may stand in one file: rows' 0

# Frames and trouble.
checksum -q --frame many >framed
is 'a frame is not summed' "$(rowsum framed)" "$(rowsum many)"
run checksum --rows -q framed
check 'and passes' cmp "$out" framed
sed '$d' framed >part
run checksum --rows -q -o cut.sum part
status_is 'a stream that is cut has no sum' 5
check 'a stream that is cut: no file is written' [ ! -e cut.sum ]
printf '{"a":1}\n{"a":}\n' >bad
run checksum --rows -q -o bad.sum bad
status_is 'with --rows, lines are looked into' 3
check 'bad rows have no sum' [ ! -e bad.sum ]
run checksum --schema none many
status_is '--schema needs --rows' 2
run checksum --rows --table t many
status_is '--table needs --schema' 2
run checksum --rows --verify-dir .
status_is '--verify-dir sums no rows' 2

# Types.
cat >schema <<'EOF'
{"title":"t","type":"object","properties":{
"id":{"type":"integer","x-columnType":"bigint"},
"n":{"type":["number","null"],"x-columnType":"numeric(10,2)"},
"r":{"type":"number","x-columnType":"double precision"},
"ok":{"type":"boolean","x-columnType":"boolean"},
"u":{"type":"string","format":"uuid","x-columnType":"uuid"},
"at":{"type":"string","x-columnType":"timestamp with time zone"},
"j":{"x-columnType":"jsonb"},
"t":{"type":"string","x-columnType":"text"}}}
EOF
cat >pg <<'EOF'
{"id":1,"n":1.50,"r":0.1,"ok":true,"u":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","at":"2024-03-01T00:00:00+00:00","j":{"a":[1,2]},"t":"1.0"}
{"id":2,"n":null,"r":1e20,"ok":false,"u":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12","at":"2024-03-01T00:00:00.5+00:00","j":[],"t":""}
EOF
cat >lite <<'EOF'
{"id":2,"n":null,"r":100000000000000000000,"ok":0,"u":"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12","at":"2024-03-01 01:00:00.500+01:00","j":"[ ]","t":""}
{"id":1,"n":"1.5","r":0.1000000000000000055511151231257827,"ok":1,"u":"{A0EEBC999C0B4EF8BB6D6BB9BD380A11}","at":"2024-03-01 00:00:00","j":"{\"a\":[1.0,2]}","t":"1.0"}
EOF
is '--schema: values are the same when their types say so' \
    "$(rowsum --schema schema lite)" "$(rowsum --schema schema pg)"
check 'without they are not' [ "$(rowsum lite)" != "$(rowsum pg)" ]
for change in 's/"1.0"/"1.00"/' 's/00\.500+/00.501+/' 's/"n":"1.5"/"n":"1.51"/' \
    's/BC99/BC98/' 's/"ok":0/"ok":2/' 's/\[1.0,2\]/[1.0,"2"]/' \
    's/"r":1/"r":2/'; do
	sed "$change" lite >differs
	check "--schema: but not after $change" \
	    [ "$(rowsum --schema schema differs)" != \
	    "$(rowsum --schema schema pg)" ]
done
{ tr -d '\n' <schema; echo; echo '{"title":"o","type":"object","properties":{}}'
} >two.schema
run checksum --rows --schema two.schema pg
status_is 'of several tables one must be named' 2
err_is 'several tables: says so' 'checksum: several tables in the schema "two.schema"; name one with --table'
is '--table names it' "$(rowsum --schema two.schema --table t lite)" \
    "$(rowsum --schema schema pg)"
run checksum --rows --schema two.schema --table x pg
err_is 'no such table: says so' 'checksum: no table "x" in the schema "two.schema"'

# Two databases.
if ! psql -Atc 'SELECT 1' >/dev/null 2>&1; then
	skip 'PostgreSQL and SQLite agree' 'no server; run tests/with-postgres'
	finish
fi
psql -q <<'EOF' 2>/dev/null
DROP TABLE IF EXISTS checksum_rows;
CREATE TABLE checksum_rows (id bigint PRIMARY KEY, n numeric(12,2),
    r double precision, f real, ok boolean, u uuid, at timestamptz, ts timestamp,
    d date, j jsonb, b bytea, a int[], t text, c char(3));
INSERT INTO checksum_rows SELECT i, i / 4.0, i / 8.0::float8, i / 3.0::float4,
    i % 2 = 0, md5(i::text)::uuid,
    timestamptz '2024-01-01 00:00:00+00' + i * interval '17 minutes 13.25 s',
    timestamp '1999-12-31 23:00' + i * interval '1 hour', date '2000-02-28' + i,
    jsonb_build_object('i', i, 'x', jsonb_build_array(i / 8.0, null, 'e' || i)),
    decode(md5(i::text), 'hex'), ARRAY[i, NULL, -i], chr(8000 + i) || i, i % 7
    FROM generate_series(1, 3000) AS i;
EOF
pg-dump-json -q --output-dir bag checksum_rows
schema=bag/schema.ndjson
cp bag/data/checksum_rows.ndjson from-pg
sqlite-load -q --create --schema $schema app.db checksum_rows=from-pg
sqlite-dump-json -q app.db checksum_rows >from-sqlite
check 'all rows come from SQLite' [ "$(wc -l <from-sqlite)" -eq 3000 ]
is 'PostgreSQL and SQLite agree' "$(rowsum from-sqlite)" "$(rowsum from-pg)"
is 'and by the types of the schema' "$(rowsum --schema $schema from-sqlite)" \
    "$(rowsum --schema $schema from-pg)"
# What SQLite itself says, with its own forms of booleans, JSON and numbers.
sqlite3 app.db "SELECT json_object('id', id, 'n', n, 'r', r, 'f', f, 'ok', ok,
    'u', upper(u), 'at', at, 'ts', ts, 'd', d, 'j', j, 'b', '\x' || hex(b),
    'a', a, 't', t, 'c', c) FROM checksum_rows ORDER BY t" >raw
is 'and with the values as SQLite stores them' \
    "$(rowsum --schema $schema raw)" "$(rowsum --schema $schema from-pg)"
sqlite3 app.db 'UPDATE checksum_rows SET n = n + 0.01 WHERE id = 2999'
check 'a value that was changed shows' [ "$(sqlite-dump-json -q app.db \
    checksum_rows | checksum --rows --schema $schema 2>&1 >/dev/null |
    head -n 1)" != "$(checksum --rows --schema $schema from-pg 2>&1 \
    >/dev/null | head -n 1)" ]
psql -q -c 'DROP TABLE checksum_rows'
finish
