/*
 * canonical - rows in their canonical form
 *
 * That of the object (json/canon.h): the fields in the order of their names.
 * A field may be compared as its column's type says (json/canon_as.h), or not
 * at all.
 */
#ifndef ROWPIPE_ROW_CANONICAL_H
#define ROWPIPE_ROW_CANONICAL_H

#include <stddef.h>

#include "json/canon_as.h"

struct buf;
struct canonical;
struct row;

/**
 * canonical_new():
 * Return a writer for rows of one input, whose fields all count as they are;
 * caller frees with canonical_free.
 */
struct canonical *canonical_new(void);

/**
 * canonical_type(c, name, as), canonical_ignore(c, name):
 * Take the values of the field ${name}, copied, as those of a type; leave the
 * field out.
 */
void canonical_type(struct canonical *c, const char *name, enum canon_as as);
void canonical_ignore(struct canonical *c, const char *name);

/**
 * canonical_copy(c):
 * Return another writer with the same rules, for the rows of another input.
 */
struct canonical *canonical_copy(const struct canonical *c);

/**
 * canonical_as(c, name, len, as):
 * Store in *${as} what the field named by the ${len} bytes at ${name} is taken
 * as.  Return 1, or 0 when it is left out.
 */
int canonical_as(const struct canonical *c, const char *name, size_t len,
    enum canon_as *as);

/**
 * canonical_put(c, row, b):
 * Append the canonical form of ${row}.
 */
void canonical_put(struct canonical *c, const struct row *row,
    struct buf *b);

/**
 * canonical_free(c):
 * Free ${c}; NULL is fine.
 */
void canonical_free(struct canonical *c);

#endif
