#!/bin/sh
# sqlite-schema: what it says is what SQLite says (schema-ddl.t shows that it is
# all); types with and without a record; its errors.
. "$(dirname "$0")/../lib.sh"
db=$tmp/app.db
sqlite3 -bail "$db" <"$top/tests/data/features-sqlite.sql"

of() { # TABLE JQ
	sqlite-schema "$db" "$1" | jq -c "$2"
}

is 'every table and view is there, without shadows of virtual ones' \
    "$(sqlite-schema "$db" | jq -r '.title' | sort)" \
    "$(sqlite3 "$db" "SELECT name FROM pragma_table_list WHERE schema = 'main'
	AND type <> 'shadow' AND name NOT LIKE 'sqlite%' ORDER BY 1" | sort)"
is 'every column is there, in order' \
    "$(sqlite-schema "$db" plain keyed | jq -r '.title as $t |
	.properties | keys_unsorted[] | [$t, .] | @json' | sort)" \
    "$(sqlite3 "$db" "SELECT json_array(l.name, x.name) FROM
	pragma_table_list l, pragma_table_xinfo(l.name) x
	WHERE l.name IN ('plain', 'keyed')" | sort)"
is 'declared types are kept' \
    "$(sqlite-schema "$db" plain | jq -r '.properties[]["x-declaredType"]')" \
    "$(sqlite3 "$db" "SELECT type FROM pragma_table_xinfo('plain')")"
is 'and tell what JSON to expect' "$(of plain '.properties |
    [.id, .price, .is_open, .made, .code, .raw, .any_thing, .odd, .doc,
    .weight] | map(.type)')" \
    '["integer",["number","string","null"],["boolean","number","string"],["string","number","null"],["string","null"],["string","number","null"],null,null,null,["number","string","null"]]'
is 'a CHECK of strings makes an enum' "$(of plain '.properties.kind.enum')" \
    '["a","b'\''c",null]'
is 'other checks stay, with their names and without comments' \
    "$(of plain '.["x-checks"]')" \
    '[{"sql":"is_open IN (0, 1)"},{"name":"low \"to\" high","sql":"low < high"},{"sql":"length(name) > 0 AND name NOT LIKE '\''%)%'\''"}]'
is 'collation, conflict clause and unique key' "$(of plain \
    '[.properties.code["x-collation"], .["x-uniqueKeys"][0],
    .properties.name["x-onConflict"]]')" \
    '["NOCASE",{"fields":["code"],"onConflict":"REPLACE"},"IGNORE"]'
is 'defaults' "$(of plain '[.properties | .name, .price, .is_open, .made,
    .weight | [.default, .["x-default"]]]')" \
    '[["it'\''s","'\''it'\'''\''s'\''"],[1.5,"1.5"],[true,"1"],[null,"CURRENT_TIMESTAMP"],[-1500,"-1.5e3"]]'
is 'a rowid is numbered, one that is never used again says so' \
    "$(sqlite-schema "$db" plain auto descending | jq -c '[.properties.id |
	.["x-identity"], .["x-autoincrement"]]')" \
    '["by default",null]
["by default",true]
[null,null]'
is 'generated columns' "$(of keyed '[.properties | .sum, .twice, .shout |
    [.["x-generated"], .["x-virtual"], .readOnly]]')" \
    '[["b + c",null,true],["b * 2",true,true],["upper(a || '\'')'\'')",true,true]]'
is 'WITHOUT ROWID and STRICT' "$(sqlite-schema "$db" keyed auto textkey |
    jq -c '[.["x-withoutRowid"], .["x-strict"]]')" '[true,null]
[null,true]
[true,true]'
is 'keys with their names' "$(of keyed '[.sqlPrimaryKey, .["x-primaryKey"],
    .["x-uniqueKeys"]]')" \
    '[["b","a"],{"name":"pk","onConflict":"ROLLBACK"},[{"name":"u 1","fields":["c","a"],"onConflict":"FAIL"},{"fields":["c"]}]]'
is 'references, in their order, to a primary key that is not named too' \
    "$(of refs '.["x-foreignKeys"][]')" \
    '{"name":"to_plain","fields":["p"],"reference":{"resource":"plain","fields":["id"]},"onDelete":"SET NULL","onUpdate":"CASCADE"}
{"fields":["self"],"reference":{"resource":"refs","fields":["id"]},"deferrable":true,"deferred":true}
{"fields":["lone"],"reference":{"resource":"missing","fields":["id"]}}
{"name":"both","fields":["b","a"],"reference":{"resource":"keyed","fields":["b","a"]},"onDelete":"CASCADE","deferrable":true}'
is 'partial and expression indexes' "$(of plain '.["x-indexes"][] |
    select(.where or .parts[0].sql)')" \
    '{"name":"plain_part","unique":true,"parts":[{"field":"name"}],"where":"is_open = 1 AND odd > '\'')'\''"}
{"name":"plain \"expr\"","parts":[{"sql":"lower(name)"},{"sql":"low + high","desc":true},{"sql":"substr(name, 1, 2)","collation":"NOCASE"}]}'
is 'a circle is named' "$(of hen '.["x-cycles"]' | head -n 1;
    sqlite-schema "$db" hen egg | jq -c '.["x-cycles"]')" 'null
["hen","egg"]
["hen","egg"]'
is 'views and triggers' "$(of first '[.["x-kind"], .["x-view"],
    .["x-triggers"][0].name]')" \
    '["view","SELECT id, name FROM plain","instead"]'
is 'names in any case are found, and written as they are' \
    "$(sqlite-schema "$db" PLAIN main.Auto '"select"' | jq -r .title)" 'plain
auto
select'

# Tables that were made here.
cat >"$tmp/t.json" <<'!'
{"title":"made","properties":{
 "id":{"type":"integer","x-columnType":"integer"},
 "n":{"type":["number","null"],"x-columnType":"numeric(12,2)"},
 "s":{"type":"string","enum":["a","b"],"x-columnType":"mood"},
 "b":{"type":["boolean","null"],"x-columnType":"boolean","default":false},
 "v":{"type":["string","null"],"maxLength":5,"x-columnType":"character varying(5)"},
 "u":{"type":["string","null"],"format":"uuid","x-columnType":"uuid"},
 "j":{"x-columnType":"jsonb","default":{"a":[1]}},
 "l":{"type":["array","null"],"x-columnType":"text[]","default":[]},
 "at":{"type":["string","null"],"format":"date-time","x-columnType":"timestamp with time zone"}},
 "required":["id","s"],"sqlPrimaryKey":["id"]}
!
echo '{"id":1,"s":"a"}' |
    sqlite-load -q --create --schema "$tmp/t.json" "$tmp/made.db" made
is 'types of tables that were made here come back' \
    "$(sqlite-schema "$tmp/made.db" | jq -c '[.properties[] |
	[.type, .enum, .default, .maxLength, .["x-columnType"]]],
	.["x-checks"]')" \
    "$(jq -c '[.properties[] | [.type, .enum, .default, .maxLength,
	.["x-columnType"]]], .["x-checks"]' "$tmp/t.json" | sed '
	s/\["number","null"\]/["number","string","null"]/
	s/\["string",\["a","b"\]/["string",["a","b"]/')"

# Errors and forms.
run sqlite-schema
status_is 'a database must be named' 2
run sqlite-schema "$db" plian
status_is 'no such table' 4
err_has 'with a hint' 'hint: did you mean "plain"?'
out_is 'and nothing is written' ''
run sqlite-schema "$db" plain Plain
status_is 'a table that is named twice is wrong usage' 2
run sqlite-schema "$db" other.plain
status_is 'there are no schemas' 2
run sqlite-schema "$tmp/none.db"
status_is 'no such file' 4
check 'which is not made' test ! -e "$tmp/none.db"
echo 'no database, no database, no database' >"$tmp/text.db"
run sqlite-schema "$tmp/text.db"
status_is 'a file that is no database' 4
sqlite3 "$tmp/empty.db" 'CREATE TABLE t (a); DROP TABLE t'
run sqlite-schema "$tmp/empty.db"
status_is 'a database without tables has no schema' 4
err_has 'and that is said' 'has no table'
run sh -c "sqlite-schema '$db' >/dev/full"
status_is 'a full disk is an error' 4
run sqlite-schema --columns "$db" plain
is '--columns has a line for each column' "$(wc -l <"$out")" \
    "$(sqlite-schema "$db" plain | jq '.properties | length')"
run sqlite-schema --table "$db"
is '--table lets no byte of a name reach a terminal raw' \
    "$(tr -d '\n' <"$out" | LC_ALL=C grep -c '[[:cntrl:]]')" 0
run sqlite-schema --table "$db" auto
out_is '--table is for people' 'Table auto
 Column  Type     Null      Default
 ------  -------  --------  --------------------
 id      INTEGER  not null  identity, by default
 v       ANY
Keys:
    primary key (id)'
is 'the database is as it was' "$(sqlite3 "$db" 'PRAGMA integrity_check')" ok
finish
