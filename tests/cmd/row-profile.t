#!/bin/sh
# row-profile: what it says of rows, and what it refuses.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

# Of the rows $2 the line of path $3 has, without "path", "rows" and "samples",
# the text $4.
says() { # TITLE ROWS PATH WANT OPTION ...
	says_title=$1
	says_path=$3
	says_want=$4
	printf '%s\n' "$2" >in
	shift 4
	run_with in row-profile -q --samples 0 "$@"
	is "$says_title" "$(grep -F "{\"path\":$(jq -cn --arg p "$says_path" \
	    '$p')," "$out" | sed 's/.*"rows":[0-9]*,//; s/,"samples":\[\]//
	    s/}$//')" "$says_want"
	status_is "$says_title: status" 0
	err_is "$says_title: nothing is said" ''
}

# The JSON Schema of the rows $2, without "$schema", is $3.
derives() { # TITLE ROWS WANT
	printf '%s\n' "$2" >in
	run_with in row-profile -q --schema
	is "$1" "$(sed 's/^{"$schema":"[^"]*",/{/' "$out")" "$3"
}

usage() { # TITLE MESSAGE OPTION ...
	usage_title=$1
	usage_want="row-profile: $2"
	shift 2
	run row-profile "$@"
	status_is "$usage_title is wrong usage" 2
	is "$usage_title: says so" "$(sed 1q "$err")" "$usage_want"
	out_is "$usage_title: nothing is written" ''
}

# Counts.
says 'a field that is there' '{"a":1}' a \
    '"of":1,"present":1,"null":0,"types":{"number":1},"integers":1,"distinct":1,"exact":true,"min":1,"max":1'
says 'a field that is not always there, and null' '{"a":null}
{}
{"a":true}' a \
    '"of":3,"present":2,"null":1,"types":{"null":1,"boolean":1},"true":1,"distinct":1,"exact":true'
says 'a field of an object that is not always one' '{"a":{"b":1}}
{"a":null}
{"a":{}}' a.b \
    '"of":2,"present":1,"null":0,"types":{"number":1},"integers":1,"distinct":1,"exact":true,"min":1,"max":1'
says 'an object and a string in one field' '{"a":{"b":1}}
{"a":"x"}' a \
    '"of":2,"present":2,"null":0,"types":{"string":1,"object":1},"distinct":1,"exact":true,"min":"x","max":"x","min_length":1,"max_length":1'
says 'arrays have lengths' '{"a":[]}
{"a":[1,null,[2]]}' a \
    '"of":2,"present":2,"null":0,"types":{"array":2},"min_items":0,"max_items":3'
says 'elements are counted, of so many arrays' '{"a":[]}
{"a":[1,null,[2]]}' 'a[]' \
    '"of":2,"present":3,"null":1,"types":{"null":1,"number":1,"array":1},"integers":1,"distinct":1,"exact":true,"min":1,"max":1,"min_items":1,"max_items":1'
says 'arrays in arrays' '{"a":[[1],[2,3]]}' 'a[][]' \
    '"of":2,"present":3,"null":0,"types":{"number":3},"integers":3,"distinct":3,"exact":true,"min":1,"max":3'
says 'a key twice in a nested object is present once' \
    '{"a":{"b":1,"b":null}}' a.b \
    '"of":1,"present":1,"null":1,"types":{"null":1,"number":1},"integers":1,"distinct":1,"exact":true,"min":1,"max":1'
says 'a key is what it stands for, however it is spelt' '{"\u0061":{"b":1}}
{"a":{"\u0062":2}}' a.b \
    '"of":2,"present":2,"null":0,"types":{"number":2},"integers":2,"distinct":2,"exact":true,"min":1,"max":2'

# Paths.
printf '%s\n' '{"a b":1,"a.b":2,"":3,"é":{"x-y":[{"\"":4,"\u0000":5}]},"[]":6}' \
    >in
run row-profile -q in
is 'names that are no words stand in brackets' "$(jq -r .path "$out")" \
    '["a b"]
["a.b"]
[""]
é
é.x-y
é.x-y[]
é.x-y[]["\""]
é.x-y[]["\u0000"]
["[]"]'

# Numbers.
says 'numbers are compared by value, exactly' '{"n":12345678901234567890.2}
{"n":12345678901234567890.1}
{"n":12345678901234567890.3}' n \
    '"of":3,"present":3,"null":0,"types":{"number":3},"integers":0,"distinct":3,"exact":true,"min":12345678901234567890.1,"max":12345678901234567890.3'
says 'one value has many spellings' '{"n":1.50}
{"n":15e-1}
{"n":1.5}
{"n":0.15E+1}' n \
    '"of":4,"present":4,"null":0,"types":{"number":4},"integers":0,"distinct":1,"exact":true,"min":1.50,"max":1.50'
says 'so have large ones' '{"n":1e30}
{"n":1000000000000000000000000000000}
{"n":1000000000000000000000000000000.0}
{"n":-0}
{"n":0e9}
{"n":1e-400}
{"n":0.1e-399}
{"n":123456789012345678901234567890}
{"n":1234567890123456789012345678900e-1}' n \
    '"of":9,"present":9,"null":0,"types":{"number":9},"integers":7,"distinct":4,"exact":true,"min":-0,"max":1e30'
digits=$(printf '%01000d' 0 | tr 0 7)
says 'a number of 1,000 digits is in the range' \
    "{\"n\":$digits}" n \
    "\"of\":1,\"present\":1,\"null\":0,\"types\":{\"number\":1},\"integers\":1,\"distinct\":1,\"exact\":true,\"min\":$digits,\"max\":$digits"
says 'a longer one is not, but counted' "{\"n\":${digits}7}
{\"n\":1}" n \
    '"of":2,"present":2,"null":0,"types":{"number":2},"integers":2,"distinct":2,"exact":true,"min":1,"max":1,"long_numbers":1'
says 'nor is one beyond all exponents' '{"n":1e9999999999}
{"n":-1e-9999999999}
{"n":1}' n \
    '"of":3,"present":3,"null":0,"types":{"number":3},"integers":2,"distinct":3,"exact":true,"min":1,"max":1,"long_numbers":2'
says 'numbers come before strings' '{"a":"b"}
{"a":2}
{"a":"a"}
{"a":1}' a \
    '"of":4,"present":4,"null":0,"types":{"number":2,"string":2},"integers":2,"distinct":4,"exact":true,"min":1,"max":"b","max_number":2,"min_string":"a","min_length":1,"max_length":1'

# Strings.
says 'strings are in the order of code points' '{"s":"z"}
{"s":"\ud83d\ude00"}
{"s":"\uffee"}
{"s":"Z"}' s \
    '"of":4,"present":4,"null":0,"types":{"string":4},"distinct":4,"exact":true,"min":"Z","max":"😀","min_length":1,"max_length":1'
says 'lengths are in characters' '{"s":"日本"}
{"s":"\u00e9\n\ud83d\ude00"}' s \
    '"of":2,"present":2,"null":0,"types":{"string":2},"distinct":2,"exact":true,"min":"é\n😀","max":"日本","min_length":2,"max_length":3'
says 'a string and its escape are one value' '{"s":"a"}
{"s":"\u0061"}' s \
    '"of":2,"present":2,"null":0,"types":{"string":2},"distinct":1,"exact":true,"min":"a","max":"a","min_length":1,"max_length":1,"looks_like":"enum","labels":[{"value":"a","count":2}]'
says 'strings that only look like other values are others' '{"s":"1"}
{"s":1}
{"s":"true"}
{"s":true}
{"s":false}' s \
    '"of":5,"present":5,"null":0,"types":{"boolean":2,"number":1,"string":2},"integers":1,"true":1,"distinct":5,"exact":true,"min":1,"max":"true","max_number":1,"min_string":"1","min_length":1,"max_length":4'
long=$(printf '%0200d' 0)
printf '{"s":"%sa"}\n{"s":"%s"}\n{"s":"%sé%s"}\n' "$long" "$long" \
    "$(printf '%.99s' "$long")" "$long" >in
run row-profile -q in
is 'long strings are cut, at a character' \
    "$(jq -r '.samples[], .min, .max' "$out" | sort -u)" \
    "$(printf '%s...\n' "$(printf '%.100s' "$long")" \
	"$(printf '%.99s' "$long")" | sort)"
is 'but counted whole' "$(jq -c '[.distinct, .max_length]' "$out")" '[3,300]'

# Samples.
seq 1 1000 | sed 's/.*/{"n":&,"s":"v&","a":[&],"b":true}/' >in
run row-profile -q in
is 'there are five samples' \
    "$(jq -c '[.path, (.samples | length)]' "$out" | xargs)" \
    '[n,5] [s,5] [a,0] [a[],5] [b,1]'
is 'all different, and values of the path' "$(jq -s '.[0].samples |
    unique | length == 5 and all(. >= 1 and . <= 1000)' "$out")" true
cat in in in >in3
run row-profile -q --samples 100 in3
is '--samples says how many' "$(jq -s '.[0].samples | unique | length' \
    "$out")" 100
run row-profile -q --samples 0 in
is '--samples 0 shows none' "$(jq -c .samples "$out" | sort -u)" '[]'

# What strings look like.
looks() { # KIND LIKE UNLIKE STRING ...
	looks_kind=$1
	looks_like=$2
	looks_unlike=$3
	shift 3
	jq -cn '$ARGS.positional[] | {s: .}' --args "$@" >in
	run row-profile -q in
	is "strings look like: $looks_kind" \
	    "$(jq -r '.looks_like, .like, .unlike' "$out" | xargs)" \
	    "$looks_kind $looks_like $looks_unlike"
}
looks uuid 1 null 00000000-0000-0000-0000-000000000001
looks date 9 2024-02-30 2024-01-01 2024-01-02 2024-01-03 2024-01-04 \
    2024-01-05 2024-01-06 2024-01-07 2024-01-08 2024-02-30 2024-01-09
looks null null null 2024-01-01 2024-02-30
looks timestamp 2 null 2024-01-01T10:00:00Z '2024-01-01 10:00'
looks time 2 null 10:00:00+02 23:59
looks e-mail 1 null a@example.org
looks url 1 null https://example.org/
looks boolean 3 null yes no yes
looks integer 2 null 1 -20
looks number 3 null 1 -20 3.5
looks json 2 null '{"a":1}' '[]'
looks enum null null a b a b
looks null null null a b a

# Labels.
says 'labels and their twins' '{"s":"paid"}
{"s":"PAID"}
{"s":"Paid "}
{"s":"open"}
{"s":"paid"}
{"s":"open"}
{"s":"open"}
{"s":"PAID"}' s \
    '"of":8,"present":8,"null":0,"types":{"string":8},"distinct":4,"exact":true,"min":"PAID","max":"paid","min_length":4,"max_length":5,"looks_like":"enum","labels":[{"value":"PAID","count":2},{"value":"Paid ","count":1},{"value":"open","count":3},{"value":"paid","count":2}],"twins":[["PAID","Paid ","paid"]]'
many_labels() {
	seq 1 "$1" | sed 's/.*/{"s":"x&"}\n{"s":"x&"}/' |
	    row-profile -q | jq -c '[.looks_like, (.labels | length)]'
}
is 'fifty labels are few' "$(many_labels 50)" '["enum",50]'
is 'fifty-one are too many' "$(many_labels 51)" '[null,0]'

# Schema.
derives 'no rows say nothing' '' '{"type":"object"}'
derives 'types, ranges, lengths and what is required' \
    '{"a":1,"b":1.5,"c":"x","d":true,"e":null,"f":1}
{"a":3,"b":-2,"c":"été","d":false,"e":null}' \
    '{"type":"object","properties":{"a":{"type":"integer","minimum":1,"maximum":3},"b":{"type":"number","minimum":-2,"maximum":1.5},"c":{"type":"string","maxLength":3},"d":{"type":"boolean"},"e":{"type":"null"},"f":{"type":"integer","minimum":1,"maximum":1}},"required":["a","b","c","d"]}'
derives 'enumerations, null last' '{"s":"b"}
{"s":"a"}
{"s":"a"}
{"s":null}
{"s":"b"}' \
    '{"type":"object","properties":{"s":{"type":["string","null"],"enum":["a","b",null]}}}'
derives 'no enumeration beside other types' '{"s":"a"}
{"s":"a"}
{"s":1}' \
    '{"type":"object","properties":{"s":{"type":["integer","string"],"minimum":1,"maximum":1,"maxLength":1}},"required":["s"]}'
derives 'formats where every string conforms' \
    '{"a":"2024-01-01","b":"2024-01-01T10:00:00Z","c":"2024-01-01 10:00:00Z","d":"a@b.org","e":"http://b.org/","f":"10:00:00Z","g":"10:00:00"}
{"a":"2024-01-02","b":"2024-01-01T10:00:00Z","c":"2024-01-01T10:00:00Z","d":"x","e":"http://b.org/","f":"10:00:00Z","g":"10:00:00"}' \
    '{"type":"object","properties":{"a":{"type":"string","format":"date","maxLength":10},"b":{"type":"string","format":"date-time","maxLength":20},"c":{"type":"string","maxLength":20},"d":{"type":"string","maxLength":7},"e":{"type":"string","format":"uri","maxLength":13},"f":{"type":"string","format":"time","maxLength":9},"g":{"type":"string","maxLength":8}},"required":["a","b","c","d","e","f","g"]}'
derives 'objects and arrays within' \
    '{"o":{"a":1,"b":2},"l":[{"x":1},{"x":null}],"m":[]}
{"o":{"a":1},"l":[],"m":[]}' \
    '{"type":"object","properties":{"o":{"type":"object","properties":{"a":{"type":"integer","minimum":1,"maximum":1},"b":{"type":"integer","minimum":2,"maximum":2}},"required":["a"]},"l":{"type":"array","items":{"type":"object","properties":{"x":{"type":["integer","null"],"minimum":1,"maximum":1}}}},"m":{"type":"array"}},"required":["o","l","m"]}'
derives 'a number that is not in the range leaves it open' \
    "{\"n\":${digits}7}" \
    '{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}'

# A schema is what the other programs read.
cat >clients <<'END'
{"id":1,"status":"active","born":"1990-01-31","paid":12.50}
{"id":2,"status":"closed","born":null,"paid":0}
{"id":3,"status":"active","born":"1991-01-31","paid":1}
{"id":4,"status":"closed","born":"1992-01-31","paid":1.25}
END
row-profile -q --schema clients >schema
sed 's/"[a-z]*ed"/"opne"/' clients >wrong
run enum-upcase -q -f status --lower --schema schema clients
status_is 'enum-upcase takes the labels from it' 0
run enum-upcase -q -f status --lower --schema schema wrong
status_is 'and refuses others' 3
run_with clients sqlite-load -q --create --schema schema db clients
status_is 'sqlite-load makes a table of it' 0
is 'with its columns' "$(sqlite3 db 'SELECT name || "notnull" FROM
    pragma_table_info("clients")' | xargs)" 'id1 status1 born0 paid1'

# The table.
cat >in <<'END'
{"id":1,"status":"paid","at":"2024-01-01","o":{"n":1.5},"tags":["a","b"]}
{"id":2,"status":"PAID","at":"2024-01-02","o":null,"tags":[]}
{"id":3,"status":"paid","at":"\u001b[2J","o":{"n":"\u202e"}}
{"id":4,"status":"PAID","at":null}
END
run row-profile -q --table in
status_is 'the table' 0
is 'the table shows shares as bars' "$(cat "$out")" 'rows: 4, paths: 7

Path    Present            Null  Type                Distinct  Min          Max           Length  Looks like
------  ---------------  ------  ------------------  --------  -----------  ------------  ------  ----------
id      ########## 100%          integer                    4  1            4
status  ########## 100%          string                     2  "PAID"       "paid"             4  enum
at      ########## 100%  1  25%  string                     3  "\u001b[2J"  "2024-01-02"    4-10
o       ########..  75%  1  33%  object
o.n     ########## 100%          number 1, string 1         2  1.5          "\u{202e}"         1
tags    #####.....  50%          array                                                       0-2
tags[]  2                        string                     2  "a"          "b"                1

Path    Label   Count  Share
------  ------  -----  ---------------  --------------
status  "PAID"      2  #####.....  50%
        "paid"      2  #####.....  50%  twin of "PAID"

Path    Samples
------  ---------------------------------------
id      2, 3, 4, 1
at      "2024-01-02", "\u001b[2J", "2024-01-01"
o.n     "\u{202e}", 1.5
tags[]  "a", "b"'
run row-profile -q --table /dev/null
out_is 'the table of no rows' 'rows: 0, paths: 0'
seq 1 1000 | sed 's/.*/{"n":&}/; 1s/}/,"m":1}/; 1000s/.*/{"k":1}/' >in
run row-profile -q --table in
is 'only none is 0%, and only all is 100%' \
    "$(sed -n '5,7p' "$out" | cut -c 1-21)" \
    'n     #########.  99%
m     #.........   1%
k     #.........   1%'

# Bounds.
seq 1 3000 | sed 's/.*/{"id":1,"k&":&,"o":{"&":null}}/' >in
run row-profile in
status_is 'ever new keys do no harm' 0
is 'there are a thousand paths and one line for the others' \
    "$(jq -s 'length' "$out")" 1001
is 'which counts values and keys' "$(tail -n 1 "$out")" \
    '{"path":null,"rows":3000,"present":5002,"null":2501,"types":{"null":2501,"number":2501},"distinct":5002,"exact":true}'
is 'every value is counted somewhere' \
    "$(jq -s 'map(.present) | add' "$out")" 12000
err_has 'a message says so' \
    'row-profile: 5002 values under other keys than the first 1000 paths, or under very long ones, were only counted'
err_has 'and what to do' 'hint: --paths and --memory set how many'
run row-profile -q --paths 2 in
is '--paths says how many' "$(jq -r .path "$out" | xargs)" 'id k1 null'
run row-profile -q --paths 2 --schema in
is 'a schema says nothing of the others' "$(jq -c .properties "$out")" \
    '{"id":{"type":"integer","minimum":1,"maximum":1},"k1":{"type":"integer","minimum":1,"maximum":1}}'
printf '{"%s":1,"%s":1}\n' "$(printf '%01000d' 0)" "$(printf '%01001d' 0)" >in
run row-profile -q in
is 'a key of a thousand bytes is a path, a longer one is not' \
    "$(jq -c '.path | length' "$out" | xargs)" '1000 0'
{ yes '{"a":' | head -n 40; echo 1; yes '}' | head -n 40; } | tr -d '\n' >in
echo >>in
run row-profile in
is 'thirty-two levels are looked into' "$(jq -s 'length' "$out")" 32
is 'and the deepest says so' "$(tail -n 1 "$out" | jq .deep)" 1
err_has 'as does a message' \
    'row-profile: 1 arrays and objects nested more than 32 levels deep were not looked into'
run row-profile -q --schema in
is 'a schema allows anything below' "$(jq -c '[.. | .a? | objects |
    select(.properties | not)]' "$out")" '[{"type":"object"}]'

# Memory: distinct values of many fields, and a million keys.
if grep -q __asan_init "$bin/row-profile"; then
	skip 'memory is bounded' 'the sanitizer takes its own'
elif command -v /usr/bin/time >/dev/null; then
	peak() { # OPTION ... - in MiB, of the rows on standard input
		/usr/bin/time -f %M -o peak row-profile -q "$@" >"$out" 2>"$err"
		echo $(($(tail -n 1 peak) / 1024))
	}
	seq 1 200000 | awk '{ printf "{"; for (i = 0; i < 8; i++)
	    printf "%s\"f%d\":%d", i ? "," : "", i, $1 * 8 + i; print "}" }' >in
	floor=$(echo '{}' | peak)
	for size in 2 8 24; do
		now=$(peak --exact 10000000 --memory "${size}M" in)
		check "--memory ${size}M is not exceeded ($floor, $now MiB)" \
		    test "$now" -le $((floor + size + 3))
	done
	is 'a count that was given up for memory is an estimate' \
	    "$(jq -s 'any(.exact | not) and all(.distinct > 190000 and
		.distinct < 210000)' "$out")" true
	seq 1 1000000 | sed 's/.*/{"k&":"v&"}/' >in
	now=$(peak in)
	check "a million keys take no more ($floor, $now MiB)" \
	    test "$now" -le $((floor + 30))
else
	skip 'memory is bounded' 'no /usr/bin/time'
fi

# As all programs that read rows.
printf '{"a":1}\n{"a":2}' >in
run row-profile in
status_is 'no final newline' 0
err_is 'the summary counts rows' 'row-profile: 2 in, 0 rejected'
is 'both rows are there' "$(jq .rows "$out")" 2
run_with in row-profile -q --limit 1
is '--limit' "$(jq .rows "$out")" 1
: >empty
run row-profile empty
status_is 'no rows are no failure' 0
out_is 'and nothing is written' ''
err_is 'but for the summary' 'row-profile: 0 in, 0 rejected'
printf '{"a":1}\n[1]\n{"a":2}\n' >in
run row-profile in
status_is 'a bad row stops' 3
out_is 'and nothing is written' ''
is 'its place is said' "$(sed 1q "$err")" \
    'row-profile: in:2:1: expected an object, found an array (byte 8)'
run row-profile --rejects bad --stats stats in
status_is 'with --rejects it is a finding' 1
is 'and not part of the profile' "$(jq -c '[.rows, .min, .max]' "$out")" \
    '[2,1,2]'
is 'but kept' "$(jq -r .at.line bad)" 2
is '--stats counts it' "$(jq -c '[.in, .out, .rejected, .bytes,
    .status]' stats)" '[3,0,1,20,1]'
run row-profile missing in
status_is 'a missing file' 4
out_is 'nothing is written then' ''
sh -c 'echo "{\"a\":1}" | row-profile >/dev/full' 2>"$err"
is 'a full disk' "$(sed 1q "$err")" \
    'row-profile: could not write standard output: No space left on device'
sh -c 'echo "{\"a\":1}" | row-profile >&-' 2>"$err"
is 'a closed output' "$(sed 1q "$err")" \
    'row-profile: could not write standard output: Bad file descriptor'

# Frames.
printf '{"a":1}\n{"@@end":2}\n' >in
echo '{"a":1}' | checksum -q --frame >framed
run_with framed row-profile -q
status_is 'a framed stream' 0
is 'its rows are those within, and no frame is around the profile' \
    "$(jq -c '[.path, .rows]' "$out")" '["a",1]'
sed '$d' framed >cut.ndjson
run_with cut.ndjson row-profile -q
status_is 'one that is cut' 5
out_is 'has no profile' ''
run env ROWPIPE_FRAME=1 row-profile -q in
is 'no frame is written for ROWPIPE_FRAME either' \
    "$(jq -r .path "$out" | xargs)" 'a [@end]'
run row-profile --require-frame in
status_is '--require-frame' 5

usage 'two forms' 'give either --table or --schema' --table --schema
usage 'too many samples' 'option --samples: at most 100 values are kept' \
    --samples 101
usage 'too little memory' 'option --memory: at least 1M is needed' \
    --memory 1023K
finish
