/*
 * json_keys - do the members of an object have a key twice?
 *
 * Keys are compared by what they stand for: "a" and "\u0061" are the same.
 */
#ifndef ROWPIPE_JSON_JSON_KEYS_H
#define ROWPIPE_JSON_JSON_KEYS_H

#include <stddef.h>

#include "json/json.h"

struct json_keys;

/**
 * json_keys_new():
 * Return a checker, whose memory grows to the largest object and stays;
 * caller frees with json_keys_free.
 */
struct json_keys *json_keys_new(void);

/**
 * json_keys_repeated(k, fields, n):
 * Return the place of the first of the ${n} members at ${fields} whose key an
 * earlier one has, or ${n} when there is none.  Takes time in proportion to
 * ${n} (times its logarithm at worst), whatever the keys are.
 */
size_t json_keys_repeated(struct json_keys *k, const struct json_field *fields,
    size_t n);

/**
 * json_keys_free(k):
 * Free ${k}; NULL is fine.
 */
void json_keys_free(struct json_keys *k);

#endif
