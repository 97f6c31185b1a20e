/*
 * pgsequence - sequences that number rows, behind the numbers that came
 *
 * Rows that bring their numbers leave the sequence where it was; the next row
 * without one would get a number that is taken.
 */
#ifndef ROWPIPE_DB_PGSEQUENCE_H
#define ROWPIPE_DB_PGSEQUENCE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct pg;
struct pgtarget;

enum pgsequence {
	PGSEQUENCE_FINE,	/* it was not behind */
	PGSEQUENCE_MOVED,
	PGSEQUENCE_FORBIDDEN,	/* it is behind, and the role may not move it,
				   or may not even look */
	PGSEQUENCE_SPENT,	/* the number is beyond what it can give */
	PGSEQUENCE_FAILED
};

/**
 * pgsequence_move(pg, t, column, dry_run, to, err):
 * Move the sequence of the ${column}th column of ${t}, which has one, past the
 * largest number in the table, stored in *${to}; with ${dry_run} do not move
 * it.  What is moved stays so even when the transaction is rolled back.  FAILED
 * fills ${err}.
 */
enum pgsequence pgsequence_move(struct pg *pg, const struct pgtarget *t,
    size_t column, int dry_run, int64_t *to, struct err *err);

#endif
