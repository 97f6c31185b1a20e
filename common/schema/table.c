#include <string.h>

#include "schema/table.h"

ptrdiff_t
table_find_column(const struct table *t, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		if (strlen(t->columns[i].name) == len &&
		    memcmp(t->columns[i].name, name, len) == 0)
			return ((ptrdiff_t)i);
	return (-1);
}

/* No schema is as good as "public". */
static const char *
schema_of(const char *schema)
{

	return (schema == NULL ? "public" : schema);
}

struct table *
table_set_exact(const struct table_set *set, const char *schema,
    const char *name)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (strcmp(set->v[i]->name, name) == 0 &&
		    strcmp(schema_of(set->v[i]->schema),
		    schema_of(schema)) == 0)
			return (set->v[i]);
	return (NULL);
}

/* Is ${name} the table's name with its schema before it? */
static int
is_qualified_name(const struct table *t, const char *name)
{
	const char *schema = schema_of(t->schema);
	size_t len = strlen(schema);

	return (strncmp(name, schema, len) == 0 && name[len] == '.' &&
	    strcmp(name + len + 1, t->name) == 0);
}

struct table *
table_set_find(const struct table_set *set, const char *name)
{
	struct table *found = NULL;
	size_t i, n = 0;

	if (set->n == 1 && set->v[0]->name[0] == '\0')
		return (set->v[0]);
	for (i = 0; i < set->n; i++) {
		if (is_qualified_name(set->v[i], name))
			return (set->v[i]);
		if (strcmp(set->v[i]->name, name) == 0) {
			found = set->v[i];
			n++;
		}
	}
	return (n == 1 ? found : NULL);
}
