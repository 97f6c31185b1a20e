/*
 * pgrow - a row as a line of COPY (FORMAT text) data
 *
 * The format is that of the manual's page on COPY, "Text Format": columns with
 * tabs between them, null as \N, and backslashes before what would be taken for
 * more than it is.  Values are checked before they are written (schema/fit.h).
 */
#ifndef ROWPIPE_DB_PGROW_H
#define ROWPIPE_DB_PGROW_H

#include <stddef.h>

struct arena;
struct buf;
struct err;
struct pgmerge;
struct pgplan;
struct pgrow;
struct row;

/* What the row written last has for a key, as bytes that are the same only for
 * keys that are. */
struct pgrow_key {
	const char	*s;	/* NULL: it has none, or one with a null */
	size_t		 len;
	int		 odd;	/* other bytes may be the same key */
};

/**
 * pgrow_new(m, a):
 * Return a writer of rows for the target of ${m}, which is borrowed; memory
 * that lasts comes from the arena ${a}.  Caller frees with pgrow_free.
 */
struct pgrow *pgrow_new(const struct pgmerge *m, struct arena *a);

/**
 * pgrow_put(w, plan, row, b, err):
 * Append ${row} with its LF to ${b}.  Return 0, or -1 with ${err} filled, its
 * pos too, when a value does not fit; ${b} then holds a part of it.
 */
int pgrow_put(struct pgrow *w, const struct pgplan *plan,
    const struct row *row, struct buf *b, struct err *err);

/**
 * pgrow_key(w, key):
 * Store the key of the row written last, borrowed until the next.
 */
void pgrow_key(const struct pgrow *w, struct pgrow_key *key);

/**
 * pgrow_free(w):
 * Free ${w}; NULL is fine.
 */
void pgrow_free(struct pgrow *w);

#endif
