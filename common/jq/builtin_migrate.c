#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/utf8.h"
#include "jq/builtin_lib.h"
#include "jq/date.h"
#include "jq/number.h"
#include "jq/text.h"

/*
 * What data migrations need and jq lacks.  In all of these null stays null:
 * whether a field may be missing is another question than what is in it.
 */

#define SCALE_MAX 1000	/* digits after the point that may be asked for */

static int
is_null(const struct value *v, struct value *out)
{

	*out = value_null();
	return (v->kind == VALUE_NULL);
}

/* Change a string by one of the functions that append to a buffer. */
static int
changed(struct run *r, struct value *v, struct value *out, const char *what,
    void (*change)(struct buf *b, const char *s, size_t len))
{
	struct buf *b;
	const char *s;
	size_t len;

	if (is_null(v, out))
		return (BUILTIN_VALUE);
	if (!value_is_string(v))
		return (run_type_error(r, v, what));
	s = value_bytes(run_heap(r), v, &len);
	b = run_buf(r);
	change(b, s, len);
	if (b->len == len && (len == 0 || memcmp(b->s, s, len) == 0))
		*out = value_take(v);
	else
		*out = value_str(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
f_upcase(struct run *r, struct value *v, struct value *out)
{

	return (changed(r, v, out, "cannot be put in upper case",
	    utf8_upper));
}

static int
f_downcase(struct run *r, struct value *v, struct value *out)
{

	return (changed(r, v, out, "cannot be put in lower case",
	    utf8_lower));
}

static int
f_squeeze(struct run *r, struct value *v, struct value *out)
{

	return (changed(r, v, out, "cannot be squeezed", text_squeeze));
}

static int
f_slug(struct run *r, struct value *v, struct value *out)
{

	return (changed(r, v, out, "cannot become a slug", text_slug));
}

static int
f_uuid(struct run *r, struct value *v, struct value *out)
{
	char uuid[37];
	const char *s;
	size_t len;

	if (is_null(v, out))
		return (BUILTIN_VALUE);
	if (!value_is_string(v))
		return (run_type_error(r, v, "is not a UUID"));
	s = value_bytes(run_heap(r), v, &len);
	if (text_uuid(uuid, s, len) != 0)
		return (run_type_error(r, v, "is not a UUID"));
	if (len == 36 && memcmp(uuid, s, 36) == 0)
		*out = value_take(v);
	else
		*out = value_str(run_heap(r), uuid, 36);
	return (BUILTIN_VALUE);
}

/* In its normal form, so that equal ones are equal strings. */
static int
f_is_uuid(struct run *r, struct value *v, struct value *out)
{
	char uuid[37];
	const char *s;
	size_t len;

	*out = value_bool(0);
	if (!value_is_string(v))
		return (BUILTIN_VALUE);
	s = value_bytes(run_heap(r), v, &len);
	*out = value_bool(len == 36 && text_uuid(uuid, s, len) == 0 &&
	    memcmp(uuid, s, 36) == 0);
	return (BUILTIN_VALUE);
}

static int
f_sha256(struct run *r, struct value *v, struct value *out)
{
	struct digest *d;
	char hex[DIGEST_HEX + 1];
	const char *s;
	struct buf *b;
	size_t len;

	if (is_null(v, out))
		return (BUILTIN_VALUE);
	d = digest_new();
	if (value_is_string(v)) {
		s = value_bytes(run_heap(r), v, &len);
		digest_add(d, s, len);
	} else {
		b = run_buf(r);
		value_put(run_heap(r), b, v);
		digest_add(d, b->s, b->len);
	}
	digest_hex(d, hex);
	digest_free(d);
	*out = value_str(run_heap(r), hex, DIGEST_HEX);
	return (BUILTIN_VALUE);
}

/*
 * Conversions.
 */

/*
 * The number that ${v} is, or is written in the string ${v}; the caller frees
 * it.  ${what} is what an error says of a value that is neither.
 */
static int
read_number(struct run *r, struct value *v, const char *what,
    struct decimal *d)
{
	struct buf *b;
	const char *s;
	size_t len;

	if (value_is_number(v)) {
		number_decimal(v, d);
		if (d->kind != DECIMAL_NAN && d->kind != DECIMAL_INF)
			return (BUILTIN_VALUE);
		return (run_type_error(r, v, what));
	}
	if (!value_is_string(v))
		return (run_type_error(r, v, what));
	s = value_bytes(run_heap(r), v, &len);
	b = run_buf(r);
	if (text_number(b, s, len) != 0)
		return (run_type_error(r, v, what));
	decimal_parse(d, b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
f_to_int(struct run *r, struct value *v, struct value *out)
{
	struct decimal d, whole;
	struct err err = ERR_INIT;
	int rc;

	if (is_null(v, out))
		return (BUILTIN_VALUE);
	if (v->kind == VALUE_TRUE || v->kind == VALUE_FALSE) {
		*out = value_int(v->kind == VALUE_TRUE);
		return (BUILTIN_VALUE);
	}
	if (v->kind == VALUE_INT) {
		*out = *v;
		return (BUILTIN_VALUE);
	}
	if (read_number(r, v, "is not an integer", &d) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	if (!decimal_is_integer(&d)) {
		decimal_free(&d);
		return (run_type_error(r, v, "is not an integer"));
	}
	rc = decimal_round(&whole, &d, 0, DECIMAL_DOWN, &err);
	decimal_free(&d);
	if (rc != 0)
		return (run_error(r, "%s", err.msg));
	*out = number_of_decimal(run_heap(r), whole);
	return (BUILTIN_VALUE);
}

#define EXACT (-1)	/* no rounding but an error */

static const struct {
	const char	*name;
	int		 how;		/* enum decimal_rounding, or EXACT */
} modes[] = {
	{ "half_up", DECIMAL_HALF_UP }, { "half_even", DECIMAL_HALF_EVEN },
	{ "half_down", DECIMAL_HALF_DOWN }, { "up", DECIMAL_UP },
	{ "down", DECIMAL_DOWN }, { "floor", DECIMAL_FLOOR },
	{ "ceiling", DECIMAL_CEILING }, { "exact", EXACT },
};

static int
read_mode(struct run *r, struct value *v, int *how)
{
	const char *s;
	size_t i, len;

	if (value_is_string(v)) {
		s = value_bytes(run_heap(r), v, &len);
		for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
			if (strlen(modes[i].name) == len &&
			    memcmp(modes[i].name, s, len) == 0) {
				*how = modes[i].how;
				return (BUILTIN_VALUE);
			}
	}
	return (run_type_error(r, v, "is not a rounding: half_up half_even "
	    "half_down up down floor ceiling exact"));
}

/* A number written with exactly so many digits after the point. */
static int
to_decimal(struct run *r, struct value *v, struct value *out, int how)
{
	struct decimal d, rounded;
	struct err err = ERR_INIT;
	struct buf *b;
	int64_t scale;
	int rc;

	if (!value_is_number(&v[1]) || !number_int(&v[1], &scale) ||
	    scale < 0 || scale > SCALE_MAX)
		return (run_type_error(r, &v[1], "is not a number of digits"));
	if (is_null(&v[0], out))
		return (BUILTIN_VALUE);
	if (read_number(r, &v[0], "is not a decimal number", &d) ==
	    BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	rc = decimal_round(&rounded, &d, (int)scale, how == EXACT ?
	    DECIMAL_DOWN : (enum decimal_rounding)how, &err);
	if (rc == 0 && how == EXACT && decimal_compare(&rounded, &d) != 0)
		rc = err_set(&err, "more than %d digits after the point",
		    (int)scale);
	decimal_free(&d);
	if (rc != 0)
		return (run_error(r, "%s", err.msg));
	/* Far from 1 it would be a text of nothing but zeros. */
	if (rounded.exp > DECIMAL_DIGITS_MAX) {
		*out = number_of_decimal(run_heap(r), rounded);
		return (BUILTIN_VALUE);
	}
	b = run_buf(r);
	decimal_write_fixed(b, &rounded, (int)scale);
	decimal_free(&rounded);
	*out = value_own(run_heap(r), number_text(b->s, b->len));
	return (BUILTIN_VALUE);
}

static int
f_to_decimal(struct run *r, struct value *v, struct value *out)
{

	return (to_decimal(r, v, out, DECIMAL_HALF_UP));
}

static int
f_to_decimal_mode(struct run *r, struct value *v, struct value *out)
{
	int how = DECIMAL_HALF_UP;

	if (read_mode(r, &v[2], &how) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	return (to_decimal(r, v, out, how));
}

static int
f_to_bool(struct run *r, struct value *v, struct value *out)
{
	const char *s;
	size_t len;
	int64_t n;
	int b = -1;

	if (is_null(v, out))
		return (BUILTIN_VALUE);
	if (v->kind == VALUE_TRUE || v->kind == VALUE_FALSE) {
		*out = *v;
		return (BUILTIN_VALUE);
	}
	if (value_is_string(v)) {
		s = value_bytes(run_heap(r), v, &len);
		b = text_bool(s, len);
	} else if (value_is_number(v) && number_int(v, &n) &&
	    (n == 0 || n == 1))
		b = (int)n;
	if (b < 0)
		return (run_type_error(r, v, "is not a boolean"));
	*out = value_bool(b);
	return (BUILTIN_VALUE);
}

static int
not_a_date(struct run *r, const struct value *v)
{

	return (run_type_error(r, v, "is not a date that can mean one thing "
	    "only; give a format such as to_iso8601(\"%d.%m.%Y\")"));
}

/*
 * A number of seconds since 1970, or of milliseconds or microseconds when
 * there are so many: all of them mean the years from 1966 to 5138.
 */
static int
read_epoch(struct decimal *d, struct date *date, struct buf *frac)
{
	struct decimal whole, rest, size;
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	int64_t n;

	decimal_abs(&size, d);
	n = decimal_clamp(&size);
	decimal_free(&size);
	if (d->kind != DECIMAL_SMALL || n >= INT64_C(100000000000000000))
		return (-1);
	if (n >= INT64_C(100000000000000))
		d->exp -= 6;
	else if (n >= INT64_C(100000000000))
		d->exp -= 3;
	if (decimal_round(&whole, d, 0, DECIMAL_FLOOR, &err) != 0)
		return (-1);
	date_gmtime(date, decimal_clamp(&whole));
	frac->len = 0;
	if (decimal_sub(&rest, d, &whole, &err) == 0 &&
	    decimal_sign(&rest) > 0) {
		decimal_write_fixed(&b, &rest, 0);
		/* After "0." */
		buf_put(frac, b.s + 2, b.len - 2 < 9 ? b.len - 2 : 9);
		buf_free(&b);
		decimal_free(&rest);
	}
	decimal_free(&whole);
	return (0);
}

/* Read a date by a format, or as people spell it when that is NULL. */
static int
read_date(struct run *r, struct value *v, struct value *fmt, struct date *d,
    struct buf *frac, int *parts)
{
	struct buf *b = run_buf(r);
	struct decimal n;
	const char *s, *f;
	size_t len, flen;
	int rc;

	if (value_is_number(v) && fmt == NULL) {
		number_decimal(v, &n);
		rc = read_epoch(&n, d, frac);
		decimal_free(&n);
		*parts = DATE_DAY | DATE_TIME | DATE_ZONE;
		return (rc);
	}
	if (value_is_string(v)) {
		s = value_bytes(run_heap(r), v, &len);
	} else if (value_is_number(v)) {
		value_put(run_heap(r), b, v);
		s = b->s;
		len = b->len;
	} else
		return (-1);
	if (fmt == NULL)
		return (date_guess(s, len, d, frac, parts));
	f = value_bytes(run_heap(r), fmt, &flen);
	return (date_parse(s, len, f, flen, d, frac, parts));
}

static int
to_iso(struct run *r, struct value *v, struct value *fmt, struct value *out)
{
	struct buf frac = { 0 }, *b;
	struct date d;
	int parts, rc;

	if (is_null(v, out))
		return (BUILTIN_VALUE);
	rc = read_date(r, v, fmt, &d, &frac, &parts);
	if (rc != 0) {
		buf_free(&frac);
		return (fmt == NULL ? not_a_date(r, v) : run_type_error2(r,
		    v, fmt, "do not match"));
	}
	b = run_buf(r);
	rc = date_iso(b, &d, &frac, parts);
	buf_free(&frac);
	if (rc != 0)
		return (run_type_error(r, v, "is no day that there is in the "
		    "years 0 to 9999"));
	*out = value_str(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
f_to_iso8601(struct run *r, struct value *v, struct value *out)
{

	return (to_iso(r, v, NULL, out));
}

static int
f_to_iso8601_format(struct run *r, struct value *v, struct value *out)
{

	if (!value_is_string(&v[1]))
		return (run_type_error(r, &v[1], "is not a date format"));
	return (to_iso(r, &v[0], &v[1], out));
}

/*
 * Fields.
 */

/* Take the input as an object that may be changed in place. */
static int
take_object(struct run *r, struct value *v, struct value *out)
{

	if (!value_is_object(v))
		return (run_type_error(r, v, "has no fields"));
	*out = value_take(v);
	value_unshare(run_heap(r), out);
	return (BUILTIN_VALUE);
}

/* Give up what was to be the output. */
static int
fail(struct run *r, struct value *out)
{

	value_free(run_heap(r), value_take(out));
	return (BUILTIN_FAIL);
}

static int
not_a_name(struct run *r, struct value *v)
{

	return (run_type_error(r, v, "is not a field name"));
}

static struct value *
items(struct run *r, struct value *v, size_t *n)
{

	value_open(run_heap(r), v);
	*n = v->u.arr->n;
	return (v->u.arr->v);
}

/* Call ${each} for every name in ${names}, an array of names and arrays. */
static int
each_name(struct run *r, struct value *names, struct value *in,
    struct value *out, int (*each)(struct run *r, struct value *name,
    struct value *in, struct value *out), int depth)
{
	struct value *v;
	size_t i, n;

	v = items(r, names, &n);
	for (i = 0; i < n; i++) {
		if (value_is_array(&v[i]) && depth == 0) {
			if (each_name(r, &v[i], in, out, each, 1) ==
			    BUILTIN_FAIL)
				return (BUILTIN_FAIL);
		} else if (!value_is_string(&v[i]))
			return (not_a_name(r, &v[i]));
		else if (each(r, &v[i], in, out) == BUILTIN_FAIL)
			return (BUILTIN_FAIL);
	}
	return (BUILTIN_VALUE);
}

static int
drop_one(struct run *r, struct value *name, struct value *in,
    struct value *out)
{
	const char *s;
	size_t len;

	(void)in;
	s = value_bytes(run_heap(r), name, &len);
	(void)value_delete(run_heap(r), out, s, len);
	return (BUILTIN_VALUE);
}

static int
keep_one(struct run *r, struct value *name, struct value *in,
    struct value *out)
{
	struct value_member *m;
	const char *s;
	size_t len;

	s = value_bytes(run_heap(r), name, &len);
	if ((m = value_find(run_heap(r), in, s, len)) != NULL)
		value_set(run_heap(r), out, value_dup(m->key),
		    value_dup(m->value));
	return (BUILTIN_VALUE);
}

static int
f_drop(struct run *r, struct value *v, struct value *out)
{

	if (take_object(r, &v[0], out) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	if (each_name(r, &v[1], &v[0], out, drop_one, 0) == BUILTIN_FAIL)
		return (fail(r, out));
	return (BUILTIN_VALUE);
}

/* The fields named, in the order in which they are named. */
static int
f_keep(struct run *r, struct value *v, struct value *out)
{

	if (!value_is_object(&v[0]))
		return (run_type_error(r, &v[0], "has no fields"));
	*out = value_object(run_heap(r), 8);
	if (each_name(r, &v[1], &v[0], out, keep_one, 0) == BUILTIN_FAIL)
		return (fail(r, out));
	return (BUILTIN_VALUE);
}

/* The member named by the string ${name}, or NULL. */
static struct value *
field(struct run *r, struct value *o, struct value *name)
{
	struct value_member *m;
	const char *s;
	size_t len;

	s = value_bytes(run_heap(r), name, &len);
	m = value_find(run_heap(r), o, s, len);
	return (m == NULL ? NULL : &m->value);
}

/* Fields keep their places and get other names. */
static int
f_rename(struct run *r, struct value *v, struct value *out)
{
	struct value_heap *h = run_heap(r);
	struct value_member *m;
	struct value *name;
	const char *s;
	size_t i, len;

	if (!value_is_object(&v[0]))
		return (run_type_error(r, &v[0], "has no fields"));
	if (!value_is_object(&v[1]))
		return (run_type_error(r, &v[1],
		    "is not an object of old and new names"));
	value_open(h, &v[0]);
	value_open(h, &v[1]);
	*out = value_object(h, v[0].u.obj->n);
	for (i = 0; i < v[0].u.obj->n; i++) {
		m = &v[0].u.obj->m[i];
		if (m->key.kind == VALUE_NONE)
			continue;
		if ((name = field(r, &v[1], &m->key)) == NULL)
			name = &m->key;
		else if (!value_is_string(name)) {
			(void)not_a_name(r, name);
			return (fail(r, out));
		}
		s = value_bytes(h, name, &len);
		if (value_find(h, out, s, len) != NULL) {
			(void)run_type_error(r, name,
			    "would be the name of two fields");
			return (fail(r, out));
		}
		value_set(h, out, value_dup(*name), value_dup(m->value));
	}
	return (BUILTIN_VALUE);
}

/* A stretch of the bytes of the string ${v}. */
static struct value
part(struct run *r, struct value *v, size_t start, size_t n)
{
	const char *s;
	size_t len;

	s = value_bytes(run_heap(r), v, &len);
	if (v->kind == VALUE_SLICE)
		return (value_slice(s + start, n));
	return (value_str(run_heap(r), s + start, n));
}

/*
 * split_field(src; sep; [dst, ...]): the last destination takes all that is
 * left; those for which nothing is left become null.
 */
static int
f_split_field(struct run *r, struct value *v, struct value *out)
{
	struct value_heap *h = run_heap(r);
	struct value *dst, *src, text;
	size_t i, n, len, tlen, at = 0, next;
	const char *s, *t;
	int more = 1;

	if (!value_is_string(&v[1]))
		return (not_a_name(r, &v[1]));
	if (!value_is_string(&v[2]) ||
	    (t = value_bytes(h, &v[2], &tlen), tlen == 0))
		return (run_type_error(r, &v[2], "is not a separator"));
	if (!value_is_array(&v[3]))
		return (run_type_error(r, &v[3],
		    "is not an array of field names"));
	dst = items(r, &v[3], &n);
	for (i = 0; i < n; i++)
		if (!value_is_string(&dst[i]))
			return (not_a_name(r, &dst[i]));
	if (take_object(r, &v[0], out) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	src = field(r, out, &v[1]);
	text = src == NULL ? value_null() : value_dup(*src);
	if (text.kind != VALUE_NULL && !value_is_string(&text)) {
		(void)run_type_error(r, &text, "cannot be split");
		value_free(h, text);
		return (fail(r, out));
	}
	for (i = 0; i < n; i++) {
		if (text.kind == VALUE_NULL || !more) {
			value_set(h, out, value_dup(dst[i]), value_null());
			continue;
		}
		s = value_bytes(h, &text, &len);
		next = i + 1 == n ? len : at + text_find(s + at, len - at, t,
		    tlen);
		more = next < len;
		value_set(h, out, value_dup(dst[i]), part(r, &text, at,
		    next - at));
		at = next + tlen;
	}
	value_free(h, text);
	return (BUILTIN_VALUE);
}

/* Append a field's text to those already there; null is left out. */
static int
merge_one(struct run *r, struct buf *b, struct value *v, struct value *sep,
    int *any)
{
	const char *s;
	size_t len;

	if (v == NULL || v->kind == VALUE_NULL)
		return (BUILTIN_VALUE);
	if (value_is_array(v) || value_is_object(v))
		return (run_type_error(r, v, "cannot be merged into a text"));
	if (*any) {
		s = value_bytes(run_heap(r), sep, &len);
		buf_put(b, s, len);
	}
	*any = 1;
	if (value_is_string(v)) {
		s = value_bytes(run_heap(r), v, &len);
		buf_put(b, s, len);
	} else
		value_put(run_heap(r), b, v);
	return (BUILTIN_VALUE);
}

/* merge_fields([src, ...]; sep; dst): null when all of them are. */
static int
f_merge_fields(struct run *r, struct value *v, struct value *out)
{
	struct value_heap *h = run_heap(r);
	struct value *src;
	struct buf *b = run_buf(r);
	size_t i, n;
	int any = 0;

	if (!value_is_array(&v[1]))
		return (run_type_error(r, &v[1],
		    "is not an array of field names"));
	if (!value_is_string(&v[2]))
		return (run_type_error(r, &v[2], "is not a separator"));
	if (!value_is_string(&v[3]))
		return (not_a_name(r, &v[3]));
	if (take_object(r, &v[0], out) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	src = items(r, &v[1], &n);
	for (i = 0; i < n; i++) {
		if (!value_is_string(&src[i])) {
			(void)not_a_name(r, &src[i]);
			return (fail(r, out));
		}
		if (merge_one(r, b, field(r, out, &src[i]), &v[2], &any) ==
		    BUILTIN_FAIL)
			return (fail(r, out));
	}
	value_set(h, out, value_dup(v[3]), any ?
	    value_str(h, b->s, b->len) : value_null());
	return (BUILTIN_VALUE);
}

/* The member of ${map} whose folded key is the text in ${b}. */
static struct value *
find_folded(struct run *r, struct value *map, const struct buf *text)
{
	struct value *found = NULL;
	struct value_member *m;
	struct buf b = { 0 };
	const char *s;
	size_t i, len;

	for (i = 0; i < map->u.obj->n && found == NULL; i++) {
		m = &map->u.obj->m[i];
		if (m->key.kind == VALUE_NONE)
			continue;
		s = value_bytes(run_heap(r), &m->key, &len);
		b.len = 0;
		utf8_fold(&b, s, len);
		if (b.len == text->len && (b.len == 0 ||
		    memcmp(b.s, text->s, b.len) == 0))
			found = &m->value;
	}
	buf_free(&b);
	return (found);
}

/* remap(field; {old: new}): a value that is not in the map stays. */
static int
remap(struct run *r, struct value *v, struct value *out, int fold)
{
	struct value_heap *h = run_heap(r);
	struct value *x, *to;
	struct value_member *m;
	struct buf *b = run_buf(r), folded = { 0 };

	if (!value_is_string(&v[1]))
		return (not_a_name(r, &v[1]));
	if (!value_is_object(&v[2]))
		return (run_type_error(r, &v[2],
		    "is not an object of old and new values"));
	if (take_object(r, &v[0], out) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	value_open(h, &v[2]);
	x = field(r, out, &v[1]);
	if (x == NULL || x->kind == VALUE_NULL)
		return (BUILTIN_VALUE);
	if (value_is_string(x)) {
		const char *s;
		size_t len;

		s = value_bytes(h, x, &len);
		buf_put(b, s, len);
	} else
		value_put(h, b, x);
	if (fold) {
		utf8_fold(&folded, b->s, b->len);
		to = find_folded(r, &v[2], &folded);
		buf_free(&folded);
	} else {
		m = value_find(h, &v[2], b->s, b->len);
		to = m == NULL ? NULL : &m->value;
	}
	if (to != NULL)
		value_set(h, out, value_dup(v[1]), value_dup(*to));
	return (BUILTIN_VALUE);
}

static int
f_remap(struct run *r, struct value *v, struct value *out)
{

	return (remap(r, v, out, 0));
}

static int
f_remap_ci(struct run *r, struct value *v, struct value *out)
{

	return (remap(r, v, out, 1));
}

const struct builtin builtin_migrate[] = {
	{ "downcase", 0, f_downcase, BUILTIN_PURE },
	{ "upcase", 0, f_upcase, BUILTIN_PURE },
	{ "squeeze", 0, f_squeeze, BUILTIN_PURE },
	{ "slug", 0, f_slug, BUILTIN_PURE },
	{ "uuid", 0, f_uuid, BUILTIN_PURE },
	{ "is_uuid", 0, f_is_uuid, BUILTIN_PURE },
	{ "sha256", 0, f_sha256, BUILTIN_PURE },
	{ "to_bool", 0, f_to_bool, BUILTIN_PURE },
	{ "to_int", 0, f_to_int, BUILTIN_PURE },
	{ "to_decimal", 1, f_to_decimal, BUILTIN_PURE },
	{ "to_decimal", 2, f_to_decimal_mode, BUILTIN_PURE },
	{ "to_iso8601", 0, f_to_iso8601, BUILTIN_PURE },
	{ "to_iso8601", 1, f_to_iso8601_format, BUILTIN_PURE },
	{ "_drop", 1, f_drop, BUILTIN_PURE },
	{ "_keep", 1, f_keep, BUILTIN_PURE },
	{ "rename", 1, f_rename, BUILTIN_PURE },
	{ "split_field", 3, f_split_field, BUILTIN_PURE },
	{ "merge_fields", 3, f_merge_fields, BUILTIN_PURE },
	{ "remap", 2, f_remap, BUILTIN_PURE },
	{ "remap_ci", 2, f_remap_ci, BUILTIN_PURE },
	{ NULL, 0, NULL, 0 }
};

const struct builtin_def builtin_migrate_defs[] = {
	{ "copy_field", 2, "def copy_field($from; $to): .[$to] = .[$from];" },
	{ "default", 2, "def default($field; value):"
	    " if .[$field] == null then .[$field] = value end;" },
	{ "drop", 1, "def drop(fields): _drop([fields]);" },
	{ "keep", 1, "def keep(fields): _keep([fields]);" },
	{ NULL, 0, NULL }
};
