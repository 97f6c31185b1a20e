#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "row/order.h"
#include "row/output.h"

#include "tap.h"

#define PIECES	400
#define THREADS	6

/* A run of threads that make pieces, each row naming its piece. */
struct run {
	struct order		*order;
	pthread_mutex_t		 mutex;
	uint64_t		 next;		/* piece */
	uint64_t		 bad;		/* fails after its second row */
	uint64_t		 told;		/* rows before the failure */
	size_t			 most;		/* rows of a piece */
	long			 rows;		/* that came out, in order */
	int			 fds[2];
	struct output		*out;
	char			 parts[64];	/* what was begun and ended */
	uint64_t		 ends[8];	/* rows at the end of each */
	atomic_int		 failures;
};

static struct output *
begin(void *cookie, size_t part, struct err *err)
{
	struct run *r = cookie;
	size_t n = strlen(r->parts);

	(void)err;
	(void)snprintf(r->parts + n, sizeof(r->parts) - n, "b%zu", part);
	return (r->out);
}

static int
end(void *cookie, size_t part, struct err *err)
{
	struct run *r = cookie;
	size_t n = strlen(r->parts);

	(void)err;
	(void)snprintf(r->parts + n, sizeof(r->parts) - n, "e%zu", part);
	r->ends[part] = output_rows(r->out);
	return (0);
}

/* How many rows a piece has: none, few, or more than one block holds. */
static size_t
rows_of(const struct run *r, uint64_t number)
{

	return ((size_t)(number * 2654435761U % 977) % (r->most + 1));
}

static int
make(struct run *r, struct order_piece *p, uint64_t number)
{
	struct err err = ERR_INIT;
	struct buf *b;
	size_t i;

	for (i = 0; i < rows_of(r, number); i++) {
		if ((b = order_begin(p, &err)) == NULL)
			return (-1);
		buf_printf(b, "%03d %03zu %0200d", (int)number, i, 0);
		if (number == r->bad && i == 2)
			return (order_fail(p, &r->told) == 0 ? 1 : -1);
		if (order_commit(p, &err) != 0)
			return (-1);
		if (i % 50 == 7 && order_pause(p, &err) != 0)
			return (-1);
	}
	return (order_end(p, &err));
}

static void *
work(void *cookie)
{
	struct run *r = cookie;
	struct order_piece p;
	uint64_t number;

	while (!order_stopped(r->order)) {
		(void)pthread_mutex_lock(&r->mutex);
		number = r->next++;
		if (number < PIECES)
			order_start(&p, r->order, number, number / 100);
		(void)pthread_mutex_unlock(&r->mutex);
		if (number >= PIECES)
			break;
		if (make(r, &p, number) != 0) {
			atomic_fetch_add(&r->failures, 1);
			order_stop(r->order);
		}
	}
	return (NULL);
}

/* Read what is written, and count its rows while they are in order. */
static void *
check(void *cookie)
{
	struct run *r = cookie;
	FILE *f = fdopen(r->fds[0], "r");
	long piece, row, last = 0, next = 0;
	char line[512], *end;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		piece = strtol(line, &end, 10);
		row = strtol(end, &end, 10);
		if (strlen(line) != 209 || piece < last)
			break;
		if (piece != last)
			next = 0;
		if (row != next)
			break;
		last = piece;
		next++;
		r->rows++;
	}
	if (f == NULL || !feof(f))
		r->rows = -1;
	if (f != NULL)
		(void)fclose(f);
	return (NULL);
}

/* Let them all run; return how many rows came out in order, or -1. */
static long
run(struct run *r, size_t ahead, size_t most, uint64_t bad)
{
	struct order_sink sink = { .begin = begin, .end = end, .cookie = r };
	pthread_t threads[THREADS], reader;
	struct err err = ERR_INIT;
	int i;

	*r = (struct run){ .bad = bad, .most = most };
	(void)pthread_mutex_init(&r->mutex, NULL);
	if (pipe(r->fds) != 0)
		abort();
	r->out = output_open(r->fds[1], "pipe");
	r->order = order_new(&sink, ahead);
	if (pthread_create(&reader, NULL, check, r) != 0)
		abort();
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, r) != 0)
			abort();
	for (i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	if (!order_stopped(r->order))
		(void)order_finish(r->order, 6, &err);
	(void)output_close(r->out, &err);
	(void)close(r->fds[1]);
	(void)pthread_join(reader, NULL);
	order_free(r->order);
	(void)pthread_mutex_destroy(&r->mutex);
	return (r->rows);
}

/* Rows of the pieces before ${number}. */
static long
sum(const struct run *r, uint64_t number)
{
	uint64_t i;
	long n = 0;

	for (i = 0; i < number; i++)
		n += (long)rows_of(r, i);
	return (n);
}

/* Did each part get the rows of its hundred pieces? */
static int
parts_are_right(const struct run *r)
{
	uint64_t i;

	for (i = 0; i < 4; i++)
		if (r->ends[i] != (uint64_t)sum(r, (i + 1) * 100))
			return (0);
	return (1);
}

int
main(void)
{
	static struct run r;

	ok(run(&r, 1 << 20, 900, PIECES) == sum(&r, PIECES),
	    "all rows are there and in order");
	(void)is_text(r.parts, strlen(r.parts), "b0e0b1e1b2e2b3e3b4e4b5e5",
	    "parts begin and end one after the other, also empty ones");
	ok(parts_are_right(&r), "each part gets its rows");
	ok(run(&r, 0, 900, PIECES) == sum(&r, PIECES),
	    "also when nothing may be read ahead");
	ok(parts_are_right(&r), "and each part gets its rows");
	ok(run(&r, 1 << 30, 20, PIECES) == sum(&r, PIECES),
	    "also when everything may");
	ok(run(&r, 1 << 20, 0, PIECES) == 0, "pieces may be empty");
	ok(run(&r, 1 << 18, 900, 250) == sum(&r, 250) + 2,
	    "rows before a failure are written, as if by one thread");
	ok(r.told == (uint64_t)(sum(&r, 250) + 2),
	    "and who failed knows how many they are");
	ok(atomic_load(&r.failures) >= 1, "one failure ends the others");
	(void)is_text(r.parts, strlen(r.parts), "b0e0b1e1b2",
	    "the part that failed is not ended");
	return (tap_done());
}
