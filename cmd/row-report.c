/*
 * row-report - rows as tables: text, one HTML page, or one JSON object
 * Rows end here and are held in memory.  A field that holds a status makes
 * the report one of checks, and the exit status tells how they came out.
 */
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "row/filter.h"
#include "row/output.h"
#include "row/report.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML };

#define MOST_TEXT 60		/* columns of a cell, unless said */
#define MOST_HTML 2000
#define MOST_UNSAID UINT64_MAX

struct config {
	int			 format;	/* enum format */
	const char		*group, *status, *title;
	uint64_t		 max_cell;
	struct opt_list		 meta;
	struct filter_opts	 run;

	struct report		*report;
};

static const struct opt opts[] = {
	OPT_CHOICE(0, "format", "text|json|html",
	    "what is written (default text)", struct config, format),
	OPT_STR(0, "group-by", "FIELD", "make a section for each value",
	    struct config, group),
	OPT_UINT(0, "max-cell", "N", "cut what is wider than N characters",
	    struct config, max_cell),
	OPT_MANY(0, "meta", "KEY=VALUE", "say so before the tables",
	    struct config, meta),
	OPT_STR(0, "status", "FIELD", "count ok, warn and fail in that field",
	    struct config, status),
	OPT_STR(0, "title", "TEXT", "the title (default Report)",
	    struct config, title),
	READER_OPTS(struct config, run.reader),
};

static const struct opt_spec spec = OPT_SPEC("row-report", "[FILE ...]",
    "write rows as tables, for people, machines and archives", opts);

static int
add_row(struct row *row, struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;

	(void)out;
	return (report_add(cfg->report, row, err));
}

static int
put_report(const struct config *cfg, struct output *out, struct err *err)
{
	struct report_head head = { .title = cfg->title, .meta = &cfg->meta };

	if (cfg->max_cell != MOST_UNSAID)
		head.most = (size_t)cfg->max_cell;
	else
		head.most = cfg->format == FORMAT_HTML ? MOST_HTML :
		    MOST_TEXT;
	switch (cfg->format) {
	case FORMAT_JSON:
		return (report_put_json(cfg->report, &head, out, err));
	case FORMAT_HTML:
		return (report_put_html(cfg->report, &head, out, err));
	default:
		return (report_put_text(cfg->report, &head, out, err));
	}
}

/* How the checks came out.  That there were none is not that all is well. */
static int
verdict(const struct config *cfg, struct err *err)
{
	uint64_t fail = report_count(cfg->report, REPORT_FAIL);
	struct quote q;

	if (cfg->status == NULL)
		return (0);
	if (report_count(cfg->report, REPORT_NONE) ==
	    report_rows(cfg->report)) {
		(void)err_set(err, "no row has a status in field %s: nothing"
		    " was checked", quote_z(&q, cfg->status));
		return (err_status(err, DIAG_FINDINGS));
	}
	if (fail == 0)
		return (0);
	diag_note("%" PRIu64 " of %" PRIu64 " rows failed", fail,
	    report_rows(cfg->report));
	(void)err_set(err, "%s", "");		/* the report says it all */
	return (err_status(err, DIAG_FINDINGS));
}

static int
end_report(struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;

	if (put_report(cfg, out, err) != 0 || output_flush(out, err) != 0)
		return (-1);
	return (verdict(cfg, err));
}

static void
check_meta(const struct opt_list *meta)
{
	const char *equals;
	struct quote q;
	size_t i, k, len;

	for (i = 0; i < meta->n; i++) {
		equals = strchr(meta->v[i], '=');
		if (equals == NULL || equals == meta->v[i])
			opt_usage(&spec, "option --meta: not KEY=VALUE: %s",
			    quote_z(&q, meta->v[i]));
		len = (size_t)(equals - meta->v[i]) + 1;
		for (k = 0; k < i; k++)
			if (strncmp(meta->v[k], meta->v[i], len) == 0)
				opt_usage(&spec, "option --meta: key given"
				    " twice: %s", quote(&q, meta->v[i],
				    len - 1));
	}
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.title = "Report", .max_cell = MOST_UNSAID,
		.run = FILTER_OPTS_INIT
	};
	const struct filter filter = {
		.apply = add_row, .end = end_report, .cookie = &cfg,
		.report = 1
	};
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	check_meta(&cfg.meta);
	if (cfg.group != NULL && cfg.status != NULL &&
	    strcmp(cfg.group, cfg.status) == 0)
		opt_usage(&spec, "--group-by and --status name one field");
	cfg.report = report_new(cfg.group, cfg.status);
	status = filter_run(argv, &filter, &cfg.run);
	report_free(cfg.report);
	return (status);
}
