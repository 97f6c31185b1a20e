/*
 * sqldefault - what PostgreSQL's default expressions stand for
 *
 * Reads the few forms that nearly all defaults have, as pg_get_expr writes
 * them: constants with casts, the clock, a random UUID, a sequence.
 */
#ifndef ROWPIPE_SCHEMA_SQLDEFAULT_H
#define ROWPIPE_SCHEMA_SQLDEFAULT_H

#include "schema/table.h"

struct buf;

enum sqldefault {
	SQLDEFAULT_OTHER,	/* none of the following */
	SQLDEFAULT_CONSTANT,	/* sqldefault_json has its value */
	SQLDEFAULT_NOW,		/* the moment; what of it, the column says */
	SQLDEFAULT_UUID,	/* a random UUID */
	SQLDEFAULT_SEQUENCE	/* nextval(...) */
};

/**
 * sqldefault_kind(sql, type):
 * Tell which kind of default the expression ${sql} is for a column of
 * ${type}.
 */
enum sqldefault sqldefault_kind(const char *sql, enum column_type type);

/**
 * sqldefault_json(sql, type, b):
 * Append the value of the constant expression ${sql} as the JSON that a row
 * has in a column of ${type}: "'open'::status" is "open", "'{}'::text[]" is
 * [].  Return 1, or 0 with ${b} as it was when ${sql} is no constant that is
 * understood, or is NULL.
 */
int sqldefault_json(const char *sql, enum column_type type, struct buf *b);

#endif
