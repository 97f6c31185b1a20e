#include "base/hash.h"

/* Odd numbers with no pattern in their bits: fractions of square roots. */
#define K1	UINT64_C(0x6a09e667f3bcc909)
#define K2	UINT64_C(0xbb67ae8584caa73b)
#define K3	UINT64_C(0x3c6ef372fe94f82b)
#define K4	UINT64_C(0xa54ff53a5f1d36f1)

static inline uint64_t
rotate(uint64_t x, unsigned int n)
{

	return (x << n | x >> (64 - n));
}

/* Eight bytes as a number, the same on every machine. */
static inline uint64_t
word(const unsigned char *s)
{

	return ((uint64_t)s[0] | (uint64_t)s[1] << 8 | (uint64_t)s[2] << 16 |
	    (uint64_t)s[3] << 24 | (uint64_t)s[4] << 32 |
	    (uint64_t)s[5] << 40 | (uint64_t)s[6] << 48 |
	    (uint64_t)s[7] << 56);
}

/* Each step can be undone, so that no two states become one before the next
 * words come in. */
static inline void
take(struct hash *h, uint64_t x, uint64_t y)
{

	h->a = rotate((h->a ^ x) * K1, 29);
	h->b = rotate((h->b ^ y) * K2, 31);
	h->a += h->b;
	h->b ^= h->a * K3;
}

static inline uint64_t
mix(uint64_t x)
{

	x ^= x >> 32;
	x *= K4;
	x ^= x >> 29;
	x *= K3;
	x ^= x >> 32;
	return (x);
}

static inline struct hash
finish(struct hash h, uint64_t len)
{

	take(&h, len, K4);
	h.a = mix(h.a + h.b);
	h.b = mix(h.b + h.a);
	h.a += h.b;
	return (h);
}

static inline uint64_t
half_word(const unsigned char *s)
{

	return ((uint64_t)s[0] | (uint64_t)s[1] << 8 | (uint64_t)s[2] << 16 |
	    (uint64_t)s[3] << 24);
}

/* Fewer than sixteen bytes.  What is read twice says nothing new, but nothing
 * is left out, and the length tells the rest apart. */
static inline void
take_few(struct hash *h, const unsigned char *s, size_t len)
{

	if (len >= 8)
		take(h, word(s), word(s + len - 8));
	else if (len >= 4)
		take(h, half_word(s), half_word(s + len - 4));
	else if (len > 0)
		take(h, s[0], (uint64_t)s[len / 2] << 8 | s[len - 1]);
}

struct hash
hash_bytes(const void *bytes, size_t len, uint64_t seed)
{
	const unsigned char *s = bytes;
	struct hash h = { seed ^ K3, seed + K1 };
	size_t left;

	for (left = len; left >= 16; left -= 16, s += 16)
		take(&h, word(s), word(s + 8));
	if (len < 16)
		take_few(&h, s, len);
	else if (left > 0)
		take(&h, word(s + left - 16), word(s + left - 8));
	return (finish(h, len));
}

struct hash
hash_pair(uint64_t x, uint64_t y, uint64_t seed)
{
	struct hash h = { seed ^ K3, seed + K1 };

	take(&h, x, y);
	return (finish(h, 16));
}
