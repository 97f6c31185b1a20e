#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/instant.h"

#define YEAR_DIGITS	9	/* most of them */
#define DAY		86400

/* A text being read. */
struct reader {
	const char	*p, *end;
};

struct moment {
	int64_t		 days;		/* since 0000-03-01 */
	int64_t		 seconds;	/* of the day; beyond it, too */
	const char	*fraction;	/* digits, no zeros at the end */
	size_t		 nfraction;
	int		 has_zone;
	int64_t		 zone;		/* seconds east of UTC */
};

static int
is_digit(const struct reader *r)
{

	return (r->p < r->end && *r->p >= '0' && *r->p <= '9');
}

/* Is the next byte ${c}?  Then go past it. */
static int
take(struct reader *r, char c)
{

	if (r->p == r->end || *r->p != c)
		return (0);
	r->p++;
	return (1);
}

/* Two digits that are at most ${max}, or -1. */
static int
take_two(struct reader *r, int max)
{
	int n;

	if (!is_digit(r))
		return (-1);
	n = *r->p++ - '0';
	if (!is_digit(r))
		return (-1);
	n = n * 10 + *r->p++ - '0';
	return (n <= max ? n : -1);
}

/*
 * Days.  A year that begins in March has its leap day at the end, and months
 * whose lengths repeat every five: 31 30 31 30 31.
 */

static int64_t
floor_div(int64_t a, int64_t b)
{

	return (a / b - (a % b < 0));
}

static int64_t
days_of_year(int64_t year)
{

	return (365 * year + floor_div(year, 4) - floor_div(year, 100) +
	    floor_div(year, 400));
}

static int
days_before_month(int month)	/* 0: March */
{

	return ((153 * month + 2) / 5);
}

static int64_t
days_of(int64_t year, int month, int day)
{

	if (month <= 2)
		year--;
	return (days_of_year(year) + days_before_month((month + 9) % 12) +
	    day - 1);
}

static int
month_length(int64_t year, int month)
{
	const int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month == 2)
		return (28 + leap);
	return (month == 4 || month == 6 || month == 9 || month == 11 ? 30 :
	    31);
}

static void
put_days(int64_t days, struct buf *b)
{
	int64_t year = floor_div(days * 400, 146097) - 1;
	int month = 11, day;

	/* That is the year, or one or two too early. */
	while (days_of_year(year + 1) <= days)
		year++;
	day = (int)(days - days_of_year(year));
	while (days_before_month(month) > day)
		month--;
	day -= days_before_month(month);
	month = (month + 2) % 12 + 1;
	year += month <= 2;
	buf_printf(b, "%s%04" PRId64 "-%02d-%02d", year < 0 ? "-" : "",
	    year < 0 ? -year : year, month, day + 1);
}

/*
 * Reading.
 */

static int
read_date(struct reader *r, int64_t *year, int *month, int *day)
{
	const char *start = r->p;

	for (*year = 0; is_digit(r); r->p++) {
		if (r->p - start == YEAR_DIGITS)
			return (0);
		*year = *year * 10 + (*r->p - '0');
	}
	return (r->p - start >= 4 && take(r, '-') &&
	    (*month = take_two(r, 12)) > 0 && take(r, '-') &&
	    (*day = take_two(r, 31)) > 0);
}

/* hh:mm[:ss[.fraction]] */
static int
read_clock(struct reader *r, struct moment *m)
{
	int hour, minute, second = 0;

	if ((hour = take_two(r, 24)) < 0 || !take(r, ':') ||
	    (minute = take_two(r, 59)) < 0)
		return (0);
	if (take(r, ':')) {
		if ((second = take_two(r, 60)) < 0)
			return (0);
		if (take(r, '.')) {
			m->fraction = r->p;
			while (is_digit(r))
				r->p++;
			m->nfraction = (size_t)(r->p - m->fraction);
			if (m->nfraction == 0)
				return (0);
		}
	}
	while (m->nfraction > 0 && m->fraction[m->nfraction - 1] == '0')
		m->nfraction--;
	m->seconds = hour * 3600 + minute * 60 + second;
	return (hour < 24 || (m->seconds == DAY && m->nfraction == 0));
}

/* Z, +hh, +hhmm, +hh:mm, +hh:mm:ss or nothing. */
static int
read_zone(struct reader *r, struct moment *m)
{
	int minus, hour, minute = 0, second = 0;

	m->has_zone = 1;
	if (take(r, 'Z') || take(r, 'z'))
		return (1);
	minus = r->p < r->end && *r->p == '-';
	if (!take(r, '-') && !take(r, '+')) {
		m->has_zone = 0;
		return (1);
	}
	if ((hour = take_two(r, 23)) < 0)
		return (0);
	if ((take(r, ':') || is_digit(r)) && (minute = take_two(r, 59)) < 0)
		return (0);
	if (take(r, ':') && (second = take_two(r, 59)) < 0)
		return (0);
	m->zone = hour * 3600 + minute * 60 + second;
	if (minus)
		m->zone = -m->zone;
	return (1);
}

static int
read_moment(const char *s, size_t len, struct moment *m)
{
	struct reader r = { s, s + len };
	int month, day, bc;
	int64_t year;

	*m = (struct moment){ 0 };
	bc = len > 3 && memcmp(r.end - 3, " BC", 3) == 0;
	if (bc)
		r.end -= 3;
	if (!read_date(&r, &year, &month, &day))
		return (0);
	if (bc)
		year = 1 - year;
	if (day > month_length(year, month))
		return (0);
	m->days = days_of(year, month, day);
	if (r.p == r.end)
		return (1);
	return ((take(&r, 'T') || take(&r, 't') || take(&r, ' ')) &&
	    read_clock(&r, m) && read_zone(&r, m) && r.p == r.end);
}

/*
 * Writing.
 */

static void
put_clock(const struct moment *m, struct buf *b)
{

	buf_printf(b, "%02d:%02d:%02d", (int)(m->seconds / 3600),
	    (int)(m->seconds / 60 % 60), (int)(m->seconds % 60));
	if (m->nfraction == 0)
		return;
	buf_putc(b, '.');
	buf_put(b, m->fraction, m->nfraction);
}

static void
put_moment(struct moment *m, struct buf *b)
{
	int64_t days;

	m->seconds -= m->zone;
	days = floor_div(m->seconds, DAY);
	m->days += days;
	m->seconds -= days * DAY;
	put_days(m->days, b);
	buf_putc(b, 'T');
	put_clock(m, b);
}

int
instant_put(const char *s, size_t len, struct buf *b)
{
	struct moment m;

	if (!read_moment(s, len, &m))
		return (0);
	put_moment(&m, b);
	buf_putc(b, 'Z');
	return (1);
}

int
instant_put_local(const char *s, size_t len, struct buf *b)
{
	struct moment m;

	if (!read_moment(s, len, &m) || m.has_zone)
		return (0);
	put_moment(&m, b);
	return (1);
}

static int
read_time(const char *s, size_t len, struct moment *m)
{
	struct reader r = { s, s + len };

	*m = (struct moment){ 0 };
	return (read_clock(&r, m) && read_zone(&r, m) && r.p == r.end);
}

int
instant_put_time(const char *s, size_t len, struct buf *b)
{
	struct moment m;

	if (!read_time(s, len, &m) || m.has_zone)
		return (0);
	put_clock(&m, b);
	return (1);
}

int
instant_put_timetz(const char *s, size_t len, struct buf *b)
{
	struct moment m;
	int zone;

	if (!read_time(s, len, &m) || !m.has_zone)
		return (0);
	put_clock(&m, b);
	zone = (int)(m.zone < 0 ? -m.zone : m.zone);
	if (zone == 0)
		buf_putc(b, 'Z');
	else
		buf_printf(b, "%c%02d:%02d", m.zone < 0 ? '-' : '+',
		    zone / 3600, zone / 60 % 60);
	if (zone % 60 != 0)
		buf_printf(b, ":%02d", zone % 60);
	return (1);
}
