#!/bin/sh
# demo.sh - the sample's store into tables, back, and there again

# Private server, empty folder, say and step come with ../demo.sh.
. "$(dirname "$0")/../demo.sh"

cp "$here/repair.jq" .
psql -q -f "$here/sample.sql"
say 'What is in the store?'
step 0 "pg-dump-json -q kv_store | checksum -q --rows -o before.sum --name kv |
    row-map -q '{key: (.key | sub(\":.*\"; \"\"))}' | row-profile -q --table"
say 'All of it, without keeping anything.'
step 1 'migrate.sh --dry-run'
say 'For real: some rows cannot be taken over, and wait in files.'
step 1 'migrate.sh'
step 0 "row-map -q -r '.why[].message' rejects/products.ndjson"
say 'They are mended and fed back.'
step 0 'mkdir mended
for f in rejects/*; do
    row-map -q -f repair.jq "$f" >"mended/${f#*/}"
done'
step 0 'migrate.sh --retry mended'
say 'Back again: first a look, then the orders, then the rest.'
step 0 'rollback.sh'
step 1 'rollback.sh --tables clients --confirm'
step 0 'rollback.sh --tables orders --confirm'
step 0 'rollback.sh --confirm --undo-log undo.ndjson'
say 'The store is what it was.'
step 0 'pg-dump-json -q kv_store |
    checksum --rows --verify before.sum --name kv >/dev/null'
