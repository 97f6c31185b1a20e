/*
 * readiness - rows held against the table that they are meant for
 *
 * Each row is looked at as it passes: its fields, the values of its columns,
 * the table's checks, its keys.  What only the database can tell is asked for
 * many rows at once.  Memory is bounded: the keys of unique constraints, by
 * which rows that collide with each other are found, are sorted outside of it
 * when they are many (base/sorter.h).
 */
#ifndef ROWPIPE_DB_READINESS_H
#define ROWPIPE_DB_READINESS_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct findings;
struct readiness;
struct row;
struct target;

#define READINESS_MEMORY ((uint64_t)64 << 20)	/* default of --memory */

/**
 * readiness_new(target, fs, memory):
 * Return a look at rows for ${target} that adds what it finds to ${fs}, both
 * borrowed, and uses about ${memory} bytes for keys.  Caller frees with
 * readiness_free.
 */
struct readiness *readiness_new(struct target *target, struct findings *fs,
    uint64_t memory);

/**
 * readiness_row(r, row, number, err):
 * Look at ${row}, which findings call ${number}.  Return 0, or -1 with ${err}
 * filled when the database, or a temporary file, gave out.
 */
int readiness_row(struct readiness *r, const struct row *row,
    uint64_t number, struct err *err);

/**
 * readiness_end(r, err):
 * No more rows come: find what is left, the table's own facts among it, and
 * say which checks have found nothing.  Return as readiness_row.
 */
int readiness_end(struct readiness *r, struct err *err);

/**
 * readiness_free(r):
 * Free ${r}; NULL is fine.
 */
void readiness_free(struct readiness *r);

#endif
