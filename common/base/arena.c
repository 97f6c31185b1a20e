#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/mem.h"

#define CHUNK_FIRST	((size_t)16 << 10)
#define CHUNK_KEEP	((size_t)1 << 20)

/* The newest chunk comes first and is the only one allocated from. */
struct chunk {
	struct chunk	*next;
	size_t		 used, cap;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct chunk	*head;
};

struct arena *
arena_new(void)
{

	return (mem_alloc(sizeof(struct arena)));
}

static struct chunk *
add_chunk(struct arena *a, size_t need)
{
	size_t cap = a->head == NULL ? CHUNK_FIRST : a->head->cap * 2;
	struct chunk *c;

	if (cap > CHUNK_KEEP)
		cap = CHUNK_KEEP;
	if (cap < need)
		cap = need;
	if (cap > SIZE_MAX - sizeof(*c))
		diag_die(DIAG_FAIL, "out of memory");
	c = mem_resize(NULL, sizeof(*c) + cap, 1);
	c->used = 0;
	c->cap = cap;
	c->next = a->head;
	a->head = c;
	return (c);
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t unit = alignof(max_align_t);
	struct chunk *c = a->head;
	void *p;

	if (n > SIZE_MAX - unit)
		diag_die(DIAG_FAIL, "out of memory");
	n = (n + unit - 1) / unit * unit;
	if (c == NULL || n > c->cap - c->used)
		c = add_chunk(a, n);
	p = c->data + c->used;
	c->used += n;
	return (p);
}

char *
arena_dup(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	if (len > 0)
		memcpy(p, s, len);
	p[len] = '\0';
	return (p);
}

void
arena_reset(struct arena *a)
{
	struct chunk *c, *next, *keep = NULL;

	for (c = a->head; c != NULL; c = next) {
		next = c->next;
		if (c->cap <= CHUNK_KEEP &&
		    (keep == NULL || c->cap > keep->cap)) {
			mem_free(keep);
			keep = c;
		} else
			mem_free(c);
	}
	if (keep != NULL) {
		keep->next = NULL;
		keep->used = 0;
	}
	a->head = keep;
}

void
arena_free(struct arena *a)
{
	struct chunk *c, *next;

	if (a == NULL)
		return;
	for (c = a->head; c != NULL; c = next) {
		next = c->next;
		mem_free(c);
	}
	mem_free(a);
}
