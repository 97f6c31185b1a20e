#include <string.h>

#include "base/buf.h"
#include "schema/property.h"
#include "schema/shape.h"
#include "schema/sqltype.h"
#include "schema/table_members.h"
#include "schema/writing.h"

/* What the elements of the array type ${name} look like; any when that
 * cannot be told. */
static void
put_items(struct buf *b, const char *name)
{
	const struct shape *shape;
	struct sqltype array, st;

	writing_key(b, "items");
	buf_putc(b, '{');
	if (sqltype_read(&array, name, strlen(name)) && array.element > 0 &&
	    sqltype_read(&st, name, array.element) &&
	    st.type != COLUMN_ARRAY) {
		shape = shape_of(st.type);
		shape_put_type(b, shape, SHAPE_ARRAY | SHAPE_NULL);
		writing_text(b, "format", shape->format);
		shape_put_limits(b, shape, st.max_length);
	}
	buf_putc(b, '}');
}

/* The labels, and null where it may stand for one. */
static void
put_enum(struct buf *b, const struct column *c)
{

	writing_strings(b, "enum", c->labels, c->nlabels);
	if (!c->not_null) {
		b->len--;
		buf_puts(b, ",null]");
	}
}

/* Does table_read know the column's type from its name or its enum? */
static int
is_told_by_name(const struct column *c, const char *name)
{
	struct sqltype st;

	(void)sqltype_read(&st, name, strlen(name));
	if (c->type == COLUMN_ENUM && c->nlabels > 0)
		return (!st.known || st.type == COLUMN_TEXT);
	return (st.known && st.type == c->type);
}

void
property_put(const struct column *c, struct buf *b)
{
	const struct shape *shape = shape_of(c->type);
	const char *name = c->sql_type != NULL ? c->sql_type :
	    sqltype_name(c->type);

	writing_key(b, c->name);
	buf_putc(b, '{');
	shape_put_type(b, shape, (c->not_null ? 0 : SHAPE_NULL) |
	    (c->affinity ? SHAPE_STORED : 0));
	if (!c->affinity)
		writing_text(b, "format", shape->format);
	if (c->type == COLUMN_ENUM && c->nlabels > 0)
		put_enum(b, c);
	if (c->type == COLUMN_ARRAY)
		put_items(b, name);
	if (!c->affinity)
		shape_put_limits(b, shape,
		    c->type == COLUMN_TEXT ? c->max_length : -1);
	if (c->type == COLUMN_NUMERIC && c->precision >= 0) {
		writing_int(b, "sqlPrecision", c->precision);
		writing_int(b, "sqlScale", c->scale);
	}
	writing_raw(b, "default", c->default_json);
	writing_flag(b, "readOnly", c->generated);
	if (c->type != COLUMN_ANY || c->sql_type != NULL)
		writing_text(b, "x-columnType", name);
	if (!is_told_by_name(c, name))
		writing_text(b, "x-baseType", sqltype_name(c->type));
	writing_flag(b, "x-notNull", c->not_null && shape->types[0] == NULL);
	writing_text(b, "x-default", c->default_sql);
	writing_text(b, "x-identity", c->identity);
	member_put(&table_members_column, c, NULL, b);
	writing_text(b, "x-comment", c->comment);
	buf_putc(b, '}');
}
