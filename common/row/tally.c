#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/grid.h"
#include "base/mem.h"
#include "base/seen.h"
#include "row/tally.h"

#define NAME_MOST	60	/* columns of the terminal */

struct tally {
	uint64_t	 found[DIFFER_OPS];
	struct seen	*fields;	/* name: place in changes */
	uint64_t	*changes;	/* rows in which it has changed */
	size_t		 n, cap;
	struct arena	*arena;		/* of a name with escapes */
	struct grid	*grid;
};

struct tally *
tally_new(void)
{
	struct tally *t = mem_alloc(sizeof(*t));

	t->fields = seen_new();
	t->arena = arena_new();
	t->grid = grid_new();
	grid_column(t->grid, NULL, GRID_LEFT, NAME_MOST);
	grid_column(t->grid, "rows", GRID_RIGHT, 0);
	return (t);
}

void
tally_found(struct tally *t, enum differ_op op,
    const struct json_value *fields, size_t n)
{
	const char *name;
	uint64_t place;
	size_t i, len;

	t->found[op]++;
	arena_reset(t->arena);
	for (i = 0; i < n; i++) {
		name = json_string(&fields[i], t->arena, &len);
		if (seen_add(t->fields, name, len, t->n, &place)) {
			place = t->n++;
			t->changes = mem_grow(t->changes, &t->cap, t->n,
			    sizeof(*t->changes));
			t->changes[place] = 0;
		}
		t->changes[place]++;
	}
}

uint64_t
tally_count(const struct tally *t, enum differ_op op)
{

	return (t->found[op]);
}

static void
put_count(struct tally *t, uint64_t n)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	grid_cell_z(t->grid, text);
}

void
tally_row(struct tally *t, const char *what, uint64_t n)
{

	grid_cell_z(t->grid, what);
	put_count(t, n);
}

void
tally_put(struct tally *t, struct buf *b)
{
	struct buf line = { 0 };
	size_t at = 0, len;
	const char *name;
	uint64_t place;

	tally_row(t, "only in A (remove)", t->found[DIFFER_REMOVE]);
	tally_row(t, "only in B (add)", t->found[DIFFER_ADD]);
	tally_row(t, "changed", t->found[DIFFER_CHANGE]);
	while (seen_next(t->fields, &at, &name, &len, &place)) {
		line.len = 0;
		buf_puts(&line, "  in ");
		buf_put(&line, name, len);
		grid_cell(t->grid, line.s, line.len);
		put_count(t, t->changes[place]);
	}
	grid_put(t->grid, 0, b);
	buf_free(&line);
}

void
tally_free(struct tally *t)
{

	if (t == NULL)
		return;
	seen_free(t->fields);
	mem_free(t->changes);
	arena_free(t->arena);
	grid_free(t->grid);
	mem_free(t);
}
