#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/real.h"
#include "db/sqlite.h"
#include "db/sqlite_json.h"
#include "json/json.h"
#include "schema/table.h"

/* JSON text of fewer bytes cannot be nested too deep to stand in a row. */
#define SHALLOW	((size_t)2 * JSON_DEPTH_MAX)

struct sqlite_json {
	struct json_reader	*reader;
	struct buf		 scratch;
};

struct sqlite_json *
sqlite_json_new(void)
{
	struct sqlite_json *w = mem_alloc(sizeof(*w));

	w->reader = json_reader_new();
	return (w);
}

void
sqlite_json_free(struct sqlite_json *w)
{

	if (w == NULL)
		return;
	json_reader_free(w->reader);
	buf_free(&w->scratch);
	mem_free(w);
}

/* Give the number that ${b} ends in, from ${start}, as many decimals as a
 * numeric of that scale has. */
static void
pad_decimals(struct buf *b, size_t start, int scale)
{
	const char *point;
	size_t have;

	if (scale <= 0)
		return;
	point = memchr(b->s + start, '.', b->len - start);
	if (point == NULL) {
		buf_putc(b, '.');
		have = 0;
	} else
		have = b->len - (size_t)(point + 1 - b->s);
	for (; have < (size_t)scale; have++)
		buf_putc(b, '0');
}

static int
has_scale(const struct column *c)
{

	return (c->type == COLUMN_NUMERIC && c->precision >= 0);
}

static int
put_integer(const struct sqlite_value *v, const struct column *c,
    struct buf *b)
{
	size_t start = b->len;

	if (c != NULL && c->type == COLUMN_BOOLEAN &&
	    (v->integer == 0 || v->integer == 1)) {
		buf_puts(b, v->integer == 0 ? "false" : "true");
		return (0);
	}
	json_put_int(b, v->integer);
	if (c != NULL && has_scale(c))
		pad_decimals(b, start, c->scale);
	return (c != NULL && c->type == COLUMN_BOOLEAN);
}

static int
put_real(const struct sqlite_value *v, const struct column *c, struct buf *b)
{
	size_t start = b->len;
	double d = v->real;
	int fixed;

	if (!isfinite(d)) {
		buf_puts(b, d < 0 ? "\"-Infinity\"" : "\"Infinity\"");
		return (0);
	}
	if (c == NULL || c->type == COLUMN_ANY) {
		/* That it is no integer shows. */
		real_put(b, d, REAL_FIXED_DOUBLE);
		if (memchr(b->s + start, '.', b->len - start) == NULL &&
		    memchr(b->s + start, 'e', b->len - start) == NULL)
			buf_puts(b, ".0");
		return (0);
	}
	if (c->type == COLUMN_DOUBLE) {
		real_put_double(b, d);
		return (0);
	}
	fixed = c->type == COLUMN_REAL ? REAL_FIXED_SINGLE :
	    c->type == COLUMN_NUMERIC ? REAL_FIXED_ALWAYS : REAL_FIXED_DOUBLE;
	real_put(b, d, fixed);
	if (has_scale(c))
		pad_decimals(b, start, c->scale);
	return (0);
}

/* Check that ${v} is JSON that can stand in a row. */
static int
read_json(struct sqlite_json *w, const struct sqlite_value *v,
    struct json_value *value)
{
	struct err err = ERR_INIT;
	const char *s = v->s;
	size_t len = v->len;

	if (len >= SHALLOW) {
		w->scratch.len = 0;
		buf_putc(&w->scratch, '[');
		buf_put(&w->scratch, s, len);
		buf_putc(&w->scratch, ']');
		if (json_read_value(w->reader, w->scratch.s, w->scratch.len,
		    value, &err) != 0)
			return (-1);
	}
	return (json_read_value(w->reader, s, len, value, &err));
}

/* Append JSON text; a line end in it can only be white space. */
static void
put_one_line(struct buf *b, const char *s, size_t len)
{
	size_t i = b->len;

	buf_put(b, s, len);
	for (; i < b->len; i++)
		if (b->s[i] == '\n' || b->s[i] == '\r')
			b->s[i] = ' ';
}

static int
is_not_finite(const struct sqlite_value *v)
{

	return ((v->len == 3 && memcmp(v->s, "NaN", 3) == 0) ||
	    (v->len == 8 && memcmp(v->s, "Infinity", 8) == 0) ||
	    (v->len == 9 && memcmp(v->s, "-Infinity", 9) == 0));
}

static int
put_text(struct sqlite_json *w, const struct sqlite_value *v,
    const struct column *c, struct buf *b, struct err *err)
{
	struct json_value value;
	int odd = 0;

	switch (c == NULL ? COLUMN_ANY : c->type) {
	case COLUMN_JSON:
	case COLUMN_ARRAY:
	case COLUMN_COMPOSITE:
		if (read_json(w, v, &value) == 0) {
			put_one_line(b, value.s, value.len);
			return (0);
		}
		odd = 1;
		break;
	case COLUMN_NUMERIC:
		if (read_json(w, v, &value) == 0 &&
		    value.type == JSON_NUMBER) {
			buf_put(b, value.s, value.len);
			return (0);
		}
		odd = !is_not_finite(v);
		break;
	default:
		break;
	}
	return (json_put_string(b, v->s, v->len, err) != 0 ? -1 : odd);
}

static void
put_blob(const struct sqlite_value *v, struct buf *b)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;
	char *p;

	buf_puts(b, "\"\\\\x");
	p = buf_need(b, 2 * v->len);
	for (i = 0; i < v->len; i++) {
		*p++ = digits[(unsigned char)v->s[i] >> 4];
		*p++ = digits[(unsigned char)v->s[i] & 15];
	}
	b->len += 2 * v->len;
	buf_putc(b, '"');
}

int
sqlite_json_put(struct sqlite_json *w, const struct sqlite_value *v,
    const struct column *c, struct buf *b, struct err *err)
{

	switch (v->type) {
	case SQLITE_TYPE_NULL:
		buf_puts(b, "null");
		return (0);
	case SQLITE_TYPE_INTEGER:
		return (put_integer(v, c, b));
	case SQLITE_TYPE_REAL:
		return (put_real(v, c, b));
	case SQLITE_TYPE_TEXT:
		return (put_text(w, v, c, b, err));
	default:
		put_blob(v, b);
		return (0);
	}
}
