#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
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
#include "row/output.h"
#include "row/progress.h"

/* What is read ahead may take so many bytes in all jobs together; each looks
 * at the account once in so many. */
#define AHEAD_MAX	((size_t)4 << 20)
#define AHEAD_STEP	((size_t)64 << 10)

/* Milliseconds without data after which what was written is passed on. */
#define PATIENCE	100

/* Rows of a piece that was read before its turn came. */
struct held {
	struct held	*next;
	uint64_t	 number;	/* of the piece */
	size_t		 source;
	struct buf	 b;
	uint64_t	 rows;
};

/* What the jobs share.  The mutex guards it, but for "out" and the rest that
 * only the job whose turn it is touches. */
struct crew {
	const struct pgread	*r;
	struct pg		*pg;		/* of the first job */
	const char		*snapshot;
	pthread_mutex_t		 mutex;
	pthread_cond_t		 changed;
	size_t			 source;	/* that pieces are taken from */
	uint64_t		 taken;		/* pieces, in all */
	uint64_t		 turn;		/* number of the piece that is
						   written now */
	struct held		*held, *spare;
	size_t			 ahead;		/* bytes held or gathering */
	atomic_int		 failed;
	struct err		 err;		/* of the first that failed */

	struct output		*out;
	size_t			 begun;		/* sources */
	uint64_t		 rows;		/* of sources that ended */
	uint64_t		 expected;	/* rows in all; 0: unknown */
};

/* One connection and the thread that uses it. */
struct job {
	struct crew		*crew;
	pthread_t		 thread;
	struct pg		*pg;
	struct pgcopy		*copy;
	size_t			 source;	/* that it is prepared for */
	struct pgsource_piece	 piece;
	uint64_t		 number;	/* of the piece */
	int			 mine;		/* its turn has come */
	struct held		*ahead;		/* rows until then */
	size_t			 counted;	/* of them, in crew->ahead */
	struct err		 err;
};

static void
enter(struct crew *c)
{

	(void)pthread_mutex_lock(&c->mutex);
}

static void
leave(struct crew *c)
{

	(void)pthread_mutex_unlock(&c->mutex);
}

/* The run has failed; only the first reason counts. */
static void
give_up(struct crew *c, const struct err *err)
{

	enter(c);
	if (!atomic_load(&c->failed))
		c->err = *err;
	atomic_store(&c->failed, 1);
	(void)pthread_cond_broadcast(&c->changed);
	leave(c);
}

/*
 * Writing, when it is one's turn.
 */

static int
end_source(struct crew *c, struct err *err)
{

	if (c->begun == 0)
		return (0);
	c->rows += output_rows(c->out);
	return (c->r->end(c->r->cookie, c->begun - 1, err));
}

/* Go on to source ${i}; those that had no piece are begun and ended too. */
static int
begin_source(struct crew *c, size_t i, struct err *err)
{

	while (c->begun <= i) {
		if (end_source(c, err) != 0)
			return (-1);
		c->out = c->r->begin(c->r->cookie, c->begun, err);
		if (c->out == NULL)
			return (-1);
		c->begun++;
	}
	return (0);
}

static void
show_progress(struct crew *c)
{
	uint64_t rows = c->rows + output_rows(c->out);

	if (c->r->progress != NULL)
		progress_at(c->r->progress, rows, rows, c->expected);
}

static int
write_held(struct crew *c, struct held *h, struct err *err)
{

	if (begin_source(c, h->source, err) != 0 ||
	    output_lines(c->out, h->b.s, h->b.len, h->rows, err) != 0)
		return (-1);
	show_progress(c);
	h->b.len = 0;
	h->rows = 0;
	if (h->b.cap > AHEAD_MAX)
		buf_free(&h->b);
	return (0);
}

/*
 * Reading ahead.
 */

/* An empty place for rows. */
static struct held *
new_held(struct crew *c)
{
	struct held *h;

	enter(c);
	if ((h = c->spare) != NULL)
		c->spare = h->next;
	leave(c);
	return (h != NULL ? h : mem_alloc(sizeof(*h)));
}

/* Charge what has gathered, and wait while it is too much and not yet our
 * turn.  When our turn has come, write it.  Return -1 on failure. */
static int
settle(struct job *j)
{
	struct crew *c = j->crew;
	struct held *h = j->ahead;

	enter(c);
	c->ahead += h->b.len - j->counted;
	j->counted = h->b.len;
	while (c->turn != j->number && c->ahead > AHEAD_MAX &&
	    !atomic_load(&c->failed))
		(void)pthread_cond_wait(&c->changed, &c->mutex);
	j->mine = c->turn == j->number;
	if (j->mine) {
		c->ahead -= j->counted;
		j->counted = 0;
	}
	leave(c);
	return (j->mine ? write_held(c, h, &j->err) : 0);
}

/* Wait for our turn and write what has gathered; -1 on failure, of others
 * too. */
static int
await_turn(struct job *j)
{
	struct crew *c = j->crew;

	enter(c);
	while (c->turn != j->number && !atomic_load(&c->failed))
		(void)pthread_cond_wait(&c->changed, &c->mutex);
	leave(c);
	return (atomic_load(&c->failed) ? -1 : settle(j));
}

/* Before a failure is told, what came before it is written, as if there were
 * one job.  Return -1 when others have failed. */
static int
write_before(struct job *j)
{
	struct err said = j->err;
	int rc = j->mine ? 0 : await_turn(j);

	if (rc == 0)
		j->err = said;
	return (rc);
}

/* Take the piece with that number from those held, or NULL. */
static struct held *
take_held(struct crew *c, uint64_t number)
{
	struct held **at, *h;

	for (at = &c->held; (h = *at) != NULL; at = &h->next) {
		if (h->number == number) {
			*at = h->next;
			return (h);
		}
	}
	return (NULL);
}

/* Our piece is written: so are those held that follow it, and then it is the
 * turn of the next. */
static int
pass_turn(struct job *j)
{
	struct crew *c = j->crew;
	struct held *h = NULL;
	size_t bytes = 0;

	for (;;) {
		enter(c);
		c->turn++;
		if (h != NULL) {
			c->ahead -= bytes;
			h->next = c->spare;
			c->spare = h;
		}
		h = take_held(c, c->turn);
		(void)pthread_cond_broadcast(&c->changed);
		leave(c);
		if (h == NULL)
			return (0);
		bytes = h->b.len;
		if (write_held(c, h, &j->err) != 0)
			return (-1);
	}
}

/* The piece is read to its end: leave its rows to whose turn it is, unless it
 * is ours. */
static int
end_piece(struct job *j)
{
	struct crew *c = j->crew;
	struct held *h = j->ahead;

	if (!j->mine) {
		enter(c);
		if (c->turn != j->number) {
			c->ahead += h->b.len - j->counted;
			h->next = c->held;
			c->held = h;
			j->ahead = NULL;
		}
		leave(c);
		if (j->ahead == NULL)
			return (0);
		if (settle(j) != 0)
			return (-1);
	}
	return (pass_turn(j));
}

/*
 * Reading.
 */

/* Reading failed: say of what source, and leave its rows whole. */
static int
blame(struct job *j)
{
	const char *label = pgsource_label(j->crew->r->sources[j->source]);
	char text[256];

	if (write_before(j) != 0)
		return (-1);
	output_rollback(j->crew->out);
	return (err_prefix(&j->err, "%s: ", quote_plain(text, sizeof(text),
	    label, strlen(label))));
}

/* A value was bad: say in which row of the source as well, and in which of its
 * columns. */
static int
blame_row(struct job *j)
{
	const char *label = pgsource_label(j->crew->r->sources[j->source]);
	char text[256], column[256];

	if (write_before(j) != 0)
		return (-1);
	output_rollback(j->crew->out);
	return (err_prefix(&j->err, "%s%s%s: row %" PRIu64 ": ",
	    quote_plain(text, sizeof(text), label, strlen(label)),
	    j->err.path[0] == '\0' ? "" : ".",
	    quote_plain(column, sizeof(column), j->err.path,
	    strlen(j->err.path)), output_rows(j->crew->out) + 1));
}

static int
put_rows(struct job *j)
{
	struct crew *c = j->crew;
	struct held *h = j->ahead;
	size_t whole = h->b.len;
	int rc;

	while ((rc = pgcopy_row(j->copy, j->mine ? output_begin(c->out) :
	    &h->b, &j->err)) > 0) {
		if (j->mine) {
			if (output_commit(c->out, &j->err) != 0)
				return (-1);
			show_progress(c);
			continue;
		}
		buf_putc(&h->b, '\n');
		h->rows++;
		if (h->b.len - j->counted >= AHEAD_STEP && settle(j) != 0)
			return (-1);
		whole = h->b.len;
	}
	if (rc == 0)
		return (0);
	h->b.len = whole;
	return (blame_row(j));
}

/* No data for a while: let what there is be seen. */
static int
pause_rows(struct job *j)
{

	if (j->mine)
		return (output_flush(j->crew->out, &j->err));
	return (settle(j));
}

static int
read_copy(struct job *j)
{
	struct crew *c = j->crew;
	enum pg_copy st;
	const char *s;
	size_t len;

	pgcopy_start(j->copy);
	do {
		st = pg_copy_next(j->pg, PATIENCE, &s, &len, &j->err);
		if (atomic_load(&c->failed))
			return (-1);
		if (st == PG_COPY_DATA) {
			pgcopy_feed(j->copy, s, len);
			if (put_rows(j) != 0)
				return (-1);
		} else if (st == PG_COPY_WAIT && pause_rows(j) != 0)
			return (-1);
	} while (st == PG_COPY_DATA || st == PG_COPY_WAIT);
	if (st == PG_COPY_FAIL || pgcopy_end(j->copy, &j->err) != 0)
		return (blame(j));
	return (0);
}

static int
read_piece(struct job *j)
{
	struct crew *c = j->crew;
	struct pgsource *src = c->r->sources[j->source];
	struct buf sql = { 0 };
	int rc;

	if (j->ahead == NULL)
		j->ahead = new_held(c);
	j->ahead->number = j->number;
	j->ahead->source = j->source;
	j->counted = 0;
	enter(c);
	j->mine = c->turn == j->number;
	leave(c);
	if (j->mine && begin_source(c, j->source, &j->err) != 0)
		return (-1);
	pgsource_put_copy(src, &j->piece, &sql);
	rc = pg_copy(j->pg, buf_z(&sql), &j->err);
	buf_free(&sql);
	if (rc != 0)
		return (blame(j));
	return (read_copy(j) == 0 ? end_piece(j) : -1);
}

/*
 * The crew.
 */

/* Become ready to read from source ${i}.  Return 0, or -1 when this job cannot
 * help with it. */
static int
prepare(struct job *j, size_t i)
{
	struct pgsource *src = j->crew->r->sources[i];

	if (j->source == i && j->copy != NULL)
		return (0);
	pgcopy_free(j->copy);
	j->copy = pgsource_decoder(src);
	j->source = i;
	return (pgsource_prepare(src, j->pg, &j->err));
}

/* Take a piece of the source that the job is prepared for.  Return 1; 0 when
 * *${i} is the one to prepare for; -1 when there is nothing left. */
static int
take_piece(struct job *j, size_t *i)
{
	struct crew *c = j->crew;
	int rc = -1;

	enter(c);
	while (c->source < c->r->n) {
		if (j->copy == NULL || j->source != c->source) {
			*i = c->source;
			rc = 0;
			break;
		}
		if (pgsource_next(c->r->sources[c->source], &j->piece)) {
			j->number = c->taken++;
			rc = 1;
			break;
		}
		c->source++;
	}
	leave(c);
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

	while (!atomic_load(&c->failed) && (rc = take_piece(j, &i)) >= 0) {
		if (rc == 0) {
			if (prepare(j, i) == 0)
				continue;
			/* The first job holds the table and does it all. */
			if (j->pg != c->pg) {
				one_less(j);
				return;
			}
			give_up(c, &j->err);
		} else if (read_piece(j) != 0) {
			give_up(c, &j->err);
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
	pgcopy_free(j->copy);
	if (j->ahead != NULL)
		buf_free(&j->ahead->b);
	mem_free(j->ahead);
}

static void
free_held(struct held *h)
{
	struct held *next;

	for (; h != NULL; h = next) {
		next = h->next;
		buf_free(&h->b);
		mem_free(h);
	}
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

int
pgread_run(const struct pgread *r, struct pg *pg, const char *snapshot,
    size_t jobs, struct err *err)
{
	struct crew c = { .r = r, .pg = pg, .snapshot = snapshot };
	uint64_t rows;
	size_t i;
	int rc = 0;

	for (i = 0; i < r->n; i++) {
		/* Of one table unknown, all is. */
		rows = pgsource_rows(r->sources[i]);
		c.expected = rows == 0 ? 0 : c.expected + rows;
		if (rows == 0)
			break;
	}
	(void)pthread_mutex_init(&c.mutex, NULL);
	(void)pthread_cond_init(&c.changed, NULL);
	run_jobs(&c, jobs);
	if (atomic_load(&c.failed)) {
		*err = c.err;
		rc = -1;
	} else if (r->n > 0 && (begin_source(&c, r->n - 1, err) != 0 ||
	    end_source(&c, err) != 0))
		rc = -1;
	free_held(c.held);
	free_held(c.spare);
	(void)pthread_cond_destroy(&c.changed);
	(void)pthread_mutex_destroy(&c.mutex);
	return (rc);
}
