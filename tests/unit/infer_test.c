/* Guessing a table from rows. */
#include <sqlite3.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "json/json.h"
#include "schema/ddl.h"
#include "schema/infer.h"
#include "schema/sqltype.h"
#include "tap.h"

static struct arena *a;

static void
add(struct infer *in, const char *row, size_t len)
{
	struct json_reader *r = json_reader_new();
	struct err err = ERR_INIT;

	if (json_read_object(r, row, len, &err) != 0)
		printf("Bail out! %s: %s\n", row, err.msg);
	else
		infer_add(in, r->fields, r->nfields);
	json_reader_free(r);
}

/* Rows {"c":V} for each of the values; expect the explanation of "c". */
static void
guess(const char *values, const char *want)
{
	struct infer *in = infer_new();
	struct table *t;
	char row[600], text[400];
	const char *v = values, *end;

	for (; *v != '\0'; v = *end == '\0' ? end : end + 1) {
		end = v + strcspn(v, " ");
		(void)snprintf(row, sizeof(row), "{\"c\":%.*s}",
		    (int)(end - v), v);
		add(in, row, strlen(row));
	}
	t = infer_table(in, "t", a);
	(void)infer_explain(in, 0, text, sizeof(text));
	is_text(text, strlen(text), want, values);
	ok(strncmp(text + 5, sqltype_name(t->columns[0].type),
	    strlen(sqltype_name(t->columns[0].type))) == 0 &&
	    !t->columns[0].not_null, "  is the type it gets, nullable");
	infer_free(in);
}

static void
test_types(void)
{

	guess("1 -20 null",
	    "\"c\": bigint: 2 numbers, 1 null, at most 2 digits");
	guess("9223372036854775807 -9223372036854775808",
	    "\"c\": bigint: 2 numbers, at most 19 digits");
	guess("9223372036854775808", "\"c\": numeric: 1 number, "
	    "at most 19 digits, some beyond 64 bits");
	guess("1 2.50 10.125", "\"c\": numeric: 3 numbers, "
	    "at most 5 digits, 3 decimals");
	guess("1 1e20 -2.5E-3", "\"c\": double precision: 3 numbers, "
	    "at most 2 digits, 1 decimals, some with an exponent");
	guess("1e400", "\"c\": numeric: 1 number, at most 1 digits, "
	    "some with an exponent");
	guess("123456789012345678e1", "\"c\": numeric: 1 number, "
	    "at most 18 digits, some with an exponent");
	guess("1 \"NaN\" \"-Infinity\"", "\"c\": numeric: 1 number, "
	    "2 NaN or Infinity, at most 1 digits");
	guess("\"NaN\" \"x\"", "\"c\": text: 1 NaN or Infinity, 1 string");
	guess("true null false", "\"c\": boolean: 2 booleans, 1 null");
	guess("\"a\" \"2024-01-01\"", "\"c\": text: 2 strings");
	guess("[] {}", "\"c\": json: 1 array, 1 object");
	guess("1 \"1\"", "\"c\": json: 1 number, 1 string, at most 1 digits");
	guess("true 1", "\"c\": json: 1 number, 1 boolean, at most 1 digits");
	guess("null null", "\"c\": any: 2 null");
}

static void
test_columns(void)
{
	static const char *const rows[] = {
		"{\"a\":1,\"b\":\"x\"}", "{\"b\":\"y\",\"a\":2,\"c\":null}",
		"{}", "{\"\":true,\"\\u0061\":3,\"d\\u0000\":1}"
	};
	struct infer *in = infer_new();
	struct table *t;
	char text[30], small[8];
	size_t i;

	for (i = 0; i < 4; i++)
		add(in, rows[i], strlen(rows[i]));
	t = infer_table(in, "odd \"t", a);
	ok(t->ncolumns == 4 && strcmp(t->columns[0].name, "a") == 0 &&
	    strcmp(t->columns[1].name, "b") == 0 &&
	    strcmp(t->columns[2].name, "c") == 0 &&
	    strcmp(t->columns[3].name, "") == 0,
	    "columns come in order of first appearance, escapes undone");
	ok(strcmp(t->name, "odd \"t") == 0, "the table has its name");
	(void)infer_explain(in, 0, text, sizeof(text));
	is_text(text, strlen(text), "\"a\": bigint: 3 numbers, at mo",
	    "an explanation is cut to fit");
	(void)infer_explain(in, 0, small, sizeof(small));
	is_text(small, strlen(small), "\"a\": bi", "  however small");
	infer_free(in);
	infer_free(NULL);
}

/* SQLite makes the table that was guessed, or refuses too many columns. */
static void
test_sqlite(void)
{
	struct infer *in = infer_new();
	struct buf b = { 0 };
	struct table *t;
	sqlite3 *db;
	int i;

	(void)sqlite3_open(":memory:", &db);
	for (i = 0; i < 5000; i++) {
		b.len = 0;
		buf_printf(&b, "{\"key %d\":%d,\"same\":null}", i, i);
		add(in, b.s, b.len);
		if (i != 9)
			continue;
		b.len = 0;
		ddl_sqlite(infer_table(in, "t", a), "t", DDL_NUMERIC_REAL,
		    &b);
		ok(sqlite3_exec(db, buf_z(&b), NULL, NULL, NULL) == SQLITE_OK,
		    "SQLite makes what was guessed");
	}
	t = infer_table(in, "u", a);
	ok(t->ncolumns == INFER_COLUMNS_MAX, "columns are bounded");
	b.len = 0;
	ddl_sqlite(t, "u", DDL_NUMERIC_REAL, &b);
	(void)sqlite3_exec(db, buf_z(&b), NULL, NULL, NULL);
	is_text(sqlite3_errmsg(db), strlen(sqlite3_errmsg(db)),
	    "too many columns on u", "by one more than SQLite takes");
	sqlite3_close(db);
	buf_free(&b);
	infer_free(in);
}

int
main(void)
{

	diag_init("infer_test");
	a = arena_new();
	test_types();
	test_columns();
	test_sqlite();
	arena_free(a);
	return (tap_done());
}
