#!/bin/sh
# row-migrate: what only SQLite has: foreign keys, backups, one file.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

step() {
	mkdir -p "migrations/$1"
	printf '%s\n' "$2" >"migrations/$1/up.sql"
}

m() { run row-migrate -d sqlite:app.db "$@"; }

m status
status_is 'status of a file that is not there' 4
err_is 'says how it comes to be' \
    'row-migrate: could not open database "app.db": No such file or directory
hint: "row-migrate -d sqlite:app.db up" makes it; the directory must be there'
step 1_tables 'CREATE TABLE parent (id INTEGER PRIMARY KEY, t TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY,
    parent INTEGER REFERENCES parent ON DELETE CASCADE);
INSERT INTO parent VALUES (1, '\''a'\''), (2, '\''b'\'');
INSERT INTO child VALUES (10, 1), (20, 2);'
m up
status_is 'up makes the file' 0
is 'a file that was empty needs no backup' "$(ls app.db.before-* 2>/dev/null)" ''

# The trap: rebuilding a table by hand.
rebuild='CREATE TABLE new (id INTEGER PRIMARY KEY, t TEXT NOT NULL);
INSERT INTO new SELECT * FROM parent;
DROP TABLE parent;
ALTER TABLE new RENAME TO parent;'
children() { sqlite3 app.db 'SELECT count(*) FROM child'; }
step 2_rebuild "PRAGMA foreign_keys = OFF;
$rebuild"
m up
status_is 'PRAGMA foreign_keys in a transaction is refused' 3
err_has 'with the reason' 'does nothing inside a transaction, and SQLite does not say so'
step 2_rebuild "PRAGMA main.foreign_keys(0);
$rebuild"
m up
status_is 'however it is written' 3
step 2_rebuild "$rebuild"
m up
status_is 'DROP TABLE that would fire ON DELETE CASCADE is refused' 4
err_has 'with the reason' 'DROP TABLE "parent" would delete its rows first'
is 'no child was lost' "$(children)" 2
step 2_rebuild "-- foreign_keys: off
$rebuild"
m up
status_is 'foreign_keys: off lets it through' 0
is 'and no child was lost' "$(children)" 2
is 'the table is the new one' "$(sqlite3 app.db \
    "SELECT \"notnull\" FROM pragma_table_info('parent') WHERE name = 't'")" 1
step 3_orphan '-- foreign_keys: off
DELETE FROM parent WHERE id = 1;'
m up
status_is 'foreign keys are checked before COMMIT' 4
err_has 'and what breaks them is named' \
    '1 rows would have no row that they reference, the first in table "child"'
is 'nothing is left of it' "$(sqlite3 app.db 'SELECT count(*) FROM parent')" 2
rm -r migrations/3_orphan
step 3_asks 'PRAGMA foreign_keys; PRAGMA user_version = 7;'
m up
status_is 'to ask for foreign_keys is harmless, and so are other pragmas' 0
step 4_by_hand '-- transaction: no
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE x (a);'
m up
status_is 'a transaction that is left open is a failure' 4
err_has 'and is said' 'leaves a transaction open'
echo 'COMMIT;' >>migrations/4_by_hand/up.sql
m up
status_is 'one of its own is allowed outside' 0

# Backups.
before() { find . -name 'app.db.before-*' | sort; }
is 'three backups are kept' "$(before | wc -l)" 3
is 'the last is as it was before' \
    "$(sqlite3 "$(before | tail -n 1)" 'PRAGMA integrity_check;
	SELECT count(*) FROM sqlite_schema WHERE name = '\''x'\''')" 'ok
0'
last=$(before | tail -n 1)
step 5_e 'CREATE TABLE e (a);'
m up --keep-backups 1
is '--keep-backups 1 keeps one' "$(before | wc -l)" 1
is 'the newest' "$(before | grep -cF "$last")" 0
step 6_f 'CREATE TABLE f (a);'
last=$(before)
m up --keep-backups 0
is '--keep-backups 0 makes none' "$(before)" "$last"
m up
is 'an up with nothing to do makes none' "$(before)" "$last"

# A trigger's body has semicolons.
step 7_trigger 'CREATE TRIGGER tr AFTER INSERT ON e BEGIN
    INSERT INTO f VALUES (CASE WHEN new.a THEN 1 ELSE 2 END);
    DELETE FROM f WHERE a = 3;
END;
INSERT INTO e VALUES (1);'
m up
is 'a trigger is one statement' "$(sqlite3 app.db 'SELECT a FROM f')" 1

# Another name of the same file has the same lock.
mkdir migrations/8_slow
# shellcheck disable=SC2016
printf '#!/bin/sh\ntouch begun; while [ ! -e go ]; do sleep 0.1; done\n' \
    >migrations/8_slow/up
chmod +x migrations/8_slow/up
ln -s app.db other.db
m up &
while [ ! -e begun ]; do sleep 0.1; done
row-migrate -d sqlite:other.db up >"$tmp/o" 2>&1
is 'a link to the file has the lock of the file' "$?" 4
touch go
wait

# What a script loads resumes by the name of its run.
if sqlite-load --help | grep -q -- --resume; then
	mkdir migrations/9_load
	cat >migrations/9_load/up <<'!'
#!/bin/sh
set -eu
sqlite-load -q --batch 100 --resume "$ROWPIPE_RUN" --create \
    --stats "$ROWPIPE_PROGRESS" "$ROWPIPE_SQLITE" rows <"$tmp/rows.ndjson"
!
	chmod +x migrations/9_load/up
	export tmp
	{ seq 1 250 | sed 's/.*/{"id":&}/'; echo '{"id":'; } >rows.ndjson
	ROWPIPE_FRAME=0 m up
	status_is 'a load that breaks' 4
	seq 1 300 | sed 's/.*/{"id":&}/' >rows.ndjson
	m up
	status_is 'goes on when it is mended' 0
	is 'and every row is there once' "$(sqlite3 app.db \
	    'SELECT count(*), count(DISTINCT id) FROM rows')" '300|300'
fi

run sh -c 'row-migrate -d sqlite:app.db status >/dev/full'
status_is 'a status that cannot be written' 4

# --notify.
# shellcheck disable=SC2016
m up --notify 'echo "$ROWPIPE_COMMAND $ROWPIPE_OUTCOME $ROWPIPE_STATUS" >told'
is '--notify tells how it went' "$(cat told)" 'up ok 0'
step z_bad 'nonsense;'
# shellcheck disable=SC2016
m up --notify 'echo "$ROWPIPE_OUTCOME $ROWPIPE_FAILED" >told; exit 3'
status_is '--notify does not change the status' 4
is 'and tells what failed' "$(cat told)" 'failed z_bad'
err_has 'a command that fails is said' '--notify: the command failed'
# --- A backup is no easier to read than the database.
rm -rf app.db* migrations
sqlite3 app.db 'CREATE TABLE a (x)'
chmod 640 app.db
mkdir -p migrations/1_a
echo 'CREATE TABLE b (x);' >migrations/1_a/up.sql
row-migrate -d sqlite:app.db up 2>/dev/null
is 'a backup has the mode of the database' \
    "$(stat -c %a app.db.before-*)" 640
finish
