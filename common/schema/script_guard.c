#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "json/json.h"
#include "schema/script.h"
#include "schema/sqltoken.h"

#define DEPTH_MAX	1000	/* levels of parentheses */

static int
is_letter(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (unsigned char)c >= 0x80);
}

static int
is_word(char c)
{

	return (is_letter(c) || (c >= '0' && c <= '9') || c == '$');
}

/* What ends behind ${s}, where a quote begins; NULL when it never ends. */
static const char *
skip_quoted(const char *s, int escapes)
{
	char quote = *s == '[' ? ']' : *s;

	for (s++; *s != '\0'; s++) {
		if (*s == quote && (quote == ']' || s[1] != quote))
			return (s + 1);
		if (*s == quote || (escapes && *s == '\\' && s[1] != '\0'))
			s++;
	}
	return (NULL);
}

/* The same for $tag$ ... $tag$; ${s} itself when no such quote begins. */
static const char *
skip_dollars(const char *s)
{
	const char *tag = s + 1, *end;
	size_t len;

	if (*tag != '$' && !is_letter(*tag))
		return (s);
	while (is_word(*tag) && *tag != '$')
		tag++;
	if (*tag != '$')
		return (s);
	len = (size_t)(tag - s) + 1;
	for (end = s + len; *end != '\0'; end++)
		if (strncmp(end, s, len) == 0)
			return (end + len);
	return (NULL);
}

/* Skip a string, a quoted name or a word; ${s} itself when there is none. */
static const char *
skip_word(const char *s, enum script_engine engine)
{
	int pg = engine == SCRIPT_PG;

	if (pg && (*s == 'E' || *s == 'e') && s[1] == '\'')
		return (skip_quoted(s + 1, 1));
	if (*s == '\'' || *s == '"' || (!pg && (*s == '`' || *s == '[')))
		return (skip_quoted(s, 0));
	if (pg && *s == '$')
		return (skip_dollars(s));
	while (is_word(*s))
		s++;
	return (s);
}

/*
 * Go through the text, with ${body} allowing semicolons outside parentheses.
 * No comments: what is kept has none, and one at the end would hide what
 * follows it.  A backslash outside quotes is a command of psql.
 */
static int
is_whole(const char *s, enum script_engine engine, int body)
{
	const char *next;
	int depth = 0;

	while (*s != '\0') {
		if ((next = skip_word(s, engine)) == NULL)
			return (0);
		if (next != s) {
			s = next;
			continue;
		}
		if ((s[0] == '-' && s[1] == '-') ||
		    (s[0] == '/' && s[1] == '*') ||
		    (*s == '\\' && engine == SCRIPT_PG) ||
		    (*s == ';' && depth == 0 && !body))
			return (0);
		if (*s == '(' || *s == '[')
			depth++;
		if ((*s == ')' || *s == ']') && --depth < 0)
			return (0);
		if (depth > DEPTH_MAX)
			return (0);
		s++;
	}
	return (depth == 0);
}

int
script_is_expression(const char *sql, enum script_engine engine)
{

	return (sql != NULL && sql[strspn(sql, " \t\r\n")] != '\0' &&
	    is_whole(sql, engine, 0));
}

/* Does ${sql} begin with ${word}, in whatever case? */
static int
begins_with(const char *sql, const char *word)
{

	for (; *word != '\0'; sql++, word++)
		if ((*sql | 0x20) != (*word | 0x20))
			return (0);
	return (1);
}

/* A trigger of SQLite: semicolons stand between BEGIN and the END that ends
 * it.  Comments may stand anywhere. */
static int
is_sqlite_statement(const char *sql)
{
	struct sqltoken_scan sc = { sql, sql + strlen(sql), 0 };
	int begun = 0, ended = 1, depth = 0;
	struct sqltoken tok;

	for (sqltoken_next(&sc, &tok); tok.kind != SQLTOKEN_END;
	    sqltoken_next(&sc, &tok)) {
		if (tok.kind == SQLTOKEN_COMMENT)
			continue;
		if (sqltoken_is(&tok, "BEGIN"))
			begun = 1;
		if (sqltoken_is(&tok, "CASE"))
			depth++;
		ended = sqltoken_is(&tok, "END");
		if (ended && depth > 0)
			depth--;
		else if (ended)
			begun = -1;
		else if (begun < 0 || (*tok.s == ';' && !begun &&
		    tok.kind == SQLTOKEN_OTHER))
			return (0);
	}
	return (begun == 0 || (begun < 0 && ended));
}

int
script_is_statement(const char *sql, enum script_engine engine)
{

	if (sql == NULL || !begins_with(sql, "CREATE "))
		return (0);
	if (engine == SCRIPT_SQLITE)
		return (is_sqlite_statement(sql));
	return (is_whole(sql, engine,
	    strstr(sql, "BEGIN ATOMIC") != NULL));
}

/* A string literal as PostgreSQL reads it with its default settings. */
static int
put_string(struct buf *b, const char *s, size_t len)
{
	size_t i;

	if (memchr(s, '\0', len) != NULL)
		return (0);
	buf_putc(b, '\'');
	for (i = 0; i < len; i++) {
		if (s[i] == '\'')
			buf_putc(b, '\'');
		buf_putc(b, s[i]);
	}
	buf_putc(b, '\'');
	return (1);
}

static int
put_value(struct buf *b, const struct json_value *v, enum column_type type,
    struct arena *a)
{
	const char *s;
	size_t len;

	if (type == COLUMN_JSON)
		return (put_string(b, v->s, v->len));
	switch (v->type) {
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NUMBER:
		buf_put(b, v->s, v->len);
		return (1);
	case JSON_STRING:
		s = json_string(v, a, &len);
		return (put_string(b, s, len));
	case JSON_ARRAY:
		if (type == COLUMN_ARRAY && v->len == 2) {
			buf_puts(b, "'{}'");
			return (1);
		}
		return (0);
	default:
		return (0);
	}
}

int
script_put_literal(struct buf *b, const char *json, enum column_type type)
{
	struct json_reader *r = json_reader_new();
	struct arena *a = arena_new();
	struct err err = ERR_INIT;
	struct json_value v;
	size_t len = b->len;
	int rc;

	rc = json_read_value(r, json, strlen(json), &v, &err) == 0 &&
	    put_value(b, &v, type, a);
	if (!rc)
		b->len = len;
	arena_free(a);
	json_reader_free(r);
	return (rc);
}
