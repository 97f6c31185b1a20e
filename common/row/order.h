/*
 * order - rows that several threads make, written in order
 *
 * Rows come in pieces that are numbered from 0; each is made by one thread.
 * The piece whose turn it is, all before it being written, goes straight to
 * the output; the rows of later ones are held in memory, which is bounded: who
 * is too far ahead waits.  What reaches the output is what one thread would
 * have written, also when something fails.
 *
 *     order_start(&p, o, number, part);
 *     for (...) {
 *         b = order_begin(&p);
 *         ... append one JSON object ...
 *         if (order_commit(&p, err) != 0)
 *             return (-1);
 *     }
 *     return (order_end(&p, err));
 */
#ifndef ROWPIPE_ROW_ORDER_H
#define ROWPIPE_ROW_ORDER_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct order;
struct order_block;
struct output;
struct progress;

/*
 * Where rows go: to the outputs of one or more parts, which are begun and ended
 * one after the other, one at a time, by whichever thread is there.  After a
 * failure the last one begun is not ended.
 */
struct order_sink {
	struct output	*(*begin)(void *cookie, size_t part, struct err *err);
	int		(*end)(void *cookie, size_t part, struct err *err);
	void		 *cookie;
	struct progress	 *progress;	/* or NULL */
	uint64_t	  expected;	/* rows in all, for it; 0: unknown */
};

/* A piece that is being made; private but for its storage. */
struct order_piece {
	struct order		*o;
	uint64_t		 number;
	size_t			 part;
	int			 mine;		/* its turn has come */
	struct order_block	*first, *last;	/* rows until then */
};

/**
 * order_new(sink, ahead):
 * Return an order that writes to ${sink}, which is copied, and holds about
 * ${ahead} bytes of rows at most; caller frees with order_free.
 */
struct order *order_new(const struct order_sink *sink, size_t ahead);

/**
 * order_start(p, o, number, part):
 * Start making the piece with that number, which is one of ${part}; parts must
 * not decrease with numbers.
 */
void order_start(struct order_piece *p, struct order *o, uint64_t number,
    size_t part);

/**
 * order_begin(p, err):
 * Return the buffer to append a row to, or NULL with ${err} filled when the
 * part's output could not be begun.
 */
struct buf *order_begin(struct order_piece *p, struct err *err);

/**
 * order_commit(p, err):
 * End the row begun with LF; may wait.  Return 0, or -1 with ${err} filled when
 * it could not be written.
 */
int order_commit(struct order_piece *p, struct err *err);

/**
 * order_pause(p, err):
 * No row comes for a while: pass on what is there.  Return as order_commit.
 */
int order_pause(struct order_piece *p, struct err *err);

/**
 * order_end(p, err):
 * The piece is whole.  Return as order_commit.
 */
int order_end(struct order_piece *p, struct err *err);

/**
 * order_fail(p, rows):
 * The piece ends in a failure: forget the row begun, wait until the rows
 * before it are written, and store in ${rows} how many of its part's they are.
 * Return 0, or -1 when something else has failed before.
 */
int order_fail(struct order_piece *p, uint64_t *rows);

/**
 * order_stop(o):
 * Nothing more will be written: whoever waits goes on, and order_stopped is
 * true.
 */
void order_stop(struct order *o);
int order_stopped(const struct order *o);

/**
 * order_finish(o, parts, err):
 * All pieces have ended: begin and end what is left of the ${parts} parts.
 * Return 0, or -1 with ${err} filled.
 */
int order_finish(struct order *o, size_t parts, struct err *err);

/**
 * order_free(o):
 * Free ${o}; NULL is fine.  No other thread may use it any more.
 */
void order_free(struct order *o);

#endif
