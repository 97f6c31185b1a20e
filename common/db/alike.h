/*
 * alike - rows and keys compared as the columns of their table say
 *
 * schema/sameness.h knows the types, row/canonical.h and row/key.h compare.
 */
#ifndef ROWPIPE_DB_ALIKE_H
#define ROWPIPE_DB_ALIKE_H

#include <stddef.h>

struct canonical;
struct err;
struct key;

/**
 * alike_as(path, table, c, keys, n, err):
 * Let ${c} and the ${n} ${keys} compare the fields that are columns of a table
 * as their types say: that called ${table} in the schema file ${path}, or its
 * only one when ${table} is NULL.  Return 0, or -1 with ${err} filled
 * (DIAG_USAGE when there is no such table).
 */
int alike_as(const char *path, const char *table, struct canonical *c,
    struct key *const keys[], size_t n, struct err *err);

#endif
