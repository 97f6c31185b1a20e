#!/bin/sh
# Checks of PostgreSQL that sqlite-load --create keeps refuse the same rows.
. "$(dirname "$0")/../lib.sh"

# KEPT|LEFT and the check as a user writes it.
cat >"$tmp/checks" <<'EOF'
KEPT i > 0
KEPT i between -3 and 3 or i is null
KEPT i in (1, 2, -3)
KEPT i not in (1, 2)
KEPT not (i = 5 and f)
KEPT i <= length(t)
KEPT n >= 0
KEPT n < 0.30
KEPT n <> 1.10 and n <= 99.99
KEPT not (n >= 0.10)
KEPT w >= 0.1
KEPT d > 0.1 or d = -2
KEPT r > -1
KEPT length(v) > 1
KEPT char_length(t) < 3
KEPT btrim(t) <> ''
KEPT t in ('a', 'B', ' a ', 'it''s')
KEPT v <> 'open' or t = v
KEPT e = 'open'
KEPT e in ('new', 'done')
KEPT e::text <> 'new'
KEPT f
KEPT not f and i is not null
KEPT f = false or at is null
KEPT (i > 0 and (n > 0 or d > 0)) or not (f or t = 'a')
LEFT i + 1 > 0
LEFT t < 'b'
LEFT t like 'a%'
LEFT lower(t) = t
LEFT e < 'open'
LEFT w > 0.1
LEFT c = 'a'
LEFT at > '2000-01-01'
EOF

{
	echo "CREATE TYPE st AS ENUM ('new', 'open', 'done');
	CREATE TABLE base (id int PRIMARY KEY, i int, n numeric(8,2), w numeric,
	    d float8, r real, t text, v varchar(20), c char(3), e st, f boolean,
	    at date);
	INSERT INTO base SELECT k, k % 13 - 6,
	    (ARRAY[0, 0.1, 0.29, 0.3, 1.1, -0.01, 99.99, 100])[1 + k % 8],
	    (ARRAY[0, 0.1, 0.11, -5])[1 + k % 4],
	    (ARRAY[0, 0.1, 0.2, -2, 1e300])[1 + k % 5],
	    (ARRAY[0, 0.1, -1, -0.5])[1 + k % 4],
	    (ARRAY['', 'a', 'B', ' a ', 'it''s', 'open', 'ää'])[1 + k % 7],
	    (ARRAY['open', 'a', '', 'ö'])[1 + k % 4], 'a',
	    (ARRAY['new', 'open', 'done'])[1 + k % 3]::st, k % 2 = 0,
	    CASE WHEN k % 3 = 0 THEN date '1999-12-31' + k END
	    FROM generate_series(1, 300) k;
	UPDATE base SET i = NULL, e = NULL WHERE id % 17 = 0;
	UPDATE base SET n = NULL, t = NULL, f = NULL WHERE id % 19 = 0;"
	k=0
	while read -r fate expr; do
		k=$((k + 1))
		echo "CREATE TABLE c$k (LIKE base INCLUDING INDEXES);
		ALTER TABLE c$k ADD CONSTRAINT ck$k CHECK ($expr);"
	done <"$tmp/checks"
} >"$tmp/make.sql"
psql -Xq -c 'DROP DATABASE IF EXISTS rowpipe_checks WITH (FORCE)' \
    -c 'CREATE DATABASE rowpipe_checks' 2>/dev/null || exit 1
PGDATABASE=rowpipe_checks
export PGDATABASE
check 'a table for each check' psql -X -q -v ON_ERROR_STOP=1 -f "$tmp/make.sql"
run pg-dump-json -q --output-dir "$tmp/x"
status_is 'the tables are exported' 0
pg-dump-json -q base >"$tmp/rows"

k=0
while read -r fate expr; do
	k=$((k + 1))
	sqlite-load -q --create --schema "$tmp/x/schema.ndjson" \
	    --rejects "$tmp/rejects" "$tmp/app.db" "c$k" <"$tmp/rows" 2>"$err"
	where=true
	[ "$fate" = LEFT ] || where="($expr) IS NOT FALSE"
	is "$fate: $expr" \
	    "$(sqlite3 "$tmp/app.db" "SELECT group_concat(id) FROM c$k")" \
	    "$(psql -X -At -c "SELECT string_agg(id::text, ',' ORDER BY id)
		FROM base WHERE $where")"
	sqlite3 "$tmp/app.db" ".schema c$k" >"$tmp/ddl"
	if [ "$fate" = KEPT ]; then
		check '  is a constraint' grep -q "CONSTRAINT \"ck$k\"" \
		    "$tmp/ddl"
	else
		check '  is a comment' grep -q '^  -- check: ' "$tmp/ddl"
	fi
done <"$tmp/checks"

finish
