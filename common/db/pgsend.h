/*
 * pgsend - JSON values as data of COPY (FORMAT binary)
 *
 * For the types whose binary form is known here, written as row_to_json writes
 * them or nearly so.  What the server reads as text costs it more: a million
 * rows of mixed types take it a third longer.  A value in any other form is
 * left to the text format, where the server's input functions decide.
 *
 * The forms are those of the server's receive functions, big-endian all of
 * them; see pgcopy_value.h for the way back.
 */
#ifndef ROWPIPE_DB_PGSEND_H
#define ROWPIPE_DB_PGSEND_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct column;
struct json_value;
struct pgsend;
struct pgtarget_column;

/**
 * pgsend_new(t, c, a):
 * Return a writer of values for the column ${t} of a table, ${c} in its model,
 * or NULL when the type has no binary form that is known here.  It lives in the
 * arena ${a}.
 */
const struct pgsend *pgsend_new(const struct pgtarget_column *t,
    const struct column *c, struct arena *a);

/**
 * pgsend_checks(s):
 * Return non-zero when all that pgsend_put takes is a value of the column, as
 * far as a client can know (schema/fit.h).
 */
int pgsend_checks(const struct pgsend *s);

/**
 * pgsend_put(s, v, a, b):
 * Append the length of the value ${v}, which is not null, and the value to
 * ${b}.  Scratch memory comes from the arena ${a}.  Return 1, or 0 with nothing
 * appended when it is not in a form known here.
 */
int pgsend_put(const struct pgsend *s, const struct json_value *v,
    struct arena *a, struct buf *b);

/**
 * pgsend_start(b), pgsend_end(b):
 * Append what stands before the rows, and what stands after them.
 */
void pgsend_start(struct buf *b);
void pgsend_end(struct buf *b);

/**
 * pgsend_row(n, b), pgsend_null(b), pgsend_number(n, b):
 * Append the beginning of a row of ${n} columns; a null; an integer column.
 */
void pgsend_row(size_t n, struct buf *b);
void pgsend_null(struct buf *b);
void pgsend_number(uint32_t n, struct buf *b);

#endif
