#!/bin/sh
# Every operation of every program, in every mode, fails in turn, in each way:
# what the status says is what standard output, files and databases hold.  With
# CHECK_LONG=1 each in every way (of allocations one in some), else some, the
# ways in turn.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/programs.sh"
fault=${FAULT_BIN:-$bin/../fault/bin}
if [ ! -x "$fault/row-sanitize" ]; then
	skip 'failures on request' 'no build with -DROWPIPE_FAULTS'
	finish
fi
PATH=$fault:$PATH
cd "$tmp" || exit 1
programs_new || exit 1
long=${CHECK_LONG-}

# One run; print what is wrong with it.
attempt() { # FAULT
	begin "$name"
	ROWPIPE_FAULT=$1
	export ROWPIPE_FAULT
	run "$name"
	unset ROWPIPE_FAULT
	truth "$1"
}

# What follows KIND:N.
ways='- :on :ENOSPC :EPIPE:on :EMFILE :EINTR :EAGAIN :short :short3:on'

count() { sed -n "s/^fault: $1 //p" counts | tail -n 1; }
each() { # KIND POINTS WAY ... - of so many places
	kind=$1
	step=$(($(count "$kind") / $2 + 1))
	shift 2
	n=1
	while [ $n -le "$(count "$kind")" ]; do
		i=0
		for how; do
			i=$((i + 1))
			[ -n "$long" ] || [ $i -eq $((place % $# + 1)) ] ||
			    continue
			attempt "$kind:$n${how#-}"
		done
		place=$((place + 1))
		n=$((n + step))
	done
}

sweep() { # NAME POINTS KIND ...
	name=$1
	points=$2
	shift 2
	[ -z "$long" ] || points=${NTH_POINTS:-1000}
	case $long,$name in
	?*,*_test | ?*,*_squash) points=12 ;;
	esac
	begin "$name"
	ROWPIPE_FAULT=count "$name" >"$out" 2>counts </dev/null
	place=0
	: >cases
	for kind; do
		# Memory that is not there has one reason only.
		# shellcheck disable=SC2086
		case $kind,$long in
		alloc,?*) each alloc $points - :on ;;
		*) each "$kind" $points $ways ;;
		esac
	done >wrong
}

# --- All of them; NTH_RUNS names those that are wanted, NTH_POINTS
# how many places are enough.

runs="${NTH_RUNS:-$programs $modes ${long:+${slow-}}}"
[ -n "${PGHOST-}" ] || skip 'programs for PostgreSQL' 'there is no server'
points=2
kinds='alloc read write open sync rename'
# shellcheck disable=SC2086
good $runs
for name in $runs; do
	# shellcheck disable=SC2086
	sweep "$name" $points $kinds
	is "$name: $(wc -l <cases) failures of $(count any) operations" \
	    "$(head -n 20 wrong)" ''
done

# --- Planted bugs are found.

[ -z "${NTH_RUNS-}" ] || finish
long=
for planted in rollback.load_values.- deaf.sqlite_dump_json.:ENOSPC \
    short.row_sanitize.:short end.row_validate.-; do
	ways=${planted##*.}
	planted=${planted%.*}
	ROWPIPE_PLANT=${planted%.*}
	export ROWPIPE_PLANT
	sweep "${planted#*.}" 30 read write
	unset ROWPIPE_PLANT
	check "the sweep finds a planted bug: $planted" [ -s wrong ]
done
finish
