/*
 * fuzz_schema - any text as the JSON Schema of a table
 *
 * What is accepted must be written back the same way twice, make a table
 * that SQLite accepts, and tell its types from that table's text.
 */
#include <sqlite3.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "schema/ddl.h"
#include "schema/listing.h"
#include "schema/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
wrong(const char *what, struct buf *text)
{

	fprintf(stderr, "%s:\n%s\n", what, buf_z(text));
	abort();
}

static void
check_round_trip(const struct table *t, struct arena *a)
{
	struct err err = ERR_INIT;
	struct buf b = { 0 }, again = { 0 };
	struct table *back;

	table_put_schema(t, &b);
	if ((back = table_read(b.s, b.len, a, &err)) == NULL)
		wrong(err.msg, &b);
	else
		table_put_schema(back, &again);
	if (b.len != again.len || memcmp(b.s, again.s, b.len) != 0) {
		fprintf(stderr, "%s\n", buf_z(&again));
		wrong("not the same when read back", &b);
	}
	again.len = 0;
	table_put_frictionless(t, &again);
	buf_free(&b);
	buf_free(&again);
}

/* What SQLite says no to, and rightly. */
static int
may_refuse(const struct table *t, const char *error)
{

	return (t->ncolumns == 0 || strstr(error, "duplicate column") != NULL ||
	    strstr(error, "too many columns") != NULL);
}

static void
check_sqlite(const struct table *t, struct buf *sql)
{
	char *error = NULL;
	sqlite3 *db;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		abort();
	if (sqlite3_exec(db, buf_z(sql), NULL, NULL, &error) != SQLITE_OK &&
	    !may_refuse(t, error))
		wrong(error, sql);
	sqlite3_free(error);
	(void)sqlite3_close(db);
}

static void
check_types(const struct table *t, struct buf *sql, struct arena *a)
{
	struct table back = *t;
	size_t i;

	back.columns = arena_alloc(a, (t->ncolumns + 1) * sizeof(*t->columns));
	memset(back.columns, 0, (t->ncolumns + 1) * sizeof(*t->columns));
	for (i = 0; i < t->ncolumns; i++) {
		back.columns[i].name = t->columns[i].name;
		back.columns[i].type = COLUMN_DATE;
	}
	ddl_sqlite_types(sql->s, sql->len, &back, a);
	for (i = 0; i < t->ncolumns; i++)
		if (back.columns[i].type != t->columns[i].type)
			wrong(t->columns[i].name, sql);
}

/* Scripts may hold SQL of the schema, which need not be right; only that it is
 * written, and text for people as well. */
static void
check_scripts(const struct table_set *set, struct arena *a)
{
	struct script_opts opts = { .if_not_exists = 1 };
	struct script s = { .set = set, .opts = &opts, .a = a };
	struct buf b = { 0 };

	script_pg(&s);
	script_free(&s);
	s = (struct script){ .set = set, .opts = &opts, .a = a };
	script_sqlite(&s);
	script_free(&s);
	opts = (struct script_opts){ .drop = 1 };
	s = (struct script){ .set = set, .opts = &opts, .a = a };
	script_pg(&s);
	script_free(&s);
	listing_put_columns(set->v[0], &b);
	listing_put_table(set->v[0], &b);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct buf sql = { 0 };
	struct arena *a = arena_new();
	struct table_set set = { 0 };
	struct table *t;

	t = table_read((const char *)data, size, a, &err);
	if (t != NULL) {
		set.v = &t;
		set.n = 1;
		check_round_trip(t, a);
		(void)table_set_order(&set, a);
		check_scripts(&set, a);
		ddl_sqlite(t, "t", DDL_NUMERIC_TEXT, &sql);
		check_sqlite(t, &sql);
		check_types(t, &sql, a);
		sql.len = 0;
		ddl_sqlite(t, "\"\n", DDL_NUMERIC_REAL, &sql);
		check_sqlite(t, &sql);
		check_types(t, &sql, a);
		buf_free(&sql);
		ddl_sqlite_types((const char *)data, size, t, a);
	}
	arena_free(a);
	return (0);
}
