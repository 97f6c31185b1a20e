#!/bin/sh
# The manual page, the help and the option table of each program agree.
#
# A page lists an option as ".It Fl o , Fl -output Ar file", one without a
# letter as ".It Fl -limit Ar N", an optional argument as
# ".It Fl -backup Ns Op = Ns Ar file", a choice as ".It Fl -on-error Ar
# stop | reject".  The options that every program has (-h -q -v -V) may be
# left to rowpipe(7).
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

common='h help|q quiet|v verbose|V version'

# Options of the page, as "letter long ARGUMENT", "-" for none.
page_options() {
	awk '/^\.It .*Fl / {
		letter = name = "-"
		arg = ""
		in_arg = 0
		for (i = 2; i <= NF; i++) {
			if ($i == "Fl") {
				arg = ""
				in_arg = 0
				if ($(++i) ~ /^-/)
					name = substr($i, 2)
				else
					letter = $i
			} else if ($i == "Ar" || $i == "Cm")
				in_arg = 1
			else if ($i == ",")
				in_arg = 0
			else if (in_arg && $i !~ /^(Ns|Oc)$/)
				arg = arg $i
		}
		print letter, name, arg == "" ? "-" : toupper(arg)
	}' "$1" | sort
}

table_options() {
	"$1" --option-table | awk -F '\t' '{
		gsub(/^\[=|\]$| /, "", $3)
		print $1, $2, toupper($3)
	}' | sort
}

without_common() { grep -vE "^($common) "; }

# What stands between the lines ".Sh $2" and the next ".Sh".
section() { # PAGE TITLE
	awk -v title=".Sh $2" '/^\.Sh/ { on = $0 == title; next } on' "$1"
}

for path in "$bin"/*; do
	name=${path##*/}
	page=man/$name.1
	if [ ! -e "$page" ]; then
		is "$name has a manual page" '' "$page"
		continue
	fi
	page_options "$page" >"$tmp/page"
	table_options "$name" >"$tmp/table"
	is "$name: the page lists the options that the program takes" \
	    "$(without_common <"$tmp/page")" "$(without_common <"$tmp/table")"
	is "$name: the page describes no option twice" "$(uniq -d "$tmp/page")" ''

	run "$name" --help
	status_is "$name: --help succeeds" 0
	err_is "$name: --help leaves standard error alone" ''
	is "$name: --help lists each option" \
	    "$(awk '{ print "--" $2 }' "$tmp/table" | while read -r long; do
		grep -qE -- "^ .*$long([ =[]|\$)" "$out" || echo "$long"
	    done)" ''
	is "$name: --help fits eighty columns" \
	    "$(awk 'length($0) > 80' "$out")" ''
	is "$name: what the page says it does is what --help says" \
	    "$(sed -n 's/^\.Nd //p' "$page")" "$(sed -n 2p "$out")"

	section "$page" SYNOPSIS >"$tmp/synopsis"
	is "$name: SYNOPSIS names no other option" \
	    "$(tr ' ' '\n' <"$tmp/synopsis" |
		awk 'fl { print; fl = 0 } $0 == "Fl" { fl = 1 }' |
		sed 's/^-/--/;t
			s/^/-/' | while read -r o; do
		awk -v o="$o" '"-" $1 == o || "--" $2 == o { found = 1 }
		    END { exit !found }' "$tmp/table" || echo "$o"
	    done)" ''
	is "$name: SYNOPSIS names each operand of the usage line" \
	    "$(sed -n '1s/^usage: [^ ]* \[options\]//p' "$out" |
		tr -cs 'A-Z\n' ' ' | tr ' ' '\n' | while read -r o; do
		grep -qiw -- "$o" "$tmp/synopsis" || echo "$o"
	    done)" ''
	is "$name: the sections stand in the order of all pages" \
	    "$(sed -n 's/^\.Sh //p' "$page")" \
	    "$(printf '%s\n' NAME SYNOPSIS DESCRIPTION ENVIRONMENT \
		'EXIT STATUS' EXAMPLES DIAGNOSTICS 'SEE ALSO' STANDARDS \
		CAVEATS | while read -r s; do
		grep -x "\\.Sh $s" "$page" | sed 's/^\.Sh //'
	    done)"
	is "$name: no section is missing" \
	    "$(printf '%s\n' NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES \
		'SEE ALSO' | while read -r s; do
		grep -qx "\\.Sh $s" "$page" || echo "$s"
	    done)" ''

	run "$name" --version
	is "$name: --version names the program" "$(cut -d ' ' -f 1 "$out")" \
	    "$name"
	run "$name" --no-such-option
	status_is "$name: an unknown option is wrong usage" 2
done
check 'rowpipe(7) introduces the suite' test -e man/rowpipe.7
for path in "$bin"/*; do
	check "rowpipe(7) names ${path##*/}" \
	    grep -qF "Xr ${path##*/} 1" man/rowpipe.7
done
finish
