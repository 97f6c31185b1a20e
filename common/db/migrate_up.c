#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/migrate_session.h"

/* How far a command has come. */
struct tally {
	size_t		 done;
	const char	*failed;	/* the step at which it ended, or
					   NULL */
};

/* How many steps, from the first, --to means. */
static int
find_end(struct migrate_session *ms, size_t *end, struct err *err)
{
	const struct plan_step *s;

	*end = ms->plan.n;
	if (ms->m->to == NULL)
		return (0);
	s = plan_find(&ms->plan, ms->m->to);
	if (s == NULL || s->migration == NULL)
		return (migrate_no_such(ms, ms->m->to, err));
	*end = (size_t)(s - ms->plan.v) + 1;
	return (0);
}

/* Would "up" do anything with it? */
static int
is_due(const struct plan_step *s)
{

	return (plan_is_open(s) || s->broken);
}

/* What can be known to fail is said before anything runs. */
static int
check_steps(struct migrate_session *ms, size_t end, size_t *due,
    struct err *err)
{
	const struct plan_step *s;
	size_t i;

	*due = 0;
	for (i = 0; i < end; i++) {
		s = &ms->plan.v[i];
		if (!is_due(s))
			continue;
		if (!s->stands_in &&
		    runner_check(s->migration, ms->engine, err) != 0)
			return (-1);
		++*due;
	}
	return (0);
}

/*
 * Up.
 */

/* All that the step replaces is there: say so in the history. */
static int
stand_in(struct migrate_session *ms, const struct plan_step *step,
    struct err *err)
{
	const struct migration *m = step->migration;
	struct history *h = runner_history(ms->r);
	struct engine *e = runner_engine(ms->r);
	const struct plan_step *old;
	struct history_row row;
	int64_t place = 0;
	size_t i;

	if (engine_begin(e, err) != 0)
		return (-1);
	for (i = 0; i < m->replaces.n; i++) {
		old = plan_find(&ms->plan, m->replaces.v[i]);
		if (old->row->applied > place)
			place = old->row->applied;
		row = (struct history_row){
			.name = old->name, .state = HISTORY_SQUASHED,
			.action = HISTORY_SQUASH, .kind = HISTORY_NOTHING,
			.hash = old->row->hash, .ms = -1, .rows = -1,
			.status = -1, .reason = m->name
		};
		if (history_write(h, &row, err) != 0)
			goto failed;
	}
	row = (struct history_row){
		.name = m->name, .state = HISTORY_COMPLETED,
		.action = HISTORY_SQUASH, .kind = HISTORY_NOTHING,
		.hash = m->hash, .ms = -1, .rows = -1, .status = -1,
		.applied = place
	};
	if (history_write(h, &row, err) != 0 || engine_commit(e, err) != 0)
		goto failed;
	diag_note("%s: stands for what is applied", m->name);
	return (0);

failed:
	engine_rollback(e);
	return (-1);
}

static int
bring_up(struct migrate_session *ms, const struct plan_step *s,
    struct err *err)
{

	if (s->stands_in)
		return (stand_in(ms, s, err));
	/* What was half taken back is first taken back whole. */
	if (s->broken && s->row->action == HISTORY_DOWN &&
	    migrate_run(ms, s, MIGRATION_DOWN, err) != 0)
		return (-1);
	return (migrate_run(ms, s, MIGRATION_UP, err));
}

/* Say what would be done. */
static void
say_plan(const struct migrate_session *ms, size_t end)
{
	static const char *const kinds[] = {
		"SQL, in a transaction", "SQL, outside a transaction",
		"a script"
	};
	const struct plan_step *s;
	const struct migration_file *f;
	size_t i;

	for (i = 0; i < end; i++) {
		s = &ms->plan.v[i];
		if (!is_due(s))
			continue;
		f = s->migration->file[MIGRATION_UP];
		diag_note("%s: would be applied%s: %s", s->name,
		    s->broken ? ", again" : "", s->stands_in ?
		    "nothing to run, it stands for what is applied" :
		    kinds[!f->is_sql ? 2 : f->no_transaction]);
	}
}

static int
go_up(struct migrate_session *ms, struct tally *t, struct err *err)
{
	size_t end, due, i;

	if (migrate_stop(ms, err) != 0 || find_end(ms, &end, err) != 0 ||
	    check_steps(ms, end, &due, err) != 0)
		return (-1);
	if (ms->m->dry_run)
		say_plan(ms, end);
	if (due > 0 && !ms->m->dry_run && migrate_backup(ms, err) != 0)
		return (-1);
	for (i = 0; i < end && !ms->m->dry_run; i++) {
		if (!is_due(&ms->plan.v[i]))
			continue;
		if (bring_up(ms, &ms->plan.v[i], err) != 0) {
			t->failed = ms->plan.v[i].name;
			return (-1);
		}
		t->done++;
	}
	diag_note("%zu %s, %s", due, ms->m->dry_run ? "to apply" : "applied",
	    runner_place(ms->r));
	return (0);
}

/* The command that does what is left of ${command}. */
static void
put_again(const struct migrate_session *ms, const struct tally *t,
    const char *command, struct buf *b)
{
	const struct migrate *m = ms->m;
	char number[24];

	(void)snprintf(number, sizeof(number), "%" PRIu64,
	    m->steps - t->done);
	if (m->steps != MIGRATE_NO_STEPS)
		migrate_put_command(ms, b, command, "--steps", number);
	else if (m->to != NULL)
		migrate_put_command(ms, b, command, "--to", m->to);
	else
		migrate_put_command(ms, b, command, NULL, NULL);
	if (m->allow_out_of_order)
		buf_puts(b, " --allow-out-of-order");
}

/* Print why it failed, and what to do then. */
static void
say_failure(const struct migrate_session *ms, const struct tally *t,
    const char *command, const struct err *err)
{
	struct buf b = { 0 };

	diag_err(NULL, err);
	if (t->failed != NULL && !ms->m->silent) {
		put_again(ms, t, command, &b);
		diag_hint("when the cause is mended: %s", buf_z(&b));
	}
	buf_free(&b);
}

/* Do ${work} with the lock, and tell whoever wants to know. */
static int
with_lock(const struct migrate *m, const char *command,
    enum migrate_mode mode,
    int (*work)(struct migrate_session *, struct tally *, struct err *),
    struct err *err)
{
	struct migrate_session ms;
	struct tally t = { 0, NULL };
	int rc, status = DIAG_OK;

	if ((rc = migrate_open(&ms, m, mode, err)) == 0)
		rc = work(&ms, &t, err);
	if (rc != 0) {
		status = err->status != 0 ? err->status : DIAG_FAIL;
		/* Whatever it was at which a step failed, it has failed. */
		if (t.failed != NULL && status != DIAG_UNKNOWN)
			status = DIAG_FAIL;
		say_failure(&ms, &t, command, err);
	}
	if (!m->dry_run)
		migrate_notify(&ms, command, t.done, t.failed, status,
		    rc != 0 ? err : NULL);
	migrate_close(&ms);
	return (status);
}

int
migrate_up(const struct migrate *m, char **argv, struct err *err)
{

	if (migrate_none(argv, err) != 0)
		return (-1);
	return (with_lock(m, "up", m->dry_run ? MIGRATE_CHANGE :
	    MIGRATE_MAKE, go_up, err));
}

/*
 * Resume.
 */

static int
go_on(struct migrate_session *ms, struct tally *t, struct err *err)
{
	const struct plan_step *s;
	size_t i, n = 0;

	for (i = 0; i < ms->plan.n; i++) {
		s = &ms->plan.v[i];
		if (!plan_is_trouble(s))
			continue;
		n++;
		if (s->migration == NULL)
			return (migrate_stop(ms, err) != 0 ? -1 : 0);
		if (ms->m->dry_run) {
			diag_note("%s: would be finished", s->name);
			continue;
		}
		if (n == 1 && migrate_backup(ms, err) != 0)
			return (-1);
		if (migrate_run(ms, s, s->broken && s->row->action ==
		    HISTORY_DOWN ? MIGRATION_DOWN : MIGRATION_UP, err) != 0) {
			t->failed = s->name;
			return (-1);
		}
		t->done++;
	}
	if (n == 0)
		diag_note("nothing was left unfinished, %s",
		    runner_place(ms->r));
	return (0);
}

int
migrate_resume(const struct migrate *m, char **argv, struct err *err)
{

	if (migrate_none(argv, err) != 0)
		return (-1);
	return (with_lock(m, "resume", MIGRATE_CHANGE, go_on, err));
}

/*
 * Down.
 */

/* How many of the ${n} applied steps stay, by --to or --steps. */
static int
find_rest(struct migrate_session *ms, const size_t *list, size_t n,
    size_t *rest, struct err *err)
{
	const struct migrate *m = ms->m;
	struct quote q;

	if (m->steps != MIGRATE_NO_STEPS) {
		if (m->steps > n) {
			(void)err_set(err, "only %zu migrations are applied, "
			    "and cannot be taken back %" PRIu64, n, m->steps);
			return (err_status(err, DIAG_USAGE));
		}
		*rest = n - (size_t)m->steps;
		return (0);
	}
	if (strcmp(m->to, "0") == 0) {
		*rest = 0;
		return (0);
	}
	for (*rest = n; *rest > 0; --*rest)
		if (strcmp(ms->plan.v[list[*rest - 1]].name, m->to) == 0)
			return (0);
	if (plan_find(&ms->plan, m->to) == NULL)
		return (migrate_no_such(ms, m->to, err));
	(void)err_set(err, "migration %s is not applied",
	    quote_z(&q, m->to));
	(void)err_hint(err, "--to names the one that stays as the last; 0 "
	    "takes all back");
	return (err_status(err, DIAG_USAGE));
}

/* Can it be taken back at all? */
static int
check_down(const struct migrate_session *ms, const struct plan_step *s,
    struct err *err)
{
	struct quote q, r;

	(void)quote_z(&q, s->name);
	if (s->migration == NULL) {
		(void)err_set(err, "migration %s cannot be taken back: %s",
		    q.s, s->why != NULL ? s->why->msg :
		    "it is not in the folder");
		return (err_status(err, s->why != NULL &&
		    s->why->status != 0 ? s->why->status :
		    DIAG_BADINPUT));
	}
	if (s->migration->irreversible != NULL) {
		(void)err_set(err, "migration %s is irreversible: %s", q.s,
		    quote_z(&r, s->migration->irreversible));
		(void)err_hint(err, "go on with a new migration, or restore "
		    "a backup");
		return (err_status(err, DIAG_BADINPUT));
	}
	if (s->migration->file[MIGRATION_DOWN] == NULL) {
		(void)err_set(err, "migration %s has no down", q.s);
		(void)err_hint(err, "write %s/down.sql",
		    s->migration->path);
		return (err_status(err, DIAG_BADINPUT));
	}
	return (runner_check(s->migration, ms->engine, err));
}

static int
go_down(struct migrate_session *ms, struct tally *t, struct err *err)
{
	size_t *list, n, rest = 0, i;

	n = plan_applied(&ms->plan, &list, ms->a);
	if (find_rest(ms, list, n, &rest, err) != 0)
		return (-1);
	for (i = n; i > rest; i--)
		if (check_down(ms, &ms->plan.v[list[i - 1]], err) != 0)
			return (-1);
	if (ms->m->dry_run) {
		for (i = n; i > rest; i--)
			diag_note("%s: would be taken back",
			    ms->plan.v[list[i - 1]].name);
		return (0);
	}
	if (n > rest && migrate_backup(ms, err) != 0)
		return (-1);
	for (i = n; i > rest; i--) {
		if (migrate_run(ms, &ms->plan.v[list[i - 1]], MIGRATION_DOWN,
		    err) != 0) {
			t->failed = ms->plan.v[list[i - 1]].name;
			return (-1);
		}
		t->done++;
	}
	diag_note("%zu taken back, %s", n - rest, runner_place(ms->r));
	return (0);
}

int
migrate_down(const struct migrate *m, char **argv, struct err *err)
{

	if (migrate_none(argv, err) != 0)
		return (-1);
	if ((m->to == NULL) == (m->steps == MIGRATE_NO_STEPS)) {
		(void)err_set(err, "say how far: down --to NAME, the last one "
		    "that stays, or down --steps N");
		(void)err_hint(err, "--to 0 takes everything back");
		return (err_status(err, DIAG_USAGE));
	}
	return (with_lock(m, "down", MIGRATE_CHANGE, go_down, err));
}
