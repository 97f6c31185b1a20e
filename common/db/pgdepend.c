#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/pg.h"
#include "db/pgdepend.h"
#include "db/pgtarget.h"

struct pgdepend {
	struct pg	 *pg;
	const char	**names;	/* of the tables, one a foreign key */
	size_t		  n;
	const char	 *sql;		/* which of them has such rows */
};

/* A foreign key as its table, that as SQL, and the condition that c refers to
 * t.  Without a parent: those of partitions are their root's.  A row that
 * refers to itself goes by itself. */
static const char keys_sql[] =
    "SELECT n.nspname || '.' || r.relname, pg_catalog.quote_ident(n.nspname)"
    " || '.' || pg_catalog.quote_ident(r.relname),"
    " (SELECT pg_catalog.string_agg('c.' || pg_catalog.quote_ident(f.attname)"
    "   || ' = t.' || pg_catalog.quote_ident(p.attname), ' AND ')"
    "  FROM ROWS FROM (pg_catalog.unnest(k.conkey),"
    "   pg_catalog.unnest(k.confkey)) u (child, parent)"
    "  JOIN pg_catalog.pg_attribute f ON f.attrelid = k.conrelid AND"
    "   f.attnum = u.child"
    "  JOIN pg_catalog.pg_attribute p ON p.attrelid = k.confrelid AND"
    "   p.attnum = u.parent) || CASE WHEN k.conrelid = k.confrelid THEN"
    "  ' AND (c.ctid, c.tableoid) <> (t.ctid, t.tableoid)' ELSE '' END "
    "FROM pg_catalog.pg_constraint k"
    " JOIN pg_catalog.pg_class r ON r.oid = k.conrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace "
    "WHERE k.contype = 'f' AND k.confrelid = $1::pg_catalog.oid AND"
    " k.confdeltype IN ('c', 'n', 'd') AND NOT EXISTS ("
    "  SELECT FROM pg_catalog.pg_constraint u WHERE u.oid = k.conparentid"
    "  AND u.confrelid = k.confrelid) AND"
    " pg_catalog.current_setting('session_replication_role') <> 'replica' "
    "ORDER BY 1";

static void
put_sql(struct pgdepend *d, const struct pgtarget *t,
    const struct pg_result *res, struct buf *b)
{
	size_t i;

	buf_puts(b, "SELECT CASE");
	for (i = 0; i < d->n; i++)
		buf_printf(b, " WHEN EXISTS (SELECT FROM %s AS c WHERE %s) "
		    "THEN %zu", pg_get(res, i, 1), pg_get(res, i, 2), i);
	buf_printf(b, " END FROM %s AS t WHERE t.ctid = $1::pg_catalog.tid AND "
	    "t.tableoid = $2::pg_catalog.oid", t->sql);
}

struct pgdepend *
pgdepend_new(struct pg *pg, const struct pgtarget *t, struct arena *a,
    struct err *err)
{
	struct pgdepend *d = arena_alloc(a, sizeof(*d));
	const char *name, *param;
	struct buf b = { 0 };
	struct pg_result *res;
	char oid[16];
	size_t i;

	(void)snprintf(oid, sizeof(oid), "%" PRIu32, t->rel->oid);
	param = oid;
	if ((res = pg_query(pg, keys_sql, &param, 1, err)) == NULL)
		return (NULL);
	d->pg = pg;
	d->n = pg_rows(res);
	d->names = arena_alloc(a, (d->n + 1) * sizeof(*d->names));
	for (i = 0; i < d->n; i++) {
		name = pg_get(res, i, 0);
		d->names[i] = arena_dup(a, name, strlen(name));
	}
	put_sql(d, t, res, &b);
	d->sql = arena_dup(a, b.s, b.len);
	buf_free(&b);
	pg_done(res);
	return (d);
}

int
pgdepend_find(struct pgdepend *d, const char *place, const char *table,
    const char **name, struct err *err)
{
	const char *params[] = { place, table };
	struct pg_result *res;
	int found;

	if (d->n == 0)
		return (0);
	if ((res = pg_query(d->pg, d->sql, params, 2, err)) == NULL)
		return (-1);
	found = pg_rows(res) > 0 && pg_get(res, 0, 0) != NULL;
	if (found)
		*name = d->names[pg_get_int(res, 0, 0)];
	pg_done(res);
	return (found);
}
