/*
 * reader - the options of every program that reads rows, filter or sink
 */
#ifndef ROWPIPE_ROW_READER_H
#define ROWPIPE_ROW_READER_H

#include <stdint.h>

#include "base/opt.h"
#include "row/input.h"
#include "row/progress.h"

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

#endif
