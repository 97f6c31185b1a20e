#include <string.h>

#include "base/buf.h"
#include "schema/ddl.h"
#include "schema/sqltype.h"

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
ddl_columns(struct buf *b, const struct table *t,
    const struct column_list *list)
{
	size_t i;

	buf_putc(b, '(');
	for (i = 0; i < list->n; i++) {
		buf_puts(b, i == 0 ? "" : ", ");
		ddl_quote(b, t->columns[list->v[i]].name);
	}
	buf_putc(b, ')');
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
