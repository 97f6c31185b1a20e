/*
 * scan_window - the loop over a window's blocks, once for each engine
 *
 * A template: define
 *	SCAN_NAME(what)		names of the functions made here
 *	SCAN_TARGET		their attributes
 *	SCAN_CLASSIFY(p, b)	fills the scan_bits ${b} of the block at ${p}
 *	SCAN_PREFIX_XOR(bits)	see scan_prefix_xor
 *	SCAN_LOWEST(bits)	as scan_lowest; of no bits, anything
 *	SCAN_COUNT(bits)	as scan_count
 * and include this file.
 */
#include "json/scan_block.h"

/* List the quotes ${bits} that end strings in the block at place ${at}. */
static SCAN_TARGET inline __attribute__((always_inline)) void
SCAN_NAME(_list)(struct scan *sc, uint64_t bits, size_t at)
{
	const size_t n = SCAN_COUNT(bits);
	volatile uint32_t *p = sc->ends + sc->nends;
	volatile uint32_t *const end = p + n;

	/*
	 * Most blocks have no more than six.  Writing as many as that and
	 * overwriting what was too much is cheaper than asking each time; and
	 * volatile keeps compilers from making slow vectors of it.
	 */
	sc->nends += n;
	do {
		p[0] = (uint32_t)at + SCAN_LOWEST(bits);
		bits &= bits - 1;
		p[1] = (uint32_t)at + SCAN_LOWEST(bits);
		bits &= bits - 1;
		p[2] = (uint32_t)at + SCAN_LOWEST(bits);
		bits &= bits - 1;
		p[3] = (uint32_t)at + SCAN_LOWEST(bits);
		bits &= bits - 1;
		p[4] = (uint32_t)at + SCAN_LOWEST(bits);
		bits &= bits - 1;
		p[5] = (uint32_t)at + SCAN_LOWEST(bits);
		bits &= bits - 1;
		p += 6;
	} while (p < end);
}

/* Take in the block at place ${at}, whose bytes begin at bit ${shift}. */
static SCAN_TARGET inline __attribute__((always_inline)) void
SCAN_NAME(_block)(struct scan *sc, const struct scan_bits *b,
    unsigned int shift, size_t at)
{
	const uint64_t backslash = b->backslash >> shift;
	uint64_t quote = b->quote >> shift, inside;

	sc->nonascii |= (uint64_t)(b->high != 0) <<
	    (at / SCAN_BLOCK % SCAN_BLOCKS);
	if ((backslash | sc->escaped) != 0)
		quote &= ~scan_escapes(sc, backslash, at);
	inside = SCAN_PREFIX_XOR(quote) ^ sc->in_string;
	sc->in_string = (uint64_t)((int64_t)inside >> 63);
	sc->bad |= b->control >> shift & inside;
	SCAN_NAME(_list)(sc, quote & ~inside, at);
}

static SCAN_TARGET void
SCAN_NAME(_window)(struct scan *sc, const char *s, size_t len, size_t from)
{
	const size_t end = len - from > SCAN_WINDOW ? from + SCAN_WINDOW : len;
	char tail[SCAN_BLOCK];
	struct scan_bits b;
	size_t at, rest;

	sc->nends = sc->nescapes = 0;
	sc->nonascii = 0;
	for (at = from; end - at >= SCAN_BLOCK; at += SCAN_BLOCK) {
		SCAN_CLASSIFY(s + at, &b);
		SCAN_NAME(_block)(sc, &b, 0, at);
	}
	if ((rest = end - at) == 0)
		return;
	/* Nothing beyond the end is read: the block may begin earlier. */
	if (end >= SCAN_BLOCK) {
		SCAN_CLASSIFY(s + end - SCAN_BLOCK, &b);
		SCAN_NAME(_block)(sc, &b, (unsigned int)(SCAN_BLOCK - rest),
		    at);
	} else {
		memset(tail, ' ', sizeof(tail));
		memcpy(tail, s, rest);
		SCAN_CLASSIFY(tail, &b);
		SCAN_NAME(_block)(sc, &b, 0, at);
	}
}

#undef SCAN_NAME
#undef SCAN_TARGET
#undef SCAN_CLASSIFY
#undef SCAN_PREFIX_XOR
#undef SCAN_LOWEST
#undef SCAN_COUNT
