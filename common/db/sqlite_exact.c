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

static void
put_real(struct buf *b, double d)
{
	size_t start = b->len;

	if (isinf(d)) {
		buf_puts(b, d > 0 ? "9e999" : "-9e999");
		return;
	}
	real_put(b, d, REAL_FIXED_DOUBLE);
	if (memchr(b->s + start, '.', b->len - start) == NULL &&
	    memchr(b->s + start, 'e', b->len - start) == NULL)
		buf_puts(b, ".0");
}

void
sqlite_exact_put(struct buf *b, const struct sqlite_value *v)
{
	struct err err = ERR_INIT;

	switch (v->type) {
	case SQLITE_TYPE_NULL:
		buf_puts(b, "null");
		break;
	case SQLITE_TYPE_INTEGER:
		json_put_int(b, v->integer);
		break;
	case SQLITE_TYPE_REAL:
		put_real(b, v->real);
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

/* {"blob":"00ff"} or {"text":"61ff"}. */
static int
get_bytes(const struct json_value *j, struct arena *a,
    struct sqlite_value *v, struct err *err)
{
	struct json_value hex;

	if (json_get(j, "blob", 4, &hex))
		v->type = SQLITE_TYPE_BLOB;
	else if (json_get(j, "text", 4, &hex))
		v->type = SQLITE_TYPE_TEXT;
	else
		return (no_value(j, err));
	if (hex.type != JSON_STRING || get_hex(&hex, a, v) != 0)
		return (no_value(j, err));
	return (0);
}

static int
get_number(const struct json_value *j, struct sqlite_value *v,
    struct err *err)
{

	if (j->plain) {
		v->type = SQLITE_TYPE_INTEGER;
		return (json_int(j, &v->integer) ? 0 : no_value(j, err));
	}
	v->type = SQLITE_TYPE_REAL;
	if (real_parse(j->s, j->len, &v->real) == REAL_OVERFLOW)
		v->real = j->s[0] == '-' ? -INFINITY : INFINITY;
	return (0);
}

int
sqlite_exact_get(const struct json_value *j, struct arena *a,
    struct sqlite_value *v, struct err *err)
{

	memset(v, 0, sizeof(*v));
	switch (j->type) {
	case JSON_NULL:
		v->type = SQLITE_TYPE_NULL;
		return (0);
	case JSON_NUMBER:
		return (get_number(j, v, err));
	case JSON_STRING:
		v->type = SQLITE_TYPE_TEXT;
		v->s = json_string(j, a, &v->len);
		return (0);
	case JSON_OBJECT:
		return (get_bytes(j, a, v, err));
	default:
		return (no_value(j, err));
	}
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
