/*
 * dedup - of the rows with one key, keep one
 *
 * Which one: the first, the last, or the one with the least or the greatest
 * value in some field (of several such, the first; a row in which that is null
 * or absent is kept only when all are).  Values compare as those of keys do
 * (key.h).  Memory is bounded as that of keyset.h is: to keep the first, rows
 * are held when the keys are too many; to keep another, always.
 */
#ifndef ROWPIPE_ROW_DEDUP_H
#define ROWPIPE_ROW_DEDUP_H

#include <stddef.h>
#include <stdint.h>

struct dedup;
struct err;
struct key;
struct row;

#define DEDUP_MEMORY	((uint64_t)256 << 20)	/* default of --memory */

enum dedup_keep { DEDUP_FIRST, DEDUP_LAST, DEDUP_MIN, DEDUP_MAX };

/**
 * dedup_new(key, keep, field, nulls, memory):
 * Return an empty set of rows, of which those with the same ${key} are
 * duplicates; it owns ${key} and ${field}, a key of one field for DEDUP_MIN and
 * DEDUP_MAX, else NULL.  Rows whose key has a null, or lacks a field, are no
 * duplicates unless ${nulls} is set.  Caller frees with dedup_free.
 */
struct dedup *dedup_new(struct key *key, enum dedup_keep keep,
    struct key *field, int nulls, uint64_t memory);

enum dedup_verdict {
	DEDUP_KEEP,		/* the row stays */
	DEDUP_DROP,		/* it goes */
	DEDUP_HELD,		/* it comes back from dedup_next */
	DEDUP_END,		/* of dedup_next: there are no more */
	DEDUP_FAIL		/* and ${err} is filled */
};

/**
 * dedup_row(d, row, err):
 * Say what becomes of ${row}.  All rows of one input must be given to the same
 * ${d}.
 */
enum dedup_verdict dedup_row(struct dedup *d, const struct row *row,
    struct err *err);

/**
 * dedup_next(d, row, err):
 * After the last row: point *${row} at the next of those that were held,
 * borrowed until the next call, with no fields, and say what becomes of it.
 */
enum dedup_verdict dedup_next(struct dedup *d, struct row **row,
    struct err *err);

/**
 * dedup_unseen(d, at):
 * As keyset_unseen, for the fields of the key.
 */
const char *dedup_unseen(const struct dedup *d, size_t *at);

/**
 * dedup_free(d):
 * Free ${d}; NULL is fine.
 */
void dedup_free(struct dedup *d);

#endif
