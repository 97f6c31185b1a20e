#!/bin/sh
# examples/postgres-to-sqlite, from the first run to a replay without a server.
. "$(dirname "$0")/../lib.sh"

migrate=$top/examples/postgres-to-sqlite/migrate.sh
tables='users clients birth_data charts chart_interpretations tags client_tags
    appointments'
ana=ana@example.org
cd "$tmp" || exit 1
psql -q -f "$top/examples/postgres-to-sqlite/sample.sql"

# What the table at the end says of each table.
statuses() { sed -n '/^table .*status$/,$p' "$out" | sed 1d; }
all_good() {
	for t in $tables; do
		statuses | grep -qE "^$t +([0-9]+) +\\1 +ok\$" || echo "$t"
	done
}
backups() { find . -name 'app.db.*.bak' | wc -l | tr -d ' '; }
digest() { sha256sum "$1" | cut -d ' ' -f 1; }

# --- The first run.
run "$migrate" -d '' --user $ana app.db
status_is 'migrates one user' 0
is 'says of every table that it arrived' "$(all_good)" ''
is 'says it of no other table' "$(statuses | wc -l | tr -d ' ')" 8
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
finish
