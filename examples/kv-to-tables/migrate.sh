#!/bin/sh
# migrate.sh - take the documents of a key-value store over into tables
#
# Copy it, and change what stands under "The migration", and map.jq, which
# says what becomes of a document.  README.md beside it explains the stages.

set -eu
here=$(cd "$(dirname "$0")" && pwd)

usage() {
	cat <<-!
	usage: migrate.sh [options]
	Fill tables from kv_store, which is only read.

	  -d, --dbname CONNINFO   the PostgreSQL database (default: PG* variables)
	      --dry-run           do everything and take it back
	      --verbose           let every stage say what it did
	      --batch N           commit after every N rows, not all at once
	      --skip-validation   leave it to the server to find bad rows
	      --rejects DIR       where rows go that cannot be taken over, a file
	                          for each table (default rejects)
	      --retry DIR         take rows from the files in DIR, mended rejects,
	                          instead of the store
	      --stats FILE        write the statistics to FILE as JSON, too
	  -h, --help              show this help and exit

	The status is 1 when there are rows that could not be taken over.
	!
}

die() {
	echo "migrate.sh: $*" >&2
	exit 2
}

PG=
dry_run=
quiet=-q
batch=
validation=1
rejects='rejects'
retry=
stats=
while [ $# -gt 0 ]; do
	option=$1
	case $option in
	-d | --dbname | --batch | --rejects | --retry | --stats)
		[ $# -ge 2 ] || die "option $option needs an argument"
		shift
		;;
	esac
	case $option in
	-d | --dbname) PG=$1 ;;
	--dry-run) dry_run=--dry-run ;;
	--verbose) quiet= ;;
	--batch)
		case $1 in
		0 | '' | *[!0-9]*) die "not a number of rows: $1" ;;
		esac
		batch=$1
		;;
	--skip-validation) validation= ;;
	--rejects) rejects=$1 ;;
	--retry) retry=$1 ;;
	--stats) stats=$1 ;;
	-h | --help) usage; exit 0 ;;
	*) die "unknown option $option; --help lists the options" ;;
	esac
	shift
done
[ -z "$retry" ] || [ -d "$retry" ] || die "there is no directory $retry"
for program in pg-dump-json pg-schema checksum row-sanitize row-map \
    enum-upcase row-dedup row-validate pg-load; do
	command -v "$program" >/dev/null || die "there is no program $program"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# --- The migration ---------------------------------------------------------

# The tables, those that others refer to first, and the prefix of their keys.
tables='clients catalogs sites products employees orders'
prefix_of() {
	case $1 in
	clients) echo client: ;;
	catalogs) echo catalog: ;;
	sites) echo site: ;;
	products) echo product: ;;
	employees) echo employee: ;;
	orders) echo order: ;;
	esac
}

# Fields with labels, which are capitals in the new tables.
labels() { # TABLE OPTION ...
	case $1 in
	sites | orders)
		enum-upcase --schema "$work/schema.ndjson" --table "$@" \
		    --ignore-case -f status
		;;
	*) cat ;;
	esac
}

# What the catalogs do not know of the values.
demands='if .properties.email then .properties.email.format = "email" else . end'

# --- The stages ------------------------------------------------------------

# shellcheck disable=SC2086 # a word for each table
pg-schema -d "$PG" $tables >"$work/tables.ndjson"
row-map -q "$demands" "$work/tables.ndjson" >"$work/schema.ndjson"

# Each stage puts a frame around its rows: when one dies, the next one knows,
# and nothing is stored.
ROWPIPE_FRAME=1
export ROWPIPE_FRAME

# The store as it is now, and a sum of its rows in whatever order.
read_store() {
	pg-dump-json -q -d "$PG" kv_store |
	    checksum -q --rows -o "$work/store.sum" --name kv_store \
		--stats "$work/store.stats" --require-frame \
		>"$work/store.ndjson"
}

# The same sum again: whoever changed the store, it was not this script.
check_store() {
	store_status=0
	pg-dump-json -q -d "$PG" kv_store |
	    checksum -q --rows --verify "$work/store.sum" --name kv_store \
		>/dev/null || store_status=$?
	[ "$store_status" -ne 1 ] ||
	    echo "migrate.sh: kv_store was changed meanwhile, by somebody" \
		"else: run this again to take over the changes" >&2
}

documents() { # TABLE
	if [ -z "$retry" ]; then
		row-map -q --arg prefix "$(prefix_of "$1")" \
		    'select(.key | startswith($prefix))' "$work/store.ndjson"
	elif [ -f "$retry/$1.ndjson" ]; then
		row-map -q 'if has("why") and has("row") then .row else . end' \
		    "$retry/$1.ndjson"
	else
		: >"$work/none"
		row-map -q . "$work/none"
	fi
}

# Rows that are in a table, or will be, are parents that a row can refer to.
validate() { # TABLE
	if [ -z "$validation" ]; then
		cat
		return
	fi
	row-validate ${quiet:+-q} --schema "$work/schema.ndjson" --table "$1" \
	    --keys --keys-dir "$work/parents" --require-frame \
	    --rejects "$work/$1.3.rejects"
}

convert() { # TABLE
	status=0
	documents "$1" |
	    row-sanitize ${quiet:+-q} --controls --nfc --trim --empty-null |
	    row-map ${quiet:+-q} --arg table "$1" -f "$here/map.jq" \
		--stats "$work/$1.map.stats" --rejects "$work/$1.1.rejects" |
	    labels "$1" ${quiet:+-q} --rejects "$work/$1.2.rejects" |
	    row-dedup ${quiet:+-q} -k id --keep max:updated_at \
		--stats "$work/$1.dedup.stats" |
	    validate "$1" >"$work/$1.ndjson" || status=$?
	[ "$status" -le 1 ] || exit "$status"
	{
		pg-dump-json -q -d "$PG" "$1"
		cat "$work/$1.ndjson"
	} >"$work/parents/$1.ndjson"
}

# All tables in one transaction, or in batches.  What only the server finds
# wrong costs the one row.
load() {
	status=0
	for table in $tables; do
		set -- "$@" "$table=$work/$table.ndjson"
	done
	pg-load ${quiet:+-q} -d "$PG" --on-conflict update --require-frame \
	    --stats "$work/load.stats" --rejects "$work/load.rejects" \
	    $dry_run ${batch:+--batch "$batch"} "$@" || status=$?
	[ "$status" -le 1 ] || exit "$status"
}

# What was refused, a file for each table, and nothing of an earlier run.
keep_rejects() {
	mkdir -p "$rejects"
	for table in $tables; do
		cat "$work/$table".*.rejects >"$work/rejected"
		row-map -q --arg file "$work/$table.ndjson" \
		    'select(.at.file == $file)' "$work/load.rejects" \
		    >>"$work/rejected"
		cp "$work/rejected" "$work/$table.rejected"
		rm -f "$rejects/$table.ndjson"
		[ ! -s "$work/rejected" ] ||
		    mv "$work/rejected" "$rejects/$table.ndjson"
	done
	rmdir "$rejects" 2>/dev/null || :
}

# What became of the documents of each table, as JSON.
statistics() {
	for table in $tables; do
		row-map -q -n --arg table "$table" \
		    --argjson rejected "$(grep -c . "$work/$table.rejected")" \
		    --slurpfile map "$work/$table.map.stats" \
		    --slurpfile dedup "$work/$table.dedup.stats" \
		    --slurpfile load "$work/load.stats" '
			($load[].tables[] | select(.table == $table)) as $row
			| {table: $table, documents: $map[0].in,
			    duplicates: $dedup[0].dropped, rejected: $rejected,
			    created: $row.created, updated: $row.updated,
			    unchanged: $row.unchanged, skipped: $row.skipped}
			| .balanced = (.documents == .duplicates + .rejected +
			    .created + .updated + .unchanged + .skipped)'
	done
}

print_statistics() {
	format='%-10s %9s %10s %8s %8s %8s %9s\n'
	# shellcheck disable=SC2059
	printf "$format" table documents duplicates rejected created updated \
	    unchanged
	row-map -q -r '"\(.table) \(.documents) \(.duplicates) \(.rejected) " +
	    "\(.created) \(.updated) \(.unchanged + .skipped)"' \
	    "$work/statistics" |
	    while read -r table documents dropped bad new changed same; do
		# shellcheck disable=SC2059
		printf "$format" "$table" "$documents" "$dropped" "$bad" \
		    "$new" "$changed" "$same"
	    done
	[ -n "$retry" ] ||
	    row-map -q -s -r --slurpfile store "$work/store.stats" \
		'"Keys that belong into no table: " +
		"\($store[0].in - (map(.documents) | add))"' "$work/statistics"
}

mkdir "$work/parents"
[ -n "$retry" ] || read_store
for table in $tables; do
	convert "$table"
done
load
store_status=0
[ -n "$retry" ] || check_store

unset ROWPIPE_FRAME
keep_rejects
statistics >"$work/statistics"
[ -z "$stats" ] || cp "$work/statistics" "$stats"
print_statistics
row-map -q -s -e 'all(.balanced)' "$work/statistics" >/dev/null || {
	echo 'migrate.sh: these numbers do not add up: some rows are lost' >&2
	exit 4
}
[ -z "$dry_run" ] || echo 'A dry run: nothing was changed.'
[ -d "$rejects" ] || exit "$store_status"
echo "migrate.sh: rows that could not be taken over are in $rejects:" \
    "mend them, and give them to migrate.sh --retry $rejects" >&2
[ "$store_status" -gt 1 ] || exit 1
exit "$store_status"
