#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/io.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/migrate.h"
#include "db/rebuild.h"

#define FILE_MAX ((size_t)1 << 20)	/* bytes of a CREATE TABLE */

static int
read_operands(char **argv, struct rebuild_spec *spec, struct buf *text,
    struct err *err)
{

	if (argv[0] == NULL || (argv[1] != NULL && argv[2] != NULL)) {
		(void)err_set(err, "rebuild takes a table, and perhaps a file "
		    "with the new CREATE TABLE");
		return (err_status(err, DIAG_USAGE));
	}
	spec->table = argv[0];
	if (argv[1] == NULL)
		return (0);
	if (infile_read(argv[1], FILE_MAX, text, err) != 0)
		return (-1);
	spec->create = buf_z(text);
	return (0);
}

static int
print_sql(const struct rebuild *r, struct err *err)
{
	struct buf b = { 0 };
	int rc = 0;

	rebuild_put(r, &b);
	if (io_write(STDOUT_FILENO, b.s, b.len) != 0)
		rc = err_sys(err, "could not write standard output");
	buf_free(&b);
	return (rc);
}

static int
rebuild(const struct migrate *m, struct engine *e,
    const struct rebuild_spec *spec, struct arena *a, struct err *err)
{
	struct rebuild *r;
	struct quote q;
	uint64_t rows;
	int rc = 0;

	if (engine_sqlite(e) == NULL) {
		(void)err_set(err, "rebuild is for SQLite; PostgreSQL changes "
		    "tables as they stand, with ALTER TABLE");
		return (err_status(err, DIAG_USAGE));
	}
	if ((r = rebuild_new(e, spec, a, err)) == NULL)
		return (-1);
	if (rebuild_is_done(r))
		diag_note("table %s is as it is wanted already",
		    quote_z(&q, spec->table));
	else if (m->dry_run)
		rc = print_sql(r, err);
	else if ((rc = rebuild_run(r, &rows, err)) == 0)
		diag_note("table %s rebuilt, %" PRIu64 " rows",
		    quote_z(&q, spec->table), rows);
	else if (err->status != DIAG_UNKNOWN)
		(void)err_prefix(err, "table %s is as it was: ",
		    quote_z(&q, spec->table));
	rebuild_free(r);
	return (rc);
}

int
migrate_rebuild(const struct migrate *m, char **argv, struct err *err)
{
	struct rebuild_spec spec = {
		.drop = m->drop, .rename = m->rename, .type = m->type,
		.add = m->add
	};
	struct arena *a = arena_new();
	struct buf text = { 0 };
	struct engine *e;
	int rc = -1;

	if (read_operands(argv, &spec, &text, err) == 0 &&
	    (e = engine_open(m->conn, m->dry_run ? ENGINE_READ : ENGINE_WRITE,
	    m->busy, err)) != NULL) {
		rc = rebuild(m, e, &spec, a, err);
		engine_close(e);
	}
	buf_free(&text);
	arena_free(a);
	return (rc == 0 ? DIAG_OK : -1);
}
