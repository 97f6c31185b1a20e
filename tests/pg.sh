# pg.sh - a schema of its own on the server, for a test script
#
#	. "$(dirname "$0")/../pg.sh"
#
#	own_schema NAME		makes the schema $schema, where this process and
#				what it starts look for tables, before public; it
#				goes away at the end
#	psql ARGUMENT ...	prints values only and stops at errors
#
# Source after lib.sh.

# shellcheck shell=sh
psql() { command psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

own_schema() {
	schema=$1_$$
	PGOPTIONS="-c search_path=$schema,public -c client_min_messages=warning"
	export PGOPTIONS
	psql -c "CREATE SCHEMA $schema" || exit 1
	# shellcheck disable=SC2154 # from lib.sh
	trap 'psql -c "DROP SCHEMA IF EXISTS $schema CASCADE"
	    rm -rf "${tmp:?}"' EXIT
}
