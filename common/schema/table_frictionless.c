#include <string.h>

#include "base/buf.h"
#include "schema/shape.h"
#include "schema/table.h"
#include "schema/writing.h"

static void
put_field_constraints(struct buf *b, const struct column *c)
{
	const struct shape *shape = shape_of(c->type);

	writing_key(b, "constraints");
	buf_putc(b, '{');
	writing_flag(b, "required", c->not_null);
	writing_raw(b, "minimum", shape->minimum);
	writing_raw(b, "maximum", shape->maximum);
	if (c->type == COLUMN_TEXT && c->max_length >= 0)
		writing_int(b, "maxLength", c->max_length);
	if (c->type == COLUMN_ENUM && c->nlabels > 0)
		writing_strings(b, "enum", c->labels, c->nlabels);
	buf_putc(b, '}');
}

static void
put_field(struct buf *b, const struct column *c)
{

	writing_comma(b);
	buf_putc(b, '{');
	writing_text(b, "name", c->name);
	writing_text(b, "type", shape_of(c->type)->field);
	if (c->type == COLUMN_UUID)
		writing_text(b, "format", "uuid");
	writing_text(b, "description", c->comment);
	put_field_constraints(b, c);
	buf_putc(b, '}');
}

/* A reference to the table itself names no resource. */
static void
put_field_ref(struct buf *b, const struct table *t,
    const struct table_ref *ref)
{
	const char *schema = ref->table_schema != NULL ? ref->table_schema :
	    t->schema;
	struct buf name = { 0 }, own = { 0 };

	table_put_name(schema, ref->table, &name);
	table_put_name(t->schema, t->name, &own);
	writing_comma(b);
	buf_putc(b, '{');
	writing_columns(b, "fields", t, &ref->columns);
	writing_key(b, "reference");
	buf_putc(b, '{');
	if (strcmp(buf_z(&name), buf_z(&own)) != 0)
		writing_text(b, "resource", buf_z(&name));
	writing_strings(b, "fields", ref->fields, ref->columns.n);
	buf_puts(b, "}}");
	buf_free(&name);
	buf_free(&own);
}

void
table_put_frictionless(const struct table *t, struct buf *b)
{
	size_t i;

	buf_putc(b, '{');
	/* JSON rows name their fields and write null as null, not as "". */
	writing_text(b, "fieldsMatch", "equal");
	writing_raw(b, "missingValues", "[]");
	writing_key(b, "fields");
	buf_putc(b, '[');
	for (i = 0; i < t->ncolumns; i++)
		put_field(b, &t->columns[i]);
	buf_putc(b, ']');
	if (t->primary_key.n > 0)
		writing_columns(b, "primaryKey", t, &t->primary_key);
	if (t->nunique > 0) {
		writing_key(b, "uniqueKeys");
		buf_putc(b, '[');
		for (i = 0; i < t->nunique; i++)
			writing_columns(b, NULL, t, &t->unique[i].columns);
		buf_putc(b, ']');
	}
	if (t->nrefs > 0) {
		writing_key(b, "foreignKeys");
		buf_putc(b, '[');
		for (i = 0; i < t->nrefs; i++)
			put_field_ref(b, t, &t->refs[i]);
		buf_putc(b, ']');
	}
	buf_putc(b, '}');
}
