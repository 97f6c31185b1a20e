/*
 * sqlite_revert - sqlite-load --undo: a database becomes what it was
 */
#ifndef ROWPIPE_DB_SQLITE_REVERT_H
#define ROWPIPE_DB_SQLITE_REVERT_H

struct sqlite_target_opts;

/**
 * sqlite_revert_run(path, log, opts, force):
 * Undo in the database ${path} what the undo log ${log} says was done, in one
 * transaction; with ${force} also where rows are not as they were left.  Says
 * what goes wrong and what was done.  Return the exit status.
 */
int sqlite_revert_run(const char *path, const char *log,
    const struct sqlite_target_opts *opts, int force);

#endif
