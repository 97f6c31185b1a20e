#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/opt.h"
#include "db/engine.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/pgobjects.h"
#include "db/schemasum.h"
#include "db/sqlite_facts.h"
#include "schema/table.h"

#define OURS	"rowpipe_"

static int
is_ours(const char *name)
{

	return (strncasecmp(name, OURS, strlen(OURS)) == 0);
}

static int
read_pg(struct pg *pg, struct table_set *set, struct arena *a,
    struct err *err)
{
	struct pgcatalog_relation *rel;
	uint32_t *oids;
	size_t n, i;

	if (pgcatalog_relations(pg, &oids, &n, a, err) != 0)
		return (-1);
	set->v = arena_alloc(a, (n + 1) * sizeof(*set->v));
	for (i = 0; i < n; i++) {
		if ((rel = pgcatalog_get(pg, oids[i], a, err)) == NULL)
			return (-1);
		if (is_ours(rel->name))
			continue;
		set->v[set->n] = pgcatalog_whole(pg, rel, a, err);
		if (set->v[set->n++] == NULL)
			return (-1);
	}
	return (0);
}

/* What is read of PostgreSQL: tables, or all the rest. */
struct reading {
	struct table_set	*set;	/* or NULL */
	struct buf		*rest;
	struct arena		*a;
};

/* The catalogs write SQL for the search_path that is set: the same for
 * everybody, and as it was afterwards. */
static int
read_pg_as_public(struct pg *pg, const struct reading *x, struct err *err)
{
	static const char set_path[] =
	    "SELECT pg_catalog.set_config('search_path', $1, true)";
	const char *path[1] = { "public" };
	struct pg_result *old, *r;
	int rc;

	old = pg_query(pg, "SELECT pg_catalog.current_setting('search_path')",
	    NULL, 0, err);
	if (old == NULL)
		return (-1);
	r = pg_query(pg, set_path, path, 1, err);
	rc = r == NULL ? -1 : x->set != NULL ? read_pg(pg, x->set, x->a, err) :
	    pgobjects_put(pg, x->rest, err);
	pg_done(r);
	if (rc == 0) {
		path[0] = pg_get(old, 0, 0);
		r = pg_query(pg, set_path, path, 1, err);
		rc = r == NULL ? -1 : 0;
		pg_done(r);
	}
	pg_done(old);
	return (rc);
}

static int
read_sqlite(struct sqlite *db, struct table_set *set, struct arena *a,
    struct err *err)
{
	struct opt_list names = { 0 };
	size_t i;

	if (sqlite_facts_tables(db, &names, a, err) != 0)
		return (-1);
	set->v = arena_alloc(a, (names.n + 1) * sizeof(*set->v));
	for (i = 0; i < names.n; i++) {
		if (is_ours(names.v[i]))
			continue;
		set->v[set->n] = sqlite_facts_read(db, names.v[i], a, err);
		if (set->v[set->n++] == NULL)
			return (-1);
	}
	return (0);
}

static int
by_name(const void *x, const void *y)
{
	const struct table *a = *(struct table *const *)x;
	const struct table *b = *(struct table *const *)y;
	int c;

	c = strcmp(a->schema == NULL ? "" : a->schema,
	    b->schema == NULL ? "" : b->schema);
	return (c != 0 ? c : strcmp(a->name, b->name));
}

int
schemasum_text(struct engine *e, struct buf *b, struct err *err)
{
	struct arena *a = arena_new();
	struct table_set set = { 0 };
	size_t i;
	int rc;

	if (engine_pg(e) != NULL)
		rc = read_pg_as_public(engine_pg(e), &(struct reading){
		    .set = &set, .a = a }, err);
	else
		rc = read_sqlite(engine_sqlite(e), &set, a, err);
	if (rc == 0 && set.n > 0)
		qsort(set.v, set.n, sizeof(*set.v), by_name);
	for (i = 0; rc == 0 && i < set.n; i++) {
		table_put_schema(set.v[i], b);
		buf_putc(b, '\n');
	}
	arena_free(a);
	return (rc);
}

static int
put_pragma(struct engine *e, const char *name, struct buf *b,
    struct err *err)
{
	struct engine_result *r;
	struct buf sql = { 0 };

	buf_printf(&sql, "PRAGMA %s", name);
	r = engine_query(e, buf_z(&sql), NULL, 0, err);
	buf_free(&sql);
	if (r == NULL)
		return (-1);
	buf_printf(b, "\"%s\":\"%s\"", name, engine_get(r, 0, 0));
	engine_done(r);
	return (0);
}

int
schemasum_others(struct engine *e, struct buf *b, struct err *err)
{

	if (engine_pg(e) != NULL)
		return (read_pg_as_public(engine_pg(e), &(struct reading){
		    .rest = b }, err));
	buf_puts(b, "{\"PRAGMA\":{");
	if (put_pragma(e, "application_id", b, err) != 0)
		return (-1);
	buf_putc(b, ',');
	if (put_pragma(e, "user_version", b, err) != 0)
		return (-1);
	buf_puts(b, "}}");
	return (0);
}

int
schemasum_hex(struct engine *e, char *hex, struct err *err)
{
	struct digest *d;
	struct buf b = { 0 };
	int rc;

	rc = schemasum_text(e, &b, err);
	if (rc == 0 && (rc = schemasum_others(e, &b, err)) == 0) {
		d = digest_new();
		digest_add(d, b.s, b.len);
		digest_hex(d, hex);
		digest_free(d);
	}
	buf_free(&b);
	return (rc);
}
