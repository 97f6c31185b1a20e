#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "db/pg.h"
#include "db/pgsequence.h"
#include "db/pgtarget.h"

static const char rights_sql[] =
    "SELECT pg_catalog.has_sequence_privilege($1, 'SELECT'),"
    " pg_catalog.has_sequence_privilege($1, 'UPDATE'),"
    " seqincrement, seqmin, seqmax FROM pg_catalog.pg_sequence "
    "WHERE seqrelid = $1::pg_catalog.regclass";

enum { R_SELECT, R_UPDATE, R_STEP, R_MIN, R_MAX };

/* What is known of a sequence. */
struct state {
	int	may_look, may_move;
	int64_t	step, min, max;
};

static int
read_rights(struct pg *pg, const char *name, struct state *s, struct err *err)
{
	struct pg_result *res = pg_query(pg, rights_sql, &name, 1, err);

	*s = (struct state){ 0 };
	if (res == NULL)
		return (-1);
	if (pg_rows(res) > 0) {
		s->may_look = pg_get_bool(res, 0, R_SELECT);
		s->may_move = pg_get_bool(res, 0, R_UPDATE);
		s->step = pg_get_int(res, 0, R_STEP);
		s->min = pg_get_int(res, 0, R_MIN);
		s->max = pg_get_int(res, 0, R_MAX);
	}
	pg_done(res);
	return (0);
}

/* Store the number farthest in the sequence's direction.  Return 1, 0 when it
 * is still to come or there is none, -1 with ${err} filled. */
static int
is_behind(struct pg *pg, const struct pgtarget *t, size_t column,
    const struct state *s, int64_t *to, struct err *err)
{
	const char *name = t->columns[column].sequence;
	struct pg_result *res;
	struct buf sql = { 0 };
	int behind;

	/* Not called yet, the sequence gives last_value itself next. */
	buf_printf(&sql, "SELECT m, m %s last_value OR (m = last_value AND "
	    "NOT is_called) FROM %s, (SELECT pg_catalog.%s(",
	    s->step > 0 ? ">" : "<", name,
	    s->step > 0 ? "max" : "min");
	pg_quote(&sql, t->model->columns[column].name);
	buf_printf(&sql, ")::pg_catalog.int8 AS m FROM %s) AS x", t->sql);
	res = pg_query(pg, buf_z(&sql), NULL, 0, err);
	buf_free(&sql);
	if (res == NULL)
		return (-1);
	*to = pg_get_int(res, 0, 0);
	behind = pg_get_bool(res, 0, 1);
	pg_done(res);
	return (behind);
}

static int
move(struct pg *pg, const char *name, int64_t to, struct err *err)
{
	char number[24];
	const char *params[] = { name, number };
	struct pg_result *res;

	(void)snprintf(number, sizeof(number), "%" PRId64, to);
	res = pg_query(pg, "SELECT pg_catalog.setval($1::pg_catalog.regclass,"
	    " $2::pg_catalog.int8)", params, 2, err);
	pg_done(res);
	return (res == NULL ? -1 : 0);
}

enum pgsequence
pgsequence_move(struct pg *pg, const struct pgtarget *t, size_t column,
    int dry_run, int64_t *to, struct err *err)
{
	const char *name = t->columns[column].sequence;
	struct state s;
	int behind;

	if (read_rights(pg, name, &s, err) != 0)
		return (PGSEQUENCE_FAILED);
	if (!s.may_look)
		return (PGSEQUENCE_FORBIDDEN);
	behind = is_behind(pg, t, column, &s, to, err);
	if (behind <= 0)
		return (behind == 0 ? PGSEQUENCE_FINE : PGSEQUENCE_FAILED);
	if (*to < s.min || *to > s.max)
		return (PGSEQUENCE_SPENT);
	if (!s.may_move)
		return (PGSEQUENCE_FORBIDDEN);
	if (!dry_run && move(pg, name, *to, err) != 0)
		return (PGSEQUENCE_FAILED);
	return (PGSEQUENCE_MOVED);
}
