#!/bin/sh
# The connection breaks at each byte of COMMIT and of its answer: exit status 0
# means committed, 4 not committed, 6 that nobody knows, and then the hint tells
# how to find out.
. "$(dirname "$0")/../lib.sh"

proxy=${B:-$top/build}/tool/cut_proxy
schema=load_commit_$$
psql() { command psql -XqAt -v ON_ERROR_STOP=1 "$@"; }
psql -c "CREATE SCHEMA $schema" -c "CREATE TABLE $schema.t (id text PRIMARY KEY)" ||
    exit 1
trap 'psql -c "DROP SCHEMA IF EXISTS $schema CASCADE" 2>/dev/null
    rm -rf "$tmp"' EXIT
port=${PGPORT:-5432}
server=$PGHOST/.s.PGSQL.$port

# Load one row, as $options say, whose connection is cut there; keep "id status
# xid".
options=
cut_at() { # WHERE N
	mkdir -p "$tmp/s"
	rm -f "$tmp/s/.s.PGSQL.$port"
	"$proxy" "$tmp/s/.s.PGSQL.$port" "$server" "$1" "$2" &
	pid=$!
	while [ ! -S "$tmp/s/.s.PGSQL.$port" ]; do
		kill -0 "$pid" || exit 1
		sleep 0.01
	done
	echo "{\"id\":\"$1$2\"}" >"$tmp/row"
	# shellcheck disable=SC2086
	PGAPPNAME=$schema run_with "$tmp/row" pg-load $options \
	    -d "host=$tmp/s" "$schema.t"
	wait "$pid"
	cut=$?
	xid=$(sed -n 's/^hint: .*txid_status(\([0-9]*\)).*/\1/p' "$err")
	echo "$1$2 $status ${xid:-0}" >>"$tmp/runs"
}

# What the server has seen of COMMIT it may still be at work on.
settled() {
	[ "$(psql -c "SELECT count(*) FROM pg_stat_activity WHERE
	    application_name = '$schema'")" = 0 ]
}

for where in ask answer; do
	n=0
	cut=0
	while [ "$cut" -eq 0 ] && [ "$n" -lt 200 ]; do
		cut_at $where $n
		n=$((n + 1))
	done
	check "$where: every byte was tried, and then none was left" \
	    test "$n" -gt 20 -a "$n" -lt 200
	is "$where: uncut, the load succeeds" "$status" 0
done
i=0
until settled || [ $((i += 1)) -gt 100 ]; do sleep 0.1; done

psql -c "SELECT id FROM $schema.t" | sort >"$tmp/there"
cut -d ' ' -f 1,2 "$tmp/runs" | sort >"$tmp/said"
is 'status 0 says that the row is there' "$(awk '$2 == 0 { print $1 }' \
    "$tmp/said" | join -v 1 - "$tmp/there")" ''
is 'status 4 says that it is not' "$(awk '$2 == 4 { print $1 }' \
    "$tmp/said" | join - "$tmp/there")" ''
is 'there is no other status than 0, 4 and 6' \
    "$(awk '$2 != 0 && $2 != 4 && $2 != 6' "$tmp/said")" ''
check 'both happen with status 6: committed' \
    sh -c "awk '\$2 == 6 { print \$1 }' '$tmp/said' |
	join - '$tmp/there' | grep -q ."
check 'and not committed' \
    sh -c "awk '\$2 == 6 { print \$1 }' '$tmp/said' |
	join -v 1 - '$tmp/there' | grep -q ."
awk '$2 == 6 { printf "%s(%s%c%s%c, txid_status(%s))", sep, "", 39, $1, 39, $3
    sep = ", " }' "$tmp/runs" >"$tmp/values"
is 'what the hint says finds the truth each time' "$(psql -c "SELECT * FROM
    (VALUES $(cat "$tmp/values")) AS v (id, said) WHERE said <> CASE WHEN
    EXISTS (SELECT FROM $schema.t WHERE t.id = v.id) THEN 'committed' ELSE
    'aborted' END")" ''

# The words.
cut_at ask 0
status_is 'the exit status is 6' 6
err_has 'the message says that nothing is known' \
    'pg-load: whether the rows are committed is not known: lost the connection'
err_has 'the hint says how to find out' 'says committed or aborted'
is 'no row counts as rolled back' "$(tail -n 1 "$err")" \
    "pg-load: $schema.t: 1 in, 1 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected"

# A batch that is committed stays, also when nothing can come after it.
psql -c "TRUNCATE $schema.t"
options='--batch 1'
wrong=
stays=0
n=24
while [ $((n += 1)) -lt 45 ]; do
	cut_at answer $n
	there=$(psql -c "SELECT count(*) FROM $schema.t WHERE id = 'answer$n'")
	case $status,$there,$(cat "$err") in
	0,1,* | 6,* | 4,0,*' nothing was committed'*) ;;
	4,1,*' the first 1 rows stay committed'*' 1 created'*) stays=1 ;;
	*) wrong="$wrong $n:$status:$there" ;;
	esac
done
is 'of batches it is known which are there' "$wrong" ''
is 'and cut off after the first, the load says that it stays' "$stays" 1
finish
