#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/quote.h"
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
	buf_printf(&sql, "SELECT m, m OPERATOR(pg_catalog.%s) last_value OR (m "
	    "OPERATOR(pg_catalog.=) last_value AND NOT is_called) FROM %s, "
	    "(SELECT pg_catalog.%s(",
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

/* What was done about a sequence. */
enum outcome { FINE, MOVED, LEFT_BEHIND, OUT_OF_REACH, FAILED };

static enum outcome
follow(struct pg *pg, const struct pgtarget *t, size_t column, int dry_run,
    int64_t *to, struct err *err)
{
	const char *name = t->columns[column].sequence;
	struct state s;
	int behind;

	if (read_rights(pg, name, &s, err) != 0)
		return (FAILED);
	if (!s.may_look)
		return (LEFT_BEHIND);
	behind = is_behind(pg, t, column, &s, to, err);
	if (behind <= 0)
		return (behind == 0 ? FINE : FAILED);
	if (*to < s.min || *to > s.max)
		return (OUT_OF_REACH);
	if (!s.may_move)
		return (LEFT_BEHIND);
	if (!dry_run && move(pg, name, *to, err) != 0)
		return (FAILED);
	return (MOVED);
}

/* Say what was done; ${to} is 0 when the role may not even look. */
static void
say(const struct pgtarget *t, size_t column, enum outcome what, int dry_run,
    int64_t to)
{
	const char *name = t->model->columns[column].name;
	const char *sequence = t->columns[column].sequence;
	char n[256], s[256];

	(void)quote_plain(n, sizeof(n), name, strlen(name));
	(void)quote_plain(s, sizeof(s), sequence, strlen(sequence));
	if (what == MOVED)
		diag_note("%s.%s: sequence %s %s moved to %" PRId64, t->label,
		    n, s, dry_run ? "would be" : "was", to);
	if (what == OUT_OF_REACH) {
		diag_warn("%s.%s: sequence %s cannot be moved past %" PRId64
		    ", which is beyond its bounds", t->label, n, s, to);
		diag_hint("ALTER SEQUENCE %s gives it other ones", s);
	}
	if (what != LEFT_BEHIND)
		return;
	diag_warn("%s.%s: sequence %s may be behind the numbers that came, "
	    "and could not be moved", t->label, n, s);
	diag_hint("its owner can: SELECT setval('%s', (SELECT max(%s) FROM "
	    "%s))", s, n, t->label);
}

int
pgsequence_follow(struct pg *pg, const struct pgtarget *t,
    const unsigned char *given, int dry_run, struct err *err)
{
	enum outcome what;
	int64_t to = 0;
	size_t i;
	int behind = 0;

	for (i = 0; i < t->model->ncolumns; i++) {
		if (t->columns[i].sequence == NULL || !given[i])
			continue;
		what = follow(pg, t, i, dry_run, &to, err);
		if (what == FAILED)
			return (-1);
		say(t, i, what, dry_run, to);
		behind += what == LEFT_BEHIND || what == OUT_OF_REACH;
	}
	return (behind);
}
