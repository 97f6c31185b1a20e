#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/feed.h"
#include "db/readiness.h"
#include "db/rehearsal.h"
#include "db/rehearsal_paths.h"
#include "db/target.h"
#include "jq/probe.h"
#include "jq/rowmap.h"
#include "json/json.h"
#include "row/input.h"
#include "row/progress.h"
#include "row/row.h"
#include "schema/findings.h"

struct rehearsal {
	const struct rehearsal_opts *opts;
	struct findings		*fs;
	struct target		*target;
	struct readiness	*ready;
	struct feed		*feed;		/* rows come from here ... */
	struct input		*in;		/* ... or here */
	struct rowmap		*map;
	struct probe		*probe;
	struct json_reader	*reader;
	struct progress		*progress;
	struct arena		*a;
	char			 place[320];	/* of what stopped the input */
	uint64_t		 rows, out;	/* read; come out of it */
};

struct rehearsal *
rehearsal_new(const struct rehearsal_opts *opts, struct findings *fs)
{
	struct rehearsal *r = mem_alloc(sizeof(*r));

	r->opts = opts;
	r->fs = fs;
	r->reader = json_reader_new();
	r->a = arena_new();
	return (r);
}

/*
 * Rows.
 */

/* Look at a row as it will arrive. */
static int
arrive(void *cookie, const char *s, size_t len, struct err *err)
{
	struct rehearsal *r = cookie;
	struct row row = { .s = s, .len = len, .line = r->rows };
	struct finding *fi;
	struct err why;
	int fresh;

	r->out++;
	if (json_read_object(r->reader, s, len, &why) != 0) {
		fi = findings_row(r->fs, FINDINGS_FAIL, "row", NULL, NULL,
		    r->rows, &fresh);
		if (fresh)
			findings_say(fi, why.msg);
		return (0);
	}
	row.fields = r->reader->fields;
	row.nfields = r->reader->nfields;
	row.shape = r->reader->shape;
	arena_reset(r->a);
	row.arena = r->a;
	return (readiness_row(r->ready, &row, r->rows, err));
}

/* What a message says whatever the value is, which stands in brackets. */
static void
put_kind(struct buf *b, const char *msg)
{
	const char *open, *close;

	while ((open = strchr(msg, '(')) != NULL &&
	    (close = strchr(open, ')')) != NULL) {
		buf_put(b, msg, (size_t)(open - msg));
		msg = close + 1;
	}
	buf_puts(b, msg);
}

/*
 * A row on which the program fails is one that would be missing.  A thousand
 * of them that fail in the same way are one finding.
 */
static void
say_failure(struct rehearsal *r, const struct err *why, const char *s,
    size_t len)
{
	struct finding *fi;
	struct buf b = { 0 };
	int fresh;

	put_kind(&b, why->msg);
	fi = findings_row(r->fs, FINDINGS_FAIL, "filter", NULL, buf_z(&b),
	    r->rows, &fresh);
	b.len = 0;
	if (!fresh) {
		buf_free(&b);
		return;
	}
	buf_printf(&b, "the program fails: %s", why->msg);
	findings_say(fi, buf_z(&b));
	findings_example(fi, s, len);
	buf_free(&b);
}

/* Take a row as it was read. */
static int
take_row(struct rehearsal *r, const char *s, size_t len, struct err *err)
{

	if (r->map == NULL)
		return (arrive(r, s, len, err));
	probe_row(r->probe, s, len, r->rows);
	switch (rowmap_run(r->map, s, len, r->rows, arrive, r, err)) {
	case ROWMAP_DONE:
		return (0);
	case ROWMAP_FAILED:
		say_failure(r, err, s, len);
		return (0);
	default:
		return (-1);
	}
}

static int
read_feed(struct rehearsal *r, struct err *err)
{
	uint64_t total = feed_rows(r->feed);
	struct buf b = { 0 };
	int rc;

	while ((rc = feed_next(r->feed, &b, err)) > 0) {
		r->rows++;
		progress_at(r->progress, r->rows, r->rows, total);
		if ((rc = take_row(r, b.s, b.len, err)) != 0)
			break;
		b.len = 0;
	}
	buf_free(&b);
	return (rc);
}

static int
read_input(struct rehearsal *r, struct err *err)
{
	uint64_t total = 0;
	struct finding *fi;
	enum input_status st;
	struct row *row;
	int fresh;

	while ((st = input_next(r->in, &row, err)) == INPUT_ROW ||
	    st == INPUT_BAD) {
		if (r->rows++ == 0)
			total = input_size(r->in);
		progress_at(r->progress, r->rows, input_bytes(r->in), total);
		if (st == INPUT_ROW) {
			if (take_row(r, row->s, row->len, err) != 0)
				return (-1);
			continue;
		}
		fi = findings_row(r->fs, FINDINGS_FAIL, "row", NULL, NULL,
		    r->rows, &fresh);
		if (fresh) {
			findings_say(fi, err->msg);
			findings_mend(fi, "row-sanitize");
		}
	}
	if (st == INPUT_END)
		return (0);
	(void)input_place(r->in, err, r->place, sizeof(r->place));
	return (-1);
}

/*
 * The run.
 */

static int
open_filter(struct rehearsal *r, struct err *err)
{
	const char *text = r->opts->filter;

	if (text == NULL)
		return (0);
	if ((r->map = rowmap_new(text, err)) == NULL ||
	    (r->probe = probe_new(text, strlen(text), err)) == NULL)
		return (err_prefix(err, "option --filter: "));
	return (0);
}

static int
open_source(struct rehearsal *r, struct err *err)
{
	const struct rehearsal_opts *opts = r->opts;
	const struct input_opts io = {
		.max_line = opts->max_line, .limit = opts->limit,
		.require_frame = opts->require_frame, .sink = 1
	};

	if (opts->source == NULL) {
		r->in = input_open(opts->files, &io);
		return (0);
	}
	r->feed = feed_open(opts->source, opts->table, opts->where, opts->limit,
	    err);
	return (r->feed != NULL ? 0 : err_prefix(err, "source: "));
}

/* Return 1 when there is no such table, which is a finding. */
static int
open_target(struct rehearsal *r, struct err *err)
{
	const struct rehearsal_opts *opts = r->opts;

	r->target = target_open(opts->target, opts->target_table, err);
	if (r->target != NULL) {
		r->ready = readiness_new(r->target, r->fs, opts->memory);
		return (0);
	}
	if (err->status != DIAG_FINDINGS)
		return (err_prefix(err, "target: "));
	(void)findings_add(r->fs, FINDINGS_FAIL, "target", NULL, "%s",
	    err->msg);
	return (1);
}

static void
say_source(struct rehearsal *r, struct finding *source)
{
	struct buf b = { 0 };
	struct quote q;

	buf_printf(&b, "%" PRIu64 " row%s", r->rows, r->rows == 1 ? "" : "s");
	if (r->feed != NULL)
		buf_printf(&b, " of %s in %s", quote_z(&q,
		    feed_label(r->feed)), feed_place(r->feed));
	if (r->map != NULL)
		buf_printf(&b, ", %" PRIu64 " come%s out of the program",
		    r->out, r->out == 1 ? "s" : "");
	findings_say(source, buf_z(&b));
	if (r->out == 0)
		source->level = FINDINGS_WARN;
	buf_free(&b);
}

int
rehearsal_run(struct rehearsal *r, struct err *err)
{
	struct finding *source;
	struct quote q;
	int rc;

	if (open_filter(r, err) != 0 || (rc = open_target(r, err)) < 0)
		return (-1);
	if (rc > 0)
		return (0);
	if (open_source(r, err) != 0)
		return (-1);
	/* First in the report, though its rows are counted last. */
	source = findings_add(r->fs, FINDINGS_OK, "source", NULL, "%s", "");
	(void)findings_add(r->fs, FINDINGS_OK, "target", NULL,
	    "%s in %s, %zu column%s", quote_z(&q, target_label(r->target)),
	    target_place(r->target), target_table(r->target)->ncolumns,
	    target_table(r->target)->ncolumns == 1 ? "" : "s");
	if (r->feed != NULL && feed_facts(r->feed, r->fs, err) != 0)
		return (-1);
	r->progress = progress_new((enum progress_mode)r->opts->progress,
	    target_label(r->target));
	rc = r->feed != NULL ? read_feed(r, err) : read_input(r, err);
	progress_free(r->progress);
	if (rc != 0)
		return (-1);
	say_source(r, source);
	if (r->probe != NULL)
		rehearsal_paths(r->probe, r->fs);
	return (readiness_end(r->ready, err));
}

uint64_t
rehearsal_rows(const struct rehearsal *r)
{

	return (r->rows);
}

const char *
rehearsal_target(const struct rehearsal *r)
{

	return (r->target == NULL ? "target" : target_label(r->target));
}

const char *
rehearsal_place(const struct rehearsal *r)
{

	return (r->place[0] == '\0' ? NULL : r->place);
}

void
rehearsal_free(struct rehearsal *r)
{

	if (r == NULL)
		return;
	readiness_free(r->ready);
	target_close(r->target);
	feed_close(r->feed);
	input_close(r->in);
	probe_free(r->probe);
	rowmap_free(r->map);
	json_reader_free(r->reader);
	arena_free(r->a);
	mem_free(r);
}
