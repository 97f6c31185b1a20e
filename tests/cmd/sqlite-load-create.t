#!/bin/sh
# sqlite-load --create: tables from a schema, and from rows.
. "$(dirname "$0")/../lib.sh"
db=$tmp/app.db
sql() { sqlite3 "$db" "$@"; }
rows() { printf '%s\n' "$@" >"$tmp/rows"; }

# From rows.
rows '{"id":1,"n":1,"d":1.50,"x":1e300,"b":true,"s":"a","j":[1],"m":1,"z":null}' \
    '{"id":2,"n":-5,"d":2,"x":2.5,"b":null,"s":"1","j":{"k":null},"m":"x"}'
run_with "$tmp/rows" sqlite-load -v --create "$db" t
status_is 'a table is made from its rows' 0
is 'of the narrowest types that hold them' \
    "$(sql "SELECT name, type FROM pragma_table_info('t')")" 'id|INTEGER
n|INTEGER
d|REAL
x|REAL
b|INTEGER
s|TEXT
j|TEXT
m|TEXT
z|ANY'
is 'and -v explains each' "$(grep -c '^sqlite-load: "t": column "' "$err")" 9
is 'it is STRICT' \
    "$(sql "SELECT strict FROM pragma_table_list WHERE name = 't'")" 1
is 'with pages of 16 KiB and a rollback journal' \
    "$(sql 'PRAGMA page_size; PRAGMA journal_mode')" '16384
delete'
is 'the rows are in it' "$(sql 'SELECT count(*), sum(id) FROM t')" '2|3'
run_with "$tmp/rows" sqlite-load -q --create "$db" t
is 'a table that is there is used as it is' "$(sql 'SELECT count(*) FROM t')" 4
run sqlite-load --create "$db" none
status_is 'no rows make no table' 3
err_has 'which is explained' 'hint: --schema FILE can tell as well'
run_with "$tmp/rows" sqlite-load "$db" other
status_is 'without --create no table is made' 4
err_has 'and a hint names it' 'hint: --create makes it'

rm -f "$db"
run_with "$tmp/rows" sqlite-load -q --create --key n,id "$db" t
is '--key is the primary key of a table made from rows' \
    "$(sql "SELECT group_concat(name) FROM (SELECT name
	FROM pragma_table_info('t') WHERE pk > 0 ORDER BY pk)")" 'n,id'
rm -f "$db"
run_with "$tmp/rows" sqlite-load -q --create --numeric text "$db" t
is '--numeric=text keeps each digit' "$(sql 'SELECT d FROM t')" '1.50
2'

# What comes after the first rows.
rm -f "$db"
jq -nc 'range(1000) | {a: .}' >"$tmp/rows"
cp "$tmp/rows" "$tmp/many"
echo '{"a":1.5}' >>"$tmp/rows"
run_with "$tmp/rows" sqlite-load --create "$db" t
status_is 'a later row that does not fit is a bad row' 3
err_has 'with its place' \
    'stdin:1001:6: column "t"."a" (INTEGER) cannot hold number "1.5"'
check 'and there is no database' test ! -e "$db"
run_with "$tmp/rows" sqlite-load --on-error reject --create "$db" t
is 'or a reject' "$(sql 'SELECT count(*) FROM t')" 1000
rm -f "$db"
(cat "$tmp/many"; echo '{"a":1,"new":2}') >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --create "$db" t
err_has 'so is a new key' 'stdin:1001:8: table "t" has no column "new"'
(echo 'no row'; cat "$tmp/many"; echo 'no row') >"$tmp/rows"
run_with "$tmp/rows" sqlite-load --on-error reject --create "$db" t
err_has 'bad lines among the first rows are rejects as well' \
    '1002 in, 1000 created, 0 updated, 0 unchanged, 0 skipped, 2 rejected'
head -c 6000000 /dev/zero | tr '\0' x >"$tmp/x"
(for i in 1 2 3; do
	printf '{"id":%d,"name":"%s"}\n' $i "$(cat "$tmp/x")"
done) >"$tmp/rows"
rm -f "$db"
run_with "$tmp/rows" sqlite-load -q --create "$db" t
is 'the first rows may be huge' "$(sql 'SELECT sum(length(name)) FROM t')" \
    18000000

# From a schema.
cat >"$tmp/schema" <<'END'
{"title":"users","type":"object","properties":{"id":{"type":"string","format":"uuid"},"email":{"type":"string","maxLength":20},"role":{"enum":["admin","user"]},"ok":{"type":"boolean","default":true},"total":{"type":"number","x-columnType":"numeric(12,2)"},"prefs":{"x-columnType":"jsonb"}},"required":["id","email","role"],"sqlPrimaryKey":["id"],"x-uniqueKeys":[{"fields":["email"]}]}
{"title":"clients","type":"object","properties":{"id":{"type":"integer","maximum":9223372036854775807,"minimum":-9223372036854775808},"user_id":{"type":["string","null"],"format":"uuid"},"photo":{"type":["string","null"],"pattern":"^\\\\x([0-9a-f]{2})*$","x-columnType":"bytea"}},"required":["id"],"sqlPrimaryKey":["id"],"x-foreignKeys":[{"fields":["user_id"],"reference":{"resource":"users","fields":["id"]}}]}
END
id=11111111-2222-4333-8444-555555555555
printf '{"id":"%s","email":"a@b","role":"user","total":1.10,"prefs":{"a":[1]}}\n' \
    $id >"$tmp/users"
printf '{"id":1,"user_id":"%s","photo":"\\\\x00ff"}\n' $id >"$tmp/clients"
rm -f "$db"
run sqlite-load --create --schema "$tmp/schema" "$db" \
    "clients=$tmp/clients" "users=$tmp/users"
status_is 'tables are made from a schema' 0
is 'with keys' "$(sql "SELECT name, type, \"notnull\", pk
    FROM pragma_table_info('users')")" 'id|TEXT|1|1
email|TEXT|1|0
role|TEXT|1|0
ok|INTEGER|1|0
total|REAL|0|0
prefs|TEXT|0|0'
is 'and references' "$(sql "SELECT \"table\", \"from\", \"to\"
    FROM pragma_foreign_key_list('clients')")" 'users|user_id|id'
is 'values are what the schema says' "$(sql 'SELECT ok, total, prefs,
    quote(photo) FROM users, clients')" "1|1.1|{\"a\":[1]}|X'00FF'"
for row in '{"id":"x","email":"b","role":"user"}' \
    '{"id":"22222222-2222-4333-8444-555555555555","email":"a@b","role":"user"}' \
    '{"id":"22222222-2222-4333-8444-555555555555","email":"b","role":"guest"}' \
    '{"id":"22222222-2222-4333-8444-555555555555","email":"b"}' \
    '{"id":"22222222-2222-4333-8444-555555555555","email":"123456789012345678901","role":"user"}'; do
	rows "$row"
	run_with "$tmp/rows" sqlite-load "$db" users
	status_is "constraints hold: $row" 3
done
run_with "$tmp/users" sqlite-load --create --schema "$tmp/schema" "$db" nosuch
status_is 'a schema that does not have the table is wrong usage' 2
err_has 'and the message says so' 'has no schema of table "nosuch"'
rm -f "$db"
run_with "$tmp/clients" sqlite-load --create --schema "$tmp/schema" "$db" \
    clients
status_is 'a table that refers to none that is there takes no rows' 4
err_has 'which is explained' 'refers to table "users", which the database does not have'
check 'and there is no database' test ! -e "$db"
run_with "$tmp/users" sqlite-load --create --schema "$tmp/none" "$db" users
status_is 'a schema that is not there is an I/O error' 4

# What a schema says of a table that exists.
sql 'CREATE TABLE users (id TEXT, prefs TEXT, ok)'
rows '{"id":"a","prefs":"text","ok":true}'
run_with "$tmp/rows" sqlite-load -q "$db" users
run_with "$tmp/rows" sqlite-load -q --schema "$tmp/schema" "$db" users
is 'a column of JSON takes strings with their quotes' \
    "$(sql 'SELECT prefs FROM users')" 'text
"text"'
finish
