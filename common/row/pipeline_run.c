#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/group.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "row/gate.h"
#include "row/pipeline_private.h"
#include "row/tap.h"

/* When there will be no COMMIT, stages have so many seconds to end by
 * themselves, and as many more once they were told to with SIGTERM. */
#define RESPITE 5

/* Milliseconds; a signal may get lost when a call fails that never should. */
#define LOOK_AROUND 10000

/* Is it too late to hold anything back? */
static int
let_go(const struct pipeline *p)
{

	return (gatekeeper_state(p->keeper) >= GATEKEEPER_OPEN);
}

/* COMMIT will not be.  What has not ended in ${respite} seconds is told to. */
static void
doom(struct pipeline *p, int respite)
{
	double when = clock_seconds() + respite;
	struct pipeline_stage *last = pipeline_last(p);

	if (let_go(p))
		return;
	if (gatekeeper_state(p->keeper) == GATEKEEPER_READY &&
	    last->life == PIPELINE_ALIVE)
		last->put_down = 1;
	gatekeeper_shut(p->keeper);
	/* Sooner is possible, later is not. */
	if (!p->doomed || (p->term != 0 && when < p->term)) {
		p->term = when;
		p->kill = when + RESPITE;
	}
	p->doomed = 1;
}

/* The same for a reason that is none of the stages'. */
static void
doom_for(struct pipeline *p, const struct err *why, int respite)
{

	if (!p->doomed && !let_go(p)) {
		p->why = *why;
		if (p->why.status == 0)
			p->why.status = DIAG_FAIL;
	}
	doom(p, respite);
}

/*
 * The terminal.
 */

/* Go on after a stop, in the foreground if that was the stages' and is ours
 * again. */
static void
resume(struct pipeline *p)
{

	if (p->terminal)
		(void)terminal_give(getpgrp(), group_id(p->group));
	group_signal(p->group, SIGCONT);
}

/* Stop as well; the shell is to see a stopped job, whose terminal it can take.
 * Returns when that is to go on. */
static void
stop(struct pipeline *p, int number, int all)
{

	(void)terminal_give(group_id(p->group), getpgrp());
	terminal_stop(number, all);
	resume(p);
}

/* A stage was stopped. */
static void
note_stop(struct pipeline *p, int number)
{

	if (number == SIGTTIN || number == SIGTTOU) {
		/* It needs the terminal.  If it is not ours to give, this job
		 * waits for it. */
		p->terminal = 1;
		if (terminal_has(getpgrp()))
			resume(p);
		else
			stop(p, number, 1);
	} else if (number == SIGTSTP && p->terminal)
		stop(p, number, 1);
}

/*
 * Signals.
 */

static void
note_signal(struct pipeline *p, int number)
{
	char name[PROCESS_SIGNAL_NAME];
	struct err why = ERR_INIT;

	group_signal(p->group, number);
	if ((number == SIGINT || number == SIGQUIT) &&
	    terminal_has(getpgrp()))
		p->interrupted = number;
	(void)err_set(&why, "ended by %s", process_signal(number, name));
	(void)err_status(&why, DIAG_INCOMPLETE);
	doom_for(p, &why, RESPITE);
}

static void
note_end(struct pipeline *p, struct pipeline_stage *s, int status)
{

	s->life = PIPELINE_DEAD;
	s->wait = status;
	s->end = clock_seconds();
	p->alive--;
	if (!p->doomed && !pipeline_good(p, s))
		doom(p, RESPITE);
	/* A key at a terminal that is the stages' reaches them alone. */
	if (p->terminal && WIFSIGNALED(status) && (WTERMSIG(status) == SIGINT ||
	    WTERMSIG(status) == SIGQUIT))
		p->interrupted = WTERMSIG(status);
}

/* Look at each child; others than ours are none of our business. */
static void
reap(struct pipeline *p)
{
	struct err why = ERR_INIT;
	struct pipeline_stage *s;
	int status;
	size_t i;

	for (i = 0; i < p->n; i++) {
		s = &p->stages[i];
		if (s->life != PIPELINE_ALIVE ||
		    waitpid(s->pid, &status, WNOHANG | WUNTRACED) != s->pid)
			continue;
		if (WIFSTOPPED(status))
			note_stop(p, WSTOPSIG(status));
		else
			note_end(p, s, status);
	}
	if (!group_guarded(p->group)) {
		(void)err_set(&why, "the process that watches over the stages "
		    "was killed");
		doom_for(p, &why, 0);
	}
}

static void
take_signals(struct pipeline *p)
{
	int number;

	while ((number = signals_next(p->signals)) != 0) {
		switch (number) {
		case SIGCHLD:
			break;
		case SIGTSTP:
			group_signal(p->group, SIGTSTP);
			stop(p, SIGTSTP, 0);
			break;
		case SIGCONT:
			resume(p);
			break;
		case SIGUSR1:
			pipeline_say(p);
			break;
		default:
			note_signal(p, number);
			break;
		}
	}
	reap(p);
}

/*
 * Time.
 */

static void
put_down(struct pipeline *p, int number)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->stages[i].life == PIPELINE_ALIVE)
			p->stages[i].put_down = 1;
	group_signal(p->group, number);
	/* One that is stopped would not hear. */
	group_signal(p->group, SIGCONT);
}

static double
deadline(const struct pipeline *p)
{

	return (p->opts->timeout == 0 || p->doomed || let_go(p) ? 0 :
	    p->begin + (double)p->opts->timeout / 1000);
}

static void
look_at_clock(struct pipeline *p)
{
	double now = clock_seconds();
	struct err why = ERR_INIT;

	if (deadline(p) != 0 && now >= deadline(p)) {
		(void)err_set(&why, "the time of %g s is up",
		    (double)p->opts->timeout / 1000);
		(void)err_status(&why, DIAG_INCOMPLETE);
		doom_for(p, &why, 0);
	}
	if (p->term != 0 && now >= p->term) {
		p->term = 0;
		put_down(p, SIGTERM);
	}
	if (p->kill != 0 && p->term == 0 && now >= p->kill) {
		p->kill = 0;
		put_down(p, SIGKILL);
	}
}

/* Milliseconds until look_at_clock has something to do, or until it is time to
 * look whether a stage has ended of which nobody heard. */
static int
patience(const struct pipeline *p)
{
	double until = deadline(p), wait;

	if (p->term != 0)
		until = p->term;
	else if (p->kill != 0)
		until = p->kill;
	if (until == 0)
		return (LOOK_AROUND);
	wait = (until - clock_seconds()) * 1000;
	return (wait <= 0 ? 0 : wait > LOOK_AROUND ? LOOK_AROUND :
	    (int)wait + 1);
}

/*
 * The gate.
 */

/* Give the copies of what was whole their names. */
static int
finish_taps(struct pipeline *p, struct err *err)
{
	struct pipeline_stage *s;
	int rc = 0;

	for (s = p->stages; s < pipeline_last(p); s++)
		if (s->tap != NULL && tap_finish(s->tap, pipeline_good(p, s),
		    err) != 0)
			rc = -1;
	return (rc);
}

/* When this is the last stage of another pipeline, it waits for that one. */
static int
ask_outside(struct pipeline *p, struct err *err)
{
	struct buf counts = { 0 };
	int rc;

	if (pipeline_counts(p) != NULL)
		ledger_put_json(pipeline_counts(p), &counts);
	rc = gate_hold(p->outer, &counts, err);
	buf_free(&counts);
	return (rc);
}

/* Tell the last stage to commit if the time has come. */
static void
may_commit(struct pipeline *p)
{
	struct pipeline_stage *s;
	struct err err = ERR_INIT;

	if (gatekeeper_state(p->keeper) != GATEKEEPER_READY)
		return;
	/* Who is ready may be the child of a last stage that has just died,
	 * and have got no more rows on account of that. */
	reap(p);
	if (p->doomed || pipeline_last(p)->life != PIPELINE_ALIVE ||
	    process_ending(pipeline_last(p)->pid))
		return;
	for (s = p->stages; s < pipeline_last(p); s++)
		if (!pipeline_good(p, s) ||
		    (s->tap != NULL && !tap_over(s->tap)))
			return;
	if (finish_taps(p, &err) != 0 || ask_outside(p, &err) != 0 ||
	    gatekeeper_commit(p->keeper, &err) != 0)
		doom_for(p, &err, 0);
}

static void
listen_at_gate(struct pipeline *p)
{
	struct err err = ERR_INIT;

	if (gatekeeper_read(p->keeper, &err) == 0)
		return;
	(void)err_status(&err, DIAG_INCOMPLETE);
	doom_for(p, &err, 0);
}

/*
 * The loop.
 */

static void
move_tap(struct pipeline *p, struct pipeline_stage *s,
    const struct pollfd *polls)
{
	struct err err = ERR_INIT;

	if (s->tap == NULL)
		return;
	if (tap_move(s->tap, polls, &err) != 0)
		doom_for(p, &err, 0);
	/* The stage may have ended well before that showed. */
	if (!p->doomed && s->life == PIPELINE_DEAD && !pipeline_good(p, s))
		doom(p, RESPITE);
}

static void
work(struct pipeline *p, struct pollfd *polls)
{
	struct pollfd *tap = polls + 2;
	size_t i;

	polls[0].fd = p->signals;
	polls[1].fd = gatekeeper_fd(p->keeper);
	polls[0].events = polls[1].events = POLLIN;
	for (i = 0; i < p->n; i++)
		if (p->stages[i].tap != NULL)
			tap_poll(p->stages[i].tap, tap + TAP_POLLS * i);
	if (poll(polls, (nfds_t)(2 + TAP_POLLS * p->n), patience(p)) > 0) {
		for (i = 0; i < p->n; i++)
			move_tap(p, &p->stages[i], tap + TAP_POLLS * i);
		/* What the last stage said before it ended counts. */
		if (polls[1].fd != -1 && polls[1].revents != 0)
			listen_at_gate(p);
		if (polls[0].revents != 0)
			take_signals(p);
	} else
		reap(p);
	look_at_clock(p);
	may_commit(p);
}

static void
loop(struct pipeline *p)
{
	size_t n = 2 + TAP_POLLS * p->n, i;
	struct pollfd *polls = mem_array(n, sizeof(*polls));

	for (i = 0; i < n; i++)
		polls[i].fd = -1;
	while (p->alive > 0)
		work(p, polls);
	mem_free(polls);
}

/* What the last stage said just before it ended. */
static void
hear_last(struct pipeline *p)
{
	struct pollfd gate = { .events = POLLIN };

	while ((gate.fd = gatekeeper_fd(p->keeper)) != -1 &&
	    poll(&gate, 1, 0) > 0)
		listen_at_gate(p);
	if (gatekeeper_state(p->keeper) == GATEKEEPER_COMMITTED)
		gate_committed(p->outer);
}

int
pipeline_run(struct pipeline *p)
{
	struct err err = ERR_INIT;

	if (pipeline_start(p, &err) != 0)
		doom_for(p, &err, 0);
	loop(p);
	hear_last(p);
	if (finish_taps(p, &err) != 0)
		doom_for(p, &err, 0);
	/* Children of stages that are dead have nothing to live for. */
	if (p->doomed)
		group_signal(p->group, SIGKILL);
	if (p->terminal)
		(void)terminal_give(group_id(p->group), getpgrp());
	p->end = clock_seconds();
	return (pipeline_status(p));
}
