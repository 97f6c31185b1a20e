/*
 * row-profile - say what is in rows: types, shares, ranges, looks, per path
 * Rows end here.  What is written at the end is about them: a JSON object for
 * each path, a table for people, or a JSON Schema that they satisfy.
 */
#include <inttypes.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "row/filter.h"
#include "row/output.h"
#include "row/profile.h"

struct config {
	struct profile_opts	 profile;
	int			 table, schema;
	struct filter_opts	 run;

	struct profile		*p;
};

static const struct opt opts[] = {
	OPT_UINT(0, "exact", "N",
	    "count distinct values exactly up to N (10000)",
	    struct config, profile.exact),
	OPT_SIZE(0, "memory", "SIZE", "memory for the profile (default 64M)",
	    struct config, profile.memory),
	OPT_UINT(0, "paths", "N",
	    "look at no more than N paths (default 1000)",
	    struct config, profile.paths),
	OPT_UINT(0, "samples", "N",
	    "show up to N values of each path (default 5)",
	    struct config, profile.samples),
	OPT_FLAG(0, "schema", "write a JSON Schema that the rows satisfy",
	    struct config, schema),
	OPT_FLAG(0, "table", "write a table for people", struct config,
	    table),
	READER_OPTS(struct config, run.reader),
};

static const struct opt_spec spec = OPT_SPEC("row-profile", "[FILE ...]",
    "say what is in rows, path by path", opts);

static int
add_row(struct row *row, struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;

	(void)out;
	(void)err;
	profile_add(cfg->p, row);
	return (0);
}

/* What was not looked into is never left unsaid. */
static void
tell_bounds(const struct config *cfg)
{
	uint64_t others = profile_others(cfg->p);
	uint64_t deep = profile_deep(cfg->p);

	if (others > 0) {
		diag_warn("%" PRIu64 " values under other keys than the first"
		    " %" PRIu64 " paths, or under very long ones, were only"
		    " counted", others, profile_paths(cfg->p));
		diag_hint("--paths and --memory set how many are looked at");
	}
	if (deep > 0)
		diag_warn("%" PRIu64 " arrays and objects nested more than %d"
		    " levels deep were not looked into", deep, PROFILE_DEPTH);
}

static int
report(struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;
	struct buf *b;

	tell_bounds(cfg);
	if (!cfg->table && !cfg->schema)
		return (profile_put_lines(cfg->p, out, err));
	b = output_begin(out);
	if (cfg->schema) {
		profile_put_schema(cfg->p, b);
		return (output_commit(out, err));
	}
	profile_put_table(cfg->p, b);
	b->len--;		/* the newline, which commit appends */
	return (output_commit(out, err));
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.profile = PROFILE_OPTS_INIT, .run = FILTER_OPTS_INIT
	};
	const struct filter filter = {
		.apply = add_row, .end = report, .cookie = &cfg, .report = 1
	};
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	if (cfg.table && cfg.schema)
		opt_usage(&spec, "give either --table or --schema");
	if (cfg.profile.samples > PROFILE_SAMPLES)
		opt_usage(&spec, "option --samples: at most %d values are"
		    " kept", PROFILE_SAMPLES);
	if (cfg.profile.memory < PROFILE_MEMORY)
		opt_usage(&spec, "option --memory: at least 1M is needed");
	cfg.p = profile_new(&cfg.profile);
	status = filter_run(argv, &filter, &cfg.run);
	profile_free(cfg.p);
	return (status);
}
