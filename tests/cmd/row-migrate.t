#!/bin/sh
# row-migrate: what each command does, on SQLite and on PostgreSQL.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

# A step of SQL: NAME, up, down.
step() {
	mkdir -p "migrations/$1"
	printf '%s\n' "$2" >"migrations/$1/up.sql"
	[ -z "${3-}" ] || printf '%s\n' "$3" >"migrations/$1/down.sql"
}

# A script: NAME, its lines, those of its down.
script() {
	mkdir -p "migrations/$1"
	printf '#!/bin/sh\n%s\n' "$2" >"migrations/$1/up"
	printf '#!/bin/sh\n%s\n' "${3-:}" >"migrations/$1/down"
	chmod +x "migrations/$1/up" "migrations/$1/down"
}

fresh() {
	rm -rf migrations app.db* mended
	[ "$engine" = sqlite ] || psql -qc 'DROP SCHEMA public CASCADE' \
	    -c 'CREATE SCHEMA public' 2>"$tmp/null"
}

sql() {
	if [ "$engine" = sqlite ]; then sqlite3 app.db "$1"
	else psql -Atqc "$1"; fi
}

m() { run row-migrate -d "$target" "$@"; }

states() {
	sql 'SELECT state FROM rowpipe_migrations ORDER BY name' | xargs
}

lifecycle() {
	fresh
	m new 20260101_first
	status_is "$engine: new" 0
	m up
	status_is "$engine: the template of new runs" 0
	step 20260102_a 'CREATE TABLE a (id integer PRIMARY KEY, t text);
INSERT INTO a VALUES (1, '\''x;y'\''), (2, '\''z'\'');' 'DROP TABLE a;'
	echo 'SELECT count(*) = 2 FROM a;' >migrations/20260102_a/verify.sql
	step 20260103_b 'UPDATE a SET t = upper(t);' \
	    'UPDATE a SET t = lower(t);'
	m status --json
	is "$engine: status --json names the next command, once" \
	    "$(jq -r 'select(.next).name, .next // empty' "$out" | sort)" \
	    "20260102_a
row-migrate -d $target up"
	m up --dry-run
	is "$engine: a dry run does nothing" "$(states)" completed
	err_has "$engine: a dry run says what would be run" \
	    '20260103_b: would be applied: SQL, in a transaction'
	m up --to 20260102_a
	is "$engine: up --to stops there" "$(states)" 'completed completed'
	m up
	is "$engine: up goes on" "$(sql 'SELECT t FROM a ORDER BY id' | xargs)" \
	    'X;Y Z'
	is "$engine: rows are counted" "$(sql 'SELECT row_count FROM
	    rowpipe_migrations ORDER BY name' | xargs)" '0 2 2'
	m up
	err_has "$engine: up again has nothing to do" '0 applied'
	m status
	status_is "$engine: status finds nothing wrong" 0
	m verify
	status_is "$engine: what is applied verifies" 0
	sql 'DELETE FROM a WHERE id = 1'
	m verify
	status_is "$engine: a verify that does not hold is a finding" 1
	err_has "$engine: verify says what" '20260102_a: verify failed'
	m down
	status_is "$engine: down wants to know how far" 2
	m down --steps 9
	status_is "$engine: down --steps beyond what is applied" 2
	m down --to 20260102_a
	is "$engine: down --to takes back what came later" \
	    "$(sql 'SELECT t FROM a'; states)" 'z
completed completed rolled back'
	m down --to 0
	is "$engine: down --to 0 takes back all" "$(states)" \
	    'rolled back rolled back rolled back'
	m up
	is "$engine: and up makes it again" "$(states)" \
	    'completed completed completed'
	m log
	is "$engine: log has each run" \
	    "$(grep -cE ' (up|down) ' "$out")" 9
	m status --json
	is "$engine: status --json has a row for each" \
	    "$(jq -r '"\(.name) \(.state) \(.rows)"' "$out")" \
	    '20260101_first completed 0
20260102_a completed 2
20260103_b completed 2'
	is "$engine: the digest of the text is that of sha256sum" \
	    "$(jq -r 'select(.name == "20260103_b").hash' "$out")" \
	    "$(sha256sum <migrations/20260103_b/up.sql | cut -d ' ' -f 1)"
}

failures() {
	fresh
	step 1_a 'CREATE TABLE a (id integer);' 'DROP TABLE a;'
	step 2_b 'INSERT INTO a VALUES (1);
SELECT * FROM nowhere;'
	step 3_c 'INSERT INTO a VALUES (3);'
	m up
	status_is "$engine: a statement that fails" 4
	err_has "$engine: its file and line are said" \
	    'migrations/2_b/up.sql:2: '
	err_has "$engine: and the next command" \
	    "when the cause is mended: row-migrate -d $target up"
	is "$engine: nothing of the step is left, and nothing after it ran" \
	    "$(sql 'SELECT count(*) FROM a')" 0
	m status
	status_is "$engine: status after a failure" 1
	is "$engine: status explains it" \
	    "$(grep -c '^"2_b": its up failed at .*nothing is left' "$out")" 1
	is "$engine: status names the next command" \
	    "$(sed -n 's/^Next: //p' "$out")" "row-migrate -d $target up"
	step 2_b 'INSERT INTO a VALUES (2);'
	m up
	is "$engine: up goes on when it is mended" "$(states)" \
	    'completed completed completed'
	m down --steps 1
	status_is "$engine: a migration without down cannot be taken back" 3
	err_has "$engine: and says how it could" 'write migrations/3_c/down.sql'
	step 4_d '-- irreversible: rows are gone
DELETE FROM a;'
	m up
	m down --to 4_d
	m down --steps 1
	err_is "$engine: an irreversible one says why" \
	    'row-migrate: migration "4_d" is irreversible: "rows are gone"
hint: go on with a new migration, or restore a backup'
	step 4_f 'SELECT 1;' 'SELECT * FROM nowhere;'
	m up
	m down --steps 1
	status_is "$engine: a down that fails in its transaction" 4
	err_has "$engine: says how to go on" "row-migrate -d $target down --steps 1"
	m status
	status_is "$engine: has changed nothing" 0
	is "$engine: but status tells of it" \
	    "$(grep '^"4_f": its down failed at .* applied as before' "$out" |
		grep -o '"row-migrate [^"]*"')" \
	    "\"row-migrate -d $target down --to 4_d\""
	step 4_f 'SELECT 1;' 'SELECT 2;'
	m down --steps 1
	m up
	m status
	is "$engine: until it succeeds" "$(grep -c 'its down failed' "$out")" 0
	m log nix
	status_is "$engine: log of one that there is not" 2
	step 5_e 'CREATE TABLE e (x integer);'
	echo 'SELECT 1; SELECT 0' >migrations/5_e/verify.sql
	m up
	is "$engine: a verify that fails takes its up with it" \
	    "$(m status; grep -o '5_e  *failed' "$out" | xargs;
	    sql 'SELECT count(*) FROM e' 2>/dev/null)" '5_e failed'
}

scripts() {
	fresh
	# shellcheck disable=SC2016
	script 1_s 'echo "$ROWPIPE_MIGRATION $ROWPIPE_RUN $ROWPIPE_FRAME"
echo "7 10" >>"$ROWPIPE_PROGRESS"
echo oops >&2
[ -e mended ]' 'echo "$ROWPIPE_RUN"; [ -e mended ]'
	m up
	status_is "$engine: a script that fails" 4
	err_has "$engine: its output is shown" '1_s 1_s 1'
	err_has "$engine: its last line is taken for the reason" \
	    'hint: it said last: oops'
	is "$engine: it is written down" "$(sql 'SELECT state, status,
	    row_count, output FROM rowpipe_migrations' | xargs)" \
	    'failed|1|7|1_s 1_s 1 oops'
	m status
	is "$engine: status explains it" "$(grep -c \
	    'mend the cause, and let the script run again' "$out")" 1
	touch mended
	m up
	is "$engine: up runs it again" "$(states)" completed
	rm mended
	m down --steps 1
	status_is "$engine: a down that fails" 4
	is "$engine: it is neither there nor away" "$(states)" failed
	m status
	is "$engine: resume goes on with it" "$(sed -n 's/^Next: //p' "$out")" \
	    "row-migrate -d $target resume"
	touch mended
	m resume
	is "$engine: and it does" "$(states)" 'rolled back'
	m log 1_s
	is "$engine: log NAME has what it said" \
	    "$(grep -c '^    1_s.down' "$out")" 2
	# shellcheck disable=SC2016
	script 2_t 'echo "{\"program\":\"x\",\"in\":42}" >"$ROWPIPE_PROGRESS"
[ "$(cat)" = "" ]'
	m up
	is "$engine: rows are those of --stats" "$(sql "SELECT row_count FROM
	    rowpipe_migrations WHERE name = '2_t'")" 42
}

problems() {
	fresh
	step 1_a 'CREATE TABLE a (id integer);' 'DROP TABLE a;'
	step 3_c '-- depends: 1_a
CREATE TABLE c (id integer);' 'DROP TABLE c;'
	m up
	step 2_b 'CREATE TABLE b (id integer);' 'DROP TABLE b;'
	m up
	status_is "$engine: out of order stops up" 3
	err_has "$engine: it is named" \
	    '"2_b" is not applied, but comes before "3_c", which is'
	m up --allow-out-of-order
	status_is "$engine: --allow-out-of-order" 0
	m down --steps 1
	is "$engine: down takes back what was applied last" "$(states)" \
	    'completed rolled back completed'
	m baseline 2_b
	is "$engine: baseline" "$(states)" 'completed completed completed'

	printf 'CREATE TABLE a (id integer);\r\n' >migrations/1_a/up.sql
	m up
	status_is "$engine: other ends of lines are no change" 0
	echo '-- more' >>migrations/1_a/up.sql
	m up
	status_is "$engine: a changed script stops up" 3
	err_has "$engine: it is named" \
	    'migration "1_a" has changed since it was applied'
	m accept 1_a
	m up
	status_is "$engine: accept" 0

	step 4_d '-- depends: 1_a 9_z
SELECT 1;'
	m up
	err_has "$engine: a missing dependency is named" \
	    'migration "4_d" depends on "9_z", which is not there'
	step 4_d '-- depends: 5_e
SELECT 1;'
	step 5_e '-- depends: 4_d
SELECT 1;'
	m up
	err_has "$engine: a circle is named" 'in a circle: '
	m status
	status_is "$engine: status with problems" 1
	is "$engine: status says them" "$(grep -c '^Problem: ' "$out")" 1
	rm -r migrations/[45]_*
	step 4_d '-- dependz: 1_a
SELECT 1;'
	m up
	err_has "$engine: a misspelt field is named" \
	    'migrations/4_d/up.sql: field "dependz" is not known'
	step 4_d 'BEGIN; SELECT 1; COMMIT;'
	m up
	err_has "$engine: transaction control is refused" \
	    'statement "BEGIN" has no place here'
	step 4_d "SELECT 'COMMIT; BEGIN;' -- COMMIT;
/* ROLLBACK; */;"
	m up
	status_is "$engine: but not what only looks like it" 0
	mv migrations/4_d elsewhere
	m up
	status_is "$engine: one that is gone does not stop up" 0
	m down --steps 1
	err_has "$engine: but down" 'it is not in the folder'
	rm -rf elsewhere
}

order() {
	fresh
	step 1_a '-- depends: 3_c
INSERT INTO t VALUES (1);'
	step 2_b '-- depends: 3_c
INSERT INTO t VALUES (2);'
	step 3_c 'CREATE TABLE t (n integer);'
	m up
	is "$engine: dependencies come first, names decide otherwise" \
	    "$(sql 'SELECT name FROM rowpipe_migration_runs ORDER BY id' |
		xargs)" '3_c 1_a 2_b'
	mkdir migrations/4_d
	echo 'SELECT 1;' >migrations/4_d/up.pg.sql
	echo 'SELECT 2;' >migrations/4_d/up.sqlite.sql
	mkdir migrations/5_e
	echo '-- target: pg' >migrations/5_e/up.pg.sql
	mkdir migrations/6_f
	echo '-- target: sqlite' >migrations/6_f/up.sql
	m up
	is "$engine: each engine has its own" \
	    "$(sql 'SELECT name FROM rowpipe_migrations ORDER BY name' |
		xargs)" "1_a 2_b 3_c 4_d $1"
}

squashed() {
	fresh
	step 1_a 'CREATE TABLE a (id integer);'
	step 2_b 'CREATE TABLE b (id integer);'
	m up
	rm -r migrations/*
	step 3_ab '-- replaces: 1_a 2_b
CREATE TABLE a (id integer); CREATE TABLE b (id integer);'
	m up
	is "$engine: what replaces others is not run where they were" \
	    "$(states)" 'squashed squashed completed'
	m status
	status_is "$engine: and nothing is missed" 0
}

two() {
	fresh
	script 1_s 'touch begun; while [ ! -e mended ]; do sleep 0.1; done'
	row-migrate -d "$target" up 2>/dev/null &
	while [ ! -e begun ]; do sleep 0.1; done
	m up
	status_is "$engine: a second runner" 4
	err_has "$engine: says who holds the lock" \
	    'somebody else runs migrations on'
	m status
	is "$engine: and so does status" \
	    "$(grep -c '^Somebody runs migrations now: ' "$out")" 1
	is "$engine: status says that it is running now" \
	    "$(grep -c 'is running now (' "$out")" 1
	(sleep 0.5; touch mended) &
	m up --wait 20
	status_is "$engine: --wait waits" 0
	wait
	is "$engine: and it ran once" \
	    "$(sql 'SELECT count(*) FROM rowpipe_migration_runs')" 1
	rm -f begun mended
}

killed() {
	fresh
	script 1_s 'echo $$ >pid; touch begun; exec sleep 30'
	row-migrate -d "$target" up 2>/dev/null &
	runner=$!
	while [ ! -e begun ]; do sleep 0.1; done
	kill -KILL "$runner"
	wait "$runner" 2>/dev/null
	m up --wait 10 --to nothing
	status_is "$engine: the lock of one that was killed is free" 2
	is "$engine: and its script has ended" \
	    "$(ps -o stat= -p "$(cat pid)" | grep -v '^Z')" ''
	m status
	status_is "$engine: status after SIGKILL" 1
	is "$engine: it says what happened" \
	    "$(grep -c 'and never ended: whoever ran it was killed' "$out")" 1
	script 1_s :
	m up
	is "$engine: up goes on" "$(states)" completed
	is "$engine: log tells of the run that was killed" "$(sql \
	    'SELECT state, reason FROM rowpipe_migration_runs ORDER BY id' |
	    head -n 1)" 'failed|it never ended: its runner was killed, or the machine stopped'
	rm -f begun pid
	script 2_t 'touch begun; sleep 30'
	row-migrate -d "$target" up 2>/dev/null &
	runner=$!
	while [ ! -e begun ]; do sleep 0.1; done
	kill -TERM "$runner"
	wait "$runner"
	is "$engine: SIGTERM ends the script, and is written down" \
	    "$(sql "SELECT state, reason FROM rowpipe_migrations
		WHERE name = '2_t'")" \
	    'failed|migrations/2_t/up was ended by SIGTERM'
	rm -f begun
}

all() {
	lifecycle
	failures
	scripts
	problems
	order "$1"
	squashed
	two
	killed
}

engine=sqlite target=sqlite:app.db
all 6_f
if [ -n "${PGHOST-}" ]; then
	createdb row_migrate 2>/dev/null
	PGDATABASE=row_migrate
	export PGDATABASE
	engine=pg target=row_migrate
	all 5_e
else
	skip 'the same on PostgreSQL' 'no server'
fi
finish
