#!/bin/sh
# What preflight finds in rows that are meant for SQLite, and that the file
# stays as it is.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

found() {
	jq -r 'select(.level != "ok") | "\(.level) \(.column) \(.check) " +
	    "\(.rows)"' "$out" | sort
}

# The target is such a table as rowpipe makes it: STRICT, with checks, and with
# the types that were meant in comments.
sqlite3 app.db <<'!'
CREATE TABLE owners (id INTEGER PRIMARY KEY) STRICT;
INSERT INTO owners VALUES (1), (2), (3);
CREATE TABLE clients (
    "id" TEXT PRIMARY KEY CHECK (length("id") = 36), -- uuid
    "owner" INTEGER REFERENCES owners (id), -- bigint
    "status" TEXT NOT NULL CHECK ("status" IN ('ACTIVE', 'CLOSED')), -- status
    "name" TEXT NOT NULL CHECK (length("name") <= 10), -- varchar(10)
    "born" TEXT, -- date
    "amount" REAL CHECK ("amount" > 0), -- numeric(8,2)
    "city" TEXT -- text
) STRICT;
!
seq 20 | jq -c '{id: "00000000-0000-4000-8000-0000000000\(. + 10)",
    owner: (1 + . % 3), status: "ACTIVE", name: "client \(.)",
    born: "1990-01-\(. + 9)", amount: (. + 0.5),
    profile: {address: {city: "Oslo"}}}' >rows.ndjson
# White space around rows is none of anyone's business.
sed -i 's/.*/ & /' rows.ndjson
map='.city = .profile.address.city | del(.profile)'
sha256sum app.db >sum

look() { run preflight --target app.db --table clients --filter "$map" "$@"; }

look rows.ndjson
status_is 'clean rows: ready' 0
is 'clean rows: nothing but OK' "$(grep -v '^\[OK\] ' "$out")" ''

jq -c 'if .id[-2:] == "12" then .status = "active"
    elif .id[-2:] == "13" then .name = null
    elif .id[-2:] == "14" then .profile.address = null
    elif .id[-2:] == "15" then .born = "31.12.1990"
    elif .id[-2:] == "16" then .id = "not a uuid"
    elif .id[-2:] == "17" then .owner = 77
    elif .id[-2:] == "18" then .amount = "12,50"
    else . end' rows.ndjson >faults.ndjson
look --json faults.ndjson
status_is 'seven faults: not ready' 1
is 'seven faults: all are found, and nothing else' "$(found)" \
    'fail amount type 1
fail name not-null 1
fail null check 1
fail owner foreign-key 1
fail status enum 1
warn .profile.address.city path 1
warn born date 1
warn id uuid 1'
is 'the file is as it was, and nothing lies beside it' \
    "$(sha256sum -c sum; echo app.db*)" 'app.db: OK
app.db'

# What is found is what sqlite-load refuses.
row-map -q "$map" faults.ndjson >mapped.ndjson
cp app.db copy.db
run sqlite-load --rejects bad.ndjson copy.db clients=mapped.ndjson
is 'sqlite-load refuses as many rows as there are failures' \
    "$(jq -r '.why[0].rule' bad.ndjson 2>/dev/null | sort | xargs)" \
    'check check not-null type'

# Keys: in the target, and among the rows.
sqlite3 app.db "INSERT INTO clients (id, status, name) VALUES
    ('00000000-0000-4000-8000-000000000011', 'ACTIVE', 'x')"
cat rows.ndjson rows.ndjson >twice.ndjson
look --json twice.ndjson
is 'keys that are there, and that come twice' "$(found)" \
    'fail id conflict 2
fail id duplicate 20'
look --json --memory 1M twice.ndjson
is 'the same with little memory' "$(found)" \
    'fail id conflict 2
fail id duplicate 20'

# Affinity, generated columns, triggers; names in any case.
sqlite3 odd.db <<'!'
CREATE TABLE odd (id INTEGER PRIMARY KEY, Zip NUMERIC, n INT, label VARCHAR(3),
    twice INT GENERATED ALWAYS AS (n * 2));
CREATE UNIQUE INDEX part ON odd (n) WHERE n > 5;
CREATE TRIGGER looks AFTER INSERT ON odd BEGIN SELECT 1; END;
CREATE VIEW seen AS SELECT * FROM odd;
!
printf '%s\n' '{"id":null,"zip":"007","n":1,"label":"abcd","twice":2}' \
    '{"zip":7,"n":"x","labl":"a"}' >odd.ndjson
run_with odd.ndjson preflight --json --target sqlite:odd.db --table odd
is 'what an affinity changes, and what the table has beside columns' \
    "$(found)" 'fail id not-null 1
fail labl unknown 1
fail twice generated null
warn Zip loss 1
warn label maxLength 1
warn n type 1
warn null constraints null
warn null triggers null'
is 'a field whose name is nearly a column gets that name' \
    "$(jq -r 'select(.check == "unknown").mend' "$out")" \
    "row-map 'with_entries(if .key == \"labl\" then .key = \"label\" else . end)'"
run_with odd.ndjson preflight --target odd.db --table seen
status_is 'a view takes no rows' 1

# Read from SQLite.
run preflight --source odd.db --table odd --target app.db \
    --target-table clients
status_is 'a source without rows' 0
is 'a source without rows is worth a warning' "$(head -n 1 "$out")" \
    '[WARN] source: 0 rows of "odd" in database "odd.db"'

# The program fails on many rows in few ways.
seq 30 | jq -c '{id: "\(.)x"}, {id: [.]}' >fails.ndjson
run preflight --json --target app.db --table clients --filter '.id |= tonumber' \
    fails.ndjson
is 'failures of one kind are one finding' "$(jq -c 'select(.check == "filter") |
    [.rows, .message[:35]]' "$out")" \
    '[30,"the program fails: string (\"1x\") ca"]
[30,"the program fails: array ([1]) cann"]'

# Trouble.
run preflight --target sqlite:none.db --table t
status_is 'no such file' 4
printf 'garbage' >garbage.db
run preflight --target garbage.db --table t
status_is 'no database' 4
run preflight --target app.db --table client
status_is 'no such table: not ready' 1
is 'no such table: a finding' "$(cut -c 1-15 "$out")" '[FAIL] target: '
printf '{"@stream":{"v":1}}\n{"id":1}\n' >cut.ndjson
run_with cut.ndjson preflight --target app.db --table clients
status_is 'a stream that is cut off' 5
out_is 'a stream that is cut off: no report' ''
preflight --target app.db --table clients rows.ndjson >/dev/full 2>"$err"
is 'a report that cannot be written' "$?" 4
run_with /dev/null preflight --target app.db --table clients
status_is 'no rows at all' 0

# Fields without end.
sqlite3 few.db 'CREATE TABLE few (id INTEGER)'
jq -nc 'range(300) | {id: ., "f\(.)": 1, "g\(.)": 1}' >rows.ndjson
run preflight --json --target few.db --table few rows.ndjson
is 'of many fields without column, a hundred are said' \
    "$(jq -r 'select(.check == "unknown") | "\(.column) \(.rows)"' "$out" |
	sed -n '1p; 100,$p')" 'f0 1
g49 1
null 250'
finish
