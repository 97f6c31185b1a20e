#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "db/engine_private.h"

struct engine *
engine_again(const struct engine *e, struct err *err)
{

	return (e->ops->again(e, err));
}

void
engine_close(struct engine *e)
{

	if (e == NULL)
		return;
	if (!e->borrowed)
		e->ops->close(e);
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

	return (buf_z(&e->place));
}

int
engine_begin(struct engine *e, struct err *err)
{

	return (e->ops->begin(e, err));
}

int
engine_commit(struct engine *e, struct err *err)
{

	return (e->ops->commit(e, err));
}

void
engine_rollback(struct engine *e)
{

	e->ops->rollback(e);
}

int
engine_exec(struct engine *e, const char *sql, struct err *err)
{
	struct engine_result *r = engine_query(e, sql, NULL, 0, err);

	engine_done(r);
	return (r == NULL ? -1 : 0);
}

struct engine_result *
engine_query(struct engine *e, const char *sql, const char *const *params,
    size_t n, struct err *err)
{
	struct engine_result *r = mem_alloc(sizeof(*r));

	r->a = arena_new();
	if (e->ops->query(e, sql, params, n, r, err) == 0)
		return (r);
	engine_done(r);
	return (NULL);
}

void
engine_keep(struct engine_result *r, const char *s)
{

	r->cells = mem_grow(r->cells, &r->cap, r->ncells + 1,
	    sizeof(*r->cells));
	r->cells[r->ncells++] = s == NULL ? NULL :
	    arena_dup(r->a, s, strlen(s));
}

size_t
engine_rows(const struct engine_result *r)
{

	return (r->columns == 0 ? 0 : r->ncells / r->columns);
}

const char *
engine_get(const struct engine_result *r, size_t row, size_t i)
{

	return (r->cells[row * r->columns + i]);
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

	return (r->affected);
}

void
engine_done(struct engine_result *r)
{

	if (r == NULL)
		return;
	arena_free(r->a);
	mem_free(r->cells);
	mem_free(r);
}
