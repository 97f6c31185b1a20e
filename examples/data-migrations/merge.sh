#!/bin/sh
# merge [FILE ...] - street and town become one line
#
# Parts that are null leave no gap behind; if all are, so is the result.
exec row-map '
	merge_fields(["zip", "town"]; " "; "place")
	| merge_fields(["street", "place"]; ", "; "address")
	| drop("street", "zip", "town", "place")
' "$@"
