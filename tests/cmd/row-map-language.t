#!/bin/sh
# The language, case by case: tests/jq/*.test.
. "$(dirname "$0")/../lib.sh"

"$top/tests/jq/run" "$top"/tests/jq/*.test
