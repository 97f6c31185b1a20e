#!/bin/sh
# examples/data-migrations: what each script makes of its rows.
. "$(dirname "$0")/../lib.sh"

dir=$top/examples/data-migrations
cd "$tmp" || exit 1

for script in "$dir"/*.sh; do
	name=$(basename "$script" .sh)
	case $name in
	convert | migrate) continue ;;
	esac
	run "$script" "$dir/$name.before"
	status_is "$name: runs" 0
	check "$name: makes of the rows before those after" \
	    diff "$dir/$name.after" "$out"
	run_with "$dir/$name.before" "$script"
	check "$name: is a filter" diff "$dir/$name.after" "$out"
done

# --- convert: the third row cannot be converted.
run "$dir/convert.sh" "$dir/convert.before"
status_is 'convert: stops at the row that cannot be converted' 3
check 'convert: after those that can' diff "$dir/convert.after" "$out"
err_has 'convert: and says which value is why' '"12,50"'
run "$dir/convert.sh" --rejects bad.ndjson "$dir/convert.before"
status_is 'convert: goes on when there is a file for rejects' 1
check 'convert: with the same rows' diff "$dir/convert.after" "$out"
run row-map -c '.row' bad.ndjson
out_is 'convert: the row that failed is in that file' \
    "$(sed -n 3p "$dir/convert.before")"
row-map '.row | .amount |= sub(","; ".")' bad.ndjson >mended.ndjson
run "$dir/convert.sh" mended.ndjson
out_is 'convert: mended, it goes through' \
    '{"age":7,"is_active":false,"created_at":"1999-12-31T23:59:00","tags":[],"amount":12.50}'

# --- migrate: from file to table.
run "$dir/migrate.sh" app.db "$dir/migrate.before"
status_is 'migrate: succeeds' 0
run sqlite3 app.db 'SELECT * FROM clients ORDER BY id'
out_is 'migrate: the table holds what could be taken over' \
    '1|ada@example.org|Ada|Lovelace|ACTIVE|100.00
2|plato@example.org|Plato||ACTIVE|0.10'
run row-map '[.row.id, .why[0].message]' rejects.ndjson
check 'migrate: the others are rejects, with the reason' \
    sh -c 'grep -q "^\[3,.*no e-mail address" "$1" &&
	grep -q "^\[4,.*more than 2 digits" "$1"' sh "$out"
finish
