/* CREATE TABLE for SQLite, tried on SQLite itself. */
#include <sqlite3.h>

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "json/json.h"
#include "schema/ddl.h"
#include "schema/sqldefault.h"
#include "tap.h"

static struct arena *a;
static sqlite3 *db;

static struct table *
read_z(const char *s)
{
	struct err err = ERR_INIT;
	struct table *t = table_read(s, strlen(s), a, &err);

	if (t == NULL) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
	return (t);
}

/* Run SQL; NULL when it went well, else SQLite's message. */
static const char *
run(const char *sql)
{

	return (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? NULL :
	    sqlite3_errmsg(db));
}

/* Append the columns of all rows of a query, joined by "|". */
static void
query(const char *sql, struct buf *b)
{
	sqlite3_stmt *st;
	int i;

	b->len = 0;
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK) {
		buf_puts(b, sqlite3_errmsg(db));
		return;
	}
	while (sqlite3_step(st) == SQLITE_ROW)
		for (i = 0; i < sqlite3_column_count(st); i++) {
			if (b->len > 0)
				buf_putc(b, '|');
			if (sqlite3_column_type(st, i) == SQLITE_NULL)
				buf_puts(b, "null");
			else
				buf_puts(b, (const char *)
				    sqlite3_column_text(st, i));
		}
	sqlite3_finalize(st);
}

static void
is_query(const char *sql, const char *want, const char *title)
{
	struct buf b = { 0 };

	query(sql, &b);
	is_text(b.s, b.len, want, title);
	buf_free(&b);
}

/* Make the table, and expect that SQLite does. */
static int
create(const struct table *t, const char *name, enum ddl_numeric numeric,
    const char *title)
{
	struct buf b = { 0 };
	const char *error;

	ddl_sqlite(t, name, numeric, &b);
	error = run(buf_z(&b));
	ok(error == NULL, "%s", title);
	if (error != NULL)
		printf("# %s\n# %s\n", error, b.s);
	buf_free(&b);
	return (error == NULL);
}

/* A table of one nullable column "c". */
static struct table *
one_column(const char *property)
{
	struct buf b = { 0 };
	struct table *t;

	buf_printf(&b, "{\"title\":\"t\",\"properties\":{\"c\":%s}}",
	    property);
	t = read_z(buf_z(&b));
	buf_free(&b);
	return (t);
}

/* The line that a column gets. */
static void
line_is(const char *property, enum ddl_numeric numeric, const char *want)
{
	struct table *t = one_column(property);
	struct buf b = { 0 }, w = { 0 };

	ddl_sqlite(t, "t", numeric, &b);
	buf_printf(&w, "CREATE TABLE \"t\" (\n  \"c\" %s\n) STRICT", want);
	is_text(b.s, b.len, buf_z(&w), property);
	(void)run("DROP TABLE IF EXISTS t");
	(void)create(t, "t", numeric, "  and SQLite takes it");
	buf_free(&b);
	buf_free(&w);
}

static void
test_types(void)
{
	enum ddl_numeric real = DDL_NUMERIC_REAL, text = DDL_NUMERIC_TEXT;

	line_is("{\"x-columnType\":\"bigint\"}", real, "INTEGER -- bigint");
	line_is("{\"x-columnType\":\"numeric(12,2)\"}", real,
	    "REAL -- numeric(12,2)");
	line_is("{\"x-columnType\":\"numeric(12,2)\"}", text,
	    "TEXT -- numeric(12,2)");
	line_is("{\"x-columnType\":\"double precision\"}", text,
	    "REAL -- double precision");
	line_is("{\"type\":[\"boolean\",\"null\"]}", real,
	    "INTEGER CHECK (\"c\" IN (0, 1)) -- boolean");
	line_is("{\"x-columnType\":\"uuid\"}", real,
	    "TEXT CHECK (length(\"c\") = 36) -- uuid");
	line_is("{\"enum\":[\"a\",\"it's\",null],\"x-columnType\":\"st\"}",
	    real, "TEXT CHECK (\"c\" = 'a' OR \"c\" = 'it''s') -- st is enum");
	line_is("{\"x-columnType\":\"jsonb\"}", real,
	    "TEXT CHECK (\"c\" IS NULL OR json_valid(\"c\")) -- jsonb");
	line_is("{\"x-columnType\":\"text[]\"}", real,
	    "TEXT CHECK (\"c\" IS NULL OR json_valid(\"c\")) -- text[]");
	line_is("{\"x-columnType\":\"spot[]\",\"x-baseType\":\"array\"}",
	    real, "TEXT CHECK (\"c\" IS NULL OR json_valid(\"c\")) "
	    "-- spot[] is array");
	line_is("{\"x-columnType\":\"character varying(20)\"}", real,
	    "TEXT CHECK (length(\"c\") <= 20) -- character varying(20)");
	line_is("{\"x-columnType\":\"bytea\"}", real, "BLOB -- bytea");
	line_is("{\"x-columnType\":\"timestamp with time zone\"}", real,
	    "TEXT -- timestamp with time zone");
	line_is("{}", real, "ANY -- any");
	line_is("{\"x-columnType\":\"money\",\"x-baseType\":\"numeric\","
	    "\"sqlPrecision\":9,\"sqlScale\":3}", real,
	    "REAL -- money is numeric(9,3)");
	line_is("{\"x-columnType\":\"odd\\n) STRICT; DROP TABLE x; --\","
	    "\"x-baseType\":\"text\"}", real,
	    "TEXT -- odd ) STRICT; DROP TABLE x; -- is text");
}

/* What SQLite stores for the default of a column. */
static void
default_is(const char *property, const char *want)
{
	struct table *t = one_column(property);
	struct buf b = { 0 };

	ddl_sqlite(t, "t", DDL_NUMERIC_REAL, &b);
	(void)run("DROP TABLE IF EXISTS t");
	if (run(buf_z(&b)) != NULL || run("INSERT INTO t DEFAULT VALUES") !=
	    NULL)
		printf("# %s\n", sqlite3_errmsg(db));
	is_query("SELECT typeof(c) || ' ' || quote(c) FROM t", want,
	    property);
	buf_free(&b);
}

#define WITH_DEFAULT(type, sql) \
	"{\"x-columnType\":\"" type "\",\"x-default\":\"" sql "\"}"

static void
test_defaults(void)
{

	default_is("{\"type\":\"boolean\",\"default\":true}", "integer 1");
	default_is("{\"type\":\"string\",\"default\":\"it's\"}",
	    "text 'it''s'");
	default_is("{\"type\":[\"string\",\"null\"],\"default\":\"a\\u0000b\"}",
	    "null NULL");
	default_is("{\"type\":\"number\",\"default\":1.50}", "real 1.5");
	default_is("{\"x-columnType\":\"jsonb\",\"default\":{\"a\":[1]}}",
	    "text '{\"a\":[1]}'");
	default_is(WITH_DEFAULT("boolean", "false"), "integer 0");
	default_is(WITH_DEFAULT("integer", "'-1'::integer"), "integer -1");
	default_is(WITH_DEFAULT("integer", "'-1'::integer; DROP TABLE t"),
	    "null NULL");
	default_is(WITH_DEFAULT("integer", "(7)::bigint"), "integer 7");
	default_is(WITH_DEFAULT("integer", "1.5"), "null NULL");
	default_is(WITH_DEFAULT("numeric(10,2)", "(0.10)::numeric(10,2)"),
	    "real 0.1");
	default_is(WITH_DEFAULT("text", "'a''b'::character varying"),
	    "text 'a''b'");
	default_is(WITH_DEFAULT("text", "E'a\\\\\\\\b'::text"),
	    "text 'a\\b'");
	default_is(WITH_DEFAULT("text", "'a'::text || 'b'::text"),
	    "null NULL");
	default_is(WITH_DEFAULT("text", "NULL::text"), "null NULL");
	default_is(WITH_DEFAULT("jsonb", "'{}'::jsonb"), "text '{}'");
	default_is(WITH_DEFAULT("text[]", "'{}'::text[]"), "text '[]'");
	default_is(WITH_DEFAULT("text[]", "'{a}'::text[]"), "null NULL");
	default_is(WITH_DEFAULT("bytea", "'\\\\x00ff'::bytea"),
	    "blob X'00FF'");
	default_is(WITH_DEFAULT("date", "'2024-02-29'::date"),
	    "text '2024-02-29'");
	default_is(WITH_DEFAULT("timestamptz",
	    "'2024-01-02 03:04:05+00'::timestamp with time zone"),
	    "text '2024-01-02T03:04:05+00:00'");
	default_is(WITH_DEFAULT("timestamp",
	    "'2024-01-02 03:04:05.5'::timestamp without time zone"),
	    "text '2024-01-02T03:04:05.5'");
	default_is(WITH_DEFAULT("bigint", "nextval('s'::regclass)"),
	    "null NULL");
	default_is(WITH_DEFAULT("text", "upper('a'::text)"), "null NULL");
}

/* What a default that is computed looks like. */
static void
default_like(const char *property, const char *glob)
{
	struct table *t = one_column(property);
	struct buf b = { 0 };

	ddl_sqlite(t, "t", DDL_NUMERIC_REAL, &b);
	(void)run("DROP TABLE IF EXISTS t");
	(void)run(buf_z(&b));
	(void)run("INSERT INTO t DEFAULT VALUES");
	b.len = 0;
	buf_printf(&b, "SELECT c GLOB '%s' FROM t", glob);
	is_query(buf_z(&b), "1", property);
	buf_free(&b);
}

#define DIGITS2	"[0-9][0-9]"
#define DAY	DIGITS2 DIGITS2 "-" DIGITS2 "-" DIGITS2
#define HEX	"[0-9a-f]"
#define HEX4	HEX HEX HEX HEX
#define UUID4	HEX4 HEX4 "-" HEX4 "-4" HEX HEX HEX "-[89ab]" HEX HEX HEX \
	"-" HEX4 HEX4 HEX4
#define CLOCK	DIGITS2 ":" DIGITS2 ":" DIGITS2 ".[0-9][0-9][0-9]"

static void
test_computed_defaults(void)
{

	default_like(WITH_DEFAULT("timestamptz", "now()"),
	    DAY "T" CLOCK "+00:00");
	default_like(WITH_DEFAULT("timestamptz", "CURRENT_TIMESTAMP(3)"),
	    DAY "T" CLOCK "+00:00");
	default_like(WITH_DEFAULT("timestamp",
	    "(now() AT TIME ZONE 'utc'::text)"), DAY "T" CLOCK);
	default_like(WITH_DEFAULT("timestamp", "timezone('utc'::text, now())"),
	    DAY "T" CLOCK);
	default_like(WITH_DEFAULT("date", "CURRENT_DATE"), DAY);
	default_like(WITH_DEFAULT("date", "('now'::text)::date"), DAY);
	default_like(WITH_DEFAULT("time", "LOCALTIME"), CLOCK);
	default_like(WITH_DEFAULT("uuid", "gen_random_uuid()"),
	    UUID4);
	default_like(WITH_DEFAULT("uuid", "ext.uuid_generate_v4()"),
	    UUID4);
}

static void
test_constraints(void)
{
	static const char parent[] = "{\"title\":\"p\",\"properties\":{"
	    "\"id\":{\"type\":\"integer\",\"x-default\":\"nextval('s')\"},"
	    "\"s\":{\"type\":\"string\"},\"n\":{\"type\":\"integer\"}},"
	    "\"required\":[\"id\"],\"sqlPrimaryKey\":\"id\","
	    "\"x-uniqueKeys\":[[\"s\",\"n\"],[\"s\"]],"
	    "\"x-checks\":[{\"name\":\"n is \\\"pos\",\"sql\":\"(n > 0)\"},"
	    "\"((n + 1) >\\n0)\"]}";
	static const char child[] = "{\"title\":\"c\",\"properties\":{"
	    "\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"integer\"},"
	    "\"up\":{\"type\":\"integer\"},\"up_a\":{\"type\":\"string\"}},"
	    "\"sqlPrimaryKey\":[\"b\",\"a\"],\"x-foreignKeys\":["
	    "{\"fields\":[\"b\"],\"onDelete\":\"CASCADE\",\"reference\":{"
	    "\"resource\":\"p\",\"fields\":[\"id\"]}},"
	    "{\"fields\":[\"up\",\"up_a\"],\"reference\":{"
	    "\"resource\":\"c\",\"fields\":[\"b\",\"a\"]}}]}";
	struct buf b = { 0 };

	(void)create(read_z(parent), "p", DDL_NUMERIC_REAL,
	    "a parent with unique keys");
	(void)create(read_z(child), "kid", DDL_NUMERIC_REAL,
	    "a child with a composite key under another name");
	query("SELECT sql FROM sqlite_schema WHERE name = 'p'", &b);
	ok(strstr(buf_z(&b), "\"id\" INTEGER PRIMARY KEY, -- ") != NULL,
	    "an integer key is SQLite's own");
	ok(strstr(b.s, "  -- check: ((n + 1) > 0)\n") != NULL,
	    "a check that SQLite may not have becomes a comment of one line");
	ok(run("INSERT INTO p(n) VALUES (0)") != NULL &&
	    strcmp(sqlite3_errmsg(db),
	    "CHECK constraint failed: n is \"pos") == 0,
	    "a check that SQLite has too is kept, with its name");
	query("SELECT sql FROM sqlite_schema WHERE name = 'kid'", &b);
	ok(strstr(buf_z(&b), "FOREIGN KEY (\"up\", \"up_a\") REFERENCES "
	    "\"kid\" (\"b\", \"a\") DEFERRABLE INITIALLY DEFERRED") != NULL,
	    "a reference to the table itself follows its new name");
	(void)run("PRAGMA foreign_keys=ON");
	ok(run("INSERT INTO p(s) VALUES ('x')") == NULL,
	    "an integer key fills itself in");
	is_query("SELECT id FROM p", "1", "  and counts from one");
	ok(run("INSERT INTO p(s) VALUES ('x')") != NULL,
	    "a unique key is kept");
	ok(run("BEGIN; INSERT INTO kid(a, b, up, up_a) VALUES "
	    "('1', 2, 3, '4')") == NULL && run("COMMIT") != NULL,
	    "a foreign key is checked at COMMIT");
	(void)run("ROLLBACK");
	ok(run("INSERT INTO kid(a, b) VALUES ('1', 1)") == NULL &&
	    run("DELETE FROM p") == NULL, "rows go in");
	is_query("SELECT count(*) FROM kid", "0", "ON DELETE CASCADE is kept");
	ok(run("INSERT INTO kid(b) VALUES (1)") != NULL,
	    "a key column is NOT NULL");
	buf_free(&b);
}

static void
test_checks(void)
{
	static const char doc[] = "{\"title\":\"k\",\"properties\":{"
	    "\"b\":{\"x-columnType\":\"boolean\"},"
	    "\"u\":{\"x-columnType\":\"uuid\"},"
	    "\"j\":{\"x-columnType\":\"json\"},"
	    "\"v\":{\"x-columnType\":\"varchar(2)\"},"
	    "\"e\":{\"enum\":[\"a\",\"b\",null]}}}";

	(void)create(read_z(doc), "k", DDL_NUMERIC_REAL, "a table of checks");
	ok(run("INSERT INTO k DEFAULT VALUES") == NULL, "null passes them");
	ok(run("INSERT INTO k(b) VALUES (2)") != NULL, "2 is no boolean");
	ok(run("INSERT INTO k(b) VALUES ('x')") != NULL,
	    "nor is text (STRICT)");
	ok(run("INSERT INTO k(u) VALUES ('x')") != NULL, "x is no UUID");
	ok(run("INSERT INTO k(j) VALUES ('{')") != NULL, "{ is no JSON");
	ok(run("INSERT INTO k(j) VALUES ('{}')") == NULL, "{} is JSON");
	ok(run("INSERT INTO k(v) VALUES ('\xc3\xa4\xc3\xa4')") == NULL &&
	    run("INSERT INTO k(v) VALUES ('abc')") != NULL,
	    "length counts characters");
	ok(run("INSERT INTO k(e) VALUES ('A')") != NULL,
	    "labels keep their case");
}

/* An enum of ${n} labels "l0", "l1", ... */
static void
enum_of(size_t n)
{
	struct buf b = { 0 };
	size_t i;

	buf_puts(&b, "{\"title\":\"n\",\"properties\":{\"e\":{\"enum\":[");
	for (i = 0; i < n; i++)
		buf_printf(&b, "%s\"l%zu\"", i > 0 ? "," : "", i);
	buf_puts(&b, "]}}}");
	(void)run("DROP TABLE IF EXISTS n");
	(void)create(read_z(buf_z(&b)), "n", DDL_NUMERIC_REAL,
	    "an enum of many labels");
	b.len = 0;
	buf_printf(&b, "INSERT INTO n VALUES ('l%zu')", n - 1);
	ok(run(buf_z(&b)) == NULL && run("INSERT INTO n VALUES (NULL)") == NULL,
	    "takes the last of %zu labels, and null", n);
	ok(run("INSERT INTO n VALUES ('l')") != NULL, "  and nothing else");
	buf_free(&b);
}

static const char hostile[] = "{\"title\":\"t\",\"properties\":{"
"\"select\":{\"x-columnType\":\"bigint\"},"
"\"\\\"; drop table x; --\":{\"x-columnType\":\"uuid\"},"
"\"a\\nb -- uuid\\n\":{\"x-columnType\":\"boolean\"},"
"\"it's (\":{\"x-columnType\":\"jsonb\"},"
"\"check\":{\"x-columnType\":\"numeric(7,3)\"},"
"\"[x]\":{\"enum\":[\"), -- uuid\",\"b\\n\",\"/*\"],"
"\"x-columnType\":\"\\\"a is b\\\"\"},"
"\"\":{\"x-columnType\":\"text[]\"},"
"\"\xc3\xa4\":{\"x-columnType\":\"dom\",\"x-baseType\":\"smallint\"},"
"\"`q`\":{\"x-columnType\":\"ltree\",\"x-baseType\":\"other\"},"
"\"*/\":{\"x-columnType\":\"bytea\",\"x-default\":\"'\\\\x00'::bytea\"},"
"\"/*\":{\"x-columnType\":\"text\",\"default\":\"-- uuid\\n, \\\"z\\\"\"},"
"\"last\":{\"x-columnType\":\"interval day to second(3)\"}}}";

/* The types that ddl_sqlite_types finds are those that were written. */
static void
test_types_back(void)
{
	struct table *t = read_z(hostile), back;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < 2; i++) {
		(void)create(t, "x\"\n--", i ? DDL_NUMERIC_REAL :
		    DDL_NUMERIC_TEXT, "a table of hostile names");
		query("SELECT sql FROM sqlite_schema WHERE "
		    "name = 'x\"' || char(10) || '--'", &b);
		(void)run("DROP TABLE \"x\"\"\n--\"");
		back = *t;
		back.columns = arena_alloc(a,
		    t->ncolumns * sizeof(*back.columns));
		memset(back.columns, 0, t->ncolumns * sizeof(*back.columns));
		for (size_t c = 0; c < t->ncolumns; c++)
			back.columns[c].name = t->columns[c].name;
		ddl_sqlite_types(b.s, b.len, &back, a);
		for (size_t c = 0; c < t->ncolumns; c++) {
			const struct column *x = &t->columns[c];
			const struct column *y = &back.columns[c];

			ok(x->type == y->type && y->sql_type != NULL &&
			    strcmp(x->sql_type, y->sql_type) == 0 &&
			    x->precision == y->precision &&
			    (x->precision < 0 || x->scale == y->scale),
			    "column %zu comes back as %s", c, x->sql_type);
			if (y->sql_type != NULL && x->type != y->type)
				printf("# got %s\n", y->sql_type);
		}
	}
	buf_free(&b);
}

/* Give columns a, b, c the types of a statement; expect them as letters. */
static void
types_are(const char *sql, const char *want, const char *title)
{
	static const char letters[] = "?simnrdbteu";
	struct column columns[3] = { { .name = "a" }, { .name = "b" },
	    { .name = "c" } };
	struct table t = { .name = "t", .columns = columns, .ncolumns = 3 };
	char got[4] = "";
	size_t i;

	ddl_sqlite_types(sql, strlen(sql), &t, a);
	for (i = 0; i < 3; i++)
		got[i] = columns[i].type < sizeof(letters) - 1 ?
		    letters[columns[i].type] : '+';
	is_text(got, 3, want, title);
}

static void
test_foreign_sql(void)
{

	types_are("CREATE TABLE t(a INTEGER, -- boolean\n b TEXT -- uuid\n)",
	    "bu?", "reads unquoted names");
	types_are("CREATE TABLE t(\n\"a\" TEXT, -- in cents\n"
	    "b TEXT, -- see note [3]\nc TEXT -- how it is done\n)", "???",
	    "leaves other people's comments alone");
	types_are("CREATE TABLE t(a TEXT, -- boolean\nb REAL -- uuid\n)",
	    "???", "leaves a type alone that does not fit what is declared");
	types_are("CREATE TABLE t(a INTEGER,\n-- boolean\nb INTEGER\n"
	    "-- boolean\n, c INTEGER /* x\n */ -- boolean\n)", "???",
	    "a comment on a line of its own is no type");
	types_are("CREATE TABLE t(a INTEGER DEFAULT (1, ')', \"x\") "
	    "CHECK (a IN (0, 1)), /* y */ -- boolean\n"
	    "PRIMARY KEY (a), -- boolean\nb, -- boolean\nc INTEGER)", "b??",
	    "skips expressions, constraints and columns without a type");
	types_are("CREATE TABLE t(a INTEGER, b INTEGER -- boolean", "?b?",
	    "ends where the text ends");
	types_are("CREATE TABLE \"t(a\" AS SELECT 1", "???",
	    "CREATE TABLE AS has no columns");
	types_are("", "???", "an empty text has no columns");
	types_are("CREATE TABLE t(\"a", "???", "an open quote ends the text");
}

/* Altering a table keeps what the other columns say. */
static void
test_altered(void)
{
	static const char doc[] = "{\"title\":\"t\",\"properties\":{"
	    "\"a\":{\"x-columnType\":\"boolean\"},"
	    "\"x\":{\"x-columnType\":\"uuid\"},"
	    "\"b\":{\"x-columnType\":\"boolean\"}}}";
	struct buf b = { 0 };

	(void)run("DROP TABLE IF EXISTS t");
	(void)create(read_z(doc), "t", DDL_NUMERIC_REAL, "a table to alter");
	ok(run("ALTER TABLE t ADD COLUMN c INTEGER") == NULL &&
	    run("ALTER TABLE t DROP COLUMN x") == NULL &&
	    run("ALTER TABLE t RENAME TO other") == NULL,
	    "SQLite alters it");
	query("SELECT sql FROM sqlite_schema WHERE name = 'other'", &b);
	types_are(buf_z(&b), "bb?", "types survive ALTER TABLE");
	buf_free(&b);
}

static void
test_column_type(void)
{
	static const struct {
		const char		*name;
		enum column_type	 type;
	} cases[] = {
		{ "character varying(20)", COLUMN_TEXT },
		{ "\"char\"", COLUMN_TEXT },
		{ "public.citext", COLUMN_TEXT },
		{ "pg_catalog.int4", COLUMN_INTEGER },
		{ "myschema.int4", COLUMN_OTHER },
		{ "numeric(12,2)", COLUMN_NUMERIC },
		{ "NUMERIC ( 12 , 2 )", COLUMN_NUMERIC },
		{ "numeric(12,2", COLUMN_OTHER },
		{ "text[][]", COLUMN_ARRAY },
		{ "status[]", COLUMN_ARRAY },
		{ "timestamp(3)  with time zone", COLUMN_TIMESTAMPTZ },
		{ "float(24)", COLUMN_REAL },
		{ "float(25)", COLUMN_DOUBLE },
		{ "interval year to month", COLUMN_INTERVAL },
		{ "hstore", COLUMN_JSON },
		{ "", COLUMN_OTHER },
		{ "[]", COLUMN_ARRAY },
		{ "\"text\"", COLUMN_OTHER },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(ddl_column_type(cases[i].name) == cases[i].type,
		    "type name '%s'", cases[i].name);
}

int
main(void)
{

	diag_init("ddl_test");
	a = arena_new();
	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		return (4);
	test_column_type();
	test_types();
	test_defaults();
	test_computed_defaults();
	test_constraints();
	test_checks();
	enum_of(1);
	enum_of(100);
	enum_of(5000);
	test_types_back();
	test_foreign_sql();
	test_altered();
	sqlite3_close(db);
	arena_free(a);
	return (tap_done());
}
