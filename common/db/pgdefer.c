#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "db/pg.h"
#include "db/pgdefer.h"
#include "db/pgtarget.h"

#define DEFERRED "DEFERRABLE INITIALLY DEFERRED"

struct pgdefer {
	struct pg	*pg;
	char		**keys;		/* ALTER TABLE ... ALTER CONSTRAINT */
	size_t		 n, cap;
};

/* The table's keys from which references lead back to it, if the role may
 * change them. */
static const char circles_sql[] =
    "WITH RECURSIVE reach (key, rel) AS ("
    " SELECT k.oid, k.confrelid FROM pg_catalog.pg_constraint k"
    " WHERE k.contype = 'f' AND k.conrelid = $1::pg_catalog.oid AND"
    "  NOT k.condeferrable AND k.conparentid = 0"
    " UNION SELECT r.key, k.confrelid FROM reach r"
    " JOIN pg_catalog.pg_constraint k ON k.contype = 'f' AND"
    "  k.conrelid = r.rel)"
    "SELECT pg_catalog.quote_ident(k.conname)"
    " FROM pg_catalog.pg_constraint k"
    " JOIN pg_catalog.pg_class c ON c.oid = k.conrelid "
    "WHERE EXISTS (SELECT FROM reach r WHERE r.key = k.oid AND"
    " r.rel = k.conrelid) AND"
    " pg_catalog.pg_has_role(c.relowner, 'USAGE') ORDER BY k.conname";

struct pgdefer *
pgdefer_new(struct pg *pg)
{
	struct pgdefer *d = mem_alloc(sizeof(*d));

	d->pg = pg;
	return (d);
}

static int
alter(struct pgdefer *d, const char *key, const char *how, struct err *err)
{
	struct buf sql = { 0 };
	int rc;

	buf_printf(&sql, "%s %s", key, how);
	rc = pg_exec(d->pg, buf_z(&sql), err);
	buf_free(&sql);
	return (rc);
}

/* Defer a key, or leave it as it is when the server does not want that. */
static int
defer(struct pgdefer *d, const char *key, struct err *err)
{
	struct err why = ERR_INIT;

	if (pg_exec(d->pg, "SAVEPOINT rowpipe_defer", err) != 0)
		return (-1);
	if (alter(d, key, DEFERRED, &why) == 0) {
		d->keys = mem_grow(d->keys, &d->cap, d->n + 1,
		    sizeof(*d->keys));
		d->keys[d->n++] = mem_strdup(key);
	} else if (pg_exec(d->pg, "ROLLBACK TO SAVEPOINT rowpipe_defer",
	    err) != 0)
		return (-1);
	return (pg_exec(d->pg, "RELEASE SAVEPOINT rowpipe_defer", err));
}

int
pgdefer_table(struct pgdefer *d, const struct pgtarget *t, struct err *err)
{
	struct pg_result *res;
	struct buf key = { 0 };
	char number[16];
	const char *param = number;
	size_t i;
	int rc = 0;

	(void)snprintf(number, sizeof(number), "%" PRIu32, t->rel->oid);
	if ((res = pg_query(d->pg, circles_sql, &param, 1, err)) == NULL)
		return (-1);
	for (i = 0; rc == 0 && i < pg_rows(res); i++) {
		key.len = 0;
		buf_printf(&key, "ALTER TABLE %s ALTER CONSTRAINT %s", t->sql,
		    pg_get(res, i, 0));
		rc = defer(d, buf_z(&key), err);
	}
	pg_done(res);
	buf_free(&key);
	return (rc);
}

int
pgdefer_again(struct pgdefer *d, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < d->n; i++)
		rc = alter(d, d->keys[i], DEFERRED, err);
	return (rc);
}

int
pgdefer_end(struct pgdefer *d, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < d->n; i++)
		rc = alter(d, d->keys[i], "NOT DEFERRABLE", err);
	return (rc);
}

void
pgdefer_free(struct pgdefer *d)
{

	if (d == NULL)
		return;
	while (d->n > 0)
		mem_free(d->keys[--d->n]);
	mem_free(d->keys);
	mem_free(d);
}
