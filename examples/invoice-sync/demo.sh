#!/bin/sh
# demo.sh - the sample's invoices, from the first look to the last repair

# Private server, empty folder, say and step come with ../demo.sh.
. "$(dirname "$0")/../demo.sh"

cp "$here/repair.jq" .
psql -q -f "$here/sample.sql"
say 'What would fail?'
step 1 'sync.sh --preflight'
say 'One invoice, three, and all of them without keeping them.'
step 0 'sync.sh --limit 1'
step 0 'sync.sh --limit 3'
step 1 'sync.sh --dry-run'
say 'For real: three invoices cannot be taken over, and wait in a file.'
step 1 'sync.sh'
step 0 "row-map -r '.why[].message' rejects.ndjson"
say 'Again: there is nothing to do.'
step 1 'sync.sh'
say 'An invoice is paid: one row changes.'
step 0 "psql -qc \"UPDATE quickbooks_invoices_cache
    SET qb_data = qb_data || '{\\\"Balance\\\": 0}' WHERE qb_id = '1001'\""
step 1 'sync.sh'
say 'The three are mended and fed back.'
step 0 'row-map -f repair.jq rejects.ndjson | sync.sh --from -'
step 0 "psql -c 'SELECT count(*), sum(total) FROM invoices' \\
    -c 'SELECT count(*), sum(amount) FROM invoice_lines'"
