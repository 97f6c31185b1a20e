#!/bin/sh
# row-migrate squash: many migrations become one.
. "$(dirname "$0")/../lib.sh"

cd "$tmp" || exit 1
mkdir scratch
TMPDIR=$tmp/scratch
export TMPDIR

up() { # NAME DOWN, the text on standard input
	mkdir -p "migrations/$1"
	cat >"migrations/$1/up.sql"
	printf '%s\n' "$2" >"migrations/$1/down.sql"
}
migrate() { run row-migrate -d "$target" --keep-backups 0 "$@"; }

try_engine() { # ENGINE TARGET SQL-COMMAND
	engine=$1 target=$2 sql=$3
	rm -rf migrations
	up 1_a 'DROP TABLE a;' <<-'SQL'
	-- description: the first
	CREATE TABLE a (id integer PRIMARY KEY, x text);
	SQL
	up 2_b 'DROP INDEX a_x;' <<-'SQL'
	-- depends: 1_a
	CREATE INDEX a_x ON a (x); -- fast
	SQL
	up 3_c "DELETE FROM a WHERE x = 'one; two';" <<-'SQL'
	INSERT INTO a VALUES (1, 'one; two')
	SQL
	up 4_d 'SELECT 1;' <<-'SQL'
	-- depends: 3_c
	SELECT 1;
	SQL
	cp -r migrations all
	migrate squash --to 3_c
	status_is "$engine: what is not applied is not squashed" 3
	migrate up
	migrate squash --to 3_c
	status_is "$engine: what is applied becomes one" 0
	is "$engine: the others are put away" \
	    "$(cd migrations && echo * _squashed/*)" \
	    '3_c_squash 4_d _squashed _squashed/1_a _squashed/2_b _squashed/3_c'
	is "$engine: of the copies nothing is left" "$(ls scratch)" ''
	migrate up
	err_has "$engine: nothing is to be applied" '0 applied'
	is "$engine: the history keeps its trace" \
	    "$($sql 'SELECT name, state FROM rowpipe_migrations
		ORDER BY name')" '1_a|squashed
2_b|squashed
3_c|squashed
3_c_squash|completed
4_d|completed'
	migrate status
	status_is "$engine: status has nothing to complain of" 0
	migrate down --to 0
	status_is "$engine: the new one can be taken back" 0
	migrate up
	status_is "$engine: and applied" 0
	is "$engine: with the same rows" "$($sql 'SELECT * FROM a')" \
	    '1|one; two'
	rm -r all
}

on_sqlite() { sqlite3 a.db "$@"; }
sqlite3 a.db 'CREATE TABLE before (id INTEGER)'
try_engine sqlite sqlite:a.db on_sqlite

# --- What would not be the same is refused.
rm -rf migrations a.db
sqlite3 a.db 'CREATE TABLE n (id INTEGER)'
up 1_a 'DROP TABLE t;' <<'SQL'
CREATE TABLE t (schemas INTEGER, at TEXT);
SQL
up 2_b 'DELETE FROM t;' <<'SQL'
INSERT INTO t SELECT count(*), random() FROM rowpipe_migrations
SQL
migrate up
migrate squash --to 2_b
status_is 'migrations that do not lead to the same stay as they are' 1
err_has 'and what differs is named' 'its 1 rows are not as they were'
is 'with nothing left of the trial' "$(ls migrations scratch)" \
    'migrations:
1_a
2_b

scratch:'
mkdir migrations/3_s
printf '#!/bin/sh\n# irreversible: x\n' >migrations/3_s/up
chmod +x migrations/3_s/up
migrate up
migrate squash --to 3_s
err_has 'a script is refused' 'migration "3_s" cannot be squashed: it is a script'
migrate squash
status_is 'squash wants --to' 2
migrate squash --to nothing
status_is 'and a name that is there' 2

# --- Irreversible ones are tried on empty databases.
rm -rf migrations a.db
up 1_a '' <<'SQL'
-- irreversible: for good
CREATE TABLE t (id INTEGER);
SQL
rm migrations/1_a/down.sql
up 2_b 'DROP TABLE u;' <<'SQL'
CREATE TABLE u (id INTEGER);
SQL
migrate up
migrate squash --to 2_b both
status_is 'what is irreversible can be squashed' 0
check 'and stays so' grep -qx -- '-- irreversible: for good' migrations/both/up.sql

# --- Where only some of the old ones are applied.
rm -rf migrations a.db old.db
up 1_a 'DROP TABLE t;' <<'SQL'
CREATE TABLE t (id INTEGER);
SQL
row-migrate -d sqlite:old.db up 2>/dev/null
up 2_b 'DROP TABLE u;' <<'SQL'
CREATE TABLE u (id INTEGER);
SQL
migrate up
migrate squash --to 2_b both
run row-migrate -d sqlite:old.db up
status_is 'a database with a part of them is not touched' 3
sed -n 's/^hint: .*"\(row-migrate [^"]*\)".*/\1/p' "$err" >next
check 'the command that applies the rest can be copied' sh next
run row-migrate -d sqlite:old.db up
is 'and then the new one stands for them' "$(sqlite3 old.db \
    'SELECT name, state FROM rowpipe_migrations ORDER BY name' | xargs)" \
    '1_a|squashed 2_b|squashed both|completed'

if [ -z "${PGHOST-}" ]; then
	skip 'the same on PostgreSQL' 'no server; see tests/with-postgres'
	finish
fi
createdb squash_test || exit 1
trap 'dropdb squash_test; rm -rf "$tmp"' EXIT
on_pg() { psql -X -q -At -d squash_test -c "$1"; }
try_engine pg dbname=squash_test on_pg
finish
