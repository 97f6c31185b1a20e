/*
 * sqlite-dump-json - rows of a SQLite table or query as NDJSON
 * The database is only read, in one transaction.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/dump.h"
#include "db/sqlite.h"
#include "db/sqlite_after.h"
#include "db/sqlite_source.h"
#include "db/sqlite_table.h"
#include "json/json.h"
#include "row/output.h"
#include "row/progress.h"
#include "schema/table.h"

struct config {
	struct dump_opts	 dump;
	const char		*schema;
	uint64_t		 busy;
};

static const struct opt opts[] = {
	OPT_UINT(0, "busy-timeout", "SECONDS",
	    "wait for a locked database (default 5)", struct config, busy),
	OPT_STR(0, "schema", "FILE", "JSON Schema that tells column types",
	    struct config, schema),
	DUMP_OPTS(struct config, dump),
};
static const struct opt_spec spec = OPT_SPEC("sqlite-dump-json",
    "DB TABLE", "write rows of a SQLite table as NDJSON", opts);

struct run {
	const struct config		*cfg;
	const char			*path;
	struct table_set		 schema;
	struct sqlite_source_spec	 wish;
	struct sqlite			*db;
	struct sqlite_source		*src;
};

static int
open_source(void *cookie, struct arena *a, struct err *err)
{
	struct run *r = cookie;
	const struct dump_opts *o = &r->cfg->dump;
	const struct sqlite_opts how = {
		.mode = SQLITE_MODE_READ, .busy = r->cfg->busy
	};

	r->wish.query = o->query;
	r->wish.order_by = o->order_by;
	sqlite_table_names(&o->columns, a, &r->wish.columns);
	sqlite_table_names(&o->exclude, a, &r->wish.exclude);
	if (r->cfg->schema != NULL) {
		if (table_set_read(r->cfg->schema, &r->schema, a, err) != 0)
			return (-1);
		r->wish.schema = &r->schema;
	}
	if ((r->db = sqlite_open(r->path, &how, err)) == NULL ||
	    sqlite_begin(r->db, err) != 0 ||
	    sqlite_after_where(r->db, r->wish.table, o->after, o->order_by,
	    o->where, a, &r->wish.where, err) != 0)
		return (-1);
	r->src = sqlite_source_new(r->db, &r->wish, a, err);
	return (r->src == NULL ? -1 : 0);
}

static void
describe(void *cookie, struct buf *b)
{
	const struct run *r = cookie;
	const struct dump_opts *o = &r->cfg->dump;

	if (o->query == NULL)
		json_put_member(b, "table", sqlite_source_label(r->src));
	json_put_member(b, "query", o->query);
	json_put_member(b, "where", o->where);
}

static int
write_rows(void *cookie, struct output *out, struct progress *progress,
    struct err *err)
{
	struct run *r = cookie;
	uint64_t n = 0;
	int rc = 1;

	while (n < r->cfg->dump.limit) {
		rc = sqlite_source_next(r->src, output_begin(out), err);
		if (rc <= 0)
			break;
		if ((rc = output_commit(out, err)) != 0)
			break;
		n++;
		progress_at(progress, n, n, 0);
	}
	if (rc < 0)
		output_rollback(out);
	return (rc < 0 ? -1 : 0);
}

static const char *
label(void *cookie)
{
	const struct run *r = cookie;

	return (r->src == NULL ? NULL : sqlite_source_label(r->src));
}

/* Say which columns hold something else than their type says, or than a column
 * of it would take back. */
static int
say_odd(void *cookie)
{
	const struct run *r = cookie;
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

static void
close_source(void *cookie)
{
	struct run *r = cookie;

	sqlite_source_free(r->src);
	sqlite_close(r->db);
}

static const struct dump_ops ops = {
	.source = "sqlite", .open = open_source, .describe = describe,
	.write = write_rows, .label = label, .odd = say_odd,
	.close = close_source
};

int
main(int argc, char *argv[])
{
	struct config cfg = { .dump = DUMP_OPTS_INIT, .busy = 5 };
	struct run r = { .cfg = &cfg };

	argv = opt_parse(&spec, argc, argv, &cfg);
	if (argv[0] == NULL)
		opt_usage(&spec, "no database named");
	if (cfg.dump.query == NULL && argv[1] == NULL)
		opt_usage(&spec, "no table named");
	if (cfg.dump.query != NULL && argv[1] != NULL)
		opt_usage(&spec, "a table or --query, not both");
	if (argv[1] != NULL && argv[2] != NULL)
		opt_usage(&spec, "one table at a time");
	r.path = argv[0];
	r.wish.table = argv[1];
	return (dump_run(&cfg.dump, &ops, &r));
}
