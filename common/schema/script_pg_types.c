#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "schema/name.h"
#include "schema/script_pg.h"
#include "schema/sqltype.h"

static int
is_same(const char *a, const char *b)
{

	return (strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0);
}

/* All types of the set, each once, in the order in which they are told. */
struct types {
	struct table_type	*v;
	size_t			 n, cap;
};

static const struct table_type *
find_type(const struct types *types, const char *schema, const char *name)
{
	size_t i;

	for (i = 0; i < types->n; i++)
		if (strcmp(types->v[i].name, name) == 0 &&
		    is_same(types->v[i].schema, schema))
			return (&types->v[i]);
	return (NULL);
}

static int
is_same_labels(const struct table_type *a, const struct table_type *b)
{
	size_t i;

	if (a->nlabels != b->nlabels)
		return (0);
	for (i = 0; i < a->nlabels; i++)
		if (strcmp(a->labels[i], b->labels[i]) != 0)
			return (0);
	return (1);
}

static void
add_type(struct script *s, struct types *types, const struct table *t,
    const struct table_type *type, int say)
{
	const struct table_type *known = find_type(types, type->schema,
	    type->name);

	if (known == NULL) {
		types->v = mem_grow(types->v, &types->cap, types->n + 1,
		    sizeof(*types->v));
		types->v[types->n++] = *type;
	} else if (say && (!is_same(known->kind, type->kind) ||
	    !is_same(known->sql, type->sql) || !is_same_labels(known, type)))
		script_lost(s, t, NULL, "type %s is told twice, and not the"
		    " same", type->name);
}

struct table_type
script_pg_find_type(struct script *s, const struct table *t,
    const struct column *c)
{
	struct table_type type = { .kind = "enum" };
	struct sqltype st;
	struct name name;
	size_t i;

	if (c->type != COLUMN_ENUM || c->nlabels == 0 || c->sql_type == NULL ||
	    sqltype_read(&st, c->sql_type, strlen(c->sql_type)) ||
	    (c->declared != NULL && strcmp(c->declared, c->sql_type) == 0) ||
	    !script_is_expression(c->sql_type, SCRIPT_PG))
		return (type);
	name_read(c->sql_type, strlen(c->sql_type), NAME_LOWER, &name, s->a);
	if (name.n > 2)
		return (type);
	for (i = 0; i < t->ntypes; i++)
		if (strcmp(t->types[i].name, name.part[name.n - 1]) == 0)
			return (type);
	type.name = name.part[name.n - 1];
	type.schema = name.n == 2 ? name.part[0] : NULL;
	type.labels = c->labels;
	type.nlabels = c->nlabels;
	return (type);
}

/* Gather the types; with ${say}, complain of those that contradict. */
static void
collect(struct script *s, struct types *types, int say)
{
	struct table_type made;
	const struct table *t;
	size_t i, k;

	for (i = 0; i < s->set->n; i++) {
		t = s->set->v[i];
		for (k = 0; k < t->ntypes; k++)
			add_type(s, types, t, &t->types[k], say);
		for (k = 0; k < t->ncolumns; k++) {
			made = script_pg_find_type(s, t, &t->columns[k]);
			if (made.name != NULL)
				add_type(s, types, t, &made, say);
		}
	}
}

static void
put_collation(struct buf *b, const char *collation)
{

	if (collation != NULL && script_is_expression(collation, SCRIPT_PG))
		buf_printf(b, " COLLATE %s", collation);
}

static void
put_fields(struct script *s, const struct table_type *type)
{
	const struct type_field *f;
	size_t i;

	for (i = 0; i < type->nfields; i++) {
		f = &type->fields[i];
		buf_puts(&s->b, i == 0 ? "\n    " : ",\n    ");
		ddl_quote(&s->b, f->name);
		buf_printf(&s->b, " %s", script_is_expression(f->sql,
		    SCRIPT_PG) ? f->sql : "text");
		put_collation(&s->b, f->collation);
	}
}

static void
put_labels(struct script *s, const struct table_type *type)
{
	size_t i;

	for (i = 0; i < type->nlabels; i++) {
		buf_puts(&s->b, i == 0 ? "\n    " : ",\n    ");
		ddl_quote_string(&s->b, type->labels[i]);
	}
}

/* Types have no owner among tables; a finding names the first of the set. */
static void
put_type(struct script *s, const struct table_type *type)
{
	size_t start = s->b.len;

	if (strcmp(type->kind, "extension") == 0) {
		buf_puts(&s->b, "CREATE EXTENSION IF NOT EXISTS ");
		ddl_quote(&s->b, type->sql != NULL ? type->sql : type->name);
		if (type->schema != NULL) {
			buf_puts(&s->b, " SCHEMA ");
			ddl_quote(&s->b, type->schema);
		}
		buf_puts(&s->b, ";\n");
		return;
	}
	buf_puts(&s->b, strcmp(type->kind, "domain") == 0 ? "CREATE DOMAIN " :
	    "CREATE TYPE ");
	script_pg_name(&s->b, type->schema, type->name);
	buf_puts(&s->b, " AS ");
	if (strcmp(type->kind, "enum") == 0) {
		buf_puts(&s->b, "ENUM (");
		put_labels(s, type);
		buf_putc(&s->b, ')');
	} else if (strcmp(type->kind, "composite") == 0) {
		buf_putc(&s->b, '(');
		put_fields(s, type);
		buf_putc(&s->b, ')');
	} else if (!script_is_expression(type->sql, SCRIPT_PG)) {
		s->b.len = start;
		script_lost(s, s->set->v[0], NULL, "type %s: %s is not made"
		    " by SQL that is told", type->name, type->kind);
		return;
	} else if (strcmp(type->kind, "range") == 0) {
		buf_printf(&s->b, "RANGE (%s)", type->sql);
	} else {
		buf_puts(&s->b, type->sql);
		put_collation(&s->b, type->collation);
		if (type->not_null)
			buf_puts(&s->b, " NOT NULL");
	}
	script_pg_end(s, start);
}

static void
put_comment(struct script *s, const struct table_type *type)
{

	if (type->comment == NULL || strcmp(type->kind, "extension") == 0)
		return;
	buf_printf(&s->b, "COMMENT ON %s ", strcmp(type->kind, "domain") == 0 ?
	    "DOMAIN" : "TYPE");
	script_pg_name(&s->b, type->schema, type->name);
	buf_puts(&s->b, " IS ");
	ddl_quote_string(&s->b, type->comment);
	buf_puts(&s->b, ";\n");
}

void
script_pg_types(struct script *s)
{
	struct types types = { 0 };
	size_t i;

	collect(s, &types, 1);
	for (i = 0; i < types.n; i++) {
		put_type(s, &types.v[i]);
		put_comment(s, &types.v[i]);
	}
	mem_free(types.v);
}

void
script_pg_drop_types(struct script *s)
{
	struct types types = { 0 };
	size_t i, n = 0;

	collect(s, &types, 0);
	for (i = 0; i < types.n; i++) {
		if (strcmp(types.v[i].kind, "extension") == 0 ||
		    strcmp(types.v[i].kind, "base") == 0)
			continue;
		buf_puts(&s->b, n++ == 0 ? "DROP TYPE IF EXISTS " :
		    ",\n    ");
		script_pg_name(&s->b, types.v[i].schema, types.v[i].name);
	}
	buf_puts(&s->b, n > 0 ? ";\n" : "");
	mem_free(types.v);
}

/*
 * Sequences.
 */
static int
is_first(const struct script *s, size_t table, const struct table_sequence *q)
{
	const struct table_sequence *other;
	size_t i, k;

	for (i = 0; i < table; i++)
		for (k = 0; k < s->set->v[i]->nsequences; k++) {
			other = &s->set->v[i]->sequences[k];
			if (strcmp(other->name, q->name) == 0 &&
			    is_same(other->schema, q->schema))
				return (0);
		}
	return (1);
}

static void
put_sequence(struct script *s, const struct table_sequence *q)
{

	buf_printf(&s->b, "CREATE SEQUENCE %s", s->opts->if_not_exists ?
	    "IF NOT EXISTS " : "");
	script_pg_name(&s->b, q->schema, q->name);
	if (script_is_expression(q->type, SCRIPT_PG))
		buf_printf(&s->b, " AS %s", q->type);
	buf_printf(&s->b, "\n    START WITH %" PRId64 " INCREMENT BY %" PRId64
	    " MINVALUE %" PRId64 " MAXVALUE %" PRId64 " CACHE %" PRId64 "%s;\n",
	    q->start, q->increment, q->minimum, q->maximum, q->cache,
	    q->cycle ? " CYCLE" : "");
	if (q->comment != NULL) {
		buf_puts(&s->b, "COMMENT ON SEQUENCE ");
		script_pg_name(&s->b, q->schema, q->name);
		buf_puts(&s->b, " IS ");
		ddl_quote_string(&s->b, q->comment);
		buf_puts(&s->b, ";\n");
	}
}

void
script_pg_sequences(struct script *s)
{
	const struct table *t;
	size_t i, k;

	for (i = 0; i < s->set->n; i++) {
		t = s->set->v[i];
		for (k = 0; k < t->nsequences; k++)
			if (!t->sequences[k].identity &&
			    is_first(s, i, &t->sequences[k]))
				put_sequence(s, &t->sequences[k]);
	}
}

void
script_pg_owners(struct script *s)
{
	const struct table_sequence *q;
	const struct table *t;
	size_t i, k;

	for (i = 0; i < s->set->n; i++) {
		t = s->set->v[i];
		for (k = 0; k < t->nsequences; k++) {
			q = &t->sequences[k];
			if (q->identity || q->owner_table == NULL ||
			    q->owner_column == NULL ||
			    strcmp(q->owner_table, t->name) != 0)
				continue;
			buf_puts(&s->b, "ALTER SEQUENCE ");
			script_pg_name(&s->b, q->schema, q->name);
			buf_puts(&s->b, " OWNED BY ");
			script_pg_name(&s->b, t->schema, t->name);
			buf_putc(&s->b, '.');
			ddl_quote(&s->b, q->owner_column);
			buf_puts(&s->b, ";\n");
		}
	}
}

/*
 * Functions, and what of domains may call them.
 */
static void
put_functions(struct script *s)
{
	const struct table_fact *f;
	struct buf seen = { 0 }, name = { 0 };
	const struct table *t;
	size_t i, k;

	for (i = 0; i < s->set->n; i++) {
		t = s->set->v[i];
		for (k = 0; script_pg_is_native(t) && k < t->functions.n; k++) {
			f = &t->functions.v[k];
			name.len = 0;
			buf_putc(&name, '\n');
			ddl_quote(&name, f->name);
			buf_putc(&name, '\n');
			if (strstr(buf_z(&seen), buf_z(&name)) != NULL)
				continue;
			buf_put(&seen, name.s, name.len);
			if (!script_is_statement(f->sql, SCRIPT_PG)) {
				script_lost(s, t, NULL, "function %s",
				    f->name);
				continue;
			}
			buf_puts(&s->b, f->sql);
			while (s->b.s[s->b.len - 1] == '\n')
				s->b.len--;
			buf_puts(&s->b, ";\n");
		}
	}
	buf_free(&seen);
	buf_free(&name);
}

static void
put_domain_check(struct script *s, const struct table_type *type,
    const struct table_check *check)
{
	size_t start = s->b.len;

	if (!script_is_expression(check->sql, SCRIPT_PG)) {
		script_lost(s, s->set->v[0], NULL, "check of domain %s: %s",
		    type->name, check->sql);
		return;
	}
	buf_puts(&s->b, "ALTER DOMAIN ");
	script_pg_name(&s->b, type->schema, type->name);
	buf_puts(&s->b, " ADD ");
	if (check->name != NULL) {
		buf_puts(&s->b, "CONSTRAINT ");
		ddl_quote(&s->b, check->name);
		buf_putc(&s->b, ' ');
	}
	buf_printf(&s->b, "CHECK (%s)%s", check->sql,
	    check->not_valid ? " NOT VALID" : "");
	script_pg_end(s, start);
}

void
script_pg_functions(struct script *s)
{
	const struct table_type *type;
	struct types types = { 0 };
	size_t i, k;

	put_functions(s);
	collect(s, &types, 0);
	for (i = 0; i < types.n; i++) {
		type = &types.v[i];
		if (strcmp(type->kind, "domain") != 0)
			continue;
		if (script_is_expression(type->default_sql, SCRIPT_PG)) {
			buf_puts(&s->b, "ALTER DOMAIN ");
			script_pg_name(&s->b, type->schema, type->name);
			buf_printf(&s->b, " SET DEFAULT %s;\n",
			    type->default_sql);
		}
		for (k = 0; k < type->nchecks; k++)
			put_domain_check(s, type, &type->checks[k]);
	}
	mem_free(types.v);
}
