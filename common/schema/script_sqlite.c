#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "schema/script_sqlite.h"
#include "schema/sqlcheck.h"

static int
is_native(const struct table *t)
{

	return (t->dialect != NULL && strcmp(t->dialect, "sqlite") == 0);
}

const char *
script_sqlite_name(struct script *s, const struct table *t)
{
	struct buf b = { 0 };
	const char *name;
	size_t i, n = 0;

	for (i = 0; i < s->set->n; i++)
		n += strcasecmp(s->set->v[i]->name, t->name) == 0;
	if (n <= 1 || t->schema == NULL || strcmp(t->schema, "public") == 0)
		return (t->name);
	table_put_name(t->schema, t->name, &b);
	name = arena_dup(s->a, b.s, b.len);
	buf_free(&b);
	return (name);
}

/*
 * A table of PostgreSQL.
 */
struct from_pg {
	struct script		*s;
	const struct table	*t;
};

static const char *
find_referenced(void *cookie, const struct table_ref *ref)
{
	struct from_pg *from = cookie;
	const struct table *to;

	to = table_set_exact(from->s->set, ref->table_schema != NULL ?
	    ref->table_schema : from->t->schema, ref->table);
	return (to == NULL ? NULL : script_sqlite_name(from->s, to));
}

static void
note_lost(void *cookie, const char *column, const char *what, const char *sql)
{
	struct from_pg *from = cookie;

	script_lost(from->s, from->t, column, "%s: %s", what, sql);
}

/* Can SQLite have the index?  Its parts must be columns, its condition one
 * that says the same. */
static int
is_good_index(const struct table *t, const struct table_index *x,
    enum ddl_numeric numeric, struct buf *where)
{
	size_t i;

	if (x->method != NULL && strcmp(x->method, "hash") != 0)
		return (0);
	for (i = 0; i < x->nparts; i++)
		if (x->parts[i].field == NULL)
			return (0);
	if (x->nulls_not_distinct || x->nparts == 0)
		return (0);
	return (x->where == NULL || sqlcheck_sqlite(x->where, t, numeric,
	    where));
}

/* Indexes share one space of names with tables, in a whole database. */
static const char *
index_name(struct script *s, const struct table *t,
    const struct table_index *x)
{
	const struct table *other;
	struct buf b = { 0 };
	const char *name;
	size_t i, k, n = 0;

	for (i = 0; i < s->set->n; i++) {
		other = s->set->v[i];
		n += strcasecmp(other->name, x->name) == 0;
		for (k = 0; k < other->nindexes; k++)
			n += strcasecmp(other->indexes[k].name,
			    x->name) == 0;
	}
	if (n <= 1 || t->schema == NULL || strcmp(t->schema, "public") == 0)
		return (x->name);
	table_put_name(t->schema, x->name, &b);
	name = arena_dup(s->a, b.s, b.len);
	buf_free(&b);
	return (name);
}

static void
put_index(struct script *s, const struct table *t,
    const struct table_index *x, struct buf *where)
{
	size_t i;

	buf_printf(&s->b, "CREATE %sINDEX %s", x->is_unique ? "UNIQUE " : "",
	    s->opts->if_not_exists ? "IF NOT EXISTS " : "");
	ddl_quote(&s->b, index_name(s, t, x));
	buf_puts(&s->b, " ON ");
	ddl_quote(&s->b, script_sqlite_name(s, t));
	buf_puts(&s->b, " (");
	for (i = 0; i < x->nparts; i++) {
		buf_puts(&s->b, i == 0 ? "" : ", ");
		ddl_quote(&s->b, x->parts[i].field);
		buf_puts(&s->b, x->parts[i].desc ? " DESC" : "");
	}
	buf_putc(&s->b, ')');
	if (where->len > 0)
		buf_printf(&s->b, " WHERE %s", buf_z(where));
	buf_puts(&s->b, ";\n");
}

static void
put_indexes(struct script *s, const struct table *t)
{
	const struct table_index *x;
	struct buf where = { 0 };
	size_t i;

	for (i = 0; i < t->nindexes; i++) {
		x = &t->indexes[i];
		where.len = 0;
		if (is_good_index(t, x, s->opts->numeric, &where))
			put_index(s, t, x, &where);
		else
			script_lost(s, t, NULL, "%sindex %s", x->is_unique ?
			    "unique " : "", x->name);
	}
	buf_free(&where);
}

static void
note_facts(struct script *s, const struct table *t,
    const struct table_facts *facts, const char *what)
{
	size_t i;

	for (i = 0; i < facts->n; i++)
		script_lost(s, t, NULL, "%s %s: %s", what, facts->v[i].name,
		    facts->v[i].sql);
}

static void
note_types(struct script *s, const struct table *t)
{
	const struct table_type *type;
	size_t i, k;

	for (i = 0; i < t->ntypes; i++) {
		type = &t->types[i];
		for (k = 0; k < type->nchecks; k++)
			script_lost(s, t, NULL, "check of domain %s: %s",
			    type->name, type->checks[k].sql);
		if (type->default_sql != NULL)
			script_lost(s, t, NULL, "default of domain %s: %s",
			    type->name, type->default_sql);
	}
}

/* Comments are no objects of SQLite; it keeps those in a statement. */
static void
put_comments(struct script *s, const struct table *t)
{
	struct buf b = { 0 };
	size_t i;

	if (t->comment != NULL) {
		table_put_name(t->schema, t->name, &b);
		buf_printf(&b, ": %s", t->comment);
		script_comment(s, buf_z(&b));
	}
	for (i = 0; i < t->ncolumns; i++) {
		if (t->columns[i].comment == NULL)
			continue;
		b.len = 0;
		table_put_name(t->schema, t->name, &b);
		buf_printf(&b, ".%s: %s", t->columns[i].name,
		    t->columns[i].comment);
		script_comment(s, buf_z(&b));
	}
	buf_free(&b);
}

static void
put_from_pg(struct script *s, const struct table *t)
{
	struct from_pg from = { s, t };
	const struct ddl_sqlite_how how = {
		.name = script_sqlite_name(s, t),
		.numeric = s->opts->numeric,
		.if_not_exists = s->opts->if_not_exists,
		.faithful = 1,
		.find = find_referenced,
		.lost = note_lost,
		.cookie = &from,
	};
	size_t start;

	if (t->npartition_of > 0) {
		script_lost(s, t, NULL, "a partition of %s, which has its"
		    " rows", t->partition_of->name);
		return;
	}
	if (t->kind != NULL) {
		script_lost(s, t, NULL, "a %s%s%s", t->kind, t->view != NULL ?
		    ": " : "", t->view != NULL ? t->view : "");
		return;
	}
	put_comments(s, t);
	if (t->ncolumns == 0) {
		script_lost(s, t, NULL, "a table without columns");
		return;
	}
	start = script_begin(s);
	ddl_sqlite_create(t, &how, &s->b);
	buf_puts(&s->b, ";\n");
	put_indexes(s, t);
	if (t->ninherits > 0)
		script_lost(s, t, NULL, "that it inherits from %s",
		    t->inherits[0].name);
	if (t->partition_by != NULL)
		script_lost(s, t, NULL, "partitions by %s", t->partition_by);
	note_types(s, t);
	note_facts(s, t, &t->exclusions, "exclusion");
	note_facts(s, t, &t->triggers, "trigger");
	note_facts(s, t, &t->rules, "rule");
	note_facts(s, t, &t->policies, "policy");
	if (t->row_security != NULL)
		script_lost(s, t, NULL, "row security");
	script_end(s, start);
}

static void
put_drops(struct script *s)
{
	const struct table *t;
	size_t i;

	for (i = s->set->n; i-- > 0; ) {
		t = s->set->v[i];
		if (!is_native(t) && (t->npartition_of > 0 || t->kind != NULL))
			continue;
		buf_printf(&s->b, "DROP %s IF EXISTS ", t->kind != NULL &&
		    strcmp(t->kind, "view") == 0 ? "VIEW" : "TABLE");
		ddl_quote(&s->b, script_sqlite_name(s, t));
		buf_puts(&s->b, ";\n");
	}
}

/* A table is dropped without asking who references it: those that do are
 * made again.  The setting takes no effect inside a transaction. */
void
script_sqlite(struct script *s)
{
	const struct table *t;
	size_t i;

	if (s->opts->drop)
		buf_puts(&s->b, "PRAGMA foreign_keys = OFF;\n");
	buf_puts(&s->b, "BEGIN;\n");
	if (s->opts->drop)
		put_drops(s);
	for (i = 0; i < s->set->n; i++) {
		t = s->set->v[i];
		buf_putc(&s->b, '\n');
		if (is_native(t))
			script_sqlite_native(s, t);
		else
			put_from_pg(s, t);
	}
	/* Triggers may name tables that come later only when they run, but
	 * their own must be there. */
	buf_puts(&s->b, "COMMIT;\n");
}
