/*
 * migrate_session - what the commands of row-migrate have in common
 *
 *     migrate_open(&ms, m, 1, &err) ... migrate_close(&ms);
 */
#ifndef ROWPIPE_DB_MIGRATE_SESSION_H
#define ROWPIPE_DB_MIGRATE_SESSION_H

#include "base/buf.h"
#include "db/migrate.h"
#include "db/plan.h"
#include "db/runner.h"

struct arena;
struct err;
struct runlock;

struct migrate_session {
	const struct migrate	*m;
	struct arena		*a;
	struct runner_opts	 opts;
	struct runner		*r;
	struct runlock		*lock;		/* NULL: only looks */
	enum migration_engine	 engine;
	struct history_rows	 rows;
	struct plan		 plan;
	struct buf		 command;	/* "row-migrate -d TARGET", as
						   a shell takes it */
};

enum migrate_mode {
	MIGRATE_LOOK,		/* no lock; nothing is changed */
	MIGRATE_CHANGE,		/* with the lock */
	MIGRATE_MAKE		/* and make a SQLite file that is not there */
};

/**
 * migrate_open(ms, m, mode, err):
 * Connect, take the lock, and read folder and history.  Return 0, or -1 with
 * ${err} filled.  Caller calls migrate_close either way.
 */
int migrate_open(struct migrate_session *ms, const struct migrate *m,
    enum migrate_mode mode, struct err *err);

/**
 * migrate_again(ms, err):
 * Read folder and history anew.  Return 0, or -1 with ${err} filled.
 */
int migrate_again(struct migrate_session *ms, struct err *err);

/**
 * migrate_close(ms):
 * Let go of everything.
 */
void migrate_close(struct migrate_session *ms);

/**
 * migrate_stop(ms, err):
 * Return 0 when nothing is wrong with the folder that stops "up"; else print
 * all that is wrong and return -1 with ${err} filled.
 */
int migrate_stop(struct migrate_session *ms, struct err *err);

/**
 * migrate_run(ms, step, part, err):
 * Run a part of a step, and say what became of it.  Return 0, or -1 with
 * ${err} filled.
 */
int migrate_run(struct migrate_session *ms, const struct plan_step *step,
    enum migration_part part, struct err *err);

/**
 * migrate_put_command(ms, b, command, word, more):
 * Append the command line "row-migrate -d TARGET ${command} ${word} ${more}" as
 * a shell takes it, without secrets; the last two may be NULL.
 */
void migrate_put_command(const struct migrate_session *ms, struct buf *b,
    const char *command, const char *word, const char *more);

/**
 * migrate_no_such(ms, name, err):
 * Say that there is no migration ${name}, and return -1.
 */
int migrate_no_such(const struct migrate_session *ms, const char *name,
    struct err *err);

/**
 * migrate_explain(ms, step, b, next):
 * Append in words in what state a step is that was begun and not ended, or
 * failed, and to ${next} the exact command that goes on.  Nothing is appended
 * for others.
 */
void migrate_explain(struct migrate_session *ms,
    const struct plan_step *step, struct buf *b, struct buf *next);

/**
 * migrate_backup(ms, err):
 * Make a copy of a SQLite database beside it, and remove the oldest beyond
 * those that are kept.  Return 0, or -1 with ${err} filled.
 */
int migrate_backup(struct migrate_session *ms, struct err *err);

/**
 * migrate_notify(ms, command, applied, failed, status, why):
 * Run the command of --notify, if there is one: ${applied} steps went well,
 * ${failed} (or NULL) did not, because of ${why}.
 */
void migrate_notify(const struct migrate_session *ms, const char *command,
    size_t applied, const char *failed, int status, const struct err *why);

/**
 * migrate_none(argv, err):
 * Return 0 when there is no operand, or -1 with ${err} filled.
 */
int migrate_none(char **argv, struct err *err);

#endif
