/*
 * row-migrate - apply migrations made of SQL and of pipelines
 *
 * The first operand is a command; what each does is in common/db/migrate_*.c.
 */
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/near.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/migrate.h"
#include "row/progress.h"

static const struct opt opts[] = {
	OPT_MANY(0, "add", "DEFINITION", "rebuild: add a column",
	    struct migrate, add),
	OPT_FLAG(0, "allow-out-of-order",
	    "apply what comes before an applied one, too", struct migrate,
	    allow_out_of_order),
	OPT_UINT(0, "busy-timeout", "SECONDS",
	    "wait for a locked SQLite file (default 5)", struct migrate, busy),
	OPT_STR('d', "dbname", "TARGET",
	    "sqlite:FILE, or a libpq string (default PG*)", struct migrate,
	    conn),
	OPT_STR(0, "dir", "DIR", "the folder (default migrations)",
	    struct migrate, dir),
	OPT_MANY(0, "drop", "COLUMN", "rebuild: leave a column out",
	    struct migrate, drop),
	OPT_FLAG(0, "dry-run", "say what would be run", struct migrate,
	    dry_run),
	OPT_FLAG(0, "full-workflow",
	    "test: with a kill and resume, too (default)", struct migrate,
	    full_workflow),
	OPT_FLAG(0, "json", "write a JSON object a line", struct migrate,
	    json),
	OPT_UINT(0, "keep-backups", "N",
	    "copies of a SQLite file to keep (default 3)", struct migrate,
	    keep),
	OPT_STR(0, "notify", "CMD", "run this in the shell at the end",
	    struct migrate, notify),
	OPT_OPTCHOICE(0, "progress", PROGRESS_WORDS,
	    "how progress is shown (default auto)", struct migrate, progress,
	    PROGRESS_AUTO),
	OPT_MANY(0, "references", "DIR",
	    "lint: sources that may name what is dropped", struct migrate,
	    references),
	OPT_MANY(0, "rename", "OLD=NEW", "rebuild: rename a column",
	    struct migrate, rename),
	OPT_FLAG(0, "rollback", "test: only up, down and up again",
	    struct migrate, rollback),
	OPT_UINT(0, "steps", "N", "down: take back this many",
	    struct migrate, steps),
	OPT_STR(0, "to", "NAME", "up to this one; down: it stays as the last",
	    struct migrate, to),
	OPT_MANY(0, "type", "COLUMN=TYPE", "rebuild: change a column's type",
	    struct migrate, type),
	OPT_UINT(0, "wait", "SECONDS",
	    "wait for another runner (default 0)", struct migrate, wait),
};

static const struct opt_spec spec = OPT_SPEC("row-migrate",
    "COMMAND [NAME ...]", "apply migrations and remember what was done",
    opts);

static const struct command {
	const char	*name;
	int		(*run)(const struct migrate *, char **, struct err *);
	const char	*brief;
} commands[] = {
	{ "new", migrate_new, "make a migration from a template" },
	{ "status", migrate_status, "say what is applied and what is not" },
	{ "up", migrate_up, "apply what is not applied" },
	{ "down", migrate_down, "take back what is applied" },
	{ "resume", migrate_resume, "finish what was left unfinished" },
	{ "verify", migrate_verify, "run the verify of what is applied" },
	{ "baseline", migrate_baseline, "take migrations as applied" },
	{ "accept", migrate_accept, "take changed texts as they are" },
	{ "test", migrate_test, "try all of it on a copy" },
	{ "lint", migrate_lint, "warn of what hurts" },
	{ "squash", migrate_squash, "make one of many" },
	{ "rebuild", migrate_rebuild, "make a table of SQLite anew" },
	{ "log", migrate_log, "list every run" },
};
#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *
find_command(const char *name)
{
	struct buf names = { 0 };
	struct near near;
	struct quote q;
	size_t i;

	if (name == NULL)
		name = "";
	near_start(&near, name);
	for (i = 0; i < NCOMMANDS; i++) {
		if (strcmp(name, commands[i].name) == 0) {
			buf_free(&names);
			return (&commands[i]);
		}
		near_offer(&near, commands[i].name);
	}
	for (i = 0; i < NCOMMANDS; i++)
		buf_printf(&names, "%s%s", i == 0 ? "" : ", ",
		    commands[i].name);
	if (near_best(&near) != NULL)
		opt_usage(&spec, "there is no command %s; did you mean "
		    "\"%s\"?", quote_z(&q, name), near_best(&near));
	if (*name == '\0')
		opt_usage(&spec, "no command named; there are %s",
		    buf_z(&names));
	opt_usage(&spec, "there is no command %s; there are %s",
	    quote_z(&q, name), buf_z(&names));
}

int
main(int argc, char *argv[])
{
	struct migrate m = {
		.dir = "migrations", .busy = 5, .keep = 3,
		.steps = MIGRATE_NO_STEPS
	};
	const struct command *command;
	struct err err = ERR_INIT;
	int status;

	argv = opt_parse(&spec, argc, argv, &m);
	command = find_command(argv[0]);
	if ((status = command->run(&m, argv + 1, &err)) >= 0)
		return (status);
	if (err.status == DIAG_USAGE)
		opt_usage(&spec, "%s", err.msg);
	diag_exit(&err, DIAG_FAIL);
}
