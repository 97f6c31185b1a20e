/*
 * sqlite_bind - a JSON value becomes the value of a column
 *
 * What the column is declared to hold decides, as SQLite's own affinity would,
 * except that nothing changes its value unnoticed: a number goes into TEXT
 * with every digit, into INTEGER only as a whole number that fits; into REAL
 * as the nearest double, and it is said when that is another value.
 */
#ifndef ROWPIPE_DB_SQLITE_BIND_H
#define ROWPIPE_DB_SQLITE_BIND_H

#include <stddef.h>

struct arena;
struct err;
struct json_value;
struct sqlite_stmt;
struct sqlite_table;

/* How a column takes values. */
enum sqlite_bind_kind {
	SQLITE_BIND_TEXT,	/* strings as they are, all else as JSON text */
	SQLITE_BIND_JSON,	/* all values as JSON text */
	SQLITE_BIND_INTEGER,
	SQLITE_BIND_NUMERIC,
	SQLITE_BIND_REAL,
	SQLITE_BIND_BLOB,	/* "\x..." as bytes */
	SQLITE_BIND_ANY		/* each value as the type it has */
};

struct sqlite_binder {
	enum sqlite_bind_kind	 kind;
	int			 is_double; /* the values are doubles */
	int			 strict; /* of another type is refused */
	const char		*table, *name, *declared; /* for messages */
};

enum sqlite_bound {
	SQLITE_BOUND_SAME,
	SQLITE_BOUND_CHANGED,	/* what is stored cannot be turned back */
	SQLITE_BOUND_REFUSED	/* the column cannot hold the value */
};

#define SQLITE_BECAME_MAX 32

/**
 * sqlite_binder_init(b, t, column):
 * Find out how the ${column}th column of ${t} takes values; ${t} is borrowed
 * for as long as ${b} is used.
 */
void sqlite_binder_init(struct sqlite_binder *b, const struct sqlite_table *t,
    size_t column);

/**
 * sqlite_bind(stmt, i, b, v, a, became, err):
 * Bind ${v} to the ${i}th parameter of ${stmt}.  Bytes are borrowed from the
 * row that ${v} is a slice of or live in the arena ${a}.  CHANGED writes what
 * it became to ${became}, SQLITE_BECAME_MAX bytes; REFUSED fills ${err} and
 * binds nothing.
 */
enum sqlite_bound sqlite_bind(struct sqlite_stmt *stmt, int i,
    const struct sqlite_binder *b, const struct json_value *v,
    struct arena *a, char *became, struct err *err);

#endif
