#!/bin/sh
# Many connections, and shares of a table, give the rows that one gives.
. "$(dirname "$0")/../lib.sh"

psql() { command psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

psql <<'!' >/dev/null 2>&1 || exit 1
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS jobs CASCADE;
CREATE SCHEMA jobs;
SET search_path = jobs;
-- 20,000 rows in many pieces of 128 blocks; some are long, and a third gone.
CREATE TABLE big AS SELECT i AS id, md5(i::text) AS m,
    repeat('wide ', 200) AS w, CASE WHEN i % 1000 = 0 THEN
    (SELECT string_agg(md5((i + k)::text), '') FROM generate_series(1, 20000)
    AS k) END AS toast FROM generate_series(1, 20000) AS i;
ALTER TABLE big ADD PRIMARY KEY (id);
DELETE FROM big WHERE id % 3 = 0;
CREATE TABLE few AS SELECT 1 AS id;
CREATE TABLE none (id integer);
CREATE MATERIALIZED VIEW kept AS SELECT * FROM big WHERE id < 9000;
CREATE VIEW seen AS SELECT id, m FROM big;
CREATE TABLE parts (id integer, v text) PARTITION BY HASH (id);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 3,
    REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 3,
    REMAINDER 1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES WITH (MODULUS 3,
    REMAINDER 2);
INSERT INTO parts SELECT i, repeat(md5(i::text), 20)
    FROM generate_series(1, 10000) AS i;
CREATE TABLE bad (id integer, v integer);
INSERT INTO bad SELECT i, 20000 - i FROM generate_series(1, 30000) AS i;
ANALYZE;
!

dump() { run pg-dump-json "$@"; }

lines() { wc -l <"$1" | tr -d ' '; }

for t in big few none parts kept; do
	dump -q "jobs.$t"
	cp "$out" "$tmp/one"
	is "$t: all rows are there" "$(lines "$tmp/one")" \
	    "$(psql -c "SELECT count(*) FROM jobs.$t")"
	for j in 2 3 8; do
		dump -q -j $j "jobs.$t"
		check "$t: $j jobs write what one writes" cmp "$out" "$tmp/one"
	done
done

# A condition with an index, one that matches little, one that matches none.
for w in 'id BETWEEN 5000 AND 9000' "m LIKE 'ab%'" 'id IN (4, 19999)' \
    'id < 0'; do
	dump -q jobs.big --where "$w"
	cp "$out" "$tmp/one"
	dump -q -j 3 jobs.big --where "$w"
	check "jobs write the same where $w" cmp "$out" "$tmp/one"
done

# What one job must do alone, and why.
alone() { # REASON ARG ...
	reason=$1
	shift
	dump -q "$@"
	cp "$out" "$tmp/one"
	dump -v -j 4 "$@"
	check "one job does it alone: $reason" cmp "$out" "$tmp/one"
	err_has 'and says so' "one job only: $reason"
}
alone 'it is a query' --query 'SELECT id FROM jobs.big ORDER BY m'
alone 'it is not a plain table' jobs.seen
alone 'its rows are sorted' jobs.big --order-by m
alone 'its rows are limited' jobs.big --limit 7
alone 'the condition may hold a query' jobs.big \
    --where 'id IN (SELECT id FROM jobs.few)'
dump -q -j 4 jobs.few
err_is 'without -v nothing is said' ''

# Shares.
shares() { # TITLE N ARG ...
	title=$1
	n=$2
	shift 2
	dump -q "$@"
	sort "$out" >"$tmp/whole"
	: >"$tmp/shares"
	for i in $(seq "$n"); do
		dump -q --partition "$i/$n" "$@"
		[ "$status" -eq 0 ] || echo "status $status" >>"$tmp/shares"
		cat "$out" >>"$tmp/shares"
	done
	sort "$tmp/shares" >"$tmp/sorted"
	check "$title: $n shares are the whole" cmp "$tmp/sorted" "$tmp/whole"
}
for n in 1 2 5; do
	shares 'a table' $n jobs.big
	shares 'a partitioned table' "$n" jobs.parts
	shares 'a materialized view' "$n" jobs.kept
	shares 'a view' "$n" jobs.seen
done
shares 'a small table' 3 jobs.few
shares 'an empty table' 2 jobs.none
shares 'a query' 3 --query 'SELECT id, m FROM jobs.big WHERE id < 999'
shares 'with a condition' 3 jobs.big --where 'id > 5000'
shares 'with many jobs' 2 jobs.big -j 3
dump -q --partition 2/5 jobs.big
two=$(lines "$out")
total=$(psql -c 'SELECT count(*) FROM jobs.big')
check 'a share of five is about a fifth' \
    test $((two * 10)) -gt "$total" -a $((two * 10)) -lt $((total * 3))

# A failure in the middle ends in the same place as with one job.
dump -q jobs.bad --where '1 / v IS NOT NULL'
status_is 'a row that fails ends the run' 4
err_is 'and the server says why' \
    'pg-dump-json: jobs.bad: division by zero (SQLSTATE 22012)'
check 'what came before it ends with a whole row' \
    sh -c "tail -n 1 '$out' | jq -e '.v > 0' && tail -c 1 '$out' | grep -q ^$"
dump -q -j 3 jobs.bad --where '1 / v IS NOT NULL'
status_is 'with many jobs as well' 4
err_is 'with the same message' \
    'pg-dump-json: jobs.bad: division by zero (SQLSTATE 22012)'
is 'and no row from beyond' \
    "$(jq -s 'map(select(.v <= 0)) | length' "$out")" 0

# Too few connections, and a table that someone waits to change.
psql -c "ALTER ROLE nobody CONNECTION LIMIT 2" 2>/dev/null ||
    psql -c "CREATE ROLE nobody LOGIN CONNECTION LIMIT 2"
psql -c 'GRANT USAGE ON SCHEMA jobs TO nobody;
    GRANT SELECT ON jobs.big TO nobody'
dump -q jobs.big
cp "$out" "$tmp/one"
PGUSER=nobody dump -v -j 4 jobs.big
check 'with fewer connections than jobs all rows are written' \
    cmp "$out" "$tmp/one"
err_has 'and -v tells' 'one job less: could not connect'

# Rights on some columns are enough for these.
psql -c 'REVOKE SELECT ON jobs.big FROM nobody;
    GRANT SELECT (id) ON jobs.big TO nobody'
dump -q jobs.big --columns id
cp "$out" "$tmp/one"
PGUSER=nobody dump -q -j 2 jobs.big --columns id
check 'the right to read a column is enough for it' cmp "$out" "$tmp/one"

psql -c 'DROP SCHEMA jobs CASCADE; DROP ROLE nobody' 2>/dev/null
finish
