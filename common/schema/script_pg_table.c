#include <inttypes.h>
#include <string.h>

#include "schema/script_pg.h"

#define NAME_BYTES 63		/* of PostgreSQL as it usually is built */

/* The list in parentheses as it grows. */
struct list {
	struct script	*s;
	size_t		 n;
};

static void
begin_item(struct list *list)
{

	buf_puts(&list->s->b, list->n++ == 0 ? "\n    " : ",\n    ");
}

static void
put_constraint_name(struct buf *b, const char *name)
{

	if (name == NULL)
		return;
	buf_puts(b, "CONSTRAINT ");
	ddl_quote(b, name);
	buf_putc(b, ' ');
}

/* "fillfactor=70" as fillfactor = '70'; what is no such thing is lost. */
static void
put_options(struct script *s, const struct table *t, const char *const *v,
    size_t n, struct buf *b)
{
	size_t i, len, any = 0;

	for (i = 0; i < n; i++) {
		len = strspn(v[i], "abcdefghijklmnopqrstuvwxyz_.0123456789");
		if (len == 0 || v[i][len] != '=') {
			script_lost(s, t, NULL, "option %s", v[i]);
			continue;
		}
		buf_puts(b, any++ == 0 ? " WITH (" : ", ");
		buf_put(b, v[i], len);
		buf_puts(b, " = ");
		ddl_quote_string(b, v[i] + len + 1);
	}
	if (any > 0)
		buf_putc(b, ')');
}

/*
 * Columns.
 */
static void
put_identity(struct script *s, const struct table *t, const struct column *c)
{
	const struct table_sequence *q;
	size_t i;

	buf_printf(&s->b, " GENERATED %s AS IDENTITY",
	    strcmp(c->identity, "always") == 0 ? "ALWAYS" : "BY DEFAULT");
	for (i = 0; i < t->nsequences; i++) {
		q = &t->sequences[i];
		if (!q->identity || q->owner_column == NULL ||
		    strcmp(q->owner_column, c->name) != 0)
			continue;
		buf_puts(&s->b, " (SEQUENCE NAME ");
		script_pg_name(&s->b, q->schema, q->name);
		buf_printf(&s->b, "\n\tSTART WITH %" PRId64 " INCREMENT BY %"
		    PRId64 " MINVALUE %" PRId64 " MAXVALUE %" PRId64
		    " CACHE %" PRId64 "%s)", q->start, q->increment,
		    q->minimum, q->maximum, q->cache,
		    q->cycle ? " CYCLE" : "");
		return;
	}
}

static void
put_collation(struct script *s, const struct table *t, const struct column *c,
    struct buf *b)
{

	if (c->collation == NULL)
		return;
	if (script_pg_is_native(t) &&
	    script_is_expression(c->collation, SCRIPT_PG))
		buf_printf(b, " COLLATE %s", c->collation);
	else
		script_lost(s, t, c->name, "collation %s", c->collation);
}

/* An identity needs an integer; what is said of another type is not meant. */
static int
may_be_identity(const struct column *c)
{

	return (c->identity != NULL && (c->type == COLUMN_SMALLINT ||
	    c->type == COLUMN_INTEGER || c->type == COLUMN_BIGINT));
}

static int
is_primary(const struct table *t, size_t i)
{
	size_t k;

	for (k = 0; k < t->primary_key.n; k++)
		if (t->primary_key.v[k] == i)
			return (1);
	return (0);
}

/* What PostgreSQL makes of a name: its rows find no such column. */
static void
check_name(struct script *s, const struct table *t, const char *column,
    const char *name)
{

	if (*name == '\0')
		script_lost(s, t, column, "an empty name, which PostgreSQL does"
		    " not take: rename it");
	else if (strlen(name) > NAME_BYTES)
		script_lost(s, t, column, "its whole name, of which PostgreSQL"
		    " keeps %d bytes: rename it", NAME_BYTES);
}

static void
put_column(struct list *list, const struct table *t, size_t i)
{
	const struct column *c = &t->columns[i];
	struct script *s = list->s;
	struct buf type = { 0 }, more = { 0 };

	/* What is lost is said on lines before this one. */
	check_name(s, t, c->name, c->name);
	script_pg_type(s, t, c, &type);
	put_collation(s, t, c, &more);
	if (c->generated_sql != NULL || c->generated) {
		if (script_pg_is_native(t) &&
		    script_is_expression(c->generated_sql, SCRIPT_PG))
			buf_printf(&more, " GENERATED ALWAYS AS (%s) %s",
			    c->generated_sql,
			    c->is_virtual ? "VIRTUAL" : "STORED");
		else
			script_lost(s, t, c->name, "generated as %s",
			    c->generated_sql != NULL ? c->generated_sql :
			    "is not told");
	} else if (c->default_sql != NULL || c->default_json != NULL) {
		struct buf sql = { 0 };

		if (script_pg_default(s, t, c, &sql))
			buf_printf(&more, " DEFAULT %s", buf_z(&sql));
		buf_free(&sql);
	}
	begin_item(list);
	ddl_quote(&s->b, c->name);
	buf_putc(&s->b, ' ');
	buf_put(&s->b, type.s, type.len);
	if (more.len > 0)
		buf_put(&s->b, more.s, more.len);
	if (may_be_identity(c))
		put_identity(s, t, c);
	if ((c->not_null && !c->not_null_by_domain) || is_primary(t, i))
		buf_puts(&s->b, " NOT NULL");
	buf_free(&type);
	buf_free(&more);
}

/*
 * Keys and checks.
 */
static void
put_key(struct list *list, const struct table *t, const struct table_key *key,
    const struct column_list *columns, const char *word)
{
	struct buf *b = &list->s->b, options = { 0 };

	put_options(list->s, t, key->options, key->noptions, &options);
	begin_item(list);
	put_constraint_name(b, key->name);
	buf_puts(b, word);
	if (key->nulls_not_distinct)
		buf_puts(b, " NULLS NOT DISTINCT");
	buf_putc(b, ' ');
	ddl_columns(b, t, columns);
	if (key->include.n > 0) {
		buf_puts(b, " INCLUDE ");
		ddl_columns(b, t, &key->include);
	}
	if (options.len > 0)
		buf_put(b, options.s, options.len);
	if (key->deferrable)
		buf_puts(b, key->deferred ? " DEFERRABLE INITIALLY DEFERRED" :
		    " DEFERRABLE");
	buf_free(&options);
	if (key->on_conflict != NULL)
		script_lost(list->s, t, NULL, "ON CONFLICT %s of a key",
		    key->on_conflict);
}

static void
put_check(struct list *list, const struct table *t,
    const struct table_check *check)
{
	struct buf *b = &list->s->b;

	if (!script_pg_condition(list->s, t, check->sql)) {
		script_lost(list->s, t, NULL, "check %s: %s",
		    check->name != NULL ? check->name : "", check->sql);
		return;
	}
	begin_item(list);
	put_constraint_name(b, check->name);
	buf_printf(b, "CHECK (%s)%s", check->sql,
	    check->no_inherit ? " NO INHERIT" : "");
}

/* Labels of a text that is of no enum type. */
static void
put_labels_check(struct list *list, const struct table *t,
    const struct column *c)
{
	struct buf *b = &list->s->b;
	size_t i;

	if (c->type != COLUMN_ENUM || c->nlabels == 0 ||
	    script_pg_find_type(list->s, t, c).name != NULL)
		return;
	/* A type that is told of has them. */
	for (i = 0; i < t->ntypes; i++)
		if (c->sql_type != NULL &&
		    strstr(c->sql_type, t->types[i].name) != NULL)
			return;
	begin_item(list);
	buf_puts(b, "CHECK (");
	ddl_quote(b, c->name);
	buf_puts(b, " IN (");
	for (i = 0; i < c->nlabels; i++) {
		buf_puts(b, i == 0 ? "" : ", ");
		ddl_quote_string(b, c->labels[i]);
	}
	buf_puts(b, "))");
}

/*
 * References.
 */

/* The place of the referenced table in the set, or its size. */
static size_t
find_referenced(const struct script *s, const struct table *t,
    const struct table_ref *ref)
{
	const struct table *to;
	size_t i;

	to = table_set_exact(s->set, ref->table_schema != NULL ?
	    ref->table_schema : t->schema, ref->table);
	for (i = 0; i < s->set->n && s->set->v[i] != to; i++)
		continue;
	return (i);
}

static void
put_ref(struct buf *b, const struct script *s, const struct table *t,
    const struct table_ref *ref)
{
	const struct table *to = s->set->v[find_referenced(s, t, ref)];
	size_t i;

	put_constraint_name(b, ref->name);
	buf_puts(b, "FOREIGN KEY ");
	ddl_columns(b, t, &ref->columns);
	buf_puts(b, " REFERENCES ");
	script_pg_name(b, to->schema, to->name);
	buf_puts(b, " (");
	for (i = 0; i < ref->columns.n; i++) {
		buf_puts(b, i == 0 ? "" : ", ");
		ddl_quote(b, ref->fields[i]);
	}
	buf_putc(b, ')');
	if (ref->match != NULL && strcmp(ref->match, "FULL") == 0)
		buf_puts(b, " MATCH FULL");
	if (ref->on_update != NULL)
		buf_printf(b, " ON UPDATE %s", ref->on_update);
	if (ref->on_delete != NULL) {
		buf_printf(b, " ON DELETE %s", ref->on_delete);
		if (ref->set_fields.n > 0) {
			buf_putc(b, ' ');
			ddl_columns(b, t, &ref->set_fields);
		}
	}
	if (ref->deferrable)
		buf_puts(b, ref->deferred ? " DEFERRABLE INITIALLY DEFERRED" :
		    " DEFERRABLE");
	if (ref->not_valid)
		buf_puts(b, " NOT VALID");
}

/* References to tables that are there by then; a partition's come with what it
 * is a partition of. */
static void
put_refs(struct list *list, const struct table *t, size_t place)
{
	size_t i, to;

	for (i = 0; i < t->nrefs; i++) {
		to = find_referenced(list->s, t, &t->refs[i]);
		if (to > place || t->refs[i].not_valid)
			continue;
		begin_item(list);
		put_ref(&list->s->b, list->s, t, &t->refs[i]);
	}
}

static void
put_late_refs(struct script *s, size_t place)
{
	const struct table *t = s->set->v[place];
	size_t i, to, start;

	for (i = 0; i < t->nrefs; i++) {
		to = find_referenced(s, t, &t->refs[i]);
		if (to == s->set->n) {
			script_lost(s, t, NULL, "foreign key %s: table %s is"
			    " not in the schema", t->refs[i].name != NULL ?
			    t->refs[i].name : "", t->refs[i].table);
			continue;
		}
		if (to <= place && !t->refs[i].not_valid)
			continue;
		start = s->b.len;
		buf_puts(&s->b, "ALTER TABLE ");
		script_pg_name(&s->b, t->schema, t->name);
		buf_puts(&s->b, " ADD ");
		put_ref(&s->b, s, t, &t->refs[i]);
		script_pg_end(s, start);
	}
}

/*
 * Tables.
 */
static void
put_items(struct list *list, const struct table *t, size_t place)
{
	const struct table_fact *x;
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		if (!t->columns[i].inherited || t->ninherits == 0)
			put_column(list, t, i);
	if (t->primary_key.n > 0)
		put_key(list, t, &t->primary, &t->primary_key, "PRIMARY KEY");
	for (i = 0; i < t->nunique; i++)
		if (!t->unique[i].is_index)
			put_key(list, t, &t->unique[i], &t->unique[i].columns,
			    "UNIQUE");
	for (i = 0; i < t->ncolumns; i++)
		put_labels_check(list, t, &t->columns[i]);
	for (i = 0; i < t->nchecks; i++)
		if (!t->checks[i].not_valid && (!t->checks[i].inherited ||
		    t->ninherits == 0))
			put_check(list, t, &t->checks[i]);
	for (i = 0; i < t->exclusions.n; i++) {
		x = &t->exclusions.v[i];
		if (!script_is_expression(x->sql, SCRIPT_PG)) {
			script_lost(list->s, t, NULL, "exclusion %s: %s",
			    x->name, x->sql);
			continue;
		}
		begin_item(list);
		put_constraint_name(&list->s->b, x->name);
		buf_puts(&list->s->b, x->sql);
	}
	put_refs(list, t, place);
}

static void
put_inherits(struct script *s, const struct table *t)
{
	size_t i;

	for (i = 0; i < t->ninherits; i++) {
		buf_puts(&s->b, i == 0 ? " INHERITS (" : ", ");
		script_pg_name(&s->b, t->inherits[i].schema,
		    t->inherits[i].name);
	}
	if (t->ninherits > 0)
		buf_putc(&s->b, ')');
}

static void
put_plain_table(struct script *s, const struct table *t, size_t place)
{
	struct list list = { s, 0 };
	struct buf options = { 0 };
	size_t start;

	start = script_begin(s);
	put_options(s, t, t->options, t->noptions, &options);
	if (t->tablespace != NULL)
		script_lost(s, t, NULL, "tablespace %s", t->tablespace);
	buf_printf(&s->b, "CREATE %sTABLE %s", t->unlogged ? "UNLOGGED " : "",
	    s->opts->if_not_exists ? "IF NOT EXISTS " : "");
	script_pg_name(&s->b, t->schema, t->name);
	buf_puts(&s->b, " (");
	put_items(&list, t, place);
	buf_puts(&s->b, list.n > 0 ? "\n)" : ")");
	put_inherits(s, t);
	if (script_is_expression(t->partition_by, SCRIPT_PG))
		buf_printf(&s->b, " PARTITION BY %s", t->partition_by);
	if (t->access_method != NULL) {
		buf_puts(&s->b, " USING ");
		ddl_quote(&s->b, t->access_method);
	}
	if (options.len > 0)
		buf_put(&s->b, options.s, options.len);
	buf_puts(&s->b, ";\n");
	script_end(s, start);
	buf_free(&options);
}

static void
put_view(struct script *s, const struct table *t)
{
	int materialized = strcmp(t->kind, "view") != 0;
	struct buf options = { 0 };
	size_t i, len;

	len = t->view == NULL ? 0 : strlen(t->view);
	while (len > 0 && strchr("; \n", t->view[len - 1]) != NULL)
		len--;
	if (!script_pg_is_native(t) || len == 0) {
		script_lost(s, t, NULL, "view: %s", t->view == NULL ?
		    "its query is not told" : t->view);
		return;
	}
	put_options(s, t, t->options, t->noptions, &options);
	buf_printf(&s->b, "CREATE %s", materialized ?
	    (s->opts->if_not_exists ? "MATERIALIZED VIEW IF NOT EXISTS " :
	    "MATERIALIZED VIEW ") : (s->opts->if_not_exists ?
	    "OR REPLACE VIEW " : "VIEW "));
	script_pg_name(&s->b, t->schema, t->name);
	for (i = 0; i < t->ncolumns; i++) {
		buf_puts(&s->b, i == 0 ? " (" : ", ");
		ddl_quote(&s->b, t->columns[i].name);
	}
	buf_puts(&s->b, t->ncolumns > 0 ? ")" : "");
	if (options.len > 0)
		buf_put(&s->b, options.s, options.len);
	buf_puts(&s->b, " AS\n");
	buf_put(&s->b, t->view, len);
	buf_puts(&s->b, ";\n");
	buf_free(&options);
}

static int
is_view(const struct table *t)
{

	return (t->kind != NULL && (strcmp(t->kind, "view") == 0 ||
	    strcmp(t->kind, "materialized view") == 0));
}

void
script_pg_table(struct script *s, size_t place)
{
	const struct table *t = s->set->v[place];

	buf_putc(&s->b, '\n');
	check_name(s, t, NULL, t->name);
	if (t->kind == NULL)
		put_plain_table(s, t, place);
	else if (is_view(t))
		put_view(s, t);
	else
		script_lost(s, t, NULL, "a %s", t->kind);
	if (t->kind == NULL || strcmp(t->kind, "materialized view") == 0)
		script_pg_indexes(s, t);
}

/* What a column that comes from a parent has of its own. */
static void
put_inherited(struct script *s, const struct table *t, const struct column *c)
{
	struct buf sql = { 0 };

	if (script_pg_default(s, t, c, &sql)) {
		buf_puts(&s->b, "ALTER TABLE ONLY ");
		script_pg_name(&s->b, t->schema, t->name);
		buf_puts(&s->b, " ALTER COLUMN ");
		ddl_quote(&s->b, c->name);
		buf_printf(&s->b, " SET DEFAULT %s;\n", buf_z(&sql));
	}
	buf_free(&sql);
	if (!c->not_null || c->not_null_by_domain)
		return;
	buf_puts(&s->b, "ALTER TABLE ONLY ");
	script_pg_name(&s->b, t->schema, t->name);
	buf_puts(&s->b, " ALTER COLUMN ");
	ddl_quote(&s->b, c->name);
	buf_puts(&s->b, " SET NOT NULL;\n");
}

static void
put_partition(struct script *s, const struct table *t)
{
	const struct table_name *of = t->partition_of;
	struct buf head = { 0 }, name = { 0 };
	size_t start = s->b.len;

	if (t->npartition_of == 0)
		return;
	if (table_set_exact(s->set, of->schema != NULL ? of->schema :
	    t->schema, of->name) == NULL ||
	    !script_is_expression(of->bound, SCRIPT_PG)) {
		script_lost(s, t, NULL, "partition of %s, which is not in the"
		    " schema", of->name);
		return;
	}
	buf_puts(&s->b, "ALTER TABLE ONLY ");
	script_pg_name(&s->b, of->schema, of->name);
	buf_puts(&s->b, " ATTACH PARTITION ");
	script_pg_name(&s->b, t->schema, t->name);
	buf_printf(&s->b, " %s;\n", of->bound);
	if (!s->opts->if_not_exists)
		return;
	script_pg_name(&name, t->schema, t->name);
	buf_puts(&head, "IF NOT (SELECT relispartition FROM"
	    " pg_catalog.pg_class WHERE oid =\n    ");
	ddl_quote_string(&head, buf_z(&name));
	buf_puts(&head, "::pg_catalog.regclass) THEN\n");
	script_pg_wrap(s, start, buf_z(&head), "END IF;\n");
	buf_free(&head);
	buf_free(&name);
}

void
script_pg_late(struct script *s, size_t place)
{
	const struct table *t = s->set->v[place];
	const struct table_check *check;
	size_t i, start;

	if (t->kind == NULL) {
		for (i = 0; i < t->ncolumns; i++)
			if (t->columns[i].inherited && t->ninherits > 0)
				put_inherited(s, t, &t->columns[i]);
		put_partition(s, t);
		put_late_refs(s, place);
		for (i = 0; i < t->nchecks; i++) {
			check = &t->checks[i];
			if (!check->not_valid ||
			    !script_pg_condition(s, t, check->sql))
				continue;
			start = s->b.len;
			buf_puts(&s->b, "ALTER TABLE ");
			script_pg_name(&s->b, t->schema, t->name);
			buf_puts(&s->b, " ADD ");
			put_constraint_name(&s->b, check->name);
			buf_printf(&s->b, "CHECK (%s)%s NOT VALID",
			    check->sql, check->no_inherit ? " NO INHERIT" :
			    "");
			script_pg_end(s, start);
		}
	}
	if (t->kind == NULL || (is_view(t) && script_pg_is_native(t))) {
		script_pg_facts(s, t);
		script_pg_comments(s, t);
	}
}
