/*
 * pg-load - store rows in tables of a PostgreSQL database
 * All of them or, when anything goes wrong, none.
 */
#include "base/buf.h"
#include "base/opt.h"
#include "db/engine.h"
#include "db/loading.h"
#include "db/pg.h"
#include "db/pgintake.h"
#include "db/pgload.h"
#include "db/pgrevert.h"
#include "db/pgundo.h"
#include "db/pgwrite.h"
#include "schema/name.h"

struct config {
	struct loading_opts	 loading;
	struct pgwrite_opts	 write;
	struct pgload_opts	 load;
	struct opt_list		 update;	/* as given */
	int			 confirm;
};

static const struct opt opts[] = {
	OPT_FLAG(0, "confirm", "really delete what --delete-missing says",
	    struct config, confirm),
	PG_OPTS(struct config, write.dbname),
	OPT_FLAG(0, "delete-missing", "delete rows whose keys did not come",
	    struct config, load.delete_missing),
	OPT_FLAG(0, "force", "do also what is unsafe, see the page",
	    struct config, loading.force),
	OPT_FLAG(0, "overriding-system", "store numbers that identities"
	    " would make", struct config, load.overriding),
	OPT_MANY(0, "session", "SQL", "run SQL first in each transaction",
	    struct config, write.session),
	OPT_MANY(0, "update-columns", "NAME,...",
	    "what --on-conflict update may change (default all)",
	    struct config, update),
	LOADING_OPTS(struct config, loading),
};
static const struct opt_spec spec = OPT_SPEC("pg-load",
    "TABLE | TABLE=FILE ... | --undo=FILE",
    "store rows in a PostgreSQL database", opts);

struct load {
	struct config	*cfg;
	struct loading	*run;
	struct pgwrite	*write;
	struct pgintake	*intake;
};

/*
 * Without a load.
 */

static struct engine *
ask(void *cookie, struct err *err)
{
	const struct load *l = cookie;

	return (engine_open_pg(l->cfg->write.dbname, ENGINE_READ, err));
}

static int
undo(void *cookie)
{
	const struct load *l = cookie;
	const struct loading_opts *o = &l->cfg->loading;

	return (pgrevert_run(o->undo, &l->cfg->write, o->force));
}

/*
 * Beginning.
 */

static int
begin(struct loading *run, void *cookie, struct err *err)
{
	struct load *l = cookie;
	struct config *cfg = l->cfg;

	l->run = run;
	cfg->load.key = run->key;
	name_list(&cfg->update, NAME_KEEP, &cfg->load.update, run->a);
	if ((l->write = pgwrite_open(&cfg->write, err)) == NULL)
		return (-1);
	l->intake = pgintake_new(run, l->write, &cfg->load);
	return (0);
}

static int
open_tables(void *cookie, struct err *err)
{
	struct load *l = cookie;

	return (pgintake_open(l->intake, err));
}

static void
spell(void *cookie, struct buf *b)
{
	const struct load *l = cookie;
	const struct config *cfg = l->cfg;
	size_t i;

	loading_put_list(b, " --update-columns", &cfg->load.update);
	if (cfg->load.ignore_unknown)
		buf_puts(b, " --ignore-unknown");
	if (cfg->load.overriding)
		buf_puts(b, " --overriding-system");
	for (i = 0; i < cfg->write.session.n; i++)
		buf_printf(b, " --session=%s", cfg->write.session.v[i]);
}

/*
 * End.
 */

static int
delete_missing(void *cookie, int last, struct err *err)
{
	struct load *l = cookie;

	return (last && l->cfg->load.delete_missing ?
	    pgintake_delete(l->intake, err) : 0);
}

static int
step(void *cookie, struct err *err)
{
	struct load *l = cookie;

	if (pgwrite_step(l->write, err) != 0)
		return (-1);
	if (!l->cfg->write.dry_run)
		pgintake_committed(l->intake);
	return (0);
}

static int
again(void *cookie, struct err *err)
{
	struct load *l = cookie;

	return (pgwrite_next(l->write, err));
}

/* A sequence that stays behind is a finding, and so is a change that cannot be
 * undone. */
static int
ready(void *cookie, int *found, struct err *err)
{
	struct load *l = cookie;

	if (pgwrite_check(l->write, err) != 0 ||
	    (*found = pgintake_follow(l->intake, err)) < 0)
		return (-1);
	*found |= pgwrite_undo(l->write) != NULL &&
	    pgundo_partial(pgwrite_undo(l->write));
	return (0);
}

static int
commit(void *cookie, struct err *err)
{
	struct load *l = cookie;

	return (pgwrite_commit(l->write, err));
}

static void
end(void *cookie)
{
	struct load *l = cookie;

	pgintake_free(l->intake);
	pgwrite_close(l->write);
}

static const struct loading_ops ops = {
	.ask = ask, .undo = undo, .begin = begin, .open = open_tables,
	.spell = spell, .check = delete_missing, .step = step, .again = again,
	.ready = ready, .commit = commit, .close = end
};

static void
check_delete(const struct config *cfg)
{
	const struct loading_opts *o = &cfg->loading;

	if (o->checkpoint.run != NULL)
		opt_usage(&spec, "--delete-missing and --resume exclude each"
		    " other: rows that are skipped would be missing");
	if (o->conflict == CONFLICT_ERROR)
		opt_usage(&spec, "--delete-missing needs"
		    " --on-conflict");
	if (o->reader.limit != UINT64_MAX)
		opt_usage(&spec, "--delete-missing with --limit would delete"
		    " rows that were not read");
	if (!cfg->confirm && !o->dry_run)
		opt_usage(&spec, "--delete-missing needs --confirm; --dry-run"
		    " tells how many rows it would delete");
}

static void
check_options(const struct config *cfg)
{
	const struct loading_opts *o = &cfg->loading;

	if (o->diff != NULL && (o->undo != NULL || o->key.n > 0 ||
	    o->conflict != CONFLICT_ERROR))
		opt_usage(&spec, "--apply-diff goes without --key, "
		    "--on-conflict and --undo");
	if (o->undo != NULL && o->undo_log != NULL)
		opt_usage(&spec, "--undo writes no undo log of its own");
	if (o->key.n > 0 && o->conflict == CONFLICT_ERROR)
		opt_usage(&spec, "--key says nothing without --on-conflict");
	if (cfg->update.n > 0 && o->conflict != CONFLICT_UPDATE)
		opt_usage(&spec, "--update-columns goes with --on-conflict"
		    " update");
	if (cfg->load.delete_missing)
		check_delete(cfg);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .loading = LOADING_OPTS_INIT };
	const struct loading_opts *o = &cfg.loading;
	struct load l = { .cfg = &cfg };
	char **operands;

	operands = opt_parse(&spec, argc, argv, &cfg);
	check_options(&cfg);
	cfg.load.conflict = o->conflict;
	cfg.load.ignore_unknown = o->ignore_unknown;
	cfg.load.rejects = reader_rejects(&o->reader);
	cfg.load.undo = o->undo_log != NULL;
	cfg.load.lasting = o->batch > 0 && !o->dry_run;
	cfg.write.dry_run = o->dry_run;
	cfg.write.lasting = cfg.load.lasting;
	cfg.write.undo_log = o->undo_log;
	return (loading_run(&spec, operands, o, &ops, &l));
}
