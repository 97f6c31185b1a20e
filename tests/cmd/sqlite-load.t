#!/bin/sh
# sqlite-load: tables, files, transactions and books.
. "$(dirname "$0")/../lib.sh"
db=$tmp/app.db

fresh() {
	rm -f "$db"*
	sqlite3 "$db" "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
	    CREATE TABLE clients (id INTEGER PRIMARY KEY, user_id INTEGER
	    REFERENCES users, name TEXT DEFAULT 'nobody')"
}
sql() { sqlite3 "$db" "$@"; }
rows() { printf '%s\n' "$@" >"$tmp/rows"; }
dir() { (cd "$tmp" && echo app*); }

fresh
rows '{"id":1,"name":"Ann"}' '{"name":"Bob","id":2}'
run_with "$tmp/rows" sqlite-load "$db" users
status_is 'rows of standard input are stored' 0
err_is 'the summary counts them' \
    'sqlite-load: users: 2 in, 2 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected'
out_is 'nothing is written to standard output' ''
is 'whatever the order of their keys' "$(sql 'SELECT * FROM users')" '1|Ann
2|Bob'

fresh
run sqlite-load "$db" users
status_is 'empty input is no error' 0
err_has 'and counted' 'users: 0 in'
printf '{"id":1,"name":"no newline"}' >"$tmp/rows"
run_with "$tmp/rows" sqlite-load -q "$db" users
is 'a last row without newline is a row' "$(sql 'SELECT name FROM users')" \
    'no newline'
err_is '-q says nothing' ''

fresh
rows '{"id":1}' '{"id":2,"name":null}' '{"id":3,"name":"x"}'
run_with "$tmp/rows" sqlite-load "$db" clients
is 'a key that is not given is not null' "$(sql \
    'SELECT id, quote(name) FROM clients')" "1|'nobody'
2|NULL
3|'x'"

# Every set of keys in turn: more than there are statements kept.
fresh
sql 'CREATE TABLE wide (a,b,c,d,e,f,g,h)'
jq -nc '[range(256)] | .[] | . as $n |
    [range(8) | select(($n / pow(2; .) | floor) % 2 == 1) |
	{key: "abcdefgh"[.:.+1], value: $n}] | from_entries' >"$tmp/once"
cat "$tmp/once" "$tmp/once" "$tmp/once" >"$tmp/rows"
run_with "$tmp/rows" sqlite-load -q "$db" wide
is 'rows with any set of keys are stored' "$(sql \
    'SELECT count(*), sum(a), sum(d), sum(h) FROM wide')" \
    "$(jq -rs '[length, (map(.a // 0) | add), (map(.d // 0) | add),
	(map(.h // 0) | add)] | map(tostring) | join("|")' "$tmp/rows")"

# Keys and columns.
fresh
rows '{"id":1,"nmae":"x"}'
run_with "$tmp/rows" sqlite-load "$db" users
status_is 'a key that is no column is an error' 3
err_is 'which is explained' \
    'sqlite-load: stdin:1:9: table "users" has no column "nmae"
hint: did you mean "name"?  --ignore-unknown leaves such keys out
sqlite-load: nothing was committed to "'"$db"'"
sqlite-load: users: 1 in, 0 created, 0 updated, 0 unchanged, 0 skipped, 1 rejected'
run_with "$tmp/rows" sqlite-load --ignore-unknown "$db" users
status_is '--ignore-unknown leaves it out' 0
rows '{"ID":2,"Name":"case"}'
run_with "$tmp/rows" sqlite-load "$db" USERS
is 'case is ignored where SQLite ignores it' \
    "$(sql 'SELECT * FROM users WHERE id = 2')" '2|case'
rows '{"id":3,"name":"a","NAME":"b"}'
run_with "$tmp/rows" sqlite-load "$db" users
err_has 'but no column is given twice' \
    'stdin:1:20: key "NAME" names a column of table "users" for the second time'
fresh
sql 'CREATE TABLE g (a, b AS (a * 2), c AS (a * 3) STORED)'
rows '{"a":1,"b":2,"c":3}'
run_with "$tmp/rows" sqlite-load "$db" g
err_has 'what the database computes is not given' \
    'stdin:1:8: column "b" of table "g" is computed by the database'
run_with "$tmp/rows" sqlite-load --ignore-unknown "$db" g
is 'or left out on request' "$(sql 'SELECT * FROM g')" '1|2|3'
sql 'CREATE TABLE "Odd ""Name""=x" ("select" TEXT, "a""b" TEXT)'
rows '{"select":"1","a\"b":"2"}'
run_with "$tmp/rows" sqlite-load "$db" '"Odd ""Name""=x"'
is 'names may be anything' "$(sql 'SELECT * FROM "Odd ""Name""=x"')" '1|2'
run_with "$tmp/rows" sqlite-load "$db" '"; drop table users; --'
status_is 'a name that is SQL is just no table' 4
err_has 'and quoted in the message' 'has no table "\"; drop table users; --"'
rows '{"id":7}'
run_with "$tmp/rows" sqlite-load "$db" main.users
status_is 'main is the schema that SQLite has' 0
run_with "$tmp/rows" sqlite-load "$db" app.users
status_is 'others it has not' 2
err_has 'and a hint says so' 'hint: name the table "users" alone'

# A row that cannot be stored, and one that is no row.
fresh
rows '{"id":1}' '{"id":2,"name":"x"' '{"id":3}'
run_with "$tmp/rows" sqlite-load "$db" users
status_is 'a bad line ends the run' 3
err_has 'with its place' 'stdin:2:19: '
is 'and nothing is stored' "$(sql 'SELECT count(*) FROM users')" 0
rows '{"id":1}' '[1]' '{"id":1}' '{"id":"x"}' '{"id":2}'
run_with "$tmp/rows" sqlite-load --rejects "$tmp/bad" "$db" users
status_is '--rejects goes on' 1
err_is 'and counts' \
    'sqlite-load: users: 5 in, 2 created, 0 updated, 0 unchanged, 0 skipped, 3 rejected'
is 'the others are stored' "$(sql 'SELECT id FROM users')" '1
2'
is 'rejects say why' "$(jq -c '[.at.line, .why[0].rule, .why[0].path, .row]' \
    "$tmp/bad")" '[2,"json",null,null]
[3,"unique","/id",{"id":1}]
[4,"type","/id",{"id":"x"}]'
fresh
run_with "$tmp/rows" sqlite-load --max-rejects 2 "$db" users
status_is 'too many rejects end the run' 3
is 'and nothing is stored then' "$(sql 'SELECT count(*) FROM users')" 0

# Files and several tables.
fresh
printf '{"id":1,"user_id":2,"name":"c"}\n' >"$tmp/clients"
printf '{"id":2,"name":"u"}\n' >"$tmp/users"
printf '{"id":3,"name":"v"}\n' >"$tmp/more"
run sqlite-load "$db" "clients=$tmp/clients" "users=$tmp/users" \
    "users=$tmp/more"
status_is 'several tables are loaded, whatever their order' 0
err_is 'each with its summary' \
    'sqlite-load: clients: 1 in, 1 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected
sqlite-load: users: 2 in, 2 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected'
fresh
run_with "$tmp/users" sqlite-load -q "$db" "clients=$tmp/clients" users=-
is 'a file may be standard input' "$(sql 'SELECT * FROM users, clients')" \
    '2|u|1|2|c'
fresh
run sqlite-load "$db" "users=$tmp/users" "clients=$tmp/none"
status_is 'a file that is missing is an I/O error' 4
is 'and nothing of the others is stored' \
    "$(sql 'SELECT count(*) FROM users')" 0
mkfifo "$tmp/pipe"
cat "$tmp/users" >"$tmp/pipe" &
run sqlite-load -q "$db" "users=$tmp/pipe"
is 'a file may be a pipe' "$(sql 'SELECT name FROM users')" u
for operands in 'users clients' 'users=x clients' '=x' 'users=' \
    'users=- clients=-'; do
	# shellcheck disable=SC2086
	run sqlite-load "$db" $operands
	status_is "operands that make no sense: $operands" 2
done
run sqlite-load "$db" "users=$tmp/users" "Users=$tmp/users"
status_is 'a table named in two ways is one too many' 2
run sqlite-load
status_is 'no operand is wrong usage' 2
run sqlite-load "$db"
status_is 'no table is wrong usage' 2
run sqlite-load "$db" users clients
is 'of several tables each needs a file' "$(head -n 1 "$err")" \
    'sqlite-load: no file is named for table "users": of several tables each is written as TABLE=FILE'

# Frames.
fresh
(cat "$tmp/users" "$tmp/more") | checksum -q --frame -o /dev/null \
    >"$tmp/framed"
run_with "$tmp/framed" sqlite-load -q --require-frame "$db" users
is 'a framed stream is loaded' "$(sql 'SELECT count(*) FROM users')" 2
fresh
sed '$d' "$tmp/framed" >"$tmp/cut"
run_with "$tmp/cut" sqlite-load "$db" users
status_is 'one without end is incomplete' 5
is 'and nothing is stored' "$(sql 'SELECT count(*) FROM users')" 0
err_has 'which is said' "nothing was committed to \"$db\""
run sqlite-load "$db" "users=$tmp/framed" "clients=$tmp/cut"
status_is 'of several streams each must be whole' 5
is 'or nothing of all is stored' "$(sql 'SELECT count(*) FROM users')" 0
run_with "$tmp/users" sqlite-load --require-frame "$db" users
status_is '--require-frame refuses what has none' 5
printf '{"@@end":1}\n' >"$tmp/rows"
sql 'CREATE TABLE at ("@end")'
run_with "$tmp/rows" sqlite-load -q "$db" at
is 'a row that was escaped is as it was meant' \
    "$(sql 'SELECT "@end" FROM at')" 1

# Batches.
fresh
jq -nc 'range(1; 26) | {id: ., name: "n"}' >"$tmp/rows"
echo '{"id":1}' >>"$tmp/rows"
run_with "$tmp/rows" sqlite-load --batch 10 "$db" users
status_is 'with --batch an error is an error' 3
is 'but whole batches stay' "$(sql 'SELECT count(*) FROM users')" 20
err_has 'which is said' "the first 20 rows stay committed to \"$db\""
rm -f "$db"
run_with "$tmp/rows" sqlite-load --create --key id --batch 10 "$db" users
is 'also in a new database' "$(sql 'SELECT count(*) FROM users')" 20
rm -f "$db"
run_with "$tmp/rows" sqlite-load --create --key id --batch 100 "$db" users
is 'of which nothing is left without a batch' "$(dir)" 'app*'
fresh
jq -nc 'range(1; 26) | {id: ., user_id: .}' >"$tmp/clients"
run sqlite-load --batch 10 "$db" "clients=$tmp/clients" "users=$tmp/users"
status_is 'a batch must not break foreign keys' 3
err_has 'which is explained' 'hint: with --batch each batch must be sound'

# Dry run.
fresh
rows '{"id":1}' '{"id":1}' '{"id":2}'
run_with "$tmp/rows" sqlite-load --dry-run --rejects "$tmp/bad" --backup \
    "$db" users
status_is 'a dry run has the status of the real one' 1
err_is 'and its counts' "sqlite-load: dry run: everything was rolled back
sqlite-load: users: 3 in, 2 created, 0 updated, 0 unchanged, 0 skipped, 1 rejected"
is 'and its rejects' "$(jq -c .row "$tmp/bad")" '{"id":1}'
is 'but changes nothing' "$(sql 'SELECT count(*) FROM users'; dir)" '0
app.db'
rm -f "$db"
run_with "$tmp/rows" sqlite-load --dry-run --create "$db" users
status_is 'also where there is no database' 0
is 'and makes none' "$(dir)" 'app*'

# Backup.
fresh
sql "INSERT INTO users VALUES (9, 'before')"
rows '{"id":1}'
run_with "$tmp/rows" sqlite-load --backup "$db" users
status_is '--backup is made' 0
check 'and named after the database and the time' \
    expr "$(dir)" : 'app\.db app\.db\.[0-9]\{8\}T[0-9]\{6\}Z\.bak$'
err_has 'which is said' "backup in \"$(ls "$tmp"/app.db.*)\""
is 'with what was there before' \
    "$(sqlite3 "$tmp"/app.db.*.bak 'SELECT * FROM users;
    PRAGMA integrity_check')" '9|before
ok'
rows '{"id":2}'
run_with "$tmp/rows" sqlite-load -q --backup="$tmp/keep" "$db" users
is 'it may have a name' \
    "$(sqlite3 "$tmp/keep" 'SELECT id FROM users')" '1
9'
rows '{"id":3}'
run_with "$tmp/rows" sqlite-load --backup="$tmp/keep" "$db" users
status_is 'a backup replaces no file' 4
is 'and without it nothing is loaded' \
    "$(sql 'SELECT count(*) FROM users WHERE id = 3')" 0
rm -f "$db"*
run_with "$tmp/rows" sqlite-load --backup --create "$db" users
is 'of nothing there is no backup' "$(dir)" app.db
fresh
sql 'PRAGMA journal_mode=WAL' "INSERT INTO users VALUES (9, 'w')" >/dev/null
run_with "$tmp/rows" sqlite-load -q --backup="$tmp/wal" "$db" users
is 'a database in WAL mode has one as well' \
    "$(sqlite3 "$tmp/wal" 'SELECT * FROM users'; dir)" '9|w
app.db'
is 'and stays in WAL mode' "$(sql 'PRAGMA journal_mode')" wal

# Statistics.
fresh
rows '{"id":1}' '{"id":2}'
run_with "$tmp/rows" sqlite-load -q --stats "$tmp/stats" --limit 1 "$db" users
is 'the statistics count rows of each table and all' "$(jq -c '[.program,
    .status, .in, .created, .tables[0].table, .tables[0].in]' "$tmp/stats")" \
    '["sqlite-load",0,1,1,"users",1]'

# A huge row.
fresh
head -c 20000000 /dev/zero | tr '\0' x >"$tmp/x"
printf '{"id":1,"name":"%s"}\n' "$(cat "$tmp/x")" >"$tmp/rows"
run_with "$tmp/rows" sqlite-load -q "$db" users
is 'a row may be huge' "$(sql 'SELECT length(name) FROM users')" 20000000
run_with "$tmp/rows" sqlite-load --max-line 1M "$db" clients
status_is 'but not beyond --max-line' 3
finish
