#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgmerge.h"
#include "db/pgtarget.h"
#include "db/pgundo.h"
#include "db/undo.h"
#include "json/json.h"

/* Lines fetched at a time. */
static const char cursor_sql[] = "DECLARE rowpipe_undo_lines NO SCROLL CURSOR"
    " FOR SELECT t, op, before, after FROM " PGMERGE_UNDO " ORDER BY n";
static const char fetch_sql[] = "FETCH 1000 FROM rowpipe_undo_lines";
static const char close_sql[] = "CLOSE rowpipe_undo_lines";

struct table_at {
	const struct pgtarget	*t;
	const char		**key;
	size_t			 nkey;
};

struct pgundo {
	struct pg		*pg;
	struct undo		*log;
	struct table_at		*tables;
	size_t			 ntables, cap;
	struct json_reader	*reader;
	struct buf		 before, after;
};

struct pgundo *
pgundo_new(struct pg *pg, const char *path, int lasting, struct err *err)
{
	struct pgundo *u = mem_alloc(sizeof(*u));
	struct buf sql = { 0 };
	int rc = -1;

	u->pg = pg;
	u->reader = json_reader_new();
	if ((u->log = undo_open(path, "postgresql", err)) != NULL) {
		pgmerge_put_undo(lasting, &sql);
		rc = pg_exec(pg, buf_z(&sql), err);
	}
	buf_free(&sql);
	if (rc == 0)
		return (u);
	pgundo_free(u);
	return (NULL);
}

int
pgundo_table(struct pgundo *u, const struct pgtarget *t, struct err *err)
{
	const struct column_list *pk = &t->model->primary_key;
	struct table_at *at;
	struct quote q;
	size_t i;

	if (t->is_view) {
		(void)err_set(err, "%s is a view, of which there can be no "
		    "undo log", quote_z(&q, t->label));
		return (err_status(err, DIAG_USAGE));
	}
	u->tables = mem_grow(u->tables, &u->cap, u->ntables + 1,
	    sizeof(*u->tables));
	at = &u->tables[u->ntables++];
	at->t = t;
	at->key = mem_array(pk->n + 1, sizeof(*at->key));
	for (i = 0; i < pk->n; i++)
		at->key[i] = t->model->columns[pk->v[i]].name;
	at->nkey = pk->n;
	return (0);
}

/* Take a row as JSON; a line end in it can only be white space. */
static void
take_row(const char *s, struct buf *b)
{
	size_t i;

	b->len = 0;
	buf_puts(b, s);
	for (i = 0; i < b->len; i++)
		if (b->s[i] == '\n' || b->s[i] == '\r')
			b->s[i] = ' ';
}

static int
put_line(struct pgundo *u, const struct pg_result *res, size_t i,
    struct err *err)
{
	const struct table_at *at = &u->tables[pg_get_int(res, i, 0) - 1];
	const char *op = pg_get(res, i, 1);
	const char *before = pg_get(res, i, 2), *after = pg_get(res, i, 3);
	const struct buf *row = before != NULL ? &u->before : &u->after;
	struct buf *b;

	if (before != NULL)
		take_row(before, &u->before);
	if (after != NULL)
		take_row(after, &u->after);
	if (json_read_object(u->reader, row->s, row->len, err) != 0)
		return (-1);
	b = undo_line(u->log, *op == 'i' ? "insert" : *op == 'u' ? "update" :
	    "delete", undo_name(at->t->label, at->t->sql));
	buf_puts(b, ",\"key\":");
	undo_put_key(b, u->reader->fields, u->reader->nfields, at->key,
	    at->nkey, row->s, row->len);
	if (before != NULL) {
		buf_puts(b, ",\"before\":");
		buf_put(b, u->before.s, u->before.len);
	}
	if (after != NULL) {
		buf_puts(b, ",\"after\":");
		buf_put(b, u->after.s, u->after.len);
	}
	return (undo_line_end(u->log, err));
}

int
pgundo_ready(struct pgundo *u, struct err *err)
{
	struct pg_result *res;
	size_t i, n = 1;
	int rc;

	rc = pg_exec(u->pg, cursor_sql, err);
	while (rc == 0 && n > 0) {
		if ((res = pg_query(u->pg, fetch_sql, NULL, 0, err)) == NULL)
			return (-1);
		n = pg_rows(res);
		for (i = 0; rc == 0 && i < n; i++)
			rc = put_line(u, res, i, err);
		pg_done(res);
	}
	if (rc != 0 || pg_exec(u->pg, close_sql, err) != 0)
		return (-1);
	return (undo_sync(u->log, err));
}

void
pgundo_end(struct pgundo *u, int rc, int status)
{

	if (rc == 0)
		undo_committed(u->log);
	else if (status == DIAG_UNKNOWN)
		undo_unknown(u->log);
}

void
pgundo_free(struct pgundo *u)
{
	size_t i;

	if (u == NULL)
		return;
	undo_close(u->log);
	for (i = 0; i < u->ntables; i++)
		mem_free(u->tables[i].key);
	mem_free(u->tables);
	json_reader_free(u->reader);
	buf_free(&u->before);
	buf_free(&u->after);
	mem_free(u);
}
