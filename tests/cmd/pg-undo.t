#!/bin/sh
# pg-load --undo-log and --undo; table-clear's logs too.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pg.sh"

own_schema undo
cd "$tmp" || exit 1

# Every row, as the server itself writes it.
whole() {
	psql -c "SELECT t FROM t ORDER BY id" -c "SELECT p FROM p ORDER BY p"
}

make_tables() {
	psql <<'SQL'
DROP TABLE IF EXISTS t, p;
DROP TYPE IF EXISTS pair, mood;
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE mood AS ENUM ('sad', 'so "so"', 'happy');
CREATE TABLE t (id integer PRIMARY KEY, n numeric, f double precision,
    g integer GENERATED ALWAYS AS (id * 2) STORED, b bytea, a integer[],
    ts timestamptz, j jsonb, c pair, m mood, r int4range, d date, bits bit(3),
    i interval, "Odd ""name" text DEFAULT 'x', k bigint GENERATED ALWAYS
    AS IDENTITY, js json, u uuid, ch char(5));
CREATE TABLE p (x integer, y text) PARTITION BY RANGE (x);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (50);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (50) TO (1000);
INSERT INTO t (id, n, f, b, a, ts, j, c, m, r, d, bits, i, js, u, ch)
    SELECT i, i * 1.10, i / 3.0, decode(lpad(to_hex(i), 4, '0'), 'hex'),
    ARRAY[i, NULL], 'epoch'::timestamptz + i * interval '1.5 s',
    jsonb_build_object('a', ARRAY[i]), ROW(i, E'x"\\,')::pair, 'so "so"'::mood,
    int4range(i, i + 5), date '2020-01-01' + i, B'101',
    i * interval '1 month 3 days', '{"a":   1}'::json, md5(i::text)::uuid, 'ab'
    FROM generate_series(1, 30) AS i;
UPDATE t SET n = 'NaN', f = '-Infinity', ts = 'infinity' WHERE id % 7 = 0;
INSERT INTO p SELECT i, 'p' || i FROM generate_series(1, 5) AS i;
INSERT INTO p VALUES (1, 'p1'), (60, NULL);
SQL
}

rows() { # SEED
	awk -v seed="$1" 'BEGIN {
		srand(seed)
		for (i = 0; i < 60; i++) {
			printf "{\"id\":%d", 1 + int(rand() * 50)
			if (rand() < 0.5) printf ",\"n\":%d.50", rand() * 99
			if (rand() < 0.5) printf ",\"b\":\"\\\\x%04x\"", i
			if (rand() < 0.3) printf ",\"a\":[%d,[1]]", i
			if (rand() < 0.3) printf ",\"j\":{\"b\":null}"
			if (rand() < 0.3) printf ",\"m\":\"sad\""
			if (rand() < 0.3) printf ",\"c\":{\"a\":1,\"b\":null}"
			if (rand() < 0.3) printf ",\"js\":[ %d]", i
			print "}"
		}
	}'
}

for seed in 1 2 3 4; do
	make_tables
	case $seed in
	1) set -- --on-conflict update ;;
	2) set -- --on-conflict replace --batch 7 ;;
	3) set -- --on-conflict skip ;;
	4) set -- --on-conflict update --delete-missing --confirm ;;
	esac
	[ "$seed" = 4 ] || set -- "$@" --on-error reject
	rows "$seed" >in
	[ "$seed" != 4 ] || sed 's/,"a":\[[0-9]*,\[1\]\]//' in >in4
	[ "$seed" != 4 ] || mv in4 in
	whole >before
	rm -f u
	run_with in pg-load "$@" --undo-log u t
	check "load $seed is done" test "$status" -le 1
	whole >after
	check "load $seed changes something" test "$(cmp before after |
	    grep -c differ)" -eq 1
	run pg-load --undo u
	status_is "load $seed is undone" 0
	whole >now
	is 'and all is what it was' "$(cat now)" "$(cat before)"
done

echo '{"x":70,"y":"z"}' >in
echo '{"x":1,"y":"p1"}' >>in
whole >before
run_with in pg-load --undo-log v p
run pg-load --undo v
status_is 'rows without a key are undone' 0
whole >now
check 'one of those that are the same' cmp before now

run_with in pg-load --undo-log v p
status_is 'a log that is there is not written over' 4
rm -f v
run_with in pg-load --dry-run --undo-log v p
check 'a dry run leaves no log' test ! -e v
printf '%s\n' '{"x":1}' '{"x":5000}' >bad
run_with bad pg-load --undo-log v p
status_is 'a load that fails' 3
check 'leaves no log' test ! -e v

# Refusals.
rm -f u
printf '%s\n' '{"id":1,"n":77}' '{"id":2,"n":77}' '{"id":900}' >in
whole >orig
run_with in pg-load -q --on-conflict update --undo-log u t
psql -c "UPDATE t SET ch = 'z' WHERE id = 2"
whole >before
run pg-load --undo u
status_is 'a row that has changed since is refused' 3
err_has 'and named' "row {\"id\":2} of table \"$schema.t\" has changed since"
err_has 'and counted' '1 of 3 changes in "u" cannot be undone'
whole >now
check 'and nothing is done' cmp before now
run pg-load --force --dry-run --undo u
whole >now
check 'nor in a dry run' cmp before now
run pg-load --force --undo u
status_is '--force goes on, and it is a finding' 1
is 'and makes it what it was' "$(psql -c 'SELECT n FROM t WHERE id IN (1, 2)
    ORDER BY id')" "$(printf '1.10\n2.20')"

# A transaction that was never committed, or was and could not say so.
rm -f u
run_with in pg-load -q --on-conflict update --undo-log u t
sed '$d' u >cut.nd
whole >after
run pg-load --undo cut.nd
status_is 'a log without its end is undone when the rows fit' 0
run pg-load --undo cut.nd
status_is 'and is nothing when none of it was committed' 0
err_has 'which is said' 'were never committed, and are left out'

# Triggers are not switched off.
rm -f u
run_with in pg-load -q --on-conflict update --undo-log u t
psql -c "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN new.ch = ''now''; RETURN new; END'" -c "CREATE TRIGGER stamp
    BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION stamp()"
run pg-load --undo u
err_has 'a trigger that changes the row again is told of' \
    'makes another row of it'
psql -c 'DROP TRIGGER stamp ON t' -c 'ALTER TABLE t RENAME n TO nn'
run pg-load --undo u
err_has 'a column that was renamed is refused' 'has no column "n"'
psql -c 'ALTER TABLE t RENAME nn TO n'
sed 's/"postgresql"/"sqlite"/' u >other
run pg-load --undo other
err_has 'so is the log of SQLite' 'another kind of database'

# table-clear.
make_tables
whole >before
rm -f clog
run table-clear "dbname=${PGDATABASE:-postgres}" --confirm --undo-log clog t p
status_is 'table-clear keeps a log' 0
run pg-load --undo clog
status_is 'by which pg-load brings the rows back' 0
whole | tr '\n' ' ' >now
is 'as they were' "$(cat now)" "$(tr '\n' ' ' <before)"
finish
