/*
 * row-validate - pass the rows that are as they should be
 * What that is, a JSON Schema says, or options do.  Valid rows are copied byte
 * for byte; the others become rejects, each with all that is wrong with it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "json/json.h"
#include "row/filter.h"
#include "row/output.h"
#include "row/row.h"
#include "schema/schemafile.h"
#include "schema/validator.h"
#include "schema/wish.h"

#define WHY_MAX		10	/* reasons told for one row */

/* How often a rule was broken, and where first. */
struct broken {
	char		rule[sizeof(((struct err *)NULL)->rule)];
	uint64_t	n;
	char		place[320];
};

struct config {
	const char		*schema, *schema_dir, *table;
	struct opt_list		 require, format, range;
	int			 no_format;
	struct filter_opts	 run;

	struct schemafile	*file;		/* of the schema, or NULL */
	struct validator	*validator;	/* NULL: not chosen yet */
	struct input		*in;
	struct err		 why[WHY_MAX];
	struct broken		*broken;
	size_t			 nbroken, broken_cap;
};

static const struct opt opts[] = {
	OPT_MANY(0, "format", "FIELD=FORMAT", "values must be of this format",
	    struct config, format),
	OPT_FLAG(0, "no-format", "take \"format\" in the schema as a note",
	    struct config, no_format),
	OPT_MANY(0, "range", "FIELD=MIN..MAX",
	    "values must be numbers from MIN to MAX", struct config, range),
	OPT_CSV(0, "require", "FIELD,...",
	    "fields must be there and not be null", struct config, require),
	OPT_STR(0, "schema", "FILE", "the JSON Schema of the rows",
	    struct config, schema),
	OPT_STR(0, "schema-dir", "DIR", "where other schemas are, for $ref",
	    struct config, schema_dir),
	OPT_STR(0, "table", "NAME", "the table of the schema that is meant",
	    struct config, table),
	FILTER_OPTS(struct config, run),
};

static const struct opt_spec spec = OPT_SPEC("row-validate",
    "--schema FILE [FILE ...]", "pass the rows that are valid", opts);

/*
 * Choosing the schema.
 */

static int
compile(struct config *cfg, const char *name, const char *text, size_t len,
    struct err *err)
{
	const struct validator_opts how = {
		.dir = cfg->schema_dir, .base = cfg->schema,
		.no_format = cfg->no_format
	};

	cfg->validator = validator_new(name, text, len, &how, err);
	return (cfg->validator == NULL ? -1 : 0);
}

/* Take the document that is about ${table}. */
static int
take_table(struct config *cfg, const char *table, struct err *err)
{
	const ptrdiff_t i = schemafile_find(cfg->file, table);
	const char *text;
	struct quote q;
	size_t len;

	if (i < 0) {
		(void)err_set(err, "there is no table %s in the schema, or"
		    " more than one", quote_z(&q, table));
		return (err_status(err, DIAG_USAGE));
	}
	text = schemafile_text(cfg->file, (size_t)i, &len);
	return (compile(cfg, cfg->schema, text, len, err));
}

/* Of several tables, the one that the stream says it is of. */
static int
take_stream_table(struct config *cfg, struct err *err)
{
	const char *stream = input_framed(cfg->in);
	struct json_value v = { 0 };
	char *table;
	int rc;

	if (stream != NULL) {
		v.s = stream;
		v.len = (uint32_t)strlen(stream);
		v.type = JSON_OBJECT;
	}
	if (stream == NULL || !json_get(&v, "@stream", 7, &v) ||
	    !json_get(&v, "table", 5, &v) || v.type != JSON_STRING ||
	    !v.plain) {
		(void)err_set(err, "the schema has several tables");
		(void)err_hint(err, "name the one that is meant with --table");
		return (err_status(err, DIAG_USAGE));
	}
	table = mem_dup(v.s + 1, v.len - 2);
	rc = take_table(cfg, table, err);
	mem_free(table);
	return (rc);
}

/*
 * Rows.
 */

static void
count(struct config *cfg, const struct row *row, const struct err *why)
{
	struct broken *b;
	size_t i;

	for (i = 0; i < cfg->nbroken; i++)
		if (strcmp(cfg->broken[i].rule, why->rule) == 0)
			break;
	if (i == cfg->nbroken) {
		cfg->broken = mem_grow(cfg->broken, &cfg->broken_cap, i + 1,
		    sizeof(*cfg->broken));
		b = &cfg->broken[cfg->nbroken++];
		memset(b, 0, sizeof(*b));
		memcpy(b->rule, why->rule, sizeof(b->rule));
		(void)row_place(row, why, b->place, sizeof(b->place));
	}
	cfg->broken[i].n++;
}

/* Say what is wrong with a row; returns -1. */
static int
explain(struct config *cfg, const struct row *row, struct err *err)
{
	size_t n, i;

	n = validator_explain(cfg->validator, &row->value, row->fields,
	    row->nfields, row->s, cfg->why, WHY_MAX);
	if (n > WHY_MAX)
		n = WHY_MAX;
	for (i = 0; i < n; i++)
		count(cfg, row, &cfg->why[i]);
	*err = cfg->why[0];
	err->more = cfg->why + 1;
	err->nmore = n - 1;
	return (-1);
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
		return (output_row(out, row, err));
	case VALIDATOR_INVALID:
		return (explain(cfg, row, err));
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
tell_broken(struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;
	const struct broken *b;
	size_t i;

	(void)out;
	(void)err;
	for (i = 0; i < cfg->nbroken; i++) {
		b = &cfg->broken[i];
		diag_note("rule %s broken %" PRIu64 " times, first at %s",
		    b->rule, b->n, b->place);
	}
	return (0);
}

static void
put_broken(struct buf *b, void *cookie)
{
	const struct config *cfg = cookie;
	size_t i;

	buf_puts(b, "\"rules\":{");
	for (i = 0; i < cfg->nbroken; i++) {
		buf_puts(b, i > 0 ? "," : "");
		json_put_z(b, cfg->broken[i].rule);
		buf_printf(b, ":%" PRIu64, cfg->broken[i].n);
	}
	buf_putc(b, '}');
}

/*
 * Setting up.
 */

static void
take_schema(struct config *cfg)
{
	struct err err = ERR_INIT;
	const char *text;
	size_t len;

	if ((cfg->file = schemafile_read(cfg->schema, &err)) == NULL)
		diag_exit(&err, DIAG_FAIL);
	if (cfg->table != NULL) {
		if (take_table(cfg, cfg->table, &err) != 0)
			diag_exit(&err, DIAG_USAGE);
	} else if (schemafile_count(cfg->file) == 1) {
		text = schemafile_text(cfg->file, 0, &len);
		if (compile(cfg, cfg->schema, text, len, &err) != 0)
			diag_exit(&err, DIAG_USAGE);
	}
}

static void
take_wishes(const struct opt_list *list, const char *option, struct wish *w,
    int (*add)(struct wish *, const char *, struct err *))
{
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < list->n; i++)
		if (add(w, list->v[i], &err) != 0) {
			(void)err_prefix(&err, "option --%s: ", option);
			diag_exit(&err, DIAG_USAGE);
		}
}

static void
take_options(struct config *cfg)
{
	struct wish *w = wish_new();
	struct err err = ERR_INIT;
	struct buf b = { 0 };

	take_wishes(&cfg->require, "require", w, wish_require);
	take_wishes(&cfg->format, "format", w, wish_format);
	take_wishes(&cfg->range, "range", w, wish_range);
	if (wish_count(w) == 0)
		opt_usage(&spec, "nothing to validate against; give --schema,"
		    " or --require, --format or --range");
	wish_put_schema(w, &b);
	if (compile(cfg, "the options", b.s, b.len, &err) != 0)
		diag_exit(&err, DIAG_USAGE);
	buf_free(&b);
	wish_free(w);
}

static void
set_up(struct config *cfg)
{

	if (cfg->schema != NULL && cfg->require.n + cfg->format.n +
	    cfg->range.n > 0)
		opt_usage(&spec, "give either --schema or --require, --format"
		    " and --range");
	if (cfg->schema == NULL && (cfg->table != NULL || cfg->no_format ||
	    cfg->schema_dir != NULL))
		opt_usage(&spec, "--table, --schema-dir and --no-format need"
		    " --schema");
	if (cfg->schema != NULL)
		take_schema(cfg);
	else
		take_options(cfg);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .run = FILTER_OPTS_INIT };
	const struct filter filter = {
		.apply = validate_row, .end = tell_broken, .open = take_input,
		.stats = put_broken, .values = 1, .goes_on = 1, .cookie = &cfg
	};
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	set_up(&cfg);
	status = filter_run(argv, &filter, &cfg.run);
	validator_free(cfg.validator);
	schemafile_free(cfg.file);
	mem_free(cfg.broken);
	return (status);
}
