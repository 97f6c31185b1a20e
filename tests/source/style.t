#!/bin/sh
# What a reader would trip over, in every file of the tree.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

c_files() { find cmd common tests -name '*.[ch]'; }
text_files() {
	find Makefile README.md .ci cmd common man examples tests -type f \
	    -not -path 'tests/fuzz/corpus/*' -not -path 'tests/json/*' \
	    -not -path 'tests/data/*'
}

is 'C lines fit in eighty columns' "$(c_files | while read -r f; do
	expand "$f" | awk -v f="$f" 'length($0) > 80 { print f ":" NR }'
done)" ''
is 'no line ends in a blank' \
    "$(text_files | xargs grep -nE '[ 	]+$' | grep -v '\.test:')" ''
is 'C is indented with tabs' \
    "$(c_files | xargs grep -nE '^ {8}')" ''
is 'no unbounded or unchecked C function is used' \
    "$(c_files | xargs grep -nwE \
	'(gets|strcpy|strcat|sprintf|vsprintf|atoi|atol|atof|strtok|alloca) ?\(' |
	grep -v '^tests/')" ''
is 'scripts that are run are executable' \
    "$(text_files | while read -r f; do
	case $f in *.t) continue ;; esac
	[ -x "$f" ] || ! head -n 1 "$f" | grep -q '^#!' || echo "$f"
    done)" ''
is 'program files are named as they are typed' \
    "$(for f in cmd/*; do basename "$f"; done | grep -vE '^[a-z0-9-]+\.c$')" ''
finish
