#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/undo_row.h"
#include "json/json.h"
#include "json/json_check.h"

/* A double has as many decimal digits that come back, and one may be lost to
 * how it is printed. */
#define DIGITS_MOST	15

static const char wrapper[] = "json";

/*
 * Writing.
 */

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

/* Does the number between ${s} and ${end} come out as it stands? */
static int
is_lasting(const char *s, const char *end)
{
	const int minus = *s == '-';
	size_t digits = 0;
	int point = 0;

	for (s += minus; s < end; s++) {
		if (*s == '.')
			point = 1;
		else if (!is_digit(*s))
			return (0);
		else if (digits > 0 || *s != '0')
			digits++;
	}
	if (digits == 0)
		return (!minus && !point);
	return (digits <= DIGITS_MOST && !(point && end[-1] == '0'));
}

/* The end of the string that begins at ${s}. */
static const char *
skip_string(const char *s, const char *end)
{

	for (s++; s < end && *s != '"'; s++)
		s += *s == '\\';
	return (s + 1);
}

static const char *
skip_number(const char *s, const char *end)
{

	while (s < end && (is_digit(*s) || *s == '-' || *s == '+' ||
	    *s == '.' || *s == 'e' || *s == 'E'))
		s++;
	return (s);
}

/* Is it an object of the wrapper alone?  Its text then is ${text}. */
static int
wrapped(const struct json_value *v, struct json_value *text)
{
	struct json_value key, other;
	struct json_iter it;

	if (v->type != JSON_OBJECT)
		return (0);
	json_iter_init(&it, v);
	return (json_next(&it, &key, text) && text->type == JSON_STRING &&
	    json_string_is(&key, wrapper, strlen(wrapper)) &&
	    !json_next(&it, &key, &other));
}

static int
must_wrap(const struct json_value *v)
{
	const char *s = v->s, *end = s + v->len, *next;
	struct json_value text;

	if (v->type != JSON_NUMBER && v->type != JSON_ARRAY &&
	    v->type != JSON_OBJECT)
		return (0);
	for (; s < end; s = next) {
		next = s + 1;
		if (*s == '"')
			next = skip_string(s, end);
		else if (*s == '-' || is_digit(*s)) {
			next = skip_number(s, end);
			if (!is_lasting(s, next))
				return (1);
		}
	}
	return (wrapped(v, &text));
}

static void
put_value(struct buf *b, const struct json_value *v)
{
	struct err err = ERR_INIT;

	if (!must_wrap(v)) {
		buf_put(b, v->s, v->len);
		return;
	}
	buf_printf(b, "{\"%s\":", wrapper);
	/* It has been read: it is UTF-8. */
	(void)json_put_string(b, v->s, v->len, &err);
	buf_putc(b, '}');
}

static void
put_member(struct buf *b, const struct json_field *f, int first)
{

	buf_puts(b, first ? "" : ",");
	buf_put(b, f->key.s, f->key.len);
	buf_putc(b, ':');
	put_value(b, &f->value);
}

void
undo_row_put(struct buf *b, const struct json_field *fields, size_t n)
{
	size_t i;

	buf_putc(b, '{');
	for (i = 0; i < n; i++)
		put_member(b, &fields[i], i == 0);
	buf_putc(b, '}');
}

void
undo_row_put_key(struct buf *b, const struct json_field *fields,
    size_t nfields, const char *const *key, size_t n)
{
	size_t i, k, put = 0;

	if (n == 0) {
		undo_row_put(b, fields, nfields);
		return;
	}
	buf_putc(b, '{');
	for (i = 0; i < n; i++)
		for (k = 0; k < nfields; k++)
			if (json_string_is(&fields[k].key, key[i],
			    strlen(key[i])))
				put_member(b, &fields[k], put++ == 0);
	buf_putc(b, '}');
}

/*
 * Reading.
 */

/* Append what ${v} was; what has been tampered with stays as it is. */
static void
put_unwrapped(struct buf *b, const struct json_value *v, struct arena *a)
{
	struct json_value text, inner;
	struct err err;
	const char *s;
	size_t len;

	if (wrapped(v, &text)) {
		s = json_string(&text, a, &len);
		if (json_check(s, len, &inner, NULL, &err) == 0) {
			buf_put(b, inner.s, inner.len);
			return;
		}
	}
	buf_put(b, v->s, v->len);
}

void
undo_row_get(struct json_value *v, struct arena *a)
{
	struct json_value key, member, text;
	struct buf b = { 0 };
	struct json_iter it;
	int any = 0;

	if (v->type != JSON_OBJECT)
		return;
	json_iter_init(&it, v);
	while (json_next(&it, NULL, &member))
		any |= wrapped(&member, &text);
	if (!any)
		return;
	json_iter_init(&it, v);
	while (json_next(&it, &key, &member)) {
		buf_putc(&b, b.len == 0 ? '{' : ',');
		buf_put(&b, key.s, key.len);
		buf_putc(&b, ':');
		put_unwrapped(&b, &member, a);
	}
	buf_putc(&b, '}');
	v->s = arena_dup(a, b.s, b.len);
	v->len = (uint32_t)b.len;
	buf_free(&b);
}
