#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/near.h"
#include "base/quote.h"
#include "db/sqlite.h"
#include "db/sqlite_json.h"
#include "db/sqlite_source.h"
#include "db/sqlite_table.h"
#include "json/json.h"
#include "row/frame.h"
#include "schema/ddl.h"

struct source_column {
	const char		*name;
	const char		*lead;	/* {"name": or ,"name": */
	size_t			 lead_len;
	const struct column	*type;	/* NULL: not known */
	const struct sqlite_column *stored; /* of a table that has this one
					   as it is; else NULL */
	uint64_t		 odd;	/* values that are not of that type, or
					   that such a column would not take
					   back as they are */
	char			 first[48]; /* where the first of them is */
};

struct sqlite_source {
	struct sqlite			*db;
	const struct sqlite_source_spec	*spec;
	struct arena			*a;
	const struct sqlite_table	*t;	/* NULL: a query */
	const char			*label;
	struct sqlite_stmt		*stmt;
	struct sqlite_json		*json;
	struct source_column		*columns;
	size_t				 n;
	int				 rowid;	/* is the column after them */
	uint64_t			 rows;
};

/* A table that columns of a query come from. */
struct origin {
	const char			*name;
	const struct table		*model;	/* with types, or NULL */
	struct origin			*next;
};

static int
usage(struct err *err, const char *option, const char *what, const char *name)
{
	struct quote q;

	(void)err_set(err, "option --%s: %s %s", option, what,
	    quote_z(&q, name));
	return (err_status(err, DIAG_USAGE));
}

/*
 * Which columns.
 */

/* The columns that there are to choose from. */
struct choice {
	const char	**names;
	size_t		  n;
	unsigned char	 *out;		/* --exclude: not this one */
};

static ptrdiff_t
find_name(const struct choice *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->names[i], name) == 0)
			return ((ptrdiff_t)i);
	for (i = 0; i < c->n; i++)
		if (strcasecmp(c->names[i], name) == 0)
			return ((ptrdiff_t)i);
	return (-1);
}

static int
no_column(const struct choice *c, const char *option, const char *name,
    struct err *err)
{
	struct near near;
	struct quote q;
	size_t i;

	(void)usage(err, option, "there is no column", name);
	near_start(&near, name);
	for (i = 0; i < c->n; i++)
		near_offer(&near, c->names[i]);
	if (near_best(&near) != NULL)
		(void)err_hint(err, "did you mean %s?",
		    quote_z(&q, near_best(&near)));
	return (-1);
}

/* Append the columns that --columns and --exclude leave, as SQL. */
static int
put_columns(const struct sqlite_source_spec *spec, const struct choice *c,
    struct buf *sql, struct err *err)
{
	size_t i, put = 0, n = spec->columns.n == 0 ? c->n : spec->columns.n;
	ptrdiff_t at;

	for (i = 0; i < spec->exclude.n; i++) {
		if ((at = find_name(c, spec->exclude.v[i])) == -1)
			return (no_column(c, "exclude", spec->exclude.v[i],
			    err));
		c->out[at] = 1;
	}
	for (i = 0; i < n; i++) {
		at = spec->columns.n == 0 ? (ptrdiff_t)i :
		    find_name(c, spec->columns.v[i]);
		if (at == -1)
			return (no_column(c, "columns", spec->columns.v[i],
			    err));
		if (c->out[at])
			continue;
		buf_puts(sql, put++ == 0 ? "" : ", ");
		ddl_quote(sql, c->names[at]);
	}
	if (put > 0)
		return (0);
	(void)err_set(err, "no column is left to write");
	return (err_status(err, DIAG_USAGE));
}

static void
choose_from_table(struct sqlite_source *src, struct choice *c)
{
	const struct table *m = src->t->model;
	size_t i;

	c->n = m->ncolumns;
	c->names = arena_alloc(src->a, (c->n + 1) * sizeof(*c->names));
	for (i = 0; i < c->n; i++)
		c->names[i] = m->columns[i].name;
}

static void
choose_from_result(struct sqlite_source *src, const struct sqlite_stmt *stmt,
    struct choice *c)
{
	const char *name;
	size_t i;

	c->n = sqlite_columns(stmt);
	c->names = arena_alloc(src->a, (c->n + 1) * sizeof(*c->names));
	for (i = 0; i < c->n; i++) {
		name = sqlite_column_name(stmt, i);
		c->names[i] = arena_dup(src->a, name, strlen(name));
	}
}

/*
 * SQL.
 */

/* Compile "SELECT 1 FROM ... KEYWORD text", to see that the text is what it
 * shall be and does not go on behind it. */
static int
check_text(struct sqlite_source *src, const char *from, const char *option,
    const char *keyword, const char *text, const char *tail, struct err *err)
{
	struct sqlite_stmt *stmt;
	struct buf sql = { 0 };

	buf_printf(&sql, "SELECT 1 FROM %s %s ", from, keyword);
	buf_puts(&sql, text);
	buf_puts(&sql, tail);
	stmt = sqlite_prepare(src->db, sql.s, sql.len, err);
	buf_free(&sql);
	sqlite_finalize(stmt);
	if (stmt != NULL)
		return (0);
	(void)err_prefix(err, "option --%s: ", option);
	return (err_status(err, DIAG_USAGE));
}

/* Text of the user ends with a line end, lest it ends in a comment. */
static int
put_conditions(struct sqlite_source *src, const char *from, struct buf *sql,
    struct err *err)
{
	const struct sqlite_source_spec *spec = src->spec;

	if (spec->where != NULL) {
		if (check_text(src, from, "where", "WHERE", spec->where, "\n",
		    err) != 0 || check_text(src, from, "where", "WHERE (",
		    spec->where, "\n)", err) != 0)
			return (-1);
		buf_puts(sql, " WHERE (");
		buf_puts(sql, spec->where);
		buf_puts(sql, "\n)");
	}
	if (spec->order_by != NULL) {
		if (check_text(src, from, "order-by", "ORDER BY",
		    spec->order_by, "\nLIMIT 1", err) != 0)
			return (-1);
		buf_puts(sql, " ORDER BY ");
		buf_puts(sql, spec->order_by);
		buf_puts(sql, "\n");
	}
	return (0);
}

/* The order that a table has by itself. */
static void
put_own_order(const struct sqlite_source *src, const char *rowid,
    struct buf *sql)
{
	const struct column_list *pk = &src->t->model->primary_key;
	size_t i;

	if (rowid != NULL)
		buf_printf(sql, " ORDER BY %s", rowid);
	else if (src->t->without_rowid) {
		for (i = 0; i < pk->n; i++) {
			buf_puts(sql, i == 0 ? " ORDER BY " : ", ");
			ddl_quote(sql, src->t->model->columns[pk->v[i]].name);
		}
	}
}

static int
put_table_query(struct sqlite_source *src, struct buf *sql, struct err *err)
{
	const char *rowid = sqlite_table_rowid(src->t);
	struct buf from = { 0 };
	struct choice c;
	int rc = -1;

	choose_from_table(src, &c);
	c.out = arena_alloc(src->a, c.n + 1);
	memset(c.out, 0, c.n + 1);
	buf_puts(&from, "main.");
	ddl_quote(&from, src->t->model->name);
	buf_puts(sql, "SELECT ");
	if (put_columns(src->spec, &c, sql, err) != 0)
		goto done;
	/* For messages that say where a value stands. */
	if (rowid != NULL)
		buf_printf(sql, ", %s", rowid);
	src->rowid = rowid != NULL;
	buf_puts(sql, " FROM ");
	buf_put(sql, from.s, from.len);
	if (put_conditions(src, buf_z(&from), sql, err) != 0)
		goto done;
	if (src->spec->order_by == NULL)
		put_own_order(src, rowid, sql);
	rc = 0;

done:
	buf_free(&from);
	return (rc);
}

/* The query of the user, wrapped when options ask for more than it says. */
static int
put_users_query(struct sqlite_source *src, struct buf *sql, struct err *err)
{
	const struct sqlite_source_spec *spec = src->spec;
	struct sqlite_stmt *stmt;
	struct buf from = { 0 };
	struct choice c;
	int rc = -1;

	stmt = sqlite_prepare(src->db, spec->query, strlen(spec->query), err);
	if (stmt == NULL) {
		(void)err_prefix(err, "option --query: ");
		return (err_status(err, DIAG_USAGE));
	}
	if (!sqlite_readonly(stmt) || sqlite_columns(stmt) == 0) {
		(void)err_set(err, "option --query: it is no query that only "
		    "reads");
		sqlite_finalize(stmt);
		return (err_status(err, DIAG_USAGE));
	}
	choose_from_result(src, stmt, &c);
	sqlite_finalize(stmt);
	if (spec->columns.n == 0 && spec->exclude.n == 0 &&
	    spec->where == NULL && spec->order_by == NULL) {
		buf_puts(sql, spec->query);
		return (0);
	}
	c.out = arena_alloc(src->a, c.n + 1);
	memset(c.out, 0, c.n + 1);
	buf_puts(&from, "(");
	buf_puts(&from, spec->query);
	while (from.len > 0 && strchr("; \t\r\n", from.s[from.len - 1]) !=
	    NULL)
		from.len--;
	buf_puts(&from, "\n)");
	buf_puts(sql, "SELECT ");
	if (put_columns(spec, &c, sql, err) == 0) {
		buf_puts(sql, " FROM ");
		buf_put(sql, from.s, from.len);
		rc = put_conditions(src, buf_z(&from), sql, err);
	}
	buf_free(&from);
	return (rc);
}

/*
 * Types.
 */

/* What is known of the table that a column comes from. */
static const struct table *
find_model(struct sqlite_source *src, const char *name,
    struct origin **origins)
{
	const struct table_set *set = src->spec->schema;
	struct sqlite_table *t;
	struct err err = ERR_INIT;
	struct origin *o;

	for (o = *origins; o != NULL; o = o->next)
		if (strcmp(o->name, name) == 0)
			return (o->model);
	o = arena_alloc(src->a, sizeof(*o));
	o->name = arena_dup(src->a, name, strlen(name));
	o->model = set == NULL ? NULL : table_set_find(set, name);
	if (o->model == NULL && src->t != NULL &&
	    strcmp(src->t->model->name, name) == 0)
		o->model = src->t->model;
	else if (o->model == NULL &&
	    (t = sqlite_table_read(src->db, name, src->a, &err)) != NULL)
		o->model = t->model;
	o->next = *origins;
	*origins = o;
	return (o->model);
}

/* The type of result column ${i}: that of the table column that it is, else
 * that of its name in the only schema there is. */
static const struct column *
find_type(struct sqlite_source *src, size_t i, struct origin **origins)
{
	const struct table_set *set = src->spec->schema;
	const struct table *m = NULL;
	const char *table, *name;
	ptrdiff_t at;

	name = sqlite_column_origin(src->stmt, i, &table);
	if (set != NULL && src->t != NULL)
		m = table_set_find(set, src->t->model->name);
	else if (set != NULL && set->n == 1)
		m = set->v[0];
	if (m != NULL)
		name = sqlite_column_name(src->stmt, i);
	else if (name == NULL || table == NULL)
		return (NULL);
	else
		m = find_model(src, table, origins);
	if (m == NULL)
		return (NULL);
	at = table_find_column(m, name, strlen(name));
	return (at == -1 ? NULL : &m->columns[at]);
}

/* The column of the table at hand that ${c} is, when no more is known of it
 * than how it is stored. */
static const struct sqlite_column *
find_stored(const struct sqlite_source *src, const struct source_column *c)
{
	ptrdiff_t at;

	if (src->t == NULL || src->t->kind != SQLITE_KIND_TABLE ||
	    c->type == NULL || (c->type->type != COLUMN_ANY &&
	    c->type->type != COLUMN_BYTEA))
		return (NULL);
	at = table_find_column(src->t->model, c->name, strlen(c->name));
	return (at == -1 ? NULL : &src->t->columns[at]);
}

static int
check_names(const struct sqlite_source *src, struct err *err)
{
	struct quote q;
	size_t i, k;

	for (i = 0; i < src->n; i++) {
		for (k = 0; k < i; k++) {
			if (strcmp(src->columns[i].name,
			    src->columns[k].name) != 0)
				continue;
			(void)err_set(err, "two columns are called %s",
			    quote_z(&q, src->columns[i].name));
			(void)err_hint(err, "give one another name with AS, "
			    "or name it once");
			return (err_status(err, DIAG_USAGE));
		}
	}
	return (0);
}

/* Each column's name as the text that comes before its value. */
static void
make_lead(const struct sqlite_source *src, struct source_column *c)
{
	struct buf b = { 0 };

	buf_putc(&b, c == src->columns ? '{' : ',');
	if (frame_escape_needed(src->n, c->name, strlen(c->name))) {
		buf_puts(&b, "\"@");
		json_put_z(&b, c->name);
		/* The second quote, after the first and the "@". */
		memmove(b.s + 3, b.s + 4, b.len - 4);
		b.len--;
	} else
		json_put_z(&b, c->name);
	buf_putc(&b, ':');
	c->lead = arena_dup(src->a, b.s, b.len);
	c->lead_len = b.len;
	buf_free(&b);
}

static int
find_columns(struct sqlite_source *src, struct err *err)
{
	struct origin *origins = NULL;
	struct source_column *c;
	const char *name;
	size_t i;

	src->n = sqlite_columns(src->stmt) - (src->rowid ? 1 : 0);
	src->columns = arena_alloc(src->a, src->n * sizeof(*src->columns));
	memset(src->columns, 0, src->n * sizeof(*src->columns));
	for (i = 0; i < src->n; i++) {
		c = &src->columns[i];
		name = sqlite_column_name(src->stmt, i);
		c->name = arena_dup(src->a, name, strlen(name));
		c->type = find_type(src, i, &origins);
		c->stored = find_stored(src, c);
		make_lead(src, c);
	}
	return (check_names(src, err));
}

struct sqlite_source *
sqlite_source_new(struct sqlite *db, const struct sqlite_source_spec *spec,
    struct arena *a, struct err *err)
{
	struct sqlite_source *src = arena_alloc(a, sizeof(*src));
	struct buf sql = { 0 };
	const char *name;
	int rc = -1;

	memset(src, 0, sizeof(*src));
	src->db = db;
	src->spec = spec;
	src->a = a;
	src->label = "query";
	if (spec->query != NULL)
		rc = put_users_query(src, &sql, err);
	else if ((name = sqlite_table_name(spec->table, strlen(spec->table),
	    a, err)) != NULL &&
	    (src->t = sqlite_table_read(db, name, a, err)) != NULL) {
		src->label = src->t->model->name;
		rc = put_table_query(src, &sql, err);
	}
	if (rc == 0)
		src->stmt = sqlite_prepare(db, sql.s, sql.len, err);
	buf_free(&sql);
	if (src->stmt == NULL || find_columns(src, err) != 0) {
		sqlite_source_free(src);
		return (NULL);
	}
	src->json = sqlite_json_new();
	return (src);
}

/*
 * Rows.
 */

/* "row 7": by rowid, else by count. */
static void
say_row(const struct sqlite_source *src, char *dst, size_t size)
{

	if (src->rowid)
		(void)snprintf(dst, size, "rowid %" PRId64,
		    sqlite_column_int(src->stmt, src->n));
	else
		(void)snprintf(dst, size, "row %" PRIu64, src->rows);
}

/* The text in column ${c} is not UTF-8. */
static int
bad_text(const struct sqlite_source *src, const struct source_column *c,
    struct err *err)
{
	char table[QUOTE_MAX], column[QUOTE_MAX], row[48];

	say_row(src, row, sizeof(row));
	(void)err_prefix(err, "%s.%s: %s: ", quote_plain(table, sizeof(table),
	    src->label, strlen(src->label)), quote_plain(column,
	    sizeof(column), c->name, strlen(c->name)), row);
	return (err_status(err, DIAG_BADINPUT));
}

/* Is ${v} written as a blob would be? */
static int
looks_like_blob(const struct sqlite_value *v)
{
	size_t i;

	if (v->len < 2 || v->len % 2 != 0 || memcmp(v->s, "\\x", 2) != 0)
		return (0);
	for (i = 2; i < v->len; i++)
		if (!isxdigit((unsigned char)v->s[i]))
			return (0);
	return (1);
}

/* Is it a word that a REAL column takes for a number, or for none? */
static int
is_special(const struct sqlite_value *v)
{
	static const char *const words[] = { "NaN", "Infinity", "-Infinity" };
	size_t i;

	for (i = 0; i < 3; i++)
		if (v->len == strlen(words[i]) &&
		    memcmp(v->s, words[i], v->len) == 0)
			return (1);
	return (0);
}

/* Would ${c}, which has no more than a declared type, take what is written for
 * ${v} as something else? */
static int
is_ambiguous(const struct source_column *c, const struct sqlite_value *v)
{
	int blob;

	if (c->stored == NULL)
		return (0);
	blob = c->stored->blob || c->type->type == COLUMN_BYTEA;
	switch (v->type) {
	case SQLITE_TYPE_BLOB:
		return (!blob);
	case SQLITE_TYPE_TEXT:
		return ((blob && looks_like_blob(v)) || (is_special(v) &&
		    c->stored->affinity == SQLITE_AFFINITY_REAL));
	case SQLITE_TYPE_REAL:
		return (isinf(v->real) &&
		    c->stored->affinity != SQLITE_AFFINITY_REAL);
	default:
		return (0);
	}
}

int
sqlite_source_next(struct sqlite_source *src, struct buf *b, struct err *err)
{
	struct source_column *c;
	struct sqlite_value v;
	enum sqlite_step step;
	size_t i;
	int rc;

	if ((step = sqlite_step(src->stmt, err)) != SQLITE_STEP_ROW)
		return (step == SQLITE_STEP_DONE ? 0 : -1);
	src->rows++;
	for (i = 0; i < src->n; i++) {
		c = &src->columns[i];
		buf_put(b, c->lead, c->lead_len);
		sqlite_column(src->stmt, i, &v);
		rc = sqlite_json_put(src->json, &v, c->type, b, err);
		if (rc < 0)
			return (bad_text(src, c, err));
		if ((rc > 0 || is_ambiguous(c, &v)) && c->odd++ == 0)
			say_row(src, c->first, sizeof(c->first));
	}
	buf_putc(b, '}');
	return (1);
}

const char *
sqlite_source_label(const struct sqlite_source *src)
{

	return (src->label);
}

int
sqlite_source_odd(const struct sqlite_source *src, size_t i,
    const char **name, uint64_t *count, const char **place)
{

	if (i >= src->n)
		return (0);
	*name = src->columns[i].name;
	*count = src->columns[i].odd;
	*place = src->columns[i].first;
	return (1);
}

void
sqlite_source_free(struct sqlite_source *src)
{

	if (src == NULL)
		return;
	sqlite_finalize(src->stmt);
	sqlite_json_free(src->json);
	src->stmt = NULL;
	src->json = NULL;
}
