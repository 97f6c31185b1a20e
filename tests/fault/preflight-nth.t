#!/bin/sh
# Each read, write and open of preflight fails in turn, and allocations here and
# there: no run says that rows are ready which it has not seen.
. "$(dirname "$0")/../lib.sh"
fault=$bin/../fault/bin
if [ ! -x "$fault/preflight" ]; then
	skip 'failures are survived' 'built without failures on request'
	finish
fi
PATH=$fault:$PATH
cd "$tmp" || exit 1

# Enough keys to be sorted in temporary files, and one that comes twice.
sqlite3 app.db "CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT UNIQUE,
    s TEXT CHECK (s IN ('A', 'B')))"
long='a key that is long enough for some megabytes of them'
seq 12000 | sed "s/.*/{\"id\":&,\"s\":\"A\",\"u\":\"$long: &\"}/" >rows
printf '{"id":1,"s":"A","u":"last"}\n' >>rows

attempt() { # FAULT
	ROWPIPE_FAULT=$1 preflight --memory 1M --target app.db --table t rows \
	    >"$out" 2>"$err"
	status=$?
}
count() { sed -n "s/^fault: $1 //p" counts; }

attempt count
cp "$err" counts
cp "$out" good
is 'the good run finds the key that comes twice' \
    "$status $(grep -c '^.FAIL. id: duplicate: 1 row: row 1 has' good)" '1 1'
check 'there is something to fail' \
    [ "$(count read)" -gt 20 -a "$(count write)" -gt 5 ]

# A failure is told, with 4, and what there is of a report is its beginning;
# or SQLite could do without, and the report is as it should be.
fails_well() {
	if [ "$status" -eq 1 ]; then
		cmp -s "$out" good
		return
	fi
	[ "$status" -eq 4 ] && [ -s "$err" ] &&
	    cmp -n "$(wc -c <"$out")" "$out" good >/dev/null &&
	    ! grep -q ': \(not \)*ready$' "$err"
}

hunt() { # KIND HOW N...
	kind=$1
	how=$2
	shift 2
	wrong=
	for n; do
		attempt "$kind:$n$how"
		fails_well || wrong="$wrong $n=$status"
	done
}
fails() { # KIND HOW N...
	hunt "$@"
	is "$kind$how: each failure is told" "$wrong" ''
}

survives() { # KIND HOW N...
	kind=$1
	how=$2
	shift 2
	wrong=
	for n; do
		attempt "$kind:$n$how"
		[ "$status" -eq 1 ] && cmp -s "$out" good ||
		    wrong="$wrong $n=$status"
	done
	is "$kind$how: nothing is lost" "$wrong" ''
}

# shellcheck disable=SC2046
{
	fails read '' $(seq 1 "$(count read)")
	fails write :ENOSPC $(seq 1 "$(count write)")
	fails open '' $(seq 1 "$(count open)")
	fails alloc '' 1 2 3 5 8 13 21 34 55 89 144 233 377 610 987 1597 2584 \
	    4181 6765 10946 17711 28657 "$(count alloc)"
	# The first are SQLite's, which retries beneath where faults are made.
	survives read :EINTR $(seq 10 7 "$(count read)")
	survives read :short $(seq 10 7 "$(count read)")
	survives write :short $(seq 1 3 "$(count write)")
}
for planted in end.read status.open; do
	ROWPIPE_PLANT=${planted%.*}
	export ROWPIPE_PLANT
	kind=${planted#*.}
	# shellcheck disable=SC2046
	hunt "$kind" '' $(seq 1 $(($(count "$kind") / 6 + 1)) "$(count "$kind")")
	unset ROWPIPE_PLANT
	check "a planted bug is found: $planted" [ -n "$wrong" ]
done
is 'nothing is left behind' "$(find . -name '*.??????' -newer good)" ''
finish
