#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/pgmerge.h"
#include "db/pgplan.h"
#include "db/pgstore.h"
#include "db/pgtarget.h"
#include "json/json.h"
#include "row/row.h"

#define PLANS		64		/* shapes of rows remembered */
#define SETS		1024		/* sets of columns, at most, */
#define SETS_BYTES	((size_t)2 << 20) /* and their statements */

struct pgplans {
	const struct pgmerge	*m;
	const struct pgstore	*store;
	const unsigned char	*is_binary;	/* of each column */
	int			 ignore_unknown;
	struct pgplan		 plans[PLANS];
	struct pgset		*sets[SETS];
	size_t			 nsets, bytes;
	size_t			*field;		/* scratch: of each column */
	unsigned char		*present;	/* scratch */
	unsigned char		*given;		/* by any row */
};

static const struct column *
column_at(const struct pgplans *p, size_t i)
{

	return (&p->m->target->model->columns[i]);
}

static size_t
ncolumns(const struct pgplans *p)
{

	return (p->m->target->model->ncolumns);
}

struct pgplans *
pgplan_new(const struct pgmerge *m, const struct pgstore *store,
    const unsigned char *is_binary, int ignore_unknown)
{
	struct pgplans *p = mem_alloc(sizeof(*p));
	size_t n = m->target->model->ncolumns;

	p->m = m;
	p->store = store;
	p->is_binary = is_binary;
	p->ignore_unknown = ignore_unknown;
	p->field = mem_array(n + 1, sizeof(*p->field));
	p->present = mem_alloc(n + 1);
	p->given = mem_alloc(n + 1);
	return (p);
}

/*
 * Sets.
 */

/* Can all columns in p->present go in the binary format? */
static int
are_binary(const struct pgplans *p)
{
	size_t i;

	for (i = 0; i < ncolumns(p); i++)
		if (p->present[i] && !p->is_binary[i])
			return (0);
	return (1);
}

/* The statements for the columns in p->present. */
static const struct pgset *
find_set(struct pgplans *p)
{
	struct pgset *set;
	size_t i, n = ncolumns(p);
	int binary = are_binary(p);

	for (i = 0; i < p->nsets; i++)
		if (p->sets[i]->binary == binary &&
		    memcmp(p->sets[i]->present, p->present, n) == 0)
			return (p->sets[i]);
	set = mem_alloc(sizeof(*set));
	pgstore_set(p->store, p->present, binary, set);
	p->bytes += n + strlen(set->copy) +
	    (set->merge == NULL ? 0 : strlen(set->merge));
	p->sets[p->nsets++] = set;
	for (i = 0; i < n; i++)
		p->given[i] |= p->present[i];
	return (set);
}

int
pgplan_is_full(const struct pgplans *p)
{

	return (p->nsets == SETS || p->bytes > SETS_BYTES);
}

void
pgplan_again(struct pgplans *p)
{
	size_t i;

	for (i = 0; i < PLANS; i++)
		p->plans[i].shape = 0;
}

void
pgplan_forget(struct pgplans *p)
{
	size_t i;

	for (i = 0; i < p->nsets; i++) {
		pgstore_unset(p->sets[i]);
		mem_free(p->sets[i]);
	}
	p->nsets = p->bytes = 0;
	pgplan_again(p);
}

/*
 * Plans.
 */

static void
set_fault(struct pgplan *plan, enum pgplan_fault fault, size_t at)
{

	if (plan->fault == PGPLAN_GOOD) {
		plan->fault = fault;
		plan->at = at;
	}
}

/* Find the column of field ${i}. */
static void
place_field(struct pgplans *p, struct pgplan *plan, const struct row *row,
    size_t i)
{
	const struct pgtarget *t = p->m->target;
	size_t len;
	const char *name = json_string(&row->fields[i].key, row->arena, &len);
	ptrdiff_t c = pgtarget_column(t, name, len);
	enum pgplan_fault fault = PGPLAN_GOOD;

	if (c == -1)
		fault = PGPLAN_UNKNOWN;
	else if (t->model->columns[c].generated)
		fault = PGPLAN_GENERATED;
	else if (t->columns[c].is_always && !p->m->overriding)
		fault = PGPLAN_ALWAYS;
	else if (!pgmerge_may_give(p->m, (size_t)c))
		fault = PGPLAN_FORBIDDEN;
	if (fault == PGPLAN_GOOD) {
		p->present[c] = 1;
		p->field[c] = i;
	} else if (!p->ignore_unknown || fault == PGPLAN_FORBIDDEN)
		set_fault(plan, fault, i);
}

/* What must be given, by a row that may be a new one. */
static void
check_given(const struct pgplans *p, struct pgplan *plan)
{
	const struct column *c;
	size_t i;

	for (i = 0; i < p->m->key.n && p->m->conflict != CONFLICT_ERROR; i++)
		if (!p->present[p->m->key.v[i]])
			set_fault(plan, PGPLAN_NOKEY, p->m->key.v[i]);
	for (i = 0; i < ncolumns(p); i++) {
		c = column_at(p, i);
		/* A trigger may fill it in, or a row be there already. */
		if (c->not_null && !p->present[i] && !c->generated &&
		    c->identity == NULL && c->default_sql == NULL &&
		    !p->m->target->has_triggers &&
		    !p->m->target->columns[i].is_domain &&
		    !p->m->target->is_view &&
		    p->m->conflict == CONFLICT_ERROR)
			set_fault(plan, PGPLAN_REQUIRED, i);
	}
}

/* COPY needs a column.  A row that gives none gives null where that is the
 * default anyway. */
static void
fill_empty(struct pgplans *p, struct pgplan *plan)
{
	const struct column *c;
	size_t i;

	for (i = 0; i < ncolumns(p); i++) {
		c = column_at(p, i);
		if (!c->not_null && !c->generated && c->identity == NULL &&
		    c->default_sql == NULL) {
			p->present[i] = 1;
			p->field[i] = PGPLAN_NULL;
			return;
		}
	}
	set_fault(plan, PGPLAN_EMPTY, 0);
}

const struct pgplan *
pgplan_find(struct pgplans *p, const struct row *row)
{
	struct pgplan *plan = &p->plans[row->shape % PLANS];
	size_t i, n = ncolumns(p);

	if (plan->shape == row->shape)
		return (plan);
	plan->fault = PGPLAN_GOOD;
	memset(p->present, 0, n);
	for (i = 0; i < row->nfields; i++)
		place_field(p, plan, row, i);
	check_given(p, plan);
	if (plan->fault == PGPLAN_GOOD && (n == 0 ||
	    memchr(p->present, 1, n) == NULL))
		fill_empty(p, plan);
	plan->column = mem_grow(plan->column, &plan->cap_column, n + 1,
	    sizeof(*plan->column));
	plan->field = mem_grow(plan->field, &plan->cap_field, n + 1,
	    sizeof(*plan->field));
	plan->n = 0;
	for (i = 0; i < n; i++) {
		if (!p->present[i])
			continue;
		plan->column[plan->n] = i;
		plan->field[plan->n++] = p->field[i];
	}
	plan->set = plan->fault == PGPLAN_GOOD ? find_set(p) : NULL;
	plan->shape = row->shape;
	return (plan);
}

/*
 * Refusals.
 */

static void
say_field(const struct pgplans *p, const struct pgplan *plan,
    const struct row *row, struct err *err)
{
	const struct json_value *key = &row->fields[plan->at].key;
	size_t len, pos = (size_t)(key->s - row->s);
	const char *name = json_string(key, row->arena, &len);
	struct quote q, t;

	(void)quote_z(&t, p->m->target->label);
	(void)quote(&q, name, len);
	if (plan->fault == PGPLAN_UNKNOWN) {
		(void)err_at(err, pos, "table %s has no column %s", t.s, q.s);
		pgtarget_hint_column(p->m->target,
		    arena_dup(row->arena, name, len), err);
		(void)err_rule(err, "unknown", NULL);
	} else if (plan->fault == PGPLAN_GENERATED) {
		(void)err_at(err, pos, "column %s of table %s is computed by "
		    "the database", q.s, t.s);
		(void)err_hint(err, "--ignore-unknown leaves such keys out");
		(void)err_rule(err, "generated", NULL);
	} else if (plan->fault == PGPLAN_FORBIDDEN) {
		(void)err_at(err, pos, "the role may not store column %s of "
		    "table %s", q.s, t.s);
		(void)err_hint(err, "GRANT it, name another role with "
		    "--session \"SET ROLE ...\", or leave the key out with "
		    "row-map");
		(void)err_rule(err, "permission", NULL);
	} else {
		(void)err_at(err, pos, "column %s of table %s is an identity "
		    "GENERATED ALWAYS", q.s, t.s);
		(void)err_hint(err, "--overriding-system stores the numbers "
		    "that rows give, --ignore-unknown has new ones made");
		(void)err_rule(err, "generated", NULL);
	}
}

static void
say_column(const struct pgplans *p, const struct pgplan *plan,
    struct err *err)
{
	struct quote q, t;

	(void)quote_z(&t, p->m->target->label);
	if (plan->fault == PGPLAN_EMPTY) {
		(void)err_set(err, "row gives no column of table %s", t.s);
		(void)err_rule(err, "empty", NULL);
		return;
	}
	(void)quote_z(&q, column_at(p, plan->at)->name);
	if (plan->fault == PGPLAN_NOKEY) {
		(void)err_set(err, "row does not give %s, the key of table %s",
		    q.s, t.s);
		(void)err_rule(err, "key", NULL);
		return;
	}
	(void)err_set(err, "row does not give column %s of table %s, which is "
	    "NOT NULL and has no default", q.s, t.s);
	(void)err_hint(err, "row-map could add it");
	(void)err_rule(err, "required", NULL);
}

void
pgplan_refuse(const struct pgplans *p, const struct pgplan *plan,
    const struct row *row, struct err *err)
{

	if (plan->fault == PGPLAN_UNKNOWN || plan->fault == PGPLAN_GENERATED ||
	    plan->fault == PGPLAN_ALWAYS || plan->fault == PGPLAN_FORBIDDEN)
		say_field(p, plan, row, err);
	else
		say_column(p, plan, err);
	(void)err_status(err, DIAG_BADINPUT);
}

const unsigned char *
pgplan_given(const struct pgplans *p)
{

	return (p->given);
}

void
pgplan_free(struct pgplans *p)
{
	size_t i;

	if (p == NULL)
		return;
	pgplan_forget(p);
	for (i = 0; i < PLANS; i++) {
		mem_free(p->plans[i].column);
		mem_free(p->plans[i].field);
	}
	mem_free(p->field);
	mem_free(p->present);
	mem_free(p->given);
	mem_free(p);
}
