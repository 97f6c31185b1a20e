#!/bin/sh
# bash completes what the option tables say.
. "$(dirname "$0")/../lib.sh"
completion=$(cd "$bin/.." && pwd)/completion

if ! command -v bash >/dev/null; then
	skip 'bash completes options' 'no bash'
	finish
fi

# What is offered for the last word of the command line.
offered() { # PROGRAM WORD ...
	bash -c 'set -u
	. "$1/$2"
	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	spec=$(complete -p "$1")
	function=${spec#*-F }
	"${function%% *}"
	printf "%s\n" "${COMPREPLY[@]-}"' complete "$completion" "$@" | sort
}

for path in "$bin"/*; do
	name=${path##*/}
	is "$name: completes every option" "$(offered "$name" -)" \
	    "$("$name" --option-table |
		awk -F '\t' '{ if ($1 != "-") print "-" $1; print "--" $2 }' |
		sort)"
	is "$name: completes a long option from its beginning" \
	    "$(offered "$name" operand --verb)" --verbose
	"$name" --option-table |
	    awk -F '\t' '$4 != "-" { print $2, $3, $4 }' >"$tmp/choices"
	while read -r option arg words; do
		words=$(echo "$words" | tr '|' '\n' | sort)
		is "$name: completes the words of --$option=" \
		    "$(offered "$name" "--$option" = '')" "$words"
		# An optional argument stands behind the sign or is not there.
		[ "${arg#\[=}" = "$arg" ] || words=
		is "$name: completes what follows --$option" \
		    "$(offered "$name" "--$option" '')" "$words"
	done <"$tmp/choices"
done
finish
