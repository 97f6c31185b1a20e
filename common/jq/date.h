/*
 * date - calendar and clock of the row-map library
 *
 * Times are broken down as in C (months and days of the year from 0), in the
 * Gregorian calendar as if it had always been there, without leap seconds.
 * Names are English whatever the locale says.
 */
#ifndef ROWPIPE_JQ_DATE_H
#define ROWPIPE_JQ_DATE_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

#define DATE_SECONDS_MAX INT64_C(1000000000000000) /* 31 million years */

struct date {
	int64_t	year;
	int	month;		/* 0 to 11 */
	int	day;		/* 1 to 31 */
	int	hour, minute, second;
	int	weekday;	/* 0 is Sunday */
	int	yearday;	/* 0 to 365 */
	int	offset;		/* seconds east of Greenwich */
	char	zone[16];	/* its name, or "" */
};

/* Which parts of a date a text or a format had. */
enum date_parts {
	DATE_DAY = 1, DATE_TIME = 2, DATE_ZONE = 4
};

/**
 * date_gmtime(d, t), date_localtime(d, t):
 * Break down the second ${t} of the Unix epoch, within DATE_SECONDS_MAX, in
 * Greenwich or where TZ says.
 */
void date_gmtime(struct date *d, int64_t t);
void date_localtime(struct date *d, int64_t t);

/**
 * date_seconds(d, t):
 * Store the second of the epoch that ${d} names in Greenwich (its offset is
 * not looked at) in *${t}; fields beyond their range carry over.  Return 0,
 * or -1 when that is beyond DATE_SECONDS_MAX.
 */
int date_seconds(const struct date *d, int64_t *t);

/**
 * date_locate(d):
 * Give ${d}, a time where TZ says, its offset and zone.
 */
void date_locate(struct date *d);

/**
 * date_complete(d):
 * Compute weekday and yearday.
 */
void date_complete(struct date *d);

/**
 * date_format(b, fmt, len, d, err):
 * Append ${d} as strftime(3) would, with GNU's flags and widths.  Return 0,
 * or -1 with ${err} filled for a conversion that there is not.
 */
int date_format(struct buf *b, const char *fmt, size_t len,
    const struct date *d, struct err *err);

/**
 * date_parse(s, len, fmt, flen, d, frac, parts):
 * Read all of the text as strptime(3) would; %f is a fraction of a second,
 * whose digits go to ${frac} unless that is NULL.  Return 0 with the parts
 * found in *${parts}, or -1 when text and format do not match.
 */
int date_parse(const char *s, size_t len, const char *fmt, size_t flen,
    struct date *d, struct buf *frac, int *parts);

/**
 * date_guess(s, len, d, frac, parts):
 * Read a date in one of the usual spellings that can mean one thing only: ISO
 * 8601 and what databases make of it, RFC 2822 and 850, ctime, month by name,
 * YYYYMMDD with or without the time.  Return as date_parse.
 */
int date_guess(const char *s, size_t len, struct date *d, struct buf *frac,
    int *parts);

/**
 * date_iso(b, d, frac, parts):
 * Append ${d} as ISO 8601: the day alone, with the time, or in UTC with a Z
 * when the zone is known.  Return 0, or -1 when there is no such day or its
 * year is out of range.
 */
int date_iso(struct buf *b, const struct date *d, const struct buf *frac,
    int parts);

#endif
