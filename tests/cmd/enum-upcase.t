#!/bin/sh
# enum-upcase: what it changes, what it checks, what it refuses.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

# The rows $2 become $3, with the options that follow.
becomes() { # TITLE ROWS WANT OPTION ...
	becomes_title=$1
	becomes_want=$3
	printf '%s\n' "$2" >in
	shift 3
	run_with in enum-upcase -q "$@"
	out_is "$becomes_title" "$becomes_want"
	status_is "$becomes_title: status" 0
	err_is "$becomes_title: nothing is said" ''
}

# The row is rejected: message and hint, the rule and the place in the row.
rejects() { # TITLE ROW MESSAGE HINT RULE PATH OPTION ...
	rejects_title=$1
	rejects_want=$(printf '%s\n' "$3" "$4" "$5" "$6")
	printf '%s\n' "$2" >in
	shift 6
	run_with in enum-upcase -q --rejects bad "$@"
	status_is "$rejects_title" 1
	out_is "$rejects_title: does not pass" ''
	is "$rejects_title: says why" \
	    "$(jq -r '.why[0] | .message, .hint // "", .rule, .path' bad)" \
	    "$rejects_want"
}

usage() { # TITLE MESSAGE OPTION ...
	usage_title=$1
	usage_want="enum-upcase: $2"
	shift 2
	run enum-upcase "$@"
	status_is "$usage_title is wrong usage" 2
	is "$usage_title: says so" "$(sed 1q "$err")" "$usage_want"
	out_is "$usage_title: nothing is written" ''
}

# Case.
becomes 'values become upper case' '{"id":1,"status":"active","x":"y"}' \
    '{"id":1,"status":"ACTIVE","x":"y"}' -f status
becomes 'upper case stays as it is' '{"status":"ON_HOLD"}' \
    '{"status":"ON_HOLD"}' -f status
becomes '--lower makes lower case' '{"status":"Active"}' \
    '{"status":"active"}' -f status --lower
becomes 'letters beyond ASCII have case' '{"s":"zürich straße ñ дом"}' \
    '{"s":"ZÜRICH STRAßE Ñ ДОМ"}' -f s
becomes 'escapes are understood' '{"s":"\u00e9t\u00c9\n\u0000 \ud83d\ude00"}' \
    '{"s":"ÉTÉ\n\u0000 😀"}' -f s
becomes 'escapes that change nothing stay' '{"s":"A\u0042\/"}' \
    '{"s":"A\u0042\/"}' -f s
becomes 'absent and null are left alone' '{"s":null}
{}' '{"s":null}
{}' -f s
becomes 'an empty string is one' '{"s":""}' '{"s":""}' -f s

# Fields.
becomes 'several fields, in one option or more' \
    '{"a":"x","b":"y","c":"z","d":"w"}' '{"a":"X","b":"Y","c":"Z","d":"w"}' \
    -f c,a --field b
becomes 'a field may be named twice' '{"a":"x"}' '{"a":"X"}' -f a,a -f /a
becomes 'fields in any order, row by row' '{"a":"x","b":1}
{"b":1,"a":"x"}
{"\u0061":"x"}' '{"a":"X","b":1}
{"b":1,"a":"X"}
{"\u0061":"X"}' -f a
becomes 'a path leads into objects' \
    '{"a":{"b":{"c":"x"},"c":"y"},"b":"z"}' \
    '{"a":{"b":{"c":"X"},"c":"y"},"b":"z"}' -f a.b.c
becomes 'a path that ends early leads nowhere' '{"a":null}
{"a":{}}
{"a":{"b":null}}' '{"a":null}
{"a":{}}
{"a":{"b":null}}' -f a.b.c
becomes 'an array stands for its elements' \
    '{"a":["x",null,["y"]],"b":[{"c":"z"},{"c":["w"]},{}]}' \
    '{"a":["X",null,["Y"]],"b":[{"c":"Z"},{"c":["W"]},{}]}' -f a,b.c
becomes 'a JSON pointer names odd fields' \
    '{"a.b":"x","c,d":"y","e/f":{"~":"z"},"":"w"}' \
    '{"a.b":"X","c,d":"Y","e/f":{"~":"Z"},"":"W"}' \
    -f /a.b -f /c,d -f /e~1f/~0 -f /
becomes 'blanks around values stay' '{ "a" :  "x" , "b":[ "y" ] }' \
    '{ "a" :  "X" , "b":[ "Y" ] }' -f b,a
rejects 'a number is no string' '{"s":{"t":[1]}}' \
    'field "s.t" is not a string but number: "1"' '' type /s/t/0 -f s.t
rejects 'a path leads into a number' '{"s":1}' \
    'field "s.t" leads into a number, not an object' '' type /s -f s.t
printf '{"s":"a"}\n{"s":true,"t":1}\n' >in
run enum-upcase -q -f s in
status_is 'a value of the wrong type ends the run' 3
err_is 'a wrong type: says where' \
    'enum-upcase: in:2:6: field "s" is not a string but boolean: "true"'
out_is 'the rows before it are written' '{"s":"A"}'
echo '{"s":"a"}' >in
run enum-upcase -f s,nope.x in
is 'a field that no row has is worth a word' "$(sed 1q "$err")" \
    'enum-upcase: no row has the field "nope.x"'
status_is 'but no more' 0

# Maps.
becomes 'mapped values are taken as they stand' '{"s":"n/a"}
{"s":"N/A"}
{"s":"x"}' '{"s":"Unknown"}
{"s":"N/A"}
{"s":"a=b"}' -f s --map n/a=Unknown --map x=a=b
becomes '--ignore-case maps any case' '{"s":"n/a"}
{"s":"N/A"}' '{"s":"Unknown"}
{"s":"Unknown"}' -f s --map N/a=Unknown --ignore-case
becomes 'empty strings can be mapped' '{"s":""}
{"s":"x"}' '{"s":"NONE"}
{"s":""}' -f s --map =NONE --map x=
printf '{\n  "a": "One",\n  "quo\\"te": "zw\\u00f6lf"\n}\n' >map
becomes '--map-file is one object, laid out as it likes' '{"s":"a"}
{"s":"quo\"te"}
{"s":"b"}' '{"s":"One"}
{"s":"zwölf"}
{"s":"B"}' -f s --map-file map
printf '{"a":"One"}\n{"b":"Two","c":"Three"}' >map
becomes 'or one on each line' '{"s":["a","b","c"]}' \
    '{"s":["One","Two","Three"]}' -f s --map-file map
becomes 'a map is for every field' '{"s":"a","t":"a"}' \
    '{"s":"One","t":"One"}' -f s,t --map a=One

# Labels.
becomes 'legal values pass' '{"s":"active"}' '{"s":"ACTIVE"}' \
    -f s --allow ACTIVE,CLOSED
rejects 'a value that is no label' '{"s":"activ"}' \
    'field "s": "activ" is none of the legal values' \
    'did you mean "ACTIVE"?' enum /s -f s --allow ACTIVE,CLOSED
rejects 'a value like no label' '{"s":"whatever"}' \
    'field "s": "whatever" is none of the legal values' \
    'legal are "ACTIVE", "CLOSED"' enum /s -f s --allow ACTIVE,CLOSED
rejects 'a mapped value must be legal too' '{"s":"x"}' \
    'field "s": "x" is none of the legal values' \
    'did you mean "ACTIVE"?' enum /s -f s --allow ACTIVE --map x=ACTIV
becomes '--ignore-case gives the spelling of the label' '{"s":"aCTIVE"}
{"s":"on hold"}' '{"s":"Active"}
{"s":"On Hold"}' -f s --allow 'Active,On Hold' --ignore-case
becomes 'labels beyond ASCII' '{"s":"ÉTÉ"}' '{"s":"Été"}' \
    -f s --allow Été --ignore-case
rejects 'an array with one value that is no label' '{"s":["a","b","x"]}' \
    'field "s": "x" is none of the legal values' 'legal are "A", "B"' \
    enum /s/2 -f s --allow A,B
cat >schema <<'END'
{"title":"users","type":"object","properties":{"id":{"type":"integer"},"role":{"type":"string","enum":["ADMIN","USER"]}}}
{"title":"clients","type":"object","properties":{"status":{"type":"string","enum":["Active","Closed"]},"role":{"type":"string","enum":["VIP"]},"note":{"type":"string"}}}
END
becomes '--schema takes the labels of the column' '{"status":"closed"}' \
    '{"status":"Closed"}' -f status --schema schema --ignore-case
becomes '--schema: each field has its own' '{"status":"closed","role":"vip"}' \
    '{"status":"Closed","role":"VIP"}' -f role,status --schema schema \
    --ignore-case
becomes '--table chooses among several' '{"role":"user"}' '{"role":"USER"}' \
    -f role --schema schema --table users
rejects '--schema: a value of another field' \
    '{"status":"vip","role":"vip"}' \
    'field "status": "vip" is none of the legal values' \
    'legal are "Active", "Closed"' enum /status \
    -f role,status --schema schema --ignore-case

# A message is one line of ASCII, whatever the data.
printf '{"s":"\\u001b[31m\\n\303\251"}\n' >in
run enum-upcase -q -f s --allow A in
err_is 'data in messages is escaped' \
    'enum-upcase: in:1:6: field "s": "\x1b[31m\n\xc3\xa9" is none of the legal values
hint: legal are "A"'

# Usage.
usage 'no field' 'no field named; give -f at least once'
usage 'an empty field' 'field "": a name is empty' -f ''
usage 'an empty name in a list' 'field "": a name is empty' -f a,,b
usage 'a bad pointer' 'field "/~2": "~" must be written ~0' -f '/~2'
usage 'a map without =' 'option --map: no "=" in "ab"' -f s --map ab
usage 'a value mapped twice' 'option --map: value "a" is mapped twice' \
    -f s --map a=b --map a=c
usage 'a label that is not UTF-8' 'option --allow: not UTF-8: "\xff"' \
    -f s --allow "$(printf '\377')"
usage 'both kinds of labels' 'give either --allow or --schema' \
    -f s --allow A --schema schema
usage '--table without --schema' '--table needs --schema' -f s --table t
usage 'a table that the schema lacks' 'no table "t" in the schema' \
    -f s --schema schema --table t
usage 'a field of several tables' \
    'several tables of the schema have these fields; name one with --table' \
    -f role --schema schema
usage 'a field of no table' 'no table of the schema has these fields' \
    -f nope --schema schema
usage 'a field without labels' \
    'the schema has no labels for field "note" of table "clients"' \
    -f note --schema schema
printf '{"a":1}\n' >map
usage 'a map to a number' 'file "map": value "a" is mapped to no string' \
    -f s --map-file map
printf '{"a":"b"}\n{"c"}\n' >map
usage 'a map that is no JSON' \
    'file "map": line 2: expected a colon after the key "c", found "}"' -f s --map-file map
printf '{"@stream":{"v":1}}\n{"title":"t"}\n' >framed
run enum-upcase -f s --schema framed
err_has 'a schema in a frame: how to get one without' 'unset ROWPIPE_FRAME'
run enum-upcase -f s --map-file missing
status_is 'a map that is not there is an I/O error' 4
err_is 'a map that is not there: says so' \
    'enum-upcase: could not read file "missing": No such file or directory'

# Against jq: many rows, one field changed, all else as it was.
seq 1 2000 | jq -c '{id: ., status: (["pending","Active","on_hold","CLOSED"]
    [. % 4]), n: (. * 1.5 | tostring), tags: ["x", "y\(.)"]}' >rows
jq -c '.status |= ascii_upcase' rows >want
run enum-upcase -q -f status rows
check 'does to many rows what jq does' cmp "$out" want
jq -c '.tags |= map(ascii_upcase) | .status |= ascii_upcase' rows >want
run enum-upcase -q -f tags,status rows
check 'does to arrays what jq does' cmp "$out" want
finish
