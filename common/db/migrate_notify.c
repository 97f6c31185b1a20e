#include <sys/wait.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/process.h"
#include "db/migrate_session.h"

static void
set(const char *name, const char *value)
{

	if (setenv(name, value, 1) != 0)
		diag_die(DIAG_FAIL, "out of memory");
}

void
migrate_notify(const struct migrate_session *ms, const char *command,
    size_t applied, const char *failed, int status, const struct err *why)
{
	char sh[] = "sh", c[] = "-c", number[24];
	char *argv[4] = { sh, c, NULL, NULL };
	struct process p = {
		.argv = argv, .in = -1, .out = STDERR_FILENO, .keep = -1,
		.group = getpgrp(), .name = "ROWPIPE_GATE"
	};
	struct err err = ERR_INIT;
	struct buf text = { 0 };
	int result = 0;
	pid_t pid;

	if (ms->m->notify == NULL)
		return;
	buf_puts(&text, ms->m->notify);
	argv[2] = buf_z(&text);
	set("ROWPIPE_COMMAND", command);
	set("ROWPIPE_OUTCOME", status == DIAG_OK ? "ok" :
	    status == DIAG_UNKNOWN ? "unknown" : "failed");
	(void)snprintf(number, sizeof(number), "%d", status);
	set("ROWPIPE_STATUS", number);
	(void)snprintf(number, sizeof(number), "%zu", applied);
	set("ROWPIPE_STEPS", number);
	set("ROWPIPE_FAILED", failed == NULL ? "" : failed);
	set("ROWPIPE_REASON", why == NULL ? "" : why->msg);
	set("ROWPIPE_PLACE", ms->r == NULL ? "" : runner_place(ms->r));
	if ((pid = process_start(&p, &err)) == -1)
		diag_err("--notify", &err);
	while (pid != -1 && waitpid(pid, &result, 0) == -1 && errno == EINTR)
		continue;
	if (pid != -1 && result != 0)
		diag_warn("--notify: the command failed");
	buf_free(&text);
}
