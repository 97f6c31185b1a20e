#include <string.h>

#include "base/arena.h"
#include "schema/script_pg.h"

/*
 * Indexes.
 */
static void
put_part(struct script *s, const struct table *t, const struct index_part *p)
{
	struct buf *b = &s->b;

	if (p->field != NULL)
		ddl_quote(b, p->field);
	else
		buf_printf(b, "(%s)", p->sql);
	if (script_pg_is_native(t)) {
		if (p->collation != NULL)
			buf_printf(b, " COLLATE %s", p->collation);
		if (p->opclass != NULL)
			buf_printf(b, " %s", p->opclass);
	} else if (p->collation != NULL)
		script_lost(s, t, NULL, "collation %s of an index",
		    p->collation);
	buf_puts(b, p->desc ? " DESC" : "");
	if (p->nulls != NULL)
		buf_printf(b, " NULLS %s", strcmp(p->nulls, "first") == 0 ?
		    "FIRST" : "LAST");
}

/* Is every expression in the index one that PostgreSQL reads? */
static int
is_good_index(struct script *s, const struct table *t,
    const struct table_index *x)
{
	const struct index_part *p;
	int good = x->nparts > 0;
	size_t i;

	for (i = 0; i < x->nparts && good; i++) {
		p = &x->parts[i];
		if (p->field == NULL)
			good = script_pg_is_native(t) &&
			    script_is_expression(p->sql, SCRIPT_PG);
		if (p->collation != NULL && !script_is_expression(
		    p->collation, SCRIPT_PG))
			good = 0;
		if (p->opclass != NULL &&
		    !script_is_expression(p->opclass, SCRIPT_PG))
			good = 0;
	}
	return (good && (x->where == NULL ||
	    script_pg_condition(s, t, x->where)));
}

static void
put_index_options(struct script *s, const struct table *t,
    const struct table_index *x)
{
	size_t i, len, any = 0;

	for (i = 0; i < x->noptions; i++) {
		len = strspn(x->options[i], "abcdefghijklmnopqrstuvwxyz_");
		if (len == 0 || x->options[i][len] != '=') {
			script_lost(s, t, NULL, "option %s of index %s",
			    x->options[i], x->name);
			continue;
		}
		buf_puts(&s->b, any++ == 0 ? " WITH (" : ", ");
		buf_put(&s->b, x->options[i], len);
		buf_puts(&s->b, " = ");
		ddl_quote_string(&s->b, x->options[i] + len + 1);
	}
	if (any > 0)
		buf_putc(&s->b, ')');
}

static void
put_index(struct script *s, const struct table *t,
    const struct table_index *x)
{
	size_t i, start = script_begin(s);

	buf_printf(&s->b, "CREATE %sINDEX %s", x->is_unique ? "UNIQUE " : "",
	    s->opts->if_not_exists ? "IF NOT EXISTS " : "");
	ddl_quote(&s->b, x->name);
	buf_puts(&s->b, " ON ");
	script_pg_name(&s->b, t->schema, t->name);
	if (x->method != NULL) {
		buf_puts(&s->b, " USING ");
		ddl_quote(&s->b, x->method);
	}
	buf_puts(&s->b, " (");
	for (i = 0; i < x->nparts; i++) {
		buf_puts(&s->b, i == 0 ? "" : ", ");
		put_part(s, t, &x->parts[i]);
	}
	buf_putc(&s->b, ')');
	if (x->include.n > 0) {
		buf_puts(&s->b, " INCLUDE ");
		ddl_columns(&s->b, t, &x->include);
	}
	if (x->nulls_not_distinct)
		buf_puts(&s->b, " NULLS NOT DISTINCT");
	put_index_options(s, t, x);
	if (x->where != NULL)
		buf_printf(&s->b, " WHERE %s", x->where);
	buf_puts(&s->b, ";\n");
	script_end(s, start);
}

void
script_pg_indexes(struct script *s, const struct table *t)
{
	size_t i;

	for (i = 0; i < t->nindexes; i++) {
		if (is_good_index(s, t, &t->indexes[i]))
			put_index(s, t, &t->indexes[i]);
		else
			script_lost(s, t, NULL, "index %s",
			    t->indexes[i].name);
	}
}

/*
 * Triggers and the like.
 */
static void
put_alter(struct script *s, const struct table *t)
{

	buf_puts(&s->b, "ALTER TABLE ");
	script_pg_name(&s->b, t->schema, t->name);
}

/* Append whole statements, each after the word for what it makes. */
static void
put_statements(struct script *s, const struct table *t,
    const struct table_facts *facts, const char *what)
{
	const struct table_fact *f;
	const char *sql;
	size_t i, len, start;

	for (i = 0; i < facts->n; i++) {
		f = &facts->v[i];
		/* A rule's statement ends with a semicolon. */
		len = strlen(f->sql);
		while (len > 0 && strchr("; \n", f->sql[len - 1]) != NULL)
			len--;
		sql = arena_dup(s->a, f->sql, len);
		if (!script_pg_is_native(t) ||
		    !script_is_statement(sql, SCRIPT_PG)) {
			script_lost(s, t, NULL, "%s %s: %s", what, f->name,
			    f->sql);
			continue;
		}
		start = s->b.len;
		buf_puts(&s->b, sql);
		script_pg_end(s, start);
	}
}

static void
put_states(struct script *s, const struct table *t,
    const struct table_facts *facts, const char *what)
{
	const char *state;
	size_t i;

	for (i = 0; script_pg_is_native(t) && i < facts->n; i++) {
		if ((state = facts->v[i].state) == NULL)
			continue;
		put_alter(s, t);
		buf_printf(&s->b, " %s %s ", strcmp(state, "always") == 0 ?
		    "ENABLE ALWAYS" : strcmp(state, "replica") == 0 ?
		    "ENABLE REPLICA" : "DISABLE", what);
		ddl_quote(&s->b, facts->v[i].name);
		buf_puts(&s->b, ";\n");
	}
}

/* Policies for some roles only need these roles, which may not be there; and
 * without those, the others would let through more or less than all of them.
 * Without any, only the owner sees rows. */
static void
put_policies(struct script *s, const struct table *t)
{
	size_t i, k;
	int roles = 0;

	if (t->row_security != NULL) {
		put_alter(s, t);
		buf_puts(&s->b, " ENABLE ROW LEVEL SECURITY;\n");
		if (strcmp(t->row_security, "forced") == 0) {
			put_alter(s, t);
			buf_puts(&s->b, " FORCE ROW LEVEL SECURITY;\n");
		}
	}
	for (i = 0; i < t->policies.n; i++)
		for (k = 0; k < t->policies.v[i].nroles; k++)
			roles = 1;
	if (!roles) {
		put_statements(s, t, &t->policies, "policy");
		return;
	}
	for (i = 0; i < t->policies.n; i++)
		script_lost(s, t, NULL, "policy %s, since policies of the"
		    " table are for roles: %s", t->policies.v[i].name,
		    t->policies.v[i].sql);
}

static void
put_storage(struct script *s, const struct table *t, const struct column *c)
{
	size_t i, len;

	if (c->storage != NULL && script_is_expression(c->storage,
	    SCRIPT_PG)) {
		put_alter(s, t);
		buf_puts(&s->b, " ALTER COLUMN ");
		ddl_quote(&s->b, c->name);
		buf_printf(&s->b, " SET STORAGE %s;\n", c->storage);
	}
	if (c->compression != NULL && script_is_expression(c->compression,
	    SCRIPT_PG)) {
		put_alter(s, t);
		buf_puts(&s->b, " ALTER COLUMN ");
		ddl_quote(&s->b, c->name);
		buf_printf(&s->b, " SET COMPRESSION %s;\n", c->compression);
	}
	if (c->statistics >= 0) {
		put_alter(s, t);
		buf_puts(&s->b, " ALTER COLUMN ");
		ddl_quote(&s->b, c->name);
		buf_printf(&s->b, " SET STATISTICS %lld;\n",
		    (long long)c->statistics);
	}
	for (i = 0; i < c->noptions; i++) {
		len = strspn(c->options[i], "abcdefghijklmnopqrstuvwxyz_");
		if (len == 0 || c->options[i][len] != '=')
			continue;
		put_alter(s, t);
		buf_puts(&s->b, " ALTER COLUMN ");
		ddl_quote(&s->b, c->name);
		buf_puts(&s->b, " SET (");
		buf_put(&s->b, c->options[i], len);
		buf_puts(&s->b, " = ");
		ddl_quote_string(&s->b, c->options[i] + len + 1);
		buf_puts(&s->b, ");\n");
	}
}

static void
put_identity(struct script *s, const struct table *t)
{
	const char *how = t->replica_identity;

	if (t->cluster_on != NULL) {
		put_alter(s, t);
		buf_puts(&s->b, " CLUSTER ON ");
		ddl_quote(&s->b, t->cluster_on);
		buf_puts(&s->b, ";\n");
	}
	if (how == NULL)
		return;
	put_alter(s, t);
	buf_puts(&s->b, " REPLICA IDENTITY ");
	if (strncmp(how, "index ", 6) == 0) {
		buf_puts(&s->b, "USING INDEX ");
		ddl_quote(&s->b, how + 6);
	} else
		buf_puts(&s->b, strcmp(how, "full") == 0 ? "FULL" : "NOTHING");
	buf_puts(&s->b, ";\n");
}

void
script_pg_facts(struct script *s, const struct table *t)
{
	size_t i;

	if (t->kind == NULL || strcmp(t->kind, "materialized view") == 0) {
		for (i = 0; i < t->ncolumns; i++)
			put_storage(s, t, &t->columns[i]);
		put_identity(s, t);
	}
	put_statements(s, t, &t->statistics, "statistics");
	put_statements(s, t, &t->rules, "rule");
	put_states(s, t, &t->rules, "RULE");
	put_statements(s, t, &t->triggers, "trigger");
	put_states(s, t, &t->triggers, "TRIGGER");
	put_policies(s, t);
}

/*
 * Comments.
 */
static void
put_comment(struct script *s, const char *comment)
{

	buf_puts(&s->b, " IS ");
	ddl_quote_string(&s->b, comment);
	buf_puts(&s->b, ";\n");
}

/* COMMENT ON what "name" ON table */
static void
put_part_comment(struct script *s, const struct table *t, const char *what,
    const char *name, const char *comment)
{

	if (comment == NULL || name == NULL)
		return;
	buf_printf(&s->b, "COMMENT ON %s ", what);
	ddl_quote(&s->b, name);
	buf_puts(&s->b, " ON ");
	script_pg_name(&s->b, t->schema, t->name);
	put_comment(s, comment);
}

static void
put_fact_comments(struct script *s, const struct table *t,
    const struct table_facts *facts, const char *what)
{
	size_t i;

	for (i = 0; script_pg_is_native(t) && i < facts->n; i++)
		put_part_comment(s, t, what, facts->v[i].name,
		    facts->v[i].comment);
}

static void
put_constraint_comments(struct script *s, const struct table *t)
{
	size_t i;

	put_part_comment(s, t, "CONSTRAINT", t->primary.name,
	    t->primary.comment);
	for (i = 0; i < t->nunique; i++)
		if (!t->unique[i].is_index)
			put_part_comment(s, t, "CONSTRAINT",
			    t->unique[i].name, t->unique[i].comment);
	for (i = 0; i < t->nrefs; i++)
		put_part_comment(s, t, "CONSTRAINT", t->refs[i].name,
		    t->refs[i].comment);
	for (i = 0; i < t->nchecks; i++)
		put_part_comment(s, t, "CONSTRAINT", t->checks[i].name,
		    t->checks[i].comment);
	put_fact_comments(s, t, &t->exclusions, "CONSTRAINT");
	put_fact_comments(s, t, &t->triggers, "TRIGGER");
	put_fact_comments(s, t, &t->rules, "RULE");
	put_fact_comments(s, t, &t->policies, "POLICY");
}

void
script_pg_comments(struct script *s, const struct table *t)
{
	const char *kind = t->kind == NULL ? "TABLE" :
	    strcmp(t->kind, "view") == 0 ? "VIEW" : "MATERIALIZED VIEW";
	size_t i;

	if (t->comment != NULL) {
		buf_printf(&s->b, "COMMENT ON %s ", kind);
		script_pg_name(&s->b, t->schema, t->name);
		put_comment(s, t->comment);
	}
	for (i = 0; i < t->ncolumns; i++) {
		if (t->columns[i].comment == NULL)
			continue;
		buf_puts(&s->b, "COMMENT ON COLUMN ");
		script_pg_name(&s->b, t->schema, t->name);
		buf_putc(&s->b, '.');
		ddl_quote(&s->b, t->columns[i].name);
		put_comment(s, t->columns[i].comment);
	}
	for (i = 0; i < t->nindexes; i++) {
		if (t->indexes[i].comment == NULL)
			continue;
		buf_puts(&s->b, "COMMENT ON INDEX ");
		script_pg_name(&s->b, t->schema, t->indexes[i].name);
		put_comment(s, t->indexes[i].comment);
	}
	put_constraint_comments(s, t);
}
