#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/sqlite.h"
#include "db/sqlite_fk.h"
#include "db/sqlite_table.h"
#include "schema/ddl.h"

#define SAID	10	/* broken foreign keys named one by one */

/* SQLite's temporary database holds what may be more than memory should. */
static const char create_sql[] =
    "CREATE TEMP TABLE rowpipe_fk_table (name TEXT PRIMARY KEY);"
    "CREATE TEMP TABLE rowpipe_fk_before (child, id, fkid);"
    "CREATE INDEX temp.rowpipe_fk_index"
    " ON rowpipe_fk_before (child, fkid, id)";

/* The table itself when it refers to others, and those that refer to it. */
static const char tables_sql[] =
    "INSERT OR IGNORE INTO temp.rowpipe_fk_table SELECT l.name"
    " FROM pragma_table_list l, pragma_foreign_key_list(l.name, 'main') f"
    " WHERE l.schema = 'main' AND l.type = 'table' AND"
    " (l.name = ?1 COLLATE NOCASE OR f.\"table\" = ?1 COLLATE NOCASE)";

static const char before_sql[] =
    "INSERT INTO temp.rowpipe_fk_before SELECT t.name, c.rowid, c.fkid"
    " FROM temp.rowpipe_fk_table t,"
    " pragma_foreign_key_check(t.name, 'main') c";

/* Rows of a table without rowid cannot be told apart: there it is the number
 * of them that counts. */
static const char after_sql[] =
    "SELECT v.child, v.id, v.parent, v.fkid FROM (SELECT t.name AS child,"
    " c.rowid AS id, c.parent AS parent, c.fkid AS fkid, row_number() OVER"
    " (PARTITION BY t.name, c.fkid, c.rowid) AS n"
    " FROM temp.rowpipe_fk_table t,"
    " pragma_foreign_key_check(t.name, 'main') c) v"
    " WHERE v.n > (SELECT count(*) FROM temp.rowpipe_fk_before b"
    " WHERE b.child = v.child AND b.fkid = v.fkid AND b.id IS v.id)";

struct sqlite_fk {
	struct sqlite	*db;
	int		 clean;		/* nothing was broken before */
};

/* Run one statement about ${name} (NULL: about nothing). */
static int
run(struct sqlite *db, const char *sql, const char *name, struct err *err)
{
	struct sqlite_stmt *stmt = sqlite_ask(db, sql, name, err);
	enum sqlite_step step;

	if (stmt == NULL)
		return (-1);
	step = sqlite_step(stmt, err);
	sqlite_finalize(stmt);
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}

struct sqlite_fk *
sqlite_fk_new(struct sqlite *db, const char *const tables[], size_t n,
    struct err *err)
{
	struct sqlite_fk *fk = mem_alloc(sizeof(*fk));
	size_t i;

	fk->db = db;
	if (sqlite_exec(db, create_sql, err) != 0)
		goto failed;
	for (i = 0; i < n; i++)
		if (run(db, tables_sql, tables[i], err) != 0)
			goto failed;
	if (run(db, before_sql, NULL, err) != 0)
		goto failed;
	/* SQLite counts only what it enforces. */
	fk->clean = sqlite_changes(db) == 0 && sqlite_enforces(db);
	return (fk);

failed:
	mem_free(fk);
	return (NULL);
}

/*
 * What is said of one row.
 */

/* "user_id" or "user_id, kind": the names ${get} gives for a reference. */
static void
put_names(struct buf *b, const struct table *m, const struct table_ref *ref,
    int parent)
{
	struct quote q;
	size_t i;

	for (i = 0; i < ref->columns.n; i++)
		buf_printf(b, "%s%s", i > 0 ? ", " : "", quote_z(&q, parent ?
		    ref->fields[i] : m->columns[ref->columns.v[i]].name));
}

static void
put_value(struct buf *b, const struct sqlite_value *v)
{
	struct quote q;

	switch (v->type) {
	case SQLITE_TYPE_INTEGER:
		buf_printf(b, "%" PRId64, v->integer);
		break;
	case SQLITE_TYPE_REAL:
		buf_printf(b, "%.17g", v->real);
		break;
	case SQLITE_TYPE_NULL:
		buf_puts(b, "null");
		break;
	default:
		buf_puts(b, quote(&q, v->s, v->len));
		break;
	}
}

/* The values of the referring columns in row ${id}, as "5" or "5, \"x\"". */
static void
put_values(struct sqlite *db, const struct table *m,
    const struct table_ref *ref, int64_t id, struct buf *b)
{
	struct buf sql = { 0 };
	struct err err = ERR_INIT;
	struct sqlite_stmt *stmt;
	struct sqlite_value v;
	size_t i;

	for (i = 0; i < ref->columns.n; i++) {
		buf_puts(&sql, i == 0 ? "SELECT " : ", ");
		ddl_quote(&sql, m->columns[ref->columns.v[i]].name);
	}
	buf_puts(&sql, " FROM main.");
	ddl_quote(&sql, m->name);
	buf_puts(&sql, " WHERE rowid = ?1");
	if ((stmt = sqlite_prepare(db, sql.s, sql.len, &err)) != NULL) {
		sqlite_bind_int(stmt, 1, id);
		if (sqlite_step(stmt, &err) == SQLITE_STEP_ROW) {
			for (i = 0; i < ref->columns.n; i++) {
				buf_puts(b, i > 0 ? ", " : "");
				sqlite_column(stmt, i, &v);
				put_value(b, &v);
			}
		}
	}
	sqlite_finalize(stmt);
	buf_free(&sql);
}

/* Name the place and the reason of the violation that ${stmt} is at. */
static int
describe(struct sqlite *db, const struct sqlite_stmt *stmt, struct buf *place,
    struct err *why, struct arena *a, struct err *err)
{
	const struct sqlite_table *t;
	const struct table_ref *ref;
	struct buf parent = { 0 }, values = { 0 };
	struct sqlite_value id;
	int64_t fkid = sqlite_column_int(stmt, 3);
	const char *s;
	struct quote q;
	char name[QUOTE_MAX + 8];

	t = sqlite_table_read(db, sqlite_column_z(stmt, 0), a, err);
	if (t == NULL)
		return (-1);
	buf_puts(place, quote_plain(name, sizeof(name), t->model->name,
	    strlen(t->model->name)));
	if (fkid < 0 || (size_t)fkid >= t->model->nrefs)
		return (err_set(why, "a foreign key is broken"));
	ref = &t->model->refs[fkid];
	if (ref->columns.n == 1) {
		s = t->model->columns[ref->columns.v[0]].name;
		buf_printf(place, ".%s", quote_plain(name, sizeof(name), s,
		    strlen(s)));
	}
	put_names(&parent, t->model, ref, 1);
	(void)quote_z(&q, ref->table);
	sqlite_column(stmt, 1, &id);
	if (id.type == SQLITE_TYPE_INTEGER) {
		put_values(db, t->model, ref, id.integer, &values);
		(void)err_set(why, "row %" PRId64 " refers to a row of table "
		    "%s that is not there: %s = %s", id.integer, q.s,
		    buf_z(&parent), buf_z(&values));
	} else {
		put_names(&values, t->model, ref, 0);
		(void)err_set(why, "%s of a row refers to %s in table %s, "
		    "which is not there", buf_z(&values), buf_z(&parent),
		    q.s);
	}
	buf_free(&values);
	buf_free(&parent);
	return (0);
}

int64_t
sqlite_fk_check(struct sqlite_fk *fk, struct err *err)
{
	struct sqlite_stmt *stmt;
	struct buf place = { 0 };
	enum sqlite_step step;
	struct arena *a;
	int64_t n = 0;

	/* SQLite counts what the transaction has broken and not mended; where
	 * nothing was broken before, that count is the whole truth. */
	if (fk->clean && !sqlite_fk_pending(fk->db))
		return (0);
	stmt = sqlite_prepare(fk->db, after_sql, sizeof(after_sql) - 1, err);
	if (stmt == NULL)
		return (-1);
	a = arena_new();
	while ((step = sqlite_step(stmt, err)) == SQLITE_STEP_ROW) {
		struct err why = ERR_INIT;

		if (n++ >= SAID)
			continue;
		place.len = 0;
		arena_reset(a);
		if (describe(fk->db, stmt, &place, &why, a, err) == -1 &&
		    why.msg[0] == '\0')
			break;
		diag_err(buf_z(&place), &why);
	}
	arena_free(a);
	buf_free(&place);
	sqlite_finalize(stmt);
	return (step == SQLITE_STEP_DONE ? n : -1);
}

void
sqlite_fk_free(struct sqlite_fk *fk)
{

	mem_free(fk);
}
