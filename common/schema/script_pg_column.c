#include <string.h>

#include "base/arena.h"
#include "schema/script_pg.h"
#include "schema/sqlcheck.h"
#include "schema/sqldefault.h"
#include "schema/sqltype.h"

/* Was the type only declared in a SQLite database, and says nothing? */
static int
is_declared_only(const struct column *c)
{

	return (c->sql_type == NULL || (c->declared != NULL &&
	    strcmp(c->declared, c->sql_type) == 0));
}

static int
is_described(const struct table *t, const char *sql_type)
{
	struct buf name = { 0 };
	size_t i, len = strlen(sql_type);
	int found = 0;

	while (len > 2 && strcmp(sql_type + len - 2, "[]") == 0)
		len -= 2;
	for (i = 0; i < t->ntypes && !found; i++) {
		/* As the server writes it: quoted or not, with schema or
		 * not.  It is enough that the name ends it. */
		name.len = 0;
		buf_puts(&name, t->types[i].name);
		found = len >= name.len && memcmp(sql_type + len - name.len,
		    name.s, name.len) == 0;
		name.len = 0;
		ddl_quote(&name, t->types[i].name);
		found |= len >= name.len && memcmp(sql_type + len - name.len,
		    name.s, name.len) == 0;
		/* Modifiers follow the types of some extensions. */
		found |= strcmp(t->types[i].kind, "extension") == 0 &&
		    strstr(sql_type, t->types[i].name) != NULL;
	}
	buf_free(&name);
	return (found);
}

/* Is it a row type of another table, or an array of one? */
static int
is_row_type(const struct script *s, const char *sql_type)
{
	struct buf b = { 0 };
	size_t i, k;
	int found = 0;

	for (i = 0; i < s->set->n && !found; i++)
		for (k = 0; k < 2 && !found; k++) {
			b.len = 0;
			table_put_name(s->set->v[i]->schema,
			    s->set->v[i]->name, &b);
			buf_puts(&b, k == 0 ? "" : "[]");
			found = strcmp(buf_z(&b), sql_type) == 0;
		}
	buf_free(&b);
	return (found);
}

/* The type that stands for one of ours. */
static void
put_base(struct script *s, const struct table *t, const struct column *c,
    struct buf *b)
{

	switch (c->type) {
	case COLUMN_NUMERIC:
		buf_puts(b, "numeric");
		if (c->precision >= 0 && (c->declared == NULL ||
		    !is_declared_only(c)))
			buf_printf(b, "(%d,%d)", c->precision, c->scale);
		break;
	case COLUMN_TEXT:
		if (c->max_length >= 0 && c->declared == NULL)
			buf_printf(b, "varchar(%lld)",
			    (long long)c->max_length);
		else
			buf_puts(b, "text");
		break;
	case COLUMN_ENUM:
		buf_puts(b, "text");
		break;
	case COLUMN_ARRAY:
	case COLUMN_COMPOSITE:
	case COLUMN_JSON:
		buf_puts(b, "jsonb");
		break;
	case COLUMN_ANY:
	case COLUMN_OTHER:
		buf_puts(b, "text");
		if (c->declared == NULL || c->declared[0] != '\0')
			script_lost(s, t, c->name,
			    "its type is not known; it is text here");
		else
			script_lost(s, t, c->name,
			    "it has no type; it is text here");
		break;
	default:
		buf_puts(b, sqltype_name(c->type));
		break;
	}
}

void
script_pg_type(struct script *s, const struct table *t,
    const struct column *c, struct buf *b)
{
	struct table_type made = script_pg_find_type(s, t, c);
	struct sqltype st;

	if (made.name != NULL) {
		script_pg_name(b, made.schema, made.name);
		return;
	}
	if (is_declared_only(c) ||
	    !script_is_expression(c->sql_type, SCRIPT_PG) ||
	    strchr(c->sql_type, '\'') != NULL) {
		put_base(s, t, c, b);
		return;
	}
	(void)sqltype_read(&st, c->sql_type, strlen(c->sql_type));
	/* Names that are ours, not PostgreSQL's, come from other hands. */
	if ((st.known && strcmp(c->sql_type, "any") != 0 &&
	    strcmp(c->sql_type, "array") != 0 &&
	    strcmp(c->sql_type, "enum") != 0 &&
	    strcmp(c->sql_type, "record") != 0 &&
	    strcmp(c->sql_type, "other") != 0) ||
	    is_described(t, c->sql_type) || is_row_type(s, c->sql_type)) {
		buf_puts(b, c->sql_type);
		return;
	}
	put_base(s, t, c, b);
	if (c->type != COLUMN_ANY && c->type != COLUMN_OTHER && !st.known)
		script_lost(s, t, c->name, "its type %s, which is not told",
		    c->sql_type);
}

/* What our reader of PostgreSQL's checks takes for what SQLite would take it
 * for says the same in both.  A label is a string there. */
static int
is_common(struct script *s, const struct table *t, const char *sql)
{
	struct table plain = *t;
	struct buf ignored = { 0 };
	size_t i;
	int rc;

	plain.columns = arena_alloc(s->a, t->ncolumns *
	    sizeof(*plain.columns));
	for (i = 0; i < t->ncolumns; i++) {
		plain.columns[i] = t->columns[i];
		if (t->columns[i].type != COLUMN_ENUM &&
		    !is_declared_only(&t->columns[i]))
			continue;
		if (t->columns[i].type == COLUMN_ENUM)
			plain.columns[i].type = COLUMN_TEXT;
		plain.columns[i].sql_type = NULL;
	}
	rc = sqlcheck_sqlite(sql, &plain, DDL_NUMERIC_REAL, &ignored);
	buf_free(&ignored);
	return (rc);
}

int
script_pg_condition(struct script *s, const struct table *t, const char *sql)
{

	return (script_is_expression(sql, SCRIPT_PG) &&
	    (script_pg_is_native(t) || is_common(s, t, sql)));
}

/*
 * Defaults.
 */

/* What SQLite calculates that has an equal in PostgreSQL. */
static const char *
translate(const char *sql, enum column_type type)
{
	static const char *const words[] = {
		"CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"
	};
	size_t i;

	switch (type) {
	case COLUMN_TIMESTAMP:
	case COLUMN_TIMESTAMPTZ:
	case COLUMN_DATE:
	case COLUMN_TIME:
	case COLUMN_TIMETZ:
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strcmp(sql, words[i]) == 0)
				return (words[i]);
		if (strncmp(sql, "strftime(", 9) == 0 &&
		    strstr(sql, "'now')") != NULL)
			return (type == COLUMN_DATE ? "CURRENT_DATE" :
			    type == COLUMN_TIME ? "LOCALTIME" :
			    type == COLUMN_TIMETZ ? "CURRENT_TIME" : "now()");
		return (NULL);
	case COLUMN_UUID:
		return (strncmp(sql, "lower(hex(randomblob(4))", 24) == 0 ?
		    "gen_random_uuid()" : NULL);
	default:
		return (NULL);
	}
}

/* X'00ff' */
static int
put_blob(struct buf *b, const char *sql, enum column_type type)
{
	size_t len = strlen(sql);

	if (type != COLUMN_BYTEA || len < 3 || len % 2 == 0 ||
	    (sql[0] | 0x20) != 'x' || sql[1] != '\'' || sql[len - 1] != '\'' ||
	    strspn(sql + 2, "0123456789abcdefABCDEF") != len - 3)
		return (0);
	buf_puts(b, "'\\x");
	buf_put(b, sql + 2, len - 3);
	buf_putc(b, '\'');
	return (1);
}

/* Is the sequence that nextval(...) names told of? */
static int
has_sequence(const struct table *t, const char *sql)
{
	size_t i;

	for (i = 0; i < t->nsequences; i++)
		if (strstr(sql, t->sequences[i].name) != NULL)
			return (1);
	return (0);
}

static int
put_foreign(struct buf *b, const struct column *c)
{
	const char *sql = c->default_sql, *same;

	if (c->default_json != NULL)
		return (script_put_literal(b, c->default_json, c->type));
	if (put_blob(b, sql, c->type))
		return (1);
	if ((same = translate(sql, c->type)) == NULL)
		return (0);
	buf_puts(b, same);
	return (1);
}

int
script_pg_default(struct script *s, const struct table *t,
    const struct column *c, struct buf *b)
{

	if (c->generated || c->identity != NULL)
		return (0);
	if (c->default_sql == NULL && c->default_json == NULL)
		return (0);
	if (c->default_sql != NULL && script_pg_is_native(t)) {
		if (sqldefault_kind(c->default_sql, c->type) ==
		    SQLDEFAULT_SEQUENCE && !has_sequence(t, c->default_sql)) {
			script_lost(s, t, c->name, "default %s, a sequence"
			    " that is not told", c->default_sql);
			return (0);
		}
		if (script_is_expression(c->default_sql, SCRIPT_PG)) {
			buf_puts(b, c->default_sql);
			return (1);
		}
	} else if (c->default_sql != NULL && (strcmp(c->default_sql,
	    "NULL") == 0 || strcmp(c->default_sql, "null") == 0)) {
		return (0);
	} else if (put_foreign(b, c))
		return (1);
	script_lost(s, t, c->name, "default %s", c->default_sql != NULL ?
	    c->default_sql : c->default_json);
	return (0);
}
