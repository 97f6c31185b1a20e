#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/group.h"
#include "base/io.h"
#include "base/process.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/pg.h"
#include "db/runner_private.h"
#include "db/sqlite.h"
#include "json/json.h"
#include "row/progress.h"

#define TICK 50			/* milliseconds between looks at the script */
#define RESPITE 5		/* seconds from SIGTERM to SIGKILL */
#define LINE_MAX_BYTES 65536	/* of what is said of progress */

/* All that a handler can get at: the last signal that is meant for the
 * script. */
static volatile sig_atomic_t caught;

static const int numbers[] = { SIGHUP, SIGINT, SIGTERM };
#define NNUMBERS (sizeof(numbers) / sizeof(numbers[0]))

struct script {
	struct runner_step	*s;
	struct group		*group;
	pid_t			 pid;
	int			 output[2], progress[2];
	int			 status;	/* of waitpid */
	int			 over, told;
	double			 kill_at;	/* 0: not yet */
	struct buf		 line;		/* of progress */
	struct sigaction	 old[NNUMBERS];
};

static void
on_signal(int number)
{

	caught = number;
}

static void
catch_signals(struct script *x)
{
	struct sigaction act = { .sa_handler = on_signal };
	size_t i;

	caught = 0;
	(void)sigemptyset(&act.sa_mask);
	for (i = 0; i < NNUMBERS; i++) {
		(void)sigaction(numbers[i], NULL, &x->old[i]);
		if (x->old[i].sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &act, NULL);
	}
}

static void
release_signals(const struct script *x)
{
	size_t i;

	for (i = 0; i < NNUMBERS; i++)
		(void)sigaction(numbers[i], &x->old[i], NULL);
}

/*
 * The environment.
 */

static void
set_variable(void *cookie, const char *name, const char *value)
{

	(void)cookie;
	if (setenv(name, value, 1) != 0)
		diag_die(DIAG_FAIL, "out of memory");
}

/* Set a variable to a path as it is from every directory. */
static void
set_path(const char *name, const char *prefix, const char *path)
{
	char here[4096];
	struct buf b = { 0 };

	buf_puts(&b, prefix);
	if (path[0] != '/' && getcwd(here, sizeof(here)) != NULL)
		buf_printf(&b, "%s/", here);
	buf_puts(&b, path);
	set_variable(NULL, name, buf_z(&b));
	buf_free(&b);
}

static void
set_environment(const struct script *x)
{
	const struct runner_step *s = x->s;
	struct runner *r = s->r;
	char path[64];
	struct buf run = { 0 };

	(void)snprintf(path, sizeof(path), "/dev/fd/%d", x->progress[1]);
	buf_puts(&run, s->m->name);
	if (s->part != MIGRATION_UP)
		buf_printf(&run, ".%s", migration_part_name(s->part));
	set_variable(NULL, "ROWPIPE_FRAME", "1");
	set_variable(NULL, "ROWPIPE_MIGRATION", s->m->name);
	set_path("ROWPIPE_MIGRATION_DIR", "", s->m->path);
	set_variable(NULL, "ROWPIPE_RUN", buf_z(&run));
	set_variable(NULL, "ROWPIPE_PROGRESS", path);
	if (engine_pg(r->e) != NULL) {
		pg_environment(engine_pg(r->e), set_variable, NULL);
		set_variable(NULL, "ROWPIPE_TARGET", buf_z(&r->target));
	} else {
		set_path("ROWPIPE_SQLITE", "",
		    sqlite_path(engine_sqlite(r->e)));
		set_path("ROWPIPE_TARGET", "sqlite:",
		    sqlite_path(engine_sqlite(r->e)));
	}
	buf_free(&run);
}

/*
 * What the script says.
 */

/* The number at ${key} of what --stats wrote. */
static int
stats_rows(const char *line, size_t len, uint64_t *rows)
{
	struct json_reader *r = json_reader_new();
	struct err ignored = ERR_INIT;
	struct json_value obj, v;
	int64_t n;
	int rc;

	rc = json_read_value(r, line, len, &obj, &ignored) == 0 &&
	    json_get(&obj, "in", 2, &v) && json_int(&v, &n) && n >= 0;
	if (rc)
		*rows = (uint64_t)n;
	json_reader_free(r);
	return (rc);
}

static void
take_progress(struct script *x, const char *line, size_t len)
{
	uint64_t rows, total = 0;
	char text[64], *end;

	if (len > 0 && line[0] == '{') {
		if (!stats_rows(line, len, &rows))
			return;
	} else {
		(void)snprintf(text, sizeof(text), "%.*s", (int)len, line);
		rows = strtoull(text, &end, 10);
		if (end == text)
			return;
		total = strtoull(end, NULL, 10);
	}
	x->s->result->rows = (int64_t)rows;
	progress_at(x->s->progress, rows, rows, total);
}

static void
take_lines(struct script *x)
{
	const char *nl, *s = x->line.s;
	size_t left = x->line.len;

	while (left > 0 && (nl = memchr(s, '\n', left)) != NULL) {
		take_progress(x, s, (size_t)(nl - s));
		left -= (size_t)(nl + 1 - s);
		s = nl + 1;
	}
	if (left > LINE_MAX_BYTES)
		left = 0;
	if (left > 0)
		memmove(x->line.s, s, left);
	x->line.len = left;
}

/* Read what there is; return 0 at the end. */
static int
read_some(struct script *x, int fd)
{
	char text[8192];
	ssize_t n = io_read(fd, text, sizeof(text));

	if (n <= 0)
		return (0);
	if (fd == x->progress[0]) {
		buf_put(&x->line, text, (size_t)n);
		take_lines(x);
		return (1);
	}
	runner_says(x->s, text, (size_t)n);
	if (!x->s->r->opts->silent)
		(void)io_write(STDERR_FILENO, text, (size_t)n);
	return (1);
}

/* Read for ${ms} milliseconds at most; return 0 when nothing came. */
static int
hear(struct script *x, int ms)
{
	struct pollfd polls[2] = {
		{ .fd = x->output[0], .events = POLLIN },
		{ .fd = x->progress[0], .events = POLLIN }
	};
	int i, came = 0;

	if (poll(polls, 2, ms) <= 0)
		return (0);
	for (i = 0; i < 2; i++) {
		if (polls[i].revents == 0)
			continue;
		if (read_some(x, polls[i].fd))
			came = 1;
		else if (i == 0)
			x->output[0] = -1 - x->output[0];
	}
	return (came);
}

/*
 * Its life.
 */

static void
forward_signal(struct script *x)
{

	if (caught != 0 && !x->told) {
		x->told = caught;
		group_signal(x->group, caught);
		group_signal(x->group, SIGCONT);
		x->kill_at = clock_seconds() + RESPITE;
	}
	if (x->kill_at != 0 && clock_seconds() > x->kill_at) {
		group_signal(x->group, SIGKILL);
		(void)kill(x->pid, SIGKILL);
		x->kill_at = 0;
	}
}

static void
watch(struct script *x)
{
	pid_t pid;

	for (;;) {
		(void)hear(x, TICK);
		forward_signal(x);
		runner_point(x->s, RUNNER_MIDST);
		pid = waitpid(x->pid, &x->status, WNOHANG);
		if (pid == x->pid || (pid == -1 && errno != EINTR))
			break;
	}
	/* What it has said is in the pipes; who else holds them is not waited
	 * for. */
	while (hear(x, 0))
		continue;
}

static void
close_pair(int *fds)
{
	int i;

	for (i = 0; i < 2; i++) {
		/* One that came to its end is kept as a negative number. */
		if (fds[i] < -1)
			fds[i] = -1 - fds[i];
		if (fds[i] >= 0)
			(void)close(fds[i]);
		fds[i] = -1;
	}
}

static int
open_pair(int *fds, struct err *err)
{

	if (pipe(fds) != 0) {
		fds[0] = fds[1] = -1;
		return (err_sys(err, "could not make a pipe"));
	}
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	return (0);
}

static int
start(struct script *x, struct err *err)
{
	char *argv[2] = { NULL, NULL };
	struct buf path = { 0 };
	struct process p = {
		.argv = argv, .keep = x->progress[1], .both = 1,
		.group = group_id(x->group), .name = "ROWPIPE_GATE"
	};
	int null = io_open("/dev/null", O_RDONLY, 0);

	/* A name without a slash would be looked for in PATH. */
	buf_printf(&path, "%s%s", strchr(x->s->file->path, '/') == NULL ?
	    "./" : "", x->s->file->path);
	argv[0] = buf_z(&path);
	p.in = null;
	p.out = x->output[1];
	set_environment(x);
	x->pid = process_start(&p, err);
	if (x->pid == -1)
		(void)err_hint(err, "is the interpreter that its first line "
		    "names there?");
	buf_free(&path);
	if (null != -1)
		(void)close(null);
	return (x->pid == -1 ? -1 : 0);
}

/* Say how it ended: 0 when that was well. */
static int
judge(struct script *x, struct err *err)
{
	char name[PROCESS_SIGNAL_NAME], text[256];
	const struct buf *b = &x->s->output;
	size_t from = b->len;

	if (WIFEXITED(x->status))
		x->s->result->status = WEXITSTATUS(x->status);
	if (x->status == 0)
		return (0);
	if (x->told != 0)
		(void)err_set(err, "%s was ended by %s", x->s->file->path,
		    process_signal(x->told, name));
	else if (WIFSIGNALED(x->status))
		(void)err_set(err, "%s was killed by %s", x->s->file->path,
		    process_signal(WTERMSIG(x->status), name));
	else
		(void)err_set(err, "%s ended with status %d",
		    x->s->file->path, WEXITSTATUS(x->status));
	/* Its last line is often the reason. */
	while (from > 0 && b->s[from - 1] == '\n')
		from--;
	if (from > 0) {
		size_t end = from;

		while (from > 0 && b->s[from - 1] != '\n')
			from--;
		(void)err_hint(err, "it said last: %s", quote_plain(text,
		    sizeof(text), b->s + from, end - from));
	}
	return (err_status(err, DIAG_FAIL));
}

static int
run(struct runner_step *s, struct err *err)
{
	struct script x = {
		.s = s, .output = { -1, -1 }, .progress = { -1, -1 }
	};
	int rc = -1;

	if (open_pair(x.output, err) != 0 || open_pair(x.progress, err) != 0 ||
	    (x.group = group_open(err)) == NULL)
		goto done;
	catch_signals(&x);
	if ((rc = start(&x, err)) == 0) {
		(void)close(x.output[1]);
		x.output[1] = -1;
		watch(&x);
		rc = judge(&x, err);
	}
	/* What a script has left behind must not go on when its end has been
	 * written down. */
	group_signal(x.group, SIGTERM);
	release_signals(&x);

done:
	group_close(x.group);
	close_pair(x.output);
	close_pair(x.progress);
	buf_free(&x.line);
	return (rc);
}

/* An up that is a script is over when its verify says so, too. */
static int
verify(struct runner_step *s, struct err *err)
{
	struct runner_result result;

	if (s->part != MIGRATION_UP ||
	    s->m->file[MIGRATION_VERIFY] == NULL)
		return (0);
	return (runner_run(s->r, s->m, MIGRATION_VERIFY, &result, err));
}

int
runner_script(struct runner_step *s, struct err *err)
{
	struct err why = ERR_INIT;
	int rc;

	if (s->r->opts->dry_run)
		return (0);
	if (s->part == MIGRATION_VERIFY) {
		rc = run(s, err);
		s->result->state = rc == 0 ? HISTORY_COMPLETED :
		    HISTORY_FAILED;
		return (rc);
	}
	s->row.state = HISTORY_RUNNING;
	if (runner_book(s, history_begin, err) != 0)
		return (-1);
	runner_point(s, RUNNER_BEFORE);
	rc = run(s, err) == 0 && verify(s, err) == 0 &&
	    runner_schema(s, err) == 0 ? 0 : -1;
	runner_point(s, RUNNER_AFTER);
	why = *err;
	runner_fill(s, rc != 0 ? HISTORY_FAILED : s->part == MIGRATION_DOWN ?
	    HISTORY_ROLLED_BACK : HISTORY_COMPLETED, rc == 0 ? NULL : &why);
	if (runner_still(s, err) != 0 ||
	    runner_book(s, history_end, err) != 0)
		return (-1);
	*err = why;
	return (rc);
}
