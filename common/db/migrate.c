#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/migrate_session.h"
#include "db/runlock.h"
#include "db/target.h"

#define SCHEME	"sqlite:"
#define SQL	".sql"

int
migrate_none(char **argv, struct err *err)
{
	struct quote q;

	if (argv[0] == NULL)
		return (0);
	(void)err_set(err, "one operand too many: %s", quote_z(&q, argv[0]));
	return (err_status(err, DIAG_USAGE));
}

/* A SQLite database begins as an empty file. */
static int
make_file(const char *conn, struct err *err)
{
	struct stat st;
	struct quote q;
	int fd;

	if (conn == NULL || strncmp(conn, SCHEME, strlen(SCHEME)) != 0)
		return (0);
	conn += strlen(SCHEME);
	if (stat(conn, &st) == 0 || errno != ENOENT)
		return (0);
	fd = io_open(conn, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (fd == -1)
		return (err_sys(err, "could not make database %s",
		    quote_z(&q, conn)));
	(void)close(fd);
	diag_note("made the new database %s", quote_z(&q, conn));
	return (0);
}


/*
 * Words.
 */

/* How command lines begin; ${given} is -d, or NULL, before a password in it was
 * made illegible. */
static void
begin_command(struct migrate_session *ms, const char *given)
{
	const struct migrate *m = ms->m;
	struct buf *b = &ms->command;

	b->len = 0;
	buf_puts(b, "row-migrate");
	if (given != NULL) {
		buf_puts(b, " -d ");
		quote_shell(strcmp(given, m->conn) == 0 || ms->r == NULL ?
		    m->conn : runner_target(ms->r), b);
	}
	if (strcmp(m->dir, "migrations") != 0) {
		buf_puts(b, " --dir ");
		quote_shell(m->dir, b);
	}
}

void
migrate_put_command(const struct migrate_session *ms, struct buf *b,
    const char *command, const char *word, const char *more)
{

	buf_put(b, ms->command.s, ms->command.len);
	buf_printf(b, " %s", command);
	if (word != NULL) {
		buf_putc(b, ' ');
		quote_shell(word, b);
	}
	if (more != NULL) {
		buf_putc(b, ' ');
		quote_shell(more, b);
	}
}

int
migrate_no_such(const struct migrate_session *ms, const char *name,
    struct err *err)
{
	struct buf b = { 0 };
	struct quote q, d;

	(void)err_set(err, "there is no migration %s in %s",
	    quote_z(&q, name), quote_z(&d, ms->m->dir));
	migrate_put_command(ms, &b, "status", NULL, NULL);
	(void)err_hint(err, "\"%s\" lists them", buf_z(&b));
	buf_free(&b);
	return (err_status(err, DIAG_USAGE));
}

/* The first up is what makes a SQLite file. */
static int
hint_missing(const struct migrate_session *ms, struct err *err)
{
	const char *conn = ms->m->conn;
	struct buf b = { 0 };
	struct stat st;

	if (conn == NULL || strncmp(conn, SCHEME, strlen(SCHEME)) != 0 ||
	    stat(conn + strlen(SCHEME), &st) == 0 || errno != ENOENT)
		return (-1);
	migrate_put_command(ms, &b, "up", NULL, NULL);
	(void)err_hint(err, "\"%s\" makes it; the directory must be there",
	    buf_z(&b));
	buf_free(&b);
	return (-1);
}

int
migrate_again(struct migrate_session *ms, struct err *err)
{

	return (history_read(runner_history(ms->r), &ms->rows, ms->a, err) ==
	    0 ? plan_read(ms->m->dir, ms->engine, &ms->rows,
	    buf_z(&ms->command), &ms->plan, ms->a, err) : -1);
}

/* SQL that lies beside the migrations instead of in one is never run. */
static void
warn_of_strays(const struct migrate *m)
{
	struct buf b = { 0 };
	const struct dirent *d;
	struct quote q;
	struct stat st;
	size_t len;
	DIR *handle;

	if ((handle = opendir(m->dir)) == NULL)
		return;
	while ((d = readdir(handle)) != NULL) {
		len = strlen(d->d_name);
		if (len <= strlen(SQL) || d->d_name[0] == '.' ||
		    strcmp(d->d_name + len - strlen(SQL), SQL) != 0)
			continue;
		b.len = 0;
		buf_printf(&b, "%s/%s", m->dir, d->d_name);
		if (stat(buf_z(&b), &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		diag_warn("%s is not run: a migration is a directory, in which "
		    "it can be up%s", quote_z(&q, b.s), SQL);
	}
	(void)closedir(handle);
	buf_free(&b);
}

int
migrate_open(struct migrate_session *ms, const struct migrate *m,
    enum migrate_mode mode, struct err *err)
{
	char *given = m->conn == NULL ? NULL : mem_strdup(m->conn);
	int rc = 0;

	memset(ms, 0, sizeof(*ms));
	ms->m = m;
	ms->a = arena_new();
	ms->opts = (struct runner_opts){
		.conn = m->conn, .busy = m->busy, .wait = m->wait,
		.progress = m->progress, .read_only = mode == MIGRATE_LOOK,
		.silent = m->silent, .kill_at = (enum runner_point)m->kill_at
	};
	if ((mode == MIGRATE_MAKE && make_file(m->conn, err) != 0) ||
	    (ms->r = runner_open(&ms->opts, err)) == NULL)
		rc = -1;
	begin_command(ms, given);
	mem_free(given);
	if (rc != 0)
		return (hint_missing(ms, err));
	ms->engine = runner_is_sqlite(ms->r) ? MIGRATION_SQLITE :
	    MIGRATION_PG;
	if (mode != MIGRATE_LOOK) {
		ms->lock = runlock_take(runner_engine(ms->r), m->wait, err);
		if (ms->lock == NULL)
			return (-1);
		runner_guard(ms->r, ms->lock);
	}
	if (!m->silent)
		warn_of_strays(m);
	return (migrate_again(ms, err));
}

void
migrate_close(struct migrate_session *ms)
{

	runlock_free(ms->lock);
	runner_close(ms->r);
	arena_free(ms->a);
	buf_free(&ms->command);
}

int
migrate_stop(struct migrate_session *ms, struct err *err)
{
	const struct plan_problem *first, *p;
	const struct plan *plan = &ms->plan;
	size_t i;

	first = plan_stops(plan, ms->m->allow_out_of_order);
	for (i = 0; i < plan->nproblems; i++) {
		p = &plan->problems[i];
		if (p == first || (p->kind == PLAN_OUT_OF_ORDER &&
		    ms->m->allow_out_of_order))
			continue;
		diag_warn("%s", p->text);
		if (p->options[0] != '\0')
			diag_hint("%s", p->options);
	}
	if (first == NULL)
		return (0);
	(void)err_set(err, "%s", first->text);
	if (first->options[0] != '\0')
		(void)err_hint(err, "%s", first->options);
	return (err_status(err, first->status != 0 ? first->status :
	    DIAG_BADINPUT));
}

int
migrate_run(struct migrate_session *ms, const struct plan_step *step,
    enum migration_part part, struct err *err)
{
	struct runner_result result;
	char rows[64] = "";

	diag_note("%s: %s ...", step->name, migration_part_name(part));
	if (runner_run(ms->r, step->migration, part, &result, err) != 0) {
		(void)err_prefix(err, "%s: %s failed: ", step->name,
		    migration_part_name(part));
		return (-1);
	}
	if (result.rows > 0)
		(void)snprintf(rows, sizeof(rows), ", %lld rows",
		    (long long)result.rows);
	diag_note("%s: %s%s in %.1f s", step->name, part == MIGRATION_VERIFY ?
	    "verified" : history_state_name(result.state), rows,
	    result.seconds);
	return (0);
}

static void
explain_broken(const struct migrate_session *ms, const struct plan_step *s,
    const char *running, struct buf *b)
{
	const struct history_row *row = s->row;
	const char *what = history_action_name(row->action);

	if (row->state == HISTORY_RUNNING && running != NULL) {
		buf_printf(b, "its %s is running now (%s)", what, running);
		return;
	}
	if (row->state == HISTORY_RUNNING)
		buf_printf(b, "its %s was begun at %.19sZ by %s and never "
		    "ended: whoever ran it was killed, or the machine "
		    "stopped. ", what, row->started, row->who);
	else
		buf_printf(b, "its %s failed at %.19sZ: %s. ", what,
		    row->finished, row->reason == NULL ? "no reason is known" :
		    row->reason);
	if (row->kind == HISTORY_SCRIPT) {
		buf_puts(b, "The pipelines of the script that were "
		    "through have committed, the others have not. Look at "
		    "what it said (");
		migrate_put_command(ms, b, "log", s->name, NULL);
		buf_puts(b, "), mend the cause, and let the script run "
		    "again: it is run from its beginning, and loads with "
		    "--resume go on where they were");
	} else
		buf_puts(b, "It runs outside a transaction, so that the "
		    "statements before the one that failed are done. Mend the "
		    "cause and let it run again: it is run from its "
		    "beginning, so that its statements should say IF NOT "
		    "EXISTS or IF EXISTS");
}

/* The command that goes on with a step that failed or was broken off: "up",
 * unless that has to do with something else first. */
static const char *
go_on(const struct migrate_session *ms, const struct plan_step *s)
{

	return ((s->broken && s->row->action == HISTORY_DOWN) ||
	    plan_stops(&ms->plan, 0) != NULL ? "resume" : "up");
}

/* Its down failed, which changed nothing. */
static void
explain_refused(const struct migrate_session *ms, const struct plan_step *s,
    struct buf *b)
{
	const struct plan_step *v = ms->plan.v;
	size_t *list, n, i;

	n = plan_applied(&ms->plan, &list, ms->a);
	for (i = 0; i < n && &v[list[i]] != s; i++)
		continue;
	buf_printf(b, "its down failed at %s. It ran in a transaction, so "
	    "that it is applied as before; when the cause is mended, \"",
	    s->row->refused);
	migrate_put_command(ms, b, "down", "--to", i == 0 ? "0" :
	    v[list[i - 1]].name);
	buf_puts(b, "\" takes it back");
}

void
migrate_explain(struct migrate_session *ms, const struct plan_step *s,
    struct buf *b, struct buf *next)
{
	struct err ignored = ERR_INIT;
	struct buf who = { 0 };
	int running = 0;

	if (s->broken && s->row->state == HISTORY_RUNNING)
		running = runlock_holder(runner_engine(ms->r), &who,
		    &ignored) == 1;
	if (s->broken)
		explain_broken(ms, s, running ? buf_z(&who) : NULL, b);
	else if (s->state == HISTORY_FAILED)
		buf_printf(b, "its %s failed at %.19sZ: %s. It ran in a "
		    "transaction, so that nothing is left of it; %s",
		    history_action_name(s->row->action), s->row->finished,
		    s->row->reason == NULL ? "no reason is known" :
		    s->row->reason, s->migration == NULL && s->why == NULL ?
		    "and as it is not in the folder any more, nothing is to "
		    "be done" : "mend the cause and let it run again");
	else if (s->applied && s->row->refused != NULL)
		explain_refused(ms, s, b);
	if (!running && plan_is_trouble(s) && (s->migration != NULL ||
	    s->why != NULL))
		migrate_put_command(ms, next, go_on(ms, s), NULL,
		    NULL);
	buf_free(&who);
}
