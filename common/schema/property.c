#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/quote.h"
#include "schema/property.h"
#include "schema/sqltype.h"
#include "schema/table_members.h"

/* What a property says, before it is a column. */
struct property {
	const char		*place;	/* quoted name, for messages */
	int			 types;	/* 0: any */
	const char		*format;
	const char		*base;	/* x-baseType */
	struct json_value	 labels;
	int			 has_labels;
	int			 required;
	int			 not_null;	/* x-notNull */
	int64_t			 max_length;
	int			 precision, scale;
	int			 has_minimum, has_maximum;
	int64_t			 minimum, maximum;
};

static const struct type_word {
	const char	*word;
	int		 type;
} type_words[] = {
	{ "null", PROPERTY_NULL }, { "boolean", PROPERTY_BOOLEAN },
	{ "integer", PROPERTY_INTEGER }, { "number", PROPERTY_NUMBER },
	{ "string", PROPERTY_STRING }, { "array", PROPERTY_ARRAY },
	{ "object", PROPERTY_OBJECT }
};

#define NTYPE_WORDS (sizeof(type_words) / sizeof(type_words[0]))

static int
add_type(struct reading *rd, const struct json_value *v, void *cookie)
{
	int *types = cookie;
	const char *word;
	struct quote q;
	size_t i;

	if ((word = reading_string(rd, v, "type")) == NULL)
		return (-1);
	for (i = 0; i < NTYPE_WORDS; i++)
		if (strcmp(word, type_words[i].word) == 0) {
			*types |= type_words[i].type;
			return (0);
		}
	return (reading_refuse(rd, v, "%s is no JSON Schema type",
	    quote_z(&q, word)));
}

int
property_types(struct reading *rd, const struct json_value *schema)
{
	struct json_value v;
	int types = 0;

	if (!json_get(schema, "type", 4, &v))
		return (0);
	if (reading_each(rd, &v, "type", add_type, &types) != 0)
		return (-1);
	if (types == 0)
		return (reading_refuse(rd, &v, "\"type\" allows nothing"));
	return (types);
}

/* The JSON types that values of a column type may have. */
static int
types_of(enum column_type type)
{

	switch (type) {
	case COLUMN_SMALLINT:
	case COLUMN_INTEGER:
	case COLUMN_BIGINT:
		return (PROPERTY_INTEGER | PROPERTY_NUMBER);
	case COLUMN_NUMERIC:
	case COLUMN_REAL:
	case COLUMN_DOUBLE:
		return (PROPERTY_INTEGER | PROPERTY_NUMBER | PROPERTY_STRING);
	case COLUMN_BOOLEAN:
		return (PROPERTY_BOOLEAN);
	case COLUMN_ARRAY:
		return (PROPERTY_ARRAY);
	case COLUMN_COMPOSITE:
		return (PROPERTY_OBJECT);
	case COLUMN_ANY:
	case COLUMN_JSON:
		return (~0);
	default:
		return (PROPERTY_STRING);
	}
}

/* The column type that a format of strings stands for; COLUMN_TEXT when it
 * says nothing about that. */
static enum column_type
format_type(const char *format)
{
	static const struct {
		const char		*format;
		enum column_type	 type;
	} formats[] = {
		{ "uuid", COLUMN_UUID }, { "date", COLUMN_DATE },
		{ "date-time", COLUMN_TIMESTAMPTZ }, { "time", COLUMN_TIMETZ },
		{ "duration", COLUMN_INTERVAL }
	};
	size_t i;

	for (i = 0; format != NULL && i < sizeof(formats) / sizeof(formats[0]);
	    i++)
		if (strcmp(format, formats[i].format) == 0)
			return (formats[i].type);
	return (COLUMN_TEXT);
}

/* The narrowest type whose whole range is exactly what is asked for. */
static enum column_type
integer_type(const struct property *p)
{

	if (!p->has_minimum || !p->has_maximum)
		return (COLUMN_BIGINT);
	if (p->minimum == INT16_MIN && p->maximum == INT16_MAX)
		return (COLUMN_SMALLINT);
	if (p->minimum == INT32_MIN && p->maximum == INT32_MAX)
		return (COLUMN_INTEGER);
	return (COLUMN_BIGINT);
}

/* The column type of a schema that names none. */
static enum column_type
plain_type(const struct property *p)
{

	switch (p->types & ~PROPERTY_NULL) {
	case PROPERTY_BOOLEAN:
		return (COLUMN_BOOLEAN);
	case PROPERTY_INTEGER:
		return (integer_type(p));
	case PROPERTY_NUMBER:
	case PROPERTY_NUMBER | PROPERTY_INTEGER:
		return (COLUMN_NUMERIC);
	case PROPERTY_STRING:
		return (format_type(p->format));
	case PROPERTY_ARRAY:
		return (COLUMN_ARRAY);
	case PROPERTY_OBJECT:
	case PROPERTY_ARRAY | PROPERTY_OBJECT:
		return (COLUMN_JSON);
	case 0:
		return (format_type(p->format) != COLUMN_TEXT ?
		    format_type(p->format) : COLUMN_ANY);
	default:
		return (COLUMN_ANY);
	}
}

static int
add_label(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct column *c = cookie;

	if (v->type == JSON_NULL)
		return (0);
	if ((c->labels[c->nlabels] = reading_string(rd, v, "label")) == NULL)
		return (-1);
	c->nlabels++;
	return (0);
}

static int
compare_labels(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return (strcmp(*x, *y));
}

static int
check_labels(struct reading *rd, const struct property *p,
    const struct column *c)
{
	const char **sorted;
	struct quote q;
	size_t i;

	sorted = arena_alloc(rd->a, c->nlabels * sizeof(*sorted));
	memcpy(sorted, c->labels, c->nlabels * sizeof(*sorted));
	qsort(sorted, c->nlabels, sizeof(*sorted), compare_labels);
	for (i = 1; i < c->nlabels; i++)
		if (strcmp(sorted[i], sorted[i - 1]) == 0)
			return (reading_refuse(rd, &p->labels,
			    "property %s: label %s comes twice", p->place,
			    quote_z(&q, sorted[i])));
	return (0);
}

/* Are these the labels of an enum: strings, and perhaps null? */
static int
are_labels(const struct json_value *v, int *null)
{
	struct json_iter it;
	struct json_value item;
	size_t n = 0;

	*null = 0;
	json_iter_init(&it, v);
	while (json_next(&it, NULL, &item)) {
		if (item.type == JSON_NULL)
			*null = 1;
		else if (item.type != JSON_STRING)
			return (0);
		else
			n++;
	}
	return (n > 0);
}

/* An "enum" of strings makes a text column an enum. */
static int
read_labels(struct reading *rd, struct property *p, struct column *c)
{
	int null;

	if (!p->has_labels || !are_labels(&p->labels, &null))
		return (0);
	if (c->type != COLUMN_TEXT && c->type != COLUMN_ENUM &&
	    c->type != COLUMN_OTHER && c->type != COLUMN_ANY)
		return (0);
	if (c->type == COLUMN_ANY && p->types != 0)
		return (0);
	if (p->types == 0)
		p->types = PROPERTY_STRING | (null ? PROPERTY_NULL : 0);
	c->type = COLUMN_ENUM;
	c->labels = arena_alloc(rd->a,
	    reading_count(&p->labels) * sizeof(*c->labels));
	if (reading_each(rd, &p->labels, "enum", add_label, c) != 0)
		return (-1);
	return (check_labels(rd, p, c));
}

static void
read_bounds(const struct json_value *schema, struct property *p)
{
	struct json_value v;
	int64_t n;

	if (json_get(schema, "minimum", 7, &v) && json_int(&v, &n)) {
		p->has_minimum = 1;
		p->minimum = n;
	}
	if (json_get(schema, "maximum", 7, &v) && json_int(&v, &n)) {
		p->has_maximum = 1;
		p->maximum = n;
	}
}

static int
read_sizes(struct reading *rd, const struct json_value *schema,
    struct property *p)
{
	int64_t n;
	int rc;

	p->max_length = -1;
	p->precision = p->scale = -1;
	if (reading_get_int(rd, schema, "maxLength", 0, INT64_MAX,
	    &p->max_length) < 0)
		return (-1);
	if ((rc = reading_get_int(rd, schema, "sqlPrecision", 0, INT_MAX,
	    &n)) < 0)
		return (-1);
	if (rc > 0) {
		p->precision = (int)n;
		p->scale = 0;
	}
	if ((rc = reading_get_int(rd, schema, "sqlScale", INT_MIN, INT_MAX,
	    &n)) < 0)
		return (-1);
	if (rc > 0 && p->precision >= 0)
		p->scale = (int)n;
	return (0);
}

/* What the property says by itself, with no type decided. */
static int
read_property(struct reading *rd, const struct json_value *schema,
    struct property *p, struct column *c)
{
	struct json_value v;
	int rc;

	read_bounds(schema, p);
	if ((p->types = property_types(rd, schema)) < 0 ||
	    read_sizes(rd, schema, p) != 0 ||
	    reading_get_string(rd, schema, "format", &p->format) < 0 ||
	    reading_get_string(rd, schema, "x-columnType", &c->sql_type) < 0 ||
	    reading_get_string(rd, schema, "x-baseType", &p->base) < 0 ||
	    reading_get_flag(rd, schema, "x-notNull", &p->not_null) < 0 ||
	    reading_get_flag(rd, schema, "readOnly", &c->generated) < 0 ||
	    reading_get_string(rd, schema, "x-default", &c->default_sql) < 0 ||
	    reading_get_string(rd, schema, "x-identity", &c->identity) < 0)
		return (-1);
	if ((rc = reading_get_string(rd, schema, "x-comment",
	    &c->comment)) < 0 ||
	    (rc == 0 &&
	    reading_get_string(rd, schema, "description", &c->comment) < 0))
		return (-1);
	if ((p->has_labels = reading_get(rd, schema, "enum", JSON_ARRAY,
	    &p->labels)) < 0)
		return (-1);
	if (json_get(schema, "default", 7, &v))
		c->default_json = arena_dup(rd->a, v.s, v.len);
	if (c->identity != NULL && strcmp(c->identity, "always") != 0 &&
	    strcmp(c->identity, "by default") != 0)
		return (reading_refuse(rd, schema,
		    "property %s: \"x-identity\" is neither \"always\" nor "
		    "\"by default\"", p->place));
	return (0);
}

/* Decide what the column holds: what it says it is, else what it looks
 * like. */
static int
decide_type(struct reading *rd, const struct json_value *schema,
    const struct property *p, struct column *c)
{
	struct sqltype st = { .type = COLUMN_OTHER };
	struct quote q;
	int named;

	named = c->sql_type != NULL &&
	    sqltype_read(&st, c->sql_type, strlen(c->sql_type));
	if (p->base != NULL) {
		if (!sqltype_read(&st, p->base, strlen(p->base)))
			return (reading_refuse(rd, schema,
			    "property %s: x-baseType %s is no known type",
			    p->place,
			    quote_z(&q, p->base)));
		named = 1;
	}
	c->type = named ? st.type : plain_type(p);
	c->max_length = c->type == COLUMN_TEXT ? p->max_length : -1;
	if (c->type == COLUMN_TEXT && c->max_length < 0)
		c->max_length = st.known ? st.max_length : -1;
	c->precision = c->scale = -1;
	if (c->type == COLUMN_NUMERIC) {
		c->precision = p->precision;
		c->scale = p->scale;
		if (c->precision < 0 && st.known) {
			c->precision = st.precision;
			c->scale = st.scale;
		}
	}
	return (0);
}

/* Would no value ever fit both what is said of it and its type? */
static int
check_property(struct reading *rd, const struct json_value *schema,
    const struct property *p, const struct column *c)
{
	int types = p->types & ~PROPERTY_NULL;
	enum column_type format = format_type(p->format);
	const char *name = c->sql_type != NULL ? c->sql_type :
	    sqltype_name(c->type);
	struct quote q, q2;

	if (types != 0 && (types & types_of(c->type)) == 0 && !c->affinity)
		return (reading_refuse(rd, schema,
		    "property %s: \"type\" contradicts column type %s",
		    p->place, quote_z(&q, name)));
	if (format == COLUMN_TEXT)
		return (0);
	if (types != 0 && (types & PROPERTY_STRING) == 0)
		return (reading_refuse(rd, schema,
		    "property %s: format %s is for strings", p->place,
		    quote_z(&q, p->format)));
	if (c->type == format || c->type == COLUMN_TEXT ||
	    c->type == COLUMN_ENUM || c->type == COLUMN_OTHER ||
	    c->type == COLUMN_ANY || c->type == COLUMN_JSON ||
	    (c->type == COLUMN_TIME && format == COLUMN_TIMETZ) ||
	    (c->type == COLUMN_TIMESTAMP && format == COLUMN_TIMESTAMPTZ))
		return (0);
	return (reading_refuse(rd, schema,
	    "property %s: format %s contradicts column type %s", p->place,
	    quote_z(&q, p->format), quote_z(&q2, name)));
}

/* Is the default one of the values that the type allows? */
static int
check_default(struct reading *rd, const struct json_value *schema,
    const struct property *p, const struct column *c)
{
	static const int of[] = {
		[JSON_NULL] = PROPERTY_NULL, [JSON_FALSE] = PROPERTY_BOOLEAN,
		[JSON_TRUE] = PROPERTY_BOOLEAN,
		[JSON_NUMBER] = PROPERTY_NUMBER | PROPERTY_INTEGER,
		[JSON_STRING] = PROPERTY_STRING, [JSON_ARRAY] = PROPERTY_ARRAY,
		[JSON_OBJECT] = PROPERTY_OBJECT
	};
	struct json_value v;

	if (c->default_json == NULL || !json_get(schema, "default", 7, &v))
		return (0);
	if ((of[v.type] & (types_of(c->type) | PROPERTY_NULL)) == 0)
		return (reading_refuse(rd, &v,
		    "property %s: \"default\" contradicts its type",
		    p->place));
	return (0);
}

/*
 * A column whose type has no null is NOT NULL when it is required, or when
 * something fills it in; else a row may leave it out, which makes it null.
 */
static int
is_not_null(const struct property *p, const struct column *c)
{

	if (p->not_null)
		return (1);
	if (p->types == 0 || (p->types & PROPERTY_NULL) != 0)
		return (0);
	return (p->required || c->default_sql != NULL ||
	    c->default_json != NULL || c->identity != NULL || c->generated);
}

int
property_read(struct reading *rd, const struct json_value *schema,
    int required, struct column *c)
{
	struct property p = { .required = required };
	struct quote q;

	c->max_length = c->precision = c->scale = -1;
	c->statistics = -1;
	p.place = quote_z(&q, c->name);
	if (schema->type == JSON_TRUE)		/* anything goes */
		return (0);
	if (schema->type != JSON_OBJECT)
		return (reading_refuse(rd, schema, "property %s is no schema",
		    p.place));
	if (member_read(rd, schema, &table_members_column, NULL, c) != 0 ||
	    read_property(rd, schema, &p, c) != 0 ||
	    decide_type(rd, schema, &p, c) != 0 ||
	    read_labels(rd, &p, c) != 0 ||
	    check_property(rd, schema, &p, c) != 0 ||
	    check_default(rd, schema, &p, c) != 0)
		return (-1);
	c->not_null = is_not_null(&p, c);
	return (0);
}
