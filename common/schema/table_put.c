#include <string.h>

#include "base/buf.h"
#include "schema/property.h"
#include "schema/table.h"
#include "schema/table_members.h"
#include "schema/writing.h"

/* A row must have what is NOT NULL and what nothing else fills in. */
static int
is_required(const struct column *c)
{

	return (c->not_null && c->default_sql == NULL &&
	    c->default_json == NULL && c->identity == NULL && !c->generated);
}

static void
put_required(struct buf *b, const struct table *t)
{
	size_t i, n = 0;

	for (i = 0; i < t->ncolumns; i++) {
		if (!is_required(&t->columns[i]))
			continue;
		if (n++ == 0) {
			writing_key(b, "required");
			buf_putc(b, '[');
		}
		writing_item(b, t->columns[i].name);
	}
	if (n > 0)
		buf_putc(b, ']');
}

/* What is said of the primary key, if anything is. */
static void
put_primary(struct buf *b, const struct table *t)
{
	size_t at = b->len, empty;

	writing_key(b, "x-primaryKey");
	buf_putc(b, '{');
	empty = b->len;
	member_put(&table_members_primary, &t->primary, t, b);
	if (b->len == empty)
		b->len = at;
	else
		buf_putc(b, '}');
}

static void
put_unique(struct buf *b, const struct table *t)
{
	size_t i;

	if (t->nunique == 0)
		return;
	writing_key(b, "x-uniqueKeys");
	buf_putc(b, '[');
	for (i = 0; i < t->nunique; i++) {
		writing_comma(b);
		buf_putc(b, '{');
		writing_text(b, "name", t->unique[i].name);
		writing_columns(b, "fields", t, &t->unique[i].columns);
		member_put(&table_members_key, &t->unique[i], t, b);
		buf_putc(b, '}');
	}
	buf_putc(b, ']');
}

static void
put_ref(struct buf *b, const struct table *t, const struct table_ref *ref)
{

	writing_comma(b);
	buf_putc(b, '{');
	writing_text(b, "name", ref->name);
	writing_columns(b, "fields", t, &ref->columns);
	writing_key(b, "reference");
	buf_putc(b, '{');
	writing_text(b, "schema", ref->table_schema);
	writing_text(b, "resource", ref->table);
	writing_strings(b, "fields", ref->fields, ref->columns.n);
	buf_putc(b, '}');
	writing_text(b, "onDelete", ref->on_delete);
	writing_text(b, "onUpdate", ref->on_update);
	member_put(&table_members_ref, ref, t, b);
	buf_putc(b, '}');
}

static void
put_refs(struct buf *b, const struct table *t)
{
	size_t i;

	if (t->nrefs == 0)
		return;
	writing_key(b, "x-foreignKeys");
	buf_putc(b, '[');
	for (i = 0; i < t->nrefs; i++)
		put_ref(b, t, &t->refs[i]);
	buf_putc(b, ']');
}

static void
put_checks(struct buf *b, const struct table *t)
{
	size_t i;

	if (t->nchecks == 0)
		return;
	writing_key(b, "x-checks");
	buf_putc(b, '[');
	for (i = 0; i < t->nchecks; i++) {
		writing_comma(b);
		buf_putc(b, '{');
		member_put(&table_members_check, &t->checks[i], t, b);
		buf_putc(b, '}');
	}
	buf_putc(b, ']');
}

void
table_put_name(const char *schema, const char *name, struct buf *b)
{

	if (schema != NULL && strcmp(schema, "public") != 0) {
		buf_puts(b, schema);
		buf_putc(b, '.');
	}
	buf_puts(b, name);
}

void
table_put_schema(const struct table *t, struct buf *b)
{
	size_t i;

	buf_putc(b, '{');
	writing_text(b, "$schema",
	    "https://json-schema.org/draft/2020-12/schema");
	writing_text(b, "title", t->name[0] != '\0' ? t->name : NULL);
	writing_text(b, "type", "object");
	writing_key(b, "properties");
	buf_putc(b, '{');
	for (i = 0; i < t->ncolumns; i++)
		property_put(&t->columns[i], b);
	buf_putc(b, '}');
	put_required(b, t);
	writing_raw(b, "additionalProperties", "false");
	writing_text(b, "sqlObjectOwner", t->schema);
	if (t->primary_key.n > 0)
		writing_columns(b, "sqlPrimaryKey", t, &t->primary_key);
	put_primary(b, t);
	put_unique(b, t);
	put_refs(b, t);
	put_checks(b, t);
	if (t->ncycle > 0)
		writing_strings(b, "x-cycles", t->cycle, t->ncycle);
	member_put(&table_members, t, t, b);
	writing_text(b, "x-comment", t->comment);
	buf_putc(b, '}');
}
