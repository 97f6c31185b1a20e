#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/change.h"
#include "db/pg.h"
#include "db/pgdefer.h"
#include "db/pgdepend.h"
#include "db/pgimage.h"
#include "db/pgrevert.h"
#include "db/pgtarget.h"
#include "db/pgwrite.h"
#include "db/revert.h"
#include "db/undo_row.h"
#include "json/json.h"

struct table_at {
	const char		*name;		/* as the log has it */
	const struct pgtarget	*t;
	struct pgimage		*im;
	struct pgdepend		*depend;
	unsigned char		*all, *some;	/* flags of columns */
};

struct replay {
	struct pg		*pg;
	struct pgdefer		*defer;
	struct arena		*a;		/* of the tables */
	struct arena		*change;	/* of the one at hand */
	struct json_reader	*key, *row;
	struct table_at		*tables;
	size_t			 ntables, cap;
};

/*
 * Tables.
 */

static struct table_at *
find_table(struct replay *r, const struct json_value *name, struct err *err)
{
	struct table_at *at;
	const char *s;
	size_t i, len;

	for (i = 0; i < r->ntables; i++)
		if (json_string_is(name, r->tables[i].name,
		    strlen(r->tables[i].name)))
			return (&r->tables[i]);
	r->tables = mem_grow(r->tables, &r->cap, r->ntables + 1,
	    sizeof(*r->tables));
	at = &r->tables[r->ntables];
	memset(at, 0, sizeof(*at));
	s = json_string(name, r->a, &len);
	at->name = arena_dup(r->a, s, len);
	if ((at->t = pgtarget_find(r->pg, at->name, len, r->a, err)) == NULL ||
	    pgdefer_table(r->defer, at->t, err) != 0 ||
	    (at->depend = pgdepend_new(r->pg, at->t, r->a, err)) == NULL ||
	    (at->im = pgimage_new(r->pg, at->t, 0, 0, err)) == NULL)
		return (NULL);
	at->all = arena_alloc(r->a, at->t->model->ncolumns + 1);
	at->some = arena_alloc(r->a, at->t->model->ncolumns + 1);
	memset(at->all, 1, at->t->model->ncolumns);
	r->ntables++;
	return (at);
}

/* The members of a row must be the columns that the table has now. */
static int
check_row(struct replay *r, const struct table_at *at,
    const struct json_value *row, struct err *err)
{
	const struct table *m = at->t->model;
	const struct json_field *f;
	struct quote q, t;
	size_t i, c;

	if (row->type != JSON_OBJECT)
		return (0);
	if (json_read_object(r->row, row->s, row->len, err) != 0)
		return (-1);
	(void)err_set(err, "%s", "");
	for (i = 0; i < r->row->nfields; i++) {
		f = &r->row->fields[i];
		for (c = 0; c < m->ncolumns; c++)
			if (json_string_is(&f->key, m->columns[c].name,
			    strlen(m->columns[c].name)))
				break;
		if (c < m->ncolumns)
			continue;
		(void)err_set(err, "table %s has no column %s",
		    quote_z(&t, at->t->label), quote(&q, f->key.s + 1,
		    f->key.len - 2));
		break;
	}
	if (r->row->nfields == m->ncolumns && err->msg[0] == '\0')
		return (0);
	if (err->msg[0] == '\0')
		(void)err_set(err, "table %s has other columns than the log",
		    quote_z(&t, at->t->label));
	(void)err_hint(err, "the table's columns must be those that it had "
	    "when the log was written");
	return (err_status(err, DIAG_BADINPUT));
}

/*
 * Changes.
 */

static enum revert_done
refused(const struct table_at *at, const struct change *c, const char *what,
    struct err *err)
{
	struct quote q;
	char key[QUOTE_MAX + 1];

	(void)err_set(err, "row %s of table %s %s", quote_plain(key,
	    sizeof(key), c->key.s, c->key.len), quote_z(&q, at->t->label),
	    what);
	(void)err_status(err, DIAG_BADINPUT);
	return (REVERT_REFUSED);
}

/* Find the row that is to change.  Where the table has no primary key, any row
 * that is the same will do, and one that shall come is in nobody's way. */
static enum pgimage_found
look(struct replay *r, const struct table_at *at, const struct change *c,
    const struct json_value *from, struct err *err)
{
	const struct json_value *row = from->type == JSON_OBJECT ? from : NULL;

	if (at->t->model->primary_key.n == 0)
		return (row == NULL ? PGIMAGE_NONE : pgimage_look(at->im,
		    NULL, NULL, 0, row, err));
	if (json_read_object(r->key, c->key.s, c->key.len, err) != 0)
		return (PGIMAGE_FAIL);
	/* It may be the key itself that was changed: the row has it as it is
	 * now. */
	return (pgimage_look(at->im, row != NULL ? row : &c->key,
	    r->key->fields, r->key->nfields, row, err));
}

static const char *
wrong(enum pgimage_found found, const struct json_value *from)
{

	if (from->type != JSON_OBJECT)
		return (found == PGIMAGE_NONE ? NULL : "is there again");
	return (found == PGIMAGE_SAME ? NULL : found == PGIMAGE_NONE ?
	    "is not there any more" : found == PGIMAGE_MANY ?
	    "is there more than once" : "has changed since");
}

/* Which columns the change is about: the others keep what JSON does not tell,
 * such as white space in json.  The flags live until the next call. */
static const unsigned char *
differing(const struct table_at *at, const struct change *c)
{
	const struct table *m = at->t->model;
	struct json_value a, b;
	size_t i;

	for (i = 0; i < m->ncolumns; i++)
		at->some[i] = !json_get(&c->before, m->columns[i].name,
		    strlen(m->columns[i].name), &a) ||
		    !json_get(&c->after, m->columns[i].name,
		    strlen(m->columns[i].name), &b) || a.len != b.len ||
		    memcmp(a.s, b.s, a.len) != 0;
	return (at->some);
}

static enum pgimage_written
write_row(const struct table_at *at, enum pgimage_found found,
    const struct change *c, const struct json_value *to, struct err *err)
{

	if (to->type != JSON_OBJECT)
		return (found == PGIMAGE_NONE ? PGIMAGE_DONE :
		    pgimage_remove(at->im, err));
	if (found == PGIMAGE_NONE)
		return (pgimage_insert(at->im, to, at->all, err));
	return (pgimage_update(at->im, to, found == PGIMAGE_SAME ?
	    differing(at, c) : at->all, err));
}

/* Would rows that have come since go, or change, with the row that was found?
 * Return 1 with ${err} saying so, 0, or -1 with ${err} filled. */
static int
takes_along(const struct table_at *at, const struct change *c,
    struct err *err)
{
	const char *name, *table, *place = pgimage_place(at->im, &table);
	struct quote q;
	int rc;

	rc = pgdepend_find(at->depend, place, table, &name, err);
	if (rc == 1) {
		(void)refused(at, c, "has rows that refer to it, and go or "
		    "change with it", err);
		(void)err_hint(err, "rows of table %s have come since",
		    quote_z(&q, name));
	}
	return (rc);
}

static enum revert_done
change_row(struct replay *r, const struct change *c, int forward, int force,
    struct err *err)
{
	const struct json_value *from = forward ? &c->before : &c->after;
	const struct json_value *to = forward ? &c->after : &c->before;
	struct table_at *at = find_table(r, &c->table, err);
	enum pgimage_found found;
	const char *what;
	char why[512];
	int along;

	if (at == NULL || check_row(r, at, from, err) != 0 ||
	    check_row(r, at, to, err) != 0)
		return (REVERT_FAIL);
	if ((found = look(r, at, c, from, err)) == PGIMAGE_FAIL)
		return (REVERT_FAIL);
	what = wrong(found, from);
	if (what != NULL && (!force || found == PGIMAGE_MANY))
		return (refused(at, c, what, err));
	if (to->type != JSON_OBJECT && found != PGIMAGE_NONE && !force &&
	    (along = takes_along(at, c, err)) != 0)
		return (along < 0 ? REVERT_FAIL : REVERT_REFUSED);
	switch (write_row(at, found, c, to, err)) {
	case PGIMAGE_DONE:
		return (what == NULL ? REVERT_DONE :
		    refused(at, c, what, err));
	case PGIMAGE_REFUSED:
		(void)quote_plain(why, sizeof(why), err->msg,
		    strlen(err->msg));
		(void)refused(at, c, "cannot be put back", err);
		(void)err_hint(err, "%s", why);
		return (REVERT_REFUSED);
	default:
		return (REVERT_FAIL);
	}
}

static enum revert_done
change(void *cookie, const struct change *c, int forward, int force,
    struct err *err)
{
	struct replay *r = cookie;
	struct change as_was = *c;

	arena_reset(r->change);
	undo_row_get(&as_was.key, r->change);
	undo_row_get(&as_was.before, r->change);
	undo_row_get(&as_was.after, r->change);
	return (change_row(r, &as_was, forward, force, err));
}

static int
mark(void *cookie, struct err *err)
{
	struct replay *r = cookie;

	return (pg_exec(r->pg, "SAVEPOINT rowpipe_replay", err));
}

static int
back(void *cookie, struct err *err)
{
	struct replay *r = cookie;

	if (pg_exec(r->pg, "ROLLBACK TO SAVEPOINT rowpipe_replay", err) != 0)
		return (-1);
	if (pg_exec(r->pg, "RELEASE SAVEPOINT rowpipe_replay", err) != 0)
		return (-1);
	return (pgdefer_again(r->defer, err));
}

/*
 * The whole.
 */

static int
undo_all(struct pg *pg, struct pgdefer *defer, struct revert *log, int force,
    struct err *err)
{
	static const struct revert_ops ops = { change, mark, back };
	struct replay r = { .pg = pg, .defer = defer };
	size_t i;
	int rc;

	r.a = arena_new();
	r.change = arena_new();
	r.key = json_reader_new();
	r.row = json_reader_new();
	rc = pg_exec(pg, "SET CONSTRAINTS ALL DEFERRED", err);
	if (rc == 0)
		rc = revert_run(log, &ops, &r, force, err);
	for (i = 0; i < r.ntables; i++)
		pgimage_free(r.tables[i].im);
	mem_free(r.tables);
	json_reader_free(r.key);
	json_reader_free(r.row);
	arena_free(r.a);
	arena_free(r.change);
	return (rc);
}

int
pgrevert_run(const char *log, const struct pgwrite_opts *opts, int force)
{
	struct pgdefer *defer = NULL;
	struct pgwrite *w = NULL;
	struct revert *r;
	struct err err = ERR_INIT;
	int rc = -1, status;

	if ((r = revert_open(log, "postgresql", &err)) != NULL &&
	    (w = pgwrite_open(opts, &err)) != NULL &&
	    (defer = pgdefer_new(pgwrite_pg(w))) != NULL &&
	    undo_all(pgwrite_pg(w), defer, r, force, &err) == 0 &&
	    pgwrite_check(w, &err) == 0 && pgdefer_end(defer, &err) == 0)
		rc = pgwrite_commit(w, &err);
	if (rc == 0)
		status = revert_say(r, opts->dry_run);
	else {
		status = diag_failed(NULL, &err, DIAG_FAIL);
		if (status != DIAG_UNKNOWN)
			diag_note("nothing was committed");
	}
	pgdefer_free(defer);
	pgwrite_close(w);
	revert_close(r);
	return (status);
}
