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

#include "base/opt.h"
#include "row/input.h"
#include "row/reader.h"

struct buf;
struct digest;
struct err;
struct input;
struct output;
struct row;

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
typedef void filter_open(struct input *in, void *cookie);
typedef enum input_status filter_more(struct row **row, void *cookie,
    struct err *err);

/* Append members of a JSON object, with a comma between them only. */
typedef void filter_stats(struct buf *more, void *cookie);

struct filter {
	filter_apply	*apply;		/* NULL: rows pass as they are */
	filter_end	*end;		/* after the last row, before @end;
					   may be NULL */
	filter_open	*open;		/* is given the input, for an apply
					   that reads rows by itself; may be
					   NULL */
	filter_more	*more;		/* after the last row: the next of
					   those that apply has held back, to
					   be written or (INPUT_BAD) refused,
					   or INPUT_END; may be NULL */
	void		*cookie;
	struct digest	*digest;	/* takes in every row line written,
					   whole when end is called; may be
					   NULL, borrowed */
	int		 raw;		/* lines need not be parsed */
	int		 any;		/* with raw: see struct input_opts */
	int		 values;	/* see struct input_opts */
	int		 goes_on;	/* a row that apply refuses is a
					   reject unless --on-error=stop */
	filter_stats	*stats;		/* more for --stats; may be NULL */
	int		 report;	/* rows end here (struct input_opts,
					   sink) and what is written, at the
					   end, is about them: no frame goes
					   around it */
};

/**
 * filter_run(files, filter, opts):
 * Run ${filter} over the rows of ${files} to standard output, with all that
 * the options say, print the summary, and return the exit status for main.
 * apply fails with err->status 0 or DIAG_BADINPUT for a bad row; any other
 * status ends the run (without a word when there is no message).  Its 1 says
 * that no more rows are wanted.  end fails with the status that it sets, or
 * DIAG_FINDINGS; no @end is written then.
 */
int filter_run(char *const files[], const struct filter *filter,
    const struct filter_opts *opts);

#endif
