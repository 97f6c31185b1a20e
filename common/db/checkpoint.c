#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/checkpoint.h"
#include "db/engine.h"
#include "db/sink.h"
#include "json/json.h"
#include "row/output.h"
#include "row/trail.h"
#include "schema/table.h"

/* How far one stream has come. */
struct stream {
	char		*name;
	const char	**key;		/* of the table, when there is no
					   other */
	char		 target[65];	/* digest of the table's shape */
	uint64_t	 batch;		/* the last that was written */
	uint64_t	 lines;		/* at the last checkpoint */
	int		 known;		/* is there a row of it? */
	int		 done;
};

struct checkpoint {
	struct engine			*e;
	struct sink			*sink;
	const struct checkpoint_opts	*opts;
	const char			*what;
	struct stream			*streams; /* beside sink->tables */
};

static const char create_sql[] =
    "CREATE TABLE IF NOT EXISTS " CHECKPOINT_TABLE " ("
    "run text NOT NULL, "
    "stream text NOT NULL, "
    "state text NOT NULL CHECK (state IN ('running', 'complete')), "
    "batch bigint NOT NULL, "
    "start_line bigint NOT NULL, "
    "lines bigint NOT NULL, "
    "last_key text NOT NULL, "
    "xxh128 text NOT NULL, "
    "rejects bigint NOT NULL, "
    "program text NOT NULL, "
    "options text NOT NULL, "
    "target text NOT NULL, "
    "updated text NOT NULL, "
    "PRIMARY KEY (run, stream))";

/* Its table is not there before the first run. */
static int
is_there(struct engine *e, struct err *err)
{
	struct engine_result *r;
	int there;

	r = engine_query(e, engine_pg(e) != NULL ?
	    "SELECT 1 WHERE pg_catalog.to_regclass('" CHECKPOINT_TABLE
	    "') IS NOT NULL" :
	    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND "
	    "name = '" CHECKPOINT_TABLE "'", NULL, 0, err);
	if (r == NULL)
		return (-1);
	there = engine_rows(r) > 0;
	engine_done(r);
	return (there);
}

/*
 * One load of a run at a time.  The server may still be at work for one that
 * was killed, and commit a batch after we have read where it was: its session
 * holds this lock until it has ended.  (SQLite's lock ends with the process.)
 * The first number is "rowq"; the lock ends with our connection.
 */
static int
take_run(struct engine *e, const char *run, struct err *err)
{
	static const char *const sql[] = {
		"SELECT pg_catalog.pg_try_advisory_lock(1919907697, "
		    "pg_catalog.hashtext($1))::integer",
		"SELECT pg_catalog.pg_advisory_lock(1919907697, "
		    "pg_catalog.hashtext($1))"
	};
	struct engine_result *r;
	struct quote q;
	int had;

	if (engine_pg(e) == NULL)
		return (0);
	if ((r = engine_query(e, sql[0], &run, 1, err)) == NULL)
		return (-1);
	had = engine_get_int(r, 0, 0) != 0;
	engine_done(r);
	if (had)
		return (0);
	diag_note("run %s is at work in another session; waiting for its end",
	    quote_z(&q, run));
	if ((r = engine_query(e, sql[1], &run, 1, err)) == NULL)
		return (-1);
	engine_done(r);
	return (0);
}

struct checkpoint *
checkpoint_new(struct engine *e, struct sink *sink,
    const struct checkpoint_opts *opts, const char *what, struct err *err)
{
	struct checkpoint *c;
	int there;

	if (take_run(e, opts->run, err) != 0 ||
	    (there = is_there(e, err)) < 0 ||
	    (!there && engine_exec(e, create_sql, err) != 0)) {
		engine_close(e);
		return (NULL);
	}
	c = mem_alloc(sizeof(*c));
	c->what = what;
	c->e = e;
	c->sink = sink;
	c->opts = opts;
	c->streams = mem_array(sink->ntables, sizeof(*c->streams));
	return (c);
}

/*
 * Where a run goes on.
 */

static void
digest_model(const struct table *model, char *hex)
{
	struct digest *d = digest_new();
	struct buf b = { 0 };

	table_put_schema(model, &b);
	digest_add(d, b.s, b.len);
	digest_hex(d, hex);
	digest_free(d);
	buf_free(&b);
}

enum { STATE, BATCH, START, LINES, XXH128, REJECTS, OPTIONS, TARGET,
	LAST_KEY };
static const char read_sql[] = "SELECT state, batch, start_line, lines, "
    "xxh128, rejects, options, target, last_key FROM " CHECKPOINT_TABLE
    " WHERE run = $1 AND stream = $2";

static int
another(struct err *err)
{

	(void)err_hint(err, "give another --resume for a new run");
	return (err_status(err, DIAG_USAGE));
}

/* A run that is known: let it go on where it broke off. */
static int
go_on(struct checkpoint *c, size_t i, const struct engine_result *r,
    struct err *err)
{
	struct stream *s = &c->streams[i];
	struct sink_resume from = {
		.start = (uint64_t)engine_get_int(r, 0, START),
		.lines = (uint64_t)engine_get_int(r, 0, LINES),
		.rejects = (uint64_t)engine_get_int(r, 0, REJECTS),
	};
	struct quote run, name, was, is;

	(void)quote_z(&run, c->opts->run);
	(void)quote_z(&name, s->name);
	if (strcmp(engine_get(r, 0, OPTIONS), c->what) != 0) {
		(void)err_set(err, "run %s of %s was begun with other options: "
		    "%s, not %s", run.s, name.s,
		    quote_z(&was, engine_get(r, 0, OPTIONS)),
		    quote_z(&is, c->what));
		return (another(err));
	}
	s->known = 1;
	s->batch = (uint64_t)engine_get_int(r, 0, BATCH);
	s->lines = from.lines;
	s->done = strcmp(engine_get(r, 0, STATE), "complete") == 0;
	(void)snprintf(s->target, sizeof(s->target), "%s",
	    engine_get(r, 0, TARGET));
	(void)snprintf(from.xxh128, sizeof(from.xxh128), "%s",
	    engine_get(r, 0, XXH128));
	from.exact = s->done;
	from.skip = !c->opts->goes_on;
	if (c->opts->goes_on) {
		from.start = from.lines;
		from.last_key = engine_get(r, 0, LAST_KEY);
	}
	sink_resume(c->sink, &c->sink->tables[i], NULL, 0, &from);
	return (0);
}

int
checkpoint_stream(struct checkpoint *c, size_t i, const char *name,
    struct err *err)
{
	static const struct sink_resume start = { .start = 0 };
	struct stream *s = &c->streams[i];
	const char *params[] = { c->opts->run, name };
	struct engine_result *r;
	int rc = 0;

	s->name = mem_strdup(name);
	if ((r = engine_query(c->e, read_sql, params, 2, err)) == NULL)
		return (-1);
	if (engine_rows(r) > 0)
		rc = go_on(c, i, r, err);
	else
		sink_resume(c->sink, &c->sink->tables[i], NULL, 0, &start);
	engine_done(r);
	return (rc);
}

/* The columns of the primary key, when there is no other. */
static void
take_key(struct checkpoint *c, size_t i, const struct table *model)
{
	const struct column_list *key = &model->primary_key;
	struct stream *s = &c->streams[i];
	size_t k;

	s->key = mem_array(key->n + 1, sizeof(*s->key));
	for (k = 0; k < key->n; k++)
		s->key[k] = model->columns[key->v[k]].name;
	sink_key(&c->sink->tables[i], s->key, key->n);
}

int
checkpoint_table(struct checkpoint *c, size_t i, const struct table *model,
    const struct opt_list *key, struct err *err)
{
	struct stream *s = &c->streams[i];
	struct quote run, name;
	char target[65];

	digest_model(model, target);
	if (s->known && s->lines > 0 && strcmp(s->target, target) != 0) {
		(void)err_set(err, "table %s has changed since run %s was "
		    "begun", quote_z(&name, s->name),
		    quote_z(&run, c->opts->run));
		(void)err_hint(err, "change it back, or give another --resume "
		    "for a new run");
		return (err_status(err, DIAG_USAGE));
	}
	memcpy(s->target, target, sizeof(s->target));
	if (key->n == 0)
		take_key(c, i, model);
	else
		sink_key(&c->sink->tables[i], key->v, key->n);
	return (0);
}

static struct stream *
find_stream(const struct checkpoint *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->sink->ntables; i++)
		if (strcmp(c->streams[i].name, name) == 0)
			return (&c->streams[i]);
	return (NULL);
}

static int
other_tables(const struct checkpoint *c, const char *what, const char *table,
    struct err *err)
{
	struct quote run, name;

	(void)err_set(err, "run %s, which is not complete, is one %s table %s",
	    quote_z(&run, c->opts->run), what, quote_z(&name, table));
	return (another(err));
}

/* A run that broke off goes on with all of its tables, and no other. */
static int
check_tables(struct checkpoint *c, struct err *err)
{
	const char *missing = NULL;
	struct engine_result *r;
	int rc = 0, open = 0;
	size_t i;

	r = engine_query(c->e, "SELECT stream, state FROM " CHECKPOINT_TABLE
	    " WHERE run = $1", &c->opts->run, 1, err);
	if (r == NULL)
		return (-1);
	for (i = 0; i < engine_rows(r); i++) {
		open |= strcmp(engine_get(r, i, 1), "complete") != 0;
		if (find_stream(c, engine_get(r, i, 0)) == NULL)
			missing = engine_get(r, i, 0);
	}
	if (open && missing != NULL)
		rc = other_tables(c, "with", missing, err);
	for (i = 0; open && rc == 0 && i < c->sink->ntables; i++)
		if (!c->streams[i].known)
			rc = other_tables(c, "without", c->streams[i].name,
			    err);
	engine_done(r);
	return (rc);
}

int
checkpoint_start(struct checkpoint *c, struct err *err)
{

	if (check_tables(c, err) != 0)
		return (-1);
	return (sink_resume_rejects(c->sink, err));
}

void
checkpoint_put_start(const struct checkpoint *c, struct buf *b)
{
	const struct stream *s;
	struct quote run, name;
	size_t i, done = 0, known = 0;

	(void)quote_z(&run, c->opts->run);
	for (i = 0; i < c->sink->ntables; i++) {
		s = &c->streams[i];
		done += s->done && !c->opts->goes_on;
		if (s->lines == 0 || (s->done && !c->opts->goes_on))
			continue;
		if (known++ == 0)
			buf_printf(b, "run %s goes on", run.s);
		buf_printf(b, "%s after line %" PRIu64 " of %s",
		    known > 1 ? "," : "", s->lines, quote_z(&name, s->name));
	}
	if (done == c->sink->ntables)
		buf_printf(b, "run %s is complete", run.s);
}

/*
 * Checkpoints.
 */

static const char insert_sql[] = "INSERT INTO " CHECKPOINT_TABLE
    " (run, stream, state, batch, start_line, lines, last_key, xxh128, "
    "rejects, program, options, target, updated) VALUES ($1, $2, $3, "
    "CAST($4 AS bigint), CAST($5 AS bigint), CAST($6 AS bigint), $7, $8, "
    "CAST($9 AS bigint), $10, $11, $12, $13)";
static const char update_sql[] = "UPDATE " CHECKPOINT_TABLE
    " SET state = $1, batch = CAST($2 AS bigint), "
    "start_line = CAST($3 AS bigint), lines = CAST($4 AS bigint), "
    "last_key = $5, xxh128 = $6, rejects = CAST($7 AS bigint), "
    "program = $8, target = $9, updated = $10 WHERE run = $11 AND "
    "stream = $12 AND batch = CAST($13 AS bigint)";

static const char *
number(uint64_t n, char *dst, size_t size)
{

	(void)snprintf(dst, size, "%" PRIu64, n);
	return (dst);
}

static int
write_stream(struct checkpoint *c, struct stream *s,
    const struct trail_mark *m, uint64_t rejects, int done, struct err *err)
{
	static const char program[] = "rowpipe " ROWPIPE_VERSION;
	char batch[24], before[24], start[24], lines[24], bytes[24], now[32];
	const char *state = done ? "complete" : "running";
	const char *insert[] = {
		c->opts->run, s->name, state, batch, start, lines, m->key,
		m->xxh128, bytes, program, c->what, s->target, now
	};
	const char *update[] = {
		state, batch, start, lines, m->key, m->xxh128, bytes, program,
		s->target, now, c->opts->run, s->name, before
	};
	struct engine_result *r;
	time_t t = time(NULL);
	struct quote run;
	uint64_t n;

	(void)number(s->batch, before, sizeof(before));
	(void)number(s->batch + 1, batch, sizeof(batch));
	(void)number(m->start, start, sizeof(start));
	(void)number(m->lines, lines, sizeof(lines));
	(void)number(rejects, bytes, sizeof(bytes));
	(void)strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", gmtime(&t));
	r = s->known ? engine_query(c->e, update_sql, update,
	    sizeof(update) / sizeof(update[0]), err) :
	    engine_query(c->e, insert_sql, insert,
	    sizeof(insert) / sizeof(insert[0]), err);
	if (r == NULL)
		return (-1);
	n = engine_affected(r);
	engine_done(r);
	if (n != 1) {
		(void)err_set(err, "run %s is at work in another process",
		    quote_z(&run, c->opts->run));
		(void)err_hint(err, "let it finish, then look at --status");
		return (err_status(err, DIAG_FAIL));
	}
	s->known = 1;
	s->batch++;
	s->lines = m->lines;
	s->done = done;
	return (0);
}

int
checkpoint_write(struct checkpoint *c, int with, int done, struct err *err)
{
	struct trail_mark m;
	uint64_t rejects;
	size_t i;

	if (sink_rejects_sync(c->sink, &rejects, err) != 0)
		return (-1);
	if (fault_planted("checkpoint") &&
	    (engine_commit(c->e, err) != 0 || engine_begin(c->e, err) != 0))
		return (-1);
	for (i = 0; i < c->sink->ntables; i++) {
		sink_mark(&c->sink->tables[i], with, &m);
		/* The first checkpoint tells of all tables of the run. */
		if (c->streams[i].known && m.lines == c->streams[i].lines &&
		    done == c->streams[i].done)
			continue;
		if (write_stream(c, &c->streams[i], &m, rejects, done,
		    err) != 0)
			return (-1);
	}
	return (0);
}

void
checkpoint_free(struct checkpoint *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->sink->ntables; i++) {
		mem_free(c->streams[i].name);
		mem_free(c->streams[i].key);
	}
	mem_free(c->streams);
	engine_close(c->e);
	mem_free(c);
}

/*
 * For people and scripts.
 */

static int
put_point(struct engine *e, const char *run, const char *stream,
    struct buf *b, struct err *err)
{
	const char *params[] = { run, stream };
	struct engine_result *r;
	struct quote q;
	int no_key = 0;
	size_t rows;

	r = engine_query(e, stream == NULL ? "SELECT last_key, lines FROM "
	    CHECKPOINT_TABLE " WHERE run = $1" : "SELECT last_key, lines FROM "
	    CHECKPOINT_TABLE " WHERE run = $1 AND stream = $2", params,
	    stream == NULL ? 1 : 2, err);
	if (r == NULL)
		return (-1);
	rows = engine_rows(r);
	if (rows == 1 && engine_get_int(r, 0, 1) > 0) {
		no_key = strcmp(engine_get(r, 0, 0), "{}") == 0;
		buf_puts(b, engine_get(r, 0, 0));
		buf_putc(b, '\n');
	}
	engine_done(r);
	if (no_key) {
		(void)err_set(err, "the rows of run %s have no key to go on "
		    "after: the table has none, or they do not give it",
		    quote_z(&q, run));
		(void)err_hint(err, "give all rows again, without --continue: "
		    "what is loaded is skipped");
		return (err_status(err, DIAG_USAGE));
	}
	if (rows <= 1)
		return (0);
	(void)err_set(err, "run %s has rows for %zu tables",
	    quote_z(&q, run), rows);
	(void)err_hint(err, "name the one that is meant");
	return (err_status(err, DIAG_USAGE));
}

static int
put_list(struct engine *e, struct buf *b, struct err *err)
{
	static const char *const names[] = {
		"run", "stream", "state", "batch", "lines", "last_key",
		"xxh128", "updated"
	};
	struct engine_result *r;
	size_t i, k;

	r = engine_query(e, "SELECT run, stream, state, batch, lines, "
	    "last_key, xxh128, updated FROM " CHECKPOINT_TABLE
	    " ORDER BY run, stream", NULL, 0, err);
	if (r == NULL)
		return (-1);
	for (i = 0; i < engine_rows(r); i++) {
		for (k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
			buf_printf(b, "%s\"%s\":", k == 0 ? "{" : ",",
			    names[k]);
			if (k >= 3 && k <= 5)
				buf_puts(b, engine_get(r, i, k));
			else
				json_put_z(b, engine_get(r, i, k));
		}
		buf_puts(b, "}\n");
	}
	engine_done(r);
	return (0);
}

const char *
checkpoint_usage(const struct checkpoint_opts *o, int dry_run)
{

	if ((o->run != NULL && o->run[0] == '\0') ||
	    (o->point != NULL && o->point[0] == '\0'))
		return ("the name of the run is empty");
	if (o->goes_on && o->run == NULL)
		return ("--continue says nothing without --resume");
	if (o->run != NULL && dry_run)
		return ("--dry-run and --resume exclude each other");
	if ((o->run != NULL) + (o->point != NULL) + (o->status != 0) > 1)
		return ("--resume, --resume-point and --status exclude each "
		    "other");
	return (NULL);
}

int
checkpoint_asked(const struct checkpoint_opts *o)
{

	return (o->point != NULL || o->status);
}

int
checkpoint_answer(struct engine *e, const struct checkpoint_opts *o,
    const char *stream, struct err *err)
{
	struct buf b = { 0 };
	int there = is_there(e, err), rc = there < 0 ? -1 : 0;

	if (there > 0)
		rc = o->status ? put_list(e, &b, err) :
		    put_point(e, o->point, stream, &b, err);
	if (rc == 0)
		rc = output_all(&b, err);
	buf_free(&b);
	return (rc);
}
