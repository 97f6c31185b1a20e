/*
 * after - the rows that come after a key, as an SQL condition
 */
#ifndef ROWPIPE_SCHEMA_AFTER_H
#define ROWPIPE_SCHEMA_AFTER_H

#include "schema/name.h"

struct arena;
struct err;

/* For an engine that sorts nulls last. */
struct after_nulls {
	int		(*may)(const void *cookie, const char *column);
	const void	*cookie;
};

/**
 * after_where(key, order_by, where, fold, nulls, a, out, err):
 * Store in *${out}, living in the arena ${a}, the condition ${where} (NULL:
 * none) for rows that come after ${key} in the order of ${order_by}, a list of
 * columns as SQL has it, none of them descending.  ${key} is a JSON object with
 * the value of each, none of them null, as "sqlite-load --resume-point" writes
 * it; when it is empty *${out} is ${where}.  Values go into the condition as
 * literals that PostgreSQL and SQLite read alike.  Nulls come first in the
 * order, or, when there are ${nulls}, last, in columns for which its function
 * says that they may be there.  Return 0, or -1 with ${err} filled
 * (DIAG_USAGE).
 */
int after_where(const char *key, const char *order_by, const char *where,
    enum name_case fold, const struct after_nulls *nulls, struct arena *a,
    const char **out, struct err *err);

#endif
