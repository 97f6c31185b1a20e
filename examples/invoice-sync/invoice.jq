# invoice.jq - an invoice of QuickBooks becomes one of ours, with its lines
#
# In: a row of the cache, with the project of its customer.  Out: a row of
# "invoices" with one more member, "lines", an array of rows of
# "invoice_lines".  A row that is mapped already passes as it is: so what was
# refused behind this stage can be mended and fed back, too.

# The same UUID for the same name, in every run: version 8 of RFC 9562.
def uuid_of:
	sha256 | "\(.[0:8])-\(.[8:12])-8\(.[13:16])-8\(.[17:20])-\(.[20:32])";

# A day in one of QuickBooks' three spellings; a time of day does not count.
def day:
	if . == null then null
	elif test("^[0-9]+/") then to_iso8601("%m/%d/%Y")
	else .[0:10] | to_iso8601
	end;

def money: if . then to_decimal(2; "exact") else null end;

# Lines with a subtotal only repeat what is in the others.
def lines($invoice):
	[.Line[]? | select(.DetailType != "SubTotalLineDetail")]
	| to_entries
	| map((.key + 1) as $position | .value | {
	    id: ("\($invoice) line \($position)" | uuid_of),
	    invoice_id: $invoice,
	    position: $position,
	    description: (.Description // null | squeeze),
	    item: (.SalesItemLineDetail.ItemRef.name // null),
	    quantity: (.SalesItemLineDetail.Qty // null),
	    unit_price: (.SalesItemLineDetail.UnitPrice // null),
	    amount: (.Amount | money)
	});

if has("qb_data") | not then
	.
else
	("invoice \(.qb_id)" | uuid_of) as $id
	| .qb_id as $qb_id
	| .project_id as $project
	| .qb_data
	| lines($id) as $lines
	| {
	    id: $id,
	    qb_id: $qb_id,
	    project_id: $project,
	    number: .DocNumber,
	    customer: (.CustomerRef.name | squeeze),
	    status: (if .Balance == 0 then "PAID"
		elif .EmailStatus == "EMAIL_SENT" then "SENT"
		else "DRAFT" end),
	    email_status: (.EmailStatus // "NOT_SET"),
	    issued_on: (.TxnDate | day),
	    due_on: (.DueDate // null | day),
	    currency: (.CurrencyRef.value // "USD"),
	    total: (.TotalAmt | money),
	    balance: (.Balance | money),
	    line_count: ($lines | length),
	    changed_at: (.MetaData.LastUpdatedTime // null),
	    lines: $lines
	}
end
