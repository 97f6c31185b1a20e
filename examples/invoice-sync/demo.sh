#!/bin/sh
# demo.sh - the sample's invoices, from the first look to the last repair
#
#	demo.sh
#
# It wants the programs in PATH or in build/bin of the source tree, and starts
# a private PostgreSQL server, which is gone at the end.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
if [ -z "${DEMO_SERVER-}" ]; then
	DEMO_SERVER=1 PATH=${B:-$top/build}/bin:$PATH
	export DEMO_SERVER PATH
	exec "$top/tests/with-postgres" --new "$here/demo.sh"
fi
PATH=$here:$PATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cp "$here/repair.jq" .

say() { printf '\n# %s\n' "$*"; }

# Print a command as one would type it, run it, and expect its status.
step() { # STATUS COMMAND
	printf '$ %s\n' "$2"
	status=0
	eval "$2" 2>&1 || status=$?
	[ "$status" -eq "$1" ] || {
		echo "demo.sh: the status is $status and not $1" >&2
		exit 1
	}
}

psql -q -f "$here/sample.sql"
say 'What would fail?'
step 1 'sync.sh --preflight'
say 'One invoice, three, and all of them without keeping them.'
step 0 'sync.sh --limit 1'
step 0 'sync.sh --limit 3'
step 1 'sync.sh --dry-run'
say 'For real: three invoices cannot be taken over, and wait in a file.'
step 1 'sync.sh'
step 0 "row-map -r '.why[].message' rejects.ndjson"
say 'Again: there is nothing to do.'
step 1 'sync.sh'
say 'An invoice is paid: one row changes.'
step 0 "psql -qc \"UPDATE quickbooks_invoices_cache
    SET qb_data = qb_data || '{\\\"Balance\\\": 0}' WHERE qb_id = '1001'\""
step 1 'sync.sh'
say 'The three are mended and fed back.'
step 0 'row-map -f repair.jq rejects.ndjson | sync.sh --from -'
step 0 "psql -c 'SELECT count(*), sum(total) FROM invoices' \\
    -c 'SELECT count(*), sum(amount) FROM invoice_lines'"
