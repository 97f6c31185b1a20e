/*
 * snapshot - what a database is like, to be held against another
 *
 * The schemas of all tables and views (table_put_schema), for each table how
 * many rows it has and their digest (row/rowsum.h), and what there is beside
 * tables (schemasum_others).  The books of row-migrate do not count, nor do the
 * order of columns and the numbers that sequences will give next.
 */
#ifndef ROWPIPE_DB_SNAPSHOT_H
#define ROWPIPE_DB_SNAPSHOT_H

#include <stddef.h>

struct engine;
struct err;
struct snapshot;

/* Is told of a difference: "table users: index \"users_email\" is missing". */
typedef void snapshot_differs(void *cookie, const char *what);

/**
 * snapshot_take(e, err):
 * Look at the database of ${e}.  Return NULL with ${err} filled on failure;
 * caller frees with snapshot_free.
 */
struct snapshot *snapshot_take(struct engine *e, struct err *err);

/**
 * snapshot_compare(want, got, same, differs, cookie):
 * Tell ${differs} of all in which ${got} is not like ${want}, and return how
 * much that is.  With ${same}, rows of tables that are not the same in
 * ${want} and ${same} are only counted: each run makes others.
 */
size_t snapshot_compare(const struct snapshot *want,
    const struct snapshot *got, const struct snapshot *same,
    snapshot_differs *differs, void *cookie);

/**
 * snapshot_free(s):
 * Free ${s}; NULL is fine.
 */
void snapshot_free(struct snapshot *s);

#endif
