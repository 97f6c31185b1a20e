/*
 * row-diff - say in which rows two files differ
 * With a key, row by row and field by field; without one, as sets in which a
 * row may come several times.  Neither order nor form of the rows matter.
 */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "base/sorter.h"
#include "db/alike.h"
#include "row/canonical.h"
#include "row/compare.h"
#include "row/differ.h"
#include "row/diffrow.h"
#include "row/frame.h"
#include "row/input.h"
#include "row/key.h"
#include "row/keyed.h"
#include "row/output.h"
#include "row/tally.h"

#define MEMORY		((uint64_t)256 << 20)	/* default of --memory */

struct config {
	const char		*key_names, *schema, *table, *stats;
	struct opt_list		 ignore, tolerances;
	int			 sorted, summary, frame, require_frame;
	uint64_t		 memory, max_line;

	struct key		*key[2];	/* of each side */
	struct canonical	*canonical[2];
	struct compare		*compare;
	struct keyed		*rows[2];
	struct differ		*differ;
	struct output		*out;
	struct tally		*tally;
	int			 begun;		/* the output */
};

static const struct opt opts[] = {
	OPT_FLAG(0, "frame", "put a frame around the rows written",
	    struct config, frame),
	OPT_CSV(0, "ignore", "FIELD,...", "leave fields out of the comparison",
	    struct config, ignore),
	OPT_STR('k', "key", "FIELD,...", "the fields that tell rows apart",
	    struct config, key_names),
	OPT_SIZE(0, "max-line", "SIZE",
	    "refuse longer lines (default 256M)", struct config, max_line),
	OPT_SIZE(0, "memory", "SIZE", "sort in so much memory (default 256M)",
	    struct config, memory),
	OPT_FLAG(0, "require-frame", "refuse input without a frame",
	    struct config, require_frame),
	OPT_STR(0, "schema", "FILE", "compare values as the columns' types say",
	    struct config, schema),
	OPT_FLAG(0, "sorted", "both files are sorted by the key",
	    struct config, sorted),
	OPT_STR(0, "stats", "FILE", "write the run's counts to FILE as JSON",
	    struct config, stats),
	OPT_FLAG(0, "summary", "write a table of counts, no rows",
	    struct config, summary),
	OPT_STR(0, "table", "NAME", "the table of the schema that is meant",
	    struct config, table),
	OPT_MANY(0, "tolerance", "FIELD=NUMBER",
	    "let numbers of FIELD differ by so much", struct config,
	    tolerances),
};

static const struct opt_spec spec = OPT_SPEC("row-diff", "A B",
    "say in which rows two files differ", opts);

/*
 * What was found.
 */

/* Put a frame around what is written, if one is wanted: an unframed pipe may
 * have ended because a program died, and a frame must not hide that. */
static void
begin(struct config *cfg)
{

	if (!cfg->begun && !cfg->summary && (cfg->frame || (frame_wanted(0) &&
	    keyed_whole(cfg->rows[0]) && keyed_whole(cfg->rows[1]))))
		output_frame_file(cfg->out);
	cfg->begun = 1;
}

static int
differs(enum differ_op op, const struct differ_row *a,
    const struct differ_row *b, const struct json_value *fields, size_t n,
    void *cookie, struct err *err)
{
	struct config *cfg = cookie;

	tally_found(cfg->tally, op, fields, n);
	if (cfg->summary)
		return (0);
	begin(cfg);
	diffrow_put(output_begin(cfg->out), op, cfg->key[0], a, b, fields, n);
	return (output_commit(cfg->out, err));
}

static int
repeats(int side, const struct differ_row *row, uint64_t n, void *cookie,
    struct err *err)
{
	struct config *cfg = cookie;

	(void)err;
	tally_repeats(cfg->tally, cfg->rows[side], cfg->key[0], row, n);
	return (0);
}

/*
 * Running.
 */

static int
compare_files(struct config *cfg, struct err *err)
{
	const struct differ_found found = { differs, repeats, cfg };
	int rc;

	rc = keyed_sort(cfg->rows[0], err);
	if (rc == 0)
		rc = keyed_sort(cfg->rows[1], err);
	if (rc == 0)
		rc = differ_run(cfg->differ, &found, err);
	tally_end(cfg->tally, cfg->rows[0], cfg->rows[1],
	    differ_same(cfg->differ));
	if (rc != 0 || !cfg->summary)
		return (rc);
	tally_put(cfg->tally, cfg->key[0] != NULL, output_begin(cfg->out));
	return (output_commit_unended(cfg->out, err));
}

/* Compare, and return the exit status. */
static int
run(struct config *cfg)
{
	struct err err = ERR_INIT;

	cfg->out = output_open(STDOUT_FILENO, "standard output");
	if (compare_files(cfg, &err) != 0) {
		output_abandon(cfg->out);
		return (diag_failed(NULL, &err, DIAG_FAIL));
	}
	begin(cfg);
	if (output_close(cfg->out, &err) != 0)
		return (diag_failed(NULL, &err, DIAG_FAIL));
	return (tally_differ(cfg->tally) ? DIAG_FINDINGS : DIAG_OK);
}

static void
say_unseen(const struct config *cfg, int side)
{
	const struct key *key = cfg->key[side];
	struct quote q, q2;
	size_t i;

	for (i = 0; key != NULL && i < key_size(key); i++)
		if (keyed_rows(cfg->rows[side]) > 0 && !key_seen(key, i))
			diag_warn("no row of file %s has the field %s",
			    quote_z(&q, keyed_name(cfg->rows[side])),
			    quote_z(&q2, key_name(key, i)));
}

/*
 * Setting up.
 */

static void
take_key(struct config *cfg)
{
	struct err err = ERR_INIT;
	struct quote q;
	size_t i;

	for (i = 0; i < 2; i++)
		if ((cfg->key[i] = key_new(cfg->key_names, &err)) == NULL)
			opt_usage(&spec, "option --key: %s", err.msg);
	for (i = 0; i < key_size(cfg->key[0]); i++)
		if (opt_given(&cfg->ignore, key_name(cfg->key[0], i)))
			opt_usage(&spec, "field %s is part of the key and"
			    " cannot be ignored",
			    quote_z(&q, key_name(cfg->key[0], i)));
}

static void
set_up(struct config *cfg, char *argv[])
{
	struct err err = ERR_INIT;
	size_t i;

	if (argv[0] == NULL || argv[1] == NULL || argv[2] != NULL)
		opt_usage(&spec, "give two files to compare");
	if (strcmp(argv[0], "-") == 0 && strcmp(argv[1], "-") == 0)
		opt_usage(&spec, "only one of the files can be standard input");
	if (cfg->table != NULL && cfg->schema == NULL)
		opt_usage(&spec, "--table needs --schema");
	if (cfg->summary && cfg->frame)
		opt_usage(&spec, "--summary writes no rows to frame");
	if (cfg->key_names == NULL && cfg->sorted)
		opt_usage(&spec, "--sorted needs --key");
	if (cfg->key_names == NULL && cfg->tolerances.n > 0)
		opt_usage(&spec, "--tolerance needs --key");
	if (cfg->key_names != NULL)
		take_key(cfg);
	cfg->canonical[0] = canonical_new();
	for (i = 0; i < cfg->ignore.n; i++)
		canonical_ignore(cfg->canonical[0], cfg->ignore.v[i]);
	if (cfg->schema != NULL && alike_as(cfg->schema, cfg->table,
	    cfg->canonical[0], cfg->key, cfg->key[0] != NULL ? 2 : 0,
	    &err) != 0)
		diag_exit(&err, DIAG_USAGE);
	cfg->canonical[1] = canonical_copy(cfg->canonical[0]);
	cfg->compare = compare_new(cfg->canonical[0]);
	for (i = 0; i < cfg->tolerances.n; i++)
		if (compare_tolerate(cfg->compare, cfg->tolerances.v[i],
		    &err) != 0)
			opt_usage(&spec, "option --tolerance: %s", err.msg);
	cfg->tally = tally_new();
}

static void
open_rows(struct config *cfg, char *argv[])
{
	struct keyed_opts in = {
		.sorted = cfg->sorted, .require_frame = cfg->require_frame,
		.max_line = cfg->max_line,
	};
	size_t i;

	in.memory = (cfg->memory > SIZE_MAX ? SIZE_MAX :
	    (size_t)cfg->memory) / 2;
	for (i = 0; i < 2; i++) {
		in.key = cfg->key[i];
		in.canonical = cfg->canonical[i];
		cfg->rows[i] = keyed_open(argv[i], &in);
	}
}

static void
tear_down(struct config *cfg)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		keyed_close(cfg->rows[i]);
		key_free(cfg->key[i]);
		canonical_free(cfg->canonical[i]);
	}
	compare_free(cfg->compare);
	differ_free(cfg->differ);
	tally_free(cfg->tally);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .memory = MEMORY, .max_line = INPUT_MAX_LINE };
	struct err err = ERR_INIT;
	const double start = clock_seconds();
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	set_up(&cfg, argv);
	open_rows(&cfg, argv);
	cfg.differ = differ_new(cfg.rows[0], cfg.rows[1],
	    cfg.key[0] != NULL, cfg.canonical[0], cfg.compare,
	    SORTER_MEMORY_MIN);
	status = run(&cfg);
	say_unseen(&cfg, 0);
	say_unseen(&cfg, 1);
	tally_say(cfg.tally);
	if (tally_stats(cfg.tally, cfg.stats, status, clock_seconds() - start,
	    &err) != 0) {
		diag_err(NULL, &err);
		status = status > DIAG_FINDINGS ? status : DIAG_FAIL;
	}
	tear_down(&cfg);
	return (status);
}
