/*
 * real - decimal number text and IEEE double, and whether one survives the
 * other
 *
 * A decimal survives when the decimal that its nearest double is written as
 * has the same value: 0.1 does, 0.12345678901234567890 does not.  Up to
 * fifteen significant digits always do.
 */
#ifndef ROWPIPE_BASE_REAL_H
#define ROWPIPE_BASE_REAL_H

#include <stddef.h>
#include <stdint.h>

struct buf;

enum real_fit {
	REAL_SAME,		/* real_put gives this value back */
	REAL_CHANGED,		/* the nearest double is another value */
	REAL_OVERFLOW		/* beyond any double; infinity */
};

/* Decimal exponents from which real_put writes "1e+15": those of PostgreSQL's
 * double precision, real and, never, numeric. */
#define REAL_FIXED_DOUBLE 15
#define REAL_FIXED_SINGLE 6
#define REAL_FIXED_ALWAYS 1000

/**
 * real_parse(s, len, d):
 * Store the double nearest to the decimal number that the ${len} bytes at ${s}
 * are ([+-] digits [. digits] [e [+-] digits]; a digit may be missing on one
 * side of the point) in *${d}, and say how well it fits.
 */
enum real_fit real_parse(const char *s, size_t len, double *d);

/**
 * real_integral(s, len, i):
 * Store the value of such a decimal in *${i} when it is a whole number that
 * fits, however it is written (1e3, 10.00).  Return 1, else 0.
 */
int real_integral(const char *s, size_t len, int64_t *i);

/**
 * real_is_double(s, len, d):
 * Return non-zero when such a decimal is what PostgreSQL writes for the double
 * precision ${d}, sign apart: what real_parse calls changed may be.
 */
int real_is_double(const char *s, size_t len, double d);

/*
 * A short decimal can stand half-way between two doubles.  It reads back as
 * the even one, but it is far from it, and PostgreSQL writes more digits then.
 */

/**
 * real_put(b, d, fixed):
 * Append the shortest decimal that reads back as the finite ${d}, of those
 * half-way only one of up to fifteen digits: without exponent when that would
 * be from -4 up to but not including ${fixed}, or when that is
 * REAL_FIXED_ALWAYS.
 */
void real_put(struct buf *b, double d, int fixed);

/**
 * real_put_double(b, d):
 * Append the finite ${d} as PostgreSQL writes a double precision: never by a
 * decimal half-way.
 */
void real_put_double(struct buf *b, double d);

/**
 * real_put_shortest(b, d):
 * Append the shortest decimal of all that read back as the finite ${d}.
 */
void real_put_shortest(struct buf *b, double d);

#endif
