/*
 * pg-load - store rows in tables of a PostgreSQL database
 * All of them or, when anything goes wrong, none.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/checkpoint.h"
#include "db/engine.h"
#include "db/pg.h"
#include "db/pgload.h"
#include "db/pgmerge.h"
#include "db/pgpatch.h"
#include "db/pgrevert.h"
#include "db/pgsequence.h"
#include "db/pgtarget.h"
#include "db/pgundo.h"
#include "db/pgwrite.h"
#include "db/sink.h"
#include "row/filter.h"
#include "row/row.h"
#include "schema/name.h"

struct config {
	struct reader_opts	 reader;
	struct pgwrite_opts	 write;
	struct pgload_opts	 load;
	uint64_t		 batch;		/* 0: one transaction */
	int			 confirm, force;
	const char		*undo;		/* a log */
	const char		*diff;		/* of row-diff */
	struct opt_list		 key, update;	/* as given */
	struct checkpoint_opts	 checkpoint;
};

static const struct opt opts[] = {
	OPT_STR(0, "apply-diff", "FILE", "do what row-diff's FILE says",
	    struct config, diff),
	OPT_UINT(0, "batch", "N", "commit after every N rows",
	    struct config, batch),
	OPT_FLAG(0, "confirm", "really delete what --delete-missing says",
	    struct config, confirm),
	PG_OPTS(struct config, write.dbname),
	OPT_FLAG(0, "delete-missing", "delete rows whose keys did not come",
	    struct config, load.delete_missing),
	OPT_FLAG(0, "dry-run", "do everything, then roll back",
	    struct config, write.dry_run),
	OPT_FLAG(0, "force", "do also what is unsafe, see the page",
	    struct config, force),
	OPT_FLAG(0, "ignore-unknown", "leave out keys without a column",
	    struct config, load.ignore_unknown),
	OPT_MANY(0, "key", "NAME,...",
	    "what identifies a row (default primary key)",
	    struct config, key),
	OPT_CHOICE(0, "on-conflict", CONFLICT_WORDS,
	    "what a key that exists does (default error)",
	    struct config, load.conflict),
	OPT_FLAG(0, "overriding-system", "store numbers that identities"
	    " would make", struct config, load.overriding),
	CHECKPOINT_OPTS(struct config, checkpoint),
	OPT_MANY(0, "session", "SQL", "run SQL first in each transaction",
	    struct config, write.session),
	OPT_STR(0, "undo", "FILE", "undo what the undo log FILE says",
	    struct config, undo),
	OPT_STR(0, "undo-log", "FILE", "write down what is changed in FILE",
	    struct config, write.undo_log),
	OPT_MANY(0, "update-columns", "NAME,...",
	    "what --on-conflict update may change (default all)",
	    struct config, update),
	READER_OPTS(struct config, reader),
};
static const struct opt_spec spec = OPT_SPEC("pg-load",
    "TABLE | TABLE=FILE ... | --undo=FILE",
    "store rows in a PostgreSQL database", opts);

/* A table to load. */
struct job {
	struct load		*load;
	struct sink_table	*rows;
	struct pgtarget		*target;
	struct pgload		*rowload;
	struct pgpatch		*patch;		/* with --apply-diff, instead */
};

struct load {
	const struct config	*cfg;
	struct arena		*a;
	struct sink		*sink;
	struct job		*jobs;	/* beside sink->tables */
	struct pgwrite		*write;
	struct checkpoint	*checkpoint;	/* with --resume */
	struct buf		 what;		/* options, spelt for it */
	uint64_t		 pending, committed; /* rows */
	struct err		 err;	/* what went wrong last */
};

static int
stopped(const struct load *l)
{

	if (l->err.msg[0] != '\0')
		diag_err(NULL, &l->err);
	return (l->err.status != 0 ? l->err.status : DIAG_FAIL);
}

/*
 * Rows.
 */

static int
flush_rows(void *cookie, struct err *err)
{
	struct job *job = cookie;

	return (job->patch != NULL ? 0 : pgload_flush(job->rowload, err));
}

/* Commit the batch if it is full; ${say} tells the books. */
static int
end_batch(struct job *job, void (*say)(struct sink *sink), struct err *err)
{
	struct load *l = job->load;

	if (l->cfg->batch == 0 || l->pending < l->cfg->batch)
		return (0);
	if (flush_rows(job, err) != 0 || (l->checkpoint != NULL &&
	    checkpoint_write(l->checkpoint, say == sink_committed, 0,
	    err) != 0) || pgwrite_step(l->write, err) != 0)
		return (-1);
	l->pending = 0;
	if (l->cfg->write.dry_run)
		return (0);
	l->committed += l->cfg->batch;
	say(l->sink);
	return (0);
}

static enum sink_stored
store_row(const struct row *row, void *cookie, struct err *err)
{
	struct job *job = cookie;
	struct load *l = job->load;
	enum sink_stored stored;

	/* Before a gate, only the row after it shows that a batch was not the
	 * last. */
	if (end_batch(job, sink_committed_before, err) != 0)
		return (SINK_FAILED);
	stored = job->patch != NULL ? pgpatch_row(job->patch, row, err) :
	    pgload_row(job->rowload, row, err);
	if (stored == SINK_REFUSED || stored == SINK_FAILED)
		return (stored);
	l->pending++;
	if (!sink_gated(l->sink) && end_batch(job, sink_committed, err) != 0)
		return (SINK_FAILED);
	return (stored);
}

static int
load_tables(struct load *l)
{
	static const struct sink_ops ops = {
		.store = store_row, .flush = flush_rows,
	};
	int status = DIAG_OK;
	size_t i;

	for (i = 0; status == DIAG_OK && i < l->sink->ntables; i++)
		status = sink_load(l->sink, l->jobs[i].rows, &ops,
		    &l->jobs[i]);
	return (status);
}

/*
 * Tables.
 */

static int
open_table(struct load *l, size_t i)
{
	struct job *job = &l->jobs[i];
	struct pg *pg = pgwrite_pg(l->write);
	struct quote q;
	size_t k;

	job->load = l;
	job->rows = &l->sink->tables[i];
	job->target = pgtarget_find(pg, job->rows->name, job->rows->len, l->a,
	    &l->err);
	if (job->target == NULL)
		return (-1);
	for (k = 0; k < i; k++) {
		if (l->jobs[k].target->rel->oid != job->target->rel->oid)
			continue;
		(void)err_set(&l->err, "table %s is named twice, and not in "
		    "the same words", quote_z(&q, job->target->label));
		return (err_status(&l->err, DIAG_USAGE));
	}
	if (pgwrite_undo(l->write) != NULL && pgundo_table(
	    pgwrite_undo(l->write), job->target, &l->err) != 0)
		return (-1);
	if (l->cfg->diff != NULL) {
		job->patch = pgpatch_new(pg, job->target, l->cfg->force,
		    l->cfg->load.undo ? (unsigned)i + 1 : 0, &l->err);
		return (job->patch == NULL ? -1 : 0);
	}
	job->rowload = pgload_new(pg, job->target, &l->cfg->load, l->sink,
	    job->rows, l->a, &l->err);
	return (job->rowload == NULL ? -1 :
	    pgload_begin(job->rowload, &l->err));
}

/* The options that change what is stored. */
static void
spell_options(const struct config *cfg, struct buf *b)
{
	size_t i;

	buf_puts(b, "--on-conflict=");
	opt_put_word(b, CONFLICT_WORDS, cfg->load.conflict);
	for (i = 0; i < cfg->load.key.n; i++)
		buf_printf(b, "%s%s", i == 0 ? " --key=" : ",",
		    cfg->load.key.v[i]);
	for (i = 0; i < cfg->load.update.n; i++)
		buf_printf(b, "%s%s", i == 0 ? " --update-columns=" : ",",
		    cfg->load.update.v[i]);
	if (cfg->load.ignore_unknown)
		buf_puts(b, " --ignore-unknown");
	if (cfg->load.overriding)
		buf_puts(b, " --overriding-system");
	for (i = 0; i < cfg->write.session.n; i++)
		buf_printf(b, " --session=%s", cfg->write.session.v[i]);
}

/* Begin the run that --resume names, or find where it goes on. */
static int
open_checkpoint(struct load *l)
{
	struct buf where = { 0 };
	const struct job *job;
	size_t i;

	if (l->cfg->checkpoint.run == NULL)
		return (0);
	spell_options(l->cfg, &l->what);
	l->checkpoint = checkpoint_new(engine_of_pg(pgwrite_pg(l->write)),
	    l->sink, &l->cfg->checkpoint, buf_z(&l->what), &l->err);
	if (l->checkpoint == NULL)
		return (-1);
	for (i = 0; i < l->sink->ntables; i++) {
		job = &l->jobs[i];
		if (checkpoint_stream(l->checkpoint, i, job->target->label,
		    &l->err) != 0 || checkpoint_table(l->checkpoint, i,
		    job->target->model, &l->cfg->load.key, &l->err) != 0)
			return (-1);
	}
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
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < l->sink->ntables; i++)
		rc = open_table(l, i);
	return (rc == 0 ? open_checkpoint(l) : rc);
}

/*
 * After the last row.
 */

/* Delete what did not come, last table first: others may refer to it. */
static int
delete_missing(struct load *l, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = l->sink->ntables; rc == 0 && i-- > 0 &&
	    l->cfg->load.delete_missing;)
		rc = pgload_delete(l->jobs[i].rowload, l->cfg->force, err);
	return (rc);
}

static const unsigned char *
given(const struct job *job)
{

	return (job->patch != NULL ? pgpatch_given(job->patch) :
	    pgload_given(job->rowload));
}

/* Move sequences past the numbers that came.  Return the exit status. */
static int
move_sequences(struct load *l, int status)
{
	size_t i;
	int n;

	for (i = 0; i < l->sink->ntables; i++) {
		n = pgsequence_follow(pgwrite_pg(l->write), l->jobs[i].target,
		    given(&l->jobs[i]), l->cfg->write.dry_run,
		    &l->err);
		if (n < 0)
			return (stopped(l));
		if (n > 0)
			status = DIAG_FINDINGS;
	}
	return (status);
}

/* Everything is in the transaction: end it. */
static int
finish(struct load *l, int status)
{

	if (status > DIAG_FINDINGS)
		return (status);
	if (delete_missing(l, &l->err) != 0 || (l->checkpoint != NULL &&
	    checkpoint_write(l->checkpoint, 1, 1, &l->err) != 0) ||
	    pgwrite_check(l->write, &l->err) != 0)
		return (stopped(l));
	if ((status = move_sequences(l, status)) > DIAG_FINDINGS)
		return (status);
	if (sink_hold(l->sink, l->cfg->write.dry_run, &l->err) != 0 ||
	    pgwrite_commit(l->write, &l->err) != 0)
		return (stopped(l));
	if (l->cfg->write.dry_run)
		diag_note("dry run: everything was rolled back");
	return (status);
}

/* Nothing, or whole batches only, was committed: say so. */
static void
say_rolled_back(const struct load *l, int status)
{

	if (status <= DIAG_FINDINGS || status == DIAG_UNKNOWN)
		return;
	if (l->committed == 0)
		diag_note("nothing was committed");
	else
		diag_note("the first %" PRIu64 " rows stay committed, the "
		    "rest was rolled back", l->committed);
}

static int
run(struct load *l)
{
	int status;

	l->write = pgwrite_open(&l->cfg->write, &l->err);
	if (l->write == NULL)
		return (sink_end(l->sink, stopped(l)));
	status = open_tables(l) != 0 ? stopped(l) : load_tables(l);
	status = finish(l, sink_end(l->sink, status));
	say_rolled_back(l, status);
	return (status);
}

static void
clean_up(struct load *l)
{
	size_t i;

	for (i = 0; i < l->sink->ntables; i++) {
		pgload_free(l->jobs[i].rowload);
		pgpatch_free(l->jobs[i].patch);
	}
	checkpoint_free(l->checkpoint);
	pgwrite_close(l->write);
	buf_free(&l->what);
	mem_free(l->jobs);
	arena_free(l->a);
}

/* Answer --status and --resume-point. */
static int
answer(const struct config *cfg, char *const operands[])
{
	struct err err = ERR_INIT;
	struct engine *e;
	int rc;

	if (operands[0] != NULL && operands[1] != NULL)
		opt_usage(&spec, "no more than one table is named here");
	e = engine_open_pg(cfg->write.dbname, ENGINE_READ, &err);
	if (e == NULL)
		diag_exit(&err, DIAG_FAIL);
	rc = checkpoint_answer(e, &cfg->checkpoint, operands[0], &err);
	engine_close(e);
	if (rc != 0)
		diag_exit(&err, DIAG_FAIL);
	return (DIAG_OK);
}

static void
check_options(const struct config *cfg)
{
	const char *wrong;

	wrong = checkpoint_usage(&cfg->checkpoint, cfg->write.dry_run);
	if (wrong != NULL)
		opt_usage(&spec, "%s", wrong);
	if (cfg->checkpoint.run != NULL && cfg->load.delete_missing)
		opt_usage(&spec, "--delete-missing and --resume exclude each"
		    " other: rows that are skipped would be missing");

	if (cfg->diff != NULL && (cfg->undo != NULL || cfg->key.n > 0 ||
	    cfg->load.conflict != CONFLICT_ERROR))
		opt_usage(&spec, "--apply-diff goes without --key, "
		    "--on-conflict and --undo");
	if (cfg->load.conflict == CONFLICT_ERROR) {
		if (cfg->key.n > 0)
			opt_usage(&spec, "--key says nothing without"
			    " --on-conflict");
		if (cfg->load.delete_missing)
			opt_usage(&spec, "--delete-missing needs"
			    " --on-conflict");
	}
	if (cfg->update.n > 0 && cfg->load.conflict != CONFLICT_UPDATE)
		opt_usage(&spec, "--update-columns goes with --on-conflict"
		    " update");
	if (!cfg->load.delete_missing)
		return;
	if (cfg->reader.limit != UINT64_MAX)
		opt_usage(&spec, "--delete-missing with --limit would delete"
		    " rows that were not read");
	if (!cfg->confirm && !cfg->write.dry_run)
		opt_usage(&spec, "--delete-missing needs --confirm; --dry-run"
		    " tells how many rows it would delete");
}

static int
undo(const struct config *cfg, char *const operands[])
{

	if (operands[0] != NULL)
		opt_usage(&spec, "--undo takes its tables from the log");
	if (cfg->write.undo_log != NULL)
		opt_usage(&spec, "--undo writes no undo log of its own");
	return (pgrevert_run(cfg->undo, &cfg->write, cfg->force));
}

/* TABLE and the file of --apply-diff are the operand TABLE=FILE. */
static void
name_diff(const struct config *cfg, char *operands[], struct buf *b)
{

	if (operands[0] == NULL || operands[1] != NULL ||
	    operands[0][name_end(operands[0])] != '\0')
		opt_usage(&spec, "--apply-diff needs the name of one table");
	buf_printf(b, "%s=%s", operands[0], cfg->diff);
	operands[0] = buf_z(b);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .reader = READER_OPTS_INIT };
	struct load l = { .cfg = &cfg, .err = ERR_INIT };
	struct buf diff = { 0 };
	char **operands;
	int status;

	operands = opt_parse(&spec, argc, argv, &cfg);
	check_options(&cfg);
	if (checkpoint_asked(&cfg.checkpoint))
		return (answer(&cfg, operands));
	if (cfg.undo != NULL)
		return (undo(&cfg, operands));
	if (cfg.diff != NULL)
		name_diff(&cfg, operands, &diff);
	l.sink = sink_open(operands, &cfg.reader, &l.err);
	if (l.sink == NULL && l.err.status == DIAG_USAGE)
		opt_usage(&spec, "%s", l.err.msg);
	if (l.sink == NULL)
		diag_exit(&l.err, DIAG_FAIL);
	l.a = arena_new();
	l.jobs = mem_array(l.sink->ntables, sizeof(*l.jobs));
	name_list(&cfg.key, NAME_KEEP, &cfg.load.key, l.a);
	name_list(&cfg.update, NAME_KEEP, &cfg.load.update, l.a);
	cfg.load.rejects = reader_rejects(&cfg.reader);
	cfg.load.undo = cfg.write.undo_log != NULL;
	cfg.load.lasting = cfg.batch > 0 && !cfg.write.dry_run;
	cfg.write.lasting = cfg.load.lasting;
	status = run(&l);
	clean_up(&l);
	status = sink_close(l.sink, status);
	buf_free(&diff);
	return (status);
}
