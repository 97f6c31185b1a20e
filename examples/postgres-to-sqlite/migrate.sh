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
	Move one user's data from PostgreSQL into the SQLite file FILE (app.db),
	compare both, and write what was found to FILE.report.html.

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
    sqlite-dump-json row-diff row-map row-report row-validate jq sqlite3; do
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
report=${target%.*}.report
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

# Note how long it took since the last such note.
took() { # STEP ROWS
	local now=${EPOCHREALTIME//[^0-9]/}

	jq -cn --arg step "$1" --argjson rows "$2" --argjson us $((now - since)) '
	    {section: "Timings", step: $step, seconds: ($us / 1000 | round / 1000),
		$rows, "rows/s": ($rows * 1000000 / $us | floor)}' >>"$work/timings"
	since=$now
}
since=${EPOCHREALTIME//[^0-9]/}

# The tables of the export, parents before children: NAME PATH ROWS.
tables() {
	jq -r '.resources[] | [.name, .path, ."x-rows"] | @tsv' \
	    "$export_dir/datapackage.json"
}

exported_rows() {
	jq '[.resources[]."x-rows"] | add' "$export_dir/datapackage.json"
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
	took 'Export' "$(exported_rows)"
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
	took 'Check the export' "$(exported_rows)"
	# Status 1 is a load that is done but had to change values.
	step "sqlite-load $options --require-frame --stats \"\$work/load.json\" \\
    --schema $(quoted "$schema") $(quoted "$target") \\
$(while IFS=$'\t' read -r table path count; do
	echo "$table=<(exported $path${reshape[$table]:+ | ${reshape[$table]}})"
    done < <(tables) | continued)" || loaded=$?
	[ "$loaded" -le 1 ] || exit "$loaded"
	took 'Import' "$(exported_rows)"
}

# --- The proof -------------------------------------------------------------
#
# Each check is a row of the report: {"section":...,"status":"ok|warn|fail",...}
# and what else there is to say.

# The rows of a table, as they were exported and reshaped, and as the file has
# them now.  Reshaping has said what it has to say when the rows were loaded.
# Status 1 tells of values that are not of their type, which are found below.
source_rows() { exported "$2" | ${reshape[$1]:-cat} 2>/dev/null; }
target_rows() {
	sqlite-dump-json -q --frame --schema "$schema" "$target" "$1" \
	    2>/dev/null || [ $? -eq 1 ]
}

# Pass rows on and sum them in any order, values as their types say: the sums
# of two tables are the same only when these hold the same.
summed() { # TABLE
	checksum -q --rows --require-frame --schema "$schema" --table "$1" \
	    -o "$work/sum"
}
the_sum() { sed -n 's/^ROWS-SHA256 .* = //p' "$work/sum"; }

# In how many rows the two differ, and how the first of them does.
difference() { # TABLE PATH
	local key

	key=$(jq -r --arg table "$1" 'select(.title == $table) |
	    .sqlPrimaryKey // [] | join(",")' "$schema")
	# shellcheck disable=SC2094 # the schema is only read
	{ row-diff -q --schema "$schema" --table "$1" ${key:+--key "$key"} \
	    <(source_rows "$1" "$2") <(target_rows "$1") || [ $? -eq 1 ]; } |
	    row-map -q -rs '"\(length) differ, first: \(.[0].op) " +
		(.[0] | .key // .a // .b | tojson | .[:80]) +
		(.[0].fields // [] | if . == [] then "" else
		    ": " + join(", ") end)'
}

rows_and_sums() { # TABLE PATH ROWS
	local there here note=

	source_rows "$1" "$2" | summed "$1" >/dev/null
	there=$(the_sum)
	target_rows "$1" | summed "$1" | row-validate -q --schema "$schema" \
	    --table "$1" --rejects "$work/bad" --stats "$work/valid.json" \
	    >/dev/null || [ $? -eq 1 ]
	here=$(the_sum)
	[ "$there" = "$here" ] || note=$(difference "$1" "$2")
	jq -c --arg table "$1" --argjson exported "$3" --arg there "$there" \
	    --arg here "$here" --arg note "$note" '
	    {section: "Rows", $table,
		status: (if .in == $exported and .out == $exported then "ok"
		    else "fail" end),
		PostgreSQL: $exported, SQLite: .in, valid: .out},
	    {section: "SHA-256 of all rows", $table,
		status: (if $there == $here then "ok" else "fail" end),
		PostgreSQL: $there, SQLite: $here} +
		if $note == "" then {} else {$note} end' "$work/valid.json"
}

integrity() {
	sqlite3 -readonly "$target" 'PRAGMA integrity_check' | jq -csR '
	    {section: "Integrity", check: "PRAGMA integrity_check",
		status: (if . == "ok\n" then "ok" else "fail" end), result: .[:-1]}'
}

# What follows are queries made from the schema, one that asks all tables.
sql='
    def name: "\"" + gsub("\""; "\"\"") + "\"";
    def text: "\u0027" + gsub("\u0027"; "\u0027\u0027") + "\u0027";'

# As many references as PostgreSQL has, and no row that refers to nothing.
foreign_keys='
    map("SELECT \(.title | text) AS \"table\",
	\(."x-foreignKeys" // [] | length) AS PostgreSQL,
	(SELECT count(DISTINCT id) FROM pragma_foreign_key_list(\(.title | text)))
	    AS SQLite,
	(SELECT count(*) FROM pragma_foreign_key_check(\(.title | text)))
	    AS broken") | join(" UNION ALL ")'

# How many values of each form a table holds, and those that are not of theirs.
forms='
    def forms: ["uuid", "date", "timestamp", "boolean", "number", "json"];
    def form:
	([.type] | flatten) as $types | ."x-columnType" as $column |
	if .format == "uuid" then "uuid"
	elif $column == "date" then "date"
	elif $column | startswith("timestamp") then "timestamp"
	elif $types | index("boolean") then "boolean"
	elif $column | test("^jsonb?$|\\[\\]$") then "json"
	elif $types | any(. == "number" or . == "integer") then "number"
	else null end;
    def holds: .form as $form | {
	uuid: "\(.name) GLOB \u0027????????-????-????-????-????????????\u0027
	    AND \(.name) NOT GLOB \u0027*[^-0-9a-f]*\u0027",
	date: "date(\(.name)) IS \(.name)",
	timestamp: "julianday(\(.name)) IS NOT NULL AND
	    date(substr(\(.name), 1, 10)) IS substr(\(.name), 1, 10)",
	boolean: "typeof(\(.name)) IS \u0027integer\u0027 AND \(.name) IN (0, 1)",
	number: "typeof(\(.name)) IN (\u0027integer\u0027, \u0027real\u0027)",
	json: "json_valid(\(.name))"
    }[$form];
    def wrong: "(\(.name) NOT NULL AND NOT (\(holds)))";

    map(.title as $table |
	[.properties | to_entries[] | {name: (.key | name), key,
	    form: (.value | form)} | select(.form)] as $columns |
	"SELECT \($table | text) AS \"table\", " + ([forms[] as $form |
	    [$columns[] | select(.form == $form) | "count(\(.name))"] |
	    "\(join(" + ") | select(. != "") // "NULL") AS \($form)"] |
	    join(", ")) +
	", \([$columns[] | "total(\(wrong))"] | "CAST(\(join(" + ") |
	    select(. != "") // 0) AS INTEGER)") AS wrong" +
	", coalesce(\([$columns[] | "max(CASE WHEN \(wrong) THEN
	    \(.key + ": " | text) || \(.name) END)"] + ["NULL", "NULL"] |
	    join(", "))) AS example FROM \($table | name)") |
    join(" UNION ALL ")'

ask() { # QUERY
	sqlite-dump-json -q --query "$(jq -rs "$sql$1" "$schema")" "$target"
}

# What the load could not store as it was, column by column.
losses() {
	jq -c '[.tables[] | .table as $table | .loss // [] | .[] |
	    {section: "Loss", $table, column, status: "warn", values: .count,
		"first was": .first.value, "and became": .first.became}] |
	    if length > 0 then .[] else {section: "Loss", table: "all",
		column: "all", status: "ok", values: 0} end' "$work/load.json"
}

checks() {
	local table path count

	tables >"$work/tables"
	while IFS=$'\t' read -r table path count; do
		rows_and_sums "$table" "$path" "$count"
	done <"$work/tables"
	integrity
	ask "$foreign_keys" | row-map -q '{section: "Foreign keys", table,
	    status: (if .broken == 0 and .PostgreSQL == .SQLite then "ok"
		else "fail" end)} + .'
	ask "$forms" | row-map -q '{section: "Form of values", table,
	    status: (if .wrong == 0 then "ok" else "fail" end)} + . |
	    if .example == null then del(.example) else . end'
	losses
	took 'Validate' "$(exported_rows)"
	cat "$work/timings"
}

# The rows for programs, a page to keep, a table for who is looking on.
verify() {
	local options status=0

	options="--title $(quoted "$user moves to SQLite") --group-by section \\
    --status status"
	checks >"$report.ndjson"
	echo "\$ row-report $options $(quoted "$report.ndjson")"
	echo
	eval "row-report -q --max-cell 24 $options" '"$report.ndjson"' || status=$?
	echo
	step "row-report -q --format html $options \\
    --meta $(quoted "Export=$export_dir, of $(jq -r .created \
	"$export_dir/datapackage.json")") \\
    --meta $(quoted "Database=$target") \\
    --meta $(quoted "SQLite=$(sqlite3 --version | cut -d ' ' -f 1)") \\
    $(quoted "$report.ndjson") >$(quoted "$report.html")" || return
	return "$status"
}

[ -n "$skip_export" ] || export_rows
[ -z "$skip_import" ] || exit 0
loaded=0
import_rows
if [ -n "$dry_run" ]; then
	echo 'A dry run: nothing was changed.'
	exit "$loaded"
else
	verify
fi
