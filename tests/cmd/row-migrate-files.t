#!/bin/sh
# row-migrate: files as editors, merges and careless people leave them; what
# the help says; commands in hints that can be copied.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

sql() { # NAME, the text on standard input
	rm -rf "migrations/$1"
	mkdir -p "migrations/$1"
	cat >"migrations/$1/up.sql"
}

script() {
	rm -rf "migrations/$1"
	mkdir -p "migrations/$1"
	cat >"migrations/$1/up"
	chmod +x "migrations/$1/up"
}

target=sqlite:app.db
m() { run row-migrate -d "$target" "$@"; }

# --- Help.
run row-migrate --help
status_is '--help' 0
is 'it lists each command with what it does' "$(grep -cE \
    '^  (new|status|up|down|resume|verify|baseline|accept|test|lint|squash|rebuild|log|help) .* {2}[a-z]' \
    "$out")" 14
is 'and the options that belong to it' "$(grep -A 1 '^  down ' "$out" |
	tail -n 1 | xargs)" '[--dry-run] [--steps N] [--to NAME]'
cp "$out" all
run row-migrate help
check '"help" is the same' cmp -s "$out" all
run row-migrate down --help
is 'COMMAND --help has its usage' "$(head -n 2 "$out")" \
    'usage: row-migrate [options] down
take back what is applied'
is 'its options, and those of all' "$(grep -cE -- \
    '--(steps|to|dry-run|dbname|dir) ' "$out")" 5
is 'and no others' "$(grep -cE -- '--(json|rename|references)' "$out")" 0
cp "$out" down
run row-migrate help down
check '"help COMMAND" is the same' cmp -s "$out" down
run row-migrate --help down
check 'as is "--help COMMAND"' cmp -s "$out" down
m resume --to x
status_is 'an option of other commands is refused' 2
err_is 'by name' 'row-migrate: resume takes no option --to
usage: row-migrate [options] resume
hint: "row-migrate resume --help" lists the options'
run row-migrate new 'a name'
status_is 'new with a name that cannot be' 2
err_has 'says what names may be' \
    'hint: names have letters, digits, "_", "-" and "."'

# --- A first migration, by what the help says alone.
sed -n 's/^  \(row-migrate .*\)/\1/p' all >first
sed -n 1p first | sh 2>"$err"
echo 'CREATE TABLE notes (id INTEGER PRIMARY KEY);' \
    >migrations/20260121_notes/up.sql
echo 'DROP TABLE notes;' >migrations/20260121_notes/down.sql
sed -n 2p first | sh 2>"$err"
is 'the help leads to a first migration' \
    "$(sqlite3 app.db 'SELECT count(*) FROM notes')" 0
is 'and to what status says of it' "$(sed -n 3p first | sh |
	grep -c '^20260121_notes  *completed')" 1
sed -n 4p first | sh 2>"$err"
is 'and back' "$(sqlite3 app.db \
    "SELECT count(*) FROM sqlite_schema WHERE name = 'notes'")" 0
rm -rf migrations app.db*

# --- Commands in hints, with everything that leads to the same place.
odd="it's a \$place"
mkdir "$odd" "$odd/m"
mkdir "$odd/m/1_a"
echo 'CREATE TABLE a (x);' >"$odd/m/1_a/up.sql"
echo 'DROP TABLE a;' >"$odd/m/1_a/down.sql"
run row-migrate -d "sqlite:$odd/app.db" --dir "$odd/m" status
status_is 'no database yet' 4
sed -n 's/^hint: "\(.*\)" makes it.*/\1/p' "$err" >next
check 'the command that makes it can be copied' sh next
echo '-- more' >>"$odd/m/1_a/up.sql"
run row-migrate -d "sqlite:$odd/app.db" --dir "$odd/m" up
status_is 'a text that was changed' 3
sed -n 's/^hint: .*, "\(row-migrate .* accept 1_a\)".*/\1/p' "$err" >next
sed -n 's/^hint: .*: "\(row-migrate .* down --to 0\)".*/\1/p' "$err" >down
check 'the command that accepts it can be copied' sh next
check 'and so can the one that takes it back' sh down
is 'which it does' "$(sqlite3 "$odd/app.db" \
    'SELECT state FROM rowpipe_migrations')" 'rolled back'
mkdir "$odd/m/2_b"
echo 'CREATE TABLE b (x);' >"$odd/m/2_b/up.sql"
echo 'CREATE TABLE a (x);' >"$odd/m/1_a/up.sql"
run row-migrate -d "sqlite:$odd/app.db" --dir "$odd/m" baseline 2_b
run row-migrate -d "sqlite:$odd/app.db" --dir "$odd/m" status
sed -n 's/^Next: //p' "$out" >next
is 'out of order: status names the command' "$(grep -c \
    -- '--allow-out-of-order$' next)" 1
check 'that can be copied' sh next
rm -rf "$odd"

# --- A step that fails while something else is wrong: it alone is resumed.
sql 1_a <<'!'
CREATE TABLE a (x);
!
sql 3_c <<'!'
SELECT * FROM nowhere;
!
m up
m baseline 1_a
sql 2_b <<'!'
-- depends: 9_z
SELECT 1;
!
m status
is 'something else stops up: resume is the next command' \
    "$(sed -n 's/^Next: //p' "$out")" 'row-migrate -d sqlite:app.db resume'
m resume --dry-run
err_has 'resume --dry-run says what it would do' '3_c: would be finished'
is 'and does nothing' "$(sqlite3 app.db \
    "SELECT count(*) FROM rowpipe_migration_runs WHERE name = '3_c'")" 1
sql 3_c <<'!'
SELECT 1;
!
m resume
status_is 'resume finishes it' 0
rm -rf migrations/2_b
sql 4_d <<'!'
SELECT * FROM nowhere;
!
m up --to 4_d --allow-out-of-order
err_has 'the next command has the options of this one' \
    'mended: row-migrate -d sqlite:app.db up --to 4_d --allow-out-of-order'
rm -rf migrations/4_d
m status
status_is 'a transaction that failed and is gone leaves no trouble' 0
is 'of which status tells' "$(grep -c 'nothing is to be done' "$out")" 1
rm -rf migrations app.db*

# --- What editors do.
printf '\357\273\277-- depends: nix\r\nSELECT 1;' | sql 1_a
m up
err_has 'the head of a file with a byte order mark counts' \
    '"1_a" depends on "nix"'
printf '\357\273\277-- description: x\r\nCREATE TABLE a (x);' | sql 1_a
m up
status_is 'and so does its SQL' 0
printf -- '-- description: x\nCREATE TABLE a (x);\n' | sql 1_a
m up
status_is 'without mark, with other line ends, it is the same text' 0
script 2_b <<'!'
echo no first line
!
m up
err_has 'a script without "#!" runs' 'no first line'
printf '#!/bin/sh\r\necho\r\n' | script 3_c
m up
status_is 'a first line that ends with CR LF' 3
err_has 'is refused with the way to mend it' \
    "hint: sed -i 's/\\r\$//' \"migrations/3_c/up\""
sed -n 's/^hint: //p' "$err" >next
check 'which can be copied' sh next
m up
status_is 'and mends it' 0
printf '#!/bin/sh\r\necho\r\n' >migrations/3_c/up
m up
status_is 'but what is applied is not looked at again' 0
printf '\357\273\277#!/bin/sh\n' | script 4_d
m up
err_has 'a mark before "#!"' 'begins with a byte order mark'
printf '#!/nowhere/at/all\n' | script 4_d
m up
err_has 'an interpreter that is not there' \
    'is the interpreter that its first line names there?'
rm -rf migrations app.db*

# --- Files that nobody would read.
sql 1_a <<'!'
SELECT 1;
!
touch migrations/1_a/up.postgres.sql
m up
status_is 'SQL for an engine that there is not' 3
err_has 'is named' 'no engine is called "postgres"'
rm -r migrations/1_a
mkdir 'migrations/1 a'
m up
err_has 'a name that cannot be is told' '"1 a" cannot be the name'
rm -r 'migrations/1 a'
echo 'SELECT 1;' >migrations/001_init.sql
m up
status_is 'SQL beside the migrations is no error' 0
err_has 'but is not passed over in silence' \
    '"migrations/001_init.sql" is not run: a migration is a directory'
rm -r migrations

# --- What a script says, and leaves behind.
script 1_a <<'!'
#!/bin/sh
printf 'a\0b\n'
sleep 100 & echo $! >pid
!
m up
is 'a NUL in the output hides nothing' \
    "$(sqlite3 app.db 'SELECT output FROM rowpipe_migrations')" 'a?b'
n=0
# Where nobody waits for orphans, what has ended stays as a zombie.
while kill -0 "$(cat pid)" 2>/dev/null && [ $((n += 1)) -lt 50 ] &&
    ! grep -q '^State:.*Z' "/proc/$(cat pid)/status" 2>/dev/null; do
	sleep 0.1
done
check 'what it left running is ended' [ "$n" -lt 50 ]

# --- The trap, where the file itself has switched foreign keys off.
sql 2_b <<'!'
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);
INSERT INTO p VALUES (1); INSERT INTO c VALUES (1);
!
m up
sql 3_c <<'!'
-- transaction: no
DROP TABLE p;
!
m up
err_has 'outside a transaction DROP TABLE is refused' \
    'DROP TABLE "p" would delete its rows first'
sql 3_c <<'!'
-- transaction: no
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE q (id INTEGER PRIMARY KEY, n);
INSERT INTO q (id) SELECT id FROM p;
DROP TABLE p;
ALTER TABLE q RENAME TO p;
COMMIT;
!
m up
status_is 'but not where they are off' 0
is 'and nothing is deleted' "$(sqlite3 app.db 'SELECT count(*) FROM c')" 1
sql 4_d <<'!'
PRAGMA journal_mode = WAL;
!
m up
err_has 'what SQLite refuses in a transaction has the way out' \
    'hint: write "transaction: no" into the comment'

if [ -z "${PGHOST-}" ]; then
	skip 'SQL of PostgreSQL' 'no server'
	finish
fi
createdb row_migrate_files || exit 1
trap 'dropdb --force row_migrate_files; rm -rf "$tmp"' EXIT
target=row_migrate_files
rm -rf migrations
sql 1_a <<'!'
CREATE TABLE t (a integer, n text); /* a /* nested; */ comment; */
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
	NEW.n := 'x;y' || E'it\'s; \\ ' || $q$;$q$; RETURN NEW; END; $body$;
DO $$ BEGIN RAISE NOTICE 'hello; there'; END $$;
CREATE PROCEDURE p() BEGIN ATOMIC
	INSERT INTO t VALUES (1, CASE WHEN true THEN 'a' END); END;
!
m up
status_is 'pg: semicolons that end no statement' 0
is 'pg: what the server says is kept' "$(psql -Atd row_migrate_files -c \
    'SELECT output FROM rowpipe_migrations')" 'NOTICE: hello; there'
for text in '\copy t from x' 'SELECT 1 \gset' '-- transaction: no
\set x 1'; do
	printf '%s\n' "$text" | sql 2_b
	m up
	err_has "pg: a command of psql: $(printf '%s\n' "$text" | tail -n 1)" \
	    "psql's own commands are no SQL"
done
sql 2_b <<'!'
SELECT E'\'\\', '\', $$\d$$, "a\b" FROM (SELECT 1 AS "a\b") AS x -- \d
!
m up
status_is 'pg: a backslash in quotes is none' 0
psql -qd row_migrate_files -c 'INSERT INTO t VALUES (1), (1)'
sql 3_c <<'!'
-- transaction: no
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a);
!
m up
status_is 'pg: an index that cannot be built' 4
m up
status_is 'pg: is not taken for done because something is left of it' 4
err_has 'pg: which is named' 'index "t_a" is there, but invalid'
psql -qd row_migrate_files -c 'DELETE FROM t'
sql 3_c <<'!'
-- transaction: no
DROP INDEX CONCURRENTLY IF EXISTS t_a;
CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);
!
m up
status_is 'pg: and when it is dropped before, it is built' 0
sql 3_d <<'!'
CREATE TABLE d (a integer UNIQUE DEFERRABLE INITIALLY DEFERRED);
INSERT INTO d VALUES (1), (1);
!
m up
status_is 'pg: what fails at COMMIT' 4
is 'pg: is said once, without what comes of it' \
    "$(grep -c 'no transaction' "$err")" 0
is 'pg: nothing of it is left' "$(psql -Atd row_migrate_files -c \
    "SELECT to_regclass('d') IS NULL, state FROM rowpipe_migrations
	WHERE name = '3_d'")" 't|failed'
finish
