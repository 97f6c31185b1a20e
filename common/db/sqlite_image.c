#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/sqlite.h"
#include "db/sqlite_exact.h"
#include "db/sqlite_image.h"
#include "db/sqlite_table.h"
#include "json/json.h"
#include "schema/ddl.h"

static const char *
column_name(const struct sqlite_image *im, size_t i)
{

	return (im->t->model->columns[im->columns[i]].name);
}

/* Does the column make REAL of all numbers? */
static int
is_real(const struct sqlite_image *im, size_t i)
{

	return (im->t->columns[im->columns[i]].affinity ==
	    SQLITE_AFFINITY_REAL);
}

/* Which columns are stored, and which of these are the key. */
static void
list_columns(struct sqlite_image *im, struct arena *a)
{
	const struct table *m = im->t->model;
	size_t i, k;

	im->columns = arena_alloc(a, (m->ncolumns + 1) *
	    sizeof(*im->columns));
	im->key = arena_alloc(a, (m->primary_key.n + 1) * sizeof(*im->key));
	for (i = 0; i < m->ncolumns; i++)
		if (!m->columns[i].generated)
			im->columns[im->ncolumns++] = i;
	for (k = 0; k < m->primary_key.n; k++)
		for (i = 0; i < im->ncolumns; i++)
			if (im->columns[i] == m->primary_key.v[k])
				im->key[im->nkey++] = i;
}

/* A row that nothing names could not be found again. */
static int
check_table(const struct sqlite_image *im, struct err *err)
{
	const struct table *m = im->t->model;
	struct quote q;
	size_t i, k;

	if (im->t->kind == SQLITE_KIND_VIEW ||
	    (im->rowid == NULL && !im->t->without_rowid)) {
		(void)err_set(err, "table %s has no name for its rowid, so "
		    "its rows cannot be told apart", quote_z(&q, m->name));
		return (err_status(err, DIAG_FAIL));
	}
	for (k = 0; im->rowid == NULL && k < m->primary_key.n; k++) {
		for (i = 0; i < m->primary_key.v[k]; i++) {
			if (!m->columns[i].generated)
				continue;
			(void)err_set(err, "table %s is WITHOUT ROWID and "
			    "has a generated column before its key, which an "
			    "undo log cannot take", quote_z(&q, m->name));
			return (err_status(err, DIAG_FAIL));
		}
	}
	return (0);
}

static int
prepare_find(struct sqlite_image *im, struct err *err)
{
	struct buf b = { 0 };
	size_t i;

	buf_puts(&b, "SELECT ");
	for (i = 0; i < im->ncolumns; i++) {
		ddl_quote(&b, column_name(im, i));
		buf_puts(&b, i + 1 < im->ncolumns ? ", " : " FROM main.");
	}
	ddl_quote(&b, im->t->model->name);
	buf_puts(&b, " WHERE ");
	if (im->rowid != NULL) {
		ddl_quote(&b, im->rowid);
		buf_puts(&b, " = ?1");
	}
	for (i = 0; im->rowid == NULL && i < im->nkey; i++) {
		buf_puts(&b, i > 0 ? " AND " : "");
		ddl_quote(&b, column_name(im, im->key[i]));
		buf_printf(&b, " = ?%zu", i + 1);
	}
	im->find = sqlite_prepare(im->db, b.s, b.len, err);
	buf_free(&b);
	return (im->find == NULL ? -1 : 0);
}

struct sqlite_image *
sqlite_image_new(struct sqlite *db, const char *name, struct arena *a,
    struct err *err)
{
	struct sqlite_image *im = mem_alloc(sizeof(*im));

	im->db = db;
	if ((im->t = sqlite_table_read(db, name, a, err)) == NULL)
		goto failed;
	im->rowid = sqlite_table_rowid(im->t);
	if (im->t->rowid != -1)
		im->rowid = im->t->model->columns[im->t->rowid].name;
	else
		im->hidden = im->rowid != NULL;
	list_columns(im, a);
	if (check_table(im, err) == 0 && prepare_find(im, err) == 0)
		return (im);

failed:
	sqlite_image_free(im);
	return (NULL);
}

int
sqlite_image_find(struct sqlite_image *im, int64_t rowid,
    const struct sqlite_value *key, struct err *err)
{
	size_t i;

	sqlite_reset(im->find);
	if (im->rowid != NULL)
		sqlite_bind_int(im->find, 1, rowid);
	for (i = 0; im->rowid == NULL && i < im->nkey; i++)
		sqlite_bind_value(im->find, (int)i + 1, &key[i]);
	switch (sqlite_step(im->find, err)) {
	case SQLITE_STEP_ROW:
		return (1);
	case SQLITE_STEP_DONE:
		return (0);
	default:
		return (-1);
	}
}

void
sqlite_image_value(const struct sqlite_image *im, size_t i,
    struct sqlite_value *v)
{

	sqlite_column(im->find, i, v);
}

static void
put_member(const struct sqlite_image *im, size_t i, int first, struct buf *b)
{
	struct sqlite_value v;

	buf_putc(b, first ? '{' : ',');
	json_put_z(b, column_name(im, i));
	buf_putc(b, ':');
	sqlite_column(im->find, i, &v);
	sqlite_exact_put(b, &v, is_real(im, i));
}

void
sqlite_image_put(const struct sqlite_image *im, struct buf *b)
{
	size_t i;

	for (i = 0; i < im->ncolumns; i++)
		put_member(im, i, i == 0, b);
	buf_putc(b, '}');
}

void
sqlite_image_put_key(const struct sqlite_image *im, int64_t rowid,
    struct buf *b)
{
	size_t i;

	if (im->nkey == 0) {
		buf_puts(b, "{\"rowid\":");
		sqlite_exact_put_int(b, rowid);
	}
	for (i = 0; i < im->nkey; i++)
		put_member(im, im->key[i], i == 0, b);
	buf_putc(b, '}');
}

/* The members of ${row} are not the columns. */
static int
other_columns(const struct sqlite_image *im, const struct json_value *row,
    struct arena *a, struct err *err)
{
	struct quote q, t;
	struct json_iter it;
	struct json_value key, v;
	const char *name;
	size_t len, i;

	json_iter_init(&it, row);
	while (json_next(&it, &key, &v)) {
		name = json_string(&key, a, &len);
		for (i = 0; i < im->ncolumns; i++)
			if (strlen(column_name(im, i)) == len &&
			    memcmp(column_name(im, i), name, len) == 0)
				break;
		if (i < im->ncolumns)
			continue;
		(void)err_set(err, "table %s has no column %s", quote_z(&t,
		    im->t->model->name), quote(&q, name, len));
		break;
	}
	(void)err_hint(err, "the table's columns must be those that it had "
	    "when the log was written: rename, add or drop them first");
	return (err_status(err, DIAG_BADINPUT));
}

int
sqlite_image_get(const struct sqlite_image *im, const struct json_value *row,
    struct sqlite_value *v, struct arena *a, struct err *err)
{
	struct json_iter it;
	struct json_value member;
	struct quote q, t;
	const char *name;
	size_t i, n = 0;

	json_iter_init(&it, row);
	while (json_next(&it, NULL, &member))
		n++;
	for (i = 0; i < im->ncolumns; i++) {
		name = column_name(im, i);
		if (!json_get(row, name, strlen(name), &member)) {
			(void)err_set(err, "the log has no value of column %s "
			    "of table %s", quote_z(&q, name),
			    quote_z(&t, im->t->model->name));
			return (other_columns(im, row, a, err));
		}
		if (sqlite_exact_get(&member, is_real(im, i), a, &v[i],
		    err) != 0)
			return (-1);
	}
	return (n == im->ncolumns ? 0 : other_columns(im, row, a, err));
}

void
sqlite_image_done(struct sqlite_image *im)
{

	sqlite_reset(im->find);
}

void
sqlite_image_free(struct sqlite_image *im)
{

	if (im == NULL)
		return;
	sqlite_finalize(im->find);
	mem_free(im);
}
