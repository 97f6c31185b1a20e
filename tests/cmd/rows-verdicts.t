#!/bin/sh
# Every program that rejects rows rejects the same lines: those of
# tests/json/reject, and none of tests/json/accept.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

# One text a line, those that are accepted as the value of a field.
line() { # FILE FORMAT
	[ "$(tr -cd '\n' <"$1" | wc -c)" -le 1 ] || return 0
	# shellcheck disable=SC2059 # the format is one of two below
	printf "$2" "$(tr -d '\n\000' <"$1")"
}
for f in "$top"/tests/json/accept/*.json; do
	case $f in
	*-deep*) ;;	# with the field around it, it would be too deep
	*) line "$f" '{"id":1,"v":%s}\n' ;;
	esac
done >good
for f in "$top"/tests/json/reject/*.json; do
	[ "$(tr -cd '\000' <"$f" | wc -c)" -ne 0 ] || line "$f" '%s\n'
done | grep -av '^[[:space:]]*$' >bad
cat good bad good >rows
want=$(seq "$(($(wc -l <good) + 1))" "$(($(wc -l <good) + $(wc -l <bad)))")
check 'there are texts that are accepted' [ "$(wc -l <good)" -gt 100 ]
check 'there are texts that are rejected' [ "$(wc -l <bad)" -gt 300 ]

sqlite3 t.db 'CREATE TABLE t (id INTEGER)'
echo '{"type":"object"}' >schema
rejects() { # PROGRAM ...
	run "$@"
	is "$1 rejects what is no row, and nothing else" \
	    "$(jq .at.line bad.ndjson)" \
	    "$want"
	status_is "$1 says that it did" 1
}
rejects checksum --rows --rejects bad.ndjson rows
rejects enum-upcase -f s --rejects bad.ndjson rows
rejects row-dedup -k id --rejects bad.ndjson rows
# These two take other values than objects, if they are let.
rejects row-map --rejects bad.ndjson 'objects // error("no object")' rows
rejects row-profile --rejects bad.ndjson rows
rejects row-report --rejects bad.ndjson rows
rejects row-validate --schema schema --rejects bad.ndjson rows
rejects sqlite-load --ignore-unknown --rejects bad.ndjson t.db t=rows
if [ -n "${PGHOST-}" ]; then
	table=verdicts_$$
	psql -qXc "CREATE TABLE $table (id integer)"
	rejects pg-load --ignore-unknown --rejects bad.ndjson "$table=rows"
	psql -qXc "DROP TABLE $table"
else
	skip 'pg-load rejects the same' 'no PostgreSQL server'
fi
finish
