#include <string.h>
#include <strings.h>

#include "schema/script_sqlite.h"
#include "schema/sqlitedef.h"
#include "schema/sqltype.h"

/* The list in parentheses as it grows. */
struct list {
	struct script		*s;
	const struct table	*t;
	size_t			 n;
	const struct column	*last;	/* column on the line before */
};

static int
is_recorded(const struct column *c)
{

	return (c->sql_type != NULL && (c->declared == NULL ||
	    strcmp(c->declared, c->sql_type) != 0));
}

/* The type that a column came from stands behind the comma that ends its line,
 * as ddl_sqlite has it. */
static void
end_line(struct list *list)
{

	if (list->last != NULL && is_recorded(list->last))
		ddl_sqlite_type_comment(list->last, &list->s->b);
	list->last = NULL;
}

static void
begin_item(struct list *list)
{

	buf_puts(&list->s->b, list->n++ == 0 ? "" : ",");
	end_line(list);
	buf_puts(&list->s->b, "\n  ");
}

static void
put_name(struct buf *b, const char *name)
{

	if (name == NULL)
		return;
	buf_puts(b, "CONSTRAINT ");
	ddl_quote(b, name);
	buf_putc(b, ' ');
}

static void
put_conflict(struct buf *b, const char *conflict)
{
	static const char *const words[] = {
		"ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"
	};
	size_t i, k;

	for (i = 0; conflict != NULL &&
	    i < sizeof(words) / sizeof(words[0]); i++) {
		for (k = 0; words[i][k] != '\0' &&
		    (conflict[k] & ~0x20) == words[i][k]; k++)
			continue;
		if (words[i][k] == '\0' && conflict[k] == '\0')
			buf_printf(b, " ON CONFLICT %s", words[i]);
	}
}

/* A declared type may be any names; words and numbers need no quotes. */
static void
put_type(struct buf *b, const char *type)
{
	const char *s = type;

	if (type == NULL || type[0] == '\0')
		return;
	buf_putc(b, ' ');
	while ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
	    (s > type && ((*s >= '0' && *s <= '9') || *s == ' ' ||
	    *s == '_')))
		s++;
	if (*s == '(')
		s += strspn(s, "(0123456789, +-.)");
	if (*s == '\0')
		buf_puts(b, type);
	else
		ddl_quote(b, type);
}

static int
is_alone(const struct table *t, size_t i)
{

	return (t->primary_key.n == 1 && t->primary_key.v[0] == i);
}

static int
is_integer(const struct column *c)
{
	const char *s = c->declared != NULL ? c->declared : "";
	const char *word = "INTEGER";

	for (; *s != '\0' && *word != '\0'; s++, word++)
		if ((*s & ~0x20) != *word)
			return (0);
	return (*s == '\0' && *word == '\0');
}

/*
 * INTEGER PRIMARY KEY is the rowid, in a table that has one; except, by an old
 * mistake that SQLite keeps, INTEGER PRIMARY KEY DESC.
 */
static int
has_own_key(const struct table *t)
{
	const struct column *c;

	if (t->primary_key.n != 1 || t->without_rowid)
		return (0);
	c = &t->columns[t->primary_key.v[0]];
	return (is_integer(c));
}

static void
put_own_key(struct list *list, const struct column *c)
{
	const struct table *t = list->t;
	struct buf *b = &list->s->b;

	buf_putc(b, ' ');
	put_name(b, t->primary.name);
	buf_puts(b, "PRIMARY KEY");
	if (c->identity == NULL && !is_recorded(c))
		buf_puts(b, " DESC");
	put_conflict(b, t->primary.on_conflict);
	if (c->autoincrement)
		buf_puts(b, " AUTOINCREMENT");
}

/* Say that an expression is none, or return 1. */
static int
is_good(struct list *list, const char *column, const char *what,
    const char *sql)
{

	if (script_is_expression(sql, SCRIPT_SQLITE))
		return (1);
	script_lost(list->s, list->t, column, "%s: %s", what, sql);
	return (0);
}

static void
put_check(struct list *list, const char *name, const char *sql)
{
	struct buf *b = &list->s->b;

	buf_putc(b, ' ');
	put_name(b, name);
	buf_puts(b, "CHECK (");
	buf_puts(b, sql);
	buf_putc(b, ')');
}

static void
put_column(struct list *list, size_t i)
{
	const struct column *c = &list->t->columns[i];
	struct buf *b = &list->s->b, check = { 0 };

	begin_item(list);
	ddl_quote(b, c->name);
	put_type(b, c->declared != NULL ? c->declared :
	    ddl_sqlite_affinity(c->type, list->s->opts->numeric));
	if (has_own_key(list->t) && is_alone(list->t, i)) {
		put_own_key(list, c);
	} else if (c->not_null && !(is_alone(list->t, i) &&
	    list->t->strict)) {
		buf_puts(b, " NOT NULL");
		put_conflict(b, c->on_conflict);
	}
	if (c->collation != NULL) {
		buf_puts(b, " COLLATE ");
		ddl_quote(b, c->collation);
	}
	if (c->default_sql != NULL &&
	    is_good(list, c->name, "default", c->default_sql))
		buf_printf(b, " DEFAULT (%s)", c->default_sql);
	if (c->generated_sql != NULL &&
	    is_good(list, c->name, "generation", c->generated_sql))
		buf_printf(b, " GENERATED ALWAYS AS (%s) %s",
		    c->generated_sql, c->is_virtual ? "VIRTUAL" : "STORED");
	if ((is_recorded(c) || c->nlabels > 0) &&
	    ddl_sqlite_check(c, c->not_null, &check))
		put_check(list, NULL, buf_z(&check));
	list->last = c;
	buf_free(&check);
}

static void
put_key(struct list *list, const struct table_key *key,
    const struct column_list *columns, const char *word)
{
	struct buf *b = &list->s->b;

	begin_item(list);
	put_name(b, key->name);
	buf_puts(b, word);
	ddl_columns(b, list->t, columns);
	put_conflict(b, key->on_conflict);
}

static void
put_ref(struct list *list, const struct table_ref *ref)
{
	struct buf *b = &list->s->b;
	size_t i;

	begin_item(list);
	put_name(b, ref->name);
	buf_puts(b, "FOREIGN KEY ");
	ddl_columns(b, list->t, &ref->columns);
	buf_puts(b, " REFERENCES ");
	ddl_quote(b, ref->table);
	for (i = 0; i < ref->columns.n && ref->fields[i] != NULL; i++) {
		buf_puts(b, i == 0 ? " (" : ", ");
		ddl_quote(b, ref->fields[i]);
	}
	buf_puts(b, i > 0 ? ")" : "");
	if (ref->on_delete != NULL)
		buf_printf(b, " ON DELETE %s", ref->on_delete);
	if (ref->on_update != NULL)
		buf_printf(b, " ON UPDATE %s", ref->on_update);
	if (ref->deferrable)
		buf_printf(b, " DEFERRABLE INITIALLY %s", ref->deferred ?
		    "DEFERRED" : "IMMEDIATE");
}

static void
put_items(struct list *list)
{
	const struct table *t = list->t;
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		put_column(list, i);
	if (t->primary_key.n > 0 && !has_own_key(t))
		put_key(list, &t->primary, &t->primary_key, "PRIMARY KEY ");
	for (i = 0; i < t->nunique; i++)
		if (!t->unique[i].is_index)
			put_key(list, &t->unique[i], &t->unique[i].columns,
			    "UNIQUE ");
	for (i = 0; i < t->nrefs; i++)
		put_ref(list, &t->refs[i]);
	for (i = 0; i < t->nchecks; i++) {
		if (!is_good(list, NULL, "check", t->checks[i].sql))
			continue;
		begin_item(list);
		list->s->b.len--;
		put_check(list, t->checks[i].name, t->checks[i].sql);
	}
	end_line(list);
}

static void
put_table(struct script *s, const struct table *t)
{
	struct list list = { .s = s, .t = t };
	size_t start = script_begin(s);

	buf_printf(&s->b, "CREATE TABLE %s", s->opts->if_not_exists ?
	    "IF NOT EXISTS " : "");
	ddl_quote(&s->b, t->name);
	buf_puts(&s->b, " (");
	put_items(&list);
	buf_puts(&s->b, "\n)");
	if (t->strict)
		buf_puts(&s->b, " STRICT");
	if (t->without_rowid)
		buf_puts(&s->b, t->strict ? ", WITHOUT ROWID" :
		    " WITHOUT ROWID");
	buf_puts(&s->b, ";\n");
	script_end(s, start);
}

static void
put_index(struct script *s, const struct table *t,
    const struct table_index *x)
{
	const struct index_part *p;
	size_t i;

	buf_printf(&s->b, "CREATE %sINDEX %s", x->is_unique ? "UNIQUE " : "",
	    s->opts->if_not_exists ? "IF NOT EXISTS " : "");
	ddl_quote(&s->b, x->name);
	buf_puts(&s->b, " ON ");
	ddl_quote(&s->b, t->name);
	buf_puts(&s->b, " (");
	for (i = 0; i < x->nparts; i++) {
		p = &x->parts[i];
		buf_puts(&s->b, i == 0 ? "" : ", ");
		if (p->field != NULL)
			ddl_quote(&s->b, p->field);
		else
			buf_puts(&s->b, p->sql);
		if (p->collation != NULL) {
			buf_puts(&s->b, " COLLATE ");
			ddl_quote(&s->b, p->collation);
		}
		buf_puts(&s->b, p->desc ? " DESC" : "");
	}
	buf_putc(&s->b, ')');
	if (x->where != NULL)
		buf_printf(&s->b, " WHERE %s", x->where);
	buf_puts(&s->b, ";\n");
}

static int
is_good_index(const struct table_index *x)
{
	size_t i;

	for (i = 0; i < x->nparts; i++)
		if (x->parts[i].field == NULL &&
		    !script_is_expression(x->parts[i].sql, SCRIPT_SQLITE))
			return (0);
	return (x->nparts > 0 && (x->where == NULL ||
	    script_is_expression(x->where, SCRIPT_SQLITE)));
}

static void
put_view(struct script *s, const struct table *t)
{
	size_t i;

	if (!script_is_expression(t->view, SCRIPT_SQLITE)) {
		script_lost(s, t, NULL, "view: %s", t->view != NULL ?
		    t->view : "its query is not told");
		return;
	}
	buf_printf(&s->b, "CREATE VIEW %s", s->opts->if_not_exists ?
	    "IF NOT EXISTS " : "");
	ddl_quote(&s->b, t->name);
	for (i = 0; i < t->ncolumns; i++) {
		buf_puts(&s->b, i == 0 ? " (" : ", ");
		ddl_quote(&s->b, t->columns[i].name);
	}
	buf_puts(&s->b, t->ncolumns > 0 ? ")" : "");
	buf_printf(&s->b, " AS\n%s;\n", t->view);
}

/* Append a statement that SQLite has kept, and so begins as it has it begin:
 * CREATE TRIGGER, CREATE VIRTUAL TABLE. */
static void
put_statement(struct script *s, const struct table *t, const char *what,
    const char *begin, const char *sql)
{
	size_t len = strlen(begin);

	if (sql == NULL || !script_is_statement(sql, SCRIPT_SQLITE) ||
	    strncasecmp(sql, begin, len) != 0) {
		script_lost(s, t, NULL, "%s: %s", what, sql != NULL ? sql :
		    "its statement is not told");
		return;
	}
	buf_put(&s->b, sql, len);
	buf_puts(&s->b, s->opts->if_not_exists ? "IF NOT EXISTS " : "");
	buf_puts(&s->b, sql + len);
	buf_puts(&s->b, ";\n");
}

void
script_sqlite_native(struct script *s, const struct table *t)
{
	size_t i;

	if (t->kind != NULL && strcmp(t->kind, "view") == 0)
		put_view(s, t);
	else if (t->kind != NULL)
		put_statement(s, t, t->kind, "CREATE VIRTUAL TABLE ",
		    t->virtual_table);
	else
		put_table(s, t);
	for (i = 0; i < t->nindexes; i++) {
		if (is_good_index(&t->indexes[i]))
			put_index(s, t, &t->indexes[i]);
		else
			script_lost(s, t, NULL, "index %s",
			    t->indexes[i].name);
	}
	for (i = 0; i < t->triggers.n; i++)
		put_statement(s, t, "trigger", "CREATE TRIGGER ",
		    t->triggers.v[i].sql);
}
