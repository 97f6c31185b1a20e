/* For the Bessel functions and signgam, which POSIX has as an extension. */
#define _XOPEN_SOURCE 700

#include <math.h>

#include "base/decimal.h"
#include "base/err.h"
#include "jq/builtin_lib.h"
#include "jq/number.h"

/*
 * Rounding and signs are exact; all other functions compute with doubles and
 * give the shortest number that reads back as the result.
 */

static int
no_number(struct run *r, const struct value *v)
{

	return (run_type_error(r, v, "number required"));
}

/* Are the first ${n} values numbers? */
static int
numbers(struct run *r, const struct value *v, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (!value_is_number(&v[i]))
			return (no_number(r, &v[i]));
	return (BUILTIN_VALUE);
}

static int
result(struct run *r, struct value *out, double x)
{

	*out = number_of_double(run_heap(r), x);
	return (BUILTIN_VALUE);
}

static int
apply1(struct run *r, struct value *v, struct value *out, double (*f)(double))
{

	if (numbers(r, v, 1) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	return (result(r, out, f(number_double(v))));
}

/* Functions of two numbers take both as arguments, whatever the input. */
static int
apply2(struct run *r, struct value *v, struct value *out,
    double (*f)(double, double))
{

	if (numbers(r, v + 1, 2) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	return (result(r, out, f(number_double(&v[1]),
	    number_double(&v[2]))));
}

/* A table entry has no place for the function of the C library to call. */
#define ONE(name) \
static int \
f_##name(struct run *r, struct value *v, struct value *out) \
{ \
\
	return (apply1(r, v, out, name)); \
}

#define TWO(name) \
static int \
f_##name(struct run *r, struct value *v, struct value *out) \
{ \
\
	return (apply2(r, v, out, name)); \
}

static double
exp10(double x)
{

	return (pow(10, x));
}

static double
significand(double x)
{
	int e;

	if (x == 0 || isinf(x) || isnan(x))
		return (x);
	return (frexp(x, &e) * 2);
}

/* Bessel functions of an order, which is held within what an int is. */
static int
order(double n)
{

	if (isnan(n))
		return (0);
	return (n > 1e9 ? 1000000000 : n < -1e9 ? -1000000000 : (int)n);
}

static double
bessel_j(double n, double x)
{

	return (jn(order(n), x));
}

static double
bessel_y(double n, double x)
{

	return (yn(order(n), x));
}

/* Multiply by a power of two, which may be no integer. */
static double
scalb2(double x, double e)
{

	if (e > 100000 || e < -100000)
		return (x * exp2(e));
	return (e == floor(e) ? scalbn(x, (int)e) : x * exp2(e));
}

ONE(acos)
ONE(acosh)
ONE(asin)
ONE(asinh)
ONE(atan)
ONE(atanh)
ONE(cbrt)
ONE(cos)
ONE(cosh)
ONE(erf)
ONE(erfc)
ONE(exp)
ONE(exp10)
ONE(exp2)
ONE(expm1)
ONE(j0)
ONE(j1)
ONE(lgamma)
ONE(log)
ONE(log10)
ONE(log1p)
ONE(log2)
ONE(logb)
ONE(significand)
ONE(sin)
ONE(sinh)
ONE(sqrt)
ONE(tan)
ONE(tanh)
ONE(tgamma)
ONE(y0)
ONE(y1)

TWO(atan2)
TWO(bessel_j)
TWO(bessel_y)
TWO(copysign)
TWO(fdim)
TWO(fmod)
TWO(hypot)
TWO(nextafter)
TWO(pow)
TWO(remainder)
TWO(scalb2)

/* Round to an integer without going through a double. */
static int
rounded(struct run *r, struct value *v, struct value *out,
    enum decimal_rounding how)
{
	struct decimal d, whole;
	struct err err = ERR_INIT;
	int rc;

	if (v->kind == VALUE_INT) {
		*out = *v;
		return (BUILTIN_VALUE);
	}
	if (numbers(r, v, 1) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	number_decimal(v, &d);
	rc = decimal_round(&whole, &d, 0, how, &err);
	decimal_free(&d);
	if (rc != 0)
		return (run_error(r, "%s", err.msg));
	*out = number_of_decimal(run_heap(r), whole);
	return (BUILTIN_VALUE);
}

static int
f_floor(struct run *r, struct value *v, struct value *out)
{

	return (rounded(r, v, out, DECIMAL_FLOOR));
}

static int
f_ceil(struct run *r, struct value *v, struct value *out)
{

	return (rounded(r, v, out, DECIMAL_CEILING));
}

static int
f_round(struct run *r, struct value *v, struct value *out)
{

	return (rounded(r, v, out, DECIMAL_HALF_UP));
}

static int
f_trunc(struct run *r, struct value *v, struct value *out)
{

	return (rounded(r, v, out, DECIMAL_DOWN));
}

static int
f_rint(struct run *r, struct value *v, struct value *out)
{

	return (rounded(r, v, out, DECIMAL_HALF_EVEN));
}

/* Without its sign; what has none stays as it is written. */
static int
magnitude(struct run *r, struct value *v, struct value *out)
{
	struct decimal d;
	int sign;

	number_decimal(v, &d);
	sign = decimal_sign(&d);
	decimal_free(&d);
	*out = sign < 0 ? number_neg(run_heap(r), v) : value_dup(*v);
	return (BUILTIN_VALUE);
}

static int
f_fabs(struct run *r, struct value *v, struct value *out)
{

	if (numbers(r, v, 1) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	return (magnitude(r, v, out));
}

static int
f_abs(struct run *r, struct value *v, struct value *out)
{

	/* As jq defines it: what is below 0 is negated, whatever it is. */
	if (v->kind <= VALUE_TRUE)
		return (run_type_error(r, v, "cannot be negated"));
	if (!value_is_number(v)) {
		*out = value_dup(*v);
		return (BUILTIN_VALUE);
	}
	return (magnitude(r, v, out));
}

/* The smaller or larger of two numbers as it is; nan is neither. */
static int
choose(struct run *r, struct value *v, struct value *out, int sign)
{
	int first;

	if (numbers(r, v + 1, 2) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	first = number_is_nan(&v[2]) || (!number_is_nan(&v[1]) &&
	    number_cmp(&v[1], &v[2]) * sign >= 0);
	*out = value_dup(v[first ? 1 : 2]);
	return (BUILTIN_VALUE);
}

static int
f_fmin(struct run *r, struct value *v, struct value *out)
{

	return (choose(r, v, out, -1));
}

static int
f_fmax(struct run *r, struct value *v, struct value *out)
{

	return (choose(r, v, out, 1));
}

static int
f_fma(struct run *r, struct value *v, struct value *out)
{
	double x, y, z;

	if (numbers(r, v + 1, 3) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	x = number_double(&v[1]);
	y = number_double(&v[2]);
	z = number_double(&v[3]);
	return (result(r, out, fma(x, y, z)));
}

/* [x, y] of two numbers. */
static int
pair(struct run *r, struct value *out, double x, double y)
{

	*out = value_array(run_heap(r), 2);
	value_push(run_heap(r), out, number_of_double(run_heap(r), x));
	value_push(run_heap(r), out, number_of_double(run_heap(r), y));
	return (BUILTIN_VALUE);
}

static int
f_frexp(struct run *r, struct value *v, struct value *out)
{
	double x;
	int e = 0;

	if (numbers(r, v, 1) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	x = number_double(v);
	if (!isinf(x) && !isnan(x))
		x = frexp(x, &e);
	return (pair(r, out, x, e));
}

static int
f_modf(struct run *r, struct value *v, struct value *out)
{
	double x, whole;

	if (numbers(r, v, 1) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	x = modf(number_double(v), &whole);
	return (pair(r, out, x, whole));
}

static int
f_lgamma_r(struct run *r, struct value *v, struct value *out)
{
	double x;

	if (numbers(r, v, 1) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	x = lgamma(number_double(v));
	return (pair(r, out, x, signgam < 0 ? -1 : 1));
}

static int
f_infinite(struct run *r, struct value *v, struct value *out)
{

	(void)v;
	return (result(r, out, (double)INFINITY));
}

static int
f_nan(struct run *r, struct value *v, struct value *out)
{

	(void)v;
	return (result(r, out, (double)NAN));
}

static int
f_isnan(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	*out = value_bool(value_is_number(v) && number_is_nan(v));
	return (BUILTIN_VALUE);
}

static int
is_infinite(const struct value *v)
{

	return (v->kind == VALUE_SPECIAL && v->u.i != 0);
}

static int
f_isinfinite(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	*out = value_bool(is_infinite(v));
	return (BUILTIN_VALUE);
}

static int
f_isnormal(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	*out = value_bool(value_is_number(v) && isnormal(number_double(v)));
	return (BUILTIN_VALUE);
}

const struct builtin builtin_math[] = {
	{ "abs", 0, f_abs, BUILTIN_PURE },
	{ "acos", 0, f_acos, BUILTIN_PURE },
	{ "acosh", 0, f_acosh, BUILTIN_PURE },
	{ "asin", 0, f_asin, BUILTIN_PURE },
	{ "asinh", 0, f_asinh, BUILTIN_PURE },
	{ "atan", 0, f_atan, BUILTIN_PURE },
	{ "atan2", 2, f_atan2, BUILTIN_PURE },
	{ "atanh", 0, f_atanh, BUILTIN_PURE },
	{ "cbrt", 0, f_cbrt, BUILTIN_PURE },
	{ "ceil", 0, f_ceil, BUILTIN_PURE },
	{ "copysign", 2, f_copysign, BUILTIN_PURE },
	{ "cos", 0, f_cos, BUILTIN_PURE },
	{ "cosh", 0, f_cosh, BUILTIN_PURE },
	{ "drem", 2, f_remainder, BUILTIN_PURE },
	{ "erf", 0, f_erf, BUILTIN_PURE },
	{ "erfc", 0, f_erfc, BUILTIN_PURE },
	{ "exp", 0, f_exp, BUILTIN_PURE },
	{ "exp10", 0, f_exp10, BUILTIN_PURE },
	{ "exp2", 0, f_exp2, BUILTIN_PURE },
	{ "expm1", 0, f_expm1, BUILTIN_PURE },
	{ "fabs", 0, f_fabs, BUILTIN_PURE },
	{ "fdim", 2, f_fdim, BUILTIN_PURE },
	{ "floor", 0, f_floor, BUILTIN_PURE },
	{ "fma", 3, f_fma, BUILTIN_PURE },
	{ "fmax", 2, f_fmax, BUILTIN_PURE },
	{ "fmin", 2, f_fmin, BUILTIN_PURE },
	{ "fmod", 2, f_fmod, BUILTIN_PURE },
	{ "frexp", 0, f_frexp, BUILTIN_PURE },
	{ "gamma", 0, f_lgamma, BUILTIN_PURE },
	{ "hypot", 2, f_hypot, BUILTIN_PURE },
	{ "infinite", 0, f_infinite, BUILTIN_PURE },
	{ "isinfinite", 0, f_isinfinite, BUILTIN_PURE },
	{ "isnan", 0, f_isnan, BUILTIN_PURE },
	{ "isnormal", 0, f_isnormal, BUILTIN_PURE },
	{ "j0", 0, f_j0, BUILTIN_PURE },
	{ "j1", 0, f_j1, BUILTIN_PURE },
	{ "jn", 2, f_bessel_j, BUILTIN_PURE },
	{ "ldexp", 2, f_scalb2, BUILTIN_PURE },
	{ "lgamma", 0, f_lgamma, BUILTIN_PURE },
	{ "lgamma_r", 0, f_lgamma_r, BUILTIN_PURE },
	{ "log", 0, f_log, BUILTIN_PURE },
	{ "log10", 0, f_log10, BUILTIN_PURE },
	{ "log1p", 0, f_log1p, BUILTIN_PURE },
	{ "log2", 0, f_log2, BUILTIN_PURE },
	{ "logb", 0, f_logb, BUILTIN_PURE },
	{ "modf", 0, f_modf, BUILTIN_PURE },
	{ "nan", 0, f_nan, BUILTIN_PURE },
	{ "nearbyint", 0, f_rint, BUILTIN_PURE },
	{ "nextafter", 2, f_nextafter, BUILTIN_PURE },
	{ "nexttoward", 2, f_nextafter, BUILTIN_PURE },
	{ "pow", 2, f_pow, BUILTIN_PURE },
	{ "pow10", 0, f_exp10, BUILTIN_PURE },
	{ "remainder", 2, f_remainder, BUILTIN_PURE },
	{ "rint", 0, f_rint, BUILTIN_PURE },
	{ "round", 0, f_round, BUILTIN_PURE },
	{ "scalb", 2, f_scalb2, BUILTIN_PURE },
	{ "scalbln", 2, f_scalb2, BUILTIN_PURE },
	{ "significand", 0, f_significand, BUILTIN_PURE },
	{ "sin", 0, f_sin, BUILTIN_PURE },
	{ "sinh", 0, f_sinh, BUILTIN_PURE },
	{ "sqrt", 0, f_sqrt, BUILTIN_PURE },
	{ "tan", 0, f_tan, BUILTIN_PURE },
	{ "tanh", 0, f_tanh, BUILTIN_PURE },
	{ "tgamma", 0, f_tgamma, BUILTIN_PURE },
	{ "trunc", 0, f_trunc, BUILTIN_PURE },
	{ "y0", 0, f_y0, BUILTIN_PURE },
	{ "y1", 0, f_y1, BUILTIN_PURE },
	{ "yn", 2, f_bessel_y, BUILTIN_PURE },
	{ NULL, 0, NULL, 0 }
};

const struct builtin_def builtin_math_defs[] = {
	{ "isfinite", 0,
	    "def isfinite: type == \"number\" and (isinfinite | not);" },
	{ "finites", 0, "def finites: select(isfinite);" },
	{ "normals", 0, "def normals: select(isnormal);" },
	{ NULL, 0, NULL }
};
