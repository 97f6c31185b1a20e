/*
 * runner_private - what the parts of runner share
 */
#ifndef ROWPIPE_DB_RUNNER_PRIVATE_H
#define ROWPIPE_DB_RUNNER_PRIVATE_H

#include "base/buf.h"
#include "db/runner.h"

struct engine;
struct progress;
struct runlock;

struct runner {
	const struct runner_opts *opts;
	struct engine	*e;
	struct history	*h;
	struct buf	 target;	/* PostgreSQL: ROWPIPE_TARGET */
	struct runlock	*lock;		/* that must still be held, or NULL */
};

/* A part of a migration on its way. */
struct runner_step {
	struct runner			*r;
	const struct migration		*m;
	enum migration_part		 part;
	const struct migration_file	*file;
	struct runner_result		*result;
	struct history_row		 row;
	struct buf			 output;	/* its tail */
	double				 begin;
	struct buf			 started;
	char				 schema[DIGEST_HEX + 1];
	struct progress			*progress;
};

/**
 * runner_point(s, point):
 * Die here if that was ordered.
 */
void runner_point(const struct runner_step *s, enum runner_point point);

/**
 * runner_check_file(f, engine, err):
 * As runner_check, for one file, or NULL.
 */
int runner_check_file(const struct migration_file *f,
    enum migration_engine engine, struct err *err);

/**
 * runner_sql(s, err), runner_statements(s, err), runner_script(s, err):
 * Run the step as one transaction, with its row of history; as statements
 * outside a transaction; as a script.  Return 0, or -1 with ${err} filled.
 */
int runner_sql(struct runner_step *s, struct err *err);
int runner_statements(struct runner_step *s, struct err *err);
int runner_script(struct runner_step *s, struct err *err);

/**
 * runner_schema(s, err):
 * Take the digest of the schema as it stands.  Return 0, or -1 with ${err}
 * filled.
 */
int runner_schema(struct runner_step *s, struct err *err);

/**
 * runner_says(s, text, len):
 * Keep the tail of what a step says.
 */
void runner_says(struct runner_step *s, const char *text, size_t len);

/**
 * runner_fill(s, state, why):
 * Say in the step's row, and its result, what became of it; ${why} it failed,
 * or NULL, is borrowed by the row.
 */
void runner_fill(struct runner_step *s, enum history_state state,
    const struct err *why);

/**
 * runner_book(s, write, err):
 * Write the step's row with ${write}, of history, in a transaction of its own.
 * Return 0, or -1 with ${err} filled.
 */
int runner_book(struct runner_step *s, int (*write)(struct history *,
    struct history_row *, struct err *), struct err *err);

/**
 * runner_sound(e, err):
 * Before COMMIT: see whether foreign_key_check and integrity_check of SQLite
 * find anything.  Return 0, or -1 with ${err} filled.
 */
int runner_sound(struct engine *e, struct err *err);

/**
 * runner_still(s, err):
 * Return 0 when the lock is still held, or -1 with ${err} filled.
 */
int runner_still(struct runner_step *s, struct err *err);

#endif
