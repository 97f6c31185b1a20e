#!/bin/sh
# Each allocation, read, write, open, sync and rename of row-pipe itself fails
# in turn, and then those of a sink at its gate: all is committed when the
# status says so, and else nothing.
. "$(dirname "$0")/../lib.sh"
fault=$bin/../fault/bin
if [ ! -x "$fault/row-pipe" ]; then
	skip 'failures are survived' 'built without failures on request'
	finish
fi
cd "$tmp" || exit 1
seq 1 50 | sed 's/.*/{"id":&}/' >rows
sqlite3 empty.db 'CREATE TABLE t (id INTEGER PRIMARY KEY)'

keeper() { # FAULT
	# shellcheck disable=SC2086
	ROWPIPE_FAULT=$1 timeout -k 1 20 "$fault/row-pipe" $options \
	    cat rows \| jq -c . \| sqlite-load -q app.db t
}
sink() { # FAULT
	timeout -k 1 20 row-pipe cat rows \| \
	    env "ROWPIPE_FAULT=$1" "$fault/sqlite-load" -q app.db t
}

attempt() { # FAULT
	cp empty.db app.db
	rm -rf saved stats
	"$who" "$1" >"$out" 2>"$err"
	status=$?
	stored=$(sqlite3 app.db 'SELECT count(*) FROM t')
}
count() { sed -n "s/^fault: $1 //p" counts; }

# What a run that was touched may end like.
well() {
	case $status,$stored in
	0,50) ;;
	# There was no room, or no file, for the report on what is done.
	4,50) grep -qE 'out of memory|could not write file "stats"' "$err" ;;
	4,0 | 5,0) [ -s "$err" ] ;;
	# The disk failed in COMMIT itself.
	6,0 | 6,50) [ $who = sink ] && [ -s "$err" ] ;;
	*) return 1 ;;
	esac
}

each() { # TITLE
	attempt count
	cp "$err" counts
	is "$1: nothing fails" "$status $stored" '0 50'
	for kind in alloc read write open sync rename; do
		for how in '' :on :EINTR :short; do
			[ $kind != alloc ] || case $how in
			:EINTR | :short) continue ;;
			esac
			wrong=
			n=1
			while [ $n -le "$(count $kind)" ]; do
				attempt $kind:$n$how
				well || wrong="$wrong $n:$status,$stored"
				n=$((n + 1))
				[ -n "${CHECK_LONG-}" ] || n=$((n + n / 3))
			done
			is "$1: $kind$how fails" "$wrong" ''
		done
	done
}

who=keeper
for options in '' '--save saved --stats stats'; do
	each "row-pipe $options"
done
who=sink
each 'the sink at its gate'

# Without its gate the sink does not hear that the others failed.
ROWPIPE_PLANT=status
export ROWPIPE_PLANT
wrong=
for n in 1 2 3 4 5 6; do
	attempt open:$n
	well || wrong="$wrong $n"
done
unset ROWPIPE_PLANT
check 'a planted bug is found' [ -n "$wrong" ]
finish
