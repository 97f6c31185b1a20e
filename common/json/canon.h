/*
 * canon - the canonical form of a JSON value: equal values, equal bytes
 *
 * Two values have the same canonical form exactly when they are equal:
 * numbers by their exact decimal value, strings by the characters they stand
 * for, objects by their members whatever their order, arrays element by
 * element.  The form is itself JSON (RFC 8259), in UTF-8, without white space:
 *
 *  - null, true and false stand as they are.
 *  - A number is its sign when it is below zero, the digits of an integer
 *    that does not end in 0, and, unless it is 0, "e" and the power of ten
 *    to multiply that with: 1.0 is 1, 250 is 25e1, -0.5 is -5e-1.  Zero is 0,
 *    whatever its sign.  No number is too large or has too many digits.
 *  - A string stands between quotes.  Escaped are the quote and the backslash
 *    (\" \\), and U+0000 to U+001F, as \b \t \n \f \r where these exist and
 *    else as \u00 and two lower-case hex digits.  All else is as it is.
 *  - An array is its elements with commas between, in brackets.
 *  - An object is its members with commas between, in braces, each the name
 *    as a string, a colon and the value; they stand in the order of their
 *    names by code point, which is the order of their UTF-8 bytes.  Where a
 *    name comes twice the last one counts, as in PostgreSQL's jsonb.
 *
 * It differs from RFC 8785 in numbers, which are no doubles here, and in the
 * order of names, which is by UTF-16 units there.
 */
#ifndef ROWPIPE_JSON_CANON_H
#define ROWPIPE_JSON_CANON_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

struct buf;
struct canon;

/**
 * canon_put(v, b):
 * Append the canonical form of ${v}, a value that was read, to ${b}.
 */
void canon_put(const struct json_value *v, struct buf *b);

/**
 * canon_new(), canon_write(c, v, b), canon_free(c):
 * The same with memory that is kept from one value to the next.
 */
struct canon *canon_new(void);
void canon_write(struct canon *c, const struct json_value *v, struct buf *b);
void canon_free(struct canon *c);

/**
 * canon_equal(a, b):
 * Return non-zero when the two values are equal.
 */
int canon_equal(const struct json_value *a, const struct json_value *b);

/*
 * A number taken apart: the digits of head and then of tail, which neither
 * begin nor end with a zero, behind "0.", times ten to the power of the
 * exponent as it was written plus ${shift}.  All borrowed from the text.
 */
struct canon_number {
	int		 sign;		/* -1, 0 or 1; of 0 the rest is empty */
	const char	*head, *tail;
	size_t		 nhead, ntail;
	const char	*exp;		/* its digits, no zeros in front */
	size_t		 nexp;
	int		 exp_negative;
	int64_t		 shift;
};

/**
 * canon_number(n, s, len):
 * Take the number of ${len} bytes at ${s} apart: one of JSON, or one for which
 * decimal_is_number (base/decimal.h) answers yes.
 */
void canon_number(struct canon_number *n, const char *s, size_t len);

/**
 * canon_number_put(n, b):
 * Append the canonical form of ${n}.
 */
void canon_number_put(const struct canon_number *n, struct buf *b);

/**
 * canon_exponent(n, add, b):
 * Append the exponent of ${n}, shift included, plus ${add} in decimal: with
 * ${add} 0, how many digits the number has before its point.
 */
void canon_exponent(const struct canon_number *n, int64_t add, struct buf *b);

#endif
