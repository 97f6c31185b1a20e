#!/bin/sh
# examples/postgres-to-sqlite, from the first run to a replay without a server.
. "$(dirname "$0")/../lib.sh"

migrate=$top/examples/postgres-to-sqlite/migrate.sh
tables='users clients birth_data charts chart_interpretations tags client_tags
    appointments'
ana=ana@example.org
cd "$tmp" || exit 1
psql -q -f "$top/examples/postgres-to-sqlite/sample.sql"

# What the report says of the rows of each table.
statuses() { jq -r 'select(.section == "Rows") |
    [.table, .PostgreSQL, .SQLite, .valid, .status] | @tsv' "$1.report.ndjson"; }
all_good() {
	for t in $tables; do
		statuses app | tr '\t' ' ' |
		    grep -qE "^$t ([0-9]+) \\1 \\1 ok\$" || echo "$t"
	done
}
# The sections of a report in which something is not ok, and of what.
failed() { jq -r 'select(.status and .status != "ok") |
    "\(.section): \(.table) \(.status)"' "$1.report.ndjson"; }
backups() { find . -name 'app.db.*.bak' | wc -l | tr -d ' '; }
digest() { sha256sum "$1" | cut -d ' ' -f 1; }

# --- The first run.
run "$migrate" -d '' --user $ana app.db
status_is 'migrates one user' 0
is 'says of every table that it arrived' "$(all_good)" ''
is 'says it of no other table' "$(statuses app | wc -l | tr -d ' ')" 8
is 'has nothing else to say of any' "$(failed app)" ''
is 'the sections of the report' "$(jq -r .section app.report.ndjson | uniq |
    sort -u)" 'Foreign keys
Form of values
Integrity
Loss
Rows
SHA-256 of all rows
Timings'
is 'sums of both sides are SHA-256 and the same' "$(jq -r 'select(.section ==
    "SHA-256 of all rows" and .PostgreSQL == .SQLite and
    (.SQLite | test("^[0-9a-f]{64}$"))) | .table' app.report.ndjson)" \
    "$(echo "$tables" | xargs -n 1)"
is 'there are as many foreign keys' "$(jq -r 'select(.section ==
    "Foreign keys") | .SQLite' app.report.ndjson |
    awk '{ n += $1 } END { print n }')" \
    "$(psql -Atc "SELECT count(*) FROM pg_constraint WHERE contype = 'f'
	AND confrelid <> 'users'::regclass")"
check 'the table ends the run' grep -q '^Timings: 4 rows$' "$out"
check 'the page says the same' grep -qF \
    "<strong>All checks passed</strong>: $(jq -r 'select(.status) | .status' \
    app.report.ndjson | wc -l | tr -d ' ') ok" app.report.html
check 'the page runs no script' sh -c '! grep -qi "<script" app.report.html'
check 'prints the pipelines' grep -qF \
    'clients=<(exported data/clients.ndjson | enum-upcase -f status)' "$out"
is 'no backup is made of what was not there' "$(backups)" 0
check 'the export passes sha256sum -c' \
    sh -c 'cd export && sha256sum -c --quiet manifest-sha256.txt'

# The server's own words, with labels in capitals and without what is left out.
rows_of_server() { # TABLE CONDITION
	psql -AtX -c "SET timezone = 'UTC'" -c "SET intervalstyle = iso_8601" \
	    -c "SELECT row_to_json(t) FROM $1 AS t WHERE $2" | sed 1,2d |
	    jq -cS 'del(.password_hash) |
		if $t | IN("clients", "charts", "tags", "appointments")
		then del(.user_id) else . end |
		with_entries(if .key | IN("plan", "status", "rating", "type",
		    "houses") then .value |= ascii_upcase else . end)' \
		--arg t "$1" | sort
}
rows_of_file() { # TABLE
	sqlite-dump-json -q app.db "$1" | jq -cS . | sort
}
owner="(SELECT id FROM users WHERE email = '$ana')"
clients="client_id IN (SELECT id FROM clients WHERE user_id = $owner)"
for t in $tables; do
	case $t in
	users) which="id = $owner" ;;
	clients | tags) which="user_id = $owner" ;;
	chart_interpretations)
		which="chart_id IN (SELECT id FROM charts WHERE $clients)" ;;
	*) which=$clients ;;
	esac
	rows_of_server "$t" "$which" >want
	rows_of_file "$t" >got
	check "$t: has the values of row_to_json" diff want got
done
is 'identifiers beyond 2^53 keep every digit' \
    "$(sqlite3 app.db 'SELECT id FROM appointments ORDER BY id')" \
    "$(psql -Atc "SELECT id FROM appointments WHERE $clients ORDER BY id")"
is 'columns that were left out are not there' \
    "$(for t in $tables; do
	sqlite3 app.db "SELECT name FROM pragma_table_info('$t')"
    done | grep -xE 'password_hash|user_id')" ''
is 'a label in lower case is refused now' "$(sqlite3 app.db \
    "UPDATE clients SET status = 'active'" 2>&1 | grep -c 'CHECK constraint')" 1
is 'a chart needs its client' "$(sqlite3 app.db 'PRAGMA foreign_keys = on' \
    "UPDATE charts SET client_id = lower(hex(randomblob(18)))" 2>&1 |
    grep -c 'FOREIGN KEY constraint')" 1

# --- Again, without a server.
server=$PGHOST
PGHOST=$tmp/no-server
export PGHOST
sqlite3 app.db "UPDATE clients SET notes = 'changed' WHERE rowid <= 3" \
    "DELETE FROM appointments WHERE rowid % 2 = 0"
before=$(digest app.db)
run "$migrate" --skip-export --dry-run app.db
status_is 'a dry run succeeds' 0
is 'a dry run changes nothing' "$(digest app.db)" "$before"
is 'a dry run makes no backup' "$(backups)" 0
err_has 'a dry run counts what it would do' \
    'clients: 48 in, 0 created, 3 updated, 45 unchanged, 0 skipped, 0 rejected'

run "$migrate" --skip-export app.db
status_is 'a saved export is loaded without a server' 0
is 'what was changed and deleted is there again' "$(all_good)" ''
is 'a file that was there is kept as a backup' "$(backups)" 1
is 'the backup is what was there before' "$(sqlite3 app.db.*.bak \
    "SELECT count(*) FROM clients WHERE notes = 'changed'")" 3

# --- An export that is no longer what it was.
cp -R export good
before=$(digest app.db)
for t in users appointments; do
	rm -rf export
	cp -R good export
	sed -i.old '$s/"created_at"\|"paid"/"credited"/' "export/data/$t.ndjson"
	rm -f "export/data/$t.ndjson.old"
	run "$migrate" --skip-export app.db
	is "an export whose $t changed is refused" "$((status != 0))" 1
	err_has "  and the message names the file" "data/$t.ndjson"
	is "  and the file stays as it is" "$(digest app.db)" "$before"
done
rm -rf export
run "$migrate" --skip-export app.db
is 'an export that is not there is refused' "$((status != 0))" 1
run "$migrate" app.db
status_is 'without a server there is no export' 4
is 'the file stays as it is' "$(digest app.db)" "$before"
PGHOST=$server
export PGHOST

# --- A stage that dies, behind the back of every check of the export.
cp -R good export
mkdir bin
printf '#!/bin/sh\nhead -n 20\nkill -9 $$\n' >bin/enum-upcase
chmod +x bin/enum-upcase
PATH=$tmp/bin:$PATH run "$migrate" --skip-export new.db
is 'a stage that dies ends in failure' "$((status != 0))" 1
check 'and there is no file' test ! -e new.db

# --- A file that is not what was loaded when it is looked at.
load=$(command -v sqlite-load)
damaged() { # TITLE WANT SQL ...
	damaged_title=$1
	damaged_want=$2
	shift 2
	rm -f bad.*
	{
		printf '#!/bin/sh\n%s "$@" || exit\n' "$load"
		printf "sqlite3 bad.db 'PRAGMA ignore_check_constraints = on'"
		printf ' "%s"' "$@"
	} >bin/sqlite-load
	chmod +x bin/sqlite-load
	PATH=$tmp/bin:$PATH run "$migrate" --skip-export bad.db
	status_is "$damaged_title: status 1" 1
	is "$damaged_title: is what the report says" "$(failed bad)" \
	    "$damaged_want"
	check "$damaged_title: is what the page says" \
	    grep -q '<tr class="fail">' bad.report.html
}
rm bin/enum-upcase
sums='SHA-256 of all rows:'
damaged 'a row that is not there' "Rows: tags fail
$sums tags fail
Foreign keys: client_tags fail" 'DELETE FROM tags WHERE rowid = 2'
is 'and the row is named' "$(jq -r '.note // empty' bad.report.ndjson)" \
    '1 differ, first: remove {"id":2}'
damaged 'a value that is another' "$sums clients fail" \
    "UPDATE clients SET notes = 'x' WHERE rowid IN (3, 4)"
is 'and row and column are named' "$(jq -r '.note // empty' bad.report.ndjson |
    sed 's/"id":"[^"]*"/ID/')" '2 differ, first: change {ID}: notes'
damaged 'JSON that is none, a boolean that is none, a day that is none' \
    "$sums users fail
Rows: clients fail
$sums clients fail
Form of values: users fail
Form of values: clients fail" "UPDATE users SET settings = '{oops'" \
    'UPDATE clients SET is_favorite = 7 WHERE rowid = 7' \
    "UPDATE clients SET created_at = '2024-02-30' || substr(created_at, 11)
	WHERE rowid = 8"
is 'and an example is given' "$(jq -r '.example // empty' bad.report.ndjson |
    xargs -d '\n')" 'settings: {oops is_favorite: 7'
damaged 'a UUID in capitals' 'Foreign keys: client_tags fail
Form of values: client_tags fail' \
    'UPDATE client_tags SET client_id = upper(client_id) WHERE rowid = 1'
rm bin/sqlite-load

# --- Part of it.
run "$migrate" --limit 3 --export part part.db
status_is 'a limit keeps foreign keys whole' 0
is 'a limit is one of clients' \
    "$(sqlite3 part.db 'SELECT count(*) FROM clients')" 3
run "$migrate" --limit 0 --export none none.db
status_is 'a user without clients is migrated' 0
run "$migrate" --skip-import --export only no.db
status_is 'exports without importing' 0
check 'and makes no file' test ! -e no.db
run "$migrate" --dry-run --export dry dry.db
status_is 'a dry run of everything succeeds' 0
is 'and leaves nothing' "$(find . -name 'dry*')" ''
run "$migrate" --user "o'nobody@example.org"
status_is 'a user who is not there is an error' 2
err_is 'and is named' "migrate.sh: there is no user o'nobody@example.org"

# --- Numbers that a REAL cannot hold.
psql -q <<'!'
ALTER TABLE birth_data ALTER latitude TYPE numeric;
UPDATE birth_data SET latitude = 44.42676700000000000001
 WHERE client_id = (SELECT min(client_id::text)::uuid FROM clients
    JOIN birth_data ON client_id = clients.id
    WHERE user_id = (SELECT id FROM users WHERE email = 'ana@example.org'));
!
run "$migrate" --export lossy lossy.db
status_is 'loss is a finding' 1
is 'the report has column, count and example' "$(jq -r 'select(.section ==
    "Loss") | [.status, .table, .column, .values, ."first was",
    ."and became"] | @tsv' lossy.report.ndjson | tr '\t' ' ')" \
    'warn birth_data latitude 1 44.42676700000000000001 44.426767'
is 'and the sums show it' "$(failed lossy)" "$sums birth_data fail
Loss: birth_data warn"
run "$migrate" --dry-run --export lossy --skip-export dry.db
status_is 'so it is in a dry run' 1
check 'which leaves nothing' test ! -e dry.db -a ! -e dry.report.ndjson
finish
