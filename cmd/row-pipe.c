/*
 * row-pipe - run a pipeline and let its sink commit only when all went well
 */
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "row/frame.h"
#include "row/ledger.h"
#include "row/pipeline.h"
#include "row/stats.h"

struct config {
	struct pipeline_opts	 pipeline;
	int			 no_count;
	int			 frame;
	const char		*stats;
};

static const struct opt opts[] = {
	OPT_CSV(0, "accept", "[STAGE:]STATUS,...",
	    "statuses that are no failure: 1 to 125, PIPE", struct config,
	    pipeline.accept),
	OPT_FLAG(0, "frame", "let the stages put frames around their rows",
	    struct config, frame),
	OPT_FLAG(0, "no-count", "do not count what passes between the stages",
	    struct config, no_count),
	OPT_STR(0, "save", "DIR", "keep what passes between the stages in DIR",
	    struct config, pipeline.save),
	OPT_STR(0, "stats", "FILE",
	    "write the run's counts to FILE as JSON", struct config, stats),
	OPT_DURATION(0, "timeout", "TIME",
	    "end everything after TIME: 90, 1.5s, 10m, 2h", struct config,
	    pipeline.timeout),
};
static const struct opt_spec spec = {
	.name = "row-pipe", .operands = "STAGE... [\\| STAGE...] \\| SINK...",
	.brief = "run a pipeline whose sink commits only if all stages succeed",
	.opts = opts, .nopts = sizeof(opts) / sizeof(opts[0]), .leading = 1
};

static int
write_stats(const struct config *cfg, const struct pipeline *p, int status)
{
	const struct ledger none = { 0 }, *counts = pipeline_counts(p);
	struct err err = ERR_INIT;
	struct buf more = { 0 };

	pipeline_put_json(p, &more);
	if (stats_write(cfg->stats, status, pipeline_seconds(p),
	    counts != NULL ? counts : &none, &more, &err) != 0) {
		diag_err(NULL, &err);
		if (status <= DIAG_FINDINGS)
			status = err.status;
	}
	buf_free(&more);
	return (status);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { 0 };
	struct err err = ERR_INIT;
	struct pipeline *p;
	char **words;
	int status;

	words = opt_parse(&spec, argc, argv, &cfg);
	if (words[0] == NULL)
		opt_usage(&spec, "no stage named");
	p = pipeline_new(words, &cfg.pipeline, &err);
	if (p == NULL)
		opt_usage_err(&spec, NULL, &err);
	/* Who would hear of it? */
	cfg.pipeline.count = !cfg.no_count &&
	    (!diag_quiet() || cfg.stats != NULL);
	if (frame_wanted(cfg.frame))
		frame_want(cfg.pipeline.save != NULL);
	status = pipeline_run(p);
	pipeline_say(p);
	status = write_stats(&cfg, p, status);
	pipeline_free(p);
	return (status);
}
