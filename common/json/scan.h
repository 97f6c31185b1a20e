/*
 * scan - find the quotes of a JSON text, 64 bytes at a time
 *
 * The text is taken in windows.  For each window an engine lists the quotes
 * that end strings and the backslashes that begin an escape, notes which
 * blocks of 64 bytes have bytes beyond ASCII, and finds control characters
 * inside strings.  With that, the walk over the text (json_walk.h) jumps over
 * strings without a look at them.
 *
 * Engines differ only in the instructions they use: all give the same lists.
 */
#ifndef ROWPIPE_JSON_SCAN_H
#define ROWPIPE_JSON_SCAN_H

#include <stddef.h>
#include <stdint.h>

#define SCAN_BLOCK	64
#define SCAN_BLOCKS	64		/* in a window, one bit each */
#define SCAN_WINDOW	((size_t)SCAN_BLOCKS * SCAN_BLOCK)

struct scan {
	/* What was found in the window scanned last, as places in the text. */
	size_t		nends, nescapes;
	uint64_t	nonascii;	/* bit i: block i has such bytes */
	uint64_t	bad;		/* not 0: there is a control character
					   in a string */
	/* What one block hands on to the next. */
	uint64_t	escaped;	/* 1: its first byte is escaped */
	uint64_t	in_string;	/* all ones: it begins in a string */

	uint32_t	ends[SCAN_WINDOW / 2 + 16];
	uint32_t	escapes[SCAN_WINDOW / 2 + 1];
};

struct scan_engine {
	const char	*name;
	/*
	 * Scan the window of the ${len} bytes at ${s} that begins at ${from},
	 * a multiple of SCAN_WINDOW, and fill *${sc}.
	 */
	void		(*window)(struct scan *sc, const char *s, size_t len,
			    size_t from);
	/* Are the ${len} bytes at ${s} valid UTF-8? */
	int		(*utf8)(const char *s, size_t len);
};

/**
 * scan_start(sc):
 * Make ${sc} ready for the first window of a text.
 */
void scan_start(struct scan *sc);

/**
 * scan_engine(name):
 * Return the engine "portable", "sse2" or "avx2", for NULL the best that this
 * processor has, or NULL when it or this build lacks the one named.
 */
const struct scan_engine *scan_engine(const char *name);

/* The engines of scan_x86.c; NULL where the processor lacks them. */
const struct scan_engine *scan_x86_sse2(void);
const struct scan_engine *scan_x86_avx2(void);

#endif
