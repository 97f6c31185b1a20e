#!/bin/sh
# pg-load among others, and when the server goes away.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pg.sh"

own_schema load_trouble
cd "$tmp" || exit 1

# The server shows these sessions under a name of our own.
load() { PGAPPNAME=$schema exec pg-load "$@"; }
sum() { jq -s "map(.$1) | add" stats.*; }

# Loaders at the same keys: they wait for each other, and no key is lost or
# counted twice.
psql <<'!'
CREATE TABLE t (id integer PRIMARY KEY, v text, by integer);
CREATE TABLE log (id integer);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
 'BEGIN INSERT INTO log VALUES (new.id); RETURN new; END';
CREATE TRIGGER a AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();
!
for n in 1 2 3 4; do
	jq -nc --argjson n $n 'range(3000) | {id: (. * 7 % 3001), v: "same"} |
	    if .id % 10 == $n then .by = $n else . end' >rows.$n
done
for mode in skip update; do
	psql -c 'TRUNCATE t'
	for n in 1 2 3 4; do
		pg-load -q --on-conflict $mode --stats stats.$n t <rows.$n \
		    2>err.$n &
		eval "pid$n=$!"
	done
	ok=''
	for n in 1 2 3 4; do
		eval "wait \$pid$n" && ok="$ok $n"
		cat err.$n >&2
	done
	is "$mode: four loaders at once all succeed" "$ok" ' 1 2 3 4'
	is "$mode: each key was created once" "$(sum created)" 3000
	is "$mode: and is there" "$(psql -c 'SELECT count(*) FROM t')" 3000
done
is 'update: what each has brought is there' "$(psql -c 'SELECT count(*) FROM t
    WHERE id % 10 BETWEEN 1 AND 4 AND by IS DISTINCT FROM id % 10')" 0
is 'update: a row counts as updated when it was written' "$(sum updated)" \
    "$(psql -c 'SELECT count(*) FROM log')"

# Another transaction inserts, deletes or changes rows while we wait for it.
psql -c 'TRUNCATE t' -c "INSERT INTO t VALUES (1, 'old'), (2, 'old'), (3, 'new')"
printf '%s\n' '{"id":1,"v":"new"}' '{"id":2,"v":"new"}' '{"id":3,"v":"new"}' \
    '{"id":4,"v":"new"}' >rows
waits() { # until pg-load waits for a lock
	i=0
	until [ "$(psql -c "SELECT count(*) FROM pg_stat_activity WHERE
	    application_name = '$schema' AND wait_event_type = 'Lock'")" -gt 0 ]
	do
		i=$((i + 1))
		[ "$i" -lt 200 ] || return 1
		sleep 0.05
	done
}
mkfifo in
command psql -Xq <in >other 2>&1 &
other=$!
exec 7>in
echo "BEGIN; UPDATE t SET v = 'new' WHERE id = 1; DELETE FROM t WHERE id = 2;
    INSERT INTO t VALUES (4, 'theirs');" >&7
until [ "$(psql -c "SELECT count(*) FROM pg_stat_activity WHERE
    state = 'idle in transaction' AND query LIKE '%theirs%'")" -gt 0 ]; do
	sleep 0.05
done
load --on-conflict update t <rows 2>load.err &
load=$!
check 'a load waits for those who write the same rows' waits
echo 'COMMIT;' >&7
exec 7>&-
wait $load
is 'and then goes by what they have done' "$(cat load.err)" \
    'pg-load: t: 4 in, 1 created, 1 updated, 2 unchanged, 0 skipped, 0 rejected'
wait $other
is 'all rows are there' "$(psql -c 'SELECT count(*) FROM t WHERE
    v = $$new$$')" 4

# Somebody ends our session: while rows come, and with them.
psql -c 'TRUNCATE t'
mkfifo rows.fifo
for when in waiting storing; do
	load t <rows.fifo 2>load.err &
	load=$!
	exec 7>rows.fifo
	echo '{"id":1}' >&7
	i=0
	until psql -c "SELECT 1 FROM pg_stat_activity WHERE application_name =
	    '$schema' AND state = 'idle in transaction'" | grep -q 1; do
		sleep 0.05
		[ $((i += 1)) -lt 200 ] || break
	done
	psql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE application_name = '$schema'" >/dev/null
	[ $when = waiting ] || jq -nc 'range(2; 60000) | {id: ., v: "v"}' >&7 \
	    2>/dev/null
	exec 7>&-
	wait $load
	is "the session ends while $when" $? 4
	check "and it is said" grep -q 'lost the connection' load.err
	check 'with a reason' grep -qE 'terminating connection|closed|reset' \
	    load.err
	is 'nothing is stored' "$(psql -c 'SELECT count(*) FROM t')" 0
done

# We end: nothing is stored.
load t <rows.fifo 2>load.err &
load=$!
exec 7>rows.fifo
jq -nc 'range(40000) | {id: ., v: "v"}' >&7
kill -9 $load
exec 7>&-
wait $load 2>/dev/null
i=0
until [ "$(psql -c "SELECT count(*) FROM pg_stat_activity WHERE
    application_name = '$schema'")" = 0 ]; do
	[ $((i += 1)) -lt 200 ] || break
	sleep 0.05
done
is 'killed, it leaves nothing' "$(psql -c 'SELECT count(*) FROM t')" 0

# What cannot be written.
printf '%s\n' '{"id":1}' '{"id":"x"}' >rows
run_with rows pg-load --rejects /dev/full t
status_is 'rejects that cannot be kept are no success' 4
is 'and nothing is committed' "$(psql -c 'SELECT count(*) FROM t')" 0
run_with rows pg-load --on-error reject --stats /dev/full t
status_is 'statistics that cannot be written are told' 4
finish
