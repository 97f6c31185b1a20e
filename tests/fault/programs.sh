# programs.sh - a small run of every program of the suite, for the sweeps
#
#	. "$(dirname "$0")/programs.sh"
#
#	programs_new		makes what the runs read, in the current folder
#	$programs		the names, "-" written as "_"; those that need
#				a server only when there is one
#	begin NAME		makes anew what the run changes
#	NAME			runs it: rows come from files
#	state NAME		prints all that it has left, but for stdout
#
# Source after lib.sh.

# shellcheck shell=sh
programs='checksum enum_upcase preflight row_dedup row_diff row_map row_migrate
    row_pipe row_profile row_report row_sanitize row_validate schema_ddl
    sqlite_dump_json sqlite_load sqlite_schema table_clear'
[ -z "${PGHOST-}" ] || programs="$programs pg_dump_json pg_load pg_schema"

checksum() { command checksum -q -o sums --name rows rows; }
enum_upcase() { enum-upcase -q -f s --frame --rejects bad rows; }
preflight() { command preflight -q --table t --target sqlite:app.db rows; }
row_dedup() { row-dedup -q -k id --memory 4M --dropped bad rows other; }
row_diff() { row-diff -q -k id --memory 4M rows other; }
row_map() {
	row-map -q --frame '.s |= ascii_upcase | .v += 0.5
	    | .root = (.id | sqrt) | .at = (.id * 86400 | todate) | .day = (.id | strftime("%F %T"))' \
	    rows
}
row_migrate() { row-migrate -q -d sqlite:app.db up; }
row_pipe() { row-pipe -q cat rows \| sqlite-load -q app.db t; }
row_profile() { row-profile -q rows; }
row_report() { row-report -q --format html --group-by day rows; }
row_sanitize() { row-sanitize -q --all --frame --rejects bad torn; }
row_validate() {
	row-validate -q --frame --unique id --require s --format day=date \
	    --rejects bad rows
}
schema_ddl() { schema-ddl -q --to pg schema; }
sqlite_dump_json() { sqlite-dump-json -q --frame whole.db t; }
sqlite_load() {
	sqlite-load -q --on-conflict update --undo-log log --rejects bad \
	    app.db t=rows
}
sqlite_schema() { sqlite-schema -q whole.db; }
table_clear() { table-clear -q --confirm --undo-log log app.db u; }
pg_dump_json() { pg-dump-json -q --order-by id whole; }
pg_load() { pg-load -q --rejects bad t=rows; }
pg_schema() { pg-schema -q whole; }

programs_new() {
	{
		seq 1 60 | sed 's/.*/{"id":&,"s":"aktiv","v":&.25,"t":"text &",'`
		    `'"day":"2024-02-29"}/'
		echo '{"id":61,"s":"größe € 😀","v":-0.125,"t":"","day":null}'
	} >rows
	sed 's/aktiv/passiv/; s/^{"id":1/{"id":91/' rows >other
	{ sed 's/$/\r/' rows; printf '{"id":1,"s":"\377"}\n{"id":"x\n'; } >torn
	echo 'CREATE TABLE t (id integer PRIMARY KEY, s text, v real, t text,
	    day text);
	    CREATE TABLE u (id integer PRIMARY KEY, t integer REFERENCES t);
	    INSERT INTO u VALUES (1, NULL), (2, NULL);' >schema.sql
	sqlite3 new.db <schema.sql
	cp new.db whole.db
	command sqlite-load -q whole.db t <rows
	sqlite-schema -q whole.db >schema
	mkdir -p migrations/1_a
	echo 'CREATE TABLE m AS SELECT 1.5 AS v, 2 AS n;' >migrations/1_a/up.sql
	[ -n "${PGHOST-}" ] || return 0
	psql -qX -f schema.sql -c 'CREATE TABLE whole (LIKE t)' || return
	pg-load -q whole=rows
}

# The client has a locale, too.
sql() {
	LC_ALL=C.UTF-8 PGOPTIONS='-c client_min_messages=warning' \
	    psql -AtqX -c "$1"
}

begin() { # NAME
	rm -f app.db* bad log sums
	case $1 in
	sqlite_load | row_pipe | table_clear | preflight | row_migrate)
		cp new.db app.db ;;
	pg_load) sql 'TRUNCATE t CASCADE' ;;
	esac
}

state() { # NAME
	case $1 in
	pg_load) sql 'SELECT * FROM t ORDER BY id' ;;
	row_migrate)
		sqlite3 app.db 'SELECT * FROM m' \
		    'SELECT name, state FROM rowpipe_migrations' 2>&1 ;;
	*) [ ! -e app.db ] || sqlite3 app.db .dump ;;
	esac
	[ ! -e app.db ] || sqlite3 app.db 'PRAGMA integrity_check' 2>&1
	for f in bad log sums; do
		[ ! -e $f ] || { echo "$f:"; cat $f; }
	done
	# Temporary files have such names.
	ls -d ./?*.?????? 2>/dev/null
	:
}
