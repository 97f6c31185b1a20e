#include <string.h>

#include "base/mem.h"
#include "row/files.h"

size_t
files_number(struct files *f, const char *name)
{

	if (f->n > 0 && strcmp(f->v[f->n - 1], name) == 0)
		return (f->n - 1);
	f->v = mem_grow(f->v, &f->cap, f->n + 1, sizeof(*f->v));
	f->v[f->n] = mem_strdup(name);
	return (f->n++);
}

void
files_free(struct files *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		mem_free(f->v[i]);
	mem_free(f->v);
	*f = (struct files){ 0 };
}
