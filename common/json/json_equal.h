/*
 * json_equal - values that are the same, however they are written
 *
 * Numbers are equal by value, strings by what they stand for, objects whatever
 * the order of their members.  A key that an object has twice counts twice.
 */
#ifndef ROWPIPE_JSON_JSON_EQUAL_H
#define ROWPIPE_JSON_JSON_EQUAL_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct json_value;

/**
 * json_equal(a, b, scratch):
 * Return non-zero when the values ${a} and ${b}, slices of valid texts, are
 * equal.  Memory for that is taken from the arena ${scratch}.
 */
int json_equal(const struct json_value *a, const struct json_value *b,
    struct arena *scratch);

/**
 * json_equal_hash(v, seed, scratch):
 * Return a hash of ${v} that is the same for equal values.  What strangers
 * send should be hashed with a ${seed} that they do not know.
 */
uint64_t json_equal_hash(const struct json_value *v, uint64_t seed,
    struct arena *scratch);

/**
 * json_equal_twice(array, first, second, scratch):
 * Look for equal elements of the ${array}; store the places of the first such
 * pair found in *${first} and *${second}.  Return 1, or 0 when all elements
 * differ.
 */
int json_equal_twice(const struct json_value *array, size_t *first,
    size_t *second, struct arena *scratch);

#endif
