#include <limits.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/utf8.h"
#include "db/pgcopy_value.h"
#include "json/json.h"

#define USECS_PER_SEC	INT64_C(1000000)
#define USECS_PER_DAY	(86400 * USECS_PER_SEC)
#define SCALE_MAX	0x3fff		/* digits after a numeric's point */

static int
bad(struct err *err, const char *what)
{

	(void)err_set(err, "the server sent a malformed %s", what);
	return (err_status(err, DIAG_FAIL));
}

static int64_t
get64(const unsigned char *p)
{

	return ((int64_t)((uint64_t)pgcopy_get32(p) << 32 |
	    pgcopy_get32(p + 4)));
}

/*
 * Numbers.  The put_ functions write to memory that is large enough and
 * return the place after what they wrote.
 */

static char *
put_2(char *p, unsigned int n)
{

	p[0] = (char)('0' + n / 10);
	p[1] = (char)('0' + n % 10);
	return (p + 2);
}

static char *
put_4(char *p, unsigned int n)
{

	return (put_2(put_2(p, n / 100), n % 100));
}

/* At least ${width} digits. */
static char *
put_uint(char *p, uint64_t n, size_t width)
{
	char digits[20], *d = digits + sizeof(digits);
	size_t len;

	for (; n >= 100; n /= 100)
		(void)put_2(d -= 2, (unsigned int)(n % 100));
	if (n >= 10)
		(void)put_2(d -= 2, (unsigned int)n);
	else
		*--d = (char)('0' + n);
	len = (size_t)(digits + sizeof(digits) - d);
	for (; width > len; width--)
		*p++ = '0';
	memcpy(p, d, len);
	return (p + len);
}

static char *
put_int(char *p, int64_t n)
{

	if (n < 0)
		*p++ = '-';
	return (put_uint(p, n < 0 ? 0 - (uint64_t)n : (uint64_t)n, 1));
}

/* A numeric: ndigits, weight of the first, sign, digits after the point; then
 * the digits, each of them 0 to 9999. */
struct numeric {
	const unsigned char	*digits;
	int			 n, weight, scale;
	unsigned int		 sign;
};

enum { NUMERIC_POS = 0, NUMERIC_NEG = 0x4000, NUMERIC_NAN = 0xc000,
    NUMERIC_PINF = 0xd000, NUMERIC_NINF = 0xf000 };

/* The digit of weight -${i} below the first; there are zeros on both sides. */
static unsigned int
numeric_digit(const struct numeric *v, int i)
{

	return (i < 0 || i >= v->n ? 0 : pgcopy_get16(v->digits + 2 * i));
}

static int
read_numeric(const struct pgcopy_bytes *in, struct numeric *v)
{
	size_t left = pgcopy_left(in);
	int i;

	if (left < 8)
		return (-1);
	v->n = pgcopy_get16(in->p);
	v->weight = (int16_t)pgcopy_get16(in->p + 2);
	v->sign = pgcopy_get16(in->p + 4);
	v->scale = pgcopy_get16(in->p + 6);
	v->digits = in->p + 8;
	if (left != 8 + 2 * (size_t)v->n)
		return (-1);
	for (i = 0; i < v->n; i++)
		if (numeric_digit(v, i) > 9999)
			return (-1);
	if (v->sign != NUMERIC_POS && v->sign != NUMERIC_NEG)
		return (0);
	return (v->scale > SCALE_MAX ||
	    (v->weight > 0 && numeric_digit(v, 0) == 0) ? -1 : 0);
}

static void
put_numeric(struct buf *b, const struct numeric *v)
{
	char *p = buf_need(b, ((size_t)(v->weight < 0 ? 0 : v->weight) + 1) *
	    4 + (size_t)v->scale + 8);
	int i, scale;

	if (v->sign == NUMERIC_NEG)
		*p++ = '-';
	p = put_uint(p, v->weight < 0 ? 0 : numeric_digit(v, 0), 1);
	for (i = 1; i <= v->weight; i++)
		p = put_4(p, numeric_digit(v, i));
	if (v->scale > 0)
		*p++ = '.';
	for (i = v->weight + 1, scale = v->scale; scale > 0; i++, scale -= 4)
		p = put_4(p, numeric_digit(v, i));
	/* The last four may have been more than the scale wants. */
	b->len = (size_t)(p + scale - b->s);
}

static int
numeric_value(struct buf *b, const struct pgcopy_bytes *in, struct err *err)
{
	struct numeric v;

	if (read_numeric(in, &v) != 0)
		return (bad(err, "numeric"));
	switch (v.sign) {
	case NUMERIC_POS:
	case NUMERIC_NEG:
		put_numeric(b, &v);
		return (0);
	case NUMERIC_NAN:
		buf_puts(b, "\"NaN\"");
		return (0);
	case NUMERIC_PINF:
		buf_puts(b, "\"Infinity\"");
		return (0);
	case NUMERIC_NINF:
		buf_puts(b, "\"-Infinity\"");
		return (0);
	default:
		return (bad(err, "numeric"));
	}
}

/*
 * Dates and times.
 */

/* Store the date that is ${days} after 1 January 2000, in the Gregorian
 * calendar without end in both directions; year 0 is 1 BC. */
static void
civil_date(int64_t days, int64_t *year, unsigned int *month,
    unsigned int *day)
{
	/* Days before each month, in a year that begins with March: leap days
	 * come last in their year, century and cycle of 400 years. */
	static const unsigned int before[] = {
		0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337, 367
	};
	int64_t cycle;
	unsigned int rest, century, quad, y, m;

	days -= 31 + 29;
	cycle = days / 146097 - (days % 146097 < 0);
	rest = (unsigned int)(days - cycle * 146097);
	century = rest / 36524 - rest / 146096;
	rest -= century * 36524;
	quad = rest / 1461;
	rest -= quad * 1461;
	y = rest / 365 - rest / 1460;
	rest -= y * 365;
	m = rest / 31;
	m += rest >= before[m + 1];
	*day = rest - before[m] + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = 2000 + 400 * cycle + 100 * century + 4 * quad + y + (m >= 10);
}

/* Write the date; return whether it is one before Christ, which is said after
 * the time. */
static char *
put_date(char *p, int64_t days, int *bc)
{
	unsigned int month, day;
	int64_t year;

	civil_date(days, &year, &month, &day);
	*bc = year <= 0;
	p = put_uint(p, (uint64_t)(*bc ? 1 - year : year), 4);
	*p++ = '-';
	p = put_2(p, month);
	*p++ = '-';
	return (put_2(p, day));
}

static char *
put_time(char *p, int64_t usecs)
{
	unsigned int secs = (unsigned int)(usecs / USECS_PER_SEC);
	unsigned int frac = (unsigned int)(usecs % USECS_PER_SEC);

	p = put_2(p, secs / 3600);
	*p++ = ':';
	p = put_2(p, secs / 60 % 60);
	*p++ = ':';
	p = put_2(p, secs % 60);
	if (frac == 0)
		return (p);
	*p++ = '.';
	p = put_uint(p, frac, 6);
	while (p[-1] == '0')
		p--;
	return (p);
}

static char *
put_word(char *p, const char *word)
{
	size_t len = strlen(word);

	memcpy(p, word, len);
	return (p + len);
}

static int
date_value(struct buf *b, int32_t days)
{
	char *p = buf_need(b, 32);
	int bc = 0;

	*p++ = '"';
	if (days == INT32_MAX)
		p = put_word(p, "infinity");
	else if (days == INT32_MIN)
		p = put_word(p, "-infinity");
	else
		p = put_date(p, days, &bc);
	if (bc)
		p = put_word(p, " BC");
	*p++ = '"';
	b->len = (size_t)(p - b->s);
	return (0);
}

static int
time_value(struct buf *b, int64_t usecs, struct err *err)
{
	char *p;

	if (usecs < 0 || usecs > USECS_PER_DAY)
		return (bad(err, "time"));
	p = buf_need(b, 24);
	*p++ = '"';
	p = put_time(p, usecs);
	*p++ = '"';
	b->len = (size_t)(p - b->s);
	return (0);
}

/* Microseconds since 2000; the session's time zone is UTC. */
static int
timestamp_value(struct buf *b, int64_t usecs, const char *zone)
{
	char *p = buf_need(b, 64);
	int64_t days;
	int bc = 0;

	*p++ = '"';
	if (usecs == INT64_MAX) {
		p = put_word(p, "infinity");
	} else if (usecs == INT64_MIN) {
		p = put_word(p, "-infinity");
	} else {
		days = usecs / USECS_PER_DAY - (usecs % USECS_PER_DAY < 0);
		p = put_date(p, days, &bc);
		*p++ = 'T';
		p = put_time(p, usecs % USECS_PER_DAY +
		    (usecs % USECS_PER_DAY < 0 ? USECS_PER_DAY : 0));
		p = put_word(p, zone);
	}
	if (bc)
		p = put_word(p, " BC");
	*p++ = '"';
	b->len = (size_t)(p - b->s);
	return (0);
}

/*
 * Bytes and text.
 */

static char *
put_hex(char *p, const unsigned char *s, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		*p++ = digits[s[i] >> 4];
		*p++ = digits[s[i] & 15];
	}
	return (p);
}

static int
uuid_value(struct buf *b, const unsigned char *s)
{
	char *p = buf_need(b, 40);

	*p++ = '"';
	p = put_hex(p, s, 4);
	*p++ = '-';
	p = put_hex(p, s + 4, 2);
	*p++ = '-';
	p = put_hex(p, s + 6, 2);
	*p++ = '-';
	p = put_hex(p, s + 8, 2);
	*p++ = '-';
	p = put_hex(p, s + 10, 6);
	*p++ = '"';
	b->len = (size_t)(p - b->s);
	return (0);
}

static int
bytea_value(struct buf *b, const unsigned char *s, size_t len)
{
	char *p = buf_need(b, 2 * len + 5);

	p = put_word(p, "\"\\\\x");
	p = put_hex(p, s, len);
	*p++ = '"';
	b->len = (size_t)(p - b->s);
	return (0);
}

/* Only a database of encoding SQL_ASCII lets such text in. */
static int
bad_text(struct err *err, const char *s, size_t pos)
{

	(void)err_at(err, pos, "not valid UTF-8: byte 0x%02x at offset %zu",
	    (unsigned char)s[pos], pos);
	(void)err_hint(err, "the database does not check its text; if it is"
	    " LATIN1, let --query select convert_from(convert(convert_to("
	    "column, 'SQL_ASCII'), 'LATIN1', 'UTF8'), 'SQL_ASCII')");
	return (err_status(err, DIAG_FAIL));
}

static int
text_value(struct buf *b, const char *s, size_t len, struct err *err)
{

	if (json_put_string(b, s, len, err) == 0)
		return (0);
	return (bad_text(err, s, err->pos));
}

/* JSON that the server has checked.  Type json keeps the line ends that the
 * author wrote; between tokens, the only place for them, a space does. */
static int
json_value(struct buf *b, const char *s, size_t len, struct err *err)
{
	size_t good = utf8_check(s, len), i;
	char *p;

	if (good < len)
		return (bad_text(err, s, good));
	if (len == 0)
		return (bad(err, "json"));
	p = buf_need(b, len);
	memcpy(p, s, len);
	b->len += len;
	if (memchr(p, '\n', len) == NULL && memchr(p, '\r', len) == NULL)
		return (0);
	for (i = 0; i < len; i++)
		if (p[i] == '\n' || p[i] == '\r')
			p[i] = ' ';
	return (0);
}

static size_t
count_digits(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= '0' && s[n] <= '9')
		n++;
	return (n);
}

/* Is it a number as JSON has it? */
static int
is_number(const char *s, size_t len)
{
	size_t i = len > 0 && s[0] == '-', n;

	n = count_digits(s + i, len - i);
	if (n == 0 || (n > 1 && s[i] == '0'))
		return (0);
	i += n;
	if (i < len && s[i] == '.') {
		if ((n = count_digits(s + i + 1, len - i - 1)) == 0)
			return (0);
		i += 1 + n;
	}
	if (i < len && (s[i] == 'e' || s[i] == 'E')) {
		i++;
		i += i < len && (s[i] == '+' || s[i] == '-');
		if ((n = count_digits(s + i, len - i)) == 0)
			return (0);
		i += n;
	}
	return (i == len);
}

static int
number_value(struct buf *b, const char *s, size_t len, struct err *err)
{

	if (!is_number(s, len))
		return (text_value(b, s, len, err));
	buf_put(b, s, len);
	return (0);
}

static int
int_value(struct buf *b, int64_t n)
{
	char *p = buf_need(b, 24);

	b->len += (size_t)(put_int(p, n) - p);
	return (0);
}

/* Kinds whose values all have the same size. */
static size_t
fixed_size(enum pgcopy_kind kind)
{

	switch (kind) {
	case PGCOPY_BOOL:
		return (1);
	case PGCOPY_INT2:
		return (2);
	case PGCOPY_INT4:
	case PGCOPY_DATE:
		return (4);
	case PGCOPY_INT8:
	case PGCOPY_TIME:
	case PGCOPY_TIMESTAMP:
	case PGCOPY_TIMESTAMPTZ:
		return (8);
	case PGCOPY_UUID:
		return (16);
	default:
		return (0);
	}
}

int
pgcopy_value(struct buf *b, enum pgcopy_kind kind,
    const struct pgcopy_bytes *in, struct err *err)
{
	const char *s = (const char *)in->p;
	size_t len = pgcopy_left(in);

	if (fixed_size(kind) != 0 && fixed_size(kind) != len)
		return (bad(err, "value: it has the wrong size"));
	switch (kind) {
	case PGCOPY_TEXT:
		return (text_value(b, s, len, err));
	case PGCOPY_NUMBER:
		return (number_value(b, s, len, err));
	case PGCOPY_JSON:
		return (json_value(b, s, len, err));
	case PGCOPY_JSONB:
		if (len == 0 || s[0] != 1)
			return (bad(err, "jsonb"));
		return (json_value(b, s + 1, len - 1, err));
	case PGCOPY_BOOL:
		buf_puts(b, s[0] != 0 ? "true" : "false");
		return (0);
	case PGCOPY_INT2:
		return (int_value(b, (int16_t)pgcopy_get16(in->p)));
	case PGCOPY_INT4:
		return (int_value(b, (int32_t)pgcopy_get32(in->p)));
	case PGCOPY_INT8:
		return (int_value(b, get64(in->p)));
	case PGCOPY_NUMERIC:
		return (numeric_value(b, in, err));
	case PGCOPY_UUID:
		return (uuid_value(b, in->p));
	case PGCOPY_BYTEA:
		return (bytea_value(b, in->p, len));
	case PGCOPY_DATE:
		return (date_value(b, (int32_t)pgcopy_get32(in->p)));
	case PGCOPY_TIME:
		return (time_value(b, get64(in->p), err));
	case PGCOPY_TIMESTAMP:
		return (timestamp_value(b, get64(in->p), ""));
	case PGCOPY_TIMESTAMPTZ:
		return (timestamp_value(b, get64(in->p), "+00:00"));
	}
	return (bad(err, "value"));
}
