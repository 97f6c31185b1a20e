#!/bin/sh
# examples/invoice-sync: the first look, the sync, a second one, the repair.
. "$(dirname "$0")/../lib.sh"

dir=$top/examples/invoice-sync
sync=$dir/sync.sh
PGDATABASE=invoice_sync_$$
export PGDATABASE
trap 'dropdb --maintenance-db=postgres --if-exists -f "$PGDATABASE"
    rm -rf "$tmp"' EXIT
createdb --maintenance-db=postgres "$PGDATABASE" || exit 1
cd "$tmp" || exit 1
q() { psql -qAtX -v ON_ERROR_STOP=1 -c "$1"; }
check 'the sample is loaded' psql -q -f "$dir/sample.sql"

# What pg-load says of a table: in, created, updated, unchanged.
loaded() {
	sed -n "s/^pg-load: $1: \\([0-9]*\\) in, \\([0-9]*\\) created, \\([0-9]*\\)\
 updated, \\([0-9]*\\) unchanged, 0 skipped, 0 rejected\$/\\1 \\2 \\3 \\4/p" \
	    "$err"
}
state() {
	q 'SELECT md5(string_agg(i::text, chr(10) ORDER BY id)) FROM invoices i
	UNION ALL
	SELECT md5(string_agg(l::text, chr(10) ORDER BY id)) FROM invoice_lines l'
}

# --- A look.
run "$sync" --preflight
status_is 'preflight finds what would fail' 1
is 'and that is three things' "$(grep -c '^\[FAIL\]' "$out")" 3
check 'a day that does not exist' \
    grep -q '^\[FAIL\] filter: 1 row: .*02/30/2024' "$out"
check 'a label that there is not' \
    grep -q '^\[FAIL\] email_status: enum: 1 row: ' "$out"
check 'a customer without project' \
    grep -q '^\[FAIL\] project_id: not-null: 1 row: ' "$out"
check 'it speaks ASCII' all_ascii "$out" "$err"
is 'nothing was written' "$(q 'SELECT count(*) FROM invoices')" 0

# --- Step by step.
run "$sync" --limit 1
status_is 'one invoice' 0
is 'is created' "$(loaded invoices)" '1 1 0 0'
run "$sync" --limit 3
status_is 'three invoices' 0
is 'two of them are new' "$(loaded invoices)" '3 2 0 1'
before=$(state)
run "$sync" --dry-run
status_is 'a dry run' 1
is 'counts what it would do' "$(loaded invoices)" '60 57 0 3'
is 'and keeps nothing of it' "$(state)" "$before"
run "$sync"
status_is 'the sync stores what is good, and has findings' 1
is 'all good invoices are there' "$(loaded invoices)" '60 57 0 3'
check 'it speaks ASCII' all_ascii "$out" "$err"
is 'three are kept aside' "$(row-map -q '.row | .qb_id' rejects.ndjson |
    sort | xargs)" '1017 1031 1049'
err_has 'and it says what to do with them' 'sync.sh --from'

# --- What is stored is what the documents say, in PostgreSQL's own words.
is 'amounts and labels are those of the documents' "$(q "
    SELECT count(*) FROM invoices AS i
      JOIN quickbooks_invoices_cache AS c USING (qb_id)
     WHERE i.total = (c.qb_data ->> 'TotalAmt')::numeric
       AND i.balance = (c.qb_data ->> 'Balance')::numeric
       AND replace(i.email_status::text, '_', '') =
	upper(c.qb_data ->> 'EmailStatus')
       AND i.customer = regexp_replace(btrim(c.qb_data #>>
	'{CustomerRef,name}'), '  +', ' ', 'g')
       AND (i.status = 'PAID') = (c.qb_data ->> 'Balance' = '0')
       AND i.changed_at = (c.qb_data #>>
	'{MetaData,LastUpdatedTime}')::timestamptz")" 60
is 'days are the same in each spelling' "$(q "
    SELECT count(*) FROM invoices AS i
      JOIN quickbooks_invoices_cache AS c USING (qb_id)
     WHERE c.qb_data ->> 'TxnDate' IN (to_char(i.issued_on, 'YYYY-MM-DD'),
	to_char(i.issued_on, 'MM/DD/YYYY'),
	to_char(i.issued_on, 'YYYY-MM-DD') || 'T00:00:00-08:00')
       AND i.due_on IS NOT DISTINCT FROM
	(c.qb_data ->> 'DueDate')::date")" 60
is 'lines are those of the documents' "$(q "
    SELECT count(*) FROM ((SELECT i.qb_id, l.position, l.description, l.item,
	    l.quantity, l.unit_price, l.amount
	FROM invoice_lines AS l JOIN invoices AS i ON i.id = l.invoice_id)
    EXCEPT ALL (SELECT c.qb_id, n::int, d ->> 'Description',
	    d #>> '{SalesItemLineDetail,ItemRef,name}',
	    (d #>> '{SalesItemLineDetail,Qty}')::numeric,
	    (d #>> '{SalesItemLineDetail,UnitPrice}')::numeric(14,4),
	    (d ->> 'Amount')::numeric
	FROM quickbooks_invoices_cache AS c, jsonb_array_elements(
	    c.qb_data -> 'Line') WITH ORDINALITY AS x (d, n)
	WHERE d ->> 'DetailType' <> 'SubTotalLineDetail')) AS wrong")" 0
is 'and no line is missing' "$(q 'SELECT count(*) FROM invoices AS i
    WHERE total <> (SELECT sum(amount) FROM invoice_lines
    WHERE invoice_id = i.id)')" 0
is 'lines without details are among them' \
    "$(q 'SELECT count(*) > 10 FROM invoice_lines WHERE quantity IS NULL')" t
is 'a name keeps its umlaut' "$(q "SELECT count(*) > 0 FROM invoices
    WHERE customer = U&'M\\00FCller Bau'")" t

# --- Again.
before=$(state)
run "$sync"
is 'a second run changes no invoice' "$(loaded invoices)" '60 0 0 60'
is 'and no line' "$(loaded invoice_lines | cut -d ' ' -f 2,3)" '0 0'
is 'all is as it was' "$(state)" "$before"
q "UPDATE quickbooks_invoices_cache SET qb_data = qb_data || '{\"Balance\": 0}'
    WHERE qb_id = '1001'"
run "$sync"
is 'an invoice that changed updates one row' "$(loaded invoices)" '60 0 1 59'
is 'which is paid now' \
    "$(q "SELECT status, balance FROM invoices WHERE qb_id = '1001'")" \
    'PAID|0.00'
q "UPDATE quickbooks_invoices_cache SET qb_data = qb_data #- '{Line,0}'
    WHERE qb_id = '1002'"
run "$sync"
is 'a line that is gone' "$(q "SELECT line_count, (SELECT count(*)
    FROM invoice_lines AS l WHERE l.invoice_id = i.id) FROM invoices AS i
    WHERE qb_id = '1002'")" '2|2'

# --- A stage that dies.
before=$(state)
q "UPDATE quickbooks_invoices_cache SET qb_data = qb_data || '{\"Balance\": 1}'"
mkdir bin
printf '#!/bin/sh\nhead -n 20\nkill -9 $$\n' >bin/enum-upcase
chmod +x bin/enum-upcase
PATH=$tmp/bin:$PATH run "$sync"
status_is 'a stage that dies makes the stream incomplete' 5
is 'and nothing is stored' "$(state)" "$before"
q "UPDATE quickbooks_invoices_cache SET qb_data = qb_data || '{\"Balance\": 0}'"
run "$sync"

# --- The repair.
row-map -q -f "$dir/repair.jq" rejects.ndjson >mended.ndjson
run "$sync" --from mended.ndjson --dry-run
status_is 'the repair is tried' 0
is 'and would create the three' "$(loaded invoices)" '3 3 0 0'
run "$sync"
run sh -c 'row-map -q -f "$1/repair.jq" rejects.ndjson | "$1/sync.sh" --from -' \
    sh "$dir"
status_is 'what was mended is fed back' 0
is 'and created' "$(loaded invoices)" '3 3 0 0'
check 'no reject is left' test ! -e rejects.ndjson
is 'all invoices are there' "$(q 'SELECT count(*) FROM invoices')" 63
run "$sync"
is 'the next run leaves them alone' \
    "$(loaded invoices) $(q 'SELECT count(*) FROM invoices')" '60 0 0 60 63'

# --- Trouble.
run "$sync" --limit three
status_is 'a limit that is no number' 2
run "$sync" --nonsense
err_has 'an option that there is not' '--help lists the options'
PGHOST=$tmp/nowhere run "$sync"
status_is 'no server' 4

check_scripts "$dir"
run env -u DEMO_SERVER B="${bin%/bin}" "$dir/demo.sh"
status_is 'the demo runs' 0
finish
