/*
 * translate_private - what the parts of translate share
 */
#ifndef ROWPIPE_SCHEMA_TRANSLATE_PRIVATE_H
#define ROWPIPE_SCHEMA_TRANSLATE_PRIVATE_H

#include <stddef.h>

#include "schema/dialect.h"

struct arena;
struct docnode;
struct err;
struct rules;

/**
 * translate_type(name):
 * Return the set of types (rules.h) that ${name} is in "type"; 0 when it is
 * none.
 */
unsigned int translate_type(const char *name);

/**
 * translate_shape(v, shape, scratch, err):
 * Return 0 when ${v} may be the value of a keyword of that ${shape}, else -1
 * with ${err} filled.  Memory for that is taken from ${scratch}.
 */
int translate_shape(const struct docnode *v, enum keyword_shape shape,
    struct arena *scratch, struct err *err);

/**
 * translate_circles(rules, n, err):
 * Return 0 when none of the ${n} ${rules} leads back to itself on the same
 * value, else -1 with ${err} filled.
 */
int translate_circles(struct rules *const *rules, size_t n,
    struct err *err);

#endif
