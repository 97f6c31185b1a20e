#!/bin/sh
# convert [OPTION ...] [FILE ...] - text becomes what it says
#
# Three ways to treat what cannot be converted:
#	age	becomes null (a default)
#	tags	that are no numbers are left out
#	amount	makes the row fail: the run stops, or with --rejects FILE the
#		row goes there with the reason, to be mended and fed back
exec row-map '
	.age |= try to_int catch null
	| .is_active |= to_bool
	| .created_at |= to_iso8601("%d.%m.%Y %H:%M")
	| .tags |= map(to_int?)
	| .amount |= to_decimal(2; "exact")
' "$@"
