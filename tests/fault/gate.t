#!/bin/sh
# Each stage of a pipeline of four fails, in each way, at each moment: no row
# is committed, no process is left, and the status tells.
#
# The first three stages pass rows on, the fourth gives them to the sink under
# test.  "act" is what fails: it passes so many bytes on, and then it does
# what its first argument says.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1
# What is killed leaves its temporary files behind.
TMPDIR=$tmp
export TMPDIR
# shellcheck disable=SC3045
ulimit -c 0
fault=$bin/../fault/bin

seq 1 20 | sed 's/.*/{"id":&,"name":"name &"}/' >rows
mkfifo never

cat >act <<'END'
# act HOW BYTES [SINK ...] - with a sink, pass rows to it, and kill that
how=$1
bytes=$2
shift 2
sink=
if [ $# -gt 0 ]; then
	mkfifo fifo.$$
	"$@" <fifo.$$ &
	sink=$!
	exec >fifo.$$
	rm fifo.$$
fi
[ "$bytes" -eq 0 ] || head -c "$bytes"
case $how in
exit) exit 1 ;;
hang) read -r x <never ;;
missing) exec ./no-such-program ;;
*)
	[ -z "$sink" ] || { kill -s "$how" $sink; wait $sink; }
	kill -s "$how" $$
	;;
esac
END

# --- The sinks: how a table is made anew, is loaded, and how many rows it has.

sqlite_load_new() {
	rm -f app.db*
	sqlite3 app.db 'CREATE TABLE gate_rows (id INTEGER PRIMARY KEY, name)'
}
sqlite_load_run() { echo "sqlite-load -q $tmp/app.db gate_rows"; }
sqlite_load_rows() { sqlite3 app.db 'SELECT count(*) FROM gate_rows'; }

pg_load_new() {
	psql -qX -c 'DROP TABLE IF EXISTS gate_rows' -c 'CREATE TABLE
	    gate_rows (id integer PRIMARY KEY, name text)' 2>/dev/null
}
pg_load_run() { echo 'pg-load -q gate_rows'; }
pg_load_rows() { psql -AtX -c 'SELECT count(*) FROM gate_rows'; }

# The example of rowpipe-gate(7).
awk '/^\.Bd /{ on = 1; next } /^\.Ed/{ on = 0 } on { gsub(/\\e/, "\\"); print }' \
    "$top/man/rowpipe-gate.7" >sink.sh
shell_new() {
	rm -f app.db*
	sqlite3 app.db 'CREATE TABLE gate_rows (row TEXT)'
}
shell_run() { echo "sh $tmp/sink.sh $tmp/app.db gate_rows"; }
shell_rows() { sqlite_load_rows; }

# --- One case.

# What is left of a pipeline; for a moment the dead may be on their way.
left() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		# shellcheck disable=SC2009
		ps -eo stat=,args= | grep -F "$tmp/" |
		    grep -v -e '^Z' -e 'grep -F' >processes || return 0
		sleep 0.1
	done
	return 1
}

want_of() { # HOW WHEN
	case $1$2 in
	exit*) echo 1 ;;
	missingbefore) echo 2 ;;
	*) echo 5 ;;
	esac
}

bytes_at() { # WHEN
	case $1 in
	before) echo 0 ;;
	middle) head -n 10 rows | wc -c ;;
	# All of the last row but its newline: it is a row as it stands.
	last) echo $(($(wc -c <rows) - 1)) ;;
	after) wc -c <rows ;;
	esac
}

# The words of stage $1 when stage $2 fails.
stage() { # N FAILING HOW WHEN
	if [ "$1" != "$2" ]; then
		if [ "$1" = 4 ]; then "${sink}_run"; else echo cat; fi
	elif [ "$3$4" = missingbefore ]; then
		echo "$tmp/no-such-program"
	else
		echo "sh $tmp/act $3 $(bytes_at "$4") $(
		    [ "$1" != 4 ] || "${sink}_run")"
	fi
}

# shellcheck disable=SC2046
pipeline() { # FAILING HOW WHEN
	row-pipe --timeout "$time" $(stage 1 "$@") \| $(stage 2 "$@") \| \
	    $(stage 3 "$@") \| $(stage 4 "$@") <rows >"$out" 2>"$err"
}

# Print what was wrong with it, if anything.
attempt() { # FAILING HOW WHEN
	"${sink}_new"
	time=60
	[ "$2" != hang ] || time=0.4
	pipeline "$@"
	got=$?
	[ "$got" = "$(want_of "$2" "$3")" ] ||
	    echo "stage $1, $2, $3: status $got"
	left || { echo "stage $1, $2, $3: left:"; cat processes; }
	rows=$("${sink}_rows")
	[ "$rows" = 0 ] || echo "stage $1, $2, $3: $rows rows"
}

# --- All of them.

sweep() { # SINK WAYS MOMENTS
	sink=$1
	cases=0
	: >wrong
	for way in $2; do
		for moment in $3; do
			for failing in 1 2 3 4; do
				attempt $failing "$way" "$moment" >>wrong
				cases=$((cases + 1))
			done
		done
	done
}

ways='exit KILL SEGV PIPE missing hang'
moments='before middle last after'
sinks='sqlite_load'
if [ -n "${PGHOST-}" ] && command -v pg-load >/dev/null; then
	sinks="$sinks pg_load"
fi
command -v jq >/dev/null && sinks="$sinks shell"

for sink in $sinks; do
	name=$(echo "$sink" | tr _ -)
	time=60
	"${sink}_new"
	pipeline 0 - -
	is "$name: when nothing fails, all rows are committed" \
	    "$? $("${sink}_rows")" '0 20'
	# The first sink goes through all, which the others are spared but in
	# the long form.
	if [ "$sink" = sqlite_load ] || [ -n "${CHECK_LONG-}" ]; then
		sweep "$sink" "$ways" "$moments"
	else
		sweep "$sink" 'KILL' 'middle after'
	fi
	is "$name: $cases failures, no row and no process left" \
	    "$(cat wrong)" ''
done

# A sink that does not wait is found out.
if [ -x "$fault/sqlite-load" ]; then
	PATH=$fault:$PATH
	ROWPIPE_PLANT=gate
	export ROWPIPE_PLANT
	sweep sqlite_load 'exit KILL' 'middle after'
	check "the same sweep finds a sink that does not wait: $(
	    grep -c rows wrong) of $cases times" grep -q '20 rows' wrong
	check 'also when all it got was half' grep -q '10 rows' wrong
else
	skip 'a sink that does not wait is found' 'no build with faults'
fi
finish
