#!/bin/bash
# migrate.sh - move one user's data from PostgreSQL into a SQLite file
#
# Copy it, and change what stands under "The migration": which tables, which
# rows of them, what is left out, what is done to the rows.  README.md beside
# it explains the stages.

set -euo pipefail
# Each stage proves to the next that it came to its end.
export ROWPIPE_FRAME=1

die() {
	echo "migrate.sh: $*" >&2
	exit 2
}

usage() {
	cat <<-!
	usage: migrate.sh [options] [DATABASE-FILE]
	Move one user's data from PostgreSQL into a SQLite file (default app.db).

	  -d, --dbname CONNINFO   the PostgreSQL database (default: \$PG* variables)
	      --user EMAIL        whose data (default ana@example.org)
	      --export DIR        where the export is kept (default ./export)
	      --limit N           only the first N clients and what belongs to them
	      --skip-export       load the export that is there, without a server
	      --skip-import       export only
	      --dry-run           do everything, then roll back: nothing is changed
	  -h, --help              show this help
	!
}

conninfo=
user=ana@example.org
export_dir=export
limit=
skip_export=
skip_import=
dry_run=
target=

while [ $# -gt 0 ]; do
	case $1 in
	-d | --dbname | --user | --export | --limit)
		[ $# -ge 2 ] || die "option $1 needs an argument"
		;;&
	-d | --dbname) conninfo=$2; shift ;;
	--user) user=$2; shift ;;
	--export) export_dir=$2; shift ;;
	--limit)
		[[ $2 =~ ^[0-9]+$ ]] || die "--limit: not a whole number: $2"
		limit=$2
		shift
		;;
	--skip-export) skip_export=1 ;;
	--skip-import) skip_import=1 ;;
	--dry-run) dry_run=1 ;;
	-h | --help) usage; exit 0 ;;
	-*) usage >&2; die "unknown option $1" ;;
	*)
		[ -z "$target" ] || die "more than one database file: $1"
		target=$1
		;;
	esac
	shift
done
target=${target:-app.db}
for program in pg-dump-json checksum enum-upcase sqlite-load \
    sqlite-dump-json jq sqlite3; do
	command -v "$program" >/dev/null || die "there is no program $program"
done

# --- The migration ---------------------------------------------------------

# Rows are chosen by SQL conditions; a single quote in SQL is written twice.
owner="(SELECT id FROM users WHERE email = '${user//\'/\'\'}')"
clients="SELECT id FROM clients WHERE user_id = $owner"
[ -z "$limit" ] || clients+=" ORDER BY id LIMIT $limit"

tables=(
	users="id = $owner"
	clients="id IN ($clients)"
	birth_data="client_id IN ($clients)"
	charts="client_id IN ($clients)"
	chart_interpretations="chart_id IN (SELECT id FROM charts
	    WHERE client_id IN ($clients))"
	tags="user_id = $owner"
	client_tags="client_id IN ($clients)"
	appointments="client_id IN ($clients)"
)

# A file for one person knows no owners, and keeps no password of the server.
exclude=(users.password_hash clients.user_id charts.user_id tags.user_id
    appointments.user_id)

# The rows of a table as the application wants them: labels in capitals.
reshape() { # TABLE
	local rows=$export_dir/data/$1.ndjson

	case $1 in
	users) enum-upcase -f plan "$rows" ;;
	clients) enum-upcase -f status "$rows" ;;
	birth_data) enum-upcase -f rating "$rows" ;;
	charts) enum-upcase -f type,houses "$rows" ;;
	*) checksum -o /dev/null "$rows" ;;
	esac
}

# ---------------------------------------------------------------------------
