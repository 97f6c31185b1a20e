/*
 * row-validate - pass the rows that are as they should be
 * What that is, a JSON Schema says, or options do.  Valid rows are copied byte
 * for byte; the others become rejects, each with all that is wrong with it.
 */
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/tablekeys.h"
#include "row/breaches.h"
#include "row/filter.h"
#include "row/frame.h"
#include "row/input.h"
#include "row/key.h"
#include "row/keyset.h"
#include "row/output.h"
#include "row/row.h"
#include "schema/schemafile.h"
#include "schema/validator.h"
#include "schema/wish.h"

struct config {
	const char		*schema, *schema_dir, *table;
	struct wish_opts	 wishes;
	struct opt_list		 unique, references;
	const char		*keys_dir;
	int			 no_format, keys;
	uint64_t		 memory;
	struct filter_opts	 run;

	struct schemafile	*file;		/* of the schema, or NULL */
	struct validator	*validator;	/* NULL: not chosen yet */
	struct keyset		*keyset;	/* rules of more than one row */
	struct input		*in;
	struct breaches		*breaches;
};

static const struct opt opts[] = {
	OPT_MANY(0, "format", "FIELD=FORMAT", "values must be of this format",
	    struct config, wishes.format),
	OPT_FLAG(0, "keys", "check the keys of the schema, too",
	    struct config, keys),
	OPT_STR(0, "keys-dir", "DIR", "where the rows of other tables are, for"
	    " --keys", struct config, keys_dir),
	OPT_SIZE(0, "memory", "SIZE", "keep keys in so much memory"
	    " (default 256M)", struct config, memory),
	OPT_FLAG(0, "no-format", "take \"format\" in the schema as a note",
	    struct config, no_format),
	OPT_MANY(0, "range", "FIELD=MIN..MAX", "values must be numbers from MIN"
	    " to MAX", struct config, wishes.range),
	OPT_MANY(0, "references", "FIELD,...=FILE:FIELD,...",
	    "a row of FILE must have these values", struct config, references),
	OPT_CSV(0, "require", "FIELD,...", "fields must be there and not be"
	    " null", struct config, wishes.require),
	OPT_STR(0, "schema", "FILE", "the JSON Schema of the rows",
	    struct config, schema),
	OPT_STR(0, "schema-dir", "DIR", "where other schemas are, for $ref",
	    struct config, schema_dir),
	OPT_STR(0, "table", "NAME", "the table of the schema that is meant",
	    struct config, table),
	OPT_MANY(0, "unique", "FIELD,...",
	    "no two rows may have the same values", struct config, unique),
	FILTER_OPTS(struct config, run),
};

static const struct opt_spec spec = OPT_SPEC("row-validate",
    "--schema FILE [FILE ...]", "pass the rows that are valid", opts);

static int
take_schema(struct config *cfg, const char *name, const char *text,
    size_t len, struct err *err)
{
	const struct validator_opts how = {
		.dir = cfg->schema_dir, .base = cfg->schema,
		.no_format = cfg->no_format
	};
	const struct tablekeys_opts keys = {
		.dir = cfg->keys_dir, .given = &cfg->references,
		.max_line = cfg->run.reader.max_line
	};

	cfg->validator = validator_new(name, text, len, &how, err);
	if (cfg->validator == NULL)
		return (-1);
	return (!cfg->keys ? 0 :
	    tablekeys_add(cfg->keyset, text, len, &keys, err));
}

/* Take the document that is about ${table}, or the only one. */
static int
take_document(struct config *cfg, const char *table, struct err *err)
{
	const char *text;
	size_t len;

	if ((text = schemafile_text(cfg->file, table, &len, err)) == NULL)
		return (-1);
	return (take_schema(cfg, cfg->schema, text, len, err));
}

/* Of several tables, the one that the stream says it is of. */
static int
take_stream_table(struct config *cfg, struct err *err)
{
	char *table = frame_table(input_framed(cfg->in));
	const int rc = take_document(cfg, table, err);

	mem_free(table);
	return (rc);
}

/* A row that is valid by itself. */
static int
check_keys(struct config *cfg, struct row *row, struct output *out,
    struct err *err)
{

	switch (keyset_row(cfg->keyset, row, err)) {
	case KEYSET_GOOD:
		return (output_row(out, row, err));
	case KEYSET_BAD:
		breaches_add(cfg->breaches, row, err);
		return (-1);
	case KEYSET_HELD:
		return (0);
	default:
		return (-1);
	}
}

static enum input_status
next_held(struct row **row, void *cookie, struct err *err)
{
	struct config *cfg = cookie;
	const enum input_status st = keyset_next(cfg->keyset, row, err);

	if (st == INPUT_BAD)
		breaches_add(cfg->breaches, *row, err);
	return (st);
}

static int
validate_row(struct row *row, struct output *out, void *cookie,
    struct err *err)
{
	struct config *cfg = cookie;

	if (cfg->validator == NULL && take_stream_table(cfg, err) != 0)
		return (-1);
	switch (validator_check(cfg->validator, &row->value, row->fields,
	    row->nfields, err)) {
	case VALIDATOR_VALID:
		return (cfg->keyset != NULL ? check_keys(cfg, row, out, err) :
		    output_row(out, row, err));
	case VALIDATOR_INVALID:
		(void)validator_explain(cfg->validator, &row->value,
		    row->fields, row->nfields, row->s, err);
		breaches_add(cfg->breaches, row, err);
		return (-1);
	default:
		return (-1);
	}
}

static void
take_input(struct input *in, void *cookie)
{

	((struct config *)cookie)->in = in;
}

/* The summary by rule. */
static int
end(struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;
	const char *name;
	struct quote q;
	size_t at = 0;

	(void)err;
	while (cfg->keyset != NULL && output_rows(out) > 0 &&
	    (name = keyset_unseen(cfg->keyset, &at)) != NULL)
		diag_note("no row has the field %s", quote_z(&q, name));
	breaches_say(cfg->breaches);
	return (0);
}

static void
put_stats(struct buf *b, void *cookie)
{

	breaches_put(((const struct config *)cookie)->breaches, b);
}

/*
 * Setting up.
 */

static void
set_up_keys(struct config *cfg)
{
	struct err err = ERR_INIT;
	struct key *key;
	size_t i;

	if (!cfg->keys && cfg->unique.n + cfg->references.n == 0)
		return;
	cfg->keyset = keyset_new(cfg->memory);
	for (i = 0; i < cfg->unique.n; i++) {
		if ((key = key_new(cfg->unique.v[i], &err)) == NULL)
			opt_usage(&spec, "option --unique: %s", err.msg);
		keyset_unique(cfg->keyset, key);
	}
	for (i = 0; i < cfg->references.n; i++)
		if (keyset_parse(cfg->keyset, cfg->references.v[i],
		    cfg->run.reader.max_line, &err) != 0) {
			(void)err_prefix(&err, "option --references: ");
			diag_exit(&err, DIAG_USAGE);
		}
}

/* When the file has several tables, the first row will tell which is meant. */
static void
set_up_schema(struct config *cfg)
{
	struct err err = ERR_INIT;

	if ((cfg->file = schemafile_read(cfg->schema, &err)) == NULL)
		diag_exit(&err, DIAG_FAIL);
	if ((cfg->table != NULL || !schemafile_several(cfg->file)) &&
	    take_document(cfg, cfg->table, &err) != 0)
		diag_exit(&err, DIAG_USAGE);
}

static void
set_up_wishes(struct config *cfg)
{
	struct err err = ERR_INIT;
	struct buf b = { 0 };

	if (wish_count(&cfg->wishes) == 0 && cfg->keyset == NULL)
		opt_usage(&spec, "nothing to validate against; give --schema,"
		    " or --require, --format, --range, --unique or"
		    " --references");
	if (wish_put_schema(&cfg->wishes, &b, &err) != 0 ||
	    take_schema(cfg, "the options", b.s, b.len, &err) != 0)
		diag_exit(&err, DIAG_USAGE);
	buf_free(&b);
}

static void
set_up(struct config *cfg)
{

	if (cfg->schema != NULL && wish_count(&cfg->wishes) > 0)
		opt_usage(&spec, "give either --schema or --require, --format"
		    " and --range");
	if (cfg->schema == NULL && (cfg->table != NULL || cfg->no_format ||
	    cfg->schema_dir != NULL))
		opt_usage(&spec, "--table, --schema-dir and --no-format need"
		    " --schema");
	if (cfg->keys && cfg->schema == NULL)
		opt_usage(&spec, "--keys needs --schema");
	if (cfg->keys_dir != NULL && !cfg->keys)
		opt_usage(&spec, "--keys-dir needs --keys");
	set_up_keys(cfg);
	if (cfg->schema != NULL)
		set_up_schema(cfg);
	else
		set_up_wishes(cfg);
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.run = FILTER_OPTS_INIT, .memory = KEYSET_MEMORY
	};
	struct filter filter = {
		.apply = validate_row, .end = end, .open = take_input,
		.stats = put_stats, .values = 1, .goes_on = 1, .cookie = &cfg
	};
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	set_up(&cfg);
	cfg.breaches = breaches_new();
	if (cfg.keyset != NULL)
		filter.more = next_held;
	status = filter_run(argv, &filter, &cfg.run);
	keyset_free(cfg.keyset);
	validator_free(cfg.validator);
	schemafile_free(cfg.file);
	breaches_free(cfg.breaches);
	return (status);
}
