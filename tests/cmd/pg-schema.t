#!/bin/sh
# pg-schema: what it says is what the catalogs say (schema-ddl.t shows that it is
# all); its forms; its errors.
. "$(dirname "$0")/../lib.sh"
PGOPTIONS='-c client_min_messages=warning'
export PGOPTIONS
psql -q -X -c 'DROP DATABASE IF EXISTS pgs' -c 'CREATE DATABASE pgs'
PGDATABASE=pgs
export PGDATABASE
sql() { psql -q -X -v ON_ERROR_STOP=1 -At "$@" </dev/null; }

# Of one column or table, as jq has it.
column() { # TABLE COLUMN KEY
	pg-schema "$1" | jq -c --arg c "$2" ".properties[\$c]$3"
}
of() { # TABLE JQ
	pg-schema "$1" | jq -c "$2"
}

run pg-schema
status_is 'a database without tables has no schema' 4
err_has 'and that is said' 'there is no table in database "pgs"'
out_is 'and nothing is written' ''

sql -f "$top/tests/data/features.sql" >/dev/null

# Types, after what information_schema says.
is 'every column is there, in order' \
    "$(pg-schema | jq -r '[.sqlObjectOwner, .title] as $t |
	.properties | keys_unsorted[] | $t + [.] | @json' | sort)" \
    "$(sql -c "SELECT json_build_array(n.nspname, c.relname, a.attname)
	FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
	JOIN pg_namespace n ON n.oid = relnamespace
	WHERE c.relkind IN ('r', 'p', 'v', 'm') AND attnum > 0
	AND NOT attisdropped AND n.nspname !~ '^(pg_|information_schema)'" |
	jq -c . | sort)"
is 'types are as format_type has them' \
    "$(pg-schema types | jq -c '[.properties[]["x-columnType"]]')" \
    "$(sql -c "SELECT json_agg(format_type(atttypid, atttypmod)
	ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'types'::regclass
	AND attnum > 0" | jq -c .)"
is 'an enum has its labels in their order' "$(column types a_mood .enum)" \
    '["sad","it'\''s \"ok\"","calm","happy",""]'
is 'a column that may be null has null in type and enum' \
    "$(column types a_color '|[.type,.enum]')" \
    '[["string","null"],["red","green",null]]'
is 'numeric has precision and scale' \
    "$(column types a_numeric '|[.sqlPrecision,.sqlScale]')" '[12,2]'
is 'length' "$(column types a_varchar '|[.maxLength,."x-collation"]')" \
    '[20,"\"POSIX\""]'
is 'a constant default is a value, any default is SQL' \
    "$(column types a_text '|[.default,."x-default"]')" \
    '["it'\''s; -- \\ \"quoted\"","'\''it'\'''\''s; -- \\ \"quoted\"'\''::text"]'
is 'a default that is calculated is SQL only' \
    "$(column types a_date '|[.default,."x-default"]')" '[null,"CURRENT_DATE"]'
is 'identity and its sequence' "$(of child '[.properties.id["x-identity"],
    (.["x-sequences"][] | select(.identity) | [.start, .increment, .maximum,
    .cycle, .ownerColumn])]')" '["always",[10,5,1000,true,"id"]]'
is 'a sequence that a column owns' "$(of child '.["x-sequences"][] |
    select(.ownerColumn == "serial") | [.name, .type]')" \
    '["child_serial_seq","smallint"]'
is 'a generated column' "$(column types total '|[.readOnly,."x-generated"]')" \
    '[true,"(a_numeric * (2)::numeric)"]'
is 'a domain says what it is over, and forbids null by itself' \
    "$(column types an_email '|[."x-columnType",."x-baseType",
	."x-notNullByDomain",.type]')" '["email","text",true,"string"]'
is 'with checks and default' "$(of types '.["x-types"][] |
    select(.name == "email") | [.kind, .sql, .default, .notNull,
    [.checks[].name]]')" \
    '["domain","text","'\''a@b'\''::text",true,["email_check","has_at"]]'
is 'types come after those that they need' "$(of types \
    '[.["x-types"][].name] | index("email") < index("work_email") and
    index("mood") < index("address") and index("address") < index("place")')" \
    true

# Keys.
is 'a composite primary key, in its order' \
    "$(of app.parent '[.sqlPrimaryKey, .["x-primaryKey"].include]')" \
    '[["b","a"],["c"]]'
is 'unique keys with what they have' "$(of app.parent '.["x-uniqueKeys"]')" \
    '[{"name":"parent_c","fields":["c"],"options":["fillfactor=70"],"comment":"one c"},{"name":"unique c","fields":["c","a"],"nullsNotDistinct":true,"deferrable":true,"deferred":true}]'
is 'a unique index is a key that says so, unless partial or of expressions' \
    "$(of child '[.["x-uniqueKeys"][] | [.name, .index]]')" \
    '[["child_pa",true]]'
is 'partial and expression indexes stand by themselves' "$(of child \
    '.["x-indexes"][] | select(.name == "child_part" or .name == "child_expr")')" \
    '{"name":"child_expr","unique":true,"parts":[{"sql":"lower(note)"},{"sql":"((low + high))","desc":true}]}
{"name":"child_part","unique":true,"parts":[{"field":"pb"}],"where":"(pa > 5)"}'
is 'an index with all its trimmings' "$(of child '.["x-indexes"][] |
    select(.name == "child_many")')" \
    '{"name":"child_many","parts":[{"field":"pb","collation":"\"C\"","opclass":"text_pattern_ops","desc":true,"nulls":"last"},{"field":"pa","nulls":"first"}],"include":["low","high"],"options":["fillfactor=50"]}'
is 'references' "$(of child '.["x-foreignKeys"][] | select(.name ==
    "to parent" or .name == "partly")')" \
    '{"name":"partly","fields":["pb","pa"],"reference":{"schema":"app","resource":"parent","fields":["b","a"]},"onDelete":"SET NULL","setFields":["pa"]}
{"name":"to parent","fields":["pb","pa"],"reference":{"schema":"app","resource":"parent","fields":["b","a"]},"onDelete":"SET NULL","onUpdate":"CASCADE","match":"FULL","comment":"both"}'
is 'what is not valid says so' "$(of child '[.["x-checks"][] |
    select(.notValid).name], [.["x-foreignKeys"][] | select(.notValid).name]')" \
    '["later"]
["later_fk"]'
is 'exclusion' "$(of child '[.["x-exclusions"][].name]')" '["no overlap"]'
is 'triggers, policies and statistics are named' "$(of child \
    '[.["x-triggers"][] | [.name, .state]], [.["x-policies"][].name],
    [.["x-statistics"][].name], .["x-rowSecurity"]')" \
    '[["touch",null],["touch_off","disabled"]]
["put","see"]
["child_stats"]
"forced"'

# Tables.
pg-schema | jq -r .title >"$tmp/order"
before() { # A B - A stands before B
	awk -v a="$1" -v b="$2" '$0 == a { x = NR } $0 == b { y = NR }
	    END { exit !(x && x < y) }' "$tmp/order"
}
check 'a table comes after those that it references' before parent child
check 'a partition after what it is one of' before log_new log_new_eu
check 'a table after those it inherits from' before base derived_twice
check 'a view after what it reads' before first_view second_view
is 'a circle is named in each of its tables' \
    "$(pg-schema | jq -c 'select(.["x-cycles"]) | [.title, .["x-cycles"]]')" \
    '["egg",["egg","hen"]]
["hen",["egg","hen"]]'
is 'partitions' "$(of app.log_new '[.["x-partitionBy"], .["x-partitionOf"][0].bound]')" \
    '["LIST (region)","FOR VALUES FROM ('\''2020-01-01 00:00:00+00'\'') TO (MAXVALUE)"]'
is 'kinds' "$(pg-schema | jq -r 'select(.["x-kind"]) |
    .title + ": " + .["x-kind"]')" 'first_view: view
second_view: view
counted: materialized view'
is 'a table that is only named in one way is unlogged, too' \
    "$(of scratch '.["x-unlogged"]')" true

# Operands and the search_path.
is 'names are written as in SQL' "$(pg-schema '"select"' APP.Parent |
    jq -r .title)" 'select
parent'
is "the user's search_path finds tables, and is not in what is written" \
    "$(PGOPTIONS='-c search_path=app' pg-schema parent public.child |
	sed 's/,"x-cycles.*//' | cksum)" \
    "$(pg-schema app.parent child | sed 's/,"x-cycles.*//' | cksum)"
run pg-schema child public.child
status_is 'a table that is named twice is wrong usage' 2
run pg-schema chidl
status_is 'no such table' 4
err_has 'with a hint' 'hint: did you mean child?'
PGHOST=/nonexistent run pg-schema
status_is 'no server' 4
is 'and nothing is written then' "$(wc -c <"$out")" 0
run pg-schema -d nodatabase
status_is 'no such database' 4
run sh -c 'pg-schema >/dev/full'
status_is 'a full disk is an error' 4

# A user who may read nothing still sees what there is.
sql -c 'DROP ROLE IF EXISTS schema_reader' -c 'CREATE ROLE schema_reader LOGIN'
is 'the right to read rows is not needed' \
    "$(PGUSER=schema_reader pg-schema | cksum)" "$(pg-schema | cksum)"
sql -c 'DROP ROLE schema_reader'

# Forms.
run pg-schema --columns types
is '--columns has a line for each column' "$(wc -l <"$out")" \
    "$(pg-schema types | jq '.properties | length')"
is 'which says what it is' "$(pg-schema --columns child |
    jq -c 'select(.name == "pb") | [.schema, .table, .position, .type,
    .notNull, [.references[] | .field]]')" \
    '["public","child",3,"text",false,["b","b"]]'
run pg-schema --table hen egg
out_is '--table is for people' 'Table hen
 Column  Type     Null      Default
 ------  -------  --------  -------
 id      integer  not null
 egg     integer  not null
Keys:
    hen_pkey primary key (id)
References:
    hen_egg (egg) -> egg (id), deferred
Reference each other in a circle: hen, egg

Table egg
 Column  Type     Null      Default
 ------  -------  --------  -------
 id      integer  not null
 hen     integer
Keys:
    egg_pkey primary key (id)
References:
    egg_hen_fkey (hen) -> hen (id), deferrable
Reference each other in a circle: hen, egg'
run pg-schema --table
is '--table lets no byte of a name reach a terminal raw' \
    "$(tr -d '\n' <"$out" | LC_ALL=C grep -c '[[:cntrl:]]')" 0

# The rows that pg-dump-json writes are valid.
if command -v row-validate >/dev/null; then
	sql -c "INSERT INTO types DEFAULT VALUES" \
	    -c "INSERT INTO types (a_numeric, a_double, a_date, moods, a_range)
		VALUES (NULL, 'Infinity', '2020-02-02', NULL, '[1,2]')"
	pg-dump-json -q types >"$tmp/types.ndjson"
	pg-schema types >"$tmp/types.json"
	check 'rows are valid under what is written' row-validate \
	    --schema "$tmp/types.json" "$tmp/types.ndjson"
fi
PGDATABASE=postgres psql -q -X -c 'DROP DATABASE pgs'
finish
