#!/bin/sh
# examples/kv-to-tables: there, the repair, back, and what stays as it is.
. "$(dirname "$0")/../lib.sh"

dir=$top/examples/kv-to-tables
migrate=$dir/migrate.sh
rollback=$dir/rollback.sh
tables='clients catalogs sites products employees orders'
PGDATABASE=kv_to_tables_$$
export PGDATABASE
trap 'dropdb --maintenance-db=postgres --if-exists -f "$PGDATABASE"
    rm -rf "$tmp"' EXIT
createdb --maintenance-db=postgres "$PGDATABASE" || exit 1
cd "$tmp" || exit 1
q() { psql -qAtX -v ON_ERROR_STOP=1 -c "$1"; }
check 'the sample is loaded' psql -q -f "$dir/sample.sql"

# One query about all tables: a server may be slow to connect to.
of_all() { # EXPRESSION
	for t in $tables; do
		echo "SELECT $1 FROM $t AS t;"
	done | psql -qAtX -v ON_ERROR_STOP=1 | xargs
}
counts() { of_all 'count(*)'; }
contents() { of_all 'md5(string_agg(t::text, chr(10) ORDER BY id))'; }
# A column of the statistics.
stats() { # MEMBER
	row-map -q -r ".$1" stats.ndjson | xargs
}
store() {
	q "SELECT md5(string_agg(key || value::text, chr(10) ORDER BY key))
	    FROM kv_store"
}
store_before=$(store)

# --- A dry run.
run "$migrate" --dry-run --verbose --stats stats.ndjson
status_is 'a dry run has findings' 1
is 'and counts what it would do' "$(stats created)" '20 5 40 9996 398 992'
is 'but keeps nothing' "$(counts)" '0 0 0 0 0 0'
check 'every stage says what it did' \
    grep -q 'row-sanitize: value: controls: 1 repaired' "$err"
check 'it speaks ASCII' all_ascii "$out" "$err"

# --- For real.
run "$migrate" --stats stats.ndjson
status_is 'the migration has findings' 1
is 'it takes over what is good' "$(counts)" '20 5 40 9996 398 992'
is 'every document is accounted for' "$(stats documents) $(stats balanced)" \
    '20 5 40 10000 401 1000 true true true true true true'
is 'what was there twice is there once' "$(stats duplicates)" '0 0 0 0 1 0'
is 'the rest is kept aside' "$(stats rejected)" '0 0 0 4 2 8'
is 'in a file for each table' "$(grep -c . rejects/* | xargs)" \
    'rejects/employees.ndjson:2 rejects/orders.ndjson:8 rejects/products.ndjson:4'
check 'keys that are none of a table are counted' \
    grep -qx 'Keys that belong into no table: 2' "$out"
is 'without --verbose, stages are silent' "$(grep -vc '^migrate.sh: ' "$err")" 0
is 'the store is as it was' "$(store)" "$store_before"

# --- What became of the dirt.
row_of() { # TABLE N COLUMNS
	q "SELECT $3 FROM $1 WHERE right(id::text, 12) = lpad('$2', 12, '0')"
}
is 'control characters and spaces are gone' "$(row_of clients 1 name)" 'Client 1'
is 'a slug is one' "$(row_of clients 2 slug)" client-2-sons
is 'an address is in lower case' "$(row_of clients 3 email)" \
    office@client-3.example
is 'an id has lost its braces' "$(row_of clients 4 id)" \
    10000000-0000-4000-8000-000000000004
is 'what is empty is null' "$(row_of clients 5 'email IS NULL')" t
is 'a slug is made of a name' "$(row_of sites 1 slug)" site-1
is 'an id has got its hyphens' "$(row_of sites 2 client_id)" \
    10000000-0000-4000-8000-000000000003
is 'a price of a text' "$(row_of products 2 price)" 1299.00
is 'lines stay lines' "$(row_of products 4 "description ~ '^first line\nsec'")" t
is 'the later of two stays' "$(row_of employees 10 name)" 'Person 10'
is 'labels are capitals' "$(q 'SELECT DISTINCT status FROM orders ORDER BY 1' |
    xargs)" 'PENDING SHIPPED DELIVERED CANCELLED'
is 'milliseconds are a moment' \
    "$(row_of orders 2 "ordered_at AT TIME ZONE 'UTC'")" \
    '2024-01-02 03:04:05.678'
is 'all other products are those of the store' "$(q "
    SELECT count(*) FROM products AS p JOIN kv_store AS s
	ON s.key = 'product:' || p.id
     WHERE p.sku = s.value ->> 'sku' AND p.name = s.value ->> 'name'
       AND p.description IS NOT DISTINCT FROM s.value ->> 'description'
       AND to_jsonb(p.price) = s.value -> 'price'
       AND to_jsonb(p.stock) = s.value -> 'stock'
       AND to_jsonb(p.tags) = s.value -> 'tags'
       AND p.catalog_id::text = s.value ->> 'catalogId'
       AND p.updated_at = (s.value ->> 'updatedAt')::timestamptz")" 9993

# --- The repair.
mkdir mended
for f in rejects/*; do
	row-map -q -f "$dir/repair.jq" "$f" >"mended/${f#*/}"
done
run "$migrate" --retry mended --stats stats.ndjson
status_is 'what was mended is fed back' 0
is 'and created' "$(stats created)" '0 0 0 4 2 8'
is 'all is there now' "$(counts)" '20 5 40 10000 400 1000'
check 'and no reject is left' test ! -e rejects

# --- Again, in batches.
before=$(contents)
run "$migrate" --batch 1000 --stats stats.ndjson
is 'a second run creates and updates nothing' \
    "$(stats created) $(stats updated)" '0 0 0 0 0 0 0 0 0 0 0 0'
is 'and leaves all as it is' "$(contents)" "$before"
is 'orphans whose parents were mended are none' "$(stats rejected)" \
    '0 0 0 4 2 3'

# --- A stage that dies.
mkdir bin
printf '#!/bin/sh\nhead -n 20\nkill -9 $$\n' >bin/row-dedup
chmod +x bin/row-dedup
PATH=$tmp/bin:$PATH run "$migrate"
status_is 'a stage that dies makes the stream incomplete' 5
is 'and nothing is stored' "$(contents)" "$before"

# --- Back.
run "$rollback"
status_is 'without --confirm, rollback looks' 0
is 'at the tables, children first' "$(awk '{ print $1, $2 }' "$out" | xargs)" \
    'orders 1000 products 10000 employees 400 sites 40 clients 20 catalogs 5'
is 'and deletes nothing' "$(contents)" "$before"
run "$rollback" --confirm --tables clients
status_is 'a table that others refer to stays' 1
is 'with all its rows' "$(contents)" "$before"
run "$rollback" --confirm --tables orders,employees --undo-log undo.ndjson
status_is 'two tables are emptied' 0
is 'and no other' "$(counts)" '20 5 40 10000 0 0'
is 'their rows are kept' "$(grep -c '"op":"delete"' undo.ndjson)" 1400
run "$rollback" --confirm --tables kv_store
status_is 'the store is not to be emptied' 2
run "$rollback" --confirm
is 'all tables are emptied' "$(counts)" '0 0 0 0 0 0'
is 'the store is as it was' "$(store)" "$store_before"

# --- The server finds what it can.
q "DELETE FROM kv_store WHERE key LIKE 'product:%' AND key NOT LIKE '%90__'"
q "DELETE FROM kv_store WHERE key LIKE 'order:%' AND key NOT LIKE '%50_'"
run "$migrate" --skip-validation --stats stats.ndjson
status_is 'without validation, rows are rejected by the server' 1
is 'orphans, too' "$(row-map -q -r '.why[].rule' rejects/employees.ndjson)" \
    foreign-key
is 'which still adds up' "$(stats balanced)" 'true true true true true true'

# --- Somebody else writes to the store.
cat >bin/pg-load <<-!
	#!/bin/sh
	psql -qc "INSERT INTO kv_store VALUES ('client:new', '{}')"
	exec "$bin/pg-load" "\$@"
!
chmod +x bin/pg-load
rm -rf rejects bin/row-dedup
PATH=$tmp/bin:$PATH run "$migrate" --dry-run
status_is 'a store that changes meanwhile is a finding' 1
err_has 'and named' 'kv_store was changed meanwhile'
check 'rejects are kept all the same' test -s rejects/employees.ndjson

# --- Trouble.
run "$migrate" --batch 0
status_is 'batches of nothing' 2
run "$migrate" --retry nowhere
err_is 'a directory that is not there' \
    'migrate.sh: there is no directory nowhere'
run "$rollback" --nonsense
err_has 'an option that there is not' '--help lists the options'
PGHOST=$tmp/nowhere run "$migrate"
status_is 'no server' 4

check_scripts "$dir"
finish
