#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/pg.h"
#include "db/runlock.h"
#include "db/runner_private.h"
#include "db/schemasum.h"
#include "db/sqlaction.h"
#include "db/sqlite.h"
#include "row/progress.h"
#include "schema/sqlscript.h"

/* SQL that cannot run in a transaction (active_sql_transaction). */
#define IN_TRANSACTION "25001"

struct sql {
	struct runner_step	*s;
	struct engine		*e;	/* the step's own connection */
	const struct migration_file *file;
	int			 is_verify;
	uint64_t		 rows;
};

/*
 * Statements.
 */

/*
 * DROP TABLE deletes the rows first, and what ON DELETE says happens to those
 * that reference them: the trap into which rebuilding a table by hand leads.
 */
static int
check_drop(struct sql *q, const struct sqlscript_statement *st,
    struct err *err)
{
	struct engine_result *r;
	struct quote name, by;
	char table[256];
	const char *p[1] = { table };
	size_t i;
	int rc = 0;

	if (engine_sqlite(q->e) == NULL ||
	    !sqlscript_begins(st, "drop table"))
		return (0);
	/* The name is the last word, perhaps after that of its schema. */
	i = st->nwords - 1;
	if (st->words[i].len >= sizeof(table))
		return (0);
	(void)snprintf(table, sizeof(table), "%.*s", (int)st->words[i].len,
	    st->words[i].s);
	r = engine_query(q->e, "SELECT m.name, f.on_delete FROM"
	    " pragma_foreign_keys AS k, main.sqlite_schema AS m,"
	    " pragma_foreign_key_list(m.name) AS f WHERE k.foreign_keys"
	    " AND m.type = 'table' AND f.\"table\" = $1 COLLATE NOCASE"
	    " AND m.name <> $1 COLLATE NOCASE"
	    " AND f.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT')",
	    p, 1, err);
	if (r == NULL)
		return (-1);
	if (engine_rows(r) > 0) {
		rc = err_set(err, "DROP TABLE %s would delete its rows first, "
		    "and with them, ON DELETE %s, change those of table %s",
		    quote_z(&name, table), engine_get(r, 0, 1),
		    quote_z(&by, engine_get(r, 0, 0)));
		(void)err_hint(err, "\"row-migrate rebuild\" makes a table "
		    "anew; \"foreign_keys: off\" in the comment at the head "
		    "of the file drops it and nothing else");
		(void)err_status(err, DIAG_BADINPUT);
	}
	engine_done(r);
	return (rc);
}

/* Does the statement change rows, so that to count them means something? */
static int
counts(const struct sql *q, const struct sqlscript_statement *st)
{
	static const char *const words[] = {
		"insert", "update", "delete", "merge", "replace"
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (sqlscript_is(st, 0, words[i]))
			return (!q->is_verify);
	return (0);
}

/* Every row that a verify returns must say that all is well. */
static int
check_truth(const struct engine_result *r, struct err *err)
{
	struct quote q;
	const char *s;
	size_t i;

	for (i = 0; i < engine_rows(r); i++) {
		s = engine_get(r, i, 0);
		if (s != NULL && strcmp(s, "0") != 0 && strcmp(s, "f") != 0)
			continue;
		if (s == NULL)
			(void)err_set(err, "verify found null, not true");
		else
			(void)err_set(err, "verify found %s, not true",
			    quote_z(&q, s));
		return (err_status(err, DIAG_FINDINGS));
	}
	return (0);
}

/* What the server says is the output of SQL. */
static void
heard(void *cookie, const char *level, const char *text)
{
	struct runner_step *s = cookie;

	runner_says(s, level, strlen(level));
	runner_says(s, ": ", 2);
	runner_says(s, text, strlen(text));
	runner_says(s, "\n", 1);
}

/* Did the engine refuse what cannot run in a transaction? */
static int
is_misplaced(const struct sql *q, const struct err *err)
{

	return (engine_pg(q->e) != NULL ? strcmp(pg_state(engine_pg(q->e)),
	    IN_TRANSACTION) == 0 : !q->file->no_transaction &&
	    strstr(err->msg, "within a transaction") != NULL);
}

static int
run_one(struct sql *q, const struct sqlscript_statement *st, struct buf *b,
    struct err *err)
{
	struct engine_result *r;
	int rc = 0;

	if (check_drop(q, st, err) != 0)
		return (-1);
	b->len = 0;
	buf_put(b, st->s, st->len);
	r = engine_query(q->e, buf_z(b), NULL, 0, err);
	if (r == NULL) {
		if (is_misplaced(q, err))
			(void)err_hint(err, "write \"transaction: no\" into "
			    "the comment at the head of the file");
		return (-1);
	}
	if (q->is_verify)
		rc = check_truth(r, err);
	if (counts(q, st))
		q->rows += engine_affected(r);
	engine_done(r);
	progress_at(q->s->progress, q->rows, 0, 0);
	return (rc);
}

static int
run_all(struct sql *q, struct err *err)
{
	const struct migration_file *f = q->file;
	struct sqlscript_statement st;
	enum sqlscript_dialect dialect;
	struct buf b = { 0 };
	struct sqlscript sc;
	size_t n, i;
	int rc = 0;

	dialect = engine_pg(q->e) != NULL ? SQLSCRIPT_PG : SQLSCRIPT_SQLITE;
	n = sqlscript_count(f->text, f->len, dialect);
	sqlscript_start(&sc, f->text, f->len, dialect);
	for (i = 0; rc == 0 && sqlscript_next(&sc, &st); i++) {
		if (i == n / 2 && !q->is_verify)
			runner_point(q->s, RUNNER_MIDST);
		if ((rc = run_one(q, &st, &b, err)) != 0)
			(void)err_prefix(err, "%s:%zu: ", f->path, st.line);
	}
	buf_free(&b);
	return (rc);
}

/*
 * What must hold before COMMIT.
 */

static int
check_foreign_keys(struct engine *e, struct err *err)
{
	struct engine_result *r;
	struct quote q, p;
	int rc = 0;

	r = engine_query(e, "SELECT \"table\", rowid, parent, count(*) OVER ()"
	    " FROM pragma_foreign_key_check LIMIT 1", NULL, 0, err);
	if (r == NULL)
		return (-1);
	if (engine_rows(r) > 0) {
		rc = err_set(err, "%s rows would have no row that they "
		    "reference, the first in table %s (rowid %s, which needs "
		    "one in %s)", engine_get(r, 0, 3),
		    quote_z(&q, engine_get(r, 0, 0)),
		    engine_get(r, 0, 1) == NULL ? "none" :
		    engine_get(r, 0, 1), quote_z(&p, engine_get(r, 0, 2)));
		(void)err_hint(err, "\"PRAGMA foreign_key_check\" lists those "
		    "that are there already");
		(void)err_status(err, DIAG_FINDINGS);
	}
	engine_done(r);
	return (rc);
}

static int
check_integrity(struct engine *e, struct err *err)
{
	struct engine_result *r;
	char text[256];
	const char *s;
	int rc = 0;

	r = engine_query(e, "PRAGMA integrity_check(1)", NULL, 0, err);
	if (r == NULL)
		return (-1);
	s = engine_rows(r) == 0 ? NULL : engine_get(r, 0, 0);
	if (s == NULL || strcmp(s, "ok") != 0) {
		rc = err_set(err, "SQLite's integrity check fails: %s",
		    s == NULL ? "no answer" : quote_plain(text, sizeof(text),
		    s, strlen(s)));
		(void)err_status(err, DIAG_FAIL);
	}
	engine_done(r);
	return (rc);
}

int
runner_sound(struct engine *e, struct err *err)
{

	return (engine_sqlite(e) == NULL || (check_foreign_keys(e, err) == 0 &&
	    check_integrity(e, err) == 0) ? 0 : -1);
}

/* Run the verify of an up, without leaving anything of it. */
static int
run_verify(struct sql *q, struct err *err)
{
	const struct migration_file *f = q->s->m->file[MIGRATION_VERIFY];
	struct sql verify = *q;

	if (q->s->part != MIGRATION_UP || f == NULL || !f->is_sql)
		return (0);
	verify.file = f;
	verify.is_verify = 1;
	return (engine_exec(q->e, "SAVEPOINT rowpipe_verify", err) != 0 ||
	    run_all(&verify, err) != 0 || engine_exec(q->e,
	    "ROLLBACK TO SAVEPOINT rowpipe_verify", err) != 0 ||
	    engine_exec(q->e, "RELEASE SAVEPOINT rowpipe_verify", err) != 0 ?
	    -1 : 0);
}

/*
 * One transaction.
 */

static enum history_state
good_state(const struct runner_step *s)
{

	return (s->part == MIGRATION_DOWN ? HISTORY_ROLLED_BACK :
	    HISTORY_COMPLETED);
}

/* A connection of the step's own: what it sets goes with it. */
static struct engine *
connect_step(struct runner_step *s, struct err *err)
{
	struct engine *e = engine_again(s->r->e, err);

	if (e != NULL && engine_pg(e) != NULL)
		pg_on_notice(engine_pg(e), heard, s);
	if (e != NULL && runlock_step(e, s->r->opts->wait, err) == 0 &&
	    (engine_sqlite(e) == NULL || !s->file->no_foreign_keys ||
	    engine_exec(e, "PRAGMA foreign_keys = OFF", err) == 0))
		return (e);
	engine_close(e);
	return (NULL);
}

/* What is written now is row-migrate's: no role and no limit that the step has
 * set may stand in its way. */
static int
reset_session(struct engine *e, struct err *err)
{

	return (engine_pg(e) == NULL ||
	    (engine_exec(e, "RESET SESSION AUTHORIZATION", err) == 0 &&
	    engine_exec(e, "RESET ROLE", err) == 0 && engine_exec(e,
	    "SELECT pg_catalog.set_config('statement_timeout', '0', true),"
	    " pg_catalog.set_config('lock_timeout', '0', true)", err) == 0) ?
	    0 : -1);
}

static int
write_history(struct sql *q, struct err *err)
{
	struct runner_step *s = q->s;
	int rc;

	if (s->r->opts->dry_run || s->part == MIGRATION_VERIFY)
		return (0);
	if (reset_session(q->e, err) != 0 ||
	    schemasum_hex(q->e, s->schema, err) != 0)
		return (-1);
	runner_fill(s, good_state(s), NULL);
	history_use(s->r->h, q->e);
	rc = history_write(s->r->h, &s->row, err);
	history_use(s->r->h, s->r->e);
	return (rc);
}

static int
in_transaction(struct sql *q, struct err *err)
{
	struct runner_step *s = q->s;

	if (engine_begin(q->e, err) != 0)
		return (-1);
	if (s->part != MIGRATION_VERIFY)
		runner_point(s, RUNNER_BEFORE);
	if (run_all(q, err) != 0 || run_verify(q, err) != 0 ||
	    runner_sound(q->e, err) != 0)
		return (-1);
	s->result->rows = (int64_t)q->rows;
	if (write_history(q, err) != 0)
		return (-1);
	if (s->r->opts->dry_run || s->part == MIGRATION_VERIFY)
		return (0);
	runner_point(s, RUNNER_AFTER);
	return (runner_still(s, err) == 0 ? engine_commit(q->e, err) : -1);
}

int
runner_sql(struct runner_step *s, struct err *err)
{
	struct sql q = {
		.s = s, .file = s->file,
		.is_verify = s->part == MIGRATION_VERIFY
	};
	struct err ignored = ERR_INIT;
	int rc;

	if ((q.e = connect_step(s, err)) == NULL)
		return (-1);
	rc = in_transaction(&q, err);
	if (rc != 0 || s->r->opts->dry_run || q.is_verify)
		engine_rollback(q.e);
	engine_close(q.e);
	if (rc == 0) {
		s->result->state = good_state(s);
		return (0);
	}
	/* Of what nobody knows, nothing is said. */
	s->schema[0] = '\0';
	if (err->status != DIAG_UNKNOWN && !s->r->opts->dry_run &&
	    !q.is_verify && runner_still(s, &ignored) == 0) {
		runner_fill(s, HISTORY_FAILED, err);
		if (runner_book(s, history_write, &ignored) != 0)
			diag_err(NULL, &ignored);
	}
	return (-1);
}

/*
 * No transaction.
 */

int
runner_schema(struct runner_step *s, struct err *err)
{
	int rc;

	if (engine_begin(s->r->e, err) != 0)
		return (-1);
	rc = schemasum_hex(s->r->e, s->schema, err);
	engine_rollback(s->r->e);
	return (rc);
}

/*
 * CREATE INDEX CONCURRENTLY that fails leaves an index that is none, and with
 * IF NOT EXISTS the next attempt would take it for done.
 */
static int
check_indexes(struct sql *q, struct err *err)
{
	const struct migration_file *f = q->file;
	struct engine_result *r;
	const char *name, *whole;
	struct quote quoted;
	char text[256];
	size_t i;
	int rc = 0;

	r = engine_query(q->e, "SELECT x.relname, i.indexrelid::"
	    "pg_catalog.regclass FROM pg_catalog.pg_index AS i"
	    " JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid"
	    " WHERE NOT i.indisvalid AND x.relkind = 'i'", NULL, 0, err);
	if (r == NULL)
		return (-1);
	for (i = 0; rc == 0 && i < engine_rows(r); i++) {
		name = engine_get(r, i, 0);
		if (!sqlaction_names(f->text, f->len, name))
			continue;
		rc = err_set(err, "%s: index %s is there, but invalid: an "
		    "earlier attempt to build it failed", f->path,
		    quote_z(&quoted, name));
		whole = engine_get(r, i, 1);
		(void)err_hint(err, "DROP INDEX CONCURRENTLY %s; in the file "
		    "or by hand, before it is built again", quote_plain(text,
		    sizeof(text), whole, strlen(whole)));
		(void)err_status(err, DIAG_FAIL);
	}
	engine_done(r);
	return (rc);
}

static int
outside(struct sql *q, struct err *err)
{

	runner_point(q->s, RUNNER_BEFORE);
	if (run_all(q, err) != 0)
		return (-1);
	if (engine_pg(q->e) != NULL && pg_in_transaction(engine_pg(q->e)))
		return (err_set(err, "%s leaves a transaction open",
		    q->file->path));
	if (engine_pg(q->e) != NULL && check_indexes(q, err) != 0)
		return (-1);
	if (engine_sqlite(q->e) != NULL &&
	    sqlite_in_transaction(engine_sqlite(q->e)))
		return (err_set(err, "%s leaves a transaction open",
		    q->file->path));
	return (runner_sound(q->e, err));
}

int
runner_statements(struct runner_step *s, struct err *err)
{
	struct sql q = { .s = s, .file = s->file };
	struct err why = ERR_INIT;
	int rc;

	if (s->r->opts->dry_run)
		return (0);
	if ((q.e = connect_step(s, err)) == NULL)
		return (-1);
	s->row.state = HISTORY_RUNNING;
	rc = runner_book(s, history_begin, err);
	if (rc != 0) {
		engine_close(q.e);
		return (-1);
	}
	rc = outside(&q, err);
	engine_close(q.e);
	s->result->rows = (int64_t)q.rows;
	runner_point(s, RUNNER_AFTER);
	if (rc == 0)
		rc = runner_schema(s, err);
	why = *err;
	runner_fill(s, rc == 0 ? good_state(s) : HISTORY_FAILED,
	    rc == 0 ? NULL : &why);
	if (runner_still(s, err) != 0 ||
	    runner_book(s, history_end, err) != 0)
		return (-1);
	*err = why;
	return (rc);
}
