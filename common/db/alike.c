#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/alike.h"
#include "row/canonical.h"
#include "row/key.h"
#include "schema/sameness.h"
#include "schema/table.h"

static void
type_key(struct key *key, const struct table *t)
{
	const char *name;
	ptrdiff_t at;
	size_t i;

	for (i = 0; i < key_size(key); i++) {
		name = key_name(key, i);
		at = table_find_column(t, name, strlen(name));
		if (at >= 0)
			key_type(key, i, sameness_of(&t->columns[at]));
	}
}

int
alike_as(const char *path, const char *table, struct canonical *c,
    struct key *const keys[], size_t n, struct err *err)
{
	struct arena *a = arena_new();
	const struct table *t = sameness_table(path, table, a, err);
	size_t i;

	for (i = 0; t != NULL && i < t->ncolumns; i++)
		canonical_type(c, t->columns[i].name,
		    sameness_of(&t->columns[i]));
	for (i = 0; t != NULL && i < n; i++)
		type_key(keys[i], t);
	arena_free(a);
	return (t != NULL ? 0 : -1);
}
