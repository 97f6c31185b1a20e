#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/real.h"
#include "db/pgsend.h"
#include "db/pgtarget.h"
#include "db/pgtype.h"
#include "json/json.h"
#include "schema/table.h"

#define USECS_PER_SEC	INT64_C(1000000)
#define USECS_PER_DAY	(86400 * USECS_PER_SEC)

#define NUMERIC_DIGITS	400		/* longer ones go as text */
#define NUMERIC_MINUS	0x4000

/* OIDs that never change (pg_type.dat). */
enum {
	OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21,
	OID_INT4 = 23, OID_TEXT = 25, OID_JSON = 114, OID_FLOAT8 = 701,
	OID_BPCHAR = 1042, OID_VARCHAR = 1043, OID_DATE = 1082,
	OID_TIME = 1083, OID_TIMESTAMP = 1114, OID_TIMESTAMPTZ = 1184,
	OID_NUMERIC = 1700, OID_UUID = 2950, OID_JSONB = 3802
};

/* A value's bytes are appended to the buffer.  Return 1, or 0: not known; what
 * was appended does not count. */
typedef int put_fn(const struct json_value *v, struct arena *a,
    struct buf *b);

struct pgsend {
	put_fn		*put;		/* of a value or, of an array, of its
					   elements */
	uint32_t	 element;	/* the elements' type, 0: no array */
	int		 checks;
};

/*
 * Bytes.
 */

static void
put16(struct buf *b, unsigned int n)
{
	char *p = buf_need(b, 2);

	p[0] = (char)(n >> 8);
	p[1] = (char)n;
	b->len += 2;
}

static void
set32(char *p, uint32_t n)
{

	p[0] = (char)(n >> 24);
	p[1] = (char)(n >> 16);
	p[2] = (char)(n >> 8);
	p[3] = (char)n;
}

static void
put32(struct buf *b, uint32_t n)
{

	set32(buf_need(b, 4), n);
	b->len += 4;
}

static int
put64(struct buf *b, uint64_t n)
{

	put32(b, (uint32_t)(n >> 32));
	put32(b, (uint32_t)n);
	return (1);
}

void
pgsend_start(struct buf *b)
{
	static const char start[19] = "PGCOPY\n\377\r\n";

	buf_put(b, start, sizeof(start));
}

void
pgsend_end(struct buf *b)
{

	put16(b, 0xffff);
}

void
pgsend_row(size_t n, struct buf *b)
{

	put16(b, (unsigned int)n);
}

void
pgsend_null(struct buf *b)
{

	put32(b, UINT32_MAX);
}

void
pgsend_number(uint32_t n, struct buf *b)
{

	put32(b, 4);
	put32(b, n);
}

/*
 * Numbers.
 */

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

/* The text of a number, also of one that is written as a string. */
static const char *
number_text(const struct json_value *v, size_t *len)
{

	*len = v->len;
	if (v->type == JSON_NUMBER)
		return (v->s);
	if (v->type != JSON_STRING || !v->plain)
		return (NULL);
	*len = v->len - 2;
	return (v->s + 1);
}

/* Read a whole number from -${most} - 1 to ${most}, as two's complement. */
static int
read_integer(const struct json_value *v, uint64_t most, uint64_t *n)
{
	size_t i, len;
	const char *s = number_text(v, &len);
	int minus;

	if (s == NULL)
		return (0);
	i = (size_t)(minus = len > 0 && s[0] == '-');
	/* Of 19 digits none is too large for 64 bits. */
	if (i == len || len - i > 19)
		return (0);
	for (*n = 0; i < len; i++) {
		if (!is_digit(s[i]))
			return (0);
		*n = *n * 10 + (uint64_t)(s[i] - '0');
	}
	if (*n > most + (uint64_t)minus)
		return (0);
	if (minus)
		*n = (uint64_t)0 - *n;
	return (1);
}

static int
put_int2(const struct json_value *v, struct arena *a, struct buf *b)
{
	uint64_t n;

	(void)a;
	if (!read_integer(v, INT16_MAX, &n))
		return (0);
	put16(b, (unsigned int)(n & 0xffff));
	return (1);
}

static int
put_int4(const struct json_value *v, struct arena *a, struct buf *b)
{
	uint64_t n;

	(void)a;
	if (!read_integer(v, INT32_MAX, &n))
		return (0);
	put32(b, (uint32_t)n);
	return (1);
}

static int
put_int8(const struct json_value *v, struct arena *a, struct buf *b)
{
	uint64_t n;

	(void)a;
	return (read_integer(v, INT64_MAX, &n) && put64(b, n));
}

static int
put_float8(const struct json_value *v, struct arena *a, struct buf *b)
{
	uint64_t bits;
	double d;

	(void)a;
	if (v->type != JSON_NUMBER ||
	    real_parse(v->s, v->len, &d) == REAL_OVERFLOW)
		return (0);
	/* What is not 0 but too small is an error of the server's. */
	if (d == 0 && (memchr(v->s, 'e', v->len) != NULL ||
	    memchr(v->s, 'E', v->len) != NULL || v->len > 300))
		return (0);
	memcpy(&bits, &d, sizeof(bits));
	return (put64(b, bits));
}

/* Ten thousands: the digits of a numeric, of which ${whole} decimal ones stand
 * before the point. */
static int
put_digits(struct buf *b, const char *digits, size_t n, size_t whole,
    unsigned int sign, size_t scale)
{
	unsigned int group[NUMERIC_DIGITS / 4 + 3];
	size_t lead = (4 - whole % 4) % 4, ngroups, first = 0, i;

	ngroups = (lead + n + 3) / 4;
	memset(group, 0, sizeof(group));
	for (i = lead; i < ngroups * 4; i++)
		group[i / 4] = group[i / 4] * 10 + (i - lead >= n ? 0 :
		    (unsigned int)(digits[i - lead] - '0'));
	while (ngroups > first && group[ngroups - 1] == 0)
		ngroups--;
	while (first < ngroups && group[first] == 0)
		first++;
	put16(b, (unsigned int)(ngroups - first));
	/* The weight of the first, as a power of ten thousand. */
	put16(b, ngroups == first ? 0 :
	    (unsigned int)((lead + whole) / 4 - 1 - first) & 0xffff);
	put16(b, ngroups == first ? 0 : sign);
	put16(b, (unsigned int)scale);
	for (i = first; i < ngroups; i++)
		put16(b, group[i]);
	return (1);
}

static int
put_numeric(const struct json_value *v, struct arena *a, struct buf *b)
{
	char digits[NUMERIC_DIGITS];
	size_t i = 0, n = 0, whole, len;
	const char *s = number_text(v, &len);
	unsigned int sign = 0;

	(void)a;
	if (s == NULL || len >= sizeof(digits))
		return (0);
	if (len > 0 && s[0] == '-') {
		sign = NUMERIC_MINUS;
		i++;
	}
	for (; i < len && is_digit(s[i]); i++)
		digits[n++] = s[i];
	if ((whole = n) == 0)
		return (0);
	if (i < len && s[i] == '.')
		for (i++; i < len && is_digit(s[i]); i++)
			digits[n++] = s[i];
	/* With an exponent, or with something else behind it. */
	if (i < len || s[len - 1] == '.')
		return (0);
	return (put_digits(b, digits, n, whole, sign, n - whole));
}

static int
put_bool(const struct json_value *v, struct arena *a, struct buf *b)
{

	(void)a;
	if (v->type != JSON_TRUE && v->type != JSON_FALSE)
		return (0);
	buf_putc(b, v->type == JSON_TRUE);
	return (1);
}

/*
 * Dates and times.
 */

/* Read ${n} digits. */
static int
read_digits(const char **s, const char *end, size_t n, int *value)
{

	if ((size_t)(end - *s) < n)
		return (0);
	for (*value = 0; n > 0; n--, (*s)++) {
		if (!is_digit(**s))
			return (0);
		*value = *value * 10 + (**s - '0');
	}
	return (1);
}

static int
read_char(const char **s, const char *end, char c)
{

	return (*s < end && *(*s)++ == c);
}

/* Read YYYY-MM-DD of years since 1, as days after 1 January 2000. */
static int
read_date(const char **s, const char *end, int64_t *days)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
	    273, 304, 334, 365 };
	int y, m, d, leap, past;

	if (!read_digits(s, end, 4, &y) || !read_char(s, end, '-') ||
	    !read_digits(s, end, 2, &m) || !read_char(s, end, '-') ||
	    !read_digits(s, end, 2, &d) || y < 1 || m < 1 || m > 12)
		return (0);
	leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (d < 1 || d > before[m] - before[m - 1] + (leap && m == 2))
		return (0);
	past = y - 1;
	*days = past * INT64_C(365) + past / 4 - past / 100 + past / 400 +
	    before[m - 1] + (leap && m > 2) + d - 1 - 730119;
	return (1);
}

/* Read up to six digits after the point. */
static int
read_fraction(const char **s, const char *end, int64_t *usecs)
{
	int64_t unit = USECS_PER_SEC;

	*usecs = 0;
	if (*s == end || **s != '.')
		return (1);
	for ((*s)++; *s < end && is_digit(**s) && unit > 1; (*s)++) {
		unit /= 10;
		*usecs += unit * (**s - '0');
	}
	return (unit < USECS_PER_SEC && (*s == end || !is_digit(**s)));
}

/* Read HH:MM:SS[.ffffff], as microseconds. */
static int
read_time(const char **s, const char *end, int64_t *usecs)
{
	int64_t fraction;
	int h, m, sec;

	if (!read_digits(s, end, 2, &h) || !read_char(s, end, ':') ||
	    !read_digits(s, end, 2, &m) || !read_char(s, end, ':') ||
	    !read_digits(s, end, 2, &sec) || h > 23 || m > 59 || sec > 59 ||
	    !read_fraction(s, end, &fraction))
		return (0);
	*usecs = ((h * 60 + m) * 60 + sec) * USECS_PER_SEC + fraction;
	return (1);
}

/* Read Z or +HH:MM, as minutes. */
static int
read_zone(const char **s, const char *end, int *minutes)
{
	int h, m = 0, minus;

	*minutes = 0;
	if (*s < end && **s == 'Z')
		return ((*s)++, 1);
	if (*s == end || (**s != '+' && **s != '-'))
		return (0);
	minus = *(*s)++ == '-';
	if (!read_digits(s, end, 2, &h) || (*s < end &&
	    (!read_char(s, end, ':') || !read_digits(s, end, 2, &m))) ||
	    h > 14 || m > 59)
		return (0);
	*minutes = minus ? -(h * 60 + m) : h * 60 + m;
	return (1);
}

static int
read_moment(const char **s, const char *end, int64_t *usecs)
{
	int64_t days;

	if (!read_date(s, end, &days) || *s == end ||
	    (**s != 'T' && **s != ' '))
		return (0);
	(*s)++;
	if (!read_time(s, end, usecs))
		return (0);
	*usecs += days * USECS_PER_DAY;
	return (1);
}

/* The content of a string without escapes. */
static int
read_string(const struct json_value *v, const char **s, const char **end)
{

	if (v->type != JSON_STRING || !v->plain)
		return (0);
	*s = v->s + 1;
	*end = v->s + v->len - 1;
	return (1);
}

static int
put_date(const struct json_value *v, struct arena *a, struct buf *b)
{
	const char *s, *end;
	int64_t days;

	(void)a;
	if (!read_string(v, &s, &end) || !read_date(&s, end, &days) ||
	    s != end)
		return (0);
	put32(b, (uint32_t)days);
	return (1);
}

static int
put_time(const struct json_value *v, struct arena *a, struct buf *b)
{
	const char *s, *end;
	int64_t usecs;

	(void)a;
	return (read_string(v, &s, &end) && read_time(&s, end, &usecs) &&
	    s == end && put64(b, (uint64_t)usecs));
}

static int
put_timestamp(const struct json_value *v, struct arena *a, struct buf *b)
{
	const char *s, *end;
	int64_t usecs;

	(void)a;
	return (read_string(v, &s, &end) && read_moment(&s, end, &usecs) &&
	    s == end && put64(b, (uint64_t)usecs));
}

/* Without a zone it would be one of the session's. */
static int
put_timestamptz(const struct json_value *v, struct arena *a, struct buf *b)
{
	const char *s, *end;
	int64_t usecs;
	int zone;

	(void)a;
	if (!read_string(v, &s, &end) || !read_moment(&s, end, &usecs) ||
	    !read_zone(&s, end, &zone) || s != end)
		return (0);
	return (put64(b, (uint64_t)(usecs - zone * 60 * USECS_PER_SEC)));
}

/*
 * Text and bytes.
 */

/* A string as its bytes, all else as its JSON. */
static int
put_text(const struct json_value *v, struct arena *a, struct buf *b)
{
	const char *s = v->s;
	size_t len = v->len;

	if (v->type == JSON_STRING && v->plain) {
		s++;
		len -= 2;
	} else if (v->type == JSON_STRING) {
		s = json_string(v, a, &len);
		if (memchr(s, '\0', len) != NULL)
			return (0);
	}
	buf_put(b, s, len);
	return (1);
}

static int
put_json(const struct json_value *v, struct arena *a, struct buf *b)
{

	(void)a;
	buf_put(b, v->s, v->len);
	return (1);
}

static int
put_jsonb(const struct json_value *v, struct arena *a, struct buf *b)
{

	buf_putc(b, 1);
	return (put_json(v, a, b));
}

static int
hex_digit(char c)
{

	if (is_digit(c))
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	return (c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1);
}

/* Append the byte that two digits are. */
static int
put_hex(struct buf *b, const char *s)
{
	int high = hex_digit(s[0]), low = hex_digit(s[1]);

	if (high < 0 || low < 0)
		return (0);
	buf_putc(b, (char)(high << 4 | low));
	return (1);
}

static int
put_bytea(const struct json_value *v, struct arena *a, struct buf *b)
{
	const char *s;
	size_t i, len;

	if (v->type != JSON_STRING)
		return (0);
	s = json_string(v, a, &len);
	if (len < 2 || len % 2 != 0 || s[0] != '\\' || s[1] != 'x')
		return (0);
	for (i = 2; i < len; i += 2)
		if (!put_hex(b, s + i))
			return (0);
	return (1);
}

static int
put_uuid(const struct json_value *v, struct arena *a, struct buf *b)
{
	const char *s, *end;
	size_t i;

	(void)a;
	if (!read_string(v, &s, &end) || end - s != 36 || s[8] != '-' ||
	    s[13] != '-' || s[18] != '-' || s[23] != '-')
		return (0);
	for (i = 0; i < 36; i += 2) {
		i += s[i] == '-';
		if (!put_hex(b, s + i))
			return (0);
	}
	return (1);
}

/*
 * Values.
 */

static const struct type {
	uint32_t	 oid;
	put_fn		*put;
	int		 checks;
} types[] = {
	{ OID_BOOL, put_bool, 1 },
	{ OID_BYTEA, put_bytea, 1 },
	{ OID_INT8, put_int8, 1 },
	{ OID_INT2, put_int2, 1 },
	{ OID_INT4, put_int4, 1 },
	{ OID_TEXT, put_text, 1 },
	{ OID_JSON, put_json, 0 },
	{ OID_FLOAT8, put_float8, 1 },
	{ OID_BPCHAR, put_text, 0 },
	{ OID_VARCHAR, put_text, 0 },
	{ OID_DATE, put_date, 1 },
	{ OID_TIME, put_time, 1 },
	{ OID_TIMESTAMP, put_timestamp, 1 },
	{ OID_TIMESTAMPTZ, put_timestamptz, 1 },
	{ OID_NUMERIC, put_numeric, 0 },
	{ OID_UUID, put_uuid, 1 },
	{ OID_JSONB, put_jsonb, 0 },
};

static const struct type *
find_type(uint32_t oid)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].oid == oid)
			return (&types[i]);
	return (NULL);
}

const struct pgsend *
pgsend_new(const struct pgtarget_column *t, const struct column *c,
    struct arena *a)
{
	static const struct type label = { 0, put_text, 0 };
	const struct pgtype *pt = t->type;
	const struct type *type = find_type(pt->oid);
	uint32_t element = 0;
	struct pgsend *s;

	if (c->type == COLUMN_ENUM)
		type = &label;
	/* Of JSON only the server tells what an array within is; of domains it
	 * wants to know the name. */
	if (pt->kind == PGTYPE_ARRAY && t->dims <= 1 &&
	    pt->element->kind == PGTYPE_TEXT &&
	    pt->element->oid == t->element) {
		element = t->element;
		type = find_type(element);
	}
	if (type == NULL)
		return (NULL);
	s = arena_alloc(a, sizeof(*s));
	s->put = type->put;
	s->element = element;
	s->checks = type->checks && element == 0 && c->max_length < 0 &&
	    !t->is_domain;
	return (s);
}

int
pgsend_checks(const struct pgsend *s)
{

	return (s->checks);
}

/* Append a length and what ${put} appends. */
static int
put_sized(put_fn *put, const struct json_value *v, struct arena *a,
    struct buf *b)
{
	size_t at = b->len;

	put32(b, 0);
	if (!put(v, a, b) || b->len - at - 4 > INT32_MAX) {
		b->len = at;
		return (0);
	}
	set32(b->s + at, (uint32_t)(b->len - at - 4));
	return (1);
}

/* An array of one dimension, or of none. */
static int
put_array(const struct pgsend *s, const struct json_value *v, struct arena *a,
    struct buf *b)
{
	size_t at = b->len;
	struct json_iter it;
	struct json_value item;
	uint32_t n = 0, nulls = 0;

	if (v->type != JSON_ARRAY)
		return (0);
	buf_need(b, 20);
	b->len += 20;
	json_iter_init(&it, v);
	for (; json_next(&it, NULL, &item); n++) {
		if (item.type == JSON_NULL) {
			pgsend_null(b);
			nulls = 1;
		} else if (item.type == JSON_ARRAY ||
		    !put_sized(s->put, &item, a, b))
			return (0);
	}
	set32(b->s + at, n > 0);
	set32(b->s + at + 4, nulls);
	set32(b->s + at + 8, s->element);
	if (n == 0) {
		b->len -= 8;
		return (1);
	}
	set32(b->s + at + 12, n);
	set32(b->s + at + 16, 1);
	return (1);
}

int
pgsend_put(const struct pgsend *s, const struct json_value *v,
    struct arena *a, struct buf *b)
{
	size_t at = b->len;

	if (s->element == 0)
		return (put_sized(s->put, v, a, b));
	put32(b, 0);
	if (!put_array(s, v, a, b) || b->len - at - 4 > INT32_MAX) {
		b->len = at;
		return (0);
	}
	set32(b->s + at, (uint32_t)(b->len - at - 4));
	return (1);
}
