/*
 * sqlite_after - the rows of a SQLite table that come after a key
 */
#ifndef ROWPIPE_DB_SQLITE_AFTER_H
#define ROWPIPE_DB_SQLITE_AFTER_H

struct arena;
struct err;
struct sqlite;

/**
 * sqlite_after_where(db, table, key, order_by, where, a, out, err):
 * As after_where (schema/after.h), for the table of ${db} that is written as
 * ${table}, or for a query when that is NULL: values are written as the columns
 * hold them.
 */
int sqlite_after_where(struct sqlite *db, const char *table, const char *key,
    const char *order_by, const char *where, struct arena *a,
    const char **out, struct err *err);

#endif
