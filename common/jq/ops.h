/*
 * ops - the operators, and small things that several builtins need
 */
#ifndef ROWPIPE_JQ_OPS_H
#define ROWPIPE_JQ_OPS_H

#include <stddef.h>

#include "jq/parse.h"
#include "jq/value.h"

struct run;

/**
 * ops_binary(r, op, v, out):
 * Store v[0] ${op} v[1] in ${out}.  As builtins do, this may take values out
 * of ${v}; what is left there stays the caller's.
 */
int ops_binary(struct run *r, enum ast_op op, struct value *v,
    struct value *out);

/**
 * ops_add(r, v, out):
 * v[0] + v[1], as above.
 */
int ops_add(struct run *r, struct value *v, struct value *out);

/**
 * ops_negate(r, v, out):
 * Minus ${v}, borrowed.
 */
int ops_negate(struct run *r, const struct value *v, struct value *out);

/**
 * ops_indices(r, v, x):
 * Where the array ${x} occurs in the array ${v}; both borrowed.
 */
struct value ops_indices(struct run *r, struct value *v, struct value *x);

/**
 * ops_split(r, v, sep):
 * The array of what stands between the ${sep} in the string ${v}; both are
 * borrowed.
 */
struct value ops_split(struct run *r, struct value *v, struct value *sep);

/**
 * ops_search(s, len, x, n):
 * Return where the ${n} bytes at ${x} first occur in ${s}, or NULL.
 */
const char *ops_search(const char *s, size_t len, const char *x, size_t n);

/**
 * ops_length(s, len):
 * How many characters ${len} bytes of UTF-8 are.
 */
size_t ops_length(const char *s, size_t len);

/**
 * ops_substring(r, v, s, len):
 * The ${len} bytes at ${s} of the string ${v}: a slice where ${v} is one.
 */
struct value ops_substring(struct run *r, const struct value *v,
    const char *s, size_t len);

/**
 * ops_tostring(r, v):
 * The string itself, or the value as JSON text; ${v} is taken over.
 */
struct value ops_tostring(struct run *r, struct value v);

/**
 * ops_open_row(r, v):
 * As value_open for an object; the row's fields are known already.
 */
void ops_open_row(struct run *r, struct value *v);

#endif
