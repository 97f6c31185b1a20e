#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/feed.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/pgcopy.h"
#include "db/pgsource.h"
#include "db/sqlite_source.h"
#include "schema/findings.h"
#include "schema/name.h"
#include "schema/table.h"

#define BUSY	5	/* seconds to wait for a lock */

struct feed {
	struct arena		*a;
	const char		*label;
	uint64_t		 left;		/* rows that may still come */

	struct engine		*e;
	int			 own;		/* is ${e} ours to close? */

	struct pgcatalog_relation *rel;		/* either this ... */
	struct pgsource		*src;
	struct pgcopy		*copy;
	int			 copying;

	struct sqlite_source_spec spec;		/* ... or that */
	struct sqlite_source	*lite;
};

/*
 * PostgreSQL.
 */

static int
open_pg(struct feed *f, const char *table, const char *where, uint64_t limit,
    struct err *err)
{
	struct pg *pg = engine_pg(f->e);
	struct pgcatalog_relation *rel;
	struct pgsource_spec want;
	struct name name;
	size_t *all, i;

	name_read(table, strlen(table), NAME_LOWER, &name, f->a);
	if ((rel = pgcatalog_find(pg, &name, f->a, err)) == NULL)
		return (-1);
	f->rel = rel;
	all = arena_alloc(f->a, (rel->ncolumns + 1) * sizeof(*all));
	for (i = 0; i < rel->ncolumns; i++)
		all[i] = i;
	want = (struct pgsource_spec){
		.rel = rel, .columns = all, .ncolumns = rel->ncolumns,
		.where = where, .limit = limit,
	};
	f->src = pgsource_new(pg, &want, f->a, err);
	if (f->src == NULL || pgsource_prepare(f->src, pg, 1, err) != 0)
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
	rc = pg_copy(engine_pg(f->e), buf_z(&sql), err);
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

	switch (pg_copy_next(engine_pg(f->e), -1, &s, &len, err)) {
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
open_sqlite(struct feed *f, const char *table, const char *where,
    struct err *err)
{

	f->spec.table = table;
	f->spec.where = where;
	f->lite = sqlite_source_new(engine_sqlite(f->e), &f->spec, f->a, err);
	if (f->lite == NULL)
		return (-1);
	f->label = sqlite_source_label(f->lite);
	return (0);
}

/* Open a feed from ${e}, which is closed with it when it is its ${own}. */
static struct feed *
open_from(struct engine *e, int own, const char *table, const char *where,
    uint64_t limit, struct err *err)
{
	struct feed *f = mem_alloc(sizeof(*f));
	int rc;

	f->a = arena_new();
	f->left = limit;
	f->e = e;
	f->own = own;
	rc = own ? engine_begin(e, err) : 0;
	if (rc == 0)
		rc = engine_sqlite(e) != NULL ?
		    open_sqlite(f, table, where, err) :
		    open_pg(f, table, where, limit, err);
	if (rc == 0)
		return (f);
	feed_close(f);
	return (NULL);
}

struct feed *
feed_open(const char *conn, const char *table, const char *where,
    uint64_t limit, struct err *err)
{
	struct engine *e = engine_open(conn, ENGINE_READ, BUSY, err);

	if (e == NULL)
		return (NULL);
	return (open_from(e, 1, table, where, limit, err));
}

struct feed *
feed_from(struct engine *e, const char *table, const char *where,
    struct err *err)
{

	return (open_from(e, 0, table, where, UINT64_MAX, err));
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

	return (engine_place(f->e));
}

uint64_t
feed_rows(const struct feed *f)
{

	return (f->src != NULL ? pgsource_rows(f->src) : 0);
}

/* Types that an extension made: others read what rows bring of them. */
static void
extension_facts(const struct table *t, struct findings *fs)
{
	char name[160], from[160];
	const struct table_type *type;
	size_t i;

	for (i = 0; i < t->ntypes; i++) {
		type = &t->types[i];
		if (strcmp(type->kind, "extension") == 0)
			(void)findings_add(fs, FINDINGS_OK, "extensions", NULL,
			    "type %s of the source comes from the extension "
			    "%s; rows bring it as text or JSON",
			    quote_plain(name, sizeof(name), type->name,
			    strlen(type->name)), quote_plain(from,
			    sizeof(from), type->sql, strlen(type->sql)));
	}
}

int
feed_facts(struct feed *f, struct findings *fs, struct err *err)
{
	const struct table *t;

	if (f->rel == NULL)
		return (0);
	if (f->rel->has_filter)
		(void)findings_add(fs, FINDINGS_WARN, "row-security", NULL,
		    "row security applies to the source: rows that this user "
		    "may not see are missing");
	t = pgcatalog_whole(engine_pg(f->e), f->rel, f->a, err);
	if (t != NULL)
		extension_facts(t, fs);
	return (t != NULL ? 0 : -1);
}

void
feed_close(struct feed *f)
{

	if (f == NULL)
		return;
	pgcopy_free(f->copy);
	sqlite_source_free(f->lite);
	if (f->own)
		engine_close(f->e);
	arena_free(f->a);
	mem_free(f);
}
