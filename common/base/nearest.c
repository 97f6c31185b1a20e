#include <stdint.h>

#include "base/buf.h"
#include "base/nearest.h"
#include "base/utf8.h"

#define CHARS_MAX 64		/* of each word that are compared */

/* Case-fold a word into at most CHARS_MAX code points; return how many. */
static size_t
fold(const char *s, size_t len, struct buf *b, uint32_t *code)
{
	size_t at = 0, n = 0;

	b->len = 0;
	utf8_fold(b, s, len < 4 * CHARS_MAX ? len : utf8_check(s,
	    4 * CHARS_MAX));
	while (at < b->len && n < CHARS_MAX)
		at += utf8_decode(b->s + at, b->len - at, &code[n++]);
	return (n);
}

/* The edit distance, one row of the table at a time. */
static size_t
distance(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
	size_t d[CHARS_MAX + 1], diagonal, above, best, i, j;

	for (j = 0; j <= nb; j++)
		d[j] = j;
	for (i = 1; i <= na; i++) {
		diagonal = d[0];
		d[0] = i;
		for (j = 1; j <= nb; j++) {
			above = d[j];
			best = diagonal + (a[i - 1] != b[j - 1]);
			if (above + 1 < best)
				best = above + 1;
			if (d[j - 1] + 1 < best)
				best = d[j - 1] + 1;
			d[j] = best;
			diagonal = above;
		}
	}
	return (d[nb]);
}

ptrdiff_t
nearest(const char *s, size_t len, const struct word *words, size_t n)
{
	uint32_t a[CHARS_MAX], b[CHARS_MAX];
	struct buf scratch = { 0 };
	size_t na, nb, i, d, least = SIZE_MAX;
	ptrdiff_t found = -1;

	na = fold(s, len, &scratch, a);
	for (i = 0; i < n; i++) {
		nb = fold(words[i].s, words[i].len, &scratch, b);
		if ((d = distance(a, na, b, nb)) < least) {
			least = d;
			found = (ptrdiff_t)i;
		}
	}
	buf_free(&scratch);
	return (found);
}
