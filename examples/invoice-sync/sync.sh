#!/bin/sh
# sync.sh - take the invoices of a QuickBooks cache over into tables
#
# Copy it, and change what stands under "The sync", and invoice.jq, which says
# how an invoice is mapped.  README.md beside it explains the stages.

set -eu
here=$(cd "$(dirname "$0")" && pwd)

usage() {
	cat <<-!
	usage: sync.sh [options]
	Bring the tables invoices and invoice_lines up to date.

	  -d, --dbname CONNINFO   the PostgreSQL database (default: PG* variables)
	      --preflight         only say what would fail, and write nothing
	      --limit N           only the first N invoices
	      --dry-run           do everything and take it back
	      --from FILE         take rows that were mended from FILE, or from
	                          standard input when it is -, not from the cache
	      --rejects FILE      where invoices go that cannot be taken over
	                          (default rejects.ndjson)
	  -h, --help              show this help and exit

	The status is 1 when there are such invoices, or preflight failures.
	!
}

die() {
	echo "sync.sh: $*" >&2
	exit 2
}

PG=
from=
limit=
only_preflight=
dry_run=
rejects=rejects.ndjson
while [ $# -gt 0 ]; do
	option=$1
	case $option in
	-d | --dbname | --limit | --from | --rejects)
		[ $# -ge 2 ] || die "option $option needs an argument"
		shift
		;;
	esac
	case $option in
	-d | --dbname) PG=$1 ;;
	--from) from=$1 ;;
	--limit)
		case $1 in
		'' | *[!0-9]*) die "not a whole number: $1" ;;
		esac
		limit=$1
		;;
	--rejects) rejects=$1 ;;
	--preflight) only_preflight=1 ;;
	--dry-run) dry_run=1 ;;
	-h | --help) usage; exit 0 ;;
	*) die "unknown option $option; --help lists the options" ;;
	esac
	shift
done
for program in pg-dump-json pg-schema enum-upcase row-map row-validate \
    preflight pg-load psql; do
	command -v "$program" >/dev/null || die "there is no program $program"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# --- The sync --------------------------------------------------------------

# What the cache has, each invoice with the project of its customer.
query="SELECT c.qb_id, c.qb_data, p.id AS project_id
    FROM quickbooks_invoices_cache AS c
    LEFT JOIN projects AS p
	ON p.qb_customer_id = c.qb_data #>> '{CustomerRef,value}'
    ORDER BY c.qb_id"

# The labels of EmailStatus, from QuickBooks' spelling to that of the column.
labels() {
	enum-upcase -f qb_data.EmailStatus --map NotSet=NOT_SET \
	    --map NeedToSend=NEED_TO_SEND --map EmailSent=EMAIL_SENT "$@"
}

# Lines that an invoice no longer has: it came with fewer than before.
stale="DELETE FROM invoice_lines AS l USING invoices AS i
    WHERE l.invoice_id = i.id AND l.position > i.line_count"

# --- The stages ------------------------------------------------------------

# Each stage puts a frame around its rows: when one dies, the next one knows,
# and nothing is stored.
ROWPIPE_FRAME=1
export ROWPIPE_FRAME

source_rows() {
	case $from in
	'')
		pg-dump-json -q -d "$PG" --query "$query" \
		    ${limit:+--limit "$limit"}
		;;
	-)
		# A file has an end that can be trusted.
		cat >"$work/from.ndjson"
		row-map -q ${limit:+--limit "$limit"} . "$work/from.ndjson"
		;;
	*)
		row-map -q ${limit:+--limit "$limit"} . "$from"
		;;
	esac
}

# One JSON Schema for an invoice with its lines, as the catalogs have them.
make_schema() {
	pg-schema -d "$PG" invoices invoice_lines >"$work/tables.ndjson"
	row-map -s 'map({key: .title, value: .}) | from_entries
	    | .invoice_lines as $lines | .invoices
	    | .required += ["lines"]
	    | .properties.lines = {type: "array", items: ($lines
		| {type, properties, required, additionalProperties})}' \
	    "$work/tables.ndjson" >"$work/schema.json"
}

# Invoices that are fit to be loaded; the others become rejects.
map_rows() {
	status=0
	source_rows |
	    labels --allow NOT_SET,NEED_TO_SEND,EMAIL_SENT \
		--rejects "$work/label.rejects" |
	    row-map -f "$here/invoice.jq" --rejects "$work/map.rejects" |
	    row-validate --schema "$work/schema.json" --unique qb_id \
		--require-frame --rejects "$work/value.rejects" \
		>"$work/mapped.ndjson" || status=$?
	[ "$status" -le 1 ] || exit "$status"
}

# All or nothing.  A row that has not changed is not written.
load_rows() {
	row-map -q 'del(.lines)' "$work/mapped.ndjson" >"$work/invoices.ndjson"
	row-map -q '.lines[]' "$work/mapped.ndjson" >"$work/lines.ndjson"
	pg-load -d "$PG" --on-conflict update --require-frame "$@" \
	    invoices="$work/invoices.ndjson" \
	    invoice_lines="$work/lines.ndjson"
}

if [ -n "$only_preflight" ]; then
	source_rows | labels -q | preflight --require-frame \
	    --filter "$(cat "$here/invoice.jq") | del(.lines)" \
	    --target "$PG" --table invoices
	exit
fi

make_schema
map_rows
load_rows ${dry_run:+--dry-run}
[ -n "$dry_run" ] || psql -qX -v ON_ERROR_STOP=1 -d "$PG" -c "$stale"
cat "$work"/*.rejects >"$work/rejects"
rm -f "$rejects"
[ -s "$work/rejects" ] || exit 0
mv "$work/rejects" "$rejects"
echo "sync.sh: invoices that could not be taken over:" \
    "$(grep -c . "$rejects"); mend the rows in $rejects and give them to" \
    "sync.sh --from" >&2
exit 1
