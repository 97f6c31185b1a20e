#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "row/row.h"
#include "row/window.h"

struct window {
	struct row	*rows;
	size_t		 n, cap, next;
	size_t		 bytes;			/* of the rows kept */
	size_t		 max_rows, max_bytes;
	struct arena	*kept;			/* what the rows point to */
	struct arena	*scratch;		/* the arena of the row at
						   hand */
};

struct window *
window_new(size_t rows, size_t bytes)
{
	struct window *w = mem_alloc(sizeof(*w));

	w->max_rows = rows;
	w->max_bytes = bytes;
	w->kept = arena_new();
	w->scratch = arena_new();
	return (w);
}

/* The members of the copy ${s} of ${row}'s line. */
static struct json_field *
copy_fields(struct window *w, const struct row *row, const char *s)
{
	struct json_field *fields;
	size_t i;

	fields = arena_alloc(w->kept, row->nfields * sizeof(*fields));
	for (i = 0; i < row->nfields; i++) {
		fields[i] = row->fields[i];
		fields[i].key.s = s + (row->fields[i].key.s - row->s);
		fields[i].value.s = s + (row->fields[i].value.s - row->s);
	}
	return (fields);
}

int
window_add(struct window *w, const struct row *row)
{
	struct row *copy;

	w->rows = mem_grow(w->rows, &w->cap, w->n + 1, sizeof(*w->rows));
	copy = &w->rows[w->n++];
	*copy = *row;
	copy->s = arena_dup(w->kept, row->s, row->len);
	copy->fields = copy_fields(w, row, copy->s);
	copy->file = arena_dup(w->kept, row->file, strlen(row->file));
	copy->arena = w->scratch;
	copy->edits = NULL;
	copy->nedits = copy->edits_cap = 0;
	w->bytes += row->len;
	return (w->n < w->max_rows && w->bytes < w->max_bytes);
}

struct row *
window_next(struct window *w)
{

	arena_reset(w->scratch);
	return (w->next < w->n ? &w->rows[w->next++] : NULL);
}

void
window_free(struct window *w)
{

	if (w == NULL)
		return;
	arena_free(w->kept);
	arena_free(w->scratch);
	mem_free(w->rows);
	mem_free(w);
}
