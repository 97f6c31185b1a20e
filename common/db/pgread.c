#include <inttypes.h>
#include <pthread.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgcopy.h"
#include "db/pgread.h"
#include "db/pgsource.h"
#include "row/order.h"

/* What is read ahead may take so many bytes in all jobs together. */
#define AHEAD_MAX	((size_t)4 << 20)

/* Milliseconds without data after which what was written is passed on. */
#define PATIENCE	100

/* What the jobs share; the mutex guards what follows it. */
struct crew {
	const struct pgread	*r;
	struct pg		*pg;		/* of the first job */
	const char		*snapshot;
	struct order		*order;
	pthread_mutex_t		 mutex;
	size_t			 source;	/* that pieces are taken from */
	uint64_t		 taken;		/* pieces, in all */
	int			 failed;
	struct err		 err;		/* of the first that failed */
};

/* One connection and the thread that uses it. */
struct job {
	struct crew		*crew;
	pthread_t		 thread;
	struct pg		*pg;
	struct pgcopy		*copy;
	size_t			 source;	/* that it is prepared for */
	struct pgsource_piece	 piece;
	struct order_piece	 rows;		/* its rows */
	struct err		 err;
};

/* The run has failed; only the first reason counts. */
static void
give_up(struct job *j)
{
	struct crew *c = j->crew;

	(void)pthread_mutex_lock(&c->mutex);
	if (!c->failed)
		c->err = j->err;
	c->failed = 1;
	(void)pthread_mutex_unlock(&c->mutex);
	order_stop(c->order);
}

/* The name of the source at hand, fit for a message. */
static const char *
label(const struct job *j, char *dst, size_t size)
{
	const char *s = pgsource_label(j->crew->r->sources[j->source]);

	return (quote_plain(dst, size, s, strlen(s)));
}

/*
 * Reading a piece.
 */

/* Reading failed: say of which source and, when a row was bad, where in it.
 * What came before is written first, as if there were one job. */
static int
blame(struct job *j, int in_row)
{
	char text[256], column[256];
	uint64_t rows;

	if (order_fail(&j->rows, &rows) != 0)
		return (-1);
	(void)label(j, text, sizeof(text));
	if (!in_row)
		return (err_prefix(&j->err, "%s: ", text));
	return (err_prefix(&j->err, "%s%s%s: row %" PRIu64 ": ", text,
	    j->err.path[0] == '\0' ? "" : ".", quote_plain(column,
	    sizeof(column), j->err.path, strlen(j->err.path)), rows + 1));
}

static int
put_rows(struct job *j)
{
	struct buf *b;
	int rc;

	do {
		if ((b = order_begin(&j->rows, &j->err)) == NULL)
			return (-1);
		if ((rc = pgcopy_row(j->copy, b, &j->err)) < 0)
			return (blame(j, 1));
		if (rc > 0 && order_commit(&j->rows, &j->err) != 0)
			return (-1);
	} while (rc > 0);
	return (0);
}

static int
read_copy(struct job *j)
{
	enum pg_copy st;
	const char *s;
	size_t len;
	int rc = 0;

	pgcopy_start(j->copy);
	do {
		st = pg_copy_next(j->pg, PATIENCE, &s, &len, &j->err);
		if (order_stopped(j->crew->order))
			return (-1);
		if (st == PG_COPY_DATA) {
			pgcopy_feed(j->copy, s, len);
			rc = put_rows(j);
		} else if (st == PG_COPY_WAIT)
			rc = order_pause(&j->rows, &j->err);
	} while (rc == 0 && (st == PG_COPY_DATA || st == PG_COPY_WAIT));
	if (rc != 0)
		return (-1);
	if (st == PG_COPY_FAIL || pgcopy_end(j->copy, &j->err) != 0)
		return (blame(j, 0));
	return (0);
}

static int
read_piece(struct job *j)
{
	struct buf sql = { 0 };
	int rc;

	pgsource_put_copy(j->crew->r->sources[j->source], &j->piece, &sql);
	rc = pg_copy(j->pg, buf_z(&sql), &j->err);
	buf_free(&sql);
	if (rc != 0)
		return (blame(j, 0));
	return (read_copy(j) == 0 ? order_end(&j->rows, &j->err) : -1);
}

/*
 * The crew.
 */

/* Done with a source: what its decoder has counted is the source's. */
static void
drop_decoder(struct job *j)
{
	struct crew *c = j->crew;

	if (j->copy == NULL)
		return;
	(void)pthread_mutex_lock(&c->mutex);
	pgsource_count(c->r->sources[j->source], j->copy);
	(void)pthread_mutex_unlock(&c->mutex);
	pgcopy_free(j->copy);
	j->copy = NULL;
}

/* Become ready to read from source ${i}.  Return 0, or -1 when this job cannot
 * help with it. */
static int
prepare(struct job *j, size_t i)
{
	struct pgsource *src = j->crew->r->sources[i];
	char text[256];

	if (j->source == i && j->copy != NULL)
		return (0);
	drop_decoder(j);
	j->copy = pgsource_decoder(src);
	j->source = i;
	if (pgsource_prepare(src, j->pg, j->pg == j->crew->pg, &j->err) == 0)
		return (0);
	return (err_prefix(&j->err, "%s: ", label(j, text, sizeof(text))));
}

/* Take a piece of the source that the job is prepared for.  Return 1; 0 when
 * *${i} is the one to prepare for; -1 when there is nothing left. */
static int
take_piece(struct job *j, size_t *i)
{
	struct crew *c = j->crew;
	int rc = -1;

	(void)pthread_mutex_lock(&c->mutex);
	while (c->source < c->r->n) {
		if (j->copy == NULL || j->source != c->source) {
			*i = c->source;
			rc = 0;
			break;
		}
		if (pgsource_next(c->r->sources[c->source], &j->piece)) {
			order_start(&j->rows, c->order, c->taken++,
			    c->source);
			rc = 1;
			break;
		}
		c->source++;
	}
	(void)pthread_mutex_unlock(&c->mutex);
	return (rc);
}

static void
one_less(const struct job *j)
{

	if (diag_verbose())
		diag_note("one job less: %s", j->err.msg);
}

static void
work(struct job *j)
{
	struct crew *c = j->crew;
	size_t i;
	int rc;

	while (!order_stopped(c->order) && (rc = take_piece(j, &i)) >= 0) {
		if (rc == 0) {
			if (prepare(j, i) == 0)
				continue;
			/* The first job holds the table and does it all. */
			if (j->pg != c->pg) {
				one_less(j);
				return;
			}
			give_up(j);
		} else if (read_piece(j) != 0) {
			give_up(j);
		}
	}
}

static void *
run_job(void *cookie)
{
	struct job *j = cookie;
	struct crew *c = j->crew;

	if ((j->pg = pg_again(c->pg, &j->err)) == NULL ||
	    pg_begin(j->pg, c->snapshot, &j->err) != 0)
		one_less(j);
	else
		work(j);
	return (NULL);
}

static void
free_job(struct job *j)
{

	if (j->pg != j->crew->pg)
		pg_close(j->pg);
	drop_decoder(j);
}

/* The first job is done by the caller's thread, the others by their own. */
static void
run_jobs(struct crew *c, size_t n)
{
	struct job *jobs = mem_array(n, sizeof(*jobs));
	size_t i, started = 1;

	for (i = 0; i < n; i++)
		jobs[i].crew = c;
	while (started < n && pthread_create(&jobs[started].thread, NULL,
	    run_job, &jobs[started]) == 0)
		started++;
	jobs[0].pg = c->pg;
	work(&jobs[0]);
	for (i = 1; i < started; i++)
		(void)pthread_join(jobs[i].thread, NULL);
	for (i = 0; i < n; i++)
		free_job(&jobs[i]);
	mem_free(jobs);
}

/* Rows in all sources, 0 when one is not known. */
static uint64_t
expect(const struct pgread *r)
{
	uint64_t rows, sum = 0;
	size_t i;

	for (i = 0; i < r->n; i++) {
		if ((rows = pgsource_rows(r->sources[i])) == 0)
			return (0);
		sum += rows;
	}
	return (sum);
}

/* Say what JSON could not. */
static void
say_rebased(const struct pgsource *src)
{
	const char *column, *bounds, *label = pgsource_label(src);
	char t[QUOTE_MAX], c[QUOTE_MAX];
	int64_t count;
	size_t i;

	for (i = 0; (count = pgsource_rebased(src, i, &column,
	    &bounds)) >= 0; i++)
		if (count > 0)
			diag_warn("%s.%s: the lower bounds of %" PRId64
			    " array%s are lost, the first %s",
			    quote_plain(t, sizeof(t), label, strlen(label)),
			    quote_plain(c, sizeof(c), column, strlen(column)),
			    count, count == 1 ? "" : "s", bounds);
}

int
pgread_run(const struct pgread *r, struct pg *pg, const char *snapshot,
    size_t jobs, struct err *err)
{
	struct order_sink sink = r->sink;
	struct crew c = { .r = r, .pg = pg, .snapshot = snapshot };
	int rc = -1;
	size_t i;

	sink.expected = expect(r);
	c.order = order_new(&sink, AHEAD_MAX);
	(void)pthread_mutex_init(&c.mutex, NULL);
	run_jobs(&c, jobs);
	if (c.failed)
		*err = c.err;
	else
		rc = order_finish(c.order, r->n, err);
	(void)pthread_mutex_destroy(&c.mutex);
	order_free(c.order);
	for (i = 0; i < r->n; i++)
		say_rebased(r->sources[i]);
	return (rc);
}
