#!/bin/sh
# row-profile beside jq, sort and row-validate, over random rows.
. "$(dirname "$0")/../lib.sh"
rows=$top/tests/cmd/row-profile_rows.py
cd "$tmp" || exit 1

# What jq finds, one line of tab-separated values for each path, in the order
# of their names: path, of, present, null, the types, integers, true, distinct,
# lengths, items.  "distinct" is that of what is no array, object or null.
cat >oracle.jq <<'END'
def spell: reduce .[] as $k (""; . +
    if ($k | type) == "number" then "[]"
    elif $k | test("^[A-Za-z0-9_\u00e9-]+$") then
	(if . == "" then "" else "." end) + $k
    else "[" + ($k | tojson) + "]" end);
def parent: if .[-1] | type == "number" then "array" else "object" end;
[inputs] as $rows |
reduce ($rows[] | . as $r | paths | {path: ., v: (. as $p | $r | getpath($p))})
    as $x ({"": {n: ($rows | length), object: ($rows | length)}};
    ($x.path | spell) as $p | ($x.v | type) as $t |
    .[$p].n += 1 | .[$p][$t] += 1 |
    .[$p].up = ($x.path[:-1] | spell) | .[$p].in = ($x.path | parent) |
    if $x.v == true then .[$p].true += 1 else . end |
    if $t == "number" and $x.v == ($x.v | floor)
    then .[$p].integers += 1 else . end |
    if $t == "string" then .[$p].lengths += [$x.v | length]
    elif $t == "array" then .[$p].items += [$x.v | length] else . end |
    if $t | . == "string" or . == "number" or . == "boolean"
    then .[$p].values += [$x.v] else . end) |
. as $all | del(.[""]) | to_entries[] | .value as $v |
[.key, ($all[$v.up][$v.in] // 0), $v.n, ($v.null // 0),
    ($v | .boolean, .number, .string, .array, .object | . // 0),
    ($v | .integers, .true | . // 0), ($v.values // [] | unique | length),
    ($v | .lengths // [] | min, max), ($v | .items // [] | min, max),
    ($v.values // [] | min, max | tojson)] | @tsv
END
# The same of row-profile's lines.
cat >ours.jq <<'END'
[.path, .of, .present, .null,
    (.types | .boolean, .number, .string, .array, .object | . // 0),
    (.integers // 0), (.true // 0), (.distinct // 0), .min_length,
    .max_length, .min_items, .max_items,
    if (.types.boolean // 0) > 0 then "no", "order" else .min, .max | tojson
    end] | @tsv
END

# jq puts booleans first, which have no range here.
no_booleans() {
	awk -F '\t' -v OFS='\t' '$5 > 0 { $17 = "no"; $18 = "order" } 1' |
	    LC_ALL=C sort
}

for seed in 1 2 3 4 5 6; do
	python3 "$rows" "$seed" 150 >in
	run row-profile -q in
	status_is "profile of random rows, seed $seed" 0
	is "its counts, distinct values and ranges are those of jq" \
	    "$(jq -r -f ours.jq "$out" | LC_ALL=C sort)" \
	    "$(jq -nr -f oracle.jq in | no_booleans)"
	check 'and there are many of them' test "$(wc -l <"$out")" -gt 8
	is 'each sample is a value of the path' \
	    "$(jq -r '.samples[] | type' "$out" |
		grep -vxE 'string|number|boolean')" ''
	row-profile -q --schema in >schema
	is 'a schema is one line of JSON' "$(jq -c .type schema)" '"object"'
	if [ ! -x "$bin/row-validate" ]; then
		skip 'every row satisfies its schema' 'no row-validate'
		continue
	fi
	run row-validate --schema schema in
	status_is 'every row satisfies its schema' 0
	check 'and passes' cmp in "$out"
done

# Distinct values beside sort -u, in any order of rows.
seq 1 20000 | awk '{ x = $1 * $1 % 17989
    printf "{\"s\":\"v%d\",\"n\":%d.50,\"few\":%d}\n", x, x, x % 7 }' >in
distinct() { jq -r "select(.path == \"$1\") | .distinct, .exact" "$out"; }
run row-profile -q in
check 'there are some thousand of them' test "$(jq .s in | sort -u |
    wc -l)" -gt 5000
is 'up to 10000 strings are counted exactly' "$(distinct s)" \
    "$(jq .s in | sort -u | wc -l)
true"
is 'and so are numbers' "$(distinct n)" "$(jq .n in | sort -u | wc -l)
true"
cp "$out" first
sort -R in >shuffled
row-profile -q shuffled >second
check 'the order of rows makes no difference' cmp first second
run row-profile -q --exact 100 in
is 'with --exact few values still are counted exactly' "$(distinct few)" '7
true'
is 'and more are estimated' "$(distinct s | tail -n 1)" false

# A million: three standard errors, as documented.
seq 1 1000000 | sed 's/.*/{"n":&,"s":"a&z"}/' >in
run row-profile -q in
is 'a million numbers and strings are estimated within 2.43 percent' \
    "$(jq -c 'select(.exact or .error != 0.0081 or
	(.distinct / 1000000 - 1 | fabs) > 3 * 0.008125)' "$out")" ''
run row-profile -q --exact 1000000 --memory 200M in
is 'they are exact when that is asked for and there is memory' \
    "$(jq -c 'select(.exact | not)' "$out")" ''
is 'and then all are there' "$(jq .distinct "$out" | sort -u)" 1000000
finish
