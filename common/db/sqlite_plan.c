#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/quote.h"
#include "db/sqlite.h"
#include "db/sqlite_plan.h"
#include "db/sqlite_sql.h"
#include "db/sqlite_table.h"
#include "row/row.h"

#define PLANS	64		/* shapes of rows remembered */
#define SETS	32		/* sets of columns with statements */

struct sqlite_plans {
	struct sqlite			*db;
	const struct sqlite_table	*t;
	const struct sqlite_sql		*sql;
	int				 ignore_unknown;
	struct sqlite_plan		 plans[PLANS];
	struct sqlite_set		 sets[SETS];
	uint64_t			 clock;
	unsigned char			*present; /* scratch */
};

struct sqlite_plans *
sqlite_plan_new(struct sqlite *db, const struct sqlite_table *t,
    const struct sqlite_sql *sql, int ignore_unknown)
{
	struct sqlite_plans *p = mem_alloc(sizeof(*p));

	p->db = db;
	p->t = t;
	p->sql = sql;
	p->ignore_unknown = ignore_unknown;
	p->present = mem_alloc(t->model->ncolumns);
	return (p);
}

static const struct column *
column_at(const struct sqlite_plans *p, size_t i)
{

	return (&p->t->model->columns[i]);
}

/*
 * Statements.
 */

static struct sqlite_stmt *
prepare(const struct sqlite_plans *p, struct buf *sql, struct err *err)
{
	struct sqlite_stmt *stmt;

	stmt = sqlite_prepare(p->db, sql->s, sql->len, err);
	buf_free(sql);
	return (stmt);
}

/* The statements for rows that give what set->present says. */
static int
prepare_set(const struct sqlite_plans *p, struct sqlite_set *set,
    struct err *err)
{
	struct buf sql = { 0 };

	sqlite_sql_insert(p->sql, set->present, &sql);
	if ((set->insert = prepare(p, &sql, err)) == NULL)
		return (-1);
	/* A row without any column has no key to be found by. */
	if (p->sql->conflict < CONFLICT_UPDATE ||
	    memchr(set->present, 1, p->t->model->ncolumns) == NULL)
		return (0);
	if (sqlite_sql_change(p->sql, set->present, &sql) == 0) {
		buf_free(&sql);
		return (0);
	}
	set->change = prepare(p, &sql, err);
	return (set->change == NULL ? -1 : 0);
}

int
sqlite_plan_exists(const struct sqlite_plans *p, struct sqlite_set *set,
    struct err *err)
{
	struct buf sql = { 0 };

	if (set->exists != NULL)
		return (0);
	sqlite_sql_exists(p->sql, set->present, &sql);
	set->exists = prepare(p, &sql, err);
	return (set->exists == NULL ? -1 : 0);
}

/*
 * Plans.
 */

static void
set_clear(struct sqlite_plans *p, struct sqlite_set *set)
{
	size_t i;

	sqlite_finalize(set->insert);
	sqlite_finalize(set->change);
	sqlite_finalize(set->exists);
	set->insert = set->change = set->exists = NULL;
	set->used = 0;
	for (i = 0; i < PLANS; i++)
		if (p->plans[i].set == set)
			p->plans[i].shape = 0;
}

/* The statements for the columns in p->present. */
static struct sqlite_set *
find_set(struct sqlite_plans *p, struct err *err)
{
	size_t i, ncolumns = p->t->model->ncolumns;
	struct sqlite_set *set = &p->sets[0];

	for (i = 0; i < SETS; i++) {
		if (p->sets[i].used != 0 && memcmp(p->sets[i].present,
		    p->present, ncolumns) == 0)
			return (&p->sets[i]);
		if (p->sets[i].used < set->used)
			set = &p->sets[i];
	}
	set_clear(p, set);
	if (set->present == NULL)
		set->present = mem_alloc(ncolumns);
	memcpy(set->present, p->present, ncolumns);
	if (prepare_set(p, set, err) != 0) {
		set_clear(p, set);
		return (NULL);
	}
	set->used = ++p->clock;
	return (set);
}

static void
plan_fault(struct sqlite_plan *plan, enum sqlite_fault fault, size_t at)
{

	if (plan->fault == SQLITE_FAULT_NONE) {
		plan->fault = fault;
		plan->at = at;
	}
}

/* Find the column of field ${i} and mark it in p->present. */
static void
plan_field(struct sqlite_plans *p, struct sqlite_plan *plan,
    const struct row *row, size_t i)
{
	size_t len, none = p->t->model->ncolumns;
	const char *name = json_string(&row->fields[i].key, row->arena, &len);
	ptrdiff_t column = sqlite_table_column(p->t, name, len);

	plan->column[i] = none;
	if (column == -1) {
		if (!p->ignore_unknown)
			plan_fault(plan, SQLITE_FAULT_UNKNOWN, i);
	} else if (column_at(p, (size_t)column)->generated) {
		if (!p->ignore_unknown)
			plan_fault(plan, SQLITE_FAULT_GENERATED, i);
	} else if (p->present[column])
		plan_fault(plan, SQLITE_FAULT_TWICE, i);
	else {
		plan->column[i] = (size_t)column;
		p->present[column] = 1;
	}
}

/* Without its key a row cannot be found again, except that SQLite numbers rows
 * itself where the key is the row's number. */
static void
plan_key(const struct sqlite_plans *p, struct sqlite_plan *plan)
{
	size_t i;

	if (p->sql->conflict == CONFLICT_ERROR ||
	    (p->sql->key.n == 1 && (ptrdiff_t)p->sql->key.v[0] == p->t->rowid))
		return;
	for (i = 0; i < p->sql->key.n; i++)
		if (!p->present[p->sql->key.v[i]])
			plan_fault(plan, SQLITE_FAULT_NOKEY, p->sql->key.v[i]);
}

/* Let ${plan} be the one for rows like ${row}. */
static int
make_plan(struct sqlite_plans *p, struct sqlite_plan *plan,
    const struct row *row, struct err *err)
{
	size_t i, none = p->t->model->ncolumns;

	plan->shape = 0;
	plan->fault = SQLITE_FAULT_NONE;
	plan->nfields = row->nfields;
	plan->column = mem_grow(plan->column, &plan->cap_column,
	    row->nfields, sizeof(*plan->column));
	plan->param = mem_grow(plan->param, &plan->cap_param, row->nfields,
	    sizeof(*plan->param));
	memset(p->present, 0, none);
	for (i = 0; i < row->nfields; i++)
		plan_field(p, plan, row, i);
	plan_key(p, plan);
	plan->set = NULL;
	if (plan->fault == SQLITE_FAULT_NONE &&
	    (plan->set = find_set(p, err)) == NULL)
		return (-1);
	for (i = 0; plan->set != NULL && i < row->nfields; i++)
		plan->param[i] = plan->column[i] == none ? 0 :
		    sqlite_sql_param(plan->set->present, plan->column[i]);
	plan->shape = row->shape;
	return (0);
}

const struct sqlite_plan *
sqlite_plan_find(struct sqlite_plans *p, const struct row *row,
    struct err *err)
{
	struct sqlite_plan *plan = &p->plans[row->shape % PLANS];

	if (plan->shape != row->shape && make_plan(p, plan, row, err) != 0)
		return (NULL);
	if (plan->set != NULL)
		plan->set->used = ++p->clock;
	return (plan);
}

/*
 * Refusals.
 */

/* The key ${key} names no column: perhaps one that is spelled otherwise. */
static void
hint_unknown(const struct sqlite_plans *p, const char *key, struct err *err)
{
	struct near near;
	struct quote q;
	size_t i;

	near_start(&near, key);
	for (i = 0; i < p->t->model->ncolumns; i++)
		near_offer(&near, column_at(p, i)->name);
	if (near_best(&near) != NULL)
		(void)err_hint(err, "did you mean %s?  --ignore-unknown leaves "
		    "such keys out", quote_z(&q, near_best(&near)));
	else
		(void)err_hint(err, "--ignore-unknown leaves such keys out");
}

void
sqlite_plan_refuse(const struct sqlite_plans *p,
    const struct sqlite_plan *plan, const struct row *row, struct err *err)
{
	const char *key = "";
	size_t len = 0, pos = ERR_NOPOS;
	struct quote q, t;

	(void)quote_z(&t, p->t->model->name);
	if (plan->fault != SQLITE_FAULT_NOKEY) {
		key = json_string(&row->fields[plan->at].key, row->arena,
		    &len);
		pos = (size_t)(row->fields[plan->at].key.s - row->s);
	}
	(void)quote(&q, key, len);
	switch (plan->fault) {
	case SQLITE_FAULT_GENERATED:
		(void)err_at(err, pos, "column %s of table %s is computed by "
		    "the database", q.s, t.s);
		(void)err_hint(err, "--ignore-unknown leaves such keys out");
		(void)err_rule(err, "unknown", NULL);
		break;
	case SQLITE_FAULT_TWICE:
		(void)err_at(err, pos, "key %s names a column of table %s "
		    "for the second time", q.s, t.s);
		(void)err_rule(err, "unknown", NULL);
		break;
	case SQLITE_FAULT_NOKEY:
		(void)err_set(err, "row does not give %s, the key of table "
		    "%s", quote_z(&q, column_at(p, plan->at)->name), t.s);
		(void)err_rule(err, "key", NULL);
		break;
	default:
		(void)err_at(err, pos, "table %s has no column %s", t.s, q.s);
		hint_unknown(p, arena_dup(row->arena, key, len), err);
		(void)err_rule(err, "unknown", NULL);
		break;
	}
	(void)err_status(err, DIAG_BADINPUT);
}

void
sqlite_plan_free(struct sqlite_plans *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < SETS; i++) {
		set_clear(p, &p->sets[i]);
		mem_free(p->sets[i].present);
	}
	for (i = 0; i < PLANS; i++) {
		mem_free(p->plans[i].column);
		mem_free(p->plans[i].param);
	}
	mem_free(p->present);
	mem_free(p);
}
