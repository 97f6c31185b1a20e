#include <string.h>

#include "base/near.h"

#define LONGEST 64		/* bytes; longer words are not compared */

static unsigned char
lower(char c)
{

	return ((unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c));
}

static size_t
least(size_t a, size_t b)
{

	return (a < b ? a : b);
}

/* How many letters to put in, leave out, change, or swap with their neighbour
 * lead from ${a} to ${b}; three rows of the usual table are enough. */
static size_t
distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t rows[3][LONGEST + 1], i, j, d;
	size_t *before = rows[0], *last = rows[1], *row = rows[2], *spare;

	for (j = 0; j <= blen; j++)
		before[j] = last[j] = j;
	for (i = 1; i <= alen; i++) {
		row[0] = i;
		for (j = 1; j <= blen; j++) {
			d = last[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
			d = least(d, least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 &&
			    lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]))
				d = least(d, before[j - 2] + 1);
			row[j] = d;
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return (last[blen]);
}

void
near_start(struct near *n, const char *wrong)
{

	n->wrong = wrong;
	n->best = NULL;
	/* A third of the letters may be wrong, but not all of a short word. */
	n->distance = strlen(wrong) / 3 + 1;
}

void
near_offer(struct near *n, const char *word)
{
	size_t alen = strlen(n->wrong), blen = strlen(word), d;

	if (alen > LONGEST || blen > LONGEST)
		return;
	d = distance(n->wrong, alen, word, blen);
	if (d < n->distance) {
		n->distance = d;
		n->best = word;
	}
}

const char *
near_best(const struct near *n)
{

	return (n->best);
}
