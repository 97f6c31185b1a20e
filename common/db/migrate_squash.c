#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/outfile.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/migrate_session.h"
#include "db/scratch.h"
#include "db/snapshot.h"
#include "db/trial.h"
#include "schema/sqlscript.h"

struct squash {
	const struct migrate	*m;
	struct migrate_session	*ms;
	const struct plan_step	**v;		/* those that are replaced */
	size_t			 n;
	const char		*name;		/* of the new one */
	struct buf		 tmp;		/* a folder with only that */
	size_t			 differences;
};

/*
 * Which they are.
 */

static int
refuse(const struct plan_step *s, const char *why, const char *remedy,
    struct err *err)
{
	struct quote q;

	(void)err_set(err, "migration %s cannot be squashed: %s",
	    quote_z(&q, s->name), why);
	(void)err_hint(err, "%s", remedy);
	return (err_status(err, DIAG_BADINPUT));
}

static int
check_step(const struct plan_step *s, struct err *err)
{
	enum migration_part part;
	const struct migration_file *f;

	if (!s->applied || s->broken)
		return (refuse(s, "it is not applied", "\"row-migrate up\" "
		    "applies it", err));
	if (s->migration == NULL)
		return (refuse(s, "it is not in the folder", "put it back",
		    err));
	for (part = MIGRATION_UP; part <= MIGRATION_DOWN; part++) {
		f = s->migration->file[part];
		if (f != NULL && !f->is_sql)
			return (refuse(s, "it is a script, and only SQL can "
			    "be put together", "squash --to one before it",
			    err));
		if (f != NULL && f->no_transaction)
			return (refuse(s, "it runs outside a transaction",
			    "squash --to one before it", err));
	}
	return (0);
}

static int
find_steps(struct squash *q, struct err *err)
{
	const struct plan *plan = &q->ms->plan;
	const struct plan_step *s, *last = plan_find(plan, q->m->to);
	struct quote name;

	if (last == NULL)
		return (migrate_no_such(q->ms, q->m->to, err));
	q->v = arena_alloc(q->ms->a, (plan->n + 1) * sizeof(*q->v));
	for (s = plan->v; s <= last; s++) {
		if ((s->migration != NULL && s->migration->elsewhere) ||
		    s->state == HISTORY_SQUASHED)
			continue;
		if (check_step(s, err) != 0)
			return (-1);
		q->v[q->n++] = s;
	}
	if (q->n < 2) {
		(void)err_set(err, "there is nothing to squash: %zu up to %s",
		    q->n, quote_z(&name, q->m->to));
		return (err_status(err, DIAG_USAGE));
	}
	return (0);
}

/*
 * The new one.
 */

/* Which engine's its files are; "" when they are both engines'. */
static const char *
engine_suffix(const struct squash *q)
{
	const struct migration_file *f;
	size_t i, part, len;

	for (i = 0; i < q->n; i++)
		for (part = 0; part <= MIGRATION_DOWN; part++) {
			if ((f = q->v[i]->migration->file[part]) == NULL)
				continue;
			len = strlen(f->path);
			if (strcmp(f->path + len - 7, ".pg.sql") == 0)
				return (".pg");
			if (len > 11 && strcmp(f->path + len - 11,
			    ".sqlite.sql") == 0)
				return (".sqlite");
		}
	return ("");
}

static int
is_replaced(const struct squash *q, const char *name)
{
	size_t i;

	for (i = 0; i < q->n; i++)
		if (strcmp(q->v[i]->name, name) == 0)
			return (1);
	return (0);
}

static void
put_statements(const struct squash *q, const struct plan_step *s,
    const struct migration_file *f, struct buf *b)
{
	struct sqlscript_statement st;
	struct sqlscript sc;

	buf_printf(b, "\n-- %s\n", s->name);
	sqlscript_start(&sc, f->text, f->len, q->ms->engine == MIGRATION_PG ?
	    SQLSCRIPT_PG : SQLSCRIPT_SQLITE);
	while (sqlscript_next(&sc, &st)) {
		buf_put(b, st.s, st.len);
		buf_puts(b, ";\n");
	}
}

static const char *
why_irreversible(const struct squash *q)
{
	const struct migration *m;
	size_t i;

	for (i = 0; i < q->n; i++) {
		m = q->v[i]->migration;
		if (m->irreversible != NULL)
			return (m->irreversible);
		if (m->file[MIGRATION_DOWN] == NULL)
			return ("one of those it replaces has no down");
	}
	return (NULL);
}

static int
has_foreign_keys_off(const struct squash *q, enum migration_part part)
{
	size_t i;

	for (i = 0; i < q->n; i++)
		if (q->v[i]->migration->file[part]->no_foreign_keys)
			return (1);
	return (0);
}

static void
put_head(const struct squash *q, struct buf *b)
{
	const struct migration *m;
	size_t i, k;

	buf_printf(b, "-- description: %s to %s in one\n-- replaces:",
	    q->v[0]->name, q->v[q->n - 1]->name);
	for (i = 0; i < q->n; i++)
		buf_printf(b, " %s", q->v[i]->name);
	buf_putc(b, '\n');
	for (i = 0; i < q->n; i++) {
		m = q->v[i]->migration;
		for (k = 0; k < m->depends.n; k++)
			if (!is_replaced(q, m->depends.v[k]))
				buf_printf(b, "-- depends: %s\n",
				    m->depends.v[k]);
	}
	if (why_irreversible(q) != NULL)
		buf_printf(b, "-- irreversible: %s\n", why_irreversible(q));
	if (has_foreign_keys_off(q, MIGRATION_UP))
		buf_puts(b, "-- foreign_keys: off\n");
}

static int
write_part(const struct squash *q, const char *part, const struct buf *text,
    struct err *err)
{
	struct buf path = { 0 };
	struct outfile *f;
	int rc = -1;

	buf_printf(&path, "%.*s/%s/%s%s.sql", (int)q->tmp.len, q->tmp.s,
	    q->name, part, engine_suffix(q));
	if ((f = outfile_create(buf_z(&path), err)) != NULL) {
		if (outfile_write(f, text->s, text->len, err) == 0)
			rc = outfile_commit(f, err);
		else
			outfile_abort(f);
	}
	buf_free(&path);
	return (rc);
}

static int
write_parts(const struct squash *q, struct err *err)
{
	const struct migration_file *verify;
	struct buf b = { 0 };
	size_t i;
	int rc;

	put_head(q, &b);
	for (i = 0; i < q->n; i++)
		put_statements(q, q->v[i],
		    q->v[i]->migration->file[MIGRATION_UP], &b);
	rc = write_part(q, "up", &b, err);
	if (rc == 0 && why_irreversible(q) == NULL) {
		b.len = 0;
		if (has_foreign_keys_off(q, MIGRATION_DOWN))
			buf_puts(&b, "-- foreign_keys: off\n");
		for (i = q->n; i > 0; i--)
			put_statements(q, q->v[i - 1],
			    q->v[i - 1]->migration->file[MIGRATION_DOWN], &b);
		rc = write_part(q, "down", &b, err);
	}
	/* What held in between need not hold at the end. */
	verify = q->v[q->n - 1]->migration->file[MIGRATION_VERIFY];
	if (rc == 0 && verify != NULL && verify->is_sql) {
		b.len = 0;
		put_statements(q, q->v[q->n - 1], verify, &b);
		rc = write_part(q, "verify", &b, err);
	}
	buf_free(&b);
	return (rc);
}

static int
make_new(struct squash *q, struct err *err)
{
	struct buf path = { 0 };
	struct quote name;
	int rc = 0;

	buf_printf(&q->tmp, "%s/_squash.XXXXXX", q->m->dir);
	if (mkdtemp(buf_z(&q->tmp)) == NULL) {
		(void)err_sys(err, "could not make a directory in %s",
		    quote_z(&name, q->m->dir));
		q->tmp.len = 0;
		return (-1);
	}
	buf_printf(&path, "%s/%s", buf_z(&q->tmp), q->name);
	if (mkdir(buf_z(&path), 0777) == -1)
		rc = err_sys(err, "could not make directory %s",
		    quote_z(&name, buf_z(&path)));
	buf_free(&path);
	return (rc == 0 ? write_parts(q, err) : -1);
}

/*
 * The proof.
 */

static int
must(const struct trial *t, trial_command *run, const char *what,
    struct err *err)
{
	int status;

	if (trial_run(t, run, &status, err) != 0)
		return (-1);
	if (WIFEXITED(status) && WEXITSTATUS(status) == DIAG_OK)
		return (0);
	(void)err_set(err, "on a copy %s failed, so that nothing is proved, "
	    "and nothing was changed", what);
	(void)err_hint(err, "it said why above");
	return (err_status(err, DIAG_FINDINGS));
}

/* What a database looks like that had all taken back, or nothing in it, and
 * then the migrations of ${dir} up to ${to}. */
static struct snapshot *
result_of(struct squash *q, const char *dir, const char *to, struct err *err)
{
	int empty = why_irreversible(q) != NULL;
	struct engine *e = runner_engine(q->ms->r);
	struct trial t = {
		.m = q->m, .dir = q->m->dir, .steps = MIGRATE_NO_STEPS
	};
	struct snapshot *s = NULL;
	struct scratch *copy;
	struct err why = ERR_INIT;

	copy = empty ? scratch_empty(e, err) : scratch_new(e, err);
	if (copy == NULL)
		return (NULL);
	t.scratch = copy;
	t.to = "0";
	if (empty || must(&t, migrate_down, "down --to 0", err) == 0) {
		t.dir = dir;
		t.to = to;
		if (must(&t, migrate_up, "up", err) == 0)
			s = trial_look(copy, err);
	}
	if (scratch_close(copy, &why) != 0 && s != NULL) {
		*err = why;
		snapshot_free(s);
		s = NULL;
	}
	return (s);
}

static void
differs(void *cookie, const char *what)
{
	struct squash *q = cookie;

	q->differences++;
	diag_warn("%s: %s", q->name, what);
}

static int
prove(struct squash *q, struct err *err)
{
	struct snapshot *old, *new = NULL;
	int rc = -1;

	if ((old = result_of(q, q->m->dir, q->m->to, err)) != NULL &&
	    (new = result_of(q, buf_z(&q->tmp), q->name, err)) != NULL) {
		rc = 0;
		if (snapshot_compare(old, new, NULL, differs, q) > 0) {
			rc = err_set(err, "the new migration does not lead to "
			    "the same: nothing was changed");
			(void)err_status(err, DIAG_FINDINGS);
		}
	}
	snapshot_free(old);
	snapshot_free(new);
	return (rc);
}

/*
 * Putting it in place.
 */

static int
move(const char *from_dir, const char *to_dir, const char *name,
    struct err *err)
{
	struct buf from = { 0 }, to = { 0 };
	struct quote q;
	int rc = 0;

	buf_printf(&from, "%s/%s", from_dir, name);
	buf_printf(&to, "%s/%s", to_dir, name);
	if (io_rename(buf_z(&from), buf_z(&to)) != 0)
		rc = err_sys(err, "could not move %s",
		    quote_z(&q, buf_z(&from)));
	buf_free(&from);
	buf_free(&to);
	return (rc);
}

/* The new one first, unless it is there: with both nothing is lost. */
static int
put_in_place(struct squash *q, struct err *err)
{
	struct buf attic = { 0 };
	struct quote name;
	int rc = 0;
	size_t i;

	buf_printf(&attic, "%s/%s", q->m->dir, PLAN_ATTIC);
	if (mkdir(buf_z(&attic), 0777) == -1 && errno != EEXIST)
		rc = err_sys(err, "could not make directory %s",
		    quote_z(&name, buf_z(&attic)));
	if (rc == 0 && q->tmp.len > 0)
		rc = move(buf_z(&q->tmp), q->m->dir, q->name, err);
	for (i = 0; rc == 0 && i < q->n; i++)
		rc = move(q->m->dir, buf_z(&attic), q->v[i]->name, err);
	if (rc != 0)
		(void)err_hint(err, "the same command again goes on");
	else
		diag_note("%zu migrations are one now, %s; they are in %s",
		    q->n, q->name, quote_z(&name, buf_z(&attic)));
	buf_free(&attic);
	return (rc);
}

/* Leave nothing of the folder for the proof. */
static void
tidy(struct squash *q)
{
	static const char *const parts[] = { "up", "down", "verify" };
	struct buf path = { 0 };
	size_t i;

	for (i = 0; q->tmp.len > 0 && i < 3; i++) {
		path.len = 0;
		buf_printf(&path, "%s/%s/%s%s.sql", buf_z(&q->tmp), q->name,
		    parts[i], engine_suffix(q));
		(void)unlink(buf_z(&path));
	}
	if (q->tmp.len > 0) {
		path.len = 0;
		buf_printf(&path, "%s/%s", buf_z(&q->tmp), q->name);
		(void)rmdir(buf_z(&path));
		(void)rmdir(buf_z(&q->tmp));
	}
	buf_free(&path);
	buf_free(&q->tmp);
}

/*
 * An earlier squash was broken off when the new one was in place already, and
 * so proved: point at those that it replaces and that have not been moved.
 */
static int
is_begun(struct squash *q)
{
	const struct plan *plan = &q->ms->plan;
	const struct plan_step *s = plan_find(plan, q->name), *old;
	const struct opt_list *names;
	size_t i;

	if (s == NULL || s->migration == NULL ||
	    !opt_given(&s->migration->replaces, q->m->to))
		return (0);
	names = &s->migration->replaces;
	q->v = arena_alloc(q->ms->a, (names->n + 1) * sizeof(*q->v));
	for (i = 0; i < names->n; i++) {
		old = plan_find(plan, names->v[i]);
		if (old != NULL && old->migration != NULL)
			q->v[q->n++] = old;
	}
	return (1);
}

static int
squash_all(struct squash *q, struct err *err)
{
	int rc = -1;

	if (migrate_stop(q->ms, err) == 0 && (is_begun(q) ||
	    (find_steps(q, err) == 0 && make_new(q, err) == 0 &&
	    prove(q, err) == 0)))
		rc = put_in_place(q, err);
	tidy(q);
	return (rc);
}

static int
name_new(struct squash *q, char **argv, struct buf *b, struct err *err)
{

	if (q->m->to == NULL || (argv[0] != NULL && argv[1] != NULL)) {
		(void)err_set(err, "say up to which one: squash --to NAME, "
		    "and perhaps what the new one is called");
		return (err_status(err, DIAG_USAGE));
	}
	if (argv[0] != NULL)
		buf_puts(b, argv[0]);
	else
		buf_printf(b, "%s_squash", q->m->to);
	q->name = buf_z(b);
	return (migration_check_name(q->name, err) == 0 ? 0 :
	    err_status(err, DIAG_USAGE));
}

int
migrate_squash(const struct migrate *m, char **argv, struct err *err)
{
	struct migrate_session ms;
	struct squash q = { .m = m, .ms = &ms };
	struct migrate after = *m;
	char *none[1] = { NULL };
	struct buf name = { 0 };
	int rc = -1;

	if (name_new(&q, argv, &name, err) != 0) {
		buf_free(&name);
		return (-1);
	}
	if (migrate_open(&ms, m, MIGRATE_LOOK, err) == 0)
		rc = squash_all(&q, err);
	migrate_close(&ms);
	/* The books say so, too: it stands for what is applied. */
	if (rc == 0) {
		after.to = q.name;
		after.keep = 0;
		rc = migrate_up(&after, none, err);
	}
	buf_free(&name);
	return (rc);
}
