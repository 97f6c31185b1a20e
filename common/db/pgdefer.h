/*
 * pgdefer - foreign keys of tables that refer to each other in circles, or to
 * themselves, are checked at the end
 *
 * Rows of such tables that come one by one refer to others that are still to
 * come.  A key that is NOT DEFERRABLE is made DEFERRABLE for as long as that
 * takes, within the transaction, and then what it was.  Only the owner may do
 * so: for others such keys are checked at once, as ever.
 */
#ifndef ROWPIPE_DB_PGDEFER_H
#define ROWPIPE_DB_PGDEFER_H

struct err;
struct pg;
struct pgdefer;
struct pgtarget;

/**
 * pgdefer_new(pg):
 * Return a list of keys of tables that ${pg}, borrowed, is connected to; caller
 * frees with pgdefer_free.
 */
struct pgdefer *pgdefer_new(struct pg *pg);

/**
 * pgdefer_table(d, t, err):
 * Before anything has changed in ${t}: defer its keys that belong to circles.
 * Return 0, or -1 with ${err} filled when the transaction cannot go on.
 */
int pgdefer_table(struct pgdefer *d, const struct pgtarget *t,
    struct err *err);

/**
 * pgdefer_again(d, err):
 * A savepoint from before was rolled back to: defer the same keys again.
 * Return as pgdefer_table.
 */
int pgdefer_again(struct pgdefer *d, struct err *err);

/**
 * pgdefer_end(d, err):
 * All constraints have been checked (SET CONSTRAINTS ALL IMMEDIATE): make the
 * keys what they were.  Return 0, or -1 with ${err} filled.
 */
int pgdefer_end(struct pgdefer *d, struct err *err);

/**
 * pgdefer_free(d):
 * Free ${d}; NULL is fine.
 */
void pgdefer_free(struct pgdefer *d);

#endif
