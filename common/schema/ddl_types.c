#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "schema/ddl.h"
#include "schema/sqltoken.h"
#include "schema/sqltype.h"

/*
 * Reading CREATE TABLE back: where a column begins, and which comment stands
 * on its line.
 */
static int
begins_constraint(const struct sqltoken *tok)
{

	return (sqltoken_is(tok, "CONSTRAINT") || sqltoken_is(tok, "PRIMARY") ||
	    sqltoken_is(tok, "UNIQUE") || sqltoken_is(tok, "CHECK") ||
	    sqltoken_is(tok, "FOREIGN"));
}

/* The column that the token names, or -1. */
static ptrdiff_t
column_of(const struct table *t, const struct sqltoken *tok)
{
	struct buf name = { 0 };
	ptrdiff_t column;

	if ((tok->kind != SQLTOKEN_WORD && tok->kind != SQLTOKEN_NAME) ||
	    begins_constraint(tok))
		return (-1);
	(void)buf_need(&name, tok->len + 1);
	sqltoken_name(tok, &name);
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
apply_comment(struct column *c, const struct sqltoken *comment,
    const struct sqltoken *declared, struct arena *a)
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
	if (!sqltoken_is(declared, ddl_sqlite_affinity(st.type,
	    DDL_NUMERIC_REAL)) && !sqltoken_is(declared,
	    ddl_sqlite_affinity(st.type, DDL_NUMERIC_TEXT)))
		return;
	c->type = st.type;
	c->sql_type = arena_dup(a, s, name);
	c->precision = st.precision;
	c->scale = st.scale;
}

/* Move ${sc} behind the parenthesis that opens the list of columns. */
static int
find_columns(struct sqltoken_scan *sc)
{
	struct sqltoken tok;

	do {
		sqltoken_next(sc, &tok);
		if (sqltoken_is(&tok, "AS"))
			return (0);
	} while (tok.kind != SQLTOKEN_OPEN && tok.kind != SQLTOKEN_END);
	return (tok.kind == SQLTOKEN_OPEN);
}

void
ddl_sqlite_types(const char *sql, size_t len, struct table *t,
    struct arena *a)
{
	struct sqltoken_scan sc = { .s = sql, .end = sql + len };
	struct sqltoken tok, declared = { .s = sql };
	ptrdiff_t column = -1;
	int depth = 1, place = 0;	/* tokens into the definition */

	if (!find_columns(&sc))
		return;
	while (depth > 0) {
		sqltoken_next(&sc, &tok);
		/* The comment of a column stands on the line it ends on. */
		if (sc.new_line && (tok.kind == SQLTOKEN_COMMENT || place == 0))
			column = -1;
		if (tok.kind == SQLTOKEN_END)
			return;
		if (tok.kind == SQLTOKEN_COMMENT) {
			if (column >= 0)
				apply_comment(&t->columns[column], &tok,
				    &declared, a);
			column = -1;
			continue;
		}
		if (tok.kind == SQLTOKEN_OPEN)
			depth++;
		else if (tok.kind == SQLTOKEN_CLOSE)
			depth--;
		if (tok.kind == SQLTOKEN_COMMA && depth == 1) {
			place = 0;
			continue;
		}
		if (place == 0) {
			column = column_of(t, &tok);
			declared.kind = SQLTOKEN_END;
		} else if (place == 1)
			declared = tok;
		place++;
	}
}
