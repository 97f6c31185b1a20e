#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/real.h"
#include "json/canon.h"
#include "json/canon_as.h"
#include "json/json_check.h"

#define UUID_DIGITS	32

static char
lower(char c)
{

	return ((char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
}

static int
is_hex(char c)
{

	return ((c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f'));
}

/* Are the ${len} bytes at ${s} the lower-case ${word}, in any case? */
static int
is_word(const char *s, size_t len, const char *word)
{
	size_t i;

	for (i = 0; i < len && word[i] != '\0'; i++)
		if (lower(s[i]) != word[i])
			return (0);
	return (i == len && word[i] == '\0');
}

/*
 * Each appends the form of the ${len} bytes at ${s}, a string's, and returns 1,
 * or returns 0 when they are none of its type.
 */

static const char *
skip_digits(const char *p, const char *end)
{

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return (p);
}

static int
is_number(const char *s, size_t len)
{
	const char *end = s + len, *p, *q;
	size_t digits;

	if (s < end && (*s == '-' || *s == '+'))
		s++;
	p = skip_digits(s, end);
	digits = (size_t)(p - s);
	if (p < end && *p == '.') {
		q = skip_digits(p + 1, end);
		digits += (size_t)(q - p) - 1;
		p = q;
	}
	if (digits == 0)
		return (0);
	if (p == end || (*p != 'e' && *p != 'E'))
		return (p == end);
	if (++p < end && (*p == '-' || *p == '+'))
		p++;
	return (p < end && skip_digits(p, end) == end);
}

static void
put_number(const char *s, size_t len, struct buf *b)
{
	struct canon_number n;

	canon_number(&n, s, len);
	canon_number_put(&n, b);
}

/* By the nearest double, or single, where there is one. */
static void
put_real(const char *s, size_t len, int single, struct buf *b)
{
	struct buf text = { 0 };
	double d;
	int overflow;

	overflow = real_parse(s, len, &d) == REAL_OVERFLOW;
	if (!overflow && single) {
		d = (double)(float)d;
		overflow = isinf(d);
	}
	if (overflow) {
		put_number(s, len, b);
		return;
	}
	real_put_shortest(&text, d);
	put_number(text.s, text.len, b);
	buf_free(&text);
}

static void
put_numeric(enum canon_as as, const char *s, size_t len, struct buf *b)
{

	if (as == CANON_AS_NUMBER)
		put_number(s, len, b);
	else
		put_real(s, len, as == CANON_AS_SINGLE, b);
}

static int
text_as_number(enum canon_as as, const char *s, size_t len, struct buf *b)
{
	const int sign = len > 0 && (*s == '-' || *s == '+');

	if (is_number(s, len))
		put_numeric(as, s, len, b);
	else if (is_word(s, len, "nan"))
		buf_puts(b, "\"NaN\"");
	else if (is_word(s + sign, len - (size_t)sign, "inf") ||
	    is_word(s + sign, len - (size_t)sign, "infinity"))
		buf_puts(b, *s == '-' ? "\"-Infinity\"" : "\"Infinity\"");
	else
		return (0);
	return (1);
}

static int
text_as_boolean(const char *s, size_t len, struct buf *b)
{

	if (is_word(s, len, "t") || is_word(s, len, "true") ||
	    is_word(s, len, "1"))
		buf_puts(b, "true");
	else if (is_word(s, len, "f") || is_word(s, len, "false") ||
	    is_word(s, len, "0"))
		buf_puts(b, "false");
	else
		return (0);
	return (1);
}

/* As PostgreSQL reads them: braces, and a hyphen behind any four digits. */
static int
text_as_uuid(const char *s, size_t len, struct buf *b)
{
	const size_t start = b->len;
	size_t i, n = 0;

	if (len > 2 && s[0] == '{' && s[len - 1] == '}') {
		s++;
		len -= 2;
	}
	buf_putc(b, '"');
	for (i = 0; i < len; i++) {
		if (s[i] == '-' && n > 0 && n % 4 == 0 && n < UUID_DIGITS &&
		    s[i - 1] != '-')
			continue;
		if (!is_hex(s[i]) || n == UUID_DIGITS)
			break;
		if (n == 8 || n == 12 || n == 16 || n == 20)
			buf_putc(b, '-');
		buf_putc(b, lower(s[i]));
		n++;
	}
	buf_putc(b, '"');
	if (i == len && n == UUID_DIGITS)
		return (1);
	b->len = start;
	return (0);
}

static int
text_as_time(enum canon_as as, const char *s, size_t len, struct buf *b)
{
	const size_t start = b->len;
	int known;

	buf_putc(b, '"');
	if (as == CANON_AS_INSTANT)
		known = instant_put(s, len, b);
	else if (as == CANON_AS_TIMESTAMP)
		known = instant_put_local(s, len, b);
	else if (as == CANON_AS_TIME)
		known = instant_put_time(s, len, b);
	else
		known = instant_put_timetz(s, len, b);
	if (known)
		buf_putc(b, '"');
	else
		b->len = start;
	return (known);
}

static int
text_as_json(const char *s, size_t len, struct buf *b)
{
	struct json_value v;
	struct err err;
	size_t i = 0;

	while (i < len && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' ||
	    s[i] == '\r'))
		i++;
	if (i == len || (s[i] != '{' && s[i] != '[') ||
	    json_check(s, len, &v, NULL, &err) != 0)
		return (0);
	canon_put(&v, b);
	return (1);
}

static int
text_as_bytes(const char *s, size_t len, struct buf *b)
{
	size_t i;

	if (len < 2 || len % 2 != 0 || s[0] != '\\' || s[1] != 'x')
		return (0);
	for (i = 2; i < len; i++)
		if (!is_hex(s[i]))
			return (0);
	buf_puts(b, "\"\\\\x");
	for (i = 2; i < len; i++)
		buf_putc(b, lower(s[i]));
	buf_putc(b, '"');
	return (1);
}

static int
text_as(enum canon_as as, const char *s, size_t len, struct buf *b)
{

	switch (as) {
	case CANON_AS_NUMBER:
	case CANON_AS_DOUBLE:
	case CANON_AS_SINGLE:
		return (text_as_number(as, s, len, b));
	case CANON_AS_BOOLEAN:
		return (text_as_boolean(s, len, b));
	case CANON_AS_UUID:
		return (text_as_uuid(s, len, b));
	case CANON_AS_INSTANT:
	case CANON_AS_TIMESTAMP:
	case CANON_AS_TIME:
	case CANON_AS_TIMETZ:
		return (text_as_time(as, s, len, b));
	case CANON_AS_JSON:
		return (text_as_json(s, len, b));
	case CANON_AS_BYTES:
		return (text_as_bytes(s, len, b));
	case CANON_AS_IS:
	default:
		return (0);
	}
}

static int
string_as(enum canon_as as, const struct json_value *v, struct buf *b)
{
	struct arena *a;
	const char *s;
	size_t len;
	int known;

	if (v->plain)
		return (text_as(as, v->s + 1, v->len - 2, b));
	a = arena_new();
	s = json_string(v, a, &len);
	known = text_as(as, s, len, b);
	arena_free(a);
	return (known);
}

static int
number_as(enum canon_as as, const struct json_value *v, struct buf *b)
{
	const size_t start = b->len;
	char known;

	if (as == CANON_AS_DOUBLE || as == CANON_AS_SINGLE) {
		put_numeric(as, v->s, v->len, b);
		return (1);
	}
	if (as != CANON_AS_BOOLEAN)
		return (0);
	put_number(v->s, v->len, b);
	known = b->len == start + 1 ? b->s[start] : '\0';
	b->len = start;
	if (known == '0' || known == '1')
		buf_puts(b, known == '1' ? "true" : "false");
	return (known == '0' || known == '1');
}

void
canon_put_as(enum canon_as as, const struct json_value *v, struct buf *b)
{
	int known = 0;

	if (as != CANON_AS_IS && v->type == JSON_STRING)
		known = string_as(as, v, b);
	else if (as != CANON_AS_IS && v->type == JSON_NUMBER)
		known = number_as(as, v, b);
	if (!known)
		canon_put(v, b);
}
