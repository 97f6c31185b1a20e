#!/bin/sh
# pg-load: rows, tables, rejects, transactions, and what goes wrong.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pg.sh"

own_schema load
trap 'psql -c "DROP SCHEMA IF EXISTS $schema CASCADE" \
    -c "DROP ROLE IF EXISTS ${schema}_role"; rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

table() { psql -c "SELECT coalesce(json_agg(t ORDER BY t::text), '[]')
    FROM (SELECT * FROM $1) AS t"; }

# Plain rows.
psql -c "CREATE TABLE t (id integer PRIMARY KEY, a text DEFAULT 'd',
    n numeric)"
printf '%s\n' '{"id":1,"a":"x\ty\\\nz","n":1.10}' '{"n":2,"id":2}' \
    '{"a":null,"id":3}' >rows
run_with rows pg-load t
status_is 'rows are stored' 0
err_is 'and counted' \
    'pg-load: t: 3 in, 3 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected'
out_is 'standard output stays empty' ''
is 'what is absent gets the default, null stays null' \
    "$(psql -c 'SELECT row_to_json(t) FROM t ORDER BY id')" \
    '{"id":1,"a":"x\ty\\\nz","n":1.10}
{"id":2,"a":"d","n":2}
{"id":3,"a":null,"n":null}'
run_with rows pg-load t
status_is 'a key that exists ends the run' 3
err_is 'with the row, the constraint and what is there' \
    'pg-load: stdin:1: duplicate key value violates unique constraint "t_pkey": Key (id)=(1) already exists (SQLSTATE 23505)
pg-load: nothing was committed
pg-load: t: 3 in, 0 created, 0 updated, 0 unchanged, 0 skipped, 1 rejected, 2 rolled back'
run_with /dev/null pg-load t
err_is 'no rows are no trouble' \
    'pg-load: t: 0 in, 0 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected'
printf '{"id":7}\n\n{"id":8}' >odd
run_with odd pg-load t
err_has 'an empty line is none, a last line needs no LF' '2 in, 2 created'
printf '%s\n' '{}' '{}' >odd
psql -c 'CREATE TABLE free (id serial, a text)'
run_with odd pg-load free
is 'a row may give nothing at all' "$(psql -c 'SELECT id FROM free')" '1
2'
printf '%s\n' '{"id":9}' '{"id":10' >odd
run_with odd pg-load t
status_is 'bad JSON ends the run' 3
is 'and nothing is stored' "$(psql -c 'SELECT count(*) FROM t WHERE id > 8')" 0
run_with odd pg-load --dry-run --on-error reject t
err_has 'a dry run says the same' '2 in, 1 created, 0 updated, 0 unchanged, 0 skipped, 1 rejected'
is 'and stores nothing' "$(psql -c 'SELECT count(*) FROM t WHERE id > 8')" 0
jq -nc '{id: 100, a: ("long " * 2000000)}' >odd
run_with odd pg-load t
is 'a row may be huge' "$(psql -c 'SELECT length(a) FROM t WHERE id = 100')" \
    10000000

# What the catalogs know is told before anything is sent.
psql <<'!'
CREATE TYPE status AS ENUM ('NEW', 'DONE');
CREATE TABLE strict (id smallint NOT NULL, status status, name varchar(3),
 u uuid, at timestamptz, twice integer GENERATED ALWAYS AS (id * 2) STORED,
 num integer GENERATED ALWAYS AS IDENTITY);
!
bad() { # RULE PATH ROW
	printf '%s\n' "$3" >odd
	run_with odd pg-load --rejects bad strict
	is "is refused: $3" "$(jq -c '[.why[0].rule, .why[0].path]' bad)" \
	    "[\"$1\",$2]"
}
bad not-null '"/id"' '{"id":null}'
bad required null '{"status":"NEW"}'
bad range '"/id"' '{"id":40000}'
bad type '"/id"' '{"id":"x"}'
bad enum '"/status"' '{"id":1,"status":"new"}'
bad maxLength '"/name"' '{"id":1,"name":"long"}'
bad uuid '"/u"' '{"id":1,"u":"1234"}'
bad timestamp '"/at"' '{"id":1,"at":"2024-02-30T00:00:00Z"}'
bad nul '"/name"' '{"id":1,"name":"a\u0000"}'
bad unknown null '{"id":1,"stauts":"NEW"}'
bad generated null '{"id":1,"twice":2}'
bad generated null '{"id":1,"num":2}'
run_with odd pg-load strict
err_is 'with place and remedy' \
    "pg-load: stdin:1:9: column \"num\" of table \"$schema.strict\" is an identity GENERATED ALWAYS
hint: --overriding-system stores the numbers that rows give, --ignore-unknown has new ones made
pg-load: nothing was committed
pg-load: strict: 1 in, 0 created, 0 updated, 0 unchanged, 0 skipped, 1 rejected"
printf '%s\n' '{"id":1,"stauts":"NEW","twice":9,"num":9}' >odd
run_with odd pg-load --ignore-unknown strict
is '--ignore-unknown leaves them out' "$(table strict | jq -c '.[0] |
    [.id, .status, .twice, .num]')" '[1,null,2,1]'
printf '%s\n' '{"id":5,"num":50}' >odd
run_with odd pg-load --overriding-system strict
is '--overriding-system takes the number' \
    "$(psql -c 'SELECT num FROM strict WHERE id = 5')" 50
err_has 'and the sequence is moved past it' \
    "$schema.strict.num: sequence $schema.strict_num_seq was moved to 50"
printf '%s\n' '{"id":5,"num":40}' >odd
run_with odd pg-load --overriding-system strict
err_is 'but never back' \
    'pg-load: strict: 1 in, 1 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected'

# What only the server knows costs the one row.
psql <<'!'
CREATE TABLE parents (id integer PRIMARY KEY);
INSERT INTO parents VALUES (1), (2);
CREATE TABLE children (id integer PRIMARY KEY, parent integer NOT NULL
 REFERENCES parents, v text CONSTRAINT short CHECK (length(v) < 5),
 r int4range, EXCLUDE USING gist (r WITH &&));
!
jq -nc 'range(5000) | {id: ., parent: 1, v: "ok"} |
    if . == {id: 17, parent: 1, v: "ok"} then .parent = 3
    elif .id == 999 then .v = "too long"
    elif .id == 3000 then .id = 5
    elif .id == 4000 or .id == 4001 then .r = "[1,9)"
    elif .id == 4999 then .r = "[3,3" else . end' >rows
run_with rows pg-load --rejects bad --stats stats children
status_is 'rows that the server refuses become rejects' 1
err_is 'all others are stored' \
    'pg-load: children: 5000 in, 4995 created, 0 updated, 0 unchanged, 0 skipped, 5 rejected'
is 'each says what is broken and where it stood' \
    "$(jq -c '[.at.line, .why[0].rule, .why[0].path]' bad)" \
    '[18,"foreign-key","/parent"]
[1000,"check",null]
[3001,"unique","/id"]
[4002,"exclusion",null]
[5000,"type","/r"]'
is 'in the words of the server' "$(jq -r '.why[0].message' bad | head -n 1)" \
    'insert or update on table "children" violates foreign key constraint "children_parent_fkey": Key (parent)=(3) is not present in table "parents" (SQLSTATE 23503)'
psql -c 'INSERT INTO parents VALUES (3)'
jq -c '.row | if .id == 5 then .id = 3000 else . end |
    if .v == "too long" then .v = "ok" else . end | .r = null' bad >mended
run_with mended pg-load children
err_is 'mended rejects can be fed back' \
    'pg-load: children: 5 in, 5 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected'
is 'and then all is there' "$(psql -c 'SELECT count(*), sum(id) FROM children')" \
    '5000|12497500'
run_with rows pg-load --rejects bad --max-rejects 3 children
status_is 'too many rejects end the run' 3
is 'and are kept' "$(wc -l <bad)" 4
psql -c 'TRUNCATE children'
for mode in error update; do
	run_with rows pg-load --on-conflict $mode children
	err_has "without rejects the first bad row is named: $mode" 'stdin:1000: '
	status_is "and ends the run: $mode" 3
done
run_with rows pg-load --on-conflict update --rejects bad children
err_has 'through staging the same rows are refused, and one updates another' \
    '4996 created, 0 updated, 1 unchanged, 0 skipped, 3 rejected'

printf '%s\n' '{"id":1,"parent":1,"r":"[9,1)"}' >odd
for mode in error update; do
	run_with odd pg-load --on-conflict $mode children
	err_has "the column at fault is named: $mode" \
	    'stdin:1: column "r": range lower bound'
done

# Rows of more shapes than a batch has lanes, and names that need quotes.
psql -c "CREATE TABLE wide (id integer PRIMARY KEY, $(seq -s ' integer, c' \
    1 40 | sed 's/^/c/') integer)"
jq -nc 'range(3000) | {id: ., ("c\(. % 40 + 1)"): .,
    ("c\(. / 40 % 40 | floor + 1)"): 1}' >rows
for mode in error update; do
	run_with rows pg-load --on-conflict $mode wide
	err_has "rows of a thousand shapes are stored: $mode" '3000 created'
	is "and are what they were: $mode" "$(psql -c 'SELECT
	    jsonb_strip_nulls(to_jsonb(w)) FROM wide AS w ORDER BY id' |
	    jq -cS . | cksum)" "$(jq -cS . rows | cksum)"
	[ $mode = update ] || psql -c 'TRUNCATE wide'
done
psql -c 'CREATE TABLE "Odd %s ""T" ("a b" integer PRIMARY KEY, "%d""q" text,
    "n" integer GENERATED BY DEFAULT AS IDENTITY)'
printf '%s\n' '{"a b":1,"%d\"q":"1%s"}' '{"a b":2,"n":77}' \
    '{"a b":1,"%d\"q":"x"}' >rows
run_with rows pg-load --on-conflict update --key '"a b"' '"Odd %s ""T"'
err_has 'odd names are names' '2 created, 1 updated'
is 'in all statements' "$(psql -c 'SELECT "%d""q", n FROM "Odd %s ""T"
    ORDER BY 1')" 'x|1
|77'

# Deferred constraints.
psql -c 'CREATE TABLE later (id integer PRIMARY KEY, ref integer CONSTRAINT l
    REFERENCES later DEFERRABLE INITIALLY DEFERRED)'
printf '%s\n' '{"id":1,"ref":2}' '{"id":2,"ref":1}' >rows
run_with rows pg-load later
status_is 'what is deferred may come in any order' 0
printf '%s\n' '{"id":3,"ref":9}' >rows
run_with rows pg-load later
status_is 'but must be there in the end' 3
err_has 'and it is said what is not' 'violates foreign key constraint "l" (SQLSTATE 23503): Key (ref)=(9) is not present in table "later"'
run_with rows pg-load --on-error reject --session \
    'SET CONSTRAINTS ALL IMMEDIATE' later
err_has '--session checks it row by row' 'stdin:1: insert or update on table'

# Rows that refer to others of their table may come before these.
psql -c 'CREATE TABLE staff (id integer PRIMARY KEY, boss integer
    CONSTRAINT b REFERENCES staff, v text)'
jq -nc 'range(20000) | {id: (20000 - .), boss: (19999 - .)} |
    if .boss == 0 then del(.boss) else . end' >rows
for mode in error update; do
	run_with rows pg-load --on-conflict $mode staff
	err_has "all of a long chain, last one first: $mode" '20000 created'
	[ $mode = update ] || psql -c 'TRUNCATE staff'
done
run_with rows pg-load --on-conflict update staff
err_has 'and a second time' '20000 unchanged'
psql -c 'TRUNCATE staff'
jq -nc 'range(300) | {id: (300 - .), boss: (299 - .)} | if .boss == 0
    then del(.boss) elif .id == 100 then .boss = 7000 else . end' >rows
run_with rows pg-load --rejects bad staff
err_has 'one of them that is bad breaks the chain: what comes after it is refused' \
    '99 created, 0 updated, 0 unchanged, 0 skipped, 201 rejected'
is 'each for that' "$(jq -r '.why[0].rule' bad | sort | uniq -c |
    tr -s ' ')" ' 201 foreign-key'
psql -c 'TRUNCATE staff'
run_with rows pg-load staff
status_is 'or the run ends' 3
err_has 'with a row that cannot be stored' 'pg-load: stdin:1: insert or update'
err_has 'and what may help' 'sort the rows or make the constraint DEFERRABLE'

# Several tables, one transaction.
psql -c 'TRUNCATE parents, children'
printf '%s\n' '{"id":1}' >p1; printf '%s\n' '{"id":2}' >p2
printf '%s\n' '{"id":1,"parent":2}' >c
run pg-load parents=p1 parents=p2 children=c
status_is 'several tables are loaded in one run' 0
is 'all of them' "$(psql -c 'SELECT count(*) FROM parents, children')" 2
psql -c 'TRUNCATE parents, children'
run pg-load children=c parents=p1 parents=p2
status_is 'a foreign key wants its order' 3
err_has 'and says so' 'hint: load the table referred to first'
printf '%s\n' '{"id":2,"parent":7}' >c
run pg-load parents=p1 parents=p2 children=c
is 'all or nothing' "$(psql -c 'SELECT count(*) FROM parents')" 0
run pg-load "$schema.t=p1" t=p2
status_is 'a table is named once' 2

# Batches.
psql -c 'TRUNCATE t'
jq -nc 'range(1; 11) | {id: (if . == 8 then 1 else . end)}' >rows
run_with rows pg-load --batch 3 t
status_is 'a bad row ends a run in batches' 3
err_is 'what was committed stays, and is told' \
    'pg-load: stdin:8: duplicate key value violates unique constraint "t_pkey": Key (id)=(1) already exists (SQLSTATE 23505)
pg-load: the first 6 rows stay committed, the rest was rolled back
pg-load: t: 9 in, 6 created, 0 updated, 0 unchanged, 0 skipped, 1 rejected, 2 rolled back'
is 'it is there' "$(psql -c 'SELECT count(*) FROM t')" 6
run_with rows pg-load --batch 3 --on-conflict skip t
err_has 'staging lasts from batch to batch' '3 created, 0 updated, 0 unchanged, 7 skipped'

psql -c 'CREATE TABLE numbered (id serial PRIMARY KEY)'
printf '%s\n' '{"id":10}' '{"id":20}' '{"id":30}' '{"id":20}' >rows
run_with rows pg-load --batch 2 numbered
err_has 'sequences are moved past what stays' 'was moved to 20'
is 'and not farther' "$(psql -c 'SELECT last_value FROM numbered_id_seq')" 20
psql -c 'CREATE TABLE few (id integer GENERATED BY DEFAULT AS IDENTITY
    (MAXVALUE 9))'
echo '{"id":10}' >few
run_with few pg-load few
status_is 'a number beyond the bounds of its sequence is a finding' 1
err_has 'which says so' 'few_id_seq cannot be moved past 10'
run_with rows pg-load numbered
is 'when nothing stays they are left alone' \
    "$(psql -c 'SELECT last_value FROM numbered_id_seq')" 20

# Frames.
printf '%s\n' '{"@stream":{"v":1,"source":"file"}}' '{"id":50}' >rows
run_with rows pg-load t
status_is 'a stream that is not whole is not committed' 5
is 'really' "$(psql -c 'SELECT count(*) FROM t WHERE id = 50')" 0

# Other relations.
psql <<'!'
CREATE VIEW simple AS SELECT id, a FROM t;
CREATE VIEW grouped AS SELECT count(*) AS n FROM t;
CREATE MATERIALIZED VIEW made AS SELECT 1 AS n;
CREATE VIEW instead AS SELECT 1 AS x;
CREATE TABLE log (x integer);
CREATE FUNCTION instead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF new.x < 0 THEN RETURN NULL; END IF;
INSERT INTO log VALUES (new.x); RETURN new; END $$;
CREATE TRIGGER i INSTEAD OF INSERT ON instead FOR EACH ROW
 EXECUTE FUNCTION instead();
CREATE SEQUENCE seq;
!
printf '%s\n' '{"id":70,"a":"v"}' '{"id":71}' >rows
run_with rows pg-load simple
err_has 'a view that can be updated takes rows' '2 created'
run_with rows pg-load --on-conflict update simple
status_is 'but has no key' 2
printf '%s\n' '{"x":1}' '{"x":-1}' >rows
run_with rows pg-load instead
err_has 'a trigger may take the rows of a view' '1 created, 0 updated, 0 unchanged, 1 skipped'
for what in grouped made seq nosuch; do
	run_with rows pg-load $what
	status_is "takes no rows: $what" 4
done
run_with rows pg-load childrn
err_has 'a wrong name draws a guess' 'hint: did you mean children?'

# Permissions and row security.
psql <<!
CREATE ROLE ${schema}_role;
GRANT USAGE ON SCHEMA $schema TO ${schema}_role;
CREATE TABLE mine (id serial PRIMARY KEY, who text);
INSERT INTO mine VALUES (5, 'me'), (6, 'you');
ALTER TABLE mine ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON mine USING (who = 'me');
GRANT SELECT, INSERT, UPDATE ON mine TO ${schema}_role;
!
printf '%s\n' '{"id":5,"who":"me"}' >rows
role="SET ROLE ${schema}_role"
run_with rows pg-load --session "$role" t
status_is 'what is not permitted ends the run' 4
err_has 'before anything is read' 'permission denied for table t (SQLSTATE 42501)'
err_has 'and a hint says what would help' "GRANT INSERT ON \"$schema.t\""
printf '%s\n' '{"id":20,"who":"me"}' '{"id":21,"who":"you"}' >rows
run_with rows pg-load --on-error reject --session "$role" mine
err_has 'row security refuses single rows' 'pg-load: stdin:2: new row violates row-level security policy for table "mine" (SQLSTATE 42501)'
err_has 'and others are stored' '2 in, 1 created, 0 updated, 0 unchanged, 0 skipped, 1 rejected'
status_is 'a sequence that may not be moved is a finding' 1
err_has 'which is said' "sequence $schema.mine_id_seq may be behind"
printf '%s\n' '{"id":5,"who":"me"}' '{"id":20,"who":"me"}' >rows
run_with rows pg-load --on-conflict update --session "$role" mine
err_has 'an update sees the rows that it may see' '2 unchanged'
for sql in 'SET ROEL x' COMMIT ROLLBACK 'ROLLBACK AND CHAIN' '' \
    'COPY mine TO STDOUT' "SET client_encoding = 'LATIN1'"; do
	run_with rows pg-load --session "$sql" mine
	status_is "a session statement that cannot be is wrong usage: $sql" 2
done
psql <<!
CREATE TABLE columns (id integer PRIMARY KEY, a integer, b integer);
GRANT INSERT (id, a), UPDATE (a), SELECT (id, a) ON columns TO ${schema}_role;
!
for mode in error skip update; do
	psql -c 'TRUNCATE columns'
	printf '%s\n' '{"id":1,"a":1}' '{"id":2,"b":1}' >rows
	run_with rows pg-load --on-conflict $mode --session "$role" \
	    --rejects bad columns
	err_has "a role may have rights to some columns: $mode" '1 created'
	is "and to others not: $mode" "$(jq -r '.why[0].rule' bad)" permission
done
printf '%s\n' '{"id":1,"a":2}' >rows
run_with rows pg-load --on-conflict update --session "$role" columns
err_has 'it updates what it may update' '1 updated'

# Usage.
run pg-load
status_is 'a table must be named' 2
run pg-load t u
status_is 'of several tables each needs a file' 2
run pg-load --key id t
status_is '--key goes with --on-conflict' 2
run pg-load --update-columns a --on-conflict skip t
status_is '--update-columns goes with update' 2
run_with rows pg-load -d 'host=/nowhere' t
status_is 'no server' 4
err_has 'is told' 'could not connect'
finish
