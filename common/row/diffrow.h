/*
 * diffrow - the lines that row-diff writes
 *
 *     {"op":"add","key":{"id":7},"b":{...}}
 *     {"op":"remove","key":{"id":8},"a":{...}}
 *     {"op":"change","key":{"id":9},"a":{...},"b":{...},"fields":["name"]}
 *
 * "a" and "b" are the rows as they stood in the two files, byte for byte; "key"
 * are the fields of the key, as "a" (else "b") has them, and is missing when
 * rows were compared without one.  "fields" names those that differ or that
 * only one of the rows has.  Done to A, the lines make it B: they say what is
 * to be added, removed and changed.
 */
#ifndef ROWPIPE_ROW_DIFFROW_H
#define ROWPIPE_ROW_DIFFROW_H

#include <stddef.h>

#include "row/differ.h"

struct buf;
struct key;

/**
 * diffrow_put(to, op, key, a, b, fields, n):
 * Append a line, without LF, for what differ_found.differs is told; ${key} may
 * be NULL.
 */
void diffrow_put(struct buf *to, enum differ_op op, const struct key *key,
    const struct differ_row *a, const struct differ_row *b,
    const struct json_value *fields, size_t n);

/**
 * diffrow_put_key(to, key, row):
 * Append the key of ${row} as a JSON object.
 */
void diffrow_put_key(struct buf *to, const struct key *key,
    const struct differ_row *row);

#endif
