/*
 * sqlite_patch - sqlite-load --apply-diff: what row-diff found is mended
 *
 * A row is found by the fields that row-diff took as the key; it is changed or
 * removed when it is still as side A had it.
 */
#ifndef ROWPIPE_DB_SQLITE_PATCH_H
#define ROWPIPE_DB_SQLITE_PATCH_H

#include <stdint.h>

#include "db/sink.h"

struct err;
struct row;
struct sqlite;
struct sqlite_patch;
struct sqlite_table;

/**
 * sqlite_patch_new(db, t, force, err):
 * Make ready to change the rows of ${t}; both are borrowed.  With ${force}
 * rows are changed whatever they are now.  Return NULL with ${err} filled when
 * it is no table; caller frees with sqlite_patch_free.
 */
struct sqlite_patch *sqlite_patch_new(struct sqlite *db,
    const struct sqlite_table *t, int force, struct err *err);

/**
 * sqlite_patch_row(p, row, err):
 * Do what ${row}, a line of row-diff, says, and say what became of it.  REFUSED
 * and FAILED fill ${err}.
 */
enum sink_stored sqlite_patch_row(struct sqlite_patch *p,
    const struct row *row, struct err *err);

/**
 * sqlite_patch_lost(p):
 * How many values SQLite could not store as they are.
 */
uint64_t sqlite_patch_lost(const struct sqlite_patch *p);

/**
 * sqlite_patch_free(p):
 * Free ${p}; NULL is fine.
 */
void sqlite_patch_free(struct sqlite_patch *p);

#endif
