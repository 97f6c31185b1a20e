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

static void
put_quoted(struct buf *b, const char *s, char quote)
{

	buf_putc(b, quote);
	for (; *s != '\0'; s++) {
		if (*s == quote)
			buf_putc(b, quote);
		buf_putc(b, *s);
	}
	buf_putc(b, quote);
}

void
ddl_quote(struct buf *b, const char *name)
{

	put_quoted(b, name, '"');
}

void
ddl_quote_string(struct buf *b, const char *s)
{

	put_quoted(b, s, '\'');
}

enum column_type
ddl_column_type(const char *sql_type)
{
	struct sqltype st;

	(void)sqltype_read(&st, sql_type, strlen(sql_type));
	return (st.type);
}

const char *
ddl_sqlite_affinity(enum column_type type, enum ddl_numeric numeric)
{

	switch (type) {
	case COLUMN_SMALLINT:
	case COLUMN_INTEGER:
	case COLUMN_BIGINT:
	case COLUMN_BOOLEAN:
		return ("INTEGER");
	case COLUMN_NUMERIC:
		return (numeric == DDL_NUMERIC_TEXT ? "TEXT" : "REAL");
	case COLUMN_REAL:
	case COLUMN_DOUBLE:
		return ("REAL");
	case COLUMN_BYTEA:
		return ("BLOB");
	case COLUMN_ANY:
		return ("ANY");
	default:
		return ("TEXT");
	}
}

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

static void
put_type_comment(struct buf *b, const struct column *c)
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

	buf_puts(b, " CHECK (");
	if (in)
		buf_printf(b, "%s IN (", name);
	for (i = 0; i < c->nlabels; i++) {
		if (i > 0)
			buf_puts(b, in ? ", " : " OR ");
		if (!in)
			buf_printf(b, "%s = ", name);
		ddl_quote_string(b, c->labels[i]);
	}
	buf_puts(b, in ? "))" : ")");
}

/* json_valid is false for null in older releases of SQLite. */
static void
put_json_check(struct buf *b, const char *name, int not_null)
{

	if (not_null)
		buf_printf(b, " CHECK (json_valid(%s))", name);
	else
		buf_printf(b, " CHECK (%s IS NULL OR json_valid(%s))", name,
		    name);
}

/* What the source's type promised and SQLite's does not. */
static void
put_type_check(struct buf *b, const struct column *c, int not_null)
{
	struct buf name = { 0 };

	ddl_quote(&name, c->name);
	switch (c->type) {
	case COLUMN_BOOLEAN:
		buf_printf(b, " CHECK (%s IN (0, 1))", buf_z(&name));
		break;
	case COLUMN_UUID:
		buf_printf(b, " CHECK (length(%s) = 36)", buf_z(&name));
		break;
	case COLUMN_JSON:
	case COLUMN_ARRAY:
	case COLUMN_COMPOSITE:
		put_json_check(b, buf_z(&name), not_null);
		break;
	case COLUMN_ENUM:
		if (c->nlabels > 0)
			put_labels_check(b, c, buf_z(&name));
		break;
	case COLUMN_TEXT:
		if (c->max_length >= 0)
			buf_printf(b, " CHECK (length(%s) <= %lld)",
			    buf_z(&name), (long long)c->max_length);
		break;
	default:
		break;
	}
	buf_free(&name);
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

/* Append a column's definition; note in ${lost} a default that is lost. */
static void
put_column(struct buf *b, const struct table *t, size_t i,
    enum ddl_numeric numeric, struct buf *lost)
{
	const struct column *c = &t->columns[i];
	const char *affinity = ddl_sqlite_affinity(c->type, numeric);
	int not_null = c->not_null || is_key(t, i);

	ddl_quote(b, c->name);
	buf_putc(b, ' ');
	buf_puts(b, affinity);
	if (is_row_number(t, i)) {
		buf_puts(b, " PRIMARY KEY");
		return;
	}
	if (not_null)
		buf_puts(b, " NOT NULL");
	if (!put_default(b, c, affinity)) {
		buf_puts(lost, "  -- default of ");
		put_comment(lost, c->name);
		buf_puts(lost, ": ");
		put_comment(lost, c->default_sql != NULL ? c->default_sql :
		    c->default_json);
		buf_putc(lost, '\n');
	}
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

static void
put_ref(struct buf *b, const struct table *t, const char *name,
    const struct table_ref *ref)
{
	size_t i;

	buf_puts(b, "FOREIGN KEY");
	put_names(b, t, &ref->columns);
	buf_puts(b, " REFERENCES ");
	ddl_quote(b, is_self(t, ref) ? name : ref->table);
	buf_puts(b, " (");
	for (i = 0; i < ref->columns.n; i++) {
		if (i > 0)
			buf_puts(b, ", ");
		ddl_quote(b, ref->fields[i]);
	}
	buf_putc(b, ')');
	put_action(b, "DELETE", ref->on_delete);
	put_action(b, "UPDATE", ref->on_update);
	buf_puts(b, " DEFERRABLE INITIALLY DEFERRED");
}

/* The statement as it grows. */
struct create {
	struct buf	*b;
	size_t		 items, total;	/* of the list in parentheses */
	struct buf	 lost;		/* lines of comment at its end */
};

/* End an item: a comma, a comment, a new line. */
static void
end_item(struct create *cr, const struct column *c)
{

	if (++cr->items < cr->total)
		buf_putc(cr->b, ',');
	if (c != NULL)
		put_type_comment(cr->b, c);
	buf_putc(cr->b, '\n');
}

static void
put_constraints(struct create *cr, const struct table *t, const char *name)
{
	size_t i;

	if (t->primary_key.n > 0 && !has_row_number(t)) {
		buf_puts(cr->b, "  PRIMARY KEY");
		put_names(cr->b, t, &t->primary_key);
		end_item(cr, NULL);
	}
	for (i = 0; i < t->nunique; i++) {
		buf_puts(cr->b, "  UNIQUE");
		put_names(cr->b, t, &t->unique[i].columns);
		end_item(cr, NULL);
	}
	for (i = 0; i < t->nrefs; i++) {
		buf_puts(cr->b, "  ");
		put_ref(cr->b, t, name, &t->refs[i]);
		end_item(cr, NULL);
	}
}

/* Translate the checks into ${text}, one after the other; ${ends} gets where
 * each ends, the same place as the one before for those that are lost. */
static void
translate_checks(struct create *cr, const struct table *t,
    enum ddl_numeric numeric, struct buf *text, size_t *ends)
{
	size_t i;

	for (i = 0; i < t->nchecks; i++) {
		if (sqlcheck_sqlite(t->checks[i].sql, t, numeric, text)) {
			cr->total++;
		} else {
			buf_puts(&cr->lost, "  -- check: ");
			put_comment(&cr->lost, t->checks[i].sql);
			buf_putc(&cr->lost, '\n');
		}
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
ddl_sqlite(const struct table *t, const char *name, enum ddl_numeric numeric,
    struct buf *b)
{
	struct create cr = { .b = b };
	size_t *ends = mem_array(t->nchecks + 1, sizeof(*ends));
	struct buf checks = { 0 };
	size_t i;

	cr.total = t->ncolumns + t->nunique + t->nrefs +
	    (t->primary_key.n > 0 && !has_row_number(t));
	translate_checks(&cr, t, numeric, &checks, ends);
	buf_puts(b, "CREATE TABLE ");
	ddl_quote(b, name);
	buf_puts(b, " (\n");
	for (i = 0; i < t->ncolumns; i++) {
		buf_puts(b, "  ");
		put_column(b, t, i, numeric, &cr.lost);
		end_item(&cr, &t->columns[i]);
	}
	put_constraints(&cr, t, name);
	put_checks(&cr, t, &checks, ends);
	buf_put(b, cr.lost.s, cr.lost.len);
	buf_puts(b, ") STRICT");
	buf_free(&cr.lost);
	buf_free(&checks);
	mem_free(ends);
}

/*
 * Reading CREATE TABLE back: just enough of SQLite's tokens to know where a
 * column begins and which comment stands on its line.
 */
enum token_kind {
	TOKEN_END, TOKEN_WORD, TOKEN_NAME, TOKEN_OPEN, TOKEN_CLOSE,
	TOKEN_COMMA, TOKEN_COMMENT, TOKEN_OTHER
};

struct token {
	enum token_kind	 kind;
	const char	*s;	/* without quotes and comment marks */
	size_t		 len;
	char		 quote;	/* TOKEN_NAME: doubled inside it, or 0 */
};

struct scan {
	const char	*s, *end;
	int		 new_line;	/* the last token began a line */
};

static int
is_word(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '$' ||
	    (unsigned char)c >= 0x80);
}

/* Scan to the ${quote} that ends what was opened just before. */
static void
scan_quoted(struct scan *sc, struct token *tok, char quote)
{

	tok->kind = TOKEN_NAME;
	tok->quote = quote == ']' ? '\0' : quote;
	tok->s = sc->s;
	for (; sc->s < sc->end; sc->s++) {
		if (*sc->s != quote)
			continue;
		if (quote == ']' || sc->s + 1 == sc->end || sc->s[1] != quote)
			break;
		sc->s++;
	}
	tok->len = (size_t)(sc->s - tok->s);
	if (sc->s < sc->end)
		sc->s++;
}

static void
scan_line_comment(struct scan *sc, struct token *tok)
{
	const char *nl;

	sc->s += 2;
	nl = memchr(sc->s, '\n', (size_t)(sc->end - sc->s));
	tok->kind = TOKEN_COMMENT;
	tok->s = sc->s;
	sc->s = nl == NULL ? sc->end : nl;
	tok->len = (size_t)(sc->s - tok->s);
}

static void
skip_block_comment(struct scan *sc)
{

	for (sc->s += 2; sc->s < sc->end; sc->s++) {
		if (*sc->s == '\n')
			sc->new_line = 1;
		if (*sc->s == '*' && sc->end - sc->s > 1 && sc->s[1] == '/') {
			sc->s += 2;
			return;
		}
	}
}

/* Skip white space and block comments, which say nothing here. */
static void
skip_blank(struct scan *sc)
{

	for (sc->new_line = 0; sc->s < sc->end; ) {
		if (*sc->s == '\n')
			sc->new_line = 1;
		if (*sc->s != '\0' && strchr(" \t\r\n\f", *sc->s) != NULL)
			sc->s++;
		else if (*sc->s == '/' && sc->end - sc->s > 1 &&
		    sc->s[1] == '*')
			skip_block_comment(sc);
		else
			break;
	}
}

static void
next_token(struct scan *sc, struct token *tok)
{
	char c;

	skip_blank(sc);
	tok->kind = TOKEN_END;
	tok->s = sc->s;
	tok->len = 1;
	tok->quote = '\0';
	if (sc->s == sc->end)
		return;
	c = *sc->s;
	if (c == '-' && sc->end - sc->s > 1 && sc->s[1] == '-') {
		scan_line_comment(sc, tok);
		return;
	}
	if (is_word(c)) {
		tok->kind = TOKEN_WORD;
		while (sc->s < sc->end && is_word(*sc->s))
			sc->s++;
		tok->len = (size_t)(sc->s - tok->s);
		return;
	}
	sc->s++;
	if (c == '"' || c == '`' || c == '\'' || c == '[')
		scan_quoted(sc, tok, c == '[' ? ']' : c);
	else
		tok->kind = c == '(' ? TOKEN_OPEN : c == ')' ? TOKEN_CLOSE :
		    c == ',' ? TOKEN_COMMA : TOKEN_OTHER;
}

static int
token_is(const struct token *tok, const char *word)
{
	size_t i;

	if (tok->kind != TOKEN_WORD || tok->len != strlen(word))
		return (0);
	for (i = 0; i < tok->len; i++)
		if ((tok->s[i] | 0x20) != (word[i] | 0x20))
			return (0);
	return (1);
}

static int
begins_constraint(const struct token *tok)
{

	return (token_is(tok, "CONSTRAINT") || token_is(tok, "PRIMARY") ||
	    token_is(tok, "UNIQUE") || token_is(tok, "CHECK") ||
	    token_is(tok, "FOREIGN"));
}

/* The column that the token names, or -1. */
static ptrdiff_t
column_of(const struct table *t, const struct token *tok)
{
	struct buf name = { 0 };
	ptrdiff_t column;
	size_t i;

	if ((tok->kind != TOKEN_WORD && tok->kind != TOKEN_NAME) ||
	    begins_constraint(tok))
		return (-1);
	(void)buf_need(&name, tok->len + 1);
	for (i = 0; i < tok->len; i++) {
		buf_putc(&name, tok->s[i]);
		if (tok->quote != '\0' && tok->s[i] == tok->quote)
			i++;
	}
	column = table_find_column(t, name.s, name.len);
	buf_free(&name);
	return (column);
}

/* Where the last " is " stands in the comment; or len. */
static size_t
find_is(const char *s, size_t len)
{
	size_t i;

	for (i = len; i-- > 4; )
		if (memcmp(s + i - 4, " is ", 4) == 0)
			return (i - 4);
	return (len);
}

/* Give the column the type that the comment names, if it names one that fits
 * the declared type. */
static void
apply_comment(struct column *c, const struct token *comment,
    const struct token *declared, struct arena *a)
{
	const char *s = comment->s;
	size_t len = comment->len, name;
	struct sqltype st;

	for (; len > 0 && *s == ' '; len--)
		s++;
	while (len > 0 && strchr(" \t\r", s[len - 1]) != NULL)
		len--;
	name = find_is(s, len);
	if (!sqltype_read(&st, s, len) && (name == len ||
	    !sqltype_read(&st, s + name + 4, len - name - 4)))
		return;
	if (!token_is(declared, ddl_sqlite_affinity(st.type,
	    DDL_NUMERIC_REAL)) && !token_is(declared,
	    ddl_sqlite_affinity(st.type, DDL_NUMERIC_TEXT)))
		return;
	c->type = st.type;
	c->sql_type = arena_dup(a, s, name);
	c->precision = st.precision;
	c->scale = st.scale;
}

/* Move ${sc} behind the parenthesis that opens the list of columns. */
static int
find_columns(struct scan *sc)
{
	struct token tok;

	do {
		next_token(sc, &tok);
		if (token_is(&tok, "AS"))
			return (0);
	} while (tok.kind != TOKEN_OPEN && tok.kind != TOKEN_END);
	return (tok.kind == TOKEN_OPEN);
}

void
ddl_sqlite_types(const char *sql, size_t len, struct table *t,
    struct arena *a)
{
	struct scan sc = { .s = sql, .end = sql + len };
	struct token tok, declared = { TOKEN_END, sql, 0, '\0' };
	ptrdiff_t column = -1;
	int depth = 1, place = 0;	/* tokens into the definition */

	if (!find_columns(&sc))
		return;
	while (depth > 0) {
		next_token(&sc, &tok);
		/* The comment of a column stands on the line it ends on. */
		if (sc.new_line && (tok.kind == TOKEN_COMMENT || place == 0))
			column = -1;
		if (tok.kind == TOKEN_END)
			return;
		if (tok.kind == TOKEN_COMMENT) {
			if (column >= 0)
				apply_comment(&t->columns[column], &tok,
				    &declared, a);
			column = -1;
			continue;
		}
		if (tok.kind == TOKEN_OPEN)
			depth++;
		else if (tok.kind == TOKEN_CLOSE)
			depth--;
		if (tok.kind == TOKEN_COMMA && depth == 1) {
			place = 0;
			continue;
		}
		if (place == 0) {
			column = column_of(t, &tok);
			declared.kind = TOKEN_END;
		} else if (place == 1)
			declared = tok;
		place++;
	}
}
