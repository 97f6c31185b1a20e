#!/bin/sh
# Rows whose key is there: what the table holds afterwards, and the counts, are
# those of a model in jq.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/conflict_model.sh"
db=$tmp/c.db

make_rows "$tmp/rows"
make_table() { # EXTRA
	rm -f "$db"
	sqlite3 "$db" "CREATE TABLE t (id INTEGER $1, a INTEGER DEFAULT 7,
	    b TEXT, c REAL DEFAULT 0.25)$2"
}
state() {
	sqlite3 "$db" 'SELECT json_group_array(json_array(id, a, b, c))
	    FROM (SELECT * FROM t ORDER BY id)' | jq -c .
	counts "$tmp/stats"
}

for mode in skip update replace; do
	for table in 'PRIMARY KEY|' 'PRIMARY KEY|STRICT' \
	    'PRIMARY KEY|WITHOUT ROWID' 'UNIQUE|' 'NOT NULL UNIQUE|STRICT'; do
		make_table "${table%|*}" "${table#*|}"
		case $table in
		*UNIQUE*) key='--key id' ;;
		*) key= ;;
		esac
		# shellcheck disable=SC2086
		run_with "$tmp/rows" sqlite-load -q --stats "$tmp/stats" \
		    --on-conflict $mode $key "$db" t
		status_is "$mode, $table: succeeds" 0
		is "$mode, $table: content and counts are those of the model" \
		    "$(state)" "$(model $mode "$tmp/rows")"
	done
	# shellcheck disable=SC2086
	run_with "$tmp/rows" sqlite-load -q --stats "$tmp/stats" \
	    --on-conflict update --key id "$db" t
	sqlite3 "$db" 'SELECT count(*) FROM t' >"$tmp/n"
	run_with "$tmp/rows" sqlite-load -q --on-conflict skip --key id \
	    --stats "$tmp/stats" "$db" t
	is "$mode: all rows of a second run are skipped" \
	    "$(jq .skipped "$tmp/stats")" "$(jq -n '[inputs] | length' \
	    "$tmp/rows")"
done

# What is the same is not written: a trigger would see it.
make_table 'PRIMARY KEY' ''
sqlite3 "$db" "INSERT INTO t VALUES (1, 1, 'x', 1.5), (2, 2, NULL, 2);
    CREATE TABLE log (id);
    CREATE TRIGGER u AFTER UPDATE ON t
    BEGIN INSERT INTO log VALUES (new.id); END"
printf '%s\n' '{"id":1,"b":"x","c":1.50}' '{"id":2,"b":null,"a":"2"}' \
    '{"id":2,"c":2.0}' '{"id":1,"a":3}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --on-conflict update "$db" t
err_is 'rows that are the same count as unchanged' \
    'sqlite-load: t: 4 in, 0 created, 1 updated, 3 unchanged, 0 skipped, 0 rejected'
is 'and are not written' "$(sqlite3 "$db" 'SELECT * FROM log')" 1

# Collations: what they call equal is not the same.
rm -f "$db"
sqlite3 "$db" "CREATE TABLE t (k TEXT PRIMARY KEY COLLATE NOCASE,
    v TEXT COLLATE NOCASE); INSERT INTO t VALUES ('A', 'x')"
printf '%s\n' '{"k":"a","v":"X"}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --on-conflict update "$db" t
is 'a change of case is a change' "$(sqlite3 "$db" 'SELECT * FROM t')" 'A|X'
run_with "$tmp/rows" sqlite-load --on-conflict update "$db" t
err_has 'and none the second time' '1 unchanged'

# A row that gives not enough for a new one.
rm -f "$db"
sqlite3 "$db" "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL,
    b TEXT NOT NULL, CHECK (a <> b)); INSERT INTO t VALUES (1, 'p', 'q')"
printf '%s\n' '{"id":1,"a":"z"}' '{"id":1,"a":"z"}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --on-conflict update "$db" t
err_is 'an update may give less than a new row must have' \
    'sqlite-load: t: 2 in, 0 created, 1 updated, 1 unchanged, 0 skipped, 0 rejected'
printf '%s\n' '{"id":2,"a":"z"}' '{"id":1,"a":"q"}' '{"id":1,"b":null}' \
    >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --on-error reject --on-conflict update \
    "$db" t
err_is 'but no more than the table allows' \
    'sqlite-load: stdin:1: NOT NULL constraint failed: t.b
sqlite-load: stdin:2: CHECK constraint failed: a <> b
sqlite-load: stdin:3:13: NOT NULL constraint failed: t.b
sqlite-load: t: 3 in, 0 created, 0 updated, 0 unchanged, 0 skipped, 3 rejected'

# Keys of several columns, and what is no key.
rm -f "$db"
sqlite3 "$db" "CREATE TABLE t (a INTEGER, b TEXT, c, d UNIQUE,
    PRIMARY KEY (a, b)); CREATE UNIQUE INDEX part ON t (c) WHERE c > 0;
    INSERT INTO t VALUES (1, 'x', 1, 'd1')"
printf '%s\n' '{"b":"x","a":1,"c":5}' '{"b":"y","a":1,"c":2}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --on-conflict update "$db" t
err_has 'a key may have several columns' '1 created, 1 updated'
run_with "$tmp/rows" sqlite-load --on-conflict skip --key b,a "$db" t
err_has 'in any order' '2 skipped'
run_with "$tmp/rows" sqlite-load --on-conflict skip --key c "$db" t
status_is 'a partial index is no key' 2
err_is 'and a hint says what is' 'sqlite-load: table "t" has no unique index on exactly the columns of --key
hint: --on-conflict needs columns that are PRIMARY KEY or UNIQUE; name them with --key
sqlite-load: nothing was committed to "'"$db"'"
sqlite-load: t: 0 in, 0 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected'
run_with "$tmp/rows" sqlite-load --on-conflict skip --key nosuch "$db" t
err_has 'a key names columns' 'table "t" has no column "nosuch" to be the key'
printf '%s\n' '{"a":9,"c":2}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --on-conflict update "$db" t
err_has 'a row must give its key' \
    'stdin:1: row does not give "b", the key of table "t"'
printf '%s\n' '{"a":9,"b":"z","d":"d1"}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --on-conflict update "$db" t
status_is 'another unique key that is broken is an error' 3
err_has 'with its name' 'stdin:1:20: UNIQUE constraint failed: t.d'
run_with "$tmp/rows" sqlite-load --on-conflict replace "$db" t
status_is 'also for replace, which deletes no other row' 3

# What constraints of the table say of conflicts counts for nothing.
rm -f "$db"
sqlite3 "$db" "CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT REPLACE,
    u UNIQUE ON CONFLICT IGNORE, n NOT NULL ON CONFLICT IGNORE);
    INSERT INTO t VALUES (1, 'a', 1)"
for row in '{"id":1,"u":"b","n":1}' '{"id":2,"u":"a","n":1}' \
    '{"id":2,"u":"b","n":null}'; do
	printf '%s\n' "$row" >"$tmp/rows"
	run_with "$tmp/rows" sqlite-load "$db" t
	status_is "a conflict is an error: $row" 3
done

# SQLite numbers rows that do not give their number.
rm -f "$db"
sqlite3 "$db" 'CREATE TABLE t (id INTEGER PRIMARY KEY, a)'
printf '%s\n' '{"a":1}' '{"id":10,"a":2}' '{"a":3}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load -q --on-conflict update "$db" t
is 'rows without their number get the next' \
    "$(sqlite3 "$db" 'SELECT id, a FROM t')" '1|1
10|2
11|3'
printf '%s\n' '{"id":null,"a":1}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load "$db" t
err_has 'but null is no number' \
    'stdin:1:7: column "t"."id" is the primary key and cannot hold null'

# Triggers.
rm -f "$db"
sqlite3 "$db" "CREATE TABLE t (id INTEGER PRIMARY KEY, a);
    CREATE TRIGGER i BEFORE INSERT ON t WHEN new.a = 'ignore'
    BEGIN SELECT RAISE(IGNORE); END;
    CREATE TRIGGER b BEFORE INSERT ON t WHEN new.a = 'abort'
    BEGIN SELECT RAISE(ABORT, 'no such thing'); END;
    CREATE TRIGGER r BEFORE INSERT ON t WHEN new.a = 'rollback'
    BEGIN SELECT RAISE(ROLLBACK, 'all is off'); END;
    CREATE TRIGGER f AFTER INSERT ON t WHEN new.a = 'fail'
    BEGIN SELECT RAISE(FAIL, 'half of it'); END"
printf '%s\n' '{"id":1,"a":"x"}' '{"id":2,"a":"ignore"}' \
    '{"id":3,"a":"abort"}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --on-error reject "$db" t
err_is 'a trigger may ignore a row or refuse it' \
    'sqlite-load: stdin:3: no such thing
sqlite-load: t: 3 in, 1 created, 0 updated, 0 unchanged, 1 skipped, 1 rejected'
for end in rollback fail; do
	printf '%s\n' '{"id":4,"a":"x"}' "{\"id\":5,\"a\":\"$end\"}" \
	    '{"id":6,"a":"x"}' >"$tmp/rows"
	run_with "$tmp/rows" sqlite-load --on-error reject "$db" t
	status_is "a trigger that leaves half a state ends the run: $end" 4
	is "and nothing is committed: $end" \
	    "$(sqlite3 "$db" 'SELECT id FROM t')" 1
done
finish
