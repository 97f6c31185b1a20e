#include <string.h>

#include "db/sqlite_after.h"
#include "db/sqlite_table.h"
#include "schema/after.h"

/* Numbers as text are sorted as text, and JSON tells bytes by \x. */
static enum after_form
form(const void *cookie, const char *column)
{
	const struct sqlite_table *t = cookie;
	ptrdiff_t i = sqlite_table_column(t, column, strlen(column));

	if (i == -1)
		return (AFTER_PLAIN);
	if (t->columns[i].blob || t->model->columns[i].type == COLUMN_BYTEA)
		return (AFTER_BYTES);
	return (t->columns[i].affinity == SQLITE_AFFINITY_TEXT ? AFTER_TEXT :
	    AFTER_PLAIN);
}

int
sqlite_after_where(struct sqlite *db, const char *table, const char *key,
    const char *order_by, const char *where, struct arena *a,
    const char **out, struct err *err)
{
	struct after_columns columns = { .form = form };
	const char *name;

	if (key == NULL || table == NULL)
		return (after_where(key, order_by, where, NAME_KEEP, NULL, a,
		    out, err));
	if ((name = sqlite_table_name(table, strlen(table), a, err)) == NULL ||
	    (columns.cookie = sqlite_table_read(db, name, a, err)) == NULL)
		return (-1);
	return (after_where(key, order_by, where, NAME_KEEP, &columns, a, out,
	    err));
}
