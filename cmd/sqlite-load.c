/*
 * sqlite-load - store rows in tables of a SQLite database
 * All of them or, when anything goes wrong, none.
 */
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/checkpoint.h"
#include "db/engine.h"
#include "db/sink.h"
#include "db/sqlite.h"
#include "db/sqlite_fk.h"
#include "db/sqlite_patch.h"
#include "db/sqlite_revert.h"
#include "db/sqlite_table.h"
#include "db/sqlite_target.h"
#include "db/sqlite_upsert.h"
#include "json/json.h"
#include "row/filter.h"
#include "row/row.h"
#include "schema/ddl.h"
#include "schema/infer.h"
#include "schema/name.h"

#define VIOLATIONS_SAID	10	/* broken foreign keys named one by one */

struct config {
	struct reader_opts		 reader;
	struct sqlite_target_opts	 target;
	struct sqlite_upsert_opts	 upsert;
	uint64_t			 batch;	/* 0: one transaction */
	int				 numeric; /* enum ddl_numeric */
	const char			*schema;
	const char			*undo;	/* a log */
	const char			*diff;	/* of row-diff */
	int				 force;
	struct opt_list			 key;	/* as given */
	struct checkpoint_opts		 checkpoint;
};

static const struct opt opts[] = {
	OPT_STR(0, "apply-diff", "FILE", "do what row-diff's FILE says",
	    struct config, diff),
	OPT_OPTSTR(0, "backup", "FILE", "keep a copy of the database first",
	    struct config, target.backup),
	OPT_UINT(0, "batch", "N", "commit after every N rows",
	    struct config, batch),
	OPT_UINT(0, "busy-timeout", "SECONDS",
	    "wait for a locked database (default 5)",
	    struct config, target.busy),
	OPT_FLAG(0, "create", "create the database or table if missing",
	    struct config, target.create),
	OPT_FLAG(0, "dry-run", "do everything, then roll back",
	    struct config, target.dry_run),
	OPT_FLAG(0, "force", "change rows that have changed since, too",
	    struct config, force),
	OPT_FLAG(0, "ignore-unknown", "leave out keys without a column",
	    struct config, upsert.ignore_unknown),
	OPT_MANY(0, "key", "NAME,...",
	    "what identifies a row (default primary key)",
	    struct config, key),
	OPT_CHOICE(0, "numeric", DDL_NUMERIC_WORDS,
	    "how --create stores decimals (default real)",
	    struct config, numeric),
	OPT_CHOICE(0, "on-conflict", CONFLICT_WORDS,
	    "what a key that exists does (default error)",
	    struct config, upsert.conflict),
	OPT_STR(0, "schema", "FILE", "JSON Schema of the tables",
	    struct config, schema),
	OPT_FLAG(0, "strict-loss", "refuse values that SQLite would change",
	    struct config, upsert.strict_loss),
	OPT_CHOICE(0, "synchronous", SQLITE_SYNCHRONOUS_WORDS,
	    "how hard SQLite syncs (default full)",
	    struct config, target.sync),
	CHECKPOINT_OPTS(struct config, checkpoint),
	OPT_STR(0, "undo", "FILE", "undo what the undo log FILE says",
	    struct config, undo),
	OPT_STR(0, "undo-log", "FILE", "write down what is changed in FILE",
	    struct config, target.undo_log),
	READER_OPTS(struct config, reader),
};
static const struct opt_spec spec = OPT_SPEC("sqlite-load",
    "DB TABLE | DB TABLE=FILE ... | --undo=FILE DB",
    "store rows in a SQLite database", opts);

/* A table to load. */
struct job {
	struct load			*load;
	struct sink_table		*rows;
	const char			*name;
	const struct table		*model;	/* from --schema, or NULL */
	struct infer			*infer;	/* while its columns are not
						   known */
	struct sqlite_table		*table;
	struct sqlite_upsert		*upsert;
	struct sqlite_patch		*patch;	/* with --apply-diff, instead */
};

struct load {
	const struct config	*cfg;
	struct arena		*a;
	struct table_set	 schema;
	struct sink		*sink;
	struct job		*jobs;	/* beside sink->tables */
	struct sqlite_target	*target;
	struct sqlite		*db;	/* of target */
	struct sqlite_fk	*fk;
	struct checkpoint	*checkpoint;	/* with --resume */
	struct buf		 what;		/* options, spelt for it */
	uint64_t		 pending, committed; /* rows */
	int			 broken; /* foreign keys were named */
	struct err		 err;	/* what went wrong last */
};

static int
stopped(const struct load *l)
{

	diag_err(NULL, &l->err);
	return (l->err.status != 0 ? l->err.status : DIAG_FAIL);
}

/*
 * Foreign keys and batches.
 */

static void
say_broken(const char *place, const struct err *why, void *cookie)
{

	(void)cookie;
	diag_err(place, why);
}

/* Refuse to commit what breaks a foreign key. */
static int
check_keys(struct load *l, struct err *err)
{
	int64_t n;

	n = sqlite_fk_check(l->fk, VIOLATIONS_SAID, say_broken, NULL, err);
	if (n <= 0)
		return ((int)n);
	(void)err_set(err, "%" PRId64 " row%s without the row referred to",
	    n, n == 1 ? "" : "s");
	if (l->cfg->batch > 0)
		(void)err_hint(err, "with --batch each batch must be sound: "
		    "load the tables referred to first");
	return (err_status(err, DIAG_BADINPUT));
}

/* Commit the batch if it is full; ${say} tells the books. */
static int
end_batch(struct load *l, void (*say)(struct sink *sink), struct err *err)
{

	if (l->cfg->batch == 0 || l->pending < l->cfg->batch ||
	    (l->checkpoint != NULL && !sink_may_mark(l->sink)))
		return (0);
	if (check_keys(l, err) != 0 || (l->checkpoint != NULL &&
	    checkpoint_write(l->checkpoint, say == sink_committed, 0,
	    err) != 0) || sqlite_target_step(l->target, err) != 0)
		return (-1);
	l->pending = 0;
	if (l->cfg->target.dry_run)
		return (0);
	l->committed += l->cfg->batch;
	say(l->sink);
	return (0);
}

/*
 * Tables.
 */

static int
create_table(struct load *l, const struct table *model, const char *name,
    struct err *err)
{
	struct buf sql = { 0 };
	int rc;

	ddl_sqlite(model, name, (enum ddl_numeric)l->cfg->numeric, &sql);
	rc = sqlite_exec(l->db, buf_z(&sql), err);
	buf_free(&sql);
	return (rc);
}

/* The table is there: read what it is like and make ready to store rows. */
static int
open_table(struct job *job, struct err *err)
{
	struct load *l = job->load;

	job->table = sqlite_table_read(l->db, job->name, l->a, err);
	if (job->table == NULL)
		return (-1);
	if (job->model != NULL)
		sqlite_table_types(job->table, job->model);
	if (l->cfg->diff != NULL) {
		job->patch = sqlite_patch_new(l->db, job->table,
		    l->cfg->force, err);
		return (job->patch == NULL ? -1 : 0);
	}
	job->upsert = sqlite_upsert_new(l->db, job->table, &l->cfg->upsert,
	    err);
	if (job->upsert == NULL || l->checkpoint == NULL)
		return (job->upsert == NULL ? -1 : 0);
	return (checkpoint_table(l->checkpoint, (size_t)(job - l->jobs),
	    job->table->model, &l->cfg->upsert.key, err));
}

/* See to it that the table is there, or will be when the first rows are
 * known. */
static int
find_table(struct job *job, struct err *err)
{
	struct load *l = job->load;
	struct quote q, t;
	int there;

	if ((there = sqlite_table_exists(l->db, job->name, err)) != 0)
		return (there < 0 ? -1 : 0);
	if (!l->cfg->target.create) {
		(void)sqlite_table_missing(l->db, job->name, err);
		if (err->hint[0] == '\0')
			(void)err_hint(err, "--create makes it");
		return (-1);
	}
	if (job->model != NULL)
		return (create_table(l, job->model, job->name, err));
	if (l->cfg->schema != NULL) {
		(void)err_set(err, "file %s has no schema of table %s",
		    quote_z(&q, l->cfg->schema),
		    quote_z(&t, job->name));
		return (err_status(err, DIAG_USAGE));
	}
	job->infer = infer_new();
	return (0);
}

/* The options that change what is stored. */
static void
spell_options(const struct config *cfg, struct buf *b)
{
	size_t i;

	buf_puts(b, "--on-conflict=");
	opt_put_word(b, CONFLICT_WORDS, cfg->upsert.conflict);
	for (i = 0; i < cfg->upsert.key.n; i++)
		buf_printf(b, "%s%s", i == 0 ? " --key=" : ",",
		    cfg->upsert.key.v[i]);
	if (cfg->upsert.ignore_unknown)
		buf_puts(b, " --ignore-unknown");
	if (cfg->upsert.strict_loss)
		buf_puts(b, " --strict-loss");
}

/* Begin the run that --resume names, or find where it goes on. */
static int
open_checkpoint(struct load *l)
{
	struct buf where = { 0 };
	size_t i;

	if (l->cfg->checkpoint.run == NULL)
		return (0);
	spell_options(l->cfg, &l->what);
	l->checkpoint = checkpoint_new(engine_of_sqlite(l->db), l->sink,
	    &l->cfg->checkpoint, buf_z(&l->what), &l->err);
	if (l->checkpoint == NULL)
		return (-1);
	for (i = 0; i < l->sink->ntables; i++)
		if (checkpoint_stream(l->checkpoint, i, l->jobs[i].name,
		    &l->err) != 0)
			return (-1);
	if (checkpoint_start(l->checkpoint, &l->err) != 0)
		return (-1);
	checkpoint_put_start(l->checkpoint, &where);
	if (where.len > 0)
		diag_note("%s", buf_z(&where));
	buf_free(&where);
	return (0);
}

static int
open_tables(struct load *l)
{
	size_t i, n = l->sink->ntables;
	const char **names = mem_array(n, sizeof(*names));
	int rc = open_checkpoint(l);

	/* All are created before one is used: they may refer to each other. */
	for (i = 0; rc == 0 && i < n; i++) {
		names[i] = l->jobs[i].name;
		rc = find_table(&l->jobs[i], &l->err);
	}
	for (i = 0; rc == 0 && i < n; i++)
		if (l->jobs[i].infer == NULL)
			rc = open_table(&l->jobs[i], &l->err);
	if (rc == 0) {
		l->fk = sqlite_fk_new(l->db, names, n, &l->err);
		rc = l->fk == NULL ? -1 : 0;
	}
	mem_free(names);
	return (rc);
}

/*
 * A table that is created from its first rows.
 */

static void
look_row(const struct row *row, void *cookie)
{
	struct job *job = cookie;

	infer_add(job->infer, row->fields, row->nfields);
}

/* The columns of --key are the new table's primary key. */
static int
take_key(const struct job *job, struct table *model, struct err *err)
{
	const struct opt_list *key = &job->load->cfg->upsert.key;
	struct quote q, t;
	ptrdiff_t column;
	size_t i;

	model->primary_key.v = arena_alloc(job->load->a,
	    (key->n + 1) * sizeof(*model->primary_key.v));
	for (i = 0; i < key->n; i++) {
		column = table_find_column(model, key->v[i],
		    strlen(key->v[i]));
		if (column == -1) {
			(void)err_set(err, "the first rows of table %s have "
			    "no %s to be the key", quote_z(&t, job->name),
			    quote_z(&q, key->v[i]));
			return (err_status(err, DIAG_USAGE));
		}
		model->columns[column].not_null = 1;
		model->primary_key.v[model->primary_key.n++] = (size_t)column;
	}
	return (0);
}

static int
create_inferred(void *cookie, struct err *err)
{
	struct job *job = cookie;
	struct load *l = job->load;
	struct table *model;
	char why[512];
	struct quote q;
	size_t i;

	model = infer_table(job->infer, job->name, l->a);
	if (model->ncolumns == 0) {
		(void)err_set(err, "no row tells which columns table %s has",
		    quote_z(&q, job->name));
		(void)err_hint(err, "--schema FILE can tell as well");
		return (err_status(err, DIAG_BADINPUT));
	}
	for (i = 0; diag_verbose() && i < model->ncolumns; i++)
		diag_note("%s: column %s", quote_z(&q, job->name),
		    infer_explain(job->infer, i, why, sizeof(why)));
	if (take_key(job, model, err) != 0 ||
	    create_table(l, model, job->name, err) != 0)
		return (-1);
	return (open_table(job, err));
}

/*
 * Rows.
 */

static enum sink_stored
store_row(const struct row *row, void *cookie, struct err *err)
{
	struct job *job = cookie;
	struct load *l = job->load;
	enum sink_stored stored;

	/* Before a gate, only the row after it shows that a batch was not the
	 * last. */
	if (end_batch(l, sink_committed_before, err) != 0)
		return (SINK_FAILED);
	stored = job->patch != NULL ?
	    sqlite_patch_row(job->patch, row, err) :
	    sqlite_upsert_row(job->upsert, row, err);
	if (stored >= SINK_REFUSED)
		return (stored);
	l->pending++;
	if (!sink_gated(l->sink) && end_batch(l, sink_committed, err) != 0)
		return (SINK_FAILED);
	return (stored);
}

static int
load_tables(struct load *l)
{
	struct sink_ops ops = { .store = store_row };
	int status = DIAG_OK;
	struct job *job;
	size_t i;

	for (i = 0; status == DIAG_OK && i < l->sink->ntables; i++) {
		job = &l->jobs[i];
		ops.look = job->infer != NULL ? look_row : NULL;
		ops.ready = create_inferred;
		status = sink_load(l->sink, job->rows, &ops, job);
	}
	return (status);
}

/*
 * What was lost.
 */

static void
put_loss(struct buf *b, const char *column, const struct sqlite_loss *loss)
{

	buf_puts(b, b->len == 0 ? "\"loss\":[" : ",");
	buf_puts(b, "{\"column\":");
	json_put_z(b, column);
	buf_printf(b, ",\"count\":%" PRIu64 ",\"first\":{\"place\":",
	    loss->count);
	json_put_z(b, loss->place);
	buf_puts(b, ",\"value\":");
	json_put_z(b, loss->value);
	buf_puts(b, ",\"became\":");
	json_put_z(b, loss->became);
	buf_puts(b, "}}");
}

static int
say_patch_loss(const struct job *job)
{
	uint64_t n = sqlite_patch_lost(job->patch);
	char t[QUOTE_MAX];

	if (n > 0)
		diag_warn("%s: %" PRIu64 " values were changed by storing "
		    "them", quote_plain(t, sizeof(t), job->name,
		    strlen(job->name)), n);
	return (n > 0);
}

/* Say for each column of the table what was changed in it.  Return whether
 * anything was. */
static int
say_loss(struct job *job)
{
	const struct sqlite_loss *loss;
	struct buf *b = &job->rows->more;
	const char *column;
	char t[QUOTE_MAX], c[QUOTE_MAX];
	size_t i;

	if (job->patch != NULL)
		return (say_patch_loss(job));
	for (i = 0; i < job->table->model->ncolumns; i++) {
		loss = sqlite_upsert_loss(job->upsert, i);
		if (loss->count == 0)
			continue;
		column = job->table->model->columns[i].name;
		diag_warn("%s.%s: %" PRIu64 " value%s changed, the first (%s) "
		    "from %s to %s", quote_plain(t, sizeof(t), job->name,
		    strlen(job->name)), quote_plain(c, sizeof(c), column,
		    strlen(column)), loss->count, loss->count == 1 ? "" : "s",
		    loss->place, loss->value, loss->became);
		put_loss(b, column, loss);
	}
	if (b->len == 0)
		return (0);
	buf_putc(b, ']');
	return (1);
}

/*
 * The run.
 */

/* Everything is in the transaction: end it. */
static int
finish(struct load *l, int status)
{
	struct sqlite_target *target = l->target;
	size_t i;

	if (status > DIAG_FINDINGS)
		return (status);
	if (check_keys(l, &l->err) != 0 || (l->checkpoint != NULL &&
	    checkpoint_write(l->checkpoint, 1, 1, &l->err) != 0))
		return (stopped(l));
	for (i = 0; i < l->sink->ntables; i++) {
		if (say_loss(&l->jobs[i]))
			status = DIAG_FINDINGS;
		/* The database closes only without statements. */
		sqlite_upsert_free(l->jobs[i].upsert);
		sqlite_patch_free(l->jobs[i].patch);
		l->jobs[i].upsert = NULL;
		l->jobs[i].patch = NULL;
	}
	if (sqlite_target_ready(target, &l->err) != 0 ||
	    sink_hold(l->sink, l->cfg->target.dry_run, &l->err) != 0)
		return (stopped(l));
	l->target = NULL;
	if (sqlite_target_close(target, &l->err) != 0)
		return (stopped(l));
	if (l->cfg->target.dry_run)
		diag_note("dry run: everything was rolled back");
	return (status);
}

/* Nothing, or whole batches only, was committed: say so. */
static void
say_rolled_back(const struct load *l, const char *path, int status)
{
	struct quote q;

	if (status <= DIAG_FINDINGS || status == DIAG_UNKNOWN)
		return;
	(void)quote_z(&q, path);
	if (l->committed == 0)
		diag_note("nothing was committed to %s", q.s);
	else
		diag_note("the first %" PRIu64 " rows stay committed to %s, "
		    "the rest was rolled back", l->committed, q.s);
}

static int
run(struct load *l, const char *path)
{
	struct quote q;
	int status;

	l->target = sqlite_target_open(path, &l->cfg->target, &l->err);
	if (l->target == NULL)
		return (sink_end(l->sink, stopped(l)));
	l->db = sqlite_target_db(l->target);
	if (sqlite_target_backup(l->target) != NULL)
		diag_note("backup in %s",
		    quote_z(&q, sqlite_target_backup(l->target)));
	status = open_tables(l) != 0 ? stopped(l) : load_tables(l);
	status = finish(l, sink_end(l->sink, status));
	say_rolled_back(l, path, status);
	return (status);
}

static void
clean_up(struct load *l)
{
	size_t i;

	for (i = 0; l->jobs != NULL && i < l->sink->ntables; i++) {
		sqlite_upsert_free(l->jobs[i].upsert);
		sqlite_patch_free(l->jobs[i].patch);
		infer_free(l->jobs[i].infer);
	}
	sqlite_fk_free(l->fk);
	checkpoint_free(l->checkpoint);
	buf_free(&l->what);
	sqlite_target_abandon(l->target);
	mem_free(l->jobs);
	arena_free(l->a);
}

/* Give each table of the command line its name and its schema. */
static int
name_jobs(struct load *l)
{
	struct sink *sink = l->sink;
	struct job *job;
	struct quote q;
	size_t i, k;

	l->jobs = mem_array(sink->ntables, sizeof(*l->jobs));
	for (i = 0; i < sink->ntables; i++) {
		job = &l->jobs[i];
		job->load = l;
		job->rows = &sink->tables[i];
		job->name = sqlite_table_name(job->rows->name,
		    job->rows->len, l->a, &l->err);
		if (job->name == NULL)
			return (-1);
		job->model = table_set_find(&l->schema, job->name);
		for (k = 0; k < i; k++) {
			if (strcasecmp(l->jobs[k].name, job->name) != 0)
				continue;
			(void)err_set(&l->err, "table %s is named twice, and "
			    "not in the same words", quote_z(&q, job->name));
			return (err_status(&l->err, DIAG_USAGE));
		}
	}
	return (0);
}

/* Answer --status and --resume-point. */
static int
answer(const struct config *cfg, char *const operands[])
{
	struct err err = ERR_INIT;
	struct engine *e;
	int rc;

	if (operands[1] != NULL && operands[2] != NULL)
		opt_usage(&spec, "no more than one table is named here");
	/* A run that was killed may have left a change to roll back. */
	e = engine_open_sqlite(operands[0], access(operands[0], W_OK) == 0 ?
	    ENGINE_WRITE : ENGINE_READ, cfg->target.busy, &err);
	if (e == NULL)
		diag_exit(&err, DIAG_FAIL);
	rc = checkpoint_answer(e, &cfg->checkpoint, operands[1], &err);
	engine_close(e);
	if (rc != 0)
		diag_exit(&err, DIAG_FAIL);
	return (DIAG_OK);
}

static void
check_options(const struct config *cfg)
{
	const char *wrong;

	wrong = checkpoint_usage(&cfg->checkpoint, cfg->target.dry_run);
	if (wrong != NULL)
		opt_usage(&spec, "%s", wrong);
	if (cfg->force && cfg->undo == NULL && cfg->diff == NULL)
		opt_usage(&spec, "--force says nothing without --undo or "
		    "--apply-diff");
	if (cfg->diff != NULL && (cfg->target.create || cfg->undo != NULL ||
	    cfg->key.n > 0 || cfg->upsert.conflict != CONFLICT_ERROR))
		opt_usage(&spec, "--apply-diff goes without --create, --key, "
		    "--on-conflict and --undo");
	if (cfg->key.n > 0 && !cfg->target.create &&
	    cfg->upsert.conflict == CONFLICT_ERROR)
		opt_usage(&spec, "--key says nothing without --on-conflict");
}

static int
undo(const struct config *cfg, char *const operands[])
{

	if (operands[1] != NULL)
		opt_usage(&spec, "--undo takes its tables from the log");
	return (sqlite_revert_run(operands[0], cfg->undo, &cfg->target,
	    cfg->force));
}

/* TABLE and the file of --apply-diff are the operand TABLE=FILE. */
static void
name_diff(const struct config *cfg, char *operands[], struct buf *b)
{

	if (operands[1] == NULL || operands[2] != NULL ||
	    operands[1][name_end(operands[1])] != '\0')
		opt_usage(&spec, "--apply-diff needs the name of one table");
	buf_printf(b, "%s=%s", operands[1], cfg->diff);
	operands[1] = buf_z(b);
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.reader = READER_OPTS_INIT,
		.target = { .busy = 5, .sync = SQLITE_SYNCHRONOUS_FULL },
	};
	struct load l = { .cfg = &cfg, .err = ERR_INIT };
	struct buf diff = { 0 };
	char **operands;
	int status;

	operands = opt_parse(&spec, argc, argv, &cfg);
	if (operands[0] == NULL)
		opt_usage(&spec, "no database named");
	check_options(&cfg);
	if (checkpoint_asked(&cfg.checkpoint))
		return (answer(&cfg, operands));
	if (cfg.undo != NULL)
		return (undo(&cfg, operands));
	cfg.target.stepwise = cfg.batch > 0;
	if (cfg.diff != NULL)
		name_diff(&cfg, operands, &diff);
	l.sink = sink_open(operands + 1, &cfg.reader, &l.err);
	if (l.sink == NULL && l.err.status == DIAG_USAGE)
		opt_usage(&spec, "%s", l.err.msg);
	if (l.sink == NULL)
		diag_exit(&l.err, DIAG_FAIL);
	l.a = arena_new();
	sqlite_table_names(&cfg.key, l.a, &cfg.upsert.key);
	if ((cfg.schema != NULL && table_set_read(cfg.schema, &l.schema, l.a,
	    &l.err) != 0) || name_jobs(&l) != 0)
		status = sink_end(l.sink, stopped(&l));
	else
		status = run(&l, operands[0]);
	clean_up(&l);
	status = sink_close(l.sink, status);
	buf_free(&diff);
	return (status);
}
