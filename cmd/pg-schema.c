/*
 * pg-schema - what PostgreSQL's catalogs say of tables, as JSON Schema
 * One table a line, those first that others reference.
 */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/schemas.h"
#include "schema/name.h"
#include "schema/table.h"

struct config {
	const char	*dbname;
	int		 form;		/* enum listing_form */
};

static const struct opt opts[] = {
	PG_OPTS(struct config, dbname),
	LISTING_OPTS(struct config, form),
};

static const struct opt_spec spec = OPT_SPEC("pg-schema", "[TABLE ...]",
    "write the schema of PostgreSQL tables as JSON Schema", opts);

struct run {
	const struct config	*cfg;
	char *const		*tables;	/* named; none: all */
	struct pg		*pg;
	struct arena		*a;
	uint32_t		*oids;
	size_t			 n;
};

/* Resolve the operands, which the session's search_path applies to. */
static int
find_named(struct run *r, struct err *err)
{
	char *const *operands = r->tables;
	struct pgcatalog_relation *rel;
	struct name name;
	struct quote q;
	size_t n, i;

	for (n = 0; operands[n] != NULL; n++)
		continue;
	r->oids = arena_alloc(r->a, n * sizeof(*r->oids));
	for (; *operands != NULL; operands++) {
		name_read(*operands, strlen(*operands), NAME_LOWER, &name,
		    r->a);
		rel = pgcatalog_find(r->pg, &name, r->a, err);
		if (rel == NULL)
			return (-1);
		for (i = 0; i < r->n; i++) {
			if (r->oids[i] != rel->oid)
				continue;
			(void)err_set(err, "table %s is named twice",
			    quote_z(&q, *operands));
			return (err_status(err, DIAG_USAGE));
		}
		r->oids[r->n++] = rel->oid;
	}
	return (0);
}

static int
find_tables(struct run *r, struct err *err)
{

	if (r->tables[0] != NULL)
		return (find_named(r, err));
	if (pgcatalog_relations(r->pg, &r->oids, &r->n, r->a, err) != 0)
		return (-1);
	if (r->n > 0)
		return (0);
	(void)err_set(err, "there is no table in %s", pg_place(r->pg));
	return (err_status(err, DIAG_FAIL));
}

/*
 * Read the models.  SQL in them names what is not in the schema public with
 * its schema, whatever the user's search_path is.
 */
static int
read_tables(struct run *r, struct table_set *set, struct err *err)
{
	struct pgcatalog_relation *rel;
	struct table *t;
	size_t i;

	if (pg_exec(r->pg, "SELECT pg_catalog.set_config('search_path',"
	    " 'public', true)", err) != 0)
		return (-1);
	set->v = arena_alloc(r->a, r->n * sizeof(*set->v));
	for (i = 0; i < r->n; i++) {
		rel = pgcatalog_get(r->pg, r->oids[i], r->a, err);
		if (rel == NULL ||
		    (t = pgcatalog_whole(r->pg, rel, r->a, err)) == NULL)
			return (-1);
		set->v[set->n++] = t;
	}
	return (0);
}

static int
read_schema(void *cookie, struct table_set *set, struct arena *a,
    struct err *err)
{
	struct run *r = cookie;

	r->a = a;
	if ((r->pg = pg_open(r->cfg->dbname, err)) == NULL ||
	    pg_begin(r->pg, NULL, err) != 0 || find_tables(r, err) != 0)
		return (-1);
	return (read_tables(r, set, err));
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .form = LISTING_SCHEMA };
	struct run r = { .cfg = &cfg };
	int status;

	r.tables = opt_parse(&spec, argc, argv, &cfg);
	status = schemas_run(read_schema, &r, (enum listing_form)cfg.form);
	pg_close(r.pg);
	return (status);
}
