#include <string.h>

#include "base/buf.h"
#include "base/grid.h"
#include "schema/listing.h"
#include "schema/sqltype.h"

#define CELL_MAX	60	/* columns of a default or comment */

/* Append data made fit for a terminal. */
static void
put_safe(struct buf *b, const char *s)
{

	(void)grid_text(s, strlen(s), b);
}

/*
 * Columns.
 */
static void
put_default(struct grid *g, const struct column *c)
{
	struct buf b = { 0 };

	if (c->generated_sql != NULL)
		buf_printf(&b, "= %s%s", c->generated_sql,
		    c->is_virtual ? " (virtual)" : "");
	else if (c->generated)
		buf_puts(&b, "(generated)");
	else if (c->identity != NULL)
		buf_printf(&b, "identity, %s", c->identity);
	else if (c->default_sql != NULL)
		buf_puts(&b, c->default_sql);
	else if (c->default_json != NULL)
		buf_puts(&b, c->default_json);
	else if (c->autoincrement)
		buf_puts(&b, "autoincrement");
	grid_cell(g, b.s, b.len);
	buf_free(&b);
}

static void
put_type(struct grid *g, const struct column *c)
{
	struct buf b = { 0 };

	buf_puts(&b, c->sql_type != NULL ? c->sql_type :
	    c->declared != NULL ? c->declared : sqltype_name(c->type));
	if (c->collation != NULL)
		buf_printf(&b, " COLLATE %s", c->collation);
	grid_cell(g, b.s, b.len);
	buf_free(&b);
}

static int
has_comments(const struct table *t)
{
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		if (t->columns[i].comment != NULL)
			return (1);
	return (0);
}

static void
put_columns(const struct table *t, struct buf *b)
{
	struct grid *g = grid_new();
	int comments = has_comments(t);
	const struct column *c;
	size_t i;

	grid_column(g, "Column", GRID_LEFT, 0);
	grid_column(g, "Type", GRID_LEFT, 0);
	grid_column(g, "Null", GRID_LEFT, 0);
	grid_column(g, "Default", GRID_LEFT, CELL_MAX);
	if (comments)
		grid_column(g, "Comment", GRID_LEFT, CELL_MAX);
	for (i = 0; i < t->ncolumns; i++) {
		c = &t->columns[i];
		grid_cell_z(g, c->name);
		put_type(g, c);
		grid_cell_z(g, c->not_null ? "not null" : "");
		put_default(g, c);
		if (comments)
			grid_cell_z(g, c->comment);
	}
	grid_put(g, 1, b);
	grid_free(g);
}

/*
 * What follows the columns: a title for each kind of thing that there is, and
 * a line for each thing.
 */
struct section {
	struct buf	*b;
	const char	*title;
	int		 open;
};

/* Begin a line of the section, which its title precedes once. */
static void
begin(struct section *s, const char *name)
{

	if (!s->open) {
		buf_puts(s->b, s->title);
		buf_puts(s->b, ":\n");
		s->open = 1;
	}
	buf_puts(s->b, "    ");
	if (name != NULL && name[0] != '\0') {
		put_safe(s->b, name);
		buf_putc(s->b, ' ');
	}
}

static void
put_names(struct buf *b, const struct table *t, const struct column_list *list)
{
	size_t i;

	buf_putc(b, '(');
	for (i = 0; i < list->n; i++) {
		if (i > 0)
			buf_puts(b, ", ");
		put_safe(b, t->columns[list->v[i]].name);
	}
	buf_putc(b, ')');
}

static void
put_labels(const struct table *t, struct buf *b)
{
	struct section s = { b, "Labels", 0 };
	const struct column *c;
	size_t i, k;

	for (i = 0; i < t->ncolumns; i++) {
		c = &t->columns[i];
		if (c->nlabels == 0)
			continue;
		begin(&s, c->name);
		for (k = 0; k < c->nlabels; k++) {
			buf_puts(b, k == 0 ? "" : ", ");
			put_safe(b, c->labels[k]);
		}
		buf_putc(b, '\n');
	}
}

static void
put_key(struct section *s, const struct table *t, const struct table_key *key,
    const struct column_list *columns, const char *word)
{

	begin(s, key->name);
	buf_puts(s->b, word);
	put_names(s->b, t, columns);
	if (key->include.n > 0) {
		buf_puts(s->b, " include ");
		put_names(s->b, t, &key->include);
	}
	if (key->nulls_not_distinct)
		buf_puts(s->b, ", nulls not distinct");
	if (key->deferrable)
		buf_puts(s->b, key->deferred ? ", deferred" : ", deferrable");
	if (key->is_index)
		buf_puts(s->b, ", index");
	buf_putc(s->b, '\n');
}

static void
put_keys(const struct table *t, struct buf *b)
{
	struct section s = { b, "Keys", 0 };
	size_t i;

	if (t->primary_key.n > 0)
		put_key(&s, t, &t->primary, &t->primary_key, "primary key ");
	for (i = 0; i < t->nunique; i++)
		put_key(&s, t, &t->unique[i], &t->unique[i].columns,
		    "unique ");
}

static void
put_index_parts(struct buf *b, const struct table_index *x)
{
	const struct index_part *part;
	size_t i;

	buf_putc(b, '(');
	for (i = 0; i < x->nparts; i++) {
		part = &x->parts[i];
		buf_puts(b, i == 0 ? "" : ", ");
		put_safe(b, part->field != NULL ? part->field :
		    part->sql != NULL ? part->sql : "");
		if (part->collation != NULL) {
			buf_puts(b, " collate ");
			put_safe(b, part->collation);
		}
		if (part->opclass != NULL) {
			buf_putc(b, ' ');
			put_safe(b, part->opclass);
		}
		buf_puts(b, part->desc ? " desc" : "");
		if (part->nulls != NULL) {
			buf_puts(b, " nulls ");
			put_safe(b, part->nulls);
		}
	}
	buf_putc(b, ')');
}

static void
put_indexes(const struct table *t, struct buf *b)
{
	struct section s = { b, "Indexes", 0 };
	const struct table_index *x;
	size_t i;

	for (i = 0; i < t->nindexes; i++) {
		x = &t->indexes[i];
		begin(&s, x->name);
		buf_puts(b, x->is_unique ? "unique " : "");
		if (x->method != NULL) {
			put_safe(b, x->method);
			buf_putc(b, ' ');
		}
		put_index_parts(b, x);
		if (x->include.n > 0) {
			buf_puts(b, " include ");
			put_names(b, t, &x->include);
		}
		if (x->where != NULL) {
			buf_puts(b, " where ");
			put_safe(b, x->where);
		}
		buf_putc(b, '\n');
	}
}

static void
put_ref(struct section *s, const struct table *t, const struct table_ref *ref)
{
	struct buf name = { 0 };
	size_t i;

	begin(s, ref->name);
	put_names(s->b, t, &ref->columns);
	table_put_name(ref->table_schema, ref->table, &name);
	buf_puts(s->b, " -> ");
	put_safe(s->b, buf_z(&name));
	buf_free(&name);
	buf_puts(s->b, " (");
	for (i = 0; i < ref->columns.n; i++) {
		buf_puts(s->b, i == 0 ? "" : ", ");
		put_safe(s->b, ref->fields[i]);
	}
	buf_putc(s->b, ')');
	if (ref->on_delete != NULL)
		buf_printf(s->b, " on delete %s", ref->on_delete);
	if (ref->on_update != NULL)
		buf_printf(s->b, " on update %s", ref->on_update);
	if (ref->deferrable)
		buf_puts(s->b, ref->deferred ? ", deferred" : ", deferrable");
	buf_puts(s->b, ref->not_valid ? ", not valid\n" : "\n");
}

static void
put_refs(const struct table *t, struct buf *b)
{
	struct section s = { b, "References", 0 };
	size_t i;

	for (i = 0; i < t->nrefs; i++)
		put_ref(&s, t, &t->refs[i]);
}

static void
put_checks(const struct table *t, struct buf *b)
{
	struct section s = { b, "Checks", 0 };
	size_t i;

	for (i = 0; i < t->nchecks; i++) {
		begin(&s, t->checks[i].name);
		put_safe(b, t->checks[i].sql);
		buf_puts(b, t->checks[i].not_valid ? ", not valid\n" : "\n");
	}
}

static void
put_facts(const char *title, const struct table_facts *facts, struct buf *b)
{
	struct section s = { b, title, 0 };
	size_t i;

	for (i = 0; i < facts->n; i++) {
		begin(&s, NULL);
		put_safe(b, facts->v[i].sql);
		buf_putc(b, '\n');
	}
}

static void
put_line(const char *title, const char *text, struct buf *b)
{

	if (text == NULL)
		return;
	buf_printf(b, "%s: ", title);
	put_safe(b, text);
	buf_putc(b, '\n');
}

static void
put_others(const char *title, const struct table_name *v, size_t n,
    struct buf *b)
{
	struct section s = { b, title, 0 };
	struct buf name = { 0 };
	size_t i;

	for (i = 0; i < n; i++) {
		name.len = 0;
		table_put_name(v[i].schema, v[i].name, &name);
		begin(&s, buf_z(&name));
		if (v[i].bound != NULL)
			put_safe(b, v[i].bound);
		else
			b->len--;
		buf_putc(b, '\n');
	}
	buf_free(&name);
}

static void
put_head(const struct table *t, struct buf *b)
{
	struct buf name = { 0 };
	const char *kind = t->kind != NULL ? t->kind :
	    t->partition_by != NULL ? "partitioned table" : "table";

	buf_putc(b, (char)(kind[0] >= 'a' && kind[0] <= 'z' ?
	    kind[0] - 'a' + 'A' : kind[0]));
	put_safe(b, kind + 1);
	buf_putc(b, ' ');
	table_put_name(t->schema, t->name, &name);
	put_safe(b, buf_z(&name));
	buf_free(&name);
	if (t->comment != NULL) {
		buf_puts(b, ": ");
		put_safe(b, t->comment);
	}
	buf_putc(b, '\n');
}

static void
put_cycle(const struct table *t, struct buf *b)
{
	size_t i;

	for (i = 0; i < t->ncycle; i++) {
		buf_puts(b, i == 0 ? "Reference each other in a circle: " :
		    ", ");
		put_safe(b, t->cycle[i]);
	}
	if (t->ncycle > 0)
		buf_putc(b, '\n');
}

void
listing_put_table(const struct table *t, struct buf *b)
{

	put_head(t, b);
	put_columns(t, b);
	put_labels(t, b);
	put_keys(t, b);
	put_indexes(t, b);
	put_refs(t, b);
	put_checks(t, b);
	put_facts("Exclusions", &t->exclusions, b);
	put_facts("Triggers", &t->triggers, b);
	put_facts("Rules", &t->rules, b);
	put_facts("Policies", &t->policies, b);
	put_facts("Statistics", &t->statistics, b);
	put_line("Row security", t->row_security, b);
	put_line("Partitioned by", t->partition_by, b);
	put_others("Partition of", t->partition_of, t->npartition_of, b);
	put_others("Inherits", t->inherits, t->ninherits, b);
	put_line("Query", t->view, b);
	put_line("Definition", t->virtual_table, b);
	put_cycle(t, b);
	buf_putc(b, '\n');
}
