/*
 * pgexport - many tables of one snapshot as a bag of NDJSON files
 */
#ifndef ROWPIPE_DB_PGEXPORT_H
#define ROWPIPE_DB_PGEXPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"
#include "row/progress.h"

struct err;
struct ledger;
struct pg;

struct pgexport {
	const char	*dir;
	char *const	*tables;	/* TABLE or TABLE=CONDITION, NULL after
					   the last; none: all there are */
	struct opt_list	 columns;	/* these only; see pgpick.h */
	struct opt_list	 exclude;	/* not these */
	uint64_t	 limit;		/* rows a table; UINT64_MAX: all */
	const char	*snapshot;	/* exported one to see, or NULL */
	size_t		 jobs;
	int		 force;		/* see stage_open */
	enum progress_mode progress;
};

/**
 * pgexport_run(x, pg, ledger, err):
 * Write the tables that ${x} names, as the snapshot of one transaction of
 * ${pg} shows them, to files in x->dir, with the manifests and schemas that
 * make it a bag (row/bag.h).  What was there stays until all is written.  Add
 * what was written to ${ledger}.  Return 0, or -1 with ${err} filled.
 */
int pgexport_run(const struct pgexport *x, struct pg *pg,
    struct ledger *ledger, struct err *err);

#endif
