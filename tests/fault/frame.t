#!/bin/sh
# A framed stream that is cut at any byte, or has any line left out, doubled,
# swapped with another or changed, is not loaded: 3 or 5, and no row.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1
fault=$bin/../fault/bin

printf '%s\n' '{"id":1,"a":"x"}' '{"id":2,"a":null}' '{"id":3,"a":1.10}' >rows
row-map -q --frame . rows >framed
bytes=$(wc -c <framed)
lines=$(wc -l <framed)
sqlite3 empty.db 'CREATE TABLE t (id INTEGER, a)'

# Rows that take more than one read, for the long form.
long() {
	seq 1 2000 | sed 's/.*/{"id":&,"a":"some text that takes its room &"}/'
}

sink_sqlite() {
	cmp -s empty.db app.db || cp empty.db app.db
	sqlite-load -q --require-frame app.db t 2>"$err"
}
# A file that was not touched has no rows.
sink_sqlite_rows() {
	if cmp -s empty.db app.db; then
		echo 0
	else
		sqlite3 app.db 'SELECT count(*) FROM t'
	fi
}

# A filter lets rows through before it knows, but gives them no @end.
sink_filter() { row-map -q --require-frame . >passed 2>"$err"; }
sink_filter_rows() { grep -c '"@end"' passed; }

sink_pg() { pg-load -q --require-frame frame_rows 2>"$err"; }
sink_pg_rows() { psql -AtX -c 'SELECT count(*) FROM frame_rows'; }

# Load standard input and say what is wrong with the outcome, if anything.
attempt() { # WHAT
	"sink_$sink"
	got=$?
	cases=$((cases + 1))
	case $got in 3 | 5) ;; *) echo "$1: status $got" ;; esac
	rows=$("sink_${sink}_rows")
	[ "$rows" = 0 ] || echo "$1: $rows rows"
	[ -s "$err" ] || echo "$1: not a word"
}

cuts() { # STEP
	i=0
	while [ $i -lt "$bytes" ]; do
		head -c "$i" framed >part
		attempt "cut at $i" <part
		i=$((i + $1))
	done
}

changes() {
	i=1
	while [ $i -le "$lines" ]; do
		sed "${i}d" framed >changed
		attempt "without line $i" <changed
		sed "${i}p" framed >changed
		attempt "line $i twice" <changed
		k=$((i + 1))
		while [ $k -le "$lines" ]; do
			awk -v i=$i -v k=$k '{ line[NR] = $0 } END {
				keep = line[i]; line[i] = line[k]
				line[k] = keep
				for (n = 1; n <= NR; n++) print line[n]
			}' framed >changed
			attempt "lines $i and $k swapped" <changed
			k=$((k + 1))
		done
		i=$((i + 1))
	done
}

# Each byte of a row in turn becomes another: the digest tells, if nothing
# else does.
edits() { # STEP
	first=$(head -n 1 framed | wc -c)
	i=$first
	while [ "$i" -lt "$(sed '$d' framed | wc -c)" ]; do
		{
			head -c "$i" framed
			tail -c +$((i + 1)) framed | head -c 1 |
			    tr 'a-z0-9":{},.\n' 'b-za1-90~;[]!_ '
			tail -c +$((i + 2)) framed
		} >changed
		attempt "byte $i changed" <changed
		i=$((i + $1))
	done
}

sweep() { # STEP-OF-CUTS STEP-OF-EDITS
	cases=0
	{
		cuts "$1"
		changes
		edits "$2"
	} >wrong
}

sinks='sqlite filter'
if [ -n "${PGHOST-}" ] && command -v pg-load >/dev/null; then
	psql -qX -c 'CREATE TABLE frame_rows (id int, a text)'
	sinks="$sinks pg"
fi
for sink in $sinks; do
	"sink_$sink" <framed
	is "$sink: the stream as it was is taken" "$?" 0
	[ "$sink" != pg ] || psql -qX -c 'TRUNCATE frame_rows'
	# Every byte: in one sink always, in the others in the long form.
	if [ -n "${CHECK_LONG-}" ]; then
		sweep 1 1
	elif [ "$sink" = sqlite ]; then
		sweep 1 5
	else
		sweep 9 15
	fi
	is "$sink: $cases streams that are not whole leave nothing" \
	    "$(cat wrong)" ''
	check "$sink: they were not few" test $cases -ge 25
done

if [ -n "${CHECK_LONG-}" ]; then
	long >rows
	row-map -q --frame . rows >framed
	bytes=$(wc -c <framed)
	sink=sqlite
	cases=0
	cuts 501 >wrong
	is "$cases cuts of a stream of several reads leave nothing" \
	    "$(cat wrong)" ''
fi

# A reader that takes the end of the file for the end of the frame is found.
if [ -x "$fault/sqlite-load" ]; then
	PATH=$fault:$PATH
	ROWPIPE_PLANT=frame
	export ROWPIPE_PLANT
	sink=sqlite
	printf '%s\n' '{"id":1,"a":"x"}' '{"id":2,"a":null}' >rows
	env -u ROWPIPE_PLANT row-map -q --frame . rows >framed
	bytes=$(wc -c <framed)
	lines=$(wc -l <framed)
	sweep 1 20
	check "the same sweep finds a reader that takes any end: $(
	    grep -c rows wrong) of $cases times" test \
	    "$(grep -c '^cut at .* [12] rows' wrong)" -ge 1
	check 'and a missing line' grep -q '^without line .* rows' wrong
else
	skip 'a reader that takes any end is found' 'no build with faults'
fi
finish
