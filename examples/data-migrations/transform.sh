#!/bin/sh
# transform [FILE ...] - tidy names, shout statuses, add the tax
exec row-map '
	.name |= squeeze
	| .slug = (.name | slug)
	| .status |= upcase
	| .gross = (.net * 1.19 | to_decimal(2; "half_even"))
' "$@"
