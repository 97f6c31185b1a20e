#!/bin/sh
# examples/data-migrations/lifecycle: there and back, killed and resumed.
. "$(dirname "$0")/../lib.sh"

cd "$tmp" || exit 1
dir=$top/examples/data-migrations/lifecycle
rows=20000
big="INSERT INTO clients SELECT i, 'u' || i || '@d' || (i % 7), 'A' FROM"

# ENGINE TARGET SQL-COMMAND SERIES
try_engine() {
	engine=$1 target=$2 sql=$3 series=$4
	$sql "$(cat "$dir/sample.sql")"
	$sql 'SELECT * FROM clients ORDER BY id' >before
	run row-migrate -d "$target" --dir "$dir/migrations" test
	status_is "$engine: each goes up, down, up, and on after a kill" 0
	run row-migrate -d "$target" --dir "$dir/migrations" up
	status_is "$engine: up" 0
	is "$engine: the rows are what they should be" \
	    "$($sql 'SELECT id, email, status, domain FROM clients
		ORDER BY id')" \
	    '1|ada@example.org|active|example.org
2|bob@example.com|inactive|example.com
4|eve@example.net|active|example.net'
	run row-migrate -d "$target" --dir "$dir/migrations" down --to 0
	status_is "$engine: down" 0
	$sql 'SELECT * FROM clients ORDER BY id' >after
	check "$engine: all is as it was" diff before after

	# Many rows: killed in the middle of the backfill.
	$sql "$big $series"
	run row-migrate -d "$target" --dir "$dir/migrations" up --to 2_domain
	row-migrate -d "$target" --dir "$dir/migrations" up --to 3_backfill \
	    >/dev/null 2>&1 &
	pid=$!
	n=0
	while [ "$($sql 'SELECT count(domain) FROM clients')" = 0 ] &&
	    [ $((n += 1)) -lt 200 ]; do
		sleep 0.02
	done
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	sleep 1.2
	run row-migrate -d "$target" --dir "$dir/migrations" --wait 10 resume
	status_is "$engine: killed, the backfill goes on" 0
	is "$engine: and fills each row" "$($sql 'SELECT count(*) FROM clients
	    WHERE domain = substr(email, length(email) -
	    length(domain) + 1) AND domain <> email')" $((rows + 4))
}

on_sqlite() { sqlite3 a.db "$@"; }
try_engine sqlite sqlite:a.db on_sqlite "(WITH RECURSIVE s (i) AS (SELECT 10
    UNION ALL SELECT i + 1 FROM s WHERE i < $((rows + 9))) SELECT i FROM s)"

createdb lifecycle || exit 1
trap 'dropdb --force lifecycle; rm -rf "$tmp"' EXIT
on_pg() { psql -X -q -At -d lifecycle -c "$1"; }
try_engine pg dbname=lifecycle on_pg "generate_series(10, $((rows + 9))) AS i"
finish
