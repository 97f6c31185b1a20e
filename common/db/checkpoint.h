/*
 * checkpoint - runs of a load that can be broken off and go on
 *
 * A row of the table rowpipe_checkpoints, in the target itself, says of each
 * run and stream (the rows for one table) how far it has come.  It is written
 * in the transaction of the batch that it is about, so that data and checkpoint
 * never part.  The next run of the same name skips what is loaded, after it has
 * made sure that it is the same: the digest of the lines, the options, the
 * shape of the target.
 */
#ifndef ROWPIPE_DB_CHECKPOINT_H
#define ROWPIPE_DB_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"

struct buf;
struct checkpoint;
struct engine;
struct err;
struct sink;
struct table;

#define CHECKPOINT_TABLE "rowpipe_checkpoints"

/* What every program that loads takes. */
struct checkpoint_opts {
	const char	*run;		/* --resume: its name, or NULL */
	const char	*point;		/* --resume-point: of which run */
	int		 goes_on;	/* --continue: the rows that come begin
					   after those that are loaded */
	int		 status;	/* --status */
};

#define CHECKPOINT_OPTS(type, m) \
	OPT_FLAG(0, "continue", "the rows begin after those that are loaded", \
	    type, m.goes_on), \
	OPT_STR(0, "resume", "ID", "begin the run ID, or go on with it", \
	    type, m.run), \
	OPT_STR(0, "resume-point", "ID", \
	    "write the key of the last row the run ID loaded", \
	    type, m.point), \
	OPT_FLAG(0, "status", "list the runs that can be resumed", \
	    type, m.status)

/**
 * checkpoint_usage(opts, dry_run):
 * Return what is wrong with the options together, or NULL.
 */
const char *checkpoint_usage(const struct checkpoint_opts *opts, int dry_run);

/**
 * checkpoint_asked(opts):
 * Return non-zero when they ask for what checkpoint_answer gives: nothing is
 * loaded then.
 */
int checkpoint_asked(const struct checkpoint_opts *opts);

/**
 * checkpoint_answer(e, opts, stream, err):
 * Write what ${opts} ask for to standard output: a JSON object for each run and
 * stream, or the key, a JSON object, of the last row that a run has loaded from
 * ${stream} (NULL: its only one), nothing when there is none yet.  Return 0, or
 * -1 with ${err} filled.
 */
int checkpoint_answer(struct engine *e, const struct checkpoint_opts *opts,
    const char *stream, struct err *err);

/**
 * checkpoint_new(e, sink, opts, what, err):
 * Begin or go on with the run opts->run of ${sink} into the database ${e}, in a
 * transaction that is open; on PostgreSQL wait for another session that is at
 * work on it.  ${what} spells the other options that change what is stored.
 * The engine is taken over, all else is borrowed.  Return NULL with ${err}
 * filled on failure; caller frees with checkpoint_free.
 */
struct checkpoint *checkpoint_new(struct engine *e, struct sink *sink,
    const struct checkpoint_opts *opts, const char *what, struct err *err);

/**
 * checkpoint_stream(c, i, name, err):
 * The rows of the sink's ${i}th table go to the table ${name}.  Read how far
 * the run has come, and let the sink skip as much.  Return 0, or -1 with ${err}
 * filled (DIAG_USAGE) when the run was another one.
 */
int checkpoint_stream(struct checkpoint *c, size_t i, const char *name,
    struct err *err);

/**
 * checkpoint_table(c, i, model, key, err):
 * That table is like ${model}, which it must have been from the beginning, and
 * the columns ${key}, borrowed, tell its rows apart: when there are none, those
 * of its primary key.  Return as checkpoint_stream.
 */
int checkpoint_table(struct checkpoint *c, size_t i,
    const struct table *model, const struct opt_list *key, struct err *err);

/**
 * checkpoint_start(c, err):
 * All streams are known: those of a run that is not complete must be the same
 * as before.  Else see sink_resume_rejects.
 */
int checkpoint_start(struct checkpoint *c, struct err *err);

/**
 * checkpoint_write(c, with, done, err):
 * Write, in the transaction that is open, how far all streams have come: the
 * row at hand included when ${with}; ${done} when nothing more will come.
 * Return 0, or -1 with ${err} filled.
 */
int checkpoint_write(struct checkpoint *c, int with, int done,
    struct err *err);

/**
 * checkpoint_put_start(c, b):
 * Append, for people, where the run goes on: "run r1 goes on after 500 lines of
 * t", "run r1 is complete"; nothing for a new run.
 */
void checkpoint_put_start(const struct checkpoint *c, struct buf *b);

/**
 * checkpoint_free(c):
 * Free ${c}; NULL is fine.
 */
void checkpoint_free(struct checkpoint *c);

#endif
