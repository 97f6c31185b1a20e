/*
 * clear - all rows out of some tables, and nothing else
 *
 * Looks first: how many rows each table has, in which order they must go, and
 * what the foreign keys of other tables would do.  A deletion that would reach
 * into a table that was not named (ON DELETE CASCADE, SET NULL, SET DEFAULT),
 * or that one would stand in the way of, is not begun.
 */
#ifndef ROWPIPE_DB_CLEAR_H
#define ROWPIPE_DB_CLEAR_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct clear;
struct engine;
struct err;

/* What a table has to do with it. */
struct clear_table {
	const char	*label;		/* for messages */
	const char	*sql;		/* its name, quoted */
	int		 named;		/* its rows go */
	uint64_t	 rows;		/* of a table that is named */
	uint64_t	 cascaded;	/* of another: rows that would go with
					   them */
	uint64_t	 changed;	/* whose reference would be set null or
					   to its default */
	uint64_t	 blocking;	/* that forbid it */
	const char	*triggers;	/* names of those that a deletion may
					   fire, or NULL */
	int		 filtered;	/* row security hides rows */
};

/**
 * clear_new(e, tables, lock, a, err):
 * Look at the ${tables}, NULL-terminated names as in SQL, in the transaction
 * of ${e} that is open; with ${lock} nobody else can change them until it
 * ends.  Everything lives in the arena ${a}.  Return NULL with ${err} filled on
 * failure.
 */
struct clear *clear_new(struct engine *e, char *const tables[], int lock,
    struct arena *a, struct err *err);

/**
 * clear_count(c), clear_at(c, i):
 * How many tables there are, and the ${i}th of them: first those that are
 * named, in the order in which they are cleared, then others that matter.
 */
size_t clear_count(const struct clear *c);
const struct clear_table *clear_at(const struct clear *c, size_t i);

/**
 * clear_refused(c):
 * Return non-zero when another table is reached into, or in the way.
 */
int clear_refused(const struct clear *c);

/**
 * clear_log(c, path, err):
 * Keep an undo log (undo.h) of what goes in the file ${path}, which must not
 * exist; before clear_run.  On PostgreSQL it has the rows of the tables that
 * are named, and without a primary key the key is the whole row; on SQLite also
 * what triggers do.  Return 0, or -1 with ${err} filled.
 */
int clear_log(struct clear *c, const char *path, struct err *err);

/**
 * clear_ready(c, err):
 * COMMIT comes next: make the log durable, if there is one.  Return 0, or -1
 * with ${err} filled.
 */
int clear_ready(struct clear *c, struct err *err);

/**
 * clear_end(c, committed, unknown):
 * COMMIT was done, or not, or nobody knows.  Without it there is no log.  To be
 * called before the connection is closed.
 */
void clear_end(struct clear *c, int committed, int unknown);

/**
 * clear_run(c, err):
 * Delete the rows, as many as were counted.  Return 0, or -1 with ${err}
 * filled: roll back then.
 */
int clear_run(struct clear *c, struct err *err);

#endif
