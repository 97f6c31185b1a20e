/*
 * pgpatch - pg-load --apply-diff: what row-diff found is mended
 *
 * A row is found by the fields that row-diff took as the key; it is changed or
 * removed when it is still as side A had it.
 */
#ifndef ROWPIPE_DB_PGPATCH_H
#define ROWPIPE_DB_PGPATCH_H

#include "db/sink.h"

struct err;
struct pg;
struct pgpatch;
struct pgtarget;
struct row;

/**
 * pgpatch_new(pg, t, force, number, noted, err):
 * Make ready to change the rows of ${t}; both are borrowed.  With ${force} rows
 * are changed whatever they are now.  ${number} and ${noted} are as in
 * pgimage_new.  Return NULL with ${err} filled when that cannot be; caller
 * frees with pgpatch_free.
 */
struct pgpatch *pgpatch_new(struct pg *pg, const struct pgtarget *t,
    int force, unsigned number, int noted, struct err *err);

/**
 * pgpatch_row(p, row, err):
 * Do what ${row}, a line of row-diff, says, and say what became of it.  REFUSED
 * and FAILED fill ${err}.
 */
enum sink_stored pgpatch_row(struct pgpatch *p, const struct row *row,
    struct err *err);

/**
 * pgpatch_given(p):
 * A flag for each column of the table that rows to add have given; borrowed
 * from ${p}.
 */
const unsigned char *pgpatch_given(const struct pgpatch *p);

/**
 * pgpatch_free(p):
 * Free ${p}; NULL is fine.
 */
void pgpatch_free(struct pgpatch *p);

#endif
