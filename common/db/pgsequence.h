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

/**
 * pgsequence_follow(pg, t, given, dry_run, err):
 * Move the sequences of those columns of ${t} whose flags in ${given} are set
 * past the largest number in the table, where they are behind, and say so; with
 * ${dry_run} only say so.  What is moved stays so even when the transaction is
 * rolled back.  Return how many stay behind, because the role may not move them
 * or they cannot give such a number, or -1 with ${err} filled.
 */
int pgsequence_follow(struct pg *pg, const struct pgtarget *t,
    const unsigned char *given, int dry_run, struct err *err);

#endif
