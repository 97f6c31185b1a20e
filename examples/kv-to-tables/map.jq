# map.jq - a document of the store becomes a row of $table
#
# In: {"key": "client:...", "value": {...}}.  A row that is mapped already
# passes as it is: so what was refused behind this stage can be mended and fed
# back, too.  The id is the document's own, or else that of its key.

def id: .value.id // (.key | sub("^[^:]*:"; "")) | uuid;

# "$1,299.00" as well as 12.5; more than two digits after the point are an
# error, not a matter of rounding.
def money:
	if type == "string" then gsub("[$, ]"; "") else . end
	| to_decimal(2; "exact");

# Its own slug, whatever that looks like, or else one made of its name.
def its_slug: .slug // .name | slug;

if (has("key") and has("value")) | not then
	.
else
	{id: id} + (.value |
	if $table == "clients" then {
		name: (.name | squeeze),
		slug: its_slug,
		email: (.email | downcase)
	} elif $table == "catalogs" then {
		name: (.name | squeeze),
		currency: (.currency // "USD" | upcase)
	} elif $table == "sites" then {
		client_id: (.clientId | uuid),
		catalog_id: (.catalogId | uuid),
		name: (.name | squeeze),
		slug: its_slug,
		status: (.status // "draft"),
		settings: (.settings // {})
	} elif $table == "products" then {
		catalog_id: (.catalogId | uuid),
		sku: .sku,
		name: (.name | squeeze),
		description: .description,
		price: (.price | money),
		stock: (.stock // 0 | to_int),
		tags: (.tags // [])
	} elif $table == "employees" then {
		site_id: (.siteId | uuid),
		email: (.email | downcase),
		name: .name,
		is_active: (if .active == null then true
		    else .active | to_bool end)
	} elif $table == "orders" then {
		employee_id: (.employeeId | uuid),
		product_id: (.productId | uuid),
		quantity: (.quantity | to_int),
		status: .status,
		ordered_at: (.orderedAt | to_iso8601)
	} else
		error("no mapping for table \($table)")
	end
	+ {updated_at: (.updatedAt | to_iso8601)})
end
