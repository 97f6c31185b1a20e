/*
 * row-dedup - of rows with the same key, pass one
 * Rows keep their order, and each is copied byte for byte.
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/outfile.h"
#include "base/quote.h"
#include "row/dedup.h"
#include "row/filter.h"
#include "row/key.h"
#include "row/output.h"
#include "row/row.h"

struct config {
	const char		*key, *keep, *dropped_name;
	int			 nulls_equal;
	uint64_t		 memory;
	struct filter_opts	 run;

	struct dedup		*dedup;
	struct outfile		*file;		/* of what is dropped */
	struct output		*dropped;
	uint64_t		 n;		/* dropped */
};

static const struct opt opts[] = {
	OPT_STR(0, "dropped", "FILE", "keep the other rows in FILE",
	    struct config, dropped_name),
	OPT_STR(0, "keep", "WHICH", "first (default), last, min:FIELD or"
	    " max:FIELD", struct config, keep),
	OPT_STR('k', "key", "FIELD,...", "the fields that tell rows apart",
	    struct config, key),
	OPT_SIZE(0, "memory", "SIZE",
	    "keep keys in so much memory (default 256M)", struct config,
	    memory),
	OPT_FLAG(0, "nulls-equal", "compare null and absent as values",
	    struct config, nulls_equal),
	FILTER_OPTS(struct config, run),
};

static const struct opt_spec spec = OPT_SPEC("row-dedup",
    "-k FIELD,... [FILE ...]", "of rows with the same key, pass one", opts);

static int
drop(struct config *cfg, const struct row *row, struct err *err)
{

	cfg->n++;
	return (cfg->dropped == NULL ? 0 :
	    output_row(cfg->dropped, row, err));
}

static int
dedup_one(struct row *row, struct output *out, void *cookie, struct err *err)
{
	struct config *cfg = cookie;
	int rc;

	switch (dedup_row(cfg->dedup, row, err)) {
	case DEDUP_KEEP:
		return (output_row(out, row, err));
	case DEDUP_DROP:
		rc = drop(cfg, row, err);
		break;
	case DEDUP_HELD:
		return (0);
	default:
		rc = -1;
		break;
	}
	/* No row is bad: what fails is the writing of a file. */
	return (rc == 0 ? 0 : err_status(err, DIAG_FAIL));
}

static enum input_status
next_kept(struct row **row, void *cookie, struct err *err)
{
	struct config *cfg = cookie;
	enum dedup_verdict verdict;

	while ((verdict = dedup_next(cfg->dedup, row, err)) == DEDUP_DROP)
		if (drop(cfg, *row, err) != 0)
			return (INPUT_FAIL);
	if (verdict == DEDUP_FAIL)
		return (INPUT_FAIL);
	return (verdict == DEDUP_END ? INPUT_END : INPUT_ROW);
}

/* All rows are written: put the file of the others in place. */
static int
end(struct output *out, void *cookie, struct err *err)
{
	struct config *cfg = cookie;
	struct output *dropped = cfg->dropped;
	struct outfile *file = cfg->file;
	const char *name;
	struct quote q;
	size_t at = 0;

	while (output_rows(out) > 0 &&
	    (name = dedup_unseen(cfg->dedup, &at)) != NULL)
		diag_note("no row has the field %s", quote_z(&q, name));
	diag_note("%" PRIu64 " dropped", cfg->n);
	if (file == NULL)
		return (0);
	cfg->dropped = NULL;
	cfg->file = NULL;
	if (output_close(dropped, err) != 0) {
		outfile_abort(file);
		return (err_status(err, DIAG_FAIL));
	}
	return (outfile_commit(file, err) == 0 ? 0 :
	    err_status(err, DIAG_FAIL));
}

static void
put_stats(struct buf *b, void *cookie)
{
	const struct config *cfg = cookie;

	buf_printf(b, "\"dropped\":%" PRIu64, cfg->n);
}

/* What --keep says; *${field} becomes the key of its field, if any. */
static enum dedup_keep
take_keep(const char *keep, struct key **field)
{
	const char *name = keep == NULL ? NULL : strchr(keep, ':');
	struct err err = ERR_INIT;
	struct quote q;

	*field = NULL;
	if (keep == NULL || strcmp(keep, "first") == 0)
		return (DEDUP_FIRST);
	if (strcmp(keep, "last") == 0)
		return (DEDUP_LAST);
	if (strncmp(keep, "min:", 4) != 0 && strncmp(keep, "max:", 4) != 0)
		opt_usage(&spec, "option --keep: %s is neither first, last,"
		    " min:FIELD nor max:FIELD", quote_z(&q, keep));
	if ((*field = key_new(name + 1, &err)) == NULL)
		opt_usage(&spec, "option --keep: %s", err.msg);
	if (key_size(*field) != 1)
		opt_usage(&spec, "option --keep: give one field, not %s",
		    quote_z(&q, name + 1));
	return (keep[1] == 'i' ? DEDUP_MIN : DEDUP_MAX);
}

static void
set_up(struct config *cfg)
{
	struct err err = ERR_INIT;
	struct key *key, *field;
	enum dedup_keep keep;

	if (cfg->key == NULL)
		opt_usage(&spec, "no key given; name its fields with -k");
	if ((key = key_new(cfg->key, &err)) == NULL)
		opt_usage(&spec, "option --key: %s", err.msg);
	keep = take_keep(cfg->keep, &field);
	cfg->dedup = dedup_new(key, keep, field, cfg->nulls_equal,
	    cfg->memory);
	if (cfg->dropped_name == NULL)
		return;
	if ((cfg->file = outfile_open(cfg->dropped_name, &err)) == NULL)
		diag_exit(&err, DIAG_FAIL);
	cfg->dropped = output_open(outfile_fd(cfg->file), cfg->dropped_name);
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.run = FILTER_OPTS_INIT, .memory = DEDUP_MEMORY
	};
	const struct filter filter = {
		.apply = dedup_one, .more = next_kept, .end = end,
		.stats = put_stats, .cookie = &cfg
	};
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	set_up(&cfg);
	status = filter_run(argv, &filter, &cfg.run);
	output_abandon(cfg.dropped);
	outfile_abort(cfg.file);
	dedup_free(cfg.dedup);
	return (status);
}
