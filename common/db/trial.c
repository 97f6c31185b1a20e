#include <sys/wait.h>

#include <errno.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/group.h"
#include "base/mem.h"
#include "base/process.h"
#include "db/engine.h"
#include "db/scratch.h"
#include "db/snapshot.h"
#include "db/trial.h"
#include "row/progress.h"

#define PATIENCE 30	/* seconds to wait for what a dead runner began */

static int
run_here(const struct trial *t, trial_command *run)
{
	struct migrate m = *t->m;
	char *none[1] = { NULL };
	struct err err = ERR_INIT;
	int status;

	m.conn = mem_strdup(scratch_conn(t->scratch));
	m.dir = t->dir;
	m.to = t->to;
	m.steps = t->steps;
	m.keep = 0;
	m.wait = PATIENCE;
	m.notify = NULL;
	m.progress = PROGRESS_NEVER;
	m.silent = 1;
	m.dry_run = 0;
	m.allow_out_of_order = 1;
	m.kill_at = (int)t->kill_at;
	if (!diag_verbose())
		diag_level(-1);
	if ((status = run(&m, none, &err)) < 0)
		status = diag_failed(NULL, &err, DIAG_FAIL);
	return (status);
}

int
trial_run(const struct trial *t, trial_command *run, int *status,
    struct err *err)
{
	struct group *group;
	pid_t pid;
	int rc = 0;

	/* It ends when this process does, however that happens. */
	if ((group = group_open(err)) == NULL)
		return (-1);
	if ((pid = process_fork(group_id(group))) == 0) {
		group_leave(group);
		_exit(run_here(t, run));
	}
	if (pid == -1)
		rc = err_sys(err, "could not start a process");
	while (rc == 0 && waitpid(pid, status, 0) == -1)
		if (errno != EINTR)
			rc = err_sys(err, "could not wait for a process");
	group_close(group);
	return (rc);
}

struct snapshot *
trial_look(const struct scratch *scratch, struct err *err)
{
	char *conn = mem_strdup(scratch_conn(scratch));
	struct snapshot *s = NULL;
	struct engine *e;

	if ((e = engine_open(conn, ENGINE_READ, PATIENCE, err)) != NULL)
		s = snapshot_take(e, err);
	engine_close(e);
	mem_free(conn);
	return (s);
}
