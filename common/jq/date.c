#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "jq/date.h"

#define DAY 86400

static int64_t
floor_div(int64_t a, int64_t b)
{

	return (a / b - (a % b < 0));
}

/* Days from 1970-01-01 to the first of March of ${year}. */
static int64_t
days_to_march(int64_t year)
{

	return (365 * year + floor_div(year, 4) - floor_div(year, 100) +
	    floor_div(year, 400) - 719468);
}

/*
 * Days from 1970-01-01 to the given day; month and day may be out of range.
 * A year that begins in March has the leap day at its end, and its months
 * have the lengths that (153 m + 2) / 5 adds up.
 */
static int64_t
days_to(int64_t year, int64_t month, int64_t day)
{

	year += floor_div(month, 12);
	month -= floor_div(month, 12) * 12;
	if (month < 2) {
		year--;
		month += 12;
	}
	return (days_to_march(year) + (153 * (month - 2) + 2) / 5 + day - 1);
}

static void
set_day(struct date *d, int64_t days)
{
	int64_t year, rest;

	/* The mean year is 146097 / 400 days: off by one year at most. */
	year = floor_div((days + 719468) * 400, 146097);
	while (days < days_to_march(year))
		year--;
	while (days >= days_to_march(year + 1))
		year++;
	rest = days - days_to_march(year);
	d->month = (int)((5 * rest + 2) / 153);
	d->day = (int)(rest - (153 * d->month + 2) / 5 + 1);
	d->month += 2;
	d->year = year;
	if (d->month > 11) {
		d->month -= 12;
		d->year++;
	}
}

void
date_complete(struct date *d)
{
	int64_t days = days_to(d->year, d->month, d->day);

	d->weekday = (int)(days + 4 - floor_div(days + 4, 7) * 7);
	d->yearday = (int)(days - days_to(d->year, 0, 1));
}

void
date_gmtime(struct date *d, int64_t t)
{
	int64_t days = floor_div(t, DAY);
	int rest = (int)(t - days * DAY);

	*d = (struct date){ .hour = rest / 3600, .minute = rest / 60 % 60,
	    .second = rest % 60, .zone = "UTC" };
	set_day(d, days);
	date_complete(d);
}

int
date_seconds(const struct date *d, int64_t *t)
{
	const int64_t most = DATE_SECONDS_MAX / (365 * DAY);

	if (d->year > most || d->year < -most)
		return (-1);
	*t = days_to(d->year, d->month, d->day) * DAY +
	    (int64_t)d->hour * 3600 + (int64_t)d->minute * 60 + d->second;
	return (*t > DATE_SECONDS_MAX || *t < -DATE_SECONDS_MAX ? -1 : 0);
}

/* What the C library knows about time zones. */
static void
set_zone(struct date *d, const struct tm *tm, int64_t t)
{
	struct date flat = *d;
	int64_t local;

	if (strftime(d->zone, sizeof(d->zone), "%Z", tm) == 0)
		d->zone[0] = '\0';
	if (date_seconds(&flat, &local) == 0)
		d->offset = (int)(local - t);
}

void
date_localtime(struct date *d, int64_t t)
{
	time_t clock = (time_t)t;
	struct tm tm;

	date_gmtime(d, t);
	tzset();
	if (localtime_r(&clock, &tm) == NULL)
		return;
	*d = (struct date){ .year = (int64_t)tm.tm_year + 1900,
	    .month = tm.tm_mon, .day = tm.tm_mday, .hour = tm.tm_hour,
	    .minute = tm.tm_min, .second = tm.tm_sec };
	date_complete(d);
	set_zone(d, &tm, t);
}

void
date_locate(struct date *d)
{
	struct tm tm = { 0 };
	time_t clock;

	if (d->year < -1000000 || d->year > 1000000)
		return;
	tm.tm_year = (int)d->year - 1900;
	tm.tm_mon = d->month;
	tm.tm_mday = d->day;
	tm.tm_hour = d->hour;
	tm.tm_min = d->minute;
	tm.tm_sec = d->second;
	tm.tm_isdst = -1;
	clock = mktime(&tm);
	set_zone(d, &tm, (int64_t)clock);
}

/* The 30th of February is computed to be one of March. */
static int
day_exists(const struct date *d)
{
	struct date same = *d;

	set_day(&same, days_to(d->year, d->month, d->day));
	return (same.month == d->month && same.day == d->day);
}

int
date_iso(struct buf *b, const struct date *d, const struct buf *frac,
    int parts)
{
	struct date utc = *d;
	int64_t t;

	if (!day_exists(d))
		return (-1);
	if ((parts & DATE_ZONE) != 0) {
		if (date_seconds(d, &t) != 0)
			return (-1);
		date_gmtime(&utc, t - d->offset);
	}
	if (utc.year < 0 || utc.year > 9999)
		return (-1);
	buf_printf(b, "%04d-%02d-%02d", (int)utc.year, utc.month + 1,
	    utc.day);
	if ((parts & DATE_TIME) == 0)
		return (0);
	buf_printf(b, "T%02d:%02d:%02d", utc.hour, utc.minute, utc.second);
	if (frac != NULL && frac->len > 0) {
		buf_putc(b, '.');
		buf_put(b, frac->s, frac->len);
	}
	if ((parts & DATE_ZONE) != 0)
		buf_putc(b, 'Z');
	return (0);
}
