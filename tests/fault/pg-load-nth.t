#!/bin/sh
# Each allocation, read, write, open, sync and rename of a load fails in turn:
# what did not succeed leaves the table as it was, what did is all there.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pg.sh"
fault=${FAULT_BIN:-$bin/../fault/bin}
if [ ! -x "$fault/pg-load" ]; then
	skip 'failures are survived' 'built without failures on request'
	finish
fi
PATH=$fault:$PATH
cd "$tmp" || exit 1

own_schema load_nth
psql -c 'CREATE TABLE t (id integer PRIMARY KEY, v text, a integer[])'

# Several batches, shapes, a row that is refused here and one that is there.
jq -nc 'range(9000) | {id: ., v: ("text " * 100)} |
    if .id % 1000 == 7 then .a = [.id, null] else . end' >rows
printf '%s\n' '{"id":1}' '{"id":"x"}' >>rows

# Each takes a connection, so that one in so many must do but for check-long.
step=11
[ -z "${CHECK_LONG-}" ] || step=1

load() {
	# shellcheck disable=SC2086
	pg-load -q --rejects bad --stats stats $mode t <rows
}
state() { psql -c 'SELECT count(*) FROM t'; }

hunt() { # STEP
	wrong=
	n=0
	while [ $((n += $1)) -le "$total" ]; do
		psql -c 'TRUNCATE t'
		ROWPIPE_FAULT=any:$n run load
		there=$(state)
		case $status,$there in
		1,9000) ;;
		4,0) [ -s "$err" ] || wrong="$wrong $n:silent" ;;
		# Summary and statistics come when all is done.
		4,9000) grep -qE 'stats|out of memory' "$err" ||
		    wrong="$wrong $n:there" ;;
		*) wrong="$wrong $n:$status:$there" ;;
		esac
	done
}

for mode in '--on-conflict error' '--on-conflict update'; do
	psql -c 'TRUNCATE t'
	ROWPIPE_FAULT=count run load
	total=$(sed -n 's/^fault: any //p' "$err")
	check "there is something to fail: $mode" [ "$total" -gt 30 ]
	hunt $step
	is "a load with any failure tells the truth: $mode" "$wrong" ''
done

# What ends the load is to be seen.
ROWPIPE_PLANT=status
export ROWPIPE_PLANT
hunt 40
unset ROWPIPE_PLANT
check 'a planted bug is found' [ -n "$wrong" ]
finish
