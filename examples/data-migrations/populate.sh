#!/bin/sh
# populate [FILE ...] - fill what is null or missing, leave the rest alone
#
# A default may depend on the row.
exec row-map '
	default("country"; "DE")
	| default("display_name"; .name // .email)
	| default("is_active"; true)
' "$@"
