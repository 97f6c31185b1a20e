#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "jq/number.h"
#include "jq/value.h"
#include "jq/value_private.h"

/*
 * Printing on one line.  Members that follow each other in the text they came
 * from are copied in one stretch, commas included.
 */
struct stretch {
	const char	*s, *end;	/* NULL: none */
};

/* Does ${next} come right after ${end} but for ${sep} and perhaps a space? */
static inline int
follows(const char *end, const char *next, char sep)
{
	uintptr_t gap = (uintptr_t)next - (uintptr_t)end;

	if (gap == 1)
		return (*end == sep);
	return (gap == 2 && *end == sep && end[1] == ' ');
}

static void put(struct value_heap *h, struct buf *b, const struct value *v,
    unsigned depth);

static void
flush(struct buf *b, struct stretch *run)
{

	if (run->s != NULL)
		buf_put(b, run->s, (size_t)(run->end - run->s));
	run->s = NULL;
}

/* Let the text from ${s} to ${end} come next in a list. */
static inline void
extend(struct buf *b, struct stretch *run, const char *s, const char *end,
    int *first)
{

	if (run->s != NULL && follows(run->end, s, ',')) {
		run->end = end;
		return;
	}
	flush(b, run);
	if (!*first)
		buf_putc(b, ',');
	*first = 0;
	run->s = s;
	run->end = end;
}

static void
put_object(struct value_heap *h, struct buf *b, const struct value_object *o,
    unsigned depth)
{
	struct stretch run = { NULL, NULL };
	const char *ks, *kend = NULL, *vs, *vend = NULL;
	const struct value_member *m;
	int first = 1;
	size_t i;

	buf_putc(b, '{');
	for (i = 0; i < o->n; i++) {
		m = &o->m[i];
		if (m->key.kind == VALUE_NONE)
			continue;
		ks = value_span(&m->key, &kend);
		vs = value_span(&m->value, &vend);
		if (ks != NULL && vs != NULL && follows(kend, vs, ':')) {
			extend(b, &run, ks, vend, &first);
			continue;
		}
		flush(b, &run);
		if (!first)
			buf_putc(b, ',');
		first = 0;
		put(h, b, &m->key, depth);
		buf_putc(b, ':');
		put(h, b, &m->value, depth);
	}
	flush(b, &run);
	buf_putc(b, '}');
}

static void
put_array(struct value_heap *h, struct buf *b, const struct value_array *a,
    unsigned depth)
{
	struct stretch run = { NULL, NULL };
	const char *s, *end;
	int first = 1;
	size_t i;

	buf_putc(b, '[');
	for (i = 0; i < a->n; i++) {
		if ((s = value_span(&a->v[i], &end)) != NULL) {
			extend(b, &run, s, end, &first);
			continue;
		}
		flush(b, &run);
		if (!first)
			buf_putc(b, ',');
		first = 0;
		put(h, b, &a->v[i], depth);
	}
	flush(b, &run);
	buf_putc(b, ']');
}

static void
put(struct value_heap *h, struct buf *b, const struct value *v,
    unsigned depth)
{
	const char *s, *end;

	if ((s = value_span(v, &end)) != NULL) {
		buf_put(b, s, (size_t)(end - s));
		return;
	}
	switch (v->kind) {
	case VALUE_NONE: case VALUE_NULL:
		buf_put(b, "null", 4);
		break;
	case VALUE_FALSE:
		buf_put(b, "false", 5);
		break;
	case VALUE_TRUE:
		buf_put(b, "true", 4);
		break;
	case VALUE_SLICE:
		buf_putc(b, '"');
		buf_put(b, v->u.s, v->len);
		buf_putc(b, '"');
		break;
	case VALUE_STR:
		(void)json_put_string(b, v->u.str->s, v->u.str->len, NULL);
		break;
	case VALUE_ARR:
		if (!value_too_deep(h, depth))
			put_array(h, b, v->u.arr, depth + 1);
		break;
	case VALUE_OBJ:
		if (!value_too_deep(h, depth))
			put_object(h, b, v->u.obj, depth + 1);
		break;
	default:
		number_put(b, v);
		break;
	}
}

void
value_put(struct value_heap *h, struct buf *b, const struct value *v)
{

	put(h, b, v, 0);
}

/*
 * Printing for people, and in one canonical way.
 */
struct writer {
	struct value_heap		*h;
	struct buf			*b;
	const struct value_style	*style;
};

static void styled(struct writer *p, struct value v, unsigned depth);

static void
newline(struct writer *p, unsigned depth)
{
	size_t n;

	if (p->style->tab) {
		n = depth;
		buf_putc(p->b, '\n');
		memset(buf_need(p->b, n), '\t', n);
	} else if (p->style->indent > 0) {
		n = (size_t)p->style->indent * depth;
		buf_putc(p->b, '\n');
		memset(buf_need(p->b, n), ' ', n);
	} else {
		return;
	}
	p->b->len += n;
}

static void
color(struct writer *p, unsigned which)
{

	if (p->style->colors == NULL)
		return;
	buf_puts(p->b, "\033[");
	buf_puts(p->b, p->style->colors[which]);
	buf_putc(p->b, 'm');
}

static void
color_end(struct writer *p)
{

	if (p->style->colors != NULL)
		buf_puts(p->b, "\033[0m");
}

/* A string with all but ASCII as \uXXXX. */
static void
put_ascii(struct buf *b, const char *s, size_t len)
{
	size_t start = b->len, i, n;
	struct buf quoted = { 0 };
	uint32_t c;

	(void)json_put_string(&quoted, s, len, NULL);
	b->len = start;
	for (i = 0; i < quoted.len; i += n) {
		n = utf8_decode(quoted.s + i, quoted.len - i, &c);
		if (c < 0x80)
			buf_putc(b, (char)c);
		else if (c < 0x10000)
			buf_printf(b, "\\u%04x", (unsigned)c);
		else
			buf_printf(b, "\\u%04x\\u%04x",
			    (unsigned)(0xd800 + ((c - 0x10000) >> 10)),
			    (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
	}
	buf_free(&quoted);
}

static void
styled_string(struct writer *p, struct value *v)
{
	const char *s;
	size_t len;

	s = value_bytes(p->h, v, &len);
	if (p->style->ascii)
		put_ascii(p->b, s, len);
	else
		(void)json_put_string(p->b, s, len, NULL);
}

static void
styled_array(struct writer *p, struct value v, unsigned depth)
{
	size_t i, n = value_count(p->h, &v);

	color(p, VALUE_COLOR_ARRAY);
	buf_putc(p->b, '[');
	for (i = 0; i < n; i++) {
		if (i > 0) {
			color(p, VALUE_COLOR_ARRAY);
			buf_putc(p->b, ',');
		}
		newline(p, depth + 1);
		color_end(p);
		styled(p, value_dup(v.u.arr->v[i]), depth + 1);
	}
	color(p, VALUE_COLOR_ARRAY);
	if (n > 0)
		newline(p, depth);
	buf_putc(p->b, ']');
	color_end(p);
	value_free(p->h, v);
}

static void
styled_object(struct writer *p, struct value v, unsigned depth)
{
	struct value keys = value_keys(p->h, &v, p->style->sort);
	struct value_array *a = keys.u.arr;
	const char *s;
	size_t i, len;

	color(p, VALUE_COLOR_OBJECT);
	buf_putc(p->b, '{');
	for (i = 0; i < a->n; i++) {
		if (i > 0) {
			color(p, VALUE_COLOR_OBJECT);
			buf_putc(p->b, ',');
		}
		newline(p, depth + 1);
		color_end(p);
		color(p, VALUE_COLOR_KEY);
		styled_string(p, &a->v[i]);
		color_end(p);
		color(p, VALUE_COLOR_OBJECT);
		buf_putc(p->b, ':');
		if (p->style->indent > 0 || p->style->tab)
			buf_putc(p->b, ' ');
		color_end(p);
		s = value_bytes(p->h, &a->v[i], &len);
		styled(p, value_get(p->h, &v, s, len), depth + 1);
	}
	color(p, VALUE_COLOR_OBJECT);
	if (a->n > 0)
		newline(p, depth);
	buf_putc(p->b, '}');
	color_end(p);
	value_free(p->h, keys);
	value_free(p->h, v);
}

/* Write ${v} and give it up. */
static void
styled(struct writer *p, struct value v, unsigned depth)
{

	switch (value_type(&v)) {
	case JSON_ARRAY: case JSON_OBJECT:
		if (value_too_deep(p->h, depth))
			break;
		if (v.kind == VALUE_ARR || v.kind == VALUE_ARRTEXT)
			styled_array(p, v, depth);
		else
			styled_object(p, v, depth);
		return;
	case JSON_STRING:
		color(p, VALUE_COLOR_STRING);
		styled_string(p, &v);
		color_end(p);
		break;
	case JSON_NUMBER:
		color(p, VALUE_COLOR_NUMBER);
		number_put(p->b, &v);
		color_end(p);
		break;
	default:
		color(p, v.kind == VALUE_TRUE ? VALUE_COLOR_TRUE :
		    v.kind == VALUE_FALSE ? VALUE_COLOR_FALSE :
		    VALUE_COLOR_NULL);
		put(p->h, p->b, &v, depth);
		color_end(p);
		break;
	}
	value_free(p->h, v);
}

void
value_put_style(struct value_heap *h, struct buf *b, const struct value *v,
    const struct value_style *style)
{
	struct writer p = { h, b, style };

	styled(&p, value_dup(*v), 0);
}
