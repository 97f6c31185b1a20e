#!/bin/sh
# row-pipe: stages without a shell, and a sink that waits for all of them.
# What dies at which moment, tests/fault/gate.t goes through.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1
seq 1 1000 | sed 's/.*/{"id":&,"name":"name &"}/' >rows
sqlite-load -q --create --key id empty.db t <rows
sqlite3 empty.db 'DELETE FROM t'

# More than a pipe holds, less than two of them.
seq 1 3000 | sed 's/.*/{"id":&,"name":"some name &"}/' >wide

fresh() { rm -f app.db* && cp empty.db app.db; }
stored() { sqlite3 app.db 'SELECT count(*) FROM t'; }
load='sqlite-load -q app.db t'

# --- Streams.

fresh
# shellcheck disable=SC2086
run row-pipe cat rows \| jq -c . \| $load
status_is 'all stages end well: 0' 0
is 'and all rows are committed' "$(stored)" 1000
is 'the last line says so' "$(tail -n 1 "$err")" \
    'row-pipe: every stage ended well: committed'
is 'there is a line for each stage' \
    "$(sed -n 's/: [0-9].* [0-9.]* s,/:/p' "$err")" \
'row-pipe: stage 1 (cat): ended with status 0
row-pipe: stage 2 (jq): ended with status 0
row-pipe: stage 3 (sqlite-load): ended with status 0'
err_has 'the sink says how many rows it got' 'sqlite-load): 1000 rows in, '
err_has 'the others are counted' "stage 2 (jq): 1000 rows in, 1000 rows out, $(
    wc -c <rows) bytes out, "

fresh
# shellcheck disable=SC2086
run row-pipe -q cat rows \| $load
err_is 'quiet, a good run says nothing' ''
run_with rows row-pipe -q cat \| tac
is 'the first stage reads standard input, the last one writes output' \
    "$(tac <rows | cksum)" "$(cksum <"$out")"
run row-pipe -q printf '%s\n' 'a  b' '\|' '\\|' "\$HOME *" '' \| cat
is 'words go to programs as they are, but for a backslash before a bar' \
    "$(cat "$out")" "$(printf '%s\n' 'a  b' '|' '\|' "\$HOME *" '')"
run row-pipe -q true
status_is 'one stage is a pipeline too' 0
fresh; run_with rows row-pipe -q sqlite-load -q app.db t
is 'which may be the sink' "$status $(stored)" '0 1000'

# In the middle, whatever people use there.
for filter in 'sed s/name/label/2' 'awk {print}' 'grep id' 'mlr --json cat' \
    'sort' 'row-map .' 'jq -c del(.name)'; do
	if ! command -v "${filter%% *}" >/dev/null; then
		skip "with ${filter%% *} in the middle" 'it is not installed'
		continue
	fi
	case $filter in mlr*) filter='mlr --ijsonl --ojsonl cat' ;; esac
	fresh
	# shellcheck disable=SC2086
	run row-pipe cat rows \| $filter \| $load
	is "with ${filter%% *} in the middle all rows arrive" \
	    "$status $(stored)" '0 1000'
	fresh
	# shellcheck disable=SC2086
	run row-pipe sh -c 'cat rows; exit 7' \| $filter \| $load
	is "and none when the source fails behind ${filter%% *}" \
	    "$status $(stored)" '7 0'
done

fresh
sqlite3 app.db 'CREATE TABLE u (id INTEGER PRIMARY KEY, name TEXT)'
run row-pipe -q cat rows \| sqlite-load -q app.db t=- u=rows
is 'a sink may have several inputs' \
    "$status $(stored) $(sqlite3 app.db 'SELECT count(*) FROM u')" \
    '0 1000 1000'

# --- What fails.

fails() { # TITLE STATUS LAST-LINE PIPELINE...
	title=$1 want=$2 line=$3
	shift 3
	fresh
	run row-pipe "$@"
	is "$title: $want, and nothing is committed" "$status $(stored)" \
	    "$want 0"
	err_has "$title: it says which" "row-pipe: $line"
}
# shellcheck disable=SC2086
{
fails 'a source that fails' 3 'stage 1 (sh) ended with status 3' \
    sh -c 'cat rows; exit 3' \| jq -c . \| $load
fails 'a filter that fails' 9 'stage 2 (sh) ended with status 9' \
    cat rows \| sh -c 'cat; exit 9' \| $load
fails 'a filter with findings' 1 'stage 2 (grep) ended with status 1' \
    cat rows \| grep nothing \| $load
err_has 'and how to accept them' '--accept 2:1 says that this is no failure'
fails 'the first of two that fail' 7 'stage 1 (sh) ended with status 7' \
    sh -c 'cat rows; exit 7' \| sh -c 'cat; exit 9' \| $load
fails 'one that is killed' 5 'stage 1 (sh) was killed by SIGKILL' \
    sh -c 'cat rows; kill -9 $$' \| $load
fails 'a status of a shell beyond 125' 5 'stage 1 (sh) ended with status 137' \
    sh -c 'cat rows; exit 137' \| $load
fails 'no such program' 2 \
    'stage 2: could not run "nosuch": No such file or directory' \
    cat rows \| nosuch \| $load
fails 'a program that may not be run' 2 \
    'stage 1: could not run "./rows": Permission denied' \
    ./rows \| $load
fails 'a sink that is not there' 2 \
    'stage 2: could not run "nosuch": No such file or directory' \
    cat rows \| nosuch
fails 'a sink that fails is not hidden by those that it fails' 3 \
    'stage 3 (sqlite-load) ended with status 3' \
    yes '{"no":1}' \| cat \| $load
fails 'a filter that fails is not hidden by its source' 6 \
    'stage 2 (sh) ended with status 6' \
    yes '{"id":1}' \| sh -c 'head -n 3; exit 6' \| $load
fails 'a stage that reads no more' 5 \
    'stage 1 (yes) was killed by SIGPIPE: stage 2 (head) did not read all' \
    yes '{"id":1}' \| head -n 1 \| $load
err_has 'and how to say that it is meant' 'hint: if that is meant, --accept PIPE'
fails 'a stage that reads no more, when its source has ended' 5 \
    'stage 1 (cat) ended with status 0: stage 2 (sh) did not read all' \
    cat wide \| sh -c 'sleep 0.3; exec head -n 1' \| $load
fails 'a limit on the sink alone' 5 \
    'stage 1 (sh) was killed by SIGPIPE: stage 2 (sqlite-load) did not' \
    sh -c 'seq 100000 | sed "s/.*/{\"id\":&}/"; kill -s PIPE $$' \| $load \
    --limit 1
}

fresh
run row-pipe --accept PIPE yes '{"id":1}' \| head -n 1 \| sqlite-load -q app.db t
is '--accept PIPE: a stage may read no more' "$status $(stored)" '0 1'
fresh
run row-pipe --accept 1 cat rows \| sh -c 'cat; exit 1' \| \
    sqlite-load -q app.db t
is '--accept 1: findings are committed, and stay findings' \
    "$status $(stored)" '1 1000'
fresh
run row-pipe --accept 2:1,2:3 cat rows \| sh -c 'cat; exit 3' \| \
    sqlite-load -q app.db t
is '--accept 2:3 is for the second stage' "$status $(stored)" '1 1000'
fresh
run row-pipe --accept 2:3 sh -c 'cat rows; exit 3' \| cat \| \
    sqlite-load -q app.db t
is 'and not for the first' "$status $(stored)" '3 0'
run row-pipe --accept 1 cat rows \| grep nothing
status_is 'and nothing is accepted of the last stage' 1

run row-pipe sh -c 'cat rows; exit 4' \| wc -l
status_is 'a last stage that knows no gate: the status is still told' 4
out_is 'it does its work' 1000
err_has 'and a message says that it stands' \
    'row-pipe: stage 2 (wc) did not ask for leave to commit: what it did stands'
run row-pipe cat rows \| sh -c 'cat >/dev/null; echo what? >&"$ROWPIPE_GATE"'
status_is 'nonsense at the gate is a failure' 5
err_has 'and said to be' 'what the last stage says at the gate makes no sense'
run row-pipe cat rows \| sh -c \
    'cat >/dev/null; echo "{\"gate\":\"ready\",\"v\":2}" >&"$ROWPIPE_GATE"'
err_has 'so is another version' 'only version 1 of the gate is known'
run row-pipe sleep 0.3 \| sh -c \
    'echo "{\"gate\":\"ready\",\"v\":1}" >&"$ROWPIPE_GATE"'
status_is 'who says ready and does not wait may have done anything' 6
run row-pipe true \| sh -c 'cat; echo "{\"gate\":\"ready\",\"v\":1}" >&3
    read -r answer <&3; kill -9 $$'
status_is 'killed in COMMIT: nobody knows' 6
err_has 'and that is said' \
    'stage 2 (sh) was killed by SIGKILL while it committed'
run row-pipe true \| sh -c 'cat; echo "{\"gate\":\"ready\",\"v\":1}" >&3
    read -r answer <&3; echo "{\"gate\":\"committed\"}" >&3; kill -9 $$'
status_is 'killed after COMMIT: done, with findings' 1
run row-pipe true \| sh -c 'cat; echo "{\"gate\":\"ready\",\"v\":1}" >&3
    read -r answer <&3; echo "$answer"; exit 4'
is 'a COMMIT that fails has the last word' "$status $(cat "$out")" \
    '4 {"gate":"commit"}'

# --- The sink.

fresh
run row-pipe cat rows \| sqlite-load -q --dry-run app.db t
is 'a dry run answers at the gate' "$status $(stored)" '0 0'
err_has 'and says so' \
    'row-pipe: dry run: every stage ended well, and nothing was committed'
fresh
run row-pipe sh -c 'cat rows; exit 3' \| sqlite-load -q --dry-run app.db t
status_is 'and is told of failures' 3
for batch in 100 300 1000 2000; do
	fresh
	run row-pipe sh -c 'cat rows; exit 3' \| \
	    sqlite-load -q --batch $batch app.db t
	is "batches of $batch: all but the last are committed" \
	    "$status $(stored)" "3 $(((1000 - 1) / batch * batch))"
	fresh
	run row-pipe -q cat rows \| sqlite-load --batch $batch app.db t
	is "batches of $batch: and the last one, when all is well" \
	    "$status $(stored) $(cat "$err")" "0 1000 sqlite-load: t: 1000 in,$(
	    ) 1000 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected"
done
fresh
run row-pipe sh -c 'cat rows; exit 3' \| sqlite-load --batch 300 app.db t
err_has 'the books of batches balance' '1000 in, 900 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected, 100 rolled back'
fresh
run row-pipe sh -c 'cat rows; exit 3' \| sqlite-load --create new.db t
check 'a new database is not left behind' test ! -e new.db
{ head -n 9 rows; echo '{"id":1}'; } >twice
fresh
run row-pipe cat twice \| sqlite-load -q --rejects bad app.db t
is 'rejects of the sink are findings' "$status $(stored)" '1 9'

run row-pipe true \| sh -c 'echo "$ROWPIPE_GATE"; ls /proc/$$/fd | wc -l'
gate=$(head -n 1 "$out")
check 'the gate has a number of one digit' test "$gate" -le 9
run row-pipe sh -c 'echo "[${ROWPIPE_GATE-none}]" >&2' \| \
    sh -c 'cat; echo "[${ROWPIPE_GATE-none}]" >&2'
err_has 'a stage that is not the last has no gate' '[none]'
if [ -d /proc/self/fd ]; then
	run row-pipe ls -l /proc/self/fd \| cat
	is 'and no socket' "$(grep -c socket: "$out")" 0
fi
run env ROWPIPE_GATE=77 sqlite-load --create other.db t
status_is 'ROWPIPE_GATE that is no socket: nothing is loaded' 5
check 'not even a file is made' test ! -e other.db
for n in 0 x '' 99999999999; do
	run env ROWPIPE_GATE=$n sqlite-load --create other.db t
	status_is "ROWPIPE_GATE=$n is none either" 5
done

# A pipeline within a pipeline.
fresh
run row-pipe -q cat rows \| row-pipe -q jq -c . '\|' sqlite-load -q app.db t
is 'a pipeline may be the sink of another' "$status $(stored)" '0 1000'
fresh
run row-pipe -q sh -c 'cat rows; exit 8' \| row-pipe -q jq -c . '\|' \
    sqlite-load -q app.db t
is 'and waits for it' "$status $(stored)" '8 0'

# --- Frames.

fresh
run row-pipe -q --frame row-map . rows \| sqlite-load -q --require-frame app.db t
is '--frame: the stages write frames' "$status $(stored)" '0 1000'
fresh
run row-pipe -q row-map . rows \| sqlite-load -q --require-frame app.db t
is 'and else they do not' "$status $(stored)" '5 0'

# --- What passes, kept and counted.

fresh
run row-pipe --save saved --stats stats row-map --frame 'select(.id > 10)' rows \
    \| row-map 'del(.name)' \| sqlite-load -q app.db t
is 'with --save all goes its way' "$status $(stored)" '0 990'
is 'each file holds what went from stage to stage' \
    "$(ls saved; sed 1d saved/2.ndjson | head -n 1)" \
    "$(printf '%s\n' 1.ndjson 2.ndjson '{"id":11}')"
run_with saved/1.ndjson row-map --require-frame 'del(.name)'
check 'so that a part of the pipeline can be run again' \
    cmp "$out" saved/2.ndjson
is 'stages are counted' "$(jq -c '.status, .committed, .in,
    (.stages[] | [.stage, .program, .status, .rows_in, .rows_out])' stats)" \
'0
true
990
[1,"row-map",0,null,990]
[2,"row-map",0,990,990]
[3,"sqlite-load",0,990,null]'
is 'bytes too' "$(jq -c '[.stages[].bytes_out]' stats)" \
    "[$(wc -c <saved/1.ndjson),$(wc -c <saved/2.ndjson),null]"
run row-pipe --save saved sh -c 'head -n 500 rows; exit 3' \| cat \| cat \| wc -l
status_is 'a run that fails' 3
is 'leaves what it saved under other names, and nothing old' \
    "$(cd saved && wc -l ./* | sed '$d')" \
    "$(cd saved && wc -l ./1.ndjson.partial ./2.ndjson ./3.ndjson | sed '$d')"
run row-pipe --stats stats printf '%s\n' '{}' '' '{"a":1}' \| cat \| \
    sh -c 'head -c 3'
is 'an empty line is no row' "$(jq '.stages[0].rows_out' stats)" 2
run row-pipe --stats stats printf '{}\n{"a":1}' \| cat
is 'a last line without newline is one' "$(jq '.stages[0].rows_out' stats)" 2
head -c 3000000 /dev/zero | tr '\0' x >large
run row-pipe --stats x cat large \| cat \| cat
check 'lines may be long' cmp "$out" large
run row-pipe yes \| head -n 1
is 'counted or not, the end of reading reaches the writer' \
    "$status $(cat "$out")" '5 y'
run row-pipe -q --save /dev/null/x true \| true
status_is 'a directory that cannot be made' 4
run row-pipe -q --stats /nosuch/x true
status_is 'statistics that cannot be written' 4
fresh
# shellcheck disable=SC3045
(ulimit -f 100 && run row-pipe --save full yes '{"id":1}' \| \
    sqlite-load -q app.db t; exit "$status")
is 'a copy that cannot be written: nothing is committed' "$? $(stored)" '4 0'
err_has 'and the message names it' 'could not write file "full/1.ndjson.partial"'

# --- Time and signals.

# For at most ten seconds, until the command succeeds.
eventually() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || return 1
		sleep 0.1
	done
}
# No process whose arguments hold $1 is left.
# shellcheck disable=SC2009
gone() { ! ps -eo stat=,args= | grep -v '^Z' | grep -F "$1" | grep -qv grep; }

fresh
begin=$(date +%s)
run row-pipe --timeout 0.5 sh -c 'cat rows; exec sleep 4711' \| \
    sqlite-load -q app.db t
is '--timeout: nothing is committed' "$status $(stored)" '5 0'
err_has 'and it says that time was up' 'row-pipe: the time of 0.5 s is up'
check 'it takes no longer' test $(($(date +%s) - begin)) -lt 4
check 'and no stage is left' eventually gone 'sleep 4711'
fresh
run row-pipe --timeout 1h cat rows \| sqlite-load -q app.db t
is 'who is done in time is not concerned' "$status $(stored)" '0 1000'

for signal in TERM HUP; do
	fresh
	rm -f up
	row-pipe sh -c 'cat rows; : >up; exec sleep 4712' \| \
	    sqlite-load -q app.db t 2>"$err" &
	pid=$!
	check "SIG$signal: a pipeline is under way" eventually test -e up
	kill -s $signal $pid
	wait $pid
	is "SIG$signal ends all stages, with 5" "$? $(stored)" '5 0'
	err_has "SIG$signal: it is said" "row-pipe: ended by SIG$signal"
	check "SIG$signal: no stage is left" eventually gone 'sleep 4712'
done
fresh
rm -f up
row-pipe sh -c 'cat rows; sleep 4713 & : >up; sleep 4713' \| \
    sqlite-load -q app.db t 2>"$err" &
pid=$!
eventually test -e up
kill -9 $pid
wait $pid 2>/dev/null
check 'killed itself, it takes all stages and their children along' \
    eventually gone 'sleep 4713'
check 'and nothing is committed' test "$(stored)" = 0
fresh
rm -f up
row-pipe sh -c 'trap "" TERM; cat rows; : >up; sleep 4714' \| \
    sqlite-load -q app.db t 2>"$err" &
pid=$!
eventually test -e up
kill -9 $pid
wait $pid 2>/dev/null
check 'also those that do not heed SIGTERM' eventually gone 'sleep 4714'

run row-pipe sh -c 'sleep 4715 & exec sleep 4715' \| sh -c 'exit 3'
check 'what a stage leaves running does not survive a failure' \
    eventually gone 'sleep 4715'
run row-pipe sh -c '(sleep 0.3; echo late >late) & exit 0' \| cat
sleep 0.5
check 'after success it goes on' test -s late

rm -f up
row-pipe sh -c ': >up; exec sleep 1' \| cat 2>"$err" &
pid=$!
eventually test -e up
kill -USR1 $pid
wait $pid
check 'SIGUSR1 tells how things are' \
    grep -q 'stage 1 (sh): .* s, is running' "$err"

if command -v script >/dev/null; then
	typed() { # KEYS COMMAND
		{ sleep 0.5; printf '%b' "$1"; sleep 0.5; } |
		    script -qec "$2" /dev/null 2>&1 | tr -d '\r'
	}
	is 'a stage that reads the terminal is given it' "$(typed 'word\n' \
	    "row-pipe -q echo hello \\| sh -c 'cat; read x </dev/tty
	    echo got \$x'" | grep -v '^word$')" "$(printf 'hello\ngot word')"
	is 'the interrupt key ends the pipeline and the script around it' \
	    "$(typed '\003' "row-pipe -q sleep 4716 \\| cat; echo and on")" \
	    '^Crow-pipe: ended by SIGINT'
	check 'and leaves no stage' eventually gone 'sleep 4716'
else
	skip 'the terminal' 'there is no script(1)'
fi

# --- Usage.

run row-pipe
status_is 'no stage: wrong usage' 2
for words in '|' 'cat|' '|cat' 'cat||cat'; do
	# shellcheck disable=SC2046
	run row-pipe $(echo "$words" | sed 's/|/ | /g')
	status_is "a stage without program is wrong usage: $words" 2
done
for t in x 1x -1 1.2.3 1hh '' . 5. 99999999999999999999; do
	run row-pipe --timeout "$t" true
	status_is "--timeout '$t' is no time" 2
done
for a in 0 126 x 1: :1 9:1 2:1 1:PIPES 0:1; do
	run row-pipe --accept "$a" true \| true
	status_is "--accept '$a' makes no sense here" 2
done
run row-pipe -q ls --no-such-option \| cat
status_is 'options after the first word belong to the stage' 2
err_has 'which reads them' 'ls: '
run row-pipe -q -- echo -q \| cat
out_is 'so they do after --' '-q'
run sh -c 'row-pipe -q echo x \| cat >/dev/full'
status_is 'a last stage that cannot write' 1
run sh -c 'row-pipe -q echo x \| cat >&-'
status_is 'nor with standard output closed' 1
run sh -c 'row-pipe -q cat \| cat <&-'
status_is 'nor the first read when standard input is closed' 1
finish
