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

static const struct opt_command commands[] = {
	{ "new", "NAME", "", "make a migration from a template" },
	{ "status", "", "json", "say what is applied, and what comes next" },
	{ "up", "", "to dry-run allow-out-of-order",
	    "apply what is not applied" },
	{ "down", "", "to steps dry-run", "take back what is applied" },
	{ "resume", "", "dry-run", "finish what was left unfinished" },
	{ "verify", "[NAME ...]", "", "run the verify of what is applied" },
	{ "baseline", "[NAME ...]", "to", "take migrations as applied" },
	{ "accept", "NAME ...", "", "take changed texts as they are" },
	{ "test", "", "to rollback full-workflow allow-out-of-order",
	    "try all of it on a copy" },
	{ "lint", "", "references allow-out-of-order",
	    "warn of what hurts" },
	{ "squash", "[NAME]", "to allow-out-of-order", "make one of many" },
	{ "rebuild", "TABLE [FILE]", "add drop rename type dry-run",
	    "make a table of SQLite anew" },
	{ "log", "[NAME]", "json", "list every run, or those of one" },
	{ "help", "[COMMAND]", "", "show this, or what a command takes" },
};
#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct action {
	const char	*name;
	int		(*run)(const struct migrate *, char **, struct err *);
} actions[] = {
	{ "new", migrate_new }, { "status", migrate_status },
	{ "up", migrate_up }, { "down", migrate_down },
	{ "resume", migrate_resume }, { "verify", migrate_verify },
	{ "baseline", migrate_baseline }, { "accept", migrate_accept },
	{ "test", migrate_test }, { "lint", migrate_lint },
	{ "squash", migrate_squash }, { "rebuild", migrate_rebuild },
	{ "log", migrate_log }
};

static const struct opt_spec spec = {
	.name = "row-migrate", .operands = "COMMAND [NAME ...]",
	.brief = "apply migrations and remember what was done",
	.opts = opts, .nopts = sizeof(opts) / sizeof(opts[0]),
	.commands = commands, .ncommands = NCOMMANDS,
	.example = "A first migration:\n"
	    "  row-migrate new 20260121_notes\n"
	    "  ... write its SQL into migrations/20260121_notes/up.sql and "
	    "down.sql ...\n"
	    "  row-migrate -d sqlite:app.db up\n"
	    "  row-migrate -d sqlite:app.db status\n"
	    "  row-migrate -d sqlite:app.db down --steps 1\n"
};

static const struct opt_command *
find_command(const char *name)
{
	const struct opt_command *c = opt_command(&spec, name);
	struct buf names = { 0 };
	struct near near;
	struct quote q;
	size_t i;

	if (c != NULL)
		return (c);
	if (name == NULL)
		name = "";
	near_start(&near, name);
	for (i = 0; i < NCOMMANDS; i++) {
		near_offer(&near, commands[i].name);
		buf_printf(&names, "%s%s", i == 0 ? "" : ", ",
		    commands[i].name);
	}
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
	const struct opt_command *command;
	struct err err = ERR_INIT;
	int status = -1;
	size_t i;

	argv = opt_parse(&spec, argc, argv, &m);
	command = find_command(argv[0]);
	if (strcmp(command->name, "help") == 0)
		opt_help(&spec, argv[1] == NULL ? NULL :
		    find_command(argv[1]));
	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(command->name, actions[i].name) == 0)
			status = actions[i].run(&m, argv + 1, &err);
	if (status >= 0)
		return (status);
	if (err.status == DIAG_USAGE)
		opt_usage_err(&spec, command, &err);
	diag_exit(&err, DIAG_FAIL);
}
