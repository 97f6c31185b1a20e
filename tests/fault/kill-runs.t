#!/bin/sh
# Every program, in every mode, is killed at each of its system calls: what it
# has left is what was there before, or all of it, or can be told from it, and
# the same command again comes to the end.  With CHECK_LONG=1 at every one, else
# at some.  kill.t has loads in batches that are killed more than once.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/programs.sh"
at_call=$bin/../tool/at_call
cd "$tmp" || exit 1
if [ ! -x "$at_call" ] || ! "$at_call" count calls true || [ ! -s calls ]; then
	skip 'programs that are killed' 'processes cannot be traced here'
	finish
fi
# A leak check wants to trace as well.
ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
export ASAN_OPTIONS
programs_new || exit 1
long=${CHECK_LONG-}

# The server goes on for a moment with what a client had begun.
settle() {
	case $name in
	pg_*) ;;
	*) return ;;
	esac
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ "$(sql "SELECT count(*) FROM pg_stat_activity
		    WHERE datname LIKE current_database() || '%'
		    AND backend_type = 'client backend'")" != 1 ] || return 0
		sleep 0.05
	done
}

# Once more, from where it was: it does what it would have done at first.
once_more() { # HOW
	run "$name"
	state "$name" >"$tmp/now" 2>&1
	[ "$status" = "$(cat "$want.code")" ] &&
	    cmp -s "$out" "$want.out" && cmp -s "$tmp/now" "$want.new" ||
	    echo "$1: $name: another run ends with $status: $(
		diff "$want.new" "$tmp/now" | tail -n 1) $(head -n 1 "$err")"
}

attempt() { # N
	begin "$name"
	under="timeout -k 1 60 $at_call kill:$1 calls.now"
	run "$name"
	under=
	settle
	echo "$name" >>cases
	want=$tmp/keep/$name
	# With threads, a run may be over a few calls earlier.
	[ "$status" = 137 ] || [ "$(wc -l <calls.now)" -lt "$1" ] ||
	    echo "$1: $name: status $status: $(head -n 1 "$err")"
	cmp -s -n "$(wc -c <"$out")" "$out" "$want.out" ||
	    [ "$(cat "$out")" = '{"@stream":{"v":1,"source":"sqlite"}}' ] ||
	    echo "$1: $name: wrong output before the end"
	# They have names that say what they are.
	rm -rf ./?*.?????? folder/_squash.?????? "${TMPDIR:?}"/*
	undone=
	files_of "$1" && "left_$(kind_of "$name")" "$1"
	[ "$(kind_of "$name")" = steps ] || [ -n "$undone" ] ||
	    ! cmp -s "$tmp/now" "$want.old" || once_more "$1"
}

sweep() { # NAME POINTS
	name=$1
	begin "$name"
	under="$at_call count calls"
	run "$name"
	under=
	total=$(wc -l <calls)
	step=1
	[ -n "$long" ] || step=$((total / ${KILL_POINTS:-$2} + 1))
	n=$((1 + step / 2))
	: >cases
	while [ $n -le "$total" ]; do
		attempt $n
		n=$((n + step))
	done >wrong
}

mute=1
runs="${KILL_RUNS:-$programs $modes ${long:+${slow-}}}"
# shellcheck disable=SC2086
good $runs
for name in $runs; do
	sweep "$name" 3
	is "$name: killed at $(wc -l <cases) of $total system calls" \
	    "$(head -n 20 wrong)" ''
done

# --- Planted bugs are found.

[ -z "${KILL_RUNS-}" ] || finish
fault=${FAULT_BIN:-$bin/../fault/bin}
if [ ! -x "$fault/checksum" ]; then
	skip 'planted bugs are found' 'no build with faults'
	finish
fi
PATH=$fault:$PATH
long=
for planted in place.checksum checkpoint.load_resume; do
	ROWPIPE_PLANT=${planted%.*}
	export ROWPIPE_PLANT
	sweep "${planted#*.}" 25
	unset ROWPIPE_PLANT
	check "the sweep finds a planted bug: $planted" [ -s wrong ]
done
finish
