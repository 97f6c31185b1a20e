#include "base/err.h"
#include "base/mem.h"
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

struct pgintake {
	struct loading		*l;
	size_t			 i;		/* of its sink */
	struct pg		*pg;
	struct pgundo		*undo;		/* or NULL */
	const struct pgtarget	*target;
	struct pgload		*load;
	struct pgpatch		*patch;		/* with --apply-diff, instead */
};

struct pgintake *
pgintake_find(struct loading *l, size_t i, struct pgwrite *w, struct err *err)
{
	const struct sink_table *table = &l->sink->tables[i];
	struct pgintake *in = mem_alloc(sizeof(*in));

	in->l = l;
	in->i = i;
	in->pg = pgwrite_pg(w);
	in->undo = pgwrite_undo(w);
	in->target = pgtarget_find(in->pg, table->name, table->len, l->a, err);
	if (in->target != NULL && (in->undo == NULL ||
	    pgundo_table(in->undo, in->target, err) == 0))
		return (in);
	pgintake_free(in);
	return (NULL);
}

const struct pgtarget *
pgintake_target(const struct pgintake *in)
{

	return (in->target);
}

/*
 * Rows.
 */

static enum sink_stored
store_row(const struct row *row, void *cookie, struct err *err)
{
	struct pgintake *in = cookie;

	return (pgload_row(in->load, row, err));
}

static int
flush_rows(void *cookie, struct err *err)
{
	struct pgintake *in = cookie;

	return (pgload_flush(in->load, err));
}

static enum sink_stored
patch_row(const struct row *row, void *cookie, struct err *err)
{
	struct pgintake *in = cookie;

	return (pgpatch_row(in->patch, row, err));
}

static int
open_load(struct pgintake *in, const struct pgload_opts *opts,
    struct err *err)
{
	static const struct sink_ops ops = {
		.store = store_row, .flush = flush_rows
	};
	struct sink *sink = in->l->sink;

	loading_rows(in->l, in->i, &ops, in);
	in->load = pgload_new(in->pg, in->target, opts, sink,
	    &sink->tables[in->i], in->l->a, err);
	return (in->load == NULL ? -1 : pgload_begin(in->load, err));
}

static int
open_patch(struct pgintake *in, const struct pgload_opts *opts,
    struct err *err)
{
	static const struct sink_ops ops = { .store = patch_row };
	int noted = 0;

	loading_rows(in->l, in->i, &ops, in);
	if (in->undo != NULL && pgundo_deleting(in->undo, &noted, err) != 0)
		return (-1);
	in->patch = pgpatch_new(in->pg, in->target, in->l->opts->force,
	    opts->undo ? (unsigned)in->i + 1 : 0, noted, err);
	return (in->patch == NULL ? -1 : 0);
}

int
pgintake_open(struct pgintake *in, const struct pgload_opts *opts,
    struct err *err)
{

	if ((in->l->opts->diff != NULL ? open_patch(in, opts, err) :
	    open_load(in, opts, err)) != 0)
		return (-1);
	return (loading_model(in->l, in->i, in->target->model, err));
}

/*
 * After the last row.
 */

int
pgintake_delete(struct pgintake *in, struct err *err)
{
	int noted = 0;

	if (in->undo != NULL && pgundo_deleting(in->undo, &noted, err) != 0)
		return (-1);
	return (pgload_delete(in->load, in->l->opts->force, noted, err));
}

int
pgintake_follow(struct pgintake *in, struct err *err)
{

	return (pgsequence_follow(in->pg, in->target, in->patch != NULL ?
	    pgpatch_given(in->patch) : pgload_given(in->load),
	    in->l->opts->dry_run, err));
}

void
pgintake_stop(struct pgintake *in)
{

	if (in->load != NULL)
		pgload_stop(in->load);
}

void
pgintake_free(struct pgintake *in)
{

	if (in == NULL)
		return;
	pgload_free(in->load);
	pgpatch_free(in->patch);
	mem_free(in);
}
