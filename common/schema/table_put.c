#include <string.h>

#include "base/buf.h"
#include "json/json.h"
#include "schema/sqltype.h"
#include "schema/table.h"

/* What JSON values of a column type look like. */
struct shape {
	const char	*types[2];	/* JSON Schema types; none: any */
	const char	*format;
	const char	*minimum, *maximum;
	const char	*pattern;
	const char	*field;		/* in a Frictionless Table Schema */
};

#define NUMBER_SHAPE { .types = { "number", "string" }, \
	.pattern = "^(NaN|-?Infinity)$", .field = "number" }
#define STRING_SHAPE { .types = { "string" }, .field = "string" }

static const struct shape shapes[] = {
	[COLUMN_ANY]	= { .field = "any" },
	[COLUMN_SMALLINT] = { .types = { "integer" }, .field = "integer",
	    .minimum = "-32768", .maximum = "32767" },
	[COLUMN_INTEGER] = { .types = { "integer" }, .field = "integer",
	    .minimum = "-2147483648", .maximum = "2147483647" },
	[COLUMN_BIGINT]	= { .types = { "integer" }, .field = "integer",
	    .minimum = "-9223372036854775808",
	    .maximum = "9223372036854775807" },
	[COLUMN_NUMERIC] = NUMBER_SHAPE,
	[COLUMN_REAL]	= NUMBER_SHAPE,
	[COLUMN_DOUBLE]	= NUMBER_SHAPE,
	[COLUMN_BOOLEAN] = { .types = { "boolean" }, .field = "boolean" },
	[COLUMN_TEXT]	= STRING_SHAPE,
	[COLUMN_ENUM]	= STRING_SHAPE,
	[COLUMN_UUID]	= { .types = { "string" }, .format = "uuid",
	    .field = "string" },
	[COLUMN_DATE]	= { .types = { "string" }, .format = "date",
	    .field = "date" },
	[COLUMN_TIME]	= STRING_SHAPE,
	[COLUMN_TIMETZ]	= STRING_SHAPE,
	[COLUMN_TIMESTAMP] = { .types = { "string" }, .field = "datetime" },
	[COLUMN_TIMESTAMPTZ] = { .types = { "string" }, .format = "date-time",
	    .field = "datetime" },
	[COLUMN_INTERVAL] = STRING_SHAPE,
	[COLUMN_JSON]	= { .field = "any" },
	[COLUMN_BYTEA]	= { .types = { "string" },
	    .pattern = "^\\\\x([0-9a-f]{2})*$", .field = "string" },
	[COLUMN_ARRAY]	= { .types = { "array" }, .field = "array" },
	[COLUMN_COMPOSITE] = { .types = { "object" }, .field = "object" },
	[COLUMN_OTHER]	= STRING_SHAPE,
};

/* Append a comma unless this is the first in its object or array, or the
 * value of a key. */
static void
put_comma(struct buf *b)
{

	if (b->len > 0 && strchr("{[:", b->s[b->len - 1]) == NULL)
		buf_putc(b, ',');
}

static void
put_key(struct buf *b, const char *key)
{

	put_comma(b);
	json_put_z(b, key);
	buf_putc(b, ':');
}

static void
put_raw(struct buf *b, const char *key, const char *text)
{

	if (text == NULL)
		return;
	put_key(b, key);
	buf_puts(b, text);
}

static void
put_text(struct buf *b, const char *key, const char *text)
{

	if (text == NULL)
		return;
	put_key(b, key);
	json_put_z(b, text);
}

static void
put_int(struct buf *b, const char *key, int64_t n)
{

	put_key(b, key);
	json_put_int(b, n);
}

static void
put_flag(struct buf *b, const char *key, int flag)
{

	put_raw(b, key, flag ? "true" : NULL);
}

static void
put_item(struct buf *b, const char *text)
{

	put_comma(b);
	json_put_z(b, text);
}

/* The names of columns as an array, under the key ${key} unless NULL. */
static void
put_columns(struct buf *b, const char *key, const struct table *t,
    const struct column_list *list)
{
	size_t i;

	if (key != NULL)
		put_key(b, key);
	else
		put_comma(b);
	buf_putc(b, '[');
	for (i = 0; i < list->n; i++)
		put_item(b, t->columns[list->v[i]].name);
	buf_putc(b, ']');
}

static void
put_strings(struct buf *b, const char *key, const char *const *v, size_t n)
{
	size_t i;

	put_key(b, key);
	buf_putc(b, '[');
	for (i = 0; i < n; i++)
		put_item(b, v[i]);
	buf_putc(b, ']');
}

/* "type", with what else may stand there: another array, null. */
static void
put_type(struct buf *b, const struct shape *shape, int array, int null)
{
	int several = shape->types[1] != NULL || array || null;

	if (shape->types[0] == NULL)
		return;
	put_key(b, "type");
	if (several)
		buf_putc(b, '[');
	put_item(b, shape->types[0]);
	if (shape->types[1] != NULL)
		put_item(b, shape->types[1]);
	if (array)
		put_item(b, "array");
	if (null)
		put_item(b, "null");
	if (several)
		buf_putc(b, ']');
}

static void
put_limits(struct buf *b, const struct shape *shape, int64_t max_length)
{

	put_raw(b, "minimum", shape->minimum);
	put_raw(b, "maximum", shape->maximum);
	if (max_length >= 0)
		put_int(b, "maxLength", max_length);
	put_text(b, "pattern", shape->pattern);
}

/* What the elements of the array type ${name} look like; any when that
 * cannot be told. */
static void
put_items(struct buf *b, const char *name)
{
	const struct shape *shape;
	struct sqltype array, st;

	put_key(b, "items");
	buf_putc(b, '{');
	if (sqltype_read(&array, name, strlen(name)) && array.element > 0 &&
	    sqltype_read(&st, name, array.element) &&
	    st.type != COLUMN_ARRAY) {
		shape = &shapes[st.type];
		put_type(b, shape, 1, 1);
		put_text(b, "format", shape->format);
		put_limits(b, shape, st.max_length);
	}
	buf_putc(b, '}');
}

/* The labels, and null where it may stand for one. */
static void
put_enum(struct buf *b, const struct column *c)
{

	put_strings(b, "enum", c->labels, c->nlabels);
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

static void
put_column(struct buf *b, const struct column *c)
{
	const struct shape *shape = &shapes[c->type];
	const char *name = c->sql_type != NULL ? c->sql_type :
	    sqltype_name(c->type);

	put_key(b, c->name);
	buf_putc(b, '{');
	put_type(b, shape, 0, !c->not_null);
	put_text(b, "format", shape->format);
	if (c->type == COLUMN_ENUM && c->nlabels > 0)
		put_enum(b, c);
	if (c->type == COLUMN_ARRAY)
		put_items(b, name);
	put_limits(b, shape, c->type == COLUMN_TEXT ? c->max_length : -1);
	if (c->type == COLUMN_NUMERIC && c->precision >= 0) {
		put_int(b, "sqlPrecision", c->precision);
		put_int(b, "sqlScale", c->scale);
	}
	put_raw(b, "default", c->default_json);
	put_flag(b, "readOnly", c->generated);
	if (c->type != COLUMN_ANY || c->sql_type != NULL)
		put_text(b, "x-columnType", name);
	if (!is_told_by_name(c, name))
		put_text(b, "x-baseType", sqltype_name(c->type));
	put_flag(b, "x-notNull", c->not_null && shape->types[0] == NULL);
	put_text(b, "x-default", c->default_sql);
	put_text(b, "x-identity", c->identity);
	put_text(b, "x-comment", c->comment);
	buf_putc(b, '}');
}

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
			put_key(b, "required");
			buf_putc(b, '[');
		}
		put_item(b, t->columns[i].name);
	}
	if (n > 0)
		buf_putc(b, ']');
}

static void
put_unique(struct buf *b, const struct table *t)
{
	size_t i;

	if (t->nunique == 0)
		return;
	put_key(b, "x-uniqueKeys");
	buf_putc(b, '[');
	for (i = 0; i < t->nunique; i++) {
		put_comma(b);
		buf_putc(b, '{');
		put_text(b, "name", t->unique[i].name);
		put_columns(b, "fields", t, &t->unique[i].columns);
		buf_putc(b, '}');
	}
	buf_putc(b, ']');
}

static void
put_ref(struct buf *b, const struct table *t, const struct table_ref *ref)
{

	put_comma(b);
	buf_putc(b, '{');
	put_text(b, "name", ref->name);
	put_columns(b, "fields", t, &ref->columns);
	put_key(b, "reference");
	buf_putc(b, '{');
	put_text(b, "schema", ref->table_schema);
	put_text(b, "resource", ref->table);
	put_strings(b, "fields", ref->fields, ref->columns.n);
	buf_putc(b, '}');
	put_text(b, "onDelete", ref->on_delete);
	put_text(b, "onUpdate", ref->on_update);
	put_flag(b, "deferrable", ref->deferrable);
	put_flag(b, "deferred", ref->deferred);
	buf_putc(b, '}');
}

static void
put_refs(struct buf *b, const struct table *t)
{
	size_t i;

	if (t->nrefs == 0)
		return;
	put_key(b, "x-foreignKeys");
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
	put_key(b, "x-checks");
	buf_putc(b, '[');
	for (i = 0; i < t->nchecks; i++) {
		put_comma(b);
		buf_putc(b, '{');
		put_text(b, "name", t->checks[i].name);
		put_text(b, "sql", t->checks[i].sql);
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
	put_text(b, "$schema", "https://json-schema.org/draft/2020-12/schema");
	put_text(b, "title", t->name[0] != '\0' ? t->name : NULL);
	put_text(b, "type", "object");
	put_key(b, "properties");
	buf_putc(b, '{');
	for (i = 0; i < t->ncolumns; i++)
		put_column(b, &t->columns[i]);
	buf_putc(b, '}');
	put_required(b, t);
	put_raw(b, "additionalProperties", "false");
	put_text(b, "sqlObjectOwner", t->schema);
	if (t->primary_key.n > 0)
		put_columns(b, "sqlPrimaryKey", t, &t->primary_key);
	put_unique(b, t);
	put_refs(b, t);
	put_checks(b, t);
	if (t->ncycle > 0)
		put_strings(b, "x-cycles", t->cycle, t->ncycle);
	put_text(b, "x-comment", t->comment);
	buf_putc(b, '}');
}

static void
put_field_constraints(struct buf *b, const struct column *c)
{
	const struct shape *shape = &shapes[c->type];

	put_key(b, "constraints");
	buf_putc(b, '{');
	put_flag(b, "required", c->not_null);
	put_raw(b, "minimum", shape->minimum);
	put_raw(b, "maximum", shape->maximum);
	if (c->type == COLUMN_TEXT && c->max_length >= 0)
		put_int(b, "maxLength", c->max_length);
	if (c->type == COLUMN_ENUM && c->nlabels > 0)
		put_strings(b, "enum", c->labels, c->nlabels);
	buf_putc(b, '}');
}

static void
put_field(struct buf *b, const struct column *c)
{

	put_comma(b);
	buf_putc(b, '{');
	put_text(b, "name", c->name);
	put_text(b, "type", shapes[c->type].field);
	if (c->type == COLUMN_UUID)
		put_text(b, "format", "uuid");
	put_text(b, "description", c->comment);
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
	put_comma(b);
	buf_putc(b, '{');
	put_columns(b, "fields", t, &ref->columns);
	put_key(b, "reference");
	buf_putc(b, '{');
	if (strcmp(buf_z(&name), buf_z(&own)) != 0)
		put_text(b, "resource", buf_z(&name));
	put_strings(b, "fields", ref->fields, ref->columns.n);
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
	put_text(b, "fieldsMatch", "equal");
	put_raw(b, "missingValues", "[]");
	put_key(b, "fields");
	buf_putc(b, '[');
	for (i = 0; i < t->ncolumns; i++)
		put_field(b, &t->columns[i]);
	buf_putc(b, ']');
	if (t->primary_key.n > 0)
		put_columns(b, "primaryKey", t, &t->primary_key);
	if (t->nunique > 0) {
		put_key(b, "uniqueKeys");
		buf_putc(b, '[');
		for (i = 0; i < t->nunique; i++)
			put_columns(b, NULL, t, &t->unique[i].columns);
		buf_putc(b, ']');
	}
	if (t->nrefs > 0) {
		put_key(b, "foreignKeys");
		buf_putc(b, '[');
		for (i = 0; i < t->nrefs; i++)
			put_field_ref(b, t, &t->refs[i]);
		buf_putc(b, ']');
	}
	buf_putc(b, '}');
}
