/*
 * after - the rows that come after a key, as an SQL condition
 */
#ifndef ROWPIPE_SCHEMA_AFTER_H
#define ROWPIPE_SCHEMA_AFTER_H

#include "schema/name.h"

struct arena;
struct err;

/* How a column holds what JSON has as a number or string. */
enum after_form {
	AFTER_PLAIN,		/* as a literal of the same kind */
	AFTER_TEXT,		/* numbers as text */
	AFTER_BYTES		/* strings of digits after \x as bytes */
};

/* What is known of columns, by their names. */
struct after_columns {
	/* Where nulls are sorted last: may there be some? */
	int		(*may_be_null)(const void *cookie, const char *column);
	enum after_form	(*form)(const void *cookie, const char *column);
	const void	*cookie;
};

/**
 * after_where(key, order_by, where, fold, columns, a, out, err):
 * Store in *${out}, living in the arena ${a}, the condition ${where} (NULL:
 * none) for rows that come after ${key} in the order of ${order_by}, a list of
 * columns as SQL has it, none of them descending.  ${key} is a JSON object with
 * the value of each, none of them null, as "sqlite-load --resume-point" writes
 * it; when it is empty *${out} is ${where}.  Values go into the condition as
 * literals that PostgreSQL and SQLite read alike.  What the functions of
 * ${columns} do not tell, or no ${columns}, is that nulls come first and that
 * columns are plain.  Return 0, or -1 with ${err} filled (DIAG_USAGE).
 */
int after_where(const char *key, const char *order_by, const char *where,
    enum name_case fold, const struct after_columns *columns, struct arena *a,
    const char **out, struct err *err);

#endif
