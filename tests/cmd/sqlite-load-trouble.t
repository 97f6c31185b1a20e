#!/bin/sh
# sqlite-load: what goes wrong with files, and with the disk.
. "$(dirname "$0")/../lib.sh"
db=$tmp/app.db
sql() { sqlite3 "$db" "$@"; }
fresh() {
	rm -f "$db"*
	sql "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
	    INSERT INTO t VALUES (0, 'old')"
}
summary='sqlite-load: t: 0 in, 0 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected'
echo '{"id":1,"v":"x"}' >"$tmp/rows"

run_with "$tmp/rows" sqlite-load "$db" t
status_is 'a database that does not exist is not made' 4
err_is 'and a hint says how' "sqlite-load: database \"$db\" does not exist
hint: --create makes it
$summary"
check 'nor left behind' test ! -e "$db"
run_with "$tmp/rows" sqlite-load --create "$tmp/none/app.db" t
status_is 'a directory that does not exist is an error' 4
err_has 'with its reason' 'No such file or directory'
run_with "$tmp/rows" sqlite-load --create "$tmp" t
status_is 'a directory is no database' 4
err_has 'which is said' 'it is no file'

echo 'this is a text of more than one hundred bytes, which is what SQLite
looks at before it says that a file is none of its own; and some more' >"$db"
cp "$db" "$tmp/text"
run_with "$tmp/rows" sqlite-load --create "$db" t
status_is 'a file that is no database is an error' 4
err_is 'which is said' "sqlite-load: file \"$db\" is not a SQLite database
$summary"
check 'and it stays as it is' cmp "$db" "$tmp/text"
: >"$db"
run_with "$tmp/rows" sqlite-load "$db" t
status_is 'an empty file is an empty database' 4
err_has 'which has no table' "database \"$db\" has no table \"t\""
run_with "$tmp/rows" sqlite-load -q --create "$db" t
is 'but can get one' "$(sql 'SELECT v FROM t')" x

fresh
sql "INSERT INTO t SELECT value, hex(randomblob(2000))
    FROM generate_series(1, 200)" 2>/dev/null ||
    sql "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c
	LIMIT 200) INSERT INTO t SELECT x, hex(randomblob(2000)) FROM c"
dd if=/dev/zero of="$db" bs=4096 seek=3 count=20 conv=notrunc 2>/dev/null
jq -nc 'range(1; 200) | {id: ., v: "y"}' >"$tmp/many"
run_with "$tmp/many" sqlite-load --on-conflict update "$db" t
status_is 'a damaged database is an error' 4
err_has 'which is said' "database \"$db\" is damaged"
run_with "$tmp/many" sqlite-load --backup="$tmp/backup" "$db" t
status_is 'and no backup of it is taken for one' 4
check 'nor left' test ! -e "$tmp/backup"

# Names that SQLite would take for something else.
cd "$tmp" || exit 1
for name in ':memory:' 'file:x?mode=memory' '-dash.db'; do
	run_with "$tmp/rows" sqlite-load -q --create -- "$name" t
	check "$name is a file like others" test -s "./$name"
done
run_with "$tmp/rows" sqlite-load --create '' t
status_is 'an empty name is none' 4

# Locked.
fresh
printf '%s\n' 'BEGIN IMMEDIATE;' '.system touch locked; sleep 2' |
    sqlite3 "$db" &
pid=$!
while [ ! -e "$tmp/locked" ]; do sleep 0.05; done
run_with "$tmp/rows" sqlite-load --busy-timeout 0 "$db" t
status_is 'a locked database is an error' 4
err_is 'with a hint' "sqlite-load: could not lock database \"$db\": database is locked
hint: another program is using it; --busy-timeout says how many seconds to wait for it
$summary"
run_with "$tmp/rows" sqlite-load -q --busy-timeout 20 "$db" t
status_is 'unless it is waited for' 0
wait $pid

# Not writable.
fresh
user=
if [ "$(id -u)" -eq 0 ]; then
	user='runuser -u nobody --'
	chmod 755 "$tmp"
fi
# Another user may not reach the source tree.
cp "$bin/sqlite-load" "$tmp/sqlite-load"
chmod 444 "$db"
if [ -n "$user" ] && ! $user test -r "$db"; then
	skip 'files that cannot be written' 'nobody cannot read them either'
else
	# shellcheck disable=SC2086
	run_with "$tmp/rows" $user "$tmp/sqlite-load" "$db" t
	status_is 'a file that is not writable is an error' 4
	err_is 'which is said' \
	    "sqlite-load: cannot write database \"$db\": the file is not writable
$summary"
	mkdir "$tmp/dir"
	chmod 777 "$tmp/dir"
	cp "$db" "$tmp/dir/app.db"
	chmod 666 "$tmp/dir/app.db"
	chmod 555 "$tmp/dir"
	# shellcheck disable=SC2086
	run_with "$tmp/rows" $user "$tmp/sqlite-load" "$tmp/dir/app.db" t
	status_is 'so is a directory that is not writable' 4
	err_has 'which a hint explains' 'hint: the file and its directory'
	# shellcheck disable=SC2086
	run_with "$tmp/rows" $user "$tmp/sqlite-load" --create \
	    "$tmp/dir/new.db" t
	status_is 'and no database is made there' 4
	err_has 'for the reason it has' 'Permission denied'
	chmod 755 "$tmp/dir"
	chmod 644 "$db"
fi

# A full disk, as far as the limit of file sizes is one.
fresh
cp "$db" "$tmp/before"
jq -nc '("x" * 4000) as $v | range(1; 3000) | {id: ., v: $v}' >"$tmp/large"
run_with "$tmp/large" sh -c 'ulimit -f 4000; exec sqlite-load "$@"' sh \
    "$db" t
status_is 'a disk that is full is an error' 4
err_has 'which is said' "could not write database \"$db\""
is 'and the database is what it was' "$(sql 'SELECT * FROM t;
    PRAGMA integrity_check')" '0|old
ok'
rm -f "$db"
run_with "$tmp/large" sh -c 'ulimit -f 4000; exec sqlite-load "$@"' sh \
    --create "$db" t
status_is 'or there is none' 4
is 'and nothing is left of it' "$(cd "$tmp" && echo app.db*)" 'app.db*'

# Other files.
fresh
run_with "$tmp/rows" sqlite-load --rejects "$tmp/none/bad" "$db" t
status_is 'rejects that cannot be kept are an error' 4
run_with "$tmp/rows" sqlite-load --rejects /dev/full --on-error reject \
    "$db" "t=$tmp/rows" "t=$tmp/rows"
status_is 'also when the disk is full' 4
is 'and nothing is committed' "$(sql 'SELECT id FROM t')" 0
run_with "$tmp/rows" sqlite-load --backup=/dev/full "$db" t
status_is 'a backup goes to no device' 4
is 'and without it nothing is committed' "$(sql 'SELECT id FROM t')" 0
sqlite-load "$db" t <&- 2>"$err"
status=$?
status_is 'a closed standard input is an error' 4
run_with "$tmp/rows" sh -c 'exec sqlite-load -q "$@" >&- 2>&-' sh "$db" t
status_is 'closed output is none' 0
is 'and does not go into the database' "$(sql 'SELECT id FROM t;
    PRAGMA integrity_check')" '0
1
ok'
sql 'CREATE VIEW v AS SELECT * FROM t'
run_with "$tmp/rows" sqlite-load "$db" v
status_is 'a view takes no rows' 4
err_has 'which is said' '"v" is a view'
finish
