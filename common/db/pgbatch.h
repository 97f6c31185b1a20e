/*
 * pgbatch - rows on their way to PostgreSQL, as data of COPY (FORMAT text)
 *
 * A batch has a lane for each set of columns that its rows give; what is in a
 * lane goes by one COPY.  Of each row it keeps where it came from and, when
 * wished, its line, until the server has said what became of it.
 */
#ifndef ROWPIPE_DB_PGBATCH_H
#define ROWPIPE_DB_PGBATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct row;

#define PGBATCH_LANES	512
#define PGBATCH_ROWS	16384
#define PGBATCH_BYTES	((size_t)3 << 20)

struct pgbatch_row {
	size_t		 at;		/* of its data in the lane's */
	size_t		 text, len;	/* its line in the batch's text */
	const char	*file;		/* borrowed for ever */
	uint64_t	 line, offset;
};

struct pgset;				/* what a lane's rows give */

struct pgbatch_lane {
	const struct pgset	*set;
	struct buf		 data;
	struct pgbatch_row	*rows;
	size_t			 nrows, cap;
};

struct pgbatch {
	struct pgbatch_lane	 lanes[PGBATCH_LANES];
	size_t			 nlanes;
	struct buf		 text;
	int			 keep_text;
	size_t			 nrows, bytes;
	struct pgbatch_keys	*keys;		/* private */
};

/**
 * pgbatch_new(keep_text):
 * Return an empty batch, which keeps its rows' lines when ${keep_text}; caller
 * frees with pgbatch_free.
 */
struct pgbatch *pgbatch_new(int keep_text);

/**
 * pgbatch_lane(b, set):
 * Return the lane of rows that give ${set} (borrowed as long as the batch holds
 * rows), or NULL when there is no room for one more.
 */
struct pgbatch_lane *pgbatch_lane(struct pgbatch *b, const struct pgset *set);

/**
 * pgbatch_has_key(b, key, len):
 * Return non-zero when a row of the batch has the key ${key}, which pgbatch_add
 * was told.
 */
int pgbatch_has_key(const struct pgbatch *b, const char *key, size_t len);

/**
 * pgbatch_add(b, lane, row, at, key, len):
 * ${row}, whose data begin ${at} bytes into those of ${lane}, is in the batch;
 * ${key} is its key, NULL: none.  Return 1 while there is room for more, 0 when
 * the batch is full.
 */
int pgbatch_add(struct pgbatch *b, struct pgbatch_lane *lane,
    const struct row *row, size_t at, const char *key, size_t len);

/* How a row's data say its number in the lane. */
enum pgbatch_number {
	PGBATCH_BARE,		/* not at all */
	PGBATCH_TEXT,		/* in digits, with a tab behind them */
	PGBATCH_BINARY		/* in four bytes, see PGBATCH_NUMBER_AT */
};
#define PGBATCH_NUMBER_AT 6	/* behind how many columns there are, and the
				   length of the first */

/**
 * pgbatch_take(b, from, lane, i, how):
 * Copy row ${i} of a lane of ${from} into the lane of ${b} for the same set,
 * where it has another number.  Return 0, or -1 when there is no such lane and
 * no room for one more.
 */
int pgbatch_take(struct pgbatch *b, const struct pgbatch *from,
    const struct pgbatch_lane *lane, size_t i, enum pgbatch_number how);

/**
 * pgbatch_number(s, n):
 * Let the row whose binary data are at ${s} have the number ${n}.
 */
void pgbatch_number(char *s, size_t n);

/**
 * pgbatch_row(b, lane, i, row):
 * Make ${row} what sink_refuse wants to know of the lane's row ${i}; borrowed
 * from the batch.
 */
void pgbatch_row(const struct pgbatch *b, const struct pgbatch_lane *lane,
    size_t i, struct row *row);

/**
 * pgbatch_clear(b):
 * Forget all rows.  Memory that one huge row took is given back.
 */
void pgbatch_clear(struct pgbatch *b);

/**
 * pgbatch_free(b):
 * Free ${b}; NULL is fine.
 */
void pgbatch_free(struct pgbatch *b);

#endif
