#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/mem.h"
#include "db/engine.h"
#include "db/pg.h"
#include "db/runlock.h"
#include "db/runner.h"
#include "db/runner_private.h"
#include "db/sqlite.h"
#include "db/target.h"
#include "row/progress.h"

/*
 * Opening and closing.
 */

/* Connect to look only.  A SQLite file that a killed process has left in the
 * midst of a change must be put in order first, which takes a writer. */
static struct engine *
look(const struct runner_opts *opts, struct err *err)
{
	struct err ignored = ERR_INIT;
	struct engine *e;

	e = engine_open(opts->conn, ENGINE_READ, opts->busy, err);
	if (e == NULL && opts->conn != NULL && target_is_sqlite(opts->conn))
		e = engine_open(opts->conn, ENGINE_WRITE, opts->busy,
		    &ignored);
	return (e);
}

struct runner *
runner_open(const struct runner_opts *opts, struct err *err)
{
	struct runner *r = mem_alloc(sizeof(*r));

	r->opts = opts;
	r->e = opts->read_only ? look(opts, err) :
	    engine_open(opts->conn, ENGINE_WRITE, opts->busy, err);
	if (r->e == NULL || (r->h = history_open(r->e, err)) == NULL) {
		runner_close(r);
		return (NULL);
	}
	if (engine_pg(r->e) != NULL)
		pg_put_conninfo(engine_pg(r->e), &r->target);
	(void)buf_z(&r->target);
	return (r);
}

void
runner_close(struct runner *r)
{

	if (r == NULL)
		return;
	history_close(r->h);
	engine_close(r->e);
	buf_free(&r->target);
	mem_free(r);
}

struct engine *
runner_engine(struct runner *r)
{

	return (r->e);
}

int
runner_is_sqlite(const struct runner *r)
{

	return (engine_sqlite(r->e) != NULL);
}

struct history *
runner_history(struct runner *r)
{

	return (r->h);
}

const char *
runner_place(const struct runner *r)
{

	return (engine_place(r->e));
}

const char *
runner_target(const struct runner *r)
{

	return (r->target.len > 0 ? r->target.s : r->opts->conn);
}

void
runner_guard(struct runner *r, struct runlock *lock)
{

	r->lock = lock;
}

/*
 * Steps.
 */

void
runner_point(const struct runner_step *s, enum runner_point point)
{
#ifdef ROWPIPE_FAULTS
	static const char *const names[] = {
		"nowhere", "before", "midst", "after"
	};
	char bug[300];

	(void)snprintf(bug, sizeof(bug), "kill-%s-%s", names[point],
	    s->m->name);
	if (fault_planted(bug))
		(void)raise(SIGKILL);
#endif
	if (s->r->opts->kill_at == point && point != RUNNER_NOWHERE)
		(void)raise(SIGKILL);
}

void
runner_says(struct runner_step *s, const char *text, size_t len)
{
	struct buf *b = &s->output;
	size_t over, i;

	buf_put(b, text, len);
	/* No database keeps a NUL in a text. */
	for (i = b->len - len; i < b->len; i++)
		if (b->s[i] == '\0')
			b->s[i] = '?';
	if (b->len <= 2 * HISTORY_OUTPUT)
		return;
	over = b->len - HISTORY_OUTPUT;
	memmove(b->s, b->s + over, HISTORY_OUTPUT);
	b->len = HISTORY_OUTPUT;
}

int
runner_still(struct runner_step *s, struct err *err)
{

	return (s->r->lock == NULL ? 0 : runlock_held(s->r->lock, err));
}

/* The books must be there before a step can write in them. */
static int
open_books(struct runner *r, struct err *err)
{

	if (r->opts->dry_run || history_exists(r->h))
		return (0);
	if (engine_begin(r->e, err) == 0 && history_make(r->h, err) == 0 &&
	    engine_commit(r->e, err) == 0)
		return (0);
	engine_rollback(r->e);
	return (-1);
}

int
runner_book(struct runner_step *s, int (*write)(struct history *,
    struct history_row *, struct err *), struct err *err)
{
	struct runner *r = s->r;

	if (engine_begin(r->e, err) == 0 &&
	    write(r->h, &s->row, err) == 0 && engine_commit(r->e, err) == 0)
		return (0);
	if (err->status != DIAG_UNKNOWN)
		engine_rollback(r->e);
	return (-1);
}

void
runner_fill(struct runner_step *s, enum history_state state,
    const struct err *why)
{

	s->result->state = s->row.state = state;
	s->row.ms = (int64_t)((clock_seconds() - s->begin) * 1000);
	s->row.rows = s->result->rows;
	s->row.status = s->result->status;
	s->row.reason = why == NULL ? NULL : why->msg;
	s->row.output = s->output.len == 0 ? NULL : buf_z(&s->output);
	s->row.schema_hash = s->schema[0] == '\0' ? NULL : s->schema;
}

static enum history_kind
kind_of(const struct migration_file *f, enum migration_part part)
{

	if (!f->is_sql)
		return (HISTORY_SCRIPT);
	return (f->no_transaction && part != MIGRATION_VERIFY ?
	    HISTORY_STATEMENTS : HISTORY_SQL);
}

int
runner_run(struct runner *r, const struct migration *m,
    enum migration_part part, struct runner_result *result, struct err *err)
{
	struct runner_step s = {
		.r = r, .m = m, .part = part, .file = m->file[part],
		.result = result
	};
	int rc;

	memset(result, 0, sizeof(*result));
	result->rows = result->status = -1;
	result->kind = kind_of(s.file, part);
	s.row = (struct history_row){
		.name = m->name, .kind = result->kind, .hash = m->hash,
		.action = part == MIGRATION_DOWN ? HISTORY_DOWN : HISTORY_UP,
		.ms = -1, .rows = -1, .status = -1
	};
	if (runner_check_file(s.file, runner_is_sqlite(r) ? MIGRATION_SQLITE :
	    MIGRATION_PG, err) != 0 ||
	    (part != MIGRATION_VERIFY && open_books(r, err) != 0))
		return (-1);
	s.begin = clock_seconds();
	history_put_now(&s.started);
	s.row.started = buf_z(&s.started);
	s.progress = progress_new((enum progress_mode)r->opts->progress,
	    m->name);
	rc = result->kind == HISTORY_SQL ? runner_sql(&s, err) :
	    result->kind == HISTORY_STATEMENTS ? runner_statements(&s, err) :
	    runner_script(&s, err);
	progress_free(s.progress);
	result->seconds = clock_seconds() - s.begin;
	buf_free(&s.output);
	buf_free(&s.started);
	return (rc);
}
