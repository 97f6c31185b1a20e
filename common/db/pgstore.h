/*
 * pgstore - batches of rows become rows of a table
 *
 * Each lane of a batch goes by one COPY, into the table itself or through
 * staging (pgmerge.h), under a savepoint.  When the server refuses it, the lane
 * is taken apart around the row that the server names, else into halves, until
 * what is refused is single rows: all others are stored.  Single threaded: the
 * connection is used by the caller's thread.
 */
#ifndef ROWPIPE_DB_PGSTORE_H
#define ROWPIPE_DB_PGSTORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "db/pgbatch.h"
#include "db/pgmerge.h"
#include "db/sink.h"

struct pg;
struct pgstore;

/* A set of columns, and the statements for rows that give them. */
struct pgset {
	unsigned char	*present;	/* a flag for each column */
	int		 binary;	/* their data are those of pgsend.h */
	char		*copy, *merge;	/* merge: NULL unless staged */
	uint64_t	 used;		/* for whoever keeps them */
};

struct pgstore_opts {
	struct pgmerge	 merge;
	int		 staged;	/* through staging */
	int		 stop;		/* at the first row refused */
	int		 lasting;	/* more than one transaction */
};

/* Which row was refused, and why. */
struct pgrefusal {
	size_t	lane, row;
	size_t	msg, hint, path, rule;	/* in the text, NUL-terminated */
};

/* What became of a batch. */
struct pgstored {
	uint64_t		 count[SINK_REFUSED]; /* rows, by enum
							 sink_stored */
	struct pgrefusal	*refused;
	size_t			 nrefused, cap;
	struct buf		 text;
	const struct pgbatch	*batch;		/* that they are of */
	int			 more;		/* see pgstore_held */
	int			 failed;	/* for the reason err; nothing
						   can follow */
	struct err		 err;
};

/**
 * pgstore_new(pg, opts):
 * Return a store of rows in opts->merge.target; ${pg} and ${opts} are borrowed.
 * Caller frees with pgstore_free.
 */
struct pgstore *pgstore_new(struct pg *pg, const struct pgstore_opts *opts);

/**
 * pgstore_begin(s, err):
 * Make what the store needs on the server, once in each transaction.  Return 0,
 * or -1 with ${err} filled.
 */
int pgstore_begin(struct pgstore *s, struct err *err);

/**
 * pgstore_set(s, present, binary, set):
 * Fill ${set} for rows that give the columns whose flags in ${present} are
 * set, in the binary format or as text; ends with pgstore_unset.
 */
void pgstore_set(const struct pgstore *s, const unsigned char *present,
    int binary, struct pgset *set);
void pgstore_unset(struct pgset *set);

/**
 * pgstore_batch(s, b, done):
 * Store the rows of ${b} and say in ${done}, zeroed or used before, what became
 * of them: those that count, are refused, and, after opts->stop or a failure,
 * neither.  Caller ends with pgstore_done.
 */
void pgstore_batch(struct pgstore *s, const struct pgbatch *b,
    struct pgstored *done);

/**
 * pgstore_held(s, done):
 * After the last batch: try the rows that were held back, because they refer to
 * rows of the same table that had not come.  Say in ${done} what became of
 * them, as pgstore_batch; when done->more, there is more to be tried.
 */
void pgstore_held(struct pgstore *s, struct pgstored *done);

/**
 * pgstore_why(done, i, err):
 * Fill ${err} with the reason of the ${i}th refusal.
 */
void pgstore_why(const struct pgstored *done, size_t i, struct err *err);

/**
 * pgstore_done(done):
 * Free what ${done} holds.
 */
void pgstore_done(struct pgstored *done);

/**
 * pgstore_free(s):
 * Free ${s}; NULL is fine.
 */
void pgstore_free(struct pgstore *s);

#endif
