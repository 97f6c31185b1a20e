#include "base/buf.h"
#include "db/sqlite_sql.h"
#include "schema/ddl.h"

/* Begin another of ${n} things that ", " stands between. */
static void
comma(struct buf *b, size_t *n)
{

	if ((*n)++ > 0)
		buf_puts(b, ", ");
}

static void
put_table(const struct sqlite_sql *q, struct buf *b)
{

	buf_printf(b, "%s.", q->temporary ? "temp" : "main");
	ddl_quote(b, q->table->name);
}

static void
put_column(const struct sqlite_sql *q, size_t i, struct buf *b)
{

	ddl_quote(b, q->table->columns[i].name);
}

static void
put_key(const struct sqlite_sql *q, struct buf *b)
{
	size_t i, n = 0;

	buf_puts(b, "(");
	for (i = 0; i < q->key.n; i++) {
		comma(b, &n);
		put_column(q, q->key.v[i], b);
	}
	buf_puts(b, ")");
}

int
sqlite_sql_param(const unsigned char *present, size_t column)
{
	size_t i;
	int n = 1;

	for (i = 0; i < column; i++)
		n += present[i];
	return (n);
}

/* INSERT of the columns present; return how many they are.  OR ABORT overrules
 * what constraints of the table say about conflicts. */
static size_t
put_insert(const struct sqlite_sql *q, const unsigned char *present,
    struct buf *b)
{
	size_t i, n = 0, params = 0;

	buf_puts(b, "INSERT OR ABORT INTO ");
	put_table(q, b);
	for (i = 0; i < q->table->ncolumns; i++) {
		if (!present[i])
			continue;
		buf_puts(b, n++ == 0 ? " (" : ", ");
		put_column(q, i, b);
	}
	if (n == 0) {
		buf_puts(b, " DEFAULT VALUES");
		return (0);
	}
	buf_puts(b, ") VALUES (");
	while (params < n) {
		comma(b, &params);
		buf_printf(b, "?%zu", params);
	}
	buf_puts(b, ")");
	return (n);
}

void
sqlite_sql_insert(const struct sqlite_sql *q, const unsigned char *present,
    struct buf *b)
{

	if (put_insert(q, present, b) == 0 ||
	    q->conflict == CONFLICT_ERROR)
		return;
	buf_puts(b, " ON CONFLICT ");
	put_key(q, b);
	buf_puts(b, " DO NOTHING");
}

static void
put_key_matches(const struct sqlite_sql *q, const unsigned char *present,
    struct buf *b)
{
	size_t i;

	buf_puts(b, " WHERE ");
	for (i = 0; i < q->key.n; i++) {
		if (i > 0)
			buf_puts(b, " AND ");
		put_column(q, q->key.v[i], b);
		buf_printf(b, " = ?%d",
		    sqlite_sql_param(present, q->key.v[i]));
	}
}

void
sqlite_sql_exists(const struct sqlite_sql *q, const unsigned char *present,
    struct buf *b)
{

	buf_puts(b, "SELECT 1 FROM ");
	put_table(q, b);
	put_key_matches(q, present, b);
}

/* Columns that are set: never the key or what the database computes.  An
 * update sets those that are given; a replacement all, except a primary key
 * that the row does not give. */
static int
is_set(const struct sqlite_sql *q, const unsigned char *present, size_t i)
{
	const struct column_list *pk = &q->table->primary_key;
	size_t k;

	if (q->in_key[i] || q->table->columns[i].generated)
		return (0);
	if (q->conflict == CONFLICT_UPDATE)
		return (present[i]);
	for (k = 0; k < pk->n; k++)
		if (pk->v[k] == i)
			return (present[i]);
	return (1);
}

/* What a column gets: its parameter, or the value that the row would have been
 * inserted with. */
static void
put_new(const struct sqlite_sql *q, const unsigned char *present, size_t i,
    struct buf *b)
{

	if (q->conflict == CONFLICT_UPDATE)
		buf_printf(b, "?%d", sqlite_sql_param(present, i));
	else {
		buf_puts(b, "excluded.");
		put_column(q, i, b);
	}
}

/* "(old, ...) IS NOT (new, ...)": what collations call equal may differ. */
static void
put_differs(const struct sqlite_sql *q, const unsigned char *present,
    struct buf *b)
{
	size_t i, n = 0, m = 0;

	buf_puts(b, "(");
	for (i = 0; i < q->table->ncolumns; i++) {
		if (!is_set(q, present, i))
			continue;
		comma(b, &n);
		put_column(q, i, b);
		buf_puts(b, " COLLATE BINARY");
	}
	buf_puts(b, ") IS NOT (");
	for (i = 0; i < q->table->ncolumns; i++) {
		if (!is_set(q, present, i))
			continue;
		comma(b, &m);
		put_new(q, present, i, b);
	}
	buf_puts(b, ")");
}

size_t
sqlite_sql_change(const struct sqlite_sql *q, const unsigned char *present,
    struct buf *b)
{
	int update = q->conflict == CONFLICT_UPDATE;
	size_t i, n = 0;

	if (update) {
		buf_puts(b, "UPDATE OR ABORT ");
		put_table(q, b);
	} else {
		(void)put_insert(q, present, b);
		buf_puts(b, " ON CONFLICT ");
		put_key(q, b);
		buf_puts(b, " DO UPDATE");
	}
	buf_puts(b, " SET ");
	for (i = 0; i < q->table->ncolumns; i++) {
		if (!is_set(q, present, i))
			continue;
		comma(b, &n);
		put_column(q, i, b);
		buf_puts(b, " = ");
		put_new(q, present, i, b);
	}
	if (update)
		put_key_matches(q, present, b);
	buf_puts(b, update ? " AND " : " WHERE ");
	put_differs(q, present, b);
	return (n);
}

void
sqlite_sql_probe(const struct sqlite_sql *q, struct buf *b)
{
	size_t i, n = 0;

	buf_puts(b, "INSERT INTO ");
	put_table(q, b);
	buf_puts(b, " ");
	put_key(q, b);
	buf_puts(b, " VALUES (");
	for (i = 0; i < q->key.n; i++) {
		comma(b, &n);
		buf_puts(b, "NULL");
	}
	buf_puts(b, ") ON CONFLICT ");
	put_key(q, b);
	buf_puts(b, " DO NOTHING");
}
