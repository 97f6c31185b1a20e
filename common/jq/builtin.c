#include <string.h>

#include "jq/builtin.h"
#include "jq/builtin_lib.h"

const struct builtin *const builtin_tables[] = {
	builtin_core, builtin_container, builtin_io, builtin_module,
	builtin_text,
	builtin_regex, builtin_format, builtin_math, builtin_date,
	builtin_migrate, NULL
};

const struct builtin_def *const builtin_defs[] = {
	builtin_core_defs, builtin_regex_defs,
	builtin_math_defs, builtin_date_defs, builtin_migrate_defs, NULL
};

static int
named(const char *name, const char *s, size_t len)
{

	return (strncmp(name, s, len) == 0 && name[len] == '\0');
}

const struct builtin *
builtin_find(const char *name, size_t len, int nargs)
{
	const struct builtin *const *t, *b;

	for (t = builtin_tables; *t != NULL; t++)
		for (b = *t; b->name != NULL; b++)
			if (b->nargs == nargs && named(b->name, name, len))
				return (b);
	return (NULL);
}

const struct builtin_def *
builtin_find_def(const char *name, size_t len, int nargs)
{
	const struct builtin_def *const *t, *b;

	for (t = builtin_defs; *t != NULL; t++)
		for (b = *t; b->name != NULL; b++)
			if (b->nargs == nargs && named(b->name, name, len))
				return (b);
	return (NULL);
}
