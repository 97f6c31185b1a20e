/*
 * pgread - the rows of sources, read by one connection or several
 *
 * The sources' pieces are handed to as many connections as there are jobs, all
 * on one snapshot; row/order.h puts their rows in order again.
 */
#ifndef ROWPIPE_DB_PGREAD_H
#define ROWPIPE_DB_PGREAD_H

#include <stddef.h>

#include "row/order.h"

struct err;
struct pg;
struct pgsource;

struct pgread {
	struct pgsource		**sources;
	size_t			  n;
	struct order_sink	  sink;		/* each source is a part */
};

/**
 * pgread_run(r, pg, snapshot, jobs, err):
 * Read all rows of the sources in ${r} with ${jobs} connections: ${pg}, whose
 * transaction sees ${snapshot}, and others like it.  When others cannot be
 * had, fewer do the work, and -v tells.  Say which columns have lost bounds of
 * arrays.  Return 0, or -1 with ${err} filled.
 */
int pgread_run(const struct pgread *r, struct pg *pg, const char *snapshot,
    size_t jobs, struct err *err);

#endif
