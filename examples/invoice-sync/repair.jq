# repair.jq - what was wrong with the three invoices of the sample
#
#	row-map -f repair.jq rejects.ndjson | sync.sh --from -
#
# A reject holds the row as the stage that refused it got it: from the first
# two stages it is one of the cache, from the last one a mapped one.
.row
| if .qb_data.TxnDate == "02/30/2024" then
	.qb_data.TxnDate = "02/29/2024"
elif .qb_data.EmailStatus == "Emailed" then
	.qb_data.EmailStatus = "EmailSent"
elif .project_id == null then
	.project_id = "00000000-0000-4000-8000-000000000009"
end
