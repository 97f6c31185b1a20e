# repair.jq - what was wrong with the rows of the sample
#
#	row-map -f repair.jq rejects/orders.ndjson >mended/orders.ndjson
#	migrate.sh --retry mended
#
# A reject of the mapping is a document of the store, one of a later stage is
# a row.  Orphans whose parents are mended go through as they are.
.row
| if .key then
	if .key | endswith("9001") then del(.value.id)
	elif .key | endswith("9002") then .value.price = "19.99"
	elif .key | endswith("501") then
		.value.productId = "40000000-0000-4000-8000-000000000001"
	end
elif .catalog_id then
	if .sku == "SKU-00001" then .sku = "SKU-09004"
	else .catalog_id = "20000000-0000-4000-8000-000000000001"
	end
elif .site_id then
	if .email | contains("@") then
		.site_id = "30000000-0000-4000-8000-000000000001"
	else
		.email |= sub("\\(at\\)"; "@")
	end
elif .status == "lost" then .status = "CANCELLED"
elif .quantity == 0 then .quantity = 1
end
