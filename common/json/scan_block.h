/*
 * scan_block - the part of scanning that all engines share
 *
 * Included by the files that hold engines.  An engine makes bitmaps of a block
 * (bit i: byte i is of the kind); the rest is arithmetic on those.
 */
#ifndef ROWPIPE_JSON_SCAN_BLOCK_H
#define ROWPIPE_JSON_SCAN_BLOCK_H

#include <stdint.h>
#include <string.h>

#include "json/scan.h"

/* What an engine finds out about a block. */
struct scan_bits {
	uint64_t	quote;
	uint64_t	backslash;
	uint64_t	control;	/* below 0x20 */
	int		high;		/* there are bytes beyond ASCII */
};

/* The place of the lowest bit; 63 when there is none. */
static inline __attribute__((unused)) unsigned int
scan_lowest(uint64_t bits)
{

	return ((unsigned int)__builtin_ctzll(bits | (uint64_t)1 << 63));
}

/* How many bits there are, for processors that cannot count them. */
static inline __attribute__((unused)) unsigned int
scan_count(uint64_t bits)
{

	bits -= bits >> 1 & 0x5555555555555555U;
	bits = (bits & 0x3333333333333333U) +
	    (bits >> 2 & 0x3333333333333333U);
	bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fU;
	return ((unsigned int)(bits * 0x0101010101010101U >> 56));
}

/*
 * Bit i is the xor of the bits up to i: made of quotes, it marks what is
 * inside, from an opening quote to the byte before the closing one.
 */
static inline __attribute__((unused)) uint64_t
scan_prefix_xor(uint64_t bits)
{

	bits ^= bits << 1;
	bits ^= bits << 2;
	bits ^= bits << 4;
	bits ^= bits << 8;
	bits ^= bits << 16;
	bits ^= bits << 32;
	return (bits);
}

/*
 * List the backslashes that begin an escape; return a bitmap of the bytes
 * that they escape.
 */
static inline __attribute__((unused)) uint64_t
scan_escapes(struct scan *sc, uint64_t backslash, size_t at)
{
	uint64_t escaped = sc->escaped;
	unsigned int i;

	backslash &= ~escaped;
	sc->escaped = 0;
	for (; backslash != 0; backslash &= ~((uint64_t)3 << i)) {
		i = scan_lowest(backslash);
		sc->escapes[sc->nescapes++] = (uint32_t)(at + i);
		if (i == SCAN_BLOCK - 1)
			sc->escaped = 1;
		else
			escaped |= (uint64_t)2 << i;
	}
	return (escaped);
}

#endif
