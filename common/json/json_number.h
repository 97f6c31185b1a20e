/*
 * json_number - numbers compared by value as they stand in the text
 *
 * A JSON number is taken apart into sign, digits and power of ten without
 * computing, so comparisons are exact for any number of digits and take time
 * in proportion to the text.  Powers of ten beyond 10^(+-2^61) are taken as
 * that.
 */
#ifndef ROWPIPE_JSON_JSON_NUMBER_H
#define ROWPIPE_JSON_JSON_NUMBER_H

#include <stddef.h>
#include <stdint.h>

struct json_value;

/* Plus or minus 0.DIGITS times ten to the top; borrowed from the text. */
struct json_number {
	const char	*first;		/* digit that is not 0 */
	const char	*last;		/* behind the last digit not 0 */
	const char	*point;		/* between them, or NULL */
	size_t		 ndigits;	/* 0: the number is zero */
	int64_t		 top;
	int		 negative;	/* never set for zero */
};

/**
 * json_number_read(n, s, len):
 * Take the JSON number in the ${len} bytes at ${s} apart into ${n}.
 */
void json_number_read(struct json_number *n, const char *s, size_t len);

/**
 * json_number_whole(s, len, whole, rest):
 * For numbers as they mostly are, without exponent and with at most 18 digits
 * before the point: store the number without its fraction in *${whole}, and -1,
 * 0 or 1 in *${rest} as the fraction takes the number below it, is zero, or
 * takes it above.  Return 1, or 0 when it is not such a number.
 */
int json_number_whole(const char *s, size_t len, int64_t *whole, int *rest);

/**
 * json_number_compare(a, b):
 * Return -1, 0 or 1 as ${a} is less than, equal to or greater than ${b}.
 */
int json_number_compare(const struct json_number *a,
    const struct json_number *b);

/**
 * json_number_is_integer(n):
 * Return non-zero when ${n} has no fraction, however it is written: 1.0, 1e3.
 */
int json_number_is_integer(const struct json_number *n);

/**
 * json_number_is_multiple(a, b):
 * Return non-zero when ${a} is ${b}, which is not zero, times an integer.
 */
int json_number_is_multiple(const struct json_number *a,
    const struct json_number *b);

/**
 * json_number_hash(n, seed):
 * Return a hash that is the same for equal numbers.
 */
uint64_t json_number_hash(const struct json_number *n, uint64_t seed);

#endif
