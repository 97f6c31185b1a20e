#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/change.h"
#include "db/revert.h"
#include "db/sqlite.h"
#include "db/sqlite_exact.h"
#include "db/sqlite_image.h"
#include "db/sqlite_replay.h"
#include "db/sqlite_sequence.h"
#include "db/sqlite_table.h"
#include "json/json.h"
#include "schema/ddl.h"

/* A table with the statements that change it.  Parameters: the columns, then
 * the rowid, then what the row is found by. */
struct table_at {
	struct sqlite_image	*im;
	struct sqlite_stmt	*insert, *update, *remove;
};

struct sqlite_replay {
	struct sqlite		*db;
	struct arena		*a;		/* of the tables */
	struct arena		*row;
	struct table_at		*tables;
	size_t			 ntables, cap;
	struct sqlite_sequence	 sequence;	/* as it shall be */
	struct sqlite_sequence	 marked;	/* as it was at the mark */
};

/* A row on one side of a change. */
struct side {
	const struct json_value	*row;		/* NULL: there is none */
	struct sqlite_value	*v;		/* by column */
	struct sqlite_value	*key;
	int64_t			 rowid;
};

/*
 * Statements.
 */

static void
put_name(struct buf *b, const struct sqlite_image *im, size_t i)
{

	ddl_quote(b, im->t->model->columns[im->columns[i]].name);
}

static void
put_where(struct buf *b, const struct sqlite_image *im)
{
	size_t i, n = im->ncolumns + 2;

	buf_puts(b, " WHERE ");
	if (im->rowid != NULL) {
		ddl_quote(b, im->rowid);
		buf_printf(b, " = ?%zu", n);
	}
	for (i = 0; im->rowid == NULL && i < im->nkey; i++) {
		buf_puts(b, i > 0 ? " AND " : "");
		put_name(b, im, im->key[i]);
		buf_printf(b, " = ?%zu", n + i);
	}
}

static void
put_insert(struct buf *b, const struct sqlite_image *im)
{
	size_t i;

	buf_puts(b, "INSERT INTO main.");
	ddl_quote(b, im->t->model->name);
	for (i = 0; i < im->ncolumns; i++) {
		buf_puts(b, i > 0 ? ", " : " (");
		put_name(b, im, i);
	}
	if (im->hidden) {
		buf_puts(b, ", ");
		ddl_quote(b, im->rowid);
	}
	for (i = 0; i < im->ncolumns + (im->hidden != 0); i++)
		buf_printf(b, "%s?%zu", i > 0 ? ", " : ") VALUES (", i + 1);
	buf_putc(b, ')');
}

static void
put_update(struct buf *b, const struct sqlite_image *im)
{
	size_t i;

	buf_puts(b, "UPDATE main.");
	ddl_quote(b, im->t->model->name);
	for (i = 0; i < im->ncolumns; i++) {
		buf_puts(b, i > 0 ? ", " : " SET ");
		put_name(b, im, i);
		buf_printf(b, " = ?%zu", i + 1);
	}
	if (im->hidden) {
		buf_puts(b, ", ");
		ddl_quote(b, im->rowid);
		buf_printf(b, " = ?%zu", i + 1);
	}
	put_where(b, im);
}

static struct sqlite_stmt *
prepare(struct sqlite_replay *r, struct buf *b, struct err *err)
{
	struct sqlite_stmt *stmt = sqlite_prepare(r->db, b->s, b->len, err);

	b->len = 0;
	return (stmt);
}

static int
prepare_table(struct sqlite_replay *r, struct table_at *t, struct err *err)
{
	struct buf b = { 0 };

	put_insert(&b, t->im);
	t->insert = prepare(r, &b, err);
	put_update(&b, t->im);
	t->update = t->insert == NULL ? NULL : prepare(r, &b, err);
	buf_puts(&b, "DELETE FROM main.");
	ddl_quote(&b, t->im->t->model->name);
	put_where(&b, t->im);
	t->remove = t->update == NULL ? NULL : prepare(r, &b, err);
	buf_free(&b);
	return (t->remove == NULL ? -1 : 0);
}

static struct table_at *
find_table(struct sqlite_replay *r, const struct json_value *name,
    struct err *err)
{
	struct table_at *t;
	const char *s;
	size_t i, len;

	for (i = 0; i < r->ntables; i++) {
		s = r->tables[i].im->t->model->name;
		if (json_string_is(name, s, strlen(s)))
			return (&r->tables[i]);
	}
	s = json_string(name, r->row, &len);
	r->tables = mem_grow(r->tables, &r->cap, r->ntables + 1,
	    sizeof(*r->tables));
	t = &r->tables[r->ntables];
	memset(t, 0, sizeof(*t));
	t->im = sqlite_image_new(r->db, arena_dup(r->row, s, len), r->a, err);
	if (t->im == NULL)
		return (NULL);
	r->ntables++;
	return (prepare_table(r, t, err) != 0 ? NULL : t);
}

/*
 * A change.
 */

/* Take the row ${row} apart. */
static int
read_side(struct sqlite_replay *r, const struct table_at *t,
    const struct change *c, const struct json_value *row, int64_t rowid,
    struct side *side, struct err *err)
{
	const struct sqlite_image *im = t->im;
	size_t i;

	side->row = row->type == JSON_OBJECT ? row : NULL;
	side->rowid = rowid;
	if (side->row == NULL)
		return (0);
	side->v = arena_alloc(r->row, (im->ncolumns + 1) *
	    sizeof(*side->v));
	side->key = arena_alloc(r->row, (im->nkey + 1) * sizeof(*side->key));
	if (sqlite_image_get(im, row, side->v, r->row, err) != 0)
		return (-1);
	for (i = 0; i < im->nkey; i++)
		side->key[i] = side->v[im->key[i]];
	if (im->t->rowid != -1) {
		if (side->key[0].type == SQLITE_TYPE_INTEGER) {
			side->rowid = side->key[0].integer;
			return (0);
		}
	} else if (!im->hidden || c->has_rowid)
		return (0);
	(void)err_set(err, "the line has no rowid");
	return (err_status(err, DIAG_BADINPUT));
}

static enum revert_done
refused(const struct table_at *t, const struct change *c, const char *what,
    struct err *err)
{
	struct quote q;
	char key[QUOTE_MAX + 1];

	(void)err_set(err, "row %s of table %s %s", quote_plain(key,
	    sizeof(key), c->key.s, c->key.len),
	    quote_z(&q, t->im->t->model->name), what);
	(void)err_status(err, DIAG_BADINPUT);
	return (REVERT_REFUSED);
}

/* Is the row that was found the one of ${side}? */
static int
is_same(const struct table_at *t, const struct side *side)
{
	struct sqlite_value now;
	size_t i;

	for (i = 0; i < t->im->ncolumns; i++) {
		sqlite_image_value(t->im, i, &now);
		if (!sqlite_exact_same(&now, &side->v[i]))
			return (0);
	}
	return (1);
}

/* See that the row is as ${from} says, or that ${to} has no row in its way;
 * *${there}: there is one to change. */
static enum revert_done
look(const struct table_at *t, const struct change *c,
    const struct side *from, const struct side *to, int *there,
    struct err *err)
{
	const struct side *at = from->row != NULL ? from : to;
	enum revert_done rc = REVERT_DONE;

	*there = sqlite_image_find(t->im, at->rowid, at->key, err);
	if (*there < 0)
		return (REVERT_FAIL);
	if (from->row == NULL && *there)
		rc = refused(t, c, "is there again", err);
	else if (from->row != NULL && !*there)
		rc = refused(t, c, "is not there any more", err);
	else if (from->row != NULL && !is_same(t, from))
		rc = refused(t, c, "has changed since", err);
	sqlite_image_done(t->im);
	return (rc);
}

/* Run what makes ${to} of the row that ${at} finds. */
static enum revert_done
put_row(const struct table_at *t, const struct change *c,
    struct sqlite_stmt *stmt, const struct side *at, const struct side *to,
    struct err *err)
{
	const struct sqlite_image *im = t->im;
	char why[512];
	size_t i;

	for (i = 0; to->row != NULL && i < im->ncolumns; i++)
		sqlite_bind_value(stmt, (int)i + 1, &to->v[i]);
	if (im->hidden && to->row != NULL)
		sqlite_bind_int(stmt, (int)im->ncolumns + 1, to->rowid);
	if (im->rowid != NULL)
		sqlite_bind_int(stmt, (int)im->ncolumns + 2, at->rowid);
	for (i = 0; im->rowid == NULL && i < im->nkey; i++)
		sqlite_bind_value(stmt, (int)(im->ncolumns + 2 + i),
		    &at->key[i]);
	switch (sqlite_step(stmt, err)) {
	case SQLITE_STEP_DONE:
		return (REVERT_DONE);
	case SQLITE_STEP_REFUSED:
		(void)quote_plain(why, sizeof(why), err->msg,
		    strlen(err->msg));
		(void)refused(t, c, "cannot be put back", err);
		(void)err_hint(err, "%s", why);
		return (REVERT_REFUSED);
	default:
		return (REVERT_FAIL);
	}
}

static enum revert_done
replay_row(struct sqlite_replay *r, const struct change *c, int forward,
    int force, struct err *err)
{
	struct table_at *t = find_table(r, &c->table, err);
	struct side before = { 0 }, after = { 0 };
	const struct side *from, *to, *at;
	enum revert_done looked, rc = REVERT_DONE;
	struct err why = ERR_INIT;
	int there;

	if (t == NULL || read_side(r, t, c, &c->before, c->rowid, &before,
	    err) != 0 || read_side(r, t, c, &c->after, c->new_rowid, &after,
	    err) != 0)
		return (REVERT_FAIL);
	from = forward ? &before : &after;
	to = forward ? &after : &before;
	at = from->row != NULL ? from : to;
	looked = look(t, c, from, to, &there, &why);
	if (looked == REVERT_FAIL ||
	    (looked == REVERT_REFUSED && !force)) {
		*err = why;
		return (looked);
	}
	if (to->row == NULL && there)
		rc = put_row(t, c, t->remove, at, to, err);
	else if (to->row != NULL)
		rc = put_row(t, c, there ? t->update : t->insert, at, to,
		    err);
	if (rc == REVERT_DONE && looked == REVERT_REFUSED)
		*err = why;
	return (rc != REVERT_DONE ? rc : looked);
}

/*
 * AUTOINCREMENT.
 */

/* A row of sqlite_sequence as this program would write it. */
static int
sequence_text(const struct json_value *row, struct arena *a, struct buf *b,
    struct err *err)
{
	static const char *const names[] = { "name", "seq" };
	struct json_value member;
	struct sqlite_value v;
	size_t i;

	b->len = 0;
	for (i = 0; i < 2; i++) {
		if (!json_get(row, names[i], strlen(names[i]), &member)) {
			(void)err_set(err, "the line has no \"%s\"",
			    names[i]);
			return (err_status(err, DIAG_BADINPUT));
		}
		if (sqlite_exact_get(&member, 0, a, &v, err) != 0)
			return (-1);
		buf_printf(b, "%s\"%s\":", i == 0 ? "{" : ",", names[i]);
		sqlite_exact_put(b, &v, 0);
	}
	buf_putc(b, '}');
	(void)buf_z(b);
	return (0);
}

static int
same_text(const char *s, const struct buf *b)
{

	if (s == NULL || b->len == 0)
		return (s == NULL && b->len == 0);
	return (strlen(s) == b->len && memcmp(s, b->s, b->len) == 0);
}

/* The numbers that others were given since are not given again, whatever
 * ${force} says: then the row stays. */
static enum revert_done
replay_sequence(struct sqlite_replay *r, const struct change *c,
    int forward, struct err *err)
{
	const struct json_value *from = forward ? &c->before : &c->after;
	const struct json_value *to = forward ? &c->after : &c->before;
	enum revert_done rc = REVERT_DONE;
	struct buf was = { 0 }, shall = { 0 };

	if ((from->type == JSON_OBJECT &&
	    sequence_text(from, r->row, &was, err) != 0) ||
	    (to->type == JSON_OBJECT &&
	    sequence_text(to, r->row, &shall, err) != 0))
		rc = REVERT_FAIL;
	else if (!same_text(sqlite_sequence_find(&r->sequence, c->rowid),
	    &was)) {
		(void)err_set(err, "AUTOINCREMENT has given numbers since: %s",
		    was.len > 0 ? buf_z(&was) : "for the first time");
		(void)err_status(err, DIAG_BADINPUT);
		rc = REVERT_REFUSED;
	} else
		sqlite_sequence_set(&r->sequence, c->rowid, shall.len > 0 ?
		    shall.s : NULL, shall.len);
	buf_free(&was);
	buf_free(&shall);
	return (rc);
}

enum revert_done
sqlite_replay_change(struct sqlite_replay *r, const struct change *c,
    int forward, int force, struct err *err)
{

	arena_reset(r->row);
	if (json_string_is(&c->table, SQLITE_SEQUENCE,
	    strlen(SQLITE_SEQUENCE)))
		return (replay_sequence(r, c, forward, err));
	return (replay_row(r, c, forward, force, err));
}

/*
 * The whole.
 */

struct sqlite_replay *
sqlite_replay_new(struct sqlite *db, struct err *err)
{
	struct sqlite_replay *r = mem_alloc(sizeof(*r));

	r->db = db;
	r->a = arena_new();
	r->row = arena_new();
	if (sqlite_sequence_read(db, &r->sequence, err) == 0)
		return (r);
	sqlite_replay_free(r);
	return (NULL);
}

int
sqlite_replay_mark(struct sqlite_replay *r, struct err *err)
{

	sqlite_sequence_free(&r->marked);
	sqlite_sequence_copy(&r->marked, &r->sequence);
	return (sqlite_exec(r->db, "SAVEPOINT rowpipe_replay", err));
}

int
sqlite_replay_back(struct sqlite_replay *r, struct err *err)
{

	sqlite_sequence_free(&r->sequence);
	sqlite_sequence_copy(&r->sequence, &r->marked);
	return (sqlite_exec(r->db, "ROLLBACK TO rowpipe_replay;"
	    "RELEASE rowpipe_replay", err));
}

int
sqlite_replay_end(struct sqlite_replay *r, struct err *err)
{

	return (sqlite_sequence_write(r->db, &r->sequence, err));
}

void
sqlite_replay_free(struct sqlite_replay *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->ntables; i++) {
		sqlite_image_free(r->tables[i].im);
		sqlite_finalize(r->tables[i].insert);
		sqlite_finalize(r->tables[i].update);
		sqlite_finalize(r->tables[i].remove);
	}
	mem_free(r->tables);
	sqlite_sequence_free(&r->sequence);
	sqlite_sequence_free(&r->marked);
	arena_free(r->a);
	arena_free(r->row);
	mem_free(r);
}
