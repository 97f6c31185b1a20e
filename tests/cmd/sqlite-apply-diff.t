#!/bin/sh
# sqlite-load --apply-diff: what row-diff found is mended, and nothing else.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

dump() { sqlite-dump-json -q "$1" t; }

rows() { # SEED
	awk -v seed="$1" 'BEGIN {
		srand(seed)
		for (i = 0; i < 300; i++) {
			if (rand() < 0.3) continue
			printf "{\"id\":%d,\"k\":\"k%d\"", i, i % 50
			printf ",\"n\":%s", rand() < 0.5 ? int(rand() * 3) : \
			    rand() < 0.5 ? "null" : "1e20"
			printf ",\"s\":\"%s\"", rand() < 0.5 ? "a" : "A"
			printf ",\"j\":{\"x\":[%d]}", rand() * 3
			printf ",\"b\":\"\\\\x%02x\"}\n", rand() * 3
		}
	}'
}

make_db() { # DB SEED
	rm -f "$1"
	sqlite3 "$1" "CREATE TABLE t (id INTEGER, k TEXT COLLATE NOCASE,
	    n NUMERIC, s TEXT COLLATE NOCASE, j ANY, -- jsonb
	    b BLOB, g AS (n + 1), PRIMARY KEY (k, id))"
	rows "$2" | sqlite-load -q "$1" t
}

differ() { # CMD...: row-diff, for which 1 is no failure
	row-diff -q "$@" || [ $? -eq 1 ]
}

for seed in 1 2 3; do
	make_db a.db "$seed"
	make_db b.db "$((seed + 10))"
	sqlite3 a.db .dump >before
	dump a.db >a
	dump b.db >b
	differ -k id,k a b >d
	rm -f u
	run sqlite-load a.db t --apply-diff d --undo-log u
	status_is "differences $seed are applied" 0
	dump a.db >a
	run row-diff -k id,k a b
	status_is 'then there are none' 0
	run_with d sqlite-load a.db t --apply-diff -
	err_has 'applied again, all is unchanged' \
	    " 0 created, 0 updated, $(grep -c . d) unchanged,"
	sqlite-load -q a.db --undo u
	sqlite3 a.db .dump >now
	check 'and --undo takes them back' cmp before now
done

make_db a.db 7
sqlite3 a.db "DELETE FROM t; INSERT INTO t (id, k, n) VALUES (1, 'a', 1),
    (2, 'b', 2), (3, 'c', 3)"
dump a.db >a
cp a.db b.db
sqlite3 b.db "UPDATE t SET n = 10 WHERE id = 1; DELETE FROM t WHERE id = 2;
    INSERT INTO t (id, k) VALUES (4, 'd')"
dump b.db | sort >b
differ -k id,k a b >d
for what in "UPDATE t SET s = 'x' WHERE id = 1" "DELETE FROM t WHERE id = 1" \
    "UPDATE t SET n = 2.5 WHERE id = 2" \
    "INSERT INTO t (id, k, n) VALUES (4, 'd', 1)"; do
	cp a.db c.db
	sqlite3 c.db "$what"
	sqlite3 c.db .dump >before
	run sqlite-load c.db t --apply-diff d
	status_is "refused after $what" 3
	sqlite3 c.db .dump >now
	check 'and nothing is done' cmp before now
	run sqlite-load c.db t --apply-diff d --rejects bad
	status_is 'or one is rejected' 1
	is 'and kept' "$(grep -c '"rule":"changed"' bad)" 1
	cp a.db c.db
	sqlite3 c.db "$what"
	run sqlite-load c.db t --apply-diff d --force
	status_is '--force does it' 0
	dump c.db | sort >c
	check 'and it is as B' cmp b c
done
run sqlite-load --dry-run a.db t --apply-diff d
err_has 'a dry run counts' \
    't: 3 in, 1 created, 1 updated, 1 removed, 0 unchanged'
dump a.db >now
check 'and does nothing' cmp a now

# Lines without a key.
sqlite3 k.db "CREATE TABLE t (x, y);
    INSERT INTO t VALUES (1, 2), (1, 2), (3, NULL)"
dump k.db >a
printf '%s\n' '{"x":1,"y":2}' '{"x":5,"y":6}' >b
differ a b >d
run sqlite-load k.db t --apply-diff d
status_is 'lines without a key take one of equal rows away' 0
dump k.db | sort >now
check 'and add one' cmp b now

echo '{"id":1}' >d
run sqlite-load a.db t --apply-diff d
err_is 'a row is no line of row-diff' \
    'sqlite-load: d:1: this is no line of row-diff: it has no "op" that is known
sqlite-load: nothing was committed to "a.db"
sqlite-load: t: 1 in, 0 created, 0 updated, 0 unchanged, 0 skipped, 1 rejected'
echo '{"op":"change","key":{"y":2},"a":{"y":2},"b":{"y":3}}' >d
sqlite3 k.db "INSERT INTO t VALUES (7, 2)"
run sqlite-load k.db t --apply-diff d
err_has 'a key of several rows is refused' 'means more than one row'
echo '{"op":"change","key":{},"a":{"y":2},"b":{"y":3}}' >d
run sqlite-load k.db t --apply-diff d
status_is 'a key of no field is refused' 3
err_has 'which is said' 'd:1: this is no line of row-diff: its "key" is empty'
run sqlite-load a.db --apply-diff d
status_is 'a table must be named' 2
finish
