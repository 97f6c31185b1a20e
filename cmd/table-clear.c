/*
 * table-clear - delete all rows of some tables
 * Says what would go, and what would go with it; does it only when told to.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/grid.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/clear.h"
#include "db/engine.h"
#include "json/json.h"
#include "row/output.h"

struct config {
	uint64_t	 busy;
	int		 confirm, json;
	const char	*undo_log;
};

static const struct opt opts[] = {
	OPT_UINT(0, "busy-timeout", "SECONDS",
	    "wait for a locked database (default 5)", struct config, busy),
	OPT_FLAG(0, "confirm", "delete, do not only look", struct config,
	    confirm),
	OPT_FLAG(0, "json", "write a JSON object for each table",
	    struct config, json),
	OPT_STR(0, "undo-log", "FILE", "keep the rows that go in FILE",
	    struct config, undo_log),
};

static const struct opt_spec spec = OPT_SPEC("table-clear",
    "DATABASE TABLE ...", "delete all rows of some tables", opts);

/*
 * What would happen.
 */

static void
put_json(const struct clear_table *t, struct buf *b)
{

	buf_puts(b, "{\"table\":");
	json_put_z(b, t->label);
	buf_printf(b, ",\"named\":%s,\"rows\":%" PRIu64 ",\"cascaded\":%"
	    PRIu64 ",\"changed\":%" PRIu64 ",\"blocking\":%" PRIu64 "}",
	    t->named ? "true" : "false", t->rows, t->cascaded, t->changed,
	    t->blocking);
}

static void
put_number(struct grid *g, uint64_t n, const char *what)
{
	struct buf b = { 0 };

	buf_printf(&b, "%" PRIu64 " %s%s", n, n == 1 ? "row" : "rows", what);
	grid_cell(g, b.s, b.len);
	buf_free(&b);
}

static void
put_line(const struct clear_table *t, struct grid *g)
{

	grid_cell_z(g, t->label);
	if (t->named)
		put_number(g, t->rows, " to delete");
	else if (t->cascaded > 0)
		put_number(g, t->cascaded, " would go as well (CASCADE)");
	else if (t->changed > 0)
		put_number(g, t->changed, t->changed == 1 ?
		    " would lose its reference" :
		    " would lose their reference");
	else
		put_number(g, t->blocking, t->blocking == 1 ?
		    " stands in the way" : " stand in the way");
}

/* Tables that nothing happens to are nobody's business. */
static int
matters(const struct clear_table *t)
{

	return (t->named || t->cascaded > 0 || t->changed > 0 ||
	    t->blocking > 0);
}

static int
show(const struct config *cfg, const struct clear *c, struct err *err)
{
	struct grid *g = grid_new();
	struct buf b = { 0 };
	const struct clear_table *t;
	size_t i;
	int rc;

	grid_column(g, NULL, GRID_LEFT, 0);
	grid_column(g, NULL, GRID_LEFT, 0);
	for (i = 0; i < clear_count(c); i++) {
		t = clear_at(c, i);
		if (!matters(t))
			continue;
		if (!cfg->json) {
			put_line(t, g);
			continue;
		}
		put_json(t, &b);
		buf_putc(&b, '\n');
	}
	if (!cfg->json)
		grid_put(g, 0, &b);
	grid_free(g);
	rc = output_all(&b, err);
	buf_free(&b);
	return (rc);
}

static void
tell_facts(const struct clear *c)
{
	const struct clear_table *t;
	char label[QUOTE_MAX], names[256];
	size_t i;

	for (i = 0; i < clear_count(c); i++) {
		t = clear_at(c, i);
		(void)quote_plain(label, sizeof(label), t->label,
		    strlen(t->label));
		if (t->named && t->triggers != NULL)
			diag_warn("%s: triggers may fire: %s", label,
			    quote_plain(names, sizeof(names), t->triggers,
			    strlen(t->triggers)));
		if (t->named && t->filtered)
			diag_warn("%s: row security hides some rows, which "
			    "stay", label);
	}
}

static int
refuse(const struct clear *c)
{
	const struct clear_table *t;
	struct quote q;
	size_t i;

	for (i = 0; i < clear_count(c); i++) {
		t = clear_at(c, i);
		if (t->named || !matters(t))
			continue;
		diag_warn("table %s is not named, but %" PRIu64 " of its rows "
		    "%s", quote_z(&q, t->label), t->cascaded > 0 ?
		    t->cascaded : t->changed > 0 ? t->changed : t->blocking,
		    t->cascaded > 0 ? "would go as well" :
		    t->changed > 0 ? "would be changed" :
		    "refer to rows that would go");
	}
	diag_hint("name these tables too, or change their rows first");
	return (DIAG_FINDINGS);
}

/*
 * The run.
 */

static int
stopped(const struct err *err)
{

	return (diag_failed(NULL, err, DIAG_FAIL));
}

/* Delete what was shown. */
static int
clear_all(const struct config *cfg, struct engine *e, struct clear *c,
    struct err *err)
{
	int rc = 0;

	if (cfg->undo_log != NULL)
		rc = clear_log(c, cfg->undo_log, err);
	if (rc == 0)
		rc = clear_run(c, err);
	if (rc == 0)
		rc = clear_ready(c, err);
	if (rc == 0)
		rc = engine_commit(e, err);
	clear_end(c, rc == 0, err->status == DIAG_UNKNOWN);
	if (rc != 0)
		return (stopped(err));
	diag_note("all of them were deleted");
	return (DIAG_OK);
}

static int
run(const struct config *cfg, struct engine *e, char *const tables[],
    struct arena *a)
{
	struct err err = ERR_INIT;
	struct clear *c;

	if (engine_begin(e, &err) != 0 ||
	    (c = clear_new(e, tables, cfg->confirm, a, &err)) == NULL ||
	    show(cfg, c, &err) != 0)
		return (stopped(&err));
	tell_facts(c);
	if (clear_refused(c))
		return (refuse(c));
	if (cfg->confirm)
		return (clear_all(cfg, e, c, &err));
	diag_note("nothing was deleted; --confirm does it");
	return (DIAG_OK);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .busy = 5 };
	struct err err = ERR_INIT;
	struct engine *e;
	struct arena *a;
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	/* An empty name would be the database that the environment names. */
	if (argv[0] != NULL && *argv[0] == '\0')
		opt_usage(&spec, "the name of the database is empty");
	if (argv[0] == NULL || argv[1] == NULL)
		opt_usage(&spec, "%s", argv[0] == NULL ? "no database named" :
		    "no table named");
	e = engine_open(argv[0], cfg.confirm ? ENGINE_WRITE : ENGINE_READ,
	    cfg.busy, &err);
	if (e == NULL)
		diag_exit(&err, DIAG_FAIL);
	a = arena_new();
	status = run(&cfg, e, argv + 1, a);
	arena_free(a);
	engine_close(e);
	return (status);
}
