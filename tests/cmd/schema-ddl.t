#!/bin/sh
# schema-ddl, and by it pg-schema and sqlite-schema: what was written makes the
# same catalog again.
. "$(dirname "$0")/../lib.sh"
features=$top/tests/data/features.sql
sqlite_features=$top/tests/data/features-sqlite.sql
sample=$top/examples/postgres-to-sqlite/sample.sql

PGOPTIONS='-c client_min_messages=warning'
export PGOPTIONS

# Databases of this test only.
new_db() { # NAME ...
	for db; do
		psql -q -X -c "DROP DATABASE IF EXISTS $db" \
		    -c "CREATE DATABASE $db" 2>/dev/null
	done
}
sql() { { psql -q -X -v ON_ERROR_STOP=1 "$@" >/dev/null; } 2>&1; }
# pg_dump's key against commands hidden in data is another each time.
dump() { pg_dump -s "$1" | grep -vE '^.(un)?restrict '; }

# Make the database $2 from what pg-schema says of $1.
remake() { # FROM TO OPTION ...
	from=$1
	to=$2
	shift 2
	pg-schema -d "$from" >"$tmp/$from.ndjson"
	schema-ddl -q "$@" --to pg "$tmp/$from.ndjson" >"$tmp/$from.sql"
	sql -d "$to" -f "$tmp/$from.sql"
	pg-schema -d "$to" >"$tmp/$to.ndjson"
}

# PostgreSQL to PostgreSQL.
new_db ddl_one ddl_two
sql -d ddl_one -f "$features"
is 'the script of a database with everything runs' "$(remake ddl_one ddl_two)" ''
check 'it has tables' test "$(wc -l <"$tmp/ddl_one.ndjson")" -gt 15
check 'what it makes has the same schema, byte for byte' \
    cmp "$tmp/ddl_one.ndjson" "$tmp/ddl_two.ndjson"
dump ddl_one >"$tmp/one.dump"
dump ddl_two >"$tmp/two.dump"
check 'and pg_dump finds no difference' diff "$tmp/one.dump" "$tmp/two.dump"
run schema-ddl --strict --to pg "$tmp/ddl_one.ndjson"
status_is 'nothing is lost' 0
err_is 'and nothing said' ''
is '--if-not-exists leaves what is there' \
    "$(remake ddl_one ddl_two --if-not-exists)" ''
check 'and changes nothing' cmp "$tmp/ddl_one.ndjson" "$tmp/ddl_two.ndjson"
is '--drop makes it anew' "$(remake ddl_one ddl_two --drop)" ''
check 'and the same' cmp "$tmp/ddl_one.ndjson" "$tmp/ddl_two.ndjson"
is 'without either, what is there is an error' \
    "$(remake ddl_one ddl_two | sed 's/.*ERROR/ERROR/;q')" \
    'ERROR:  type "mood" already exists'

# A schema outlives a passage through jq, which knows doubles only.
jq -c . "$tmp/ddl_one.ndjson" >"$tmp/jq.ndjson"
new_db ddl_two
schema-ddl --to pg <"$tmp/jq.ndjson" >"$tmp/jq.sql"
is 'standard input is read' "$(sql -d ddl_two -f "$tmp/jq.sql")" ''

# SQLite to SQLite.
remake_sqlite() { # FROM TO OPTION ...
	from=$1
	to=$2
	shift 2
	sqlite-schema "$from" >"$from.ndjson"
	schema-ddl -q "$@" --to sqlite "$from.ndjson" >"$from.sql"
	sqlite3 -bail "$to" <"$from.sql" 2>&1
	sqlite-schema "$to" >"$to.ndjson"
}
sqlite3 -bail "$tmp/one.db" <"$sqlite_features"
is 'the script of a SQLite database with everything runs' \
    "$(remake_sqlite "$tmp/one.db" "$tmp/two.db")" ''
check 'it has tables and views' \
    test "$(wc -l <"$tmp/one.db.ndjson")" -gt 10
check 'what it makes has the same schema, byte for byte' \
    cmp "$tmp/one.db.ndjson" "$tmp/two.db.ndjson"
run schema-ddl --strict --to sqlite "$tmp/one.db.ndjson"
status_is 'nothing of it is lost' 0
pragmas() { # DATABASE - what SQLite itself knows
	sqlite3 "$1" "SELECT l.name, l.type, l.wr, l.strict,
	    x.name, upper(x.type), x.\"notnull\", x.pk, x.hidden
	    FROM pragma_table_list l, pragma_table_xinfo(l.name) x
	    WHERE l.schema = 'main' ORDER BY l.name, x.cid;
	SELECT m.name, i.\"unique\", i.origin, i.partial, x.seqno, x.cid,
	    x.desc, x.coll, x.key FROM sqlite_schema m,
	    pragma_index_list(m.name) i, pragma_index_xinfo(i.name) x
	    WHERE m.type = 'table' ORDER BY m.name, i.name, x.seqno;
	SELECT m.name, f.id, f.seq, f.\"table\", f.\"from\", coalesce(f.\"to\",
	    (SELECT p.name FROM pragma_table_xinfo(f.\"table\") p
	    WHERE p.pk = f.seq + 1)), f.on_update, f.on_delete
	    FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
	    WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq;
	SELECT type, name, tbl_name FROM sqlite_schema ORDER BY 1, 2, 3"
}
is "SQLite's own pragmas find no difference" "$(pragmas "$tmp/two.db")" \
    "$(pragmas "$tmp/one.db")"
is '--if-not-exists leaves what is there in SQLite' \
    "$(remake_sqlite "$tmp/one.db" "$tmp/two.db" --if-not-exists)" ''
check 'and changes nothing there' \
    cmp "$tmp/one.db.ndjson" "$tmp/two.db.ndjson"
is '--drop makes it anew in SQLite' \
    "$(remake_sqlite "$tmp/one.db" "$tmp/two.db" --drop)" ''
check 'and the same there' cmp "$tmp/one.db.ndjson" "$tmp/two.db.ndjson"

# PostgreSQL to SQLite and back.
keys='select(.["x-kind"] == null and .["x-partitionOf"] == null) | {title,
    pk: .sqlPrimaryKey,
    fk: [.["x-foreignKeys"][]? | select(.notValid | not) | {name, fields,
	to: .reference.resource, toFields: .reference.fields, onDelete,
	onUpdate, deferrable, deferred}],
    uk: [.["x-uniqueKeys"][]? | {name, fields}],
    columns: [.properties | to_entries[] | {key, enum: .value.enum,
	notNull: (.value.type == null and .value["x-notNull"] == true or
	    .value.type != null and (.value.type | tostring |
	    contains("\"null\"") | not))}]}'
there_and_back() { # FROM TO - by way of a SQLite database
	rm -f "$tmp/way.db"
	pg-schema -d "$1" >"$tmp/there.ndjson"
	schema-ddl -q --to sqlite "$tmp/there.ndjson" |
	    sqlite3 -bail "$tmp/way.db" 2>&1
	sqlite-schema "$tmp/way.db" | tee "$tmp/way.ndjson" |
	    schema-ddl -q --to pg | sql -d "$2"
	pg-schema -d "$2" >"$tmp/back.ndjson"
	jq -S "$keys" "$tmp/there.ndjson" | jq -S -s 'sort_by(.title)' \
	    >"$tmp/there"
	jq -S "$keys" "$tmp/back.ndjson" | jq -S -s 'sort_by(.title)' \
	    >"$tmp/back"
}
new_db ddl_one ddl_two
sql -d ddl_one -f "$sample"
is 'the demo database goes to SQLite and back' \
    "$(there_and_back ddl_one ddl_two)" ''
check 'with keys, references, enums and NOT NULL' \
    diff "$tmp/there" "$tmp/back"
is 'and with the types of its columns' \
    "$(jq -c '[.title, .properties[]["x-columnType"]]' "$tmp/back.ndjson" |
	sort)" \
    "$(jq -c '[.title, .properties[]["x-columnType"]]' "$tmp/there.ndjson" |
	sort)"
is 'and with defaults that are constants, the clock or numbers of rows' \
    "$(jq -r '.title as $t | .properties | to_entries[] |
	select(.value.default != null or .value["x-default"] != null or
	.value["x-identity"] != null) | "\($t).\(.key)"' "$tmp/back.ndjson" |
	sort)" \
    "$(jq -r '.title as $t | .properties | to_entries[] |
	select(.value.default != null or .value["x-default"] != null or
	.value["x-identity"] != null) | "\($t).\(.key)"' "$tmp/there.ndjson" |
	sort)"
check "the schema of a table that was made here is SQLite's STRICT" sh -c "
    sqlite3 '$tmp/way.db' .schema | grep -c STRICT | grep -qx 8"

# The rows of one are valid rows of the other.
if [ -x "$bin/row-validate" ]; then
	pg-dump-json -q -d ddl_one charts >"$tmp/charts.ndjson"
	pg-schema -d ddl_one charts >"$tmp/charts.schema"
	check "rows are valid under the schema" \
	    row-validate --schema "$tmp/charts.schema" "$tmp/charts.ndjson"
fi

new_db ddl_one ddl_two
sql -d ddl_one -f "$features"
is 'so does a database with everything' \
    "$(there_and_back ddl_one ddl_two)" ''
# What SQLite has not: tables without columns, NOT NULL of domains is the
# column's, unique indexes on expressions, one name in two schemas.
check 'but for what SQLite has not' diff "$tmp/back" - <<!
$(jq -S 'map(select(.title != "nothing"))' "$tmp/there")
!

# Hand-written schemas.
cat >"$tmp/hand.json" <<'!'
{"title": "orders", "type": "object",
 "properties": {
  "id": {"type": "integer", "x-identity": "by default"},
  "at": {"type": "string", "format": "date-time"},
  "state": {"type": "string", "enum": ["new", "it's \"old\""], "default": "new"},
  "total": {"type": ["number", "null"], "sqlPrecision": 10, "sqlScale": 2},
  "note": {"type": ["string", "null"], "maxLength": 7},
  "doc": {"type": ["object", "array", "null"]},
  "paid": {"type": "boolean", "default": false},
  "uid": {"type": "string", "format": "uuid"}},
 "required": ["at", "state"], "sqlPrimaryKey": ["id"],
 "x-uniqueKeys": [{"fields": ["uid", "at"]}]}
!
new_db ddl_two
schema-ddl --to pg "$tmp/hand.json" >"$tmp/hand.sql"
is 'a schema by hand becomes a table' "$(sql -d ddl_two -f "$tmp/hand.sql")" ''
is 'with the types that it means' "$(pg-schema -d ddl_two orders |
    jq -r '[.properties[]["x-columnType"]] | join(", ")')" \
    'bigint, timestamp with time zone, text, numeric(10,2), character varying(7), jsonb, boolean, uuid'
is 'its labels are checked' "$(sql -d ddl_two -c \
    "INSERT INTO orders (at, state) VALUES (now(), 'bad')" |
    sed -n 's/.*ERROR: *//p')" \
    'new row for relation "orders" violates check constraint "orders_state_check"'
schema-ddl --to sqlite "$tmp/hand.json" | sqlite3 -bail "$tmp/hand.db"
is 'and in SQLite, which checks them' "$(sqlite3 "$tmp/hand.db" \
    "INSERT INTO orders (at, state) VALUES ('x', 'bad')" 2>&1 |
    grep -c 'CHECK constraint failed')" 1
is 'SQLite checks boolean, UUID, JSON and length' "$(for v in \
    "paid) VALUES ('2020', 2" "uid) VALUES ('2020', 'x'" \
    "doc) VALUES ('2020', '{'" "note) VALUES ('2020', '12345678'"; do
	sqlite3 "$tmp/hand.db" "INSERT INTO orders (at, $v)" 2>&1 |
	    grep -c 'CHECK constraint failed'
    done | tr '\n' ' ')" '1 1 1 1 '

# Hostile schemas.
attack() { # MEMBER-OF-COLUMN - the script that it gets into
	printf '{"title":"t\\"; DROP TABLE x; --\\n\\\\! true","properties":%s%s' \
	    '{"a\"b\n-- c":{"type":"string",' "$1" >"$tmp/attack.json"
	printf '}},"x-comment":"it'\''s\\n\\\\! false"}\n' >>"$tmp/attack.json"
	schema-ddl -q --to "$2" "$tmp/attack.json" >"$tmp/attack.sql"
}
new_db ddl_two
# shellcheck disable=SC1003
for member in '"x-default":"1); DROP TABLE victim; --"' \
    '"x-default":"'\''x'\''; DROP TABLE victim"' \
    '"x-default":"'\''x"' '"x-default":"E'\''\\'\''); DROP TABLE victim; --"' \
    '"x-default":"$$a"' '"x-default":"/*"' '"x-default":"1 \\! touch x"' \
    '"x-columnType":"text); DROP TABLE victim; --"' \
    '"x-collation":"\"C\"); DROP TABLE victim; --"' \
    '"enum":["'\''); DROP TABLE victim; --","\n-- not expressed: x"]'; do
	sql -d ddl_two -c 'DROP SCHEMA public CASCADE; CREATE SCHEMA public;
	    CREATE TABLE victim ()'
	attack "$member" pg
	is "harmless in PostgreSQL: $member" "$(cd "$tmp" && sql -d ddl_two \
	    -f attack.sql; psql -X -d ddl_two -Atc 'SELECT count(*) FROM
	    pg_class WHERE relnamespace = '\''public'\''::regnamespace
	    AND relkind = '\''r'\'; ls x 2>/dev/null)" 2
	rm -f "$tmp/attack.db"
	sqlite3 "$tmp/attack.db" 'CREATE TABLE victim (x)'
	attack "$member" sqlite
	is "harmless in SQLite: $member" "$(sqlite3 -bail "$tmp/attack.db" \
	    <"$tmp/attack.sql" 2>&1; sqlite3 "$tmp/attack.db" \
	    'SELECT count(*) FROM sqlite_schema')" 2
done

# Errors.
run schema-ddl </dev/null
status_is 'an engine must be named' 2
err_has 'and the message says which there are' '--to sqlite or --to pg'
run schema-ddl --to oracle
status_is 'one that is not there is wrong usage' 2
run schema-ddl --to pg --drop --if-not-exists
status_is 'to drop and to leave is a contradiction' 2
run schema-ddl --to pg a b
status_is 'two files are one too many' 2
run schema-ddl --to pg "$tmp/none"
status_is 'a file that is not there' 4
printf '{"properties":{}}\nno\n' >"$tmp/bad"
run schema-ddl --to pg "$tmp/bad"
status_is 'what is no schema is bad input' 3
err_has 'with its place' "$tmp/bad:2: "
out_is 'nothing is written then' ''
printf '{"properties":{}}\n[]\n' >"$tmp/bad"
run_with "$tmp/bad" schema-ddl --to pg
status_is 'on standard input as well' 3
err_has 'which has a name' 'standard input:2: '
run schema-ddl --to pg </dev/null
status_is 'no schema at all is bad input' 3
run sh -c "schema-ddl --to pg '$tmp/hand.json' >/dev/full"
status_is 'a full disk is an error' 4
run schema-ddl --strict --to sqlite "$tmp/there.ndjson"
status_is '--strict tells by its status that something is lost' 1
err_has 'and each thing is said' \
    'schema-ddl: "child": not expressed: exclusion no overlap: EXCLUDE'
check 'the output is whole' grep -q '^COMMIT;' "$out"
check 'and has it as a comment' \
    grep -q '^-- not expressed: child: exclusion no overlap' "$out"
new_db ddl_one ddl_two
psql -q -X -c 'DROP DATABASE ddl_one' -c 'DROP DATABASE ddl_two'

# Names that PostgreSQL does not have.
long=$(printf '%064d' 0 | tr 0 c)
sqlite3 "$tmp/names.db" "CREATE TABLE n (\"\" TEXT, $long TEXT, ${long#c} TEXT)"
sqlite-schema "$tmp/names.db" >"$tmp/names.json"
run schema-ddl --strict --to pg "$tmp/names.json"
status_is 'names that PostgreSQL does not take are findings' 1
err_is 'and said' "schema-ddl: \"n.\": not expressed: an empty name, which`
    ` PostgreSQL does not take: rename it
schema-ddl: \"n.$long\": not expressed: its whole name, of which PostgreSQL`
    ` keeps 63 bytes: rename it"
finish
