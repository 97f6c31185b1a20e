#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "row/order.h"
#include "row/output.h"
#include "row/progress.h"

/* Rows are held in blocks of about this size, which are used again. */
#define BLOCK_SIZE	((size_t)64 << 10)

struct order_block {
	struct order_block	*next;		/* of its piece, or spare */
	struct order_block	*next_made;
	struct buf		 b;
	size_t			 whole;		/* bytes of b that are rows */
	size_t			 charged;	/* of them, to order->ahead */
	uint64_t		 rows;
};

/* A piece that has ended before its turn. */
struct waiting {
	struct waiting		*next;
	uint64_t		 number;
	size_t			 part;
	struct order_block	*first;
};

/* The mutex guards all but the last group, which only the thread touches whose
 * turn it is. */
struct order {
	struct order_sink	 sink;
	size_t			 ahead_max;
	pthread_mutex_t		 mutex;
	pthread_cond_t		 changed;
	atomic_int		 stopped;
	uint64_t		 turn;		/* number of the piece that is
						   being written */
	struct waiting		*waiting;
	struct order_block	*spare, *made;	/* made: all there are */
	size_t			 ahead;		/* bytes held */

	struct output		*out;
	size_t			 begun;		/* parts */
	uint64_t		 rows;		/* of parts that have ended */
};

struct order *
order_new(const struct order_sink *sink, size_t ahead)
{
	struct order *o = mem_alloc(sizeof(*o));

	o->sink = *sink;
	o->ahead_max = ahead;
	(void)pthread_mutex_init(&o->mutex, NULL);
	(void)pthread_cond_init(&o->changed, NULL);
	atomic_init(&o->stopped, 0);
	return (o);
}

static void
enter(struct order *o)
{

	(void)pthread_mutex_lock(&o->mutex);
}

static void
leave(struct order *o)
{

	(void)pthread_mutex_unlock(&o->mutex);
}

void
order_stop(struct order *o)
{

	enter(o);
	atomic_store(&o->stopped, 1);
	(void)pthread_cond_broadcast(&o->changed);
	leave(o);
}

int
order_stopped(const struct order *o)
{

	return (atomic_load(&o->stopped));
}

/*
 * Writing, by the thread whose turn it is.
 */

static int
end_part(struct order *o, struct err *err)
{

	if (o->begun == 0)
		return (0);
	o->rows += output_rows(o->out);
	return (o->sink.end(o->sink.cookie, o->begun - 1, err));
}

/* Go on to that part; those that had no piece are begun and ended, too. */
static int
begin_part(struct order *o, size_t part, struct err *err)
{

	while (o->begun <= part) {
		if (end_part(o, err) != 0)
			return (-1);
		o->out = o->sink.begin(o->sink.cookie, o->begun, err);
		if (o->out == NULL)
			return (-1);
		o->begun++;
	}
	return (0);
}

static void
show_progress(struct order *o)
{
	uint64_t rows = o->rows + output_rows(o->out);

	if (o->sink.progress != NULL)
		progress_at(o->sink.progress, rows, rows, o->sink.expected);
}

/* Write a list of blocks, of which none was begun by output_begin. */
static int
write_blocks(struct order *o, size_t part, const struct order_block *b,
    struct err *err)
{

	if (begin_part(o, part, err) != 0)
		return (-1);
	for (; b != NULL; b = b->next)
		if (output_lines(o->out, b->b.s, b->whole, b->rows, err) != 0)
			return (-1);
	show_progress(o);
	return (0);
}

/*
 * Blocks.
 */

static struct order_block *
new_block(struct order *o)
{
	struct order_block *b;

	enter(o);
	if ((b = o->spare) != NULL) {
		o->spare = b->next;
	} else {
		b = mem_alloc(sizeof(*b));
		b->next_made = o->made;
		o->made = b;
	}
	leave(o);
	if (b->b.cap == 0)
		(void)buf_need(&b->b, BLOCK_SIZE + BLOCK_SIZE / 8);
	b->next = NULL;
	return (b);
}

/* Count the bytes that were added to a block.  The mutex is held. */
static void
charge(struct order *o, struct order_block *b)
{

	if (b == NULL)
		return;
	o->ahead += b->whole - b->charged;
	b->charged = b->whole;
}

/* Give a list of blocks back, for which others may have waited. */
static void
give_back(struct order *o, struct order_block *b)
{
	struct order_block *next;

	enter(o);
	for (; b != NULL; b = next) {
		next = b->next;
		o->ahead -= b->charged;
		/* One long row shall not be paid for ever after. */
		if (b->b.cap > 2 * BLOCK_SIZE)
			buf_free(&b->b);
		b->b.len = b->whole = b->charged = 0;
		b->rows = 0;
		b->next = o->spare;
		o->spare = b;
	}
	(void)pthread_cond_broadcast(&o->changed);
	leave(o);
}

/*
 * Pieces.
 */

void
order_start(struct order_piece *p, struct order *o, uint64_t number,
    size_t part)
{

	*p = (struct order_piece){ .o = o, .number = number, .part = part };
}

/* Our turn has come: write what was held. */
static int
begin_turn(struct order_piece *p, struct err *err)
{
	struct order *o = p->o;

	if (write_blocks(o, p->part, p->first, err) != 0)
		return (-1);
	p->mine = 1;
	give_back(o, p->first);
	p->first = p->last = NULL;
	return (0);
}

/* Look whether our turn has come; wait for it while too much is held, or when
 * ${must} is set. */
static int
look(struct order_piece *p, int must, struct err *err)
{
	struct order *o = p->o;
	int turn;

	enter(o);
	charge(o, p->last);
	while (o->turn != p->number && (must || o->ahead > o->ahead_max) &&
	    !order_stopped(o))
		(void)pthread_cond_wait(&o->changed, &o->mutex);
	turn = o->turn == p->number && !order_stopped(o);
	leave(o);
	return (turn ? begin_turn(p, err) : 0);
}

struct buf *
order_begin(struct order_piece *p, struct err *err)
{

	if (!p->mine && p->first == NULL && look(p, 0, err) != 0)
		return (NULL);
	if (p->mine)
		return (output_begin(p->o->out));
	if (p->first == NULL)
		p->first = p->last = new_block(p->o);
	return (&p->last->b);
}

/* The last block is full: begin another, unless our turn has come. */
static int
next_block(struct order_piece *p, struct err *err)
{
	struct order *o = p->o;

	if (look(p, 0, err) != 0)
		return (-1);
	if (!p->mine)
		p->last = p->last->next = new_block(o);
	return (0);
}

int
order_commit(struct order_piece *p, struct err *err)
{
	struct order *o = p->o;
	struct order_block *b = p->last;

	if (p->mine) {
		if (output_commit(o->out, err) != 0)
			return (-1);
		show_progress(o);
		return (0);
	}
	buf_putc(&b->b, '\n');
	b->whole = b->b.len;
	b->rows++;
	return (b->whole >= BLOCK_SIZE ? next_block(p, err) : 0);
}

int
order_pause(struct order_piece *p, struct err *err)
{

	if (!p->mine && look(p, 0, err) != 0)
		return (-1);
	return (p->mine ? output_flush(p->o->out, err) : 0);
}

/* Take the piece with that number from those that wait, or NULL. */
static struct waiting *
take_waiting(struct order *o, uint64_t number)
{
	struct waiting **at, *w;

	for (at = &o->waiting; (w = *at) != NULL; at = &w->next) {
		if (w->number == number) {
			*at = w->next;
			return (w);
		}
	}
	return (NULL);
}

/* Our piece is written: so are those that wait behind it, and then it is the
 * turn of one that is still being made. */
static int
pass_turn(struct order *o, struct err *err)
{
	struct waiting *w;
	int rc = 0;

	do {
		enter(o);
		o->turn++;
		w = take_waiting(o, o->turn);
		(void)pthread_cond_broadcast(&o->changed);
		leave(o);
		if (w == NULL)
			break;
		rc = write_blocks(o, w->part, w->first, err);
		give_back(o, w->first);
		mem_free(w);
	} while (rc == 0);
	return (rc);
}

/* Leave the piece to whose turn it is, unless that is us. */
static int
leave_waiting(struct order_piece *p)
{
	struct order *o = p->o;
	struct waiting *w = mem_alloc(sizeof(*w));
	int left;

	*w = (struct waiting){ NULL, p->number, p->part, p->first };
	enter(o);
	left = o->turn != p->number;
	if (left) {
		charge(o, p->last);
		w->next = o->waiting;
		o->waiting = w;
	}
	leave(o);
	if (left)
		p->first = p->last = NULL;
	else
		mem_free(w);
	return (left);
}

int
order_end(struct order_piece *p, struct err *err)
{

	if (!p->mine) {
		if (leave_waiting(p))
			return (0);
		if (begin_turn(p, err) != 0)
			return (-1);
	}
	return (pass_turn(p->o, err));
}

int
order_fail(struct order_piece *p, uint64_t *rows)
{
	struct err ignored;

	if (p->mine)
		output_rollback(p->o->out);
	else if (p->last != NULL)
		p->last->b.len = p->last->whole;
	if (!p->mine && look(p, 1, &ignored) != 0)
		return (-1);
	if (!p->mine)
		return (-1);
	*rows = output_rows(p->o->out);
	return (0);
}

int
order_finish(struct order *o, size_t parts, struct err *err)
{

	if (parts > 0 && begin_part(o, parts - 1, err) != 0)
		return (-1);
	return (end_part(o, err));
}

void
order_free(struct order *o)
{
	struct order_block *b;
	struct waiting *w;

	if (o == NULL)
		return;
	while ((w = o->waiting) != NULL) {
		o->waiting = w->next;
		mem_free(w);
	}
	while ((b = o->made) != NULL) {
		o->made = b->next_made;
		buf_free(&b->b);
		mem_free(b);
	}
	(void)pthread_cond_destroy(&o->changed);
	(void)pthread_mutex_destroy(&o->mutex);
	mem_free(o);
}
