/*
 * checksum - pass rows on and write, or check, their SHA-256
 * Lines are not looked into; the digest is of exactly the rows written.  With
 * --rows it is of what the rows say, in whatever order they come.
 */
#include <sys/stat.h>

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/opt.h"
#include "base/outfile.h"
#include "base/quote.h"
#include "db/alike.h"
#include "row/bag.h"
#include "row/canonical.h"
#include "row/filter.h"
#include "row/output.h"
#include "row/rowsum.h"
#include "row/sum.h"

#define SUM_FILE_MAX	((size_t)64 << 20)
#define MEMORY		((uint64_t)64 << 20)	/* default of --memory */

struct config {
	const char		*output, *name, *verify, *verify_dir;
	const char		*schema, *table;
	int			 rows;
	uint64_t		 memory;
	struct filter_opts	 run;

	const char		*file;		/* the only operand, or NULL */
	enum sum_kind		 kind;
	struct digest		*digest;
	struct canonical	*canonical;	/* with --rows */
	struct rowsum		*rowsum;
	struct sum		 expected;	/* with --verify */
};

static const struct opt opts[] = {
	OPT_SIZE(0, "memory", "SIZE",
	    "sort in so much memory (default 64M)", struct config, memory),
	OPT_STR(0, "name", "NAME", "the name that stands in the checksum file",
	    struct config, name),
	OPT_STR('o', "output", "FILE", "write the checksum to FILE",
	    struct config, output),
	OPT_FLAG(0, "rows", "sum what the rows say, in any order",
	    struct config, rows),
	OPT_STR(0, "schema", "FILE", "compare values as the columns' types say",
	    struct config, schema),
	OPT_STR(0, "table", "NAME", "the table of the schema that is meant",
	    struct config, table),
	OPT_STR(0, "verify", "FILE", "check the rows against FILE",
	    struct config, verify),
	OPT_STR(0, "verify-dir", "DIR", "check a whole export; pass no rows",
	    struct config, verify_dir),
	FILTER_OPTS(struct config, run),
};

static const struct opt_spec spec = OPT_SPEC("checksum", "[FILE ...]",
    "pass rows on and write, or check, their SHA-256", opts);

static int
compare(const struct config *cfg, const struct sum *sum, struct err *err)
{
	const struct sum *want = &cfg->expected;
	struct quote q;

	if (strcmp(sum->sha256, want->sha256) == 0)
		return (0);
	(void)err_set(err, "the rows are not those of %s: SHA-256 is %s, not"
	    " %s", quote_z(&q, cfg->verify), sum->sha256, want->sha256);
	if (want->counted && cfg->rows)
		(void)err_hint(err, "%" PRIu64 " rows came, %" PRIu64
		    " rows were expected; row-diff shows which differ",
		    sum->rows, want->rows);
	else if (want->counted)
		(void)err_hint(err, "%" PRIu64 " rows of %" PRIu64 " bytes"
		    " came, %" PRIu64 " rows of %" PRIu64 " bytes were"
		    " expected", sum->rows, sum->bytes, want->rows,
		    want->bytes);
	return (err_status(err, DIAG_FINDINGS));
}

static int
write_sum(const struct config *cfg, const struct sum *sum, struct err *err)
{
	struct buf b = { 0 };
	struct outfile *f;
	int rc = -1;

	sum_put(&b, sum, cfg->kind, cfg->name);
	if ((f = outfile_open(cfg->output, err)) != NULL) {
		if ((rc = outfile_write(f, b.s, b.len, err)) == 0)
			rc = outfile_commit(f, err);
		else
			outfile_abort(f);
	}
	buf_free(&b);
	return (rc);
}

/* A file that is not written as it was read has another digest than ours. */
static void
warn_of_difference(const struct config *cfg, const struct sum *sum)
{
	struct stat st;
	struct quote q;

	if (!cfg->rows && cfg->file == cfg->name && stat(cfg->file, &st) == 0 &&
	    S_ISREG(st.st_mode) && (uint64_t)st.st_size != sum->bytes)
		diag_warn("file %s is not what was summed: a frame, empty lines"
		    " and CR are left out, and so are rows past --limit",
		    quote_z(&q, cfg->file));
}

static int
sum_row(struct row *row, struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;

	if (rowsum_add(cfg->rowsum, row, err) != 0)
		return (-1);
	return (output_row(out, row, err));
}

/* All rows are written: what is their sum? */
static int
end(struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;
	struct sum sum = { .counted = 1, .rows = output_rows(out),
	    .bytes = output_bytes(out) };

	if (!cfg->rows)
		digest_hex(cfg->digest, sum.sha256);
	else if (rowsum_end(cfg->rowsum, sum.sha256, err) != 0)
		return (-1);
	if (cfg->verify != NULL && compare(cfg, &sum, err) != 0)
		return (-1);
	if (cfg->output != NULL) {
		warn_of_difference(cfg, &sum);
		return (write_sum(cfg, &sum, err));
	}
	if (cfg->verify == NULL && cfg->rows)
		diag_note("SHA-256 of the rows in any order %s, %" PRIu64
		    " rows", sum.sha256, sum.rows);
	else if (cfg->verify == NULL)
		diag_note("SHA-256 %s, %" PRIu64 " rows, %" PRIu64 " bytes",
		    sum.sha256, sum.rows, sum.bytes);
	return (0);
}

static void
read_expected(struct config *cfg)
{
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct quote q;

	if (infile_read(cfg->verify, SUM_FILE_MAX, &b, &err) != 0)
		diag_exit(&err, DIAG_FAIL);
	if (sum_find(b.s, b.len, cfg->kind, cfg->name, &cfg->expected,
	    &err) != 0) {
		(void)err_prefix(&err, "file %s: ", quote_z(&q, cfg->verify));
		diag_exit(&err, DIAG_BADINPUT);
	}
	buf_free(&b);
}

static void
say_file(const char *path, const char *wrong, void *cookie)
{
	char plain[256];

	(void)cookie;
	(void)quote_plain(plain, sizeof(plain), path, strlen(path));
	if (wrong != NULL)
		diag_warn("%s: %s", plain, wrong);
	else if (diag_verbose())
		diag_note("%s: good", plain);
}

static int
verify_dir(const char *dir)
{
	struct err err = ERR_INIT;
	struct quote q;
	long wrong;

	if ((wrong = bag_verify(dir, say_file, NULL, &err)) < 0)
		diag_exit(&err, DIAG_BADINPUT);
	if (wrong > 0) {
		diag_warn("export %s: %ld files are wrong", quote_z(&q, dir),
		    wrong);
		return (DIAG_FINDINGS);
	}
	diag_note("export %s is whole", quote_z(&q, dir));
	return (DIAG_OK);
}

static void
set_up_rows(struct config *cfg)
{
	struct err err = ERR_INIT;

	if (!cfg->rows && (cfg->schema != NULL || cfg->table != NULL))
		opt_usage(&spec, "--schema and --table need --rows");
	if (cfg->table != NULL && cfg->schema == NULL)
		opt_usage(&spec, "--table needs --schema");
	if (!cfg->rows)
		return;
	cfg->kind = SUM_ROWS;
	cfg->canonical = canonical_new();
	if (cfg->schema != NULL && alike_as(cfg->schema, cfg->table,
	    cfg->canonical, NULL, 0, &err) != 0)
		diag_exit(&err, DIAG_USAGE);
	cfg->rowsum = rowsum_new(cfg->canonical,
	    cfg->memory > SIZE_MAX ? SIZE_MAX : (size_t)cfg->memory);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .run = FILTER_OPTS_INIT, .memory = MEMORY };
	struct filter filter = { .end = end, .cookie = &cfg, .raw = 1 };
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	if (cfg.verify_dir != NULL) {
		if (argv[0] != NULL || cfg.output != NULL ||
		    cfg.verify != NULL || cfg.rows)
			opt_usage(&spec, "--verify-dir reads no rows; leave"
			    " out files, --output, --rows and --verify");
		return (verify_dir(cfg.verify_dir));
	}
	if (argv[0] != NULL && argv[1] == NULL)
		cfg.file = argv[0];
	if (cfg.name == NULL)
		cfg.name = cfg.file != NULL ? cfg.file : "-";
	set_up_rows(&cfg);
	if (cfg.verify != NULL)
		read_expected(&cfg);
	if (cfg.rows) {
		filter.apply = sum_row;
		filter.raw = 0;
	} else
		filter.digest = cfg.digest = digest_new();
	status = filter_run(argv, &filter, &cfg.run);
	digest_free(cfg.digest);
	rowsum_free(cfg.rowsum);
	canonical_free(cfg.canonical);
	return (status);
}
