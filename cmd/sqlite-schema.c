/*
 * sqlite-schema - what a SQLite database says of its tables, as JSON Schema
 * One table a line, those first that others reference.
 */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/sqlite.h"
#include "db/sqlite_facts.h"
#include "db/sqlite_table.h"
#include "row/output.h"
#include "schema/listing.h"
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
	struct arena		*a;
	struct sqlite		*db;
	struct table_set	 set;
};

/* The tables that are named, or all. */
static int
find_tables(struct run *r, char *const *operands, struct opt_list *names,
    struct err *err)
{
	struct quote q;
	size_t n;

	if (operands[0] != NULL) {
		for (n = 0; operands[n] != NULL; n++)
			continue;
		names->v = arena_alloc(r->a, n * sizeof(*names->v));
		for (names->n = 0; names->n < n; names->n++)
			if ((names->v[names->n] = sqlite_table_name(
			    operands[names->n], strlen(operands[names->n]),
			    r->a, err)) == NULL)
				return (-1);
		return (0);
	}
	if (sqlite_facts_tables(r->db, names, r->a, err) != 0)
		return (-1);
	if (names->n > 0)
		return (0);
	(void)err_set(err, "database %s has no table",
	    quote_z(&q, sqlite_database(r->db)));
	return (err_status(err, DIAG_FAIL));
}

static int
read_tables(struct run *r, const struct opt_list *names, struct err *err)
{
	struct table *t;
	struct quote q;
	size_t i, k;

	r->set.v = arena_alloc(r->a, names->n * sizeof(*r->set.v));
	for (i = 0; i < names->n; i++) {
		t = sqlite_facts_read(r->db, names->v[i], r->a, err);
		if (t == NULL)
			return (-1);
		for (k = 0; k < r->set.n; k++) {
			if (strcasecmp(r->set.v[k]->name, t->name) != 0)
				continue;
			(void)err_set(err, "table %s is named twice",
			    quote_z(&q, names->v[i]));
			return (err_status(err, DIAG_USAGE));
		}
		r->set.v[r->set.n++] = t;
	}
	(void)table_set_order(&r->set, r->a);
	return (0);
}

static int
read_schema(struct run *r, const struct config *cfg, const char *path,
    char *const *operands, struct err *err)
{
	const struct sqlite_opts how = {
		.mode = SQLITE_MODE_READ, .busy = cfg->busy
	};
	struct opt_list names = { 0 };

	if ((r->db = sqlite_open(path, &how, err)) == NULL ||
	    sqlite_begin(r->db, err) != 0 ||
	    find_tables(r, operands, &names, err) != 0)
		return (-1);
	return (read_tables(r, &names, err));
}

static int
write_schema(const struct table_set *set, enum listing_form form,
    struct err *err)
{
	struct buf b = { 0 };
	int rc;

	listing_put_set(set, form, &b);
	rc = output_all(&b, err);
	buf_free(&b);
	return (rc);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .busy = 5, .form = LISTING_SCHEMA };
	struct err err = ERR_INIT;
	struct run r = { 0 };
	int status = DIAG_OK;

	argv = opt_parse(&spec, argc, argv, &cfg);
	if (argv[0] == NULL)
		opt_usage(&spec, "no database named");
	r.a = arena_new();
	if (read_schema(&r, &cfg, argv[0], argv + 1, &err) != 0 ||
	    write_schema(&r.set, (enum listing_form)cfg.form, &err) != 0)
		status = diag_failed(NULL, &err, DIAG_FAIL);
	sqlite_close(r.db);
	arena_free(r.a);
	return (status);
}
