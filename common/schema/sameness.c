#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "schema/sameness.h"
#include "schema/table.h"

enum canon_as
sameness_of(const struct column *column)
{

	switch (column->type) {
	case COLUMN_SMALLINT:
	case COLUMN_INTEGER:
	case COLUMN_BIGINT:
	case COLUMN_NUMERIC:
		return (CANON_AS_NUMBER);
	case COLUMN_REAL:
		return (CANON_AS_SINGLE);
	case COLUMN_DOUBLE:
		return (CANON_AS_DOUBLE);
	case COLUMN_BOOLEAN:
		return (CANON_AS_BOOLEAN);
	case COLUMN_UUID:
		return (CANON_AS_UUID);
	case COLUMN_TIME:
		return (CANON_AS_TIME);
	case COLUMN_TIMETZ:
		return (CANON_AS_TIMETZ);
	case COLUMN_TIMESTAMP:
		return (CANON_AS_TIMESTAMP);
	case COLUMN_TIMESTAMPTZ:
		return (CANON_AS_INSTANT);
	case COLUMN_JSON:
	case COLUMN_ARRAY:
	case COLUMN_COMPOSITE:
		return (CANON_AS_JSON);
	case COLUMN_BYTEA:
		return (CANON_AS_BYTES);
	case COLUMN_ANY:
	case COLUMN_TEXT:
	case COLUMN_ENUM:
	case COLUMN_DATE:
	case COLUMN_INTERVAL:
	case COLUMN_OTHER:
	default:
		return (CANON_AS_IS);
	}
}

const struct table *
sameness_table(const char *path, const char *name, struct arena *a,
    struct err *err)
{
	struct table_set set = { 0 };
	const struct table *t = NULL;
	struct quote q, q2;

	if (table_set_read(path, &set, a, err) != 0) {
		if (err->status == 0)
			(void)err_status(err, DIAG_USAGE);
		return (NULL);
	}
	if (name != NULL)
		t = table_set_find(&set, name);
	else if (set.n == 1)
		t = set.v[0];
	if (t != NULL)
		return (t);
	if (name != NULL)
		(void)err_set(err, "no table %s in the schema %s",
		    quote_z(&q, name), quote_z(&q2, path));
	else
		(void)err_set(err, set.n == 0 ? "no table in the schema %s" :
		    "several tables in the schema %s; name one with --table",
		    quote_z(&q2, path));
	(void)err_status(err, DIAG_USAGE);
	return (NULL);
}
