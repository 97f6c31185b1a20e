#!/bin/sh
# Random tables: what pg-schema, sqlite-schema and schema-ddl make of them has
# the same schema again, and keys survive the way there and back.  SCHEMA_SEED
# chooses other tables.
. "$(dirname "$0")/../lib.sh"
seed=${SCHEMA_SEED:-1}
PGOPTIONS='-c client_min_messages=warning'
export PGOPTIONS
new_db() { # NAME ...
	for db; do
		psql -q -X -c "DROP DATABASE IF EXISTS $db" \
		    -c "CREATE DATABASE $db"
	done
}
sql() { { psql -q -X -v ON_ERROR_STOP=1 "$@" >/dev/null; } 2>&1; }

# CREATE TABLE statements for ENGINE, the same ones for the same SEED.
tables() { # ENGINE SEED
	awk -v pg="$([ "$1" = pg ] && echo 1)" -v seed="$2" '
	function pick(n) { return int(rand() * n) }
	function one(list, v, n) {
		n = split(list, v, ";")
		return v[pick(n) + 1]
	}
	function quoted(name) {
		gsub(/"/, "\"\"", name)
		return "\"" name "\""
	}
	# Names that need their quotes; a number keeps them apart.
	function name(i) {
		return one("a;Select;x y;q\"q;na\303\257ve;it\047s;-- c;$1;\\! x") i
	}
	function columns(t, n, i, s) {
		for (i = 0; i < n; i++)
			s = s (i ? ", " : "") quoted(cols[t, i])
		return s
	}
	function maybe(p, s) { return rand() < p ? s : "" }
	BEGIN {
		srand(seed)
		types = pg ? "integer;bigint;smallint;numeric(9,3);numeric;" \
		    "text;varchar(12);char(2);boolean;date;timestamptz;" \
		    "timestamp(3);time;interval;uuid;jsonb;json;bytea;" \
		    "text[];double precision;real;mood;inet;int4range" : \
		    "INTEGER;TEXT;REAL;BLOB;VARCHAR(9);DECIMAL(5,2);" \
		    "BOOLEAN;DATETIME;UUID;;ODD TYPE"
		if (pg)
			print "CREATE TYPE mood AS ENUM (\047a\047, \047b c\047);"
		for (t = 0; t < 14; t++) {
			table[t] = name(t)
			n[t] = 3 + pick(7)
			print "CREATE TABLE " quoted(table[t]) " ("
			for (i = 0; i < n[t]; i++) {
				cols[t, i] = name(i)
				type = i == 0 ? "integer" : one(types)
				s = "\t" quoted(cols[t, i]) " " type
				if (type ~ /^(text|TEXT|varchar)/ && type !~ /\[/)
					s = s maybe(.3, " DEFAULT \047it\047\047s\047")
				else if (type ~ /^(integer|bigint|INTEGER)/)
					s = s maybe(.3, " DEFAULT " pick(99))
				s = s maybe(.4, " NOT NULL")
				print s ","
			}
			if (rand() < .3 && type !~ /json|range|^$/)
				print "\tUNIQUE (" quoted(cols[t, 0]) ", " \
				    quoted(cols[t, n[t] - 1]) "),"
			if (rand() < .4)
				print "\tCONSTRAINT " quoted("c" t "\"") \
				    " CHECK (" quoted(cols[t, 0]) " > " pick(9) "),"
			if (t > 0 && rand() < .7) {
				print "\tCONSTRAINT " quoted("f" t) \
				    " FOREIGN KEY (" quoted(cols[t, 0]) \
				    ") REFERENCES " quoted(table[to = pick(t)]) \
				    " (" quoted(cols[to, 0]) ")" \
				    maybe(.4, " ON DELETE " \
				    one("CASCADE;SET NULL;RESTRICT;SET DEFAULT")) \
				    maybe(.4, " ON UPDATE CASCADE") \
				    maybe(.4, " DEFERRABLE INITIALLY " \
				    one("DEFERRED;IMMEDIATE")) ","
			}
			print "\tCONSTRAINT " quoted("p" t) " PRIMARY KEY (" \
			    quoted(cols[t, 0]) ")\n);"
			if (rand() < .5)
				print "CREATE " maybe(.3, "UNIQUE ") "INDEX " \
				    quoted("i" t) " ON " quoted(table[t]) " (" \
				    quoted(cols[t, 0]) maybe(.5, " DESC") ")" \
				    maybe(.4, " WHERE " quoted(cols[t, 0]) " > 3") ";"
		}
	}'
}

keys='[.[] | {title, pk: .sqlPrimaryKey, fk: [.["x-foreignKeys"][]? |
    {name, fields, to: .reference.resource, onDelete, onUpdate, deferrable,
    deferred}], uk: [.["x-uniqueKeys"][]? | .fields],
    columns: [.properties | to_entries[] | {key, type: .value["x-columnType"],
    enum: .value.enum, notNull: (.value.type | tostring |
    contains("\"null\"") | not)}]}] | sort_by(.title)'

for s in "$seed" $((seed + 1)) $((seed + 2)); do
	new_db sr_one sr_two sr_three
	tables pg "$s" >"$tmp/in.sql"
	is "$s: the tables are PostgreSQL's" "$(sql -d sr_one -f "$tmp/in.sql")" ''
	pg-schema -d sr_one >"$tmp/one"
	is "$s: there are fourteen" "$(wc -l <"$tmp/one")" 14
	is "$s: what is made of them runs" "$(schema-ddl --strict --to pg \
	    "$tmp/one" 2>&1 | sql -d sr_two)" ''
	pg-schema -d sr_two >"$tmp/two"
	check "$s: and has the same schema" cmp "$tmp/one" "$tmp/two"
	rm -f "$tmp/way.db"
	is "$s: in SQLite as well" "$(schema-ddl -q --to sqlite "$tmp/one" |
	    sqlite3 -bail "$tmp/way.db" 2>&1)" ''
	is "$s: and from there" "$(sqlite-schema "$tmp/way.db" |
	    schema-ddl -q --to pg | sql -d sr_three)" ''
	jq -s "$keys" "$tmp/one" >"$tmp/there"
	pg-schema -d sr_three | jq -s "$keys" >"$tmp/back"
	check "$s: with keys, references, types, enums and NOT NULL" \
	    diff "$tmp/there" "$tmp/back"

	rm -f "$tmp/one.db" "$tmp/two.db"
	tables sqlite "$s" >"$tmp/in.sql"
	is "$s: tables of SQLite" "$(sqlite3 -bail "$tmp/one.db" \
	    <"$tmp/in.sql" 2>&1)" ''
	sqlite-schema "$tmp/one.db" >"$tmp/one"
	is "$s: what is made of them runs there" "$(schema-ddl --strict \
	    --to sqlite "$tmp/one" | sqlite3 -bail "$tmp/two.db" 2>&1)" ''
	sqlite-schema "$tmp/two.db" >"$tmp/two"
	check "$s: and has the same schema there" cmp "$tmp/one" "$tmp/two"
	new_db sr_two
	is "$s: and runs in PostgreSQL" "$(schema-ddl -q --to pg "$tmp/one" |
	    sql -d sr_two)" ''
done
psql -q -X -c 'DROP DATABASE sr_one' -c 'DROP DATABASE sr_two' \
    -c 'DROP DATABASE sr_three'
finish
