#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/worker.h"
#include "db/pg.h"
#include "db/pgbatch.h"
#include "db/pgload.h"
#include "db/pgplan.h"
#include "db/pgrefuse.h"
#include "db/pgrow.h"
#include "db/pgstore.h"
#include "db/pgtarget.h"
#include "row/row.h"

/* A batch, and what became of it. */
struct load {
	struct pgbatch	*batch;
	struct pgstored	 done;
};

struct pgload {
	struct pg			*pg;
	const struct pgtarget		*t;
	const struct pgload_opts	*opts;
	struct sink			*sink;
	struct sink_table		*table;
	struct pgstore_opts		 store_opts;
	struct pgstore			*store;
	struct pgplans			*plans;
	struct pgrow			*encoder;
	struct worker			*worker; /* while it has work */
	struct load			 loads[2], *fill; /* one of them */
	int				 keys_are_plain;
	int				 failed;
};

/*
 * Batches.
 */

static void
work(void *cookie, void *piece)
{
	struct pgload *l = cookie;
	struct load *load = piece;

	pgstore_batch(l->store, load->batch, &load->done);
}

/* What is wrong has been said; ${status} is the run's. */
static int
ended(struct pgload *l, struct err *err, int status)
{

	l->failed = 1;
	(void)err_set(err, "%s", "");
	return (err_status(err, status));
}

/* Tell the sink what became of a batch. */
static int
settle(struct pgload *l, const struct pgstored *done, struct err *err)
{
	const struct pgrefusal *r;
	struct err why = ERR_INIT;
	struct row row;
	size_t i;
	int status;

	for (i = 0; i < SINK_REFUSED; i++)
		sink_settle(l->table, (enum sink_stored)i, done->count[i]);
	for (i = 0; i < done->nrefused; i++) {
		r = &done->refused[i];
		pgbatch_row(done->batch, &done->batch->lanes[r->lane], r->row,
		    &row);
		pgstore_why(done, i, &why);
		status = sink_refuse(l->sink, l->table, &row, &why);
		if (status != DIAG_OK)
			return (ended(l, err, status));
	}
	if (!done->failed)
		return (0);
	diag_err(l->t->label, &done->err);
	return (ended(l, err, done->err.status));
}

/* Wait for the batch that is being stored. */
static int
await(struct pgload *l, struct err *err)
{
	struct load *load;

	if (l->worker == NULL || (load = worker_wait(l->worker)) == NULL ||
	    l->failed)
		return (0);
	if (settle(l, &load->done, err) != 0)
		return (-1);
	pgbatch_clear(load->batch);
	return (0);
}

/* Store what was held back. */
static int
store_held(struct pgload *l, struct err *err)
{
	struct pgstored *done = &l->loads[0].done;

	do {
		pgstore_held(l->store, done);
		if (settle(l, done, err) != 0)
			return (-1);
	} while (done->more);
	return (0);
}

/* Let what was filled be stored; the other batch is filled next. */
static int
submit(struct pgload *l, struct err *err)
{

	if (await(l, err) != 0)
		return (-1);
	if (l->fill->batch->nrows == 0)
		return (0);
	if (l->worker == NULL)
		l->worker = worker_new(work, l);
	worker_give(l->worker, l->fill);
	l->fill = l->fill == &l->loads[0] ? &l->loads[1] : &l->loads[0];
	return (0);
}

int
pgload_flush(struct pgload *l, struct err *err)
{

	if (l->failed)
		return (ended(l, err, DIAG_FAIL));
	if (submit(l, err) != 0 || await(l, err) != 0)
		return (-1);
	worker_free(l->worker);
	l->worker = NULL;
	return (store_held(l, err));
}

/*
 * Rows.
 */

/* The plan for rows like ${row}.  When there are too many, those of rows that
 * are on their way are waited for. */
static const struct pgplan *
find_plan(struct pgload *l, const struct row *row, struct err *err)
{

	if (pgplan_is_full(l->plans)) {
		if (pgload_flush(l, err) != 0)
			return (NULL);
		pgplan_forget(l->plans);
	}
	return (pgplan_find(l->plans, row));
}

/* The lane for rows of that plan.  Rows of one key must come one after the
 * other: where only the server can tell that keys are the same, all of a batch
 * are in one lane. */
static struct pgbatch_lane *
find_lane(struct pgload *l, const struct pgplan *plan, struct err *err)
{
	struct pgbatch *b = l->fill->batch;
	struct pgbatch_lane *lane = NULL;

	if (l->keys_are_plain || b->nlanes == 0 ||
	    b->lanes[0].set == plan->set)
		lane = pgbatch_lane(b, plan->set);
	if (lane == NULL && submit(l, err) == 0)
		lane = pgbatch_lane(l->fill->batch, plan->set);
	return (lane);
}

/* Take the row, whose data begin at *${at}, back out of the lane: it starts the
 * next batch. */
static int
move_on(struct pgload *l, const struct pgplan *plan,
    struct pgbatch_lane **lane, size_t *at, struct err *err)
{
	struct pgbatch_lane *old = *lane;
	struct buf data = { 0 };

	buf_put(&data, old->data.s + *at, old->data.len - *at);
	old->data.len = *at;
	if (submit(l, err) != 0) {
		buf_free(&data);
		return (-1);
	}
	*lane = pgbatch_lane(l->fill->batch, plan->set);
	*at = 0;
	if (l->store_opts.staged)
		pgrow_number(plan->set, data.s, data.len, (*lane)->nrows,
		    &(*lane)->data);
	else
		buf_put(&(*lane)->data, data.s, data.len);
	buf_free(&data);
	return (0);
}

/* The row's data are in the lane. */
static enum sink_stored
add_row(struct pgload *l, const struct pgplan *plan, const struct row *row,
    struct pgbatch_lane *lane, size_t at, struct err *err)
{
	struct pgrow_key key;
	int room;

	pgrow_key(l->encoder, &key);
	if (l->fill->batch->nrows > 0 && (key.odd || (key.s != NULL &&
	    pgbatch_has_key(l->fill->batch, key.s, key.len))) &&
	    move_on(l, plan, &lane, &at, err) != 0)
		return (SINK_FAILED);
	room = pgbatch_add(l->fill->batch, lane, row, at, key.s, key.len);
	if ((!room || key.odd) && submit(l, err) != 0)
		return (SINK_FAILED);
	return (SINK_PENDING);
}

enum sink_stored
pgload_row(struct pgload *l, const struct row *row, struct err *err)
{
	const struct pgplan *plan = find_plan(l, row, err);
	struct pgbatch_lane *lane;
	size_t at;

	if (plan == NULL)
		return (SINK_FAILED);
	if (plan->set == NULL) {
		pgplan_refuse(l->plans, plan, row, err);
		return (SINK_REFUSED);
	}
	if ((lane = find_lane(l, plan, err)) == NULL)
		return (SINK_FAILED);
	at = lane->data.len;
	switch (pgrow_put(l->encoder, plan, lane->nrows, row, &lane->data,
	    err)) {
	case PGROW_PUT:
		return (add_row(l, plan, row, lane, at, err));
	case PGROW_TEXT:
		lane->data.len = at;
		pgplan_again(l->plans);
		return (pgload_row(l, row, err));
	default:
		lane->data.len = at;
		return (SINK_REFUSED);
	}
}

/*
 * Rows that did not come.
 */

/* Which rows are missing is known only when all others are. */
static int
may_delete(const struct pgload *l, int force, struct err *err)
{
	const struct ledger *books = &l->table->ledger;
	struct quote q;

	(void)quote_z(&q, l->t->label);
	if (books->rejected > 0) {
		(void)err_set(err, "rows for table %s were rejected, so it is "
		    "not known which are missing", q.s);
		(void)err_hint(err, "mend the rejects first, or load without "
		    "--delete-missing");
		return (err_status(err, DIAG_BADINPUT));
	}
	if (books->in == 0 && !force) {
		(void)err_set(err, "no row came for table %s: all of its rows "
		    "would be deleted", q.s);
		(void)err_hint(err, "--force does it");
		return (err_status(err, DIAG_BADINPUT));
	}
	return (0);
}

static int
refuse_delete(const struct pgload *l, struct err *err)
{

	(void)err_prefix(err, "%s: could not delete the rows that did not "
	    "come: ", l->t->label);
	return (pgrefuse_is_row(pg_failure(l->pg)) ?
	    err_status(err, DIAG_BADINPUT) : -1);
}

int
pgload_delete(struct pgload *l, int force, int noted, struct err *err)
{
	struct pgmerge merge = l->store_opts.merge;
	struct buf sql = { 0 };
	struct pg_result *res = NULL;
	uint64_t n;
	int rc;

	if (may_delete(l, force, err) != 0)
		return (-1);
	/* The planner knows nothing yet of the table of keys. */
	buf_printf(&sql, "ANALYZE pg_temp.rowpipe_seen_%u",
	    merge.number);
	rc = pg_exec(l->pg, buf_z(&sql), err);
	sql.len = 0;
	merge.undo &= !noted;
	pgmerge_put_missing(&merge, &sql);
	if (rc == 0)
		res = pg_query(l->pg, buf_z(&sql), NULL, 0, err);
	buf_free(&sql);
	if (res == NULL)
		return (rc != 0 ? -1 : refuse_delete(l, err));
	n = pg_affected(res);
	pg_done(res);
	diag_note("%s: %" PRIu64 " row%s deleted that did not come",
	    l->t->label, n, n == 1 ? "" : "s");
	buf_printf(&l->table->more, "\"deleted\":%" PRIu64, n);
	return (0);
}

const unsigned char *
pgload_given(const struct pgload *l)
{

	return (pgplan_given(l->plans));
}

/*
 * Beginning and end.
 */

/* The column of that name, as it stands or as SQL takes it without quotes. */
static ptrdiff_t
find_column(const struct pgtarget *t, const char *name)
{
	size_t i, len = strlen(name);
	ptrdiff_t column = pgtarget_column(t, name, len);
	char *lower;

	if (column != -1)
		return (column);
	lower = mem_dup(name, len);
	for (i = 0; i < len; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] - 'A' + 'a');
	column = pgtarget_column(t, lower, len);
	mem_free(lower);
	return (column);
}

/* Find the columns that options name. */
static int
find_columns(const struct pgtarget *t, const struct opt_list *names,
    const char *what, struct column_list *list, struct err *err)
{
	struct quote q, tq;
	ptrdiff_t column;
	size_t i;

	for (i = 0; i < names->n; i++) {
		column = find_column(t, names->v[i]);
		if (column == -1) {
			(void)err_set(err, "table %s has no column %s to be "
			    "%s", quote_z(&tq, t->label),
			    quote_z(&q, names->v[i]), what);
			return (err_status(err, DIAG_USAGE));
		}
		list->v[list->n++] = (size_t)column;
	}
	return (0);
}

/* Are the columns of the two lists the same, in whatever order? */
static int
same_columns(const struct column_list *a, const struct column_list *b)
{
	size_t i, k;

	for (i = 0; i < a->n; i++) {
		for (k = 0; k < b->n && b->v[k] != a->v[i]; k++)
			;
		if (k == b->n)
			return (0);
	}
	return (a->n == b->n);
}

/* The key must be one that the server knows. */
static int
check_key(struct pgload *l, struct err *err)
{
	const struct column_list *key = &l->store_opts.merge.key;
	const struct table *m = l->t->model;
	const struct table_key *unique;
	struct quote q;
	size_t i;

	(void)quote_z(&q, l->t->label);
	if (l->t->is_view) {
		(void)err_set(err, "%s is a view, which has no key", q.s);
		(void)err_hint(err, "--on-conflict is for tables: load the "
		    "one that the view is made from");
		return (err_status(err, DIAG_USAGE));
	}
	if (key->n > 0 && same_columns(key, &m->primary_key))
		return (0);
	for (i = 0; key->n > 0 && i < m->nunique; i++) {
		unique = &m->unique[i];
		if (unique->deferrable || !same_columns(key, &unique->columns))
			continue;
		l->store_opts.merge.nulls_match = unique->nulls_not_distinct;
		return (0);
	}
	(void)err_set(err, key->n == 0 ? "table %s has no primary key" :
	    "table %s has no unique index on exactly the columns of --key",
	    q.s);
	(void)err_hint(err, "--on-conflict needs columns that are PRIMARY KEY "
	    "or UNIQUE, and not DEFERRABLE; name them with --key");
	return (err_status(err, DIAG_USAGE));
}

/* Let the server compile a merge that gives all columns: what is wrong with the
 * key or forbidden is found before the first row. */
static int
try_merge(struct pgload *l, struct err *err)
{
	const char *params[] = { "0", "0" };
	struct pg_result *res;
	struct buf sql = { 0 };
	struct pgset set = { 0 };
	unsigned char *present;
	size_t i, n = l->t->model->ncolumns;

	if (!l->store_opts.staged)
		return (0);
	present = mem_alloc(n + 1);
	for (i = 0; i < n; i++)
		present[i] = !l->t->model->columns[i].generated &&
		    pgmerge_may_give(&l->store_opts.merge, i) &&
		    (!l->t->columns[i].is_always || l->opts->overriding);
	if (memchr(present, 1, n) == NULL) {
		mem_free(present);
		return (0);
	}
	pgstore_set(l->store, present, 0, &set);
	buf_printf(&sql, "EXPLAIN %s", set.merge);
	res = pg_query(l->pg, buf_z(&sql), params, 2, err);
	buf_free(&sql);
	pgstore_unset(&set);
	mem_free(present);
	if (res == NULL && strcmp(pg_state(l->pg), "55000") == 0)
		(void)err_status(err, DIAG_USAGE);
	pg_done(res);
	return (res == NULL ? -1 : 0);
}

int
pgload_begin(struct pgload *l, struct err *err)
{

	if (pgstore_begin(l->store, err) != 0)
		return (-1);
	return (try_merge(l, err));
}

/* Fill in what the statements have in common. */
static int
set_merge(struct pgload *l, struct arena *a, struct err *err)
{
	struct pgmerge *m = &l->store_opts.merge;
	size_t i, n = l->t->model->ncolumns;
	const struct pgload_opts *o = l->opts;
	struct column_list may = { 0 };

	m->target = l->t;
	m->conflict = (enum conflict)o->conflict;
	m->overriding = o->overriding;
	m->note_keys = o->delete_missing;
	m->undo = o->undo;
	m->number = (unsigned)(l->table - l->sink->tables) + 1;
	m->in_key = arena_alloc(a, n);
	m->may_change = arena_alloc(a, n);
	memset(m->in_key, 0, n);
	memset(m->may_change, o->update.n == 0, n);
	m->key.v = arena_alloc(a, o->key.n * sizeof(*m->key.v));
	may.v = arena_alloc(a, o->update.n * sizeof(*may.v));
	if (find_columns(l->t, &o->key, "the key", &m->key, err) != 0 ||
	    find_columns(l->t, &o->update, "updated", &may, err) != 0)
		return (-1);
	for (i = 0; i < may.n; i++)
		m->may_change[may.v[i]] = 1;
	if (m->conflict == CONFLICT_ERROR)
		return (0);
	if (o->key.n == 0)
		m->key = l->t->model->primary_key;
	l->keys_are_plain = 1;
	for (i = 0; i < m->key.n; i++) {
		m->in_key[m->key.v[i]] = 1;
		l->keys_are_plain &= l->t->columns[m->key.v[i]].is_plain;
	}
	return (check_key(l, err));
}

struct pgload *
pgload_new(struct pg *pg, const struct pgtarget *t,
    const struct pgload_opts *opts, struct sink *sink,
    struct sink_table *table, struct arena *a, struct err *err)
{
	struct pgload *l = mem_alloc(sizeof(*l));
	size_t i;

	l->pg = pg;
	l->t = t;
	l->opts = opts;
	l->sink = sink;
	l->table = table;
	l->keys_are_plain = 1;
	l->store_opts.staged = opts->conflict != CONFLICT_ERROR ||
	    t->no_copy || opts->undo;
	l->store_opts.stop = !opts->rejects;
	l->store_opts.lasting = opts->lasting;
	for (i = 0; i < 2; i++)
		l->loads[i].batch = pgbatch_new(opts->rejects);
	l->fill = &l->loads[0];
	if (set_merge(l, a, err) != 0) {
		pgload_free(l);
		return (NULL);
	}
	l->store = pgstore_new(pg, &l->store_opts);
	l->encoder = pgrow_new(&l->store_opts.merge, l->store_opts.staged, a);
	l->plans = pgplan_new(&l->store_opts.merge, l->store,
	    pgrow_is_binary(l->encoder), opts->ignore_unknown);
	return (l);
}

void
pgload_stop(struct pgload *l)
{

	if (l->worker != NULL)
		pg_cancel(l->pg);
	worker_free(l->worker);
	l->worker = NULL;
}

void
pgload_free(struct pgload *l)
{
	size_t i;

	if (l == NULL)
		return;
	pgload_stop(l);
	pgplan_free(l->plans);
	pgrow_free(l->encoder);
	pgstore_free(l->store);
	for (i = 0; i < 2; i++) {
		pgbatch_free(l->loads[i].batch);
		pgstore_done(&l->loads[i].done);
	}
	mem_free(l);
}
