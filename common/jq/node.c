#include <string.h>

#include "base/arena.h"
#include "jq/node.h"

struct node *
node_new(struct arena *a, enum node_op op, size_t pos)
{
	struct node *n = arena_alloc(a, sizeof(*n));

	memset(n, 0, sizeof(*n));
	n->op = (uint8_t)op;
	n->pos = (uint32_t)pos;
	return (n);
}

static enum node_class classify(struct node *n);

static enum node_class
worse(enum node_class a, enum node_class b)
{

	return (a > b ? a : b);
}

static enum node_class
classify_list(struct node *n)
{
	enum node_class c = NODE_ONE;
	uint32_t i;

	for (i = 0; i < n->n; i++)
		if (n->list[i] != NULL)
			c = worse(c, classify(n->list[i]));
	return (c);
}

static enum node_class
classify_bind(struct bind *b)
{
	enum node_class c = NODE_ONE;
	size_t i;

	for (; b != NULL; b = b->next) {
		for (i = 0; i < b->nsteps; i++)
			if (b->steps[i].key != NULL)
				c = worse(c, classify(b->steps[i].key));
		b->many = c != NODE_ONE;
	}
	return (c);
}

/*
 * A call has many outputs when the function has; or when that depends on the
 * filters passed and one of them has.
 */
static enum node_class
classify_call(struct node *n)
{
	enum node_class args = classify_list(n);

	if (n->func->cls != NODE_DEPENDS)
		return (n->func->cls);
	return (worse(args, n->func->nested ? NODE_DEPENDS : NODE_ONE));
}

/* Visit all children, for the classes they need themselves. */
static enum node_class
classify_children(struct node *n)
{
	enum node_class c = classify_list(n);

	if (n->a != NULL)
		c = worse(c, classify(n->a));
	if (n->b != NULL)
		c = worse(c, classify(n->b));
	if (n->c != NULL)
		c = worse(c, classify(n->c));
	if (n->d != NULL)
		c = worse(c, classify(n->d));
	return (worse(c, classify_bind(n->bind)));
}

static enum node_class
classify_node(struct node *n)
{
	enum node_class c;

	switch (n->op) {
	case NODE_CALL:
		return (classify_call(n));
	case NODE_SCOPE:
		return (n->func->cls);
	case NODE_PARAM:
		return (NODE_DEPENDS);
	default:
		break;
	}
	c = classify_children(n);
	switch (n->op) {
	/* These have many outputs whatever they are made of. */
	case NODE_ITERATE: case NODE_RECURSE: case NODE_COMMA:
	case NODE_FOREACH: case NODE_RECURSE_BY: case NODE_RANGE:
	case NODE_LIMIT: case NODE_SKIP: case NODE_WHILE: case NODE_REPEAT:
	case NODE_PATH: case NODE_INPUTS: case NODE_TOSTREAM:
	case NODE_FROMSTREAM:
		return (NODE_MANY);
	/* These have one, whatever the filters in them do. */
	case NODE_ARRAY: case NODE_FIRST: case NODE_LAST: case NODE_ISEMPTY:
	case NODE_ANY: case NODE_ALL: case NODE_ADD: case NODE_MAP:
	case NODE_BY: case NODE_WITH_ENTRIES:
	case NODE_UPDATE: case NODE_DELETE:
		return (NODE_ONE);
	case NODE_NTH: case NODE_ASSIGN:
		return (classify_list(n));
	case NODE_OPASSIGN: case NODE_REDUCE:
		return (n->b->cls);
	default:
		return (c);
	}
}

static enum node_class
classify(struct node *n)
{
	enum node_class c = classify_node(n);

	n->cls = (uint8_t)c;
	return (c);
}

/* Recursive functions are taken to have one output until shown otherwise. */
void
node_classify(struct func *funcs)
{
	enum node_class c;
	struct func *f;
	int changed;

	for (f = funcs; f != NULL; f = f->all)
		f->cls = NODE_ONE;
	do {
		changed = 0;
		for (f = funcs; f != NULL; f = f->all) {
			c = classify(f->body);
			if (c > f->cls) {
				f->cls = c;
				changed = 1;
			}
		}
	} while (changed);
}
