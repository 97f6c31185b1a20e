# demo.sh - what the demonstrations here share; plain sh
#
#	. "$(dirname "$0")/../demo.sh"
#
# The demonstration runs with a private PostgreSQL server, which is gone at the
# end, with the programs of the source tree when they are built there, and with
# the scripts of its own folder, $here, in PATH.  It begins in an empty folder,
# which goes away, too.
#
#	say TEXT ...		what comes now
#	step STATUS COMMAND	shows the command as one would type it, runs it
#				and expects its status

# shellcheck shell=sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
if [ -z "${DEMO_SERVER-}" ]; then
	DEMO_SERVER=1 PATH=${B:-$top/build}/bin:$PATH
	export DEMO_SERVER PATH
	exec "$top/tests/with-postgres" --new "$here/${0##*/}"
fi
PATH=$here:$PATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

say() { printf '\n# %s\n' "$*"; }

step() {
	printf '$ %s\n' "$2"
	status=0
	eval "$2" 2>&1 || status=$?
	[ "$status" -eq "$1" ] || {
		echo "demo.sh: the status is $status and not $1" >&2
		exit 1
	}
}
