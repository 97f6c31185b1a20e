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

# What goes along with a row that is deleted.
psql <<'SQL'
CREATE TABLE a (id integer PRIMARY KEY, n text);
CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES a
    ON DELETE CASCADE, x numeric);
CREATE TABLE c (id integer PRIMARY KEY, a integer REFERENCES a ON DELETE SET
    NULL, b integer REFERENCES b ON DELETE CASCADE, y numeric(30, 10), j json);
CREATE TABLE e (id integer, a integer DEFAULT 1 REFERENCES a ON DELETE SET
    DEFAULT) PARTITION BY RANGE (id);
CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (0) TO (100);
CREATE TABLE e2 (a integer, id integer);
ALTER TABLE e ATTACH PARTITION e2 FOR VALUES FROM (100) TO (900);
CREATE TABLE own (id integer PRIMARY KEY, up integer REFERENCES own ON DELETE
    CASCADE);
INSERT INTO a SELECT i, 'n' || i FROM generate_series(1, 5) AS i;
INSERT INTO b SELECT i, 1 + i % 5, 1.10 * i FROM generate_series(1, 20) AS i;
INSERT INTO c SELECT i, 1 + i % 5, 1 + i % 20, 12345678901234567890.5 + i,
    '{"a":   1.50}' FROM generate_series(1, 40) AS i;
INSERT INTO e SELECT i * 20, 1 + i % 5 FROM generate_series(1, 20) AS i;
INSERT INTO own VALUES (1, NULL), (2, 1), (3, 2), (4, 1), (5, NULL);
SQL
all() {
	for table in a b c e own; do
		psql -c "SELECT '$table', x.* FROM $table AS x ORDER BY
		    x::text"
	done
}
printf '{"id":%d,"n":"new"}\n' 1 2 9 >in
all >before
for filter in cat 'jq -c .'; do
	if [ "$filter" != cat ] && ! command -v jq >/dev/null; then
		skip 'through jq' 'it is not installed'
		continue
	fi
	rm -f u
	run_with in pg-load --on-conflict update --delete-missing --confirm \
	    --undo-log u a
	is "$filter: rows are gone from the table and from others" \
	    "$status $(psql -c 'SELECT count(*) FROM a' -c 'SELECT count(*)
	    FROM b' -c 'SELECT count(a) FROM c' | xargs)" '0 3 8 8'
	$filter <u >v
	run pg-load --undo v
	all >now
	check "$filter: all of them come back" cmp before now
done
is 'our own triggers are gone' "$(psql -c "SELECT count(*) FROM pg_trigger
    WHERE tgname LIKE 'rowpipe%'")" 0
rm -f u
echo '{"op":"remove","key":{"id":1},"a":{"id":1,"up":null}}' >in
run_with in pg-load -q --apply-diff - --undo-log u own
is 'differences take rows along' "$(psql -c 'SELECT count(*) FROM own')" 1
run pg-load --undo u
all >now
check 'which come back too' cmp before now

rm -f u
echo '{"id":50,"n":"x"}' >in
run_with in pg-load -q --undo-log u a
psql -c 'INSERT INTO b VALUES (50, 50, 1)'
run pg-load --undo u
status_is 'a row to which others refer since is not taken away' 3
err_has 'which is said' "rows of table \"$schema.b\" have come since"
is 'nor are they' "$(psql -c 'SELECT count(*) FROM b WHERE id = 50')" 1
psql -c 'DELETE FROM b WHERE id = 50'
run pg-load --undo u
all >now
check 'until they are gone' cmp before now

psql -c "CREATE ROLE undo_$$" -c "GRANT ALL ON SCHEMA $schema TO undo_$$" \
    -c "GRANT SELECT, INSERT, UPDATE, DELETE ON a TO undo_$$"
rm -f u
run_with in pg-load --session "SET ROLE undo_$$" --on-conflict update \
    --delete-missing --confirm --undo-log u a
status_is 'who cannot see what goes along deletes nothing' 4
err_has 'and is told why' 'it takes the right TRIGGER on the table'
psql -c "DROP OWNED BY undo_$$" -c "DROP ROLE undo_$$"

# Triggers.
psql <<'SQL'
CREATE TABLE audit (a integer);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE a SET n = n || '+' WHERE id = new.id AND n NOT LIKE '%+';
    RETURN NULL; END $$;
CREATE TRIGGER touch AFTER INSERT OR UPDATE ON a FOR EACH ROW
    EXECUTE FUNCTION touch();
SQL
printf '{"id":%d,"n":"new"}\n' 1 2 9 10 11 >in
rm -f u
run_with in pg-load --on-conflict update --batch 2 --undo-log u a
is 'what a trigger makes of a row is noted' \
    "$status $(row-map -qr 'select(.after.id == 9) | .after.n' u | xargs)" \
    '0 new new+'
run pg-load --session 'SET session_replication_role = replica' --undo u
all >now
check 'and undone, without the trigger' cmp before now
psql <<'SQL'
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO audit VALUES (new.id); RETURN NULL; END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON a FOR EACH ROW
    EXECUTE FUNCTION audit();
SQL
rm -f u
run_with in pg-load --on-conflict update --batch 2 --dry-run --undo-log u a
status_is 'what it does to other tables is a finding in a dry run' 1
run_with in pg-load --on-conflict update --batch 2 --undo-log u a
status_is 'and else' 1
is 'which is said once' "$(grep -c "changed table \"$schema.audit\"" "$err")" 1

# A table that another of the same name hides.
psql -c 'CREATE TABLE public.hidden_undo (id integer PRIMARY KEY)' \
    -c 'CREATE TABLE hidden_undo (id integer PRIMARY KEY)'
printf '%s\n' '{"id":1}' >in
rm -f u
run_with in pg-load --undo-log u public.hidden_undo
psql -c 'INSERT INTO hidden_undo VALUES (1)'
run pg-load --undo u
is 'the undo log tells which it was' "$(psql -c 'SELECT count(*)
    FROM public.hidden_undo' -c 'SELECT count(*) FROM hidden_undo' | xargs)" \
    '0 1'
rm -f u
psql -c 'INSERT INTO public.hidden_undo VALUES (1)'
run table-clear --confirm --undo-log u "$PGDATABASE" public.hidden_undo
psql -c 'TRUNCATE hidden_undo'
run pg-load --undo u
is 'and so does that of table-clear' "$(psql -c 'SELECT count(*)
    FROM public.hidden_undo' -c 'SELECT count(*) FROM hidden_undo' | xargs)" \
    '1 0'
psql -c 'DROP TABLE public.hidden_undo'

# Rows that refer to each other come back one by one.
psql <<'SQL'
CREATE TABLE tree (id integer PRIMARY KEY, up integer CONSTRAINT up
    REFERENCES tree ON DELETE CASCADE);
CREATE TABLE hens (id integer PRIMARY KEY, egg integer);
CREATE TABLE eggs (id integer PRIMARY KEY, hen integer REFERENCES hens);
ALTER TABLE hens ADD CONSTRAINT egg FOREIGN KEY (egg) REFERENCES eggs;
INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2), (4, 5), (5, 4);
INSERT INTO hens VALUES (1, NULL), (2, NULL);
INSERT INTO eggs VALUES (1, 1), (2, 1);
UPDATE hens SET egg = id;
SQL
rows='SELECT * FROM tree ORDER BY id'
circle='SELECT * FROM hens FULL JOIN eggs USING (id) ORDER BY 1'
before="$(psql -c "$rows" -c "$circle")"
rm -f u
run table-clear --confirm --undo-log u "$PGDATABASE" tree hens eggs
is 'tables that refer to themselves or in a circle are cleared' \
    "$(psql -c "$rows" -c "$circle")" ''
run pg-load --undo u
status_is 'and undone' 0
is 'their rows are what they were' "$(psql -c "$rows" -c "$circle")" "$before"
is 'and so are their foreign keys' "$(psql -c "SELECT count(*) FROM
    pg_constraint WHERE conname IN ('up', 'egg') AND NOT condeferrable")" 2
rm -f u
run table-clear --confirm --undo-log u "$PGDATABASE" hens eggs
psql -c 'INSERT INTO hens VALUES (1, NULL)'
run pg-load --undo u
status_is 'a row that is there again is one still' 3
psql -c 'TRUNCATE hens, eggs'
grep -v '"table":"[^"]*hens"' u | sed 's/"changes":4/"changes":2/' >half
run pg-load --undo half
status_is 'a row that refers to nothing does not come back' 3
is 'nor anything with it' "$(psql -c "$circle")" ''

# Types with a cast to JSON of their own.
if psql -c 'CREATE EXTENSION IF NOT EXISTS hstore' 2>/dev/null; then
	psql <<'SQL'
CREATE TYPE pack AS (n integer, h hstore, j json);
CREATE TABLE h (id integer PRIMARY KEY, h hstore, a hstore[], c pack);
INSERT INTO h VALUES (1, 'a=>1, b=>NULL, "q x"=>"y,\"\\"',
    ARRAY['z=>9'::hstore, NULL], ROW(1, '"k k"=>"v"', '{"x": 1.0}'));
SQL
	printf '{"id":%d,"h":{"n":"5"},"a":[{"k":null}]}\n' 1 2 >in
	psql -c 'SELECT * FROM h ORDER BY id' >before
	rm -f u
	run_with in pg-load -q --on-conflict update --undo-log u h
	run pg-load --undo u
	psql -c 'SELECT * FROM h ORDER BY id' >now
	check 'hstore is undone' cmp before now
	pg-dump-json -q h >b
	row-map -qc '.h.new = "x" | .a = null' b >a
	row-diff -k id b a >changes 2>/dev/null
	run_with changes pg-load -q --apply-diff - h
	pg-dump-json -q h | cmp -s - a
	status_is 'and differences in it are applied' 0
else
	skip 'hstore' 'the extension is not installed'
fi
finish
