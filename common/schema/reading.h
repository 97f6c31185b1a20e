/*
 * reading - a JSON document on its way into the table model
 *
 * Takes values by key, insists on their types, and knows where in the text
 * each stands when one is refused.  Every function that returns an int
 * returns -1 with the error filled when it refuses.
 */
#ifndef ROWPIPE_SCHEMA_READING_H
#define ROWPIPE_SCHEMA_READING_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

struct arena;
struct err;

struct reading {
	const char	*text;	/* of the document; values point into it */
	struct arena	*a;	/* for strings */
	struct err	*err;
};

/**
 * reading_refuse(rd, v, fmt, ...):
 * Fill the error with a message, whose place is that of the value ${v} unless
 * that is NULL, and return -1.
 */
int reading_refuse(struct reading *rd, const struct json_value *v,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * reading_get(rd, obj, key, type, v):
 * Store the member ${key} of ${obj}, which must be of ${type}, in ${v}.
 * Return 1, or 0 when there is none.
 */
int reading_get(struct reading *rd, const struct json_value *obj,
    const char *key, enum json_type type, struct json_value *v);

/**
 * reading_string(rd, v, what):
 * Return the string ${v}, which messages call ${what}, ending with NUL and
 * living in rd->a; NULL when it is no string or holds a NUL itself.
 */
const char *reading_string(struct reading *rd, const struct json_value *v,
    const char *what);

/**
 * reading_get_string(rd, obj, key, out), reading_get_flag(rd, obj, key, out),
 * reading_get_int(rd, obj, key, min, max, out):
 * Store the string, the boolean or the whole number under ${key} in *${out}.
 * Return 1, or 0 with *${out} as it was when there is none.
 */
int reading_get_string(struct reading *rd, const struct json_value *obj,
    const char *key, const char **out);
int reading_get_flag(struct reading *rd, const struct json_value *obj,
    const char *key, int *out);
int reading_get_int(struct reading *rd, const struct json_value *obj,
    const char *key, int64_t min, int64_t max, int64_t *out);

/**
 * reading_each(rd, v, what, each, cookie):
 * Call ${each} for every member of the array ${v}, or once for a lone string,
 * until one call returns -1.  Messages call the array ${what}.
 */
int reading_each(struct reading *rd, const struct json_value *v,
    const char *what, int (*each)(struct reading *,
    const struct json_value *, void *), void *cookie);

/**
 * reading_count(v):
 * Return how many members the array or object ${v} has; 1 for other values.
 */
size_t reading_count(const struct json_value *v);

#endif
