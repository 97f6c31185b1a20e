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

PG=
user=ana@example.org
export_dir='export'
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
	# shellcheck disable=SC2034 # PG is named by commands that are printed
	case $option in
	-d | --dbname) PG=$1 ;;
	--user) user=$1 ;;
	--export) export_dir=${1%/} ;;
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
[ -z "$skip_export$skip_import" ] || [ "$skip_export" != "$skip_import" ] ||
    die "--skip-export and --skip-import leave nothing to do"
for program in pg-dump-json checksum enum-upcase sqlite-load \
    sqlite-dump-json jq sqlite3; do
	command -v "$program" >/dev/null || die "there is no program $program"
done

# --- The migration ---------------------------------------------------------

# Which rows of which tables: TABLE="CONDITION".  $owner is the user's id,
# $mine selects the ids of the user's clients.
rows=$(cat <<'!'
users="id = '$owner'"
clients="id IN ($mine)"
birth_data="client_id IN ($mine)"
charts="client_id IN ($mine)"
chart_interpretations="chart_id IN (SELECT id FROM charts WHERE client_id IN ($mine))"
tags="user_id = '$owner'"
client_tags="client_id IN ($mine)"
appointments="client_id IN ($mine)"
!
)

# A file for one person names no owner and keeps no password of the server.
exclude='users.password_hash clients.user_id charts.user_id tags.user_id
    appointments.user_id'

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
schema=${target%.*}.schema.ndjson
if [ -n "$dry_run" ]; then
	schema=$work/schema.ndjson
	[ -n "$skip_export" ] || export_dir=$work/export
fi

# Print a command as one would type it, then run it.
step() {
	printf '$ %s\n' "$1"
	eval "$1"
}

# A word for such a command, quoted if the shell needs it.
quoted() {
	if [[ $1 =~ ^[A-Za-z0-9_./,@%+=:-]+$ ]]; then
		printf '%s' "$1"
	else
		printf '%s' "${1@Q}"
	fi
}

# The lines of standard input as the last words of a command.
continued() { sed 's/^/    /;s/$/ \\/;$s/ \\$//'; }

# The tables of the export, parents before children: NAME PATH ROWS.
tables() {
	jq -r '.resources[] | [.name, .path, ."x-rows"] | @tsv' \
	    "$export_dir/datapackage.json"
}

# All tables as of one moment.  The connection may hold a password, so it is
# not printed.
export_rows() {
	local email=${user//\'/\'\'} owner

	step "owner=\$(pg-dump-json -q -d \"\$PG\" --query $(quoted \
	    "SELECT id FROM users WHERE email = '$email'") | jq -r .id)"
	[ -n "$owner" ] || die "there is no user $user"
	step "mine=\"SELECT id FROM clients WHERE user_id = '\$owner'${limit:+
    ORDER BY created_at, id LIMIT $limit}\""
	# shellcheck disable=SC2086
	step "pg-dump-json -d \"\$PG\" -j 2 --output-dir $(quoted "$export_dir") \\
$(printf -- '--exclude %s\n' $exclude | continued) \\
$(continued <<<"$rows")"
}

# Everything in one transaction.  "exported" prints the rows of a file if they
# are those that were exported; the frame around them tells sqlite-load that
# each stage came to its end: without that it commits nothing.
import_rows() {
	local options='--create --on-conflict update' table path count

	[ -z "$dry_run" ] || options+=' --dry-run'
	[ -n "$dry_run" ] || [ ! -e "$target" ] || options+=' --backup'
	step "checksum --verify-dir $(quoted "$export_dir")"
	step "jq -c '$reshape_schema' $(quoted "$export_dir/schema.ndjson") \\
    >$(quoted "$schema")"
	step "exported() {
    checksum -q --frame --verify $(quoted "$export_dir/manifest-sha256.txt") \\
        --name \"\$1\" $(quoted "$export_dir")/\"\$1\"
}"
	step "sqlite-load $options --require-frame \\
    --schema $(quoted "$schema") $(quoted "$target") \\
$(while IFS=$'\t' read -r table path count; do
	echo "$table=<(exported $path${reshape[$table]:+ | ${reshape[$table]}})"
    done < <(tables) | continued)"
}

# --- The proof -------------------------------------------------------------

# SQL that counts the values that SQLite does not hold as the schema has them:
# numbers as numbers, JSON as text that parses.
wrong_types='
    def name: "\"" + gsub("\""; "\"\"") + "\"";
    def is_json: .value."x-columnType" | test("^jsonb?$|\\[\\]$");
    def is_number: [.value.type] | flatten |
	any(. == "number" or . == "integer" or . == "boolean");

    select(.title == $table) | [.properties | to_entries[] |
	if is_json then "(\(.key | name) NOT NULL AND NOT json_valid(\(.key | name)))"
	elif is_number then "(typeof(\(.key | name)) IN (\"text\", \"blob\"))"
	else "0" end] |
    "SELECT coalesce(sum(\(join(" + "))), 0) FROM \($table | name)"'

# Rows in one form, so that those of both sides can be compared: keys and rows
# in one order, numbers as jq prints them.
plain() { jq -cS . | sort; }

verify_table() { # TABLE PATH ROWS
	local stored different wrong status=ok

	stored=$(sqlite3 -readonly "$target" "SELECT count(*) FROM \"$1\"")
	wrong=$(sqlite3 -readonly "$target" \
	    "$(jq -r --arg table "$1" "$wrong_types" "$schema")")
	different=$(diff \
	    <(${reshape[$1]:-cat} <"$export_dir/$2" 2>/dev/null | plain) \
	    <(sqlite-dump-json -q --schema "$schema" "$target" "$1" | plain) |
	    grep -c '^[<>]') || :
	[ "$wrong" -eq 0 ] || status="$wrong values of a wrong type"
	[ "$different" -eq 0 ] || status="$different rows differ"
	[ "$stored" -eq "$3" ] || status='not as many rows'
	printf '%-24s %10s %10s   %s\n' "$1" "$3" "$stored" "$status"
	[ "$status" = ok ]
}

verify() {
	local checks table path count failed=0

	checks=$(step "sqlite3 -readonly $(quoted "$target") \\
    'PRAGMA integrity_check; PRAGMA foreign_key_check'")
	printf '%s\n\n' "$checks"
	[ "${checks##*$'\n'}" = ok ] || failed=1
	printf '%-24s %10s %10s   %s\n' table PostgreSQL SQLite status
	while IFS=$'\t' read -r table path count; do
		verify_table "$table" "$path" "$count" || failed=1
	done < <(tables)
	return "$failed"
}

[ -n "$skip_export" ] || export_rows
[ -z "$skip_import" ] || exit 0
import_rows
if [ -n "$dry_run" ]; then
	echo 'A dry run: nothing was changed.'
else
	verify
fi
