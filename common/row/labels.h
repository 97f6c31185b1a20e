/*
 * labels - the different short strings of a field and how often each came,
 * as long as there are few
 *
 * What an enumeration looks like before somebody has called it one.
 */
#ifndef ROWPIPE_ROW_LABELS_H
#define ROWPIPE_ROW_LABELS_H

#include <stddef.h>
#include <stdint.h>

#define LABELS_MAX	50	/* more different strings are no labels */
#define LABELS_BYTES	64	/* and neither is a longer one */

struct label {
	uint64_t	hash;
	uint64_t	count;
	size_t		len;
	const char	*s;
	unsigned int	note;		/* the caller's; 0 at first */
};

struct labels;

/**
 * labels_new():
 * Return an empty list; caller frees with labels_free.
 */
struct labels *labels_new(void);

/**
 * labels_add(l, hash, s, len):
 * Count the string of ${len} bytes at ${s}, copied when it is new; ${hash} is
 * 64 bits of a hash of it.  Return its label, whose count is 1 when it is new,
 * borrowed until the next call; or NULL when it does not fit into the list:
 * the strings are no labels then.
 */
struct label *labels_add(struct labels *l, uint64_t hash, const char *s,
    size_t len);

/**
 * labels_list(l, n):
 * Return the labels, *${n} of them, in the order of their bytes, borrowed
 * until the next labels_add.
 */
const struct label *labels_list(struct labels *l, size_t *n);

/**
 * labels_twins(v, n, group):
 * For each of the ${n} labels at ${v} store in group[i] the place of the first
 * one that is the same but for letter case and blanks at the ends: i itself
 * when it is the first.  Return how many are not.
 */
size_t labels_twins(const struct label *v, size_t n, size_t *group);

/**
 * labels_free(l):
 * Free ${l}; NULL is fine.
 */
void labels_free(struct labels *l);

#endif
