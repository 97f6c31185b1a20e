#!/bin/sh
# What can go wrong, and that it is told by message and exit status.

# Some of it happens to the server, so it must be one of our own.
if [ -z "${TROUBLE_SERVER-}" ]; then
	TROUBLE_SERVER=1 exec "$(dirname "$0")/../with-postgres" --new sh "$0"
fi

. "$(dirname "$0")/../lib.sh"

psql() { command psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

psql <<'!' >/dev/null 2>&1 || exit 1
CREATE TABLE big AS SELECT i AS id, repeat(md5(i::text), 30) AS t
    FROM generate_series(1, 100000) AS i;
CREATE TABLE small AS SELECT 1 AS id;
CREATE TABLE secret (id integer);
CREATE TABLE shut (id integer, owner text);
INSERT INTO shut VALUES (1, 'postgres'), (2, 'reader');
ALTER TABLE shut ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON shut USING (owner = current_user);
CREATE ROLE reader LOGIN;
CREATE ROLE with_password LOGIN PASSWORD 'right';
GRANT SELECT ON small, shut TO reader;
CREATE SCHEMA hidden;
CREATE TABLE hidden.t (id integer);
CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0;
!
psql -d ascii <<'!' >/dev/null 2>&1 || exit 1
CREATE TABLE clients (id integer, name text, j jsonb);
INSERT INTO clients SELECT i, 'client ' || i FROM generate_series(1, 20) AS i;
UPDATE clients SET name = E'J\xf6rg' WHERE id = 17;
CREATE TABLE j AS SELECT ('"' || chr(228) || '"')::json AS j;
DO $$ BEGIN EXECUTE format('CREATE TABLE odd (%I integer)', E'h\366'); END $$;
!

place="database \"postgres\" on $PGHOST:5432"

# The server.
PGHOST=$tmp run pg-dump-json small
status_is 'no server: exit 4' 4
err_is 'no server: where it was looked for, and a hint' \
    "pg-dump-json: could not connect: connection to server on socket \
\"$tmp/.s.PGSQL.5432\" failed: No such file or directory
hint: check that the server runs and that -d, PGHOST and PGPORT name it"
run pg-dump-json -d 'host=127.0.0.1 port=1 password=hush connect_timeout=3' \
    small
status_is 'nobody at the port: exit 4' 4
is 'a password in an argument draws one warning, and is never shown' \
    "$(grep -c 'password on the command line' "$err") $(grep -c hush "$err")" \
    '1 0'
run pg-dump-json -d 'postgresql://u:hush%zz@localhost/x' small
err_is 'a connection string that cannot be read is not shown' \
    'pg-dump-json: the connection string cannot be read
hint: write it as "host=... dbname=..." or postgresql://host/dbname'
status_is 'and is wrong usage' 2
PGUSER=with_password PGPASSWORD=wrong run pg-dump-json small
status_is 'a wrong password: exit 4' 4
err_has 'and the server says so' 'password authentication failed for user'
PGUSER=with_password PGPASSFILE=/nonexistent run pg-dump-json small
status_is 'no password: exit 4, and nobody is asked' 4
err_has 'and a hint' 'hint: put the password into ~/.pgpass'
run pg-dump-json -d "user=with_password password=right" \
    --query 'SELECT 1 AS a'
out_is 'a password in an argument works' '{"a":1}'

# It is gone from where others could see it.
mkfifo "$tmp/fifo"
pg-dump-json -d "postgresql://with_password:right@/postgres?host=$PGHOST" -q \
    --query 'SELECT pg_sleep(1) AS s' >"$tmp/fifo" 2>/dev/null &
pid=$!
exec 7<"$tmp/fifo"
sleep 0.5
if [ -r "/proc/$pid/cmdline" ]; then
	is 'the argument is overwritten' \
	    "$(tr '\0' ' ' <"/proc/$pid/cmdline" | grep -c right)" 0
else
	skip 'the argument is overwritten' 'there is no /proc to look into'
fi
exec 7<&-
wait $pid

# Names and rights.
run pg-dump-json nosuch
err_is 'a table that does not exist' \
    "pg-dump-json: table \"nosuch\" does not exist in $place"
status_is 'exit 4' 4
run pg-dump-json smal
err_is 'the nearest name is offered' \
    "pg-dump-json: table \"smal\" does not exist in $place
hint: did you mean small?"
run pg-dump-json t
err_has 'also from a schema that is not searched' 'did you mean hidden.t?'
run pg-dump-json '"; DROP TABLE small; --'
err_is 'SQL for a name is only a name' "pg-dump-json: table \
\"\\\"; DROP TABLE small; --\" does not exist in $place"
is 'and changes nothing' "$(psql -c 'SELECT count(*) FROM small')" 1
run pg-dump-json pg_class_oid_index
err_is 'an index is no table' \
    'pg-dump-json: "pg_class_oid_index" is not a table or view'
for j in 1 3; do
	PGUSER=reader run pg-dump-json -j $j secret
	status_is "permission denied, with -j $j: exit 4" 4
	err_has 'and the server says so' \
	    'permission denied for table secret (SQLSTATE 42501)'
done
PGUSER=reader run pg-dump-json shut
out_is 'row security hides rows' '{"id":2,"owner":"reader"}'
err_has 'and a warning says so' 'shut: row security applies'
PGOPTIONS='-c statement_timeout=1' run pg-dump-json -q big --limit 1
status_is 'a statement timeout does not apply' 0

mkfifo "$tmp/lock"
psql <"$tmp/lock" >/dev/null &
exec 8>"$tmp/lock"
echo 'BEGIN; LOCK TABLE small;' >&8
sleep 0.5
PGOPTIONS='-c lock_timeout=200ms' run pg-dump-json small
status_is 'a locked table, with lock_timeout: exit 4' 4
err_has 'and the server says so' '(SQLSTATE 55P03)'
exec 8>&-
wait

# Text.
PGDATABASE=ascii run pg-dump-json clients
status_is 'text that is not UTF-8: exit 4' 4
is 'the place is table, column and row' "$(sed -n 1p "$err")" \
    'pg-dump-json: clients.name: row 20: not valid UTF-8: byte 0xf6 at offset 1'
is 'the rows before it were written' "$(wc -l <"$out" | tr -d ' ')" 19
PGDATABASE=ascii run pg-dump-json -q -j 2 clients
is 'with two jobs as well' "$(wc -l <"$out" | tr -d ' '):$(sed -n 1p "$err")" \
    '19:pg-dump-json: clients.name: row 20: not valid UTF-8: byte 0xf6 at offset 1'
PGDATABASE=ascii run pg-dump-json j
err_has 'within json as well' 'j.j: row 1: not valid UTF-8: byte 0xe4'
PGDATABASE=ascii run pg-dump-json odd
status_is 'a column name that is not UTF-8: exit 4' 4
err_is 'and a message in ASCII' \
    'pg-dump-json: the name of column "h\xf6" is not valid UTF-8'
PGDATABASE=ascii run pg-dump-json -q --query "SELECT
    convert_from(convert(convert_to(name, 'SQL_ASCII'), 'LATIN1', 'UTF8'),
    'SQL_ASCII') AS name FROM clients WHERE id = 17"
out_is 'what the hint says helps' '{"name":"Jörg"}'

# Output.
run sh -c 'pg-dump-json big >/dev/full'
status_is 'a full disk: exit 4' 4
err_has 'and a message' \
    'could not write standard output: No space left on device'
run sh -c 'pg-dump-json big >&-'
status_is 'a closed output: exit 4' 4
run sh -c 'pg-dump-json -q big | head -n 1 | cut -c 1-8'
out_is 'a reader that has enough' '{"id":1,'
err_is 'ends the run in silence' ''
run sh -c 'pg-dump-json -q small <&-'
out_is 'a closed input does not matter' '{"id":1}'

# The end of the connection in the middle.
broken() { # TITLE STATUS-FILE
	is "$1: exit 4" "$(cat "$2")" 4
	check "$1: no end mark" sh -c "! grep -q '@end' '$tmp/rows'"
	check "$1: what was written ends with a whole row" \
	    sh -c "tail -n 1 '$tmp/rows' | jq -e . && tail -c 1 '$tmp/rows' |
	    grep -q '^\$'"
}

# Start a dump that stands still because nobody reads on.
start() { # ARG ...
	rm -f "$tmp/fifo"
	mkfifo "$tmp/fifo"
	(
		code=0
		pg-dump-json "$@" >"$tmp/fifo" 2>"$tmp/errors" || code=$?
		echo $code >"$tmp/code"
	) &
	exec 7<"$tmp/fifo"
	head -c 100000 <&7 >"$tmp/rows"
}

# Read the rest.
drain() {
	cat <&7 >>"$tmp/rows"
	exec 7<&-
	wait
}

for j in 1 2; do
	start --frame -j $j big
	psql -c "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
	    WHERE application_name = 'pg-dump-json'" >/dev/null
	drain
	broken "a session that is ended, with -j $j" "$tmp/code"
	check 'and the message says where' grep -q \
	    'pg-dump-json: big: lost the connection to database "postgres" on' \
	    "$tmp/errors"
done
(sleep 0.5; psql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'pg-dump-json'" >/dev/null) &
run pg-dump-json --query 'SELECT pg_sleep(30) AS s'
status_is 'a session that is ended before it has sent a row: exit 4' 4
err_has 'and the SQLSTATE, when the server still tells' '(SQLSTATE 57P01)'
wait

start --frame big
kill -s QUIT "$ROWPIPE_PG_PID"
n=0
while kill -0 "$ROWPIPE_PG_PID" 2>/dev/null && [ $n -lt 100 ]; do
	sleep 0.1
	n=$((n + 1))
done
drain
broken 'a server that is stopped' "$tmp/code"
run pg-dump-json small
status_is 'and then there is none: exit 4' 4
finish
