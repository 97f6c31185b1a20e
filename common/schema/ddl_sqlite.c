#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "json/json.h"
#include "schema/ddl.h"
#include "schema/sqlcheck.h"
#include "schema/sqldefault.h"
#include "schema/sqltype.h"

#define BLANKS		" \t\r\n\f\v"
#define LABELS_COMPARED	100	/* by OR; more by IN */

/*
 * Comments end with the line, so what goes into one has no line of its own.
 */
static void
put_comment(struct buf *b, const char *s)
{

	for (; *s != '\0'; s++)
		buf_putc(b, (unsigned char)*s < 0x20 || *s == 0x7f ? ' ' : *s);
}

/* The name that stands for the column's type where the source gave none. */
static void
put_base_type(struct buf *b, const struct column *c)
{

	buf_puts(b, sqltype_name(c->type));
	if (c->type == COLUMN_NUMERIC && c->precision >= 0)
		buf_printf(b, "(%d,%d)", c->precision, c->scale);
}

void
ddl_sqlite_type_comment(const struct column *c, struct buf *b)
{
	struct sqltype st;

	buf_puts(b, " -- ");
	if (c->sql_type == NULL ||
	    strspn(c->sql_type, BLANKS) == strlen(c->sql_type)) {
		put_base_type(b, c);
		return;
	}
	put_comment(b, c->sql_type);
	(void)sqltype_read(&st, c->sql_type, strlen(c->sql_type));
	if (!st.known || st.type != c->type) {
		buf_puts(b, " is ");
		put_base_type(b, c);
	}
}

/*
 * Defaults.
 */
static const char *
now_expression(enum column_type type)
{

	switch (type) {
	case COLUMN_TIMESTAMPTZ:
		return ("strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')");
	case COLUMN_TIMESTAMP:
		return ("strftime('%Y-%m-%dT%H:%M:%f', 'now')");
	case COLUMN_DATE:
		return ("strftime('%Y-%m-%d', 'now')");
	case COLUMN_TIMETZ:
		return ("strftime('%H:%M:%f+00', 'now')");
	default:
		return ("strftime('%H:%M:%f', 'now')");
	}
}

static const char uuid_expression[] =
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || "
    "substr(hex(randomblob(2)), 2) || '-' || "
    "substr('89AB', 1 + (random() & 3), 1) || "
    "substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

/* Append a string as an SQL literal; a NUL has no way to be written. */
static int
put_text_literal(struct buf *b, const char *s, size_t len, struct arena *a)
{

	if (memchr(s, '\0', len) != NULL)
		return (0);
	ddl_quote_string(b, arena_dup(a, s, len));
	return (1);
}

static int
put_blob_literal(struct buf *b, const char *s, size_t len)
{
	size_t i;

	if (len < 2 || len % 2 != 0 || s[0] != '\\' || s[1] != 'x')
		return (0);
	for (i = 2; i < len; i++)
		if (strchr("0123456789abcdefABCDEF", s[i]) == NULL ||
		    s[i] == '\0')
			return (0);
	buf_puts(b, "X'");
	buf_put(b, s + 2, len - 2);
	buf_putc(b, '\'');
	return (1);
}

/* Append the JSON value ${v} as the literal that a column of the declared
 * type ${affinity} holds for it. */
static int
put_literal(struct buf *b, const struct json_value *v, const struct column *c,
    const char *affinity, struct arena *a)
{
	const char *s;
	int64_t n;
	size_t len;

	if (c->type == COLUMN_JSON || c->type == COLUMN_ARRAY ||
	    c->type == COLUMN_COMPOSITE)
		return (put_text_literal(b, v->s, v->len, a));
	if (v->type == JSON_TRUE || v->type == JSON_FALSE) {
		if (c->type != COLUMN_BOOLEAN)
			return (0);
		buf_putc(b, v->type == JSON_TRUE ? '1' : '0');
		return (1);
	}
	if (v->type == JSON_NUMBER) {
		if (strcmp(affinity, "TEXT") == 0)
			return (put_text_literal(b, v->s, v->len, a));
		if (strcmp(affinity, "INTEGER") == 0 && !json_int(v, &n))
			return (0);
		buf_put(b, v->s, v->len);
		return (1);
	}
	if (v->type != JSON_STRING)
		return (0);
	s = json_string(v, a, &len);
	if (strcmp(affinity, "BLOB") == 0)
		return (put_blob_literal(b, s, len));
	if (strcmp(affinity, "TEXT") != 0 && strcmp(affinity, "ANY") != 0)
		return (0);
	return (put_text_literal(b, s, len, a));
}

/* Append " DEFAULT ..." for a constant given as JSON.  Return 1, or 0 with
 * nothing appended when SQLite cannot have it. */
static int
put_constant(struct buf *b, const char *json, size_t json_len,
    const struct column *c, const char *affinity)
{
	struct json_reader *r = json_reader_new();
	struct arena *a = arena_new();
	struct err err = ERR_INIT;
	struct json_value v;
	size_t len = b->len;
	int rc = 0;

	if (json_read_value(r, json, json_len, &v, &err) == 0 &&
	    v.type != JSON_NULL) {
		buf_puts(b, " DEFAULT ");
		rc = put_literal(b, &v, c, affinity, a);
	}
	if (!rc)
		b->len = len;
	arena_free(a);
	json_reader_free(r);
	return (rc);
}

/* Append the column's default.  Return 0 when it has one that is lost. */
static int
put_default(struct buf *b, const struct column *c, const char *affinity)
{
	struct buf json = { 0 };
	int rc;

	if (c->default_json != NULL)
		return (put_constant(b, c->default_json,
		    strlen(c->default_json), c, affinity));
	if (c->default_sql == NULL || c->generated)
		return (1);
	switch (sqldefault_kind(c->default_sql, c->type)) {
	case SQLDEFAULT_CONSTANT:
		(void)sqldefault_json(c->default_sql, c->type, &json);
		rc = put_constant(b, json.s, json.len, c, affinity);
		buf_free(&json);
		return (rc);
	case SQLDEFAULT_NOW:
		buf_printf(b, " DEFAULT (%s)", now_expression(c->type));
		return (1);
	case SQLDEFAULT_UUID:
		buf_printf(b, " DEFAULT (%s)", uuid_expression);
		return (1);
	case SQLDEFAULT_SEQUENCE:
		return (1);	/* see INTEGER PRIMARY KEY */
	default:
		return (0);
	}
}

/*
 * CREATE TABLE.
 */
/*
 * Append a CHECK of the labels.  SQLite makes a table of what follows IN for
 * every row, once that is more than two; comparing is several times as fast,
 * but it nests, and SQLite bounds that.
 */
static void
put_labels_check(struct buf *b, const struct column *c, const char *name)
{
	int in = c->nlabels > LABELS_COMPARED;
	size_t i;

	if (in)
		buf_printf(b, "%s IN (", name);
	for (i = 0; i < c->nlabels; i++) {
		if (i > 0)
			buf_puts(b, in ? ", " : " OR ");
		if (!in)
			buf_printf(b, "%s = ", name);
		ddl_quote_string(b, c->labels[i]);
	}
	if (in)
		buf_putc(b, ')');
}

/* json_valid is false for null in older releases of SQLite. */
static void
put_json_check(struct buf *b, const char *name, int not_null)
{

	if (!not_null)
		buf_printf(b, "%s IS NULL OR ", name);
	buf_printf(b, "json_valid(%s)", name);
}

int
ddl_sqlite_check(const struct column *c, int not_null, struct buf *b)
{
	struct buf name = { 0 };
	size_t len = b->len;

	ddl_quote(&name, c->name);
	switch (c->type) {
	case COLUMN_BOOLEAN:
		buf_printf(b, "%s IN (0, 1)", buf_z(&name));
		break;
	case COLUMN_UUID:
		buf_printf(b, "length(%s) = 36", buf_z(&name));
		break;
	case COLUMN_JSON:
	case COLUMN_ARRAY:
	case COLUMN_COMPOSITE:
		put_json_check(b, buf_z(&name), not_null);
		break;
	case COLUMN_ENUM:
		put_labels_check(b, c, buf_z(&name));
		break;
	case COLUMN_TEXT:
		if (c->max_length >= 0)
			buf_printf(b, "length(%s) <= %lld", buf_z(&name),
			    (long long)c->max_length);
		break;
	default:
		break;
	}
	buf_free(&name);
	return (b->len > len);
}

/* Append the CHECK of what the source's type promised and SQLite's does
 * not. */
static void
put_type_check(struct buf *b, const struct column *c, int not_null)
{
	size_t len = b->len;

	buf_puts(b, " CHECK (");
	if (ddl_sqlite_check(c, not_null, b))
		buf_putc(b, ')');
	else
		b->len = len;
}

/* Is the column, alone, an integer primary key? */
static int
is_row_number(const struct table *t, size_t i)
{
	enum column_type type = t->columns[i].type;

	return (t->primary_key.n == 1 && t->primary_key.v[0] == i &&
	    (type == COLUMN_SMALLINT || type == COLUMN_INTEGER ||
	    type == COLUMN_BIGINT));
}

static int
has_row_number(const struct table *t)
{

	return (t->primary_key.n == 1 &&
	    is_row_number(t, t->primary_key.v[0]));
}

static int
is_key(const struct table *t, size_t i)
{
	size_t k;

	for (k = 0; k < t->primary_key.n; k++)
		if (t->primary_key.v[k] == i)
			return (1);
	return (0);
}

/* The statement as it grows. */
struct create {
	const struct table		*t;
	const struct ddl_sqlite_how	*how;
	struct buf	*b;
	size_t		 items, total;	/* of the list in parentheses */
	struct buf	 lost;		/* lines of comment at its end */
};

/* Say what is lost, in a comment at the end and to who wants to know. */
static void
add_lost(struct create *cr, const char *column, const char *what,
    const char *sql)
{

	buf_puts(&cr->lost, "  -- ");
	buf_puts(&cr->lost, what);
	if (column != NULL) {
		buf_puts(&cr->lost, " of ");
		put_comment(&cr->lost, column);
	}
	buf_puts(&cr->lost, ": ");
	put_comment(&cr->lost, sql);
	buf_putc(&cr->lost, '\n');
	if (cr->how->lost != NULL)
		cr->how->lost(cr->how->cookie, column, what, sql);
}

static int
is_numbered(const struct column *c)
{

	return (c->identity != NULL || c->autoincrement ||
	    (c->default_sql != NULL && sqldefault_kind(c->default_sql,
	    c->type) == SQLDEFAULT_SEQUENCE));
}

/* What compares bytes is SQLite's rule. */
static int
is_binary(const char *collation)
{

	return (strstr(collation, "\"C\"") != NULL ||
	    strstr(collation, "\"POSIX\"") != NULL ||
	    strcmp(collation, "BINARY") == 0);
}

/* Note what only the source can do with a column. */
static void
note_column(struct create *cr, size_t i)
{
	const struct column *c = &cr->t->columns[i];

	if (!cr->how->faithful)
		return;
	if (c->collation != NULL && !is_binary(c->collation))
		add_lost(cr, c->name, "collation", c->collation);
	if (c->generated)
		add_lost(cr, c->name, "generation", c->generated_sql != NULL ?
		    c->generated_sql : "not told");
	else if (is_numbered(c) && !is_row_number(cr->t, i))
		add_lost(cr, c->name, "numbering", c->identity != NULL ?
		    c->identity : c->default_sql != NULL ? c->default_sql :
		    "autoincrement");
}

/* Append a column's definition. */
static void
put_column(struct create *cr, size_t i)
{
	const struct table *t = cr->t;
	const struct column *c = &t->columns[i];
	const char *affinity = ddl_sqlite_affinity(c->type,
	    cr->how->numeric);
	int not_null = c->not_null || is_key(t, i);
	struct buf *b = cr->b;

	ddl_quote(b, c->name);
	buf_putc(b, ' ');
	buf_puts(b, affinity);
	note_column(cr, i);
	if (is_row_number(t, i)) {
		if (cr->how->faithful && t->primary.name != NULL) {
			buf_puts(b, " CONSTRAINT ");
			ddl_quote(b, t->primary.name);
		}
		buf_puts(b, " PRIMARY KEY");
		if (cr->how->faithful && is_numbered(c))
			buf_puts(b, " AUTOINCREMENT");
		return;
	}
	if (not_null)
		buf_puts(b, " NOT NULL");
	if (!put_default(b, c, affinity))
		add_lost(cr, c->name, "default", c->default_sql != NULL ?
		    c->default_sql : c->default_json);
	put_type_check(b, c, not_null);
}

static void
put_names(struct buf *b, const struct table *t, const struct column_list *list)
{
	size_t i;

	buf_puts(b, " (");
	for (i = 0; i < list->n; i++) {
		if (i > 0)
			buf_puts(b, ", ");
		ddl_quote(b, t->columns[list->v[i]].name);
	}
	buf_putc(b, ')');
}

/* Append ON DELETE or ON UPDATE, if it is one of SQL's actions. */
static void
put_action(struct buf *b, const char *event, const char *action)
{
	static const char *const actions[] = {
		"CASCADE", "RESTRICT", "SET DEFAULT", "SET NULL"
	};
	size_t i;

	for (i = 0; action != NULL &&
	    i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(action, actions[i]) == 0)
			buf_printf(b, " ON %s %s", event, action);
}

static int
is_self(const struct table *t, const struct table_ref *ref)
{

	return (strcmp(ref->table, t->name) == 0 &&
	    (ref->table_schema == NULL || (t->schema != NULL &&
	    strcmp(ref->table_schema, t->schema) == 0)));
}

/* What the referenced table is called, or NULL when it is not to be. */
static const char *
find_name(const struct create *cr, const struct table_ref *ref)
{

	if (is_self(cr->t, ref))
		return (cr->how->name);
	if (cr->how->find != NULL)
		return (cr->how->find(cr->how->cookie, ref));
	return (ref->table);
}

static void
put_constraint_name(const struct create *cr, const char *name)
{

	if (!cr->how->faithful || name == NULL)
		return;
	buf_puts(cr->b, "CONSTRAINT ");
	ddl_quote(cr->b, name);
	buf_putc(cr->b, ' ');
}

static void
put_ref(struct create *cr, const struct table_ref *ref, const char *to)
{
	struct buf *b = cr->b;
	size_t i;

	put_constraint_name(cr, ref->name);
	buf_puts(b, "FOREIGN KEY");
	put_names(b, cr->t, &ref->columns);
	buf_puts(b, " REFERENCES ");
	ddl_quote(b, to);
	buf_puts(b, " (");
	for (i = 0; i < ref->columns.n; i++) {
		if (i > 0)
			buf_puts(b, ", ");
		ddl_quote(b, ref->fields[i]);
	}
	buf_putc(b, ')');
	put_action(b, "DELETE", ref->on_delete);
	put_action(b, "UPDATE", ref->on_update);
	if (!cr->how->faithful || (ref->deferrable && ref->deferred))
		buf_puts(b, " DEFERRABLE INITIALLY DEFERRED");
	else if (ref->deferrable)
		buf_puts(b, " DEFERRABLE INITIALLY IMMEDIATE");
}

/* End an item: a comma, a comment, a new line. */
static void
end_item(struct create *cr, const struct column *c)
{

	if (++cr->items < cr->total)
		buf_putc(cr->b, ',');
	if (c != NULL)
		ddl_sqlite_type_comment(c, cr->b);
	buf_putc(cr->b, '\n');
}

/* What a key has that SQLite's keys have not. */
static void
note_key(struct create *cr, const struct table_key *key)
{
	const char *name = key->name != NULL ? key->name : "primary key";

	if (!cr->how->faithful)
		return;
	if (key->deferrable)
		add_lost(cr, NULL, "deferrable key", name);
	if (key->nulls_not_distinct)
		add_lost(cr, NULL, "nulls not distinct", name);
}

static int
is_taken(const struct create *cr, const struct table_key *key)
{

	/* With names, indexes are made as such. */
	return (!cr->how->faithful || !key->is_index);
}

static int
is_valid_ref(struct create *cr, const struct table_ref *ref)
{

	return (!ref->not_valid && find_name(cr, ref) != NULL);
}

static void
put_keys(struct create *cr, const struct table *t)
{
	size_t i;

	if (t->primary_key.n > 0 && !has_row_number(t)) {
		buf_puts(cr->b, "  ");
		put_constraint_name(cr, t->primary.name);
		buf_puts(cr->b, "PRIMARY KEY");
		put_names(cr->b, t, &t->primary_key);
		end_item(cr, NULL);
	}
	if (t->primary_key.n > 0)
		note_key(cr, &t->primary);
	for (i = 0; i < t->nunique; i++) {
		if (!is_taken(cr, &t->unique[i]))
			continue;
		buf_puts(cr->b, "  ");
		put_constraint_name(cr, t->unique[i].name);
		buf_puts(cr->b, "UNIQUE");
		put_names(cr->b, t, &t->unique[i].columns);
		end_item(cr, NULL);
		note_key(cr, &t->unique[i]);
	}
}

static void
put_refs(struct create *cr, const struct table *t)
{
	const struct table_ref *ref;
	size_t i;

	for (i = 0; i < t->nrefs; i++) {
		ref = &t->refs[i];
		if (!is_valid_ref(cr, ref)) {
			add_lost(cr, NULL, ref->not_valid ?
			    "foreign key that is not valid" :
			    "foreign key to what is not there", ref->table);
			continue;
		}
		buf_puts(cr->b, "  ");
		put_ref(cr, ref, find_name(cr, ref));
		end_item(cr, NULL);
		if (cr->how->faithful && ref->match != NULL)
			add_lost(cr, NULL, "match", ref->match);
		if (cr->how->faithful && ref->set_fields.n > 0)
			add_lost(cr, NULL, "columns that ON DELETE sets",
			    ref->name != NULL ? ref->name : ref->table);
	}
}

static void
put_constraints(struct create *cr, const struct table *t)
{

	put_keys(cr, t);
	put_refs(cr, t);
}

/* How many items put_constraints puts. */
static size_t
count_constraints(struct create *cr, const struct table *t)
{
	size_t i, n = t->primary_key.n > 0 && !has_row_number(t);

	for (i = 0; i < t->nunique; i++)
		n += is_taken(cr, &t->unique[i]) != 0;
	for (i = 0; i < t->nrefs; i++)
		n += is_valid_ref(cr, &t->refs[i]) != 0;
	return (n);
}

/* Translate the checks into ${text}, one after the other; ${ends} gets where
 * each ends, the same place as the one before for those that are lost. */
static void
translate_checks(struct create *cr, const struct table *t,
    enum ddl_numeric numeric, struct buf *text, size_t *ends)
{
	size_t i;

	for (i = 0; i < t->nchecks; i++) {
		if (!t->checks[i].not_valid &&
		    sqlcheck_sqlite(t->checks[i].sql, t, numeric, text))
			cr->total++;
		else
			add_lost(cr, NULL, "check", t->checks[i].sql);
		ends[i] = text->len;
	}
}

static void
put_checks(struct create *cr, const struct table *t, const struct buf *text,
    const size_t *ends)
{
	size_t i, at = 0;

	for (i = 0; i < t->nchecks; at = ends[i++]) {
		if (ends[i] == at)
			continue;
		buf_puts(cr->b, "  ");
		if (t->checks[i].name != NULL) {
			buf_puts(cr->b, "CONSTRAINT ");
			ddl_quote(cr->b, t->checks[i].name);
			buf_putc(cr->b, ' ');
		}
		buf_puts(cr->b, "CHECK (");
		buf_put(cr->b, text->s + at, ends[i] - at);
		buf_putc(cr->b, ')');
		end_item(cr, NULL);
	}
}

void
ddl_sqlite_create(const struct table *t, const struct ddl_sqlite_how *how,
    struct buf *b)
{
	struct create cr = { .t = t, .how = how, .b = b };
	size_t *ends = mem_array(t->nchecks + 1, sizeof(*ends));
	struct buf checks = { 0 };
	size_t i;

	(void)buf_need(&checks, 1);
	cr.total = t->ncolumns + count_constraints(&cr, t);
	translate_checks(&cr, t, how->numeric, &checks, ends);
	buf_printf(b, "CREATE TABLE %s", how->if_not_exists ?
	    "IF NOT EXISTS " : "");
	ddl_quote(b, how->name);
	buf_puts(b, " (\n");
	for (i = 0; i < t->ncolumns; i++) {
		buf_puts(b, "  ");
		put_column(&cr, i);
		end_item(&cr, &t->columns[i]);
	}
	put_constraints(&cr, t);
	put_checks(&cr, t, &checks, ends);
	buf_put(b, cr.lost.s, cr.lost.len);
	buf_puts(b, ") STRICT");
	buf_free(&cr.lost);
	buf_free(&checks);
	mem_free(ends);
}

void
ddl_sqlite(const struct table *t, const char *name, enum ddl_numeric numeric,
    struct buf *b)
{
	const struct ddl_sqlite_how how = { .name = name, .numeric = numeric };

	ddl_sqlite_create(t, &how, b);
}
