#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "schema/table.h"

#define NOT_SEEN	((size_t)-1)

/*
 * Ordering: Tarjan's strongly connected components.  They come out with the
 * referenced ones first, which is the order that is wanted; a component of
 * more than one table is a circle.  The depth-first walk keeps its own stack,
 * since a chain of references may be as long as the set.
 */
struct node {
	size_t	index;		/* when it was first seen */
	size_t	low;		/* the earliest node it can reach */
	size_t	next_ref;	/* the reference to follow next */
	size_t	caller;		/* whom the walk came from */
	int	pending;	/* seen, but in no component yet */
};

struct walk {
	const struct table_set	*set;
	struct arena		*a;
	struct node		*nodes;
	size_t			*pending, npending;
	struct table		**order;
	size_t			 norder;
	size_t			 clock;
	size_t			 in_cycles;
};

/* The name of the ${n}th table that ${t} needs: those that it references, and
 * those that it is made of.  NULL: there is none. */
static const char *
needed_name(const struct table *t, size_t n, const char **schema)
{
	const struct {
		const struct table_name	*v;
		size_t			 n;
	} lists[] = {
		{ t->partition_of, t->npartition_of },
		{ t->inherits, t->ninherits }, { t->uses, t->nuses }
	};
	size_t i;

	if (n < t->nrefs) {
		*schema = t->refs[n].table_schema;
		return (t->refs[n].table);
	}
	n -= t->nrefs;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (n < lists[i].n) {
			*schema = lists[i].v[n].schema;
			return (lists[i].v[n].name);
		}
		n -= lists[i].n;
	}
	return (NULL);
}

/* The place of that table in the set, or n. */
static size_t
find_needed(const struct table_set *set, const struct table *t,
    const char *schema, const char *name)
{
	const struct table *to;
	size_t i;

	to = table_set_exact(set, schema != NULL ? schema : t->schema, name);
	if (to == NULL && schema == NULL)
		to = table_set_find(set, name);
	for (i = 0; i < set->n && set->v[i] != to; i++)
		;
	return (i);
}

static int
compare_place(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x < *y ? -1 : *x > *y);
}

/* Let every table of the circle know all of them. */
static void
set_cycle(struct walk *w, const size_t *places, size_t n)
{
	const char **names = arena_alloc(w->a, n * sizeof(*names));
	struct buf b = { 0 };
	struct table *t;
	size_t i;

	for (i = 0; i < n; i++) {
		t = w->set->v[places[i]];
		b.len = 0;
		table_put_name(t->schema, t->name, &b);
		names[i] = arena_dup(w->a, b.s, b.len);
		t->cycle = names;
		t->ncycle = n;
	}
	buf_free(&b);
	w->in_cycles += n;
}

/* What is pending from ${at} on is a component. */
static void
take_component(struct walk *w, size_t at)
{
	size_t *places, n = 0, i;

	do {
		n++;
		w->nodes[w->pending[w->npending - n]].pending = 0;
	} while (w->pending[w->npending - n] != at);
	w->npending -= n;
	places = w->pending + w->npending;
	qsort(places, n, sizeof(*places), compare_place);
	if (n > 1)
		set_cycle(w, places, n);
	for (i = 0; i < n; i++)
		w->order[w->norder++] = w->set->v[places[i]];
}

static void
see(struct walk *w, size_t at, size_t caller)
{
	struct node *node = &w->nodes[at];

	node->index = node->low = w->clock++;
	node->caller = caller;
	node->pending = 1;
	w->pending[w->npending++] = at;
}

static void
walk_from(struct walk *w, size_t start)
{
	const size_t none = w->set->n;
	const struct table *t;
	const char *name, *schema;
	struct node *node;
	size_t at, to;

	see(w, start, none);
	for (at = start; at != none; ) {
		t = w->set->v[at];
		node = &w->nodes[at];
		name = needed_name(t, node->next_ref, &schema);
		if (name != NULL) {
			node->next_ref++;
			to = find_needed(w->set, t, schema, name);
			if (to == none)
				continue;
			if (w->nodes[to].index == NOT_SEEN) {
				see(w, to, at);
				at = to;
			} else if (w->nodes[to].pending &&
			    w->nodes[to].index < node->low)
				node->low = w->nodes[to].index;
			continue;
		}
		if (node->low == node->index)
			take_component(w, at);
		if (node->caller != none &&
		    node->low < w->nodes[node->caller].low)
			w->nodes[node->caller].low = node->low;
		at = node->caller;
	}
}

size_t
table_set_order(struct table_set *set, struct arena *a)
{
	struct walk w = { .set = set, .a = a };
	size_t i;

	w.nodes = mem_array(set->n, sizeof(*w.nodes));
	w.pending = mem_array(set->n, sizeof(*w.pending));
	w.order = mem_array(set->n, sizeof(*w.order));
	for (i = 0; i < set->n; i++) {
		w.nodes[i].index = NOT_SEEN;
		set->v[i]->cycle = NULL;
		set->v[i]->ncycle = 0;
	}
	for (i = 0; i < set->n; i++)
		if (w.nodes[i].index == NOT_SEEN)
			walk_from(&w, i);
	if (set->n > 0)
		memcpy(set->v, w.order, set->n * sizeof(struct table *));
	mem_free(w.nodes);
	mem_free(w.pending);
	mem_free(w.order);
	return (w.in_cycles);
}
