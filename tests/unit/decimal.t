#!/bin/sh
# Decimal arithmetic against Python's exact fractions, on random operands.
. "$(dirname "$0")/../lib.sh"

calc=${UNIT:-$top/build/unit}/decimal_test
if ! command -v python3 >/dev/null; then
	skip "agrees with exact fractions" "python3 is not installed"
	finish
fi

run python3 "$top/tests/unit/decimal_oracle.py" "$calc"
cat "$out" "$err" | sed 's/^/# /'
status_is "agrees with exact fractions on random operands" 0
finish
