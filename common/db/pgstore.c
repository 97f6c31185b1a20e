#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "db/pg.h"
#include "db/pgrefuse.h"
#include "db/pgsend.h"
#include "db/pgstore.h"
#include "db/pgtarget.h"

/* How often a merge is repeated when other transactions come in between. */
#define MERGES_MOST	20

/* Staging is truncated after so many rows. */
#define DEAD_ROWS	2000

/* Rows that refer to others of the same table wait for these up to so many
 * bytes. */
#define HELD_BYTES	((size_t)6 << 20)

/* What is held back of rows that refer to what is not there yet. */
enum hold { HOLD_RANGES, HOLD_ROWS, HOLD_NONE };

struct pgstore {
	struct pg			*pg;
	const struct pgstore_opts	*opts;
	size_t				 dead;		/* deleted rows in
							   staging */
	enum hold			 hold;
	struct pgbatch			*held[2];	/* made when needed */
	int				 holding;	/* which one */
};

/* What became of an attempt to store some rows. */
enum attempt {
	ATTEMPT_DONE,
	ATTEMPT_REFUSED,	/* nothing is stored; one of them is bad */
	ATTEMPT_DIVIDE,		/* nothing is stored; fewer at once may be */
	ATTEMPT_FAILED		/* for the reason done->err */
};

/* A lane at work. */
struct work {
	struct pgstore			*s;
	const struct pgbatch		*batch;
	size_t				 nlane;
	const struct pgbatch_lane	*lane;
	struct pgstored			*done;
};

static struct pg *
conn(const struct work *w)
{

	return (w->s->pg);
}

/*
 * Refusals.
 */

static size_t
keep_text(struct pgstored *done, const char *s)
{
	size_t at = done->text.len;

	buf_put(&done->text, s, strlen(s) + 1);
	return (at);
}

/* Row ${i} is refused for what the server said last. */
static void
refuse(struct work *w, size_t i)
{
	struct pgstored *done = w->done;
	struct err why = ERR_INIT;
	struct pgrefusal *r;

	pgrefuse_row(pg_failure(conn(w)), w->s->opts->merge.target,
	    w->s->opts->staged, &why);
	done->refused = mem_grow(done->refused, &done->cap,
	    done->nrefused + 1, sizeof(*done->refused));
	r = &done->refused[done->nrefused++];
	r->lane = w->nlane;
	r->row = i;
	r->msg = keep_text(done, why.msg);
	r->hint = keep_text(done, why.hint);
	r->path = keep_text(done, why.path);
	r->rule = keep_text(done, why.rule);
}

void
pgstore_why(const struct pgstored *done, size_t i, struct err *err)
{
	const struct pgrefusal *r = &done->refused[i];
	const char *text = done->text.s;

	(void)err_set(err, "%s", text + r->msg);
	(void)err_hint(err, "%s", text + r->hint);
	(void)err_rule(err, text + r->rule, text + r->path);
	(void)err_status(err, DIAG_BADINPUT);
}

/*
 * Savepoints.
 */

static enum attempt
begin(struct work *w, const char *savepoint)
{
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "SAVEPOINT %s", savepoint);
	return (pg_exec(conn(w), sql, &w->done->err) == 0 ? ATTEMPT_DONE :
	    ATTEMPT_FAILED);
}

static enum attempt
release(struct work *w, const char *savepoint)
{
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "RELEASE SAVEPOINT %s", savepoint);
	return (pg_exec(conn(w), sql, &w->done->err) == 0 ? ATTEMPT_DONE :
	    ATTEMPT_FAILED);
}

/* Nothing has happened since the savepoint. */
static enum attempt
undo(struct work *w, const char *savepoint, enum attempt what)
{
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "ROLLBACK TO SAVEPOINT %s",
	    savepoint);
	if (pg_exec(conn(w), sql, &w->done->err) != 0)
		return (ATTEMPT_FAILED);
	return (release(w, savepoint) == ATTEMPT_DONE ? what :
	    ATTEMPT_FAILED);
}

/* The server has refused a statement, see done->err: a row's fault? */
static enum attempt
refused(struct work *w, const char *savepoint)
{

	if (!pg_alive(conn(w)) || !pgrefuse_is_row(pg_failure(conn(w))))
		return (ATTEMPT_FAILED);
	return (undo(w, savepoint, ATTEMPT_REFUSED));
}

/*
 * Taking apart.
 */

/* Hold rows back that the server has refused because they refer to others of
 * the same table.  Return whether there was room. */
static int
hold(struct work *w, size_t from, size_t to)
{
	struct pgstore *s = w->s;
	struct pgbatch **held = &s->held[s->holding];
	const struct pgtarget *t = s->opts->merge.target;
	size_t i;

	if (s->hold == HOLD_NONE || !t->refers_to_itself ||
	    (s->hold == HOLD_ROWS && to - from > 1) ||
	    strcmp(pg_failure(s->pg)->state, "23503") != 0 ||
	    !pgtarget_is_own_ref(t, pg_failure(s->pg)->constraint))
		return (0);
	if (*held == NULL)
		*held = pgbatch_new(!s->opts->stop);
	if ((*held)->bytes + w->lane->data.len + w->batch->text.len >
	    HELD_BYTES)
		return (0);
	for (i = from; i < to; i++)
		if (pgbatch_take(*held, w->batch, w->lane, i,
		    !s->opts->staged ? PGBATCH_BARE : w->lane->set->binary ?
		    PGBATCH_BINARY : PGBATCH_TEXT) != 0)
			return (0);
	return (1);
}

typedef enum attempt store_fn(struct work *w, size_t from, size_t to);

static enum attempt divide(struct work *w, size_t from, size_t to,
    store_fn *store);

static enum attempt
halves(struct work *w, size_t from, size_t to, store_fn *store)
{
	size_t mid = from + (to - from) / 2;
	enum attempt a = ATTEMPT_DONE;

	if (from < mid)
		a = divide(w, from, mid, store);
	if (a == ATTEMPT_DONE && mid < to)
		a = divide(w, mid, to, store);
	return (a);
}

/* Row ${bad} is said to be the bad one.  What follows it may hold more, and is
 * not tried as a whole: each time all of it would have to be sent. */
static enum attempt
around(struct work *w, size_t from, size_t bad, size_t to, store_fn *store)
{
	enum attempt a = ATTEMPT_DONE;

	if (from < bad)
		a = divide(w, from, bad, store);
	if (a == ATTEMPT_DONE)
		a = divide(w, bad, bad + 1, store);
	if (a == ATTEMPT_DONE && bad + 1 < to)
		a = halves(w, bad + 1, to, store);
	return (a);
}

/* Store rows from ${from} up to ${to} but for those that are bad.  Depth is
 * logarithmic: the longest part is half of the whole, or the rows before one
 * that a COPY was stopped by, among which it finds no other. */
static enum attempt
divide(struct work *w, size_t from, size_t to, store_fn *store)
{
	enum attempt a = store(w, from, to);
	uint64_t line;

	if (a == ATTEMPT_DONE || a == ATTEMPT_FAILED)
		return (a);
	if (a == ATTEMPT_REFUSED && hold(w, from, to))
		return (ATTEMPT_DONE);
	if (to - from > 1) {
		line = a == ATTEMPT_REFUSED ? pg_failure(conn(w))->line : 0;
		return (line > 0 && line <= to - from ?
		    around(w, from, from + (size_t)line - 1, to, store) :
		    halves(w, from, to, store));
	}
	refuse(w, from);
	return (w->s->opts->stop ? ATTEMPT_FAILED : ATTEMPT_DONE);
}

/*
 * COPY.
 */

/* Send rows to the COPY of the lane; *${stored} gets how many it took. */
static int
copy_rows(struct work *w, size_t from, size_t to, uint64_t *stored)
{
	const struct pgbatch_lane *l = w->lane;
	size_t at = l->rows[from].at;
	size_t end = to < l->nrows ? l->rows[to].at : l->data.len;
	struct err *err = &w->done->err;
	struct buf before = { 0 }, after = { 0 };
	int rc;

	if (l->set->binary) {
		pgsend_start(&before);
		pgsend_end(&after);
	}
	rc = pg_copy_in(conn(w), l->set->copy, err);
	if (rc == 0)
		rc = pg_copy_put(conn(w), before.s, before.len, err);
	if (rc == 0)
		rc = pg_copy_put(conn(w), l->data.s + at, end - at, err);
	if (rc == 0)
		rc = pg_copy_put(conn(w), after.s, after.len, err);
	buf_free(&before);
	buf_free(&after);
	return (rc == 0 ? pg_copy_done(conn(w), stored, err) : -1);
}

static void
count(struct work *w, enum sink_stored what, uint64_t n)
{

	w->done->count[what] += n;
}

/* What a trigger leaves out is not among those that COPY or INSERT counts. */
static void
count_new(struct work *w, size_t rows, uint64_t stored)
{

	if (stored > rows)
		stored = rows;
	count(w, SINK_CREATED, stored);
	count(w, SINK_SKIPPED, rows - stored);
}

/* COPY into the table itself. */
static enum attempt
store_plain(struct work *w, size_t from, size_t to)
{
	uint64_t stored;

	if (begin(w, "rowpipe_copy") != ATTEMPT_DONE)
		return (ATTEMPT_FAILED);
	if (copy_rows(w, from, to, &stored) != 0)
		return (refused(w, "rowpipe_copy"));
	if (release(w, "rowpipe_copy") != ATTEMPT_DONE)
		return (ATTEMPT_FAILED);
	count_new(w, to - from, stored);
	return (ATTEMPT_DONE);
}

/*
 * Merges.
 */

/* The answer of a merge, see pgmerge.h. */
struct answer {
	uint64_t	n[PGMERGE_KEYS];
};

/* Run the lane's merge over rows ${from} up to ${to}. */
static struct pg_result *
run_merge(struct work *w, size_t from, size_t to)
{
	char a[24], b[24];
	const char *params[] = { a, b };

	(void)snprintf(a, sizeof(a), "%zu", from);
	(void)snprintf(b, sizeof(b), "%zu", to);
	return (pg_query(conn(w), w->lane->set->merge, params, 2,
	    &w->done->err));
}

/* Does the answer account for ${rows} rows? */
static int
adds_up(const struct answer *a, uint64_t rows)
{

	return (a->n[PGMERGE_DIFFERING] == a->n[PGMERGE_UPDATED] &&
	    a->n[PGMERGE_OLD] + a->n[PGMERGE_INSERTED] == rows);
}

/* Take the answer out of ${res}, and free it.  Return non-zero when two rows
 * may have the same key. */
static int
take_answer(struct pg_result *res, uint64_t rows, struct answer *a)
{
	int twice;
	size_t i;

	for (i = 0; i < PGMERGE_KEYS; i++)
		a->n[i] = (uint64_t)pg_get_int(res, 0, i);
	twice = pg_get(res, 0, PGMERGE_KEYS) != NULL &&
	    (uint64_t)pg_get_int(res, 0, PGMERGE_KEYS) < rows;
	pg_done(res);
	return (twice);
}

static void
count_merged(struct work *w, const struct answer *a, uint64_t rows)
{
	uint64_t same = a->n[PGMERGE_OLD] - a->n[PGMERGE_DIFFERING];
	uint64_t kept = same + a->n[PGMERGE_UPDATED] + a->n[PGMERGE_INSERTED];

	count(w, SINK_CREATED, a->n[PGMERGE_INSERTED]);
	count(w, SINK_UPDATED, a->n[PGMERGE_UPDATED]);
	if (w->s->opts->merge.conflict == CONFLICT_SKIP)
		count(w, SINK_SKIPPED, same);
	else
		count(w, SINK_UNCHANGED, same);
	count(w, SINK_SKIPPED, rows - kept);
}

/* One merge under a savepoint that is left open when it is done. */
static enum attempt
merge_once(struct work *w, size_t from, size_t to, struct answer *a)
{
	struct pg_result *res;

	if (begin(w, "rowpipe_merge") != ATTEMPT_DONE)
		return (ATTEMPT_FAILED);
	if ((res = run_merge(w, from, to)) == NULL)
		return (refused(w, "rowpipe_merge"));
	if (w->s->opts->merge.conflict == CONFLICT_ERROR) {
		*a = (struct answer){ .n[PGMERGE_INSERTED] =
		    pg_affected(res) };
		pg_done(res);
		return (ATTEMPT_DONE);
	}
	/* They must come one after the other. */
	if (take_answer(res, to - from, a) && to - from > 1)
		return (undo(w, "rowpipe_merge", ATTEMPT_DIVIDE));
	return (ATTEMPT_DONE);
}

/* Merge rows of staging until nobody comes in between.  What is missing in the
 * same way twice was left out by a trigger. */
static enum attempt
store_merge(struct work *w, size_t from, size_t to)
{
	struct answer a = { { 0 } }, last;
	enum attempt result;
	int i;

	for (i = 0; i < MERGES_MOST; i++) {
		last = a;
		result = merge_once(w, from, to, &a);
		if (result != ATTEMPT_DONE)
			return (result);
		if (w->s->opts->merge.conflict == CONFLICT_ERROR ||
		    adds_up(&a, to - from) ||
		    (i > 0 && memcmp(&a, &last, sizeof(a)) == 0))
			break;
		if (i + 1 < MERGES_MOST && undo(w, "rowpipe_merge",
		    ATTEMPT_DONE) != ATTEMPT_DONE)
			return (ATTEMPT_FAILED);
	}
	if (i == MERGES_MOST) {
		(void)err_set(&w->done->err, "other programs change the same "
		    "rows all the time");
		(void)err_hint(&w->done->err, "load again when they are done");
		(void)err_status(&w->done->err, DIAG_FAIL);
		return (ATTEMPT_FAILED);
	}
	if (release(w, "rowpipe_merge") != ATTEMPT_DONE)
		return (ATTEMPT_FAILED);
	count_merged(w, &a, to - from);
	return (ATTEMPT_DONE);
}

/* Empty staging of ${rows} rows.  To truncate it makes new files each time,
 * which is too much for a few. */
static int
empty_staging(struct work *w, size_t rows)
{
	struct pgstore *s = w->s;
	struct buf sql = { 0 };
	int rc;

	s->dead += rows;
	pgmerge_put_empty(&s->opts->merge, s->dead > DEAD_ROWS, &sql);
	if (s->dead > DEAD_ROWS)
		s->dead = 0;
	rc = pg_exec(s->pg, buf_z(&sql), &w->done->err);
	buf_free(&sql);
	return (rc);
}

/* COPY into staging, and from there into the table. */
static enum attempt
store_staged(struct work *w, size_t from, size_t to)
{
	enum attempt result;
	uint64_t stored;

	if (begin(w, "rowpipe_copy") != ATTEMPT_DONE)
		return (ATTEMPT_FAILED);
	if (copy_rows(w, from, to, &stored) != 0)
		return (refused(w, "rowpipe_copy"));
	result = divide(w, from, to, store_merge);
	if (result != ATTEMPT_DONE)
		return (result);
	return (empty_staging(w, to - from) == 0 ?
	    release(w, "rowpipe_copy") : ATTEMPT_FAILED);
}

void
pgstore_batch(struct pgstore *s, const struct pgbatch *b,
    struct pgstored *done)
{
	struct work w = { .s = s, .batch = b, .done = done };
	enum attempt a = ATTEMPT_DONE;
	size_t i;

	memset(done->count, 0, sizeof(done->count));
	done->nrefused = done->text.len = 0;
	done->failed = done->more = 0;
	done->batch = b;
	for (i = 0; a == ATTEMPT_DONE && i < b->nlanes; i++) {
		w.nlane = i;
		w.lane = &b->lanes[i];
		/* Its rows were refused, or have gone to the next batch. */
		if (w.lane->nrows == 0)
			continue;
		a = divide(&w, 0, w.lane->nrows, s->opts->staged ?
		    store_staged : store_plain);
	}
	/* After a refusal that ends the run there is nothing more to say. */
	done->failed = a == ATTEMPT_FAILED &&
	    !(s->opts->stop && done->nrefused > 0);
}

void
pgstore_held(struct pgstore *s, struct pgstored *done)
{
	struct pgbatch *b = s->held[s->holding], *rest;
	uint64_t stored = 0;
	size_t i;

	memset(done->count, 0, sizeof(done->count));
	done->nrefused = 0;
	done->failed = done->more = 0;
	if (b == NULL || b->nrows == 0)
		return;
	/* What must wait again goes to the other one. */
	s->holding = !s->holding;
	if (s->held[s->holding] != NULL)
		pgbatch_clear(s->held[s->holding]);
	pgstore_batch(s, b, done);
	for (i = 0; i < SINK_REFUSED; i++)
		stored += done->count[i];
	rest = s->held[s->holding];
	done->more = !done->failed && rest != NULL && rest->nrows > 0;
	/* Together, then one by one as long as that helps: then they are
	 * bad. */
	if (!done->more)
		s->hold = HOLD_RANGES;
	else if (s->hold == HOLD_RANGES || stored > 0)
		s->hold = HOLD_ROWS;
	else
		s->hold = HOLD_NONE;
}

/*
 * Beginning and end.
 */

struct pgstore *
pgstore_new(struct pg *pg, const struct pgstore_opts *opts)
{
	struct pgstore *s = mem_alloc(sizeof(*s));

	s->pg = pg;
	s->opts = opts;
	return (s);
}

int
pgstore_begin(struct pgstore *s, struct err *err)
{
	struct buf sql = { 0 };
	int rc = 0;

	if (s->opts->staged) {
		pgmerge_put_stage(&s->opts->merge, s->opts->lasting, &sql);
		rc = pg_exec(s->pg, buf_z(&sql), err);
	}
	if (rc == 0 && s->opts->merge.note_keys) {
		sql.len = 0;
		pgmerge_put_seen(&s->opts->merge, s->opts->lasting, &sql);
		rc = pg_exec(s->pg, buf_z(&sql), err);
	}
	buf_free(&sql);
	if (rc != 0 && strcmp(pg_state(s->pg), "42501") == 0)
		(void)err_hint(err, "the role needs the right to make "
		    "temporary tables: GRANT TEMPORARY ON DATABASE");
	return (rc);
}

void
pgstore_set(const struct pgstore *s, const unsigned char *present,
    int binary, struct pgset *set)
{
	size_t n = s->opts->merge.target->model->ncolumns;
	struct buf sql = { 0 };

	set->present = mem_alloc(n);
	memcpy(set->present, present, n);
	set->binary = binary;
	pgmerge_put_copy(&s->opts->merge, present, s->opts->staged, &sql);
	buf_puts(&sql, binary ? " (FORMAT binary)" : "");
	set->copy = mem_strdup(buf_z(&sql));
	sql.len = 0;
	if (s->opts->staged) {
		pgmerge_put_merge(&s->opts->merge, present, &sql);
		set->merge = mem_strdup(buf_z(&sql));
	}
	buf_free(&sql);
}

void
pgstore_unset(struct pgset *set)
{

	mem_free(set->present);
	mem_free(set->copy);
	mem_free(set->merge);
	*set = (struct pgset){ 0 };
}

void
pgstore_done(struct pgstored *done)
{

	mem_free(done->refused);
	buf_free(&done->text);
	*done = (struct pgstored){ 0 };
}

void
pgstore_free(struct pgstore *s)
{

	if (s == NULL)
		return;
	pgbatch_free(s->held[0]);
	pgbatch_free(s->held[1]);
	mem_free(s);
}
