/*
 * held - rows that wait until it is known which of them are to go
 *
 * Rows are held in the order in which they come, in memory while they are
 * few and then in a temporary file.  In any order, some are refused by their
 * number.  Then all come back in their order, each with what became of it.
 */
#ifndef ROWPIPE_ROW_HELD_H
#define ROWPIPE_ROW_HELD_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct held;
struct row;

enum held_status {
	HELD_KEPT,		/* here is a row that was not refused */
	HELD_REFUSED,		/* here is one that was */
	HELD_END,
	HELD_FAIL
};

/**
 * held_new(memory):
 * Return an empty store that uses about ${memory} bytes; caller frees with
 * held_free.
 */
struct held *held_new(size_t memory);

/**
 * held_add(h, row, err):
 * Hold a copy of ${row}, with its replacements.  Its number is how many were
 * held before.  Return 0, or -1 with ${err} filled (DIAG_FAIL).
 */
int held_add(struct held *h, const struct row *row, struct err *err);

/**
 * held_count(h):
 * How many rows are held.
 */
uint64_t held_count(const struct held *h);

/**
 * held_refuse(h, number, why, len, err):
 * Refuse the row ${number} for a reason that is ${len} bytes at ${why}, copied.
 * Return 0, or -1 with ${err} filled.
 */
int held_refuse(struct held *h, uint64_t number, const void *why, size_t len,
    struct err *err);

/**
 * held_end(h, err):
 * All that is to be refused was.  Return 0, or -1 with ${err} filled.
 */
int held_end(struct held *h, struct err *err);

/**
 * held_next(h, row, why, len, err):
 * Point *${row} at the next row, its line only: it has no fields, and its shape
 * is not 0.  HELD_REFUSED also gives the first reason for which it was
 * refused.  All is borrowed until the next call.
 */
enum held_status held_next(struct held *h, struct row **row, const char **why,
    size_t *len, struct err *err);

/**
 * held_free(h):
 * Free ${h}; NULL is fine.
 */
void held_free(struct held *h);

#endif
