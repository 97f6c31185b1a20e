/*
 * instant - dates and times as databases write them, in one form each
 *
 * Read are the forms of ISO 8601 and SQL that PostgreSQL and SQLite write:
 * date and time with "T" or a blank between, seconds and their fraction of any
 * length or none, a zone as "Z", "+hh", "+hhmm", "+hh:mm" or "+hh:mm:ss", years
 * of four to nine digits, " BC" at the end.  The hour 24 and the second 60
 * are the beginning of what follows.
 */
#ifndef ROWPIPE_BASE_INSTANT_H
#define ROWPIPE_BASE_INSTANT_H

#include <stddef.h>

struct buf;

/**
 * instant_put(s, len, b):
 * Append the point in time that the ${len} bytes at ${s} name as
 * YYYY-MM-DDThh:mm:ss[.fraction]Z, in UTC, the fraction without zeros at its
 * end; without a zone it is one of UTC.  The calendar is the Gregorian one,
 * with the year 0 before the year 1, and -1 before that.  Return 1, or 0 with
 * nothing appended when they name none.
 */
int instant_put(const char *s, size_t len, struct buf *b);

/**
 * instant_put_local(s, len, b):
 * As instant_put, for a date and time without a zone, and without the "Z"; 0
 * when there is a zone.
 */
int instant_put_local(const char *s, size_t len, struct buf *b);

/**
 * instant_put_time(s, len, b), instant_put_timetz(s, len, b):
 * Append a time of the day as hh:mm:ss[.fraction]; with its zone, "Z" or +hh:mm
 * or +hh:mm:ss, which it must have for the latter and must not for the first.
 * Return as above.
 */
int instant_put_time(const char *s, size_t len, struct buf *b);
int instant_put_timetz(const char *s, size_t len, struct buf *b);

#endif
