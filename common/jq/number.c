#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/err.h"
#include "jq/number.h"

#define SHORT_DIGITS	18	/* always fit 64 bits */

struct value
number_text(const char *s, size_t len)
{

	return ((struct value){ .u.s = s, .len = (uint32_t)len,
	    .kind = VALUE_NUMTEXT, .flags = VALUE_QUOTED });
}

/* Most numbers are a few digits; return 0 when this one is not. */
static int
parse_short(const char *s, size_t len, int64_t *out)
{
	size_t i = *s == '-';
	int64_t n = 0;

	if (len - i > SHORT_DIGITS)
		return (0);
	for (; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return (0);
		n = n * 10 + (s[i] - '0');
	}
	*out = *s == '-' ? -n : n;
	return (1);
}

static void
number_load_text(const char *s, size_t len, struct decimal *d)
{
	int64_t i;

	if (parse_short(s, len, &i))
		*d = decimal_int(i);
	else
		decimal_parse(d, s, len);
}

/* As number_decimal, but BIG is borrowed: free only what was text. */
static void
borrow(const struct value *v, struct decimal *d)
{

	switch (v->kind) {
	case VALUE_INT:
		*d = decimal_int(v->u.i);
		break;
	case VALUE_DEC:
		*d = decimal_int(v->u.i);
		d->exp = v->exp;
		break;
	case VALUE_SPECIAL:
		*d = decimal_int(v->u.i);
		d->kind = v->u.i == 0 ? DECIMAL_NAN : DECIMAL_INF;
		break;
	case VALUE_NUMTEXT:
		number_load_text(v->u.s, v->len, d);
		break;
	case VALUE_NUMSTR:
		number_load_text(v->u.str->s, v->u.str->len, d);
		break;
	default:
		*d = v->u.big->dec;
		break;
	}
}

static void
give_back(const struct value *v, struct decimal *d)
{

	if (v->kind == VALUE_NUMTEXT || v->kind == VALUE_NUMSTR)
		decimal_free(d);
}

void
number_decimal(const struct value *v, struct decimal *d)
{

	if (v->kind == VALUE_BIG)
		*d = decimal_copy(&v->u.big->dec);
	else
		borrow(v, d);
}

struct value
number_of_decimal(struct value_heap *h, struct decimal d)
{

	switch (d.kind) {
	case DECIMAL_SMALL:
		if (d.exp == 0)
			return (value_int(d.coef));
		if (d.exp >= INT16_MIN && d.exp <= INT16_MAX)
			return ((struct value){ .u.i = d.coef,
			    .exp = (int16_t)d.exp, .kind = VALUE_DEC });
		break;
	case DECIMAL_NAN:
		return ((struct value){ .u.i = 0, .kind = VALUE_SPECIAL });
	case DECIMAL_INF:
		return ((struct value){ .u.i = d.coef,
		    .kind = VALUE_SPECIAL });
	default:
		break;
	}
	return (value_big(h, d));
}

struct value
number_parsed(struct value_heap *h, struct value v)
{
	struct decimal d;

	if (v.kind != VALUE_NUMTEXT && v.kind != VALUE_NUMSTR)
		return (v);
	borrow(&v, &d);
	value_free(h, v);
	return (number_of_decimal(h, d));
}

double
number_double(const struct value *v)
{
	struct decimal d;
	double x;

	if (v->kind == VALUE_INT)
		return ((double)v->u.i);
	borrow(v, &d);
	x = decimal_to_double(&d);
	give_back(v, &d);
	return (x);
}

struct value
number_of_double(struct value_heap *h, double x)
{

	if (x > -9007199254740992.0 && x < 9007199254740992.0 &&
	    x == (double)(int64_t)x)
		return (value_int((int64_t)x));
	return (number_of_decimal(h, decimal_double(x)));
}

int
number_int(const struct value *v, int64_t *out)
{
	struct decimal d;
	int whole;

	if (v->kind == VALUE_INT) {
		*out = v->u.i;
		return (1);
	}
	borrow(v, &d);
	whole = decimal_to_int(&d, out);
	give_back(v, &d);
	return (whole);
}

int64_t
number_trunc_int(const struct value *v)
{
	struct decimal d;
	int64_t n;

	if (v->kind == VALUE_INT)
		return (v->u.i);
	borrow(v, &d);
	n = decimal_clamp(&d);
	give_back(v, &d);
	return (n);
}

int64_t
number_floor_int(const struct value *v)
{
	struct decimal d;
	int64_t n;

	if (v->kind == VALUE_INT)
		return (v->u.i);
	borrow(v, &d);
	n = decimal_clamp(&d);
	if (decimal_sign(&d) < 0 && !decimal_is_integer(&d) && n > INT64_MIN)
		n--;
	give_back(v, &d);
	return (n);
}

typedef int operation(struct decimal *out, const struct decimal *a,
    const struct decimal *b, struct err *err);

static int
op_add(struct decimal *out, const struct decimal *a, const struct decimal *b,
    struct err *err)
{

	return (decimal_add(out, a, b, err));
}

static int
op_sub(struct decimal *out, const struct decimal *a, const struct decimal *b,
    struct err *err)
{

	return (decimal_sub(out, a, b, err));
}

static int
op_mul(struct decimal *out, const struct decimal *a, const struct decimal *b,
    struct err *err)
{

	return (decimal_mul(out, a, b, err));
}

static int
apply(struct value_heap *h, operation *op, const struct value *a,
    const struct value *b, struct value *out, struct err *err)
{
	struct decimal x, y, z;
	int rc;

	borrow(a, &x);
	borrow(b, &y);
	if ((rc = op(&z, &x, &y, err)) == 0)
		*out = number_of_decimal(h, z);
	give_back(a, &x);
	give_back(b, &y);
	return (rc);
}

int
number_add(struct value_heap *h, const struct value *a, const struct value *b,
    struct value *out, struct err *err)
{
	int64_t n;

	if (a->kind == VALUE_INT && b->kind == VALUE_INT &&
	    !__builtin_add_overflow(a->u.i, b->u.i, &n)) {
		*out = value_int(n);
		return (0);
	}
	return (apply(h, op_add, a, b, out, err));
}

int
number_sub(struct value_heap *h, const struct value *a, const struct value *b,
    struct value *out, struct err *err)
{
	int64_t n;

	if (a->kind == VALUE_INT && b->kind == VALUE_INT &&
	    !__builtin_sub_overflow(a->u.i, b->u.i, &n)) {
		*out = value_int(n);
		return (0);
	}
	return (apply(h, op_sub, a, b, out, err));
}

int
number_mul(struct value_heap *h, const struct value *a, const struct value *b,
    struct value *out, struct err *err)
{
	int64_t n;

	if (a->kind == VALUE_INT && b->kind == VALUE_INT &&
	    !__builtin_mul_overflow(a->u.i, b->u.i, &n)) {
		*out = value_int(n);
		return (0);
	}
	return (apply(h, op_mul, a, b, out, err));
}

int
number_div(struct value_heap *h, const struct value *a, const struct value *b,
    struct value *out, struct err *err)
{

	if (a->kind == VALUE_INT && b->kind == VALUE_INT && b->u.i > 0 &&
	    a->u.i % b->u.i == 0) {
		*out = value_int(a->u.i / b->u.i);
		return (0);
	}
	return (apply(h, decimal_div, a, b, out, err));
}

int
number_mod(struct value_heap *h, const struct value *a, const struct value *b,
    struct value *out, struct err *err)
{

	if (a->kind == VALUE_INT && b->kind == VALUE_INT && b->u.i > 0) {
		*out = value_int(a->u.i % b->u.i);
		return (0);
	}
	return (apply(h, decimal_mod, a, b, out, err));
}

struct value
number_neg(struct value_heap *h, const struct value *a)
{
	struct decimal x, y;

	if (a->kind == VALUE_INT && a->u.i != INT64_MIN)
		return (value_int(-a->u.i));
	borrow(a, &x);
	decimal_neg(&y, &x);
	give_back(a, &x);
	return (number_of_decimal(h, y));
}

int
number_cmp(const struct value *a, const struct value *b)
{
	struct decimal x, y;
	int c;

	if (a->kind == VALUE_INT && b->kind == VALUE_INT)
		return ((a->u.i > b->u.i) - (a->u.i < b->u.i));
	borrow(a, &x);
	borrow(b, &y);
	c = decimal_compare(&x, &y);
	give_back(a, &x);
	give_back(b, &y);
	return (c);
}

uint32_t
number_hash(const struct value *v)
{
	struct decimal d;
	uint64_t hash;

	borrow(v, &d);
	hash = decimal_hash(&d);
	give_back(v, &d);
	return ((uint32_t)(hash ^ hash >> 32));
}

void
number_put(struct buf *b, const struct value *v)
{
	struct decimal d;

	switch (v->kind) {
	case VALUE_INT:
		json_put_int(b, v->u.i);
		break;
	case VALUE_NUMTEXT:
		buf_put(b, v->u.s, v->len);
		break;
	case VALUE_NUMSTR:
		buf_put(b, v->u.str->s, v->u.str->len);
		break;
	default:
		borrow(v, &d);
		decimal_write(b, &d);
		break;
	}
}
