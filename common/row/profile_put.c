#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/distinct.h"
#include "base/hll.h"
#include "row/output.h"
#include "row/profile_node.h"

/*
 * Paths.
 */
static int
is_plain(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x80 && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') &&
		    !(c >= '0' && c <= '9') && c != '_' && c != '-')
			return (0);
	}
	return (len > 0);
}

void
profile_put_path(const struct profile_node *n, struct buf *b)
{

	if (n->kind == PROFILE_ROOT)
		return;
	profile_put_path(n->parent, b);
	if (n->kind == PROFILE_ITEM) {
		buf_puts(b, "[]");
	} else if (is_plain(n->name, n->name_len)) {
		if (n->parent->kind != PROFILE_ROOT)
			buf_putc(b, '.');
		buf_put(b, n->name, n->name_len);
	} else {
		buf_putc(b, '[');
		(void)json_put_string(b, n->name, n->name_len, NULL);
		buf_putc(b, ']');
	}
}

/*
 * Members of a line.
 */
static void
put_key(struct buf *b, const char *key)
{

	if (b->s[b->len - 1] != '{')
		buf_putc(b, ',');
	buf_printf(b, "\"%s\":", key);
}

static void
put_count(struct buf *b, const char *key, uint64_t n)
{

	put_key(b, key);
	buf_printf(b, "%" PRIu64, n);
}

static void
put_some(struct buf *b, const char *key, uint64_t n)
{

	if (n > 0)
		put_count(b, key, n);
}

static void
put_string(struct buf *b, const char *key, const char *s, size_t len)
{

	put_key(b, key);
	(void)json_put_string(b, s, len, NULL);
}

static void
put_cut(struct buf *b, const char *s, size_t len, int cut)
{

	(void)json_put_string(b, s, len, NULL);
	if (cut) {
		b->len--;		/* the quote */
		buf_puts(b, "...\"");
	}
}

void
profile_put_text(const struct profile_text *t, struct buf *b)
{

	put_cut(b, t->s, t->len, t->cut);
}

static void
put_types(struct buf *b, const struct profile_node *n)
{
	size_t type;

	put_key(b, "types");
	buf_putc(b, '{');
	for (type = 0; type <= JSON_OBJECT; type++) {
		if (type == JSON_FALSE || type == JSON_TRUE)
			continue;
		put_some(b, json_type_name((enum json_type)type),
		    n->types[type]);
		if (type == JSON_NULL)
			put_some(b, json_type_name(JSON_TRUE),
			    n->types[JSON_FALSE] + n->types[JSON_TRUE]);
	}
	buf_putc(b, '}');
}

static void
put_distinct(struct buf *b, const struct profile *p,
    const struct profile_node *n)
{

	if (n->distinct == NULL)
		return;
	put_count(b, "distinct", distinct_count(n->distinct));
	put_key(b, "exact");
	if (distinct_exact(n->distinct)) {
		buf_puts(b, "true");
		return;
	}
	buf_puts(b, "false");
	put_key(b, "error");
	buf_printf(b, "%.4f", hll_error(p->precision));
}

static void
put_number(struct buf *b, const char *key, const struct profile_number *x)
{

	if (x->text == NULL)
		return;
	put_key(b, key);
	buf_put(b, x->text, x->len);
}

static void
put_text(struct buf *b, const char *key, const struct profile_text *t)
{

	put_key(b, key);
	profile_put_text(t, b);
}

/* In the order of jq, in which numbers come before strings. */
static void
put_range(struct buf *b, const struct profile_node *n)
{
	int strings = n->types[JSON_STRING] > 0;
	int both = strings && n->min.text != NULL;

	if (n->min.text != NULL)
		put_number(b, "min", &n->min);
	else if (strings)
		put_text(b, "min", &n->first);
	if (strings)
		put_text(b, "max", &n->greatest);
	else
		put_number(b, "max", &n->max);
	if (both) {
		put_number(b, "max_number", &n->max);
		put_text(b, "min_string", &n->first);
	}
	put_some(b, "long_numbers", n->long_numbers);
}

static void
put_lengths(struct buf *b, const struct profile_node *n)
{

	if (n->types[JSON_STRING] > 0) {
		put_count(b, "min_length", n->min_length);
		put_count(b, "max_length", n->max_length);
	}
	if (n->types[JSON_ARRAY] > 0 && n->deep == 0) {
		put_count(b, "min_items", n->min_items);
		put_count(b, "max_items", n->max_items);
	}
}

void
profile_put_samples(const struct profile_node *n, const char *between,
    struct buf *b)
{
	const struct profile_sample *sample;
	size_t i;

	for (i = 0; i < n->nsamples; i++) {
		sample = &n->samples[i];
		if (i > 0)
			buf_puts(b, between);
		if (sample->type == JSON_STRING)
			profile_put_text(&sample->text, b);
		else
			buf_put(b, sample->text.s, sample->text.len);
	}
}

static void
put_twins(struct buf *b, const struct label *v, size_t n)
{
	size_t group[LABELS_MAX], i, k;
	int first;

	if (labels_twins(v, n, group) == 0)
		return;
	put_key(b, "twins");
	buf_putc(b, '[');
	for (i = 0; i < n; i++) {
		if (group[i] != i)
			continue;
		for (first = 1, k = i + 1; k < n; k++) {
			if (group[k] != i)
				continue;
			if (first) {
				if (b->s[b->len - 1] == ']')
					buf_putc(b, ',');
				buf_putc(b, '[');
				(void)json_put_string(b, v[i].s, v[i].len,
				    NULL);
			}
			first = 0;
			buf_putc(b, ',');
			(void)json_put_string(b, v[k].s, v[k].len, NULL);
		}
		if (!first)
			buf_putc(b, ']');
	}
	buf_putc(b, ']');
}

static void
put_labels(struct buf *b, const struct label *v, size_t n)
{
	size_t i;

	put_key(b, "labels");
	buf_putc(b, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		buf_putc(b, '{');
		put_string(b, "value", v[i].s, v[i].len);
		put_count(b, "count", v[i].count);
		buf_putc(b, '}');
	}
	buf_putc(b, ']');
	put_twins(b, v, n);
}

static void
put_looks(struct buf *b, const struct profile_node *n)
{
	const struct looks_group *unlike;
	const struct label *labels;
	enum looks kind;
	uint64_t like;
	size_t count;

	labels = profile_labels(n, &count);
	if ((like = profile_strings_like(n, &kind)) > 0) {
		put_string(b, "looks_like", looks_name(kind),
		    strlen(looks_name(kind)));
		put_count(b, "like", like);
		if ((unlike = looks_unlike(n->looks, kind)) != NULL) {
			put_key(b, "unlike");
			put_cut(b, unlike->example, unlike->len,
			    unlike->cut);
		}
	} else if (labels != NULL) {
		put_string(b, "looks_like", "enum", 4);
	}
	if (labels != NULL)
		put_labels(b, labels, count);
}

static void
put_node(struct buf *b, const struct profile *p,
    const struct profile_node *n)
{

	buf_puts(b, "{\"path\":");
	p->scratch->len = 0;
	profile_put_path(n, p->scratch);
	(void)json_put_string(b, p->scratch->s, p->scratch->len, NULL);
	put_count(b, "rows", profile_rows(p));
	put_count(b, "of", profile_of(n));
	put_count(b, "present", n->present);
	put_count(b, "null", n->types[JSON_NULL]);
	put_types(b, n);
	if (n->types[JSON_NUMBER] > 0)
		put_count(b, "integers", n->integers);
	if (n->types[JSON_FALSE] + n->types[JSON_TRUE] > 0)
		put_count(b, "true", n->types[JSON_TRUE]);
	put_distinct(b, p, n);
	put_range(b, n);
	put_lengths(b, n);
	put_some(b, "deep", n->deep);
	put_key(b, "samples");
	buf_putc(b, '[');
	profile_put_samples(n, ",", b);
	buf_putc(b, ']');
	put_looks(b, n);
	buf_putc(b, '}');
}

/* What had no room: "distinct" are its keys. */
static void
put_other(struct buf *b, const struct profile *p)
{

	buf_puts(b, "{\"path\":null");
	put_count(b, "rows", profile_rows(p));
	put_count(b, "present", p->other->present);
	put_count(b, "null", p->other->types[JSON_NULL]);
	put_types(b, p->other);
	put_distinct(b, p, p->other);
	buf_putc(b, '}');
}

int
profile_put_lines(const struct profile *p, struct output *out,
    struct err *err)
{
	const struct profile_node *n = p->root;

	while ((n = profile_next(n)) != NULL) {
		put_node(output_begin(out), p, n);
		if (output_commit(out, err) != 0)
			return (-1);
	}
	if (p->other->present == 0)
		return (0);
	put_other(output_begin(out), p);
	return (output_commit(out, err));
}
