/*
 * pg-dump-json - rows of PostgreSQL tables as NDJSON
 * One table or query goes to standard output; with --output-dir many tables
 * go to files that can be checked.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/pgexport.h"
#include "db/pgpick.h"
#include "db/pgread.h"
#include "db/pgsource.h"
#include "json/json.h"
#include "row/frame.h"
#include "row/ledger.h"
#include "row/output.h"
#include "row/progress.h"
#include "row/stats.h"
#include "schema/after.h"
#include "schema/name.h"

#define JOBS_MAX	64

struct config {
	const char	*dbname, *query, *where, *order_by, *after;
	const char	*snapshot;
	const char	*partition, *stats, *output_dir;
	struct opt_list	 columns, exclude;
	uint64_t	 limit, jobs;
	int		 frame, force, progress;

	uint64_t	 part, parts;		/* of --partition */
};

static const struct opt opts[] = {
	OPT_STR(0, "after", "KEY",
	    "only rows after KEY, a JSON object, in this order",
	    struct config, after),
	OPT_MANY(0, "columns", "NAME,...", "only these columns, in this order",
	    struct config, columns),
	PG_OPTS(struct config, dbname),
	OPT_MANY(0, "exclude", "NAME,...", "all columns but these",
	    struct config, exclude),
	OPT_FLAG(0, "force", "write to a directory that holds other files",
	    struct config, force),
	OPT_FLAG(0, "frame", "put a frame around the rows written",
	    struct config, frame),
	OPT_UINT('j', "jobs", "N", "read with N connections (default 1)",
	    struct config, jobs),
	OPT_UINT(0, "limit", "N", "stop after N rows", struct config, limit),
	OPT_STR(0, "order-by", "SQL", "sort by these keys",
	    struct config, order_by),
	OPT_STR('o', "output-dir", "DIR", "write tables to files in DIR/data",
	    struct config, output_dir),
	OPT_STR(0, "partition", "I/N", "the Ith of N shares of the rows",
	    struct config, partition),
	OPT_OPTCHOICE(0, "progress", PROGRESS_WORDS,
	    "how progress is shown (default auto)", struct config, progress,
	    PROGRESS_AUTO),
	OPT_STR(0, "query", "SQL", "the rows of a query", struct config, query),
	OPT_STR(0, "snapshot", "ID", "see what an exported snapshot shows",
	    struct config, snapshot),
	OPT_STR(0, "stats", "FILE",
	    "write the run's counts to FILE as JSON", struct config, stats),
	OPT_STR(0, "where", "SQL", "only rows that meet the condition",
	    struct config, where),
};

static const struct opt_spec spec = OPT_SPEC("pg-dump-json",
    "TABLE | --query SQL | -o DIR [TABLE[=SQL] ...]",
    "write rows of PostgreSQL tables as NDJSON", opts);

/* One table or query on its way to standard output. */
struct run {
	const struct config	*cfg;
	struct arena		*arena;
	struct pg		*pg;
	const struct pgcatalog_relation *rel;
	struct pgsource		*src;
	struct buf		 snapshot;	/* its name, when needed */
	struct output		*out;
	struct ledger		 ledger;
	int			 framed;
};

static struct pgcatalog_relation *
find_relation(struct run *r, const char *operand, struct err *err)
{
	struct pgcatalog_relation *rel;
	struct name name;

	if (r->cfg->query != NULL) {
		rel = pgcatalog_query(r->pg, r->cfg->query, r->arena, err);
		if (rel == NULL)
			(void)err_prefix(err, "option --query: ");
		return (rel);
	}
	name_read(operand, strlen(operand), NAME_LOWER, &name, r->arena);
	return (pgcatalog_find(r->pg, &name, r->arena, err));
}

static int
open_source(struct run *r, const char *operand, struct err *err)
{
	const struct config *cfg = r->cfg;
	struct pgcatalog_relation *rel = find_relation(r, operand, err);
	struct pgsource_spec want;
	struct pgpick pick = { 0 };
	const char *where;

	if (rel == NULL || after_where(cfg->after, cfg->order_by, cfg->where,
	    NAME_LOWER, r->arena, &where, err) != 0 ||
	    pgpick_columns(&rel, 1, &cfg->columns, &cfg->exclude, &pick,
	    r->arena, err) != 0)
		return (-1);
	r->rel = rel;
	want = (struct pgsource_spec){
		.rel = rel,
		.query = cfg->query,
		.columns = pick.columns,
		.ncolumns = pick.n,
		.where = where,
		.order_by = cfg->order_by,
		.limit = cfg->limit,
		.part = cfg->part,
		.parts = cfg->parts,
		.many = cfg->jobs > 1,
	};
	if ((r->src = pgsource_new(r->pg, &want, r->arena, err)) == NULL)
		return (-1);
	if (rel->has_filter)
		diag_warn("%s: row security applies: rows that this user may"
		    " not see are missing", pgsource_label(r->src));
	if (pgsource_whole(r->src) != NULL && diag_verbose())
		diag_note("%s: one job only: %s", pgsource_label(r->src),
		    pgsource_whole(r->src));
	return (0);
}

static void
put_member(struct buf *b, const char *key, const char *value)
{

	if (value == NULL)
		return;
	buf_putc(b, ',');
	json_put_z(b, key);
	buf_putc(b, ':');
	json_put_z(b, value);
}

/* The frame says what the rows are and how they are written. */
static void
begin_frame(struct run *r)
{
	struct buf b = { 0 }, name = { 0 };

	buf_puts(&b, "{\"@stream\":{\"v\":1,\"source\":\"pg\"");
	if (r->src != NULL) {
		put_member(&b, "query", r->cfg->query);
		if (r->rel->oid != 0) {
			buf_printf(&name, "%s.%s", r->rel->schema,
			    r->rel->name);
			put_member(&b, "table", buf_z(&name));
		}
		put_member(&b, "where", r->cfg->where);
		put_member(&b, "partition", r->cfg->partition);
		put_member(&b, "snapshot", buf_z(&r->snapshot));
		buf_puts(&b, ",\"settings\":");
		pg_put_settings(&b);
	}
	buf_puts(&b, "}}");
	output_frame(r->out, buf_z(&b));
	buf_free(&b);
	buf_free(&name);
	r->framed = 1;
}

static struct output *
begin_rows(void *cookie, size_t i, struct err *err)
{
	struct run *r = cookie;

	(void)i;
	(void)err;
	return (r->out);
}

static int
end_rows(void *cookie, size_t i, struct err *err)
{

	(void)cookie;
	(void)i;
	(void)err;
	return (0);
}

static int
dump(struct run *r, const char *operand, struct err *err)
{
	const struct config *cfg = r->cfg;
	struct pgread read = { &r->src, 1,
	    { .begin = begin_rows, .end = end_rows, .cookie = r } };
	int rc;

	if ((r->pg = pg_open(cfg->dbname, err)) == NULL ||
	    pg_begin(r->pg, cfg->snapshot, err) != 0 ||
	    open_source(r, operand, err) != 0)
		return (-1);
	if (cfg->snapshot != NULL)
		buf_puts(&r->snapshot, cfg->snapshot);
	else if ((cfg->jobs > 1 || frame_wanted(cfg->frame)) &&
	    pg_export(r->pg, &r->snapshot, err) != 0)
		return (-1);
	if (frame_wanted(cfg->frame))
		begin_frame(r);
	read.sink.progress = progress_new((enum progress_mode)cfg->progress,
	    pgsource_label(r->src));
	rc = pgread_run(&read, r->pg, buf_z(&r->snapshot),
	    pgsource_whole(r->src) != NULL ? 1 : (size_t)cfg->jobs, err);
	progress_free(read.sink.progress);
	return (rc);
}

/* Whatever happened, a stream that was asked to have a frame has begun one:
 * without an end, its reader knows. */
static int
finish(struct run *r, int rc, struct err *err)
{
	int status = DIAG_OK;

	if (rc != 0 && frame_wanted(r->cfg->frame) && !r->framed)
		begin_frame(r);
	r->ledger.out = r->ledger.in = output_rows(r->out);
	r->ledger.bytes = output_bytes(r->out);
	if (rc == 0)
		rc = output_close(r->out, err);
	else
		output_abandon(r->out);
	if (rc != 0) {
		diag_err(NULL, err);
		status = err->status != 0 ? err->status : DIAG_FAIL;
	}
	if (r->src != NULL)
		ledger_say_source(&r->ledger, pgsource_label(r->src));
	return (status);
}

static int
dump_one(const struct config *cfg, const char *operand,
    struct ledger *ledger)
{
	struct run r = { .cfg = cfg, .arena = arena_new() };
	struct err err = ERR_INIT;
	int status;

	r.out = output_open(STDOUT_FILENO, "standard output");
	status = finish(&r, dump(&r, operand, &err), &err);
	*ledger = r.ledger;
	pg_close(r.pg);
	buf_free(&r.snapshot);
	arena_free(r.arena);
	return (status);
}

static int
dump_many(const struct config *cfg, char *const *tables,
    struct ledger *ledger)
{
	struct pgexport x = {
		.dir = cfg->output_dir,
		.tables = tables,
		.columns = cfg->columns,
		.exclude = cfg->exclude,
		.limit = cfg->limit,
		.snapshot = cfg->snapshot,
		.jobs = (size_t)cfg->jobs,
		.force = cfg->force,
		.progress = (enum progress_mode)cfg->progress,
	};
	struct err err = ERR_INIT;
	struct pg *pg;
	int rc;

	pg = pg_open(cfg->dbname, &err);
	rc = pg == NULL ? -1 : pgexport_run(&x, pg, ledger, &err);
	pg_close(pg);
	if (rc != 0)
		diag_err(NULL, &err);
	ledger_say_source(ledger, cfg->output_dir);
	if (rc == 0)
		return (DIAG_OK);
	return (err.status != 0 ? err.status : DIAG_FAIL);
}

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return ((double)t.tv_sec + (double)t.tv_nsec / 1e9);
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
		if (cfg->query != NULL || cfg->where != NULL ||
		    cfg->order_by != NULL || cfg->after != NULL ||
		    cfg->partition != NULL)
			opt_usage(&spec, "--query, --where, --order-by and"
			    " --partition do not go with --output-dir;"
			    " TABLE=CONDITION does");
		if (cfg->frame)
			opt_usage(&spec, "--frame does not go with"
			    " --output-dir");
		return;
	}
	if (cfg->query != NULL && operands[0] != NULL)
		opt_usage(&spec, "a table or --query, not both");
	if (cfg->query == NULL && operands[0] == NULL)
		opt_usage(&spec, "no table named");
	if (operands[0] != NULL && operands[1] != NULL)
		opt_usage(&spec, "one table at a time, or --output-dir");
	if (cfg->force)
		opt_usage(&spec, "--force goes with --output-dir");
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .limit = UINT64_MAX, .jobs = 1 };
	struct ledger ledger = { 0 };
	struct err err = ERR_INIT;
	double start = seconds();
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	check_usage(&cfg, argv);
	read_partition(&cfg);
	status = cfg.output_dir != NULL ? dump_many(&cfg, argv, &ledger) :
	    dump_one(&cfg, argv[0], &ledger);
	if (stats_write(cfg.stats, status, seconds() - start, &ledger, NULL,
	    &err) != 0) {
		diag_err(NULL, &err);
		status = status != DIAG_OK ? status : DIAG_FAIL;
	}
	return (status);
}
