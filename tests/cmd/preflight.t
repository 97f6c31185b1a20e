#!/bin/sh
# What preflight finds in rows that are meant for PostgreSQL: each fault, and
# no other; and that it writes nothing, as the server's own statistics say.
. "$(dirname "$0")/../lib.sh"

psql() { command psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

psql <<'!' || exit 1
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS old CASCADE;
DROP SCHEMA IF EXISTS new CASCADE;
CREATE SCHEMA old;
CREATE SCHEMA new;
CREATE TABLE old.clients (id text, owner bigint, status text, name text,
    born text, amount text, profile jsonb);
CREATE TYPE new.status AS ENUM ('ACTIVE', 'CLOSED');
CREATE TABLE new.owners (id bigint PRIMARY KEY);
INSERT INTO new.owners SELECT generate_series(1, 5);
CREATE TABLE new.clients (id uuid PRIMARY KEY,
    owner bigint REFERENCES new.owners, status new.status NOT NULL,
    name varchar(10) NOT NULL, born date,
    amount numeric(8,2) CHECK (amount > 0), city text);
INSERT INTO old.clients
    SELECT '00000000-0000-4000-8000-' || lpad(i::text, 12, '0'), 1 + i % 5,
    'ACTIVE', 'client ' || i, date '1990-01-01' + i, i || '.50',
    jsonb_build_object('address', jsonb_build_object('city', 'Oslo'))
    FROM generate_series(1, 20) AS i;
!
map='{id, owner, status, name, born, amount, city: .profile.address.city}'
here="host=$PGHOST user=$PGUSER dbname=$PGDATABASE"

look() {
	run preflight --source "$here" --table old.clients --filter "$map" \
	    --target "$here" --target-table new.clients "$@"
}

# The findings that are not OK, as "LEVEL column check rows".
found() {
	jq -r 'select(.level != "ok") | "\(.level) \(.column) \(.check) " +
	    "\(.rows)"' "$out" | sort
}

# What the server has counted for the tables of both schemas.
counted() {
	psql <<'!'
SELECT pg_stat_force_next_flush();
SELECT pg_stat_clear_snapshot();
SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del)
    FROM pg_stat_user_tables WHERE schemaname IN ('old', 'new');
!
}

#
# Clean rows.
#
look
status_is 'clean rows: ready' 0
is 'clean rows: nothing but OK' "$(grep -v '^\[OK\] ' "$out")" ''
err_is 'clean rows: the summary' \
    'preflight: new.clients: 20 rows, 0 failures, 0 warnings: ready'
is 'the report counts the rows' "$(grep -c ': source: 20 rows\|^.OK. source: 20 rows of "old.clients".*20 come out of the program$' "$out")" 1

#
# Seven faults, each in a row of its own.
#
psql <<'!'
UPDATE old.clients SET status = 'active' WHERE id LIKE '%02';
UPDATE old.clients SET name = NULL WHERE id LIKE '%03';
UPDATE old.clients SET profile = '{"address":{"city":null}}'
    WHERE id LIKE '%04';
UPDATE old.clients SET born = '31.12.1990' WHERE id LIKE '%05';
UPDATE old.clients SET id = left(id, 30) WHERE id LIKE '%06';
UPDATE old.clients SET owner = 77 WHERE id LIKE '%07';
UPDATE old.clients SET amount = '12,50' WHERE id LIKE '%08';
!
before=$(counted)
look --json
status_is 'seven faults: not ready' 1
is 'seven faults: all are found, and nothing else' "$(found)" \
    'fail amount type 1
fail born date 1
fail id uuid 1
fail name not-null 1
fail owner foreign-key 1
fail status enum 1
warn .profile.address.city path 1'
is 'seven faults: nothing was written' "$(counted)" "$before"
is 'the label that would match is named' \
    "$(jq -r 'select(.check == "enum").message' "$out")" \
    '"active" is none of its labels "ACTIVE", "CLOSED"; "ACTIVE" would match'
is 'the example is the value' \
    "$(jq -c 'select(.check == "foreign-key").example' "$out")" 77

look
is 'each finding is one line of ASCII that begins with how bad it is' \
    "$(LC_ALL=C grep -vE '^\[(OK|WARN|FAIL)\] [ -~]+$' "$out")" ''
is 'a finding has its rows, its place and a remedy' \
    "$(grep ' enum: ' "$out" | sed 's/row [0-9]*/row N/')" \
    '[FAIL] status: enum: 1 row: "active" is none of its labels "ACTIVE", "CLOSED"; "ACTIVE" would match; row N; mend: enum-upcase -f status --ignore-case --allow ACTIVE,CLOSED'

#
# The remedies, pasted into a pipeline, mend what they are for.  That of a
# path belongs before the program.
#
mend() { # CHECK
	jq -r "select(.check == \"$1\").mend" "$tmp/found"
}
look --json
cp "$out" "$tmp/found"
cat >"$tmp/mended" <<!
pg-dump-json -q -d "$here" old.clients | $(mend path) | row-map '$map' |
$(mend enum) | $(mend not-null) | $(mend date) | $(mend uuid) | $(mend type)
!
run sh -c ". '$tmp/mended'"
cp "$out" "$tmp/rows"
run_with "$tmp/rows" preflight --json --target "$here" --table new.clients
is 'mended rows: only the orphan is left' "$(found)" \
    'fail owner foreign-key 1'
if row-validate --help | grep -q -- --references; then
	echo "cd '$tmp'; $(mend foreign-key)" >"$tmp/mended"
	run_with "$tmp/rows" sh "$tmp/mended"
	cp "$out" "$tmp/rows"
	run_with "$tmp/rows" preflight --target "$here" --table new.clients
	status_is 'mended rows without orphans: ready' 0
else
	skip 'mended rows without orphans: ready' 'no references here yet'
fi

#
# Rows against each other, and against what is there.
#
cat >"$tmp/rows" <<'!'
{"id":"00000000-0000-4000-8000-00000000000A","status":"ACTIVE","name":"a"}
{"id":"00000000-0000-4000-8000-00000000000b","status":"ACTIVE","name":"b"}
{"id":"{000000000000400080000000 0000000a}","status":"ACTIVE","name":"c"}
{"id":"00000000-0000-4000-8000-00000000000a","status":"ACTIVE","name":"d"}
{"id":"00000000-0000-4000-8000-00000000000c","status":"ACTIVE","name":"e","amount":-1}
{"id":"00000000-0000-4000-8000-00000000000d","status":"CLOSE","name":"far too long"}
{"id":"00000000-0000-4000-8000-00000000000e","status":"LOST","name":"f","more":1}
not a row
!
psql -c "INSERT INTO new.clients (id, status, name) VALUES
    ('00000000-0000-4000-8000-00000000000b', 'ACTIVE', 'b')"
run_with "$tmp/rows" preflight --json --target "$here" --table new.clients
status_is 'rows from standard input' 1
is 'rows from standard input: what is found' "$(found)" \
    'fail id conflict 1
fail id duplicate 1
fail id uuid 1
fail more unknown 1
fail name maxLength 1
fail null check 1
fail null row 1
fail status enum 1
fail status enum 1'
is 'a duplicate names the row that has the same key' \
    "$(jq -r 'select(.check == "duplicate") |
	"\(.at.row) \(.message)"' "$out")" '4 row 1 has the same key'
is 'a label that is near is named, one that is not is left to people' \
    "$(jq -r 'select(.check == "enum").mend' "$out")" \
    'enum-upcase -f status --ignore-case --allow ACTIVE,CLOSED --map CLOSE=CLOSED
null'
psql -c 'TRUNCATE new.clients'

#
# A table that references itself, whatever the order of its rows.
#
psql -c 'CREATE TABLE new.tree (id integer PRIMARY KEY, parent integer)' \
    -c 'INSERT INTO new.tree VALUES (0, -1)' \
    -c 'ALTER TABLE new.tree ADD FOREIGN KEY (parent) REFERENCES new.tree
	NOT VALID'
printf '{"id":%d,"parent":%s}\n' 1 2 2 null 3 '"1"' 4 9 5 9 6 0 >"$tmp/rows"
run_with "$tmp/rows" preflight --json --target "$here" --table new.tree
is 'parents among the rows are parents, also for what is NOT VALID' "$(found)" 'fail parent foreign-key 2'

#
# Partitions, on two levels, with columns in another order.
#
psql <<'!'
CREATE TABLE new.parts (id integer, kind text, v text)
    PARTITION BY RANGE (id);
CREATE TABLE new.parts_a (v text, gone integer, kind text, id integer)
    PARTITION BY LIST (kind);
ALTER TABLE new.parts_a DROP COLUMN gone;
ALTER TABLE new.parts ATTACH PARTITION new.parts_a FOR VALUES FROM (0)
    TO (100);
CREATE TABLE new.parts_a_x PARTITION OF new.parts_a FOR VALUES IN ('x');
CREATE TABLE new.parts_b PARTITION OF new.parts FOR VALUES FROM (100)
    TO (200);
!
printf '{"id":%s,"kind":"%s","v":"-"}\n' 1 x 150 y 2 y 200 x null x \
    >"$tmp/rows"
run_with "$tmp/rows" preflight --json --target "$here" --table new.parts
is 'rows that have no partition' "$(found)" 'fail null check 3'
run_with "$tmp/rows" preflight --json --target "$here" --table new.parts_a_x
is 'rows that are of another partition' "$(found)" 'fail null check 4'
sed -i '3,$d' "$tmp/rows"
run_with "$tmp/rows" preflight --target "$here" --table new.parts
status_is 'rows that have one' 0

#
# What the table has beside columns.
#
psql <<'!'
CREATE DOMAIN new.even AS integer CHECK (VALUE % 2 = 0);
CREATE TABLE new.odd (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    fix bigint GENERATED ALWAYS AS IDENTITY, n integer NOT NULL,
    twice integer GENERATED ALWAYS AS (n * 2) STORED, e new.even,
    when_made timestamptz NOT NULL DEFAULT now(), "Odd name" text NOT NULL,
    CHECK (n > 0), CHECK (when_made IS NOT NULL));
CREATE UNIQUE INDEX part ON new.odd (n) WHERE n > 5;
CREATE FUNCTION new.look() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RETURN NEW; END';
CREATE TRIGGER looks BEFORE INSERT ON new.odd FOR EACH ROW
    EXECUTE FUNCTION new.look();
SET client_min_messages = warning;
DROP ROLE IF EXISTS reader;
CREATE ROLE reader LOGIN;
GRANT USAGE ON SCHEMA new TO reader;
GRANT SELECT ON new.odd TO reader;
GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA new TO reader;
ALTER TABLE new.odd ENABLE ROW LEVEL SECURITY;
!
cat >"$tmp/rows" <<'!'
{"id":7,"fix":1,"n":1,"twice":2,"e":4}
{"id":8,"n":3000000000,"e":3,"Odd name":"x"}
!
run_with "$tmp/rows" preflight --json \
    --target "host=$PGHOST user=reader dbname=$PGDATABASE" --table new.odd
is 'what the table itself has to say' "$(found)" \
    'fail Odd name missing 1
fail e domain 1
fail fix identity null
fail n range 1
fail null privileges null
fail twice generated null
warn fix sequences null
warn id sequences null
warn null constraints null
warn null privileges null
warn null row-security null
warn null triggers null'
is 'the remedy for a privilege is a grant' \
    "$(jq -r 'select(.check == "privileges" and .level == "fail").mend' \
	"$out")" "psql -d 'host=$PGHOST user=reader dbname=$PGDATABASE' -c 'GRANT INSERT ON \"new\".\"odd\" TO \"reader\"'"
is 'the remedy for a sequence runs' "$(eval \
    "$(jq -r 'select(.check == "sequences" and .column == "id").mend' \
	"$out")")" 8
is 'the remedy for a column quotes its name' \
    "$(jq -r 'select(.check == "missing").mend' "$out")" \
    "row-map '.\"Odd name\" |= if . == null then \"\" else . end'"

#
# A program that fails on rows, or drops them.
#
run preflight --json --source "$here" --table old.clients --filter \
    "select(.owner < 4) | $map | .born |= (if . == \"31.12.1990\" then
    error(\"odd\") else . end)" --target "$here" --target-table new.clients
is 'a row on which the program fails is a finding' \
    "$(jq -r 'select(.check == "filter") | "\(.rows) \(.message)"' "$out")" \
    '1 the program fails: odd'

#
# What there is to say of the source.
#
psql <<'!'
CREATE EXTENSION IF NOT EXISTS citext SCHEMA new;
CREATE TABLE old.seen (id integer, word new.citext);
CREATE TABLE new.seen (id integer, word new.citext);
INSERT INTO old.seen VALUES (1, 'a'), (2, 'b');
ALTER TABLE old.seen ENABLE ROW LEVEL SECURITY;
CREATE POLICY one ON old.seen USING (id = 1);
GRANT USAGE ON SCHEMA old TO reader;
GRANT SELECT ON old.seen TO reader;
!
run preflight --source "host=$PGHOST user=reader dbname=$PGDATABASE" \
    --table old.seen --target "$here" --target-table new.seen
status_is 'a source that hides rows is worth a warning' 0
is 'rows that are hidden, types that an extension made' \
    "$(sed -n 's/^\(.[A-Z]*. *[a-z]*:* *[a-z-]*\): .*\(row security\|extension citext\).*/\1 \2/p' "$out")" \
    '[WARN] row-security row security
[OK] extensions extension citext
[OK] word: extensions extension citext'

#
# Usage, and what cannot be looked at.
#
look --filter '.a |'
status_is 'a program that does not compile' 2
run preflight --table t
status_is 'no target' 2
err_has 'no target: says so' 'no target named; give --target'
look --target-table new.client
status_is 'no such table: not ready' 1
is 'no such table: is a finding' "$(cat "$out")" \
    "[FAIL] target: table \"new.client\" does not exist in database \"$PGDATABASE\" on $PGHOST:$PGPORT"
run preflight --source "$here" --table old.missing --target "$here" \
    --target-table new.clients
status_is 'no such source' 4
run preflight --table t --target 'host=/nonexistent dbname=x'
status_is 'no server' 4
psql -c 'DROP SCHEMA old CASCADE; DROP SCHEMA new CASCADE; DROP ROLE reader' \
    2>/dev/null
finish
