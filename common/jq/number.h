/*
 * number - the arithmetic of row-map: no digit is lost
 *
 * Small numbers are computed in 64 bits, all others by decimal.h.  The results
 * of functions that have no exact answer (sqrt, sin) are doubles written in
 * the fewest digits that give the same double back.
 */
#ifndef ROWPIPE_JQ_NUMBER_H
#define ROWPIPE_JQ_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "jq/value.h"

struct buf;
struct err;

/**
 * number_text(s, len):
 * The number written as ${len} bytes of JSON at ${s}, borrowed.
 */
struct value number_text(const char *s, size_t len);

/**
 * number_double(v):
 * The double nearest to the number ${v}, borrowed.
 */
double number_double(const struct value *v);

/**
 * number_of_double(h, x):
 * The number that prints as the shortest text that reads back as ${x}.
 */
struct value number_of_double(struct value_heap *h, double x);

/**
 * number_int(v, out):
 * Store the number ${v} (borrowed) when it is a whole one that fits 64 bits
 * and return 1; else return 0.  "1.0" and "1e2" are whole.
 */
int number_int(const struct value *v, int64_t *out);

/**
 * number_trunc_int(v):
 * The whole part of ${v}, held within what 64 bits hold; nan is 0.
 */
int64_t number_trunc_int(const struct value *v);

/**
 * number_floor_int(v):
 * The largest whole number not above ${v}, held within what 64 bits hold;
 * nan is 0.
 */
int64_t number_floor_int(const struct value *v);

/**
 * number_parsed(h, v):
 * The same number, no longer as text.
 */
struct value number_parsed(struct value_heap *h, struct value v);

/**
 * number_decimal(v, d):
 * Set ${d} to the number ${v}, borrowed; free it with decimal_free.
 */
void number_decimal(const struct value *v, struct decimal *d);

/**
 * number_of_decimal(h, d):
 * The value of ${d}, which is taken over.
 */
struct value number_of_decimal(struct value_heap *h, struct decimal d);

/**
 * number_add(h, a, b, out, err), ...:
 * Exact arithmetic as decimal.h has it; operands are borrowed.  Return 0, or
 * -1 with ${err} filled when the result is out of bounds or ${b} is zero.
 */
int number_add(struct value_heap *h, const struct value *a,
    const struct value *b, struct value *out, struct err *err);
int number_sub(struct value_heap *h, const struct value *a,
    const struct value *b, struct value *out, struct err *err);
int number_mul(struct value_heap *h, const struct value *a,
    const struct value *b, struct value *out, struct err *err);
int number_div(struct value_heap *h, const struct value *a,
    const struct value *b, struct value *out, struct err *err);
int number_mod(struct value_heap *h, const struct value *a,
    const struct value *b, struct value *out, struct err *err);

/**
 * number_neg(h, a):
 * Minus ${a}, borrowed.
 */
struct value number_neg(struct value_heap *h, const struct value *a);

/**
 * number_cmp(a, b):
 * Compare by value; nan is below every number, itself included.
 */
int number_cmp(const struct value *a, const struct value *b);

/**
 * number_hash(v):
 * Equal numbers have equal hashes.
 */
uint32_t number_hash(const struct value *v);

/**
 * number_is_nan(v):
 * Return non-zero for nan.
 */
static inline int
number_is_nan(const struct value *v)
{

	return (v->kind == VALUE_SPECIAL && v->u.i == 0);
}

/**
 * number_put(b, v):
 * Append the text of ${v}: as it was written when nobody computed it.
 */
void number_put(struct buf *b, const struct value *v);

#endif
