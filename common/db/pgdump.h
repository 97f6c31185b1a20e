/*
 * pgdump - one table or query of PostgreSQL to standard output
 */
#ifndef ROWPIPE_DB_PGDUMP_H
#define ROWPIPE_DB_PGDUMP_H

#include <stddef.h>
#include <stdint.h>

#include "db/dump.h"

struct pgdump {
	const struct dump_opts	*opts;
	const char		*dbname;	/* see pg_open */
	const char		*table;		/* NULL: opts->query */
	const char		*snapshot;	/* exported one to see; or
						   NULL */
	const char		*partition;	/* as given, or NULL ... */
	uint64_t		 part, parts;	/* ... as pgsource.h has it */
	size_t			 jobs;
};

/**
 * pgdump_run(x):
 * Write the rows that ${x} says, with all of dump_run.  Return the exit status
 * for main.
 */
int pgdump_run(const struct pgdump *x);

#endif
