/*
 * pgrow - a row as data of COPY
 *
 * Rows go in the binary format (pgsend.h) as long as all their values can, else
 * as lines of text, whose format is that of the manual's page on COPY, "Text
 * Format": columns with tabs between them, null as \N, and backslashes before
 * what would be taken for more than it is.  Values are checked before they are
 * written (schema/fit.h).
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
struct pgset;
struct row;

/* What the row written last has for a key, as bytes that are the same only for
 * keys that are. */
struct pgrow_key {
	const char	*s;	/* NULL: it has none, or one with a null */
	size_t		 len;
	int		 odd;	/* other bytes may be the same key */
};

/**
 * pgrow_new(m, staged, a):
 * Return a writer of rows for the target of ${m}, which is borrowed, or for its
 * staging; memory that lasts comes from the arena ${a}.  Caller frees with
 * pgrow_free.
 */
struct pgrow *pgrow_new(const struct pgmerge *m, int staged, struct arena *a);

/**
 * pgrow_is_binary(w):
 * A flag for each column whose values can go in the binary format; borrowed
 * from ${w}.  Those whose values are known not to have theirs cleared.
 */
const unsigned char *pgrow_is_binary(const struct pgrow *w);

enum pgrow_status { PGROW_PUT, PGROW_BAD, PGROW_TEXT };

/**
 * pgrow_put(w, plan, number, row, b, err):
 * Append ${row} to ${b}, in the format of its plan's set, with ${number} in
 * front when it goes through staging.  Else ${b} holds a part of it: return
 * PGROW_BAD with ${err} filled, its pos too, when a value does not fit;
 * PGROW_TEXT when it must go as text, as others for that column from now on.
 */
enum pgrow_status pgrow_put(struct pgrow *w, const struct pgplan *plan,
    size_t number, const struct row *row, struct buf *b, struct err *err);

/**
 * pgrow_number(set, s, len, number, b):
 * Append the row whose data for ${set}, in staging, are the ${len} bytes at
 * ${s}, to ${b} with another number.
 */
void pgrow_number(const struct pgset *set, const char *s, size_t len,
    size_t number, struct buf *b);

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
