#include <string.h>

#include "base/utf8.h"
#include "json/scan.h"
#include "json/scan_block.h"

#define BYTES(c)	(0x0101010101010101U * (unsigned char)(c))

/* The high bit of each byte that is zero. */
static inline uint64_t
zero_bytes(uint64_t w)
{

	return (~(((w & BYTES(0x7f)) + BYTES(0x7f)) | w) & BYTES(0x80));
}

/* The high bit of each byte below 0x20. */
static inline uint64_t
below_space(uint64_t w)
{

	/* With the high bits set nothing borrows from the next byte. */
	return (~((w | BYTES(0x80)) - BYTES(0x20)) & ~w & BYTES(0x80));
}

/* The high bits of the bytes of ${w} as the bits of a number, first lowest. */
static inline uint64_t
gather(uint64_t w)
{

	return ((w >> 7) * 0x0102040810204080U >> 56);
}

static inline uint64_t
load(const char *p)
{
	uint64_t w = 0;
	int i;

	for (i = 7; i >= 0; i--)
		w = w << 8 | (unsigned char)p[i];
	return (w);
}

static inline void
classify(const char *p, struct scan_bits *b)
{
	uint64_t w, high = 0, special = 0;
	unsigned int i;

	b->quote = b->backslash = b->control = 0;
	for (i = 0; i < SCAN_BLOCK; i += 8) {
		w = load(p + i);
		b->quote |= gather(zero_bytes(w ^ BYTES('"'))) << i;
		high |= w;
		special |= zero_bytes(w ^ BYTES('\\')) | below_space(w);
	}
	b->high = (high & BYTES(0x80)) != 0;
	if (special == 0)
		return;
	for (i = 0; i < SCAN_BLOCK; i += 8) {
		w = load(p + i);
		b->backslash |= gather(zero_bytes(w ^ BYTES('\\'))) << i;
		b->control |= gather(below_space(w)) << i;
	}
}

static void
window_portable(struct scan *sc, const char *s, size_t len, size_t from)
{
	static const struct scan_parts parts = {
		classify, scan_prefix_xor, scan_count, scan_lowest
	};

	scan_window(sc, s, len, from, &parts);
}

static int
utf8_portable(const char *s, size_t len)
{

	return (utf8_check(s, len) == len);
}

static const struct scan_engine portable = {
	"portable", window_portable, utf8_portable
};

void
scan_start(struct scan *sc)
{

	sc->bad = 0;
	sc->escaped = sc->in_string = 0;
}

const struct scan_engine *
scan_engine(const char *name)
{
	const struct scan_engine *all[3], *e;
	size_t i;

	all[0] = scan_x86_avx2();
	all[1] = scan_x86_sse2();
	all[2] = &portable;
	for (i = 0; i < 3; i++) {
		if ((e = all[i]) == NULL)
			continue;
		if (name == NULL || strcmp(e->name, name) == 0)
			return (e);
	}
	return (NULL);
}
