#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "db/engine_private.h"
#include "db/pg.h"

static int
begin(struct engine *e, struct err *err)
{

	return (e->mode == ENGINE_READ ? pg_begin(e->pg, NULL, err) :
	    pg_begin_write(e->pg, err));
}

static int
commit(struct engine *e, struct err *err)
{

	return (pg_commit(e->pg, err));
}

static void
rollback(struct engine *e)
{
	struct err ignored = ERR_INIT;

	/* A COMMIT that was refused has ended the transaction. */
	if (pg_in_transaction(e->pg))
		(void)pg_exec(e->pg, "ROLLBACK", &ignored);
}

static int
query(struct engine *e, const char *sql, const char *const *params, size_t n,
    struct engine_result *r, struct err *err)
{
	struct pg_result *res = pg_query(e->pg, sql, params, n, err);
	size_t row, i;

	if (res == NULL)
		return (-1);
	r->columns = pg_fields(res);
	for (row = 0; row < pg_rows(res); row++)
		for (i = 0; i < r->columns; i++)
			engine_keep(r, pg_get(res, row, i));
	r->affected = pg_affected(res);
	pg_done(res);
	return (0);
}

static void
disconnect(struct engine *e)
{

	pg_close(e->pg);
}

static struct engine *again(const struct engine *e, struct err *err);

static const struct engine_ops ops = {
	begin, commit, rollback, query, disconnect, again
};

struct engine *
engine_of_pg(struct pg *pg)
{
	struct engine *e = mem_alloc(sizeof(*e));

	e->ops = &ops;
	e->pg = pg;
	e->mode = ENGINE_WRITE;
	e->borrowed = 1;
	buf_puts(&e->place, pg_place(pg));
	return (e);
}

/* An engine that owns its connection ${pg}; NULL for NULL. */
static struct engine *
own(struct pg *pg, enum engine_mode mode)
{
	struct engine *e;

	if (pg == NULL)
		return (NULL);
	e = engine_of_pg(pg);
	e->mode = mode;
	e->borrowed = 0;
	return (e);
}

static struct engine *
again(const struct engine *e, struct err *err)
{

	return (own(pg_again(e->pg, err), e->mode));
}

struct engine *
engine_open_pg(const char *conn, enum engine_mode mode, struct err *err)
{

	return (own(pg_open(conn, err), mode));
}
