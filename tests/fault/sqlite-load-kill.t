#!/bin/sh
# A load that is killed at any moment leaves what was there before, and two
# loads at once do not meet.
. "$(dirname "$0")/../lib.sh"

awk 'BEGIN { for (i = 1; i <= 60000; i++)
	printf "{\"id\":%d,\"name\":\"name %d\",\"note\":\"%0300d\"}\n", i, i, i
}' >"$tmp/rows"
sqlite-load -q --create --key id "$tmp/old.db" t <"$tmp/rows"
sed 's/"name /"changed /' "$tmp/rows" >"$tmp/changed"
content() {
	sqlite3 "$1" 'PRAGMA integrity_check; SELECT count(*), min(name),
	    max(name), sum(length(note)) FROM t'
}
old=$(content "$tmp/old.db")
cp "$tmp/old.db" "$tmp/new.db"
begin=$(date +%s%N)
sqlite-load -q --on-conflict update "$tmp/new.db" t <"$tmp/changed"
took=$((($(date +%s%N) - begin) / 1000000))
new=$(content "$tmp/new.db")

# Kill a load after $1 milliseconds; print what the database then is.
killed_after() {
	sqlite-load -q --on-conflict update "$tmp/app.db" t <"$tmp/changed" &
	pid=$!
	sleep "$(printf '0.%03d' "$1")"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	case $(content "$tmp/app.db") in
	"$old") echo old ;;
	"$new") echo new ;;
	*) echo broken ;;
	esac
}

runs=12
[ -z "${CHECK_LONG-}" ] || runs=100
i=1
seen=
while [ $i -le $runs ]; do
	cp "$tmp/old.db" "$tmp/app.db"
	seen="$seen $(killed_after $((took * i / runs % 999)))"
	i=$((i + 1))
done
is "$runs loads killed within $took ms leave the old or the new content" \
    "$(echo "$seen" | tr ' ' '\n' | grep -vxE 'old|new|')" ''
check 'some of them were killed before their end' \
    test "$(echo "$seen" | tr ' ' '\n' | grep -cx old)" -ge 3

# A journal that must be rolled back before the database can be read: the load
# has begun to write the database itself, its cache being full.
jq -nc '("0" * 100000) as $v | range(1; 1001) | {id: ., v: $v}' >"$tmp/large"
rm -f "$tmp"/app.db*
sqlite-load -q --create --key id "$tmp/app.db" t <"$tmp/large"
sed 's/"v":"0/"v":"1/' "$tmp/large" >"$tmp/changed.large"
touch "$tmp/reference"
sqlite-load -q --on-conflict update "$tmp/app.db" t <"$tmp/changed.large" &
pid=$!
while kill -0 $pid 2>/dev/null &&
    [ -z "$(find "$tmp/app.db" -newer "$tmp/reference")" ]; do
	:
done
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
run sqlite-dump-json "$tmp/app.db" t
if [ -s "$tmp/app.db-journal" ]; then
	status_is 'a change that was not finished is not read' 4
	err_is 'and a hint says what to do' \
	    "sqlite-dump-json: database \"$tmp/app.db\" was left in the midst of a change, which must be rolled back before it can be read
hint: a program that may write it does so, as in: sqlite3 \"$tmp/app.db\" .tables"
	sqlite3 "$tmp/app.db" .tables >/dev/null
	run sqlite-dump-json -q "$tmp/app.db" t
	check 'then it is as it was before' cmp "$out" "$tmp/large"
else
	skip 'a change that was not finished is not read' 'it was finished'
fi

# A database that is being made cannot be found by its name.
rm -f "$tmp"/app.db*
i=1
found=
while [ $i -le 8 ]; do
	sqlite-load -q --create --key id "$tmp/app.db" t <"$tmp/rows" &
	pid=$!
	sleep "$(printf '0.%03d' $((took * i / 24 % 999)))"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	[ ! -e "$tmp/app.db" ] ||
	    [ "$(content "$tmp/app.db")" = "$old" ] || found="$found $i"
	rm -f "$tmp"/app.db*
	i=$((i + 1))
done
is 'a new database is not there before it is whole' "$found" ''

sqlite-load -q --create --key id "$tmp/app.db" t <"$tmp/rows" &
pid=$!
sleep 0.05
kill -TERM $pid
wait $pid 2>/dev/null
is 'one that is interrupted leaves no file' "$(cd "$tmp" && echo app*)" 'app*'

# Two at once: the second waits for the first.
cp "$tmp/old.db" "$tmp/app.db"
sqlite-load --on-conflict update "$tmp/app.db" t <"$tmp/changed" \
    2>"$tmp/first" &
pid=$!
run_with "$tmp/rows" sqlite-load --busy-timeout 60 --on-conflict update \
    "$tmp/app.db" t
wait $pid
is 'of two loads at once both succeed' "$?,$status" 0,0
is 'and one is after the other: each row is changed, or changed and back' \
    "$(cat "$tmp/first" "$err" | grep -cvE \
	'in, 0 created, (60000 updated, 0|0 updated, 60000) unchanged, 0')" 0
is 'the content is that of the second one' "$(content "$tmp/app.db")" \
    "$(if grep -q ' 60000 updated' "$err"; then echo "$old"; else
	echo "$new"; fi)"

# Two that make the same database: one of them does.
rm -f "$tmp/app.db"
sqlite-load --create --key id "$tmp/app.db" t <"$tmp/rows" 2>"$tmp/first" &
pid=$!
run_with "$tmp/changed" sqlite-load --create --key id "$tmp/app.db" t
wait $pid
is 'of two that make a database at once one succeeds' \
    "$(printf '%s\n' "$?" "$status" | sort | tr '\n' ' ')" '0 4 '
check 'and the other says why' grep -q 'File exists' "$tmp/first" "$err"
is 'nothing else is left' "$(cd "$tmp" && echo app*)" app.db

# A reader that holds the database.
printf '%s\n' 'BEGIN;' 'SELECT count(*) FROM t;' '.system sleep 2' |
    sqlite3 "$tmp/app.db" >/dev/null &
pid=$!
sleep 0.3
before=$(content "$tmp/app.db")
head -n 1 "$tmp/rows" | sed 's/"name /"other /' >"$tmp/one"
run_with "$tmp/one" sqlite-load --busy-timeout 0 --on-conflict replace \
    "$tmp/app.db" t
status_is 'a database that somebody reads is not changed' 4
err_has 'and the message says what to do' 'hint: another program is using it'
wait $pid
is 'the content is the old one' "$(content "$tmp/app.db")" "$before"
finish
