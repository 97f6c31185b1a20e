/*
 * rehearsal - rows on their way to a table, looked at and not written
 *
 * Rows of a table, or of files, pass through the program that will map them
 * and are held against the table that they are meant for (readiness.h).  What
 * would fail becomes findings.
 */
#ifndef ROWPIPE_DB_REHEARSAL_H
#define ROWPIPE_DB_REHEARSAL_H

#include <stdint.h>

struct err;
struct findings;
struct rehearsal;

struct rehearsal_opts {
	const char	*source;	/* the database of ... */
	const char	*table;		/* ... the table that is read; NULL:
					   rows come from ... */
	char *const	*files;		/* ... these, as input_open has them */
	const char	*where;		/* of the table, only these rows */
	const char	*filter;	/* the program, or NULL */
	const char	*target;	/* the database to be written, ... */
	const char	*target_table;	/* ... and its table */
	uint64_t	 limit;		/* rows */
	uint64_t	 max_line;	/* bytes of a row in a file */
	uint64_t	 memory;	/* for keys */
	int		 require_frame;
	int		 progress;	/* enum progress_mode */
};

/**
 * rehearsal_new(opts, fs):
 * Return a rehearsal, as ${opts} say, that adds what it finds to ${fs}; both
 * are borrowed.  Nothing is opened yet.  Caller frees with rehearsal_free.
 */
struct rehearsal *rehearsal_new(const struct rehearsal_opts *opts,
    struct findings *fs);

/**
 * rehearsal_run(r, err):
 * Open all and look at all rows, once.  That there is no such table to write
 * to is a finding.  Return 0, or -1 with ${err} filled when a database, the
 * program or the input would not have it.
 */
int rehearsal_run(struct rehearsal *r, struct err *err);

/**
 * rehearsal_rows(r):
 * How many rows were read.
 */
uint64_t rehearsal_rows(const struct rehearsal *r);

/**
 * rehearsal_target(r):
 * What messages call the table that would be written; "target" when there was
 * none.
 */
const char *rehearsal_target(const struct rehearsal *r);

/**
 * rehearsal_place(r):
 * The place in the input of what ended the run, borrowed, or NULL.
 */
const char *rehearsal_place(const struct rehearsal *r);

/**
 * rehearsal_free(r):
 * Free ${r}; NULL is fine.
 */
void rehearsal_free(struct rehearsal *r);

#endif
