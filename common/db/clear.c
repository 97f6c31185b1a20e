#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/clear.h"
#include "db/clear_graph.h"
#include "db/engine.h"
#include "db/feed.h"
#include "db/pg.h"
#include "db/sqlite_undo.h"
#include "db/undo.h"
#include "db/undo_row.h"
#include "json/json.h"

struct clear {
	struct engine		 *e;
	struct arena		 *a;
	struct clear_graph	  g;
	struct clear_table	 *tables;	/* beside g.nodes */
	size_t			 *order;	/* of both */
	size_t			  nnamed;
	size_t			  nloose;	/* of the order: the first that
						   can go one by one; the named
						   ones after them refer to each
						   other in circles */
	struct undo		 *undo;		/* the log, while there is */
	struct sqlite_undo	 *watch;	/* one; on SQLite */
};

/*
 * What would happen to other tables.
 */

/* Append the condition that a row ${alias} of the child refers to a row that
 * goes; return whether it can be met.  ${path} holds the tables on the way. */
static int put_doomed(const struct clear *c, struct buf *b, size_t node,
    size_t depth, size_t *path);

static int
put_refers(const struct clear *c, struct buf *b, const struct clear_edge *e,
    size_t depth, size_t *path)
{
	const struct clear_node *parent = &c->g.nodes[e->parent];
	size_t i, start = b->len;

	buf_putc(b, '(');
	for (i = 0; i < e->ncolumns; i++)
		buf_printf(b, "%st%zu.%s IS NOT NULL", i > 0 ? " AND " : "",
		    depth, e->from[i]);
	if (!parent->named) {
		for (i = 0; i < depth; i++)
			if (path[i] == e->parent)
				break;
		if (i < depth) {
			b->len = start;
			return (0);
		}
		buf_printf(b, " AND EXISTS (SELECT 1 FROM %s t%zu WHERE ",
		    parent->sql, depth + 1);
		for (i = 0; i < e->ncolumns; i++)
			buf_printf(b, "t%zu.%s = t%zu.%s AND ", depth + 1,
			    e->to[i], depth, e->from[i]);
		if (!put_doomed(c, b, e->parent, depth + 1, path)) {
			b->len = start;
			return (0);
		}
		buf_putc(b, ')');
	}
	buf_putc(b, ')');
	return (1);
}

/* The same for any of the edges of ${node} whose action is one of
 * ${actions}. */
static int
put_any(const struct clear *c, struct buf *b, size_t node,
    const char *actions, size_t depth, size_t *path)
{
	const struct clear_edge *e;
	size_t i, start = b->len, n = 0;

	path[depth] = node;
	buf_putc(b, '(');
	for (i = 0; i < c->g.nedges; i++) {
		e = &c->g.edges[i];
		if (e->child != node || strchr(actions, e->action) == NULL)
			continue;
		if (n > 0)
			buf_puts(b, " OR ");
		if (put_refers(c, b, e, depth, path))
			n++;
		else if (n > 0)
			b->len -= strlen(" OR ");
	}
	buf_putc(b, ')');
	if (n == 0)
		b->len = start;
	return (n > 0);
}

static int
put_doomed(const struct clear *c, struct buf *b, size_t node, size_t depth,
    size_t *path)
{

	return (put_any(c, b, node, "c", depth, path));
}

/* Count the rows of a table that is not named which ${actions} would touch,
 * and that do not go themselves. */
static int
count_touched(struct clear *c, size_t node, const char *actions,
    uint64_t *count, struct err *err)
{
	size_t *path = mem_array(c->g.nnodes + 2, sizeof(*path));
	struct engine_result *r = NULL;
	struct buf b = { 0 };
	size_t mark;
	int rc = 0;

	buf_printf(&b, "SELECT count(*) FROM %s t0 WHERE ",
	    c->g.nodes[node].sql);
	if (put_any(c, &b, node, actions, 0, path)) {
		mark = b.len;
		buf_puts(&b, " AND NOT coalesce(");
		if (strcmp(actions, "c") != 0 &&
		    put_doomed(c, &b, node, 0, path))
			buf_puts(&b, ", false)");
		else
			b.len = mark;
		r = engine_query(c->e, buf_z(&b), NULL, 0, err);
		rc = r == NULL ? -1 : 0;
		if (r != NULL)
			*count = (uint64_t)engine_get_int(r, 0, 0);
	}
	engine_done(r);
	buf_free(&b);
	mem_free(path);
	return (rc);
}

/* The rows of ${node} itself. */
static const char *
put_rows(const struct clear *c, size_t node, struct buf *b)
{
	const struct clear_node *n = &c->g.nodes[node];

	buf_printf(b, "FROM %s%s", n->only ? "ONLY " : "", n->sql);
	return (buf_z(b));
}

static int
count_all(struct clear *c, size_t node, uint64_t *count, struct err *err)
{
	struct engine_result *r;
	struct buf b = { 0 };

	buf_puts(&b, "SELECT count(*) ");
	r = engine_query(c->e, put_rows(c, node, &b), NULL, 0, err);
	buf_free(&b);
	if (r == NULL)
		return (-1);
	*count = (uint64_t)engine_get_int(r, 0, 0);
	engine_done(r);
	return (0);
}

static int
look_at(struct clear *c, size_t node, struct err *err)
{
	const struct clear_node *n = &c->g.nodes[node];
	struct clear_table *t = &c->tables[node];

	t->label = n->label;
	t->sql = n->sql;
	t->named = n->named;
	t->triggers = n->triggers;
	t->filtered = n->filtered;
	if (n->named)
		return (count_all(c, node, &t->rows, err));
	if (count_touched(c, node, "c", &t->cascaded, err) != 0 ||
	    count_touched(c, node, "nd", &t->changed, err) != 0)
		return (-1);
	return (count_touched(c, node, "ar", &t->blocking, err));
}

/*
 * In which order.
 */

/* Is there a table left, other than ${node} itself, that refers to it? */
static int
is_needed(const struct clear *c, size_t node, const char *left)
{
	const struct clear_edge *e;
	size_t i;

	for (i = 0; i < c->g.nedges; i++) {
		e = &c->g.edges[i];
		if (e->parent == node && e->child != node && left[e->child])
			return (1);
	}
	return (0);
}

/* Those that others refer to come after them; what is left in the end refers
 * to each other in circles. */
static void
find_order(struct clear *c)
{
	char *left = mem_alloc(c->g.nnodes + 1);
	size_t i, n = 0, before;

	c->order = arena_alloc(c->a, (c->g.nnodes + 1) * sizeof(*c->order));
	for (i = 0; i < c->g.nnodes; i++) {
		left[i] = (char)c->g.nodes[i].named;
		c->nnamed += c->g.nodes[i].named != 0;
	}
	do {
		before = n;
		for (i = 0; i < c->g.nnodes; i++) {
			if (!left[i] || is_needed(c, i, left))
				continue;
			left[i] = 0;
			c->order[n++] = i;
		}
	} while (n > before);
	c->nloose = n;
	for (i = 0; i < c->g.nnodes; i++)
		if (left[i])
			c->order[n++] = i;
	for (i = 0; i < c->g.nnodes; i++)
		if (!c->g.nodes[i].named)
			c->order[n++] = i;
	mem_free(left);
}

/*
 * The whole.
 */

struct clear *
clear_new(struct engine *e, char *const tables[], int lock, struct arena *a,
    struct err *err)
{
	struct clear *c = arena_alloc(a, sizeof(*c));
	size_t i;

	memset(c, 0, sizeof(*c));
	c->e = e;
	c->a = a;
	if (clear_graph_read(e, tables, lock, &c->g, a, err) != 0)
		return (NULL);
	c->tables = arena_alloc(a, (c->g.nnodes + 1) * sizeof(*c->tables));
	memset(c->tables, 0, (c->g.nnodes + 1) * sizeof(*c->tables));
	find_order(c);
	for (i = 0; i < c->g.nnodes; i++)
		if (look_at(c, i, err) != 0)
			return (NULL);
	return (c);
}

size_t
clear_count(const struct clear *c)
{

	return (c->g.nnodes);
}

const struct clear_table *
clear_at(const struct clear *c, size_t i)
{

	return (&c->tables[c->order[i]]);
}

int
clear_refused(const struct clear *c)
{
	size_t i;

	for (i = 0; i < c->g.nnodes; i++)
		if (c->tables[i].cascaded > 0 || c->tables[i].changed > 0 ||
		    c->tables[i].blocking > 0)
			return (1);
	return (0);
}

/*
 * What goes, for the record.
 */

static int
log_row(struct clear *c, size_t node, struct json_reader *reader,
    const struct buf *row, struct err *err)
{
	const struct clear_node *n = &c->g.nodes[node];
	struct buf *b;

	if (json_read_object(reader, row->s, row->len, err) != 0)
		return (-1);
	b = undo_line(c->undo, "delete", n->hidden ? n->sql :
	    undo_name(n->label, n->sql));
	buf_puts(b, ",\"key\":");
	undo_row_put_key(b, reader->fields, reader->nfields, n->key, n->nkey);
	buf_puts(b, ",\"before\":");
	undo_row_put(b, reader->fields, reader->nfields);
	return (undo_line_end(c->undo, err));
}

static int
log_table(struct clear *c, size_t node, struct err *err)
{
	const struct clear_node *n = &c->g.nodes[node];
	struct json_reader *reader = json_reader_new();
	struct buf row = { 0 }, where = { 0 };
	struct feed *feed;
	struct quote q;
	uint64_t rows = 0;
	int rc;

	if (n->only)
		buf_printf(&where, "tableoid OPERATOR(pg_catalog.=) %s", n->id);
	feed = feed_from(c->e, n->sql, n->only ? buf_z(&where) : NULL, err);
	rc = feed == NULL ? -1 : 1;
	while (rc == 1) {
		row.len = 0;
		if ((rc = feed_next(feed, &row, err)) != 1)
			break;
		rows++;
		if (log_row(c, node, reader, &row, err) != 0)
			rc = -1;
	}
	if (rc == 0 && rows != c->tables[node].rows) {
		(void)err_set(err, "table %s changed while it was read",
		    quote_z(&q, n->label));
		rc = err_status(err, DIAG_FAIL);
	}
	feed_close(feed);
	json_reader_free(reader);
	buf_free(&row);
	buf_free(&where);
	return (rc);
}

int
clear_log(struct clear *c, const char *path, struct err *err)
{
	size_t i;

	/* SQLite tells of each row itself. */
	if (engine_sqlite(c->e) != NULL) {
		c->watch = sqlite_undo_new(engine_sqlite(c->e), path, err);
		return (c->watch == NULL ? -1 : 0);
	}
	if ((c->undo = undo_open(path, "postgresql", err)) == NULL)
		return (-1);
	for (i = 0; i < c->nnamed; i++)
		if (log_table(c, c->order[i], err) != 0)
			return (-1);
	return (0);
}

int
clear_ready(struct clear *c, struct err *err)
{

	if (c->watch != NULL)
		return (sqlite_undo_sync(c->watch, err));
	return (c->undo != NULL ? undo_sync(c->undo, err) : 0);
}

void
clear_end(struct clear *c, int committed, int unknown)
{

	if (c->watch != NULL && committed)
		sqlite_undo_committed(c->watch);
	else if (c->watch != NULL && unknown)
		sqlite_undo_unknown(c->watch);
	if (c->undo != NULL && committed)
		undo_committed(c->undo);
	else if (c->undo != NULL && unknown)
		undo_unknown(c->undo);
	sqlite_undo_free(c->watch);
	undo_close(c->undo);
	c->watch = NULL;
	c->undo = NULL;
}

/*
 * Deleting.
 */

static int
not_all(const struct clear *c, size_t node, uint64_t n, struct err *err)
{
	const struct clear_table *t = &c->tables[node];
	struct quote q;

	(void)err_set(err, "%" PRIu64 " row%s of table %s were deleted, not %"
	    PRIu64, n, n == 1 ? "" : "s", quote_z(&q, t->label), t->rows);
	(void)err_hint(err, t->triggers != NULL ? "a trigger may have kept "
	    "rows or deleted others" : "something else changes the table");
	return (err_status(err, DIAG_FAIL));
}

static int
delete_table(struct clear *c, size_t node, struct err *err)
{
	struct engine_result *r;
	struct buf b = { 0 };
	uint64_t n, left;

	buf_puts(&b, "DELETE ");
	r = engine_query(c->e, put_rows(c, node, &b), NULL, 0, err);
	buf_free(&b);
	if (r == NULL)
		return (-1);
	n = engine_affected(r);
	engine_done(r);
	if (n == c->tables[node].rows)
		return (0);
	/* SQLite does not count rows that a cascade within the table, or from
	 * one that was cleared before, has taken. */
	if (engine_pg(c->e) != NULL || n > c->tables[node].rows)
		return (not_all(c, node, n, err));
	if (count_all(c, node, &left, err) != 0)
		return (-1);
	return (left == 0 ? 0 : not_all(c, node, n, err));
}

/* Tables that refer to each other in circles: PostgreSQL looks at references
 * when a statement ends, so all of them go in one. */
static int
delete_circle(struct clear *c, struct err *err)
{
	struct engine_result *r;
	struct buf b = { 0 };
	uint64_t n;
	size_t i;
	int rc = 0;

	for (i = c->nloose; i < c->nnamed; i++) {
		buf_printf(&b, "%s d%zu AS (DELETE ", i == c->nloose ?
		    "WITH" : ",", i);
		(void)put_rows(c, c->order[i], &b);
		buf_puts(&b, " RETURNING 1)");
	}
	for (i = c->nloose; i < c->nnamed; i++)
		buf_printf(&b, "%s (SELECT count(*) FROM d%zu)",
		    i == c->nloose ? " SELECT" : ",", i);
	r = engine_query(c->e, buf_z(&b), NULL, 0, err);
	buf_free(&b);
	if (r == NULL)
		return (-1);
	for (i = c->nloose; rc == 0 && i < c->nnamed; i++) {
		n = (uint64_t)engine_get_int(r, 0, i - c->nloose);
		if (n != c->tables[c->order[i]].rows)
			rc = not_all(c, c->order[i], n, err);
	}
	engine_done(r);
	return (rc);
}

int
clear_run(struct clear *c, struct err *err)
{
	size_t i, n = engine_pg(c->e) != NULL ? c->nloose : c->nnamed;

	for (i = 0; i < n; i++)
		if (delete_table(c, c->order[i], err) != 0)
			return (-1);
	return (n < c->nnamed ? delete_circle(c, err) : 0);
}
