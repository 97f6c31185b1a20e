/*
 * fuzz_decimal - laws of arithmetic
 *
 * An input is two numbers with a space between them.  What is read and
 * written reads back the same; sums and products can be undone; order and
 * hash agree with equality.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int good, const char *what)
{

	if (good)
		return;
	(void)fprintf(stderr, "fuzz_decimal: %s\n", what);
	abort();
}

static int
same(const struct decimal *a, const struct decimal *b)
{

	return (decimal_compare(a, b) == 0 && decimal_compare(b, a) == 0 &&
	    decimal_hash(a) == decimal_hash(b));
}

static void
check_text(const struct decimal *a)
{
	struct decimal again;
	struct buf b = { 0 };

	decimal_write(&b, a);
	must(decimal_is_json(b.s, b.len), "writes JSON");
	decimal_parse(&again, b.s, b.len);
	must(same(a, &again), "reads what it wrote");
	decimal_free(&again);
	buf_free(&b);
}

static void
check_pair(const struct decimal *a, const struct decimal *b)
{
	struct decimal x, y;
	struct err err = ERR_INIT;
	int c = decimal_compare(a, b);

	must(decimal_compare(b, a) == -c, "is in one order");
	must(c != 0 || decimal_hash(a) == decimal_hash(b), "hashes by value");
	if (decimal_add(&x, a, b, &err) == 0) {
		if (decimal_sub(&y, &x, b, &err) == 0) {
			must(same(&y, a), "undoes a sum");
			decimal_free(&y);
		}
		decimal_free(&x);
	}
	if (decimal_sign(b) != 0 && decimal_mul(&x, a, b, &err) == 0) {
		check_text(&x);
		if (decimal_div(&y, &x, b, &err) == 0) {
			must(same(&y, a), "undoes a product");
			decimal_free(&y);
		}
		decimal_free(&x);
	}
	if (decimal_mod(&x, a, b, &err) == 0) {
		must(decimal_sign(&x) * decimal_sign(a) >= 0,
		    "remainder has the sign of what is divided");
		decimal_free(&x);
	}
}

static void
check_one(const struct decimal *a)
{
	struct decimal x, y;
	struct err err = ERR_INIT;
	int64_t n;

	check_text(a);
	decimal_neg(&x, a);
	decimal_neg(&y, &x);
	must(same(&y, a), "negates twice");
	must(decimal_sign(&x) == -decimal_sign(a), "negates the sign");
	decimal_free(&x);
	decimal_free(&y);
	if (decimal_round(&x, a, 0, DECIMAL_FLOOR, &err) == 0) {
		must(decimal_compare(&x, a) <= 0 && decimal_is_integer(&x),
		    "floor is a whole number below");
		decimal_free(&x);
	}
	if (decimal_to_int(a, &n)) {
		x = decimal_int(n);
		must(same(&x, a) && decimal_clamp(a) == n, "is that integer");
	}
	x = decimal_double(decimal_to_double(a));
	if (x.kind != DECIMAL_INF)
		must(decimal_to_double(&x) == decimal_to_double(a),
		    "the same double");
	decimal_free(&x);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data, *t = memchr(data, ' ', size);
	struct decimal a, b;
	size_t len;

	if (t == NULL || size > 1000)
		return (0);
	len = (size_t)(t - s);
	t++;
	if (!decimal_is_number(s, len) || !decimal_is_number(t, size - len - 1))
		return (0);
	decimal_parse(&a, s, len);
	decimal_parse(&b, t, size - len - 1);
	check_one(&a);
	check_one(&b);
	check_pair(&a, &b);
	decimal_free(&a);
	decimal_free(&b);
	return (0);
}
