#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/loading.h"
#include "db/sink.h"
#include "db/sqlite.h"
#include "db/sqlite_fk.h"
#include "db/sqlite_intake.h"
#include "db/sqlite_patch.h"
#include "db/sqlite_table.h"
#include "json/json.h"
#include "row/row.h"
#include "schema/ddl.h"
#include "schema/infer.h"

struct intake {
	struct sqlite_intake	*in;
	size_t			 i;		/* of the sink */
	const char		*name;
	const struct table	*model;		/* of --schema, or NULL */
	struct infer		*infer;		/* while its columns are not
						   known */
	struct sqlite_table	*table;
	struct sqlite_upsert	*upsert;
	struct sqlite_patch	*patch;		/* instead */
};

struct sqlite_intake {
	struct loading				*l;
	const struct sqlite_intake_opts		*opts;
	struct sqlite				*db;
	struct table_set			 schema;
	struct intake				*tables; /* as in the sink */
	const char				**names; /* of them */
	struct sqlite_fk			*fk;
};

/* Give the ${i}th table its name and its model. */
static int
name_table(struct sqlite_intake *in, size_t i, struct err *err)
{
	const struct sink_table *named = &in->l->sink->tables[i];
	struct intake *t = &in->tables[i];
	struct quote q;
	size_t k;

	t->in = in;
	t->i = i;
	t->name = sqlite_table_name(named->name, named->len, in->l->a, err);
	if (t->name == NULL)
		return (-1);
	for (k = 0; k < i; k++) {
		if (strcasecmp(in->names[k], t->name) != 0)
			continue;
		(void)err_set(err, "table %s is named twice, and not in the "
		    "same words", quote_z(&q, t->name));
		return (err_status(err, DIAG_USAGE));
	}
	in->names[i] = t->name;
	t->model = table_set_find(&in->schema, t->name);
	return (0);
}

struct sqlite_intake *
sqlite_intake_new(struct loading *l, const struct sqlite_intake_opts *opts,
    struct err *err)
{
	struct sqlite_intake *in = mem_alloc(sizeof(*in));
	size_t i, n = l->sink->ntables;
	int rc = 0;

	in->l = l;
	in->opts = opts;
	in->tables = mem_array(n, sizeof(*in->tables));
	in->names = arena_alloc(l->a, n * sizeof(*in->names));
	if (opts->schema != NULL)
		rc = table_set_read(opts->schema, &in->schema, l->a, err);
	for (i = 0; rc == 0 && i < n; i++)
		rc = name_table(in, i, err);
	if (rc == 0)
		return (in);
	sqlite_intake_free(in);
	return (NULL);
}

/*
 * Tables.
 */

static int
create(const struct intake *t, const struct table *model, struct err *err)
{
	struct buf sql = { 0 };
	int rc;

	ddl_sqlite(model, t->name, (enum ddl_numeric)t->in->opts->numeric,
	    &sql);
	rc = sqlite_exec(t->in->db, buf_z(&sql), err);
	buf_free(&sql);
	return (rc);
}

/* See to it that the table is there, or will be when its first rows are
 * known. */
static int
find_table(struct intake *t, struct err *err)
{
	struct quote file, name;
	int there;

	if ((there = sqlite_table_exists(t->in->db, t->name, err)) != 0)
		return (there < 0 ? -1 : 0);
	if (!t->in->opts->create) {
		(void)sqlite_table_missing(t->in->db, t->name, err);
		if (err->hint[0] == '\0')
			(void)err_hint(err, "--create makes it");
		return (-1);
	}
	if (t->model != NULL)
		return (create(t, t->model, err));
	if (t->in->opts->schema != NULL) {
		(void)err_set(err, "file %s has no schema of table %s",
		    quote_z(&file, t->in->opts->schema),
		    quote_z(&name, t->name));
		return (err_status(err, DIAG_USAGE));
	}
	t->infer = infer_new();
	return (0);
}

/* The table is there: read what it is like. */
static int
read_table(struct intake *t, struct err *err)
{

	t->table = sqlite_table_read(t->in->db, t->name, t->in->l->a, err);
	if (t->table == NULL)
		return (-1);
	if (t->model != NULL)
		sqlite_table_types(t->table, t->model);
	if (t->in->opts->patch) {
		t->patch = sqlite_patch_new(t->in->db, t->table,
		    t->in->opts->force, err);
		return (t->patch == NULL ? -1 : 0);
	}
	t->upsert = sqlite_upsert_new(t->in->db, t->table,
	    &t->in->opts->upsert, err);
	return (t->upsert == NULL ? -1 :
	    loading_model(t->in->l, t->i, t->table->model, err));
}

/*
 * A table that is made from its first rows.
 */

static void
look_row(const struct row *row, void *cookie)
{
	struct intake *t = cookie;

	infer_add(t->infer, row->fields, row->nfields);
}

/* The columns of --key are the new table's primary key. */
static int
take_key(const struct intake *t, struct table *model, struct err *err)
{
	const struct opt_list *key = &t->in->opts->upsert.key;
	struct quote q, name;
	ptrdiff_t column;
	size_t i;

	model->primary_key.v = arena_alloc(t->in->l->a,
	    (key->n + 1) * sizeof(*model->primary_key.v));
	for (i = 0; i < key->n; i++) {
		column = table_find_column(model, key->v[i],
		    strlen(key->v[i]));
		if (column == -1) {
			(void)err_set(err, "the first rows of table %s have "
			    "no %s to be the key", quote_z(&name, t->name),
			    quote_z(&q, key->v[i]));
			return (err_status(err, DIAG_USAGE));
		}
		model->columns[column].not_null = 1;
		model->primary_key.v[model->primary_key.n++] = (size_t)column;
	}
	return (0);
}

static int
make_table(void *cookie, struct err *err)
{
	struct intake *t = cookie;
	struct table *model = infer_table(t->infer, t->name, t->in->l->a);
	char why[512];
	struct quote q;
	size_t i;

	if (model->ncolumns == 0) {
		(void)err_set(err, "no row tells which columns table %s has",
		    quote_z(&q, t->name));
		(void)err_hint(err, "--schema FILE can tell as well");
		return (err_status(err, DIAG_BADINPUT));
	}
	for (i = 0; diag_verbose() && i < model->ncolumns; i++)
		diag_note("%s: column %s", quote_z(&q, t->name),
		    infer_explain(t->infer, i, why, sizeof(why)));
	if (take_key(t, model, err) != 0 || create(t, model, err) != 0)
		return (-1);
	return (read_table(t, err));
}

/*
 * Rows.
 */

static enum sink_stored
store_row(const struct row *row, void *cookie, struct err *err)
{
	struct intake *t = cookie;

	return (t->patch != NULL ? sqlite_patch_row(t->patch, row, err) :
	    sqlite_upsert_row(t->upsert, row, err));
}

static int
open_table(struct intake *t, struct err *err)
{
	static const struct sink_ops known = { .store = store_row };
	static const struct sink_ops unknown = {
		.store = store_row, .look = look_row, .ready = make_table
	};

	loading_rows(t->in->l, t->i, t->infer != NULL ? &unknown : &known, t);
	return (t->infer != NULL ? 0 : read_table(t, err));
}

int
sqlite_intake_open(struct sqlite_intake *in, struct sqlite *db,
    struct err *err)
{
	size_t i, n = in->l->sink->ntables;
	int rc;

	in->db = db;
	rc = loading_resume(in->l, engine_of_sqlite(db), in->names, err);
	/* All are made before one is used: they may refer to each other. */
	for (i = 0; rc == 0 && i < n; i++)
		rc = find_table(&in->tables[i], err);
	for (i = 0; rc == 0 && i < n; i++)
		rc = open_table(&in->tables[i], err);
	if (rc == 0 && (in->fk = sqlite_fk_new(db, in->names, n, err)) == NULL)
		rc = -1;
	return (rc);
}

/*
 * Before COMMIT.
 */

int
sqlite_intake_check(struct sqlite_intake *in, struct err *err)
{
	int64_t n = sqlite_fk_check(in->fk, err);

	if (n <= 0)
		return ((int)n);
	(void)err_set(err, "%" PRId64 " row%s without the row referred to",
	    n, n == 1 ? "" : "s");
	if (in->l->opts->batch > 0)
		(void)err_hint(err, "with --batch each batch must be sound: "
		    "load the tables referred to first");
	return (err_status(err, DIAG_BADINPUT));
}

static void
put_loss(struct buf *b, const char *column, const struct sqlite_loss *loss)
{

	buf_puts(b, "{\"column\":");
	json_put_z(b, column);
	buf_printf(b, ",\"count\":%" PRIu64 ",\"first\":{\"place\":",
	    loss->count);
	json_put_z(b, loss->place);
	buf_puts(b, ",\"value\":");
	json_put_z(b, loss->value);
	buf_puts(b, ",\"became\":");
	json_put_z(b, loss->became);
	buf_puts(b, "}}");
}

static int
say_patch_loss(const struct intake *t)
{
	uint64_t n = sqlite_patch_lost(t->patch);
	char name[QUOTE_MAX];

	if (n > 0)
		diag_warn("%s: %" PRIu64 " values were changed by storing "
		    "them", quote_plain(name, sizeof(name), t->name,
		    strlen(t->name)), n);
	return (n > 0);
}

static int
say_loss(const struct intake *t)
{
	struct buf *b = &t->in->l->sink->tables[t->i].more;
	const struct table *model = t->table->model;
	const struct sqlite_loss *loss;
	char name[QUOTE_MAX], c[QUOTE_MAX];
	const char *column;
	int found = 0;
	size_t i;

	for (i = 0; i < model->ncolumns; i++) {
		loss = sqlite_upsert_loss(t->upsert, i);
		if (loss->count == 0)
			continue;
		column = model->columns[i].name;
		diag_warn("%s.%s: %" PRIu64 " value%s changed, the first (%s) "
		    "from %s to %s", quote_plain(name, sizeof(name),
		    t->name, strlen(t->name)), quote_plain(c, sizeof(c), column,
		    strlen(column)), loss->count, loss->count == 1 ? "" : "s",
		    loss->place, loss->value, loss->became);
		buf_puts(b, found++ == 0 ? "\"loss\":[" : ",");
		put_loss(b, column, loss);
	}
	if (found)
		buf_putc(b, ']');
	return (found > 0);
}

static void
free_statements(struct intake *t)
{

	sqlite_upsert_free(t->upsert);
	sqlite_patch_free(t->patch);
	t->upsert = NULL;
	t->patch = NULL;
}

int
sqlite_intake_end(struct sqlite_intake *in)
{
	struct intake *t;
	int lost = 0;
	size_t i;

	for (i = 0; i < in->l->sink->ntables; i++) {
		t = &in->tables[i];
		lost |= t->patch != NULL ? say_patch_loss(t) : say_loss(t);
		free_statements(t);
	}
	return (lost);
}

void
sqlite_intake_free(struct sqlite_intake *in)
{
	size_t i;

	if (in == NULL)
		return;
	for (i = 0; i < in->l->sink->ntables; i++) {
		free_statements(&in->tables[i]);
		infer_free(in->tables[i].infer);
	}
	sqlite_fk_free(in->fk);
	mem_free(in->tables);
	mem_free(in);
}
