#include <sys/wait.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/migrate_session.h"
#include "db/scratch.h"
#include "db/snapshot.h"
#include "db/trial.h"

struct workflow {
	const struct migrate	*m;
	struct migrate_session	*ms;		/* of the original */
	struct scratch		*scratch;
	size_t			 findings;
	const char		*name;		/* of the migration at hand */
	const char		*when;
};

/* What the first pass found a migration to lead to. */
struct outcome {
	struct snapshot	*first, *again;
};

/* Run a command on the copy. */
static int
run_on_copy(struct workflow *t, trial_command *run, enum runner_point kill_at,
    int *status, struct err *err)
{
	const struct trial trial = {
		.m = t->m, .scratch = t->scratch, .dir = t->m->dir,
		.to = run == migrate_up ? t->name : NULL,
		.steps = run == migrate_down ? 1 : MIGRATE_NO_STEPS,
		.kill_at = kill_at
	};

	return (trial_run(&trial, run, status, err));
}

static void
found(void *cookie, const char *what)
{
	struct workflow *t = cookie;

	t->findings++;
	diag_warn("%s: %s: %s", t->name, t->when, what);
}

/* Run a command that has to succeed: 1, 0 when it did not, -1. */
static int
succeeds(struct workflow *t, trial_command *run, const char *when,
    struct err *err)
{
	int status;

	t->when = when;
	if (run_on_copy(t, run, RUNNER_NOWHERE, &status, err) != 0)
		return (-1);
	if (WIFEXITED(status) && WEXITSTATUS(status) == DIAG_OK)
		return (1);
	found(t, "it failed");
	return (0);
}

/*
 * Up, down and up again.
 */

/* Can it be taken back?  Says so when it should. */
static int
has_down(struct workflow *t, const struct migration *m)
{
	struct quote q;

	if (m->file[MIGRATION_DOWN] != NULL && m->irreversible == NULL)
		return (1);
	if (m->irreversible != NULL)
		diag_note("%s: is not taken back, it is irreversible: %s",
		    t->name, quote_z(&q, m->irreversible));
	else {
		t->when = "down";
		found(t, "there is none, and it is not declared "
		    "irreversible");
	}
	return (0);
}

/* 1: go on, 0: no use, -1: failure. */
static int
down_and_up(struct workflow *t, const struct snapshot *before,
    struct outcome *o, struct err *err)
{
	struct snapshot *after;
	int rc;

	if ((rc = succeeds(t, migrate_down, "down", err)) != 1)
		return (rc);
	if ((after = trial_look(t->scratch, err)) == NULL)
		return (-1);
	t->when = "after up and down";
	(void)snapshot_compare(before, after, NULL, found, t);
	snapshot_free(after);
	if ((rc = succeeds(t, migrate_up, "up again, after down", err)) != 1)
		return (rc);
	if ((o->again = trial_look(t->scratch, err)) == NULL)
		return (-1);
	/* With itself as the other: only what is not made anew by each run. */
	(void)snapshot_compare(o->first, o->again, o->again, found, t);
	return (1);
}

static int
there_and_back(struct workflow *t, const struct plan_step *s,
    struct outcome *o, struct err *err)
{
	struct snapshot *before;
	int rc;

	t->name = s->name;
	if ((before = trial_look(t->scratch, err)) == NULL)
		return (-1);
	if ((rc = succeeds(t, migrate_up, "up", err)) == 1 &&
	    (o->first = trial_look(t->scratch, err)) == NULL)
		rc = -1;
	if (rc == 1 && s->migration->file[MIGRATION_VERIFY] != NULL)
		rc = succeeds(t, migrate_verify, "verify", err);
	if (rc == 1 && !s->stands_in && has_down(t, s->migration))
		rc = down_and_up(t, before, o, err);
	snapshot_free(before);
	return (rc);
}

/*
 * Killed in the middle and resumed.
 */

static int
kill_and_resume(struct workflow *t, const struct plan_step *s,
    const struct outcome *o, struct err *err)
{
	struct snapshot *after;
	int status, rc;

	t->name = s->name;
	if (run_on_copy(t, migrate_up, RUNNER_MIDST, &status, err) != 0)
		return (-1);
	if ((rc = succeeds(t, migrate_resume, "resume, after a kill in the "
	    "middle of up", err)) != 1 ||
	    (rc = succeeds(t, migrate_up, "up, after a kill in the middle "
	    "and resume", err)) != 1)
		return (rc);
	if ((after = trial_look(t->scratch, err)) == NULL)
		return (-1);
	t->when = "killed in the middle of up and resumed";
	(void)snapshot_compare(o->first, after, o->again, found, t);
	snapshot_free(after);
	return (1);
}

/*
 * All of them.
 */

static int
is_due(const struct plan_step *s)
{

	return (plan_is_open(s) || s->broken);
}

static int
find_end(const struct migrate_session *ms, size_t *end, struct err *err)
{
	const struct plan_step *s;

	*end = ms->plan.n;
	if (ms->m->to == NULL)
		return (0);
	if ((s = plan_find(&ms->plan, ms->m->to)) == NULL)
		return (migrate_no_such(ms, ms->m->to, err));
	*end = (size_t)(s - ms->plan.v) + 1;
	return (0);
}

/* One way through all that are due, on a copy of its own. */
static int
pass(struct workflow *t, size_t end, struct outcome *o, int killing,
    struct err *err)
{
	struct err why = ERR_INIT;
	int rc = 1;
	size_t i;

	t->scratch = scratch_new(runner_engine(t->ms->r), err);
	if (t->scratch == NULL)
		return (-1);
	for (i = 0; rc == 1 && i < end; i++) {
		if (!is_due(&t->ms->plan.v[i]))
			continue;
		rc = killing ? kill_and_resume(t, &t->ms->plan.v[i], &o[i],
		    err) : there_and_back(t, &t->ms->plan.v[i], &o[i], err);
	}
	if (scratch_close(t->scratch, &why) != 0 && rc != -1) {
		*err = why;
		rc = -1;
	}
	return (rc);
}

static int
try_all(struct workflow *t, struct err *err)
{
	const struct migrate *m = t->m;
	struct outcome *o;
	size_t end, due = 0, i;
	int rc;

	if (migrate_stop(t->ms, err) != 0 || find_end(t->ms, &end, err) != 0)
		return (-1);
	for (i = 0; i < end; i++)
		due += (size_t)is_due(&t->ms->plan.v[i]);
	o = arena_alloc(t->ms->a, (end + 1) * sizeof(*o));
	memset(o, 0, (end + 1) * sizeof(*o));
	rc = due == 0 ? 1 : pass(t, end, o, 0, err);
	if (rc == 1 && due > 0 && (m->full_workflow || !m->rollback))
		rc = pass(t, end, o, 1, err);
	for (i = 0; i < end; i++) {
		snapshot_free(o[i].first);
		snapshot_free(o[i].again);
	}
	if (rc == -1)
		return (-1);
	diag_note("%zu %s tested on a copy, %zu found wrong, %s", due,
	    due == 1 ? "migration" : "migrations", t->findings,
	    runner_place(t->ms->r));
	return (t->findings > 0 ? DIAG_FINDINGS : DIAG_OK);
}

int
migrate_test(const struct migrate *m, char **argv, struct err *err)
{
	struct migrate_session ms;
	struct workflow t = { .m = m, .ms = &ms };
	int rc = -1;

	if (migrate_none(argv, err) != 0)
		return (-1);
	if (migrate_open(&ms, m, MIGRATE_LOOK, err) == 0)
		rc = try_all(&t, err);
	migrate_close(&ms);
	return (rc);
}
