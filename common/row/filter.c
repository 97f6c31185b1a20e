#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "row/filter.h"
#include "row/frame.h"
#include "row/input.h"
#include "row/ledger.h"
#include "row/output.h"
#include "row/rejects.h"
#include "row/row.h"
#include "row/stats.h"

struct run {
	const struct filter		*filter;
	const struct filter_opts	*opts;
	struct input			*in;
	struct output			*out;
	struct rejects			*rejects;
	struct progress			*progress;
	uint64_t			 size;	/* bytes to read, or 0 */
	struct err			 err;	/* what went wrong last */
	struct ledger			 ledger;
	int				 enough;	/* apply said so */
};

/* Say what ended the run, and return the exit status for it. */
static int
stopped(const struct run *r, enum diag_status status)
{

	return (diag_failed(NULL, &r->err, status));
}

static int
input_stopped(const struct run *r)
{
	char place[320];

	return (diag_failed(input_place(r->in, &r->err, place, sizeof(place)),
	    &r->err, DIAG_BADINPUT));
}

/* A row was refused for the reason r->err: keep it, and go on.  This and what
 * follows return DIAG_OK to go on, else the exit status. */
static int
keep_reject(struct run *r, const struct row *row)
{
	const struct err why = r->err;

	if (rejects_add(r->rejects, row, &why, &r->err) != 0)
		return (stopped(r, DIAG_FAIL));
	return (DIAG_OK);
}

/* Does a row that apply refused become a reject? */
static int
goes_on(const struct run *r)
{

	return (reader_rejects(&r->opts->reader) || (r->filter->goes_on &&
	    r->opts->reader.on_error == ON_ERROR_DEFAULT));
}

/* The row read last was refused: keep it when ${keep} is set, or end the
 * run. */
static int
refuse(struct run *r, const struct row *row, int keep)
{

	if (!keep)
		return (input_stopped(r));
	return (keep_reject(r, row));
}

/* So was one that had been held back. */
static int
refuse_held(struct run *r, const struct row *row)
{
	char place[320];

	if (goes_on(r))
		return (keep_reject(r, row));
	return (diag_failed(row_place(row, &r->err, place, sizeof(place)),
	    &r->err, DIAG_BADINPUT));
}

/* The first line was read, so it is known whether the input has a frame.  An
 * unframed pipe gets one only when asked for by option: its end may be the
 * death of a program, which a frame must not bless. */
static void
begin_frame(struct run *r)
{
	const char *stream = input_framed(r->in);

	if (r->filter->report)
		return;
	if (stream != NULL)
		output_frame(r->out, stream);
	else if (r->opts->frame ||
	    (frame_wanted(0) && input_is_files(r->in)))
		output_frame_file(r->out);
}

/* Before a wait for input everything written so far is passed on. */
static int
flush_before_wait(struct run *r)
{

	if (input_may_wait(r->in) && output_flush(r->out, &r->err) != 0)
		return (stopped(r, DIAG_FAIL));
	return (DIAG_OK);
}

static int
apply(struct run *r, struct row *row)
{
	int rc;

	if (output_mark(r->out, &r->err) != 0)
		return (stopped(r, DIAG_FAIL));
	rc = r->filter->apply == NULL ? output_row(r->out, row, &r->err) :
	    r->filter->apply(row, r->out, r->filter->cookie, &r->err);
	if (rc >= 0) {
		r->enough = rc == 1;
		return (DIAG_OK);
	}
	output_rollback(r->out);
	if (r->err.status != 0 && r->err.status != DIAG_BADINPUT)
		return (stopped(r, DIAG_FAIL));
	return (refuse(r, row, goes_on(r)));
}

/* Pass on the rows at hand that need no look. */
static int
pass_run(struct run *r)
{
	uint64_t rows;
	const char *s;
	size_t len;

	while (input_run(r->in, &s, &len, &rows))
		if (output_lines(r->out, s, len, rows, &r->err) != 0)
			return (stopped(r, DIAG_FAIL));
	return (DIAG_OK);
}

/* Return DIAG_OK when all rows were read and written or refused. */
static int
pass_rows(struct run *r)
{
	int whole = r->filter->raw && r->filter->apply == NULL;
	int status = DIAG_OK, begun = 0;
	enum input_status st;
	struct row *row;

	while (status == DIAG_OK && !r->enough) {
		if ((status = flush_before_wait(r)) != DIAG_OK)
			break;
		st = input_next(r->in, &row, &r->err);
		/* Also before a failure: without the line, what follows in
		 * the pipeline could take the output for whole. */
		if (!begun)
			begin_frame(r);
		begun = 1;
		if (st == INPUT_END)
			break;
		if (st == INPUT_FAIL)
			status = input_stopped(r);
		else if (st == INPUT_BAD)
			status = refuse(r, row,
			    reader_rejects(&r->opts->reader));
		else
			status = apply(r, row);
		if (whole && status == DIAG_OK)
			status = pass_run(r);
		progress_at(r->progress, input_rows(r->in),
		    input_bytes(r->in), r->size);
	}
	return (status);
}

/* All was read: what was held back comes now. */
static int
pass_held(struct run *r)
{
	int status = DIAG_OK;
	enum input_status st;
	struct row *row;

	while (status == DIAG_OK && (st = r->filter->more(&row,
	    r->filter->cookie, &r->err)) != INPUT_END) {
		if (st == INPUT_BAD)
			status = refuse_held(r, row);
		else if (st == INPUT_FAIL ||
		    output_mark(r->out, &r->err) != 0 ||
		    output_row(r->out, row, &r->err) != 0)
			status = stopped(r, DIAG_FAIL);
	}
	return (status);
}

/* The rows passed: what must be known before @end says so. */
static int
end_rows(struct run *r)
{

	if (output_flush(r->out, &r->err) != 0)
		return (stopped(r, DIAG_FAIL));
	if (r->filter->end != NULL &&
	    r->filter->end(r->out, r->filter->cookie, &r->err) != 0)
		return (stopped(r, DIAG_FINDINGS));
	return (DIAG_OK);
}

/* End the output: whole when ${status} says so. */
static int
close_output(struct run *r, int status)
{

	if (r->filter->report) {	/* its lines are no rows */
		r->ledger.bytes = input_bytes(r->in);
	} else {
		r->ledger.out = output_rows(r->out);
		r->ledger.bytes = output_bytes(r->out);
	}
	/* A report that has findings is whole nevertheless. */
	if (status != DIAG_OK &&
	    !(status == DIAG_FINDINGS && r->filter->report)) {
		output_abandon(r->out);
		return (status);
	}
	if (output_close(r->out, &r->err) != 0)
		return (stopped(r, DIAG_FAIL));
	return (status);
}

static int
close_rejects(struct run *r, int status)
{

	if (rejects_close(r->rejects, &r->err) != 0) {
		int failed = stopped(r, DIAG_FAIL);

		return (status == DIAG_OK ? failed : status);
	}
	return (status);
}

/* Pass the rows and leave r->ledger filled; return the exit status. */
static int
run_filter(struct run *r)
{
	int status;

	status = pass_rows(r);
	if (status == DIAG_OK && r->filter->more != NULL)
		status = pass_held(r);
	r->ledger.in = input_rows(r->in);
	r->ledger.rejected = rejects_count(r->rejects);
	if (status == DIAG_OK)
		status = end_rows(r);
	status = close_rejects(r, status);
	status = close_output(r, status);
	if (status == DIAG_OK && r->ledger.rejected > 0)
		status = DIAG_FINDINGS;
	return (status);
}

int
filter_run(char *const files[], const struct filter *filter,
    const struct filter_opts *opts)
{
	struct run r = { .filter = filter, .opts = opts };
	const struct input_opts in = {
		.max_line = opts->reader.max_line,
		.limit = opts->reader.limit,
		.require_frame = opts->reader.require_frame,
		.raw = filter->raw,
		.any = filter->any,
		.values = filter->values,
		.sink = filter->report,
	};
	enum progress_mode mode = (enum progress_mode)opts->reader.progress;
	double start = clock_seconds();
	struct buf more = { 0 };
	int status;

	r.rejects = rejects_open(opts->reader.rejects,
	    opts->reader.max_rejects, &r.err);
	if (r.rejects == NULL)
		return (stopped(&r, DIAG_FAIL));
	r.in = input_open(files, &in);
	r.size = input_size(r.in);
	if (filter->open != NULL)
		filter->open(r.in, filter->cookie);
	r.out = output_open(STDOUT_FILENO, "standard output");
	if (filter->digest != NULL)
		output_digest(r.out, filter->digest);
	if (!filter->report)
		mode = progress_for_rows(mode, STDOUT_FILENO);
	r.progress = progress_new(mode, "");
	status = run_filter(&r);
	progress_free(r.progress);
	input_close(r.in);
	if (filter->report)
		ledger_say_report(&r.ledger);
	else
		ledger_say_filter(&r.ledger);
	if (filter->stats != NULL)
		filter->stats(&more, filter->cookie);
	status = stats_end(opts->reader.stats, status, start, &r.ledger, &more);
	buf_free(&more);
	return (status);
}
