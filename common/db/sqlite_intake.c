#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/loading.h"
#include "db/sink.h"
#include "db/sqlite.h"
#include "db/sqlite_intake.h"
#include "db/sqlite_patch.h"
#include "db/sqlite_table.h"
#include "json/json.h"
#include "row/row.h"
#include "schema/ddl.h"
#include "schema/infer.h"

struct sqlite_intake {
	struct loading				*l;
	size_t					 i;	/* of its sink */
	struct sqlite				*db;
	const char				*name;
	const struct table			*model;	/* of --schema */
	const struct sqlite_intake_opts		*opts;
	struct infer				*infer;	/* while its columns
							   are not known */
	struct sqlite_table			*table;
	struct sqlite_upsert			*upsert;
	struct sqlite_patch			*patch;	/* instead */
};

struct sqlite_intake *
sqlite_intake_new(struct loading *l, size_t i, struct sqlite *db,
    const char *name, const struct table *model,
    const struct sqlite_intake_opts *opts)
{
	struct sqlite_intake *in = mem_alloc(sizeof(*in));

	in->l = l;
	in->i = i;
	in->db = db;
	in->name = name;
	in->model = model;
	in->opts = opts;
	return (in);
}

/*
 * Tables.
 */

static int
create(const struct sqlite_intake *in, const struct table *model,
    struct err *err)
{
	struct buf sql = { 0 };
	int rc;

	ddl_sqlite(model, in->name, (enum ddl_numeric)in->opts->numeric, &sql);
	rc = sqlite_exec(in->db, buf_z(&sql), err);
	buf_free(&sql);
	return (rc);
}

int
sqlite_intake_find(struct sqlite_intake *in, struct err *err)
{
	struct quote q, t;
	int there;

	if ((there = sqlite_table_exists(in->db, in->name, err)) != 0)
		return (there < 0 ? -1 : 0);
	if (!in->opts->create) {
		(void)sqlite_table_missing(in->db, in->name, err);
		if (err->hint[0] == '\0')
			(void)err_hint(err, "--create makes it");
		return (-1);
	}
	if (in->model != NULL)
		return (create(in, in->model, err));
	if (in->opts->schema != NULL) {
		(void)err_set(err, "file %s has no schema of table %s",
		    quote_z(&q, in->opts->schema), quote_z(&t, in->name));
		return (err_status(err, DIAG_USAGE));
	}
	in->infer = infer_new();
	return (0);
}

/* The table is there: read what it is like. */
static int
read_table(struct sqlite_intake *in, struct err *err)
{

	in->table = sqlite_table_read(in->db, in->name, in->l->a, err);
	if (in->table == NULL)
		return (-1);
	if (in->model != NULL)
		sqlite_table_types(in->table, in->model);
	if (in->opts->patch) {
		in->patch = sqlite_patch_new(in->db, in->table,
		    in->opts->force, err);
		return (in->patch == NULL ? -1 : 0);
	}
	in->upsert = sqlite_upsert_new(in->db, in->table, &in->opts->upsert,
	    err);
	return (in->upsert == NULL ? -1 :
	    loading_model(in->l, in->i, in->table->model, err));
}

/*
 * A table that is made from its first rows.
 */

static void
look_row(const struct row *row, void *cookie)
{
	struct sqlite_intake *in = cookie;

	infer_add(in->infer, row->fields, row->nfields);
}

/* The columns of --key are the new table's primary key. */
static int
take_key(const struct sqlite_intake *in, struct table *model, struct err *err)
{
	const struct opt_list *key = &in->opts->upsert.key;
	struct quote q, t;
	ptrdiff_t column;
	size_t i;

	model->primary_key.v = arena_alloc(in->l->a,
	    (key->n + 1) * sizeof(*model->primary_key.v));
	for (i = 0; i < key->n; i++) {
		column = table_find_column(model, key->v[i],
		    strlen(key->v[i]));
		if (column == -1) {
			(void)err_set(err, "the first rows of table %s have "
			    "no %s to be the key", quote_z(&t, in->name),
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
	struct sqlite_intake *in = cookie;
	struct table *model = infer_table(in->infer, in->name, in->l->a);
	char why[512];
	struct quote q;
	size_t i;

	if (model->ncolumns == 0) {
		(void)err_set(err, "no row tells which columns table %s has",
		    quote_z(&q, in->name));
		(void)err_hint(err, "--schema FILE can tell as well");
		return (err_status(err, DIAG_BADINPUT));
	}
	for (i = 0; diag_verbose() && i < model->ncolumns; i++)
		diag_note("%s: column %s", quote_z(&q, in->name),
		    infer_explain(in->infer, i, why, sizeof(why)));
	if (take_key(in, model, err) != 0 || create(in, model, err) != 0)
		return (-1);
	return (read_table(in, err));
}

/*
 * Rows.
 */

static enum sink_stored
store_row(const struct row *row, void *cookie, struct err *err)
{
	struct sqlite_intake *in = cookie;

	return (in->patch != NULL ? sqlite_patch_row(in->patch, row, err) :
	    sqlite_upsert_row(in->upsert, row, err));
}

int
sqlite_intake_open(struct sqlite_intake *in, struct err *err)
{
	static const struct sink_ops known = { .store = store_row };
	static const struct sink_ops unknown = {
		.store = store_row, .look = look_row, .ready = make_table
	};

	loading_rows(in->l, in->i, in->infer != NULL ? &unknown : &known, in);
	return (in->infer != NULL ? 0 : read_table(in, err));
}

/*
 * What storing has changed.
 */

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
say_patch_loss(const struct sqlite_intake *in)
{
	uint64_t n = sqlite_patch_lost(in->patch);
	char t[QUOTE_MAX];

	if (n > 0)
		diag_warn("%s: %" PRIu64 " values were changed by storing "
		    "them", quote_plain(t, sizeof(t), in->name,
		    strlen(in->name)), n);
	return (n > 0);
}

static int
say_loss(const struct sqlite_intake *in, struct buf *b)
{
	const struct table *model = in->table->model;
	const struct sqlite_loss *loss;
	char t[QUOTE_MAX], c[QUOTE_MAX];
	const char *column;
	int found = 0;
	size_t i;

	for (i = 0; i < model->ncolumns; i++) {
		loss = sqlite_upsert_loss(in->upsert, i);
		if (loss->count == 0)
			continue;
		column = model->columns[i].name;
		diag_warn("%s.%s: %" PRIu64 " value%s changed, the first (%s) "
		    "from %s to %s", quote_plain(t, sizeof(t), in->name,
		    strlen(in->name)), quote_plain(c, sizeof(c), column,
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
free_statements(struct sqlite_intake *in)
{

	sqlite_upsert_free(in->upsert);
	sqlite_patch_free(in->patch);
	in->upsert = NULL;
	in->patch = NULL;
}

int
sqlite_intake_end(struct sqlite_intake *in)
{
	int lost = in->patch != NULL ? say_patch_loss(in) :
	    say_loss(in, &in->l->sink->tables[in->i].more);

	free_statements(in);
	return (lost);
}

void
sqlite_intake_free(struct sqlite_intake *in)
{

	if (in == NULL)
		return;
	free_statements(in);
	infer_free(in->infer);
	mem_free(in);
}
