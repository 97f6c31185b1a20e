/*
 * readiness_keys - the keys of rows: unique ones, and foreign ones
 *
 * Private to readiness.
 */
#ifndef ROWPIPE_DB_READINESS_KEYS_H
#define ROWPIPE_DB_READINESS_KEYS_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct findings;
struct json_value;
struct readiness_keys;
struct target;

/**
 * readiness_keys_new(target, fs, memory):
 * Return a look at the keys of ${target}; caller frees with
 * readiness_keys_free.
 */
struct readiness_keys *readiness_keys_new(struct target *target,
    struct findings *fs, uint64_t memory);

/**
 * readiness_keys_row(k, values, number, a, err):
 * Take the keys of a row, whose ${values}, an array beside the columns of the
 * target, are NULL where it has none that fits.  Return 0, or -1 with ${err}
 * filled.
 */
int readiness_keys_row(struct readiness_keys *k,
    const struct json_value *const *values, uint64_t number, struct arena *a,
    struct err *err);

/**
 * readiness_keys_flush(k, err), readiness_keys_end(k, err):
 * Ask the target for the keys that were gathered; all rows have passed, and
 * those that collide with each other are to be found.
 */
int readiness_keys_flush(struct readiness_keys *k, struct err *err);
int readiness_keys_end(struct readiness_keys *k, struct err *err);

/**
 * readiness_keys_count(k, unique):
 * How many keys there are of the one kind or the other.
 */
size_t readiness_keys_count(const struct readiness_keys *k, int unique);

/**
 * readiness_keys_free(k):
 * Free ${k}; NULL is fine.
 */
void readiness_keys_free(struct readiness_keys *k);

#endif
