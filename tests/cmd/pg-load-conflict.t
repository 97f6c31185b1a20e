#!/bin/sh
# Rows whose key is there: what the table holds afterwards, and the counts, are
# those of a model in jq.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pg.sh"
. "$(dirname "$0")/conflict_model.sh"
own_schema load_conflict
trap 'psql -c "DROP SCHEMA IF EXISTS $schema, ${schema}_ext CASCADE"
    rm -rf "$tmp"' EXIT

make_rows "$tmp/rows"
state() {
	psql -c 'SELECT json_agg(json_build_array(id, a, b, c) ORDER BY id)
	    FROM t' | jq -c .
	counts "$tmp/stats"
}
make_table() { # TYPE KEY REST
	psql -c "DROP TABLE IF EXISTS t; CREATE TABLE t (id $1 $2,
	    a integer DEFAULT 7, b text, c float8 DEFAULT 0.25) $3"
}

# Of a numeric key the client cannot tell that two are the same.
for mode in skip update replace; do
	for table in 'integer|PRIMARY KEY|' 'bigint|UNIQUE|' \
	    'numeric|PRIMARY KEY|' 'int|PRIMARY KEY|PARTITION BY RANGE (id)'; do
		IFS='|' read -r type key rest <<-!
		$table
		!
		make_table "$type" "$key" "$rest"
		[ -z "$rest" ] || psql -c 'CREATE TABLE low PARTITION OF t
		    FOR VALUES FROM (0) TO (20);
		    CREATE TABLE high PARTITION OF t DEFAULT'
		[ "$key" = UNIQUE ] && key='--key ID' || key=
		# shellcheck disable=SC2086
		run_with "$tmp/rows" pg-load -q --stats "$tmp/stats" \
		    --on-conflict $mode $key t
		status_is "$mode, $table: succeeds" 0
		is "$mode, $table: content and counts are those of the model" \
		    "$(state)" "$(model $mode "$tmp/rows")"
	done
	run_with "$tmp/rows" pg-load -q --on-conflict skip \
	    --stats "$tmp/stats" t
	is "$mode: all rows of a second run are skipped" \
	    "$(jq .skipped "$tmp/stats")" 600
done
make_table integer 'PRIMARY KEY' ''
run_with "$tmp/rows" pg-load -q --on-conflict update --update-columns a,B \
    --stats "$tmp/stats" t
is '--update-columns: the others keep what they have' "$(state)" \
    "$(model update "$tmp/rows" a,b)"
make_table integer 'PRIMARY KEY' ''
run_with "$tmp/rows" pg-load -q --batch 7 --on-conflict update \
    --stats "$tmp/stats" t
is 'batches change nothing' "$(state)" "$(model update "$tmp/rows")"

# What is the same is not written: a trigger would see it.
make_table integer 'PRIMARY KEY' ''
psql <<'!'
ALTER TABLE t ADD n numeric, ADD j json;
INSERT INTO t VALUES (1, 1, 'x', 1.5, 1.10, '{"a": 1}'),
 (2, 2, NULL, 2, NULL, NULL);
CREATE TABLE log (id integer);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
 'BEGIN INSERT INTO log VALUES (new.id); RETURN new; END';
CREATE TRIGGER u BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();
!
printf '%s\n' '{"id":1,"b":"x","n":1.10,"j":{"a": 1}}' '{"id":2,"b":null}' \
    '{"id":2,"c":2.0}' '{"id":1,"n":1.1}' >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-conflict update t
err_is 'rows that are the same count as unchanged, another scale does not' \
    'pg-load: t: 4 in, 0 created, 1 updated, 3 unchanged, 0 skipped, 0 rejected'
is 'and are not written' "$(psql -c 'SELECT * FROM log')" 1

# Collations: what they call equal is not the same.
psql <<'!'
CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
DROP TABLE t; CREATE TABLE t (k citext PRIMARY KEY, v citext);
INSERT INTO t VALUES ('A', 'x');
!
printf '%s\n' '{"k":"a","v":"X"}' >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-conflict update t
is 'a change of case is a change' "$(psql -c 'SELECT * FROM t')" 'a|X'
printf '%s\n' '{"k":"b","v":"1"}' '{"k":"B","v":"2"}' '{"k":"B"}' \
    '{"k":"c"}' '{"v":"3","k":"b"}' >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-conflict update t
err_is 'keys that only the server knows to be the same come in order' \
    'pg-load: t: 5 in, 2 created, 2 updated, 1 unchanged, 0 skipped, 0 rejected'
is 'and the last one wins' "$(psql -c "SELECT * FROM t WHERE k = 'b'")" 'b|3'

# The operators that find keys are those of the index, wherever the search path
# leads.
psql <<!
CREATE SCHEMA ${schema}_ext;
CREATE EXTENSION isn SCHEMA ${schema}_ext;
CREATE TABLE far (k ${schema}_ext.isbn13 PRIMARY KEY, v text);
INSERT INTO far VALUES ('978-0-393-04002-9', 'x');
CREATE FUNCTION ${schema}_ext.never(uuid, uuid) RETURNS boolean
 LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR ${schema}_ext.= (leftarg = uuid, rightarg = uuid,
 function = ${schema}_ext.never);
CREATE TABLE near (id uuid PRIMARY KEY, v text);
INSERT INTO near VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'x');
!
printf '%s\n' '{"k":"978-0-393-04002-9","v":"y"}' '{"k":"978-0-11-000222-4"}' \
    >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-conflict update far
err_has 'a key of an extension in a schema out of the way is found' \
    '1 created, 1 updated'
printf '%s\n' '{"id":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","v":"y"}' \
    >"$tmp/rows"
PGOPTIONS="-c search_path=$schema,${schema}_ext,pg_catalog" \
    run_with "$tmp/rows" pg-load --on-conflict update near
err_has 'an operator that stands before the own one is not asked' '1 updated'

# What replace puts in place of what a row does not give.
psql -c "CREATE TABLE defaults (id integer PRIMARY KEY, a integer[] DEFAULT
    '{1,2}', j jsonb DEFAULT '{\"a\":1}', t text DEFAULT 'it''s', n integer)"
printf '%s\n' '{"id":1,"n":1}' >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-conflict replace defaults
run_with "$tmp/rows" pg-load --on-conflict replace defaults
err_has 'with the same defaults a row is unchanged' '1 unchanged'
psql -c "UPDATE defaults SET a = '{3}'"
run_with "$tmp/rows" pg-load --on-conflict replace defaults
err_has 'and with others updated' '1 updated'

# A row that gives not enough for a new one.
psql <<'!'
DROP TABLE t; CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL,
 b text NOT NULL, CONSTRAINT differ CHECK (a <> b));
INSERT INTO t VALUES (1, 'p', 'q');
!
printf '%s\n' '{"id":1,"a":"z"}' '{"id":1,"a":"z"}' >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-conflict update t
err_is 'an update may give less than a new row must have' \
    'pg-load: t: 2 in, 0 created, 1 updated, 1 unchanged, 0 skipped, 0 rejected'
printf '%s\n' '{"id":2,"a":"z"}' '{"id":1,"a":"q"}' '{"id":1,"b":null}' \
    >"$tmp/rows"
run_with "$tmp/rows" pg-load --rejects "$tmp/bad" --on-conflict update t
status_is 'but no more than the table allows' 1
is 'and each reject says what is wrong' \
    "$(jq -c '.why[0] | [.rule, .path]' "$tmp/bad" | sort)" \
    '["check",null]
["not-null","/b"]
["not-null","/b"]'
err_has 'the counts say so' '0 created, 0 updated, 0 unchanged, 0 skipped, 3 rejected'

# Keys of several columns, and what is no key.
psql <<'!'
DROP TABLE t; CREATE TABLE t (a integer, b text, c integer, d text UNIQUE,
 e integer UNIQUE DEFERRABLE, PRIMARY KEY (a, b));
CREATE UNIQUE INDEX part ON t (c) WHERE c > 0;
INSERT INTO t VALUES (1, 'x', 1, 'd1');
!
printf '%s\n' '{"b":"x","a":1,"c":5}' '{"b":"y","a":1,"c":2}' >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-conflict update t
err_has 'a key may have several columns' '1 created, 1 updated'
run_with "$tmp/rows" pg-load --on-conflict skip --key b,a t
err_has 'in any order' '2 skipped'
for key in c e a; do
	run_with "$tmp/rows" pg-load --on-conflict skip --key $key t
	status_is "a partial, deferrable or other index is no key: $key" 2
	err_has "and a hint says what is: $key" \
	    'hint: --on-conflict needs columns that are PRIMARY KEY or UNIQUE'
done
run_with "$tmp/rows" pg-load --on-conflict skip --key nosuch t
err_has 'a key names columns' 't" has no column "nosuch" to be the key'
printf '%s\n' '{"a":9,"c":2}' >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-conflict update t
err_has 'a row must give its key' 'stdin:1: row does not give "b", the key of'
printf '%s\n' '{"a":8,"b":"z"}' '{"a":9,"b":"z","d":"d1"}' >"$tmp/rows"
for mode in update replace; do
	run_with "$tmp/rows" pg-load --on-conflict $mode t
	status_is "another unique key that is broken is an error: $mode" 3
	err_has "with row, name, details and SQLSTATE: $mode" 'pg-load: stdin:2: duplicate key value violates unique constraint "t_d_key": Key (d)=(d1) already exists (SQLSTATE 23505)'
done

# Keys that may be null.
psql <<'!'
DROP TABLE t; CREATE TABLE t (k integer UNIQUE NULLS NOT DISTINCT, v integer);
CREATE TABLE n (k integer UNIQUE, v integer);
!
printf '%s\n' '{"k":null,"v":1}' '{"k":null,"v":2}' '{"k":1,"v":2}' >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-conflict update --key k t
err_has 'null is a key like others when the index says so' \
    '2 created, 1 updated'
run_with "$tmp/rows" pg-load --on-conflict update --key k t
err_has 'and found again' '0 created, 2 updated, 1 unchanged'
run_with "$tmp/rows" pg-load --on-conflict update --key k n
err_has 'else it is no key: such rows are always new' '3 created'

# Triggers.
psql <<'!'
DROP TABLE t; CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
 IF new.a = 'ignore' THEN RETURN NULL; END IF;
 IF new.a = 'raise' THEN RAISE 'no such thing' USING detail = 'at all'; END IF;
 IF new.a = 'upper' THEN new.a := 'UPPER'; END IF;
 RETURN new;
END $$;
CREATE TRIGGER o BEFORE INSERT OR UPDATE ON t FOR EACH ROW
 EXECUTE FUNCTION odd();
!
printf '%s\n' '{"id":1,"a":"x"}' '{"id":2,"a":"ignore"}' '{"id":3,"a":"raise"}' \
    '{"id":4,"a":"upper"}' >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-error reject t
err_is 'a trigger may leave out a row or refuse it' \
    'pg-load: stdin:3: no such thing: at all (SQLSTATE P0001)
pg-load: t: 4 in, 2 created, 0 updated, 0 unchanged, 1 skipped, 1 rejected'
printf '%s\n' '{"id":1,"a":"y"}' '{"id":1,"a":"ignore"}' '{"id":3,"a":"ignore"}' \
    '{"id":4,"a":"UPPER"}' '{"id":5,"a":"upper"}' >"$tmp/rows"
run_with "$tmp/rows" pg-load --on-conflict update t
err_is 'also when it would be updated; what it changes is written once' \
    'pg-load: t: 5 in, 1 created, 1 updated, 1 unchanged, 2 skipped, 0 rejected'

# Rows that did not come.
psql -c 'TRUNCATE t' -c "INSERT INTO t SELECT i, 'v' || i
    FROM generate_series(1, 9) AS i"
printf '%s\n' '{"id":1,"a":"v1"}' '{"id":2,"a":"new"}' '{"id":20,"a":"v"}' \
    >"$tmp/rows"
sync='--on-conflict update --delete-missing'
# shellcheck disable=SC2086
{
run_with "$tmp/rows" pg-load $sync t
status_is '--delete-missing needs --confirm' 2
run_with "$tmp/rows" pg-load $sync --confirm --limit 2 t
status_is 'and all rows' 2
run_with "$tmp/rows" pg-load --delete-missing --confirm t
status_is 'and a key' 2
run_with "$tmp/rows" pg-load $sync --dry-run t
err_has 'or --dry-run, which tells what it would do' \
    't: 7 rows deleted that did not come'
is 'and does nothing' "$(psql -c 'SELECT count(*) FROM t')" 9
run_with /dev/null pg-load $sync --confirm t
status_is 'no row at all is refused' 3
{ cat "$tmp/rows"; echo '{"id":3,"a":[1'; } >"$tmp/odd"
run_with "$tmp/odd" pg-load $sync --confirm --on-error reject t
status_is 'so are rejects' 3
is 'and nothing was deleted' "$(psql -c 'SELECT count(*) FROM t')" 9
run_with "$tmp/rows" pg-load $sync --confirm --stats "$tmp/stats" t
status_is 'the table becomes like the stream' 0
is 'whole' "$(psql -c 'SELECT * FROM t ORDER BY id')" '1|v1
2|new
20|v'
is 'and the statistics say so' "$(jq -c '.tables[0] | [.created, .updated,
    .unchanged, .deleted]' "$tmp/stats")" '[1,1,1,7]'
run_with "$tmp/rows" pg-load $sync --confirm --batch 1 t
err_has 'a second time nothing changes, in batches too' '3 unchanged'
printf '%s\n' '{"k":null,"v":1}' >"$tmp/odd"
run_with "$tmp/odd" pg-load $sync --confirm --key k n
status_is 'a row without a key cannot be told from one that did not come' 3
err_has 'and is refused' 'stdin:1:6: column "k" of the key is null'
run_with /dev/null pg-load $sync --confirm --force t
is 'nothing is left when that is forced' "$(psql -c 'SELECT count(*) FROM t')" 0
}
finish
