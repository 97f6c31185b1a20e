#!/bin/sh
# row-map as a program: options, ways of reading and writing, errors, limits.
# The language itself has tests/jq.
. "$(dirname "$0")/../lib.sh"

cat >"$tmp/rows" <<'END'
{"id":1,"name":"Ann","amount":1.10,"tags": ["a", "b"]}
{"id":2,"name":"Bob","amount":12345678901234567890.10,"tags":[]}
END

# Copying.
run row-map -q . "$tmp/rows"
status_is 'the identity succeeds' 0
is 'the identity copies each byte' "$(cat "$out")" "$(cat "$tmp/rows")"
run row-map -q 'del(.name)' "$tmp/rows"
out_is 'what a deletion leaves is copied as it stands' \
    '{"id":1,"amount":1.10,"tags": ["a", "b"]}
{"id":2,"amount":12345678901234567890.10,"tags":[]}'
run row-map -q '.amount * 2' "$tmp/rows"
out_is 'products lose no digit' '2.2
24691357802469135780.2'
run row-map -nq '0.1 + 0.2, 1773942167980555584 - 1773942159695413449'
out_is 'sums lose no digit' '0.3
8285142135'
run row-map '.id' "$tmp/rows"
err_is 'the summary counts rows' 'row-map: 2 in, 2 out, 0 rejected'
run row-map 'select(.id == 2) | .id, .name' "$tmp/rows"
err_is 'rows may be dropped, and become several' \
    'row-map: 2 in, 2 out, 0 rejected'
printf '1\n\n"x"\n[1,2]\nnull' >"$tmp/values"
run row-map -q . "$tmp/values"
out_is 'a line may be any value, an empty one is none' '1
"x"
[1,2]
null'

# Options of jq.
run row-map -nq --arg a 1 --argjson b '[1, 2.50]' \
    '$a, $b, $ARGS.named' </dev/null
out_is '--arg and --argjson bind names' '"1"
[1, 2.50]
{"a":"1","b":[1, 2.50]}'
run row-map -nqr '$ARGS.positional[]' --args a 'b c'
out_is '--args takes operands as strings' 'a
b c'
run row-map -nq '$ARGS.positional' --jsonargs 1 '{"a":null}'
out_is '--jsonargs takes operands as JSON' '[1,{"a":null}]'
printf '{"x":1}\n[2,\n3]\n' >"$tmp/texts"
run row-map -nq --slurpfile s "$tmp/texts" --rawfile r "$tmp/values" \
    '$s, ($r | length)'
out_is '--slurpfile and --rawfile read files' '[{"x":1},[2,3]]
17'
echo '.id # the key' >"$tmp/p.jq"
run row-map -q -f "$tmp/p.jq" "$tmp/rows"
out_is '-f reads the program from a file' '1
2'
run row-map -qs 'length, (.[1] | .id)' "$tmp/rows"
out_is '-s makes one array of all texts' '2
2'
run row-map -nq '[inputs.id], input_line_number' "$tmp/rows"
out_is '-n leaves reading to the program' '[1,2]
2'
run row-map -q '[., input] | map(.id)' "$tmp/rows"
out_is 'input takes the next row' '[1,2]'
printf 'a "b"\n\nc' >"$tmp/lines"
run row-map -qR . "$tmp/lines"
out_is '-R reads lines as strings' '"a \"b\""
""
"c"'
run row-map -qR row_number "$tmp/lines"
out_is '-R counts lines as rows' '1
2
3'
run row-map -qRs . "$tmp/lines"
out_is '-R -s reads all as one string' '"a \"b\"\n\nc"'
run row-map -q --multiline -c . "$tmp/texts"
out_is '--multiline reads texts that span lines' '{"x":1}
[2,3]'
run row-map -q --stream . "$tmp/texts"
out_is '--stream reads events' '[["x"],1]
[["x"]]
[[0],2]
[[1],3]
[[1]]'
printf '\0361\n\0362\n' >"$tmp/seq"
run row-map -q --seq '. + 1' "$tmp/seq"
is '--seq reads and writes RS' "$(od -An -c "$out" | tr -d ' \n')" \
    '0362\n0363\n'
run row-map -nqr '"a\tb", {"c": "d"}'
out_is '-r writes strings as they are' 'a	b
{"c":"d"}'
run row-map -nqj '"a", 1, "b"'
is '-j writes no newlines' "$(od -An -c "$out" | tr -d ' \n')" 'a1b'
run row-map -nq --raw-output0 '"a", "b"'
is '--raw-output0 writes NUL' "$(od -An -c "$out" | tr -d ' \n')" \
    'a\0b\0'
run row-map -nqa '"é\ud83d\ude00"'
out_is '-a writes ASCII only' '"\u00e9\ud83d\ude00"'
run row-map -nqS '{b: {d: 1, c: 2}, a: 3}'
out_is '-S orders keys' '{"a":3,"b":{"c":2,"d":1}}'
run row-map -nq --indent 2 '{a: [1, {}]}'
out_is '--indent writes for people' '{
  "a": [
    1,
    {}
  ]
}'
run row-map -nq --tab '[1]'
out_is '--tab indents by tabs' '[
	1
]'
run row-map -q --indent 0 .tags "$tmp/rows"
out_is '--indent 0 leaves no white space' '["a","b"]
[]'
run row-map -nqC '[null]'
is '-C colours' "$(tr -d '\033' <"$out")" \
    "$(printf '[1;39m[[0m[0;90mnull[0m[1;39m][0m')"
run row-map -nqe 'true, false'
status_is '-e: a last output of false is status 1' 1
run row-map -nqe 'empty'
status_is '-e: no output is status 1' 1
run row-map -nqe 'false, 1'
status_is '-e: anything else is status 0' 0

# Modules.
mkdir -p "$tmp/lib/deep"
echo 'def f: "lib"; def g: f;' >"$tmp/lib/m.jq"
echo 'import "m" as m; def h: m::g + "!";' >"$tmp/lib/deep/deep.jq"
echo '{"k":1} [2]' >"$tmp/lib/d.json"
run row-map -nq -L "$tmp/lib" 'import "deep" as d; include "m";
    import "d" as $data; d::h, f, $data::data'
out_is 'modules and data are imported' '"lib!"
"lib"
[{"k":1},[2]]'
run row-map -nq -L "$tmp/lib" '"deep" | modulemeta'
out_is 'modulemeta tells what a module imports and defines' \
    '{"deps":[{"as":"m","is_data":false,"relpath":"m"}],"defs":["h/0"]}'
printf '{"a":\n 1}\r\n["b",\n2]\n' >"$tmp/lib/lines.json"
run row-map -nq -L "$tmp/lib" --argjson x '{"a":
1}' --slurpfile y "$tmp/lib/lines.json" 'import "lines" as $z; $x, $y, $z,
    ("[\n1]" | fromjson)'
out_is 'a value that came on several lines is written on one' \
    '{"a":1}
[{"a":1},["b",2]]
[{"a":1},["b",2]]
[1]'
run row-map -nq 'module (1 + 1); 0'
err_is 'metadata that is no constant object is refused' \
    "row-map: program:1:8: a module's metadata must be a constant object"
run row-map -nq -L "$tmp/lib" 'import "none" as n; 1'
status_is 'a missing module is wrong usage' 2
err_has 'a missing module is named' 'program:1:1: module "none" not found'

# What goes wrong.
run row-map '.a |' "$tmp/rows"
status_is 'a program that does not compile is status 2' 2
err_is 'its place is told' 'row-map: program:1:5: unexpected end where an '\
'expression is expected'
run row-map "$(printf '.a |\n  foo(1)')" "$tmp/rows"
err_is 'an unknown function is named, with line and column' \
    'row-map: program:2:3: foo/1 is not defined'
run row-map -q '.id, .name.x' "$tmp/rows"
status_is 'a program that fails is status 3' 3
err_is 'its row is named' \
    "row-map: $tmp/rows:1: Cannot index string with string \"x\""
out_is 'what the row had put out is taken back' ''
run row-map -q --rejects "$tmp/bad" 'if .id == 1 then error("no") else .id end' \
    "$tmp/rows"
status_is 'rejects are findings' 1
out_is 'other rows pass' '2'
is 'the reject has its reason' \
    "$(jq -c '[.row.id, .why[0].message, .at.line]' "$tmp/bad")" '[1,"no",1]'
run row-map -q '.row' "$tmp/bad"
out_is 'a reject gives its row back' \
    '{"id":1,"name":"Ann","amount":1.10,"tags": ["a", "b"]}'
printf '{"a":1}\n{"a":}\n' >"$tmp/broken"
run row-map -q .a "$tmp/broken"
status_is 'bad JSON is status 3' 3
err_has 'bad JSON is told with its place' "$tmp/broken:2:6"
run row-map -q . "$tmp/none"
status_is 'a missing file is status 4' 4
run row-map -q --multiline . "$tmp/none"
status_is 'a missing file of texts is status 4' 4
run row-map -n --rejects "$tmp/bad" 1
status_is 'rejects are for rows only' 2
run row-map -q
status_is 'no program is wrong usage' 2
run row-map -nq '"bye\n" | halt_error'
status_is 'halt_error is status 5' 5
err_is 'halt_error says its piece' 'bye'
run row-map -nq '1, ("x" | halt_error(7)), 2'
status_is 'halt_error takes a status' 7
out_is 'what came before halt_error is written' 1
run row-map -q 'if .id == 2 then halt else .id end' "$tmp/rows"
status_is 'halt is status 0' 0
out_is 'halt ends the run' 1
run row-map -nq '{a: 1} | debug | .a'
err_is 'debug writes to standard error' '["DEBUG:",{"a":1}]'

# Limits.
run row-map -nq 'def f: 1 + f; f'
status_is 'deep recursion ends in an error' 3
err_has 'deep recursion is told' 'Recursion too deep'
run row-map -nq --max-memory 10M '[limit(10000000; repeat(1))]'
status_is 'memory has a limit' 3
err_has 'the limit is told' 'Out of memory'
run row-map -nq 'def f: if . >= 1000000 then . else . + 1 | f end; 0 | f'
out_is 'tail calls need no stack' 1000000
check 'endless output flows' \
    sh -c 'test "$(row-map -nq "range(1e18)" | head -n 100000 | tail -n 1)" = 99999'

# Frames.
printf '%s\n' '{"@stream":{"v":1}}' '{"a":1}' '{"a":2}' \
    "{\"@end\":{\"rows\":2,\"sha256\":\"$(printf '{"a":1}\n{"a":2}\n' |
	sha256sum | cut -d ' ' -f 1)\"}}" >"$tmp/framed"
run row-map -q 'select(.a == 1)' "$tmp/framed"
status_is 'a framed stream passes' 0
is 'it gets an end of its own' "$(sed -n '3s/,.*//p' "$out")" \
    '{"@end":{"rows":1'
sed '$d' "$tmp/framed" >"$tmp/cut"
run row-map -q . "$tmp/cut"
status_is 'a stream without its end is incomplete' 5
run row-map -q '., (try inputs catch "caught")' "$tmp/cut"
status_is 'also where the program reads, whatever it catches' 5
run row-map -nq '[try inputs catch "caught"]' "$tmp/rows" "$tmp/nowhere"
status_is 'nor can it catch that a file cannot be read' 4
out_is 'and nothing comes of it' ''

# Standard output.
run sh -c "row-map -q . '$tmp/rows' >/dev/full"
status_is 'a full disk is status 4' 4
run sh -c "row-map -q . '$tmp/rows' >&-"
status_is 'closed output is status 4' 4

# Where a text stops being JSON, however it is read.
printf '{"a":1}\n {"\303\251":1} {"b":01}\n' >"$tmp/one"
printf '{"a":1}\n{"b":\n [1,\n "\303\251", x]}\n' >"$tmp/several"
for how in --multiline -s --stream --seq; do
	run row-map -q "$how" . "$tmp/one"
	err_is "$how: a fault within a line" \
	    "row-map: $tmp/one:2:15: number with a leading zero"
	run row-map -q "$how" . "$tmp/several"
	err_is "$how: a fault lines later" \
	    "row-map: $tmp/several:4:7: unknown word \"x\""
done
run row-map -q -n '[inputs]' "$tmp/several"
err_is 'a fault in what the program reads' \
    'row-map: unknown word "x" (line 4, column 7)'
run row-map -q '., input' "$tmp/one"
err_is 'or in the next row' "row-map: $tmp/one:2: trailing text after the`
    ` value (line 2, column 10)"
finish
