#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/near.h"
#include "db/sqlite.h"
#include "db/sqlite_table.h"
#include "db/sqlite_upsert.h"
#include "row/row.h"

#define PLANS	64		/* shapes of rows remembered */
#define SETS	32		/* sets of columns with statements */

/* The statements for rows that give one set of columns (sqlite_sql.h). */
struct set {
	unsigned char		*present;	/* a flag for each column */
	uint64_t		 used;		/* when last; 0: free */
	struct sqlite_stmt	*insert;
	struct sqlite_stmt	*change;	/* update or replace; NULL:
						   nothing but the key */
	struct sqlite_stmt	*exists;	/* made when it is needed */
};

enum fault { FAULT_NONE, FAULT_UNKNOWN, FAULT_GENERATED, FAULT_TWICE,
	FAULT_NOKEY };

/* What to do with rows of one shape. */
struct plan {
	uint64_t	 shape;		/* 0: free */
	struct set	*set;		/* NULL: see fault */
	size_t		*column;	/* of each field; the table's number
					   of columns: none */
	int		*param;		/* of each field */
	size_t		 nfields, cap_column, cap_param;
	enum fault	 fault;		/* why such rows are refused */
	size_t		 at;		/* the field or column at fault */
};

/* A value that changed in the row at hand. */
struct lost {
	size_t	column, field;
	char	became[SQLITE_BECAME_MAX];
};

struct sqlite_upsert {
	struct sqlite				*db;
	const struct sqlite_table		*t;
	const struct sqlite_upsert_opts		*opts;
	struct sqlite_binder			*binders;
	struct sqlite_sql			 sql;
	struct plan				 plans[PLANS];
	struct set				 sets[SETS];
	uint64_t				 clock;
	unsigned char				*present; /* scratch */
	struct lost				*lost;
	size_t					 nlost, cap_lost;
	struct sqlite_loss			*losses; /* by column */
};

static const struct column *
column_at(const struct sqlite_upsert *u, size_t i)
{

	return (&u->t->model->columns[i]);
}

/*
 * Statements.
 */

static struct sqlite_stmt *
prepare(const struct sqlite_upsert *u, struct buf *sql, struct err *err)
{
	struct sqlite_stmt *stmt;

	stmt = sqlite_prepare(u->db, sql->s, sql->len, err);
	buf_free(sql);
	return (stmt);
}

/* The statements for rows that give what set->present says. */
static int
prepare_set(const struct sqlite_upsert *u, struct set *set, struct err *err)
{
	struct buf sql = { 0 };

	sqlite_sql_insert(&u->sql, set->present, &sql);
	if ((set->insert = prepare(u, &sql, err)) == NULL)
		return (-1);
	/* A row without any column has no key to be found by. */
	if (u->sql.conflict < CONFLICT_UPDATE ||
	    memchr(set->present, 1, u->t->model->ncolumns) == NULL)
		return (0);
	if (sqlite_sql_change(&u->sql, set->present, &sql) == 0) {
		buf_free(&sql);
		return (0);
	}
	set->change = prepare(u, &sql, err);
	return (set->change == NULL ? -1 : 0);
}

static int
prepare_exists(const struct sqlite_upsert *u, struct set *set,
    struct err *err)
{
	struct buf sql = { 0 };

	if (set->exists != NULL)
		return (0);
	sqlite_sql_exists(&u->sql, set->present, &sql);
	set->exists = prepare(u, &sql, err);
	return (set->exists == NULL ? -1 : 0);
}

/*
 * Plans.
 */

static void
set_clear(struct sqlite_upsert *u, struct set *set)
{
	size_t i;

	sqlite_finalize(set->insert);
	sqlite_finalize(set->change);
	sqlite_finalize(set->exists);
	set->insert = set->change = set->exists = NULL;
	set->used = 0;
	for (i = 0; i < PLANS; i++)
		if (u->plans[i].set == set)
			u->plans[i].shape = 0;
}

/* The statements for the columns in u->present. */
static struct set *
find_set(struct sqlite_upsert *u, struct err *err)
{
	size_t i, ncolumns = u->t->model->ncolumns;
	struct set *set = &u->sets[0];

	for (i = 0; i < SETS; i++) {
		if (u->sets[i].used != 0 && memcmp(u->sets[i].present,
		    u->present, ncolumns) == 0)
			return (&u->sets[i]);
		if (u->sets[i].used < set->used)
			set = &u->sets[i];
	}
	set_clear(u, set);
	if (set->present == NULL)
		set->present = mem_alloc(ncolumns);
	memcpy(set->present, u->present, ncolumns);
	if (prepare_set(u, set, err) != 0) {
		set_clear(u, set);
		return (NULL);
	}
	set->used = ++u->clock;
	return (set);
}

static void
plan_fault(struct plan *plan, enum fault fault, size_t at)
{

	if (plan->fault == FAULT_NONE) {
		plan->fault = fault;
		plan->at = at;
	}
}

/* Find the column of field ${i} and mark it in u->present. */
static void
plan_field(struct sqlite_upsert *u, struct plan *plan, const struct row *row,
    size_t i)
{
	size_t len, none = u->t->model->ncolumns;
	const char *name = json_string(&row->fields[i].key, row->arena, &len);
	ptrdiff_t column = sqlite_table_column(u->t, name, len);

	plan->column[i] = none;
	if (column == -1) {
		if (!u->opts->ignore_unknown)
			plan_fault(plan, FAULT_UNKNOWN, i);
	} else if (column_at(u, (size_t)column)->generated) {
		if (!u->opts->ignore_unknown)
			plan_fault(plan, FAULT_GENERATED, i);
	} else if (u->present[column])
		plan_fault(plan, FAULT_TWICE, i);
	else {
		plan->column[i] = (size_t)column;
		u->present[column] = 1;
	}
}

/* Without its key a row cannot be found again, except that SQLite numbers rows
 * itself where the key is the row's number. */
static void
plan_key(const struct sqlite_upsert *u, struct plan *plan)
{
	size_t i;

	if (u->sql.conflict == CONFLICT_ERROR ||
	    (u->sql.key.n == 1 && (ptrdiff_t)u->sql.key.v[0] == u->t->rowid))
		return;
	for (i = 0; i < u->sql.key.n; i++)
		if (!u->present[u->sql.key.v[i]])
			plan_fault(plan, FAULT_NOKEY, u->sql.key.v[i]);
}

static struct plan *
find_plan(struct sqlite_upsert *u, const struct row *row, struct err *err)
{
	struct plan *plan = &u->plans[row->shape % PLANS];
	size_t i, none = u->t->model->ncolumns;

	if (plan->shape == row->shape)
		return (plan);
	plan->shape = 0;
	plan->fault = FAULT_NONE;
	plan->nfields = row->nfields;
	plan->column = mem_grow(plan->column, &plan->cap_column,
	    row->nfields, sizeof(*plan->column));
	plan->param = mem_grow(plan->param, &plan->cap_param, row->nfields,
	    sizeof(*plan->param));
	memset(u->present, 0, none);
	for (i = 0; i < row->nfields; i++)
		plan_field(u, plan, row, i);
	plan_key(u, plan);
	plan->set = NULL;
	if (plan->fault == FAULT_NONE &&
	    (plan->set = find_set(u, err)) == NULL)
		return (NULL);
	for (i = 0; plan->set != NULL && i < row->nfields; i++)
		plan->param[i] = plan->column[i] == none ? 0 :
		    sqlite_sql_param(plan->set->present,
		    plan->column[i]);
	plan->shape = row->shape;
	return (plan);
}

/*
 * Refusals.
 */

/* Say which value of the row ${err} is about. */
static void
point_at(const struct sqlite_upsert *u, const struct row *row,
    const struct plan *plan, size_t column, struct err *err)
{
	const char *name = column_at(u, column)->name;
	char path[sizeof(err->path)], rule[sizeof(err->rule)];
	size_t i, n = 1;

	path[0] = '/';
	for (; *name != '\0' && n < sizeof(path) - 2; name++) {
		if (*name == '~' || *name == '/') {
			path[n++] = '~';
			path[n++] = *name == '~' ? '0' : '1';
		} else
			path[n++] = *name;
	}
	path[n] = '\0';
	memcpy(rule, err->rule, sizeof(rule));
	(void)err_rule(err, rule, path);
	for (i = 0; i < plan->nfields; i++)
		if (plan->column[i] == column)
			err->pos = (size_t)(row->fields[i].value.s - row->s);
}

/* SQLite's words end in "table.column" when one column is at fault. */
static void
point_at_named(const struct sqlite_upsert *u, const struct row *row,
    const struct plan *plan, struct err *err)
{
	size_t i, n, len = strlen(err->msg), best = 0, column = 0;
	const char *name, *comma_at = strstr(err->msg, ", ");

	if (strcmp(err->rule, "check") == 0 || comma_at != NULL)
		return;
	for (i = 0; i < u->t->model->ncolumns; i++) {
		name = column_at(u, i)->name;
		n = strlen(name);
		if (n > best && n < len && err->msg[len - n - 1] == '.' &&
		    strcmp(err->msg + len - n, name) == 0) {
			best = n;
			column = i;
		}
	}
	if (best > 0)
		point_at(u, row, plan, column, err);
}

/* The key ${key} names no column: perhaps one that is spelled otherwise. */
static void
hint_unknown(const struct sqlite_upsert *u, const char *key, struct err *err)
{
	struct near near;
	struct quote q;
	size_t i;

	near_start(&near, key);
	for (i = 0; i < u->t->model->ncolumns; i++)
		near_offer(&near, column_at(u, i)->name);
	if (near_best(&near) != NULL)
		(void)err_hint(err, "did you mean %s?  --ignore-unknown leaves "
		    "such keys out", quote_z(&q, near_best(&near)));
	else
		(void)err_hint(err, "--ignore-unknown leaves such keys out");
}

/* Refuse a row for what its keys are. */
static enum sink_stored
refuse_shape(const struct sqlite_upsert *u, const struct row *row,
    const struct plan *plan, struct err *err)
{
	const char *key = "";
	size_t len = 0, pos = ERR_NOPOS;
	struct quote q, t;

	(void)quote_z(&t, u->t->model->name);
	if (plan->fault != FAULT_NOKEY) {
		key = json_string(&row->fields[plan->at].key, row->arena,
		    &len);
		pos = (size_t)(row->fields[plan->at].key.s - row->s);
	}
	(void)quote(&q, key, len);
	switch (plan->fault) {
	case FAULT_GENERATED:
		(void)err_at(err, pos, "column %s of table %s is computed by "
		    "the database", q.s, t.s);
		(void)err_hint(err, "--ignore-unknown leaves such keys out");
		(void)err_rule(err, "unknown", NULL);
		break;
	case FAULT_TWICE:
		(void)err_at(err, pos, "key %s names a column of table %s "
		    "for the second time", q.s, t.s);
		(void)err_rule(err, "unknown", NULL);
		break;
	case FAULT_NOKEY:
		(void)err_set(err, "row does not give %s, the key of table "
		    "%s", quote_z(&q, column_at(u, plan->at)->name), t.s);
		(void)err_rule(err, "key", NULL);
		break;
	default:
		(void)err_at(err, pos, "table %s has no column %s", t.s, q.s);
		hint_unknown(u, arena_dup(row->arena, key, len), err);
		(void)err_rule(err, "unknown", NULL);
		break;
	}
	(void)err_status(err, DIAG_BADINPUT);
	return (SINK_REFUSED);
}

/*
 * Rows.
 */

static void
note_lost(struct sqlite_upsert *u, size_t column, size_t field,
    const char *became)
{
	struct lost *l;

	u->lost = mem_grow(u->lost, &u->cap_lost, u->nlost + 1,
	    sizeof(*u->lost));
	l = &u->lost[u->nlost++];
	l->column = column;
	l->field = field;
	memcpy(l->became, became, sizeof(l->became));
}

/* The value that a message shows: a string without its quotes. */
static const char *
show(const struct json_value *v, char *dst, size_t size)
{
	int string = v->type == JSON_STRING;

	return (quote_plain(dst, size, v->s + string,
	    v->len - (string ? 2 : 0)));
}

/* The row is stored: what changed in it counts. */
static void
count_lost(struct sqlite_upsert *u, const struct row *row)
{
	const struct json_value *v;
	struct err at = ERR_INIT;
	struct sqlite_loss *loss;
	size_t i;

	for (i = 0; i < u->nlost; i++) {
		loss = &u->losses[u->lost[i].column];
		if (loss->count++ > 0)
			continue;
		v = &row->fields[u->lost[i].field].value;
		at.pos = (size_t)(v->s - row->s);
		(void)show(v, loss->value, sizeof(loss->value));
		memcpy(loss->became, u->lost[i].became, sizeof(loss->became));
		(void)row_place(row, &at, loss->place, sizeof(loss->place));
	}
}

/* Storing field ${i} changes it. */
static int
lossy(struct sqlite_upsert *u, const struct plan *plan, const struct row *row,
    size_t i, const char *became, struct err *err)
{
	const struct sqlite_binder *b = &u->binders[plan->column[i]];
	char value[QUOTE_MAX + 8];
	struct quote t, c;

	if (!u->opts->strict_loss) {
		note_lost(u, plan->column[i], i, became);
		return (0);
	}
	(void)err_set(err, "column %s.%s (%s) would change %s to %s",
	    quote_z(&t, b->table), quote_z(&c, b->name), b->declared,
	    show(&row->fields[i].value, value, sizeof(value)), became);
	(void)err_rule(err, "loss", NULL);
	return (err_status(err, DIAG_BADINPUT));
}

/* SQLite would take null for "give it the next number". */
static int
null_rowid(const struct sqlite_upsert *u, struct err *err)
{
	struct quote t, c;

	(void)err_set(err, "column %s.%s is the primary key and cannot hold "
	    "null", quote_z(&t, u->t->model->name),
	    quote_z(&c, column_at(u, (size_t)u->t->rowid)->name));
	(void)err_hint(err, "SQLite numbers rows that do not give the key at "
	    "all");
	(void)err_rule(err, "not-null", NULL);
	return (err_status(err, DIAG_BADINPUT));
}

/* Give every parameter of ${stmt} its value. */
static int
bind_row(struct sqlite_upsert *u, const struct plan *plan,
    struct sqlite_stmt *stmt, const struct row *row, struct err *err)
{
	size_t i, column, none = u->t->model->ncolumns;
	const struct json_value *v;
	char became[SQLITE_BECAME_MAX];
	enum sqlite_bound bound;
	int rc = 0;

	u->nlost = 0;
	for (i = 0; rc == 0 && i < plan->nfields; i++) {
		if ((column = plan->column[i]) == none)
			continue;
		v = &row->fields[i].value;
		bound = sqlite_bind(stmt, plan->param[i], &u->binders[column],
		    v, row->arena, became, err);
		if (bound == SQLITE_BOUND_REFUSED)
			rc = -1;
		else if (bound == SQLITE_BOUND_CHANGED)
			rc = lossy(u, plan, row, i, became, err);
		else if (v->type == JSON_NULL &&
		    (ptrdiff_t)column == u->t->rowid)
			rc = null_rowid(u, err);
		if (rc != 0)
			point_at(u, row, plan, column, err);
	}
	return (rc);
}

/* Bind and run ${stmt}; SINK_CREATED says that it has changed a row,
 * SINK_UNCHANGED that it has not. */
static enum sink_stored
run(struct sqlite_upsert *u, const struct plan *plan,
    struct sqlite_stmt *stmt, const struct row *row, struct err *err)
{

	if (bind_row(u, plan, stmt, row, err) != 0) {
		sqlite_reset(stmt);
		return (SINK_REFUSED);
	}
	switch (sqlite_step(stmt, err)) {
	case SQLITE_STEP_DONE:
		return (sqlite_changes(u->db) > 0 ? SINK_CREATED :
		    SINK_UNCHANGED);
	case SQLITE_STEP_REFUSED:
		point_at_named(u, row, plan, err);
		return (SINK_REFUSED);
	default:
		return (SINK_FAILED);
	}
}

/* The key is in the table: change the row there if it differs. */
static enum sink_stored
change(struct sqlite_upsert *u, const struct plan *plan,
    const struct row *row, struct err *err)
{
	enum sink_stored done;

	if (plan->set->change == NULL)
		return (SINK_UNCHANGED);
	done = run(u, plan, plan->set->change, row, err);
	return (done == SINK_CREATED ? SINK_UPDATED : done);
}

/* The row cannot be inserted, perhaps because it does not give what only a new
 * row must have: update the row that is there, if there is one.  ${err} says
 * why it could not, and stays so when there is none. */
static enum sink_stored
change_instead(struct sqlite_upsert *u, const struct plan *plan,
    const struct row *row, struct err *err)
{
	enum sink_stored done;
	enum sqlite_step step;
	struct err other = ERR_INIT;

	if (prepare_exists(u, plan->set, &other) != 0)
		return (SINK_REFUSED);
	step = bind_row(u, plan, plan->set->exists, row, &other) != 0 ?
	    SQLITE_STEP_REFUSED : sqlite_step(plan->set->exists, &other);
	sqlite_reset(plan->set->exists);
	if (step != SQLITE_STEP_ROW)
		return (SINK_REFUSED);
	done = change(u, plan, row, &other);
	if (done == SINK_REFUSED || done == SINK_FAILED)
		*err = other;
	return (done);
}

static int
insert_lacked(const struct sqlite_upsert *u, const struct err *err)
{

	return (u->sql.conflict == CONFLICT_UPDATE &&
	    (strcmp(err->rule, "not-null") == 0 ||
	    strcmp(err->rule, "check") == 0));
}

enum sink_stored
sqlite_upsert_row(struct sqlite_upsert *u, const struct row *row,
    struct err *err)
{
	enum sink_stored done;
	struct plan *plan;

	if ((plan = find_plan(u, row, err)) == NULL)
		return (SINK_FAILED);
	if (plan->set == NULL)
		return (refuse_shape(u, row, plan, err));
	plan->set->used = ++u->clock;
	done = run(u, plan, plan->set->insert, row, err);
	if (done == SINK_UNCHANGED) {
		/* The key is there, or a trigger has ignored the row. */
		done = u->sql.conflict >= CONFLICT_UPDATE ?
		    change(u, plan, row, err) : SINK_SKIPPED;
	} else if (done == SINK_REFUSED && insert_lacked(u, err))
		done = change_instead(u, plan, row, err);
	if (u->nlost > 0 && done <= SINK_UNCHANGED)
		count_lost(u, row);
	return (done);
}

/*
 * Beginning and end.
 */

static int
find_key(struct sqlite_upsert *u, struct err *err)
{
	const struct opt_list *names = &u->opts->key;
	const struct table *m = u->t->model;
	struct quote q, t;
	ptrdiff_t column;
	size_t i;

	if (names->n == 0) {
		u->sql.key = m->primary_key;
		for (i = 0; i < u->sql.key.n; i++)
			u->sql.in_key[u->sql.key.v[i]] = 1;
		return (0);
	}
	u->sql.key.v = mem_array(names->n, sizeof(*u->sql.key.v));
	for (i = 0; i < names->n; i++) {
		column = sqlite_table_column(u->t, names->v[i],
		    strlen(names->v[i]));
		if (column == -1) {
			(void)err_set(err, "table %s has no column %s to be "
			    "the key", quote_z(&t, m->name),
			    quote_z(&q, names->v[i]));
			return (err_status(err, DIAG_USAGE));
		}
		u->sql.key.v[u->sql.key.n++] = (size_t)column;
		u->sql.in_key[column] = 1;
	}
	return (0);
}

/* SQLite itself knows whether the key is one. */
static int
check_key(struct sqlite_upsert *u, struct err *err)
{
	struct sqlite_stmt *stmt = NULL;
	struct buf sql = { 0 };
	struct err why = ERR_INIT;
	struct quote t;

	if (u->sql.conflict == CONFLICT_ERROR)
		return (0);
	sqlite_sql_probe(&u->sql, &sql);
	if (u->sql.key.n > 0)
		stmt = prepare(u, &sql, &why);
	buf_free(&sql);
	sqlite_finalize(stmt);
	if (stmt != NULL)
		return (0);
	if (u->sql.key.n > 0 && strstr(why.msg, "ON CONFLICT") == NULL) {
		*err = why;
		return (-1);
	}
	(void)err_set(err, u->sql.key.n == 0 ? "table %s has no primary key" :
	    "table %s has no unique index on exactly the columns of --key",
	    quote_z(&t, u->t->model->name));
	(void)err_hint(err, "--on-conflict needs columns that are PRIMARY KEY "
	    "or UNIQUE; name them with --key");
	return (err_status(err, DIAG_USAGE));
}

/* SQLite refuses every row of a table that refers to one that is not there. */
static int
check_refs(struct sqlite_upsert *u, struct err *err)
{
	const struct table *m = u->t->model;
	struct quote q, t;
	size_t i;
	int there;

	for (i = 0; i < m->nrefs; i++) {
		there = sqlite_table_exists(u->db, m->refs[i].table, err);
		if (there < 0)
			return (-1);
		if (there)
			continue;
		(void)err_set(err, "table %s refers to table %s, which the "
		    "database does not have", quote_z(&t, m->name),
		    quote_z(&q, m->refs[i].table));
		(void)err_hint(err, "load both in one run, or the table "
		    "referred to first");
		return (err_status(err, DIAG_FAIL));
	}
	return (0);
}

static int
check_kind(const struct sqlite_upsert *u, struct err *err)
{
	struct quote t;

	if (u->t->kind != SQLITE_KIND_VIEW)
		return (0);
	(void)err_set(err, "%s is a view, which takes no rows",
	    quote_z(&t, u->t->model->name));
	return (err_status(err, DIAG_FAIL));
}

struct sqlite_upsert *
sqlite_upsert_new(struct sqlite *db, const struct sqlite_table *t,
    const struct sqlite_upsert_opts *opts, struct err *err)
{
	struct sqlite_upsert *u = mem_alloc(sizeof(*u));
	size_t i, n = t->model->ncolumns;

	u->db = db;
	u->t = t;
	u->opts = opts;
	u->sql.table = t->model;
	u->sql.conflict = (enum conflict)opts->conflict;
	u->sql.temporary = opts->temporary;
	u->binders = mem_array(n, sizeof(*u->binders));
	u->losses = mem_array(n, sizeof(*u->losses));
	u->sql.in_key = mem_alloc(n);
	u->present = mem_alloc(n);
	for (i = 0; i < n; i++)
		sqlite_binder_init(&u->binders[i], t, i);
	if (check_kind(u, err) == 0 && find_key(u, err) == 0 &&
	    check_refs(u, err) == 0 && check_key(u, err) == 0)
		return (u);
	sqlite_upsert_free(u);
	return (NULL);
}

const struct sqlite_loss *
sqlite_upsert_loss(const struct sqlite_upsert *u, size_t column)
{

	return (&u->losses[column]);
}

void
sqlite_upsert_free(struct sqlite_upsert *u)
{
	size_t i;

	if (u == NULL)
		return;
	for (i = 0; i < SETS; i++) {
		set_clear(u, &u->sets[i]);
		mem_free(u->sets[i].present);
	}
	for (i = 0; i < PLANS; i++) {
		mem_free(u->plans[i].column);
		mem_free(u->plans[i].param);
	}
	if (u->opts->key.n > 0)
		mem_free(u->sql.key.v);
	mem_free(u->binders);
	mem_free(u->losses);
	mem_free(u->sql.in_key);
	mem_free(u->present);
	mem_free(u->lost);
	mem_free(u);
}

