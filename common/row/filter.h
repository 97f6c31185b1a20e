/*
 * filter - the loop that every row-to-row program shares, and its options
 *
 *     static int
 *     apply(struct row *row, struct output *out, void *cookie, struct err *err)
 *
 * reads one row and writes any number of rows (output_row, or output_begin
 * and output_commit), or returns -1 with ${err} filled; what it had written
 * for that row is then taken back, and the row stops the run or becomes a
 * reject.  It neither prints nor exits.
 */
#ifndef ROWPIPE_ROW_FILTER_H
#define ROWPIPE_ROW_FILTER_H

#include <stdint.h>

#include "base/opt.h"
#include "row/input.h"
#include "row/progress.h"

struct digest;
struct err;
struct output;
struct row;

enum on_error {			/* order of ON_ERROR_WORDS */
	ON_ERROR_STOP, ON_ERROR_REJECT,
	ON_ERROR_DEFAULT		/* not said: see reader_rejects */
};
#define ON_ERROR_WORDS "stop|reject"

/* What every program that reads rows takes. */
struct reader_opts {
	uint64_t	 limit;		/* UINT64_MAX: all */
	uint64_t	 max_line;	/* bytes */
	uint64_t	 max_rejects;	/* UINT64_MAX: no bound */
	int		 on_error;	/* enum on_error */
	int		 progress;	/* enum progress_mode */
	int		 require_frame;
	const char	*rejects;	/* file, or NULL */
	const char	*stats;		/* file, or NULL */
};
#define READER_OPTS_INIT { .limit = UINT64_MAX, \
	.max_line = INPUT_MAX_LINE, .max_rejects = UINT64_MAX, \
	.on_error = ON_ERROR_DEFAULT }

#define READER_OPTS(type, m) \
	OPT_UINT(0, "limit", "N", "stop after N rows", type, m.limit), \
	OPT_SIZE(0, "max-line", "SIZE", \
	    "refuse longer lines (default 256M)", type, m.max_line), \
	OPT_UINT(0, "max-rejects", "N", \
	    "give up after more than N rejects", type, m.max_rejects), \
	OPT_CHOICE(0, "on-error", ON_ERROR_WORDS, \
	    "what a bad row does (default stop)", type, m.on_error), \
	OPT_OPTCHOICE(0, "progress", PROGRESS_WORDS, \
	    "how progress is shown (default auto)", type, m.progress, \
	    PROGRESS_AUTO), \
	OPT_STR(0, "rejects", "FILE", \
	    "keep bad rows in FILE and go on", type, m.rejects), \
	OPT_FLAG(0, "require-frame", \
	    "refuse input without a frame", type, m.require_frame), \
	OPT_STR(0, "stats", "FILE", \
	    "write the run's counts to FILE as JSON", type, m.stats)

/**
 * reader_rejects(opts):
 * Return non-zero when a bad row becomes a reject and the run goes on: with
 * --on-error=reject, and with --rejects or --max-rejects unless
 * --on-error=stop says otherwise.
 */
int reader_rejects(const struct reader_opts *opts);

/* What every filter takes. */
struct filter_opts {
	struct reader_opts	reader;
	int			frame;	/* --frame */
};
#define FILTER_OPTS_INIT { .reader = READER_OPTS_INIT }

#define FILTER_OPTS(type, m) \
	OPT_FLAG(0, "frame", "put a frame around the rows written", \
	    type, m.frame), \
	READER_OPTS(type, m.reader)

typedef int filter_apply(struct row *row, struct output *out, void *cookie,
    struct err *err);
typedef int filter_end(struct output *out, void *cookie, struct err *err);

struct filter {
	filter_apply	*apply;		/* NULL: rows pass as they are */
	filter_end	*end;		/* after the last row, before @end;
					   may be NULL */
	void		*cookie;
	struct digest	*digest;	/* takes in every row line written,
					   whole when end is called; may be
					   NULL, borrowed */
	int		 raw;		/* lines need not be parsed */
};

/**
 * filter_run(files, filter, opts):
 * Run ${filter} over the rows of ${files} to standard output, with all that
 * the options say, print the summary, and return the exit status for main.
 * apply fails with err->status 0 or DIAG_BADINPUT for a bad row; any other
 * status ends the run.  end fails with the status that it sets, or
 * DIAG_FINDINGS; no @end is written then.
 */
int filter_run(char *const files[], const struct filter *filter,
    const struct filter_opts *opts);

#endif
