#!/bin/sh
# Many small tables and several connections: turns change all the time.
. "$(dirname "$0")/../lib.sh"

n=60
psql -q <<!
SELECT format('CREATE TABLE t%s AS SELECT %s AS t, i FROM generate_series(1, %s)
    AS i', n, n, n % 7 * 100) FROM generate_series(1, $n) AS n \gexec
!

# Names of files that do not hold exactly the rows of their table.
wrong_files() {
	i=0
	while [ "$i" -lt "$n" ]; do
		i=$((i + 1))
		printf '%s\n' "t$i $((i % 7 * 100))"
	done | while read -r t rows; do
		[ "$(grep -c "^{\"t\":${t#t},\"i\":" "$tmp/bag/data/$t.ndjson")" = \
		    "$(wc -l <"$tmp/bag/data/$t.ndjson")" ] &&
		    [ "$(wc -l <"$tmp/bag/data/$t.ndjson")" -eq "$rows" ] ||
		    echo "$t"
	done
}

for round in 1 2 3 4 5; do
	run pg-dump-json -q -j 2 --output-dir "$tmp/bag"
	status_is "exports $n tables with two jobs, round $round" 0
	is "each file has the rows of its table, round $round" "$(wrong_files)" ''
done
finish
