/*
 * sqlite-dump-json - rows of a SQLite table or query as NDJSON
 * The database is only read, in one transaction.
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
#include "db/sqlite.h"
#include "db/sqlite_source.h"
#include "db/sqlite_table.h"
#include "json/json.h"
#include "row/frame.h"
#include "row/ledger.h"
#include "row/output.h"
#include "row/progress.h"
#include "row/stats.h"
#include "schema/after.h"
#include "schema/table.h"

struct config {
	const char	*query, *where, *order_by, *after, *schema, *stats;
	struct opt_list	 columns, exclude;
	uint64_t	 limit, busy;
	int		 frame, progress;
};

static const struct opt opts[] = {
	OPT_STR(0, "after", "KEY",
	    "only rows after KEY, a JSON object, in this order",
	    struct config, after),
	OPT_UINT(0, "busy-timeout", "SECONDS",
	    "wait for a locked database (default 5)", struct config, busy),
	OPT_MANY(0, "columns", "NAME,...", "only these columns, in this order",
	    struct config, columns),
	OPT_MANY(0, "exclude", "NAME,...", "all columns but these",
	    struct config, exclude),
	OPT_FLAG(0, "frame", "put a frame around the rows written",
	    struct config, frame),
	OPT_UINT(0, "limit", "N", "stop after N rows", struct config, limit),
	OPT_STR(0, "order-by", "SQL", "sort by these keys",
	    struct config, order_by),
	OPT_OPTCHOICE(0, "progress", PROGRESS_WORDS,
	    "how progress is shown (default auto)", struct config, progress,
	    PROGRESS_AUTO),
	OPT_STR(0, "query", "SQL", "the rows of a query", struct config, query),
	OPT_STR(0, "schema", "FILE", "JSON Schema that tells column types",
	    struct config, schema),
	OPT_STR(0, "stats", "FILE",
	    "write the run's counts to FILE as JSON", struct config, stats),
	OPT_STR(0, "where", "SQL", "only rows that meet the condition",
	    struct config, where),
};
static const struct opt_spec spec = OPT_SPEC("sqlite-dump-json",
    "DB TABLE", "write rows of a SQLite table as NDJSON", opts);

struct run {
	const struct config		*cfg;
	struct arena			*a;
	struct table_set		 schema;
	struct sqlite_source_spec	 wish;
	struct sqlite			*db;
	struct sqlite_source		*src;
	struct output			*out;
	struct ledger			 ledger;
	int				 framed;
};

static void
put_member(struct buf *b, const char *key, const char *value)
{

	if (value == NULL)
		return;
	buf_printf(b, ",\"%s\":", key);
	json_put_z(b, value);
}

static void
begin_frame(struct run *r)
{
	struct buf b = { 0 };

	if (r->framed || !frame_wanted(r->cfg->frame))
		return;
	buf_puts(&b, "{\"@stream\":{\"v\":1,\"source\":\"sqlite\"");
	if (r->src != NULL) {
		if (r->cfg->query == NULL)
			put_member(&b, "table", sqlite_source_label(r->src));
		put_member(&b, "query", r->cfg->query);
		put_member(&b, "where", r->cfg->where);
	}
	buf_puts(&b, "}}");
	output_frame(r->out, buf_z(&b));
	buf_free(&b);
	r->framed = 1;
}

static int
open_source(struct run *r, const char *path, struct err *err)
{
	const struct config *cfg = r->cfg;
	const struct sqlite_opts how = {
		.mode = SQLITE_MODE_READ, .busy = cfg->busy
	};

	r->wish.query = cfg->query;
	r->wish.order_by = cfg->order_by;
	sqlite_table_names(&cfg->columns, r->a, &r->wish.columns);
	sqlite_table_names(&cfg->exclude, r->a, &r->wish.exclude);
	if (cfg->schema != NULL) {
		if (table_set_read(cfg->schema, &r->schema, r->a, err) != 0)
			return (-1);
		r->wish.schema = &r->schema;
	}
	if (after_where(cfg->after, cfg->order_by, cfg->where, NAME_KEEP,
	    r->a, &r->wish.where, err) != 0)
		return (-1);
	if ((r->db = sqlite_open(path, &how, err)) == NULL ||
	    sqlite_begin(r->db, err) != 0)
		return (-1);
	r->src = sqlite_source_new(r->db, &r->wish, r->a, err);
	return (r->src == NULL ? -1 : 0);
}

static int
write_rows(struct run *r, struct err *err)
{
	struct progress *progress;
	uint64_t n = 0;
	int rc = 1;

	progress = progress_new(progress_for_rows(
	    (enum progress_mode)r->cfg->progress, STDOUT_FILENO),
	    sqlite_source_label(r->src));
	while (n < r->cfg->limit) {
		rc = sqlite_source_next(r->src, output_begin(r->out), err);
		if (rc <= 0)
			break;
		if ((rc = output_commit(r->out, err)) != 0)
			break;
		n++;
		progress_at(progress, n, n, 0);
	}
	if (rc < 0)
		output_rollback(r->out);
	progress_free(progress);
	return (rc < 0 ? -1 : 0);
}

static int
dump(struct run *r, const char *path, struct err *err)
{

	if (open_source(r, path, err) != 0)
		return (-1);
	begin_frame(r);
	return (write_rows(r, err));
}

/* Say which columns hold something else than their type says. */
static int
say_odd(const struct run *r)
{
	const char *name, *place, *label = sqlite_source_label(r->src);
	char t[QUOTE_MAX], c[QUOTE_MAX];
	uint64_t count;
	int found = 0;
	size_t i;

	for (i = 0; sqlite_source_odd(r->src, i, &name, &count, &place); i++) {
		if (count == 0)
			continue;
		found = 1;
		diag_warn("%s.%s: %" PRIu64 " value%s not of the column's "
		    "type, the first in %s, written as stored",
		    quote_plain(t, sizeof(t), label, strlen(label)),
		    quote_plain(c, sizeof(c), name, strlen(name)), count,
		    count == 1 ? " is" : "s are", place);
	}
	return (found);
}

/* Whatever happened, a stream that was asked to have a frame has begun one:
 * without an end, its reader knows. */
static int
finish(struct run *r, int rc, struct err *err)
{
	int status = DIAG_OK;

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
	if (r->src != NULL) {
		if (say_odd(r) && status == DIAG_OK)
			status = DIAG_FINDINGS;
		ledger_say_source(&r->ledger, sqlite_source_label(r->src));
	}
	return (status);
}

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return ((double)t.tv_sec + (double)t.tv_nsec / 1e9);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .limit = UINT64_MAX, .busy = 5 };
	struct run r = { .cfg = &cfg };
	struct err err = ERR_INIT;
	double start = seconds();
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	if (argv[0] == NULL)
		opt_usage(&spec, "no database named");
	if (cfg.query == NULL && argv[1] == NULL)
		opt_usage(&spec, "no table named");
	if (cfg.query != NULL && argv[1] != NULL)
		opt_usage(&spec, "a table or --query, not both");
	if (argv[1] != NULL && argv[2] != NULL)
		opt_usage(&spec, "one table at a time");
	r.a = arena_new();
	r.wish.table = argv[1];
	r.out = output_open(STDOUT_FILENO, "standard output");
	status = finish(&r, dump(&r, argv[0], &err), &err);
	sqlite_source_free(r.src);
	sqlite_close(r.db);
	if (stats_write(cfg.stats, status, seconds() - start, &r.ledger, NULL,
	    &err) != 0) {
		diag_err(NULL, &err);
		status = status > DIAG_FINDINGS ? status : DIAG_FAIL;
	}
	arena_free(r.a);
	return (status);
}
