#!/bin/sh
# The commands in the EXAMPLES of the filters' pages do what they say.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

# The commands of page $1, the Nth example in the file exampleN.
extract() {
	awk '/^\.Sh/ { on = $2 == "EXAMPLES" }
	    !on { next }
	    /^\.Dl / { sub(/^\.Dl /, ""); print >("example" ++n); next }
	    /^\.Bd / { block = 1; n++; next }
	    /^\.Ed/ { block = 0 }
	    block { gsub(/\\e/, "\\"); print >("example" n) }
	    END { print n }' "$top/man/$1"
}

cat >clients.ndjson <<'END'
{"id":1,"status":"active","address":{"country":"CH"}}
{"id":2,"status":"cancelled","address":null}
{"id":3,"status":"closed"}
{"id":4,"status":"lost"}
END
cat >schema.ndjson <<'END'
{"title":"clients","type":"object","properties":{"id":{"type":"integer"},"status":{"type":"string","enum":["Active","Cancelled","Closed","Lost"]}}}
END

example() { # N STATUS TITLE
	run sh -e "example$1"
	status_is "$3" "$2"
}

is 'enum-upcase(1) has three examples' "$(extract enum-upcase.1)" 3
example 1 0 'enum-upcase: one field'
is 'enum-upcase: one field is changed' "$(jq -r .status new.ndjson | xargs)" \
    'ACTIVE CANCELLED CLOSED LOST'
example 2 1 'enum-upcase: old labels to new ones'
is 'enum-upcase: labels are mapped' "$(jq -r .status new.ndjson | xargs)" \
    'ACTIVE CLOSED CLOSED'
is 'enum-upcase: what is none is kept aside' "$(jq -c .row bad.ndjson)" \
    '{"id":4,"status":"lost"}'
example 3 0 'enum-upcase: in a pipeline'
is 'enum-upcase: spelt as the schema has it' \
    "$(jq -r '.status, .address.country?' new.ndjson | xargs)" \
    'Active ch Cancelled null Closed null Lost null'

is 'checksum(1) has four examples' "$(extract checksum.1)" 4
example 1 0 'checksum: saved rows are checked'
is 'checksum: sha256sum agrees' "$(cat "$out")" 'saved.ndjson: OK'
example 2 0 'checksum: saved rows are read if they are good'
is 'checksum: they were read' "$(sed 1d new.ndjson | wc -l)" 5
mkdir -p export/data
cp clients.ndjson export/data
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' \
    >export/bagit.txt
(cd export && sha256sum data/* >manifest-sha256.txt)
example 3 0 'checksum: an export is checked'

is 'row-profile(1) has four examples' "$(extract row-profile.1)" 4
example 1 0 'row-profile: a first look'
is 'row-profile: the table shows each path' \
    "$(sed -n '5,8p' "$out" | cut -d ' ' -f 1 | xargs)" \
    'id status address address.country'
example 2 0 'row-profile: what is missing or null'
is 'row-profile: that is the address' "$(cat "$out")" address
cp clients.ndjson saved
printf '%s\n' '{"status":"open"}' '{"status":"open"}' '{"status":"Open"}' \
    '{"status":"Open"}' >clients.ndjson
example 3 0 'row-profile: labels in several spellings'
is 'row-profile: the twins are told' "$(sed 1q "$out")" \
    '{"path":"status","twins":[["Open","open"]]}'
is 'row-profile: in upper case there are none' "$(grep -c OPEN "$out")" 2
printf '%s\n' '{"id":1,"amount":2.50}' '{"id":2,"amount":null}' >clients.ndjson
example 4 0 'row-profile: a table made to measure'
is 'row-profile: the rows are in it' \
    "$(sqlite3 app.db 'SELECT * FROM clients' | xargs)" '1|2.5 2|'
rm app.db
mv saved clients.ndjson

is 'row-validate(1) has three examples' "$(extract row-validate.1)" 3
printf '%s\n' '{"id":5,"status":7}' '{"id":"x"}' >extra
cat clients.ndjson extra >all
mv all clients.ndjson
jq -c '.properties.status.enum += ["active","cancelled","closed"]' \
    schema.ndjson >s && mv s schema.ndjson
example 1 1 'row-validate: rows that fit a schema'
is 'row-validate: they pass' "$(jq -r .id good.ndjson | xargs)" '1 2 3'
example 2 0 'row-validate: what is wrong'
is 'row-validate: is counted' "$(xargs <"$out")" \
    '1 enum /status 1 type /id 1 type /status'
head -n 4 clients.ndjson >all
mv all clients.ndjson
example 3 0 'row-validate: demands in a pipeline'
is 'row-validate: what is as it should be passes' "$(wc -l <new.ndjson)" 4
is 'row-report(1) has three examples' "$(extract row-report.1)" 3
if command -v sqlite3 >/dev/null; then
	sqlite3 app.db 'CREATE TABLE clients (id INTEGER PRIMARY KEY,
	    status TEXT CHECK (status <> '"'lost'"'), address TEXT, name TEXT)'
	example 1 0 'row-report: a look at rows'
	is 'row-report: they are in a table' \
	    "$(grep -c 'cancelled' "$out")" 1
	example 2 1 'row-report: what preflight has found'
	check 'row-report: is on the page' grep -q '<td>fail\|>fail</span>' \
	    preflight.html
	sqlite3 app.db "INSERT INTO clients (id, name) VALUES (1, 'Zoe')"
	example 3 0 'row-report: a check of one'"'"'s own'
	sqlite3 app.db 'INSERT INTO clients (id) VALUES (2)'
	example 3 1 'row-report: that fails'
	rm app.db
fi
is 'rowpipe(7) has three examples' "$(extract rowpipe.7)" 3
example 1 0 'rowpipe: labels are changed'
is 'rowpipe: the result is looked at' "$(wc -l <"$out")" 3
example 2 0 'rowpipe: rows in a frame, with a sum'
is 'rowpipe: the frame is whole' "$(sed -n '$p' out | jq '.["@end"].rows')" 4
if command -v sqlite-load >/dev/null && [ -n "${PGHOST:-}" ]; then
	psql -qX <<'END'
CREATE TABLE IF NOT EXISTS clients (id int PRIMARY KEY, status text);
TRUNCATE clients;
INSERT INTO clients VALUES (1, 'active'), (2, 'closed');
END
	PG="host=$PGHOST" run sh -e example3
	status_is 'rowpipe: PostgreSQL to SQLite' 0
	is 'rowpipe: the rows arrive' \
	    "$(sqlite3 app.db 'SELECT group_concat(status) FROM clients')" \
	    'ACTIVE,CLOSED'
	rm app.db
	pg-dump-json -q clients | sqlite-load -q --create app.db clients
	extract checksum.1 >/dev/null
	PG="host=$PGHOST"
	export PG
	example 4 0 'checksum: two databases are compared'
	sqlite3 app.db "UPDATE clients SET status = 'x' WHERE id = 2"
	example 4 1 'checksum: and differ'
	psql -qXc 'DROP TABLE clients'
else
	skip 'rowpipe: PostgreSQL to SQLite' 'no server or no sqlite-load here'
fi
finish
