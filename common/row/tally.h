/*
 * tally - how much two sets of rows differ, for people
 */
#ifndef ROWPIPE_ROW_TALLY_H
#define ROWPIPE_ROW_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "row/differ.h"

struct buf;
struct tally;

/**
 * tally_new():
 * Return counts of nothing; caller frees with tally_free.
 */
struct tally *tally_new(void);

/**
 * tally_found(t, op, fields, n):
 * Count a difference, and the ${n} keys at ${fields} that differ.
 */
void tally_found(struct tally *t, enum differ_op op,
    const struct json_value *fields, size_t n);

/**
 * tally_count(t, op):
 * How many there were of that kind.
 */
uint64_t tally_count(const struct tally *t, enum differ_op op);

/**
 * tally_row(t, what, n):
 * Add a line to the table, which begins without any.
 */
void tally_row(struct tally *t, const char *what, uint64_t n);

/**
 * tally_put(t, b):
 * Append the table to ${b}: the lines that were added, then what was found, and
 * in how many rows each field has changed.
 */
void tally_put(struct tally *t, struct buf *b);

/**
 * tally_free(t):
 * Free ${t}; NULL is fine.
 */
void tally_free(struct tally *t);

#endif
