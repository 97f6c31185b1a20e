# programs.sh - small runs of every program of the suite, for the sweeps, and
# what may be left when one of them fails
#
#	. "$(dirname "$0")/programs.sh"
#
#	programs_new		makes what the runs read, in the current folder
#	$given			what that is
#	$programs		a run of each program, called as it is, but for
#				"-", written as "_"; those that need a server
#				only when there is one
#	$modes			more runs of them, in other ways
#	begin NAME		makes anew what the run changes
#	NAME			runs it, under $under if that is set: rows come
#				from files
#	state NAME		prints all that it has left, but for stdout
#	good NAME ...		runs each once, for keep/NAME.* to be known
#	truth HOW		prints what is wrong after a run of $name ended
#				with $status, if anything
#
# Source after lib.sh.

# shellcheck shell=sh disable=SC2034,SC2154 # lib.sh's, and for who sources it
programs='checksum enum_upcase preflight row_dedup row_diff row_map row_migrate
    row_pipe row_profile row_report row_sanitize row_validate schema_ddl
    sqlite_dump_json sqlite_load sqlite_schema table_clear'
modes='checksum_rows checksum_verify diff_sorted ddl_sqlite dump_more
    load_apply load_create load_resume load_undo load_values migrate_down
    migrate_rebuild migrate_squash migrate_test pipe_save report_json'
[ -z "${PGHOST-}" ] || {
	programs="$programs pg_dump_json pg_load pg_schema"
	modes="$modes pg_apply pg_clear pg_copy pg_dump_dir pg_dump_jobs
	    pg_migrate pg_migrate_down pg_preflight pg_refuse pg_resume
	    pg_undo pg_update"
	# They make databases, which takes its time.
	slow='pg_migrate_test pg_migrate_squash'
}
under=
server="dbname=${PGDATABASE-}"

# Run a program.  Names of programs are names of functions here.
the() {
	# shellcheck disable=SC2086
	command $under "$@"
}

# --- The runs.

checksum() { the checksum -q -o sums --name rows rows; }
checksum_rows() { the checksum -q --rows --memory 1M -o sums --name rows rows; }
checksum_verify() { the checksum -q --verify whole.sums rows other; }
ddl_sqlite() { the schema-ddl -q --to sqlite --drop schema; }
diff_sorted() { the row-diff -q -k id --sorted rows later; }
dump_more() { the sqlite-dump-json -q --frame --order-by id more.db t; }
enum_upcase() { the enum-upcase -q -f s --frame --rejects bad rows; }
load_apply() { the sqlite-load -q --apply-diff changes app.db t; }
load_create() { the sqlite-load -q --create --schema one --key id app.db t=rows; }
load_resume() {
	the sqlite-load -q --batch 20 --resume r --rejects bad app.db t=spoilt
}
load_undo() { the sqlite-load -q --undo old.log app.db; }
load_values() {
	the sqlite-load -q --on-conflict replace --rejects bad app.db t=spoilt
}
migrate_down() { the row-migrate -q -d sqlite:app.db --wait 20 down --to 0; }
migrate_rebuild() {
	the row-migrate -q -d sqlite:app.db rebuild t --drop day \
	    --type v=TEXT --add 'w INTEGER DEFAULT 7'
}
migrate_squash() {
	the row-migrate -q -d sqlite:app.db --dir folder squash --to 2_b
}
migrate_test() { the row-migrate -q -d sqlite:app.db test; }
pg_apply() { the pg-load -q --apply-diff changes t; }
pg_clear() { the table-clear -q --confirm --undo-log log "$server" u t; }
pg_copy() { the pg-load -q t=rows; }
pg_dump_dir() { the pg-dump-json -q --output-dir dir whole u; }
pg_dump_jobs() { the pg-dump-json -q -j 2 --output-dir dir whole u part; }
pg_dump_json() { the pg-dump-json -q --order-by id whole; }
pg_load() { the pg-load -q --rejects bad t=rows; }
pg_migrate() { the row-migrate -q --wait 20 up; }
pg_migrate_down() { the row-migrate -q --wait 20 down --to 0; }
pg_migrate_squash() {
	the row-migrate -q --wait 20 --dir folder squash --to 2_b
}
pg_migrate_test() { the row-migrate -q --wait 20 test; }
pg_preflight() { the preflight -q --table t --target "$server" rows; }
# The server refuses rows here and there, so that batches are taken apart.
pg_refuse() { the pg-load -q --rejects bad checked=rows; }
pg_resume() { the pg-load -q --batch 20 --resume r --rejects bad t=spoilt; }
pg_schema() { the pg-schema -q whole; }
pg_undo() { the pg-load -q --undo pg.log; }
pg_update() {
	the pg-load -q --on-conflict update --undo-log log --rejects bad t=rows
}
pipe_save() {
	the row-pipe -q --save dir cat rows \| cat \| sqlite-load -q app.db t
}
preflight() { the preflight -q --table t --target sqlite:app.db rows; }
report_json() { the row-report -q --format json rows; }
row_dedup() { the row-dedup -q -k id --memory 4M --dropped bad rows other; }
row_diff() { the row-diff -q -k id --memory 4M rows other; }
row_map() {
	the row-map -q --frame '.s |= ascii_upcase | .v += 0.5
	    | .root = (.id | sqrt) | .at = (.id * 86400 | todate) | .day = (.id | strftime("%F %T"))' \
	    rows
}
row_migrate() { the row-migrate -q -d sqlite:app.db --wait 20 up; }
row_pipe() { the row-pipe -q cat rows \| sqlite-load -q app.db t; }
row_profile() { the row-profile -q rows; }
row_report() { the row-report -q --format html --group-by day rows; }
row_sanitize() { the row-sanitize -q --all --frame --rejects bad torn; }
row_validate() {
	the row-validate -q --frame --unique id --require s --format day=date \
	    --rejects bad rows
}
schema_ddl() { the schema-ddl -q --to pg schema; }
sqlite_dump_json() { the sqlite-dump-json -q --frame whole.db t; }
sqlite_load() {
	the sqlite-load -q --on-conflict update --undo-log log --rejects bad \
	    app.db t=rows
}
sqlite_schema() { the sqlite-schema -q whole.db; }
table_clear() { the table-clear -q --confirm --undo-log log app.db u; }

# --- What they need.

given='rows other later spoilt torn changes schema one schema.sql whole.sums old.log
    new.db whole.db changed.db more.db migrated.db two.db migrations folder'
programs_new() {
	{
		seq 1 60 | sed 's/.*/{"id":&,"s":"aktiv","v":&.25,"t":"text &",'`
		    `'"day":"2024-02-29"}/'
		echo '{"id":61,"s":"größe € 😀","v":-0.125,"t":"","day":null}'
	} >rows
	sed 's/aktiv/passiv/; s/^{"id":1/{"id":91/' rows >other
	sed 's/aktiv/passiv/; 7d' rows >later
	sed 's/"id":\([0-9]*7\),/"id":"x\1",/' rows >spoilt
	{ sed 's/$/\r/' rows; printf '{"id":1,"s":"\377"}\n{"id":"x\n'; } >torn
	echo 'CREATE TABLE t (id integer PRIMARY KEY, s text, v real, t text,
	    day text);
	    CREATE TABLE u (id integer PRIMARY KEY, t integer REFERENCES t);
	    INSERT INTO u VALUES (1, NULL), (2, NULL);' >schema.sql
	sqlite3 new.db <schema.sql
	cp new.db whole.db
	command sqlite-load -q whole.db t <rows || return
	sqlite3 whole.db 'CREATE TABLE c (id INTEGER PRIMARY KEY,
	    t INTEGER REFERENCES t ON DELETE CASCADE);
	    INSERT INTO c VALUES (1, 1); CREATE UNIQUE INDEX i ON t (t)'
	sqlite-schema -q whole.db >schema
	sqlite-schema -q new.db t >one
	command row-diff -q -k id rows other >changes
	command checksum -q -o whole.sums rows >/dev/null
	cp new.db changed.db
	command sqlite-load -q changed.db t <rows
	command sqlite-load -q --on-conflict update --undo-log old.log \
	    changed.db t <other
	seq 2000 | sed 's/.*/{"id":&,"t":"a text that takes some room: &"}/' |
	    command sqlite-load -q --create --key id more.db t
	migrations_new || return
	mkdir keep temp
	chmod 777 temp
	TMPDIR=$PWD/temp
	export TMPDIR
	[ -z "${PGHOST-}" ] || server_new
}

migrations_new() {
	mkdir -p migrations/1_a migrations/2_b migrations/3_c
	cat >migrations/1_a/up.sql <<-'!'
	CREATE TABLE m AS SELECT 1.5 AS v, 2 AS n;
	!
	echo 'DROP TABLE m;' >migrations/1_a/down.sql
	cat >migrations/2_b/up.sql <<-'!'
	INSERT INTO m VALUES (2.5, 3), (3.5, 4);
	CREATE INDEX i ON m (n);
	!
	echo 'SELECT count(*) = 3 FROM m;' >migrations/2_b/verify.sql
	echo 'DELETE FROM m WHERE n > 2; DROP INDEX i;' \
	    >migrations/2_b/down.sql
	cp -R migrations folder
	rm -r folder/3_c
	# What fails is to be the runner, and not what the script calls.
	cat >migrations/3_c/up <<-'!'
	#!/bin/sh
	unset ROWPIPE_FAULT ROWPIPE_PLANT
	echo 'some words'
	sql='UPDATE m SET v = 9 WHERE n = 4'
	[ -n "${ROWPIPE_SQLITE-}" ] || exec psql -qX -c "$sql"
	exec sqlite3 "$ROWPIPE_SQLITE" "$sql"
	!
	sed 's/v = 9/v = 3.5/' migrations/3_c/up >migrations/3_c/down
	chmod +x migrations/3_c/up migrations/3_c/down
	cp new.db migrated.db
	cp new.db two.db
	command row-migrate -q -d sqlite:migrated.db --keep-backups 0 \
	    up >/dev/null 2>&1 &&
	command row-migrate -q -d sqlite:two.db --keep-backups 0 \
	    --dir folder up >/dev/null 2>&1
}

server_new() {
	sql "$(cat schema.sql)
	    CREATE TABLE whole (LIKE t);
	    CREATE TABLE part (LIKE t);
	    CREATE TABLE checked (LIKE t INCLUDING ALL,
		CHECK (v <> 7.25 AND v <> 33.25))" &&
	command pg-load -q whole=rows &&
	command pg-load -q --undo-log pg.log t=rows &&
	command pg-load -q --on-conflict update t=other &&
	sql 'TRUNCATE t CASCADE' &&
	command pg-dump-json -q --output-dir old part
}

# The client has a locale, too.
sql() {
	LC_ALL=C.UTF-8 PGOPTIONS='-c client_min_messages=warning' \
	    psql -AtqX -c "$1"
}

# --- What is there before a run, and after it.

begin() { # NAME
	rm -rf app.db* bad log sums dir ./?*.??????
	case $1 in
	sqlite_load | row_pipe | pipe_save | table_clear | preflight | \
	row_migrate | load_resume | load_values | migrate_test)
		cp new.db app.db ;;
	load_apply | migrate_rebuild) cp whole.db app.db ;;
	load_undo) cp changed.db app.db ;;
	migrate_down) cp migrated.db app.db ;;
	migrate_squash | pg_migrate_squash)
		cp two.db app.db
		rm -rf folder
		mkdir folder
		cp -R migrations/1_a migrations/2_b folder ;;
	esac
	case $1 in
	pg_load | pg_copy) sql 'TRUNCATE t CASCADE' ;;
	pg_refuse) sql 'TRUNCATE checked' ;;
	pg_resume)
		sql 'TRUNCATE t CASCADE;
		    DROP TABLE IF EXISTS rowpipe_checkpoints' ;;
	pg_clear)
		sql 'TRUNCATE t CASCADE; INSERT INTO t SELECT * FROM whole;
		    INSERT INTO u VALUES (1, 1)' ;;
	pg_apply | pg_undo)
		sql 'TRUNCATE t CASCADE; INSERT INTO t SELECT * FROM whole' ;;
	pg_update)
		sql "TRUNCATE t CASCADE; INSERT INTO t (id, s)
		    SELECT id, 'old' FROM whole WHERE id % 2 = 0" ;;
	pg_dump_dir | pg_dump_jobs) cp -R old dir ;;
	pg_migrate* )
		sql 'DROP TABLE IF EXISTS m, rowpipe_migrations,
		    rowpipe_migration_runs' ;;
	esac
	case $1 in
	pg_migrate_down) command row-migrate -q --wait 20 up ;;
	pg_migrate_squash) command row-migrate -q --wait 20 --dir folder up ;;
	esac >/dev/null 2>&1
}

# What migrations and runs say of themselves, but for times.
books='SELECT name, state FROM rowpipe_migrations ORDER BY name'
checkpoints='SELECT state, lines, last_key, xxh128 FROM rowpipe_checkpoints'

content() { # of app.db
	case $1 in
	*migrate | *migrate_down | *migrate_squash)
		sqlite3 app.db 'SELECT * FROM m' "$books" 2>&1 ;;
	load_resume) sqlite3 app.db '.dump t' "$checkpoints" 2>&1 ;;
	*) sqlite3 app.db .dump 2>&1 ;;
	esac
	sqlite3 app.db 'PRAGMA integrity_check' 2>&1
}

pg_content() { # NAME
	case $1 in
	pg_refuse) sql 'SELECT * FROM checked ORDER BY id' ;;
	pg_resume) sql 'SELECT * FROM t ORDER BY id'
		sql "$checkpoints" ;;
	pg_load | pg_copy | pg_apply | pg_undo | pg_update)
		sql 'SELECT * FROM t ORDER BY id' ;;
	pg_clear) sql 'SELECT * FROM t ORDER BY id; SELECT * FROM u' ;;
	pg_migrate_test) sql "SELECT datname FROM pg_database
	    WHERE datname ~ '^rowpipe'" ;;
	pg_migrate*)
		sql 'SELECT * FROM m ORDER BY n'
		sql "$books" ;;
	esac 2>&1
}

# Files of an export: whole, as its manifest says, or none.
export_content() {
	if [ -e dir/manifest-sha256.txt ]; then
		(cd dir && sha256sum -c manifest-sha256.txt; echo data/*) 2>&1
	fi
}

state() { # NAME
	[ ! -e app.db ] || content "$1"
	[ -z "${PGHOST-}" ] || pg_content "$1"
	case $1 in
	pg_dump_*) export_content ;;
	*migrate_squash) (cd folder && ls -d ./* _squashed/* 2>/dev/null) ;;
	esac
	for f in bad log sums; do
		[ ! -e $f ] || { echo "$f:"; cat $f; }
	done
	# Temporary files have such names.
	ls -d ./?*.?????? "$TMPDIR"/* 2>/dev/null
	:
}

# --- What is expected of them.

kind_of() { # NAME
	case $1 in
	load_resume | pg_resume | *migrate | *migrate_down | *migrate_squash | \
	pg_dump_dir | pg_dump_jobs)
		echo steps ;;	# some of them, and the same command goes on
	*)
		echo all ;;	# or nothing
	esac
}

good() { # NAME ...
	for name; do
		begin "$name"
		state "$name" >"keep/$name.old" 2>&1
		run "$name"
		echo "$status" >"keep/$name.code"
		cp "$out" "keep/$name.out"
		state "$name" >"keep/$name.new" 2>&1
		for f in bad log sums; do
			[ ! -e "$f" ] || cp "$f" "keep/$name.$f"
		done
		case $status in
		0 | 1) ;;
		*) echo "# $name ends with $status: $(head -n 3 "$err")" ;;
		esac
	done
}

# Said once for each run; $lost: what went to standard output is; $mute: it can
# say nothing.
lost=
mute=
truth() { # HOW
	echo "$name" >>"$tmp/cases"
	want=$tmp/keep/$name
	state "$name" >"$tmp/now" 2>&1
	if [ -z "$lost" ] && [ "$status" = "$(cat "$want.code")" ]; then
		cmp -s "$out" "$want.out" ||
		    echo "$1: $name: status $status, other output"
		cmp -s "$tmp/now" "$want.new" || without_end "$1" ||
		    echo "$1: $name: status $status, something else is there:\
 $(diff "$want.new" "$tmp/now" | sed -n 2p)"
		return
	fi
	# What fails where a migration is tried is something that was found.
	case $status,$name in
	[456],* | 1,*_test | 1,*_squash) ;;
	*) echo "$1: $name: status $status: $(head -n 1 "$err")" ;;
	esac
	[ -s "$err" ] || [ -n "$mute" ] || echo "$1: $name: no message"
	# A frame without rows may know less of them.
	[ -n "$lost" ] || cmp -s -n "$(wc -c <"$out")" "$out" "$want.out" ||
	    [ "$(cat "$out")" = '{"@stream":{"v":1,"source":"sqlite"}}' ] ||
	    echo "$1: $name: wrong output before the end"
	files_of "$1" && "left_$(kind_of "$name")" "$1"
}

# A log may lack the line that says it is at its end, when there is a warning:
# it can be read all the same.
without_end() { # HOW
	[ -e log ] && sed '$d' "$want.log" | cmp -s - log &&
	    sed '$d' "$want.new" | cmp -s - "$tmp/now" &&
	    { [ -s "$err" ] || [ -n "$mute" ]; } || return
	mv log left.log
	take_back "$1"
}

# Files are whole or not there, and none is temporary.
files_of() { # HOW
	for f in bad sums; do
		# Rejects are as many lines as there were until then.
		[ ! -e "$f" ] || cmp -s "$f" "$want.$f" || { [ $f = bad ] &&
		    head -n "$(wc -l <bad)" "$want.bad" | cmp -s - bad; } || {
			echo "$1: $name: half of a file: $f"
			return 1
		}
	done
	for f in ./?*.?????? "$TMPDIR"/*; do
		[ ! -e "$f" ] || {
			echo "$1: $name: left ${f##*/}"
			return 1
		}
	done
}

# The change of a database: there, and then it is said, or not there.  Where
# there is a log, it takes the change back.
left_all() { # HOW
	mv log left.log 2>/dev/null
	rm -f bad sums
	state "$name" >"$tmp/now" 2>&1
	if cmp -s "$tmp/now" "$want.old"; then
		rm -f left.log
		return
	fi
	sed '/^log:$/,$d; /^bad:$/,$d; /^sums:$/,$d' "$want.new" |
	    cmp -s - "$tmp/now" || {
		echo "$1: $name: status $status, something is left: $(
		    diff "$want.old" "$tmp/now" | sed -n 2,3p) $(
		    head -n 1 "$err")"
		rm -f left.log
		return
	}
	[ "$status" = 6 ] || [ -n "$lost$mute" ] ||
	    sed 's/nothing was committed//' "$err" |
	    grep -qE 'ommitted|statistics|memory|standard|log' ||
	    echo "$1: $name: all is there, which nobody says: $(
		head -n 1 "$err")"
	[ ! -e "$want.log" ] || take_back "$1"
}

take_back() { # HOW
	case $name in
	pg_*) command pg-load -q --undo left.log ;;
	*) command sqlite-load -q --undo left.log app.db ;;
	esac >"$tmp/undone" 2>&1
	undone=1
	rm -f bad
	state "$name" >"$tmp/now" 2>&1
	cmp -s "$tmp/now" "$want.old" ||
	    echo "$1: $name: cannot be undone: $(head -n 1 "$tmp/undone")"
	rm -f left.log
}

# The same command goes on.
left_steps() { # HOW
	(
		unset ROWPIPE_FAULT ROWPIPE_PLANT
		under=
		run "$name"
		cp "$err" "$tmp/again"
	)
	state "$name" >"$tmp/now" 2>&1
	cmp -s "$tmp/now" "$want.new" ||
	    echo "$1: $name: not whole after another run: $(
		diff "$want.new" "$tmp/now" | tail -n 1) $(
		head -n 1 "$tmp/again")"
}
