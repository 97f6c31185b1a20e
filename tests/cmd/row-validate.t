#!/bin/sh
# row-validate: what passes, what is said about what does not.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

cat >schema.json <<'END'
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id", "email"],
  "additionalProperties": false,
  "properties": {
    "id": {"type": "integer", "minimum": 1},
    "email": {"type": "string", "format": "email"},
    "status": {"enum": ["ACTIVE", "CLOSED"]},
    "address": {"type": "object",
        "properties": {"zip/code": {"type": "string", "maxLength": 5}}}
  }
}
END

# The first reason of the reject of row $2: rule, path, message and hint.
reason() { # TITLE ROW RULE PATH MESSAGE HINT
	printf '%s\n' "$2" >in
	run row-validate -q --schema schema.json --rejects bad in
	status_is "$1" 1
	is "$1: why" \
	    "$(jq -r '.why[0] | .rule, .path // "", .message, .hint // ""' bad)" \
	    "$(printf '%s\n' "$3" "$4" "$5" "$6")"
}

usage() { # TITLE MESSAGE OPTION ...
	usage_title=$1
	usage_want="row-validate: $2"
	shift 2
	run row-validate "$@"
	status_is "$usage_title is wrong usage" 2
	is "$usage_title: says so" "$(sed 1q "$err")" "$usage_want"
	out_is "$usage_title: nothing is written" ''
}

# Valid rows.
cat >good <<'END'
{"id":1,"email":"a@example.com"}
{ "id" : 2.0 , "email":"b@example.com","status":"CLOSED" }
{"email":"\u0063@example.com","id":12345678901234567890123456789,"address":{"x":1e400}}
END
run row-validate --schema schema.json good
status_is 'valid rows pass' 0
check 'byte for byte' cmp good "$out"
err_is 'with one line said' 'row-validate: 3 in, 3 out, 0 rejected'
run_with /dev/null row-validate -q --schema schema.json
status_is 'no rows are fine' 0
printf '{"id":1,"email":"a@example.com"}' >in
run row-validate -q --schema schema.json in
out_is 'a last row without newline is a row' '{"id":1,"email":"a@example.com"}'

# Invalid rows.
reason 'a property that is missing' '{"email":"a@example.com","ID":1}' \
    additionalProperties /ID '"/ID" is a property that is not allowed' \
    'did you mean "id"?'
reason 'a type' '{"id":"7","email":"a@example.com"}' type /id \
    '"/id" is a string, not an integer: "\"7\""' \
    'a number in a string becomes one with row-map and tonumber'
reason 'a bound' '{"id":0,"email":"a@example.com"}' minimum /id \
    '"/id" is 0, less than 1' ''
reason 'a label in the wrong case' \
    '{"id":1,"email":"a@example.com","status":"active"}' enum /status \
    '"/status" is none of the values allowed: "\"active\""' \
    'did you mean "ACTIVE"? enum-upcase changes the case'
reason 'a format' '{"id":1,"email":"a.example.com"}' format /email \
    '"/email" is not of the format email: "\"a.example.com\""' \
    'wanted is a mailbox: ann@example.com'
reason 'a length, and a name with a slash' \
    '{"id":1,"email":"a@example.com","address":{"zip/code":"123456"}}' \
    maxLength /address/zip~1code \
    '"/address/zip~1code" has 6 characters, more than 5' ''
reason 'a property that should be there' '{"id":1}' required '' \
    'the value has no property "email"' ''
reason 'a value that is no object' '[1]' type '' \
    'the value is an array, not an object: "[1]"' ''

cat >mixed <<'END'
{"id":1,"email":"a@example.com"}
{"id":0,"email":"x","status":"open"}
17
{"id":3,"email":"c@example.com"}
END
run row-validate --schema schema.json mixed
status_is 'invalid rows do not end the run' 1
out_is 'the valid ones pass' "$(sed -n '1p;4p' mixed)"
err_has 'the first reason is said with its place' \
    'row-validate: mixed:2:7: "/id" is 0, less than 1 (and 2 more)'
err_has 'what is wrong is summed up by rule' \
    'row-validate: rule enum broken once, at mixed:2:30'
run row-validate -q --schema schema.json --rejects bad --stats stats mixed
status_is '--rejects keeps them' 1
is 'each with all that is wrong' \
    "$(jq -c '[.row, (.why | map(.rule)), .at.line]' bad)" \
    '[{"id":0,"email":"x","status":"open"},["minimum","format","enum"],2]
[17,["type"],3]'
is 'and the counts are in the statistics' \
    "$(jq -c '[.in, .out, .rejected, .rules]' stats)" \
    '[4,2,2,{"minimum":1,"format":1,"enum":1,"type":1}]'
jq -c '.row | select(type == "object") | .id = 2 | .email = "b@example.com" |
    .status = "CLOSED"' bad >mended
run row-validate -q --schema schema.json mended
status_is 'rejects can be mended and fed back' 0
run row-validate -q --schema schema.json --on-error stop mixed
status_is '--on-error=stop ends the run' 3
out_is 'with what was valid before' "$(sed 1q mixed)"
run row-validate -q --schema schema.json --max-rejects 1 mixed
status_is '--max-rejects bounds them' 3

# Lines that are no JSON, and values that are no objects.
printf '%s\n' '{"id":1,"email":"a@example.com"}' '{"id":2' >in
run row-validate -q --schema schema.json in
status_is 'a line that is not JSON is bad input' 3
err_has 'and its place is said' 'row-validate: in:2:8: '
run row-validate -q --schema schema.json --rejects bad in
status_is 'with --rejects it is a reject' 1
is 'kept as text' "$(jq -c '[.text, .why[0].rule]' bad)" '["{\"id\":2","json"]'
printf '%s\n' '"a"' ' 12.50 ' '[1, 2]' true '{"a":1}' >in
echo '{"not": {"type": "boolean"}}' >any.json
run row-validate -q --schema any.json in
status_is 'rows may be any values' 1
out_is 'which are copied as they stand' "$(grep -v true in)"
printf '%s\n' '{"id":1,"email":"a@example.com","id":2}' >in
run row-validate -q --schema schema.json in
status_is 'a key given twice is bad input' 3

# Streams.
grep -v 17 mixed | enum-upcase -q --frame -f status |
    row-validate -q --schema schema.json >framed 2>/dev/null
run row-validate -q --schema schema.json framed
status_is 'a framed stream stays whole without its invalid rows' 0
sed '2d' framed >broken
run row-validate -q --schema schema.json broken
status_is 'one that lost a row is not' 5
run sh -c 'row-validate -q --schema schema.json good >/dev/full'
status_is 'a full disk is an error' 4
run row-validate -q --schema schema.json nowhere
status_is 'a missing file is an error' 4

# Demands without a schema.
cat >in <<'END'
{"id":1,"email":"a@example.com","amount":5,"slug":"a-b"}
{"id":2,"email":"nope","amount":"5"}
{"id":null,"email":null,"amount":1e6}
{"id":4,"amount":1000000.01}
{"id":5,"email":"e@example.com","slug":"A b","amount":null}
END
run row-validate -q --require id,email --format email=email \
    --format slug=slug --range amount=0..1e6 --rejects bad in
status_is 'options say what is wanted' 1
out_is 'what is as wanted passes' "$(sed 1q in)"
is 'what is not is told' \
    "$(jq -r '[.at.line, (.why[] | .rule, .path // "")] | join(" ")' bad)" \
    '2 format /email type /amount
3 type /id type /email
4 required  maximum /amount
5 format /slug'
printf '%s\n' '{"a":{"b":[{"c":1},{"c":9}]}}' '{"a":{"b":[{"c":1},{}]}}' \
    '{"a":null}' '{"a":{"b":{"c":2}}}' >in
run row-validate -q --range a.b.c=..5 --rejects bad in
out_is 'paths lead into objects, arrays stand for their elements' \
    "$(sed 1d in)"
is 'and the place is that of the element' "$(jq -r '.why[0].path' bad)" \
    /a/b/1/c
run row-validate -q --require a.b.c --rejects bad in
out_is 'a demanded path must be there, all the way' "$(sed -n '1p;4p' in)"
printf '%s\n' '{"a.b":"x"}' '{"a":{"b":1}}' >in
run row-validate -q --require /a.b --rejects bad in
out_is 'a JSON pointer names odd fields' '{"a.b":"x"}'

usage 'no demand' 'nothing to validate against; give --schema, or --require, --format, --range, --unique or --references'
usage 'a schema and demands' 'give either --schema or --require, --format and --range' \
    --schema schema.json --require id
usage '--table without a schema' '--table, --schema-dir and --no-format need --schema' \
    --table x --require id
usage 'an unknown format' 'option --format: there is no format "emial"' \
    --format a=emial
usage 'a range without dots' 'option --range: "a=5" is not FIELD=MIN..MAX' \
    --range a=5
usage 'a range of words' 'option --range: "x" is not a number' --range a=x..
finish
