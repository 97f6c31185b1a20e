/*
 * row-validate - pass the rows that are as they should be
 * What that is, a JSON Schema says, or options do.  Valid rows are copied byte
 * for byte; the others become rejects, each with all that is wrong with it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "json/json.h"
#include "row/bag.h"
#include "row/filter.h"
#include "row/key.h"
#include "row/keyset.h"
#include "row/output.h"
#include "row/row.h"
#include "schema/sameness.h"
#include "schema/schemafile.h"
#include "schema/table.h"
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
	struct opt_list		 unique, references;
	const char		*keys_dir;
	int			 no_format, keys;
	uint64_t		 memory;
	struct filter_opts	 run;

	struct schemafile	*file;		/* of the schema, or NULL */
	struct validator	*validator;	/* NULL: not chosen yet */
	struct keyset		*keyset;	/* rules of more than one row */
	struct input		*in;
	struct err		 why[WHY_MAX];
	struct broken		*broken;
	size_t			 nbroken, broken_cap;
};

static const struct opt opts[] = {
	OPT_MANY(0, "format", "FIELD=FORMAT", "values must be of this format",
	    struct config, format),
	OPT_FLAG(0, "keys", "check the keys of the schema, too",
	    struct config, keys),
	OPT_STR(0, "keys-dir", "DIR",
	    "where the rows of other tables are, for --keys",
	    struct config, keys_dir),
	OPT_SIZE(0, "memory", "SIZE",
	    "keep keys in so much memory (default 256M)", struct config,
	    memory),
	OPT_FLAG(0, "no-format", "take \"format\" in the schema as a note",
	    struct config, no_format),
	OPT_MANY(0, "range", "FIELD=MIN..MAX",
	    "values must be numbers from MIN to MAX", struct config, range),
	OPT_MANY(0, "references", "FIELD,...=FILE:FIELD,...",
	    "a row of FILE must have these values", struct config, references),
	OPT_CSV(0, "require", "FIELD,...",
	    "fields must be there and not be null", struct config, require),
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

/*
 * Keys, which are rules for more than one row.
 */

static struct key *
columns_key(const struct table *t, const struct column_list *list)
{
	const char **names = mem_array(list->n, sizeof(*names));
	struct key *key;
	size_t i;

	for (i = 0; i < list->n; i++)
		names[i] = t->columns[list->v[i]].name;
	key = key_new_names(names, list->n);
	for (i = 0; i < list->n; i++)
		key_type(key, i, sameness_of(&t->columns[list->v[i]]));
	mem_free(names);
	return (key);
}

/* Is the foreign key one that --references speaks of? */
static int
is_given(const struct config *cfg, const struct key *key)
{
	struct buf names = { 0 };
	size_t i, len;
	int given = 0;

	key_put_names(key, &names);
	for (i = 0; i < cfg->references.n && !given; i++) {
		len = strcspn(cfg->references.v[i], "=");
		given = len == names.len && memcmp(cfg->references.v[i],
		    names.s, len) == 0;
	}
	buf_free(&names);
	return (given);
}

static int
take_foreign_key(struct config *cfg, const struct table *t,
    const struct table_ref *ref, struct err *err)
{
	const int self = strcmp(ref->table, t->name) == 0 &&
	    ref->table_schema == NULL;
	struct key *key = columns_key(t, &ref->columns), *parent;
	struct buf path = { 0 };
	struct quote q;
	size_t i;
	int rc;

	if (is_given(cfg, key)) {
		key_free(key);
		return (0);
	}
	if (!self && cfg->keys_dir == NULL) {
		key_free(key);
		(void)err_set(err, "the schema references table %s, whose rows"
		    " are not known", quote_z(&q, ref->table));
		(void)err_hint(err, "give --keys-dir, where they are in a file"
		    " of the table's name, or --references");
		return (err_status(err, DIAG_USAGE));
	}
	if (!self) {
		buf_printf(&path, "%s/", cfg->keys_dir);
		bag_file_name(&path, ref->table_schema != NULL ?
		    ref->table_schema : t->schema, ref->table);
	}
	/* What refers to a column is of its type. */
	parent = key_new_names(ref->fields, ref->columns.n);
	for (i = 0; i < ref->columns.n; i++)
		key_type(parent, i,
		    sameness_of(&t->columns[ref->columns.v[i]]));
	rc = keyset_references(cfg->keyset, key, self ? NULL : buf_z(&path),
	    parent, cfg->run.reader.max_line, err);
	buf_free(&path);
	return (rc);
}

/* Take the keys of the table that the schema is of. */
static int
take_schema_keys(struct config *cfg, const char *text, size_t len,
    struct err *err)
{
	struct arena *a = arena_new();
	const struct table *t = table_read(text, len, a, err);
	size_t i;
	int rc = 0;

	if (t == NULL) {
		arena_free(a);
		return (err_status(err, DIAG_USAGE));
	}
	if (t->primary_key.n > 0)
		keyset_unique(cfg->keyset, columns_key(t, &t->primary_key));
	for (i = 0; i < t->nunique; i++)
		keyset_unique(cfg->keyset, columns_key(t,
		    &t->unique[i].columns));
	for (i = 0; rc == 0 && i < t->nrefs; i++)
		rc = take_foreign_key(cfg, t, &t->refs[i], err);
	arena_free(a);
	return (rc);
}

static void
take_key_options(struct config *cfg)
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
	if (cfg->validator == NULL)
		return (-1);
	return (cfg->keys ? take_schema_keys(cfg, text, len, err) : 0);
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

/* The table that the @stream line names, to be freed; NULL: none. */
static char *
stream_table(const char *stream)
{
	struct json_value v;

	if (stream == NULL)
		return (NULL);
	v = (struct json_value){
		.s = stream, .len = (uint32_t)strlen(stream),
		.type = JSON_OBJECT
	};
	if (!json_get(&v, "@stream", 7, &v) ||
	    !json_get(&v, "table", 5, &v) || v.type != JSON_STRING ||
	    !v.plain)
		return (NULL);
	return (mem_dup(v.s + 1, v.len - 2));
}

/* Of several tables, the one that the stream says it is of. */
static int
take_stream_table(struct config *cfg, struct err *err)
{
	char *table = stream_table(input_framed(cfg->in));
	int rc;

	if (table == NULL) {
		(void)err_set(err, "the schema has several tables");
		(void)err_hint(err, "name the one that is meant with --table");
		return (err_status(err, DIAG_USAGE));
	}
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
	if (n == 0)
		return (err_set(err, "the value is not valid"));
	if (n > WHY_MAX)
		n = WHY_MAX;
	for (i = 0; i < n; i++)
		count(cfg, row, &cfg->why[i]);
	*err = cfg->why[0];
	err->more = cfg->why + 1;
	err->nmore = n - 1;
	return (-1);
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
		count(cfg, row, err);
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
		count(cfg, *row, err);
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
		if (cfg->keyset != NULL)
			return (check_keys(cfg, row, out, err));
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
	const char *name;
	struct quote q;
	size_t i, at = 0;

	(void)err;
	while (cfg->keyset != NULL && output_rows(out) > 0 &&
	    (name = keyset_unseen(cfg->keyset, &at)) != NULL)
		diag_note("no row has the field %s", quote_z(&q, name));
	for (i = 0; i < cfg->nbroken; i++) {
		b = &cfg->broken[i];
		if (b->n == 1)
			diag_note("rule %s broken once, at %s", b->rule,
			    b->place);
		else
			diag_note("rule %s broken %" PRIu64 " times, first at"
			    " %s", b->rule, b->n, b->place);
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
	if (wish_count(w) == 0 && cfg->keyset == NULL)
		opt_usage(&spec, "nothing to validate against; give --schema,"
		    " or --require, --format, --range, --unique or"
		    " --references");
	if (wish_count(w) > 0)
		wish_put_schema(w, &b);
	else
		buf_puts(&b, "{\"type\":\"object\"}");
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
	if (cfg->keys && cfg->schema == NULL)
		opt_usage(&spec, "--keys needs --schema");
	if (cfg->keys_dir != NULL && !cfg->keys)
		opt_usage(&spec, "--keys-dir needs --keys");
	take_key_options(cfg);
	if (cfg->schema != NULL)
		take_schema(cfg);
	else
		take_options(cfg);
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.run = FILTER_OPTS_INIT, .memory = KEYSET_MEMORY
	};
	struct filter filter = {
		.apply = validate_row, .end = tell_broken, .open = take_input,
		.stats = put_broken, .values = 1, .goes_on = 1, .cookie = &cfg
	};
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	set_up(&cfg);
	if (cfg.keyset != NULL)
		filter.more = next_held;
	status = filter_run(argv, &filter, &cfg.run);
	keyset_free(cfg.keyset);
	validator_free(cfg.validator);
	schemafile_free(cfg.file);
	mem_free(cfg.broken);
	return (status);
}
