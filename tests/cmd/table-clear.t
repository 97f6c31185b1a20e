#!/bin/sh
# table-clear: looks, refuses, deletes, on SQLite and on PostgreSQL.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

# Which database is meant.
run table-clear '' site --confirm
status_is 'an empty name is not the database of the environment' 2
err_has 'and said to be empty' 'table-clear: the name of the database is empty'
run env PGHOST="$tmp" table-clear no/such.db site
status_is 'a file that is not there is taken for a database' 4
err_has 'which is said' 'hint: there is no file "no/such.db", so it was taken'

cat >schema.sql <<'END'
CREATE TABLE "Owner" (id integer PRIMARY KEY, name text);
CREATE TABLE site (id integer PRIMARY KEY,
    owner integer REFERENCES "Owner" (id));
CREATE TABLE page (site integer REFERENCES site (id) ON DELETE CASCADE,
    n integer, PRIMARY KEY (site, n));
CREATE TABLE word (site integer, n integer, word text,
    FOREIGN KEY (site, n) REFERENCES page (site, n) ON DELETE CASCADE);
CREATE TABLE hint (id integer PRIMARY KEY,
    site integer REFERENCES site (id) ON DELETE SET NULL);
CREATE TABLE tree (id integer PRIMARY KEY,
    parent integer REFERENCES tree (id) ON DELETE CASCADE);
CREATE TABLE egg (id integer PRIMARY KEY, hen integer);
CREATE TABLE hen (id integer PRIMARY KEY,
    egg integer REFERENCES egg (id) DEFERRABLE INITIALLY DEFERRED);
END
cat >rows.sql <<'END'
INSERT INTO "Owner" VALUES (1, 'a'), (2, 'b');
INSERT INTO site VALUES (1, 1), (2, 1), (3, NULL);
INSERT INTO page VALUES (1, 1), (1, 2), (2, 1);
INSERT INTO word VALUES (1, 1, 'x'), (1, 2, 'y'), (NULL, 1, 'z'), (1, NULL, 'q');
INSERT INTO hint VALUES (1, 1), (2, NULL);
INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2);
END

# The same cases for each engine; sql runs a query, $db is its name.
cases() { # ENGINE
	run table-clear "$db" site
	status_is "$1: a table that others need is not cleared" 1
	out_is "$1: what goes is shown, and whom it concerns" \
	    'site  3 rows to delete
hint  1 row would lose its reference
page  3 rows would go as well (CASCADE)
word  2 rows would go as well (CASCADE)'
	err_has "$1: a table that is not named is" 'table "page" is not named'
	run table-clear "$db" --confirm site page word
	status_is "$1: nor with --confirm, when a reference would go" 1
	is "$1: nothing was deleted" "$(sql 'SELECT count(*) FROM page')" 3
	run table-clear "$db" '"Owner"'
	out_is "$1: what stands in the way is counted" \
	    'Owner  2 rows to delete
site   2 rows stand in the way'
	run table-clear "$db" --json site page word hint
	status_is "$1: all of them can go" 0
	is "$1: those first that refer to others" \
	    "$(jq -r '"\(.table) \(.rows)"' "$out" | xargs)" \
	    'word 4 hint 2 page 3 site 3'
	err_has "$1: looking deletes nothing" '--confirm does it'
	is "$1: looking has deleted nothing" \
	    "$(sql 'SELECT count(*) FROM word')" 4

	rm -f log
	run table-clear "$db" --confirm --undo-log log site page word hint
	status_is "$1: --confirm deletes" 0
	is "$1: everything is gone" "$(sql 'SELECT (SELECT count(*) FROM word)
	    + (SELECT count(*) FROM page) + (SELECT count(*) FROM site) +
	    (SELECT count(*) FROM hint)')" 0
	is "$1: and nothing else" "$(sql 'SELECT count(*) FROM tree')" 3
	is "$1: the log has each row" "$(jq -r '.table // empty' log | uniq -c |
	    xargs)" \
	    '4 word 2 hint 3 page 3 site'
	is "$1: with its key" "$(jq -c 'select(.table == "page") | .key' log |
	    sort | xargs)" '{site:1,n:1} {site:1,n:2} {site:2,n:1}'
	is "$1: and as it was" "$(jq -c 'select(.table == "word") | .before' \
	    log | sort | sed -n 4p)" '{"site":null,"n":1,"word":"z"}'

	run table-clear "$db" --confirm tree
	status_is "$1: a table that refers to itself is cleared" 0
	is "$1: wholly" "$(sql 'SELECT count(*) FROM tree')" 0
	sql 'INSERT INTO egg VALUES (1, 1); INSERT INTO hen VALUES (1, 1)'
	run table-clear "$db" --confirm egg hen
	status_is "$1: tables that refer to each other are cleared" 0
	is "$1: both" "$(sql 'SELECT count(*) FROM egg')" 0

	run table-clear "$db" nothing
	status_is "$1: no such table" 4
	err_has "$1: it is named" 'nothing'
	run table-clear "$db" tree tree
	status_is "$1: a table named twice is wrong usage" 2
	run table-clear "$db" seen
	status_is "$1: a view is not cleared" 2
	sql "INSERT INTO tree VALUES (7, NULL)"
	run table-clear "$db" --confirm --undo-log /nowhere/log tree
	status_is "$1: without the log nothing is done" 4
	is "$1: the row is there" "$(sql 'SELECT count(*) FROM tree')" 1
	run sh -c "table-clear '$db' --confirm tree >/dev/full"
	status_is "$1: nor when it cannot be shown" 4
	is "$1: the row is there still" "$(sql 'SELECT count(*) FROM tree')" 1
}

rm -f u.db ulog
sqlite3 u.db "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, v);
    CREATE TABLE c (p REFERENCES p ON DELETE CASCADE, x BLOB);
    INSERT INTO p (v) VALUES ('a'), (1.0), (x'00'); INSERT INTO c VALUES
    (1, CAST(x'ff' AS TEXT)), (2, -9e999)"
sqlite3 u.db .dump >before
run table-clear u.db --confirm --undo-log ulog c p
run sqlite-load u.db --undo ulog
status_is 'SQLite: sqlite-load --undo brings the rows back' 0
is 'SQLite: as they were' "$(sqlite3 u.db .dump)" "$(cat before)"
run table-clear u.db --confirm --undo-log ulog c
status_is 'a log that is there is not written over' 4
is 'and nothing is deleted' "$(sqlite3 u.db .dump)" "$(cat before)"

db=a.db
sql() { sqlite3 -bail a.db "$1"; }
{
	echo 'PRAGMA foreign_keys = off;'
	sed 's/hen integer);/hen integer REFERENCES hen (id) DEFERRABLE/
	    s/DEFERRABLE$/DEFERRABLE INITIALLY DEFERRED);/' schema.sql
	cat rows.sql
	echo 'CREATE VIEW seen AS SELECT 1;'
} | sqlite3 -bail a.db
sql() { sqlite3 -bail a.db "PRAGMA foreign_keys = off; $1"; }
cases SQLite
sqlite3 -bail a.db "CREATE TRIGGER keep BEFORE DELETE ON tree BEGIN
    SELECT RAISE(IGNORE); END"
run table-clear a.db --confirm tree
status_is 'SQLite: rows that a trigger keeps are not passed over' 4
err_has 'SQLite: the trigger is named' 'triggers may fire: keep'
run table-clear
status_is 'no database is wrong usage' 2
run table-clear a.db
status_is 'no table is wrong usage' 2

if [ -z "${PGHOST-}" ]; then
	skip 'PostgreSQL' 'there is no server'
	finish
fi
createdb clear || exit 1
trap 'dropdb --force clear; rm -rf "$tmp"' EXIT
db='dbname=clear'
sql() { psql -qAtX -v ON_ERROR_STOP=1 -d clear -c "$1"; }
{
	cat schema.sql rows.sql
	echo 'ALTER TABLE egg ADD FOREIGN KEY (hen) REFERENCES hen (id)'
	echo '    DEFERRABLE INITIALLY DEFERRED;'
	echo 'CREATE VIEW seen AS SELECT 1;'
} | psql -qX -v ON_ERROR_STOP=1 -d clear
cases PostgreSQL

sql 'CREATE SCHEMA "Odd ""x"; CREATE TABLE "Odd ""x"."T;" (a int);
    INSERT INTO "Odd ""x"."T;" VALUES (1), (2)' 2>/dev/null
rm -f log
run table-clear "$db" --confirm --undo-log log '"Odd ""x"."T;"'
status_is 'odd names are names' 0
is 'the log has them, and without a key the row is the key' \
    "$(jq -c 'select(.table) | [.table, .key]' log | head -n 1)" '["\"Odd \"\"x\".\"T;\"",{"a":1}]'
sql 'CREATE TABLE part (a int) PARTITION BY RANGE (a);
    CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (10);
    INSERT INTO part SELECT generate_series(0, 9)'
rm -f log
run table-clear "$db" --confirm --undo-log log part
is 'partitions are cleared through their table' \
    "$(grep -c delete log) $(sql 'SELECT count(*) FROM part1')" '10 0'
sql 'CREATE TABLE whole (id int PRIMARY KEY) PARTITION BY RANGE (id);
    CREATE TABLE low PARTITION OF whole FOR VALUES FROM (0) TO (10);
    CREATE TABLE high PARTITION OF whole FOR VALUES FROM (10) TO (20);
    CREATE TABLE of_whole (whole int REFERENCES whole ON DELETE CASCADE);
    CREATE TABLE of_low (low int REFERENCES low ON DELETE CASCADE);
    CREATE TABLE split (whole int REFERENCES whole ON DELETE CASCADE)
	PARTITION BY RANGE (whole);
    CREATE TABLE split1 PARTITION OF split DEFAULT;
    INSERT INTO whole VALUES (1), (11); INSERT INTO of_whole VALUES (1);
    INSERT INTO of_low VALUES (1); INSERT INTO split VALUES (1)'
for table in whole low; do
	run table-clear "$db" --json $table
	is "a cascade finds its way through partitions: $table" \
	    "$(jq -r 'select(.cascaded > 0) | .table' "$out" | xargs)" \
	    'of_low of_whole split'
done
run table-clear "$db" low whole
status_is 'a partition is not named beside its table' 2
run table-clear "$db" --confirm whole of_whole of_low split
status_is 'and stops when all of them are named' 0
sql 'CREATE TABLE heir () INHERITS (tree); INSERT INTO heir VALUES (70, NULL);
    INSERT INTO tree VALUES (71, NULL)' 2>/dev/null
rm -f log
run table-clear "$db" --confirm --undo-log log tree
is 'a table that inherits keeps its rows' \
    "$(sql 'SELECT id FROM tree') $(grep -c '"id":7[01]' log)" '70 1'
sql 'DROP TABLE heir; INSERT INTO tree VALUES (72, NULL)'
sql "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RETURN NULL; END';
    CREATE TRIGGER keeper BEFORE DELETE ON tree FOR EACH ROW
    EXECUTE FUNCTION keep()"
run table-clear "$db" --confirm --undo-log log2 tree
status_is 'PostgreSQL: rows that a trigger keeps are not passed over' 4
err_has 'PostgreSQL: the trigger is named' 'triggers may fire: keeper'
check 'no log is left of what was not done' test ! -e log2
run env PGOPTIONS='-c default_transaction_read_only=on' table-clear "$db" egg
status_is 'looking needs no right to write' 0
run table-clear 'host=/nowhere dbname=x' egg
status_is 'no server is status 4' 4
finish
