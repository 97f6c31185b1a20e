/*
 * trail - how far a stream has been read, so that another run can go on there
 *
 * Counts the lines of a stream, digests them, and remembers the key of the last
 * row.  A line is on the trail when what is done with it is done:
 *
 *     trail_enter(t, row);
 *     ... store the row ...
 *     trail_leave(t);
 *
 * In between, trail_mark tells where the stream is without that line or with
 * it.
 */
#ifndef ROWPIPE_ROW_TRAIL_H
#define ROWPIPE_ROW_TRAIL_H

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"

struct row;
struct trail;

struct trail_mark {
	uint64_t	 start;		/* lines that another run has read, and
					   that did not come again */
	uint64_t	 lines;		/* from the beginning, those included */
	char		 xxh128[DIGEST_HEX_XXH128 + 1];	/* of the lines after
					   ${start}, each with its LF */
	const char	*key;		/* of the last row, a JSON object;
					   borrowed until the next row */
};

/**
 * trail_new(key, n, start):
 * Return the trail of a stream of which ${start} lines are left out.  The
 * ${n} names ${key}, borrowed, are the columns of the key.  Caller frees with
 * trail_free.
 */
struct trail *trail_new(const char *const *key, size_t n, uint64_t start);

/**
 * trail_key(t, key, n):
 * From the next row on the columns of the key are the ${n} names ${key},
 * borrowed.
 */
void trail_key(struct trail *t, const char *const *key, size_t n);

/**
 * trail_after(t, last):
 * Before the first row: the row before it had the key ${last}, a JSON object.
 */
void trail_after(struct trail *t, const char *last);

/**
 * trail_enter(t, row), trail_leave(t):
 * The line ${row}, which may be no row, is at hand; it is done with.
 */
void trail_enter(struct trail *t, const struct row *row);
void trail_leave(struct trail *t);

/**
 * trail_mark(t, with, m):
 * Store in ${m} where the stream is, the line at hand included when ${with}.
 */
void trail_mark(struct trail *t, int with, struct trail_mark *m);

/**
 * trail_lines(t):
 * How many lines are on the trail: the member of that name alone.
 */
uint64_t trail_lines(const struct trail *t);

/**
 * trail_free(t):
 * Free ${t}; NULL is fine.
 */
void trail_free(struct trail *t);

#endif
