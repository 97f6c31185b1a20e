#!/bin/sh
# Every operation of a load fails once, and once for good: what the status says
# is what the database holds.
. "$(dirname "$0")/../lib.sh"
fault=${FAULT_BIN:-$top/build/fault/bin}
if [ ! -x "$fault/sqlite-load" ]; then
	skip 'failures on request' 'no build with -DROWPIPE_FAULTS'
	finish
fi
PATH=$fault:$PATH

# Small pages and cache would do; large rows make SQLite work all the same.
awk 'BEGIN { for (i = 1; i <= 300; i++) { s = ""
	for (k = 0; k < 40; k++) s = s "some text " i * k
	printf "{\"id\":%d,\"name\":\"n%d\",\"v\":%d.5,\"t\":\"%s\"}\n", i, i,
	    i, s } }' >"$tmp/old.ndjson"
sed 's/"name":"n/"name":"changed /' "$tmp/old.ndjson" >"$tmp/new.ndjson"
awk 'BEGIN { for (i = 301; i < 330; i++) printf "{\"id\":%d}\n", i }' \
    >>"$tmp/new.ndjson"
sqlite-load -q --create --key id "$tmp/old.db" t <"$tmp/old.ndjson"
sqlite3 "$tmp/old.db" 'CREATE UNIQUE INDEX u ON t (name)'
content() { sqlite3 "$1" 'PRAGMA integrity_check; SELECT * FROM t' 2>&1; }
old=$(content "$tmp/old.db" | cksum)
cp "$tmp/old.db" "$tmp/want.db"
sqlite-load -q --on-conflict update "$tmp/want.db" t <"$tmp/new.ndjson"
new=$(content "$tmp/want.db" | cksum)
is 'the two contents differ' "$([ "$old" != "$new" ]; echo $?)" 0

count() { # KIND COMMAND ...
	kind=$1
	shift
	ROWPIPE_FAULT=count "$@" 2>&1 >/dev/null | sed -n "s/^fault: $kind //p"
}

err_tells() { grep -qF "$1" "$err"; }

# One run into a copy of old.db; prints what is wrong with it.
update_once() { # FAULT
	rm -rf "$tmp/w"
	mkdir "$tmp/w"
	cp "$tmp/old.db" "$tmp/w/app.db"
	ROWPIPE_FAULT=$1 sqlite-load --on-conflict update "$tmp/w/app.db" t \
	    <"$tmp/new.ndjson" >"$out" 2>"$err"
	code=$?
	now=$(content "$tmp/w/app.db" | cksum)
	case $code,$now in
	"0,$new" | "4,$old" | "6,$old" | "6,$new") ;;
	*) echo "$1: status $code: $(head -n 1 "$err")"; return ;;
	esac
	# Where nothing can be read any more, the journal is left for later, as
	# it is by a program that has no memory left to end otherwise.
	case $1,$(echo "$tmp"/w/*) in
	*,"$tmp/w/app.db" | *:on,"$tmp/w/app.db $tmp/w/app.db-journal") ;;
	alloc:*,"$tmp/w/app.db $tmp/w/app.db-journal")
		err_tells 'out of memory' || echo "$1: journal left" ;;
	*) echo "$1: left $(ls "$tmp/w")" ;;
	esac
	[ $code -eq 0 ] || [ -s "$err" ] || echo "$1: no message"
}

# One run that makes the database.
create_once() { # FAULT
	rm -rf "$tmp/w"
	mkdir "$tmp/w"
	ROWPIPE_FAULT=$1 sqlite-load --create --key id "$tmp/w/app.db" t \
	    <"$tmp/old.ndjson" >"$out" 2>"$err"
	code=$?
	case $code,$(ls "$tmp/w") in
	0,app.db)
		sqlite3 "$tmp/w/app.db" 'SELECT count(*) FROM t;
		    PRAGMA integrity_check' >"$out" 2>&1
		printf '300\nok\n' | cmp -s - "$out" || echo "$1: not whole" ;;
	4,) ;;
	*) echo "$1: status $code, left $(ls "$tmp/w"): $(head -n 1 "$err")" ;;
	esac
}

# One run in batches: what it says of them is what is there.
batches_once() { # FAULT
	rm -rf "$tmp/w"
	mkdir "$tmp/w"
	cp "$tmp/small.db" "$tmp/w/app.db"
	ROWPIPE_FAULT=$1 sqlite-load --batch 7 "$tmp/w/app.db" t \
	    <"$tmp/few.ndjson" >"$out" 2>"$err"
	code=$?
	there=$(sqlite3 "$tmp/w/app.db" 'SELECT count(*) FROM t')
	said=$(sed -n 's/.* nothing was committed to .*/0/p
	    s/.* the first \([0-9]*\) rows stay committed .*/\1/p' "$err")
	counted=$(sed -n 's/.* t: .* in, \([0-9]*\) created.*/\1/p' "$err")
	case $code,$there,${said:-none},${counted:-none} in
	0,30,none,30 | 4,0,none,0 | "4,$there,$there,$there" | 6,*) ;;
	# A program without memory ends as it stands.
	4,*,none,none) err_tells 'out of memory' || echo "$1: silent" ;;
	*) echo "$1: status $code, $there there: $(cat "$err")" ;;
	esac
}

# Memory is asked for thousands of times: a sample, unless there is time.
each() { # FUNCTION KIND COUNT SUFFIX
	step=1
	[ -n "${CHECK_LONG-}" ] || step=$(($3 / 60 + 1))
	i=1
	while [ $i -le "$3" ]; do
		"$1" "$2:$i$4"
		i=$((i + step))
	done
}

cp "$tmp/old.db" "$tmp/count.db"
for kind in read write open sync rename alloc; do
	n=$(count $kind sqlite-load --on-conflict update "$tmp/count.db" t \
	    <"$tmp/new.ndjson")
	cp "$tmp/old.db" "$tmp/count.db"
	check "an update does something that can fail: $kind" test "$n" -gt 0
	is "an update survives a failing $kind" \
	    "$(each update_once $kind "$n" '')" ''
	is "an update survives a $kind that goes on failing" \
	    "$(each update_once $kind "$n" :on)" ''
	rm -f "$tmp/fresh.db"
	n=$(count $kind sqlite-load --create --key id "$tmp/fresh.db" t \
	    <"$tmp/old.ndjson")
	is "a new database survives a failing $kind" \
	    "$(each create_once $kind "$n" '')" ''
	is "a new database survives a $kind that goes on failing" \
	    "$(each create_once $kind "$n" :on)" ''
done
# Text in UTF-16 is converted when it is read, in memory that SQLite must have:
# what is written are rows of the table, whatever the status.
sqlite3 "$tmp/wide.db" "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t
    (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two')"
dump() { sqlite-dump-json -q --limit 1 "$tmp/wide.db" t; }
dump_once() { # FAULT
	ROWPIPE_FAULT=$1 dump >"$out" 2>"$err"
	case $?,$(cat "$out") in
	'0,{"id":1,"v":"one"}' | '4,{"id":1,"v":"one"}' | 4,) ;;
	*) echo "$1: $(cat "$out" "$err")" ;;
	esac
}
n=$(count alloc dump)
is 'a dump that lacks memory for a value writes no other' \
    "$(each dump_once alloc "$n" ''
    for i in $(seq $((n - 5)) "$n"); do
	dump_once "alloc:$i"
    done)" ''
seq 30 | sed 's/.*/{"id":&,"v":"v&"}/' >"$tmp/few.ndjson"
sqlite3 "$tmp/small.db" 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)'
for kind in read write open sync; do
	cp "$tmp/small.db" "$tmp/count.db"
	n=$(count $kind sqlite-load --batch 7 "$tmp/count.db" t \
	    <"$tmp/few.ndjson")
	is "of batches it is known which are there after a failing $kind" \
	    "$(each batches_once $kind "$n" '')" ''
done
# A bug that is there for it.
ROWPIPE_PLANT=rollback
export ROWPIPE_PLANT
check 'a load that commits what it has is found' \
    test -n "$(each update_once read 40 '')"
unset ROWPIPE_PLANT
update_once write:3:ENOSPC:on
err_is 'a full disk is named' \
    "sqlite-load: stdin:1: could not write database \"$tmp/w/app.db\":\
 database or disk is full
sqlite-load: nothing was committed to \"$tmp/w/app.db\"
sqlite-load: t: 1 in, 0 created, 0 updated, 0 unchanged, 0 skipped,\
 0 rejected, 1 rolled back"
finish
