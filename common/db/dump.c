#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "db/dump.h"
#include "json/json.h"
#include "row/frame.h"
#include "row/ledger.h"
#include "row/output.h"
#include "row/stats.h"

struct dump {
	const struct dump_opts	*opts;
	const struct dump_ops	*ops;
	void			*cookie;
	struct output		*out;
	struct ledger		 ledger;
};

/* The frame says what the rows are and how they are written. */
static void
begin_frame(struct dump *d, int is_open)
{
	struct buf b = { 0 };

	if (!frame_wanted(d->opts->frame))
		return;
	frame_put_stream(&b, d->ops->source);
	if (is_open)
		d->ops->describe(d->cookie, &b);
	buf_puts(&b, "}}");
	output_frame(d->out, buf_z(&b));
	buf_free(&b);
}

static int
write_rows(struct dump *d, struct arena *a, struct err *err)
{
	struct progress *progress;
	int rc;

	rc = d->ops->open(d->cookie, a, err);
	/* Whatever happened, a stream that was asked to have a frame has begun
	 * one: without an end, its reader knows. */
	begin_frame(d, rc == 0);
	if (rc != 0)
		return (-1);
	progress = progress_new(progress_for_rows(
	    (enum progress_mode)d->opts->progress, STDOUT_FILENO),
	    d->ops->label(d->cookie));
	rc = d->ops->write(d->cookie, d->out, progress, err);
	progress_free(progress);
	return (rc);
}

static int
finish(struct dump *d, int rc, struct err *err)
{
	const char *label = d->ops->label(d->cookie);
	int status = DIAG_OK;

	d->ledger.out = d->ledger.in = output_rows(d->out);
	d->ledger.bytes = output_bytes(d->out);
	if (rc == 0)
		rc = output_close(d->out, err);
	else
		output_abandon(d->out);
	if (rc != 0)
		status = diag_failed(NULL, err, DIAG_FAIL);
	if (label == NULL)
		return (status);
	if (d->ops->odd != NULL && d->ops->odd(d->cookie) &&
	    status == DIAG_OK)
		status = DIAG_FINDINGS;
	ledger_say_source(&d->ledger, label);
	return (status);
}

int
dump_run(const struct dump_opts *opts, const struct dump_ops *ops,
    void *cookie)
{
	struct dump d = { .opts = opts, .ops = ops, .cookie = cookie };
	struct arena *a = arena_new();
	double start = clock_seconds();
	struct buf more = { 0 };
	struct err err = ERR_INIT;
	int status;

	d.out = output_open(STDOUT_FILENO, "standard output");
	status = finish(&d, write_rows(&d, a, &err), &err);
	if (ops->stats != NULL && d.ops->label(cookie) != NULL)
		ops->stats(cookie, &more);
	ops->close(cookie);
	status = stats_end(opts->stats, status, start, &d.ledger, &more);
	buf_free(&more);
	arena_free(a);
	return (status);
}
