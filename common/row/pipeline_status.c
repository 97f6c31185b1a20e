#include <sys/wait.h>

#include <signal.h>

#include "base/diag.h"
#include "row/pipeline_private.h"
#include "row/tap.h"

/* Statuses beyond it are a shell's for what never was one. */
#define STATUS_MAX 125

struct pipeline_stage *
pipeline_last(const struct pipeline *p)
{

	return (&p->stages[p->n - 1]);
}

int
pipeline_killed(const struct pipeline_stage *s)
{

	if (s->life != PIPELINE_DEAD)
		return (0);
	if (WIFSIGNALED(s->wait))
		return (WTERMSIG(s->wait));
	return (WEXITSTATUS(s->wait) > 128 && WEXITSTATUS(s->wait) < 160 ?
	    WEXITSTATUS(s->wait) - 128 : 0);
}

/* What a tap has taken, a stage got rid of without SIGPIPE. */
int
pipeline_piped(const struct pipeline_stage *s)
{

	return (pipeline_killed(s) == SIGPIPE || (s->life == PIPELINE_DEAD &&
	    WIFEXITED(s->wait) && WEXITSTATUS(s->wait) == 0 &&
	    s->tap != NULL && tap_unwanted(s->tap)));
}

/* The exit status of a stage that has ended, as one of the suite's where the
 * program itself gave none. */
static int
status_of(const struct pipeline_stage *s)
{

	if (WIFSIGNALED(s->wait) || WEXITSTATUS(s->wait) > STATUS_MAX ||
	    pipeline_piped(s))
		return (DIAG_INCOMPLETE);
	return (WEXITSTATUS(s->wait));
}

const struct pipeline_stage *
pipeline_reader(const struct pipeline *p, const struct pipeline_stage *s)
{
	const struct pipeline_stage *last = pipeline_last(p);

	for (s++; s < last && pipeline_piped(s) && !s->put_down; s++)
		continue;
	return (s);
}

static int
accepted(const struct pipeline *p, const struct pipeline_stage *s)
{
	size_t number = (size_t)(s - p->stages) + 1, i;
	const struct pipeline_accept *a;

	if (number == p->n)
		return (0);
	for (i = 0; i < p->naccept; i++) {
		a = &p->accept[i];
		if (a->stage != 0 && a->stage != number)
			continue;
		if (a->status == 0 ? pipeline_piped(s) :
		    WIFEXITED(s->wait) && WEXITSTATUS(s->wait) == a->status)
			return (1);
	}
	return (0);
}

int
pipeline_good(const struct pipeline *p, const struct pipeline_stage *s)
{

	if (s->life != PIPELINE_DEAD)
		return (0);
	return ((WIFEXITED(s->wait) && WEXITSTATUS(s->wait) == 0 &&
	    !pipeline_piped(s)) || accepted(p, s));
}

/* Did the stage fail, and not because another one did? */
static int
guilty(const struct pipeline *p, const struct pipeline_stage *s)
{
	const struct pipeline_stage *last = pipeline_last(p), *reader;

	if (s->life != PIPELINE_DEAD || pipeline_good(p, s) || s->put_down)
		return (0);
	if (s == last || !pipeline_piped(s))
		return (1);
	/* Who reads no more because it failed is the one to blame, and so on
	 * down the pipeline; one that wants no more leaves the blame here. */
	reader = pipeline_reader(p, s);
	if (reader == last && gatekeeper_state(p->keeper) == GATEKEEPER_READY)
		return (1);
	return (!reader->put_down && !guilty(p, reader));
}

const struct pipeline_stage *
pipeline_culprit(const struct pipeline *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (guilty(p, &p->stages[i]))
			return (&p->stages[i]);
	return (NULL);
}

/* How the last stage ended after it was told to commit. */
static int
sink_status(const struct pipeline *p)
{
	const struct pipeline_stage *s = pipeline_last(p);
	enum gatekeeper_state state = gatekeeper_state(p->keeper);

	if (WIFEXITED(s->wait) && WEXITSTATUS(s->wait) <= STATUS_MAX)
		return (WEXITSTATUS(s->wait));
	if (state == GATEKEEPER_COMMITTED)
		return (DIAG_FINDINGS);
	return (state == GATEKEEPER_OPEN && !gatekeeper_dry_run(p->keeper) ?
	    DIAG_UNKNOWN : DIAG_INCOMPLETE);
}

int
pipeline_bolted(const struct pipeline *p)
{
	const struct pipeline_stage *last = pipeline_last(p);

	return (!p->doomed &&
	    gatekeeper_state(p->keeper) == GATEKEEPER_READY &&
	    last->life == PIPELINE_DEAD && pipeline_good(p, last));
}

int
pipeline_status(const struct pipeline *p)
{
	const struct pipeline_stage *s;
	int status;
	size_t i;

	if (p->why.status != 0)
		return (p->why.status);
	if (pipeline_bolted(p))
		return (DIAG_UNKNOWN);
	if (gatekeeper_state(p->keeper) < GATEKEEPER_OPEN &&
	    (s = pipeline_culprit(p)) != NULL)
		return (status_of(s));
	status = sink_status(p);
	for (i = 0; status == 0 && i + 1 < p->n; i++)
		if (WIFEXITED(p->stages[i].wait) &&
		    WEXITSTATUS(p->stages[i].wait) != 0 &&
		    !pipeline_piped(&p->stages[i]))
			status = DIAG_FINDINGS;
	return (status);
}
