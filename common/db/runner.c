#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/pg.h"
#include "db/runlock.h"
#include "db/runner.h"
#include "db/runner_private.h"
#include "db/sqlite.h"
#include "db/target.h"
#include "row/progress.h"
#include "schema/sqlscript.h"

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

void
runner_guard(struct runner *r, struct runlock *lock)
{

	r->lock = lock;
}

/*
 * SQL that has no place in a transaction.
 */

static const struct {
	const char	*words;
	const char	*why;
} misplaced[] = {
	{ "begin", "the transaction is row-migrate's" },
	{ "start transaction", "the transaction is row-migrate's" },
	{ "commit", "the transaction is row-migrate's" },
	{ "end", "the transaction is row-migrate's" },
	{ "abort", "the transaction is row-migrate's" },
	{ "prepare transaction", "the transaction is row-migrate's" },
	{ "vacuum", "it cannot run inside a transaction" },
};

static int
refuse(const struct sqlscript_statement *st, const char *why, struct err *err)
{
	struct quote q;

	(void)err_set(err, "statement %s has no place here: %s",
	    quote(&q, st->s, st->len), why);
	(void)err_hint(err, "leave it out; or write \"transaction: no\" into "
	    "the comment at the head of the file, which then runs outside a "
	    "transaction, and can be left half done");
	return (err_status(err, DIAG_BADINPUT));
}

/* PRAGMA foreign_keys = OFF does nothing, silently, where it would be wanted
 * most. */
static int
refuse_pragma(const struct sqlscript_statement *st, struct err *err)
{
	struct quote q;

	(void)err_set(err, "%s does nothing inside a transaction, and SQLite "
	    "does not say so: foreign keys would still be enforced, and "
	    "DROP TABLE would still fire ON DELETE CASCADE", quote(&q, st->s,
	    st->len));
	(void)err_hint(err, "\"row-migrate rebuild TABLE\" writes the SQL for "
	    "a table that must be made anew; or write \"foreign_keys: off\" "
	    "into the comment at the head of the file");
	return (err_status(err, DIAG_BADINPUT));
}

static int
is_concurrent(const struct sqlscript_statement *st)
{
	size_t i;

	if (!sqlscript_begins(st, "create index") &&
	    !sqlscript_begins(st, "create unique index") &&
	    !sqlscript_begins(st, "drop index") &&
	    !sqlscript_begins(st, "reindex"))
		return (0);
	for (i = 1; i <= 3; i++)
		if (sqlscript_is(st, i, "concurrently"))
			return (1);
	return (0);
}

static int
has(const struct sqlscript_statement *st, char c)
{

	return (memchr(st->s, c, st->len) != NULL);
}

static int
check_sqlite(const struct sqlscript_statement *st, struct err *err)
{

	/* PRAGMA foreign_keys, or main.foreign_keys; to ask is harmless. */
	if (sqlscript_begins(st, "pragma") && (sqlscript_is(st, 1,
	    "foreign_keys") || sqlscript_is(st, 2, "foreign_keys")) &&
	    (has(st, '=') || has(st, '(')))
		return (refuse_pragma(st, err));
	return (0);
}

static int
check_pg(const struct sqlscript_statement *st, struct err *err)
{

	if (is_concurrent(st))
		return (refuse(st, "CONCURRENTLY cannot run inside a "
		    "transaction", err));
	if (st->s[0] == '\\') {
		(void)err_set(err, "psql's own commands are no SQL");
		return (err_status(err, DIAG_BADINPUT));
	}
	return (0);
}

static int
check_statement(const struct sqlscript_statement *st,
    enum migration_engine engine, struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof(misplaced) / sizeof(misplaced[0]); i++)
		if (sqlscript_begins(st, misplaced[i].words))
			return (refuse(st, misplaced[i].why, err));
	/* ROLLBACK TO a savepoint is no end of a transaction. */
	if (sqlscript_begins(st, "rollback") && !sqlscript_is(st, 1, "to") &&
	    !sqlscript_is(st, 2, "to"))
		return (refuse(st, "the transaction is row-migrate's", err));
	return (engine == MIGRATION_PG ? check_pg(st, err) :
	    check_sqlite(st, err));
}

static int
check_file(const struct migration_file *f, enum migration_engine engine,
    struct err *err)
{
	struct sqlscript_statement st;
	struct sqlscript sc;

	if (f == NULL || !f->is_sql || f->no_transaction)
		return (0);
	sqlscript_start(&sc, f->text, f->len, engine == MIGRATION_PG ?
	    SQLSCRIPT_PG : SQLSCRIPT_SQLITE);
	while (sqlscript_next(&sc, &st))
		if (check_statement(&st, engine, err) != 0)
			return (err_prefix(err, "%s:%zu: ", f->path,
			    st.line));
	return (0);
}

int
runner_check(const struct migration *m, enum migration_engine engine,
    struct err *err)
{
	enum migration_part part;

	for (part = MIGRATION_UP; part <= MIGRATION_VERIFY; part++)
		if (check_file(m->file[part], engine, err) != 0)
			return (-1);
	return (0);
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
	size_t over;

	buf_put(b, text, len);
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
	if (check_file(s.file, runner_is_sqlite(r) ? MIGRATION_SQLITE :
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
