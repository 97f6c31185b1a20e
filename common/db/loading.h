/*
 * loading - what pg-load and sqlite-load do alike
 *
 * Their options, and a run from the command line to the exit status: questions
 * about runs, undo, which rows go to which table, batches, checkpoints, what is
 * said of a failure.  What only one database knows is the program's, which
 * gives it as operations:
 *
 *     operands = opt_parse(&spec, argc, argv, &cfg);
 *     ... check the options that it has for itself ...
 *     return (loading_run(&spec, operands, &cfg.loading, &ops, &cookie));
 */
#ifndef ROWPIPE_DB_LOADING_H
#define ROWPIPE_DB_LOADING_H

#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"
#include "db/checkpoint.h"
#include "db/conflict.h"
#include "row/reader.h"

struct arena;
struct buf;
struct engine;
struct err;
struct loading_run;
struct sink;
struct sink_ops;
struct table;

/* What every program that loads takes. */
struct loading_opts {
	struct reader_opts	 reader;
	struct checkpoint_opts	 checkpoint;
	uint64_t		 batch;		/* rows; 0: one transaction */
	const char		*diff;		/* --apply-diff, or NULL */
	const char		*undo;		/* a log to undo, or NULL */
	const char		*undo_log;	/* a log to write, or NULL */
	struct opt_list		 key;		/* as given */
	int			 conflict;	/* enum conflict */
	int			 dry_run;
	int			 force;		/* each program says what */
	int			 ignore_unknown; /* keys without a column */
};
#define LOADING_OPTS_INIT { .reader = READER_OPTS_INIT }

#define LOADING_OPTS(type, m) \
	OPT_STR(0, "apply-diff", "FILE", "do what row-diff's FILE says", \
	    type, m.diff), \
	OPT_UINT(0, "batch", "N", "commit after every N rows", \
	    type, m.batch), \
	OPT_FLAG(0, "dry-run", "do everything, then roll back", \
	    type, m.dry_run), \
	OPT_FLAG(0, "ignore-unknown", "leave out keys without a column", \
	    type, m.ignore_unknown), \
	OPT_MANY(0, "key", "NAME,...", \
	    "what identifies a row (default primary key)", type, m.key), \
	OPT_CHOICE(0, "on-conflict", CONFLICT_WORDS, \
	    "what a key that exists does (default error)", \
	    type, m.conflict), \
	CHECKPOINT_OPTS(type, m.checkpoint), \
	OPT_STR(0, "undo", "FILE", "undo what the undo log FILE says", \
	    type, m.undo), \
	OPT_STR(0, "undo-log", "FILE", "write down what is changed in FILE", \
	    type, m.undo_log), \
	READER_OPTS(type, m.reader)

/* A load at work. */
struct loading {
	const struct loading_opts	*opts;
	struct arena			*a;	/* of what lasts as long */
	struct sink			*sink;
	struct opt_list			 key;	/* opts->key, name by name */
	const char			*path;	/* which messages name, when
						   begin sets it; or NULL */
	struct loading_run		*run;	/* private */
};

/* The program's half.  What returns int returns 0, or -1 with ${err} filled,
 * where nothing else is said.  ${cookie} is the one of loading_run. */
struct loading_ops {
	/* Connect, for a question about runs; NULL with ${err} filled. */
	struct engine *(*ask)(void *cookie, struct err *err);
	/* Do --undo and say what became of it; return the exit status. */
	int (*undo)(void *cookie);

	/* A load begins, which is open until close: connect, and begin a
	 * transaction. */
	int (*begin)(struct loading *l, void *cookie, struct err *err);
	/* Make ready to store rows in each table of the sink, by loading_rows,
	 * loading_resume, and loading_model where that is known already. */
	int (*open)(void *cookie, struct err *err);
	/* Append to ${b}, " --option" by " --option", those of its own that
	 * change what is stored. */
	void (*spell)(void *cookie, struct buf *b);

	/* All rows so far are stored, and COMMIT comes next, when ${last} that
	 * of the run: do what is left to do, refuse what must not stand. */
	int (*check)(void *cookie, int last, struct err *err);
	/* Commit a batch, in a dry run do nothing. */
	int (*step)(void *cookie, struct err *err);
	/* After a step that was no dry run: begin the next batch. */
	int (*again)(void *cookie, struct err *err);
	/* What is left that can fail before the last COMMIT.  *${found} = 1
	 * makes the exit status DIAG_FINDINGS. */
	int (*ready)(void *cookie, int *found, struct err *err);
	/* Commit, in a dry run roll back. */
	int (*commit)(void *cookie, struct err *err);
	/* Roll back what is not committed and free everything; also when begin
	 * has failed. */
	void (*close)(void *cookie);
};

/**
 * loading_run(spec, operands, opts, ops, cookie):
 * Do what ${opts}, as parsed with ${spec}, say with the tables ${operands};
 * all are borrowed.  Return the exit status for main.  Exits for wrong usage.
 */
int loading_run(const struct opt_spec *spec, char *operands[],
    const struct loading_opts *opts, const struct loading_ops *ops,
    void *cookie);

/**
 * loading_rows(l, i, ops, cookie):
 * Within open: rows of the sink's ${i}th table are stored by ${ops} (sink.h),
 * borrowed like ${cookie}.
 */
void loading_rows(struct loading *l, size_t i, const struct sink_ops *ops,
    void *cookie);

/**
 * loading_resume(l, e, names, err):
 * Within open: rows go to the tables ${names}, beside the sink's.  Begin the
 * run that --resume names in the database ${e}, which is taken over, or let the
 * sink go on where it broke off; without --resume do nothing.  Return 0, or -1
 * with ${err} filled.
 */
int loading_resume(struct loading *l, struct engine *e,
    const char *const names[], struct err *err);

/**
 * loading_model(l, i, model, err):
 * After loading_resume: the ${i}th table is like ${model} (borrowed).  Return
 * 0, or -1 with ${err} filled (DIAG_USAGE) when it has changed since the run
 * was begun.
 */
int loading_model(struct loading *l, size_t i, const struct table *model,
    struct err *err);

/**
 * loading_put_list(b, option, list):
 * For spell: append " ${option}=a,b" unless ${list} is empty.
 */
void loading_put_list(struct buf *b, const char *option,
    const struct opt_list *list);

#endif
