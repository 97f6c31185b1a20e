/*
 * runner - run a part of a migration and write down what became of it
 *
 * SQL runs in one transaction with its row of history, on a connection of its
 * own: whatever it sets is gone after it.  Before COMMIT a SQLite database
 * must pass foreign_key_check and integrity_check.  SQL that says "transaction:
 * no", and scripts, get a row "running" that is committed before they begin.
 *
 * A script runs in the current directory with an empty standard input, and in
 * its environment
 *
 *     ROWPIPE_FRAME=1		sources frame what they write
 *     ROWPIPE_MIGRATION	the migration's name
 *     ROWPIPE_MIGRATION_DIR	where its files are
 *     ROWPIPE_RUN		the name of the run for --resume: the
 *				migration's name; "NAME.down", "NAME.verify"
 *     ROWPIPE_TARGET		what names the target: libpq's string, or
 *				sqlite:FILE
 *     ROWPIPE_SQLITE		the path of the file (SQLite)
 *     PGHOST, PGPORT, ...	so that libpq connects there by default
 *     ROWPIPE_PROGRESS		a file to append to: lines "ROWS" or "ROWS
 *				TOTAL" are shown, and the last is kept; so
 *				are the objects that --stats writes
 *
 * Its output goes to standard error line by line, its tail into the history.
 * When the runner is gone, all that the script started is ended.
 */
#ifndef ROWPIPE_DB_RUNNER_H
#define ROWPIPE_DB_RUNNER_H

#include <stddef.h>
#include <stdint.h>

#include "db/history.h"
#include "db/migration.h"

struct err;
struct runner;

/* Points of a run at which a trial may kill it. */
enum runner_point {
	RUNNER_NOWHERE,
	RUNNER_BEFORE,		/* the row "running" is there, if there is one;
				   nothing was done */
	RUNNER_MIDST,		/* the script runs, or half of the statements
				   have been run */
	RUNNER_AFTER,		/* all is done, but COMMIT or the last row of
				   history */
	RUNNER_POINTS
};

struct runner_opts {
	const char	*conn;		/* of -d; NULL: PG* */
	uint64_t	 busy;		/* seconds to wait for SQLite's lock */
	uint64_t	 wait;		/* and for the end of a step that a
					   dead runner began */
	int		 read_only;	/* nothing will be run or written */
	int		 progress;	/* enum progress_mode */
	int		 dry_run;	/* SQL is rolled back, scripts are not
					   run */
	int		 silent;	/* output of scripts is not shown */
	enum runner_point kill_at;	/* for trials: SIGKILL */
};

struct runlock;

struct runner_result {
	enum history_state	 state;		/* after it */
	enum history_kind	 kind;
	double			 seconds;
	int64_t			 rows;		/* -1: not known */
	int			 status;	/* of a script; -1: none */
};

/**
 * runner_open(opts, err):
 * Connect to the target.  ${opts} is borrowed.  Return NULL with ${err} filled
 * on failure; caller frees with runner_close.
 */
struct runner *runner_open(const struct runner_opts *opts, struct err *err);

/**
 * runner_close(r):
 * Disconnect; NULL is fine.
 */
void runner_close(struct runner *r);

/**
 * runner_engine(r), runner_is_sqlite(r), runner_history(r), runner_place(r):
 * The connection for questions, which runs no migration; which engine it is
 * of; its history; what messages call the target.
 */
struct engine *runner_engine(struct runner *r);
int runner_is_sqlite(const struct runner *r);
struct history *runner_history(struct runner *r);
const char *runner_place(const struct runner *r);

/**
 * runner_target(r):
 * What -d can be to mean the same target, without a password.
 */
const char *runner_target(const struct runner *r);

/**
 * runner_guard(r, lock):
 * From now on nothing is committed unless ${lock} (borrowed) is held.
 */
void runner_guard(struct runner *r, struct runlock *lock);

/**
 * runner_run(r, m, part, result, err):
 * Run up, down or verify of ${m}, which must have it.  The lock (runlock.h) is
 * the caller's.  A verify writes no history, and what its SQL does is rolled
 * back; it fails when a statement does, or returns a row whose first column
 * is null, false or 0, or when its script does.  An up of SQL is followed by
 * the verify of SQL before COMMIT, one of a script by whatever verify there is
 * before it counts as completed.  Return 0, or -1 with ${err} and ${result}
 * filled when it failed; the history then says so.
 */
int runner_run(struct runner *r, const struct migration *m,
    enum migration_part part, struct runner_result *result,
    struct err *err);

/**
 * runner_check(m, engine, err):
 * Look for what cannot run: SQL that has no place in a transaction, or would
 * end it, commands of psql, scripts that the system would not start.
 * Return 0, or -1 with ${err} filled (DIAG_BADINPUT).
 */
int runner_check(const struct migration *m, enum migration_engine engine,
    struct err *err);

#endif
