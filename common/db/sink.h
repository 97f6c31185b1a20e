/*
 * sink - the half of every program that stores rows which is not its database
 *
 * Which tables get the rows of which files, the loop over them, rows that are
 * refused, the books of each table, progress, summary and statistics:
 *
 *     sink = sink_open(argv, &opts, &err);
 *     ... begin a transaction ...
 *     for (i = 0; i < sink->ntables && status == DIAG_OK; i++)
 *         status = sink_load(sink, &sink->tables[i], &ops, cookie);
 *     status = sink_end(sink, status);
 *     ... when it is DIAG_OK or DIAG_FINDINGS: check constraints,
 *     sink_hold(sink, dry_run, &err), and when that is 0 commit; in all other
 *     cases roll back ...
 *     return (sink_close(sink, status));
 *
 * Between sink_hold and COMMIT nothing may stand that can fail.
 */
#ifndef ROWPIPE_DB_SINK_H
#define ROWPIPE_DB_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "row/ledger.h"

struct err;
struct reader_opts;
struct row;
struct trail;
struct trail_mark;

struct sink_table {
	const char	 *name;		/* as on the command line */
	size_t		  len;
	char		**files;	/* NULL-terminated; none: stdin */
	size_t		  nfiles;
	struct ledger	  ledger;
	struct ledger	  kept;		/* as it was at the last commit */
	struct buf	  more;		/* further members of its object in
					   the statistics, without braces */
	struct sink_resume *resume;	/* private, as is what follows: see */
	struct trail	 *trail;	/* sink_resume */
};

struct sink {
	struct sink_table	*tables;
	size_t			 ntables;
	struct sink_run		*run;	/* private */
};

/* What became of a row. */
enum sink_stored {
	SINK_CREATED, SINK_UPDATED, SINK_UNCHANGED, SINK_SKIPPED,
	SINK_REMOVED,
	SINK_REFUSED,		/* it cannot be stored; others may */
	SINK_FAILED,		/* the database cannot go on */
	SINK_PENDING		/* taken; sink_settle or sink_refuse will tell,
				   at the latest within flush */
};

struct sink_ops {
	/* Store ${row}; REFUSED and FAILED fill ${err}.  FAILED with a status
	 * and no message: it was said already. */
	enum sink_stored (*store)(const struct row *row, void *cookie,
	    struct err *err);
	/* When not NULL: sees the first rows (bounded in number) before any
	 * of them is stored ... */
	void (*look)(const struct row *row, void *cookie);
	/* ... and is called then; -1 with ${err} filled ends the run. */
	int (*ready)(void *cookie, struct err *err);
	/* When not NULL: is called after the last row, to settle what is
	 * pending; -1 with ${err} filled as for FAILED. */
	int (*flush)(void *cookie, struct err *err);
};

/**
 * sink_open(operands, opts, err):
 * Take the operands TABLE, or TABLE=FILE ..., apart; the same table may be
 * named for several files, which are then read one after the other.  Both are
 * borrowed.  Return NULL with ${err} filled (DIAG_USAGE when the operands make
 * no sense); caller ends with sink_close.
 */
struct sink *sink_open(char *const operands[], const struct reader_opts *opts,
    struct err *err);

/**
 * sink_load(sink, table, ops, cookie):
 * Read all rows of ${table} and store them, refuse those that cannot be, say
 * what goes wrong.  Return DIAG_OK when every row was read, the stream was
 * whole, and each row was stored or is a reject; else the exit status.
 */
int sink_load(struct sink *sink, struct sink_table *table,
    const struct sink_ops *ops, void *cookie);

/**
 * sink_committed(sink):
 * All rows stored so far, the one at hand among them, are committed.
 */
void sink_committed(struct sink *sink);

/**
 * sink_committed_before(sink):
 * All rows stored so far are committed, but for the one at hand, which is
 * about to be.
 */
void sink_committed_before(struct sink *sink);

/* Where a run that was broken off goes on (checkpoint.h). */
struct sink_resume {
	uint64_t	start;		/* lines that do not come again */
	uint64_t	lines;		/* from the beginning: those that are
					   loaded */
	int		skip;		/* they do come again, after ${start} */
	char		xxh128[DIGEST_HEX_XXH128 + 1];	/* of these */
	int		exact;		/* and no more may come */
	uint64_t	rejects;	/* bytes of the file that they left */
	const char	*last_key;	/* of the last that is loaded, or NULL;
					   borrowed for the call only */
};

/**
 * sink_resume(sink, table, key, n, from):
 * Before the first row: keep the trail (trail.h) of the rows for ${table},
 * whose key are the ${n} columns ${key}, borrowed, and go on where ${from}
 * says: sink_load skips the lines that are loaded, if they are still the same.
 */
void sink_resume(struct sink *sink, struct sink_table *table,
    const char *const *key, size_t n, const struct sink_resume *from);

/**
 * sink_key(table, key, n):
 * The key is known only now: see sink_resume.
 */
void sink_key(struct sink_table *table, const char *const *key, size_t n);

/**
 * sink_resume_rejects(sink, err):
 * After sink_resume for all tables: let rejects go into the file itself, after
 * those that are there of what is loaded.  Return 0, or -1 with ${err} filled.
 */
int sink_resume_rejects(struct sink *sink, struct err *err);

/**
 * sink_mark(table, with, m):
 * Store in ${m} how far the stream for ${table} has come, the row at hand
 * included when ${with}.
 */
void sink_mark(const struct sink_table *table, int with,
    struct trail_mark *m);

/**
 * sink_may_mark(sink):
 * Return zero while rows are stored that were read before (see look): the
 * stream is then further than they are, and no batch must end.
 */
int sink_may_mark(const struct sink *sink);

/**
 * sink_rejects_sync(sink, bytes, err):
 * As rejects_sync, for the rejects of a run that may go on.
 */
int sink_rejects_sync(struct sink *sink, uint64_t *bytes, struct err *err);

/**
 * sink_gated(sink):
 * Return non-zero when row-pipe holds a gate before COMMIT.  A program that
 * commits in batches must then keep a batch that is full open until one more
 * row comes: it may be the last, which is committed after sink_hold only.
 */
int sink_gated(const struct sink *sink);

/**
 * sink_settle(table, stored, n):
 * ${n} rows that were pending have become ${stored}, one of CREATED to REMOVED.
 */
void sink_settle(struct sink_table *table, enum sink_stored stored,
    uint64_t n);

/**
 * sink_refuse(sink, table, row, why):
 * ${row}, which was pending, cannot be stored for the reason ${why}: it becomes
 * a reject, or stops the run.  Of ${row}, file, line and offset are used, and s
 * and len when reader_rejects.  Return DIAG_OK to go on, else the exit status,
 * after saying why.
 */
int sink_refuse(struct sink *sink, struct sink_table *table,
    const struct row *row, const struct err *why);

/**
 * sink_end(sink, status):
 * Nothing more will be read: put the rejects in place and check the books of a
 * run that got as far as ${status}.  Return the exit status: DIAG_FINDINGS
 * when there are rejects and all else is well.
 */
int sink_end(struct sink *sink, int status);

/**
 * sink_hold(sink, dry_run, err):
 * Everything is stored and checked, and COMMIT (or, with ${dry_run}, ROLLBACK)
 * comes next: under row-pipe, wait until every other stage has ended well.
 * Return 0 when it may be done, or -1 with ${err} filled (DIAG_INCOMPLETE)
 * when all since the last commit must be rolled back.
 */
int sink_hold(struct sink *sink, int dry_run, struct err *err);

/**
 * sink_close(sink, status):
 * Print the summary of each table, write the statistics of a run that ends
 * with ${status} and free ${sink}.  After a failure the rows stored since the
 * last commit count as rolled back; after success row-pipe is told that they
 * are committed.  Return the exit status for main.
 */
int sink_close(struct sink *sink, int status);

#endif
