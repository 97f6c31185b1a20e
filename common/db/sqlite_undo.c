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
#include "db/sqlite_sequence.h"
#include "db/sqlite_table.h"
#include "db/sqlite_undo.h"
#include "db/undo.h"
#include "json/json.h"

/* A change that was told of, and is done when the next one is told of or its
 * statement ends. */
struct pending {
	int			 is;
	enum sqlite_change	 change;
	struct sqlite_image	*table;
	int64_t			 from, to;	/* rowids */
	struct buf		 key, before;	/* of what was there */
	struct sqlite_value	*find;		/* what it is found by after,
						   if not by rowid */
};

struct sqlite_undo {
	struct sqlite		 *db;
	struct undo		 *log;
	struct arena		 *a;		/* of the tables */
	struct arena		 *row;		/* of what is pending */
	struct sqlite_image	**tables;
	size_t			  ntables, cap;
	struct pending		  p;
	struct buf		  after;
	struct sqlite_sequence	  sequence;	/* at the last COMMIT */
	int			  failed;	/* err says why */
	struct err		  err;
};

/*
 * Lines.
 */

static void
put_rowids(const struct pending *p, struct buf *b)
{
	int64_t first = p->change == SQLITE_CHANGE_INSERT ? p->to : p->from;

	if (!p->table->hidden)
		return;
	if (p->table->nkey > 0) {
		buf_puts(b, ",\"rowid\":");
		sqlite_exact_put_int(b, first);
	}
	if (p->change == SQLITE_CHANGE_UPDATE && p->from != p->to) {
		buf_puts(b, ",\"new_rowid\":");
		sqlite_exact_put_int(b, p->to);
	}
}

static int
put_change(struct sqlite_undo *u, struct err *err)
{
	static const char *const words[] = { "insert", "update", "delete" };
	const struct pending *p = &u->p;
	struct buf *b;

	/* Updates that change nothing are none. */
	if (p->change == SQLITE_CHANGE_UPDATE && p->from == p->to &&
	    p->before.len == u->after.len &&
	    memcmp(p->before.s, u->after.s, u->after.len) == 0)
		return (0);
	b = undo_line(u->log, words[p->change], p->table->t->model->name);
	buf_puts(b, ",\"key\":");
	buf_put(b, p->key.s, p->key.len);
	put_rowids(p, b);
	if (p->change != SQLITE_CHANGE_INSERT) {
		buf_puts(b, ",\"before\":");
		buf_put(b, p->before.s, p->before.len);
	}
	if (p->change != SQLITE_CHANGE_DELETE) {
		buf_puts(b, ",\"after\":");
		buf_put(b, u->after.s, u->after.len);
	}
	return (undo_line_end(u->log, err));
}

static int
not_found(const struct sqlite_image *im, struct err *err)
{
	struct quote q;

	(void)err_set(err, "a row of table %s could not be read for the undo "
	    "log", quote_z(&q, im->t->model->name));
	return (err_status(err, DIAG_FAIL));
}

/* The change that is pending was done: write it down. */
static int
settle(struct sqlite_undo *u, struct err *err)
{
	struct pending *p = &u->p;
	int rc = 0;

	if (!p->is)
		return (0);
	p->is = 0;
	u->after.len = 0;
	if (p->change != SQLITE_CHANGE_DELETE) {
		rc = sqlite_image_find(p->table, p->to, p->find, err);
		if (rc == 0)
			return (not_found(p->table, err));
		if (rc < 0)
			return (-1);
		sqlite_image_put(p->table, &u->after);
		if (p->change == SQLITE_CHANGE_INSERT)
			sqlite_image_put_key(p->table, p->to, &p->key);
		sqlite_image_done(p->table);
	}
	return (put_change(u, err));
}

/*
 * Changes.
 */

static struct sqlite_image *
find_table(struct sqlite_undo *u, const char *name, struct err *err)
{
	struct sqlite_image *im;
	size_t i;

	for (i = 0; i < u->ntables; i++)
		if (strcmp(u->tables[i]->t->model->name, name) == 0)
			return (u->tables[i]);
	if ((im = sqlite_image_new(u->db, name, u->a, err)) == NULL)
		return (NULL);
	u->tables = mem_grow(u->tables, &u->cap, u->ntables + 1,
	    sizeof(*u->tables));
	u->tables[u->ntables++] = im;
	return (im);
}

/* The primary key before or ${after}; its bytes live until the next change. */
static struct sqlite_value *
watch_key(struct sqlite_undo *u, const struct sqlite_image *im, int after)
{
	struct sqlite_value *key;
	size_t i;

	key = arena_alloc(u->row, (im->nkey + 1) * sizeof(*key));
	for (i = 0; i < im->nkey; i++) {
		sqlite_watch_value(u->db, after, im->columns[im->key[i]],
		    &key[i]);
		if (key[i].type == SQLITE_TYPE_TEXT ||
		    key[i].type == SQLITE_TYPE_BLOB)
			key[i].s = arena_dup(u->row, key[i].s, key[i].len);
	}
	return (key);
}

static int
take_change(struct sqlite_undo *u, enum sqlite_change change,
    const char *table, int64_t before, int64_t after, struct err *err)
{
	struct pending *p = &u->p;
	struct sqlite_image *im;
	int rc;

	if (settle(u, err) != 0 || (im = find_table(u, table, err)) == NULL)
		return (-1);
	arena_reset(u->row);
	p->change = change;
	p->table = im;
	p->from = before;
	p->to = after;
	p->key.len = p->before.len = 0;
	if (change != SQLITE_CHANGE_INSERT) {
		rc = sqlite_image_find(im, before, im->rowid != NULL ? NULL :
		    watch_key(u, im, 0), err);
		if (rc <= 0)
			return (rc < 0 ? -1 : not_found(im, err));
		sqlite_image_put(im, &p->before);
		sqlite_image_put_key(im, before, &p->key);
		sqlite_image_done(im);
	}
	if (im->rowid == NULL && change != SQLITE_CHANGE_DELETE)
		p->find = watch_key(u, im, 1);
	p->is = 1;
	return (0);
}

static void
on_change(void *cookie, enum sqlite_change change, const char *table,
    int64_t before, int64_t after)
{
	struct sqlite_undo *u = cookie;

	if (!u->failed && take_change(u, change, table, before, after,
	    &u->err) != 0)
		u->failed = 1;
}

static int
on_done(void *cookie, int kept, struct err *err)
{
	struct sqlite_undo *u = cookie;

	if (!u->failed && kept && settle(u, &u->err) != 0)
		u->failed = 1;
	u->p.is = 0;
	if (u->failed) {
		*err = u->err;
		return (-1);
	}
	if (!kept)
		return (undo_drop(u->log, err));
	undo_keep(u->log);
	return (0);
}

static const struct sqlite_watch watch = { on_change, on_done };

/*
 * Transactions.
 */

struct sqlite_undo *
sqlite_undo_new(struct sqlite *db, const char *path, struct err *err)
{
	struct sqlite_undo *u = mem_alloc(sizeof(*u));

	u->db = db;
	u->a = arena_new();
	u->row = arena_new();
	if ((u->log = undo_open(path, "sqlite", err)) == NULL ||
	    sqlite_sequence_read(db, &u->sequence, err) != 0) {
		sqlite_undo_free(u);
		return (NULL);
	}
	sqlite_watch(db, &watch, u);
	return (u);
}

static int
put_sequence_row(struct sqlite_undo *u, int64_t rowid, const char *before,
    const char *after, struct err *err)
{
	struct buf *b;

	if (before != NULL && after != NULL && strcmp(before, after) == 0)
		return (0);
	b = undo_line(u->log, before == NULL ? "insert" : after == NULL ?
	    "delete" : "update", SQLITE_SEQUENCE);
	buf_puts(b, ",\"key\":{\"rowid\":");
	json_put_int(b, rowid);
	buf_putc(b, '}');
	if (before != NULL) {
		buf_puts(b, ",\"before\":");
		buf_puts(b, before);
	}
	if (after != NULL) {
		buf_puts(b, ",\"after\":");
		buf_puts(b, after);
	}
	return (undo_line_end(u->log, err));
}

/* What AUTOINCREMENT has done. */
static int
put_sequence(struct sqlite_undo *u, struct err *err)
{
	struct sqlite_sequence now, *old = &u->sequence;
	size_t i;
	int rc;

	rc = sqlite_sequence_read(u->db, &now, err);
	for (i = 0; rc == 0 && i < old->n; i++)
		if (sqlite_sequence_find(&now, old->v[i].rowid) == NULL)
			rc = put_sequence_row(u, old->v[i].rowid,
			    old->v[i].text, NULL, err);
	for (i = 0; rc == 0 && i < now.n; i++)
		rc = put_sequence_row(u, now.v[i].rowid,
		    sqlite_sequence_find(old, now.v[i].rowid), now.v[i].text,
		    err);
	sqlite_sequence_free(old);
	*old = now;
	return (rc);
}

int
sqlite_undo_sync(struct sqlite_undo *u, struct err *err)
{

	if (u->failed) {
		*err = u->err;
		return (-1);
	}
	if (settle(u, err) != 0 || put_sequence(u, err) != 0)
		return (-1);
	return (undo_sync(u->log, err));
}

void
sqlite_undo_committed(struct sqlite_undo *u)
{

	undo_committed(u->log);
}

void
sqlite_undo_unknown(struct sqlite_undo *u)
{

	undo_unknown(u->log);
}

void
sqlite_undo_detach(struct sqlite_undo *u)
{
	size_t i;

	if (u->db != NULL)
		sqlite_watch(u->db, NULL, NULL);
	u->db = NULL;
	for (i = 0; i < u->ntables; i++)
		sqlite_image_free(u->tables[i]);
	u->ntables = 0;
}

void
sqlite_undo_free(struct sqlite_undo *u)
{

	if (u == NULL)
		return;
	sqlite_undo_detach(u);
	undo_close(u->log);
	sqlite_sequence_free(&u->sequence);
	mem_free(u->tables);
	buf_free(&u->p.key);
	buf_free(&u->p.before);
	buf_free(&u->after);
	arena_free(u->a);
	arena_free(u->row);
	mem_free(u);
}
