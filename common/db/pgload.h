/*
 * pgload - rows into a table of PostgreSQL
 *
 * Checks each row against what the catalogs say of the table, writes it as data
 * of COPY, and hands full batches (pgbatch.h) to a thread that stores them
 * (pgstore.h) while the next is filled.  The sink's books are told what became
 * of rows when that is known; bad rows become its rejects.
 */
#ifndef ROWPIPE_DB_PGLOAD_H
#define ROWPIPE_DB_PGLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"
#include "db/pgmerge.h"
#include "db/sink.h"

struct arena;
struct err;
struct pg;
struct pgload;
struct pgtarget;
struct row;

struct pgload_opts {
	int		 conflict;	/* enum conflict */
	struct opt_list	 key;		/* none: the primary key */
	struct opt_list	 update;	/* columns that may change; none: all */
	int		 ignore_unknown;/* keys without a column */
	int		 overriding;	/* identities GENERATED ALWAYS */
	int		 delete_missing;/* rows that did not come */
	int		 undo;		/* note what changes in
						   PGMERGE_UNDO, which is
						   there */
	int		 rejects;	/* bad rows do not end the run */
	int		 lasting;	/* more than one transaction */
};

/**
 * pgload_new(pg, t, opts, sink, table, a, err):
 * Make ready to store rows in ${t} for ${table} of ${sink}; all are borrowed,
 * and memory that lasts comes from the arena ${a}.  Return NULL with ${err}
 * filled when there is no such key or column; caller frees with pgload_free.
 */
struct pgload *pgload_new(struct pg *pg, const struct pgtarget *t,
    const struct pgload_opts *opts, struct sink *sink,
    struct sink_table *table, struct arena *a, struct err *err);

/**
 * pgload_begin(l, err):
 * A transaction has begun.  Return 0, or -1 with ${err} filled.
 */
int pgload_begin(struct pgload *l, struct err *err);

/**
 * pgload_row(l, row, err), pgload_flush(l, err):
 * The functions store and flush of struct sink_ops.  The connection is not the
 * caller's between a row and the next flush.
 */
enum sink_stored pgload_row(struct pgload *l, const struct row *row,
    struct err *err);
int pgload_flush(struct pgload *l, struct err *err);

/**
 * pgload_delete(l, force, noted, err):
 * After the last flush: delete the rows whose keys did not come, say how many,
 * and note it in the table's statistics.  With ${noted} somebody else keeps the
 * undo log's notes.  Refused when rows were rejected, and, unless ${force},
 * when none came.  Return 0, or -1 with ${err} filled.
 */
int pgload_delete(struct pgload *l, int force, int noted, struct err *err);

/**
 * pgload_given(l):
 * A flag for each column of the table that rows have given; borrowed from ${l}.
 */
const unsigned char *pgload_given(const struct pgload *l);

/**
 * pgload_stop(l):
 * Nothing more is stored, and the connection is the caller's: what the server
 * is doing for ${l} is given up.  Only pgload_given and pgload_free may follow.
 */
void pgload_stop(struct pgload *l);

/**
 * pgload_free(l):
 * Stop and free ${l}; NULL is fine.
 */
void pgload_free(struct pgload *l);

#endif
