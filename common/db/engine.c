#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/pg.h"
#include "db/sqlite.h"
#include "db/target.h"

#define SCHEME	"sqlite:"

struct engine {
	struct pg	*pg;		/* one of the two */
	struct sqlite	*db;
	enum engine_mode mode;
	struct buf	 place;		/* of a file */
};

struct engine_result {
	struct pg_result	*pg;	/* or what follows */
	struct arena		*a;
	const char		**cells;
	size_t			 ncells, cap, columns;
	uint64_t		 affected;
};

struct engine *
engine_open(const char *conn, enum engine_mode mode, uint64_t busy,
    struct err *err)
{
	const struct sqlite_opts opts = {
		.mode = mode == ENGINE_READ ? SQLITE_MODE_READ :
		    SQLITE_MODE_WRITE,
		.busy = busy, .sync = SQLITE_SYNCHRONOUS_FULL
	};
	struct engine *e = mem_alloc(sizeof(*e));
	struct quote q;

	e->mode = mode;
	if (conn == NULL || !target_is_sqlite(conn)) {
		e->pg = pg_open(conn, err);
	} else {
		if (strncmp(conn, SCHEME, strlen(SCHEME)) == 0)
			conn += strlen(SCHEME);
		e->db = sqlite_open(conn, &opts, err);
	}
	if (e->db != NULL)
		buf_printf(&e->place, "database %s", quote_z(&q, conn));
	if (e->pg != NULL || e->db != NULL)
		return (e);
	mem_free(e);
	return (NULL);
}

void
engine_close(struct engine *e)
{

	if (e == NULL)
		return;
	pg_close(e->pg);
	sqlite_close(e->db);
	buf_free(&e->place);
	mem_free(e);
}

struct pg *
engine_pg(const struct engine *e)
{

	return (e->pg);
}

struct sqlite *
engine_sqlite(const struct engine *e)
{

	return (e->db);
}

const char *
engine_place(struct engine *e)
{

	return (e->pg != NULL ? pg_place(e->pg) : buf_z(&e->place));
}

int
engine_begin(struct engine *e, struct err *err)
{

	if (e->db != NULL)
		return (sqlite_begin(e->db, err));
	if (e->mode == ENGINE_READ)
		return (pg_begin(e->pg, NULL, err));
	return (pg_begin_write(e->pg, err));
}

int
engine_commit(struct engine *e, struct err *err)
{

	return (e->db != NULL ? sqlite_commit(e->db, err) :
	    pg_commit(e->pg, err));
}

void
engine_rollback(struct engine *e)
{
	struct err ignored = ERR_INIT;

	if (e->db != NULL)
		sqlite_rollback(e->db);
	else
		(void)pg_exec(e->pg, "ROLLBACK", &ignored);
}

int
engine_exec(struct engine *e, const char *sql, struct err *err)
{
	struct engine_result *r = engine_query(e, sql, NULL, 0, err);

	engine_done(r);
	return (r == NULL ? -1 : 0);
}

static void
keep_row(struct engine_result *r, const struct sqlite_stmt *stmt)
{
	const char *s;
	size_t i;

	r->cells = mem_grow(r->cells, &r->cap, r->ncells + r->columns,
	    sizeof(*r->cells));
	for (i = 0; i < r->columns; i++) {
		s = sqlite_column_z(stmt, i);
		r->cells[r->ncells++] = s == NULL ? NULL :
		    arena_dup(r->a, s, strlen(s));
	}
}

static int
run_sqlite(struct engine *e, const char *sql, const char *const *params,
    size_t n, struct engine_result *r, struct err *err)
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
		keep_row(r, stmt);
	if (!sqlite_readonly(stmt))
		r->affected = (uint64_t)sqlite_changes(e->db);
	sqlite_finalize(stmt);
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}

struct engine_result *
engine_query(struct engine *e, const char *sql, const char *const *params,
    size_t n, struct err *err)
{
	struct engine_result *r = mem_alloc(sizeof(*r));

	if (e->pg != NULL) {
		r->pg = pg_query(e->pg, sql, params, n, err);
		if (r->pg != NULL)
			return (r);
	} else {
		r->a = arena_new();
		if (run_sqlite(e, sql, params, n, r, err) == 0)
			return (r);
	}
	engine_done(r);
	return (NULL);
}

size_t
engine_rows(const struct engine_result *r)
{

	if (r->pg != NULL)
		return (pg_rows(r->pg));
	return (r->columns == 0 ? 0 : r->ncells / r->columns);
}

const char *
engine_get(const struct engine_result *r, size_t row, size_t i)
{

	return (r->pg != NULL ? pg_get(r->pg, row, i) :
	    r->cells[row * r->columns + i]);
}

int64_t
engine_get_int(const struct engine_result *r, size_t row, size_t i)
{
	const char *s = engine_get(r, row, i);

	return (s == NULL ? 0 : strtoll(s, NULL, 10));
}

uint64_t
engine_affected(const struct engine_result *r)
{

	return (r->pg != NULL ? pg_affected(r->pg) : r->affected);
}

void
engine_done(struct engine_result *r)
{

	if (r == NULL)
		return;
	pg_done(r->pg);
	arena_free(r->a);
	mem_free(r->cells);
	mem_free(r);
}
