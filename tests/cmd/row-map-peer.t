#!/bin/sh
# The same cases put to jq, those that only later versions have left out: what
# is expected of row-map is what jq does.
. "$(dirname "$0")/../lib.sh"

if [ -z "${CHECK_LONG-}" ]; then
	skip 'jq passes the cases of the language' \
	    'takes a minute; make check-long does it'
	finish
fi
case $(jq --version 2>&1) in
jq-1.6*) ;;
*)
	skip 'jq passes the cases of the language' \
	    'the cases are marked for jq 1.6'
	finish
	;;
esac
"$top/tests/jq/run" --peer jq "$top"/tests/jq/*.test
