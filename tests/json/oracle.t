#!/bin/sh
# Texts taken apart and put together again mean the same to jq, and jq takes
# what tests/json/accept holds.

. "$(dirname "$0")/../lib.sh"

rewrite="${UNIT:-$top/build/unit}/json_files_test"

# What jq does not read: more than 256 levels.
cd "$top/tests/json/accept" || exit 1
for f in *.json; do
	case $f in
	array-deep.json|array-deep-mixed.json) continue ;;
	esac
	"$rewrite" rewrite "$f" >"$tmp/rewritten" || echo "$f: not read"
	jq -c . "$f" >"$tmp/want" || echo "$f: jq does not take it"
	jq -c . "$tmp/rewritten" >"$tmp/got"
	cmp -s "$tmp/want" "$tmp/got" || echo "$f: not the same"
done >"$tmp/differences" 2>&1
is "what json_next and json_string give is what jq reads" \
    "$(cat "$tmp/differences")" ''

# A stretch of random values from jq itself, with every kind of string.
jq -nc '[range(0; 2000) | {"k\(.)": ([range(32; . % 97 + 33)] | implode),
    n: (. * 1.37), a: [., null, true, {"x": [[]]}], u: "\u0000\u00e9\ud83d\ude00"}]' \
    >"$tmp/values"
"$rewrite" rewrite "$tmp/values" | jq -c . >"$tmp/rewritten"
check "2000 objects come back as they were" cmp "$tmp/values" "$tmp/rewritten"

finish
