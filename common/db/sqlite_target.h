/*
 * sqlite_target - the database file that a load writes
 *
 * A file that is there is changed in one transaction.  One that is not is made
 * under another name and put in place when it is whole, so that nobody ever
 * finds half of it.
 */
#ifndef ROWPIPE_DB_SQLITE_TARGET_H
#define ROWPIPE_DB_SQLITE_TARGET_H

#include <stdint.h>

struct err;
struct sqlite;
struct sqlite_target;

struct sqlite_target_opts {
	int		 create;	/* make a file that is not there */
	int		 stepwise;	/* commit more than once: then a new
					   file is made under its own name */
	int		 dry_run;	/* roll back, and make no backup */
	const char	*backup;	/* file for a backup; "": named after
					   the target and the time; or NULL */
	const char	*undo_log;	/* file for an undo log (undo.h), or
					   NULL */
	int		 bare;		/* see struct sqlite_opts */
	uint64_t	 busy;		/* seconds to wait for a lock */
	int		 sync;		/* SQLITE_SYNCHRONOUS_WORDS */
};

/**
 * sqlite_target_open(path, opts, err):
 * Open the database ${path} (both borrowed), begin a transaction and make the
 * backup of what is there before it.  Return NULL with ${err} filled on
 * failure.  Caller ends with sqlite_target_close or sqlite_target_abandon.
 */
struct sqlite_target *sqlite_target_open(const char *path,
    const struct sqlite_target_opts *opts, struct err *err);

/**
 * sqlite_target_db(t):
 * The connection, which stays the target's.
 */
struct sqlite *sqlite_target_db(const struct sqlite_target *t);

/**
 * sqlite_target_backup(t):
 * The file that the backup is in, or NULL when none was made.
 */
const char *sqlite_target_backup(const struct sqlite_target *t);

/**
 * sqlite_target_step(t, err):
 * Commit what was written so far; in a dry run do nothing.  Return 0, or -1
 * with ${err} filled.
 */
int sqlite_target_step(struct sqlite_target *t, struct err *err);

/**
 * sqlite_target_next(t, err):
 * After a step that was no dry run: begin again.  Return 0, or -1 with ${err}
 * filled.
 */
int sqlite_target_next(struct sqlite_target *t, struct err *err);

/**
 * sqlite_target_ready(t, err):
 * All is written, and what comes next is sqlite_target_close: do what can fail
 * before it, which is to make the undo log durable.  Return 0, or -1 with
 * ${err} filled.
 */
int sqlite_target_ready(struct sqlite_target *t, struct err *err);

/**
 * sqlite_target_close(t, err):
 * Commit, or in a dry run roll back; put a new file in place; free ${t}.
 * Statements must have been freed.  Return 0, or -1 with ${err} filled and
 * what was not committed by a step rolled back.
 */
int sqlite_target_close(struct sqlite_target *t, struct err *err);

/**
 * sqlite_target_abandon(t):
 * Roll back what was not committed by a step, remove a new file that nothing
 * was committed to, and free ${t}; NULL is fine.
 */
void sqlite_target_abandon(struct sqlite_target *t);

#endif
