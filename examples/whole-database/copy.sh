#!/usr/bin/env bash
# copy.sh - copy all tables of a PostgreSQL database into a SQLite file
#
#	copy.sh [-d CONNINFO] [--limit N] [--export DIR] [FILE]
#
# The server is only read.  With --limit at most N rows of each table are
# taken; when that leaves rows behind, the foreign keys stay behind as well.

set -euo pipefail

PG=
limit=
export_dir='export'
file=
while [ $# -gt 0 ]; do
	# shellcheck disable=SC2034 # PG is named by commands that are printed
	case $1 in
	-d | --dbname) PG=${2?}; shift ;;
	--limit) limit=${2?}; shift ;;
	--export) export_dir=${2?}; shift ;;
	-*) echo "copy.sh: unknown option $1" >&2; exit 2 ;;
	*) file=$1 ;;
	esac
	shift
done
file=${file:-app.db}
schema=$export_dir/schema.ndjson
package=$export_dir/datapackage.json

# Print a command as one would type it, then run it.
step() {
	printf '$ %s\n' "$1"
	eval "$1"
}

step "pg-dump-json -d \"\$PG\" -j 2${limit:+ --limit $limit} \\
    --output-dir ${export_dir@Q}"
step "checksum --verify-dir ${export_dir@Q}"
if [ -n "$limit" ] && jq -e --argjson n "$limit" \
    'any(.resources[]; ."x-rows" >= $n)' "$package" >/dev/null; then
	schema=${file%.*}.schema.ndjson
	step "jq -c 'del(.\"x-foreignKeys\")' ${export_dir@Q}/schema.ndjson \\
    >${schema@Q}"
fi
step "sqlite-load --create --schema ${schema@Q} ${file@Q} \\
$(jq -r --arg dir "$export_dir" '.resources[] | "\(.name)=\($dir)/\(.path)" |
	if test("^[A-Za-z0-9_./=-]+$") then . else @sh end' "$package" |
    sed 's/^/    /;s/$/ \\/;$s/ \\$//')"

# Rows in one form, so that those of both sides can be compared.
plain() { jq -cS . | sort; }

checks=$(step "sqlite3 -readonly ${file@Q} \\
    'PRAGMA integrity_check; PRAGMA foreign_key_check'")
printf '%s\n\n' "$checks"
[ "${checks##*$'\n'}" = ok ]
failed=0
printf '%-32s %10s %10s   %s\n' table PostgreSQL SQLite status
while IFS=$'\t' read -r table path rows; do
	stored=$(sqlite-dump-json -q "$file" "$table" | wc -l)
	different=$(diff <(plain <"$export_dir/$path") <(sqlite-dump-json -q \
	    --schema "$schema" "$file" "$table" | plain) | grep -c '^[<>]') || :
	status=ok
	[ "$different" -eq 0 ] || status="$different rows differ"
	[ "$stored" -eq "$rows" ] || status='not as many rows'
	[ "$status" = ok ] || failed=1
	printf '%-32s %10s %10s   %s\n' "$table" "$rows" "$stored" "$status"
done < <(jq -r '.resources[] | [.name, .path, ."x-rows"] | join("\t")' "$package")
exit "$failed"
