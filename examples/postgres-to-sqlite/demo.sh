#!/bin/sh
# demo.sh - what "make demo" runs
#
# Without $PG: a private server, the sample database, and migrate.sh for one
# of its users.  With $PG, a connection of libpq: the tables of that server,
# at most $LIMIT rows of each; it is only read.  Files go to build/demo.

set -eu
cd "$(dirname "$0")/../.."
here=examples/postgres-to-sqlite
PATH=${B:-$PWD/build}/bin:$PATH
if [ -z "${PG-}" ] && [ -z "${DEMO_SERVER-}" ]; then
	echo 'Starting a private PostgreSQL server in a temporary folder.'
	DEMO_SERVER=1 exec tests/with-postgres --new "$here/demo.sh"
fi

rm -rf build/demo
mkdir -p build/demo
if [ -n "${PG-}" ]; then
	status=0
	examples/whole-database/copy.sh -d "$PG" --limit "${LIMIT:-10000}" \
	    --export build/demo/export build/demo/app.db || status=$?
else
	psql -q -f "$here/sample.sql"
	echo 'It holds the sample database of an astrology application:'
	psql -At <<-'!'
	SELECT format('SELECT format(''    %%-24s %%6s rows'', %L, count(*))
	    FROM %1$I', tablename) FROM pg_tables WHERE schemaname = 'public'
	    ORDER BY tablename \gexec
	!
	printf '\nNow one of its users moves to SQLite.\n\n'
	status=0
	"$here/migrate.sh" -d "host=$PGHOST user=$PGUSER dbname=$PGDATABASE" \
	    --user ana@example.org --export build/demo/export \
	    build/demo/app.db || status=$?
fi
[ "$status" -eq 0 ] || exit "$status"
printf '\nbuild/demo/app.db is the database, build/demo/export what it was'
printf ' made from.\n    sqlite3 build/demo/app.db .schema\n'
[ ! -e build/demo/app.report.html ] ||
    echo 'The report as a page for any browser: build/demo/app.report.html'
