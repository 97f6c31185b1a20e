#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/feed.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/pgcopy.h"
#include "db/pgsource.h"
#include "db/sqlite.h"
#include "db/sqlite_source.h"
#include "db/target.h"
#include "schema/name.h"

struct feed {
	struct arena		*a;
	const char		*label, *place;
	uint64_t		 left;		/* rows that may still come */

	struct pg		*pg;		/* either this ... */
	struct pgsource		*src;
	struct pgcopy		*copy;
	int			 copying;

	struct sqlite		*db;		/* ... or that */
	struct sqlite_source_spec spec;
	struct sqlite_source	*lite;
};

/*
 * PostgreSQL.
 */

static int
open_pg(struct feed *f, const char *conn, const char *table,
    const char *where, uint64_t limit, struct err *err)
{
	struct pgcatalog_relation *rel;
	struct pgsource_spec want;
	struct name name;
	size_t *all, i;

	if ((f->pg = pg_open(conn, err)) == NULL ||
	    pg_begin(f->pg, NULL, err) != 0)
		return (-1);
	f->place = pg_place(f->pg);
	name_read(table, strlen(table), NAME_LOWER, &name, f->a);
	if ((rel = pgcatalog_find(f->pg, &name, f->a, err)) == NULL)
		return (-1);
	all = arena_alloc(f->a, (rel->ncolumns + 1) * sizeof(*all));
	for (i = 0; i < rel->ncolumns; i++)
		all[i] = i;
	want = (struct pgsource_spec){
		.rel = rel, .columns = all, .ncolumns = rel->ncolumns,
		.where = where, .limit = limit,
	};
	f->src = pgsource_new(f->pg, &want, f->a, err);
	if (f->src == NULL || pgsource_prepare(f->src, f->pg, 1, err) != 0)
		return (-1);
	f->label = pgsource_label(f->src);
	f->copy = pgsource_decoder(f->src);
	return (0);
}

/* Begin to read the next piece: 1, 0 when there is none, -1. */
static int
begin_piece(struct feed *f, struct err *err)
{
	struct pgsource_piece piece;
	struct buf sql = { 0 };
	int rc;

	if (!pgsource_next(f->src, &piece))
		return (0);
	pgsource_put_copy(f->src, &piece, &sql);
	rc = pg_copy(f->pg, buf_z(&sql), err);
	buf_free(&sql);
	if (rc != 0)
		return (-1);
	pgcopy_start(f->copy);
	f->copying = 1;
	return (1);
}

/* Take in more of the stream. */
static int
feed_more(struct feed *f, struct err *err)
{
	const char *s;
	size_t len;

	switch (pg_copy_next(f->pg, -1, &s, &len, err)) {
	case PG_COPY_DATA:
		pgcopy_feed(f->copy, s, len);
		return (0);
	case PG_COPY_END:
		f->copying = 0;
		return (pgcopy_end(f->copy, err));
	default:
		return (-1);
	}
}

static int
next_pg(struct feed *f, struct buf *b, struct err *err)
{
	int rc;

	for (;;) {
		if (!f->copying && (rc = begin_piece(f, err)) != 1)
			return (rc);
		if ((rc = pgcopy_row(f->copy, b, err)) != 0)
			return (rc);
		if (feed_more(f, err) != 0)
			return (-1);
	}
}

/*
 * SQLite.
 */

static int
open_sqlite(struct feed *f, const char *path, const char *table,
    const char *where, struct err *err)
{
	const struct sqlite_opts opts = {
		.mode = SQLITE_MODE_READ, .busy = 5
	};
	struct buf place = { 0 };
	struct quote q;

	if (strncmp(path, "sqlite:", 7) == 0)
		path += 7;
	if ((f->db = sqlite_open(path, &opts, err)) == NULL ||
	    sqlite_begin(f->db, err) != 0)
		return (-1);
	f->spec.table = table;
	f->spec.where = where;
	f->lite = sqlite_source_new(f->db, &f->spec, f->a, err);
	if (f->lite == NULL)
		return (-1);
	f->label = sqlite_source_label(f->lite);
	buf_printf(&place, "database %s", quote_z(&q, path));
	f->place = arena_dup(f->a, place.s, place.len);
	buf_free(&place);
	return (0);
}

struct feed *
feed_open(const char *conn, const char *table, const char *where,
    uint64_t limit, struct err *err)
{
	struct feed *f = mem_alloc(sizeof(*f));
	int rc;

	f->a = arena_new();
	f->left = limit;
	rc = target_is_sqlite(conn) ?
	    open_sqlite(f, conn, table, where, err) :
	    open_pg(f, conn, table, where, limit, err);
	if (rc == 0)
		return (f);
	feed_close(f);
	return (NULL);
}

int
feed_next(struct feed *f, struct buf *b, struct err *err)
{

	if (f->left == 0)
		return (0);
	f->left -= f->left != UINT64_MAX;
	return (f->lite != NULL ? sqlite_source_next(f->lite, b, err) :
	    next_pg(f, b, err));
}

const char *
feed_label(const struct feed *f)
{

	return (f->label);
}

const char *
feed_place(const struct feed *f)
{

	return (f->place);
}

uint64_t
feed_rows(const struct feed *f)
{

	return (f->src != NULL ? pgsource_rows(f->src) : 0);
}

void
feed_close(struct feed *f)
{

	if (f == NULL)
		return;
	pgcopy_free(f->copy);
	pg_close(f->pg);
	sqlite_source_free(f->lite);
	sqlite_close(f->db);
	arena_free(f->a);
	mem_free(f);
}
