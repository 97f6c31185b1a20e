#!/bin/sh
# sqlite-load --undo-log and --undo: what a load did is written down, and
# undone to the last byte.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

# Everything that a database holds, with types, rowids and bytes.
whole() { # DB
	sqlite3 "$1" .dump
	sqlite3 "$1" "SELECT rowid, typeof(n), quote(n), typeof(b), quote(b),
	    quote(s) FROM t ORDER BY rowid" "SELECT rowid, * FROM log" \
	    "SELECT rowid, * FROM h"
}

make_db() { # DB
	rm -f "$1"
	sqlite3 "$1" <<'SQL'
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, g AS (n || s), n NUMERIC,
    s TEXT DEFAULT 'x', b BLOB, u TEXT UNIQUE);
CREATE TABLE h (c TEXT PRIMARY KEY, x);
CREATE TABLE log (a, b);
CREATE TABLE w (k INT, l TEXT, v, g AS (v), z BLOB, PRIMARY KEY (l, k)) WITHOUT ROWID;
CREATE TABLE child (id INTEGER PRIMARY KEY,
    t INT REFERENCES t ON DELETE CASCADE ON UPDATE CASCADE,
    h TEXT REFERENCES h ON DELETE SET NULL);
CREATE TRIGGER ti AFTER INSERT ON t BEGIN
    INSERT INTO log VALUES (new.id, new.n);
    UPDATE h SET x = new.s WHERE c = new.id % 5;
    DELETE FROM h WHERE c = new.id % 7 + 5;
    UPDATE w SET k = k + 1000, v = new.b WHERE k = new.id % 11;
    DELETE FROM child WHERE id = new.id % 13;
END;
CREATE TRIGGER tu BEFORE UPDATE ON t BEGIN
    DELETE FROM log WHERE rowid = old.id % 3;
    INSERT INTO h VALUES (new.id, new.n) ON CONFLICT DO UPDATE SET x = x || 1;
    UPDATE log SET a = a + 1 WHERE rowid = new.id % 17;
END;
INSERT INTO h SELECT value, NULL FROM generate_series(0, 12);
INSERT INTO t (id, n, s, b) SELECT value * 3, CASE value % 4 WHEN 0 THEN value
    WHEN 1 THEN value + 0.5 WHEN 2 THEN 'text' || char(0, 10) || value END,
    'caf' || char(233), CASE value % 3 WHEN 0 THEN randomblob(5)
    WHEN 1 THEN CAST(x'61ff62' AS TEXT) ELSE 9e999 END
    FROM generate_series(1, 40);
INSERT INTO w (k, l, v) SELECT value, 'a', value FROM generate_series(1, 30);
INSERT INTO child SELECT value, value * 3,
    (SELECT c FROM h WHERE c = CAST(value % 13 AS TEXT))
    FROM generate_series(1, 30);
ALTER TABLE t ADD COLUMN late TEXT DEFAULT 'was not there';
SQL
}

rows() { # SEED N
	awk -v seed="$1" -v n="$2" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++) {
			printf "{\"id\":%d", 1 + int(rand() * 150)
			r = int(rand() * 5)
			if (r == 0) printf ",\"n\":%d", rand() * 1000
			if (r == 1) printf ",\"n\":%.17g", rand()
			if (r == 2) printf ",\"n\":\"s\\u0000%d\"", i
			if (rand() < 0.5) printf ",\"s\":\"t%d\"", i
			if (rand() < 0.5) printf ",\"b\":\"\\\\x%04x\"", i
			if (rand() < 0.2)
				printf ",\"u\":\"%d\"", rand() * 20
			print "}"
		}
	}'
}

series=$(sqlite3 :memory: 'SELECT 1 FROM generate_series(1, 1)' 2>&1)
[ "$series" = 1 ] || { skip 'undo' 'sqlite3 lacks generate_series'; finish; }

#
# A load of any kind.
#
make_db base.db
for seed in 1 2 3 4 5 6; do
	case $seed in
	[14]) how=update ;;
	[25]) how=replace ;;
	*) how=skip ;;
	esac
	set -- --on-conflict "$how" --rejects bad
	[ "$seed" -lt 4 ] || set -- "$@" --batch 7
	cp base.db a.db
	whole a.db >before
	rm -f u bad
	rows "$seed" 120 >in
	run_with in sqlite-load "$@" --undo-log u a.db t
	whole a.db >after
	check "load $seed changes something" test "$(cmp before after |
	    wc -l)" -eq 1
	run sqlite-load a.db --undo u
	status_is "load $seed ($how) is undone" 0
	whole a.db >now
	check "and all is what it was" cmp before now
	is "the database is sound" "$(sqlite3 a.db 'PRAGMA integrity_check')" \
	    ok
done
stored=$((120 - $(grep -c . bad)))
is 'each batch ends with a line that says so' \
    "$(grep -c '^{"op":"commit","changes":[0-9]*}$' u)" $((stored / 7 + 1))

#
# The file.
#
rm -f b.db u
sqlite3 b.db "CREATE TABLE p (id INTEGER PRIMARY KEY, v);
    CREATE TABLE c (x REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL);
    CREATE TABLE k (k TEXT PRIMARY KEY, v REAL);
    CREATE TRIGGER r AFTER INSERT ON k BEGIN
	DELETE FROM p WHERE id = new.v; END;
    INSERT INTO p VALUES (1, 'a'), (2, x'00ff'); INSERT INTO c VALUES (1);
    INSERT INTO k VALUES ('old', 0.1)"
printf '%s\n' '{"k":"old","v":1e20}' '{"k":"new","v":1}' >in
run_with in sqlite-load --on-conflict update --undo-log u b.db k
status_is 'triggers and cascades are written down' 0
is 'the log has a line for each row, in order' "$(cat u)" \
'{"op":"begin","v":1,"engine":"sqlite"}
{"op":"update","table":"k","key":{"k":"old"},"rowid":1,"before":{"k":"old","v":0.1},"after":{"k":"old","v":1e+20}}
{"op":"insert","table":"k","key":{"k":"new"},"rowid":2,"after":{"k":"new","v":1.0}}
{"op":"delete","table":"p","key":{"id":1},"before":{"id":1,"v":"a"}}
{"op":"delete","table":"c","key":{"rowid":1},"before":{"x":1}}
{"op":"commit","changes":4}'
run_with in sqlite-load --on-conflict update --undo-log u b.db k
status_is 'a log that is there is not written over' 4
err_has 'and that is said' 'File exists'
cp u kept
run_with in sqlite-load --dry-run --on-conflict update --undo-log v b.db k
check 'a dry run leaves no log' test ! -e v
echo '{"k":"new","v":2}' >bad
run_with bad sqlite-load --undo-log v b.db k
status_is 'a load that fails' 3
check 'leaves no log' test ! -e v
printf '%s\n' '{"k":"n1"}' '{"k":"n2"}' '{"k":"n3"}' '{"k":"n1"}' >bad
run_with bad sqlite-load --batch 2 --undo-log v b.db k
is 'after a load in batches that fails, the log has its batches' \
    "$(grep -c . v) $(tail -n 1 v)" '4 {"op":"commit","changes":2}'
run sqlite-load b.db --undo v
status_is 'which can be undone' 0

#
# Refusals.
#
sqlite3 b.db "UPDATE k SET v = 7 WHERE k = 'new'"
sqlite3 b.db .dump >before
run sqlite-load b.db --undo u
status_is 'a row that has changed since is refused' 3
err_is 'and named' 'sqlite-load: row {"k":"new"} of table "k" has changed since
sqlite-load: 1 of 4 changes in "u" cannot be undone: rows are not as they were left
hint: look at them first; --force makes these rows what they were all the same
sqlite-load: nothing was committed to "b.db"'
sqlite3 b.db .dump >now
check 'and nothing is done' cmp before now
run sqlite-load --force --dry-run b.db --undo u
sqlite3 b.db .dump >now
check 'nor in a dry run' cmp before now
run sqlite-load --force b.db --undo u
status_is '--force goes on, and it is a finding' 1
is 'then the rows are what they were' \
    "$(sqlite3 b.db 'SELECT * FROM k; SELECT count(*) FROM p')" 'old|0.1
2'
sqlite3 b.db "ALTER TABLE k RENAME v TO w"
run sqlite-load b.db --undo u
status_is 'a column that was renamed is refused' 3
err_has 'with the reason' 'table "k" has no column "v"'
rm -f f.db w
sqlite3 f.db "CREATE TABLE p (id INTEGER PRIMARY KEY);
    CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p)"
echo '{"id":1}' | sqlite-load -q --undo-log w f.db p
sqlite3 f.db "INSERT INTO c VALUES (1, 1)"
run sqlite-load f.db --undo w
status_is 'an undo that would break a foreign key is refused' 3
err_has 'and named' 'c.p: row 1 refers to a row of table "p"'
echo '{"id":1}' >rows
run sqlite-load f.db --undo rows
err_has 'a file that is no log is refused' \
    'rows:1: this is no line of an undo log'
sed 's/"sqlite"/"postgresql"/' w >other
run sqlite-load f.db --undo other
err_has 'so is the log of another database' 'another kind of database'
run sqlite-load f.db --undo nothere
status_is 'and one that is not there' 4

#
# Killed in between: the file may know of a batch that the database does not.
#
make_db base.db
rows 9 60 | sed 's|,"u":"[0-9]*"||' >in
cp base.db a.db
rm -f u
sqlite-load -q --on-error reject --batch 20 --on-conflict update --undo-log u a.db t <in \
    2>/dev/null
whole a.db >after
last=$(grep -n '"op":"commit"' u | tail -n 2 | head -n 1 | cut -d: -f1)
lines=$(grep -c . u)
whole base.db >before
# The load was committed, and killed before it could say so.
sed '$d' u >short
cp a.db b.db
run sqlite-load b.db --undo short
whole b.db >now
check 'a batch committed and not marked is undone' cmp before now
# The batch was never committed.
head -n "$last" u >two
cp a.db b.db
sqlite-load -q --undo short b.db
head -n 40 in >in40
rm -f ignored
cp base.db b.db
sqlite-load -q --on-error reject --batch 20 --on-conflict update b.db t <in40 2>/dev/null
run sqlite-load b.db --undo short
status_is 'a batch that was never committed is left out' 0
err_has 'and that is said' 'were never committed, and are left out'
whole b.db >now
check 'and the others are undone' cmp before now
cp base.db b.db
sqlite-load -q --on-error reject --batch 20 --on-conflict update b.db t <in40 2>/dev/null
{ head -n "$((lines - 3))" u; printf '{"op":"insert","ta'; } >torn
run sqlite-load b.db --undo torn
whole b.db >now
check 'so is one whose last line is cut' cmp before now
cp base.db b.db
run_with in sqlite-load -q --on-error reject --on-conflict update --undo-log cut b.db t
sed '$d' cut >short
run sqlite-load b.db --undo short
err_has 'that a log has no end is said' 'but the rows show that they were made'

# What jq passes on is undone as well, to the last bit.
if command -v jq >/dev/null; then
	rm -f jq.db u
	sqlite3 jq.db <<'SQL'
CREATE TABLE t (id INTEGER PRIMARY KEY, v, r REAL, n NUMERIC);
INSERT INTO t VALUES (1, 9223372036854775807, 1, 1.10), (2, 1.0, -0.0, 1e20),
    (3, -9e999, 9e999, 9007199254740993), (4, 1e15, 1e15, 5), (5, -0.0, 5e-324, 0.1),
    (6, 9007199254740993.0, 9007199254740993, 1e300),
    (7, char(0, 127, 8232), x'00', CAST(x'61ff' AS TEXT));
CREATE TABLE h (v);
INSERT INTO h (rowid, v) VALUES (9223372036854775807, 1), (-9007199254740993, 2);
SQL
	bits() {
		sqlite3 jq.db "SELECT id, typeof(v), quote(v), typeof(r),
		    quote(r), typeof(n), quote(n), hex(v) FROM t" \
		    'SELECT rowid, * FROM h'
	}
	bits >jq.before
	seq 9 | sed 's/.*/{"id":&,"v":&,"r":&,"n":7.5}/' >jq.in
	run_with jq.in sqlite-load --on-conflict update --undo-log u jq.db t
	jq -c . u >jq.filtered
	run sqlite-load --undo jq.filtered jq.db
	status_is 'a log that jq has passed on is undone' 0
	bits >jq.now
	check 'with all digits and types' cmp jq.before jq.now
	rm -f u
	printf '{"op":"remove","a":{"v":%d}}\n' 1 2 >jq.in
	run_with jq.in sqlite-load --apply-diff - --undo-log u jq.db h
	jq -c . u >jq.filtered
	run sqlite-load --undo jq.filtered jq.db
	bits >jq.now
	check 'and large rowids' cmp jq.before jq.now
else
	skip 'a log that jq has passed on' 'there is no jq'
fi

# For real: at any time.
for ms in 1 2 3 4 6 8; do
	cp base.db a.db
	rm -f u a.db-journal
	i=0
	while [ "$i" -lt 40 ]; do cat in; i=$((i + 1)); done |
	    sqlite-load -q --on-error reject --batch 25 --on-conflict update --undo-log u \
	    a.db t 2>/dev/null &
	pid=$!
	sleep "0.0$ms"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	[ -e u ] || : >u
	run sqlite-load a.db --undo u
	whole a.db >now
	check "killed after $ms hundredths, all is undone" cmp before now
done
finish
