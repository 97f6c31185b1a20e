/*
 * infer - a table model guessed from rows
 *
 * For sqlite-load --create without --schema: looks at a first, bounded window
 * of rows and explains every guess.  The type of a column is
 *
 *     bigint	whole numbers that fit 64 bits
 *     numeric	other numbers: more digits, or decimals
 *     double	numbers of which one has an exponent, as only floats are
 *		written; NaN and Infinity as strings are numbers among numbers
 *     boolean	true and false
 *     text	strings
 *     json	arrays and objects, and any mixture: only as JSON text do 1 and
 *		"1" stay different
 *     any	nothing but null was seen
 *
 * INFER_COLUMNS_MAX bounds what hostile rows, each with keys of its own, can
 * ask for; it is one more than SQLite takes, which then says so.  A key that
 * holds a NUL gets no column either.
 */
#ifndef ROWPIPE_SCHEMA_INFER_H
#define ROWPIPE_SCHEMA_INFER_H

#include "schema/table.h"

#define INFER_COLUMNS_MAX 2001

struct infer;
struct json_field;

/**
 * infer_new():
 * Return a guesser that has seen no row; caller frees with infer_free.
 */
struct infer *infer_new(void);

/**
 * infer_add(in, fields, n):
 * Look at the ${n} fields of one more row; they are not kept.
 */
void infer_add(struct infer *in, const struct json_field *fields, size_t n);

/**
 * infer_table(in, name, a):
 * Return the model that fits every row seen, living in the arena ${a}: a
 * column for every key in order of first appearance, the narrowest type that
 * holds all its values; never NOT NULL, never a key, never a date or UUID by
 * guess (text keeps them as they are).
 */
struct table *infer_table(const struct infer *in, const char *name,
    struct arena *a);

/**
 * infer_explain(in, column, dst, size):
 * Write why the ${column}th column got its type into ${dst}, for -v:
 * "\"total\": numeric: 998 numbers, 2 null, at most 7 digits, 2 decimals".
 * Return ${dst}.
 */
const char *infer_explain(const struct infer *in, size_t column, char *dst,
    size_t size);

/**
 * infer_free(in):
 * Free ${in}; NULL is fine.
 */
void infer_free(struct infer *in);

#endif
