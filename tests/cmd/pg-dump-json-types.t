#!/bin/sh
# Every value is what the server's own row_to_json makes of it, byte for byte:
# digits, key order and all.
. "$(dirname "$0")/../lib.sh"

psql() { command psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

# The server's answer, under the settings that the manual names; line ends
# within json are spaces.
oracle() { # QUERY
	PGOPTIONS='-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601
	    -c bytea_output=hex -c extra_float_digits=1 -c lc_monetary=C
	    -c synchronize_seqscans=off' psql -c "SELECT
	    translate(row_to_json(whole)::text, E'\\n\\r', '  ') FROM ($1) AS whole"
}

same() { # TITLE TABLE
	oracle "SELECT * FROM $2" >"$tmp/want"
	run pg-dump-json "$2"
	cp "$out" "$tmp/got"
	check "$1: it has rows" test -s "$tmp/want"
	check "$1: the same as row_to_json" cmp "$tmp/got" "$tmp/want"
	run pg-dump-json --query "SELECT * FROM $2"
	check "$1: the same from a query" cmp "$out" "$tmp/want"
}

psql -f "$top/tests/data/types.sql" >/dev/null || exit 1

psql -c 'SELECT type FROM types.samples' >"$tmp/types"
while read -r type; do
	psql -c "SELECT 'types.' || quote_ident('t_' || \$q\$$type\$q\$)" \
	    >"$tmp/name"
	same "$type" "$(cat "$tmp/name")"
done <"$tmp/types"
same 'arrays of all shapes' types.arrays
same 'a cast to json is used as row_to_json does' types.casts
same 'a cast to text is not' types.text_casts
same 'values by chance' types.sweep
same 'days of 3,000 years' types.days
psql -c 'DROP SCHEMA types CASCADE' 2>/dev/null
finish
