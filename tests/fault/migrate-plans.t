#!/bin/sh
# Random plans of migrations, with failures, edits and kills at each step: see
# migrate_plans.py.
. "$(dirname "$0")/../lib.sh"
fault=${FAULT_BIN:-$top/build/fault/bin}
if [ ! -x "$fault/row-migrate" ]; then
	skip 'random plans' 'no build with -DROWPIPE_FAULTS'
	finish
fi
PATH=$fault:$PATH
sqlite=80 pg=20
[ -z "${CHECK_LONG-}" ] || { sqlite=1500 pg=500; }

plans() { # ENGINE COUNT
	python3 "$top/tests/fault/migrate_plans.py" "$1" 1 "$2" 4 "$tmp" \
	    >"$tmp/$1.out" 2>"$tmp/$1.err"
	sed "s/^/# $1: /" "$tmp/$1.err"
}

[ -z "${PGHOST-}" ] || plans pg "$pg" &
plans sqlite "$sqlite"
wait
for engine in sqlite pg; do
	if [ ! -e "$tmp/$engine.out" ]; then
		skip "$pg random plans on PostgreSQL" 'no server'
		continue
	fi
	n=$sqlite
	[ "$engine" = sqlite ] || n=$pg
	is "$engine: each of $n random plans comes to its end" \
	    "$(cat "$tmp/$engine.out")" ''
	is "$engine: none was left out" \
	    "$(grep -o 'plans [0-9]*' "$tmp/$engine.err")" "plans $n"
done
finish
