/*
 * seen - keys that have come before, each with a number, in memory
 *
 * The whole keys are kept and compared, so the answer is exact.  The size is
 * known at any time, for those that must stay within some memory.
 */
#ifndef ROWPIPE_BASE_SEEN_H
#define ROWPIPE_BASE_SEEN_H

#include <stddef.h>
#include <stdint.h>

struct seen;

/**
 * seen_new():
 * Return a table without keys; caller frees with seen_free.
 */
struct seen *seen_new(void);

/**
 * seen_find(s, key, len, number):
 * Store the number of the key of ${len} bytes at ${key} in *${number}.  Return
 * 1, or 0 when it was not added.
 */
int seen_find(const struct seen *s, const void *key, size_t len,
    uint64_t *number);

/**
 * seen_add(s, key, len, number, earlier):
 * Add the key, copied, with its ${number}.  Return 1, or 0 when it is there
 * already; its number is then stored in *${earlier}, and stays.
 */
int seen_add(struct seen *s, const void *key, size_t len, uint64_t number,
    uint64_t *earlier);

/**
 * seen_size(s, len):
 * Bytes of memory that are needed while one more key of ${len} bytes is added.
 */
size_t seen_size(const struct seen *s, size_t len);

/**
 * seen_end(s):
 * Nothing will be looked for or added any more: give back what only that
 * needs.
 */
void seen_end(struct seen *s);

/**
 * seen_next(s, at, key, len, number):
 * Store the first key at or behind the place *${at}, which begins as 0, its
 * length and number; *${at} becomes the place behind it.  Keys come in the
 * order in which they were added, borrowed from ${s}.  Return 1, or 0 when
 * there are no more.
 */
int seen_next(const struct seen *s, size_t *at, const char **key, size_t *len,
    uint64_t *number);

/**
 * seen_free(s):
 * Free ${s}; NULL is fine.
 */
void seen_free(struct seen *s);

#endif
