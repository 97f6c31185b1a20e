#include <sys/wait.h>

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/process.h"
#include "json/json.h"
#include "row/pipeline_private.h"
#include "row/tap.h"

static size_t
number_of(const struct pipeline *p, const struct pipeline_stage *s)
{

	return ((size_t)(s - p->stages) + 1);
}

/* How many rows stage ${s} has read; 0 when nobody counted them. */
static int
rows_in(const struct pipeline *p, const struct pipeline_stage *s,
    uint64_t *rows)
{
	const struct ledger *counts = pipeline_counts(p);

	if (s > p->stages && s[-1].tap != NULL)
		*rows = tap_rows(s[-1].tap);
	else if (s == pipeline_last(p) && counts != NULL)
		*rows = counts->in;
	else
		return (0);
	return (1);
}

/* Append how a stage ended, in words. */
static void
put_end(const struct pipeline_stage *s, struct buf *b)
{
	char name[PROCESS_SIGNAL_NAME];

	if (s->life == PIPELINE_UNBORN)
		buf_puts(b, "was not started");
	else if (s->life == PIPELINE_ALIVE)
		buf_puts(b, "is running");
	else if (WIFSIGNALED(s->wait))
		buf_printf(b, "was killed by %s", process_signal(
		    WTERMSIG(s->wait), name));
	else
		buf_printf(b, "ended with status %d", WEXITSTATUS(s->wait));
	if (s->put_down)
		buf_puts(b, ", at the behest of row-pipe");
}

static void
say_stage(const struct pipeline *p, const struct pipeline_stage *s)
{
	double end = s->life == PIPELINE_ALIVE ? clock_seconds() : s->end;
	struct buf b = { 0 };
	uint64_t rows;

	if (rows_in(p, s, &rows))
		buf_printf(&b, "%" PRIu64 " rows in, ", rows);
	if (s->tap != NULL)
		buf_printf(&b, "%" PRIu64 " rows out, %" PRIu64 " bytes out, ",
		    tap_rows(s->tap), tap_bytes(s->tap));
	if (s->life != PIPELINE_UNBORN)
		buf_printf(&b, "%.2f s, ", end - s->begin);
	put_end(s, &b);
	diag_note("stage %zu (%s): %s", number_of(p, s), s->name, buf_z(&b));
	buf_free(&b);
}

/*
 * The last word.
 */

/* Why there was no leave to commit. */
static void
say_culprit(const struct pipeline *p, const struct pipeline_stage *s)
{
	const struct pipeline_stage *reader;
	struct buf b = { 0 };

	put_end(s, &b);
	if (s != pipeline_last(p) && pipeline_piped(s)) {
		reader = pipeline_reader(p, s);
		diag_warn("stage %zu (%s) %s: stage %zu (%s) did not read "
		    "all of its rows", number_of(p, s), s->name, buf_z(&b),
		    number_of(p, reader), reader->name);
		diag_hint("if that is meant, --accept PIPE says so");
	} else
		diag_warn("stage %zu (%s) %s", number_of(p, s), s->name,
		    buf_z(&b));
	if (s != pipeline_last(p) && WIFEXITED(s->wait) &&
	    WEXITSTATUS(s->wait) == DIAG_FINDINGS)
		diag_hint("if it did its work, and has something to report, "
		    "--accept %zu:1 says that this is no failure",
		    number_of(p, s));
	buf_free(&b);
}

/* The pipeline failed before the last stage was told to commit. */
static void
say_withheld(const struct pipeline *p)
{
	const struct pipeline_stage *s = pipeline_culprit(p),
	    *last = pipeline_last(p);

	if (p->why.status != 0)
		diag_err(NULL, &p->why);
	else if (s != NULL)
		say_culprit(p, s);
	if (gatekeeper_state(p->keeper) == GATEKEEPER_READY)
		diag_warn("stage %zu (%s) was not told to commit", p->n,
		    last->name);
	else if (last->life == PIPELINE_DEAD && s != last &&
	    WIFEXITED(last->wait) && WEXITSTATUS(last->wait) == 0)
		diag_warn("stage %zu (%s) did not ask for leave to commit: "
		    "what it did stands", p->n, last->name);
}

static void
say_opened(const struct pipeline *p, int status)
{
	const struct pipeline_stage *last = pipeline_last(p);
	struct buf b = { 0 };

	put_end(last, &b);
	if (status == DIAG_UNKNOWN && pipeline_killed(last) != 0) {
		diag_warn("stage %zu (%s) %s while it committed: whether it "
		    "did is not known", p->n, last->name, buf_z(&b));
		diag_hint("look where it writes: what it was to commit is "
		    "there as a whole, or not at all");
	} else if (pipeline_killed(last) != 0)
		diag_warn("stage %zu (%s) %s after it had committed", p->n,
		    last->name, buf_z(&b));
	else if (status <= DIAG_FINDINGS)
		diag_note(gatekeeper_dry_run(p->keeper) ?
		    "dry run: every stage ended well, and nothing was "
		    "committed" : "every stage ended well: committed");
	else
		diag_warn("stage %zu (%s) %s", p->n, last->name, buf_z(&b));
	buf_free(&b);
}

void
pipeline_say(const struct pipeline *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		say_stage(p, &p->stages[i]);
	if (p->end == 0)
		return;
	if (gatekeeper_state(p->keeper) >= GATEKEEPER_OPEN)
		say_opened(p, pipeline_status(p));
	else if (pipeline_bolted(p))
		diag_warn("stage %zu (%s) said it was ready to commit, and "
		    "did not wait for leave", p->n, pipeline_last(p)->name);
	else if (p->doomed || p->why.status != 0)
		say_withheld(p);
}

/*
 * JSON.
 */

static void
put_committed(const struct pipeline *p, struct buf *b)
{
	enum gatekeeper_state state = gatekeeper_state(p->keeper);
	int status = pipeline_status(p);

	buf_puts(b, "\"committed\":");
	if (state == GATEKEEPER_COMMITTED || (state == GATEKEEPER_OPEN &&
	    status <= DIAG_FINDINGS && !gatekeeper_dry_run(p->keeper)))
		buf_puts(b, "true");
	else if (state == GATEKEEPER_WAITING || status == DIAG_UNKNOWN)
		buf_puts(b, "null");
	else
		buf_puts(b, "false");
}

static void
put_stage(const struct pipeline *p, const struct pipeline_stage *s,
    struct buf *b)
{
	char name[PROCESS_SIGNAL_NAME];
	uint64_t rows;

	buf_printf(b, "{\"stage\":%zu,\"program\":", number_of(p, s));
	json_put_z(b, s->name);
	if (s->life == PIPELINE_DEAD && WIFSIGNALED(s->wait))
		buf_printf(b, ",\"status\":null,\"signal\":\"%s\"",
		    process_signal(WTERMSIG(s->wait), name));
	else if (s->life == PIPELINE_DEAD)
		buf_printf(b, ",\"status\":%d", WEXITSTATUS(s->wait));
	else
		buf_puts(b, ",\"status\":null");
	if (s->life == PIPELINE_DEAD)
		buf_printf(b, ",\"seconds\":%.3f", s->end - s->begin);
	if (rows_in(p, s, &rows))
		buf_printf(b, ",\"rows_in\":%" PRIu64, rows);
	if (s->tap != NULL)
		buf_printf(b, ",\"rows_out\":%" PRIu64 ",\"bytes_out\":%"
		    PRIu64, tap_rows(s->tap), tap_bytes(s->tap));
	buf_putc(b, '}');
}

void
pipeline_put_json(const struct pipeline *p, struct buf *b)
{
	size_t i;

	put_committed(p, b);
	buf_puts(b, ",\"stages\":[");
	for (i = 0; i < p->n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		put_stage(p, &p->stages[i], b);
	}
	buf_putc(b, ']');
}
