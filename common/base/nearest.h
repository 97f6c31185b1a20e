/*
 * nearest - which of the known words was meant
 */
#ifndef ROWPIPE_BASE_NEAREST_H
#define ROWPIPE_BASE_NEAREST_H

#include <stddef.h>

struct word {
	const char	*s;		/* UTF-8 */
	size_t		 len;
};

/**
 * nearest(s, len, words, n):
 * Return the index of the word with the fewest characters to insert, delete
 * or change (Levenshtein), case-folded, from the ${len} bytes of UTF-8 at
 * ${s}; of equals the first; -1 when ${n} is 0.  Only the first characters of
 * long words are compared.
 */
ptrdiff_t nearest(const char *s, size_t len, const struct word *words,
    size_t n);

#endif
