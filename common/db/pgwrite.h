/*
 * pgwrite - the transaction, or the transactions, of a load into PostgreSQL
 *
 * Begins them with the settings of every program and the user's own statements,
 * and ends them so that it is known what became of them, or said how to find
 * out.
 */
#ifndef ROWPIPE_DB_PGWRITE_H
#define ROWPIPE_DB_PGWRITE_H

#include "base/opt.h"

struct err;
struct pg;
struct pgundo;
struct pgwrite;

struct pgwrite_opts {
	const char	*dbname;	/* see pg_open */
	struct opt_list	 session;	/* statements after BEGIN */
	int		 dry_run;	/* roll back at the end */
	int		 lasting;	/* more than one transaction */
	const char	*undo_log;	/* file for an undo log (undo.h), or
					   NULL */
};

/**
 * pgwrite_open(opts, err):
 * Connect, and begin the first transaction; ${opts} is borrowed.  Return NULL
 * with ${err} filled on failure.  Caller ends with pgwrite_close.
 */
struct pgwrite *pgwrite_open(const struct pgwrite_opts *opts,
    struct err *err);

/**
 * pgwrite_pg(w):
 * The connection, which stays ${w}'s.
 */
struct pg *pgwrite_pg(const struct pgwrite *w);

/**
 * pgwrite_undo(w):
 * The undo log, which stays ${w}'s, or NULL.
 */
struct pgundo *pgwrite_undo(const struct pgwrite *w);

/**
 * pgwrite_check(w, err):
 * Check the constraints that were deferred, learn what the transaction is
 * called, and make the undo log durable.  Return 0 when a COMMIT has nothing
 * left to fail for but the server itself; else -1 with ${err} filled,
 * DIAG_BADINPUT for a broken constraint.
 */
int pgwrite_check(struct pgwrite *w, struct err *err);

/**
 * pgwrite_commit(w, err):
 * Commit, in a dry run roll back.  Return 0, or -1 with ${err} filled: when its
 * status is DIAG_UNKNOWN nobody knows, and its hint says how to find out.
 */
int pgwrite_commit(struct pgwrite *w, struct err *err);

/**
 * pgwrite_step(w, err):
 * As pgwrite_check and pgwrite_commit; in a dry run check only.
 */
int pgwrite_step(struct pgwrite *w, struct err *err);

/**
 * pgwrite_next(w, err):
 * After a step that was no dry run: begin the next transaction.  Return 0, or
 * -1 with ${err} filled.
 */
int pgwrite_next(struct pgwrite *w, struct err *err);

/**
 * pgwrite_again(w, err):
 * Roll back what is not committed and begin anew.  Return 0, or -1 with ${err}
 * filled.
 */
int pgwrite_again(struct pgwrite *w, struct err *err);

/**
 * pgwrite_close(w):
 * Disconnect, which rolls back what was not committed, and free ${w}; NULL is
 * fine.
 */
void pgwrite_close(struct pgwrite *w);

#endif
