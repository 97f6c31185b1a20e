#!/bin/sh
# The private server: found, shared, separate, and gone afterwards.
. "$(dirname "$0")/../lib.sh"
with=$top/tests/with-postgres
# Ours are to be seen apart from the server that this very test runs on.
TMPDIR=$tmp/servers
export TMPDIR
mkdir "$TMPDIR"
chmod 755 "$tmp" "$TMPDIR"
unset ROWPIPE_PG_PID PGHOST PGPORT PGUSER PGDATABASE

servers() { ls "$TMPDIR"; }

# For at most ten seconds, until the command succeeds.
eventually() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || return 1
		sleep 0.1
	done
}
none_left() { [ -z "$(servers)" ]; }

run "$with" sh -c 'psql -Atc "SHOW listen_addresses" && echo "$PGHOST" &&
    "$0" sh -c "echo \$PGHOST" && "$0" --new sh -c "echo \$PGHOST" && exit 7' \
    "$with"
status_is 'the status is that of the command' 7
is 'the server listens on no address' "$(sed -n 1p "$out")" ''
is 'a server within a server is the same' "$(sed -n 3p "$out")" \
    "$(sed -n 2p "$out")"
check 'a server of its own is another' test \
    "$(sed -n 4p "$out")" != "$(sed -n 2p "$out")"
is 'nothing is left of them' "$(servers)" ''

run "$with" sh -c 'psql -qc "CREATE ROLE with_password LOGIN PASSWORD \$\$x\$\$" &&
    ! psql -wU with_password -c "" 2>/dev/null &&
    PGPASSWORD=x psql -wU with_password -Atc "SELECT current_user"'
out_is 'the role with_password has to give it' with_password

run "$with" sh -c 'kill -9 "$ROWPIPE_PG_PID"; sleep 0.2; ! psql -c "" 2>/dev/null'
status_is 'the command may kill its server' 0
is 'nothing is left of a killed server' "$(servers)" ''

for signal in TERM KILL; do
	"$with" sh -c 'echo "$ROWPIPE_PG_PID" >"$0"; exec sleep 20' \
	    "$tmp/pid" >/dev/null 2>&1 &
	script=$!
	check "a server is up before SIG$signal" eventually test -s "$tmp/pid"
	kill "-$signal" "$script"
	wait "$script" 2>/dev/null
	check "SIG$signal to the script leaves nothing" eventually none_left
	rm -f "$tmp/pid"
done
finish
