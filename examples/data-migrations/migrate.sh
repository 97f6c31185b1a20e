#!/bin/sh
# migrate DATABASE FILE - old clients into the table "clients" of SQLite
#
# Rows that do not fit the new table end up in rejects.ndjson; with "--on-error
# stop" instead, the first of them would end the run, and nothing would have
# been stored.
set -e
database=$1
old=$2

sqlite3 "$database" 'CREATE TABLE IF NOT EXISTS clients (
	id		INTEGER PRIMARY KEY,
	email		TEXT NOT NULL UNIQUE,
	first_name	TEXT,
	last_name	TEXT,
	status		TEXT NOT NULL CHECK (status IN ("ACTIVE", "INACTIVE")),
	credit		TEXT
) STRICT'

row-map --frame --rejects rejects.ndjson '
	.email |= (squeeze | downcase)
	| if .email == null then error("no e-mail address") else . end
	| split_field("name"; " "; ["first_name", "last_name"])
	| remap("status"; {a: "active", i: "inactive"})
	| default("status"; "active")
	| .credit |= to_decimal(2; "exact")
	| keep("id", "email", "first_name", "last_name", "status", "credit")
' "$old" |
    enum-upcase -f status |
    sqlite-load "$database" clients
