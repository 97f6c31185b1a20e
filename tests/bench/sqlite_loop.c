/*
 * sqlite_loop - the fastest way to put rows into SQLite, for comparison
 *
 *     sqlite_loop DB TABLE FILE
 *
 * Parses all rows of FILE into memory first; then makes DB with the table and
 * the pragmas that sqlite-load --create would use, and runs one prepared
 * INSERT for each row in one transaction.  Writes the seconds of the second
 * part, the one to compare with, to descriptor 3 when that is open, else to
 * standard output.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/mem.h"
#include "json/json.h"
#include "schema/ddl.h"
#include "schema/infer.h"

struct value {
	int		 type;		/* SQLITE_INTEGER, ... */
	union {
		sqlite3_int64	 i;
		double		 d;
		const char	*s;
	};
	size_t		 len;
};

struct rows {
	struct buf	 text;		/* FILE */
	struct value	*v;		/* row after row */
	size_t		 n, cap;	/* values */
	size_t		 columns;
	struct arena	*a;
	struct infer	*infer;
};

static void
die(const char *what)
{

	(void)fprintf(stderr, "sqlite_loop: %s\n", what);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return ((double)t.tv_sec + (double)t.tv_nsec / 1e9);
}

static void
parse_value(struct rows *rows, const struct json_value *v)
{
	struct value *to;
	int64_t i;

	rows->v = mem_grow(rows->v, &rows->cap, rows->n + 1,
	    sizeof(*rows->v));
	to = &rows->v[rows->n++];
	memset(to, 0, sizeof(*to));
	switch (v->type) {
	case JSON_NULL:
		to->type = SQLITE_NULL;
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		to->type = SQLITE_INTEGER;
		to->i = v->type == JSON_TRUE;
		break;
	case JSON_NUMBER:
		if (json_int(v, &i)) {
			to->type = SQLITE_INTEGER;
			to->i = i;
		} else {
			to->type = SQLITE_FLOAT;
			to->d = strtod(v->s, NULL);
		}
		break;
	case JSON_STRING:
		to->type = SQLITE_TEXT;
		to->s = json_string(v, rows->a, &to->len);
		break;
	default:
		to->type = SQLITE_TEXT;
		to->s = v->s;
		to->len = v->len;
		break;
	}
}

static void
parse(struct rows *rows, const char *path)
{
	struct json_reader *r = json_reader_new();
	struct err err = ERR_INIT;
	const char *s, *end, *nl;
	size_t i, n = 0;

	if (infile_read(path, SIZE_MAX, &rows->text, &err) != 0)
		die(err.msg);
	end = rows->text.s + rows->text.len;
	for (s = rows->text.s; s < end; s = nl + 1) {
		if ((nl = memchr(s, '\n', (size_t)(end - s))) == NULL)
			nl = end;
		if (json_read_object(r, s, (size_t)(nl - s), &err) != 0)
			die(err.msg);
		if (n++ < 1000)
			infer_add(rows->infer, r->fields, r->nfields);
		if (rows->columns != 0 && rows->columns != r->nfields)
			die("rows have different keys");
		rows->columns = r->nfields;
		for (i = 0; i < r->nfields; i++)
			parse_value(rows, &r->fields[i].value);
	}
	json_reader_free(r);
}

static void
run(sqlite3 *db, const char *sql)
{

	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db));
}

static void
bind(sqlite3_stmt *stmt, int i, const struct value *v)
{

	switch (v->type) {
	case SQLITE_INTEGER:
		(void)sqlite3_bind_int64(stmt, i, v->i);
		break;
	case SQLITE_FLOAT:
		(void)sqlite3_bind_double(stmt, i, v->d);
		break;
	case SQLITE_TEXT:
		(void)sqlite3_bind_text(stmt, i, v->s, (int)v->len,
		    SQLITE_STATIC);
		break;
	default:
		(void)sqlite3_bind_null(stmt, i);
		break;
	}
}

static void
insert(sqlite3 *db, const struct rows *rows, const char *table)
{
	struct buf sql = { 0 };
	sqlite3_stmt *stmt;
	size_t i, k;

	buf_puts(&sql, "INSERT INTO ");
	ddl_quote(&sql, table);
	for (k = 0; k < rows->columns; k++)
		buf_puts(&sql, k == 0 ? " VALUES (?" : ", ?");
	buf_puts(&sql, ")");
	if (sqlite3_prepare_v3(db, buf_z(&sql), -1, SQLITE_PREPARE_PERSISTENT,
	    &stmt, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db));
	for (i = 0; i < rows->n; i += rows->columns) {
		for (k = 0; k < rows->columns; k++)
			bind(stmt, (int)k + 1, &rows->v[i + k]);
		if (sqlite3_step(stmt) != SQLITE_DONE)
			die(sqlite3_errmsg(db));
		(void)sqlite3_reset(stmt);
	}
	(void)sqlite3_finalize(stmt);
	buf_free(&sql);
}

static void
load(const struct rows *rows, const char *path, const char *table)
{
	struct buf ddl = { 0 };
	sqlite3 *db;

	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		die(sqlite3_errmsg(db));
	run(db, "PRAGMA page_size=16384; PRAGMA cache_size=-65536;"
	    "PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE;"
	    "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; BEGIN");
	ddl_sqlite(infer_table(rows->infer, table, rows->a), table,
	    DDL_NUMERIC_REAL, &ddl);
	run(db, buf_z(&ddl));
	insert(db, rows, table);
	run(db, "COMMIT");
	(void)sqlite3_close(db);
	buf_free(&ddl);
}

int
main(int argc, char *argv[])
{
	struct rows rows = { 0 };
	char text[32];
	double start;
	int n;

	if (argc != 4) {
		(void)fputs("usage: sqlite_loop DB TABLE FILE\n", stderr);
		return (2);
	}
	rows.a = arena_new();
	rows.infer = infer_new();
	parse(&rows, argv[3]);
	(void)unlink(argv[1]);
	start = now();
	load(&rows, argv[1], argv[2]);
	n = snprintf(text, sizeof(text), "%.3f\n", now() - start);
	if (write(3, text, (size_t)n) != n)
		(void)fputs(text, stdout);
	infer_free(rows.infer);
	arena_free(rows.a);
	buf_free(&rows.text);
	mem_free(rows.v);
	return (0);
}
