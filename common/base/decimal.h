/*
 * decimal - numbers that keep every digit
 *
 * A decimal is coefficient times a power of ten.  Sums, differences and
 * products are exact; quotients are where they end.  Coefficients that fit 63
 * bits are computed with in place, larger ones by GMP.  Because doubles meet
 * decimals in programs, the two infinities and not-a-number exist as well and
 * follow IEEE 754; there is no negative zero.
 *
 * Bounds keep a hostile number from costing minutes or gigabytes: a result
 * has at most DECIMAL_DIGITS_MAX digits and a magnitude within 10 to the
 * +-DECIMAL_EXP_MAX, or the operation fails.  A number beyond these can still
 * be read, written, compared and hashed, each in linear time.
 */
#ifndef ROWPIPE_BASE_DECIMAL_H
#define ROWPIPE_BASE_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct decimal_big;
struct decimal_huge;
struct err;

#define DECIMAL_DIGITS_MAX	100000	/* of a coefficient computed with */
#define DECIMAL_EXP_MAX		1000000	/* of a result's magnitude */
#define DECIMAL_QUOTIENT	17	/* digits of a quotient, at least */
#define DECIMAL_EXACT		1000	/* digits an exact quotient may have */

enum decimal_kind {
	DECIMAL_SMALL,		/* coef */
	DECIMAL_BIG,		/* beyond int64_t */
	DECIMAL_HUGE,		/* too long to be computed with */
	DECIMAL_INF,		/* coef is 1 or -1 */
	DECIMAL_NAN
};

/*
 * 16 bytes, to be embedded in values.  The small form, the infinities and NaN
 * own nothing; the other two own counted memory that decimal_free lets go and
 * decimal_copy shares.
 */
struct decimal {
	union {
		int64_t			 coef;
		struct decimal_big	*big;
		struct decimal_huge	*huge;
	};
	int32_t		exp;	/* power of ten; 0 for INF and NAN */
	uint32_t	kind;	/* enum decimal_kind */
};

enum decimal_rounding {
	DECIMAL_DOWN,		/* towards zero */
	DECIMAL_UP,		/* away from zero */
	DECIMAL_FLOOR,		/* towards minus infinity */
	DECIMAL_CEILING,	/* towards plus infinity */
	DECIMAL_HALF_UP,	/* nearest, ties away from zero */
	DECIMAL_HALF_DOWN,	/* nearest, ties towards zero */
	DECIMAL_HALF_EVEN	/* nearest, ties to the even digit */
};

/**
 * decimal_int(n):
 * The number ${n}.
 */
static inline struct decimal
decimal_int(int64_t n)
{

	return ((struct decimal){ .coef = n });
}

/**
 * decimal_parse(d, s, len):
 * Set ${d} to the JSON number written in the ${len} bytes at ${s}, which must
 * have the form of one.  Magnitudes beyond 10^(+-1,000,000,000) are taken as
 * that.
 * Caller frees with decimal_free.
 */
void decimal_parse(struct decimal *d, const char *s, size_t len);

/**
 * decimal_is_json(s, len), decimal_is_number(s, len):
 * Return non-zero when the ${len} bytes at ${s} have the form of a JSON
 * number; or of one as people write it, with a plus sign, leading zeros, no
 * digit before or after the point.  decimal_parse takes both.
 */
int decimal_is_json(const char *s, size_t len);
int decimal_is_number(const char *s, size_t len);

/**
 * decimal_double(x):
 * The number with the fewest digits that reads back as ${x}; infinities and
 * NaN stay what they are.
 */
struct decimal decimal_double(double x);

/**
 * decimal_to_double(d):
 * The double nearest to ${d}, ties to even; an infinity beyond the largest.
 */
double decimal_to_double(const struct decimal *d);

/**
 * decimal_to_int(d, out):
 * Store ${d} in *${out} when it is an integer that fits.  Return 1, else 0.
 */
int decimal_to_int(const struct decimal *d, int64_t *out);

/**
 * decimal_clamp(d):
 * ${d} without its fraction (towards zero), or the nearest int64_t when that
 * does not fit; 0 for NaN.
 */
int64_t decimal_clamp(const struct decimal *d);

/**
 * decimal_is_integer(d), decimal_sign(d):
 * Non-zero when ${d} is finite and has no fraction; -1, 0 or 1 (0 for NaN).
 */
int decimal_is_integer(const struct decimal *d);
int decimal_sign(const struct decimal *d);

/**
 * decimal_write(b, d):
 * Append ${d} as JSON text: no trailing zeros after the point, integers of up
 * to 40 digits plain, magnitudes far from 1 as 1.5e+300 and 1e-05.  NaN is
 * null, the infinities are the largest doubles, as jq writes them.
 */
void decimal_write(struct buf *b, const struct decimal *d);

/**
 * decimal_write_fixed(b, d, scale):
 * Append the finite ${d} without exponent and with at least ${scale} digits
 * after the point, which are zeros where ${d} has none.
 */
void decimal_write_fixed(struct buf *b, const struct decimal *d, int scale);

/**
 * decimal_copy(d):
 * Another owner of the same number.
 */
struct decimal decimal_copy(const struct decimal *d);

/**
 * decimal_free(d):
 * Let go what ${d} owns.
 */
void decimal_release(struct decimal *d);	/* the slow half */
static inline void
decimal_free(struct decimal *d)
{

	if (d->kind == DECIMAL_BIG || d->kind == DECIMAL_HUGE)
		decimal_release(d);
}

/**
 * decimal_size(d):
 * Bytes of memory that ${d} owns, or shares with its copies.
 */
size_t decimal_size(const struct decimal *d);

/**
 * decimal_compare(a, b):
 * Return -1, 0 or 1 as ${a} is less than, equal to or greater than ${b} by
 * value.  NaN is less than everything, itself included, as in jq.
 */
int decimal_compare_slow(const struct decimal *a, const struct decimal *b);
static inline int
decimal_compare(const struct decimal *a, const struct decimal *b)
{

	if (a->kind == DECIMAL_SMALL && b->kind == DECIMAL_SMALL &&
	    a->exp == b->exp)
		return ((a->coef > b->coef) - (a->coef < b->coef));
	return (decimal_compare_slow(a, b));
}

/**
 * decimal_hash(d):
 * A hash that is the same for numbers that compare equal.
 */
uint64_t decimal_hash(const struct decimal *d);

/**
 * decimal_add(out, a, b, err), decimal_sub, decimal_mul:
 * Set ${out} to the exact sum, difference, product; ${out} is none of the
 * operands, which stay as they are.  Return 0, or -1 with ${err} filled when
 * the result is out of bounds.
 */
int decimal_add_slow(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err);
int decimal_sub_slow(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err);
int decimal_mul_slow(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err);

static inline int
decimal_add(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err)
{

	if (a->kind == DECIMAL_SMALL && b->kind == DECIMAL_SMALL &&
	    a->exp == b->exp &&
	    !__builtin_add_overflow(a->coef, b->coef, &out->coef)) {
		out->exp = a->exp;
		out->kind = DECIMAL_SMALL;
		return (0);
	}
	return (decimal_add_slow(out, a, b, err));
}

static inline int
decimal_sub(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err)
{

	if (a->kind == DECIMAL_SMALL && b->kind == DECIMAL_SMALL &&
	    a->exp == b->exp &&
	    !__builtin_sub_overflow(a->coef, b->coef, &out->coef)) {
		out->exp = a->exp;
		out->kind = DECIMAL_SMALL;
		return (0);
	}
	return (decimal_sub_slow(out, a, b, err));
}

static inline int
decimal_mul(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err)
{

	if (a->kind == DECIMAL_SMALL && b->kind == DECIMAL_SMALL &&
	    (a->exp | b->exp) == 0 &&
	    !__builtin_mul_overflow(a->coef, b->coef, &out->coef)) {
		out->exp = 0;
		out->kind = DECIMAL_SMALL;
		return (0);
	}
	return (decimal_mul_slow(out, a, b, err));
}

/**
 * decimal_div(out, a, b, err):
 * Set ${out} to ${a} divided by ${b}: exactly when that ends within
 * DECIMAL_EXACT digits, else to the nearest number (ties to even) of at least
 * DECIMAL_QUOTIENT digits, and below 10^40 of so many that its floor, ceiling
 * and rounding are those of the exact quotient.  Return 0, or -1 with ${err}
 * filled when ${b} is zero or the result is out of bounds.
 */
int decimal_div(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err);

/**
 * decimal_mod(out, a, b, err):
 * Set ${out} to the remainder of ${a} by ${b} after both have lost their
 * fractions; it has the sign of ${a}.  An infinity counts as the nearest
 * 64-bit integer.  Return as decimal_div.
 */
int decimal_mod(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err);

/**
 * decimal_neg(out, a), decimal_abs(out, a):
 * Set ${out}, which is not ${a}, to minus ${a}; to ${a} without its sign.
 */
void decimal_neg(struct decimal *out, const struct decimal *a);
void decimal_abs(struct decimal *out, const struct decimal *a);

/**
 * decimal_round(out, a, scale, how, err):
 * Set ${out}, which is not ${a}, to ${a} with at most ${scale} digits after
 * the point (0: an integer; -2: hundreds).  Infinities and NaN stay.  Return
 * 0, or -1 with ${err} filled when ${a} is out of bounds.
 */
int decimal_round(struct decimal *out, const struct decimal *a, int scale,
    enum decimal_rounding how, struct err *err);

#endif
