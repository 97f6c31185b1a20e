#include <string.h>

#include "base/decimal.h"
#include "json/json_number.h"

#define TOP_MAX		((int64_t)1 << 61)
#define CHUNK		18		/* digits that a multiplication takes */

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

/* The exponent at ${p}, behind its "e". */
static int64_t
read_exponent(const char *p, const char *end)
{
	const int negative = *p == '-';
	int64_t e = 0;

	for (p += *p == '-' || *p == '+'; p < end; p++)
		if (e < TOP_MAX / 10)
			e = e * 10 + (*p - '0');
		else
			e = TOP_MAX;
	return (negative ? -e : e);
}

void
json_number_read(struct json_number *n, const char *s, size_t len)
{
	const char *end = s + len, *p, *point = NULL, *last;

	n->negative = *s == '-';
	p = s + n->negative;
	while (p < end && (*p == '0' || *p == '.')) {
		if (*p == '.')
			point = p;
		p++;
	}
	n->first = last = p;
	n->point = NULL;
	for (; p < end && (is_digit(*p) || *p == '.'); p++) {
		if (*p == '.')
			point = p;
		else if (*p != '0')
			last = p + 1;
	}
	if (last == n->first) {
		*n = (struct json_number){ .first = s, .last = s };
		return;
	}
	if (point == NULL)
		n->top = p - n->first;
	else if (point > n->first)
		n->top = point - n->first;
	else
		n->top = -(n->first - point - 1);
	n->last = last;
	n->ndigits = (size_t)(last - n->first);
	if (point != NULL && point > n->first && point < last) {
		n->point = point;
		n->ndigits--;
	}
	if (p < end)
		n->top += read_exponent(p + 1, end);
}

/* The next digit at *${p}, which moves on; '0' behind the last. */
static inline char
next_digit(const struct json_number *n, const char **p)
{

	if (*p == n->point)
		++*p;
	return (*p < n->last ? *(*p)++ : '0');
}

/* Compare without sign. */
static int
compare_size(const struct json_number *a, const struct json_number *b)
{
	const size_t n = a->ndigits > b->ndigits ? a->ndigits : b->ndigits;
	const char *p = a->first, *q = b->first;
	size_t i;
	char c, d;

	if (a->ndigits == 0 || b->ndigits == 0)
		return ((a->ndigits > 0) - (b->ndigits > 0));
	if (a->top != b->top)
		return (a->top < b->top ? -1 : 1);
	for (i = 0; i < n; i++) {
		c = next_digit(a, &p);
		d = next_digit(b, &q);
		if (c != d)
			return (c < d ? -1 : 1);
	}
	return (0);
}

int
json_number_whole(const char *s, size_t len, int64_t *whole, int *rest)
{
	const char *end = s + len, *first;
	const int sign = *s == '-' ? -1 : 1;
	int fraction = 0;
	uint64_t n = 0;
	size_t digits;

	first = s += sign < 0;
	for (; s < end && *s >= '0' && *s <= '9'; s++)
		n = n * 10 + (uint64_t)(*s - '0');
	digits = (size_t)(s - first);
	if (s < end && *s == '.')
		for (s++; s < end && *s >= '0' && *s <= '9'; s++)
			fraction |= *s != '0';
	if (s < end || digits > 18)
		return (0);
	*whole = sign * (int64_t)n;
	*rest = sign * fraction;
	return (1);
}

int
json_number_compare(const struct json_number *a, const struct json_number *b)
{

	if (a->negative != b->negative)
		return (a->negative ? -1 : 1);
	return (a->negative ? compare_size(b, a) : compare_size(a, b));
}

int
json_number_is_integer(const struct json_number *n)
{

	return (n->ndigits == 0 || n->top >= (int64_t)n->ndigits);
}

/*
 * Multiples.  With digits that do not end in 0, a = A 10^x and b = B 10^y; a
 * is a multiple of b when x >= y and A 10^(x-y) is 0 modulo B.  With x < y it
 * is not: A would have to end in 0.
 */

__extension__ typedef unsigned __int128 wide;

static uint64_t
power_modulo(uint64_t base, uint64_t e, uint64_t m)
{
	wide square = base % m, result = 1 % m;

	for (; e > 0; e >>= 1) {
		if ((e & 1) != 0)
			result = result * square % m;
		square = square * square % m;
	}
	return ((uint64_t)result);
}

/* The next digits of ${n}, at most CHUNK and ${left}, as a number. */
static uint64_t
take_digits(const struct json_number *n, const char **p, size_t *left,
    uint64_t *scale)
{
	uint64_t chunk = 0;
	size_t i;

	*scale = 1;
	for (i = 0; i < CHUNK && *left > 0; i++, --*left) {
		chunk = chunk * 10 +
		    ((unsigned char)next_digit(n, p) - (unsigned int)'0');
		*scale *= 10;
	}
	return (chunk);
}

static int
small_is_multiple(const struct json_number *a, uint64_t b, uint64_t power)
{
	const char *p = a->first;
	size_t left = a->ndigits;
	uint64_t chunk, scale;
	wide rest = 0;

	while (left > 0) {
		chunk = take_digits(a, &p, &left, &scale);
		rest = (rest * scale + chunk) % b;
	}
	return (rest * power_modulo(10, power, b) % b == 0);
}

/* Set ${r} to ${r} * ${x} modulo ${m}; all are integers and within bounds. */
static void
multiply_modulo(struct decimal *r, const struct decimal *x,
    const struct decimal *m)
{
	struct decimal product, rest;

	(void)decimal_mul(&product, r, x, NULL);
	(void)decimal_mod(&rest, &product, m, NULL);
	decimal_free(&product);
	decimal_free(r);
	*r = rest;
}

static struct decimal
big_power(uint64_t e, const struct decimal *m)
{
	struct decimal square = decimal_int(10), result = decimal_int(1), copy;

	for (; e > 0; e >>= 1) {
		if ((e & 1) != 0)
			multiply_modulo(&result, &square, m);
		copy = decimal_copy(&square);
		multiply_modulo(&square, &copy, m);
		decimal_free(&copy);
	}
	decimal_free(&square);
	return (result);
}

/* Set ${r} to the digits of ${a} modulo ${m}, some digits at a time. */
static void
digits_modulo(struct decimal *r, const struct json_number *a,
    const struct decimal *m)
{
	struct decimal shift, sum, rest;
	const char *p = a->first;
	size_t left = a->ndigits;
	uint64_t chunk, scale;

	*r = decimal_int(0);
	while (left > 0) {
		chunk = take_digits(a, &p, &left, &scale);
		shift = decimal_int((int64_t)scale);
		multiply_modulo(r, &shift, m);
		shift = decimal_int((int64_t)chunk);
		(void)decimal_add(&sum, r, &shift, NULL);
		(void)decimal_mod(&rest, &sum, m, NULL);
		decimal_free(&sum);
		decimal_free(r);
		*r = rest;
	}
}

static int
big_is_multiple(const struct json_number *a, const struct json_number *b,
    uint64_t power)
{
	struct decimal m = decimal_int(0), r, factor, ten, digit, t;
	const char *p = b->first;
	size_t i;
	int zero;

	ten = decimal_int(10);
	for (i = 0; i < b->ndigits; i++) {
		digit = decimal_int(next_digit(b, &p) - '0');
		(void)decimal_mul(&t, &m, &ten, NULL);
		decimal_free(&m);
		(void)decimal_add(&m, &t, &digit, NULL);
		decimal_free(&t);
	}
	digits_modulo(&r, a, &m);
	factor = big_power(power, &m);
	multiply_modulo(&r, &factor, &m);
	zero = decimal_sign(&r) == 0;
	decimal_free(&factor);
	decimal_free(&r);
	decimal_free(&m);
	return (zero);
}

int
json_number_is_multiple(const struct json_number *a,
    const struct json_number *b)
{
	const int64_t low_a = a->top - (int64_t)a->ndigits;
	const int64_t low_b = b->top - (int64_t)b->ndigits;
	const char *p = b->first;
	size_t left = b->ndigits;
	uint64_t small, scale;

	if (a->ndigits == 0)
		return (1);
	if (low_a < low_b)
		return (0);
	if (b->ndigits > CHUNK)
		return (big_is_multiple(a, b, (uint64_t)(low_a - low_b)));
	small = take_digits(b, &p, &left, &scale);
	return (small <= 1 ||
	    small_is_multiple(a, small, (uint64_t)(low_a - low_b)));
}

uint64_t
json_number_hash(const struct json_number *n, uint64_t seed)
{
	uint64_t h = seed ^ (uint64_t)n->top ^ (uint64_t)n->negative << 63;
	const char *p = n->first;
	size_t i;

	for (i = 0; i < n->ndigits; i++) {
		h = (h ^ (uint64_t)(unsigned char)next_digit(n, &p)) *
		    0x9e3779b97f4a7c15U;
		h ^= h >> 32;
	}
	return (h);
}
