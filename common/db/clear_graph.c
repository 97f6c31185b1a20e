#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/clear_graph.h"
#include "db/engine.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/sqlite.h"
#include "db/sqlite_table.h"
#include "schema/ddl.h"
#include "schema/name.h"
#include "schema/table.h"

struct graph {
	struct engine		*e;
	struct clear_graph	*g;
	struct arena		*a;
	size_t			 nodes_cap, edges_cap;
	struct err		*err;
};

/* Room for one more of ${n} things in the arena. */
static void *
grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
	void *more;

	if (n < *cap)
		return (v);
	*cap = *cap == 0 ? 16 : *cap * 2;
	more = arena_alloc(a, *cap * size);
	if (n > 0)
		memcpy(more, v, n * size);
	return (more);
}

static struct clear_node *
add_node(struct graph *gr)
{
	struct clear_graph *g = gr->g;

	g->nodes = grow(gr->a, g->nodes, g->nnodes, &gr->nodes_cap,
	    sizeof(*g->nodes));
	memset(&g->nodes[g->nnodes], 0, sizeof(*g->nodes));
	return (&g->nodes[g->nnodes++]);
}

static const char *
keep(struct graph *gr, const char *s)
{

	return (s == NULL ? NULL : arena_dup(gr->a, s, strlen(s)));
}

static const char *
quoted(struct graph *gr, const char *schema, const char *name)
{
	struct buf b = { 0 };
	const char *s;

	if (schema != NULL) {
		ddl_quote(&b, schema);
		buf_putc(&b, '.');
	}
	ddl_quote(&b, name);
	s = arena_dup(gr->a, b.s, b.len);
	buf_free(&b);
	return (s);
}

static ptrdiff_t
find_node(const struct clear_graph *g, const char *id)
{
	size_t i;

	for (i = 0; i < g->nnodes; i++)
		if (strcmp(g->nodes[i].id, id) == 0)
			return ((ptrdiff_t)i);
	return (-1);
}

static void
take_key(struct graph *gr, struct clear_node *n, const struct table *t)
{
	size_t i;

	n->key = arena_alloc(gr->a, (t->primary_key.n + 1) *
	    sizeof(*n->key));
	for (i = 0; i < t->primary_key.n; i++)
		n->key[n->nkey++] = t->columns[t->primary_key.v[i]].name;
}

static int
twice(struct graph *gr, const char *operand)
{
	struct quote q;

	(void)err_set(gr->err, "table %s is named twice",
	    quote_z(&q, operand));
	return (err_status(gr->err, DIAG_USAGE));
}

static int
no_table(struct graph *gr, const char *operand, const char *what)
{
	struct quote q;

	(void)err_set(gr->err, "%s is %s, not a table", quote_z(&q, operand),
	    what);
	return (err_status(gr->err, DIAG_USAGE));
}

/*
 * The tables that are named.
 */

static int
lock_table(struct graph *gr, const char *sql)
{
	struct buf b = { 0 };
	int rc;

	buf_printf(&b, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE", sql);
	rc = engine_exec(gr->e, buf_z(&b), gr->err);
	buf_free(&b);
	return (rc);
}

/* A partition of a table that is named as well would be cleared twice. */
static int
check_partition(struct graph *gr, size_t node)
{
	static const char sql[] = "SELECT relid::pg_catalog.oid FROM "
	    "pg_catalog.pg_partition_ancestors($1::pg_catalog.oid::"
	    "pg_catalog.regclass)";
	const struct clear_node *n = &gr->g->nodes[node];
	struct engine_result *r = engine_query(gr->e, sql, &n->id, 1,
	    gr->err);
	struct quote q, q2;
	ptrdiff_t at = -1;
	size_t i;

	if (r == NULL)
		return (-1);
	for (i = 0; at == -1 && i < engine_rows(r); i++)
		if (strcmp(engine_get(r, i, 0), n->id) != 0)
			at = find_node(gr->g, engine_get(r, i, 0));
	engine_done(r);
	if (at == -1)
		return (0);
	(void)err_set(gr->err, "table %s is a partition of %s, which is named "
	    "as well", quote_z(&q, n->label),
	    quote_z(&q2, gr->g->nodes[at].label));
	(void)err_hint(gr->err, "name one of the two");
	return (err_status(gr->err, DIAG_USAGE));
}

static const char facts_sql[] =
    "SELECT c.relkind::pg_catalog.text, (SELECT pg_catalog.string_agg("
    "t.tgname, ', ' ORDER BY t.tgname) FROM pg_catalog.pg_trigger t WHERE "
    "t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND "
    "(t.tgtype & 8) <> 0), pg_catalog.pg_table_is_visible(c.oid)::"
    "pg_catalog.int4 FROM pg_catalog.pg_class c WHERE c.oid = "
    "$1::pg_catalog.oid";

static int
name_pg(struct graph *gr, const char *operand, int lock)
{
	struct pgcatalog_relation *rel;
	struct engine_result *r;
	struct clear_node *n;
	struct table *t;
	struct name name;
	struct buf b = { 0 };
	size_t *all, i;

	name_read(operand, strlen(operand), NAME_LOWER, &name, gr->a);
	rel = pgcatalog_find(engine_pg(gr->e), &name, gr->a, gr->err);
	if (rel == NULL)
		return (-1);
	buf_printf(&b, "%u", rel->oid);
	if (find_node(gr->g, buf_z(&b)) != -1) {
		buf_free(&b);
		return (twice(gr, operand));
	}
	n = add_node(gr);
	n->id = keep(gr, buf_z(&b));
	n->named = 1;
	n->sql = quoted(gr, rel->schema, rel->name);
	b.len = 0;
	pgcatalog_put_label(&b, rel);
	n->label = arena_dup(gr->a, b.s, b.len);
	buf_free(&b);
	n->filtered = rel->has_filter;
	n->only = rel->has_children;
	r = engine_query(gr->e, facts_sql, &n->id, 1, gr->err);
	if (r == NULL)
		return (-1);
	if (strchr("rp", *engine_get(r, 0, 0)) == NULL) {
		engine_done(r);
		return (no_table(gr, operand, "a view or foreign table"));
	}
	n->triggers = keep(gr, engine_get(r, 0, 1));
	n->hidden = engine_get_int(r, 0, 2) == 0;
	engine_done(r);
	if (lock && lock_table(gr, n->sql) != 0)
		return (-1);
	all = arena_alloc(gr->a, (rel->ncolumns + 1) * sizeof(*all));
	for (i = 0; i < rel->ncolumns; i++)
		all[i] = i;
	t = pgcatalog_table(engine_pg(gr->e), rel, all, rel->ncolumns, gr->a,
	    gr->err);
	if (t == NULL)
		return (-1);
	take_key(gr, n, t);
	return (0);
}

static int
name_sqlite(struct graph *gr, const char *operand)
{
	static const char triggers_sql[] = "SELECT group_concat(name, ', ') "
	    "FROM sqlite_schema WHERE type = 'trigger' AND "
	    "tbl_name = $1 COLLATE NOCASE";
	struct engine_result *r;
	struct sqlite_table *t;
	struct clear_node *n;
	const char *name;

	name = sqlite_table_name(operand, strlen(operand), gr->a, gr->err);
	if (name == NULL)
		return (-1);
	t = sqlite_table_read(engine_sqlite(gr->e), name, gr->a, gr->err);
	if (t == NULL)
		return (-1);
	if (t->kind != SQLITE_KIND_TABLE)
		return (no_table(gr, operand, "a view or virtual table"));
	name = t->model->name;
	if (find_node(gr->g, name) != -1)
		return (twice(gr, operand));
	n = add_node(gr);
	n->id = n->label = name;
	n->sql = quoted(gr, NULL, name);
	n->named = 1;
	take_key(gr, n, t->model);
	r = engine_query(gr->e, triggers_sql, &name, 1, gr->err);
	if (r == NULL)
		return (-1);
	n->triggers = keep(gr, engine_get(r, 0, 0));
	engine_done(r);
	return (0);
}

/*
 * The references to them.
 */

/*
 * One row for each column of each foreign key of all tables: child's schema,
 * name and id, parent's id, number of the key, ON DELETE, the child's column
 * and the parent's.
 *
 * The rows of a partition are rows of the tables above it as well.  A key that
 * refers to one of these has a key of the same child below it for each
 * partition (roots tells them from those of the child's partitions), and one
 * that refers to a partition is met by deletions from above.
 */
static const char edges_pg[] =
    "WITH RECURSIVE roots (oid, child) AS ("
    " SELECT oid, conrelid FROM pg_catalog.pg_constraint"
    " WHERE contype = 'f' AND conparentid = 0"
    " UNION ALL SELECT k.oid, k.conrelid FROM roots r"
    " JOIN pg_catalog.pg_constraint k ON k.conparentid = r.oid AND"
    " k.conrelid = r.child) "
    "SELECT n.nspname, c.relname, c.oid, a.parent, k.oid, "
    "k.confdeltype::pg_catalog.text, f.attname, p.attname "
    "FROM roots JOIN pg_catalog.pg_constraint k ON k.oid = roots.oid "
    "CROSS JOIN LATERAL (SELECT k.confrelid UNION SELECT "
    "relid::pg_catalog.oid FROM pg_catalog.pg_partition_ancestors("
    "k.confrelid) WHERE k.conparentid = 0) AS a (parent) "
    "JOIN pg_catalog.pg_class c ON c.oid = k.conrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "CROSS JOIN LATERAL pg_catalog.generate_subscripts(k.conkey, 1) AS i "
    "JOIN pg_catalog.pg_attribute f ON f.attrelid = k.conrelid AND "
    "f.attnum = k.conkey[i] "
    "JOIN pg_catalog.pg_attribute p ON p.attrelid = k.confrelid AND "
    "p.attnum = k.confkey[i] "
    "ORDER BY n.nspname, c.relname, k.oid, a.parent, i";

/* SQLite leaves out the parent's columns when they are its primary key. */
static const char edges_sqlite[] =
    "SELECT NULL, m.name, m.name, (SELECT p.name FROM sqlite_schema p "
    "WHERE p.type = 'table' AND p.name = f.\"table\" COLLATE NOCASE), f.id, "
    "CASE f.on_delete WHEN 'CASCADE' THEN 'c' WHEN 'SET NULL' THEN 'n' "
    "WHEN 'SET DEFAULT' THEN 'd' WHEN 'RESTRICT' THEN 'r' ELSE 'a' END, "
    "f.\"from\", coalesce(f.\"to\", (SELECT c.name FROM "
    "pragma_table_info(f.\"table\") c WHERE c.pk = f.seq + 1)) "
    "FROM sqlite_schema m, pragma_foreign_key_list(m.name) f "
    "WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq";

enum { CHILD_SCHEMA, CHILD_NAME, CHILD_ID, PARENT_ID, NUMBER, ACTION, FROM,
    TO };

/* Do the rows ${x} and ${y} belong to the same foreign key and parent? */
static int
same_edge(const struct engine_result *r, size_t x, size_t y)
{

	const char *p = engine_get(r, x, PARENT_ID);
	const char *q = engine_get(r, y, PARENT_ID);

	return (strcmp(engine_get(r, x, CHILD_ID),
	    engine_get(r, y, CHILD_ID)) == 0 &&
	    strcmp(engine_get(r, x, NUMBER), engine_get(r, y, NUMBER)) == 0 &&
	    (p == NULL || q == NULL ? p == q : strcmp(p, q) == 0));
}

static size_t
child_node(struct graph *gr, const struct engine_result *r, size_t row)
{
	const char *schema = engine_get(r, row, CHILD_SCHEMA);
	const char *name = engine_get(r, row, CHILD_NAME);
	struct clear_node *n;
	struct buf b = { 0 };
	ptrdiff_t i;

	i = find_node(gr->g, engine_get(r, row, CHILD_ID));
	if (i != -1)
		return ((size_t)i);
	n = add_node(gr);
	n->id = keep(gr, engine_get(r, row, CHILD_ID));
	n->sql = quoted(gr, schema, name);
	table_put_name(schema, name, &b);
	n->label = arena_dup(gr->a, b.s, b.len);
	buf_free(&b);
	return (gr->g->nnodes - 1);
}

/* The foreign key that begins at the row ${at} and has ${n} columns. */
static void
add_edge(struct graph *gr, const struct engine_result *r, size_t at,
    size_t n, size_t parent)
{
	struct clear_graph *g = gr->g;
	struct clear_edge *e;
	size_t i, child = child_node(gr, r, at);

	g->edges = grow(gr->a, g->edges, g->nedges, &gr->edges_cap,
	    sizeof(*g->edges));
	e = &g->edges[g->nedges++];
	memset(e, 0, sizeof(*e));
	e->child = child;
	e->parent = parent;
	e->action = *engine_get(r, at, ACTION);
	e->from = arena_alloc(gr->a, n * sizeof(*e->from));
	e->to = arena_alloc(gr->a, n * sizeof(*e->to));
	for (i = 0; i < n; i++) {
		e->from[i] = quoted(gr, NULL, engine_get(r, at + i, FROM));
		e->to[i] = quoted(gr, NULL, engine_get(r, at + i, TO));
	}
	e->ncolumns = n;
}

/* Add the references to the table ${node}. */
static void
add_edges_to(struct graph *gr, const struct engine_result *r, size_t node)
{
	size_t i, n, rows = engine_rows(r);
	const char *parent;

	for (i = 0; i < rows; i += n) {
		for (n = 1; i + n < rows && same_edge(r, i, i + n); n++)
			continue;
		parent = engine_get(r, i, PARENT_ID);
		if (parent != NULL && engine_get(r, i, TO) != NULL &&
		    strcmp(parent, gr->g->nodes[node].id) == 0)
			add_edge(gr, r, i, n, node);
	}
}

/* Can rows of this table go although it is not named? */
static int
may_go(const struct clear_graph *g, size_t node)
{
	size_t i;

	for (i = 0; i < g->nedges; i++)
		if (g->edges[i].child == node && g->edges[i].action == 'c')
			return (1);
	return (g->nodes[node].named);
}

int
clear_graph_read(struct engine *e, char *const tables[], int lock,
    struct clear_graph *g, struct arena *a, struct err *err)
{
	struct graph gr = { .e = e, .g = g, .a = a, .err = err };
	struct engine_result *r;
	size_t i;

	for (i = 0; tables[i] != NULL; i++)
		if ((engine_pg(e) != NULL ? name_pg(&gr, tables[i], lock) :
		    name_sqlite(&gr, tables[i])) != 0)
			return (-1);
	for (i = 0; engine_pg(e) != NULL && i < g->nnodes; i++)
		if (check_partition(&gr, i) != 0)
			return (-1);
	r = engine_query(e, engine_pg(e) != NULL ? edges_pg : edges_sqlite,
	    NULL, 0, err);
	if (r == NULL)
		return (-1);
	/* Nodes are added behind while we go. */
	for (i = 0; i < g->nnodes; i++)
		if (may_go(g, i))
			add_edges_to(&gr, r, i);
	engine_done(r);
	return (0);
}
