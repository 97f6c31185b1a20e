/*
 * target - a table that rows are meant for, looked at without being touched
 *
 * Answers the same questions for a table of PostgreSQL and of SQLite: what it
 * looks like, whether a value fits a column, which keys there are, what else
 * stands in the way of a load.  Nothing is written: to PostgreSQL goes one
 * READ ONLY transaction, a SQLite file is opened for reading, and what has to
 * be tried out is tried in memory.
 */
#ifndef ROWPIPE_DB_TARGET_H
#define ROWPIPE_DB_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "schema/table.h"

struct arena;
struct buf;
struct err;
struct findings;
struct json_value;
struct target;

enum target_verdict {
	TARGET_FITS,
	TARGET_UNSURE,		/* target_ask knows */
	TARGET_CHANGES,		/* taken, but not as it is; ${err} says how */
	TARGET_REFUSES		/* ${err} says why */
};

/* Keys that are looked for: the columns of the target that have them, and the
 * fields of the table (perhaps another) where they should be. */
struct target_lookup {
	const char	 *schema;	/* NULL: the target's own */
	const char	 *table;
	const char	**fields;
	const size_t	 *columns;
	size_t		  n;
};

/* What the rows brought for a column. */
struct target_given {
	uint64_t	values;		/* rows that had the column at all */
	int		has_max;	/* of integers */
	int64_t		max;
};

/**
 * target_is_sqlite(conn):
 * Return non-zero when ${conn} means a SQLite database: "sqlite:FILE", or the
 * path of a file that exists; else it is for libpq.
 */
int target_is_sqlite(const char *conn);

/**
 * target_explain(conn, err):
 * When ${conn}, which could not be reached, looks like the path of a file that
 * is not there, add a hint to ${err} that says how it was understood.
 */
void target_explain(const char *conn, struct err *err);

/**
 * target_open(conn, table, err):
 * Look at the table ${table}, written as in SQL, of the database ${conn}, both
 * borrowed.  Return NULL with ${err} filled on failure: its status is
 * DIAG_FINDINGS when there is no such table.  Caller frees with target_close.
 */
struct target *target_open(const char *conn, const char *table,
    struct err *err);

/**
 * target_file(t):
 * The path of a SQLite database, or NULL for PostgreSQL.
 */
const char *target_file(const struct target *t);

/**
 * target_put_source(t, b):
 * Append the beginning of a command that reads a table of the database
 * (pg-dump-json -d ..., sqlite-dump-json FILE), and target_put_psql that of one
 * that runs SQL there, each ending in a space.  A connection string that held
 * a password is left out.
 */
void target_put_source(const struct target *t, struct buf *b);
void target_put_psql(const struct target *t, struct buf *b);

/**
 * target_table(t), target_label(t), target_place(t):
 * What the table looks like; its name for messages; where it is.  Borrowed.
 */
const struct table *target_table(const struct target *t);
const char *target_label(const struct target *t);
const char *target_place(const struct target *t);

/**
 * target_column(t, name, len):
 * The column that a field of that name is for, or -1.
 */
ptrdiff_t target_column(const struct target *t, const char *name, size_t len);

/**
 * target_fills(t, column):
 * Return non-zero when a row need not have the column: it may be null, has a
 * default, or the database makes its values.
 */
int target_fills(const struct target *t, size_t column);

/**
 * target_fit(t, column, v, a, err):
 * Say whether ${v} fits, filling ${err} with message, rule and hint (see fit.h)
 * unless it does or that is not known.  Memory comes from ${a}.
 */
enum target_verdict target_fit(struct target *t, size_t column,
    const struct json_value *v, struct arena *a, struct err *err);

/**
 * target_ask(t, column, values, n, refused, why, err):
 * Ask the database itself whether the ${n} JSON texts ${values}, each ending
 * in NUL, of which target_fit was not sure, fit; set a flag in ${refused} for
 * each that does not, and ${why}, an array as long, to the reasons.  Return 0,
 * or -1 with ${err} filled.
 */
int target_ask(struct target *t, size_t column, const char *const *values,
    size_t n, unsigned char *refused, struct err *why, struct err *err);

/**
 * target_find(t, l, keys, n, found, err):
 * Set a flag in ${found} for each of the ${n} keys ${keys}, JSON arrays as
 * NUL-terminated text, that is there, TARGET_FIND_UNKNOWN for those that
 * cannot be compared.  A key with a null in it is not there.  Return
 * 0; 1 when the table may not be read or is not there, ${err} saying so; or -1
 * with ${err} filled.
 */
#define TARGET_FIND_UNKNOWN 2
int target_find(struct target *t, const struct target_lookup *l,
    const char *const *keys, size_t n, unsigned char *found,
    struct err *err);

/**
 * target_has_checks(t):
 * Return non-zero when target_check has something to look at.
 */
int target_has_checks(const struct target *t);

/**
 * target_blind(t, column):
 * Return non-zero when target_check would take ${column} for null in rows that
 * do not have it, although the database would fill it.
 */
int target_blind(const struct target *t, size_t column);

/* A row, by its place among those that were given, breaks the check. */
typedef void target_broken(void *cookie, size_t row, const char *check,
    const char *why);

/**
 * target_check(t, rows, n, broken, cookie, err):
 * Try the ${n} rows ${rows}, objects as NUL-terminated text whose values fit,
 * against the checks of the table.  Return 0, or -1 with ${err} filled.
 */
int target_check(struct target *t, const char *const *rows, size_t n,
    target_broken *broken, void *cookie, struct err *err);

/**
 * target_facts(t, given, fs, err):
 * Add to ${fs} what there is to say of the table itself, when rows bring what
 * ${given}, an array beside the columns, says: kind, privileges, triggers,
 * row security, sequences, generated columns, types of extensions, and
 * constraints that cannot be looked at.  Return 0, or -1 with ${err} filled.
 */
int target_facts(struct target *t, const struct target_given *given,
    struct findings *fs, struct err *err);

/**
 * target_close(t):
 * Free ${t}; NULL is fine.
 */
void target_close(struct target *t);

#endif
