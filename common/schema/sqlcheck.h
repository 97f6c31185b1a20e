/*
 * sqlcheck - CHECK expressions of PostgreSQL that SQLite reads the same way
 *
 * Takes what pg_get_expr writes for the checks that most tables have:
 * comparisons of columns with constants and each other, lists of values,
 * IS NULL, length, btrim, AND, OR, NOT.  What is not known to mean the same on
 * both sides is not translated: arithmetic, the order of texts and dates, LIKE
 * and regular expressions, numerics kept as text or wider than a double.
 */
#ifndef ROWPIPE_SCHEMA_SQLCHECK_H
#define ROWPIPE_SCHEMA_SQLCHECK_H

#include "schema/ddl.h"

/**
 * sqlcheck_sqlite(sql, t, numeric, b):
 * Append the expression ${sql} over the columns of ${t}, or the definition
 * "CHECK (...)", as SQLite's.  Return 1, or 0 with ${b} as it was.
 */
int sqlcheck_sqlite(const char *sql, const struct table *t,
    enum ddl_numeric numeric, struct buf *b);

#endif
