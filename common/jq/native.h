/*
 * native - the filters of the library that take filters: map, limit, walk
 *
 * Part of the evaluator (eval.c calls what is here for nodes it does not know)
 * and with its conventions: see run.h.
 */
#ifndef ROWPIPE_JQ_NATIVE_H
#define ROWPIPE_JQ_NATIVE_H

#include "jq/run.h"

/**
 * native_one(r, n, env, in, out):
 * As eval_one.
 */
int native_one(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value *out);

/**
 * native_eval(r, n, env, in, path, k):
 * As eval.
 */
int native_eval(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value path, struct cont *k);

/**
 * native_emit(r, n, env, in, path, vals, k):
 * Emit the outputs of a node whose values are known: range, limit, skip, nth.
 * All is borrowed.
 */
int native_emit(struct run *r, struct node *n, struct frame *env,
    struct value *in, struct value *path, struct value *vals,
    struct cont *k);

/**
 * native_combine(r, n, in, vals, out):
 * One output from values: nth of a range and such.
 */
int native_combine(struct run *r, struct node *n, struct value *in,
    struct value *vals, struct value *out);

/**
 * native_track(r, n, in, path, vals, out):
 * The path of getpath: ${path} and vals[0] joined.
 */
int native_track(struct run *r, struct node *n, struct value *in,
    const struct value *path, struct value *vals, struct value *out);

/**
 * native_path_error(r, v, key):
 * Raise the error of looking for ${key} in ${v}, which is on no path.
 */
int native_path_error(struct run *r, const struct value *v,
    const struct value *key);

#endif
