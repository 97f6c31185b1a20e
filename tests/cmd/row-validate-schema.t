#!/bin/sh
# row-validate: schemas that are right, wrong, many, and elsewhere.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

# The rows of file in that are valid by the schema $2.
accepts() { # TITLE SCHEMA ROWS WANT OPTION ...
	accepts_title=$1
	accepts_want=$4
	printf '%s\n' "$2" >schema.json
	printf '%s\n' "$3" >in
	shift 4
	run row-validate -q --schema schema.json --rejects bad "$@" in
	out_is "$accepts_title" "$accepts_want"
}

# A schema that does not compile: where, and why.
refuses() { # TITLE SCHEMA POINTER MESSAGE [OPTION ...]
	refuses_title=$1
	refuses_want="row-validate: schema schema.json at $3: $4"
	printf '%s\n' "$2" >schema.json
	echo '{}' >in
	shift 4
	run row-validate --schema schema.json "$@" in
	status_is "$refuses_title does not compile" 2
	is "$refuses_title: the message has its place" "$(sed 1q "$err")" \
	    "$refuses_want"
	out_is "$refuses_title: nothing is written" ''
}

refuses 'an unknown type' '{"properties":{"a":{"type":"strng"}}}' \
    /properties/a/type 'there is no type "strng"'
is 'the right one is the hint' "$(sed -n 2p "$err")" \
    'hint: did you mean "string"?'
refuses 'a value of the wrong type' '{"items":{"minLength":"3"}}' \
    /items/minLength 'must be a number, not string'
refuses 'a reference to nothing' '{"allOf":[{"$ref":"#/$defs/a~1b"}]}' \
    '/allOf/0/$ref' 'there is no schema at "#/$defs/a~1b"'
refuses 'a reference elsewhere' '{"$ref":"http://example.com/a.json"}' \
    '/$ref' 'there is no schema "http://example.com/a.json"'
err_has 'what helps is said' 'hint: name the directory that has it with --schema-dir; nothing is fetched from the network'
refuses 'an unknown $schema' '{"$schema":"http://example.com/x#"}' '/$schema' \
    'the metaschema "http://example.com/x" is not known'
refuses 'a pattern that is none' '{"pattern":"a("}' /pattern \
    '"a(" (at byte 1) is not a valid ECMA-262 regex: a ( without its )'
refuses 'a circle' '{"$ref":"#"}' '/$ref' \
    'the schema leads back to itself without going deeper into the value'
refuses 'a key given twice' '{"$defs":{"a":{"type":"null","type":"null"}}}' \
    '/$defs/a' 'the key "type" is given twice'
refuses 'a number' 1 'its root' 'a schema is an object, true or false, not number'
printf '{\n  "type": "object",\n  "x": \n}\n' >schema.json
run row-validate --schema schema.json
status_is 'a schema that is no JSON does not compile' 2
err_has 'and its line is said' 'schema "schema.json", line 4: '
run row-validate --schema nowhere.json
status_is 'a schema that is not there is an error' 4

# Circles that only some values run into.
printf '%s\n' '{"dependentSchemas":{"a":{"$ref":"#"}},"required":["b"]}' \
    >schema.json
printf '%s\n' '{"b":1}' '{"a":1,"b":1}' >in
run row-validate -q --schema schema.json in
status_is 'a circle met on the way ends the run' 2
out_is 'after the rows before it' '{"b":1}'
err_has 'and is the fault of the schema' 'it leads back to itself'
awk 'BEGIN { for (i = 0; i < 1000; i++) printf "["
    for (i = 0; i < 1000; i++) printf "]"; print "" }' >deep
echo '{"items":{"$ref":"#"}}' >schema.json
run row-validate -q --schema schema.json deep
status_is 'values as deep as they may be are followed' 0
# A sanitizer's frames are large: less deep where much lies between.
sed 's/^\[\{500\}//;s/\]\{500\}$//' deep >half
echo '{"allOf":[{"anyOf":[{"items":{"$ref":"#"}}]}]}' >schema.json
run row-validate -q --schema schema.json half
status_is 'also by roundabout ways' 0
# shellcheck disable=SC3045
(ulimit -s 256 && row-validate -q --schema schema.json deep) >"$out" 2>"$err"
is 'a stack that is too small is an error, not a crash' $? 2

# Formats.
accepts 'formats are asserted' '{"properties":{"a":{"format":"date"}}}' \
    '{"a":"2024-02-30"}
{"a":"2024-02-29"}' '{"a":"2024-02-29"}'
accepts 'or not' '{"properties":{"a":{"format":"date"}}}' \
    '{"a":"2024-02-30"}' '{"a":"2024-02-30"}' --no-format
run row-validate -v --schema schema.json in
echo '{"format":"x-own"}' >schema.json
run row-validate -v --schema schema.json in
err_has 'an unknown one is named with -v' \
    'the format "x-own" is not known and not checked'

# Other documents.
mkdir -p dir/sub dir/example.com
cat >dir/by-id.json <<'END'
{"$id":"https://example.com/id/address","type":"object","required":["zip"],
 "$defs":{"zip":{"$id":"zip","pattern":"^[0-9]+$"}}}
END
echo '{"type":"integer"}' >dir/sub/int.json
echo '{"type":"string"}' >dir/example.com/str.json
echo '{"$ref":"sub/int.json#"}' >dir/rel.json
echo 'no JSON' >dir/junk.json
accepts 'a document is found by its $id' \
    '{"properties":{"a":{"$ref":"https://example.com/id/address"}}}' \
    '{"a":{"zip":1}}
{"a":{}}' '{"a":{"zip":1}}' --schema-dir dir
accepts 'or by one inside it' '{"$ref":"https://example.com/id/zip"}' \
    '"12"
"x"' '"12"' --schema-dir dir
accepts 'or by its path' '{"$ref":"http://localhost:1234/sub/int.json"}' '1
"x"' 1 --schema-dir dir
accepts 'or by the end of its path' '{"$ref":"http://a.b/c/d/sub/int.json"}' \
    '1
"x"' 1 --schema-dir dir
accepts 'or by host and path' '{"$ref":"https://example.com/str.json"}' '1
"x"' '"x"' --schema-dir dir
accepts 'and leads to others' \
    '{"$id":"http://x.y/main.json","items":{"$ref":"rel.json"}}' '[1]
["a"]' '[1]' --schema-dir dir
cp schema.json dir/main.json
echo '["a"]' >in
run row-validate -q --schema dir/main.json --schema-dir dir in
status_is 'the schema may be in that directory itself' 1
refuses 'what the directory has not' '{"$ref":"http://x.y/none.json"}' \
    '/$ref' 'there is no schema "http://x.y/none.json"' --schema-dir dir
refuses 'a path that leads out of it' '{"$ref":"http://x.y/%2e%2e/in"}' \
    '/$ref' 'there is no schema "http://x.y/%2e%2e/in"' --schema-dir dir
run row-validate --schema schema.json --schema-dir nowhere in
status_is 'a directory that is not there is an error' 4

# Metaschemas of one's own.
cat >dir/meta.json <<'END'
{"$id":"https://example.com/meta","$schema":"https://json-schema.org/draft/2020-12/schema",
 "$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/core":true,
  "https://json-schema.org/draft/2020-12/vocab/applicator":true,
  "https://example.com/vocab/own":false}}
END
sed 's/own":false/own":true/; s,com/meta",com/meta-own",' dir/meta.json \
    >dir/meta-own.json
sed 's,com/meta",com/meta-format",
    s,example.com/vocab/own":false,json-schema.org/draft/2020-12/vocab/format-assertion":true,' \
    dir/meta.json >dir/meta-format.json
accepts 'a keyword of a vocabulary that is not in use means nothing' \
    '{"$schema":"https://example.com/meta","properties":{"a":{"type":"string"},"b":false}}' \
    '{"a":1}
{"b":1}' '{"a":1}' --schema-dir dir
accepts 'format-assertion asserts formats, --no-format or not' \
    '{"$schema":"https://example.com/meta-format","format":"date"}' '"x"
"2024-02-29"' '"2024-02-29"' --schema-dir dir --no-format
echo '{"$schema":"https://example.com/meta-own"}' >schema.json
run row-validate --schema schema.json --schema-dir dir in
status_is 'a vocabulary that is needed and not known does not compile' 2
err_has 'and is named' \
    'the vocabulary "https://example.com/vocab/own" is required'

# Several tables.
cat >tables.ndjson <<'END'
{"title":"clients","sqlObjectOwner":"public","properties":{"id":{"type":"integer"}}}

{"title":"orders","sqlObjectOwner":"public","properties":{"id":{"type":"string"}}}
{"title":"orders","sqlObjectOwner":"old","properties":{"id":{"type":"null"}}}
END
printf '%s\n' '{"id":1}' '{"id":"a"}' '{"id":null}' >in
run row-validate -q --schema tables.ndjson --table clients --rejects bad in
out_is '--table picks a table' '{"id":1}'
run row-validate -q --schema tables.ndjson --table public.orders \
    --rejects bad in
out_is 'a schema in its name tells two apart' '{"id":"a"}'
run row-validate -q --schema tables.ndjson --table orders in
status_is 'a name that two tables have is wrong usage' 2
run row-validate -q --schema tables.ndjson --table ORDERS in
status_is 'also when it is not written as theirs' 2
run row-validate -q --schema tables.ndjson in
status_is 'no name is wrong usage' 2
err_has 'and what helps is said' 'name the one that is meant with --table'
{
	echo '{"@stream":{"v":1,"source":"pg","table":"public.clients"}}'
	cat in
	printf '{"@end":{"rows":3,"sha256":"%s"}}\n' \
	    "$(sha256sum <in | cut -c 1-64)"
} >framed
run row-validate -q --schema tables.ndjson --rejects bad framed
is 'a stream says its table' "$(sed -n 2p "$out")" '{"id":1}'
status_is 'and all else is as ever' 1
run row-validate -q --schema tables.ndjson --table nope in
status_is 'a table that is not there is wrong usage' 2
finish
