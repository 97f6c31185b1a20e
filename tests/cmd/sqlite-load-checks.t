#!/bin/sh
# A CHECK of json_valid takes and refuses what SQLite itself does.
. "$(dirname "$0")/../lib.sh"

# Each value as the JSON string of a row, and as an SQL expression.
sqlite3 "$tmp/check.db" 'CREATE TABLE plain (v ANY CHECK (json_valid(v))) STRICT;
CREATE TABLE ours (v ANY CHECK (json_valid(v))) STRICT'

same() { # TITLE JSON
	printf '{"v":%s}\n' "$2" >"$tmp/row"
	value=$(sqlite3 :memory: "SELECT quote(json_extract(readfile('$tmp/row'), '\$.v'))")
	if sqlite3 "$tmp/check.db" "INSERT INTO plain VALUES ($value)" \
	    2>"$tmp/.why"; then
		want=0
	else
		want=3
	fi
	run_with "$tmp/row" sqlite-load -q "$tmp/check.db" ours
	status_is "json_valid of $1 is what SQLite makes of it" "$want"
	verdicts="${verdicts-}$want"
}

same 'an object' '"{\"a\": [1, 2.5, null]}"'
same 'a scalar' '"1"'
same 'white space around' '" [] "'
same 'an open brace' '"{"'
same 'nothing' '""'
same 'plain text' '"hello"'
same 'two values' '"1 2"'
same 'a lone surrogate' '"\"\\ud800\""'
same 'a repeated key' '"{\"a\":1,\"a\":2}"'
same 'a number' 12
same 'null' null
is 'and some were taken, some refused' \
    "$(echo "$verdicts" | grep -c '03.*0' )" 1

# What one row had as JSON is not taken for granted in the next one.
sqlite3 "$tmp/check.db" 'CREATE TABLE next (j TEXT, -- jsonb
    s TEXT CHECK (json_valid(s)), n INTEGER) STRICT'
printf '%s\n' '{"j":[10],"s":"1","n":"x"}' '{"s":"[1,","n":1}' \
    '{"j":[10],"s":"[10]","n":1}' >"$tmp/row"
run_with "$tmp/row" sqlite-load --on-error reject "$tmp/check.db" next
err_has 'each row is looked at by itself' '3 in, 1 created'

finish
