/*
 * fuzz_canon - two JSON texts, and what their forms and keys say of them
 *
 * The first byte of an input is a type, the rest two texts with a newline
 * between.  A canonical form is JSON and its own form, as any type; two values
 * are equal exactly when their keys are the same bytes, and the keys of
 * numbers compare as the numbers do.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/err.h"
#include "json/canon.h"
#include "json/canon_as.h"
#include "row/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int good, const char *what)
{

	if (good)
		return;
	(void)fprintf(stderr, "fuzz_canon: %s\n", what);
	abort();
}

static int
same(const struct buf *a, const struct buf *b)
{

	return (a->len == b->len && (a->len == 0 ||
	    memcmp(a->s, b->s, a->len) == 0));
}

static void
own_form(struct json_reader *r, const struct json_value *v, enum canon_as as)
{
	struct buf form = { 0 }, again = { 0 };
	struct err err = ERR_INIT;
	struct json_value w;

	canon_put_as(as, v, &form);
	must(json_read_value(r, form.s, form.len, &w, &err) == 0 &&
	    w.len == form.len, "a canonical form is JSON");
	canon_put_as(as, &w, &again);
	must(same(&form, &again), "a canonical form is its own form");
	buf_free(&form);
	buf_free(&again);
}

static int
order(const struct buf *a, const struct buf *b)
{
	const int n = memcmp(a->s, b->s, a->len < b->len ? a->len : b->len);

	if (n != 0)
		return (n < 0 ? -1 : 1);
	return ((a->len > b->len) - (a->len < b->len));
}

static void
compare(const struct json_value *v, const struct json_value *w)
{
	struct buf a = { 0 }, b = { 0 };
	struct decimal x, y;

	key_put_value(v, &a);
	key_put_value(w, &b);
	must(canon_equal(v, w) == same(&a, &b),
	    "equal values have the same key, and others have not");
	must(order(&a, &b) == -order(&b, &a), "keys have an order");
	/* Decimals stop at 10^(+-1,000,000,000). */
	if (v->type == JSON_NUMBER && w->type == JSON_NUMBER &&
	    v->len < 9 && w->len < 9) {
		decimal_parse(&x, v->s, v->len);
		decimal_parse(&y, w->s, w->len);
		must(order(&a, &b) == decimal_compare(&x, &y),
		    "keys of numbers compare as the numbers do");
		decimal_free(&x);
		decimal_free(&y);
	}
	buf_free(&a);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_reader *r, *r2, *r3;
	struct err err = ERR_INIT;
	struct json_value v, w;
	const char *s, *lf;
	enum canon_as as;

	if (size < 2)
		return (0);
	as = (enum canon_as)(data[0] % (CANON_AS_BYTES + 1));
	s = (const char *)data + 1;
	if ((lf = memchr(s, '\n', size - 1)) == NULL)
		return (0);
	r = json_reader_new();
	r2 = json_reader_new();
	r3 = json_reader_new();
	if (json_read_value(r, s, (size_t)(lf - s), &v, &err) == 0) {
		own_form(r3, &v, as);
		own_form(r3, &v, CANON_AS_IS);
		lf++;
		if (json_read_value(r2, lf, size - 1 - (size_t)(lf - s), &w,
		    &err) == 0)
			compare(&v, &w);
	}
	json_reader_free(r);
	json_reader_free(r2);
	json_reader_free(r3);
	return (0);
}
