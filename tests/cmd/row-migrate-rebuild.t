#!/bin/sh
# row-migrate rebuild: a table of SQLite made anew.
. "$(dirname "$0")/../lib.sh"

cd "$tmp" || exit 1

# A table that others reference with ON DELETE CASCADE, with all that can hang
# on one.
make_db() { # FILE
	rm -f "$1"
	sqlite3 "$1" <<'SQL'
CREATE TABLE users (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	"name" TEXT NOT NULL, -- text
	age TEXT DEFAULT '0, (', /* drop me, (not) */
	note TEXT CHECK (note <> 'a, b'),
	boss INTEGER REFERENCES users (id) -- no comma
);
CREATE TABLE orders (
	id INTEGER PRIMARY KEY,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE audit (what TEXT);
CREATE INDEX users_name ON users (name) WHERE name <> '';
CREATE TRIGGER users_audit AFTER DELETE ON users BEGIN
	INSERT INTO audit VALUES ('deleted; ' || old.name);
END;
CREATE VIEW names AS SELECT id, name FROM users;
CREATE TRIGGER orders_audit AFTER INSERT ON orders BEGIN
	INSERT INTO audit SELECT name FROM users WHERE id = new.user_id;
END;
INSERT INTO users VALUES (1, 'Ada', '36', 'x', NULL), (5, 'Bob', '7', NULL, 1),
    (9, 'Eve', '1', NULL, 1);
DELETE FROM users WHERE id = 9;
DELETE FROM audit;
INSERT INTO orders VALUES (1, 1), (2, 5), (3, 5);
DELETE FROM audit;
SQL
}
sql() { sqlite3 a.db "$@"; }
rebuild() { run row-migrate -d sqlite:a.db rebuild "$@"; }

# --- The trap, as it is without us.
make_db a.db
sql 'DROP VIEW names; DROP TRIGGER orders_audit;
PRAGMA foreign_keys = ON; BEGIN;
CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO n SELECT id, name FROM users;
DROP TABLE users; ALTER TABLE n RENAME TO users; COMMIT' 2>/dev/null
is 'a table dropped by hand takes what references it along' \
    "$(sql 'SELECT count(*) FROM orders')" 0

# --- And with us.
make_db a.db
rebuild users --drop note --type age=INTEGER --add "email TEXT DEFAULT '-'"
status_is 'columns are dropped, changed and added' 0
err_is 'and it says so' 'row-migrate: table "users" rebuilt, 2 rows'
is 'no row of another table is gone' "$(sql 'SELECT count(*) FROM orders')" 3
is 'no trigger has fired' "$(sql 'SELECT count(*) FROM audit')" 0
is 'the rows are there' \
    "$(sql 'SELECT *, typeof(age) FROM users')" \
    '1|Ada|36||-|integer
5|Bob|7|1|-|integer'
is 'the columns are those wanted' \
    "$(sql "SELECT group_concat(name || ' ' || type) FROM
	pragma_table_info('users')")" \
    'id INTEGER,name TEXT,age INTEGER,boss INTEGER,email TEXT'
is 'comments stay with their columns' \
    "$(sql "SELECT sql LIKE '%\"name\" TEXT NOT NULL, -- text%' FROM
	sqlite_schema WHERE name = 'users'")" 1
is 'index, triggers and view are there' \
    "$(sql "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema
	WHERE type IN ('index', 'trigger', 'view') ORDER BY name)")" \
    'names,orders_audit,users_audit,users_name'
is 'references lead to it still' \
    "$(sql "SELECT \"table\", on_delete FROM
	pragma_foreign_key_list('orders')")" 'users|CASCADE'
sql "PRAGMA foreign_keys = ON; INSERT INTO users (name) VALUES ('New');
    INSERT INTO orders VALUES (4, 10); DELETE FROM users WHERE id = 5"
is 'numbers go on where they were, triggers and cascades work' \
    "$(sql 'SELECT max(id) FROM users; SELECT * FROM audit;
	SELECT count(*) FROM orders')" '10
New
deleted; Bob
2'
rebuild users --drop note --type age=INTEGER --add "email TEXT DEFAULT '-'"
status_is 'what is done already is not done again' 0
err_is 'and it says so' \
    'row-migrate: table "users" is as it is wanted already'

# --- Renaming, which reaches views and triggers.
make_db a.db
rebuild users --rename name=full_name --drop age
status_is 'columns are renamed' 0
is 'views follow' "$(sql 'SELECT * FROM names')" '1|Ada
5|Bob'
is 'indexes follow' "$(sql "SELECT sql LIKE '%full_name%' FROM sqlite_schema
    WHERE name = 'users_name'")" 1

# --- A whole CREATE TABLE.
make_db a.db
cat >new.sql <<'SQL'
-- the new one
CREATE TABLE users (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL UNIQUE,
    age INT, boss INT REFERENCES users, seen TEXT DEFAULT 'no') STRICT;
SQL
sql 'DROP INDEX users_name; DROP VIEW names; DROP TRIGGER orders_audit;
    DROP TRIGGER users_audit'
rebuild users new.sql --rename name=full_name
status_is 'a column of the old table without a place is refused' 2
err_has 'by its name' 'the new table has no column "note"'
run_with new.sql row-migrate -d sqlite:a.db rebuild users - \
    --rename name=full_name --drop note
status_is 'the new table can come from standard input' 0
is 'with values under new names' \
    "$(sql 'SELECT id, full_name, age, boss, seen FROM users')" \
    '1|Ada|36||no
5|Bob|7|1|no'

# --- What goes wrong leaves everything as it was.
make_db a.db
sql .dump >before
for args in '--drop name' '--type age=INTEGER;' \
    '--add id' '--type id=' ''; do
	# shellcheck disable=SC2086 # the words are wanted
	rebuild users $args
	check "refused: rebuild users $args" test "$status" -ne 0
done
rebuild users --drop name
err_has 'an index that cannot be made again is named' \
    'index "users_name" cannot be made on the new table'
sql 'DROP INDEX users_name'
rebuild users --drop name
err_has 'a view or trigger that cannot go on is named' \
    'a view or trigger does not go with the new table: '
sql "CREATE INDEX users_name ON users (name) WHERE name <> ''"
echo "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, boss INT UNIQUE
    ON CONFLICT IGNORE, x INT DEFAULT 1 UNIQUE ON CONFLICT IGNORE)" >lossy.sql
rebuild users lossy.sql --drop age --drop note
status_is 'rows that a new constraint leaves out are missed' 1
err_has 'and counted' 'of 2 rows only 1 came into the new table'
sql .dump | sort >after
check 'and all is as it was' sh -c 'sort before | diff - after'
rebuild nobody --drop x
status_is 'a table that is not there is named' 4
err_has 'and where it was looked for' 'there is no table "nobody"'

# --- For a migration of SQL.
make_db a.db
mkdir -p migrations/1_drop
run row-migrate -d sqlite:a.db rebuild users --drop note --dry-run
status_is '--dry-run writes the SQL for a migration' 0
cp "$out" migrations/1_drop/up.sql
run row-migrate -d sqlite:a.db --keep-backups 0 up
status_is 'which row-migrate applies' 0
is 'and no row of another table is gone' \
    "$(sql 'SELECT count(*) FROM orders, users')" 6
is 'and the column is' "$(sql "SELECT count(*) FROM
    pragma_table_info('users') WHERE name = 'note'")" 0

# --- In a migration that is a script, run twice after a failure.
mkdir migrations/2_script
cat >migrations/2_script/up <<'SH'
#!/bin/sh
# irreversible: a test
row-migrate -d "$ROWPIPE_TARGET" rebuild users --drop boss &&
    test -e mended
SH
chmod +x migrations/2_script/up
run row-migrate -d sqlite:a.db --keep-backups 0 up
check 'a script that fails behind it' test "$status" -ne 0
touch mended
run row-migrate -d sqlite:a.db --keep-backups 0 up
status_is 'can run again' 0
is 'with the rows as they were' "$(sql 'SELECT count(*) FROM orders, users')" 6

# --- Names as they stand, or as they are written in SQL.
sqlite3 names.db 'CREATE TABLE "odd ""t" (id INTEGER PRIMARY KEY, a TEXT);
    CREATE TABLE seq (id INTEGER PRIMARY KEY AUTOINCREMENT)'
for name in 'odd "t' '"odd ""t"' '"ODD ""T"' 'main."odd ""t"'; do
	run row-migrate -d sqlite:names.db rebuild "$name" --type a=INTEGER
	status_is "a table called $name" 0
done
run row-migrate -d sqlite:names.db rebuild sqlite_sequence --drop x
err_has 'tables of SQLite itself are not rebuilt' \
    'there is no table "sqlite_sequence" that could be rebuilt'
finish
