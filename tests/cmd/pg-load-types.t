#!/bin/sh
# What pg-dump-json writes, pg-load stores: values of every type come back as
# the same row_to_json.
. "$(dirname "$0")/../lib.sh"

psql() { command psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

db=pg_load_types_$$
psql -c "CREATE DATABASE $db" || exit 1
trap 'psql -d postgres -c "DROP DATABASE IF EXISTS $db WITH (FORCE)"
    rm -rf "$tmp"' EXIT
PGDATABASE=$db
export PGDATABASE
psql -f "$top/tests/data/types.sql" >/dev/null 2>&1 || exit 1

# The server's own words for all rows of a table.
oracle() { # TABLE
	PGOPTIONS='-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601
	    -c bytea_output=hex -c extra_float_digits=1 -c lc_monetary=C
	    -c synchronize_seqscans=off' psql -c "SELECT
	    translate(row_to_json(whole)::text, E'\\n\\r', '  ')
	    FROM $1 AS whole"
}

# A cast to json of somebody's own has no way back.  White space around a json
# value is not part of it once it stands in a row.
psql <<'!' || exit 1
DROP TABLE types.casts;
UPDATE types.t_json SET v = trim(v::text)::json;
UPDATE types.t_json SET a = (SELECT array_agg(trim(e::text)::json ORDER BY n)
 FROM unnest(a) WITH ORDINALITY AS u (e, n)) WHERE cardinality(a) > 0;
!
# Values that all have a binary form, and one in the middle that has none.
psql <<'!' || exit 1
SET search_path = types, public;
CREATE TABLE binary_forms AS SELECT row_number() OVER () AS n, i2, i4, i8, num,
 quot, f8, d, ts, tz, t, u, b, ok, s, j, a, j::json AS js, ARRAY[s, NULL, ''] AS
 ss, ARRAY[num, NULL] AS nn, ARRAY[d] AS ds, left(s, 3)::varchar(3) AS v,
 left(s, 2)::char(5) AS c, 'ok'::mood AS e, 1::positive AS p, round(num, 2) AS m,
 ts::timestamp(2) AS ts2 FROM sweep
 WHERE d > '0001-01-01' AND ts BETWEEN '0002-01-01' AND '9999-01-01';
CREATE TABLE mixed_forms AS TABLE binary_forms;
UPDATE mixed_forms SET num = 'NaN' WHERE n = 30;
UPDATE mixed_forms SET tz = 'infinity' WHERE n = 50;
!
is 'there are rows to speak of' "$(psql -c 'SELECT count(*) > 50
    FROM types.binary_forms')" t

psql -c "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname = 'types' AND tablename <> 'samples'
    ORDER BY 1" >"$tmp/tables"
psql -c 'CREATE SCHEMA back'
while read -r table; do
	copy=back.${table#types.}
	psql -c "CREATE TABLE $copy (LIKE $table)"
	pg-dump-json -q "$table" >"$tmp/rows"
	# Settings that are not the defaults change nothing.
	PGOPTIONS='-c array_nulls=off -c xmloption=document -c datestyle=German
	    -c standard_conforming_strings=off -c timezone=Asia/Kathmandu' \
	    run_with "$tmp/rows" pg-load --stats "$tmp/stats" "$copy"
	status_is "$table: is loaded" 0
	oracle "$table" >"$tmp/want"
	oracle "$copy" >"$tmp/got"
	check "$table: comes back the same" cmp "$tmp/got" "$tmp/want"
done <"$tmp/tables"

# What a double cannot hold is not taken for zero, however it is written.
psql -c 'CREATE TABLE small (v double precision)'
for v in 1E-400 -1e-400 1e400; do
	echo "{\"v\":$v}" >"$tmp/rows"
	run_with "$tmp/rows" pg-load -q small
	status_is "$v is out of range" 3
done
echo '{"v":0E-400}' >"$tmp/rows"
run_with "$tmp/rows" pg-load -q small
is 'a zero is one with any exponent' "$(psql -c 'SELECT v FROM small')" 0
finish
