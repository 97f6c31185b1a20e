/*
 * near - the nearest of the words that would have been right
 *
 *     near_start(&near, wrong);
 *     for (...) near_offer(&near, names[i]);
 *     if (near_best(&near) != NULL)
 *         err_hint(err, "did you mean %s?", quote_z(&q, near_best(&near)));
 */
#ifndef ROWPIPE_BASE_NEAR_H
#define ROWPIPE_BASE_NEAR_H

#include <stddef.h>

struct near {
	const char	*wrong;
	const char	*best;
	size_t		 distance;	/* of best; more than it means none */
};

/**
 * near_start(n, wrong):
 * Start looking for what ${wrong} (NUL-terminated, borrowed) may have meant.
 */
void near_start(struct near *n, const char *wrong);

/**
 * near_offer(n, word):
 * Offer one word, borrowed.  Letters, their order and missing or additional
 * ones count as mistakes, letter case does not; of equally near words the
 * first one offered stays.
 */
void near_offer(struct near *n, const char *word);

/**
 * near_best(n):
 * Return the nearest word, or NULL when none is near enough to be worth
 * saying.
 */
const char *near_best(const struct near *n);

#endif
