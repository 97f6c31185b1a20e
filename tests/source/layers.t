#!/bin/sh
# The layers of common/: who may include whom.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

# The project's own includes of $1 that are of none of the layers "$2".
strangers() {
	grep -Hn '^#include "' "$1"/*.[ch] 2>/dev/null |
	    grep -vE "#include \"($2)/[a-z0-9_]+\\.h\"\$"
}

layer() { # NAME ALLOWED
	is "$1 includes no layer above it" "$(strangers "common/$1" "$2")" ''
}

layer base 'base'
layer json 'base|json'
layer row 'base|json|row'
layer schema 'base|json|schema'
layer jq 'base|json|jq'
layer db 'base|json|row|schema|jq|db'
is 'every folder of common/ is one of those layers' \
    "$(for d in common/*; do echo "${d#common/}"; done |
	grep -vxE 'base|json|row|schema|jq|db')" ''

# Includers of a system header, but for those that may.
includers() { # HEADER ALLOWED-FILES
	grep -l "#include [<\"]$1[>\"]" cmd/*.[ch] common/*/*.[ch] 2>/dev/null |
	    grep -vxE "$2"
}
is 'only common/db/pg.c includes libpq-fe.h' \
    "$(includers 'libpq-fe\.h' 'common/db/pg\.c')" ''
is 'only common/db/sqlite.c, and its faults for tests, include sqlite3.h' \
    "$(includers 'sqlite3\.h' 'common/db/sqlite(_fault)?\.c')" ''
is 'only common/base/digest.c includes headers of libcrypto' \
    "$(includers 'openssl/.*' 'common/base/digest\.c')" ''
is 'only hash.c and digest.c of common/base include xxhash.h' \
    "$(includers 'xxhash\.h' 'common/base/(hash|digest)\.c')" ''
is 'only base/ and jq/ include utf8proc.h' \
    "$(includers 'utf8proc\.h' 'common/(base|jq)/[a-z0-9_]*\.c')" ''
is 'only common/schema/format_host.c includes idn2.h' \
    "$(includers 'idn2\.h' 'common/schema/format_host\.c')" ''
finish
