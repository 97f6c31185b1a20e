#!/bin/sh
# Frames, as filters take and give them (rowpipe(7)).
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

up() { enum-upcase -q -f s "$@"; }

# As run_with rows, but from a pipe.
pipe() {
	cat rows - </dev/null | up "$@" >"$out"
}

# The lines of ${1} with a frame of the given @stream around them.
framed() { # ROWS [STREAM]
	echo "{\"@stream\":${2:-{\"v\":1,\"source\":\"test\"\}}}"
	cat "$1"
	printf '{"@end":{"rows":%d,"sha256":"%s"}}\n' "$(wc -l <"$1")" \
	    "$(sha256sum <"$1" | cut -c 1-64)"
}

printf '{"s":"a","n":1.10}\n{"s":"b"}\n{"s":null}\n' >rows
printf '{"s":"A","n":1.10}\n{"s":"B"}\n{"s":null}\n' >upper
framed rows >good
framed upper >want
run_with good up
status_is 'a whole stream is read' 0
check 'it is written with a frame over what was written' cmp "$out" want
run_with good checksum -q
check 'a frame passes unchanged with its rows' cmp "$out" good
up <good | checksum -q | up >"$out" 2>"$err"
check 'a frame passes through a pipeline' cmp "$out" want
framed rows '{"v":1,"source":"pg","table":"public.\"x\"","more":[1]}' >other
run_with other up
is 'the @stream line passes byte for byte' "$(sed 1q "$out")" "$(sed 1q other)"
sed 's/$/\r/' good >crlf
run_with crlf up
check 'a frame survives CRLF' cmp "$out" want

# Who begins a frame.
run up rows
check 'rows without a frame get none' cmp "$out" upper
framed upper '{"v":1,"source":"file"}' >file
run_with rows up --frame
check '--frame begins one' cmp "$out" file
pipe --frame
check '--frame begins one even for a pipe' cmp "$out" file
run_with good up --frame
check '--frame leaves a frame that is there' cmp "$out" want
export ROWPIPE_FRAME=1
run up rows
check 'ROWPIPE_FRAME=1 begins one for files' cmp "$out" file
run_with rows up -
check 'standard input may be a file' cmp "$out" file
pipe
check 'ROWPIPE_FRAME=1 blesses no unframed pipe' cmp "$out" upper
: | up >"$out" 2>"$err"
status=$?
status_is 'a pipe that is empty then is incomplete' 5
err_is 'an empty pipe: says so' "enum-upcase: stdin: the stream is empty, \
without even a frame
hint: the program that should write it failed, or writes no frames: unset \
ROWPIPE_FRAME then"
: >empty
run up empty
status_is 'an empty file is fine' 0
is 'and gets a frame' "$(wc -l <"$out")" 2
ROWPIPE_FRAME=0 up rows >"$out"
check 'ROWPIPE_FRAME=0 is off' cmp "$out" upper
unset ROWPIPE_FRAME

incomplete_is() { # TITLE PROGRAM MESSAGE
	status_is "$1: incomplete ($2)" 5
	is "$1: has no @end ($2)" "$(grep -c '"@end"' "$out")" 0
	is "$1: says so ($2)" "$(sed 1q "$err")" "$2: stdin$3"
	is "$1: says it once ($2)" "$(grep -vc '^hint' "$err")" 1
}

# Streams that are not whole: status 5, no @end, one message and a hint.
incomplete() { # TITLE FILE MESSAGE
	run_with "$2" up
	incomplete_is "$1" enum-upcase "$3"
	run_with "$2" checksum -q
	incomplete_is "$1" checksum "$3"
}
ended=': the stream ended before its @end line'
sed '$d' good >part
incomplete 'no @end' part "$ended"
head -c 60 good >part
incomplete 'an end within a row' part ":3$ended"
head -c 20 good >part
run_with part up
status_is 'a cut @stream line is a bad line' 3
sed 1q good >part
incomplete 'nothing but @stream' part "$ended"
is 'a frame that was begun is passed on' "$(cat "$out")" "$(cat part)"
head -c -20 good >part
incomplete 'an end within @end' part ":5$ended"
grep -v '"b"' good >part
incomplete 'a row less' part ':4: the stream does not match its frame: @end says 3 rows, 2 came'
sed 's/null/"x"/' good >part
incomplete 'a row changed' part ':5: the stream does not match its frame: the digest of the rows is not what @end says'
is 'a frame that does not match: the way out is named' \
    "$(grep -c 'jq, grep.*row-pipe' "$err")" 1
{ sed '$d' good; sed -n 2p good; sed -n '$p' good; } >part
incomplete 'a row more' part ':6: the stream does not match its frame: @end says 3 rows, 4 came'
{ cat good; sed -n 2p good; } >part
run_with part up
status_is 'a row after @end: incomplete' 5
is 'a row after @end: has no @end' "$(grep -c '"@end"' "$out")" 0
err_is 'a row after @end: says so' \
    'enum-upcase: stdin:6: row after the @end line'
sed 1d good >part
incomplete '@end without @stream' part ':4: @end line without its @stream line'
{ sed 1q good; cat good; } >part
incomplete 'a frame in a frame' part ':2: @stream line before the @end line of the stream before it'
{ cat rows good; } >part
incomplete '@stream after rows' part ':4: @stream line after rows without a frame'

jq -c 'del(.n)' good >part
run_with part up
status_is 'a foreign filter that changes rows is found' 5

# A bad row ends the output without @end; a rejected one does not.
printf '{"s":"a"}\n{"s":1}\n{"s":"b"}\n' >bad
framed bad >part
run_with part up
status_is 'a bad row in a frame is bad input' 3
is 'after a bad row there is no @end' "$(grep -c '"@end"' "$out")" 0
printf '{"s":"A"}\n{"s":"B"}\n' >rest
framed rest >want2
run_with part up --rejects rejects
status_is 'a rejected row in a frame is a finding' 1
check 'the frame is over what was written' cmp "$out" want2
printf '{"s":"a"}\n{"s":\n{"s":"b"}\n' >bad
framed bad >part
run_with part up --rejects rejects
status_is 'a line that is no row counts in the frame read' 1
check 'but not in the frame written' cmp "$out" want2

# A writer that is killed.
mkfifo fifo
{ sed 2q good; exec sleep 60; } >fifo &
sleeper=$!
(sleep 0.3; kill -9 $sleeper) &
run_with fifo up
status_is 'a writer that is killed leaves an incomplete stream' 5
is 'what it wrote is passed on' "$(sed -n 2p "$out")" '{"s":"A","n":1.10}'

# Several inputs.
run up good other
status_is 'each file may have a frame' 0
is 'the first @stream line stands for all' \
    "$(sed -n '1p;$p' "$out" | jq -c '.["@stream"].source // .["@end"].rows' |
	tr '\n' ' ')" '"test" 6 '
cat good good >two
run_with two up
status_is 'whole streams may follow each other' 0
check 'they are written as one' sh -c \
    'sed "1d;\$d" "$1" >joined; cat upper upper | cmp - joined' - "$out"
run up good rows
status_is 'a file without frame may not follow one' 5
run up rows good
status_is 'nor the other way round' 5
sed '$d' good >part
run up part good
status_is 'each file must be whole' 5

# --require-frame.
run_with rows up --require-frame
status_is '--require-frame refuses rows without one' 5
err_is '--require-frame: says so' \
    'enum-upcase: stdin:1: the stream does not begin with @stream
hint: give its source --frame'
out_is '--require-frame: no row passes' ''
run_with empty up --require-frame
status_is '--require-frame refuses nothing at all' 5
run_with good up --require-frame
status_is '--require-frame takes a frame' 0

# --limit cuts, and what is cut is whole.
run_with good up --limit 1
status_is '--limit within a frame' 0
head -n 1 upper >one
framed one >want2
check '--limit: the frame is over what was written' cmp "$out" want2

# Data that looks like a frame.
printf '{"@@end":{"rows":0}}\n{"@id":"x"}\n{"@stream":1,"s":"a"}\n' >rows
printf '{"@@end":{"rows":0}}\n{"@id":"x"}\n{"@stream":1,"s":"A"}\n' >want
run_with rows up
check 'filters leave escaped rows and other keys alone' cmp "$out" want
# The digest that row-pipe asks for, where nobody keeps the stream.
unset ROWPIPE_FRAME
fast() { # ROWS [STREAM]
	echo "{\"@stream\":${2:-{\"v\":1,\"source\":\"test\",\"digest\":\"xxh128\"\}}}"
	cat "$1"
	printf '{"@end":{"rows":%d,"xxh128":"%s"}}\n' "$(wc -l <"$1")" \
	    "$(xxh128sum <"$1" | cut -c 1-32)"
}
printf '{"s":"a","n":1.10}\n{"s":"b"}\n' >rows
printf '{"s":"A","n":1.10}\n{"s":"B"}\n' >upper
framed rows >good
fast rows >quick
fast upper >want
run_with quick up
status_is 'a stream with XXH128 is read' 0
check 'it is written with the digest that it had' cmp "$out" want
fast upper '{"v":1,"source":"file","digest":"xxh128"}' >file
ROWPIPE_FRAME=xxh128 run up rows
check 'ROWPIPE_FRAME=xxh128 begins one for files' cmp "$out" file
ROWPIPE_FRAME=xxh128 run_with good up
framed upper >want
check 'a stream with SHA-256 keeps that' cmp "$out" want
fast rows | ROWPIPE_FRAME=1 checksum -o sums --name rows >"$out" 2>"$err"
check 'checksum takes SHA-256 beside it' cmp "$out" quick
is 'and writes that' "$(sed 1d sums)" "$(sha256sum rows)"
sed 's/1.10/1.1/' quick >changed
run_with changed up
status_is 'XXH128: a row changed' 5
err_has 'XXH128: a row changed: says so' \
    'the digest of the rows is not what @end says'
sed 's/xxh128":"\(.*\)"/sha256":"\1\1"/' quick >changed
run_with changed up
status_is 'XXH128: @end must have it' 5
fast rows '{"v":1,"digest":"crc32"}' >odd
run_with odd up
status_is 'a digest that is not known' 3
err_has 'a digest that is not known: says which are' 'sha256 and xxh128 are'
sqlite3 kinds.db 'CREATE TABLE t (a); INSERT INTO t VALUES (1)'
run row-pipe -q --frame sqlite-dump-json kinds.db t \| cat
check 'row-pipe --frame asks for XXH128' grep -q '"xxh128":"' "$out"
run row-pipe -q --frame --save saved sqlite-dump-json kinds.db t \| cat
check 'but for SHA-256 when the stream is saved' \
    grep -q '"sha256":"' saved/1.ndjson

finish
