#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/loading.h"
#include "db/pg.h"
#include "db/pgintake.h"
#include "db/pgload.h"
#include "db/pgpatch.h"
#include "db/pgsequence.h"
#include "db/pgtarget.h"
#include "db/pgundo.h"
#include "db/pgwrite.h"
#include "db/sink.h"

struct intake {
	const struct pgtarget	*target;
	struct pgload		*load;
	struct pgpatch		*patch;		/* with --apply-diff, instead */
};

struct pgintake {
	struct loading			*l;
	struct pgwrite			*w;
	const struct pgload_opts	*opts;
	struct intake			*tables; /* beside those of the sink */
	int				 behind; /* rows are committed that
						    sequences do not know of */
};

struct pgintake *
pgintake_new(struct loading *l, struct pgwrite *w,
    const struct pgload_opts *opts)
{
	struct pgintake *in = mem_alloc(sizeof(*in));

	in->l = l;
	in->w = w;
	in->opts = opts;
	in->tables = mem_array(l->sink->ntables, sizeof(*in->tables));
	return (in);
}

/*
 * Rows.
 */

static enum sink_stored
store_row(const struct row *row, void *cookie, struct err *err)
{
	struct intake *t = cookie;

	return (pgload_row(t->load, row, err));
}

static int
flush_rows(void *cookie, struct err *err)
{
	struct intake *t = cookie;

	return (pgload_flush(t->load, err));
}

static enum sink_stored
patch_row(const struct row *row, void *cookie, struct err *err)
{
	struct intake *t = cookie;

	return (pgpatch_row(t->patch, row, err));
}

/*
 * Beginning.
 */

/* Find the ${i}th table. */
static int
find_table(struct pgintake *in, size_t i, struct err *err)
{
	const struct sink_table *named = &in->l->sink->tables[i];
	struct pgundo *undo = pgwrite_undo(in->w);
	struct pgtarget *t;
	struct quote q;
	size_t k;

	t = pgtarget_find(pgwrite_pg(in->w), named->name, named->len,
	    in->l->a, err);
	if (t == NULL)
		return (-1);
	for (k = 0; k < i; k++) {
		if (in->tables[k].target->rel->oid != t->rel->oid)
			continue;
		(void)err_set(err, "table %s is named twice, and not in "
		    "the same words", quote_z(&q, t->label));
		return (err_status(err, DIAG_USAGE));
	}
	in->tables[i].target = t;
	return (undo == NULL ? 0 : pgundo_table(undo, t, err));
}

static int
open_load(struct pgintake *in, size_t i, struct err *err)
{
	static const struct sink_ops ops = {
		.store = store_row, .flush = flush_rows
	};
	struct intake *t = &in->tables[i];
	struct sink *sink = in->l->sink;

	loading_rows(in->l, i, &ops, t);
	t->load = pgload_new(pgwrite_pg(in->w), t->target, in->opts, sink,
	    &sink->tables[i], in->l->a, err);
	return (t->load == NULL ? -1 : pgload_begin(t->load, err));
}

static int
open_patch(struct pgintake *in, size_t i, struct err *err)
{
	static const struct sink_ops ops = { .store = patch_row };
	struct pgundo *undo = pgwrite_undo(in->w);
	struct intake *t = &in->tables[i];
	int noted = 0;

	loading_rows(in->l, i, &ops, t);
	if (undo != NULL && pgundo_deleting(undo, &noted, err) != 0)
		return (-1);
	t->patch = pgpatch_new(pgwrite_pg(in->w), t->target,
	    in->l->opts->force, in->opts->undo ? (unsigned)i + 1 : 0, noted,
	    err);
	return (t->patch == NULL ? -1 : 0);
}

static int
open_table(struct pgintake *in, size_t i, struct err *err)
{

	if ((in->l->opts->diff != NULL ? open_patch(in, i, err) :
	    open_load(in, i, err)) != 0)
		return (-1);
	return (loading_model(in->l, i, in->tables[i].target->model, err));
}

int
pgintake_open(struct pgintake *in, struct err *err)
{
	struct pgundo *undo = pgwrite_undo(in->w);
	size_t i, n = in->l->sink->ntables;
	const char **names;
	int rc;

	names = arena_alloc(in->l->a, n * sizeof(*names));
	for (i = 0; i < n; i++) {
		if (find_table(in, i, err) != 0)
			return (-1);
		names[i] = in->tables[i].target->label;
	}
	if (undo != NULL &&
	    pgundo_begin(undo, in->l->opts->diff != NULL, err) != 0)
		return (-1);
	rc = loading_resume(in->l, engine_of_pg(pgwrite_pg(in->w)), names,
	    err);
	for (i = 0; rc == 0 && i < n; i++)
		rc = open_table(in, i, err);
	return (rc);
}

/*
 * After the last row.
 */

/* The last table first: others may refer to it. */
int
pgintake_delete(struct pgintake *in, struct err *err)
{
	struct pgundo *undo = pgwrite_undo(in->w);
	size_t i = in->l->sink->ntables;
	int noted, rc = 0;

	while (rc == 0 && i-- > 0) {
		noted = 0;
		if (undo != NULL && pgundo_deleting(undo, &noted, err) != 0)
			return (-1);
		rc = pgload_delete(in->tables[i].load, in->l->opts->force,
		    noted, err);
	}
	return (rc);
}

void
pgintake_committed(struct pgintake *in)
{

	in->behind = 1;
}

int
pgintake_follow(struct pgintake *in, struct err *err)
{
	const struct intake *t;
	int n, found = 0;
	size_t i;

	for (i = 0; i < in->l->sink->ntables; i++) {
		t = &in->tables[i];
		n = pgsequence_follow(pgwrite_pg(in->w), t->target,
		    t->patch != NULL ? pgpatch_given(t->patch) :
		    pgload_given(t->load), in->l->opts->dry_run, err);
		if (n < 0)
			return (-1);
		found |= n > 0;
	}
	in->behind = 0;
	return (found);
}

/* The run has broken off behind rows that are committed. */
static void
catch_up(struct pgintake *in)
{
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < in->l->sink->ntables; i++)
		if (in->tables[i].load != NULL)
			pgload_stop(in->tables[i].load);
	if (pgwrite_again(in->w, &err) == 0 && pgintake_follow(in, &err) >= 0)
		return;
	(void)err_prefix(&err, "sequences stay behind the rows that are "
	    "committed: ");
	diag_err(NULL, &err);
}

void
pgintake_free(struct pgintake *in)
{
	size_t i;

	if (in == NULL)
		return;
	if (in->behind)
		catch_up(in);
	for (i = 0; i < in->l->sink->ntables; i++) {
		pgload_free(in->tables[i].load);
		pgpatch_free(in->tables[i].patch);
	}
	mem_free(in->tables);
	mem_free(in);
}
