#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/loading.h"
#include "db/sink.h"
#include "schema/name.h"

/* Where the rows of a table go. */
struct outlet {
	struct loading		*l;
	const struct sink_ops	*ops;
	void			*cookie;
};

struct loading_run {
	const struct loading_ops	*ops;
	void				*cookie;
	struct outlet			*outlets; /* beside sink->tables */
	struct checkpoint		*checkpoint; /* with --resume */
	struct buf			 what;	/* options, spelt for it */
	uint64_t			 pending, committed; /* rows */
	int				 broken; /* no batch can follow the
						    last, as err says */
	struct err			 err;	/* what went wrong last */
};

/*
 * Checkpoints.
 */

void
loading_put_list(struct buf *b, const char *option,
    const struct opt_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		buf_printf(b, "%s%s%s", i == 0 ? option : "",
		    i == 0 ? "=" : ",", list->v[i]);
}

/* The options that change what is stored. */
static void
spell_options(const struct loading *l, struct buf *b)
{

	buf_puts(b, "--on-conflict=");
	opt_put_word(b, CONFLICT_WORDS, l->opts->conflict);
	loading_put_list(b, " --key", &l->key);
	l->run->ops->spell(l->run->cookie, b);
}

int
loading_resume(struct loading *l, struct engine *e,
    const char *const names[], struct err *err)
{
	const struct checkpoint_opts *opts = &l->opts->checkpoint;
	struct loading_run *r = l->run;
	struct buf where = { 0 };
	size_t i;

	if (opts->run == NULL) {
		engine_close(e);
		return (0);
	}
	spell_options(l, &r->what);
	r->checkpoint = checkpoint_new(e, l->sink, opts, buf_z(&r->what), err);
	if (r->checkpoint == NULL)
		return (-1);
	for (i = 0; i < l->sink->ntables; i++)
		if (checkpoint_stream(r->checkpoint, i, names[i], err) != 0)
			return (-1);
	if (checkpoint_start(r->checkpoint, err) != 0)
		return (-1);
	checkpoint_put_start(r->checkpoint, &where);
	if (where.len > 0)
		diag_note("%s", buf_z(&where));
	buf_free(&where);
	return (0);
}

int
loading_model(struct loading *l, size_t i, const struct table *model,
    struct err *err)
{

	if (l->run->checkpoint == NULL)
		return (0);
	return (checkpoint_table(l->run->checkpoint, i, model, &l->key, err));
}

/* Note in the transaction how far all tables have come; ${with}: the row at
 * hand is stored, too. */
static int
note_checkpoint(struct loading_run *r, int with, int done, struct err *err)
{

	return (r->checkpoint == NULL ? 0 :
	    checkpoint_write(r->checkpoint, with, done, err));
}

/*
 * Rows.
 */

static int
flush_rows(void *cookie, struct err *err)
{
	const struct outlet *o = cookie;

	return (o->ops->flush == NULL ? 0 : o->ops->flush(o->cookie, err));
}

/* The batch is committed, whatever comes next: if that cannot begin, it is the
 * next row that fails. */
static void
begin_batch(struct loading_run *r)
{

	r->broken = r->ops->again(r->cookie, &r->err) != 0;
}

/* Commit the batch if it is full; ${with} the row at hand, or before it. */
static int
end_batch(struct outlet *o, int with, struct err *err)
{
	struct loading *l = o->l;
	struct loading_run *r = l->run;
	uint64_t rows;

	if (l->opts->batch == 0 || r->pending < l->opts->batch ||
	    (r->checkpoint != NULL && !sink_may_mark(l->sink)))
		return (0);
	if (flush_rows(o, err) != 0 ||
	    r->ops->check(r->cookie, 0, err) != 0 ||
	    note_checkpoint(r, with, 0, err) != 0 ||
	    r->ops->step(r->cookie, err) != 0)
		return (-1);
	rows = r->pending;
	r->pending = 0;
	if (l->opts->dry_run)
		return (0);
	r->committed += rows;
	if (with)
		sink_committed(l->sink);
	else
		sink_committed_before(l->sink);
	begin_batch(r);
	return (0);
}

static enum sink_stored
store_row(const struct row *row, void *cookie, struct err *err)
{
	struct outlet *o = cookie;
	const struct loading_run *r = o->l->run;
	enum sink_stored stored;

	/* Before a gate, only the row after it shows that a batch was not the
	 * last. */
	if (end_batch(o, 0, err) != 0)
		return (SINK_FAILED);
	if (r->broken) {
		*err = r->err;
		return (SINK_FAILED);
	}
	stored = o->ops->store(row, o->cookie, err);
	if (stored == SINK_REFUSED || stored == SINK_FAILED)
		return (stored);
	o->l->run->pending++;
	if (!sink_gated(o->l->sink) && end_batch(o, 1, err) != 0)
		return (SINK_FAILED);
	return (stored);
}

static void
look_row(const struct row *row, void *cookie)
{
	const struct outlet *o = cookie;

	o->ops->look(row, o->cookie);
}

static int
end_look(void *cookie, struct err *err)
{
	const struct outlet *o = cookie;

	return (o->ops->ready(o->cookie, err));
}

void
loading_rows(struct loading *l, size_t i, const struct sink_ops *ops,
    void *cookie)
{

	l->run->outlets[i] = (struct outlet){ l, ops, cookie };
}

static int
load_tables(struct loading *l)
{
	struct sink_ops ops = {
		.store = store_row, .ready = end_look, .flush = flush_rows,
	};
	int status = DIAG_OK;
	struct outlet *o;
	size_t i;

	for (i = 0; status == DIAG_OK && i < l->sink->ntables; i++) {
		o = &l->run->outlets[i];
		ops.look = o->ops->look == NULL ? NULL : look_row;
		status = sink_load(l->sink, &l->sink->tables[i], &ops, o);
	}
	return (status);
}

/*
 * The run.
 */

/* Everything is in the transaction: end it. */
static int
finish(struct loading *l, int status)
{
	struct loading_run *r = l->run;
	int found = 0;

	if (status > DIAG_FINDINGS)
		return (status);
	if (r->broken || r->ops->check(r->cookie, 1, &r->err) != 0 ||
	    note_checkpoint(r, 1, 1, &r->err) != 0 ||
	    r->ops->ready(r->cookie, &found, &r->err) != 0 ||
	    sink_hold(l->sink, l->opts->dry_run, &r->err) != 0 ||
	    r->ops->commit(r->cookie, &r->err) != 0)
		return (diag_failed(NULL, &r->err, DIAG_FAIL));
	if (l->opts->dry_run)
		diag_note("dry run: everything was rolled back");
	return (found ? DIAG_FINDINGS : status);
}

/* Nothing, or whole batches only, was committed: say so. */
static void
say_rolled_back(const struct loading *l, int status)
{
	const char *to = "";
	struct quote q = { .s = "" };

	if (status <= DIAG_FINDINGS || status == DIAG_UNKNOWN)
		return;
	if (l->path != NULL) {
		to = " to ";
		(void)quote_z(&q, l->path);
	}
	if (l->run->committed == 0)
		diag_note("nothing was committed%s%s", to, q.s);
	else
		diag_note("the first %" PRIu64 " rows stay committed%s%s, the "
		    "rest was rolled back", l->run->committed, to, q.s);
}

static int
load(struct loading *l)
{
	struct loading_run *r = l->run;
	int status;

	if (r->ops->begin(l, r->cookie, &r->err) != 0) {
		status = diag_failed(NULL, &r->err, DIAG_FAIL);
		return (sink_end(l->sink, status));
	}
	if (r->ops->open(r->cookie, &r->err) == 0)
		status = load_tables(l);
	else
		status = diag_failed(NULL, &r->err, DIAG_FAIL);
	status = finish(l, sink_end(l->sink, status));
	say_rolled_back(l, status);
	return (status);
}

static int
load_into(struct sink *sink, const struct loading_opts *opts,
    const struct loading_ops *ops, void *cookie)
{
	struct loading_run run = {
		.ops = ops, .cookie = cookie, .err = ERR_INIT
	};
	struct loading l = { .opts = opts, .sink = sink, .run = &run };
	int status;

	l.a = arena_new();
	name_list(&opts->key, NAME_KEEP, &l.key, l.a);
	run.outlets = mem_array(sink->ntables, sizeof(*run.outlets));
	status = load(&l);
	checkpoint_free(run.checkpoint);
	ops->close(cookie);
	buf_free(&run.what);
	mem_free(run.outlets);
	arena_free(l.a);
	return (sink_close(sink, status));
}

/* Answer --status and --resume-point. */
static int
answer(const struct loading_opts *opts, const char *table,
    const struct loading_ops *ops, void *cookie)
{
	struct err err = ERR_INIT;
	struct engine *e;
	int rc;

	if ((e = ops->ask(cookie, &err)) == NULL)
		diag_exit(&err, DIAG_FAIL);
	rc = checkpoint_answer(e, &opts->checkpoint, table, &err);
	engine_close(e);
	return (rc != 0 ? diag_failed(NULL, &err, DIAG_FAIL) : DIAG_OK);
}

/* Options and operands that do not go together. */
static void
check_usage(const struct opt_spec *spec, char *const operands[],
    const struct loading_opts *opts)
{
	const char *wrong;

	wrong = checkpoint_usage(&opts->checkpoint, opts->dry_run);
	if (wrong != NULL)
		opt_usage(spec, "%s", wrong);
	if (checkpoint_asked(&opts->checkpoint)) {
		if (operands[0] != NULL && operands[1] != NULL)
			opt_usage(spec, "no more than one table is named here");
	} else if (opts->undo != NULL) {
		if (operands[0] != NULL)
			opt_usage(spec, "--undo takes its tables from the log");
	} else if (opts->diff != NULL && (operands[0] == NULL ||
	    operands[1] != NULL || operands[0][name_end(operands[0])] != '\0'))
		opt_usage(spec, "--apply-diff needs the name of one table");
}

int
loading_run(const struct opt_spec *spec, char *operands[],
    const struct loading_opts *opts, const struct loading_ops *ops,
    void *cookie)
{
	struct err err = ERR_INIT;
	struct buf diff = { 0 };
	struct sink *sink;
	int status;

	check_usage(spec, operands, opts);
	if (checkpoint_asked(&opts->checkpoint))
		return (answer(opts, operands[0], ops, cookie));
	if (opts->undo != NULL)
		return (ops->undo(cookie));
	/* TABLE and the file of --apply-diff are the operand TABLE=FILE. */
	if (opts->diff != NULL) {
		buf_printf(&diff, "%s=%s", operands[0], opts->diff);
		operands[0] = buf_z(&diff);
	}
	sink = sink_open(operands, &opts->reader, &err);
	if (sink == NULL && err.status == DIAG_USAGE)
		opt_usage(spec, "%s", err.msg);
	if (sink == NULL)
		diag_exit(&err, DIAG_FAIL);
	status = load_into(sink, opts, ops, cookie);
	buf_free(&diff);
	return (status);
}
