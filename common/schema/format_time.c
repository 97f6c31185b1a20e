/*
 * Dates and times as RFC 3339 has them, section 5.6: "T" and "Z" in either
 * case, nothing left out; durations as in its appendix A.
 */
#include "schema/format_private.h"

struct clock {
	unsigned	hour, minute, second;
	int		offset;		/* minutes east of UTC */
};

static unsigned
digit(const char *s)
{

	return ((unsigned)(unsigned char)*s - '0');
}

/* Two digits as a number, or something above 99. */
static unsigned
pair(const char *s)
{
	unsigned tens = digit(s), ones = digit(s + 1);

	return (tens * 10 + ones + (tens > 9 || ones > 9 ? 1000 : 0));
}

static unsigned
days_in(unsigned century, unsigned year, unsigned month)
{
	static const unsigned char days[] = {
		0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	int leap = (year != 0 ? year : century) % 4 == 0;

	return (days[month] + (month == 2 && leap ? 1u : 0u));
}

/* The ten bytes at ${s}. */
static int
is_day(const char *s)
{
	unsigned century = pair(s), year = pair(s + 2), month = pair(s + 5),
	    day = pair(s + 8);

	if ((century > 99) | (year > 99) | (month - 1 > 11) | (day - 1 > 30) |
	    (s[4] != '-') | (s[7] != '-'))
		return (0);
	return (day <= 28 || day <= days_in(century, year, month));
}

int
format_is_date(const char *s, size_t len)
{

	return (len == 10 && is_day(s));
}

/* What follows the seconds: an optional fraction, then the offset. */
static int
read_offset(const char *s, size_t len, struct clock *c)
{
	unsigned hour, minute;
	size_t i = 0;

	if (len > 0 && s[0] == '.') {
		for (i = 1; i < len && digit(s + i) <= 9; i++)
			;
		if (i == 1)
			return (0);
	}
	c->offset = 0;
	if (len - i == 1)
		return ((s[i] | 0x20) == 'z');
	if (len - i != 6 || (s[i] != '+' && s[i] != '-') || s[i + 3] != ':')
		return (0);
	hour = pair(s + i + 1);
	minute = pair(s + i + 4);
	c->offset = (int)(hour * 60 + minute);
	if (s[i] == '-')
		c->offset = -c->offset;
	return (hour <= 23 && minute <= 59);
}

static int
read_clock(const char *s, size_t len, struct clock *c)
{

	if (len < 9)
		return (0);
	c->hour = pair(s);
	c->minute = pair(s + 3);
	c->second = pair(s + 6);
	if ((c->hour > 23) | (c->minute > 59) | (c->second > 60) |
	    (s[2] != ':') | (s[5] != ':'))
		return (0);
	return (read_offset(s + 8, len - 8, c));
}

/*
 * Minutes since the midnight that began the day here, in UTC: negative or
 * above 1439 when it is another day there.
 */
static int
utc_minute(const struct clock *c)
{

	return ((int)(c->hour * 60 + c->minute) - c->offset);
}

/* A leap second is the last one of a UTC day. */
static int
may_leap(const struct clock *c)
{

	return ((utc_minute(c) + 1440) % 1440 == 1439);
}

int
format_is_time(const char *s, size_t len)
{
	struct clock c;

	return (read_clock(s, len, &c) && (c.second < 60 || may_leap(&c)));
}

/*
 * Leap seconds come at the end of a month in UTC (section 5.7); the day of
 * the month there is one less or more than here, or the same.
 */
static int
may_leap_on(const char *s, const struct clock *c)
{
	unsigned month = pair(s + 5), day = pair(s + 8),
	    last = days_in(pair(s), pair(s + 2), month);
	int minute = utc_minute(c);

	if (!may_leap(c))
		return (0);
	if (minute < 0)
		return (day == 1);
	if (minute >= 1440)
		return (day == last - 1);
	return (day == last);
}

int
format_is_date_time(const char *s, size_t len)
{
	struct clock c;

	if (len < 20 || !is_day(s) || (s[10] | 0x20) != 't' ||
	    !read_clock(s + 11, len - 11, &c))
		return (0);
	return (c.second < 60 || may_leap_on(s, &c));
}

/*
 * Some of ${units} in their order, each a number and the unit, and none left
 * out between two that are there: the grammar has no P1Y1D.  Return where
 * they end, or ${at} when there is none.
 */
static size_t
span_units(const char *s, size_t len, size_t at, const char *units)
{
	size_t end = at, i = at;
	int begun = 0;

	while (*units != '\0') {
		for (i = end; i < len && digit(s + i) <= 9; i++)
			;
		if (i == end || i == len)
			break;
		while (!begun && *units != '\0' && s[i] != *units)
			units++;
		if (*units == '\0' || s[i] != *units)
			break;
		begun = 1;
		units++;
		end = i + 1;
	}
	return (end);
}

/*
 * The letters are those of ISO 8601, upper case, although ABNF would let
 * them be either: nobody reads the others.
 */
int
format_is_duration(const char *s, size_t len)
{
	size_t at, end;

	if (len < 3 || s[0] != 'P')
		return (0);
	if (span_units(s, len, 1, "W") == len)
		return (1);
	at = span_units(s, len, 1, "YMD");
	if (at == len)
		return (1);
	if (s[at] != 'T')
		return (0);
	end = span_units(s, len, at + 1, "HMS");
	return (end > at + 1 && end == len);
}
