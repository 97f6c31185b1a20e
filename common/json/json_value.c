#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "json/json.h"

/*
 * Everything here walks text that was found valid, so it looks only at what
 * tells values apart.
 */

const char *
json_type_name(enum json_type type)
{

	switch (type) {
	case JSON_NULL:
		return ("null");
	case JSON_FALSE:
	case JSON_TRUE:
		return ("boolean");
	case JSON_NUMBER:
		return ("number");
	case JSON_STRING:
		return ("string");
	case JSON_ARRAY:
		return ("array");
	case JSON_OBJECT:
	default:
		return ("object");
	}
}

static const char *
skip_space(const char *p, const char *end)
{

	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' ||
	    *p == '\r'))
		p++;
	return (p);
}

/* The first quote or backslash from ${p} on, eight bytes at a time. */
static const char *
find_special(const char *p, const char *end)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	const uint64_t ones = 0x0101010101010101U, high = ones << 7;
	uint64_t w, quote, backslash;

	for (; end - p >= 8; p += 8) {
		memcpy(&w, p, sizeof(w));
		quote = w ^ ones * '"';
		backslash = w ^ ones * '\\';
		/* A zero byte borrows; the lowest high bit is exact. */
		w = (((quote - ones) & ~quote) |
		    ((backslash - ones) & ~backslash)) & high;
		if (w != 0)
			return (p + (unsigned int)__builtin_ctzll(w) / 8);
	}
#endif
	while (p < end && *p != '"' && *p != '\\')
		p++;
	return (p);
}

const char *
json_string_end(const char *p, const char *end, uint8_t *plain)
{

	*plain = 1;
	while (p = find_special(p + 1, end), p < end && *p == '\\') {
		*plain = 0;
		p++;
	}
	return (p + 1);
}

/* What moves the depth, and what hides it. */
enum { INSIDE, DOWN, UP, STRING };

static const uint8_t nesting_of[256] = {
	['{'] = DOWN, ['['] = DOWN, ['}'] = UP, [']'] = UP, ['"'] = STRING
};

/* The end of the array or object that begins at ${p}. */
static const char *
skip_nested(const char *p, const char *end)
{
	unsigned int depth = 0;
	uint8_t plain;

	while (p < end) {
		switch (nesting_of[(unsigned char)*p]) {
		case DOWN:
			depth++;
			break;
		case UP:
			if (--depth == 0)
				return (p + 1);
			break;
		case STRING:
			p = json_string_end(p, end, &plain);
			continue;
		default:
			break;
		}
		p++;
	}
	return (p);
}

static const char *
skip_number(const char *p, const char *end, uint8_t *plain)
{

	*plain = 1;
	if (*p == '-')
		p++;
	for (; p < end; p++) {
		if (*p >= '0' && *p <= '9')
			continue;
		if (*p == '.' || *p == 'e' || *p == 'E' || *p == '+' ||
		    *p == '-')
			*plain = 0;
		else
			break;
	}
	return (p);
}

/* Store the value that begins at ${p} in ${v} and return its end. */
static const char *
take_value(const char *p, const char *end, struct json_value *v)
{
	const char *start = p;

	v->s = start;
	v->plain = 0;
	switch (*p) {
	case '"':
		v->type = JSON_STRING;
		p = json_string_end(p, end, &v->plain);
		break;
	case '{':
		v->type = JSON_OBJECT;
		p = skip_nested(p, end);
		break;
	case '[':
		v->type = JSON_ARRAY;
		p = skip_nested(p, end);
		break;
	case 't':
		v->type = JSON_TRUE;
		p += 4;
		break;
	case 'f':
		v->type = JSON_FALSE;
		p += 5;
		break;
	case 'n':
		v->type = JSON_NULL;
		p += 4;
		break;
	default:
		v->type = JSON_NUMBER;
		p = skip_number(p, end, &v->plain);
		break;
	}
	v->len = (uint32_t)(p - start);
	return (p);
}

void
json_iter_init(struct json_iter *it, const struct json_value *v)
{

	it->is_object = v->type == JSON_OBJECT;
	it->s = v->s + 1;
	it->end = v->s + v->len - 1;
}

int
json_next(struct json_iter *it, struct json_value *key, struct json_value *v)
{
	struct json_value unused;
	const char *p = skip_space(it->s, it->end);

	if (p < it->end && *p == ',')
		p = skip_space(p + 1, it->end);
	if (p >= it->end)
		return (0);
	if (it->is_object) {
		p = take_value(p, it->end, key != NULL ? key : &unused);
		p = skip_space(p, it->end);	/* the colon */
		p = skip_space(p + 1, it->end);
	}
	it->s = take_value(p, it->end, v);
	return (1);
}

size_t
json_count(const struct json_value *v)
{
	struct json_value unused;
	struct json_iter it;
	size_t n = 0;

	json_iter_init(&it, v);
	while (json_next(&it, NULL, &unused))
		n++;
	return (n);
}

int
json_get(const struct json_value *obj, const char *name, size_t len,
    struct json_value *v)
{
	struct json_iter it;
	struct json_value key, value;
	int found = 0;

	if (obj->type != JSON_OBJECT)
		return (0);
	json_iter_init(&it, obj);
	while (json_next(&it, &key, &value)) {
		if (json_string_is(&key, name, len)) {
			*v = value;
			found = 1;
		}
	}
	return (found);
}

static uint32_t
hex4(const char *p)
{
	uint32_t n = 0;
	int i;

	for (i = 0; i < 4; i++)
		n = n << 4 | (uint32_t)((p[i] & 0xf) +
		    (p[i] > '9' ? 9 : 0));
	return (n);
}

/*
 * Write the bytes that the escape at *${p} stands for to ${dst}, at least 4
 * bytes; return how many and move *${p} past it.
 */
static size_t
unescape(const char **p, char *dst)
{
	uint32_t code;
	const char c = (*p)[1];

	*p += 2;
	switch (c) {
	case 'b':
		*dst = '\b';
		return (1);
	case 'f':
		*dst = '\f';
		return (1);
	case 'n':
		*dst = '\n';
		return (1);
	case 'r':
		*dst = '\r';
		return (1);
	case 't':
		*dst = '\t';
		return (1);
	case 'u':
		break;
	default:
		*dst = c;
		return (1);
	}
	code = hex4(*p);
	*p += 4;
	if (code >= 0xd800 && code <= 0xdbff) {
		code = 0x10000 + ((code - 0xd800) << 10) +
		    (hex4(*p + 2) - 0xdc00);
		*p += 6;
	}
	return (utf8_encode(dst, code));
}

const char *
json_string(const struct json_value *v, struct arena *a, size_t *len)
{
	const char *p = v->s + 1, *end = v->s + v->len - 1, *bs;
	char *dst, *d;

	if (v->plain) {
		*len = v->len - 2;
		return (p);
	}
	/* No escape is shorter than the bytes it stands for. */
	d = dst = arena_alloc(a, v->len);
	while ((bs = memchr(p, '\\', (size_t)(end - p))) != NULL) {
		memcpy(d, p, (size_t)(bs - p));
		d += bs - p;
		p = bs;
		d += unescape(&p, d);
	}
	memcpy(d, p, (size_t)(end - p));
	d += end - p;
	*len = (size_t)(d - dst);
	return (dst);
}

int
json_string_is(const struct json_value *v, const char *s, size_t len)
{
	const char *p, *end, *want = s + len;
	char piece[4];
	size_t n;

	if (v->type != JSON_STRING)
		return (0);
	if (v->plain)
		return (v->len - 2 == len && memcmp(v->s + 1, s, len) == 0);
	for (p = v->s + 1, end = v->s + v->len - 1; p < end; s += n) {
		if (*p == '\\')
			n = unescape(&p, piece);
		else {
			piece[0] = *p++;
			n = 1;
		}
		if ((size_t)(want - s) < n || memcmp(s, piece, n) != 0)
			return (0);
	}
	return (s == want);
}

int
json_int(const struct json_value *v, int64_t *out)
{
	const char *p = v->s, *end = v->s + v->len;
	const int minus = *p == '-';
	uint64_t n = 0;
	const uint64_t max = (uint64_t)INT64_MAX + (minus ? 1 : 0);
	unsigned int d;

	if (v->type != JSON_NUMBER || !v->plain)
		return (0);
	for (p += minus; p < end; p++) {
		d = (unsigned int)(*p - '0');
		if (n > (max - d) / 10)
			return (0);
		n = n * 10 + d;
	}
	*out = minus && n > 0 ? -(int64_t)(n - 1) - 1 : (int64_t)n;
	return (1);
}
