#!/bin/sh
# pg-load --apply-diff: what row-diff found is mended, and nothing else.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pg.sh"

own_schema patch
cd "$tmp" || exit 1

dump() { pg-dump-json -q --order-by id "$1"; }
differ() { row-diff -q "$@" || [ $? -eq 1 ]; }

make_tables() {
	psql <<'SQL'
DROP TABLE IF EXISTS a, b;
CREATE TABLE a (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n numeric,
    s text UNIQUE, j jsonb, l integer[], b bytea,
    g text GENERATED ALWAYS AS (s || 'g') STORED);
CREATE TABLE b (LIKE a INCLUDING ALL);
INSERT INTO a (id, n, s, j, l, b) OVERRIDING SYSTEM VALUE
    SELECT i, i * 1.10, 's' || i, to_jsonb(i), ARRAY[i], '\x00'
    FROM generate_series(1, 40) AS i;
INSERT INTO b (id, n, s, j, l, b) OVERRIDING SYSTEM VALUE
    SELECT id, n, s, j, l, b FROM a;
DELETE FROM b WHERE id % 5 = 0;
UPDATE b SET n = n + 1 WHERE id % 3 = 0;
UPDATE b SET j = NULL, l = '{1,NULL}', b = '\xff' WHERE id % 7 = 0;
INSERT INTO b (id, n, s) OVERRIDING SYSTEM VALUE SELECT i, NULL, 's' || i
    FROM generate_series(50, 60) AS i;
SQL
	dump a >./a
	dump b >./b
	differ -k id a b >d
}

make_tables
cp a before
run pg-load a --apply-diff d --undo-log u
status_is 'differences are applied' 0
dump a >now
run row-diff -k id now b
status_is 'then there are none' 0
run_with d pg-load a --apply-diff -
err_has 'applied again, all is unchanged' \
    " 0 created, 0 updated, $(grep -c . d) unchanged,"
is 'a sequence is moved past the numbers that came' \
    "$(psql -c "INSERT INTO a (s) VALUES ('new') RETURNING id")" 61
psql -c "DELETE FROM a WHERE s = 'new'"
run pg-load --undo u
status_is 'and --undo takes them back' 0
dump a >now
check 'to the last byte' cmp before now

run pg-load --dry-run a --apply-diff d
err_has 'a dry run counts' ', 11 created, '
dump a >now
check 'and does nothing' cmp before now
for what in "UPDATE a SET s = 'x' WHERE id = 3" 'DELETE FROM a WHERE id = 3' \
    'UPDATE a SET n = 0 WHERE id = 5' \
    "INSERT INTO a (id, s) OVERRIDING SYSTEM VALUE VALUES (50, 'other')"; do
	make_tables
	psql -c "$what"
	dump a >before
	run pg-load a --apply-diff d
	status_is "refused after $what" 3
	dump a >now
	check 'and nothing is done' cmp before now
	run pg-load --dry-run a --apply-diff d --rejects bad
	status_is 'or one is rejected' 1
	is 'and kept' "$(grep -c '"rule":"changed"' bad)" 1
	run pg-load a --apply-diff d --force
	status_is '--force does it' 0
	dump a >now
	check 'and it is as B' cmp b now
done

make_tables
cat >bad <<'END'
{"op":"add","key":{"id":70},"b":{"id":70,"n":"no"}}
{"op":"add","key":{"id":71},"b":{"id":71,"s":"s1"}}
{"op":"add","key":{"id":72},"b":{"id":72,"s":"s72"}}
{"op":"add","key":{"id":73},"b":{"id":73,"what":1}}
END
run pg-load a --apply-diff bad --on-error reject
err_has 'what the server refuses is rejected, the rest is stored' \
    'a: 4 in, 1 created, 0 updated, 0 unchanged, 0 skipped, 3 rejected'
psql -c 'CREATE TABLE k (x integer, y text)' \
    -c "INSERT INTO k VALUES (1, 'a'), (1, 'a'), (2, NULL)"
pg-dump-json -q k >a
printf '%s\n' '{"x":1,"y":"a"}' '{"x":5,"y":"b"}' >b
differ a b >d
run pg-load k --apply-diff d
status_is 'lines without a key take one of equal rows away' 0
pg-dump-json -q k | sort >now
check 'and add one' cmp b now
psql -c "INSERT INTO k VALUES (9, 'b')"
echo '{"op":"change","key":{"y":"b"},"a":{"y":"b"},"b":{"y":"c"}}' >d
run pg-load k --apply-diff d
err_has 'a key of several rows is refused' 'is not the only one with that key'
echo '{"id":1}' >d
run pg-load k --apply-diff d
err_has 'a row is no line of row-diff' 'd:1: this is no line of row-diff'
run pg-load --apply-diff d
status_is 'a table must be named' 2
finish
