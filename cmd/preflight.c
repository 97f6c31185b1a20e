/*
 * preflight - find what would fail before anything is written
 *
 * Rows of a table, or from standard input, pass through the program that will
 * map them, and are held against the table that they are meant for.  What is
 * found becomes a report; the exit status says whether the way is clear.
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/feed.h"
#include "db/readiness.h"
#include "db/target.h"
#include "jq/probe.h"
#include "jq/rowmap.h"
#include "json/json.h"
#include "row/input.h"
#include "row/output.h"
#include "row/progress.h"
#include "row/row.h"
#include "schema/findings.h"
#include "schema/mend.h"

struct config {
	const char	*source, *table, *where, *filter;
	const char	*target, *target_table;
	uint64_t	 limit, max_line, memory;
	int		 json, progress, require_frame;
};

static const struct opt opts[] = {
	OPT_STR(0, "filter", "PROGRAM", "the row-map program that rows pass",
	    struct config, filter),
	OPT_FLAG(0, "json", "write findings as JSON, one a line",
	    struct config, json),
	OPT_UINT(0, "limit", "N", "look at no more than N rows",
	    struct config, limit),
	OPT_SIZE(0, "max-line", "SIZE", "refuse longer lines (default 256M)",
	    struct config, max_line),
	OPT_SIZE(0, "memory", "SIZE", "memory for keys (default 64M)",
	    struct config, memory),
	OPT_OPTCHOICE(0, "progress", PROGRESS_WORDS,
	    "how progress is shown (default auto)", struct config, progress,
	    PROGRESS_AUTO),
	OPT_FLAG(0, "require-frame", "refuse input without a frame",
	    struct config, require_frame),
	OPT_STR(0, "source", "CONN", "database to read rows from",
	    struct config, source),
	OPT_STR(0, "table", "TABLE", "table to read, and to be written",
	    struct config, table),
	OPT_STR(0, "target", "CONN", "database that will be written",
	    struct config, target),
	OPT_STR(0, "target-table", "TABLE", "table there, if not --table",
	    struct config, target_table),
	OPT_STR(0, "where", "CONDITION", "read only rows that meet it",
	    struct config, where),
};

static const struct opt_spec spec = OPT_SPEC("preflight",
    "--target CONN --table TABLE [FILE ...]",
    "find what would fail before anything is written", opts);

struct flight {
	const struct config	*cfg;
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

/*
 * Rows.
 */

/* Look at a row as it will arrive. */
static int
arrive(void *cookie, const char *s, size_t len, struct err *err)
{
	struct flight *f = cookie;
	struct row row = { .s = s, .len = len, .line = f->rows };
	struct finding *fi;
	struct err why;
	int fresh;

	f->out++;
	if (json_read_object(f->reader, s, len, &why) != 0) {
		fi = findings_row(f->fs, FINDINGS_FAIL, "row", NULL, NULL,
		    f->rows, &fresh);
		if (fresh)
			findings_say(fi, why.msg);
		return (0);
	}
	row.fields = f->reader->fields;
	row.nfields = f->reader->nfields;
	row.shape = f->reader->shape;
	arena_reset(f->a);
	row.arena = f->a;
	return (readiness_row(f->ready, &row, f->rows, err));
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
say_failure(struct flight *f, const struct err *why, const char *s,
    size_t len)
{
	struct finding *fi;
	struct buf b = { 0 };
	int fresh;

	put_kind(&b, why->msg);
	fi = findings_row(f->fs, FINDINGS_FAIL, "filter", NULL, buf_z(&b),
	    f->rows, &fresh);
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
take_row(struct flight *f, const char *s, size_t len, struct err *err)
{

	if (f->map == NULL)
		return (arrive(f, s, len, err));
	probe_row(f->probe, s, len, f->rows);
	switch (rowmap_run(f->map, s, len, f->rows, arrive, f, err)) {
	case ROWMAP_DONE:
		return (0);
	case ROWMAP_FAILED:
		say_failure(f, err, s, len);
		return (0);
	default:
		return (-1);
	}
}

static int
read_feed(struct flight *f, struct err *err)
{
	uint64_t total = feed_rows(f->feed);
	struct buf b = { 0 };
	int rc;

	while ((rc = feed_next(f->feed, &b, err)) > 0) {
		f->rows++;
		progress_at(f->progress, f->rows, f->rows, total);
		if ((rc = take_row(f, b.s, b.len, err)) != 0)
			break;
		b.len = 0;
	}
	buf_free(&b);
	return (rc);
}

static int
read_input(struct flight *f, struct err *err)
{
	uint64_t total = 0;
	struct finding *fi;
	enum input_status st;
	struct row *row;
	int fresh;

	while ((st = input_next(f->in, &row, err)) == INPUT_ROW ||
	    st == INPUT_BAD) {
		if (f->rows++ == 0)
			total = input_size(f->in);
		progress_at(f->progress, f->rows, input_bytes(f->in), total);
		if (st == INPUT_ROW) {
			if (take_row(f, row->s, row->len, err) != 0)
				return (-1);
			continue;
		}
		fi = findings_row(f->fs, FINDINGS_FAIL, "row", NULL, NULL,
		    f->rows, &fresh);
		if (fresh) {
			findings_say(fi, err->msg);
			findings_mend(fi, "row-sanitize");
		}
	}
	if (st == INPUT_END)
		return (0);
	(void)input_place(f->in, err, f->place, sizeof(f->place));
	return (-1);
}

/*
 * What the program reads.
 */

static const char *
value_for(enum json_type type)
{

	switch (type) {
	case JSON_NUMBER:
		return ("0");
	case JSON_FALSE:
	case JSON_TRUE:
		return ("false");
	case JSON_ARRAY:
		return ("[]");
	case JSON_OBJECT:
		return ("{}");
	default:
		return ("\"\"");
	}
}

static void
say_null_path(struct flight *f, const struct probe_path *p,
    enum json_type type)
{
	struct buf program = { 0 }, mend = { 0 };
	struct finding *fi;

	fi = findings_add(f->fs, FINDINGS_WARN, "path", p->text,
	    "the program reads this path, which is null or not there");
	fi->rows = p->rows[JSON_NULL];
	fi->first = p->first[JSON_NULL];
	buf_printf(&program, "(%s | select(. == null)) |= %s", p->text,
	    value_for(type));
	buf_puts(&mend, "row-map ");
	mend_shell(&mend, program.s, program.len);
	findings_mend(fi, buf_z(&mend));
	buf_free(&program);
	buf_free(&mend);
}

static void
say_paths(struct flight *f)
{
	const struct probe_path *p;
	struct buf types = { 0 };
	enum json_type most;
	size_t i, n;

	for (i = 0; (p = probe_path(f->probe, i)) != NULL; i++) {
		types.len = 0;
		n = probe_types(p, &most, &types);
		if (n > 1)
			(void)findings_add(f->fs, FINDINGS_WARN, "path-type",
			    p->text, "values of several types: %s",
			    buf_z(&types));
		/* That a column may be null, the target is held against. */
		if (p->depth > 1 && !p->guarded && p->rows[JSON_NULL] > 0)
			say_null_path(f, p, most);
	}
	if (i > 0 && !findings_has(f->fs, "path") &&
	    !findings_has(f->fs, "path-type"))
		(void)findings_add(f->fs, FINDINGS_OK, "path", NULL,
		    "%zu path%s that the program reads hold%s what they seem "
		    "to", i, i == 1 ? "" : "s", i == 1 ? "s" : "");
	buf_free(&types);
}

/*
 * The run.
 */

static int
open_filter(struct flight *f, struct err *err)
{
	const char *text = f->cfg->filter;

	if (text == NULL)
		return (0);
	if ((f->map = rowmap_new(text, err)) == NULL ||
	    (f->probe = probe_new(text, strlen(text), err)) == NULL)
		return (err_prefix(err, "option --filter: "));
	return (0);
}

static int
open_source(struct flight *f, char *const *files, struct err *err)
{
	const struct config *cfg = f->cfg;
	const struct input_opts io = {
		.max_line = cfg->max_line, .limit = cfg->limit,
		.require_frame = cfg->require_frame, .sink = 1
	};

	if (cfg->source == NULL) {
		f->in = input_open(files, &io);
		return (0);
	}
	f->feed = feed_open(cfg->source, cfg->table, cfg->where, cfg->limit,
	    err);
	return (f->feed != NULL ? 0 : err_prefix(err, "source: "));
}

/* Return 1 when there is no such table, which is a finding. */
static int
open_target(struct flight *f, struct err *err)
{
	const struct config *cfg = f->cfg;
	const char *table = cfg->target_table != NULL ? cfg->target_table :
	    cfg->table;

	f->target = target_open(cfg->target, table, err);
	if (f->target != NULL) {
		f->ready = readiness_new(f->target, f->fs, cfg->memory);
		return (0);
	}
	if (err->status != DIAG_FINDINGS)
		return (err_prefix(err, "target: "));
	(void)findings_add(f->fs, FINDINGS_FAIL, "target", NULL, "%s",
	    err->msg);
	return (1);
}

static void
say_source(struct flight *f, struct finding *source)
{
	struct buf b = { 0 };
	struct quote q;

	buf_printf(&b, "%" PRIu64 " row%s", f->rows, f->rows == 1 ? "" : "s");
	if (f->feed != NULL)
		buf_printf(&b, " of %s in %s", quote_z(&q,
		    feed_label(f->feed)), feed_place(f->feed));
	if (f->map != NULL)
		buf_printf(&b, ", %" PRIu64 " come%s out of the program",
		    f->out, f->out == 1 ? "s" : "");
	findings_say(source, buf_z(&b));
	if (f->out == 0)
		source->level = FINDINGS_WARN;
	buf_free(&b);
}

static int
look(struct flight *f, char *const *files, struct err *err)
{
	struct finding *source;
	struct quote q;
	int rc;

	if (open_filter(f, err) != 0 || (rc = open_target(f, err)) < 0)
		return (-1);
	if (rc > 0)
		return (0);
	if (open_source(f, files, err) != 0)
		return (-1);
	/* First in the report, though its rows are counted last. */
	source = findings_add(f->fs, FINDINGS_OK, "source", NULL, "%s", "");
	(void)findings_add(f->fs, FINDINGS_OK, "target", NULL,
	    "%s in %s, %zu column%s", quote_z(&q, target_label(f->target)),
	    target_place(f->target), target_table(f->target)->ncolumns,
	    target_table(f->target)->ncolumns == 1 ? "" : "s");
	if (f->feed != NULL && feed_facts(f->feed, f->fs, err) != 0)
		return (-1);
	f->progress = progress_new((enum progress_mode)f->cfg->progress,
	    target_label(f->target));
	rc = f->feed != NULL ? read_feed(f, err) : read_input(f, err);
	progress_free(f->progress);
	if (rc != 0)
		return (-1);
	say_source(f, source);
	if (f->probe != NULL)
		say_paths(f);
	return (readiness_end(f->ready, err));
}

static int
report(const struct flight *f, struct err *err)
{
	struct output *out = output_open(STDOUT_FILENO, "standard output");
	const struct finding *fi;
	struct buf *b;
	size_t i;

	for (i = 0; (fi = findings_next(f->fs, i)) != NULL; i++) {
		b = output_begin(out);
		if (f->cfg->json)
			findings_put_json(fi, b);
		else
			findings_put(fi, b);
		if (output_commit(out, err) != 0)
			break;
	}
	if (fi == NULL)
		return (output_close(out, err));
	output_abandon(out);
	return (-1);
}

static int
conclude(const struct flight *f)
{
	size_t fails = findings_count(f->fs, FINDINGS_FAIL);
	size_t warns = findings_count(f->fs, FINDINGS_WARN);
	char name[160];
	const char *label = f->target == NULL ? "target" :
	    target_label(f->target);

	diag_note("%s: %" PRIu64 " row%s, %zu failure%s, %zu warning%s: %s",
	    quote_plain(name, sizeof(name), label, strlen(label)), f->rows,
	    f->rows == 1 ? "" : "s", fails, fails == 1 ? "" : "s", warns,
	    warns == 1 ? "" : "s", fails == 0 ? "ready" : "not ready");
	return (fails == 0 ? DIAG_OK : DIAG_FINDINGS);
}

static void
check_usage(const struct config *cfg, char *const *files)
{

	if (cfg->target == NULL)
		opt_usage(&spec, "no target named; give --target");
	if (cfg->table == NULL && cfg->target_table == NULL)
		opt_usage(&spec, "no table named; give --table");
	if (cfg->source != NULL && cfg->table == NULL)
		opt_usage(&spec, "--source needs --table");
	if (cfg->source != NULL && files[0] != NULL)
		opt_usage(&spec, "rows come from --source or from files, not "
		    "both");
	if (cfg->source == NULL && cfg->where != NULL)
		opt_usage(&spec, "--where goes with --source");
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.limit = UINT64_MAX, .max_line = INPUT_MAX_LINE,
		.memory = READINESS_MEMORY,
	};
	struct flight f = { .cfg = &cfg };
	struct err err = ERR_INIT;
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	check_usage(&cfg, argv);
	f.fs = findings_new();
	f.reader = json_reader_new();
	f.a = arena_new();
	if (look(&f, argv, &err) != 0 || report(&f, &err) != 0) {
		diag_err(f.place[0] == '\0' ? NULL : f.place, &err);
		status = err.status != 0 ? err.status : DIAG_FAIL;
	} else
		status = conclude(&f);
	readiness_free(f.ready);
	target_close(f.target);
	feed_close(f.feed);
	input_close(f.in);
	probe_free(f.probe);
	rowmap_free(f.map);
	json_reader_free(f.reader);
	findings_free(f.fs);
	arena_free(f.a);
	return (status);
}
