#!/bin/sh
# Each allocation, write, open, sync and rename of a dump fails in turn: what
# did not succeed says so and never looks whole.
. "$(dirname "$0")/../lib.sh"
fault=${FAULT_BIN:-$bin/../fault/bin}
if [ ! -x "$fault/pg-dump-json" ]; then
	skip 'failures are survived' 'built without failures on request'
	finish
fi
PATH=$fault:$PATH
cd "$tmp" || exit 1

psql() { command psql -XqAt -v ON_ERROR_STOP=1 "$@"; }
psql <<'!' >/dev/null 2>&1 || exit 1
DROP SCHEMA IF EXISTS fault CASCADE;
CREATE SCHEMA fault;
CREATE TABLE fault.t AS SELECT i AS id, repeat('text ', 20) AS t
    FROM generate_series(1, 3000) AS i;
CREATE TABLE fault.u AS SELECT 7 AS n;
CREATE TABLE fault.gone AS SELECT 8 AS n;
!

# Each takes a connection, so that one in so many must do but for check-long.
step=5
[ -z "${CHECK_LONG-}" ] || step=1

count() { sed -n 's/^fault: any //p' "$err"; }

# To standard output: all of it, or a beginning without end mark.
dump() { pg-dump-json -q --frame --stats stats fault.t; }
dump >good
sed '1d;$d' good >rows
ROWPIPE_FAULT=count run dump
total=$(count)
check 'there is something to fail' [ "$total" -gt 30 ]
hunt() { # STEP HOW
	wrong=
	n=$((-${#2} % $1))
	while [ $((n += $1)) -le "$total" ]; do
		ROWPIPE_FAULT=any:$n$2 run dump
		if [ "$status" = 0 ]; then
			sed '1d;$d' "$out" | cmp -s - rows &&
			    grep -q '"@end"' "$out" || wrong="$wrong $n:0"
			continue
		fi
		[ "$status" = 4 ] && [ -s "$err" ] || wrong="$wrong $n:$status"
		# Only what comes after the rows may fail when they are whole.
		sed 1d "$out" | grep -v '"@end"' >part
		cmp -s -n "$(wc -c <part)" part rows || wrong="$wrong $n:rows"
		! grep -q '"@end"' "$out" || sed '1d;$d' "$out" |
		    cmp -s - rows || wrong="$wrong $n:end"
	done
}

for how in '' :on; do
	hunt $step "$how"
	is "a dump with any failure$how tells the truth" "$wrong" ''
done

ROWPIPE_PLANT=status
export ROWPIPE_PLANT
hunt 13 :on
unset ROWPIPE_PLANT
check 'a planted bug is found' [ -n "$wrong" ]

# To a directory: the old export or the new one, or none.
export_() { run pg-dump-json -q -o dir fault.t fault.u; }
whole() { (cd dir && sha256sum -c manifest-sha256.txt) >/dev/null 2>&1; }
files() { (cd dir/data && echo *); }
pg-dump-json -q -o old fault.gone
cp -R old dir
ROWPIPE_FAULT=count export_
total=$(count)
check 'there is more to fail' [ "$total" -gt 100 ]
for how in '' :on; do
	wrong=
	n=$((-${#how} % step))
	while [ $((n += step)) -le "$total" ]; do
		rm -rf dir
		cp -R old dir
		ROWPIPE_FAULT=any:$n$how export_
		if [ "$status" = 0 ]; then
			whole && [ "$(files)" = 'fault.t.ndjson fault.u.ndjson' ] ||
			    wrong="$wrong $n:0"
			continue
		fi
		[ "$status" = 4 ] && [ -s "$err" ] || wrong="$wrong $n:$status"
		[ ! -e dir/manifest-sha256.txt ] || whole ||
		    wrong="$wrong $n:manifest"
		# And nothing stands in the way of the next one.
		[ $((n % 2)) -ne 0 ] || {
			export_
			[ "$status" = 0 ] && whole && [ ! -e dir/.export ] ||
			    wrong="$wrong $n:next"
		}
	done
	is "an export with any failure$how tells the truth" "$wrong" ''
done
psql -c 'DROP SCHEMA fault CASCADE' 2>/dev/null
finish
