#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/seen.h"
#include "db/pg.h"
#include "db/pgmerge.h"
#include "db/pgtarget.h"
#include "db/pgundo.h"
#include "db/pgwitness.h"
#include "db/undo.h"
#include "db/undo_row.h"
#include "json/json.h"

/* Lines fetched at a time. */
static const char cursor_sql[] = "DECLARE rowpipe_undo_lines NO SCROLL CURSOR"
    " FOR SELECT t, op, before, after FROM " PGMERGE_UNDO " ORDER BY "
    PGWITNESS_ORDER;
static const char fetch_sql[] = "FETCH 1000 FROM rowpipe_undo_lines";
static const char close_sql[] = "CLOSE rowpipe_undo_lines";

struct table_at {
	const char		*label, *sql;
	const char *const	*key;
	size_t			 nkey;
};

struct pgundo {
	struct pg			*pg;
	struct undo			*log;
	struct arena			*a;	/* of the tables */
	const struct pgtarget		**targets;
	size_t				 ntargets, targets_cap;
	struct table_at			*tables; /* by number, from 0 */
	struct pgwitness		*witness;
	int				 always;	/* it is to see all */
	int				 watched;	/* it does */
	struct seen			*missed;	/* tables */
	int				 partial;	/* there are some */
	struct json_reader		*reader;
	struct buf			 row, rows;
};

struct pgundo *
pgundo_new(struct pg *pg, const char *path, int lasting, struct err *err)
{
	struct pgundo *u = mem_alloc(sizeof(*u));
	struct buf sql = { 0 };
	int rc = -1;

	u->pg = pg;
	u->a = arena_new();
	u->missed = seen_new();
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

/*
 * Tables.
 */

int
pgundo_table(struct pgundo *u, const struct pgtarget *t, struct err *err)
{
	struct quote q;

	if (t->is_view) {
		(void)err_set(err, "%s is a view, of which there can be no "
		    "undo log", quote_z(&q, t->label));
		return (err_status(err, DIAG_USAGE));
	}
	u->targets = mem_grow(u->targets, &u->targets_cap, u->ntargets + 1,
	    sizeof(*u->targets));
	u->targets[u->ntargets++] = t;
	return (0);
}

static struct table_at
of_target(struct pgundo *u, const struct pgtarget *t)
{
	const struct column_list *pk = &t->model->primary_key;
	const char **key = arena_alloc(u->a, (pk->n + 1) * sizeof(*key));
	size_t i;

	for (i = 0; i < pk->n; i++)
		key[i] = t->model->columns[pk->v[i]].name;
	/* In the log the label names the table, which another may hide. */
	return ((struct table_at){ t->is_visible ? t->label : t->sql, t->sql,
	    key, pk->n });
}

int
pgundo_begin(struct pgundo *u, int deletes, struct err *err)
{
	const struct pgwitness_table *others;
	size_t i, n;

	u->witness = pgwitness_find(u->pg, u->targets, u->ntargets, u->a, err);
	if (u->witness == NULL)
		return (-1);
	others = pgwitness_tables(u->witness, &n);
	u->tables = mem_array(u->ntargets + n, sizeof(*u->tables));
	for (i = 0; i < u->ntargets; i++)
		u->tables[i] = of_target(u, u->targets[i]);
	for (i = 0; i < n; i++)
		u->tables[u->ntargets + i] = (struct table_at){
			others[i].label, others[i].sql, others[i].key,
			others[i].nkey
		};
	u->always = pgwitness_triggers(u->witness) ||
	    (deletes && pgwitness_cascades(u->witness));
	return (pgundo_again(u, err));
}

int
pgundo_again(struct pgundo *u, struct err *err)
{

	if (!u->always)
		return (0);
	u->watched = 1;
	return (pgwitness_begin(u->witness, err));
}

int
pgundo_deleting(struct pgundo *u, int *noted, struct err *err)
{

	if (!u->watched && pgwitness_cascades(u->witness)) {
		if (pgwitness_begin(u->witness, err) != 0)
			return (-1);
		u->watched = 1;
	}
	*noted = u->watched;
	return (0);
}

/*
 * Lines.
 */

/* Append the row ${s}, which is JSON, as a member of a line.  Its members are
 * the reader's then. */
static int
put_row(struct pgundo *u, const char *name, const char *s, struct buf *b,
    struct err *err)
{
	size_t i;

	u->row.len = 0;
	buf_puts(&u->row, s);
	/* A line end in it can only be white space. */
	for (i = 0; i < u->row.len; i++)
		if (u->row.s[i] == '\n' || u->row.s[i] == '\r')
			u->row.s[i] = ' ';
	if (json_read_object(u->reader, u->row.s, u->row.len, err) != 0)
		return (-1);
	buf_printf(b, ",\"%s\":", name);
	undo_row_put(b, u->reader->fields, u->reader->nfields);
	return (0);
}

static int
put_line(struct pgundo *u, const struct pg_result *res, size_t i,
    struct err *err)
{
	const struct table_at *at = &u->tables[pg_get_int(res, i, 0) - 1];
	const char *op = pg_get(res, i, 1);
	const char *before = pg_get(res, i, 2), *after = pg_get(res, i, 3);
	struct buf *b, *rows = &u->rows;

	rows->len = 0;
	if (before != NULL && put_row(u, "before", before, rows, err) != 0)
		return (-1);
	b = undo_line(u->log, *op == 'i' ? "insert" : *op == 'u' ? "update" :
	    "delete", undo_name(at->label, at->sql));
	buf_puts(b, ",\"key\":");
	/* Of the row before, if there was one. */
	if (before != NULL)
		undo_row_put_key(b, u->reader->fields, u->reader->nfields,
		    at->key, at->nkey);
	if (after != NULL && put_row(u, "after", after, rows, err) != 0)
		return (-1);
	if (before == NULL)
		undo_row_put_key(b, u->reader->fields, u->reader->nfields,
		    at->key, at->nkey);
	buf_put(b, rows->s, rows->len);
	return (undo_line_end(u->log, err));
}

static int
put_lines(struct pgundo *u, struct err *err)
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
	return (rc == 0 ? pg_exec(u->pg, close_sql, err) : rc);
}

int
pgundo_check(struct pgundo *u, struct err *err)
{
	int n = pgwitness_missed(u->witness, u->watched, u->missed, err);

	u->partial |= n > 0;
	return (n < 0 ? -1 : 0);
}

int
pgundo_ready(struct pgundo *u, struct err *err)
{

	if ((u->watched && pgwitness_end(u->witness, err) != 0) ||
	    put_lines(u, err) != 0)
		return (-1);
	u->watched = 0;
	return (undo_sync(u->log, err));
}

int
pgundo_partial(const struct pgundo *u)
{

	return (u->partial);
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

	if (u == NULL)
		return;
	undo_close(u->log);
	mem_free(u->targets);
	mem_free(u->tables);
	seen_free(u->missed);
	json_reader_free(u->reader);
	buf_free(&u->row);
	buf_free(&u->rows);
	arena_free(u->a);
	mem_free(u);
}
