#!/bin/sh
# row-migrate test: up, down, up, a kill and resume, on a copy.
. "$(dirname "$0")/../lib.sh"

cd "$tmp" || exit 1
mkdir scratch
TMPDIR=$tmp/scratch
export TMPDIR

step() { # NAME PART, the text on standard input
	mkdir -p "migrations/$1"
	cat >"migrations/$1/$2"
	case $2 in *.sql) ;; *) chmod +x "migrations/$1/$2" ;; esac
}

more_downs() {
	step 1_index down.sql <<-'SQL'
	UPDATE users SET email = lower(email);
	DROP TABLE notes; DROP INDEX users_email;
	SQL
	run row-migrate -d "$target" test
	status_is "$engine: a down that changes rows is caught" 1
	err_has "$engine: and the table named" \
	    'table users: its 2 rows are not as they were'

	step 1_index down.sql <<-'SQL'
	DROP INDEX users_email;
	SQL
	run row-migrate -d "$target" test
	err_has "$engine: a table that is left behind is named" \
	    'table notes: it is left behind'
	err_has "$engine: and up again, which fails" \
	    '1_index: up again, after down: it failed'

	rm migrations/1_index/down.sql
	run row-migrate -d "$target" test --full-workflow
	status_is "$engine: a down that is missing is found" 1
	err_has "$engine: and it is said of which" '1_index: down: there is none'
}

# The same on both engines: TARGET and a command that runs SQL there.
try_engine() { # ENGINE TARGET SQL-COMMAND DUMP-COMMAND
	engine=$1 target=$2 sql=$3 dump=$4
	rm -rf migrations
	$sql "CREATE TABLE users (id integer PRIMARY KEY, email text,
	    age integer NOT NULL DEFAULT 0)"
	$sql "INSERT INTO users VALUES (1, 'A@X', 3), (2, 'b@y', 4)"
	$sql 'CREATE INDEX users_age ON users (age)'
	$dump >before

	step 1_index up.sql <<-'SQL'
	CREATE UNIQUE INDEX users_email ON users (email);
	CREATE TABLE notes (id integer PRIMARY KEY, at text);
	INSERT INTO notes VALUES (1, 'x');
	SQL
	step 1_index verify.sql <<-'SQL'
	SELECT count(*) = 1 FROM notes;
	SQL
	step 1_index down.sql <<-'SQL'
	DROP TABLE notes;
	DROP INDEX users_email;
	SQL
	step 2_script up <<-'SH'
	#!/bin/sh
	row-pipe row-map '{id, at: "two"}' "$ROWPIPE_MIGRATION_DIR/rows" \| \
	    "$LOAD" $LOAD_TO notes --on-conflict update
	SH
	step 2_script down.sql <<-'SQL'
	DELETE FROM notes WHERE id IN (2, 3);
	SQL
	printf '{"id":2}\n{"id":3}\n' >migrations/2_script/rows
	if [ "$engine" = sqlite ]; then
		# shellcheck disable=SC2016 # for the script
		set -- sqlite-load '"$ROWPIPE_SQLITE"'
	else
		# shellcheck disable=SC2016 # for the script
		set -- pg-load '-d "$ROWPIPE_TARGET"'
	fi
	sed "s/\"\$LOAD\"/$1/; s/\$LOAD_TO/$2/" migrations/2_script/up >up
	cat up >migrations/2_script/up

	run row-migrate -d "$target" test
	status_is "$engine: what goes up, down and up again is good" 0
	err_has "$engine: and it says so" \
	    'row-migrate: 2 migrations tested on a copy, 0 found wrong'
	$dump >after
	check "$engine: the database is as it was" diff before after
	is "$engine: of the copy nothing is left" "$(ls scratch)" ''

	step 1_index down.sql <<-'SQL'
	DROP TABLE notes;
	SQL
	run row-migrate -d "$target" test --rollback
	status_is "$engine: a down that forgets an index is caught" 1
	err_has "$engine: and the index named" '1_index: after up and down: table users: index "users_email" is left behind'

	step 1_index down.sql <<-'SQL'
	DROP TABLE notes;
	DROP INDEX users_email;
	DELETE FROM users WHERE id = 1;
	DROP INDEX users_age;
	SQL
	run row-migrate -d "$target" test --rollback
	status_is "$engine: a down that takes too much is caught" 1
	err_has "$engine: the rows" \
	    '1_index: after up and down: table users: it has 1 rows, and had 2'
	err_has "$engine: and the index" 'index "users_age" is missing'

	[ "$engine" = pg ] || more_downs

	# Loads its rows once more whenever it is run.
	step 1_index up.sql <<-'SQL'
	-- transaction: no
	-- irreversible: a test
	CREATE TABLE IF NOT EXISTS notes (id integer, at text);
	INSERT INTO notes VALUES (1, 'x');
	SELECT 1;
	SELECT 2;
	SQL
	rm -r migrations/2_script
	run row-migrate -d "$target" test
	status_is "$engine: what cannot be resumed is caught" 1
	err_has "$engine: with what it leads to" '1_index: killed in the middle of up and resumed: table notes: it has 2 rows, and had 1'
	run row-migrate -d "$target" test --rollback
	status_is "$engine: which without a kill is not seen" 0
	$dump >after
	check "$engine: after all that the database is as it was" \
	    diff before after
	is "$engine: and no copy is left" "$(ls scratch)" ''
}

on_sqlite() { sqlite3 a.db "$@"; }
dump_sqlite() { sqlite3 a.db .dump; }
try_engine sqlite sqlite:a.db on_sqlite dump_sqlite

# What its up makes, and what test says of a down that does nothing.
forgets() { # SQL MESSAGE
	rm -rf migrations
	printf '%s\n' "$1" | step 1_x up.sql
	printf 'SELECT 1;\n' | step 1_x down.sql
	run row-migrate -d "$target" test --rollback
	err_has "$engine: $2" "after up and down: $2"
}

sqlite3 a.db 'CREATE TABLE "a""b" ("x""y" INTEGER)'
forgets 'ALTER TABLE "a""b" ADD COLUMN """" TEXT;' \
    'table a"b: column "\"" is left behind'
is 'and no other column with a quote in its name is missed' \
    "$(grep -c ': column ' "$err")" 1
forgets 'PRAGMA user_version = 7;' 'PRAGMA "user_version" is not as it was'
forgets 'CREATE VIEW v AS SELECT id FROM users;' 'view v: it is left behind'
forgets 'CREATE TRIGGER tr AFTER INSERT ON users BEGIN SELECT 1; END;' \
    'table users: trigger "tr" is left behind'

# --- However it ends, the copy goes.
step 1_index up <<'SH'
#!/bin/sh
# irreversible: a test
touch here
exec sleep 60
SH
rm -f migrations/1_index/up.sql
row-migrate -d sqlite:a.db test >/dev/null 2>&1 &
pid=$!
n=0
while [ ! -e here ] && [ $((n += 1)) -lt 100 ]; do sleep 0.1; done
is 'a copy is there while it runs' "$(find scratch -name a.db | wc -l)" 1
kill -TERM "$pid"
wait "$pid" 2>/dev/null
n=0
while [ -n "$(ls scratch)" ] && [ $((n += 1)) -lt 200 ]; do sleep 0.1; done
is 'and gone when it was ended' "$(ls scratch)" ''

if [ -z "${PGHOST-}" ]; then
	skip 'the same on PostgreSQL' 'no server; see tests/with-postgres'
	finish
fi
createdb trial_test || exit 1
trap 'dropdb --force trial_test; rm -rf "$tmp"' EXIT
on_pg() { psql -X -q -d trial_test -c "$1"; }
dump_pg() { pg_dump -d trial_test | grep -v '^.\(un\)\{0,1\}restrict '; }
try_engine pg 'dbname=trial_test' on_pg dump_pg

psql -X -q -d trial_test -c "CREATE FUNCTION f() RETURNS integer
    LANGUAGE sql AS 'SELECT 1'" -c 'CREATE SEQUENCE s' \
    -c "CREATE TYPE mood AS ENUM ('a')"
forgets "CREATE OR REPLACE FUNCTION f() RETURNS integer
    LANGUAGE sql AS 'SELECT 2';" 'function "f()" is not as it was'
forgets "CREATE FUNCTION g(a text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
CREATE TYPE range AS RANGE (subtype = real); CREATE SCHEMA app;
CREATE DOMAIN app.d AS integer; ALTER SEQUENCE s INCREMENT 5;
ALTER TYPE mood ADD VALUE 'b'; GRANT SELECT ON users TO pg_monitor;
GRANT USAGE ON SCHEMA public TO pg_monitor WITH GRANT OPTION;
CREATE OPERATOR === (leftarg = integer, rightarg = integer,
    function = int4eq);" 'function "g(text)" is left behind'
is 'pg: all that it forgets is named' \
    "$(sed -n 's/.*: after up and down: //p' "$err" | sort)" \
    'access to "users" is not as it was
function "g(text)" is left behind
object "operator ===(integer,integer)" is left behind
procedure "p()" is left behind
schema "app" is left behind
schema "public" is not as it was
sequence "s" is not as it was
type "app.d" is left behind
type "mood" is not as it was
type "range" is left behind'
rm -rf migrations
printf 'GRANT SELECT ON users TO pg_monitor; CREATE TYPE t AS (a text);
REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;' | step 1_x up.sql
printf 'REVOKE SELECT ON users FROM pg_monitor; DROP TYPE t;
GRANT EXECUTE ON FUNCTION f() TO PUBLIC;' | step 1_x down.sql
run row-migrate -d "$target" test
status_is 'pg: what is granted and revoked again is as it was' 0

# Others are connected: a copy by pg_dump.
psql -X -q -d trial_test -c 'SELECT pg_sleep(100)' >/dev/null 2>&1 &
psql=$!
sleep 0.5
run row-migrate -d dbname=trial_test test --rollback
kill "$psql"
status_is 'a database that others use is copied as well' 0
is 'no copy is left on the server' "$(psql -X -At -d trial_test -c \
    "SELECT count(*) FROM pg_database WHERE datname LIKE 'rowpipe_trial%'")" 0
finish
