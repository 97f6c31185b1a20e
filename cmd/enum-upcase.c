/*
 * enum-upcase - upper-case the string values of the named fields
 * An absent or null field is left alone; any other type is a bad row.  Values
 * can be mapped first, and checked against a list of legal labels after.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/opt.h"
#include "base/quote.h"
#include "row/filter.h"
#include "row/output.h"
#include "row/path.h"
#include "row/recoder.h"
#include "row/row.h"
#include "schema/table.h"

#define MAP_FILE_MAX	((size_t)64 << 20)

struct config {
	struct opt_list		 names;		/* -f, at least one */
	struct opt_list		 maps;		/* OLD=NEW */
	struct opt_list		 labels;
	const char		*map_file, *schema, *table;
	int			 lower, ignore_case;
	struct filter_opts	 run;

	struct recoder		*recoder;
};

static const struct opt opts[] = {
	OPT_CSV(0, "allow", "LABEL,...", "reject values that are none of these",
	    struct config, labels),
	OPT_MANY('f', "field", "FIELD,...", "field to change",
	    struct config, names),
	OPT_FLAG(0, "ignore-case", "map and allow match in any case",
	    struct config, ignore_case),
	OPT_FLAG(0, "lower", "lower case instead", struct config, lower),
	OPT_MANY(0, "map", "OLD=NEW", "write NEW for the value OLD",
	    struct config, maps),
	OPT_STR(0, "map-file", "FILE", "take the map from a JSON object",
	    struct config, map_file),
	OPT_STR(0, "schema", "FILE", "allow the labels of each field's column",
	    struct config, schema),
	OPT_STR(0, "table", "NAME", "the table of the schema that is meant",
	    struct config, table),
	FILTER_OPTS(struct config, run),
};

static const struct opt_spec spec = OPT_SPEC("enum-upcase",
    "-f FIELD [FILE ...]", "upper-case the values of enumeration fields", opts);

static int
upcase_row(struct row *row, struct output *out, void *cookie,
    struct err *err)
{
	const struct config *cfg = cookie;

	if (recoder_row(cfg->recoder, row, err) != 0)
		return (-1);
	return (output_row(out, row, err));
}

static int
tell_unseen(struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;
	const char *name;
	struct quote q;
	size_t at = 0;

	(void)err;
	while (output_rows(out) > 0 &&
	    (name = recoder_unseen(cfg->recoder, &at)) != NULL)
		diag_note("no row has the field %s", quote_z(&q, name));
	return (0);
}

/*
 * Setting up.
 */

static void
take_map_file(const struct config *cfg, const char *path)
{
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct quote q;

	if (infile_read(path, MAP_FILE_MAX, &b, &err) != 0)
		diag_exit(&err, DIAG_FAIL);
	if (recoder_map_json(cfg->recoder, b.s, b.len, &err) != 0)
		opt_usage(&spec, "file %s: %s", quote_z(&q, path), err.msg);
	buf_free(&b);
}

/* The column of ${t} that the field is, or NULL. */
static const struct column *
field_column(const struct table *t, const struct path *field)
{
	size_t len, more;
	const char *key;
	ptrdiff_t at;

	key = path_key(field, 0, &len);
	at = path_key(field, 1, &more) != NULL ? -1 :
	    table_find_column(t, key, len);
	return (at < 0 ? NULL : &t->columns[at]);
}

static int
has_fields(const struct table *t, const struct recoder *r)
{
	const struct path *field;
	size_t i;

	for (i = 0; (field = recoder_field(r, i)) != NULL; i++)
		if (field_column(t, field) == NULL)
			return (0);
	return (1);
}

/* The table that --table names, or the only one that has all the fields. */
static const struct table *
find_table(const struct config *cfg, const struct table_set *set)
{
	const struct table *found = NULL;
	struct quote q;
	size_t i;

	if (cfg->table != NULL) {
		if ((found = table_set_find(set, cfg->table)) == NULL)
			opt_usage(&spec, "no table %s in the schema",
			    quote_z(&q, cfg->table));
		return (found);
	}
	for (i = 0; i < set->n; i++) {
		if (!has_fields(set->v[i], cfg->recoder))
			continue;
		if (found != NULL)
			opt_usage(&spec, "several tables of the schema have"
			    " these fields; name one with --table");
		found = set->v[i];
	}
	if (found == NULL)
		opt_usage(&spec, "no table of the schema has these fields");
	return (found);
}

/* Let each field have the labels of its column. */
static void
take_schema(const struct config *cfg, const char *path)
{
	struct arena *a = arena_new();
	struct table_set set = { 0 };
	struct err err = ERR_INIT;
	const struct path *field;
	const struct column *c;
	const struct table *t;
	struct quote q, q2;
	size_t i, j;

	if (table_set_read(path, &set, a, &err) != 0)
		diag_exit(&err, DIAG_USAGE);
	t = find_table(cfg, &set);
	for (i = 0; (field = recoder_field(cfg->recoder, i)) != NULL; i++) {
		c = field_column(t, field);
		if (c == NULL || c->nlabels == 0)
			opt_usage(&spec, "the schema has no labels for field"
			    " %s of table %s", quote_z(&q, path_text(field)),
			    quote_z(&q2, t->name));
		for (j = 0; j < c->nlabels; j++)
			if (recode_allow(recoder_rule(cfg->recoder, i),
			    c->labels[j], strlen(c->labels[j]), &err) != 0)
				diag_exit(&err, DIAG_USAGE);
	}
	arena_free(a);
}

/* Say each word of the option to the recoder. */
static void
take_each(const struct config *cfg, const char *option,
    const struct opt_list *list, int (*take)(struct recoder *r,
    const char *word, struct err *err))
{
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < list->n; i++)
		if (take(cfg->recoder, list->v[i], &err) != 0)
			opt_usage(&spec, "%s%s", option, err.msg);
}

static void
set_up(struct config *cfg)
{

	if (cfg->names.n == 0)
		opt_usage(&spec, "no field named; give -f at least once");
	if (cfg->labels.n > 0 && cfg->schema != NULL)
		opt_usage(&spec, "give either --allow or --schema");
	if (cfg->table != NULL && cfg->schema == NULL)
		opt_usage(&spec, "--table needs --schema");
	cfg->recoder = recoder_new(cfg->lower ? RECODE_LOWER : RECODE_UPPER,
	    cfg->ignore_case);
	take_each(cfg, "", &cfg->names, recoder_fields);
	take_each(cfg, "option --map: ", &cfg->maps, recoder_map);
	if (cfg->map_file != NULL)
		take_map_file(cfg, cfg->map_file);
	take_each(cfg, "option --allow: ", &cfg->labels, recoder_allow);
	if (cfg->schema != NULL)
		take_schema(cfg, cfg->schema);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .run = FILTER_OPTS_INIT };
	const struct filter filter = {
		.apply = upcase_row, .end = tell_unseen, .cookie = &cfg
	};
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	set_up(&cfg);
	status = filter_run(argv, &filter, &cfg.run);
	recoder_free(cfg.recoder);
	return (status);
}
