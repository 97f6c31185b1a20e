#!/bin/sh
# README.md: the pipelines of "Five kinds of work" do what stands above them.
. "$(dirname "$0")/../lib.sh"

PGDATABASE=readme_$$
PG=dbname=$PGDATABASE
ROWPIPE_FRAME=1
export PGDATABASE PG ROWPIPE_FRAME
trap 'dropdb --maintenance-db=postgres --if-exists -f "$PGDATABASE"
    rm -rf "$tmp"' EXIT
createdb --maintenance-db=postgres "$PGDATABASE" || exit 1
cd "$tmp" || exit 1
q() { psql -qAtX -v ON_ERROR_STOP=1 -c "$1"; }

# The nth block of commands in that section.
block() {
	awk -v n="$1" '/^## /{ on = /^## Five kinds of work/ }
		on && /^    / { if (!in_block++) k++; if (k == n) print }
		!/^    / { in_block = 0 }' "$top/README.md"
}
is 'there are five blocks' "$(block 5 | grep -c .) $(block 6)" '4 '

q "CREATE TABLE users (id integer PRIMARY KEY, name text);
    CREATE TABLE clients (id uuid PRIMARY KEY, user_id integer REFERENCES users,
	email text, slug text, updated_at timestamptz);
    INSERT INTO users VALUES (1, 'Ada');
    INSERT INTO clients VALUES ('00000000-0000-4000-8000-000000000001', 1,
	' Ada@Example.ORG ', 'ada', NULL), ('00000000-0000-4000-8000-000000000002',
	1, 'bob@example.org', 'bob', NULL);
    CREATE TABLE cache (id integer, doc jsonb);
    INSERT INTO cache VALUES
	(1, '{\"Id\": 1, \"TotalAmt\": 1.50, \"Status\": \"paid\"}'),
	(2, '{\"Id\": 2, \"TotalAmt\": \"much\", \"Status\": \"open\"}');
    CREATE TABLE invoices (id integer PRIMARY KEY, total numeric(10,2),
	status text);
    CREATE TABLE kv_store (key text, value jsonb);
    INSERT INTO kv_store VALUES ('session:1', '{}'), ('client:3',
	'{\"id\": \"{00000000-0000-4000-8000-000000000003}\", \"slug\": \"C d\"}'),
	('client:3b', '{\"id\": \"00000000000040008000000000000003\",
	\"slug\": \" C e\", \"updated_at\": \"2024-01-01T00:00:00Z\"}')"

block 1 >block.1
run sh -e block.1
status_is 'a database moves' 0
is 'with all its rows' "$(sqlite3 app.db 'SELECT count(*) FROM users JOIN
    clients ON clients.user_id = users.id')" 2

block 2 >block.2
run sh -e block.2
status_is 'what cannot be taken over is a finding' 1
is 'and the rest is there' "$(q 'SELECT id, total, status FROM invoices')" \
    '1|1.50|PAID'
is 'it waits in a file' "$(row-map -q --limit 1 .row.id bad.ndjson |
    grep -v '^{')" 2

block 3 >block.3
run sh -e block.3
status_is 'documents become rows' 0
is 'once each' "$(q "SELECT id, slug FROM clients WHERE user_id IS NULL")" \
    '00000000-0000-4000-8000-000000000003|c-e'

block 4 | sed 's/^ *row-diff .*/& || :/' >block.4
run sh -e block.4
status_is 'values change in place' 0
is 'the difference is shown' "$(grep -c '"fields":\["email"\]' "$out")" 1
is 'and written' "$(sqlite3 app.db 'SELECT email FROM clients ORDER BY id')" \
    'ada@example.org
bob@example.org'

block 5 >block.5
run sh -e block.5
status_is 'a schema changes, and changes back' 0
err_has 'there' '1 applied'
err_has 'and back' '1 taken back'

# Every example and page that is named is there.
sed -n 's/.*](\([^):]*\)).*/\1/p' "$top/README.md" >links
while read -r f; do
	check "$f is there" test -e "$top/$f"
done <links
finish
