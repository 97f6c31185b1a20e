#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "db/sqlite.h"
#include "db/sqlite_plan.h"
#include "db/sqlite_table.h"
#include "db/sqlite_upsert.h"
#include "row/row.h"

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
	struct sqlite_plans			*plans;
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
 * Refusals.
 */

/* Say which value of the row ${err} is about. */
static void
point_at(const struct sqlite_upsert *u, const struct row *row,
    const struct sqlite_plan *plan, size_t column, struct err *err)
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
    const struct sqlite_plan *plan, struct err *err)
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
lossy(struct sqlite_upsert *u, const struct sqlite_plan *plan,
    const struct row *row, size_t i, const char *became, struct err *err)
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
bind_row(struct sqlite_upsert *u, const struct sqlite_plan *plan,
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
run(struct sqlite_upsert *u, const struct sqlite_plan *plan,
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
change(struct sqlite_upsert *u, const struct sqlite_plan *plan,
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
change_instead(struct sqlite_upsert *u, const struct sqlite_plan *plan,
    const struct row *row, struct err *err)
{
	enum sink_stored done;
	enum sqlite_step step;
	struct err other = ERR_INIT;

	if (sqlite_plan_exists(u->plans, plan->set, &other) != 0)
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
	const struct sqlite_plan *plan;

	if ((plan = sqlite_plan_find(u->plans, row, err)) == NULL)
		return (SINK_FAILED);
	if (plan->set == NULL) {
		sqlite_plan_refuse(u->plans, plan, row, err);
		return (SINK_REFUSED);
	}
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
		stmt = sqlite_prepare(u->db, sql.s, sql.len, &why);
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
	u->plans = sqlite_plan_new(db, t, &u->sql, opts->ignore_unknown);
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

	if (u == NULL)
		return;
	sqlite_plan_free(u->plans);
	if (u->opts->key.n > 0)
		mem_free(u->sql.key.v);
	mem_free(u->binders);
	mem_free(u->losses);
	mem_free(u->sql.in_key);
	mem_free(u->lost);
	mem_free(u);
}

