#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "base/real.h"
#include "db/sqlite.h"
#include "db/sqlite_exact.h"
#include "json/json.h"
#include "json/json_check.h"

/* Beyond it, programs whose numbers are doubles lose digits. */
#define EXACT_INT_MAX	((int64_t)1 << 53)

static const char infinity[] = "Infinity";

/*
 * Writing.
 */

static void
put_hex(struct buf *b, const char *name, const char *s, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;
	char *p;

	buf_printf(b, "{\"%s\":\"", name);
	p = buf_need(b, 2 * len);
	for (i = 0; i < len; i++) {
		*p++ = digits[(unsigned char)s[i] >> 4];
		*p++ = digits[(unsigned char)s[i] & 15];
	}
	b->len += 2 * len;
	buf_puts(b, "\"}");
}

void
sqlite_exact_put_int(struct buf *b, int64_t n)
{

	if (n >= -EXACT_INT_MAX && n <= EXACT_INT_MAX)
		json_put_int(b, n);
	else
		buf_printf(b, "{\"integer\":\"%" PRId64 "\"}", n);
}

/* A whole number would come back from other programs as an integer, unless
 * ${real} is known to be what it is. */
static void
put_real(struct buf *b, double d, int real)
{
	int bare = isfinite(d) && (real || d != floor(d));
	size_t start;

	buf_puts(b, bare ? "" : "{\"real\":\"");
	start = b->len;
	if (isinf(d))
		buf_printf(b, "%s%s", d < 0 ? "-" : "", infinity);
	else
		real_put(b, d, REAL_FIXED_DOUBLE);
	if (isfinite(d) && memchr(b->s + start, '.', b->len - start) == NULL &&
	    memchr(b->s + start, 'e', b->len - start) == NULL)
		buf_puts(b, ".0");
	buf_puts(b, bare ? "" : "\"}");
}

void
sqlite_exact_put(struct buf *b, const struct sqlite_value *v, int real)
{
	struct err err = ERR_INIT;

	switch (v->type) {
	case SQLITE_TYPE_NULL:
		buf_puts(b, "null");
		break;
	case SQLITE_TYPE_INTEGER:
		sqlite_exact_put_int(b, v->integer);
		break;
	case SQLITE_TYPE_REAL:
		put_real(b, v->real, real);
		break;
	case SQLITE_TYPE_TEXT:
		if (json_put_string(b, v->s, v->len, &err) != 0)
			put_hex(b, "text", v->s, v->len);
		break;
	case SQLITE_TYPE_BLOB:
		put_hex(b, "blob", v->s, v->len);
		break;
	}
}

/*
 * Reading.
 */

static int
no_value(const struct json_value *j, struct err *err)
{
	struct quote q;

	(void)err_set(err, "%s stands for no value of SQLite",
	    quote(&q, j->s, j->len));
	return (err_status(err, DIAG_BADINPUT));
}

static int
digit(char c)
{

	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	return (c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1);
}

static int
get_hex(const struct json_value *hex, struct arena *a,
    struct sqlite_value *v)
{
	size_t len, i;
	const char *s = json_string(hex, a, &len);
	char *bytes;
	int high, low;

	if (len % 2 != 0)
		return (-1);
	bytes = arena_alloc(a, len / 2 + 1);
	for (i = 0; i < len; i += 2) {
		high = digit(s[i]);
		low = digit(s[i + 1]);
		if (high < 0 || low < 0)
			return (-1);
		bytes[i / 2] = (char)(high << 4 | low);
	}
	v->s = bytes;
	v->len = len / 2;
	return (0);
}

static int
get_number(const struct json_value *j, int real, struct sqlite_value *v)
{

	v->type = real ? SQLITE_TYPE_REAL : SQLITE_TYPE_INTEGER;
	if (!real)
		return (json_int(j, &v->integer) ? 0 : -1);
	if (real_parse(j->s, j->len, &v->real) == REAL_OVERFLOW)
		v->real = (double)(j->s[0] == '-' ? -INFINITY :
		    INFINITY);
	return (0);
}

/* The text of a number, or of an infinity. */
static int
get_text(const char *s, size_t len, int real, struct sqlite_value *v)
{
	const size_t sign = len > 0 && *s == '-';
	struct json_value j;
	struct err err;

	if (real && len == sign + strlen(infinity) &&
	    memcmp(s + sign, infinity, strlen(infinity)) == 0) {
		v->type = SQLITE_TYPE_REAL;
		v->real = (double)(sign ? -INFINITY : INFINITY);
		return (0);
	}
	if (json_check(s, len, &j, NULL, &err) != 0 ||
	    j.type != JSON_NUMBER)
		return (-1);
	return (get_number(&j, real, v));
}

/* An object of one member, whose name says what its text is. */
static int
get_object(const struct json_value *j, struct arena *a,
    struct sqlite_value *v)
{
	static const char *const names[] = {
		"blob", "text", "integer", "real"
	};
	struct json_value text;
	const char *s;
	size_t i, len;

	for (i = 0; i < 4; i++)
		if (json_get(j, names[i], strlen(names[i]), &text))
			break;
	if (i == 4 || text.type != JSON_STRING)
		return (-1);
	if (i >= 2) {
		s = json_string(&text, a, &len);
		return (get_text(s, len, i == 3, v));
	}
	v->type = i == 0 ? SQLITE_TYPE_BLOB : SQLITE_TYPE_TEXT;
	return (get_hex(&text, a, v));
}

int
sqlite_exact_get(const struct json_value *j, int real, struct arena *a,
    struct sqlite_value *v, struct err *err)
{
	int rc = -1;

	memset(v, 0, sizeof(*v));
	switch (j->type) {
	case JSON_NULL:
		v->type = SQLITE_TYPE_NULL;
		return (0);
	case JSON_NUMBER:
		rc = get_number(j, real || !j->plain, v);
		break;
	case JSON_STRING:
		v->type = SQLITE_TYPE_TEXT;
		v->s = json_string(j, a, &v->len);
		return (0);
	case JSON_OBJECT:
		rc = get_object(j, a, v);
		break;
	default:
		break;
	}
	return (rc == 0 ? 0 : no_value(j, err));
}

int
sqlite_exact_get_int(const struct json_value *j, int64_t *n)
{
	struct json_value text;
	struct sqlite_value v;

	if (j->type != JSON_OBJECT)
		return (json_int(j, n));
	if (!json_get(j, "integer", 7, &text) || text.type != JSON_STRING ||
	    !text.plain || get_text(text.s + 1, text.len - 2, 0, &v) != 0)
		return (0);
	*n = v.integer;
	return (1);
}

int
sqlite_exact_same(const struct sqlite_value *a, const struct sqlite_value *b)
{

	if (a->type != b->type)
		return (0);
	switch (a->type) {
	case SQLITE_TYPE_NULL:
		return (1);
	case SQLITE_TYPE_INTEGER:
		return (a->integer == b->integer);
	case SQLITE_TYPE_REAL:
		/* By their bits: 0 is not -0.
		 * NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
		return (memcmp(&a->real, &b->real, sizeof(a->real)) == 0);
	default:
		return (a->len == b->len &&
		    (a->len == 0 || memcmp(a->s, b->s, a->len) == 0));
	}
}
