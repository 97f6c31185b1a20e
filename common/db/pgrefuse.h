/*
 * pgrefuse - what a server's error says about a row
 *
 * The server refuses rows for what only it can know: a unique key, a foreign
 * key, a check, a trigger.  Here its words become a reason for a reject, and
 * errors that are no row's fault are told apart (the manual's Appendix A,
 * "PostgreSQL Error Codes").
 */
#ifndef ROWPIPE_DB_PGREFUSE_H
#define ROWPIPE_DB_PGREFUSE_H

struct err;
struct pg_failure;
struct pgtarget;

/**
 * pgrefuse_is_row(f):
 * Return non-zero when the failure may be the fault of one of the rows.
 */
int pgrefuse_is_row(const struct pg_failure *f);

/**
 * pgrefuse_row(f, t, staged, err):
 * Fill ${err} with why the server refused a row of ${t}, or of its staging
 * (pgmerge.h): message, detail, SQLSTATE, the constraint's name, and the column
 * where one is at fault.  Its status is DIAG_BADINPUT.
 */
void pgrefuse_row(const struct pg_failure *f, const struct pgtarget *t,
    int staged, struct err *err);

#endif
