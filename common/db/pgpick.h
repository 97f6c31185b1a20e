/*
 * pgpick - which columns of which tables --columns and --exclude mean
 *
 * A name is a column's, as it stands or as SQL has it (id, "Odd Name"), and
 * may be preceded by its table (clients.id, app.clients.id).  It means the
 * column in every table that has it, and one table at least must.
 */
#ifndef ROWPIPE_DB_PGPICK_H
#define ROWPIPE_DB_PGPICK_H

#include <stddef.h>

#include "base/opt.h"

struct arena;
struct err;
struct pgcatalog_relation;

struct pgpick {
	size_t	*columns;	/* indexes into rel->columns, in order */
	size_t	 n;
};

/**
 * pgpick_columns(rels, n, columns, exclude, picks, a, err):
 * Store the columns to read of each of the ${n} relations ${rels} in
 * ${picks}: those in ${columns}, in that order, else all when none of a
 * relation's is named; without those in ${exclude}.  Names are separated by
 * commas.  Return 0, or -1 with ${err} filled (status DIAG_USAGE) when a name
 * means nothing, is given twice, or no column is left.
 */
int pgpick_columns(struct pgcatalog_relation *const *rels, size_t n,
    const struct opt_list *columns, const struct opt_list *exclude,
    struct pgpick *picks, struct arena *a, struct err *err);

#endif
