#!/bin/sh
# --resume: runs that are broken off go on where they were, on both engines.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

seq 1 2500 | sed 's/.*/{"id":&,"name":"row &","odd":[&]}/' >rows
sed 's/^{"id":1700,/{"id":"x",/' rows >bad
{ head -n 1700 rows; echo '{"id":1}{'; sed 1,1700d rows; } >broken

# The same cases for each engine: "load" loads t, "sql" asks.
cases() { # ENGINE
	run_with bad load --batch 400 --resume one
	status_is "$1: a bad row breaks a run off" 3
	is "$1: the batches before it are there" \
	    "$(sql 'SELECT count(*) FROM t')" 1600
	run load --status
	is "$1: --status says how far it is" \
	    "$(jq -c '[.run, .stream, .state, .batch, .lines, .last_key]' \
	    "$out")" '["one","t","running",4,1600,{"id":1600}]'
	is "$1: with the digest of the lines" "$(jq -r .xxh128 "$out")" \
	    "$(head -n 1600 rows | xxh128sum | cut -d ' ' -f 1)"
	run load --resume-point one
	out_is "$1: --resume-point is the key of the last row" '{"id":1600}'
	run load --resume-point other
	out_is "$1: of an unknown run there is none" ''

	sed 's/"row 7"/"row x"/' rows >other
	run_with other load --batch 400 --resume one
	status_is "$1: other rows are not taken for the same" 3
	err_has "$1: this is said" 'rows that are loaded have changed'
	head -n 1000 rows >short
	run_with short load --batch 400 --resume one
	status_is "$1: nor are fewer" 3
	run_with rows load --batch 400 --on-conflict skip --resume one
	status_is "$1: other options are not the same run" 2
	err_has "$1: they are named" 'not "--on-conflict=skip"'
	is "$1: nothing came of all that" \
	    "$(sql 'SELECT count(*) FROM t')" 1600

	run_with rows load_other --batch 400 --resume one
	status_is "$1: nor are those of another table" 2
	err_has "$1: which table is meant" 'is one with table'
	is "$1: and they are not stored" "$(sql 'SELECT count(*) FROM other')" 0

	run_with rows load --batch 300 --resume one
	status_is "$1: the same rows go on" 0
	err_is "$1: where they were" \
	    "$name: run \"one\" goes on after line 1600 of \"t\"
$name: t: 900 in, 900 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected"
	is "$1: all are there, once" \
	    "$(sql 'SELECT count(*), min(id), max(id) FROM t')" '2500|1|2500'
	run load --status
	is "$1: the run is complete" "$(jq -c '[.state, .lines]' "$out")" \
	    '["complete",2500]'
	run_with rows load --resume one
	status_is "$1: a complete run has nothing to do" 0
	err_has "$1: and says so" 'run "one" is complete'
	echo '{"id":2501,"name":"more","odd":[]}' | cat rows - >longer
	run_with longer load --resume one
	status_is "$1: more rows are another run" 3
	sql 'ALTER TABLE t ADD COLUMN extra text'
	run_with rows load --resume one
	status_is "$1: another table is another run" 2
	err_has "$1: it is said" 'table "t" has changed'

	# Rows that come only from the place on.
	sql 'DELETE FROM t'
	head -n 900 rows >part
	run_with part load --batch 400 --limit 850 --resume two
	sql "UPDATE rowpipe_checkpoints SET state = 'running' WHERE run = 'two'"
	run_with part load --resume two
	status_is "$1: the run goes on to the end of its file" 0
	run_with /dev/null load --resume two --continue
	run load --resume-point two
	out_is "$1: when nothing comes after it, the last key stays" \
	    '{"id":900}'
	sed 1,900d rows | run_with /dev/stdin load --resume two --continue
	status_is "$1: --continue takes what comes after, complete or not" 0
	is "$1: all are there" "$(sql 'SELECT count(*) FROM t')" 2500
	is "$1: the run knows" "$(load --status 2>&1 |
	    jq -c 'select(.run == "two") | [.state, .lines]')" \
	    '["complete",2500]'

	# Rejects are part of it.
	sql 'DELETE FROM t'
	ln -sf "$PWD/rej" link
	run_with broken load --batch 400 --resume three --rejects rej \
	    --max-rejects 0
	status_is "$1: a reject too many breaks it off" 3
	run_with broken load --batch 400 --resume three --rejects rej
	status_is "$1: with rejects it ends with findings" 1
	is "$1: each reject is there once" "$(wc -l <rej)" 1
	run_with broken load --batch 400 --resume three --rejects rej
	is "$1: also when it runs again" "$(wc -l <rej)" 1
	: >rej
	run_with broken load --batch 400 --resume three --rejects rej
	status_is "$1: rejects that are lost are missed" 3
	err_has "$1: it is said" 'has lost rejects'

	run_with rows load --dry-run --resume four
	status_is "$1: --dry-run and --resume exclude each other" 2
	run_with rows load --continue
	status_is "$1: --continue needs a run" 2
	run_with rows load --resume ''
	status_is "$1: a run has a name" 2
}

# Killed at any time, any number of times.
kills() { # ENGINE
	sql 'DELETE FROM t'
	n=0
	i=0
	while [ $i -lt 40 ]; do
		i=$((i + 1))
		load --batch 50 --resume kill <rows >/dev/null 2>&1 &
		pid=$!
		sleep "0.00$((i % 10))$((i * 7 % 10))"
		kill -KILL $pid 2>/dev/null && n=$((n + 1))
		wait $pid 2>/dev/null
	done
	check "$1: runs were killed" [ "$n" -gt 2 ]
	run_with rows load --batch 50 --resume kill
	status_is "$1: in the end it is complete" 0
	is "$1: with all rows, once" "$(sql 'SELECT count(*), min(id), max(id)
	    FROM t')" '2500|1|2500'
	is "$1: one story is told" "$(load --status 2>&1 |
	    jq -c 'select(.run == "kill") | [.state, .lines, .xxh128]')" \
	    "[\"complete\",2500,\"$(xxh128sum <rows | cut -d ' ' -f 1)\"]"
}

name=sqlite-load
load() {
	case $* in
	--status* | --resume-point*) sqlite-load a.db "$@" ;;
	*) sqlite-load a.db t "$@" ;;
	esac
}
load_other() { sqlite-load a.db other "$@"; }
sql() { sqlite3 -bail a.db "$1"; }
sqlite3 -bail a.db \
    'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, odd TEXT) STRICT;
    CREATE TABLE other AS SELECT * FROM t'
cases SQLite
kills SQLite
run_with rows sqlite-load new.db t --create --batch 100 --resume r
status_is 'a table made from its rows can be resumed' 0
run_with rows sqlite-load new.db t --create --batch 100 --resume r
err_has 'and is complete then' 'is complete'
run_with rows sqlite-load b.db t=rows u=short --create --batch 300 --resume r
status_is 'two tables are one run' 0
run sqlite-load b.db --resume-point r
status_is 'with two points' 2
err_has 'of which one must be named' 'name the one'
run sqlite-load b.db u --resume-point r
status_is 'by its table, which has no key here' 2
err_has 'which is said' 'have no key to go on after'
run_with rows sqlite-load b.db t=rows u=short --batch 300 --resume r
err_has 'both are complete' 'run "r" is complete'


# Sources that go on after a key: the same rows as from there on.
after() { # ENGINE: "dump" writes rows
	dump --order-by 'a, b' >all
	k=0
	is "$1: --after gives what comes after each row" "$(while read -r row
	do
		k=$((k + 1))
		dump --order-by 'a ASC, "b"' --after "$row" | cmp - "all.$k" ||
		    echo "after $row"
	done <all 2>&1)" ''
	dump --order-by a --after '' | cmp -s - all
	status_is "$1: after nothing come all" 0
	run dump --order-by b --after '{"b":"y"}' --where 'a = 2 OR a = 1'
	is "$1: conditions hold as well" "$(jq -c .a "$out" | xargs)" 2
	run dump --order-by 'a DESC' --after '{"a":1}'
	status_is "$1: not in descending order" 2
	run dump --order-by a,b --after '{"a":1}'
	status_is "$1: nor without a value" 2
	err_has "$1: which is named" 'no value for column "b"'
	run dump --after '{"a":1}'
	status_is "$1: nor without an order" 2
	run dump --order-by a --after 1
	status_is "$1: a key is an object" 2
}
cat >after.sql <<'END'
CREATE TABLE k (a integer, b varchar(5), PRIMARY KEY (a, b));
INSERT INTO k VALUES (1, 'it''s'), (1, 'x'), (2, 'a'), (2, 'z"'), (10, '');
END
printf '%s\n' '{"a":1,"b":"it'"'"'s"}' '{"a":1,"b":"x"}' '{"a":2,"b":"a"}' \
    '{"a":2,"b":"z\""}' '{"a":10,"b":""}' >want
for i in 1 2 3 4 5; do sed "1,${i}d" want >"all.$i"; done
sqlite3 -bail a.db <after.sql
dump() { sqlite-dump-json -q "$@" a.db k; }
after SQLite
sqlite3 -bail a.db "CREATE TABLE bytes (k BLOB PRIMARY KEY);
    INSERT INTO bytes VALUES (x''), (x'00'), (x'00ff'), (x'ff');
    CREATE TABLE digits (k TEXT PRIMARY KEY) STRICT;
    INSERT INTO digits VALUES ('1.10'), ('12345678901234567890.1'), ('3'),
    ('-0.5');"
echo '{"title":"digits","properties":{"k":{"type":"number",
    "x-columnType":"numeric"}}}' >digits.json
for table in bytes digits; do
	set -- --order-by k a.db $table
	[ $table = bytes ] || set -- --schema digits.json "$@"
	sqlite-dump-json -q "$@" >all
	k=0
	# shellcheck disable=SC2094  # both read it
	while read -r row; do
		k=$((k + 1))
		sqlite-dump-json -q --after "$row" "$@" >"$out"
		sed "1,${k}d" all | cmp -s - "$out" || echo "$row"
	done <all >wrong
	is "SQLite: after each key of the table $table" "$(cat wrong)" ''
done

if [ -z "${PGHOST-}" ]; then
	skip 'PostgreSQL' 'there is no server'
	finish
fi
createdb resume || exit 1
trap 'dropdb --force resume; rm -rf "$tmp"' EXIT
name=pg-load
load() {
	case $* in
	--status* | --resume-point*) pg-load -d resume "$@" ;;
	*) pg-load -d resume t "$@" ;;
	esac
}
load_other() { pg-load -d resume other "$@"; }
sql() { psql -qAtX -v ON_ERROR_STOP=1 -d resume -c "$1"; }
sql 'CREATE TABLE t (id bigint PRIMARY KEY, name text, odd jsonb);
    CREATE TABLE other (LIKE t)'
cases PostgreSQL
kills PostgreSQL
psql -qX -v ON_ERROR_STOP=1 -d resume -f after.sql
dump() { pg-dump-json -q -d resume "$@" k; }
after PostgreSQL
sql 'DELETE FROM t'
head -n 1000 rows >part
run_with part pg-load -d resume --resume live t
sqlite3 -bail a.db 'DROP TABLE t'
run_with rows sqlite-load -q --create a.db t
sqlite-dump-json -q --order-by id \
    --after "$(pg-load -d resume --resume-point live t)" a.db t |
    pg-load -d resume -q --continue --resume live t >"$out" 2>"$err"
is 'a live source goes on by its key' \
    "$(sql 'SELECT count(*), min(id), max(id) FROM t')" '2500|1|2500'
# Nulls come last there.
psql -qX -d resume -c 'CREATE TABLE n (a integer NOT NULL, b integer, c text)' \
    -c "INSERT INTO n VALUES (1, 1, 'x'), (1, 2, NULL), (1, NULL, 'x'),
    (2, 1, 'y'), (2, 1, NULL), (2, NULL, NULL), (3, NULL, 'z')"
pg-dump-json -q -d resume --order-by a,b,c n >all
k=0
# shellcheck disable=SC2094  # both read it
while read -r row; do
	k=$((k + 1))
	case $row in *null*) continue ;; esac
	pg-dump-json -q -d resume --order-by a,b,c --after "$row" n >"$out"
	sed "1,${k}d" all | cmp -s - "$out" || echo "$row"
done <all >wrong
is 'rows that are null in the key come after the others' "$(cat wrong)" ''
run pg-dump-json -d resume --order-by a,b --after '{"a":1,"b":null}' n
status_is 'and nothing can come after them' 2
run pg-dump-json -d resume --order-by a,b --after '{}' n
status_is 'nor after no key' 2
psql -qX -d resume -c 'CREATE TABLE free (a integer)'
printf '{"a":%d}\n' 1 2 3 >free
run_with free pg-load -d resume --resume free free
run pg-load -d resume --resume-point free
status_is 'a table without key has no point to go on from' 2
err_has 'but all rows can come again' 'give all rows again, without --continue'
run_with rows pg-load -d resume t --on-conflict update --delete-missing \
    --confirm --resume x
status_is 'rows that are skipped are not missing' 2
finish
