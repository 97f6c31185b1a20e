/*
 * dump - what pg-dump-json and sqlite-dump-json do alike
 *
 * Their options, and one table or query on its way to standard output: frame,
 * books, summary, statistics, exit status.  The database is the program's,
 * which gives what it does there as operations:
 *
 *     operands = opt_parse(&spec, argc, argv, &cfg);
 *     ... check what goes together ...
 *     return (dump_run(&cfg.dump, &ops, &cookie));
 */
#ifndef ROWPIPE_DB_DUMP_H
#define ROWPIPE_DB_DUMP_H

#include <stdint.h>

#include "base/opt.h"
#include "row/progress.h"

struct arena;
struct buf;
struct err;
struct output;

/* What every program that dumps takes. */
struct dump_opts {
	const char	*query;		/* NULL: a table */
	const char	*where;		/* condition, or NULL */
	const char	*order_by;	/* sort keys, or NULL */
	const char	*after;		/* a key (schema/after.h), or NULL */
	const char	*stats;		/* file, or NULL */
	struct opt_list	 columns, exclude; /* as given */
	uint64_t	 limit;		/* UINT64_MAX: all */
	int		 frame;
	int		 progress;	/* enum progress_mode */
};
#define DUMP_OPTS_INIT { .limit = UINT64_MAX }

#define DUMP_OPTS(type, m) \
	OPT_STR(0, "after", "KEY", \
	    "only rows after KEY, a JSON object, in this order", \
	    type, m.after), \
	OPT_MANY(0, "columns", "NAME,...", \
	    "only these columns, in this order", type, m.columns), \
	OPT_MANY(0, "exclude", "NAME,...", "all columns but these", \
	    type, m.exclude), \
	OPT_FLAG(0, "frame", "put a frame around the rows written", \
	    type, m.frame), \
	OPT_UINT(0, "limit", "N", "stop after N rows", type, m.limit), \
	OPT_STR(0, "order-by", "SQL", "sort by these keys", \
	    type, m.order_by), \
	OPT_OPTCHOICE(0, "progress", PROGRESS_WORDS, \
	    "how progress is shown (default auto)", type, m.progress, \
	    PROGRESS_AUTO), \
	OPT_STR(0, "query", "SQL", "the rows of a query", type, m.query), \
	OPT_STR(0, "stats", "FILE", \
	    "write the run's counts to FILE as JSON", type, m.stats), \
	OPT_STR(0, "where", "SQL", "only rows that meet the condition", \
	    type, m.where)

/* The program's half; ${cookie} is the one of dump_run. */
struct dump_ops {
	const char	*source;	/* what @stream calls the engine */
	/* Open what is to be read, in a transaction; what lasts may live in
	 * the arena ${a}.  Return 0, or -1 with ${err} filled. */
	int (*open)(void *cookie, struct arena *a, struct err *err);
	/* It is open: append members that describe it to the value of
	 * @stream. */
	void (*describe)(void *cookie, struct buf *b);
	/* Write its rows.  Return 0, or -1 with ${err} filled. */
	int (*write)(void *cookie, struct output *out,
	    struct progress *progress, struct err *err);
	/* What messages call it; NULL as long as that is not known. */
	const char *(*label)(void *cookie);
	/* Append further members of --stats, as stats_write takes them; may be
	 * NULL. */
	void (*stats)(void *cookie, struct buf *more);
	/* Say what was odd about the rows.  Return non-zero when something
	 * was; may be NULL. */
	int (*odd)(void *cookie);
	/* Free everything, also after open has failed. */
	void (*close)(void *cookie);
};

/**
 * dump_run(opts, ops, cookie):
 * Write rows to standard output, the summary, and the statistics that ${opts}
 * ask for.  Return the exit status for main.
 */
int dump_run(const struct dump_opts *opts, const struct dump_ops *ops,
    void *cookie);

#endif
