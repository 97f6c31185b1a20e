#!/bin/sh
# rename [FILE ...] - other names for fields, which stay in their places
exec row-map '
	rename({mail: "email", dob: "birth_date"})
	| drop("user_id", "password_hash")
' "$@"
