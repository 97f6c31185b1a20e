#!/bin/sh
# Every operation of the programs that no other test here has fails in turn, in
# each way: what the status says is what standard output, files and databases
# hold.  With CHECK_LONG=1 each in every way (of allocations one in some), else
# some, the ways in turn.
. "$(dirname "$0")/../lib.sh"
fault=${FAULT_BIN:-$bin/../fault/bin}
if [ ! -x "$fault/row-sanitize" ]; then
	skip 'failures on request' 'no build with -DROWPIPE_FAULTS'
	finish
fi
PATH=$fault:$PATH
mkdir "$tmp/run" "$tmp/temp" || exit 1
cd "$tmp/run" || exit 1
TMPDIR=$tmp/temp
export TMPDIR

# --- What there is before a run.

seq 1 300 | sed 's/.*/{"id":&,"name":"name &","a":[&,null]}/' >rows
awk '{ printf "%s\r\n", $0 } END { printf "{\"id\":0,\"name\":\"\377\"}\n{" }' \
    rows >torn
sed 's/"name /"other /; s/^{"id":1/{"id":90001/' rows >other
sqlite3 old.db 'CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT) STRICT;
    CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, a TEXT,
	owner INTEGER REFERENCES owner (id)) STRICT;
    CREATE UNIQUE INDEX u ON t (name, a);
    CREATE TABLE odd (name TEXT, v REAL, b BLOB)'
sqlite3 plain.db 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, a TEXT)'
sqlite-load -q old.db t <rows
sqlite-schema -q old.db >schema
row-diff -q -k id rows other >changes
cp old.db loaded.db
sqlite-load -q --on-conflict update --undo-log log loaded.db t <other
mkdir -p migrations/1_a migrations/2_b
echo 'CREATE TABLE m (id integer PRIMARY KEY, t text);
    INSERT INTO m VALUES (1, '\''x'\''), (2, '\''y'\'');' >migrations/1_a/up.sql
echo 'SELECT count(*) = 2 FROM m;' >migrations/1_a/verify.sql
echo 'UPDATE m SET t = upper(t); CREATE INDEX i ON m (t);' \
    >migrations/2_b/up.sql

# --- The runs.  NAME makes it, NAME_new what it needs, NAME_state says what is
# there then.

sanitize() { row-sanitize -q --all --frame --rejects bad --stats stats torn; }
ddl() { schema-ddl -q --to sqlite schema; }
ddl_pg() { schema-ddl -q --to pg --drop schema; }
describe() { sqlite-schema -q app.db; }
page() { row-report -q --format html --stats stats rows; }
dump() { sqlite-dump-json -q --frame --stats stats app.db t; }
clear_() { table-clear -q app.db --confirm --undo-log log t; }
apply() { sqlite-load -q --apply-diff changes app.db t; }
load() { sqlite-load -q --on-conflict update --undo-log log app.db t <other; }
undo() { sqlite-load -q --undo log app.db; }
resume() {
	sqlite-load -q --batch 60 --resume r --rejects bad app.db t <torn.rows
}
up() { row-migrate -q -d sqlite:app.db up; }
describe_pg() { pg-schema -q nth; }
up_pg() { row-migrate -q --wait 20 up; }

sed 's/"id":\(.*7\),/"id":"x\1",/' rows >torn.rows

describe_new() { cp old.db app.db; }
dump_new() { cp old.db app.db; }
clear__new() { cp old.db app.db; }
apply_new() { cp old.db app.db; }
load_new() { cp old.db app.db; }
undo_new() { cp loaded.db app.db; cp old.log log; }
resume_new() { cp plain.db app.db; }
up_new() { cp plain.db app.db; }
up_pg_new() {
	psql -qX -c 'DROP TABLE IF EXISTS m' -c 'DROP TABLE IF EXISTS
	    rowpipe_migrations, rowpipe_migrations_lock' 2>/dev/null
}
mv log old.log

content() { # the database, whole
	sqlite3 app.db '.dump --data-only' .schema 'PRAGMA integrity_check' \
	    2>&1 | grep -v rowpipe_
	# Copies are named by the time; where nothing can be read any more, or
	# no memory is left, a journal is for the next one to roll back.
	for f in app.db*; do
		case $f,$way in
		*.before-* | *-journal,*:on | \
		    *-journal,alloc:* | 'app.db*',*) ;;
		*) echo "$f" ;;
		esac
	done
}
# What the migrations and runs say of themselves, but for times.
books() {
	sqlite3 app.db 'SELECT name, state FROM rowpipe_migrations' \
	    'SELECT state, lines, last_key, xxh128 FROM rowpipe_checkpoints' \
	    2>/dev/null
}
pg_content() {
	psql -AtqX -c 'SELECT name, state FROM rowpipe_migrations ORDER BY 1' \
	    -c 'SELECT * FROM m ORDER BY 1' 2>&1
}

state() {
	case $name in
	*_pg) [ "$name" = up_pg ] && pg_content ;;
	*) [ ! -e app.db ] || content ;;
	esac
	case $name in
	resume) cat bad 2>/dev/null; books ;;
	up) books ;;
	sanitize) cat bad 2>/dev/null ;;
	esac
	[ -z "$(ls "$TMPDIR")" ] || echo 'temporary files are left'
}

begin() { # FAULT
	way=$1
	rm -rf app.db* bad stats log ./?*.??????
	! command -v "${name}_new" >/dev/null || "${name}_new"
}

try() { # FAULT
	ROWPIPE_FAULT=$1 $name >"$out" 2>"$err" </dev/null
	status=$?
}

# --- What a run that failed may leave, by its kind.

# What it wrote is the beginning of what it should have, and without end; a
# frame without rows may know less of them.
left_stream() { # FAULT
	[ "$(cat "$out")" = '{"@stream":{"v":1,"source":"sqlite"}}' ] ||
	    cmp -s -n "$(wc -c <"$out")" "$out" good.out ||
	    echo "$1: wrong output before the end"
	cmp -s now old || { [ "$name" = sanitize ] && cmp -s now want; } ||
	    echo "$1: something is left"
}

# All of it or nothing; all only when what failed came after it.
left_change() {
	cmp -s now old && return
	cmp -s now want && grep -qE 'committed|statistics|memory|standard|log' \
	    "$err" ||
	    echo "$1: status $status, neither old nor new: $(
		diff old now | sed -n 2p) $(head -n 1 "$err")"
}

# Some whole steps; the same command goes on from there.
left_steps() {
	$name >"$out" 2>"$err" </dev/null
	again=$?
	state >now
	cmp -s now want || echo "$1: not whole after another run ($again): $(
	    diff want now | tail -n 1) $(head -n 1 "$err")"
}

kind_of() {
	case $name in
	clear_ | apply | load | undo) echo change ;;
	resume | up*) echo steps ;;
	*) echo stream ;;
	esac
}

# One run; print what is wrong with it.
attempt() { # FAULT
	begin "$1"
	try "$1"
	state >now
	if [ "$status" = "$good_status" ]; then
		cmp -s "$out" good.out || echo "$1: $status, other output"
		cmp -s now want || echo "$1: $status, something else is there:\
 $(diff want now | sed -n 2p)"
	else
		case $status in
		4 | 5 | 6) ;;
		*) echo "$1: status $status: $(head -n 1 "$err")" ;;
		esac
		[ -s "$err" ] || echo "$1: no message"
		"left_$(kind_of)" "$1"
	fi
	# Whatever it says, a change that was made can be undone.
	case $name in
	clear_ | load)
		cmp -s now old || {
			sqlite-load -q --undo log app.db 2>"$err"
			state >now
			cmp -s now old || echo "$1: cannot be undone: $(
			    head -n 1 "$err")"
		} ;;
	esac
}

# What follows KIND:N.
ways='- :on :ENOSPC :EPIPE:on :EMFILE :EINTR :EAGAIN :short :short3:on'

count() { sed -n "s/^fault: $1 //p" counts; }
each() { # WAY ... - of $kind
	n=1
	step=$(($(count "$kind") / points + 1))
	while [ $n -le "$(count "$kind")" ]; do
		i=0
		for how; do
			i=$((i + 1))
			[ -n "${CHECK_LONG-}" ] ||
			    [ $i -eq $((place % $# + 1)) ] ||
			    continue
			attempt "$kind:$n${how#-}"
			tried=$((tried + 1))
		done
		place=$((place + 1))
		n=$((n + step))
	done
}

sweep() { # POINTS KIND ...
	points=$1
	shift
	begin ''
	state >old
	try count
	good_status=$status
	cp "$err" counts
	cp "$out" good.out
	state >want
	place=0
	tried=0
	for kind; do
		[ -z "${CHECK_LONG-}" ] || points=1000
		# Memory that is not there has one reason only.
		# shellcheck disable=SC2086
		case $kind,${CHECK_LONG-} in
		alloc,?*) each - :on ;;
		*) each $ways ;;
		esac
	done >wrong
}

missing=
for f in "$top"/cmd/*.c; do
	program=$(basename "$f" .c)
	grep -qE "(^|[^a-z-])$program " "$top"/tests/fault/*-nth.t \
	    "$top/tests/fault/alloc-io.t" || missing="$missing $program"
done
is 'each program has its failures, here or beside' "$missing" ''

names='sanitize page ddl ddl_pg describe dump clear_ apply load undo resume up'
if [ -n "${PGHOST-}" ]; then
	psql -qX -c 'CREATE TABLE nth (id integer PRIMARY KEY, v numeric(8,2),
	    a text[], CHECK (v > 0))'
	names="$names describe_pg up_pg"
else
	skip 'programs for PostgreSQL' 'there is no server'
fi
for name in $names; do
	sweep 6 alloc read write open sync rename
	check "$name: there is something to fail" \
	    [ "$(count any)" -gt 20 -a "$good_status" -le 1 ]
	is "$name: $tried failures of $(count any) operations" \
	    "$(head -n 20 wrong)" ''
done

# Planted bugs are found.
CHECK_LONG=
for planted in rollback.load.- deaf.dump.:ENOSPC short.sanitize.:short; do
	ways=${planted##*.}
	planted=${planted%.*}
	name=${planted#*.}
	ROWPIPE_PLANT=${planted%.*}
	export ROWPIPE_PLANT
	sweep 20 read write
	unset ROWPIPE_PLANT
	check "$name: the sweep finds a planted bug ($planted)" [ -s wrong ]
done
finish
