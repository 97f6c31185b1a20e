#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/group.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/quote.h"
#include "base/signals.h"
#include "row/gate.h"
#include "row/pipeline_private.h"
#include "row/tap.h"

/*
 * Words.
 */

static int
is_bar(const char *word)
{

	return (strcmp(word, "|") == 0);
}

/* Take the backslash from a bar that is meant as it is. */
static char *
unescape(char *word)
{
	size_t n = strspn(word, "\\");

	return (n > 0 && is_bar(word + n) ? word + 1 : word);
}

/* "/usr/bin/jq" is "jq" in messages. */
static void
name_stage(struct pipeline_stage *s)
{
	const char *path = s->argv[0], *slash = strrchr(path, '/');

	if (slash != NULL && slash[1] != '\0')
		path = slash + 1;
	(void)quote_plain(s->name, sizeof(s->name), path, strlen(path));
}

static int
take_words(struct pipeline *p, char *words[], struct err *err)
{
	size_t i, start = 0;

	for (i = 0;; i++) {
		if (words[i] != NULL && !is_bar(words[i])) {
			words[i] = unescape(words[i]);
			continue;
		}
		if (i == start)
			return (err_set(err, "stage %zu names no program",
			    p->n + 1));
		p->stages = mem_resize(p->stages, p->n + 1,
		    sizeof(*p->stages));
		memset(&p->stages[p->n], 0, sizeof(*p->stages));
		p->stages[p->n].argv = words + start;
		name_stage(&p->stages[p->n++]);
		start = i + 1;
		if (words[i] == NULL)
			return (0);
		words[i] = NULL;
	}
}

/*
 * Statuses that are no failure: "1", "PIPE", "2:1".
 */

static int
bad_accept(const char *word, struct err *err)
{
	struct quote q;

	(void)err_set(err, "option --accept: %s is no status from 1 to 125, "
	    "nor PIPE", quote_z(&q, word));
	return (err_hint(err, "a stage may stand before it, as in 2:1"));
}

static int
take_accept(struct pipeline *p, const char *word, struct err *err)
{
	struct pipeline_accept *a = &p->accept[p->naccept++];
	const char *colon = strchr(word, ':'), *status = word;
	uint64_t n = 0;
	char *number;
	int rc;

	if (colon != NULL) {
		number = mem_dup(word, (size_t)(colon - word));
		rc = opt_uint(number, &n, err);
		mem_free(number);
		if (rc != 0)
			return (bad_accept(word, err));
		if (n < 1 || n >= p->n)
			return (err_set(err, "option --accept: of %zu stages "
			    "%" PRIu64 " is not one before the last", p->n,
			    n));
		a->stage = (size_t)n;
		status = colon + 1;
	}
	if (strcmp(status, "PIPE") == 0)
		return (0);
	if (opt_uint(status, &n, err) != 0 || n < 1 || n > 125)
		return (bad_accept(word, err));
	a->status = (int)n;
	return (0);
}

struct pipeline *
pipeline_new(char *words[], const struct pipeline_opts *opts,
    struct err *err)
{
	struct pipeline *p = mem_alloc(sizeof(*p));
	size_t i;

	p->opts = opts;
	p->signals = -1;
	if (take_words(p, words, err) != 0)
		goto usage;
	p->accept = mem_array(opts->accept.n + 1, sizeof(*p->accept));
	for (i = 0; i < opts->accept.n; i++)
		if (take_accept(p, opts->accept.v[i], err) != 0)
			goto usage;
	return (p);

usage:
	(void)err_status(err, DIAG_USAGE);
	pipeline_free(p);
	return (NULL);
}

/*
 * The start.
 */

static int
make_pipe(int fds[2], struct err *err)
{

	if (pipe(fds) != 0)
		return (err_sys(err, "could not make a pipe"));
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	return (0);
}

/* What goes from stage ${i} to the next: fds[0] is to be read, fds[1] to be
 * written. */
static int
join(struct pipeline *p, size_t i, int fds[2], struct err *err)
{
	struct pipeline_stage *s = &p->stages[i];

	if (!p->opts->count && p->opts->save == NULL)
		return (make_pipe(fds, err));
	s->tap = tap_open(p->opts->save, i + 1, &fds[1], &fds[0], err);
	return (s->tap == NULL ? -1 : 0);
}

static void
close_fd(int fd)
{

	if (fd != -1)
		(void)close(fd);
}

static int
start_stage(struct pipeline *p, struct pipeline_stage *s, int in, int out,
    struct err *err)
{
	int is_last = s == pipeline_last(p);
	char number[16];
	struct process what = {
		.argv = s->argv, .in = in, .out = out, .keep = -1,
		.group = group_id(p->group), .name = GATE_ENV
	};

	if (is_last) {
		what.keep = gatekeeper_sink(p->keeper);
		(void)snprintf(number, sizeof(number), "%d", what.keep);
		what.value = number;
	}
	s->begin = clock_seconds();
	s->pid = process_start(&what, err);
	if (s->pid == -1)
		return (err_prefix(err, "stage %td: ", s - p->stages + 1));
	s->life = PIPELINE_ALIVE;
	p->alive++;
	return (0);
}

/* Standard input and output are the stages' alone: whoever is at their other
 * end is to know when they are done with them. */
static void
give_up_standard(void)
{
	int fd = io_open("/dev/null", O_RDWR, 0);

	if (fd == -1)
		return;
	(void)dup2(fd, STDIN_FILENO);
	(void)dup2(fd, STDOUT_FILENO);
	if (fd > STDERR_FILENO)
		(void)close(fd);
}

/* The stages have their arguments; a password among them is to stand in no
 * list of processes because of us.  Each has overwritten its own, if it is of
 * this suite. */
static void
forget_arguments(struct pipeline *p)
{
	size_t i, k;

	for (i = 0; i < p->n; i++)
		for (k = 1; p->stages[i].argv[k] != NULL; k++)
			memset(p->stages[i].argv[k], '*',
			    strlen(p->stages[i].argv[k]));
}

static int
start_stages(struct pipeline *p, struct err *err)
{
	int fds[2], in = -1, rc = 0;
	size_t i;

	for (i = 0; rc == 0 && i < p->n; i++) {
		fds[0] = fds[1] = -1;
		if (i + 1 < p->n)
			rc = join(p, i, fds, err);
		if (rc == 0)
			rc = start_stage(p, &p->stages[i], in, fds[1], err);
		close_fd(in);
		close_fd(fds[1]);
		in = fds[0];
	}
	close_fd(in);
	gatekeeper_hand_over(p->keeper);
	give_up_standard();
	forget_arguments(p);
	return (rc);
}

static int
prepare(struct pipeline *p, struct err *err)
{
	static const int caught[] = {
		SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT,
		SIGUSR1
	};

	/* Writing to what nobody reads fails, and that is all it does. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGTTOU, SIG_IGN);
	/* First the guard, which is to hold no end of anything. */
	p->group = group_open(err);
	if (p->group == NULL)
		return (-1);
	p->outer = gate_open(err);
	if (p->outer == NULL)
		return (-1);
	p->keeper = gatekeeper_open(err);
	if (p->keeper == NULL)
		return (-1);
	p->signals = signals_open(caught, sizeof(caught) / sizeof(caught[0]),
	    err);
	if (p->signals == -1)
		return (-1);
	return (p->opts->save == NULL ? 0 : tap_prepare(p->opts->save, err));
}

int
pipeline_start(struct pipeline *p, struct err *err)
{

	p->begin = clock_seconds();
	if (prepare(p, err) == 0)
		return (start_stages(p, err));
	/* Without these there is nothing to wait for. */
	if (p->signals == -1)
		diag_exit(err, DIAG_FAIL);
	return (-1);
}

const struct ledger *
pipeline_counts(const struct pipeline *p)
{

	return (gatekeeper_counts(p->keeper));
}

double
pipeline_seconds(const struct pipeline *p)
{

	return (p->end - p->begin);
}

void
pipeline_free(struct pipeline *p)
{
	int number, all;
	size_t i;

	if (p == NULL)
		return;
	number = p->doomed ? p->interrupted : 0;
	all = p->terminal;
	for (i = 0; i < p->n; i++)
		tap_close(p->stages[i].tap);
	gatekeeper_close(p->keeper);
	gate_close(p->outer);
	group_close(p->group);
	close_fd(p->signals);
	mem_free(p->accept);
	mem_free(p->stages);
	mem_free(p);
	if (number == 0)
		return;
	/* With the terminal in other hands, nobody else here has heard. */
	(void)signal(number, SIG_DFL);
	(void)kill(all ? 0 : getpid(), number);
}
