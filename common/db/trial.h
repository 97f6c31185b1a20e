/*
 * trial - commands of row-migrate run on a scratch copy
 *
 * Each in a process of its own, so that it can be killed, and so that it ends
 * when this one does.
 */
#ifndef ROWPIPE_DB_TRIAL_H
#define ROWPIPE_DB_TRIAL_H

#include "db/migrate.h"
#include "db/runner.h"

struct err;
struct scratch;
struct snapshot;

typedef int trial_command(const struct migrate *m, char **argv,
    struct err *err);

/* What is run; all of it is borrowed. */
struct trial {
	const struct migrate	*m;		/* options that stay */
	const struct scratch	*scratch;
	const char		*dir;		/* of the migrations */
	const char		*to;		/* --to, or NULL */
	uint64_t		 steps;		/* --steps, or
						   MIGRATE_NO_STEPS */
	enum runner_point	 kill_at;
};

/**
 * trial_run(t, run, status, err):
 * Run a command and store its status, as waitpid has it, in *${status}.
 * Return 0, or -1 with ${err} filled when it could not be started.
 */
int trial_run(const struct trial *t, trial_command *run, int *status,
    struct err *err);

/**
 * trial_look(s, err):
 * What the copy is like (snapshot.h), or NULL with ${err} filled.
 */
struct snapshot *trial_look(const struct scratch *s, struct err *err);

#endif
