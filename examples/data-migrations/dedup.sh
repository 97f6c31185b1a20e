#!/bin/sh
# dedup [FILE ...] - of clients with the same address, the first stays
#
# Addresses are the same when they differ in case and white space only; rows
# without one all stay.  The keys that were seen are held in memory.
exec row-map -n '
	foreach inputs as $row ({seen: {}, row: null};
		($row.email | downcase | squeeze) as $key
		| .row = if $key != null and .seen[$key] then null else $row end
		| if $key != null then .seen[$key] = true else . end;
		.row // empty)
' "$@"
