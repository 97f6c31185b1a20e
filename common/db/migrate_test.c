#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/group.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/migrate_session.h"
#include "db/scratch.h"
#include "db/snapshot.h"
#include "row/progress.h"

#define PATIENCE 30	/* seconds to wait for what a dead runner began */

typedef int command(const struct migrate *m, char **argv, struct err *err);

struct trial {
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

/*
 * Commands, each in a process of its own, so that it can be killed.
 */

static int
run_here(const struct trial *t, command *run, enum runner_point kill_at)
{
	struct migrate m = *t->m;
	char *none[1] = { NULL };
	struct err err = ERR_INIT;
	int status;

	m.conn = mem_strdup(scratch_conn(t->scratch));
	m.to = run == migrate_up ? t->name : NULL;
	m.steps = run == migrate_down ? 1 : MIGRATE_NO_STEPS;
	m.keep = 0;
	m.wait = PATIENCE;
	m.notify = NULL;
	m.progress = PROGRESS_NEVER;
	m.silent = 1;
	m.dry_run = 0;
	m.allow_out_of_order = 1;
	m.kill_at = kill_at;
	if (!diag_verbose())
		diag_level(-1);
	if ((status = run(&m, none, &err)) < 0) {
		diag_err(NULL, &err);
		status = err.status != 0 ? err.status : DIAG_FAIL;
	}
	return (status);
}

/* Run a command on the copy; its status is that of waitpid. */
static int
run_apart(struct trial *t, command *run, enum runner_point kill_at,
    int *status, struct err *err)
{
	struct group *group;
	pid_t pid;
	int rc = 0;

	/* It ends when this process does, however that happens. */
	if ((group = group_open(err)) == NULL)
		return (-1);
	if ((pid = process_fork(group_id(group))) == 0) {
		group_leave(group);
		_exit(run_here(t, run, kill_at));
	}
	if (pid == -1)
		rc = err_sys(err, "could not start a process");
	while (rc == 0 && waitpid(pid, status, 0) == -1)
		if (errno != EINTR)
			rc = err_sys(err, "could not wait for a process");
	group_close(group);
	return (rc);
}

static void
found(void *cookie, const char *what)
{
	struct trial *t = cookie;

	t->findings++;
	diag_warn("%s: %s: %s", t->name, t->when, what);
}

/* Run a command that has to succeed: 1, 0 when it did not, -1. */
static int
succeeds(struct trial *t, command *run, const char *when, struct err *err)
{
	int status;

	t->when = when;
	if (run_apart(t, run, RUNNER_NOWHERE, &status, err) != 0)
		return (-1);
	if (WIFEXITED(status) && WEXITSTATUS(status) == DIAG_OK)
		return (1);
	found(t, "it failed");
	return (0);
}

static struct snapshot *
take(struct trial *t, struct err *err)
{
	char *conn = mem_strdup(scratch_conn(t->scratch));
	struct snapshot *s = NULL;
	struct engine *e;

	if ((e = engine_open(conn, ENGINE_READ, PATIENCE, err)) != NULL)
		s = snapshot_take(e, err);
	engine_close(e);
	mem_free(conn);
	return (s);
}

/*
 * Up, down and up again.
 */

/* Can it be taken back?  Says so when it should. */
static int
has_down(struct trial *t, const struct migration *m)
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
down_and_up(struct trial *t, const struct snapshot *before,
    struct outcome *o, struct err *err)
{
	struct snapshot *after;
	int rc;

	if ((rc = succeeds(t, migrate_down, "down", err)) != 1)
		return (rc);
	if ((after = take(t, err)) == NULL)
		return (-1);
	t->when = "after up and down";
	(void)snapshot_compare(before, after, NULL, found, t);
	snapshot_free(after);
	if ((rc = succeeds(t, migrate_up, "up again, after down", err)) != 1)
		return (rc);
	if ((o->again = take(t, err)) == NULL)
		return (-1);
	/* With itself as the other: only what is not made anew by each run. */
	(void)snapshot_compare(o->first, o->again, o->again, found, t);
	return (1);
}

static int
there_and_back(struct trial *t, const struct plan_step *s,
    struct outcome *o, struct err *err)
{
	struct snapshot *before;
	int rc;

	t->name = s->name;
	if ((before = take(t, err)) == NULL)
		return (-1);
	if ((rc = succeeds(t, migrate_up, "up", err)) == 1 &&
	    (o->first = take(t, err)) == NULL)
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
kill_and_resume(struct trial *t, const struct plan_step *s,
    const struct outcome *o, struct err *err)
{
	struct snapshot *after;
	int status, rc;

	t->name = s->name;
	if (run_apart(t, migrate_up, RUNNER_MIDST, &status, err) != 0)
		return (-1);
	if ((rc = succeeds(t, migrate_resume, "resume, after a kill in the "
	    "middle of up", err)) != 1 ||
	    (rc = succeeds(t, migrate_up, "up, after a kill in the middle "
	    "and resume", err)) != 1)
		return (rc);
	if ((after = take(t, err)) == NULL)
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
	struct quote q;

	*end = ms->plan.n;
	if (ms->m->to == NULL)
		return (0);
	if ((s = plan_find(&ms->plan, ms->m->to)) == NULL) {
		(void)err_set(err, "there is no migration %s",
		    quote_z(&q, ms->m->to));
		return (err_status(err, DIAG_USAGE));
	}
	*end = (size_t)(s - ms->plan.v) + 1;
	return (0);
}

/* One way through all that are due, on a copy of its own. */
static int
pass(struct trial *t, size_t end, struct outcome *o, int killing,
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
try_all(struct trial *t, struct err *err)
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
	struct trial t = { .m = m, .ms = &ms };
	int rc = -1;

	if (migrate_none(argv, err) != 0)
		return (-1);
	if (migrate_open(&ms, m, MIGRATE_LOOK, err) == 0)
		rc = try_all(&t, err);
	migrate_close(&ms);
	return (rc);
}
