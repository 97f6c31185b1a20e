#include "base/err.h"
#include "base/mem.h"
#include "schema/document.h"
#include "schema/rules.h"
#include "schema/translate_private.h"

/*
 * Circles: a schema that is applied to the value that it is being applied to.
 * Only what is always applied counts here; the rest is seen when it happens.
 */
enum { MARK_NONE, MARK_OPEN, MARK_DONE };

/* The schema with number ${i} among those that ${r} always applies. */
static struct rules *
next_applied(const struct rules *r, size_t i)
{
	const struct applied *a;
	size_t j, n;

	for (j = 0; j < r->napplied; j++) {
		a = &r->applied[j];
		n = a->keyword == KEYWORD_IF ? 1 :
		    a->keyword == KEYWORD_DYNAMIC_REF ? 0 : a->n;
		if (i < n)
			return (a->rules[i]);
		i -= n;
	}
	return (NULL);
}

struct step {
	struct rules	*r;
	size_t		 next;
};

/* Where ${r} says what leads back. */
static const struct docnode *
circle_place(const struct rules *r, const struct rules *back)
{
	const struct docnode *node;
	size_t i, j;

	for (i = 0; i < r->napplied; i++)
		for (j = 0; j < r->applied[i].n; j++) {
			if (r->applied[i].rules[j] != back)
				continue;
			node = document_get(r->node,
			    dialect_keyword_name(r->applied[i].keyword));
			return (node != NULL ? node : r->node);
		}
	return (r->node);
}

static int
walk_circle(struct rules *start, struct step *stack, struct err *err)
{
	struct rules *next;
	size_t n = 1;

	stack[0] = (struct step){ start, 0 };
	start->mark = MARK_OPEN;
	while (n > 0) {
		next = next_applied(stack[n - 1].r, stack[n - 1].next++);
		if (next == NULL)
			stack[--n].r->mark = MARK_DONE;
		else if (next->mark == MARK_OPEN)
			return (document_refuse(circle_place(stack[n - 1].r,
			    next), err, "the schema leads back to itself"
			    " without going deeper into the value"));
		else if (next->mark == MARK_NONE) {
			next->mark = MARK_OPEN;
			stack[n++] = (struct step){ next, 0 };
		}
	}
	return (0);
}

int
translate_circles(struct rules *const *rules, size_t n, struct err *err)
{
	struct step *stack = mem_array(n + 1, sizeof(*stack));
	size_t i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++)
		if (rules[i]->mark == MARK_NONE)
			rc = walk_circle(rules[i], stack, err);
	mem_free(stack);
	return (rc);
}
