#!/bin/sh
# Headers are contracts: each stands alone and has its own guard, but for
# those that are templates and say so.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

# CHECK_FLAGS is the compiler and its flags, quoted for the shell.
eval "set -- ${CHECK_FLAGS:-cc -std=c11 -iquote common \
    -D_POSIX_C_SOURCE=200809L} -Werror"

for h in common/*/*.h; do
	name=${h#common/}
	! grep -q '^ \* A template: define$' "$h" || continue
	printf '#include "%s"\nint main(void) { return (0); }\n' "$name" \
	    >"$tmp/alone.c"
	check "$name compiles on its own" "$@" -fsyntax-only "$tmp/alone.c"
	guard=ROWPIPE_$(echo "${name%.h}" | tr a-z/- A-Z__)_H
	is "$name has the guard $guard" \
	    "$(sed -n 's/^#ifndef //p;/^#ifndef/q' "$h")" "$guard"
done
finish
