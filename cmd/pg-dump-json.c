/*
 * pg-dump-json - rows of PostgreSQL tables as NDJSON
 * One table or query goes to standard output; with --output-dir many tables
 * go to files that can be checked.
 */
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/dump.h"
#include "db/pg.h"
#include "db/pgdump.h"
#include "db/pgexport.h"
#include "row/ledger.h"
#include "row/stats.h"

#define JOBS_MAX	64

struct config {
	struct dump_opts dump;
	const char	*dbname, *snapshot, *partition, *output_dir;
	uint64_t	 jobs;
	int		 force;

	uint64_t	 part, parts;		/* of --partition */
};

static const struct opt opts[] = {
	PG_OPTS(struct config, dbname),
	OPT_FLAG(0, "force", "write to a directory that holds other files",
	    struct config, force),
	OPT_UINT('j', "jobs", "N", "read with N connections (default 1)",
	    struct config, jobs),
	OPT_STR('o', "output-dir", "DIR", "write tables to files in DIR/data",
	    struct config, output_dir),
	OPT_STR(0, "partition", "I/N", "the Ith of N shares of the rows",
	    struct config, partition),
	OPT_STR(0, "snapshot", "ID", "see what an exported snapshot shows",
	    struct config, snapshot),
	DUMP_OPTS(struct config, dump),
};

static const struct opt_spec spec = OPT_SPEC("pg-dump-json",
    "TABLE | --query SQL | -o DIR [TABLE[=SQL] ...]",
    "write rows of PostgreSQL tables as NDJSON", opts);

static int
export(const struct config *cfg, char *const *tables, struct ledger *ledger)
{
	struct pgexport x = {
		.dir = cfg->output_dir,
		.tables = tables,
		.columns = cfg->dump.columns,
		.exclude = cfg->dump.exclude,
		.limit = cfg->dump.limit,
		.snapshot = cfg->snapshot,
		.jobs = (size_t)cfg->jobs,
		.force = cfg->force,
		.progress = (enum progress_mode)cfg->dump.progress,
	};
	struct err err = ERR_INIT;
	struct pg *pg;
	int rc;

	pg = pg_open(cfg->dbname, &err);
	rc = pg == NULL ? -1 : pgexport_run(&x, pg, ledger, &err);
	pg_close(pg);
	if (rc != 0)
		rc = diag_failed(NULL, &err, DIAG_FAIL);
	ledger_say_source(ledger, cfg->output_dir);
	return (rc);
}

static int
dump_many(const struct config *cfg, char *const *tables)
{
	double start = clock_seconds();
	struct ledger ledger = { 0 };
	int status = export(cfg, tables, &ledger);

	return (stats_end(cfg->dump.stats, status, start, &ledger, NULL));
}

static int
dump_one(const struct config *cfg, const char *table)
{
	const struct pgdump x = {
		.opts = &cfg->dump,
		.dbname = cfg->dbname,
		.table = table,
		.snapshot = cfg->snapshot,
		.partition = cfg->partition,
		.part = cfg->part,
		.parts = cfg->parts,
		.jobs = (size_t)cfg->jobs,
	};

	return (pgdump_run(&x));
}

/* Read "I/N" of --partition. */
static void
read_partition(struct config *cfg)
{
	const char *slash;
	struct err err;
	struct quote q;
	char first[24];
	size_t len;

	if (cfg->partition == NULL)
		return;
	slash = strchr(cfg->partition, '/');
	len = slash == NULL ? 0 : (size_t)(slash - cfg->partition);
	if (slash != NULL && len < sizeof(first)) {
		memcpy(first, cfg->partition, len);
		first[len] = '\0';
		if (opt_uint(first, &cfg->part, &err) == 0 &&
		    opt_uint(slash + 1, &cfg->parts, &err) == 0 &&
		    cfg->part >= 1 && cfg->part <= cfg->parts &&
		    cfg->parts <= UINT32_MAX)
			return;
	}
	opt_usage(&spec, "option --partition: %s is not like 1/4, the first of"
	    " four", quote_z(&q, cfg->partition));
}

/* Options that go together, and those that do not. */
static void
check_usage(const struct config *cfg, char *const *operands)
{
	size_t i;

	if (cfg->jobs < 1 || cfg->jobs > JOBS_MAX)
		opt_usage(&spec, "option --jobs: it is 1 to %d", JOBS_MAX);
	for (i = 0; operands[i] != NULL; i++)
		if (operands[i][0] == '\0' || operands[i][0] == '=')
			opt_usage(&spec, "the name of a table is empty");
	if (cfg->output_dir != NULL) {
		if (cfg->dump.query != NULL || cfg->dump.where != NULL ||
		    cfg->dump.order_by != NULL || cfg->dump.after != NULL ||
		    cfg->partition != NULL)
			opt_usage(&spec, "--query, --where, --order-by and"
			    " --partition do not go with --output-dir;"
			    " TABLE=CONDITION does");
		if (cfg->dump.frame)
			opt_usage(&spec, "--frame does not go with"
			    " --output-dir");
		return;
	}
	if (cfg->dump.query != NULL && operands[0] != NULL)
		opt_usage(&spec, "a table or --query, not both");
	if (cfg->dump.query == NULL && operands[0] == NULL)
		opt_usage(&spec, "no table named");
	if (operands[0] != NULL && operands[1] != NULL)
		opt_usage(&spec, "one table at a time, or --output-dir");
	if (cfg->force)
		opt_usage(&spec, "--force goes with --output-dir");
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .dump = DUMP_OPTS_INIT, .jobs = 1 };

	argv = opt_parse(&spec, argc, argv, &cfg);
	check_usage(&cfg, argv);
	read_partition(&cfg);
	return (cfg.output_dir != NULL ? dump_many(&cfg, argv) :
	    dump_one(&cfg, argv[0]));
}
