#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/patch.h"
#include "db/sqlite.h"
#include "db/sqlite_bind.h"
#include "db/sqlite_patch.h"
#include "db/sqlite_table.h"
#include "json/json.h"
#include "row/row.h"
#include "schema/ddl.h"

/* The statements, each for lines of the shape of the last one. */
enum kind { HAS_A, HAS_B, HAS_KEY, INSERT, UPDATE, REMOVE, KINDS };

struct sqlite_patch {
	struct sqlite			*db;
	const struct sqlite_table	*t;
	int				 force;
	struct sqlite_binder		*binders;
	struct patch			 line;
	struct statement {
		struct sqlite_stmt	*stmt;
		struct buf		 sql;
	}				 stmts[KINDS];
	struct buf			 sql;
	const struct json_value		**params; /* of it, in order */
	size_t				*columns; /* of each */
	size_t				 nparams, cap_params, cap_columns;
	uint64_t			 lost;
};

/*
 * Statements as text.  Each value that is appended becomes a parameter.
 */

static size_t
find_column(const struct sqlite_patch *p, const struct json_field *f,
    struct arena *a)
{
	size_t len;
	const char *name = json_string(&f->key, a, &len);
	ptrdiff_t i = sqlite_table_column(p->t, name, len);

	return (i == -1 ? p->t->model->ncolumns : (size_t)i);
}

static void
put_param(struct sqlite_patch *p, size_t column, const struct json_value *v)
{

	p->params = mem_grow(p->params, &p->cap_params, p->nparams + 1,
	    sizeof(*p->params));
	p->columns = mem_grow(p->columns, &p->cap_columns, p->nparams + 1,
	    sizeof(*p->columns));
	p->params[p->nparams] = v;
	p->columns[p->nparams++] = column;
	buf_printf(&p->sql, "?%zu", p->nparams);
}

static void
put_name(struct sqlite_patch *p, size_t column)
{

	ddl_quote(&p->sql, p->t->model->columns[column].name);
}

static void
put_table(struct sqlite_patch *p, const char *before)
{

	p->sql.len = p->nparams = 0;
	buf_puts(&p->sql, before);
	buf_puts(&p->sql, " main.");
	ddl_quote(&p->sql, p->t->model->name);
}

/* That the fields are what the row has; by ${bytes}, not as the column
 * collates. */
static void
put_equal(struct sqlite_patch *p, const struct json_reader *r, int bytes,
    const char *word, struct arena *a)
{
	size_t i, column;

	for (i = 0; i < r->nfields; i++) {
		column = find_column(p, &r->fields[i], a);
		buf_puts(&p->sql, word);
		word = " AND ";
		put_name(p, column);
		buf_puts(&p->sql, " IS ");
		put_param(p, column, &r->fields[i].value);
		buf_puts(&p->sql, bytes ? " COLLATE BINARY" : "");
	}
}

/* Which row is meant: of equal ones without a key, one.  Without ${same} there
 * is a key. */
static void
put_where(struct sqlite_patch *p, const struct json_reader *same,
    struct arena *a)
{
	const char *rowid = sqlite_table_rowid(p->t);

	if (same == NULL || p->line.has_key) {
		put_equal(p, p->line.key, 0, " WHERE ", a);
		if (same != NULL)
			put_equal(p, same, 1, " AND ", a);
		return;
	}
	if (rowid == NULL) {
		put_equal(p, same, 1, " WHERE ", a);
		return;
	}
	buf_puts(&p->sql, " WHERE ");
	ddl_quote(&p->sql, rowid);
	buf_puts(&p->sql, " = (SELECT ");
	ddl_quote(&p->sql, rowid);
	buf_puts(&p->sql, " FROM main.");
	ddl_quote(&p->sql, p->t->model->name);
	put_equal(p, same, 1, " WHERE ", a);
	buf_puts(&p->sql, " LIMIT 1)");
}

static int
is_stored(const struct sqlite_patch *p, size_t column)
{

	return (!p->t->model->columns[column].generated);
}

static void
put_insert(struct sqlite_patch *p, struct arena *a)
{
	const struct json_reader *b = p->line.b;
	size_t i, column;
	const char *word = " (";

	put_table(p, "INSERT INTO");
	for (i = 0; i < b->nfields; i++) {
		column = find_column(p, &b->fields[i], a);
		if (!is_stored(p, column))
			continue;
		buf_puts(&p->sql, word);
		put_name(p, column);
		word = ", ";
	}
	if (*word == ' ') {
		buf_puts(&p->sql, " DEFAULT VALUES");
		return;
	}
	for (i = 0, word = ") VALUES ("; i < b->nfields; i++) {
		column = find_column(p, &b->fields[i], a);
		if (!is_stored(p, column))
			continue;
		buf_puts(&p->sql, word);
		put_param(p, column, &b->fields[i].value);
		word = ", ";
	}
	buf_putc(&p->sql, ')');
}

static int
has_field(const struct json_reader *r, const struct sqlite_patch *p,
    size_t column, struct arena *a)
{
	size_t i;

	for (i = 0; i < r->nfields; i++)
		if (find_column(p, &r->fields[i], a) == column)
			return (1);
	return (0);
}

/* Set what differs, or ${all}; what B does not have becomes null.  Return
 * whether there is anything. */
static int
put_update(struct sqlite_patch *p, int all, struct arena *a)
{
	const struct json_reader *from = p->line.a, *to = p->line.b;
	const char *word = " SET ";
	size_t i, column;

	put_table(p, "UPDATE");
	for (i = 0; i < to->nfields; i++) {
		column = find_column(p, &to->fields[i], a);
		if (!is_stored(p, column) || (!all &&
		    !patch_names(&p->line, &to->fields[i].key)))
			continue;
		buf_puts(&p->sql, word);
		put_name(p, column);
		buf_puts(&p->sql, " = ");
		put_param(p, column, &to->fields[i].value);
		word = ", ";
	}
	for (i = 0; p->line.op == PATCH_CHANGE && i < from->nfields; i++) {
		column = find_column(p, &from->fields[i], a);
		if (!is_stored(p, column) || has_field(to, p, column, a))
			continue;
		buf_puts(&p->sql, word);
		put_name(p, column);
		buf_puts(&p->sql, " = NULL");
		word = ", ";
	}
	put_where(p, NULL, a);
	return (*word == ',');
}

/*
 * Running them.
 */

/* Compile what is in p->sql, if it is not what the last line had. */
static struct sqlite_stmt *
prepare(struct sqlite_patch *p, enum kind kind, struct err *err)
{
	struct statement *s = &p->stmts[kind];

	if (s->stmt != NULL && s->sql.len == p->sql.len &&
	    memcmp(s->sql.s, p->sql.s, p->sql.len) == 0)
		return (s->stmt);
	sqlite_finalize(s->stmt);
	s->sql.len = 0;
	buf_put(&s->sql, p->sql.s, p->sql.len);
	s->stmt = sqlite_prepare(p->db, s->sql.s, s->sql.len, err);
	return (s->stmt);
}

/* The fields that row-diff took as the key are none in this table. */
static enum sink_stored
not_one(const struct sqlite_patch *p, struct err *err)
{
	char text[QUOTE_MAX + 1];
	struct quote q;

	(void)err_set(err, "the key %s means more than one row of table %s",
	    quote_plain(text, sizeof(text), p->line.text, p->line.len),
	    quote_z(&q, p->t->model->name));
	(void)err_hint(err, "let row-diff compare by a key of the table");
	(void)err_status(err, DIAG_BADINPUT);
	return (SINK_FAILED);
}

/* Run the statement of p->sql.  A query answers SINK_UNCHANGED when there is a
 * row and SINK_SKIPPED when not; another statement SINK_UPDATED. */
static enum sink_stored
run(struct sqlite_patch *p, enum kind kind, struct arena *a, struct err *err)
{
	struct sqlite_stmt *stmt = prepare(p, kind, err);
	char became[SQLITE_BECAME_MAX];
	enum sqlite_bound bound;
	uint64_t lost = 0;
	size_t i;

	if (stmt == NULL)
		return (SINK_FAILED);
	for (i = 0; i < p->nparams; i++) {
		bound = sqlite_bind(stmt, (int)i + 1,
		    &p->binders[p->columns[i]], p->params[i], a, became, err);
		if (bound == SQLITE_BOUND_REFUSED) {
			sqlite_reset(stmt);
			return (SINK_REFUSED);
		}
		lost += bound == SQLITE_BOUND_CHANGED;
	}
	switch (sqlite_step(stmt, err)) {
	case SQLITE_STEP_ROW:
		sqlite_reset(stmt);
		return (SINK_UNCHANGED);
	case SQLITE_STEP_DONE:
		if (kind < INSERT)
			return (SINK_SKIPPED);
		if (sqlite_changes(p->db) > 1)
			return (not_one(p, err));
		p->lost += lost;
		return (SINK_UPDATED);
	case SQLITE_STEP_REFUSED:
		return (SINK_REFUSED);
	default:
		return (SINK_FAILED);
	}
}

/* Is there the row that is meant, and is it as ${same} (if not NULL) says? */
static enum sink_stored
look(struct sqlite_patch *p, enum kind kind, const struct json_reader *same,
    struct arena *a, struct err *err)
{

	put_table(p, "SELECT 1 FROM");
	put_where(p, same, a);
	return (run(p, kind, a, err));
}

/*
 * Lines.
 */

static enum sink_stored
refuse(const struct sqlite_patch *p, const char *what, struct err *err)
{
	char text[QUOTE_MAX + 1];
	struct quote q;

	(void)err_set(err, "row %s of table %s %s", quote_plain(text,
	    sizeof(text), p->line.text, p->line.len),
	    quote_z(&q, p->t->model->name), what);
	(void)err_hint(err, "compare again, or let --force do it all the "
	    "same");
	(void)err_rule(err, "changed", NULL);
	(void)err_status(err, DIAG_BADINPUT);
	return (SINK_REFUSED);
}

/* What names no column cannot be mended. */
static int
check_columns(const struct sqlite_patch *p, const struct json_reader *r,
    struct arena *a, struct err *err)
{
	const struct json_value *key;
	struct quote q, t;
	size_t i;

	for (i = 0; i < r->nfields; i++) {
		if (find_column(p, &r->fields[i], a) <
		    p->t->model->ncolumns)
			continue;
		key = &r->fields[i].key;
		(void)err_set(err, "table %s has no column %s",
		    quote_z(&t, p->t->model->name),
		    quote(&q, key->s + 1, key->len - 2));
		(void)err_rule(err, "unknown", NULL);
		return (err_status(err, DIAG_BADINPUT));
	}
	return (0);
}

static enum sink_stored
insert(struct sqlite_patch *p, struct arena *a, struct err *err)
{
	enum sink_stored done;

	put_insert(p, a);
	done = run(p, INSERT, a, err);
	return (done == SINK_UPDATED ? SINK_CREATED : done);
}

static enum sink_stored
update(struct sqlite_patch *p, int all, struct arena *a, struct err *err)
{

	return (put_update(p, all, a) ? run(p, UPDATE, a, err) :
	    SINK_UNCHANGED);
}

/* There is a row with that key, and it is not as A has it: perhaps it is as B
 * has it. */
static enum sink_stored
settle(struct sqlite_patch *p, const char *what, struct arena *a,
    struct err *err)
{
	enum sink_stored done = look(p, HAS_B, p->line.b, a, err);

	if (done != SINK_SKIPPED)
		return (done);
	return (p->force ? update(p, 1, a, err) : refuse(p, what, err));
}

static enum sink_stored
add(struct sqlite_patch *p, struct arena *a, struct err *err)
{
	enum sink_stored done;

	if (!p->line.has_key)
		return (insert(p, a, err));
	done = look(p, HAS_KEY, NULL, a, err);
	if (done == SINK_UNCHANGED)
		return (settle(p, "is there already, and not as it is to be "
		    "added", a, err));
	return (done == SINK_SKIPPED ? insert(p, a, err) : done);
}

static enum sink_stored
change(struct sqlite_patch *p, struct arena *a, struct err *err)
{
	enum sink_stored done = look(p, HAS_A, p->line.a, a, err);

	if (done == SINK_UNCHANGED)
		return (update(p, 0, a, err));
	if (done == SINK_SKIPPED)
		done = look(p, HAS_KEY, NULL, a, err);
	if (done == SINK_UNCHANGED)
		return (settle(p, "has changed since it was compared", a,
		    err));
	if (done != SINK_SKIPPED)
		return (done);
	return (p->force ? insert(p, a, err) :
	    refuse(p, "is not there any more", err));
}

static enum sink_stored
take_away(struct sqlite_patch *p, struct arena *a, struct err *err)
{
	enum sink_stored done = look(p, HAS_A, p->line.a, a, err);
	const struct json_reader *same = p->line.has_key ? NULL : p->line.a;

	if (done == SINK_SKIPPED && p->line.has_key) {
		done = look(p, HAS_KEY, NULL, a, err);
		if (done == SINK_UNCHANGED && !p->force)
			return (refuse(p, "has changed since it was compared",
			    err));
	}
	if (done != SINK_UNCHANGED)
		return (done == SINK_SKIPPED ? SINK_UNCHANGED : done);
	put_table(p, "DELETE FROM");
	put_where(p, same, a);
	done = run(p, REMOVE, a, err);
	return (done == SINK_UPDATED ? SINK_REMOVED : done);
}

enum sink_stored
sqlite_patch_row(struct sqlite_patch *p, const struct row *row,
    struct err *err)
{
	struct patch *l = &p->line;
	struct arena *a = row->arena;

	if (patch_read(l, row, err) != 0 ||
	    (l->has_key && check_columns(p, l->key, a, err) != 0) ||
	    (l->op != PATCH_ADD && check_columns(p, l->a, a, err) != 0) ||
	    (l->op != PATCH_REMOVE && check_columns(p, l->b, a, err) != 0))
		return (SINK_REFUSED);
	switch (l->op) {
	case PATCH_ADD:
		return (add(p, a, err));
	case PATCH_CHANGE:
		return (change(p, a, err));
	default:
		return (take_away(p, a, err));
	}
}

struct sqlite_patch *
sqlite_patch_new(struct sqlite *db, const struct sqlite_table *t, int force,
    struct err *err)
{
	struct sqlite_patch *p;
	struct quote q;
	size_t i;

	if (t->kind != SQLITE_KIND_TABLE) {
		(void)err_set(err, "%s is no table whose rows can be changed",
		    quote_z(&q, t->model->name));
		(void)err_status(err, DIAG_FAIL);
		return (NULL);
	}
	p = mem_alloc(sizeof(*p));
	p->db = db;
	p->t = t;
	p->force = force;
	p->binders = mem_array(t->model->ncolumns + 1, sizeof(*p->binders));
	for (i = 0; i < t->model->ncolumns; i++)
		sqlite_binder_init(&p->binders[i], t, i);
	patch_init(&p->line);
	return (p);
}

uint64_t
sqlite_patch_lost(const struct sqlite_patch *p)
{

	return (p->lost);
}

void
sqlite_patch_free(struct sqlite_patch *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < KINDS; i++) {
		sqlite_finalize(p->stmts[i].stmt);
		buf_free(&p->stmts[i].sql);
	}
	buf_free(&p->sql);
	mem_free(p->params);
	mem_free(p->columns);
	mem_free(p->binders);
	patch_free(&p->line);
	mem_free(p);
}
