#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/hash.h"

struct hash
hash_bytes(const void *bytes, size_t len, uint64_t seed)
{
	XXH128_hash_t h = XXH3_128bits_withSeed(bytes, len, seed);

	return ((struct hash){ h.low64, h.high64 });
}

/* Eight bytes of a number, the same on every machine. */
static void
put_word(unsigned char *s, uint64_t x)
{
	int i;

	for (i = 0; i < 8; i++)
		s[i] = (unsigned char)(x >> 8 * i & 0xff);
}

struct hash
hash_pair(uint64_t x, uint64_t y, uint64_t seed)
{
	unsigned char both[16];

	put_word(both, x);
	put_word(both + 8, y);
	return (hash_bytes(both, sizeof(both), seed));
}
