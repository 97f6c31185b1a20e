#!/bin/sh
# row-migrate lint: what hurts, before it does.
. "$(dirname "$0")/../lib.sh"

cd "$tmp" || exit 1

up() { # NAME, the text on standard input
	mkdir -p "migrations/$1"
	cat >"migrations/$1/up.sql"
	echo 'SELECT 1;' >"migrations/$1/down.sql"
}
lint() { run row-migrate -d "$target" lint "$@"; }
rules() { sed 's/^\([^:]*:[0-9]*\):.*\[\(.*\)\]$/\1 \2/' "$out"; }

target=sqlite:a.db
sqlite3 a.db "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT,
    nick TEXT); CREATE TABLE empty (id INTEGER);
    INSERT INTO users VALUES (1, 'a', 'b')"

# --- What is no reason to warn.
up 1_fine <<'SQL'
-- ALTER TABLE users ADD COLUMN a INTEGER NOT NULL;
/* ALTER TABLE users DROP COLUMN email; */
INSERT INTO users (email) VALUES ('x; ALTER TABLE users DROP COLUMN email;');
ALTER TABLE users ADD COLUMN b INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN c INTEGER CHECK (c IS NOT NULL);
ALTER TABLE empty ADD COLUMN d INTEGER NOT NULL;
CREATE TABLE fresh (id INTEGER);
ALTER TABLE fresh ADD COLUMN e INTEGER NOT NULL;
CREATE INDEX users_b ON users (b);
SQL
lint
status_is 'what does no harm is not found' 0
out_is 'and nothing is written' ''

# --- What is.
up 2_bad <<'SQL'

ALTER TABLE "users" ADD [f] INTEGER
    NOT NULL;
ALTER TABLE users DROP COLUMN nick;
SQL
rm migrations/2_bad/down.sql
up 3_later <<'SQL'
-- nick is gone
UPDATE users SET email = 'nick';
UPDATE other SET nick = 1;
UPDATE users SET "nick" = 'x';
SQL
mkdir -p src/deep src/.git src/node_modules
cat >src/deep/app.py <<'PY'
# nick in a comment
def f(user): # nick
    user.nickname = "it's"
    return db.get("SELECT nick FROM users")
PY
cat >src/app.js <<'JS'
// nick
/* nick
nick */ let nicks = user.nick;
JS
cat >src/view.sql <<'SQL'
-- nick
SELECT 'nick' FROM users;
SELECT nick FROM users;
SQL
cp src/app.js src/.git/x.js
cp src/app.js src/node_modules/x.js
printf 'nick\0' >src/binary
lint --references src
status_is 'findings are exit status 1' 1
is 'each has file, line and rule' "$(rules)" 'migrations/2_bad/up.sql:1 no-down
migrations/2_bad/up.sql:2 not-null
migrations/3_later/up.sql:4 column-in-use
src/app.js:3 column-in-use
src/deep/app.py:4 column-in-use
src/view.sql:3 column-in-use'
check 'and words that say what to do' grep -qF 'migrations/2_bad/up.sql:2: column "f" is NOT NULL without a default, and table users has rows: add it with a default' "$out"
check 'a column in use is said to be dropped where' grep -qxF 'src/app.js:3: names column "nick" of table users, which migrations/2_bad/up.sql:4 drops [column-in-use]' "$out"
lint --references nowhere
status_is 'a folder that is not there is a failure' 4
lint extra
status_is 'an operand is one too many' 2
run row-migrate -d "$target" lint --references src >/dev/full
row-migrate -q -d "$target" lint >/dev/full 2>"$err"
is 'a full disk is a failure' $? 4

# --- What is applied is not looked at any more.
rm -r migrations
up 1_bad <<'SQL'
ALTER TABLE empty ADD COLUMN f INTEGER NOT NULL DEFAULT 0;
SQL
rm migrations/1_bad/down.sql
lint
is 'a missing down is found before' "$(rules)" 'migrations/1_bad/up.sql:1 no-down'
run row-migrate -d "$target" --keep-backups 0 up
lint
status_is 'and no more when it is applied' 0
rm -r migrations
up 1_x <<'SQL'
-- irreversible: so it is
SELECT 1;
SQL
rm migrations/1_x/down.sql
lint
status_is 'what is declared irreversible needs no down' 0

# --- All that there is as references: migrations are not sources.
rm -rf migrations src
sqlite3 all.db 'CREATE TABLE users (id INTEGER, age INTEGER)'
up 1_a <<'SQL'
UPDATE users SET age = 1;
SQL
up 2_b <<'SQL'
ALTER TABLE users DROP COLUMN age;
SQL
mkdir src
echo 'print(user.age)' >src/a.py
run row-migrate -d sqlite:all.db lint --references .
is 'migrations are no sources, wherever these begin' "$(grep -c . "$out")" 1
is 'other files are' "$(cut -d : -f 1,2 "$out")" './src/a.py:1'

if [ -z "${PGHOST-}" ]; then
	skip 'on PostgreSQL' 'no server; see tests/with-postgres'
	finish
fi
createdb lint_test || exit 1
trap 'dropdb lint_test; rm -rf "$tmp"' EXIT
target=dbname=lint_test
psql -X -q -d lint_test <<'SQL'
CREATE TABLE users (id integer PRIMARY KEY, name varchar(10), n integer);
CREATE TABLE empty (id integer, n integer);
INSERT INTO users VALUES (1, 'x', 1);
SQL
rm -r migrations
up 1_pg <<'SQL'
CREATE INDEX a ON users (name);
CREATE UNIQUE INDEX ON public.users USING btree (name);
CREATE INDEX c ON empty (id);
ALTER TABLE users ALTER COLUMN name TYPE varchar(20);
ALTER TABLE users ALTER name SET DATA TYPE text;
ALTER TABLE users ALTER COLUMN name TYPE varchar(5);
ALTER TABLE users ADD COLUMN a integer, ALTER COLUMN n TYPE bigint,
    ADD COLUMN b integer NOT NULL, ADD COLUMN c serial NOT NULL;
ALTER TABLE empty ALTER COLUMN n TYPE bigint;
DO $$ BEGIN EXECUTE 'CREATE INDEX x ON users (n)'; END $$;
ALTER TABLE users ADD CONSTRAINT k CHECK (n IS NOT NULL);
CREATE TABLE new (id integer);
CREATE INDEX new_id ON new (id);
SQL
up 2_pg <<'SQL'
-- transaction: no
CREATE INDEX CONCURRENTLY d ON users (name);
SQL
lint
is 'on PostgreSQL indexes and types are looked at' "$(rules)" \
    'migrations/1_pg/up.sql:1 concurrently
migrations/1_pg/up.sql:2 concurrently
migrations/1_pg/up.sql:6 rewrite
migrations/1_pg/up.sql:7 rewrite
migrations/1_pg/up.sql:7 not-null'

# What is rewritten PostgreSQL itself says: a table that is gets a new file.
psql -X -q -d lint_test <<'SQL'
CREATE TABLE types (i integer, v varchar(10), t text, d numeric(8,2),
    c char(4), b varbit(4), a text[], x cidr);
INSERT INTO types VALUES (1, 'x', 'x', 1, 'x', B'1', '{}', '10.0.0.0/8');
SQL
rm -r migrations
n=0
while read -r column type; do
	rm -rf migrations
	up 1_type <<-SQL
	ALTER TABLE types ALTER COLUMN $column TYPE $type;
	SQL
	lint
	want=$(psql -X -q -At -d lint_test <<-SQL
	SELECT pg_relation_filenode('types') AS was \\gset
	BEGIN; ALTER TABLE types ALTER COLUMN $column TYPE $type;
	SELECT pg_relation_filenode('types') <> :was; ROLLBACK;
	SQL
	)
	got=f
	[ "$status" = 0 ] || got=t
	[ "$got" = "$want" ] || echo "$column $type: $got, not $want"
	n=$((n + 1))
done >wrong <<'!'
i int
i int4
i bigint
i text
v varchar(10)
v varchar(20)
v varchar
v character varying(11)
v text
v pg_catalog.text
t varchar
t varchar(30)
t "char"
d numeric(10,2)
d numeric(10,3)
d numeric
d decimal(12, 2)
c char(4)
c char(8)
c text
b varbit(8)
b bit varying
a text[]
a varchar[]
x inet
!
is 'another type is told of when, and only when, PostgreSQL rewrites the table' \
    "$(cat wrong; echo "$n")" 25
rm -r migrations
up 1_keys <<'SQL'
ALTER TABLE users ADD CONSTRAINT u UNIQUE (name), ADD PRIMARY KEY (id);
ALTER TABLE users ADD CONSTRAINT u UNIQUE USING INDEX a;
ALTER TABLE empty ADD UNIQUE (id);
SQL
lint
is 'a key builds an index' "$(rules)" 'migrations/1_keys/up.sql:1 concurrently
migrations/1_keys/up.sql:1 concurrently'
rm -r migrations
up 1_verified <<'SQL'
SELECT 1;
SQL
echo 'SELECT min(n) > 0 FROM users;' >migrations/1_verified/verify.sql
row-migrate -d "$target" up 2>/dev/null
up 2_drop <<'SQL'
ALTER TABLE users DROP COLUMN n;
SQL
lint
is 'what verifies an applied one may need a column that is dropped' "$(rules)" \
    'migrations/1_verified/verify.sql:1 column-in-use'
finish
