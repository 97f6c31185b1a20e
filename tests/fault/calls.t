#!/bin/sh
# Every system call of every program fails in turn, those of libraries such as
# libpq's among them, in each way that one of its kind can: what the status says
# is what standard output, files and databases hold.  With CHECK_LONG=1 at every
# one, else at some.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/programs.sh"
at_call=$bin/../tool/at_call
cd "$tmp" || exit 1
if [ ! -x "$at_call" ] || ! "$at_call" fail:read:9999:EIO calls true; then
	skip 'system calls that fail' 'processes cannot be traced so here'
	finish
fi
case ${CHECK_FLAGS-} in
*fsanitize*)
	skip 'system calls that fail' 'a sanitizer makes calls of its own'
	finish ;;
esac
programs_new || exit 1
long=${CHECK_LONG-}

# The ways in which a call of this kind fails, once or from then on.
ways_of() { # KIND
	case $1 in
	read) echo fail:EIO fail:EIO:on fail:EINTR fail:EAGAIN short short:on ;;
	write) echo fail:EIO fail:ENOSPC:on fail:EINTR fail:EAGAIN \
	    fail:EPIPE:on short short:on ;;
	# libpq waits for the end of a connection that it could not write to.
	take) echo fail:EINTR fail:EAGAIN short short:on ;;
	send | put) echo fail:EINTR fail:EAGAIN short short:on ;;
	readv | writev | truncate) echo fail:EIO fail:ENOSPC:on fail:EINTR ;;
	open) echo fail:EMFILE fail:EMFILE:on fail:EACCES fail:EINTR ;;
	close) echo fail:EIO fail:EIO:on fail:EINTR ;;
	sync | rename) echo fail:EIO fail:ENOSPC:on ;;
	unlink | stat | folder) echo fail:EIO fail:EACCES:on ;;
	poll) echo fail:EINTR ;;
	socket) echo fail:EMFILE fail:EMFILE:on ;;
	clone) echo fail:EAGAIN fail:EAGAIN:on ;;
	memory | break) echo fail:ENOMEM fail:ENOMEM:on ;;
	fcntl | seek) echo fail:EIO ;;
	esac
}

attempt() { # HOW KIND N
	case $1 in
	short*) at="short:$2:$3${1#short}" ;;
	*) at="fail:$2:$3:${1#fail:}" ;;
	esac
	begin "$name"
	under="timeout -k 1 60 $at_call $at calls.now"
	run "$name"
	under=
	mute=
	case $at in
	*:write:*:on) mute=1 ;;
	# It could not.
	*:unlink:*) rm -f ./?*.?????? ;;
	esac
	truth "$at"
}

sweep() { # NAME POINTS
	name=$1
	begin "$name"
	under="$at_call count calls"
	run "$name"
	under=
	# Where the program begins: what is before is of the loader.
	first=$(grep -n -m 1 '^fcntl$' calls)
	first=${first%%:*}
	total=$(wc -l <calls)
	step=1
	[ -n "$long" ] || step=$(((total - first) / $2 + 1))
	place=0
	n=$((first + step / 2))
	: >cases
	while [ $n -le "$total" ]; do
		kind=$(sed -n "${n}p" calls)
		nth=$(sed "${n}q" calls | grep -cx -e "$kind")
		# shellcheck disable=SC2046
		set -- $(ways_of "$kind")
		if [ $# -gt 0 ] && [ -z "$long" ]; then
			shift $((place % $#))
			attempt "$1" "$kind" "$nth"
		else
			for way; do
				attempt "$way" "$kind" "$nth"
			done
		fi
		place=$((place + 1))
		n=$((n + step))
	done >wrong
}

runs="${CALLS_RUNS:-$programs $modes ${long:+${slow-}}}"
# shellcheck disable=SC2086
good $runs
for name in $runs; do
	sweep "$name" 8
	is "$name: $(wc -l <cases) failures of $((total - first)) calls" \
	    "$(head -n 20 wrong)" ''
done

# --- Planted bugs are found.

[ -z "${CALLS_RUNS-}" ] || finish
fault=${FAULT_BIN:-$bin/../fault/bin}
if [ ! -x "$fault/row-map" ]; then
	skip 'planted bugs are found' 'no build with faults'
	finish
fi
PATH=$fault:$PATH
long=1
for planted in deaf.ddl_sqlite short.ddl_sqlite end.ddl_sqlite; do
	ROWPIPE_PLANT=${planted%.*}
	export ROWPIPE_PLANT
	sweep "${planted#*.}" 30
	unset ROWPIPE_PLANT
	check "the sweep finds a planted bug: $planted" [ -s wrong ]
done
finish
