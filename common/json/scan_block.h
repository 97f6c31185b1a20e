/*
 * scan_block - the part of scanning that all engines share
 *
 * Included by the files that hold engines.  An engine makes bitmaps of a block
 * (bit i: byte i is of the kind); the rest is arithmetic on those.  It is
 * inlined into each engine's own function, and so is compiled for the
 * processor that the engine is for.
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

/* What an engine is made of. */
struct scan_parts {
	void		(*classify)(const char *p, struct scan_bits *b);
	uint64_t	(*prefix_xor)(uint64_t bits);	/* scan_prefix_xor */
	unsigned int	(*count)(uint64_t bits);	/* scan_count */
	unsigned int	(*lowest)(uint64_t bits);	/* scan_lowest; of no
							   bits, anything */
};

#define SCAN_INLINE static inline __attribute__((always_inline, unused))

/* The place of the lowest bit; 63 when there is none. */
SCAN_INLINE unsigned int
scan_lowest(uint64_t bits)
{

	return ((unsigned int)__builtin_ctzll(bits | (uint64_t)1 << 63));
}

/* How many bits there are, for processors that cannot count them. */
SCAN_INLINE unsigned int
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
SCAN_INLINE uint64_t
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

/* List the quotes ${bits} that end strings in the block at place ${at}. */
SCAN_INLINE void
scan_list(struct scan *sc, uint64_t bits, size_t at,
    const struct scan_parts *parts)
{
	const size_t n = parts->count(bits);
	volatile uint32_t *p = sc->ends + sc->nends;
	volatile uint32_t *const end = p + n;

	/*
	 * Most blocks have no more than six.  Writing as many as that and
	 * overwriting what was too much is cheaper than asking each time; and
	 * volatile keeps compilers from making slow vectors of it.
	 */
	sc->nends += n;
	do {
		p[0] = (uint32_t)at + parts->lowest(bits);
		bits &= bits - 1;
		p[1] = (uint32_t)at + parts->lowest(bits);
		bits &= bits - 1;
		p[2] = (uint32_t)at + parts->lowest(bits);
		bits &= bits - 1;
		p[3] = (uint32_t)at + parts->lowest(bits);
		bits &= bits - 1;
		p[4] = (uint32_t)at + parts->lowest(bits);
		bits &= bits - 1;
		p[5] = (uint32_t)at + parts->lowest(bits);
		bits &= bits - 1;
		p += 6;
	} while (p < end);
}

/* Take in the block at place ${at}, whose bytes begin at bit ${shift}. */
SCAN_INLINE void
scan_block(struct scan *sc, const struct scan_bits *b, unsigned int shift,
    size_t at, const struct scan_parts *parts)
{
	const uint64_t backslash = b->backslash >> shift;
	uint64_t quote = b->quote >> shift, inside;

	sc->nonascii |= (uint64_t)(b->high != 0) <<
	    (at / SCAN_BLOCK % SCAN_BLOCKS);
	if ((backslash | sc->escaped) != 0)
		quote &= ~scan_escapes(sc, backslash, at);
	inside = parts->prefix_xor(quote) ^ sc->in_string;
	sc->in_string = 0 - (inside >> 63);
	sc->bad |= b->control >> shift & inside;
	scan_list(sc, quote & ~inside, at, parts);
}

/* The loop over a window's blocks: see window of struct scan_engine. */
SCAN_INLINE void
scan_window(struct scan *sc, const char *s, size_t len, size_t from,
    const struct scan_parts *parts)
{
	const size_t end = len - from > SCAN_WINDOW ? from + SCAN_WINDOW : len;
	char tail[SCAN_BLOCK];
	struct scan_bits b;
	size_t at, rest;

	sc->nends = sc->nescapes = 0;
	sc->nonascii = 0;
	for (at = from; end - at >= SCAN_BLOCK; at += SCAN_BLOCK) {
		parts->classify(s + at, &b);
		scan_block(sc, &b, 0, at, parts);
	}
	if ((rest = end - at) == 0)
		return;
	/* Nothing beyond the end is read: the block may begin earlier. */
	if (end >= SCAN_BLOCK) {
		parts->classify(s + end - SCAN_BLOCK, &b);
		scan_block(sc, &b, (unsigned int)(SCAN_BLOCK - rest), at,
		    parts);
	} else {
		memset(tail, ' ', sizeof(tail));
		memcpy(tail, s, rest);
		parts->classify(tail, &b);
		scan_block(sc, &b, 0, at, parts);
	}
}

#endif
