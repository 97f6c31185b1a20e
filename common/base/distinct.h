/*
 * distinct - how many different values there were, in bounded memory
 *
 * Counts exactly, by hashes of 128 bits (hash.h), until there are more than
 * can be kept, and estimates from there on (hll.h).
 */
#ifndef ROWPIPE_BASE_DISTINCT_H
#define ROWPIPE_BASE_DISTINCT_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

struct distinct;

/**
 * distinct_new(exact, precision):
 * Return a count of no values that is exact up to ${exact} different ones and
 * then an estimate of the ${precision} that hll_new takes.  Caller frees with
 * distinct_free.
 */
struct distinct *distinct_new(uint64_t exact, int precision);

/**
 * distinct_need(d):
 * Bytes of memory that ${d} needs, beside what it has, to take in one more
 * value; 0 most of the time.
 */
size_t distinct_need(const struct distinct *d);

/**
 * distinct_add(d, h):
 * Take in the value with the hash ${h}.  Return how many bytes ${d} has grown
 * by, negative when it shrank.
 */
ptrdiff_t distinct_add(struct distinct *d, struct hash h);

/**
 * distinct_blur(d):
 * Let the count be an estimate from now on, to save memory.  Return how many
 * bytes ${d} has grown by (negative when it shrank).
 */
ptrdiff_t distinct_blur(struct distinct *d);

/**
 * distinct_count(d), distinct_exact(d):
 * How many different values there were; whether that is exact.
 */
uint64_t distinct_count(const struct distinct *d);
int distinct_exact(const struct distinct *d);

/**
 * distinct_size(d):
 * Bytes of memory that the hashes of an exact count take.
 */
size_t distinct_size(const struct distinct *d);

/**
 * distinct_free(d):
 * Free ${d}; NULL is fine.
 */
void distinct_free(struct distinct *d);

#endif
