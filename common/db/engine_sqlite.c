#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine_private.h"
#include "db/sqlite.h"

#define SCHEME	"sqlite:"

static int
begin(struct engine *e, struct err *err)
{

	return (sqlite_begin(e->db, err));
}

static int
commit(struct engine *e, struct err *err)
{

	return (sqlite_commit(e->db, err));
}

static void
rollback(struct engine *e)
{

	sqlite_rollback(e->db);
}

static int
query(struct engine *e, const char *sql, const char *const *params, size_t n,
    struct engine_result *r, struct err *err)
{
	struct sqlite_stmt *stmt;
	enum sqlite_step step;
	size_t i;

	stmt = sqlite_prepare(e->db, sql, strlen(sql), err);
	if (stmt == NULL)
		return (-1);
	r->columns = sqlite_columns(stmt);
	for (i = 0; i < n; i++)
		sqlite_bind_z(stmt, (int)i + 1, params[i]);
	while ((step = sqlite_step(stmt, err)) == SQLITE_STEP_ROW)
		for (i = 0; i < r->columns; i++)
			engine_keep(r, sqlite_column_z(stmt, i));
	if (!sqlite_readonly(stmt))
		r->affected = (uint64_t)sqlite_changes(e->db);
	sqlite_finalize(stmt);
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}

static void
disconnect(struct engine *e)
{

	sqlite_close(e->db);
}

static struct engine *
again(const struct engine *e, struct err *err)
{

	return (engine_open_sqlite(sqlite_path(e->db), e->mode, e->busy, err));
}

static const struct engine_ops ops = {
	begin, commit, rollback, query, disconnect, again
};

struct engine *
engine_of_sqlite(struct sqlite *db)
{
	struct engine *e = mem_alloc(sizeof(*e));
	struct quote q;

	e->ops = &ops;
	e->db = db;
	e->mode = ENGINE_WRITE;
	e->borrowed = 1;
	buf_printf(&e->place, "database %s", quote_z(&q, sqlite_database(db)));
	return (e);
}

struct engine *
engine_open_sqlite(const char *path, enum engine_mode mode, uint64_t busy,
    struct err *err)
{
	const struct sqlite_opts opts = {
		.mode = mode == ENGINE_READ ? SQLITE_MODE_READ :
		    SQLITE_MODE_WRITE,
		.busy = busy, .sync = SQLITE_SYNCHRONOUS_FULL
	};
	struct sqlite *db;
	struct engine *e;

	if (strncmp(path, SCHEME, strlen(SCHEME)) == 0)
		path += strlen(SCHEME);
	if ((db = sqlite_open(path, &opts, err)) == NULL)
		return (NULL);
	e = engine_of_sqlite(db);
	e->mode = mode;
	e->busy = busy;
	e->borrowed = 0;
	return (e);
}
