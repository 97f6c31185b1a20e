/*
 * hash - 128 bits that stand for some bytes, XXH128 by xxHash
 *
 * For tables and for counting values without keeping them: among a thousand
 * million different values the chance that any two share a hash is one in
 * 10^20.  The hash is the same on every machine and in every run.  It has no
 * secret: data made for it can collide, so it tells how many values differ,
 * never that nobody tampered (that is digest.h).
 */
#ifndef ROWPIPE_BASE_HASH_H
#define ROWPIPE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash {
	uint64_t	a, b;	/* each half is a good hash of its own */
};

/**
 * hash_bytes(s, len, seed):
 * The hash of the ${len} bytes at ${s}; another ${seed} is another hash, for
 * values of several kinds in one table.
 */
struct hash hash_bytes(const void *s, size_t len, uint64_t seed);

/**
 * hash_pair(x, y, seed):
 * The hash of two numbers.
 */
struct hash hash_pair(uint64_t x, uint64_t y, uint64_t seed);

/**
 * hash_mix(h):
 * A number in whose bits all of those of ${h} count: for hashes made by hand.
 */
static inline uint64_t
hash_mix(uint64_t h)
{

	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93U;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93U;
	return (h ^ h >> 32);
}

#endif
