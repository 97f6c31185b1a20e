/*
 * sqlite-load - store rows in tables of a SQLite database
 * All of them or, when anything goes wrong, none.
 */
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/loading.h"
#include "db/sqlite.h"
#include "db/sqlite_intake.h"
#include "db/sqlite_revert.h"
#include "db/sqlite_target.h"
#include "schema/ddl.h"

struct config {
	struct loading_opts		 loading;
	struct sqlite_target_opts	 target;
	struct sqlite_intake_opts	 intake;
	const char			*path;	/* of the database */
};

static const struct opt opts[] = {
	OPT_OPTSTR(0, "backup", "FILE", "keep a copy of the database first",
	    struct config, target.backup),
	OPT_UINT(0, "busy-timeout", "SECONDS",
	    "wait for a locked database (default 5)",
	    struct config, target.busy),
	OPT_FLAG(0, "create", "create the database or table if missing",
	    struct config, target.create),
	OPT_FLAG(0, "force", "change rows that have changed since, too",
	    struct config, loading.force),
	OPT_CHOICE(0, "numeric", DDL_NUMERIC_WORDS,
	    "how --create stores decimals (default real)",
	    struct config, intake.numeric),
	OPT_STR(0, "schema", "FILE", "JSON Schema of the tables",
	    struct config, intake.schema),
	OPT_FLAG(0, "strict-loss", "refuse values that SQLite would change",
	    struct config, intake.upsert.strict_loss),
	OPT_CHOICE(0, "synchronous", SQLITE_SYNCHRONOUS_WORDS,
	    "how hard SQLite syncs (default full)",
	    struct config, target.sync),
	LOADING_OPTS(struct config, loading),
};
static const struct opt_spec spec = OPT_SPEC("sqlite-load",
    "DB TABLE | DB TABLE=FILE ... | --undo=FILE DB",
    "store rows in a SQLite database", opts);

struct load {
	struct config		*cfg;
	struct sqlite_intake	*intake;
	struct sqlite_target	*target;
};

/*
 * Without a load.
 */

static struct engine *
ask(void *cookie, struct err *err)
{
	const struct load *l = cookie;
	const char *path = l->cfg->path;

	/* A run that was killed may have left a change to roll back. */
	return (engine_open_sqlite(path, access(path, W_OK) == 0 ?
	    ENGINE_WRITE : ENGINE_READ, l->cfg->target.busy, err));
}

static int
undo(void *cookie)
{
	const struct load *l = cookie;
	const struct loading_opts *o = &l->cfg->loading;

	return (sqlite_revert_run(l->cfg->path, o->undo, &l->cfg->target,
	    o->force));
}

/*
 * Beginning.
 */

static int
begin(struct loading *run, void *cookie, struct err *err)
{
	struct load *l = cookie;
	struct config *cfg = l->cfg;
	const char *backup;
	struct quote q;

	cfg->intake.upsert.key = run->key;
	run->path = cfg->path;
	if ((l->intake = sqlite_intake_new(run, &cfg->intake, err)) == NULL ||
	    (l->target = sqlite_target_open(cfg->path, &cfg->target,
	    err)) == NULL)
		return (-1);
	if ((backup = sqlite_target_backup(l->target)) != NULL)
		diag_note("backup in %s", quote_z(&q, backup));
	return (0);
}

static int
open_tables(void *cookie, struct err *err)
{
	struct load *l = cookie;

	return (sqlite_intake_open(l->intake, sqlite_target_db(l->target),
	    err));
}

static void
spell(void *cookie, struct buf *b)
{
	const struct load *l = cookie;

	if (l->cfg->loading.ignore_unknown)
		buf_puts(b, " --ignore-unknown");
	if (l->cfg->intake.upsert.strict_loss)
		buf_puts(b, " --strict-loss");
}

/*
 * End.
 */

static int
check(void *cookie, int last, struct err *err)
{
	struct load *l = cookie;

	(void)last;
	return (sqlite_intake_check(l->intake, err));
}

static int
step(void *cookie, struct err *err)
{
	struct load *l = cookie;

	return (sqlite_target_step(l->target, err));
}

static int
again(void *cookie, struct err *err)
{
	struct load *l = cookie;

	return (sqlite_target_next(l->target, err));
}

static int
ready(void *cookie, int *found, struct err *err)
{
	struct load *l = cookie;

	*found = sqlite_intake_end(l->intake);
	return (sqlite_target_ready(l->target, err));
}

static int
commit(void *cookie, struct err *err)
{
	struct load *l = cookie;
	struct sqlite_target *target = l->target;

	l->target = NULL;
	return (sqlite_target_close(target, err));
}

static void
end(void *cookie)
{
	struct load *l = cookie;

	sqlite_intake_free(l->intake);
	sqlite_target_abandon(l->target);
}

static const struct loading_ops ops = {
	.ask = ask, .undo = undo, .begin = begin, .open = open_tables,
	.spell = spell, .check = check, .step = step, .again = again,
	.ready = ready, .commit = commit, .close = end
};

static void
check_options(const struct loading_opts *o, int create)
{

	if (o->force && o->undo == NULL && o->diff == NULL)
		opt_usage(&spec, "--force says nothing without --undo or "
		    "--apply-diff");
	if (o->diff != NULL && (create || o->undo != NULL || o->key.n > 0 ||
	    o->conflict != CONFLICT_ERROR))
		opt_usage(&spec, "--apply-diff goes without --create, --key, "
		    "--on-conflict and --undo");
	if (o->key.n > 0 && !create && o->conflict == CONFLICT_ERROR)
		opt_usage(&spec, "--key says nothing without --on-conflict");
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.loading = LOADING_OPTS_INIT,
		.target = { .busy = 5, .sync = SQLITE_SYNCHRONOUS_FULL },
	};
	struct load l = { .cfg = &cfg };
	char **operands;

	operands = opt_parse(&spec, argc, argv, &cfg);
	if (operands[0] == NULL)
		opt_usage(&spec, "no database named");
	check_options(&cfg.loading, cfg.target.create);
	cfg.path = operands[0];
	cfg.target.stepwise = cfg.loading.batch > 0;
	cfg.target.dry_run = cfg.loading.dry_run;
	cfg.target.undo_log = cfg.loading.undo_log;
	cfg.intake.create = cfg.target.create;
	cfg.intake.patch = cfg.loading.diff != NULL;
	cfg.intake.force = cfg.loading.force;
	cfg.intake.upsert.conflict = cfg.loading.conflict;
	cfg.intake.upsert.ignore_unknown = cfg.loading.ignore_unknown;
	return (loading_run(&spec, operands + 1, &cfg.loading, &ops, &l));
}
