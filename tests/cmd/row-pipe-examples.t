#!/bin/sh
# The commands in the EXAMPLES of row-pipe(1) and rowpipe-gate(7) do what they
# say, and a shell's pipeline does not.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1
# A sink that is killed leaves its temporary file behind: there it goes away.
TMPDIR=$tmp
export TMPDIR

# The commands of page $1, the Nth example in the file exampleN.
extract() {
	awk '/^\.Sh/ { on = $2 == "EXAMPLES" }
	    !on { next }
	    /^\.Dl / { sub(/^\.Dl /, ""); gsub(/\\e/, "\\")
		print >("example" ++n); next }
	    /^\.Bd / { block = 1; n++; next }
	    /^\.Ed/ { block = 0 }
	    block { gsub(/\\e/, "\\"); print >("example" n) }
	    END { print n }' "$top/man/$1"
}
rows_of() { sqlite3 "$1" "SELECT count(*) FROM $2"; }

cat >clients.ndjson <<'END'
{"id":1,"status":"active","user_id":1}
{"id":2,"status":"closed","user_id":1}
{"id":3,"status":"lost","user_id":2}
{"id":4,"status":"lost","user_id":2}
END
printf '%s\n' '{"id":1}' '{"id":2}' >users.ndjson

is 'row-pipe(1) has four examples' "$(extract row-pipe.1)" 4
if [ -n "${PGHOST-}" ] && command -v pg-dump-json >/dev/null; then
	psql -qX <<'END'
CREATE TABLE clients (id int PRIMARY KEY, status text, user_id int);
INSERT INTO clients VALUES (1, 'active', 1), (2, 'closed', 1);
END
	PG="host=$PGHOST" run sh -e example1
	is 'a field left out by jq' "$status $(rows_of app.db clients)" '0 2'
	rm -f app.db
	PG="host=$PGHOST" run sh -e example2
	is 'what passed is kept' "$status $(cat "$out")" \
	    "0 $(jq -c 'del(.user_id)' clients.ndjson | head -n 2)"
	psql -qXc 'DROP TABLE clients'
	rm -f app.db
else
	skip 'PostgreSQL to SQLite' 'no server or no pg-dump-json here'
fi
run sh -e example3
is 'rows from two places' \
    "$status $(rows_of app.db clients) $(rows_of app.db users)" '0 4 2'
run sh -e example4
is 'the first three rows' "$status $(rows_of sample.db clients)" '0 3'

is 'rowpipe-gate(7) has two examples' "$(extract rowpipe-gate.7)" 2
mv example1 sink.sh
printf '%s\n' "{\"doc\":{\"a\":\"it's\"}}" '{"doc":[1]}' >rows.ndjson
sqlite3 docs.db 'CREATE TABLE docs (doc TEXT UNIQUE)'
run sh -e example2
is 'a sink in shell' "$status $(sqlite3 docs.db 'SELECT * FROM docs')" \
    "0 $(printf '%s\n' "{\"a\":\"it's\"}" '[1]')"
run sh -e example2
is 'rows that cannot be stored' "$status $(rows_of docs.db docs)" '4 2'
echo '[2]' | sh sink.sh docs.db docs
is 'without a gate it commits at once' "$? $(rows_of docs.db docs)" '0 3'
run row-pipe sh -c 'echo "[3]"; exit 7' \| sh sink.sh docs.db docs
is 'at the gate it does not when a stage fails' \
    "$status $(rows_of docs.db docs)" '7 3'

# Why all this.
sqlite3 whole.db 'CREATE TABLE clients (id, status, user_id)'
cp whole.db half.db
source='head -n 2 clients.ndjson; kill -9 $$'
sh -c "sh -c '$source' | jq -c . | sqlite-load -q half.db clients" 2>/dev/null
is 'a shell commits the rows of a source that was killed' \
    "$? $(rows_of half.db clients)" '0 2'
run row-pipe sh -c "$source" \| jq -c . \| sqlite-load -q whole.db clients
is 'row-pipe does not' "$status $(rows_of whole.db clients)" '5 0'
finish
