#include <stdio.h>
#include <string.h>

#include "schema/script_pg.h"

/*
 * The settings under which SQL in schemas was written (db/pg.h), for this
 * transaction.  A schema of SQLite's tables names no schema of the database:
 * there the user's search_path decides.
 */
static const char settings[] =
    "SET LOCAL client_min_messages = warning;\n"
    "SET LOCAL standard_conforming_strings = on;\n"
    "SET LOCAL check_function_bodies = off;\n"
    "SET LOCAL TimeZone = 'UTC';\n"
    "SET LOCAL DateStyle = 'ISO';\n"
    "SET LOCAL IntervalStyle = 'iso_8601';\n";

void
script_pg_name(struct buf *b, const char *schema, const char *name)
{

	if (schema != NULL) {
		ddl_quote(b, schema);
		buf_putc(b, '.');
	}
	ddl_quote(b, name);
}

int
script_pg_is_native(const struct table *t)
{

	return (t->dialect == NULL || strcmp(t->dialect, "sqlite") != 0);
}

/* How often ${tag} stands in the text does not matter, only whether. */
static void
choose_tag(char *tag, size_t size, struct buf *b, const char *head)
{
	unsigned n = 0;

	(void)snprintf(tag, size, "$do$");
	while (strstr(buf_z(b), tag) != NULL || strstr(head, tag) != NULL)
		(void)snprintf(tag, size, "$do%u$", n++);
}

void
script_pg_wrap(struct script *s, size_t start, const char *head,
    const char *tail)
{
	struct buf b = { 0 };
	char tag[32];

	buf_put(&b, s->b.s + start, s->b.len - start);
	choose_tag(tag, sizeof(tag), &b, head);
	s->b.len = start;
	buf_printf(&s->b, "DO %s BEGIN\n", tag);
	buf_puts(&s->b, head);
	buf_put(&s->b, b.s, b.len);
	buf_puts(&s->b, tail);
	buf_printf(&s->b, "END %s;\n", tag);
	buf_free(&b);
}

void
script_pg_end(struct script *s, size_t start)
{

	buf_puts(&s->b, ";\n");
	if (s->opts->if_not_exists)
		script_pg_wrap(s, start, "",
		    "EXCEPTION WHEN duplicate_object OR duplicate_table"
		    " THEN NULL;\n");
}

/*
 * Dropping: all tables in one statement, so that circles are no matter, and
 * nothing that is not in the schema goes with them.
 */
static int
is_kind(const struct table *t, const char *kind)
{

	return (kind == NULL ? t->kind == NULL :
	    t->kind != NULL && strcmp(t->kind, kind) == 0);
}

static void
drop_kind(struct script *s, const char *kind, const char *sql)
{
	const struct table *t;
	size_t i;
	int any = 0;

	for (i = s->set->n; i-- > 0; ) {
		t = s->set->v[i];
		if (!is_kind(t, kind))
			continue;
		buf_puts(&s->b, any++ == 0 ? sql : ",\n    ");
		script_pg_name(&s->b, t->schema, t->name);
	}
	if (any)
		buf_puts(&s->b, ";\n");
}

static void
drop_sequences(struct script *s)
{
	const struct table_sequence *q;
	size_t i, k;

	for (i = 0; i < s->set->n; i++)
		for (k = 0; k < s->set->v[i]->nsequences; k++) {
			q = &s->set->v[i]->sequences[k];
			if (q->identity)
				continue;
			buf_puts(&s->b, "DROP SEQUENCE IF EXISTS ");
			script_pg_name(&s->b, q->schema, q->name);
			buf_puts(&s->b, ";\n");
		}
}

static void
put_drops(struct script *s)
{

	drop_kind(s, "materialized view", "DROP MATERIALIZED VIEW IF EXISTS ");
	drop_kind(s, "view", "DROP VIEW IF EXISTS ");
	drop_kind(s, NULL, "DROP TABLE IF EXISTS ");
	drop_sequences(s);
	script_pg_drop_types(s);
}

/* The schemas that tables, types and sequences are in, each once. */
struct schemas {
	struct script	*s;
	struct buf	 seen;		/* each quoted, one after the other */
};

static void
put_schema(struct schemas *list, const char *schema)
{
	struct buf name = { 0 };

	if (schema == NULL || strcmp(schema, "public") == 0)
		return;
	buf_putc(&name, '\n');
	ddl_quote(&name, schema);
	buf_putc(&name, '\n');
	if (strstr(buf_z(&list->seen), buf_z(&name)) == NULL) {
		buf_put(&list->seen, name.s, name.len);
		buf_puts(&list->s->b, "CREATE SCHEMA IF NOT EXISTS ");
		ddl_quote(&list->s->b, schema);
		buf_puts(&list->s->b, ";\n");
	}
	buf_free(&name);
}

static void
put_schemas(struct script *s)
{
	struct schemas list = { .s = s };
	const struct table *t;
	size_t i, k;

	for (i = 0; i < s->set->n; i++) {
		t = s->set->v[i];
		put_schema(&list, t->schema);
		for (k = 0; k < t->ntypes; k++)
			put_schema(&list, t->types[k].schema);
		for (k = 0; k < t->nsequences; k++)
			put_schema(&list, t->sequences[k].schema);
		for (k = 0; k < t->ncolumns; k++)
			put_schema(&list, script_pg_find_type(s, t,
			    &t->columns[k]).schema);
	}
	buf_free(&list.seen);
}

static int
has_schema(const struct table_set *set)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (set->v[i]->schema != NULL)
			return (1);
	return (0);
}

void
script_pg(struct script *s)
{
	size_t i;

	buf_puts(&s->b, "BEGIN;\n");
	buf_puts(&s->b, settings);
	if (has_schema(s->set))
		buf_puts(&s->b, "SET LOCAL search_path = public;\n");
	if (s->opts->drop)
		put_drops(s);
	put_schemas(s);
	script_pg_types(s);
	script_pg_sequences(s);
	script_pg_functions(s);
	for (i = 0; i < s->set->n; i++)
		script_pg_table(s, i);
	script_pg_owners(s);
	for (i = 0; i < s->set->n; i++)
		script_pg_late(s, i);
	buf_puts(&s->b, "COMMIT;\n");
}
