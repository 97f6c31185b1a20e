/*
 * history - what was done to a database, kept in the database itself
 *
 * The table rowpipe_migrations has one row for each migration that was ever
 * begun: its state, and how it came to it.  The table rowpipe_migration_runs
 * has one row for each run, of either direction, and is only ever added to
 * (its last row changes from "running" to what became of it).  Both are made
 * when first needed, in the first schema of the search_path on PostgreSQL.
 *
 * The caller owns the transaction: a step writes its row in its own, or before
 * and after in small ones.
 */
#ifndef ROWPIPE_DB_HISTORY_H
#define ROWPIPE_DB_HISTORY_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct engine;
struct err;
struct history;

#define HISTORY_TABLE	"rowpipe_migrations"
#define HISTORY_RUNS	"rowpipe_migration_runs"
#define HISTORY_OUTPUT	4096	/* bytes of output that are kept */

enum history_state {
	HISTORY_PENDING,	/* never run, or nothing was left of it */
	HISTORY_RUNNING,	/* it runs, or its runner died */
	HISTORY_COMPLETED,
	HISTORY_FAILED,
	HISTORY_ROLLED_BACK,	/* by its down */
	HISTORY_SQUASHED	/* a newer one stands for it */
};

enum history_action {
	HISTORY_UP, HISTORY_DOWN,
	HISTORY_BASELINE,	/* said to be done, without being run */
	HISTORY_ACCEPT,		/* a changed text is the right one */
	HISTORY_SQUASH		/* it stands for others, or is stood for */
};

enum history_kind {
	HISTORY_SQL,		/* one transaction: all of it or nothing */
	HISTORY_STATEMENTS,	/* SQL outside a transaction */
	HISTORY_SCRIPT,
	HISTORY_NOTHING		/* nothing was run */
};

/* A migration, or a run of it.  Texts may be NULL. */
struct history_row {
	int64_t			 id;		/* of the run; grows */
	const char		*name;
	enum history_state	 state;
	enum history_action	 action;	/* that led to the state */
	enum history_kind	 kind;
	const char		*hash;		/* of the text that was run */
	const char		*schema_hash;	/* of the schema after it */
	const char		*who;		/* "anna@host" */
	const char		*started;	/* 2026-11-21T17:05:00.123Z */
	const char		*finished;
	int64_t			 ms;		/* -1: not known */
	int64_t			 rows;		/* -1: not known */
	int			 status;	/* exit status; -1: none */
	const char		*output;	/* its tail, UTF-8 */
	const char		*reason;	/* why it failed; which one it
						   was squashed into */
	/* Of the row in rowpipe_migrations: the run that last completed it,
	 * by which what is applied is in order; 0: it is not applied. */
	int64_t			 applied;
	/* Of the same: when and why a down failed since, in a transaction,
	 * which left all as it was; or NULL. */
	const char		*refused;
};

struct history_rows {
	struct history_row	*v;
	size_t			 n;
};

/**
 * history_open(e, err):
 * Look for the history in the database of ${e}, which is borrowed.  Nothing is
 * made yet.  Return NULL with ${err} filled on failure, also when a table of
 * that name is not ours; caller frees with history_close.
 */
struct history *history_open(struct engine *e, struct err *err);

/**
 * history_close(h):
 * Free ${h}; NULL is fine.
 */
void history_close(struct history *h);

/**
 * history_use(h, e):
 * Go on with the connection ${e} to the same database.
 */
void history_use(struct history *h, struct engine *e);

/**
 * history_exists(h):
 * Return zero when there was no history yet.
 */
int history_exists(const struct history *h);

/**
 * history_make(h, err):
 * Make the tables if they are not there.  Return 0, or -1 with ${err} filled.
 */
int history_make(struct history *h, struct err *err);

/**
 * history_read(h, rows, a, err):
 * Store the row of each migration, by name, in ${rows}, living in ${a}; none
 * when there is no history.  Return 0, or -1 with ${err} filled.
 */
int history_read(struct history *h, struct history_rows *rows,
    struct arena *a, struct err *err);

/**
 * history_log(h, rows, a, err):
 * As history_read, for every run, the oldest first.
 */
int history_log(struct history *h, struct history_rows *rows,
    struct arena *a, struct err *err);

/**
 * history_begin(h, row, err):
 * Write a run and make it the last of its migration: a new row, whose id is
 * stored in row->id.  One before it that never ended is said to have failed.
 * who and started are filled in where they are NULL.  Return 0, or -1 with
 * ${err} filled.
 */
int history_begin(struct history *h, struct history_row *row,
    struct err *err);

/**
 * history_write(h, row, err):
 * Write a run that is over: begin and end in one, and the only way for one of
 * the kind HISTORY_SQL.  When that is a down that failed, the migration stays
 * as it was.
 */
int history_write(struct history *h, struct history_row *row,
    struct err *err);

/**
 * history_end(h, row, err):
 * Write what became of the run row->id: all that ${row} says, finished now
 * unless it says when.  A migration that is completed is applied from now on;
 * one that is pending, rolled back or squashed is not; row->applied, unless 0,
 * says in which place.  Return 0, or -1 with ${err} filled.
 */
int history_end(struct history *h, struct history_row *row, struct err *err);

/**
 * history_put_now(b):
 * Append the time as history has it: UTC, with milliseconds.
 */
void history_put_now(struct buf *b);

/**
 * history_find(rows, name):
 * The row of ${name}, or NULL.
 */
const struct history_row *history_find(const struct history_rows *rows,
    const char *name);

/**
 * history_put_json(row, b):
 * Append what ${row} says beyond name and state as members of a JSON object,
 * without braces; they are all null when ${row} is NULL.
 */
void history_put_json(const struct history_row *row, struct buf *b);

/**
 * history_state_name(state), history_action_name(action):
 * "rolled back"; "down".
 */
const char *history_state_name(enum history_state state);
const char *history_action_name(enum history_action action);

#endif
