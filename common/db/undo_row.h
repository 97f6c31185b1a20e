/*
 * undo_row - rows of PostgreSQL as an undo log (undo.h) has them
 *
 * They are what row_to_json writes, but for values that would not survive a
 * program whose numbers are all doubles, such as jq: people filter these logs.
 * Where a number of a value would come out with other digits, its text is kept
 * in a string, which no program changes:
 *
 *     12.5     ->  12.5
 *     12.50    ->  {"json":"12.50"}
 *     [1.10]   ->  {"json":"[1.10]"}
 *
 * A value that is itself an object with that one member is wrapped as well.
 */
#ifndef ROWPIPE_DB_UNDO_ROW_H
#define ROWPIPE_DB_UNDO_ROW_H

#include <stddef.h>

struct arena;
struct buf;
struct json_field;
struct json_value;

/**
 * undo_row_put(b, fields, n):
 * Append the row with these ${n} members.
 */
void undo_row_put(struct buf *b, const struct json_field *fields, size_t n);

/**
 * undo_row_put_key(b, fields, nfields, key, n):
 * Append the key of the row with these ${nfields} members: an object of those
 * that the ${n} names ${key} name; when there are none, the whole row.
 */
void undo_row_put_key(struct buf *b, const struct json_field *fields,
    size_t nfields, const char *const *key, size_t n);

/**
 * undo_row_get(v, a):
 * Let ${v}, a row or key of a log, be what it was before it was written; what
 * is not an object stays.  Text that is not as it stands in the log lives in
 * the arena ${a}.
 */
void undo_row_get(struct json_value *v, struct arena *a);

#endif
