/* CHECK expressions: what is translated, and what is left alone. */
#include <sqlite3.h>

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "schema/sqlcheck.h"
#include "tap.h"

static const char columns[] = "{\"title\":\"t\",\"properties\":{"
"\"i\":{\"x-columnType\":\"integer\"},\"b\":{\"x-columnType\":\"bigint\"},"
"\"n\":{\"x-columnType\":\"numeric(8,2)\"},"
"\"wide\":{\"x-columnType\":\"numeric\"},"
"\"d\":{\"x-columnType\":\"double precision\"},"
"\"r\":{\"x-columnType\":\"real\"},\"t\":{\"x-columnType\":\"text\"},"
"\"v\":{\"x-columnType\":\"character varying(20)\"},"
"\"c\":{\"x-columnType\":\"character(4)\"},"
"\"ci\":{\"x-columnType\":\"citext\"},"
"\"e\":{\"enum\":[\"new\",\"open\",null],\"x-columnType\":\"st\"},"
"\"f\":{\"x-columnType\":\"boolean\"},"
"\"at\":{\"x-columnType\":\"date\"},"
"\"Odd \\\"x\\\"\":{\"x-columnType\":\"smallint\"},"
"\"length\":{\"x-columnType\":\"smallint\"}}}";

static struct table *t;
static sqlite3 *db;

/* Expect the translation, NULL for none, and that SQLite reads it. */
static void
check(const char *sql, enum ddl_numeric numeric, const char *want)
{
	struct buf b = { 0 };
	sqlite3_stmt *st;
	int rc;

	buf_puts(&b, "SELECT ");
	rc = sqlcheck_sqlite(sql, t, numeric, &b);
	if (want == NULL) {
		ok(!rc && b.len == 7, "leaves alone: %.60s", sql);
		if (rc)
			printf("#  got: %s\n", buf_z(&b));
	} else {
		is_text(b.s + 7, b.len - 7, want, sql);
		buf_puts(&b, " FROM t");
		if (sqlite3_prepare_v2(db, buf_z(&b), -1, &st, NULL) !=
		    SQLITE_OK)
			ok(0, "SQLite: %s", sqlite3_errmsg(db));
		sqlite3_finalize(st);
	}
	buf_free(&b);
}

static void
is(const char *sql, const char *want)
{

	check(sql, DDL_NUMERIC_REAL, want);
}

static void
not(const char *sql)
{

	check(sql, DDL_NUMERIC_REAL, NULL);
}

/* Spelled as pg_get_expr and pg_get_constraintdef spell them. */
static void
test_translated(void)
{

	is("(i > 0)", "\"i\" > 0");
	is("CHECK ((i > 0))", "\"i\" > 0");
	is("(n >= (0)::numeric)", "\"n\" >= 0");
	is("((n >= ('-90'::integer)::numeric) AND (n <= (90)::numeric))",
	    "(\"n\" >= -90) AND (\"n\" <= 90)");
	is("(n < 99.50)", "\"n\" < 99.50");
	is("(wide >= (0)::numeric)", "\"wide\" >= 0");
	is("((i)::numeric <= 1.5)", "\"i\" <= 1.5");
	is("(b < '9999999999'::bigint)", "\"b\" < 9999999999");
	is("(d <> (0.1)::double precision)", "\"d\" <> 0.1");
	is("(r > (0)::double precision)", "\"r\" > 0");
	is("(i < \"Odd \"\"x\"\"\")", "\"i\" < \"Odd \"\"x\"\"\"");
	is("((length)::bigint > b)", "\"length\" > \"b\"");
	is("(length((v)::text) > 0)", "length(\"v\") > 0");
	is("(btrim(t) <> ''::text)", "trim(\"t\") <> ''");
	is("((v)::text = ANY ((ARRAY['a'::character varying, "
	    "'it''s'::character varying])::text[]))",
	    "\"v\" = 'a' OR \"v\" = 'it''s'");
	is("(NOT (t <> ALL (ARRAY['a'::text, 'b'::text])))",
	    "NOT ((\"t\" <> 'a' AND \"t\" <> 'b'))");
	is("(e = ANY (ARRAY['new'::st, 'open'::app.st]))",
	    "\"e\" = 'new' OR \"e\" = 'open'");
	is("((e)::text <> 'new'::text)", "\"e\" <> 'new'");
	is("(i = ANY (ARRAY[1, 2, '-3'::integer]))",
	    "\"i\" = 1 OR \"i\" = 2 OR \"i\" = -3");
	is("((f AND (NOT f)) OR (f = true))",
	    "(\"f\" AND (NOT \"f\")) OR (\"f\" = 1)");
	is("((at IS NULL) OR (c IS NOT NULL))",
	    "(\"at\" IS NULL) OR (\"c\" IS NOT NULL)");
	is("(ci IS NOT NULL)", "\"ci\" IS NOT NULL");
	check("(n IS NOT NULL)", DDL_NUMERIC_TEXT, "\"n\" IS NOT NULL");
}

static void
test_left_alone(void)
{
	struct buf b = { 0 };
	int i;

	not("");
	not("(i > 0");
	not("(i > 0))");
	not("(i > 0) NO INHERIT");
	not("(i > 0); DROP TABLE t");
	not("(missing > 0)");
	not("(i + 1 > 0)");
	not("((i + 1) > 0)");
	not("(1 > 0)");
	not("i");
	not("true");
	not("(t < 'b'::text)");
	not("(t ~ '^a'::text)");
	not("((t)::text ~~ 'a%'::text)");
	not("(c = 'a'::bpchar)");
	not("(ci = 'a'::citext)");
	not("((v)::character varying(3) = 'abc'::text)");
	not("(e < 'open'::st)");
	not("(at > '2000-01-01'::date)");
	not("(lower(t) = t)");
	not("(f IS TRUE)");
	not("(wide > (0)::numeric)");
	not("(NOT (wide >= (0)::numeric))");
	not("(n < 0.12345678901234567)");
	not("(r > (0.1)::double precision)");
	not("((n)::integer > 0)");
	not("((d)::numeric > (0)::numeric)");
	not("(i = 'x'::integer)");
	not("(i = ANY (ARRAY[1, NULL]))");
	not("(i = ANY (ARRAY[b]))");
	not("(i < ANY (ARRAY[1]))");
	not("(t = 'open");
	not("(\"i > 0)");
	check("(n >= (0)::numeric)", DDL_NUMERIC_TEXT, NULL);
	for (i = 0; i < 100000; i++)
		buf_puts(&b, i % 2 ? "(" : "NOT ");
	not(buf_z(&b));
	for (b.len = 0, i = 0; i < 1000; i++)
		buf_puts(&b, "i > 0 AND ");
	buf_puts(&b, "f");
	not(buf_z(&b));
	buf_free(&b);
}

int
main(void)
{
	struct arena *a = arena_new();
	struct err err = ERR_INIT;
	struct buf b = { 0 };

	diag_init("sqlcheck_test");
	if ((t = table_read(columns, strlen(columns), a, &err)) == NULL ||
	    sqlite3_open(":memory:", &db) != SQLITE_OK)
		return (4);
	ddl_sqlite(t, "t", DDL_NUMERIC_REAL, &b);
	if (sqlite3_exec(db, buf_z(&b), NULL, NULL, NULL) != SQLITE_OK)
		return (4);
	test_translated();
	test_left_alone();
	sqlite3_close(db);
	buf_free(&b);
	arena_free(a);
	return (tap_done());
}
