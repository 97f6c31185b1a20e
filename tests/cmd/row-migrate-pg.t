#!/bin/sh
# row-migrate: what only PostgreSQL has.
. "$(dirname "$0")/../lib.sh"
if [ -z "${PGHOST-}" ]; then
	skip 'row-migrate on PostgreSQL' 'no server'
	finish
fi
cd "$tmp" || exit 1
createdb row_migrate_pg 2>/dev/null
PGDATABASE=row_migrate_pg
export PGDATABASE

step() {
	mkdir -p "migrations/$1"
	printf '%s\n' "$2" >"migrations/$1/up.sql"
}

m() { run row-migrate "$@"; }
sql() { psql -AtqXc "$1"; }
state() { sql "SELECT state FROM rowpipe_migrations WHERE name = '$1'"; }

step 01_function "CREATE TABLE t (a integer PRIMARY KEY, b text);
CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS \$\$
BEGIN
    INSERT INTO t VALUES (1, 'a;b');
    RETURN 1;
END \$\$;
CREATE FUNCTION g() RETURNS integer LANGUAGE sql
BEGIN ATOMIC
    SELECT 1;
    SELECT CASE WHEN true THEN 2 END;
END;
DO 'BEGIN PERFORM f(); END';"
m up
status_is 'bodies of functions have semicolons' 0
is 'they have run' "$(sql 'SELECT b, g() FROM t')" 'a;b|2'

step 02_index 'CREATE INDEX CONCURRENTLY i ON t (b);'
m up
status_is 'CONCURRENTLY is refused in a transaction' 3
err_has 'before anything runs' 'migrations/02_index/up.sql:1: statement'
step 02_index '-- transaction: no
CREATE INDEX CONCURRENTLY i ON t (b);
CREATE INDEX CONCURRENTLY j ON t (b, a);'
m up
status_is 'and runs outside of one' 0
is 'the indexes are valid' "$(sql "SELECT count(*) FROM pg_index WHERE
    indisvalid AND indexrelid IN ('i'::regclass, 'j'::regclass)")" 2
step 03_vacuum '-- what the server alone knows
ALTER SYSTEM RESET work_mem;'
m up
err_has 'what only the server knows gets the same hint' \
    'write "transaction: no" into the comment'
step 03_vacuum 'COPY t (a, b) FROM STDIN;'
m up
err_has 'COPY from the client is refused' 'COPY has no input or output here'
rm -r migrations/03_vacuum

psql -qXc 'CREATE ROLE migrate_owner' -c 'GRANT CREATE ON DATABASE
    row_migrate_pg TO migrate_owner' 2>/dev/null
step 04_path "CREATE SCHEMA other;
GRANT ALL ON SCHEMA other TO migrate_owner;
SET search_path = other;
CREATE TABLE u (a integer);
SET ROLE migrate_owner;
CREATE TABLE owned (a integer);"
step 05_after 'CREATE TABLE v (a integer);
SELECT pg_sleep(0.05);'
m up
status_is 'what a step sets does not last' 0
is 'tables are where they should be' "$(sql "SELECT 'other.u'::regclass,
    'public.v'::regclass, 'public.rowpipe_migrations'::regclass")" \
    'other.u|v|rowpipe_migrations'

step 06_deferred 'CREATE TABLE w (a integer REFERENCES t DEFERRABLE
    INITIALLY DEFERRED);
INSERT INTO w VALUES (99);'
m up
status_is 'what fails at COMMIT is a failure' 4
is 'and is written down' "$(state 06_deferred)" failed
is 'with nothing left of it' "$(sql "SELECT to_regclass('w')")" ''
step 06_deferred 'SELECT 1;'
m up

# A runner that is killed leaves a server process that is still at work, for
# longer than the next one would wait for the end of its own step before.
step 07_slow 'CREATE TABLE slow AS SELECT 1 AS a, pg_sleep(9)::text AS b;'
row-migrate up 2>/dev/null &
runner=$!
n=0
until n=$((n + 1)); [ "$n" -gt 100 ] || [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'
    AND query LIKE 'CREATE TABLE slow%'")" = 1 ]; do sleep 0.1; done
kill -KILL "$runner"
wait "$runner" 2>/dev/null
m up
status_is 'the next runner does not run into it' 4
err_has 'and says why' 'somebody else runs migrations on'
is 'nothing is written of that: it was not run' "$(state 07_slow)" ''
m up --wait 30
status_is '--wait waits for its end' 0
is 'the step has run once' "$(sql 'SELECT count(*) FROM slow')" 1

# The lock is lost in the midst of a step.
step 08_lock "SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND objid = 1;
CREATE TABLE x (a integer);"
m up
status_is 'a runner that has lost its lock commits nothing' 4
err_has 'and says so' 'the lock of this runner is lost'
is 'nothing is there' "$(sql "SELECT to_regclass('x')")" ''
step 08_lock 'SELECT 1;'
m up
status_is 'the next one goes on' 0

# Programs that a script starts find the server.
mkdir migrations/09_script
# shellcheck disable=SC2016
printf '%s\n' '#!/bin/sh' 'set -eu' \
    '[ -n "$ROWPIPE_TARGET" ]' 'unset PGHOST PGPORT PGDATABASE PGUSER' \
    'pg-dump-json -d "$ROWPIPE_TARGET" t |' \
    "    row-map '.a += 1 | .b = \"new\"' |" \
    '    pg-load -d "$ROWPIPE_TARGET" t' >migrations/09_script/up
chmod +x migrations/09_script/up
run row-migrate -d "host=$PGHOST user=$PGUSER dbname=row_migrate_pg" up
status_is 'a pipeline in a script' 0
is 'its rows are there' "$(sql 'SELECT a, b FROM t ORDER BY a' | xargs)" \
    '1|a;b 2|new'

# The order of the digests does not depend on whose connection it is.
is 'the same schema has the same digest' "$(sql "SELECT count(DISTINCT
    schema_hash) FROM rowpipe_migrations WHERE name >= '08'")" 1

psql -qXc "CREATE ROLE with_password LOGIN PASSWORD 'secret'" 2>/dev/null
psql -qXc 'GRANT SELECT ON rowpipe_migrations, rowpipe_migration_runs
    TO with_password'
run row-migrate -d "user=with_password password=secret
    dbname=row_migrate_pg host=$PGHOST" status
step 99_more 'SELECT 1;'
run row-migrate -d "user=with_password password=secret
    dbname=row_migrate_pg host=$PGHOST" up
status_is 'who may not write the history' 4
err_has 'is told so' 'could not write the history: permission denied'
is 'and no secret is shown' "$(grep -c secret "$err")" 0
rm -r migrations/99_more
run row-migrate -d "host=$tmp" status
status_is 'no server' 4
psql -qXd postgres -c 'DROP DATABASE row_migrate_pg' \
    -c 'DROP ROLE with_password' -c 'DROP ROLE migrate_owner' 2>/dev/null
finish
