#!/bin/sh
# A load in ten batches is killed at each of its system calls, and resumed: the
# table, the rejects and the checkpoints are those of a load that was left in
# peace.  With CHECK_LONG=1 at every one, else at some.
. "$(dirname "$0")/../lib.sh"
at_call=$bin/../tool/at_call
cd "$tmp" || exit 1
if [ ! -x "$at_call" ] || ! "$at_call" count calls true || [ ! -s calls ]; then
	skip 'loads that are killed go on' 'processes cannot be traced here'
	finish
fi
# A leak check wants to trace as well.
ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
export ASAN_OPTIONS

# Ten batches of 30 rows, and in each seventh line something is wrong.
seq 1 350 | sed 's/.*/{"id":&,"name":"name &"}/
    0~7s/:/:"x/; 0~7s/,/",/' >rows
grep -v '"x' rows >good

# --- The sinks: made anew, loaded, and what is there in the end.

sqlite3 empty.db 'CREATE TABLE t (id INTEGER, name TEXT) STRICT;
    CREATE TABLE keyed (id INTEGER PRIMARY KEY, name TEXT) STRICT'
sqlite-schema -q empty.db t >schema
sqlite_new() {
	rm -rf app.db*
	[ "$load" = create ] || cp empty.db app.db
}
# $under is what kills, or nothing.
sqlite_load() { $under sqlite-load -q app.db "$@"; }
sqlite_state() {
	sqlite3 app.db ".dump $table" 'PRAGMA integrity_check'
	echo app.db*
}

pg_new() {
	psql -qX -c 'TRUNCATE t, keyed' \
	    -c 'DROP TABLE IF EXISTS rowpipe_checkpoints' 2>/dev/null
}
pg_load() { $under pg-load -q "$@"; }
pg_state() { psql -AtqX -c "SELECT id, name FROM $table ORDER BY id"; }

# --- The loads.  Each is begun, killed, and begun again in the same way.

# All rows again; a row that is loaded twice is there twice.
again() {
	table=t
	set -- t --batch 30 --resume run --rejects rejects
	"${sink}_load" "$@" <rows
}
# The table is made by the load as well.
create() {
	table=t
	"${sink}_load" t --batch 30 --resume run --create --schema schema <good
}
# A source that is asked for what comes after the last key.
goes_on() {
	table=keyed
	point=$(under='' && "${sink}_load" keyed --resume-point run) || return
	[ -n "$point" ] || point=none
	awk -v "from=$point" 'from == "none" || seen
	    index($0, substr(from, 1, length(from) - 1) ",") == 1 { seen = 1 }
	    ' good >rest
	set -- keyed --batch 30 --resume run
	[ "$point" = none ] || set -- "$@" --continue
	"${sink}_load" "$@" <rest
}

state() {
	"${sink}_state" 2>&1
	"${sink}_load" --status 2>&1 | jq -c 'del(.updated)
	    | if .stream == "keyed" then del(.xxh128) else . end' 2>&1
	[ ! -e rejects ] || cat rejects
}

# Run it, killed at its Nth system call (0: never).
killed_at() { # N
	under="$at_call kill:$1 calls"
	$load >"$out" 2>"$err"
	status=$?
	under=
}

# Kill at N, and go on till the end; print what is wrong then.
attempt() { # N
	rm -f rejects
	"${sink}_new"
	killed_at "$1"
	# With threads, a run may be over a few calls earlier.
	[ "$status" = 137 ] || [ "$(wc -l <calls)" -lt "$1" ] || {
		echo "$1: status $status"
		return
	}
	# Once more, at another place.
	[ $(($1 % 5)) -ne 0 ] || killed_at $(($1 * 7 % total + 1))
	$load >"$out" 2>"$err"
	status=$?
	# What is complete already has no findings.
	case $status,$(cat "$err") in
	0,* | "$good_status",*) ;;
	*) echo "$1: status $status afterwards: $(cat "$err")" ;;
	esac
	state >now
	cmp -s now want || echo "$1: $(diff want now | tail -n 3)"
}

# As many points as there is time for, of all kinds.
sweep() { # SINK LOAD POINTS
	sink=$1
	load=$2
	rm -f rejects
	"${sink}_new"
	killed_at 0
	good_status=$status
	total=$(wc -l <calls)
	state >want
	step=1
	[ -n "${CHECK_LONG-}" ] || step=$((total / $3 + 1))
	cases=0
	n=$((1 + step / 2))
	while [ $n -le "$total" ]; do
		attempt $n
		cases=$((cases + 1))
		n=$((n + step))
	done >wrong
}

sinks=sqlite
if [ -n "${PGHOST-}" ]; then
	sinks="$sinks pg"
	psql -qX -c 'CREATE TABLE t (id integer, name text)' \
	    -c 'CREATE TABLE keyed (id integer PRIMARY KEY, name text)'
else
	skip 'pg-load' 'there is no server'
fi
for sink in $sinks; do
	points=20
	[ "$sink" = sqlite ] || points=8
	for load in again create goes_on; do
		[ "$sink.$load" != pg.create ] || continue
		sweep "$sink" "$load" $points
		check "$sink, $load: the good load is good" sh -c \
		    "[ $good_status -le 1 ] &&
		    grep -q '\"complete\",\"batch\":1[01]' want"
		is "$sink, $load: killed at $cases of $total system calls" \
		    "$(head -n 20 wrong)" ''
	done
done

# Two bugs that such a sweep is there for.
fault=${FAULT_BIN:-$bin/../fault/bin}
if [ ! -x "$fault/sqlite-load" ]; then
	skip 'planted bugs are found' 'no build with faults'
	finish
fi
PATH=$fault:$PATH
CHECK_LONG=
for bug in checkpoint rejects; do
	ROWPIPE_PLANT=$bug
	export ROWPIPE_PLANT
	sweep sqlite again 40
	check "$bug: the sweep finds the bug $(cut -d : -f 1 wrong |
	    sort -u | grep -c '^[0-9]') of $cases times" \
	    grep -qE '^[0-9]+: ' wrong
done
finish
