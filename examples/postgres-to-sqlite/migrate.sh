#!/usr/bin/env bash
# migrate.sh - move one user's data from PostgreSQL into a SQLite file
#
# Copy it, and change what stands under "The migration": which rows of which
# tables, what is left out, what is done to them.  README.md beside it
# explains the stages.

set -euo pipefail

usage() {
	cat <<-!
	usage: migrate.sh [options] [FILE]
	Move one user's data from PostgreSQL into the SQLite file FILE (app.db).

	  -d, --dbname CONNINFO   the PostgreSQL database (default: PG* variables)
	      --user EMAIL        whose data (default ana@example.org)
	      --export DIR        where the export is kept (default export)
	      --limit N           only N clients and what belongs to them
	      --skip-export       load the saved export; no server is needed
	      --skip-import       export only
	      --dry-run           do everything and take it back
	  -h, --help              show this help and exit
	!
}

die() {
	echo "migrate.sh: $*" >&2
	exit 2
}

conninfo=
user=ana@example.org
export=export
limit=
skip_export=
skip_import=
dry_run=
target=
while [ $# -gt 0 ]; do
	option=$1
	case $option in
	-d | --dbname | --user | --export | --limit)
		[ $# -ge 2 ] || die "option $option needs an argument"
		shift
		;;
	esac
	case $option in
	-d | --dbname) conninfo=$1 ;;
	--user) user=$1 ;;
	--export) export=${1%/} ;;
	--limit)
		[[ $1 =~ ^[0-9]+$ ]] || die "not a whole number: $1"
		limit=$1
		;;
	--skip-export) skip_export=1 ;;
	--skip-import) skip_import=1 ;;
	--dry-run) dry_run=1 ;;
	-h | --help) usage; exit 0 ;;
	-*) die "unknown option $option; --help lists the options" ;;
	*)
		[ -z "$target" ] || die "more than one file: $option"
		target=$option
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

# TABLE=CONDITION: which rows go.  $owner is the user's id.
choose_rows() {
	local clients="SELECT id FROM clients WHERE user_id = '$owner'"

	[ -z "$limit" ] || clients+=" ORDER BY created_at, id LIMIT $limit"
	rows=(
		"users=id = '$owner'"
		"clients=id IN ($clients)"
		"birth_data=client_id IN ($clients)"
		"charts=client_id IN ($clients)"
		"chart_interpretations=chart_id IN (SELECT id FROM charts \
WHERE client_id IN ($clients))"
		"tags=user_id = '$owner'"
		"client_tags=client_id IN ($clients)"
		"appointments=client_id IN ($clients)"
	)
}

# A file for one person names no owner and keeps no password of the server.
exclude=users.password_hash,clients.user_id,charts.user_id,tags.user_id
exclude+=,appointments.user_id

# What is done to the rows of a table on their way.
declare -A reshape=(
	[users]='enum-upcase -f plan'
	[clients]='enum-upcase -f status'
	[birth_data]='enum-upcase -f rating'
	[charts]='enum-upcase -f type,houses'
)

# The same for the labels that the schema allows.
reshape_schema='(.properties[] | select(.enum) | .enum, .default) |=
    if type == "array" then map(strings |= ascii_upcase)
    else strings |= ascii_upcase end'

# --- The stages ------------------------------------------------------------

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Print a command as one would type it, then run it.
step() {
	printf '$ %s\n' "$1"
	eval "$1"
}

# The words, quoted where the shell needs it.
quoted() {
	local word

	for word; do
		[[ $word =~ ^[A-Za-z0-9_./,@%+-]+$ ]] || word=${word@Q}
		printf '%s ' "$word"
	done
}

tables() { jq -r '.resources[].name' "$export/datapackage.json"; }

# All tables as they stand in one snapshot, then proof that they arrived.
export_rows() {
	local dbname=()

	[ -z "$conninfo" ] || dbname=(-d "$conninfo")
	owner=$(pg-dump-json -q "${dbname[@]}" --query \
	    "SELECT id FROM users WHERE email = '${user//\'/\'\'}'" | jq -r .id)
	[ -n "$owner" ] || die "there is no user $user"
	choose_rows
	rm -rf "$export.new"
	step "pg-dump-json $(quoted "${dbname[@]}")-j 2 \\
    --output-dir $(quoted "$export.new")\\
    --exclude $(quoted "$exclude")\\
$(for row in "${rows[@]}"; do printf '    %s\\\n' "$(quoted "$row")"; done |
	sed '$s/ \\$//')"
	rm -rf "$export"
	mv "$export.new" "$export"
}

# Everything in one transaction.  The frame carries to sqlite-load whether
# each stage came to its end; without that nothing is committed.
import_rows() {
	local table path loads='' options=()

	[ -z "$dry_run" ] || options=(--dry-run)
	[ -n "$dry_run" ] || [ ! -e "$target" ] || options=(--backup)
	while IFS=$'\t' read -r table path; do
		loads+=" \\
    $table=<(checksum -q --verify $(quoted "$export/manifest-sha256.txt")\\
	--name $path $(quoted "$export/$path")${reshape[$table]:+|
	${reshape[$table]} -q})"
	done < <(jq -r '.resources[] | [.name, .path] | @tsv' \
	    "$export/datapackage.json")
	step 'export ROWPIPE_FRAME=1'
	step "sqlite-load --create --schema $(quoted "$schema")--require-frame \\
    --on-conflict update $(quoted "${options[@]}" "$target")$loads"
	export -n ROWPIPE_FRAME
}
