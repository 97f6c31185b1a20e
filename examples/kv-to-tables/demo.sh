#!/bin/sh
# demo.sh - the sample's store into tables, back, and there again
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
say 'What is in the store?'
step 0 "pg-dump-json -q kv_store | checksum -q --rows -o before.sum --name kv |
    row-map -q '{key: (.key | sub(\":.*\"; \"\"))}' | row-profile -q --table"
say 'All of it, without keeping anything.'
step 1 'migrate.sh --dry-run'
say 'For real: some rows cannot be taken over, and wait in files.'
step 1 'migrate.sh'
step 0 "row-map -q -r '.why[].message' rejects/products.ndjson"
say 'They are mended and fed back.'
step 0 'mkdir mended
for f in rejects/*; do
    row-map -q -f repair.jq "$f" >"mended/${f#*/}"
done'
step 0 'migrate.sh --retry mended'
say 'Back again: first a look, then the orders, then the rest.'
step 0 'rollback.sh'
step 1 'rollback.sh --tables clients --confirm'
step 0 'rollback.sh --tables orders --confirm'
step 0 'rollback.sh --confirm --undo-log undo.ndjson'
say 'The store is what it was.'
step 0 'pg-dump-json -q kv_store |
    checksum --rows --verify before.sum --name kv >/dev/null'
