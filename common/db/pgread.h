/*
 * pgread - the rows of sources, read by one connection or several
 *
 * The sources' pieces are handed to as many connections as there are jobs, all
 * on one snapshot, and their rows are written in the order that one job would
 * write them in.  A piece whose turn it is goes straight to the output; those
 * read ahead of it are held in memory, which is bounded: a job that is too far
 * ahead waits.
 */
#ifndef ROWPIPE_DB_PGREAD_H
#define ROWPIPE_DB_PGREAD_H

#include <stddef.h>

struct err;
struct output;
struct pg;
struct pgsource;
struct progress;

/*
 * Where rows go.  The sources are begun and ended one after the other, in
 * order and one at a time, though not by the thread that calls pgread_run.
 * After a failure the last one begun is not ended.
 */
struct pgread {
	struct pgsource	**sources;
	size_t		  n;
	struct output	*(*begin)(void *cookie, size_t i, struct err *err);
	int		(*end)(void *cookie, size_t i, struct err *err);
	void		 *cookie;
	struct progress	 *progress;	/* or NULL */
};

/**
 * pgread_run(r, pg, snapshot, jobs, err):
 * Read all rows of the sources in ${r} with ${jobs} connections: ${pg}, whose
 * transaction sees ${snapshot}, and others like it.  When others cannot be
 * had, fewer do the work, and -v tells.  Return 0, or -1 with ${err} filled.
 */
int pgread_run(const struct pgread *r, struct pg *pg, const char *snapshot,
    size_t jobs, struct err *err);

#endif
