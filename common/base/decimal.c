#include <gmp.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"

/* NOLINTBEGIN(clang-analyzer-core.UndefinedBinaryOperatorResult): what mpz_
 * functions fill in looks empty to the analyzer. */

#define EXP_LIMIT	1000000000	/* of what was read */
#define SMALL_DIGITS	19		/* most of an int64_t */
#define PLAIN_DIGITS	40		/* integers written without exponent */

struct decimal_big {
	size_t	refs;
	mpz_t	z;
};

/* Digits without zeros at either end; the value is +-digits times 10^exp. */
struct decimal_huge {
	size_t	refs;
	size_t	n;
	int	sign;
	char	digits[];
};

/* The digits of a number, most significant first, no zeros at the end. */
struct digits {
	const char	*s;
	size_t		 n;		/* 0: the number is zero */
	int64_t		 exp;		/* of the last digit */
	int		 sign;
	struct buf	 text;		/* what ${s} may point into */
	char		 small[24];
};

static const uint64_t pow10u[20] = {
	1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u,
	1000000000u, 10000000000u, 100000000000u, 1000000000000u,
	10000000000000u, 100000000000000u, 1000000000000000u,
	10000000000000000u, 100000000000000000u, 1000000000000000000u,
	10000000000000000000u
};

/*
 * GMP in the house: its memory is ours, so that running out is reported, and
 * numbers go in and out as int64_t whatever a long is.
 */

static void *
gmp_alloc(size_t n)
{

	return (mem_resize(NULL, n, 1));
}

static void *
gmp_resize(void *p, size_t old, size_t n)
{

	(void)old;
	return (mem_resize(p, n, 1));
}

static void
gmp_release(void *p, size_t n)
{

	(void)n;
	mem_free(p);
}

static void
z_init(mpz_t z)
{
	static int ready;

	if (!ready) {
		mp_set_memory_functions(gmp_alloc, gmp_resize, gmp_release);
		ready = 1;
	}
	mpz_init(z);
}

static uint64_t
magnitude(int64_t n)
{

	return (n < 0 ? -(uint64_t)n : (uint64_t)n);
}

static void
z_set(mpz_t z, int64_t n)
{
	uint64_t u = magnitude(n);

	mpz_import(z, 1, -1, sizeof(u), 0, 0, &u);
	if (n < 0)
		mpz_neg(z, z);
}

static int
z_fits(const mpz_t z)
{

	return (mpz_sizeinbase(z, 2) <= 63);
}

static int64_t
z_get(const mpz_t z)
{
	uint64_t u = 0;

	mpz_export(&u, NULL, -1, sizeof(u), 0, 0, z);
	return (mpz_sgn(z) < 0 ? -(int64_t)u : (int64_t)u);
}

/* z *= 10^n */
static void
z_scale(mpz_t z, uint64_t n)
{
	mpz_t p;

	z_init(p);
	mpz_ui_pow_ui(p, 10, (unsigned long)n);
	mpz_mul(z, z, p);
	mpz_clear(p);
}

static struct decimal
special(enum decimal_kind kind, int sign)
{

	return ((struct decimal){ .coef = sign, .kind = kind });
}

static int
is_finite(const struct decimal *d)
{

	return (d->kind <= DECIMAL_HUGE);
}

/* Number of decimal digits; 0 has none. */
static int
count_digits(uint64_t u)
{
	int n = 0;

	while (n < 20 && u >= pow10u[n])
		n++;
	return (n);
}

static struct decimal
make_big(const mpz_t z, int32_t exp)
{
	struct decimal d = { .exp = exp, .kind = DECIMAL_BIG };

	d.big = mem_alloc(sizeof(*d.big));
	d.big->refs = 1;
	z_init(d.big->z);
	mpz_set(d.big->z, z);
	return (d);
}

/* Take zeros off the end of ${z}; return how many. */
static uint64_t
strip_zeros(mpz_t z)
{
	uint64_t most, k, n = 0;
	mpz_t p, q;

	if (mpz_sgn(z) == 0)
		return (0);
	/* Every zero takes a factor of two and one of five. */
	most = mpz_scan1(z, 0);
	if (most == 0 || !mpz_divisible_ui_p(z, 5))
		return (0);
	for (k = 1; k <= most / 2; k *= 2)
		;
	z_init(p);
	z_init(q);
	for (; k > 0; k /= 2) {
		mpz_ui_pow_ui(p, 10, (unsigned long)k);
		if (!mpz_divisible_p(z, p))
			continue;
		mpz_divexact(q, z, p);
		mpz_swap(z, q);
		n += k;
	}
	mpz_clear(p);
	mpz_clear(q);
	return (n);
}

static int
too_large(struct err *err)
{

	return (err_set(err, "number is out of range: more than %d digits or "
	    "an exponent beyond %d", DECIMAL_DIGITS_MAX, DECIMAL_EXP_MAX));
}

/* The result of an operation: ${z} times 10^${exp}, which may change ${z}. */
static int
finish(struct decimal *out, mpz_t z, int64_t exp, struct err *err)
{
	int64_t high;

	if (!z_fits(z) || exp < -SMALL_DIGITS || exp > SMALL_DIGITS)
		exp += (int64_t)strip_zeros(z);
	high = exp + (int64_t)mpz_sizeinbase(z, 10);
	if (mpz_sgn(z) == 0) {
		*out = decimal_int(0);
	} else if (mpz_sizeinbase(z, 10) > DECIMAL_DIGITS_MAX + 1 ||
	    high > DECIMAL_EXP_MAX || high < -DECIMAL_EXP_MAX) {
		*out = decimal_int(0);
		return (too_large(err));
	} else if (z_fits(z)) {
		*out = (struct decimal){ .coef = z_get(z),
		    .exp = (int32_t)exp };
	} else
		*out = make_big(z, (int32_t)exp);
	return (0);
}

/*
 * An operand as GMP wants it.  Fails for what is not computed with; on
 * success the caller clears ${z}.
 */
static int
operand(mpz_t z, const struct decimal *d, struct err *err)
{

	if (d->kind == DECIMAL_HUGE || d->exp > DECIMAL_EXP_MAX ||
	    d->exp < -DECIMAL_EXP_MAX - DECIMAL_DIGITS_MAX)
		return (too_large(err));
	z_init(z);
	if (d->kind == DECIMAL_BIG)
		mpz_set(z, d->big->z);
	else
		z_set(z, d->coef);
	return (0);
}

static int
operands(mpz_t x, mpz_t y, const struct decimal *a, const struct decimal *b,
    struct err *err)
{

	if (operand(x, a, err) != 0)
		return (-1);
	if (operand(y, b, err) != 0) {
		mpz_clear(x);
		return (-1);
	}
	return (0);
}

/*
 * Reading and writing.
 */

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

static size_t
skip_digits(const char *s, size_t i, size_t len)
{

	while (i < len && is_digit(s[i]))
		i++;
	return (i);
}

/* Where an exponent that begins at ${i} ends; ${i} when there is none. */
static size_t
skip_exponent(const char *s, size_t i, size_t len)
{
	size_t j = i, end;

	if (j == len || (s[j] != 'e' && s[j] != 'E'))
		return (i);
	j++;
	if (j < len && (s[j] == '+' || s[j] == '-'))
		j++;
	end = skip_digits(s, j, len);
	return (end == j ? i : end);
}

int
decimal_is_json(const char *s, size_t len)
{
	size_t i = 0, start;

	if (i < len && s[i] == '-')
		i++;
	start = i;
	i = skip_digits(s, i, len);
	if (i == start || (s[start] == '0' && i - start > 1))
		return (0);
	if (i < len && s[i] == '.') {
		start = ++i;
		i = skip_digits(s, i, len);
		if (i == start)
			return (0);
	}
	return (skip_exponent(s, i, len) == len);
}

int
decimal_is_number(const char *s, size_t len)
{
	size_t i = 0, start, n;

	if (i < len && (s[i] == '-' || s[i] == '+'))
		i++;
	start = i;
	i = skip_digits(s, i, len);
	n = i - start;
	if (i < len && s[i] == '.') {
		start = ++i;
		i = skip_digits(s, i, len);
		n += i - start;
	}
	return (n > 0 && skip_exponent(s, i, len) == len);
}

/*
 * A number of ${n} digits before ${exp} zeros, or after as many: is it beyond
 * what an exponent holds here?  Then it is as good as any other such number.
 */
static int
beyond(struct decimal *d, size_t n, int64_t exp, int neg)
{
	int64_t high = exp + (int64_t)n;

	if (high <= EXP_LIMIT && high >= -EXP_LIMIT)
		return (0);
	*d = (struct decimal){ .coef = neg ? -1 : 1,
	    .exp = high > 0 ? EXP_LIMIT : -EXP_LIMIT };
	return (1);
}

/* The exponent "e+12" at ${s}, held within bounds. */
static int64_t
parse_exponent(const char *s, size_t len)
{
	int64_t n = 0;
	size_t i = 1;
	int neg = 0;

	if (i < len && (s[i] == '-' || s[i] == '+'))
		neg = s[i++] == '-';
	for (; i < len; i++)
		if (n < 10000000000)
			n = n * 10 + (s[i] - '0');
	return (neg ? -n : n);
}

/* Make a number of ${n} digits, which neither begin nor end with a zero. */
static void
from_digits(struct decimal *d, char *digits, size_t n, int neg, int64_t exp)
{
	mpz_t z;

	if (beyond(d, n, exp, neg))
		return;
	if (n > DECIMAL_DIGITS_MAX) {
		d->kind = DECIMAL_HUGE;
		d->exp = (int32_t)exp;
		d->huge = mem_alloc(sizeof(*d->huge) + n);
		d->huge->refs = 1;
		d->huge->n = n;
		d->huge->sign = neg ? -1 : 1;
		memcpy(d->huge->digits, digits, n);
		return;
	}
	digits[n] = '\0';
	z_init(z);
	(void)mpz_set_str(z, digits, 10);
	if (neg)
		mpz_neg(z, z);
	if (z_fits(z))
		*d = (struct decimal){ .coef = z_get(z),
		    .exp = (int32_t)exp };
	else
		*d = make_big(z, (int32_t)exp);
	mpz_clear(z);
}

/* What decimal_parse does when there are more digits than fit. */
static void
parse_long(struct decimal *d, const char *s, size_t len, int neg)
{
	char *digits = mem_resize(NULL, len + 1, 1);
	int64_t exp = 0;
	size_t i, n = 0;
	int point = 0;

	for (i = 0; i < len && s[i] != 'e' && s[i] != 'E'; i++) {
		if (s[i] == '.') {
			point = 1;
			continue;
		}
		exp -= point;
		if (n > 0 || s[i] != '0')
			digits[n++] = s[i];
	}
	if (i < len)
		exp += parse_exponent(s + i, len - i);
	for (; n > 0 && digits[n - 1] == '0'; n--)
		exp++;
	if (n == 0)
		*d = decimal_int(0);
	else
		from_digits(d, digits, n, neg, exp);
	mem_free(digits);
}

void
decimal_parse(struct decimal *d, const char *s, size_t len)
{
	uint64_t u = 0;
	int64_t exp = 0;
	size_t i = 0, n = 0;
	int neg = 0, point = 0;

	if (len > 0 && (s[0] == '-' || s[0] == '+')) {
		neg = s[0] == '-';
		s++;
		len--;
	}
	for (; i < len && s[i] != 'e' && s[i] != 'E'; i++) {
		if (s[i] == '.') {
			point = 1;
			continue;
		}
		if (n == SMALL_DIGITS) {
			parse_long(d, s, len, neg);
			return;
		}
		u = u * 10 + (uint64_t)(s[i] - '0');
		n += u != 0;
		exp -= point;
	}
	if (u > INT64_MAX) {
		parse_long(d, s, len, neg);
		return;
	}
	if (i < len)
		exp += parse_exponent(s + i, len - i);
	if (u != 0 && beyond(d, n, exp, neg))
		return;
	*d = (struct decimal){ .coef = neg ? -(int64_t)u : (int64_t)u,
	    .exp = u == 0 ? 0 : (int32_t)exp };
}

static void
digits_free(struct digits *g)
{

	buf_free(&g->text);
}

/* The digits of the finite ${d}; caller frees with digits_free. */
static void
digits_of(struct digits *g, const struct decimal *d)
{
	uint64_t u;
	char *p;

	*g = (struct digits){ .exp = d->exp, .sign = decimal_sign(d) };
	if (d->kind == DECIMAL_HUGE) {
		g->s = d->huge->digits;
		g->n = d->huge->n;
		return;
	}
	if (d->kind == DECIMAL_BIG) {
		p = buf_need(&g->text, mpz_sizeinbase(d->big->z, 10) + 2);
		(void)mpz_get_str(p, 10, d->big->z);
		g->s = *p == '-' ? p + 1 : p;
		g->n = strlen(g->s);
	} else {
		p = g->small + sizeof(g->small);
		for (u = magnitude(d->coef); u > 0; u /= 10)
			*--p = (char)('0' + u % 10);
		g->s = p;
		g->n = (size_t)(g->small + sizeof(g->small) - p);
	}
	for (; g->n > 0 && g->s[g->n - 1] == '0'; g->n--)
		g->exp++;
	if (g->n == 0)
		g->exp = 0;
}

static void
put_zeros(struct buf *b, int64_t n)
{

	if (n <= 0)
		return;
	memset(buf_need(b, (size_t)n), '0', (size_t)n);
	b->len += (size_t)n;
}

/* Write digits with a point where it belongs and no exponent. */
static void
put_plain(struct buf *b, const struct digits *g, int64_t scale)
{
	int64_t whole = (int64_t)g->n + g->exp;
	size_t n = whole <= 0 ? 0 : (size_t)whole;

	if (n > g->n)
		n = g->n;
	if (whole <= 0)
		buf_putc(b, '0');
	buf_put(b, g->s, n);
	put_zeros(b, g->exp);
	if (g->exp >= 0 && scale <= 0)
		return;
	buf_putc(b, '.');
	if (g->exp < 0) {
		put_zeros(b, -whole);
		buf_put(b, g->s + n, g->n - n);
	}
	put_zeros(b, g->exp < 0 ? scale + g->exp : scale);
}

static void
put_exponent(struct buf *b, const struct digits *g)
{
	int64_t e = g->exp + (int64_t)g->n - 1;

	buf_putc(b, g->s[0]);
	if (g->n > 1) {
		buf_putc(b, '.');
		buf_put(b, g->s + 1, g->n - 1);
	}
	buf_printf(b, "e%c%02" PRId64, e < 0 ? '-' : '+', e < 0 ? -e : e);
}

static void
put_int(struct buf *b, int64_t n)
{
	char small[24], *end = small + sizeof(small), *p = end;
	uint64_t u = magnitude(n);

	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) > 0);
	if (n < 0)
		*--p = '-';
	buf_put(b, p, (size_t)(end - p));
}

void
decimal_write(struct buf *b, const struct decimal *d)
{
	struct digits g;
	int64_t whole;

	if (d->kind == DECIMAL_SMALL && d->exp == 0) {
		put_int(b, d->coef);
		return;
	}
	if (d->kind == DECIMAL_NAN || d->kind == DECIMAL_INF) {
		buf_puts(b, d->kind == DECIMAL_NAN ? "null" : d->coef < 0 ?
		    "-1.7976931348623157e+308" : "1.7976931348623157e+308");
		return;
	}
	digits_of(&g, d);
	whole = (int64_t)g.n + g.exp;
	if (g.sign < 0)
		buf_putc(b, '-');
	if (whole > -4 && (g.exp <= 0 || whole <= PLAIN_DIGITS ||
	    g.exp <= 15))
		put_plain(b, &g, 0);
	else
		put_exponent(b, &g);
	digits_free(&g);
}

void
decimal_write_fixed(struct buf *b, const struct decimal *d, int scale)
{
	struct digits g;

	digits_of(&g, d);
	if (g.sign < 0)
		buf_putc(b, '-');
	put_plain(b, &g, scale);
	digits_free(&g);
}

/*
 * To and from other numbers.
 */

struct decimal
decimal_double(double x)
{
	struct decimal d;
	char text[40];
	double scaled;
	int k, n = 0;

	if (isnan(x))
		return (special(DECIMAL_NAN, 0));
	if (isinf(x))
		return (special(DECIMAL_INF, x < 0 ? -1 : 1));
	/* Fifteen digits always survive: the first that do are the answer. */
	if (fabs(x) < 1e15 && fabs(x) > 1e-5)
		for (k = 0; k <= 15; k++) {
			scaled = nearbyint(x * (double)pow10u[k]);
			if (fabs(scaled) >= 1e15)
				break;
			if (scaled / (double)pow10u[k] == x)
				return ((struct decimal){
				    .coef = (int64_t)scaled, .exp = -k });
		}
	/* Subnormal numbers may need less. */
	for (k = fabs(x) < 1e-300 ? 1 : 15; k <= 17; k++) {
		n = snprintf(text, sizeof(text), "%.*e", k - 1, x);
		if (strtod(text, NULL) == x)
			break;
	}
	decimal_parse(&d, text, (size_t)n);
	return (d);
}

double
decimal_to_double(const struct decimal *d)
{
	struct digits g;
	struct buf b = { 0 };
	double x, scale;
	int far;

	if (d->kind == DECIMAL_NAN)
		return (NAN);
	if (d->kind == DECIMAL_INF)
		return (d->coef < 0 ? -INFINITY : INFINITY);
	/* Both factors are exact, so one rounding is all there is. */
	if (d->kind == DECIMAL_SMALL && magnitude(d->coef) <= 1ULL << 53 &&
	    d->exp >= -22 && d->exp <= 22) {
		x = (double)d->coef;
		far = d->exp < 0 ? -d->exp : d->exp;
		scale = far > 19 ? 1e19 * (double)pow10u[far - 19] :
		    (double)pow10u[far];
		return (d->exp < 0 ? x / scale : x * scale);
	}
	digits_of(&g, d);
	if (g.sign < 0)
		buf_putc(&b, '-');
	/* Of digits beyond 800 only matters that they are not all zero. */
	if (g.n > 800) {
		g.exp += (int64_t)g.n - 801;
		g.n = 800;
		buf_put(&b, g.s, g.n);
		buf_putc(&b, '1');
	} else
		buf_put(&b, g.n == 0 ? "0" : g.s, g.n == 0 ? 1 : g.n);
	buf_printf(&b, "e%" PRId64, g.exp);
	x = strtod(buf_z(&b), NULL);
	buf_free(&b);
	digits_free(&g);
	return (x);
}

int
decimal_sign(const struct decimal *d)
{

	switch (d->kind) {
	case DECIMAL_NAN:
		return (0);
	case DECIMAL_BIG:
		return (mpz_sgn(d->big->z));
	case DECIMAL_HUGE:
		return (d->huge->sign);
	default:
		return ((d->coef > 0) - (d->coef < 0));
	}
}

int
decimal_is_integer(const struct decimal *d)
{
	struct digits g;
	int whole;

	if (!is_finite(d))
		return (0);
	if (d->exp >= 0)
		return (1);
	digits_of(&g, d);
	whole = g.exp >= 0;
	digits_free(&g);
	return (whole);
}

/* Drop the fraction of ${d}; 1 when there was none. */
static int
drop_fraction(const struct decimal *d, int64_t *out)
{
	int64_t limit = decimal_sign(d) < 0 ? INT64_MIN : INT64_MAX;
	uint64_t u = 0, add;
	struct digits g;
	int64_t i, whole;
	int exact = 0;

	*out = limit;
	if (d->kind == DECIMAL_INF)
		return (0);
	digits_of(&g, d);
	whole = (int64_t)g.n + g.exp;
	if (whole <= SMALL_DIGITS) {
		for (i = 0; i < whole; i++) {
			add = i < (int64_t)g.n ? (uint64_t)(g.s[i] - '0') : 0;
			u = u * 10 + add;
		}
		if (u <= INT64_MAX)
			*out = g.sign < 0 ? -(int64_t)u : (int64_t)u;
		exact = g.exp >= 0 && (u <= INT64_MAX ||
		    (g.sign < 0 && u == (uint64_t)INT64_MAX + 1));
	}
	digits_free(&g);
	return (exact);
}

int
decimal_to_int(const struct decimal *d, int64_t *out)
{
	int64_t n;

	if (d->kind == DECIMAL_SMALL && d->exp == 0) {
		*out = d->coef;
		return (1);
	}
	if (!is_finite(d) || !drop_fraction(d, &n))
		return (0);
	*out = n;
	return (1);
}

int64_t
decimal_clamp(const struct decimal *d)
{
	int64_t n;

	if (d->kind == DECIMAL_NAN)
		return (0);
	if (d->kind == DECIMAL_SMALL && d->exp == 0)
		return (d->coef);
	(void)drop_fraction(d, &n);
	return (n);
}

/*
 * Ownership.
 */

struct decimal
decimal_copy(const struct decimal *d)
{

	if (d->kind == DECIMAL_BIG)
		d->big->refs++;
	else if (d->kind == DECIMAL_HUGE)
		d->huge->refs++;
	return (*d);
}

void
decimal_release(struct decimal *d)
{

	if (d->kind == DECIMAL_BIG && --d->big->refs == 0) {
		mpz_clear(d->big->z);
		mem_free(d->big);
	} else if (d->kind == DECIMAL_HUGE && --d->huge->refs == 0)
		mem_free(d->huge);
	*d = decimal_int(0);
}

size_t
decimal_size(const struct decimal *d)
{

	if (d->kind == DECIMAL_BIG)
		return (sizeof(*d->big) +
		    mpz_size(d->big->z) * sizeof(mp_limb_t));
	if (d->kind == DECIMAL_HUGE)
		return (sizeof(*d->huge) + d->huge->n);
	return (0);
}

/*
 * Comparing.
 */

/* Compare two non-zero numbers of the same sign by their digits. */
static int
compare_digits(const struct decimal *a, const struct decimal *b)
{
	struct digits x, y;
	int64_t high_x, high_y;
	size_t n;
	int c;

	digits_of(&x, a);
	digits_of(&y, b);
	high_x = (int64_t)x.n + x.exp;
	high_y = (int64_t)y.n + y.exp;
	n = x.n < y.n ? x.n : y.n;
	if (high_x != high_y)
		c = high_x < high_y ? -1 : 1;
	else if ((c = memcmp(x.s, y.s, n)) == 0)
		c = (x.n > y.n) - (x.n < y.n);
	else
		c = c < 0 ? -1 : 1;
	digits_free(&x);
	digits_free(&y);
	return (c);
}

/* The same for the small form, whose digits need not be spelled out. */
static int
compare_small(const struct decimal *a, const struct decimal *b)
{
	uint64_t x = magnitude(a->coef), y = magnitude(b->coef);
	int64_t diff = (int64_t)a->exp - b->exp;
	int64_t high = diff + count_digits(x) - count_digits(y);

	if (high != 0)
		return (high < 0 ? -1 : 1);
	/* As many digits before the point, so neither grows beyond 19. */
	if (diff > 0)
		x *= pow10u[diff];
	else
		y *= pow10u[-diff];
	return ((x > y) - (x < y));
}

int
decimal_compare_slow(const struct decimal *a, const struct decimal *b)
{
	int sa = decimal_sign(a), sb = decimal_sign(b), c;

	if (a->kind == DECIMAL_NAN || b->kind == DECIMAL_NAN)
		return (a->kind == DECIMAL_NAN ? -1 : 1);
	if (sa != sb)
		return (sa < sb ? -1 : 1);
	if (sa == 0)
		return (0);
	if (a->kind == DECIMAL_INF || b->kind == DECIMAL_INF) {
		c = (a->kind == DECIMAL_INF) - (b->kind == DECIMAL_INF);
	} else if (a->kind == DECIMAL_SMALL && b->kind == DECIMAL_SMALL) {
		c = compare_small(a, b);
	} else if (a->kind == DECIMAL_BIG && b->kind == DECIMAL_BIG &&
	    a->exp == b->exp) {
		c = mpz_cmpabs(a->big->z, b->big->z);
		c = (c > 0) - (c < 0);
	} else
		c = compare_digits(a, b);
	return (sa < 0 ? -c : c);
}

/* The hash of +-${u} times 10^${exp}; ${u} does not end with a zero. */
static uint64_t
hash_small(uint64_t u, int64_t exp, int sign)
{

	return (hash_mix(hash_mix(u) + (uint64_t)(u == 0 ? 0 : exp)) +
	    (uint64_t)sign);
}

static uint64_t
hash_digits(const struct decimal *d)
{
	struct digits g;
	uint64_t h = 0;
	size_t i;

	digits_of(&g, d);
	/* Digits that fit are hashed as the small form is. */
	if (g.n < SMALL_DIGITS) {
		for (i = 0; i < g.n; i++)
			h = h * 10 + (uint64_t)(g.s[i] - '0');
		h = hash_small(h, g.exp, g.sign);
	} else {
		for (i = 0; i < g.n; i++)
			h = (h ^ (unsigned char)g.s[i]) * 0x100000001b3U;
		h = hash_small(h | 1, g.exp, g.sign);
	}
	digits_free(&g);
	return (h);
}

uint64_t
decimal_hash(const struct decimal *d)
{
	uint64_t u;
	int64_t exp = d->exp;

	if (!is_finite(d))
		return (hash_mix((uint64_t)d->kind * 4 +
		    (uint64_t)(d->coef + 1)));
	if (d->kind != DECIMAL_SMALL || magnitude(d->coef) >= pow10u[18])
		return (hash_digits(d));
	for (u = magnitude(d->coef); u != 0 && u % 10 == 0; u /= 10)
		exp++;
	return (hash_small(u, exp, decimal_sign(d)));
}

/*
 * Arithmetic.
 */

/* a + b or a - b when one is no finite number. */
static struct decimal
add_special(const struct decimal *a, const struct decimal *b, int sign)
{
	int sa = a->kind == DECIMAL_INF ? decimal_sign(a) : 0;
	int sb = b->kind == DECIMAL_INF ? sign * decimal_sign(b) : 0;

	if (a->kind == DECIMAL_NAN || b->kind == DECIMAL_NAN || sa + sb == 0)
		return (special(DECIMAL_NAN, 0));
	return (special(DECIMAL_INF, sa != 0 ? sa : sb));
}

/* Both coefficients at the smaller exponent, when that overflows nothing. */
static int
align_small(const struct decimal *a, const struct decimal *b, int64_t *x,
    int64_t *y)
{
	int64_t diff = (int64_t)a->exp - b->exp;

	*x = a->coef;
	*y = b->coef;
	if (diff > 18 || diff < -18)
		return (0);
	if (diff > 0)
		return (!__builtin_mul_overflow(*x, (int64_t)pow10u[diff], x));
	return (!__builtin_mul_overflow(*y, (int64_t)pow10u[-diff], y));
}

/* Bring ${x} and ${y} to the smaller exponent; fails when that is absurd. */
static int
align(mpz_t x, int64_t ex, mpz_t y, int64_t ey, struct err *err)
{
	int64_t diff = ex - ey;

	if (mpz_sgn(x) == 0 || mpz_sgn(y) == 0)
		return (0);
	if (diff > DECIMAL_DIGITS_MAX || diff < -DECIMAL_DIGITS_MAX)
		return (too_large(err));
	if (diff > 0)
		z_scale(x, (uint64_t)diff);
	else if (diff < 0)
		z_scale(y, (uint64_t)-diff);
	return (0);
}

static int
add(struct decimal *out, const struct decimal *a, const struct decimal *b,
    int sign, struct err *err)
{
	int64_t n, u, v, ex = a->exp, ey = b->exp;
	mpz_t x, y;
	int rc = -1;

	if (!is_finite(a) || !is_finite(b)) {
		*out = add_special(a, b, sign);
		return (0);
	}
	if (a->kind == DECIMAL_SMALL && b->kind == DECIMAL_SMALL &&
	    align_small(a, b, &u, &v) &&
	    !(sign > 0 ? __builtin_add_overflow(u, v, &n) :
	    __builtin_sub_overflow(u, v, &n))) {
		*out = (struct decimal){ .coef = n,
		    .exp = a->exp < b->exp ? a->exp : b->exp };
		return (0);
	}
	*out = decimal_int(0);
	if (operands(x, y, a, b, err) != 0)
		return (-1);
	if (align(x, ex, y, ey, err) == 0) {
		/* Zero has no exponent of its own. */
		if (mpz_sgn(x) == 0)
			ex = ey;
		else if (mpz_sgn(y) == 0)
			ey = ex;
		if (sign > 0)
			mpz_add(x, x, y);
		else
			mpz_sub(x, x, y);
		rc = finish(out, x, ex < ey ? ex : ey, err);
	}
	mpz_clear(x);
	mpz_clear(y);
	return (rc);
}

int
decimal_add_slow(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err)
{

	return (add(out, a, b, 1, err));
}

int
decimal_sub_slow(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err)
{

	return (add(out, a, b, -1, err));
}

/* a * b or a / b when one is no finite number. */
static struct decimal
mul_special(const struct decimal *a, const struct decimal *b)
{
	int sign = decimal_sign(a) * decimal_sign(b);

	if (sign == 0)
		return (special(DECIMAL_NAN, 0));
	return (special(DECIMAL_INF, sign));
}

int
decimal_mul_slow(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err)
{
	int64_t n, exp = (int64_t)a->exp + b->exp;
	mpz_t x, y;
	int rc;

	if (!is_finite(a) || !is_finite(b)) {
		*out = mul_special(a, b);
		return (0);
	}
	if (a->kind == DECIMAL_SMALL && b->kind == DECIMAL_SMALL &&
	    exp > -1000 && exp < 1000 &&
	    !__builtin_mul_overflow(a->coef, b->coef, &n)) {
		*out = (struct decimal){ .coef = n, .exp = (int32_t)exp };
		return (0);
	}
	*out = decimal_int(0);
	if (operands(x, y, a, b, err) != 0)
		return (-1);
	if (mpz_sizeinbase(x, 10) + mpz_sizeinbase(y, 10) >
	    DECIMAL_DIGITS_MAX + 2) {
		rc = too_large(err);
	} else {
		mpz_mul(x, x, y);
		rc = finish(out, x, exp, err);
	}
	mpz_clear(x);
	mpz_clear(y);
	return (rc);
}

/* q = x / y to the nearest, ties to even. */
static void
divide_nearest(mpz_t q, const mpz_t x, const mpz_t y)
{
	mpz_t r;
	int c;

	z_init(r);
	mpz_tdiv_qr(q, r, x, y);
	mpz_mul_2exp(r, r, 1);
	c = mpz_cmpabs(r, y);
	if (c > 0 || (c == 0 && mpz_odd_p(q))) {
		if (mpz_sgn(x) * mpz_sgn(y) < 0)
			mpz_sub_ui(q, q, 1);
		else
			mpz_add_ui(q, q, 1);
	}
	mpz_clear(r);
}

/*
 * How many digits after the point x/y has, 0 when it has no end; ${x} and
 * ${y} are first freed of common factors.
 */
static int
ends_after(mpz_t x, mpz_t y, uint64_t *digits)
{
	mpz_t g, five;
	uint64_t twos, fives;
	int ends;

	z_init(g);
	z_init(five);
	mpz_gcd(g, x, y);
	mpz_divexact(x, x, g);
	mpz_divexact(y, y, g);
	twos = mpz_scan1(y, 0);
	mpz_set_ui(five, 5);
	mpz_tdiv_q_2exp(g, y, (mp_bitcnt_t)twos);
	fives = mpz_remove(g, g, five);
	ends = mpz_cmpabs_ui(g, 1) == 0;
	*digits = twos > fives ? twos : fives;
	mpz_clear(g);
	mpz_clear(five);
	return (ends);
}

/* Exactly how many digits the non-zero ${z} has. */
static int64_t
z_digits(const mpz_t z)
{
	int64_t n = (int64_t)mpz_sizeinbase(z, 10);
	mpz_t p;

	z_init(p);
	mpz_ui_pow_ui(p, 10, (unsigned long)(n - 1));
	if (mpz_cmpabs(z, p) < 0)
		n--;
	mpz_clear(p);
	return (n);
}

/* Digits of x/y before the point; -2 means 0.00ddd. */
static int64_t
quotient_digits(const mpz_t x, const mpz_t y)
{
	int64_t n = z_digits(x) - z_digits(y);
	mpz_t p;
	int c;

	z_init(p);
	mpz_set(p, n < 0 ? x : y);
	z_scale(p, (uint64_t)(n < 0 ? -n : n));
	c = n < 0 ? mpz_cmpabs(p, y) : mpz_cmpabs(x, p);
	mpz_clear(p);
	return (c >= 0 ? n + 1 : n);
}

/*
 * How many digits after the point of x/y, an endless number that stands for
 * x/y times 10^exp, are worth having.
 */
static int64_t
quotient_scale(const mpz_t x, const mpz_t y, int64_t exp)
{
	int64_t whole = quotient_digits(x, y);
	int64_t scale = DECIMAL_QUOTIENT - whole, after;

	/*
	 * The quotient is no nearer to an integer than one unit of the
	 * divisor, so with this many digits it rounds as with all of them.
	 */
	after = z_digits(y) + 1 + (exp < 0 ? -exp : 0);
	if (whole + exp <= PLAIN_DIGITS && scale < after + exp)
		scale = after + exp;
	return (scale > 0 ? scale : 0);
}

/* x/y times 10^exp for non-zero integers; changes both. */
static int
divide(struct decimal *out, mpz_t x, mpz_t y, int64_t exp, struct err *err)
{
	int64_t scale;
	uint64_t digits;
	mpz_t q;
	int rc;

	if (ends_after(x, y, &digits) && digits <= DECIMAL_EXACT)
		scale = (int64_t)digits;
	else
		scale = quotient_scale(x, y, exp);
	if (scale > 2 * DECIMAL_DIGITS_MAX)
		return (too_large(err));
	z_scale(x, (uint64_t)scale);
	z_init(q);
	divide_nearest(q, x, y);
	rc = finish(out, q, exp - scale, err);
	mpz_clear(q);
	return (rc);
}

int
decimal_div(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err)
{
	mpz_t x, y;
	int rc = 0;

	*out = decimal_int(0);
	if (decimal_sign(b) == 0 && b->kind != DECIMAL_NAN)
		return (err_set(err, "division by zero"));
	if (a->kind == DECIMAL_NAN || b->kind == DECIMAL_NAN ||
	    (a->kind == DECIMAL_INF && b->kind == DECIMAL_INF)) {
		*out = special(DECIMAL_NAN, 0);
		return (0);
	}
	if (a->kind == DECIMAL_INF) {
		*out = mul_special(a, b);
		return (0);
	}
	if (b->kind == DECIMAL_INF || decimal_sign(a) == 0)
		return (0);
	if (a->kind == DECIMAL_SMALL && b->kind == DECIMAL_SMALL &&
	    a->exp == b->exp && b->coef != -1 && a->coef % b->coef == 0) {
		out->coef = a->coef / b->coef;
		return (0);
	}
	if (operands(x, y, a, b, err) != 0)
		return (-1);
	rc = divide(out, x, y, (int64_t)a->exp - b->exp, err);
	mpz_clear(x);
	mpz_clear(y);
	return (rc);
}

/* ${d} without its fraction as an integer; the caller clears ${z}. */
static int
integer(mpz_t z, const struct decimal *d, struct err *err)
{
	mpz_t p;

	if (d->kind == DECIMAL_INF) {
		z_init(z);
		z_set(z, d->coef < 0 ? INT64_MIN : INT64_MAX);
		return (0);
	}
	if (operand(z, d, err) != 0)
		return (-1);
	if (d->exp > DECIMAL_DIGITS_MAX) {
		mpz_clear(z);
		return (too_large(err));
	}
	if (d->exp > 0)
		z_scale(z, (uint64_t)d->exp);
	else if (-(int64_t)d->exp > (int64_t)mpz_sizeinbase(z, 10))
		mpz_set_ui(z, 0);
	else if (d->exp < 0) {
		z_init(p);
		mpz_ui_pow_ui(p, 10, (unsigned long)-(int64_t)d->exp);
		mpz_tdiv_q(z, z, p);
		mpz_clear(p);
	}
	return (0);
}

int
decimal_mod(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err)
{
	mpz_t x, y;
	int rc;

	*out = decimal_int(0);
	if (a->kind == DECIMAL_NAN || b->kind == DECIMAL_NAN) {
		*out = special(DECIMAL_NAN, 0);
		return (0);
	}
	if (a->kind == DECIMAL_SMALL && b->kind == DECIMAL_SMALL &&
	    (a->exp | b->exp) == 0 && b->coef != 0) {
		out->coef = b->coef == -1 ? 0 : a->coef % b->coef;
		return (0);
	}
	if (integer(x, a, err) != 0)
		return (-1);
	if (integer(y, b, err) != 0) {
		mpz_clear(x);
		return (-1);
	}
	if (mpz_sgn(y) == 0) {
		rc = err_set(err, "division by zero");
	} else {
		mpz_tdiv_r(x, x, y);
		rc = finish(out, x, 0, err);
	}
	mpz_clear(x);
	mpz_clear(y);
	return (rc);
}

void
decimal_neg(struct decimal *out, const struct decimal *a)
{
	mpz_t z;

	if (a->kind == DECIMAL_BIG || (a->kind == DECIMAL_SMALL &&
	    a->coef == INT64_MIN)) {
		z_init(z);
		if (a->kind == DECIMAL_BIG)
			mpz_neg(z, a->big->z);
		else {
			z_set(z, a->coef);
			mpz_neg(z, z);
		}
		*out = make_big(z, a->exp);
		mpz_clear(z);
	} else if (a->kind == DECIMAL_HUGE) {
		*out = *a;
		out->huge = mem_alloc(sizeof(*a->huge) + a->huge->n);
		memcpy(out->huge, a->huge, sizeof(*a->huge) + a->huge->n);
		out->huge->refs = 1;
		out->huge->sign = -a->huge->sign;
	} else {
		*out = *a;
		out->coef = -a->coef;
	}
}

void
decimal_abs(struct decimal *out, const struct decimal *a)
{

	if (decimal_sign(a) < 0)
		decimal_neg(out, a);
	else
		*out = decimal_copy(a);
}

/* Does the quotient, rounded towards zero, have to grow by one? */
static int
grows(enum decimal_rounding how, int sign, int half, int odd)
{

	switch (how) {
	case DECIMAL_DOWN:
		return (0);
	case DECIMAL_UP:
		return (1);
	case DECIMAL_FLOOR:
		return (sign < 0);
	case DECIMAL_CEILING:
		return (sign > 0);
	case DECIMAL_HALF_UP:
		return (half >= 0);
	case DECIMAL_HALF_DOWN:
		return (half > 0);
	default:
		return (half > 0 || (half == 0 && odd));
	}
}

/* The same as decimal_round for ${drop} digits of a small form, up to 18. */
static void
round_small(struct decimal *out, const struct decimal *a, int64_t drop,
    enum decimal_rounding how)
{
	int64_t unit = (int64_t)pow10u[drop], n = a->coef / unit;
	uint64_t rest = magnitude(a->coef % unit) * 2;
	int half = (rest > (uint64_t)unit) - (rest < (uint64_t)unit);
	int sign = decimal_sign(a);

	if (rest != 0 && grows(how, sign, half, n % 2 != 0))
		n += sign;
	*out = (struct decimal){ .coef = n, .exp = a->exp + (int32_t)drop };
}

int
decimal_round(struct decimal *out, const struct decimal *a, int scale,
    enum decimal_rounding how, struct err *err)
{
	int64_t drop = -(int64_t)scale - a->exp, digits;
	int sign = decimal_sign(a), half, rc;
	mpz_t z, p, r;

	if (!is_finite(a) || sign == 0 || drop <= 0) {
		*out = decimal_copy(a);
		return (0);
	}
	if (a->kind == DECIMAL_SMALL && drop <= 18) {
		round_small(out, a, drop, how);
		return (0);
	}
	*out = decimal_int(0);
	if (operand(z, a, err) != 0)
		return (-1);
	/* Far below the last digit that stays, only the sign matters. */
	digits = (int64_t)mpz_sizeinbase(z, 10);
	if (drop > digits + 1) {
		mpz_set_si(z, sign);
		drop = 2;
	}
	z_init(p);
	z_init(r);
	mpz_ui_pow_ui(p, 10, (unsigned long)drop);
	mpz_tdiv_qr(z, r, z, p);
	if (mpz_sgn(r) != 0) {
		mpz_mul_2exp(r, r, 1);
		half = mpz_cmpabs(r, p);
		if (grows(how, sign, half, mpz_odd_p(z))) {
			if (sign < 0)
				mpz_sub_ui(z, z, 1);
			else
				mpz_add_ui(z, z, 1);
		}
	}
	rc = finish(out, z, -(int64_t)scale, err);
	mpz_clear(z);
	mpz_clear(p);
	mpz_clear(r);
	return (rc);
}

/* NOLINTEND(clang-analyzer-core.UndefinedBinaryOperatorResult) */
