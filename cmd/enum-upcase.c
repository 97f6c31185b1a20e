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
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "row/filter.h"
#include "row/output.h"
#include "row/path.h"
#include "row/recode.h"
#include "row/row.h"
#include "schema/table.h"

#define MAP_FILE_MAX	((size_t)64 << 20)

struct field {
	struct path	*path;
	struct recode	*recode;
};

struct config {
	struct opt_list		 names;		/* -f, at least one */
	struct opt_list		 maps;		/* OLD=NEW */
	struct opt_list		 labels;
	const char		*map_file, *schema, *table;
	int			 lower, ignore_case;
	struct filter_opts	 run;

	struct field		*fields;
	size_t			 nfields, fields_cap;
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

/* What a visit to a value needs. */
struct visit {
	struct row	*row;
	struct field	*field;
};

static int
upcase_value(const struct json_value *v, void *cookie, struct err *err)
{
	const struct visit *at = cookie;
	struct quote q, q2;
	const char *text;
	size_t len;

	if (v->type != JSON_STRING) {
		(void)err_set(err, "field %s is not a string but %s: %s",
		    quote_z(&q, path_text(at->field->path)),
		    json_type_name(v->type), quote(&q2, v->s, v->len));
		return (err_rule(err, "type", NULL));
	}
	text = recode_value(at->field->recode, v, at->row->arena, &len, err);
	if (text == NULL)
		return (err_prefix(err, "field %s: ",
		    quote_z(&q, path_text(at->field->path))));
	if (text != v->s)
		row_replace(at->row, v, text, len);
	return (0);
}

static int
upcase_row(struct row *row, struct output *out, void *cookie,
    struct err *err)
{
	struct config *cfg = cookie;
	struct visit at = { .row = row };
	size_t i;

	for (i = 0; i < cfg->nfields; i++) {
		at.field = &cfg->fields[i];
		if (path_walk(at.field->path, row, upcase_value, &at,
		    err) != 0)
			return (-1);
	}
	return (output_row(out, row, err));
}

/* A field that no row has is more often a slip than meant. */
static int
tell_unseen(struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;
	struct quote q;
	size_t i;

	(void)err;
	for (i = 0; i < cfg->nfields && output_rows(out) > 0; i++)
		if (!path_seen(cfg->fields[i].path))
			diag_note("no row has the field %s",
			    quote_z(&q, path_text(cfg->fields[i].path)));
	return (0);
}

/*
 * Setting up.
 */
static void
add_field(struct config *cfg, const char *text)
{
	struct err err = ERR_INIT;
	struct path *path;
	struct field *f;
	size_t i;

	if ((path = path_new(text, &err)) == NULL)
		opt_usage(&spec, "%s", err.msg);
	for (i = 0; i < cfg->nfields; i++) {
		if (path_same(cfg->fields[i].path, path)) {
			path_free(path);
			return;
		}
	}
	cfg->fields = mem_grow(cfg->fields, &cfg->fields_cap,
	    cfg->nfields + 1, sizeof(*cfg->fields));
	f = &cfg->fields[cfg->nfields++];
	f->path = path;
	f->recode = recode_new(cfg->lower ? RECODE_LOWER : RECODE_UPPER,
	    cfg->ignore_case);
}

/* A list "a,b.c", or one JSON pointer, commas and all. */
static void
add_fields(struct config *cfg, const char *names)
{
	char *copy, *name, *comma;

	if (names[0] == '/') {
		add_field(cfg, names);
		return;
	}
	name = copy = mem_strdup(names);
	while ((comma = strchr(name, ',')) != NULL) {
		*comma = '\0';
		add_field(cfg, name);
		name = comma + 1;
	}
	add_field(cfg, name);
	mem_free(copy);
}

static void
take_map_option(struct config *cfg, const char *map)
{
	const char *eq = strchr(map, '=');
	struct err err = ERR_INIT;
	struct quote q;
	size_t i;

	if (eq == NULL)
		opt_usage(&spec, "option --map: no \"=\" in %s",
		    quote_z(&q, map));
	for (i = 0; i < cfg->nfields; i++)
		if (recode_map(cfg->fields[i].recode, map,
		    (size_t)(eq - map), eq + 1, strlen(eq + 1), &err) != 0)
			opt_usage(&spec, "option --map: %s", err.msg);
}

static void
take_map_file(struct config *cfg, const char *path)
{
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct quote q;
	size_t i;

	if (infile_read(path, MAP_FILE_MAX, &b, &err) != 0)
		diag_exit(&err, DIAG_FAIL);
	for (i = 0; i < cfg->nfields; i++)
		if (recode_map_json(cfg->fields[i].recode, b.s, b.len,
		    &err) != 0)
			opt_usage(&spec, "file %s: %s", quote_z(&q, path),
			    err.msg);
	buf_free(&b);
}

static void
take_labels(struct config *cfg)
{
	struct err err = ERR_INIT;
	size_t i, j;

	for (i = 0; i < cfg->nfields; i++)
		for (j = 0; j < cfg->labels.n; j++)
			if (recode_allow(cfg->fields[i].recode,
			    cfg->labels.v[j], strlen(cfg->labels.v[j]),
			    &err) != 0)
				opt_usage(&spec, "option --allow: %s",
				    err.msg);
}

/* The column of ${t} that the field is, or NULL. */
static const struct column *
field_column(const struct table *t, const struct field *f)
{
	size_t len, more;
	const char *key;
	ptrdiff_t at;

	key = path_key(f->path, 0, &len);
	at = path_key(f->path, 1, &more) != NULL ? -1 :
	    table_find_column(t, key, len);
	return (at < 0 ? NULL : &t->columns[at]);
}

/* The table that --table names, or the only one that has all the fields. */
static const struct table *
find_table(const struct config *cfg, const struct table_set *set)
{
	const struct table *found = NULL;
	struct quote q;
	size_t i, j;

	if (cfg->table != NULL) {
		if ((found = table_set_find(set, cfg->table)) == NULL)
			opt_usage(&spec, "no table %s in the schema",
			    quote_z(&q, cfg->table));
		return (found);
	}
	for (i = 0; i < set->n; i++) {
		for (j = 0; j < cfg->nfields; j++)
			if (field_column(set->v[i], &cfg->fields[j]) == NULL)
				break;
		if (j < cfg->nfields)
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

static void
take_schema(struct config *cfg, const char *path)
{
	struct arena *a = arena_new();
	struct table_set set = { 0 };
	struct err err = ERR_INIT;
	const struct column *c;
	const struct table *t;
	struct quote q, q2;
	size_t i, j;

	if (table_set_read(path, &set, a, &err) != 0)
		diag_exit(&err, DIAG_USAGE);
	t = find_table(cfg, &set);
	for (i = 0; i < cfg->nfields; i++) {
		c = field_column(t, &cfg->fields[i]);
		if (c == NULL || c->nlabels == 0)
			opt_usage(&spec, "the schema has no labels for field"
			    " %s of table %s",
			    quote_z(&q, path_text(cfg->fields[i].path)),
			    quote_z(&q2, t->name));
		for (j = 0; j < c->nlabels; j++)
			if (recode_allow(cfg->fields[i].recode, c->labels[j],
			    strlen(c->labels[j]), &err) != 0)
				diag_exit(&err, DIAG_USAGE);
	}
	arena_free(a);
}

static void
set_up(struct config *cfg)
{
	size_t i;

	if (cfg->names.n == 0)
		opt_usage(&spec, "no field named; give -f at least once");
	if (cfg->labels.n > 0 && cfg->schema != NULL)
		opt_usage(&spec, "give either --allow or --schema");
	if (cfg->table != NULL && cfg->schema == NULL)
		opt_usage(&spec, "--table needs --schema");
	for (i = 0; i < cfg->names.n; i++)
		add_fields(cfg, cfg->names.v[i]);
	for (i = 0; i < cfg->maps.n; i++)
		take_map_option(cfg, cfg->maps.v[i]);
	if (cfg->map_file != NULL)
		take_map_file(cfg, cfg->map_file);
	take_labels(cfg);
	if (cfg->schema != NULL)
		take_schema(cfg, cfg->schema);
}

static void
tear_down(struct config *cfg)
{
	size_t i;

	for (i = 0; i < cfg->nfields; i++) {
		path_free(cfg->fields[i].path);
		recode_free(cfg->fields[i].recode);
	}
	mem_free(cfg->fields);
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
	tear_down(&cfg);
	return (status);
}
