#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgimage.h"
#include "db/pgmerge.h"
#include "db/pgrefuse.h"
#include "db/pgtarget.h"
#include "db/pgtype.h"
#include "json/json.h"
#include "schema/ddl.h"

/* A line end in a row can only be white space, and is a space in a log. */
#define TEXT_OF(row) "pg_catalog.translate(pg_catalog.row_to_json(" row \
	")::pg_catalog.text, E'\\n\\r', '  ')"

struct pgimage {
	struct pg		*pg;
	const struct pgtarget	*t;
	unsigned		 number;
	int			 noted;		/* deletions are, otherwise */
	struct buf		 sql;
	struct buf		 key, row;	/* parameters */
	char			*place, *table;	/* of the row found */
	char			*before;	/* it as JSON */
};

struct pgimage *
pgimage_new(struct pg *pg, const struct pgtarget *t, unsigned number,
    int noted, struct err *err)
{
	struct pgimage *im;
	struct quote q;

	if (t->is_view) {
		(void)err_set(err, "%s is a view, whose rows are those of "
		    "tables", quote_z(&q, t->label));
		(void)err_status(err, DIAG_USAGE);
		return (NULL);
	}
	im = mem_alloc(sizeof(*im));
	im->pg = pg;
	im->t = t;
	im->number = number;
	im->noted = noted;
	return (im);
}

/*
 * Looking.
 */

static void
put_name(struct pgimage *im, const char *of, size_t column)
{

	buf_puts(&im->sql, of);
	pg_quote(&im->sql, im->t->model->columns[column].name);
}

static const char *
only(const struct pgimage *im)
{

	return (im->t->rel->has_children ? "ONLY " : "");
}

static size_t
find_column(const struct pgimage *im, const struct json_value *name)
{
	const struct table *m = im->t->model;
	size_t i;

	for (i = 0; i < m->ncolumns; i++)
		if (json_string_is(name, m->columns[i].name,
		    strlen(m->columns[i].name)))
			break;
	return (i);
}

/* That the row t has the key k. */
static int
put_key(struct pgimage *im, const struct json_field *fields, size_t n,
    struct err *err)
{
	const struct table *m = im->t->model;
	const char *word = "";
	struct quote q, t;
	size_t i, c;

	for (i = 0; i < n; i++) {
		if ((c = find_column(im, &fields[i].key)) == m->ncolumns) {
			(void)err_set(err, "table %s has no column %s",
			    quote_z(&t, im->t->label), quote(&q,
			    fields[i].key.s + 1, fields[i].key.len - 2));
			return (err_status(err, DIAG_BADINPUT));
		}
		buf_printf(&im->sql, "%s(", word);
		put_name(im, "t.", c);
		put_name(im, " = k.", c);
		if (!m->columns[c].not_null) {
			put_name(im, " OR t.", c);
			put_name(im, " IS NULL AND k.", c);
			buf_puts(&im->sql, " IS NULL");
		}
		buf_putc(&im->sql, ')');
		word = " AND ";
	}
	return (0);
}

/* Does the server write other JSON for it than it reads?  A cast of its own is
 * at work then. */
static int
is_one_way(const struct pgtype *type)
{
	size_t i;

	if (type->kind == PGTYPE_HSTORE)
		return (1);
	if (type->kind == PGTYPE_ARRAY)
		return (is_one_way(type->element));
	for (i = 0; type->kind == PGTYPE_COMPOSITE && i < type->nfields; i++)
		if (is_one_way(type->types[i]))
			return (1);
	return (0);
}

/* Append ${v}, of column ${i} if there is such a one, as json_populate_record
 * reads it: instead of JSON that it does not read, the text that the type
 * does. */
static int
put_value(struct pgimage *im, size_t i, const struct json_value *v,
    struct buf *b, struct err *err)
{
	const struct pgtarget_column *c = &im->t->columns[i];
	struct buf text = { 0 };
	struct arena *a;
	int rc;

	if (i == im->t->model->ncolumns || (v->type != JSON_OBJECT &&
	    v->type != JSON_ARRAY) || !is_one_way(c->type)) {
		buf_put(b, v->s, v->len);
		return (0);
	}
	a = arena_new();
	rc = pgtype_put(c->type, c->dims, v, a, &text, err);
	if (rc == 0)
		rc = json_put_string(b, text.s, text.len, err);
	buf_free(&text);
	arena_free(a);
	return (rc);
}

/* Make the parameter of the row, or key, ${v}. */
static int
param(struct pgimage *im, const struct json_value *v, struct buf *b,
    struct err *err)
{
	struct json_value name, member;
	struct json_iter it;

	b->len = 0;
	json_iter_init(&it, v);
	while (json_next(&it, &name, &member)) {
		buf_putc(b, b->len == 0 ? '{' : ',');
		buf_put(b, name.s, name.len);
		buf_putc(b, ':');
		if (put_value(im, find_column(im, &name), &member, b,
		    err) != 0)
			return (-1);
	}
	buf_puts(b, b->len == 0 ? "{}" : "}");
	return (0);
}

static void
forget(struct pgimage *im)
{

	mem_free(im->place);
	mem_free(im->table);
	mem_free(im->before);
	im->place = im->table = im->before = NULL;
}

static enum pgimage_found
take_found(struct pgimage *im, struct pg_result *res, int by_row)
{
	enum pgimage_found found = PGIMAGE_NONE;

	if (pg_rows(res) > 1 && !by_row)
		found = PGIMAGE_MANY;
	else if (pg_rows(res) > 0) {
		im->place = mem_strdup(pg_get(res, 0, 0));
		im->table = mem_strdup(pg_get(res, 0, 1));
		im->before = mem_strdup(pg_get(res, 0, 2));
		found = pg_get_bool(res, 0, 3) ? PGIMAGE_SAME :
		    PGIMAGE_OTHER;
	}
	pg_done(res);
	return (found);
}

enum pgimage_found
pgimage_look(struct pgimage *im, const struct json_value *key,
    const struct json_field *fields, size_t n, const struct json_value *row,
    struct err *err)
{
	static const char same[] = TEXT_OF("t.*") " = " TEXT_OF("pg_catalog."
	    "json_populate_record(t.*, $2::pg_catalog.json)");
	const char *params[2];
	struct pg_result *res;

	forget(im);
	im->sql.len = 0;
	if ((key != NULL && param(im, key, &im->key, err) != 0) ||
	    (row != NULL && param(im, row, &im->row, err) != 0))
		return (PGIMAGE_FAIL);
	params[0] = key == NULL ? NULL : buf_z(&im->key);
	params[1] = row == NULL ? "{}" : buf_z(&im->row);
	buf_printf(&im->sql, "SELECT t.ctid, t.tableoid, "
	    "pg_catalog.row_to_json(t.*), %s FROM %s%s AS t, pg_catalog."
	    "json_populate_record(NULL::%s, $1::pg_catalog.json) AS k WHERE ",
	    same, only(im), im->t->sql, im->t->sql);
	if (key == NULL)
		buf_puts(&im->sql, same);
	else if (put_key(im, fields, n, err) != 0)
		return (PGIMAGE_FAIL);
	buf_puts(&im->sql, key == NULL ? " LIMIT 1 FOR UPDATE OF t" :
	    " LIMIT 2 FOR UPDATE OF t");
	res = pg_query(im->pg, buf_z(&im->sql), params, 2, err);
	return (res == NULL ? PGIMAGE_FAIL :
	    take_found(im, res, key == NULL));
}

const char *
pgimage_place(const struct pgimage *im, const char **table)
{

	*table = im->table;
	return (im->place);
}

/*
 * Writing.
 */

/* That nothing else has changed in the row t: all but what is set or computed
 * is as it was. */
static void
put_rest(struct pgimage *im, const unsigned char *set)
{
	const struct table *m = im->t->model;
	size_t i;
	int side;

	for (side = 0; side < 2; side++) {
		buf_puts(&im->sql, side == 0 ? " AND pg_catalog.row_to_json("
		    "t.*)::pg_catalog.jsonb - ARRAY[" :
		    "]::pg_catalog.text[] = $4::pg_catalog.jsonb - ARRAY[");
		for (i = 0; i < m->ncolumns; i++) {
			if (!set[i] && !m->columns[i].generated)
				continue;
			ddl_quote_string(&im->sql, m->columns[i].name);
			buf_putc(&im->sql, ',');
		}
		buf_puts(&im->sql, "NULL");
	}
	buf_puts(&im->sql, "]::pg_catalog.text[]");
}

/* The end of every statement: whether the row is as it shall be, and the
 * note. */
static void
put_end(struct pgimage *im, char op, const unsigned char *set)
{

	if (op == 'd')
		buf_puts(&im->sql, " RETURNING true");
	else
		buf_puts(&im->sql, " RETURNING " TEXT_OF("t.*") " = "
		    TEXT_OF("pg_catalog.json_populate_record(t.*, "
		    "$1::pg_catalog.json)"));
	if (op == 'u' && im->t->has_triggers)
		put_rest(im, set);
	buf_puts(&im->sql, op == 'd' ? " AS same, NULL::pg_catalog.text AS "
	    "after)" : " AS same, pg_catalog.row_to_json(t.*)"
	    "::pg_catalog.text AS after)");
	if (im->number > 0 && !(op == 'd' && im->noted))
		buf_printf(&im->sql, ", undo AS (INSERT INTO " PGMERGE_UNDO
		    " (t, op, before, after) SELECT %u, '%c', "
		    "$4::pg_catalog.text, w.after FROM w)", im->number, op);
	/* Each parameter must be used. */
	buf_puts(&im->sql, " SELECT w.same FROM w WHERE ("
	    "$1::pg_catalog.text IS NULL, $2::pg_catalog.text IS NULL, "
	    "$3::pg_catalog.text IS NULL, $4::pg_catalog.text IS NULL)"
	    " IS NOT NULL");
}

static enum pgimage_written
back(struct pgimage *im, enum pgimage_written what, struct err *err)
{
	struct err other = ERR_INIT;

	if (pg_exec(im->pg, "ROLLBACK TO SAVEPOINT rowpipe_row", &other) ==
	    0 && pg_exec(im->pg, "RELEASE SAVEPOINT rowpipe_row", &other) == 0)
		return (what);
	*err = other;
	return (PGIMAGE_BROKEN);
}

static enum pgimage_written
trigger_changed(struct pgimage *im, int none, struct err *err)
{
	struct quote q;

	(void)err_set(err, "a trigger of table %s %s", quote_z(&q,
	    im->t->label), none ? "keeps the row as it is" :
	    "makes another row of it");
	(void)err_hint(err, "--session \"SET session_replication_role = "
	    "replica\" switches triggers off, for those who may");
	(void)err_status(err, DIAG_BADINPUT);
	return (back(im, PGIMAGE_REFUSED, err));
}

/* Run the statement of im->sql, or leave things as they are. */
static enum pgimage_written
run(struct pgimage *im, struct err *err)
{
	const char *params[4];
	struct pg_result *res;
	int none, same;

	params[0] = buf_z(&im->row);
	params[1] = im->place == NULL ? "" : im->place;
	params[2] = im->table == NULL ? "" : im->table;
	params[3] = im->before;
	if (pg_exec(im->pg, "SAVEPOINT rowpipe_row", err) != 0)
		return (PGIMAGE_BROKEN);
	res = pg_query(im->pg, buf_z(&im->sql), params, 4, err);
	if (res == NULL) {
		if (!pg_alive(im->pg) || !pgrefuse_is_row(pg_failure(im->pg)))
			return (PGIMAGE_BROKEN);
		pgrefuse_row(pg_failure(im->pg), im->t, 0, err);
		return (back(im, PGIMAGE_REFUSED, err));
	}
	none = pg_rows(res) == 0;
	same = !none && pg_get_bool(res, 0, 0);
	pg_done(res);
	if (!same)
		return (trigger_changed(im, none, err));
	return (pg_exec(im->pg, "RELEASE SAVEPOINT rowpipe_row", err) == 0 ?
	    PGIMAGE_DONE : PGIMAGE_BROKEN);
}

static int
is_set(const struct pgimage *im, const unsigned char *set, size_t i,
    int update)
{

	return (set[i] && !im->t->model->columns[i].generated &&
	    !(update && im->t->columns[i].is_always));
}

/* Make the parameter of the columns that are written; one that ${row} does not
 * have becomes null. */
static int
take_members(struct pgimage *im, const struct json_value *row,
    const unsigned char *set, int update, struct err *err)
{
	const char *name, *word = "";
	struct json_value v;
	size_t i;

	im->row.len = 0;
	buf_putc(&im->row, '{');
	for (i = 0; i < im->t->model->ncolumns; i++) {
		if (!is_set(im, set, i, update))
			continue;
		name = im->t->model->columns[i].name;
		buf_puts(&im->row, word);
		json_put_z(&im->row, name);
		buf_putc(&im->row, ':');
		if (!json_get(row, name, strlen(name), &v))
			buf_puts(&im->row, "null");
		else if (put_value(im, i, &v, &im->row, err) != 0)
			return (-1);
		word = ",";
	}
	buf_putc(&im->row, '}');
	return (0);
}

enum pgimage_written
pgimage_insert(struct pgimage *im, const struct json_value *row,
    const unsigned char *set, struct err *err)
{
	size_t i, n = im->t->model->ncolumns;
	const char *word = " (";

	forget(im);
	if (take_members(im, row, set, 0, err) != 0)
		return (PGIMAGE_REFUSED);
	im->sql.len = 0;
	buf_printf(&im->sql, "WITH w AS (INSERT INTO %s AS t", im->t->sql);
	for (i = 0; i < n; i++) {
		if (!is_set(im, set, i, 0))
			continue;
		put_name(im, word, i);
		word = ", ";
	}
	buf_puts(&im->sql, *word == ',' ? ") OVERRIDING SYSTEM VALUE" : "");
	for (i = 0, word = " SELECT r."; i < n; i++) {
		if (!is_set(im, set, i, 0))
			continue;
		put_name(im, word, i);
		word = ", r.";
	}
	if (*word == ',')
		buf_printf(&im->sql, " FROM pg_catalog.json_populate_record("
		    "NULL::%s, $1::pg_catalog.json) AS r", im->t->sql);
	else
		buf_puts(&im->sql, " DEFAULT VALUES");
	put_end(im, 'i', set);
	return (run(im, err));
}

static void
put_place(struct pgimage *im)
{

	buf_puts(&im->sql, " WHERE t.ctid = $2::pg_catalog.tid AND "
	    "t.tableoid = $3::pg_catalog.oid");
}

enum pgimage_written
pgimage_update(struct pgimage *im, const struct json_value *row,
    const unsigned char *set, struct err *err)
{
	const char *word = " SET ";
	size_t i;

	if (take_members(im, row, set, 1, err) != 0)
		return (PGIMAGE_REFUSED);
	im->sql.len = 0;
	buf_printf(&im->sql, "WITH w AS (UPDATE %s%s AS t", only(im),
	    im->t->sql);
	for (i = 0; i < im->t->model->ncolumns; i++) {
		if (!is_set(im, set, i, 1))
			continue;
		put_name(im, word, i);
		put_name(im, " = r.", i);
		word = ", ";
	}
	if (*word != ',')
		return (PGIMAGE_DONE);
	buf_printf(&im->sql, " FROM pg_catalog.json_populate_record(NULL::%s, "
	    "$1::pg_catalog.json) AS r", im->t->sql);
	put_place(im);
	put_end(im, 'u', set);
	return (run(im, err));
}

enum pgimage_written
pgimage_remove(struct pgimage *im, struct err *err)
{

	im->row.len = im->sql.len = 0;
	buf_printf(&im->sql, "WITH w AS (DELETE FROM %s%s AS t", only(im),
	    im->t->sql);
	put_place(im);
	put_end(im, 'd', NULL);
	return (run(im, err));
}

void
pgimage_free(struct pgimage *im)
{

	if (im == NULL)
		return;
	forget(im);
	buf_free(&im->sql);
	buf_free(&im->key);
	buf_free(&im->row);
	mem_free(im);
}
