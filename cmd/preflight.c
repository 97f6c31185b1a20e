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

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/readiness.h"
#include "db/rehearsal.h"
#include "row/input.h"
#include "row/output.h"
#include "row/progress.h"
#include "schema/findings.h"

struct config {
	struct rehearsal_opts	run;
	int			json;
};

static const struct opt opts[] = {
	OPT_STR(0, "filter", "PROGRAM", "the row-map program that rows pass",
	    struct config, run.filter),
	OPT_FLAG(0, "json", "write findings as JSON, one a line",
	    struct config, json),
	OPT_UINT(0, "limit", "N", "look at no more than N rows",
	    struct config, run.limit),
	OPT_SIZE(0, "max-line", "SIZE", "refuse longer lines (default 256M)",
	    struct config, run.max_line),
	OPT_SIZE(0, "memory", "SIZE", "memory for keys (default 64M)",
	    struct config, run.memory),
	OPT_OPTCHOICE(0, "progress", PROGRESS_WORDS,
	    "how progress is shown (default auto)", struct config, run.progress,
	    PROGRESS_AUTO),
	OPT_FLAG(0, "require-frame", "refuse input without a frame",
	    struct config, run.require_frame),
	OPT_STR(0, "source", "CONN", "database to read rows from",
	    struct config, run.source),
	OPT_STR(0, "table", "TABLE", "table to read, and to be written",
	    struct config, run.table),
	OPT_STR(0, "target", "CONN", "database that will be written",
	    struct config, run.target),
	OPT_STR(0, "target-table", "TABLE", "table there, if not --table",
	    struct config, run.target_table),
	OPT_STR(0, "where", "CONDITION", "read only rows that meet it",
	    struct config, run.where),
};

static const struct opt_spec spec = OPT_SPEC("preflight",
    "--target CONN --table TABLE [FILE ...]",
    "find what would fail before anything is written", opts);

static int
report(const struct findings *fs, int json, struct err *err)
{
	struct output *out = output_open(STDOUT_FILENO, "standard output");
	const struct finding *fi;
	struct buf *b;
	size_t i;

	for (i = 0; (fi = findings_next(fs, i)) != NULL; i++) {
		b = output_begin(out);
		if (json)
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
conclude(const struct rehearsal *r, const struct findings *fs)
{
	const size_t fails = findings_count(fs, FINDINGS_FAIL);
	const size_t warns = findings_count(fs, FINDINGS_WARN);
	const char *target = rehearsal_target(r);
	const uint64_t rows = rehearsal_rows(r);
	char name[160];

	diag_note("%s: %" PRIu64 " row%s, %zu failure%s, %zu warning%s: %s",
	    quote_plain(name, sizeof(name), target, strlen(target)), rows,
	    rows == 1 ? "" : "s", fails, fails == 1 ? "" : "s", warns,
	    warns == 1 ? "" : "s", fails == 0 ? "ready" : "not ready");
	return (fails == 0 ? DIAG_OK : DIAG_FINDINGS);
}

static void
check_usage(const struct rehearsal_opts *o)
{

	if (o->target == NULL)
		opt_usage(&spec, "no target named; give --target");
	if (o->table == NULL && o->target_table == NULL)
		opt_usage(&spec, "no table named; give --table");
	if (o->source != NULL && o->table == NULL)
		opt_usage(&spec, "--source needs --table");
	if (o->source != NULL && o->files[0] != NULL)
		opt_usage(&spec, "rows come from --source or from files, not "
		    "both");
	if (o->source == NULL && o->where != NULL)
		opt_usage(&spec, "--where goes with --source");
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.run = {
			.limit = UINT64_MAX, .max_line = INPUT_MAX_LINE,
			.memory = READINESS_MEMORY
		}
	};
	struct err err = ERR_INIT;
	struct rehearsal *r;
	struct findings *fs;
	int status;

	cfg.run.files = opt_parse(&spec, argc, argv, &cfg);
	check_usage(&cfg.run);
	if (cfg.run.target_table == NULL)
		cfg.run.target_table = cfg.run.table;
	fs = findings_new();
	r = rehearsal_new(&cfg.run, fs);
	if (rehearsal_run(r, &err) != 0 || report(fs, cfg.json, &err) != 0)
		status = diag_failed(rehearsal_place(r), &err, DIAG_FAIL);
	else
		status = conclude(r, fs);
	rehearsal_free(r);
	findings_free(fs);
	return (status);
}
