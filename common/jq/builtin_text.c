#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "jq/builtin_lib.h"
#include "jq/number.h"
#include "jq/text.h"

/* A stretch of the bytes of the string ${v}, without copying a slice. */
static struct value
part(struct run *r, struct value *v, size_t start, size_t n)
{
	const char *s;
	size_t len;

	s = value_bytes(run_heap(r), v, &len);
	if (start == 0 && n == len)
		return (value_dup(*v));
	if (v->kind == VALUE_SLICE)
		return (value_slice(s + start, n));
	return (value_str(run_heap(r), s + start, n));
}

/* The letters from ${from} to ${to} in the other case. */
static int
flip(struct run *r, struct value *v, struct value *out, char from, char to,
    const char *what)
{
	const char *s;
	size_t i, len;
	char *p;

	if (!value_is_string(v))
		return (run_error(r, "%s input must be a string", what));
	s = value_bytes(run_heap(r), v, &len);
	for (i = 0; i < len && (s[i] < from || s[i] > to); i++)
		;
	if (i == len) {
		*out = value_take(v);
		return (BUILTIN_VALUE);
	}
	*out = value_str(run_heap(r), s, len);
	p = out->u.str->s;
	for (; i < len; i++)
		if (p[i] >= from && p[i] <= to)
			p[i] = (char)(p[i] ^ 0x20);
	return (BUILTIN_VALUE);
}

static int
f_ascii_downcase(struct run *r, struct value *v, struct value *out)
{

	return (flip(r, v, out, 'A', 'Z', "ascii_downcase"));
}

static int
f_ascii_upcase(struct run *r, struct value *v, struct value *out)
{

	return (flip(r, v, out, 'a', 'z', "ascii_upcase"));
}

/* Is the second string at the beginning (or end) of the first? */
static int
begins(struct run *r, struct value *v)
{
	const char *s, *t;
	size_t len, n;

	s = value_bytes(run_heap(r), &v[0], &len);
	t = value_bytes(run_heap(r), &v[1], &n);
	return (n <= len && memcmp(s, t, n) == 0);
}

static int
ends(struct run *r, struct value *v)
{
	const char *s, *t;
	size_t len, n;

	s = value_bytes(run_heap(r), &v[0], &len);
	t = value_bytes(run_heap(r), &v[1], &n);
	return (n <= len && memcmp(s + len - n, t, n) == 0);
}

static int
two_strings(struct run *r, const struct value *v, const char *name)
{

	if (value_is_string(&v[0]) && value_is_string(&v[1]))
		return (BUILTIN_VALUE);
	return (run_error(r, "%s() requires string inputs", name));
}

static int
f_startswith(struct run *r, struct value *v, struct value *out)
{

	if (two_strings(r, v, "startswith") == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	*out = value_bool(begins(r, v));
	return (BUILTIN_VALUE);
}

static int
f_endswith(struct run *r, struct value *v, struct value *out)
{

	if (two_strings(r, v, "endswith") == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	*out = value_bool(ends(r, v));
	return (BUILTIN_VALUE);
}

/* Take the second string off one end of the first, or both. */
static int
strip(struct run *r, struct value *v, struct value *out, int left, int right)
{
	size_t start = 0, len, n;

	(void)value_bytes(run_heap(r), &v[0], &len);
	(void)value_bytes(run_heap(r), &v[1], &n);
	if (left && begins(r, v))
		start = n;
	if (right && ends(r, v) && len - start >= n)
		len -= n;
	*out = part(r, &v[0], start, len - start);
	return (BUILTIN_VALUE);
}

static int
f_ltrimstr(struct run *r, struct value *v, struct value *out)
{

	if (two_strings(r, v, "ltrimstr") == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	return (strip(r, v, out, 1, 0));
}

static int
f_rtrimstr(struct run *r, struct value *v, struct value *out)
{

	if (two_strings(r, v, "rtrimstr") == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	return (strip(r, v, out, 0, 1));
}

static int
f_trimstr(struct run *r, struct value *v, struct value *out)
{

	if (two_strings(r, v, "trimstr") == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	return (strip(r, v, out, 1, 1));
}

static int
trim(struct run *r, struct value *v, struct value *out, int left, int right)
{
	const char *s;
	size_t len, start = 0;

	if (!value_is_string(v))
		return (run_error(r, "trim input must be a string"));
	s = value_bytes(run_heap(r), v, &len);
	if (left)
		start = text_ltrim(s, len);
	if (right)
		len -= text_rtrim(s + start, len - start);
	*out = part(r, v, start, len - start);
	return (BUILTIN_VALUE);
}

static int
f_trim(struct run *r, struct value *v, struct value *out)
{

	return (trim(r, v, out, 1, 1));
}

static int
f_ltrim(struct run *r, struct value *v, struct value *out)
{

	return (trim(r, v, out, 1, 0));
}

static int
f_rtrim(struct run *r, struct value *v, struct value *out)
{

	return (trim(r, v, out, 0, 1));
}

static int
f_utf8bytelength(struct run *r, struct value *v, struct value *out)
{
	size_t len;

	if (!value_is_string(v))
		return (run_type_error(r, v,
		    "only strings have UTF-8 byte length"));
	(void)value_bytes(run_heap(r), v, &len);
	*out = value_int((int64_t)len);
	return (BUILTIN_VALUE);
}

static int
f_explode(struct run *r, struct value *v, struct value *out)
{
	const char *s;
	size_t i, len;
	uint32_t code;

	if (!value_is_string(v))
		return (run_error(r, "explode input must be a string"));
	s = value_bytes(run_heap(r), v, &len);
	*out = value_array(run_heap(r), text_count(s, len));
	for (i = 0; i < len;) {
		i += utf8_decode(s + i, len - i, &code);
		value_push(run_heap(r), out, value_int(code));
	}
	return (BUILTIN_VALUE);
}

/* Append the character that the number ${v} stands for. */
static int
put_code(struct run *r, struct buf *b, const struct value *v)
{
	int64_t code;
	char *p = buf_need(b, 4);

	if (!value_is_number(v) || number_is_nan(v))
		return (run_error(r, "Unicode codepoint must be numeric"));
	code = number_floor_int(v);
	if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		code = 0xfffd;
	b->len += utf8_encode(p, (uint32_t)code);
	return (BUILTIN_VALUE);
}

static int
f_implode(struct run *r, struct value *v, struct value *out)
{
	struct buf *b = run_buf(r);
	size_t i;

	if (!value_is_array(v))
		return (run_error(r, "implode input must be an array"));
	value_open(run_heap(r), v);
	for (i = 0; i < v->u.arr->n; i++)
		if (put_code(r, b, &v->u.arr->v[i]) == BUILTIN_FAIL)
			return (BUILTIN_FAIL);
	*out = value_str(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
f_ascii(struct run *r, struct value *v, struct value *out)
{
	struct buf *b = run_buf(r);

	if (put_code(r, b, v) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	*out = value_str(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

/* Nothing to split by: every code point is a part. */
static void
split_codes(struct run *r, struct value *v, struct value *out)
{
	const char *s;
	size_t i, n, len;
	uint32_t code;

	s = value_bytes(run_heap(r), v, &len);
	for (i = 0; i < len; i += n) {
		n = utf8_decode(s + i, len - i, &code);
		value_push(run_heap(r), out, part(r, v, i, n));
	}
}

static int
f_split(struct run *r, struct value *v, struct value *out)
{
	size_t len, n, at = 0, next;
	const char *s, *t;

	if (!value_is_string(&v[0]) || !value_is_string(&v[1]))
		return (run_error(r,
		    "split input and separator must be strings"));
	s = value_bytes(run_heap(r), &v[0], &len);
	t = value_bytes(run_heap(r), &v[1], &n);
	*out = value_array(run_heap(r), 4);
	if (n == 0) {
		split_codes(r, &v[0], out);
		return (BUILTIN_VALUE);
	}
	while (len > 0) {
		next = at + text_find(s + at, len - at, t, n);
		value_push(run_heap(r), out, part(r, &v[0], at, next - at));
		if (next == len)
			break;
		at = next + n;
	}
	return (BUILTIN_VALUE);
}

/* One of the values to join, after the ${nth} separator. */
static int
join_one(struct run *r, struct buf *b, struct value *v, struct value *sep,
    size_t nth)
{
	const char *s;
	size_t len;

	if (nth > 0 && sep->kind != VALUE_NULL) {
		if (!value_is_string(sep))
			return (run_type_error2(r, v, sep,
			    "cannot be added"));
		s = value_bytes(run_heap(r), sep, &len);
		buf_put(b, s, len);
	}
	if (value_is_string(v)) {
		s = value_bytes(run_heap(r), v, &len);
		buf_put(b, s, len);
	} else if (value_is_array(v) || value_is_object(v))
		return (run_type_error2(r, sep, v, "cannot be added"));
	else if (v->kind != VALUE_NULL)
		value_put(run_heap(r), b, v);
	return (BUILTIN_VALUE);
}

static int
f_join(struct run *r, struct value *v, struct value *out)
{
	struct buf *b = run_buf(r);
	struct value *x;
	size_t i, n, nth = 0;

	if (!value_is_array(v) && !value_is_object(v))
		return (run_error(r, "Cannot iterate over %s",
		    value_type_name(v)));
	value_open(run_heap(r), v);
	n = v->kind == VALUE_ARR ? v->u.arr->n : v->u.obj->n;
	for (i = 0; i < n; i++) {
		if (v->kind == VALUE_OBJ &&
		    v->u.obj->m[i].key.kind == VALUE_NONE)
			continue;
		x = v->kind == VALUE_ARR ? &v->u.arr->v[i] :
		    &v->u.obj->m[i].value;
		if (join_one(r, b, x, &v[1], nth++) == BUILTIN_FAIL)
			return (BUILTIN_FAIL);
	}
	*out = value_str(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

/* Where a string occurs in a string, in code points; overlaps count. */
static int
f_strindices(struct run *r, struct value *v, struct value *out)
{
	size_t len, n, at = 0, next, codes = 0;
	const char *s, *t;

	if (!value_is_string(&v[0]) || !value_is_string(&v[1]))
		return (run_type_error2(r, &v[0], &v[1],
		    "cannot be searched for each other"));
	s = value_bytes(run_heap(r), &v[0], &len);
	t = value_bytes(run_heap(r), &v[1], &n);
	*out = value_array(run_heap(r), 0);
	while (n > 0 && at < len) {
		next = at + text_find(s + at, len - at, t, n);
		if (next == len)
			break;
		codes += text_count(s + at, next - at);
		value_push(run_heap(r), out, value_int((int64_t)codes));
		/* The first byte of a code point is not in the rest of one. */
		at = next + 1;
		codes++;
		while (at < len && ((unsigned char)s[at] & 0xc0) == 0x80)
			at++;
	}
	return (BUILTIN_VALUE);
}

const struct builtin builtin_text[] = {
	{ "ascii", 0, f_ascii, BUILTIN_PURE },
	{ "ascii_downcase", 0, f_ascii_downcase, BUILTIN_PURE },
	{ "ascii_upcase", 0, f_ascii_upcase, BUILTIN_PURE },
	{ "startswith", 1, f_startswith, BUILTIN_PURE },
	{ "endswith", 1, f_endswith, BUILTIN_PURE },
	{ "ltrimstr", 1, f_ltrimstr, BUILTIN_PURE },
	{ "rtrimstr", 1, f_rtrimstr, BUILTIN_PURE },
	{ "trimstr", 1, f_trimstr, BUILTIN_PURE },
	{ "trim", 0, f_trim, BUILTIN_PURE },
	{ "ltrim", 0, f_ltrim, BUILTIN_PURE },
	{ "rtrim", 0, f_rtrim, BUILTIN_PURE },
	{ "utf8bytelength", 0, f_utf8bytelength, BUILTIN_PURE },
	{ "explode", 0, f_explode, BUILTIN_PURE },
	{ "implode", 0, f_implode, BUILTIN_PURE },
	{ "split", 1, f_split, BUILTIN_PURE },
	{ "join", 1, f_join, BUILTIN_PURE },
	{ "_strindices", 1, f_strindices, BUILTIN_PURE },
	{ NULL, 0, NULL, 0 }
};
