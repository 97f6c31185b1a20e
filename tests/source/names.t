#!/bin/sh
# x.c and x_part.c export x and x_*, nothing else; a program exports main.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
objects=${B:-$top/build}

exported() { # OBJECT - but for what the sanitizers add
	nm -g --defined-only "$1" | awk 'NF == 3 { print $3 }' |
	    grep -vE '^(__|\.|_GLOBAL_)'
}

for c in common/*/*.c; do
	module=$(basename "$c" .c)
	module=${module%%_*}
	is "${c#common/} exports only ${module}_*" \
	    "$(exported "$objects/${c%.c}.o" |
		grep -vE "^$module(_[a-z0-9_]+)?\$")" ''
done
for c in cmd/*.c; do
	[ -e "$c" ] || continue
	is "$c exports only main" "$(exported "$objects/${c%.c}.o")" main
done
finish
