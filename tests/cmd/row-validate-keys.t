#!/bin/sh
# row-validate: rules that look at more than one row.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

cat >rows <<'EOF'
{"id":1,"email":"a@x","ref":1}
{"id":2,"email":"b@x","ref":2}
{"id":1.0,"email":"c@x","ref":3}
{"id":3,"email":"\u0061@x","ref":null}
{"id":null,"email":"d@x"}
{"id":null,"email":null,"ref":"1"}
 {"id":10e-1 , "email":null, "ref":1}
{"id":"1","email":"e@x","ref":1e0}
EOF
printf '{"key":%s}\n' 1.0 2 null >parents

run row-validate --unique id rows --rejects bad
status_is '--unique finds rows that repeat' 1
is '--unique: the others pass byte for byte' "$(cat "$out")" \
    "$(sed '3d;7d' rows)"
is '--unique: later ones are rejects' \
    "$(jq -c '[.at.line, .why[0].rule, .why[0].path, .why[0].message]' bad)" \
    '[3,"unique","/id","\"id\" is not unique: line 1 has the same value \"1.0\""]
[7,"unique","/id","\"id\" is not unique: line 1 has the same value \"10e-1\""]'
err_is '--unique: the summary' 'row-validate: rule unique broken 2 times, first at rows:3
row-validate: 8 in, 6 out, 2 rejected'
run row-validate -q --unique id --unique email rows --rejects bad
is 'each --unique counts' "$(jq -r '"\(.at.line)\(.why[0].path)"' bad |
    xargs)" '3/id 4/email 7/id'
run row-validate -q --unique id,email rows
status_is 'a key of two fields' 0
run row-validate -q --references ref=parents:key rows --rejects bad
is '--references: no such row' "$(jq -r '"\(.at.line) \(.why[0].message)"' \
    bad)" '3 "ref" references no row of file "parents": "3"
6 "ref" references no row of file "parents": "\"1\""'
is '--references: the others pass' "$(cat "$out")" "$(sed '3d;6d' rows)"
run row-validate -q --on-error stop --unique id rows
status_is '--on-error=stop' 3
err_has '--on-error=stop: says where' 'row-validate: rows:3: "id" is not unique'

run row-validate --unique id --unique none rows
err_has 'a field that no row has is told' \
    'row-validate: no row has the field "none"'
head -n 2 rows >first
run row-validate -q --unique id --rejects bad first rows
is 'a row of another file is said to be of it' \
    "$(jq -r '.why[0].message' bad | head -n 1)" \
    '"id" is not unique: line 1 of file "first" has the same value "1"'

# A row that is not valid by itself does not count.
printf '{"id":"x"}\n{"id":1}\n{"id":1}\n{"id":"x"}\n' >mixed
run row-validate -q --range id=0.. --unique id mixed --rejects bad
is 'only rows that are valid by themselves count' \
    "$(jq -r '"\(.at.line) \(.why[0].rule)"' bad | xargs)" \
    '1 type 3 unique 4 type'

# The same with little memory, against SQLite's own constraints.
seq 1 150000 | awk 'BEGIN { srand(7) } {
	printf "{\"n\":%d,\"id\":%d,\"mail\":\"user%d@example.com\",\"ref\":%d}\n",
	    $1, int(rand() * 140000), int(rand() * 900000),
	    int(rand() * 70000) }' >many
seq 1 68000 | sed 's/.*/{"key":&,"name":"parent &"}/' >parents
run row-validate -q --rejects bad1 --unique id --unique mail \
    --references ref=parents:key many
cp "$out" roomy
run row-validate -q --rejects bad2 --unique id --unique mail \
    --references ref=parents:key --memory 4M many
check 'with little memory the same rows pass' cmp "$out" roomy
is 'and the same are rejects, for the same reasons' \
    "$(jq -r '"\(.at.line) \(.why[0].message)"' bad2 | sort | sha256sum)" \
    "$(jq -r '"\(.at.line) \(.why[0].message)"' bad1 | sort | sha256sum)"
sqlite3 t.db 'CREATE TABLE raw (n INTEGER PRIMARY KEY, id, mail, ref)' \
    'CREATE TABLE parent (key PRIMARY KEY)' \
    'CREATE INDEX i ON raw (id, n)' 'CREATE INDEX m ON raw (mail, n)'
jq -r '[.n, .id, .mail, .ref] | @tsv' many >many.tsv
jq -r .key parents >parents.tsv
sqlite3 t.db '.mode tabs' '.import many.tsv raw' '.import parents.tsv parent'
want=$(sqlite3 t.db 'SELECT r.n FROM raw AS r WHERE
    EXISTS (SELECT 1 FROM raw AS e WHERE e.id = r.id AND e.n < r.n) OR
    EXISTS (SELECT 1 FROM raw AS e WHERE e.mail = r.mail AND e.n < r.n) OR
    NOT EXISTS (SELECT 1 FROM parent AS p WHERE p.key = r.ref)
    ORDER BY n' | sha256sum)
is 'SQLite finds the same rows' "$(jq .row.n bad1 | sha256sum)" "$want"
check 'there were many' [ "$(wc -l <bad1)" -gt 10000 ]
run row-validate -q --frame --unique mail --memory 4M many
is 'a frame ends well when all rows are out' \
    "$(sed -n '$p' "$out" | jq '.["@end"].rows')" \
    "$(($(wc -l <"$out") - 2))"
TMPDIR=/nowhere run row-validate -q --unique mail --memory 4M many
status_is 'no room for files is an I/O error' 4
err_has 'no room: says where' 'a temporary file in "/nowhere"'
check 'no room: rows that had passed are whole' sh -c \
    'cmp -n "$(wc -c <"$1")" "$1" many || [ "$(tail -c 1 "$1")" = "" ]' - "$out"
run row-validate -q --unique id --memory 4M --max-rejects 5 many
status_is '--max-rejects ends the run' 3
check 'what held rows was a file without a name' \
    [ -z "$(find . -name 'rowpipe.*')" ]

# Keys of a schema.
cat >schema <<'EOF'
{"title":"people","type":"object","properties":{"id":{"type":"integer"},"boss":{"type":["integer","null"]},"team":{"type":"integer"}},"sqlPrimaryKey":["id"],"x-uniqueKeys":[{"name":"u","fields":["team","boss"]}],"x-foreignKeys":[{"name":"f","fields":["boss"],"reference":{"resource":"people","fields":["id"]}},{"name":"g","fields":["team"],"reference":{"resource":"teams","fields":["id"]}}]}
EOF
cat >people <<'EOF'
{"id":1,"boss":3,"team":1}
{"id":2,"boss":3,"team":1}
{"id":3,"boss":null,"team":2}
{"id":4,"boss":9,"team":1}
{"id":5,"boss":null,"team":2}
{"id":3,"boss":1,"team":2}
{"id":6,"boss":1,"team":7}
EOF
mkdir data
printf '{"id":1}\n{"id":2}\n' >data/teams.ndjson
run row-validate -q --schema schema --keys --keys-dir data --rejects bad people
is '--keys takes the keys of the schema' \
    "$(jq -r '"\(.at.line) \(.why[0].rule)"' bad | xargs)" \
    '2 unique 4 references 6 unique 7 references'
is '--keys: the others pass in their order' "$(cat "$out")" \
    "$(sed -n '1p;3p;5p' people)"
run row-validate -q --schema schema people
status_is 'without --keys they are not looked at' 0
run row-validate -q --schema schema --keys people
status_is '--keys: where are the rows of other tables?' 2
err_is '--keys: says what it needs' 'row-validate: the schema references table "teams", whose rows are not known
hint: give --keys-dir, where they are in a file of the table'\''s name, or --references'
run row-validate -q --schema schema --keys \
    --references team=data/teams.ndjson:id --rejects bad people
is '--references in its place' "$(jq -r .at.line bad | xargs)" '2 4 6 7'

echo '{"title":"t","type":"object","properties":{"u":{"type":"string","format":"uuid"}},"sqlPrimaryKey":"u"}' >typed
printf '{"u":"%s"}\n' a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 \
    A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11 >uuids
run row-validate -q --schema typed --keys uuids
is '--keys compares values as their types say' "$(wc -l <"$out")" 1
run row-validate -q --schema typed --unique u uuids
is '--unique as they stand' "$(wc -l <"$out")" 2

# Trouble.
for wrong in '--unique a,,b' '--unique=' '--references a' '--references a=f' \
    '--references a=-:b' '--references a,b=rows:id' '--keys' \
    '--keys-dir data --unique id'; do
	# shellcheck disable=SC2086
	run row-validate $wrong rows
	status_is "wrong usage: $wrong" 2
done
run row-validate --references ref=missing:id rows
status_is 'a missing file' 4
err_has 'a missing file: says which' 'missing'
printf '{"key":1}\n{"key":}\n' >broken
run row-validate --references ref=broken:key rows
status_is 'a file that is referred to must be good' 3
err_has 'a bad line: says where' 'broken:2:8: '
printf '7\n{"id":1}\n[1]\n{"id":1}\n' >values
run row-validate -q --unique id values --rejects bad
is 'rows without the field are not compared' "$(jq -r .at.line bad | xargs)" \
    '1 3 4'
finish
