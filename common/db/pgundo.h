/*
 * pgundo - writes the undo log (undo.h) of what a load changes in PostgreSQL
 *
 * The statements that store rows (pgmerge.h) note on the server what was there
 * and what came of it, in a temporary table that goes back with them; at the
 * end of each transaction it is read into the log.  What goes along by foreign
 * keys, and what triggers change, triggers of our own note (pgwitness.h) where
 * that can be.
 */
#ifndef ROWPIPE_DB_PGUNDO_H
#define ROWPIPE_DB_PGUNDO_H

struct err;
struct pg;
struct pgtarget;
struct pgundo;

/**
 * pgundo_new(pg, path, lasting, err):
 * Begin the log ${path}, which must not exist, of what ${pg} (borrowed), in a
 * transaction, changes; ${lasting}: in more than one.  Return NULL with ${err}
 * filled on failure; caller frees with pgundo_free.
 */
struct pgundo *pgundo_new(struct pg *pg, const char *path, int lasting,
    struct err *err);

/**
 * pgundo_table(u, t, err):
 * The next table, number 1 first, is ${t} (borrowed).  Return 0, or -1 with
 * ${err} filled when there can be no log of it.
 */
int pgundo_table(struct pgundo *u, const struct pgtarget *t,
    struct err *err);

/**
 * pgundo_begin(u, deletes, err):
 * All tables are known, and no row is stored yet; ${deletes}: rows are deleted
 * one by one.  Return 0, or -1 with ${err} filled.
 */
int pgundo_begin(struct pgundo *u, int deletes, struct err *err);

/**
 * pgundo_again(u, err):
 * The next transaction has begun.  Return 0, or -1 with ${err} filled.
 */
int pgundo_again(struct pgundo *u, struct err *err);

/**
 * pgundo_deleting(u, noted, err):
 * Rows are deleted next.  Store in *${noted} whether that is noted already, so
 * that the statement need not.  Return 0, or -1 with ${err} filled.
 */
int pgundo_deleting(struct pgundo *u, int *noted, struct err *err);

/**
 * pgundo_check(u, err):
 * Say what was changed in this transaction that will not be in the log.  Return
 * 0, or -1 with ${err} filled.
 */
int pgundo_check(struct pgundo *u, struct err *err);

/**
 * pgundo_ready(u, err):
 * COMMIT comes next, and no constraint is left to be checked: read what was
 * noted, and make the log durable.  Return 0, or -1 with ${err} filled.
 */
int pgundo_ready(struct pgundo *u, struct err *err);

/**
 * pgundo_partial(u):
 * Return non-zero when pgundo_check had something to say.
 */
int pgundo_partial(const struct pgundo *u);

/**
 * pgundo_end(u, rc, status):
 * COMMIT was done when ${rc} is 0; else it failed with that status, of which
 * DIAG_UNKNOWN leaves the log as it is.
 */
void pgundo_end(struct pgundo *u, int rc, int status);

/**
 * pgundo_free(u):
 * Take what was not committed away from the log, and free ${u}; NULL is fine.
 */
void pgundo_free(struct pgundo *u);

#endif
