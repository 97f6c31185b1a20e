/*
 * plan - a folder of migrations beside the history of a database
 *
 * Migrations come in an order in which each stands after those that it depends
 * on, and otherwise by name.  What is wrong with the folder, or between folder
 * and history, is found before anything runs.
 */
#ifndef ROWPIPE_DB_PLAN_H
#define ROWPIPE_DB_PLAN_H

#include <stddef.h>

#include "db/history.h"
#include "db/migration.h"

struct arena;
struct buf;
struct err;

/* In the folder, passed over there: where squash puts those it replaces. */
#define PLAN_ATTIC "_squashed"

struct plan_step {
	const struct migration	 *migration;	/* NULL: it is gone, or cannot
						   be read ... */
	const struct err	 *why;		/* ... which this says */
	const char		 *name;
	const struct history_row *row;		/* NULL: never run */
	enum history_state	  state;
	int			  applied;	/* its effect is there, whole */
	int			  broken;	/* begun and not ended, with
						   something perhaps left of
						   it */
	int			  stands_in;	/* all that it replaces is
						   applied, so that there is
						   nothing to run */
};

enum plan_kind {
	PLAN_UNREADABLE,	/* migration_read failed */
	PLAN_MISSING,		/* it depends on one that is not there */
	PLAN_CYCLE,
	PLAN_CHANGED,		/* applied with another text */
	PLAN_OUT_OF_ORDER,	/* pending, but comes before an applied one */
	PLAN_PARTLY,		/* of those it replaces, some are applied */
	PLAN_GONE		/* applied, but not in the folder; stops "up"
				   only when it was begun and not ended */
};

struct plan_problem {
	enum plan_kind	 kind;
	size_t		 step;		/* in plan->v */
	const char	*text;		/* what is wrong, for a message */
	const char	*options;	/* what can be done, for a hint */
	int		 status;	/* enum diag_status; 0: not said */
};

struct plan {
	struct plan_step	*v;	/* in order; those that are gone stand
					   where their names do */
	size_t			 n;
	struct plan_problem	*problems;
	size_t			 nproblems;
};

/**
 * plan_read(dir, engine, rows, command, p, a, err):
 * Read all migrations of ${dir} as ${engine} would run them, and hold them
 * against the history ${rows}, borrowed.  What can be done about problems are
 * command lines that begin with ${command}, "row-migrate -d TARGET".
 * Everything in ${p} lives in ${a}.  Return 0, also when there are problems, or
 * -1 with ${err} filled when the folder cannot be read.
 */
int plan_read(const char *dir, enum migration_engine engine,
    const struct history_rows *rows, const char *command, struct plan *p,
    struct arena *a, struct err *err);

/**
 * plan_find(p, name):
 * The step of that name, or NULL.
 */
struct plan_step *plan_find(const struct plan *p, const char *name);

/**
 * plan_stops(p, allow_out_of_order):
 * The first problem that stops "up", or NULL.
 */
const struct plan_problem *plan_stops(const struct plan *p,
    int allow_out_of_order);

/**
 * plan_is_open(s):
 * Return non-zero when "up" would run the step: it has files for this engine
 * and is not applied.
 */
int plan_is_open(const struct plan_step *s);

/**
 * plan_is_trouble(s):
 * Return non-zero when the step failed or was broken off, and something must be
 * done about it.
 */
int plan_is_trouble(const struct plan_step *s);

/**
 * plan_applied(p, list, a):
 * Return how many steps are applied or broken, and store their indexes in
 * *${list}, living in ${a}, in the order in which they were: the last is the
 * first that "down" takes back.
 */
size_t plan_applied(const struct plan *p, size_t **list, struct arena *a);

#endif
