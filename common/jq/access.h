/*
 * access - reading and changing values by keys and paths
 *
 * Functions return BUILTIN_VALUE or 0 when they did it, or BUILTIN_FAIL with
 * the error raised in ${r}.
 */
#ifndef ROWPIPE_JQ_ACCESS_H
#define ROWPIPE_JQ_ACCESS_H

#include <stddef.h>

#include "jq/value.h"

struct node;
struct run;

/**
 * access_field(r, n, v, out):
 * Store ${v}.[n->value] in ${out}; ${v} is taken over.  The node remembers
 * where rows of the same shape have the field.
 */
int access_field(struct run *r, struct node *n, struct value v,
    struct value *out);

/**
 * access_get(r, v, key, out):
 * Store ${v}[${key}] in ${out}; both are borrowed.
 */
int access_get(struct run *r, struct value *v, struct value *key,
    struct value *out);

/**
 * access_slice(r, v, from, to, out):
 * Store ${v}[${from}:${to}]; all borrowed.
 */
int access_slice(struct run *r, struct value *v, struct value *from,
    struct value *to, struct value *out);

/**
 * access_slice_key(r, from, to):
 * The path element {"start": from, "end": to}; both borrowed.
 */
struct value access_slice_key(struct run *r, const struct value *from,
    const struct value *to);

/**
 * access_set(r, v, key, x):
 * Set *${v}[${key}] = ${x}, in place where nobody else holds it; ${key} is
 * borrowed, ${x} taken over.
 */
int access_set(struct run *r, struct value *v, struct value *key,
    struct value x);

/**
 * access_take(r, v, key, out):
 * As access_get, leaving null in the place so that the value has one holder
 * less; access_set puts it back.
 */
int access_take(struct run *r, struct value *v, struct value *key,
    struct value *out);

/**
 * access_getpath, access_setpath, access_delpaths:
 * The same for paths, arrays of keys; ${path} is borrowed.
 */
int access_getpath(struct run *r, const struct value *v, struct value *path,
    struct value *out);
int access_setpath(struct run *r, struct value *v, struct value *path,
    size_t at, struct value x);
int access_delpaths(struct run *r, struct value *v, struct value *paths);

/**
 * access_delete(r, v, key):
 * Delete *${v}[${key}]; ${key} is borrowed.
 */
int access_delete(struct run *r, struct value *v, struct value *key);

#endif
