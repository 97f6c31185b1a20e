/*
 * pgrevert - pg-load --undo: tables of PostgreSQL become what they were
 */
#ifndef ROWPIPE_DB_PGREVERT_H
#define ROWPIPE_DB_PGREVERT_H

struct pgwrite_opts;

/**
 * pgrevert_run(log, opts, force):
 * Undo what the undo log ${log} says was done, in one transaction; with
 * ${force} also where rows are not as they were left.  Says what goes wrong and
 * what was done.  Return the exit status.
 */
int pgrevert_run(const char *log, const struct pgwrite_opts *opts,
    int force);

#endif
