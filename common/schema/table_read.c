#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "json/json.h"
#include "schema/sqltype.h"
#include "schema/table.h"

#define COLUMNS_MAX	32767	/* no engine has more */

/* Sets of JSON Schema types. */
enum {
	TYPE_NULL = 1 << 0, TYPE_BOOLEAN = 1 << 1, TYPE_INTEGER = 1 << 2,
	TYPE_NUMBER = 1 << 3, TYPE_STRING = 1 << 4, TYPE_ARRAY = 1 << 5,
	TYPE_OBJECT = 1 << 6
};

/* One document being read. */
struct reading {
	const char	*text;	/* for places in messages */
	struct arena	*a;
	struct table	*t;
	struct column	**sorted; /* t->columns by name */
	struct err	*err;
};

/* What a property says, before it is a column. */
struct property {
	const char		*place;	/* quoted name, for messages */
	unsigned int		 types;	/* 0: any */
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

/* Fill the error, with the value's place in the text.  Returns -1. */
__attribute__((format(printf, 3, 4)))
static int
refuse(struct reading *rd, const struct json_value *v, const char *fmt, ...)
{
	char msg[sizeof(rd->err->msg)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	if (v != NULL)
		(void)err_at(rd->err, (size_t)(v->s - rd->text), "%s", msg);
	else
		(void)err_set(rd->err, "%s", msg);
	return (err_status(rd->err, DIAG_BADINPUT));
}

/*
 * Values by key.  Each of these stores what the member ${key} of ${obj} holds
 * and returns 1, returns 0 when there is none, and refuses another type.
 */
static int
get(struct reading *rd, const struct json_value *obj, const char *key,
    enum json_type type, struct json_value *v)
{

	if (!json_get(obj, key, strlen(key), v))
		return (0);
	if (v->type != type)
		return (refuse(rd, v, "\"%s\" is not %s %s", key,
		    type == JSON_ARRAY || type == JSON_OBJECT ? "an" : "a",
		    json_type_name(type)));
	return (1);
}

/* The string ${v} as one that ends with NUL; refused when it holds one. */
static const char *
string_of(struct reading *rd, const struct json_value *v, const char *what)
{
	const char *s;
	size_t len;

	if (v->type != JSON_STRING) {
		(void)refuse(rd, v, "%s is not a string", what);
		return (NULL);
	}
	s = json_string(v, rd->a, &len);
	if (memchr(s, '\0', len) != NULL) {
		(void)refuse(rd, v, "%s holds a NUL character", what);
		return (NULL);
	}
	return (arena_dup(rd->a, s, len));
}

static int
get_string(struct reading *rd, const struct json_value *obj, const char *key,
    const char **out)
{
	struct json_value v;
	int rc;

	if ((rc = get(rd, obj, key, JSON_STRING, &v)) <= 0)
		return (rc);
	return ((*out = string_of(rd, &v, key)) == NULL ? -1 : 1);
}

static int
get_flag(struct reading *rd, const struct json_value *obj, const char *key,
    int *out)
{
	struct json_value v;

	if (!json_get(obj, key, strlen(key), &v))
		return (0);
	if (v.type != JSON_TRUE && v.type != JSON_FALSE)
		return (refuse(rd, &v, "\"%s\" is not true or false", key));
	*out = v.type == JSON_TRUE;
	return (1);
}

static int
get_int(struct reading *rd, const struct json_value *obj, const char *key,
    int64_t min, int64_t max, int64_t *out)
{
	struct json_value v;
	int64_t n;

	if (!json_get(obj, key, strlen(key), &v))
		return (0);
	if (v.type != JSON_NUMBER || !json_int(&v, &n) || n < min || n > max)
		return (refuse(rd, &v, "\"%s\" is not a whole number in range",
		    key));
	*out = n;
	return (1);
}

/* Call ${each} for the members of an array, or once for a lone string. */
static int
each_item(struct reading *rd, const struct json_value *v, const char *what,
    int (*each)(struct reading *, const struct json_value *, void *),
    void *cookie)
{
	struct json_iter it;
	struct json_value item;

	if (v->type == JSON_STRING)
		return (each(rd, v, cookie));
	if (v->type != JSON_ARRAY)
		return (refuse(rd, v, "\"%s\" is not an array", what));
	json_iter_init(&it, v);
	while (json_next(&it, NULL, &item))
		if (each(rd, &item, cookie) != 0)
			return (-1);
	return (0);
}

static size_t
count_items(const struct json_value *v)
{
	struct json_iter it;
	struct json_value item;
	size_t n = 0;

	if (v->type != JSON_ARRAY && v->type != JSON_OBJECT)
		return (1);
	json_iter_init(&it, v);
	while (json_next(&it, NULL, &item))
		n++;
	return (n);
}

/*
 * Columns by name.
 */
static int
compare_columns(const void *a, const void *b)
{
	struct column *const *x = a, *const *y = b;

	return (strcmp((*x)->name, (*y)->name));
}

static int
compare_column_name(const void *key, const void *item)
{
	struct column *const *c = item;

	return (strcmp(key, (*c)->name));
}

static struct column *
find_column(const struct reading *rd, const char *name)
{
	struct column **c;

	if (rd->t->ncolumns == 0)
		return (NULL);
	c = bsearch(name, rd->sorted, rd->t->ncolumns, sizeof(*rd->sorted),
	    compare_column_name);
	return (c == NULL ? NULL : *c);
}

struct column_names {
	struct column_list	*list;
	const char		*what;
};

static int
add_key_column(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct column_names *names = cookie;
	struct column_list *list = names->list;
	const struct column *c;
	const char *name;
	struct quote q;
	size_t i;

	if ((name = string_of(rd, v, names->what)) == NULL)
		return (-1);
	if ((c = find_column(rd, name)) == NULL)
		return (refuse(rd, v, "\"%s\" names %s, which is no property",
		    names->what, quote_z(&q, name)));
	for (i = 0; i < list->n; i++)
		if (list->v[i] == (size_t)(c - rd->t->columns))
			return (refuse(rd, v, "\"%s\" names %s twice",
			    names->what, quote_z(&q, name)));
	list->v[list->n++] = (size_t)(c - rd->t->columns);
	return (0);
}

/* Read the names of one or more columns. */
static int
read_columns(struct reading *rd, const struct json_value *v, const char *what,
    struct column_list *list)
{
	struct column_names names = { list, what };
	size_t n = count_items(v);

	if (n == 0)
		return (refuse(rd, v, "\"%s\" names no property", what));
	if (n > rd->t->ncolumns)
		n = rd->t->ncolumns;	/* more would repeat one */
	list->v = arena_alloc(rd->a, (n + 1) * sizeof(*list->v));
	list->n = 0;
	return (each_item(rd, v, what, add_key_column, &names));
}

/*
 * Properties.
 */
static const struct type_word {
	const char	*word;
	unsigned int	 type;
} type_words[] = {
	{ "null", TYPE_NULL }, { "boolean", TYPE_BOOLEAN },
	{ "integer", TYPE_INTEGER }, { "number", TYPE_NUMBER },
	{ "string", TYPE_STRING }, { "array", TYPE_ARRAY },
	{ "object", TYPE_OBJECT }
};

#define NTYPE_WORDS (sizeof(type_words) / sizeof(type_words[0]))

static int
add_type(struct reading *rd, const struct json_value *v, void *cookie)
{
	unsigned int *types = cookie;
	const char *word;
	struct quote q;
	size_t i;

	if ((word = string_of(rd, v, "type")) == NULL)
		return (-1);
	for (i = 0; i < NTYPE_WORDS; i++)
		if (strcmp(word, type_words[i].word) == 0) {
			*types |= type_words[i].type;
			return (0);
		}
	return (refuse(rd, v, "%s is no JSON Schema type",
	    quote_z(&q, word)));
}

static int
read_types(struct reading *rd, const struct json_value *schema,
    unsigned int *types)
{
	struct json_value v;

	*types = 0;
	if (!json_get(schema, "type", 4, &v))
		return (0);
	if (each_item(rd, &v, "type", add_type, types) != 0)
		return (-1);
	if (*types == 0)
		return (refuse(rd, &v, "\"type\" allows nothing"));
	return (0);
}

/* The JSON types that values of a column type may have. */
static unsigned int
types_of(enum column_type type)
{

	switch (type) {
	case COLUMN_SMALLINT:
	case COLUMN_INTEGER:
	case COLUMN_BIGINT:
		return (TYPE_INTEGER | TYPE_NUMBER);
	case COLUMN_NUMERIC:
	case COLUMN_REAL:
	case COLUMN_DOUBLE:
		return (TYPE_INTEGER | TYPE_NUMBER | TYPE_STRING);
	case COLUMN_BOOLEAN:
		return (TYPE_BOOLEAN);
	case COLUMN_ARRAY:
		return (TYPE_ARRAY);
	case COLUMN_COMPOSITE:
		return (TYPE_OBJECT);
	case COLUMN_ANY:
	case COLUMN_JSON:
		return (~0U);
	default:
		return (TYPE_STRING);
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

	switch (p->types & ~(unsigned int)TYPE_NULL) {
	case TYPE_BOOLEAN:
		return (COLUMN_BOOLEAN);
	case TYPE_INTEGER:
		return (integer_type(p));
	case TYPE_NUMBER:
	case TYPE_NUMBER | TYPE_INTEGER:
		return (COLUMN_NUMERIC);
	case TYPE_STRING:
		return (format_type(p->format));
	case TYPE_ARRAY:
		return (COLUMN_ARRAY);
	case TYPE_OBJECT:
	case TYPE_ARRAY | TYPE_OBJECT:
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
	if ((c->labels[c->nlabels] = string_of(rd, v, "label")) == NULL)
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
			return (refuse(rd, &p->labels,
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
		p->types = TYPE_STRING | (null ? (unsigned)TYPE_NULL : 0);
	c->type = COLUMN_ENUM;
	c->labels = arena_alloc(rd->a,
	    count_items(&p->labels) * sizeof(*c->labels));
	if (each_item(rd, &p->labels, "enum", add_label, c) != 0)
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
	if (get_int(rd, schema, "maxLength", 0, INT64_MAX,
	    &p->max_length) < 0)
		return (-1);
	if ((rc = get_int(rd, schema, "sqlPrecision", 0, INT_MAX, &n)) < 0)
		return (-1);
	if (rc > 0) {
		p->precision = (int)n;
		p->scale = 0;
	}
	if ((rc = get_int(rd, schema, "sqlScale", INT_MIN, INT_MAX, &n)) < 0)
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
	if (read_types(rd, schema, &p->types) != 0 ||
	    read_sizes(rd, schema, p) != 0 ||
	    get_string(rd, schema, "format", &p->format) < 0 ||
	    get_string(rd, schema, "x-columnType", &c->sql_type) < 0 ||
	    get_string(rd, schema, "x-baseType", &p->base) < 0 ||
	    get_flag(rd, schema, "x-notNull", &p->not_null) < 0 ||
	    get_flag(rd, schema, "readOnly", &c->generated) < 0 ||
	    get_string(rd, schema, "x-default", &c->default_sql) < 0 ||
	    get_string(rd, schema, "x-identity", &c->identity) < 0)
		return (-1);
	if ((rc = get_string(rd, schema, "x-comment", &c->comment)) < 0 ||
	    (rc == 0 &&
	    get_string(rd, schema, "description", &c->comment) < 0))
		return (-1);
	if ((p->has_labels = get(rd, schema, "enum", JSON_ARRAY,
	    &p->labels)) < 0)
		return (-1);
	if (json_get(schema, "default", 7, &v))
		c->default_json = arena_dup(rd->a, v.s, v.len);
	if (c->identity != NULL && strcmp(c->identity, "always") != 0 &&
	    strcmp(c->identity, "by default") != 0)
		return (refuse(rd, schema, "property %s: \"x-identity\" is "
		    "neither \"always\" nor \"by default\"", p->place));
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
			return (refuse(rd, schema, "property %s: x-baseType "
			    "%s is no known type", p->place,
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
	unsigned int types = p->types & ~(unsigned int)TYPE_NULL;
	enum column_type format = format_type(p->format);
	const char *name = c->sql_type != NULL ? c->sql_type :
	    sqltype_name(c->type);
	struct quote q, q2;

	if (types != 0 && (types & types_of(c->type)) == 0)
		return (refuse(rd, schema,
		    "property %s: \"type\" contradicts column type %s",
		    p->place, quote_z(&q, name)));
	if (format == COLUMN_TEXT)
		return (0);
	if (types != 0 && (types & TYPE_STRING) == 0)
		return (refuse(rd, schema,
		    "property %s: format %s is for strings", p->place,
		    quote_z(&q, p->format)));
	if (c->type == format || c->type == COLUMN_TEXT ||
	    c->type == COLUMN_ENUM || c->type == COLUMN_OTHER ||
	    c->type == COLUMN_ANY || c->type == COLUMN_JSON ||
	    (c->type == COLUMN_TIME && format == COLUMN_TIMETZ) ||
	    (c->type == COLUMN_TIMESTAMP && format == COLUMN_TIMESTAMPTZ))
		return (0);
	return (refuse(rd, schema,
	    "property %s: format %s contradicts column type %s", p->place,
	    quote_z(&q, p->format), quote_z(&q2, name)));
}

/* Is the default one of the values that the type allows? */
static int
check_default(struct reading *rd, const struct json_value *schema,
    const struct property *p, const struct column *c)
{
	static const unsigned int of[] = {
		[JSON_NULL] = TYPE_NULL, [JSON_FALSE] = TYPE_BOOLEAN,
		[JSON_TRUE] = TYPE_BOOLEAN,
		[JSON_NUMBER] = TYPE_NUMBER | TYPE_INTEGER,
		[JSON_STRING] = TYPE_STRING, [JSON_ARRAY] = TYPE_ARRAY,
		[JSON_OBJECT] = TYPE_OBJECT
	};
	struct json_value v;

	if (c->default_json == NULL || !json_get(schema, "default", 7, &v))
		return (0);
	if ((of[v.type] & (types_of(c->type) | TYPE_NULL)) == 0)
		return (refuse(rd, &v,
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
	if (p->types == 0 || (p->types & TYPE_NULL) != 0)
		return (0);
	return (p->required || c->default_sql != NULL ||
	    c->default_json != NULL || c->identity != NULL || c->generated);
}

static int
read_column(struct reading *rd, const struct json_value *schema,
    int required, struct column *c)
{
	struct property p = { .required = required };
	struct quote q;

	p.place = quote_z(&q, c->name);
	if (schema->type == JSON_TRUE)		/* anything goes */
		return (0);
	if (schema->type != JSON_OBJECT)
		return (refuse(rd, schema, "property %s is no schema",
		    p.place));
	if (read_property(rd, schema, &p, c) != 0 ||
	    decide_type(rd, schema, &p, c) != 0 ||
	    read_labels(rd, &p, c) != 0 ||
	    check_property(rd, schema, &p, c) != 0 ||
	    check_default(rd, schema, &p, c) != 0)
		return (-1);
	c->not_null = is_not_null(&p, c);
	return (0);
}

/* The names of all columns first, since "required" asks for them. */
static int
read_names(struct reading *rd, const struct json_value *properties)
{
	struct table *t = rd->t;
	struct json_value key, v;
	struct json_iter it;
	struct quote q;
	size_t i, n = count_items(properties);

	if (n > COLUMNS_MAX)
		return (refuse(rd, properties, "more than %d properties",
		    COLUMNS_MAX));
	t->columns = arena_alloc(rd->a, (n + 1) * sizeof(*t->columns));
	memset(t->columns, 0, (n + 1) * sizeof(*t->columns));
	rd->sorted = arena_alloc(rd->a, (n + 1) * sizeof(*rd->sorted));
	json_iter_init(&it, properties);
	while (json_next(&it, &key, &v)) {
		struct column *c = &t->columns[t->ncolumns];

		if ((c->name = string_of(rd, &key, "property name")) == NULL)
			return (-1);
		c->max_length = c->precision = c->scale = -1;
		rd->sorted[t->ncolumns++] = c;
	}
	qsort(rd->sorted, t->ncolumns, sizeof(*rd->sorted), compare_columns);
	for (i = 1; i < t->ncolumns; i++)
		if (strcmp(rd->sorted[i - 1]->name, rd->sorted[i]->name) == 0)
			return (refuse(rd, properties,
			    "property %s comes twice",
			    quote_z(&q, rd->sorted[i]->name)));
	return (0);
}

static int
mark_required(struct reading *rd, const struct json_value *v, void *cookie)
{
	unsigned char *required = cookie;
	const struct column *c;
	const char *name;
	struct quote q;

	if ((name = string_of(rd, v, "required")) == NULL)
		return (-1);
	if ((c = find_column(rd, name)) == NULL)
		return (refuse(rd, v, "\"required\" names %s, which is no "
		    "property", quote_z(&q, name)));
	required[c - rd->t->columns] = 1;
	return (0);
}

static int
read_properties(struct reading *rd, const struct json_value *doc)
{
	struct json_value properties, v;
	struct json_iter it;
	unsigned char *required;
	size_t i = 0;
	int rc;

	if ((rc = get(rd, doc, "properties", JSON_OBJECT, &properties)) < 0)
		return (-1);
	if (rc == 0)
		return (refuse(rd, doc, "the schema has no properties"));
	if (read_names(rd, &properties) != 0)
		return (-1);
	required = arena_alloc(rd->a, rd->t->ncolumns + 1);
	memset(required, 0, rd->t->ncolumns + 1);
	if ((rc = get(rd, doc, "required", JSON_ARRAY, &v)) < 0 ||
	    (rc > 0 && each_item(rd, &v, "required", mark_required,
	    required) != 0))
		return (-1);
	json_iter_init(&it, &properties);
	while (json_next(&it, NULL, &v)) {
		if (read_column(rd, &v, required[i],
		    &rd->t->columns[i]) != 0)
			return (-1);
		i++;
	}
	return (0);
}

/*
 * Keys and checks.
 */
static int
read_unique_key(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct table_key *key = &rd->t->unique[rd->t->nunique];
	struct json_value fields = *v;
	int rc;

	(void)cookie;
	if (v->type == JSON_OBJECT) {
		if (get_string(rd, v, "name", &key->name) < 0)
			return (-1);
		rc = json_get(v, "fields", 6, &fields);
		if (rc == 0)
			return (refuse(rd, v, "a unique key has no fields"));
	}
	if (read_columns(rd, &fields, "fields", &key->columns) != 0)
		return (-1);
	rd->t->nunique++;
	return (0);
}

static int
read_unique(struct reading *rd, const struct json_value *doc)
{
	struct json_value v;
	const char *what = "x-uniqueKeys";
	int rc;
	size_t n;

	if ((rc = get(rd, doc, what, JSON_ARRAY, &v)) == 0)
		rc = get(rd, doc, what = "sqlUnique", JSON_ARRAY, &v);
	if (rc <= 0)
		return (rc);
	n = count_items(&v);
	rd->t->unique = arena_alloc(rd->a, (n + 1) * sizeof(struct table_key));
	memset(rd->t->unique, 0, (n + 1) * sizeof(struct table_key));
	return (each_item(rd, &v, what, read_unique_key, NULL));
}

/* Take one of SQL's actions, in whatever case, as its own spelling. */
static int
get_action(struct reading *rd, const struct json_value *ref, const char *key,
    const char **out)
{
	static const char *const actions[] = {
		"CASCADE", "NO ACTION", "RESTRICT", "SET DEFAULT", "SET NULL"
	};
	const char *word = NULL;
	struct quote q;
	size_t i, j;

	if (get_string(rd, ref, key, &word) < 0)
		return (-1);
	if (word == NULL)
		return (0);
	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		for (j = 0; word[j] != '\0' && (word[j] == actions[i][j] ||
		    word[j] - 'a' + 'A' == actions[i][j]); j++)
			;
		if (word[j] == '\0' && actions[i][j] == '\0') {
			*out = actions[i];
			return (0);
		}
	}
	return (refuse(rd, ref, "\"%s\" is %s, which is no action of SQL",
	    key, quote_z(&q, word)));
}

struct ref_fields {
	struct table_ref	*ref;
	size_t			 n;
};

static int
add_ref_field(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct ref_fields *f = cookie;

	if (f->n == f->ref->columns.n)
		return (refuse(rd, v, "a foreign key references more fields "
		    "than it has"));
	if ((f->ref->fields[f->n] = string_of(rd, v, "field")) == NULL)
		return (-1);
	f->n++;
	return (0);
}

static int
read_reference(struct reading *rd, const struct json_value *reference,
    struct table_ref *ref)
{
	struct ref_fields f = { .ref = ref };
	struct json_value v;

	if (get_string(rd, reference, "schema", &ref->table_schema) < 0 ||
	    get_string(rd, reference, "resource", &ref->table) < 0)
		return (-1);
	/* Without a name, or with none, it is the table itself. */
	if (ref->table == NULL || ref->table[0] == '\0')
		ref->table = rd->t->name;
	if (!json_get(reference, "fields", 6, &v))
		return (refuse(rd, reference, "a reference has no fields"));
	ref->fields = arena_alloc(rd->a,
	    ref->columns.n * sizeof(*ref->fields));
	if (each_item(rd, &v, "fields", add_ref_field, &f) != 0)
		return (-1);
	if (f.n != ref->columns.n)
		return (refuse(rd, &v, "a foreign key references fewer "
		    "fields than it has"));
	return (0);
}

static int
read_ref(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct table_ref *ref = &rd->t->refs[rd->t->nrefs];
	struct json_value fields, reference;

	(void)cookie;
	if (v->type != JSON_OBJECT || !json_get(v, "fields", 6, &fields) ||
	    !json_get(v, "reference", 9, &reference) ||
	    reference.type != JSON_OBJECT)
		return (refuse(rd, v, "a foreign key is no object with "
		    "\"fields\" and \"reference\""));
	if (get_string(rd, v, "name", &ref->name) < 0 ||
	    read_columns(rd, &fields, "fields", &ref->columns) != 0 ||
	    read_reference(rd, &reference, ref) != 0 ||
	    get_action(rd, v, "onDelete", &ref->on_delete) != 0 ||
	    get_action(rd, v, "onUpdate", &ref->on_update) != 0 ||
	    get_flag(rd, v, "deferrable", &ref->deferrable) < 0 ||
	    get_flag(rd, v, "deferred", &ref->deferred) < 0)
		return (-1);
	rd->t->nrefs++;
	return (0);
}

static int
read_refs(struct reading *rd, const struct json_value *doc)
{
	struct json_value v;
	int rc;
	size_t n;

	if ((rc = get(rd, doc, "x-foreignKeys", JSON_ARRAY, &v)) <= 0)
		return (rc);
	n = count_items(&v);
	rd->t->refs = arena_alloc(rd->a, (n + 1) * sizeof(struct table_ref));
	memset(rd->t->refs, 0, (n + 1) * sizeof(struct table_ref));
	return (each_item(rd, &v, "x-foreignKeys", read_ref, NULL));
}

static int
read_check(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct table_check *check = &rd->t->checks[rd->t->nchecks];

	(void)cookie;
	if (v->type == JSON_OBJECT) {
		if (get_string(rd, v, "name", &check->name) < 0 ||
		    get_string(rd, v, "sql", &check->sql) < 0)
			return (-1);
	} else if ((check->sql = string_of(rd, v, "check")) == NULL)
		return (-1);
	if (check->sql == NULL)
		return (refuse(rd, v, "a check has no \"sql\""));
	rd->t->nchecks++;
	return (0);
}

static int
read_checks(struct reading *rd, const struct json_value *doc)
{
	struct json_value v;
	int rc;
	size_t n;

	if ((rc = get(rd, doc, "x-checks", JSON_ARRAY, &v)) <= 0)
		return (rc);
	n = count_items(&v);
	rd->t->checks = arena_alloc(rd->a,
	    (n + 1) * sizeof(struct table_check));
	memset(rd->t->checks, 0, (n + 1) * sizeof(struct table_check));
	return (each_item(rd, &v, "x-checks", read_check, NULL));
}

static int
add_cycle_name(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct table *t = rd->t;

	(void)cookie;
	if ((t->cycle[t->ncycle] = string_of(rd, v, "x-cycles")) == NULL)
		return (-1);
	t->ncycle++;
	return (0);
}

static int
read_cycle(struct reading *rd, const struct json_value *doc)
{
	struct json_value v;
	int rc;

	if ((rc = get(rd, doc, "x-cycles", JSON_ARRAY, &v)) <= 0)
		return (rc);
	rd->t->cycle = arena_alloc(rd->a,
	    (count_items(&v) + 1) * sizeof(*rd->t->cycle));
	return (each_item(rd, &v, "x-cycles", add_cycle_name, NULL));
}

/* What is said of the table itself. */
static int
read_head(struct reading *rd, const struct json_value *doc)
{
	struct table *t = rd->t;
	unsigned int types;
	int rc;

	if (read_types(rd, doc, &types) != 0)
		return (-1);
	if (types != 0 && (types & TYPE_OBJECT) == 0)
		return (refuse(rd, doc, "the schema is not of an object"));
	t->name = "";
	if ((rc = get_string(rd, doc, "sqlObjectName", &t->name)) < 0 ||
	    (rc == 0 && get_string(rd, doc, "title", &t->name) < 0) ||
	    get_string(rd, doc, "sqlObjectOwner", &t->schema) < 0)
		return (-1);
	if ((rc = get_string(rd, doc, "x-comment", &t->comment)) == 0)
		rc = get_string(rd, doc, "description", &t->comment);
	return (rc < 0 ? -1 : 0);
}

static int
read_table(struct reading *rd, const struct json_value *doc)
{
	struct json_value v;

	if (doc->type != JSON_OBJECT)
		return (refuse(rd, doc, "a schema of a table is an object"));
	if (read_head(rd, doc) != 0 || read_properties(rd, doc) != 0)
		return (-1);
	if (json_get(doc, "sqlPrimaryKey", 13, &v) && read_columns(rd, &v,
	    "sqlPrimaryKey", &rd->t->primary_key) != 0)
		return (-1);
	if (read_unique(rd, doc) < 0 || read_refs(rd, doc) < 0 ||
	    read_checks(rd, doc) < 0 || read_cycle(rd, doc) < 0)
		return (-1);
	return (0);
}

struct table *
table_read(const char *s, size_t len, struct arena *a, struct err *err)
{
	struct reading rd = { .text = s, .a = a, .err = err };
	struct json_reader *r = json_reader_new();
	struct json_value doc;
	int rc;

	rd.t = arena_alloc(a, sizeof(*rd.t));
	memset(rd.t, 0, sizeof(*rd.t));
	rc = json_read_value(r, s, len, &doc, err);
	if (rc == 0)
		rc = read_table(&rd, &doc);
	json_reader_free(r);
	return (rc == 0 ? rd.t : NULL);
}
