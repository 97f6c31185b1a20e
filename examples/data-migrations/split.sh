#!/bin/sh
# split [FILE ...] - a full name becomes two fields, a list a JSON array
#
# The last field takes what is left over; a missing part is null.
exec row-map '
	split_field("full_name"; " "; ["first_name", "last_name"])
	| drop("full_name")
	| .tags |= if . == null then [] else split(",") | map(squeeze) end
' "$@"
