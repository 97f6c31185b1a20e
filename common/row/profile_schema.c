#include <inttypes.h>

#include "base/buf.h"
#include "row/profile_node.h"

/*
 * Only what holds for every value that was seen is said, and nothing where
 * not every value was looked into.
 */

static void
put_key(struct buf *b, const char *key)
{

	if (b->s[b->len - 1] != '{')
		buf_putc(b, ',');
	buf_printf(b, "\"%s\":", key);
}

static void
put_name(struct buf *b, const struct profile_node *n)
{

	if (b->s[b->len - 1] != '{' && b->s[b->len - 1] != '[')
		buf_putc(b, ',');
	(void)json_put_string(b, n->name, n->name_len, NULL);
}

/* The types of ${n}, at most six; null comes last. */
static size_t
list_types(const struct profile_node *n, const char **types)
{
	size_t k = 0;

	if (n->types[JSON_FALSE] + n->types[JSON_TRUE] > 0)
		types[k++] = "boolean";
	if (n->types[JSON_NUMBER] > 0)
		types[k++] = n->integers == n->types[JSON_NUMBER] ?
		    "integer" : "number";
	if (n->types[JSON_STRING] > 0)
		types[k++] = "string";
	if (n->types[JSON_ARRAY] > 0)
		types[k++] = "array";
	if (n->types[JSON_OBJECT] > 0)
		types[k++] = "object";
	if (n->types[JSON_NULL] > 0)
		types[k++] = "null";
	return (k);
}

static void
put_types(struct buf *b, const struct profile_node *n)
{
	const char *types[6];
	size_t k = list_types(n, types), i;

	if (k == 0)
		return;
	put_key(b, "type");
	if (k > 1)
		buf_putc(b, '[');
	for (i = 0; i < k; i++)
		buf_printf(b, "%s\"%s\"", i > 0 ? "," : "", types[i]);
	if (k > 1)
		buf_putc(b, ']');
}

static void
put_range(struct buf *b, const struct profile_node *n)
{

	if (n->min.text == NULL || n->long_numbers > 0)
		return;
	put_key(b, "minimum");
	buf_put(b, n->min.text, n->min.len);
	put_key(b, "maximum");
	buf_put(b, n->max.text, n->max.len);
}

/* Nothing but labels, and null. */
static int
put_enum(struct buf *b, const struct profile_node *n)
{
	const struct label *v;
	enum looks kind;
	size_t count, i;

	if (n->types[JSON_STRING] + n->types[JSON_NULL] !=
	    profile_values(n) || profile_strings_like(n, &kind) > 0 ||
	    (v = profile_labels(n, &count)) == NULL)
		return (0);
	put_key(b, "enum");
	buf_putc(b, '[');
	for (i = 0; i < count; i++) {
		if (i > 0)
			buf_putc(b, ',');
		(void)json_put_string(b, v[i].s, v[i].len, NULL);
	}
	buf_puts(b, n->types[JSON_NULL] > 0 ? ",null]" : "]");
	return (1);
}

static void
put_format(struct buf *b, const struct profile_node *n)
{
	static const struct {
		enum looks	 kind;
		const char	*format;
	} formats[] = {
		{ LOOKS_UUID, "uuid" }, { LOOKS_DATE, "date" },
		{ LOOKS_RFC_DATETIME, "date-time" },
		{ LOOKS_RFC_TIME, "time" }, { LOOKS_EMAIL, "email" },
		{ LOOKS_URL, "uri" },
	};
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (looks_count(n->looks, formats[i].kind) !=
		    n->types[JSON_STRING])
			continue;
		put_key(b, "format");
		buf_printf(b, "\"%s\"", formats[i].format);
		return;
	}
}

static void
put_string(struct buf *b, const struct profile_node *n)
{

	if (n->types[JSON_STRING] == 0 || put_enum(b, n))
		return;
	put_format(b, n);
	put_key(b, "maxLength");
	buf_printf(b, "%" PRIu64, n->max_length);
}

static void put_schema(struct buf *, const struct profile_node *);

static int
is_required(const struct profile_node *n)
{

	return (n->kind == PROFILE_FIELD && n->present == profile_of(n) &&
	    n->types[JSON_NULL] == 0);
}

static void
put_members(struct buf *b, const struct profile_node *n)
{
	const struct profile_node *c;
	int required = 0;

	put_key(b, "properties");
	buf_putc(b, '{');
	for (c = n->children; c != NULL; c = c->next) {
		if (c->kind != PROFILE_FIELD)
			continue;
		put_name(b, c);
		buf_putc(b, ':');
		put_schema(b, c);
		required |= is_required(c);
	}
	buf_putc(b, '}');
	if (!required)
		return;
	put_key(b, "required");
	buf_putc(b, '[');
	for (c = n->children; c != NULL; c = c->next)
		if (is_required(c))
			put_name(b, c);
	buf_putc(b, ']');
}

/* What stands in the braces of the schema of ${n}. */
static void
put_keywords(struct buf *b, const struct profile_node *n)
{

	put_types(b, n);
	put_range(b, n);
	put_string(b, n);
	if (n->items != NULL) {
		put_key(b, "items");
		put_schema(b, n->items);
	}
	if (n->types[JSON_OBJECT] > 0 && n->depth < PROFILE_DEPTH)
		put_members(b, n);
}

static void
put_schema(struct buf *b, const struct profile_node *n)
{

	buf_putc(b, '{');
	put_keywords(b, n);
	buf_putc(b, '}');
}

void
profile_put_schema(const struct profile *p, struct buf *b)
{

	buf_puts(b, "{\"$schema\":"
	    "\"https://json-schema.org/draft/2020-12/schema\"");
	if (profile_rows(p) == 0) {
		put_key(b, "type");
		buf_puts(b, "\"object\"");
	}
	put_keywords(b, p->root);
	buf_putc(b, '}');
}
