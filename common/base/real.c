#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/real.h"

#define DIGITS_SAFE 15		/* any decimal of so many survives */
#define DIGITS_MAX 17		/* no double needs more */

/* Between these a decimal of up to DIGITS_MAX digits can stand half-way
 * between two doubles: below, half-way points have more digits; above, five
 * does not divide their 54 bits often enough. */
#define HALVES_FROM 0x1p50
#define HALVES_TO 1e41

/* A decimal: 0 when n is 0, else d[0].d[1]d[2]... times 10 to the exp. */
struct decimal {
	int	negative;
	size_t	n;		/* digits up to the last that is not 0 */
	char	d[DIGITS_MAX + 3]; /* the first of them */
	long	exp;
};

/* 10^22 is the last power of ten that a double holds exactly. */
static const double powers[] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
	1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

/* The exponent after "e"; what no double can have is cut short. */
static long
scan_exponent(const char *s, const char *end)
{
	int negative = 0;
	long n = 0;

	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	for (; s < end && n < LONG_MAX / 100; s++)
		n = n * 10 + (*s - '0');
	return (negative ? -n : n);
}

static void
scan(const char *s, size_t len, struct decimal *dec)
{
	const char *end = s + len;
	size_t seen = 0, zeros = 0;
	long point = 0;
	int after = 0;

	dec->negative = 0;
	dec->d[0] = '0';
	if (s < end && (*s == '-' || *s == '+'))
		dec->negative = *s++ == '-';
	for (; s < end && *s != 'e' && *s != 'E'; s++) {
		if (*s == '.') {
			after = 1;
			continue;
		}
		if (seen == 0 && *s == '0') {
			point -= after;
			continue;
		}
		if (seen < sizeof(dec->d))
			dec->d[seen] = *s;
		seen++;
		point += !after;
		zeros = *s == '0' ? zeros + 1 : 0;
	}
	dec->n = seen - zeros;
	dec->exp = point - 1;
	if (s < end)
		dec->exp += scan_exponent(s + 1, end);
}

/* The digits as an integer; there must be at most 19. */
static uint64_t
digits_value(const struct decimal *dec)
{
	uint64_t m = 0;
	size_t i;

	for (i = 0; i < dec->n; i++)
		m = m * 10 + (uint64_t)(dec->d[i] - '0');
	return (m);
}

/* strtod for text that need not end where the number does. */
static double
to_double(const char *s, size_t len)
{
	char small[64], *copy = small;
	double d;

	if (len >= sizeof(small))
		copy = mem_dup(s, len);
	else {
		memcpy(small, s, len);
		small[len] = '\0';
	}
	d = strtod(copy, NULL);
	if (copy != small)
		mem_free(copy);
	return (d);
}

/* Write ${d} > 0 to ${dec} with ${n} digits, correctly rounded.  Return
 * whether that reads back as ${d}. */
static int
round_to(double d, int n, struct decimal *dec)
{
	char text[40];

	(void)snprintf(text, sizeof(text), "%.*e", n - 1, d);
	scan(text, strlen(text), dec);
	return (strtod(text, NULL) == d);
}

/* A power of two is nearer to its lower neighbour than to its upper one, so
 * the next decimal above may read back where the nearest does not. */
static int
round_up_to(double d, int n, struct decimal *dec)
{
	char text[40], *p;
	int e;

	if (frexp(d, &e) != 0.5)
		return (0);
	(void)snprintf(text, sizeof(text), "%.*e", n - 1, d);
	p = strchr(text, 'e') - 1;
	/* A carry through every digit would be a decimal of fewer. */
	for (; p > text && (*p == '9' || *p == '.'); p--)
		if (*p == '9')
			*p = '0';
	if (*p == '9')
		return (0);
	(*p)++;
	scan(text, strlen(text), dec);
	return (strtod(text, NULL) == d);
}

/* Does ${dec} read back as ${d} only because a half-way point is rounded to the
 * even neighbour?  Then a decimal next to it is read as the other one. */
static int
is_half(const struct decimal *dec, double d)
{
	static const char zeros[] = "0000000000000000000000000000000000000000";
	static const char nines[] = "9999999999999999999999999999999999999999";
	char text[128];
	int n = (int)dec->n;

	if (d < HALVES_FROM || d > HALVES_TO)
		return (0);
	(void)snprintf(text, sizeof(text), "%.*s%s1e%ld", n, dec->d, zeros,
	    dec->exp - n - (long)sizeof(zeros) + 1);
	if (strtod(text, NULL) != d)
		return (1);
	/* The last digit is not 0. */
	(void)snprintf(text, sizeof(text), "%.*s%c%se%ld", n - 1, dec->d,
	    dec->d[n - 1] - 1, nines, dec->exp - n - (long)sizeof(nines) + 2);
	return (strtod(text, NULL) != d);
}

/* The shortest decimal that reads back as ${d} > 0; of several the nearest.
 * One half-way to the next double counts when it has no more than ${halves}
 * digits. */
static void
shortest(double d, int halves, struct decimal *dec)
{
	int n = d < DBL_MIN ? 1 : DIGITS_SAFE;

	for (; n < DIGITS_MAX; n++)
		if ((round_to(d, n, dec) || round_up_to(d, n, dec)) &&
		    ((int)dec->n <= halves || !is_half(dec, d)))
			return;
	(void)round_to(d, DIGITS_MAX, dec);
}

/* Is the decimal text what ${d} is written as? */
static int
is_shortest(const struct decimal *dec, double d, int halves)
{
	struct decimal back;

	shortest(fabs(d), halves, &back);
	return (back.n == dec->n && back.exp == dec->exp &&
	    memcmp(back.d, dec->d, dec->n) == 0);
}

enum real_fit
real_parse(const char *s, size_t len, double *d)
{
	struct decimal dec;
	long shift;
	double x;

	scan(s, len, &dec);
	if (dec.n == 0) {
		*d = dec.negative ? -0.0 : 0.0;
		return (REAL_SAME);
	}
	shift = dec.exp - (long)dec.n + 1;
	if (dec.n <= DIGITS_SAFE && shift >= -22 && shift <= 22) {
		/* Both operands are exact, so the result is the nearest. */
		x = (double)digits_value(&dec);
		x = shift < 0 ? x / powers[-shift] : x * powers[shift];
		*d = dec.negative ? -x : x;
		return (REAL_SAME);
	}
	*d = to_double(s, len);
	x = fabs(*d);
	if (isinf(x))
		return (REAL_OVERFLOW);
	if (dec.n <= DIGITS_SAFE && x >= DBL_MIN)
		return (REAL_SAME);
	if (dec.n > DIGITS_MAX || x == 0)
		return (REAL_CHANGED);
	return (is_shortest(&dec, x, DIGITS_SAFE) ? REAL_SAME : REAL_CHANGED);
}

int
real_is_double(const char *s, size_t len, double d)
{
	struct decimal dec;

	scan(s, len, &dec);
	return (dec.n > 0 && dec.n <= DIGITS_MAX && is_shortest(&dec, d, 0));
}

int
real_integral(const char *s, size_t len, int64_t *i)
{
	struct decimal dec;
	uint64_t m;
	long zeros;

	scan(s, len, &dec);
	*i = 0;
	if (dec.n == 0)
		return (1);
	zeros = dec.exp - (long)dec.n + 1;
	if (dec.n > 19 || zeros < 0 || dec.exp > 18)
		return (0);
	for (m = digits_value(&dec); zeros > 0; zeros--)
		m *= 10;
	if (m > (uint64_t)INT64_MAX + (dec.negative ? 1 : 0))
		return (0);
	*i = dec.negative ? (int64_t)(0 - m) : (int64_t)m;
	return (1);
}

static void
put_scientific(struct buf *b, const struct decimal *dec)
{

	buf_putc(b, dec->d[0]);
	if (dec->n > 1) {
		buf_putc(b, '.');
		buf_put(b, dec->d + 1, dec->n - 1);
	}
	buf_printf(b, "e%c%02ld", dec->exp < 0 ? '-' : '+', labs(dec->exp));
}

static void
put_fixed(struct buf *b, const struct decimal *dec)
{
	long i, n = (long)dec->n;

	if (dec->exp < 0)
		buf_puts(b, "0.");
	for (i = dec->exp + 1; i < 0; i++)
		buf_putc(b, '0');
	for (i = 0; i < n || i <= dec->exp; i++) {
		if (i == dec->exp + 1 && i > 0)
			buf_putc(b, '.');
		buf_putc(b, i < n ? dec->d[i] : '0');
	}
}

static void
put(struct buf *b, double d, int halves, int fixed)
{
	struct decimal dec;

	if (signbit(d))
		buf_putc(b, '-');
	if (d == 0) {
		buf_putc(b, '0');
		return;
	}
	shortest(fabs(d), halves, &dec);
	if ((dec.exp >= -4 || fixed == REAL_FIXED_ALWAYS) && dec.exp < fixed)
		put_fixed(b, &dec);
	else
		put_scientific(b, &dec);
}

void
real_put(struct buf *b, double d, int fixed)
{

	put(b, d, DIGITS_SAFE, fixed);
}

void
real_put_double(struct buf *b, double d)
{

	put(b, d, 0, REAL_FIXED_DOUBLE);
}

void
real_put_shortest(struct buf *b, double d)
{

	put(b, d, DIGITS_MAX, REAL_FIXED_DOUBLE);
}
