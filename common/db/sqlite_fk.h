/*
 * sqlite_fk - foreign keys that a load would break
 *
 * Looks before and after: what was broken already is nobody's fault now and
 * stops nothing, what has been broken since is named, row by row.  Checked are
 * the tables that are loaded and those that refer to them.
 */
#ifndef ROWPIPE_DB_SQLITE_FK_H
#define ROWPIPE_DB_SQLITE_FK_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct sqlite;
struct sqlite_fk;

/**
 * sqlite_fk_new(db, tables, n, err):
 * Remember what is broken in the ${n} tables (names borrowed until return) as
 * they are before the load, in the transaction that is open.  Tables that
 * are not there yet are passed over.  Return NULL with ${err} filled on
 * failure; caller frees with sqlite_fk_free.
 */
struct sqlite_fk *sqlite_fk_new(struct sqlite *db,
    const char *const tables[], size_t n, struct err *err);

/**
 * sqlite_fk_check(fk, err):
 * Say of the first few rows whose foreign key is broken now and was not before
 * where they are ("clients.user_id") and what is wrong.  Return how many there
 * are, or -1 with ${err} filled.
 */
int64_t sqlite_fk_check(struct sqlite_fk *fk, struct err *err);

/**
 * sqlite_fk_free(fk):
 * Free ${fk}; NULL is fine.
 */
void sqlite_fk_free(struct sqlite_fk *fk);

#endif
