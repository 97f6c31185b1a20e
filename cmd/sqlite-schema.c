/*
 * sqlite-schema - what a SQLite database says of its tables, as JSON Schema
 * One table a line, those first that others reference.
 */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/schemas.h"
#include "db/sqlite.h"
#include "db/sqlite_facts.h"
#include "db/sqlite_table.h"
#include "schema/table.h"

struct config {
	uint64_t	busy;
	int		form;		/* enum listing_form */
};

static const struct opt opts[] = {
	OPT_UINT(0, "busy-timeout", "SECONDS",
	    "wait for a locked database (default 5)", struct config, busy),
	LISTING_OPTS(struct config, form),
};

static const struct opt_spec spec = OPT_SPEC("sqlite-schema",
    "DB [TABLE ...]", "write the schema of SQLite tables as JSON Schema",
    opts);

struct run {
	const struct config	*cfg;
	const char		*path;
	char *const		*tables;	/* named; none: all */
	struct sqlite		*db;
};

/* The tables that are named, or all. */
static int
find_tables(const struct run *r, struct opt_list *names, struct arena *a,
    struct err *err)
{
	struct quote q;
	size_t n;

	for (n = 0; r->tables[n] != NULL; n++)
		continue;
	if (n > 0) {
		names->v = arena_alloc(a, n * sizeof(*names->v));
		for (names->n = 0; names->n < n; names->n++)
			if ((names->v[names->n] = sqlite_table_name(
			    r->tables[names->n], strlen(r->tables[names->n]),
			    a, err)) == NULL)
				return (-1);
		return (0);
	}
	if (sqlite_facts_tables(r->db, names, a, err) != 0)
		return (-1);
	if (names->n > 0)
		return (0);
	(void)err_set(err, "database %s has no table",
	    quote_z(&q, sqlite_database(r->db)));
	return (err_status(err, DIAG_FAIL));
}

static int
read_tables(const struct run *r, const struct opt_list *names,
    struct table_set *set, struct arena *a, struct err *err)
{
	struct table *t;
	struct quote q;
	size_t i, k;

	set->v = arena_alloc(a, names->n * sizeof(*set->v));
	for (i = 0; i < names->n; i++) {
		t = sqlite_facts_read(r->db, names->v[i], a, err);
		if (t == NULL)
			return (-1);
		for (k = 0; k < set->n; k++) {
			if (strcasecmp(set->v[k]->name, t->name) != 0)
				continue;
			(void)err_set(err, "table %s is named twice",
			    quote_z(&q, names->v[i]));
			return (err_status(err, DIAG_USAGE));
		}
		set->v[set->n++] = t;
	}
	return (0);
}

static int
read_schema(void *cookie, struct table_set *set, struct arena *a,
    struct err *err)
{
	struct run *r = cookie;
	const struct sqlite_opts how = {
		.mode = SQLITE_MODE_READ, .busy = r->cfg->busy
	};
	struct opt_list names = { 0 };

	if ((r->db = sqlite_open(r->path, &how, err)) == NULL ||
	    sqlite_begin(r->db, err) != 0 ||
	    find_tables(r, &names, a, err) != 0)
		return (-1);
	return (read_tables(r, &names, set, a, err));
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .busy = 5, .form = LISTING_SCHEMA };
	struct run r = { .cfg = &cfg };
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	if (argv[0] == NULL)
		opt_usage(&spec, "no database named");
	r.path = argv[0];
	r.tables = argv + 1;
	status = schemas_run(read_schema, &r, (enum listing_form)cfg.form);
	sqlite_close(r.db);
	return (status);
}
