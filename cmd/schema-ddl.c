/*
 * schema-ddl - CREATE TABLE from the JSON Schemas of tables
 * What the engine cannot express becomes a comment, and is said.
 */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "row/output.h"
#include "schema/script.h"
#include "schema/table.h"

#define TO_WORDS	"sqlite|pg"
enum to { TO_SQLITE, TO_PG, TO_NOTHING };	/* order of TO_WORDS */

struct config {
	struct script_opts	script;
	int			numeric;	/* enum ddl_numeric */
	int			strict;
	int			to;		/* enum to */
};

static const struct opt opts[] = {
	OPT_FLAG(0, "drop", "drop what is there first", struct config,
	    script.drop),
	OPT_FLAG(0, "if-not-exists", "leave what is there", struct config,
	    script.if_not_exists),
	OPT_CHOICE(0, "numeric", DDL_NUMERIC_WORDS,
	    "how SQLite keeps decimals (default real)", struct config,
	    numeric),
	OPT_FLAG(0, "strict", "exit with 1 when anything is lost",
	    struct config, strict),
	OPT_CHOICE(0, "to", TO_WORDS, "the engine to write for",
	    struct config, to),
};

static const struct opt_spec spec = OPT_SPEC("schema-ddl", "[FILE]",
    "write SQL that makes the tables of a schema", opts);

static void
say_findings(const struct script *s)
{
	struct quote place;
	char text[512];
	size_t i;

	for (i = 0; i < s->n && !diag_quiet(); i++)
		diag_warn("%s: not expressed: %s",
		    quote_z(&place, s->findings[i].place),
		    quote_plain(text, sizeof(text), s->findings[i].text,
		    strlen(s->findings[i].text)));
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .to = TO_NOTHING };
	struct table_set set = { 0 };
	struct err err = ERR_INIT;
	struct script s = { 0 };
	int status = DIAG_OK;

	argv = opt_parse(&spec, argc, argv, &cfg);
	if (cfg.to == TO_NOTHING)
		opt_usage(&spec, "say what to write for: --to sqlite or"
		    " --to pg");
	if (argv[0] != NULL && argv[1] != NULL)
		opt_usage(&spec, "one file at a time");
	if (cfg.script.drop && cfg.script.if_not_exists)
		opt_usage(&spec, "--drop or --if-not-exists, not both");
	cfg.script.numeric = (enum ddl_numeric)cfg.numeric;
	s.a = arena_new();
	s.set = &set;
	s.opts = &cfg.script;
	if (table_set_read(argv[0] != NULL ? argv[0] : "-", &set, s.a,
	    &err) != 0) {
		status = diag_failed(NULL, &err, DIAG_FAIL);
	} else {
		(void)table_set_order(&set, s.a);
		if (cfg.to == TO_PG)
			script_pg(&s);
		else
			script_sqlite(&s);
		say_findings(&s);
		if (s.n > 0 && cfg.strict)
			status = DIAG_FINDINGS;
		if (output_all(&s.b, &err) != 0)
			status = diag_failed(NULL, &err, DIAG_FAIL);
	}
	script_free(&s);
	arena_free(s.a);
	return (status);
}
