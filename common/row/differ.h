/*
 * differ - what two sets of rows differ in
 *
 * With a key, rows that have the same one are compared field by field.  Without
 * one, rows are the same or not, and one that comes twice must do so on both
 * sides.  Memory does not depend on how many rows there are.
 *
 * A key should come once on each side.  Where it does not, that is told, and
 * its rows are treated as if there were no key.
 */
#ifndef ROWPIPE_ROW_DIFFER_H
#define ROWPIPE_ROW_DIFFER_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

struct canonical;
struct compare;
struct differ;
struct err;
struct keyed;

enum differ_op {
	DIFFER_ADD,		/* a row that only B has */
	DIFFER_REMOVE,		/* one that only A has */
	DIFFER_CHANGE,		/* one that B has otherwise */
	DIFFER_OPS
};

struct differ_row {
	const char		*s;		/* the line */
	size_t			 len;
	const struct json_field	*fields;
	size_t			 nfields;
	uint64_t		 line;		/* its number in the file */
};

/* Something was found; what is given is borrowed until they return.  Both
 * return 0, or -1 with ${err} filled to end. */
struct differ_found {
	/* ${a} is NULL for ADD, ${b} for REMOVE; the ${n} keys at ${fields}
	 * are those that differ, for CHANGE. */
	int	(*differs)(enum differ_op op, const struct differ_row *a,
		    const struct differ_row *b,
		    const struct json_value *fields, size_t n, void *cookie,
		    struct err *err);
	/* The key of ${row} comes ${n} > 1 times on a side, 0 for A. */
	int	(*repeats)(int side, const struct differ_row *row, uint64_t n,
		    void *cookie, struct err *err);
	void	*cookie;
};

/**
 * differ_new(a, b, keyed, c, cmp, memory):
 * Return the difference of the rows ${a} and ${b}, which keyed_sort has
 * sorted, by a key when ${keyed}; rows are compared by ${c} and ${cmp}.  Rows
 * whose key comes more than once are sorted in ${memory} bytes.  All is
 * borrowed.  Caller frees with differ_free.
 */
struct differ *differ_new(struct keyed *a, struct keyed *b, int keyed,
    const struct canonical *c, struct compare *cmp, size_t memory);

/**
 * differ_run(d, found, err):
 * Find all differences, in the order of the keys.  Return 0, or -1 with ${err}
 * filled.
 */
int differ_run(struct differ *d, const struct differ_found *found,
    struct err *err);

/**
 * differ_same(d):
 * How many rows were the same on both sides.
 */
uint64_t differ_same(const struct differ *d);

/**
 * differ_free(d):
 * Free ${d}; NULL is fine.
 */
void differ_free(struct differ *d);

#endif
