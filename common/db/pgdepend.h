/*
 * pgdepend - rows that the server deletes or changes along with a row of
 * PostgreSQL
 *
 * Because foreign keys of theirs refer to it with ON DELETE CASCADE, SET NULL
 * or SET DEFAULT.  Who deletes a row and nothing else must ask first.
 */
#ifndef ROWPIPE_DB_PGDEPEND_H
#define ROWPIPE_DB_PGDEPEND_H

struct arena;
struct err;
struct pg;
struct pgdepend;
struct pgtarget;

/**
 * pgdepend_new(pg, t, a, err):
 * Find the foreign keys that refer to ${t}; what is given is borrowed.  Return
 * NULL with ${err} filled on failure; the result lives in the arena ${a}.
 */
struct pgdepend *pgdepend_new(struct pg *pg, const struct pgtarget *t,
    struct arena *a, struct err *err);

/**
 * pgdepend_find(d, place, table, name, err):
 * Are there such rows for the row whose ctid is ${place} and tableoid
 * ${table}?  Return 1 and store in *${name} the table of some, borrowed from
 * ${d}; 0 when there are none; -1 with ${err} filled.
 */
int pgdepend_find(struct pgdepend *d, const char *place, const char *table,
    const char **name, struct err *err);

#endif
