#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "jq/builtin.h"
#include "jq/compile.h"
#include "jq/module.h"
#include "jq/node.h"
#include "jq/number.h"
#include "jq/parse.h"

#define MODULE_DEPTH	64

/* What a name means; the newest first. */
enum scope_kind {
	SCOPE_VAR, SCOPE_CONST, SCOPE_LABEL, SCOPE_FUNC, SCOPE_PARAM
};

struct scope {
	enum scope_kind	 kind;
	const char	*s;
	size_t		 len;
	int		 nparams;	/* of functions */
	int		 level, slot;
	struct func	*func;
	struct value	 value;
	struct scope	*next;
};

struct unit {
	struct arena			*a;
	const struct compile_opts	*opts;
	struct err			*err;
	struct func			*funcs;		/* all of them */
	struct scope			*library;	/* builtins used */
	struct scope			*globals;
	int				 uses_input;
	unsigned			 depth;		/* of modules */
};

/* Where in the program we are. */
struct place {
	struct unit		*u;
	const struct ast_module	*m;
	const char		*dir;		/* of the module's file */
	struct scope		*scope;
	struct func		*frame;		/* whose slots are used */
	int			 level;
	int			 nested;
};

static struct node *compile_node(struct place *p, const struct ast *t);
static struct node *compile_arg(struct place *p, const struct ast *t);
static struct func *compile_def(struct place *p, const struct ast_def *def);

static void *
alloc(struct place *p, size_t n, size_t size)
{
	void *x = arena_alloc(p->u->a, n * size + 1);

	memset(x, 0, n * size);
	return (x);
}

/*
 * Scopes.
 */

static struct scope *
declare(struct place *p, enum scope_kind kind, const char *s, size_t len)
{
	struct scope *x = alloc(p, 1, sizeof(*x));

	x->kind = kind;
	x->s = s;
	x->len = len;
	x->level = p->level;
	x->next = p->scope;
	p->scope = x;
	return (x);
}

static int
named(const struct scope *x, const char *s, size_t len)
{

	return (x->len == len && memcmp(x->s, s, len) == 0);
}

static int
new_slot(struct place *p)
{

	return (p->frame->nslots++);
}

static const struct scope *
find_var(const struct place *p, const char *s, size_t len)
{
	const struct scope *x;

	for (x = p->scope; x != NULL; x = x->next)
		if ((x->kind == SCOPE_VAR || x->kind == SCOPE_CONST) &&
		    named(x, s, len))
			return (x);
	for (x = p->u->globals; x != NULL; x = x->next)
		if (named(x, s, len))
			return (x);
	return (NULL);
}

static const struct scope *
find_func(const struct scope *x, const char *s, size_t len, int nparams)
{

	for (; x != NULL; x = x->next)
		if (((x->kind == SCOPE_FUNC && x->nparams == nparams) ||
		    (x->kind == SCOPE_PARAM && nparams == 0)) &&
		    named(x, s, len))
			return (x);
	return (NULL);
}

/*
 * Does a filter bind names in the frame it runs in?  What is passed to calls
 * gets frames of its own and does not count.
 */
static int
binds(const struct ast *t)
{
	const struct ast *x;

	if (t == NULL)
		return (0);
	switch (t->kind) {
	case AST_AS: case AST_REDUCE: case AST_FOREACH: case AST_LABEL:
		return (1);
	case AST_CALL:
		return (0);
	case AST_DEF:
		return (binds(t->a));
	case AST_STRING: case AST_OBJECT:
		for (x = t->a; x != NULL; x = x->next)
			if (binds(x->a) || binds(x->b))
				return (1);
		return (0);
	default:
		return (binds(t->a) || binds(t->b) || binds(t->c) ||
		    binds(t->d));
	}
}

/*
 * Small nodes.
 */

static struct node *
make(struct place *p, enum node_op op, const struct ast *t)
{

	return (node_new(p->u->a, op, t->pos));
}

static struct node *
make_const(struct place *p, const struct ast *t, struct value v)
{
	struct node *n = make(p, NODE_CONST, t);

	n->value = v;
	return (n);
}

/* A constant string: as JSON text when it can be copied as such. */
static struct value
const_string(struct place *p, const char *s, size_t len)
{
	struct value v;
	size_t i;
	char *q;

	for (i = 0; i < len; i++)
		if (s[i] == '"' || s[i] == '\\' || (unsigned char)s[i] < 0x20)
			return (value_str(p->u->opts->heap, s, len));
	q = arena_alloc(p->u->a, len + 2);
	q[0] = q[len + 1] = '"';
	if (len > 0)
		memcpy(q + 1, s, len);
	v = value_slice(q + 1, len);
	v.flags = VALUE_QUOTED;
	return (v);
}

static struct node *
with_list(struct place *p, struct node *n, size_t count)
{

	n->n = (uint32_t)count;
	n->list = alloc(p, count, sizeof(*n->list));
	return (n);
}

static struct node *
pipe_to(struct place *p, struct node *a, struct node *b, const struct ast *t)
{
	struct node *n;

	if (a == NULL || b == NULL)
		return (NULL);
	if (a->op == NODE_IDENTITY)
		return (b);
	if (b->op == NODE_IDENTITY)
		return (a);
	n = make(p, NODE_PIPE, t);
	n->a = a;
	n->b = b;
	return (n);
}

/* JSON text of numbers: ".5" and "1." are none. */
static struct node *
compile_number(struct place *p, const struct ast *t)
{
	struct buf b = { 0 };
	struct node *n;
	size_t i, lead = 0;

	while (lead + 1 < t->len && t->s[lead] == '0' &&
	    t->s[lead + 1] >= '0' && t->s[lead + 1] <= '9')
		lead++;
	if (t->s[lead] == '.')
		buf_putc(&b, '0');
	for (i = lead; i < t->len; i++) {
		if (t->s[i] == '.' && (i + 1 == t->len ||
		    t->s[i + 1] < '0' || t->s[i + 1] > '9'))
			continue;
		buf_putc(&b, t->s[i]);
	}
	n = make_const(p, t, number_text(arena_dup(p->u->a, b.s, b.len),
	    b.len));
	for (i = 0; i < b.len && b.s[i] >= '0' && b.s[i] <= '9'; i++)
		;
	if (i == b.len && b.len < 19 && (b.len == 1 || b.s[0] != '0'))
		n->value = number_parsed(p->u->opts->heap, n->value);
	buf_free(&b);
	return (n);
}

static struct node *
compile_text(struct place *p, const struct ast *t)
{

	return (make_const(p, t, const_string(p, t->s, t->len)));
}

static int
known_format(struct place *p, const char *s, size_t len, size_t pos)
{
	struct quote q;

	if (builtin_find(s, len, 0) != NULL)
		return (1);
	(void)parse_fail(p->m, pos, p->u->err, "%s is not a format",
	    quote(&q, s, len));
	return (0);
}

/* The parts of a string, the last one first; constants stay as they are. */
static struct node *
compile_string(struct place *p, const struct ast *t)
{
	const struct ast *part;
	struct node *n;
	size_t count = 0, i;

	if (t->s != NULL && !known_format(p, t->s, t->len, t->pos))
		return (NULL);
	if (t->a->next == NULL && t->a->kind == AST_TEXT)
		return (compile_text(p, t->a));
	for (part = t->a; part != NULL; part = part->next)
		count++;
	n = with_list(p, make(p, NODE_STRING, t), count);
	if (t->s != NULL)
		n->builtin = builtin_find(t->s, t->len, 0);
	for (part = t->a, i = count; part != NULL; part = part->next) {
		n->list[--i] = part->kind == AST_TEXT ?
		    compile_text(p, part) : compile_node(p, part);
		if (n->list[i] == NULL)
			return (NULL);
		n->list[i]->literal = part->kind == AST_TEXT;
	}
	return (n);
}

static struct node *
compile_format(struct place *p, const struct ast *t)
{
	struct node *n = make(p, NODE_BUILTIN, t);

	if (!known_format(p, t->s, t->len, t->pos))
		return (NULL);
	n->builtin = builtin_find(t->s, t->len, 0);
	return (n);
}

/* A step with "?" after it. */
static struct node *
maybe(struct place *p, struct node *step, const struct ast *t)
{
	struct node *n;

	if (!t->optional)
		return (step);
	n = make(p, NODE_TRY, t);
	n->a = step;
	return (n);
}

static struct node *
compile_index(struct place *p, const struct ast *t)
{
	struct node *term = compile_node(p, t->a), *key, *n;

	if (term == NULL || (key = compile_node(p, t->b)) == NULL)
		return (NULL);
	if (key->op == NODE_CONST && value_is_string(&key->value)) {
		n = make(p, NODE_FIELD, t);
		n->value = key->value;
		n->place = -1;
		return (pipe_to(p, term, maybe(p, n, t), t));
	}
	n = with_list(p, make(p, NODE_INDEX, t), 2);
	n->optional = (uint8_t)t->optional;
	n->list[0] = key;
	n->list[1] = term;
	return (n);
}

static struct node *
compile_slice(struct place *p, const struct ast *t)
{
	struct node *n = with_list(p, make(p, NODE_SLICE, t), 3);

	n->optional = (uint8_t)t->optional;
	n->list[0] = t->b == NULL ? make_const(p, t, value_null()) :
	    compile_node(p, t->b);
	n->list[1] = t->c == NULL ? make_const(p, t, value_null()) :
	    compile_node(p, t->c);
	n->list[2] = compile_node(p, t->a);
	return (n->list[0] == NULL || n->list[1] == NULL ||
	    n->list[2] == NULL ? NULL : n);
}

static struct node *
compile_iterate(struct place *p, const struct ast *t)
{

	return (pipe_to(p, compile_node(p, t->a),
	    maybe(p, make(p, NODE_ITERATE, t), t), t));
}

/* Are all keys constant and different?  Then none needs to be looked up. */
static int
plain_keys(struct place *p, struct node *n)
{
	uint32_t i, k;

	if (n->n > 64)
		return (0);
	for (i = 0; i < n->n; i += 2) {
		if (n->list[i]->op != NODE_CONST)
			return (0);
		for (k = 0; k < i; k += 2)
			if (value_equal(p->u->opts->heap,
			    &n->list[i]->value, &n->list[k]->value))
				return (0);
	}
	return (1);
}

static struct node *
compile_object(struct place *p, const struct ast *t)
{
	const struct ast *m;
	struct node *n;
	size_t count = 0, i = 0;

	for (m = t->a; m != NULL; m = m->next)
		count += 2;
	n = with_list(p, make(p, NODE_OBJECT, t), count);
	for (m = t->a; m != NULL; m = m->next, i += 2) {
		n->list[i] = compile_node(p, m->a);
		n->list[i + 1] = n->list[i] == NULL ? NULL :
		    compile_node(p, m->b);
		if (n->list[i + 1] == NULL)
			return (NULL);
	}
	n->plain_keys = (uint8_t)plain_keys(p, n);
	return (n);
}

static struct node *
compile_pair(struct place *p, enum node_op op, const struct ast *t)
{
	struct node *n = make(p, op, t);

	n->sub = (uint8_t)t->op;
	if ((n->a = compile_node(p, t->a)) == NULL ||
	    (n->b = compile_node(p, t->b)) == NULL)
		return (NULL);
	return (n);
}

static struct node *
compile_pipe(struct place *p, const struct ast *t)
{
	struct node *a = compile_node(p, t->a);

	if (a == NULL || t->b == NULL)
		return (a);
	return (pipe_to(p, a, compile_node(p, t->b), t));
}

static struct node *
compile_binary(struct place *p, const struct ast *t)
{
	struct node *n = with_list(p, make(p, NODE_BINARY, t), 2);

	n->sub = (uint8_t)t->op;
	if ((n->list[1] = compile_node(p, t->a)) == NULL ||
	    (n->list[0] = compile_node(p, t->b)) == NULL)
		return (NULL);
	return (n);
}

static struct node *
compile_negate(struct place *p, const struct ast *t)
{
	struct node *n = with_list(p, make(p, NODE_NEGATE, t), 1);

	return ((n->list[0] = compile_node(p, t->a)) == NULL ? NULL : n);
}

/*
 * The right side of "=" and "+=" is evaluated on ".", apart from the paths
 * and so in a scope of its own.
 */
static struct node *
compile_assign(struct place *p, const struct ast *t)
{
	struct node *n = make(p, t->op == OP_UPDATE ? NODE_UPDATE :
	    t->op == OP_NONE ? NODE_ASSIGN : NODE_OPASSIGN, t);

	n->sub = (uint8_t)t->op;
	if ((n->a = compile_arg(p, t->a)) == NULL ||
	    (n->b = compile_arg(p, t->b)) == NULL)
		return (NULL);
	if (n->op == NODE_ASSIGN) {
		n = with_list(p, n, 1);
		n->list[0] = n->b;
	}
	return (n);
}

static struct node *
compile_if(struct place *p, const struct ast *t)
{
	struct node *n = make(p, NODE_IF, t);

	if ((n->a = compile_node(p, t->a)) == NULL ||
	    (n->b = compile_node(p, t->b)) == NULL ||
	    (t->c != NULL && (n->c = compile_node(p, t->c)) == NULL))
		return (NULL);
	return (n);
}

static struct node *
compile_try(struct place *p, const struct ast *t)
{
	struct node *n = make(p, NODE_TRY, t);

	if ((n->a = compile_node(p, t->a)) == NULL ||
	    (t->b != NULL && (n->b = compile_node(p, t->b)) == NULL))
		return (NULL);
	return (n);
}

/*
 * Patterns become steps.
 */

struct binder {
	struct place	*p;
	struct bind	*bind;
	size_t		 cap;
	int		*all;		/* slots of all variables */
	size_t		 nall;
};

static struct bind_step *
add_step(struct binder *b, int from, struct node *key, int slot)
{
	struct bind_step *steps;

	if (b->bind->nsteps == b->cap) {
		b->cap = b->cap == 0 ? 4 : b->cap * 2;
		steps = alloc(b->p, b->cap, sizeof(*steps));
		if (b->bind->nsteps > 0)
			memcpy(steps, b->bind->steps,
			    b->bind->nsteps * sizeof(*steps));
		b->bind->steps = steps;
	}
	steps = &b->bind->steps[b->bind->nsteps++];
	steps->from = from;
	steps->key = key;
	steps->slot = slot;
	return (steps);
}

/* The slot of $s: alternatives ("?//") share the variables of one name. */
static int
bind_slot(struct binder *b, const struct scope *until, const struct ast *t)
{
	const struct scope *x;
	struct scope *var;
	int *all;

	for (x = b->p->scope; x != until; x = x->next)
		if (x->kind == SCOPE_VAR && named(x, t->s, t->len))
			return (x->slot);
	var = declare(b->p, SCOPE_VAR, t->s, t->len);
	var->slot = new_slot(b->p);
	all = alloc(b->p, b->nall + 1, sizeof(*all));
	if (b->nall > 0)
		memcpy(all, b->all, b->nall * sizeof(*all));
	all[b->nall++] = var->slot;
	b->all = all;
	return (var->slot);
}

static int bind_pattern(struct binder *b, const struct scope *until,
    const struct ast *t, int from, struct node *key);

static int
bind_array(struct binder *b, const struct scope *until, const struct ast *t,
    int from)
{
	const struct ast *e;
	int64_t i = 0;

	for (e = t->a; e != NULL; e = e->next)
		if (bind_pattern(b, until, e, from,
		    make_const(b->p, e, value_int(i++))) != 0)
			return (-1);
	return (0);
}

static int
bind_object(struct binder *b, const struct scope *until, const struct ast *t,
    int from)
{
	const struct ast *m;
	struct node *key;

	for (m = t->a; m != NULL; m = m->next) {
		key = m->a != NULL ? compile_arg(b->p, m->a) :
		    make_const(b->p, m, const_string(b->p, m->s, m->len));
		if (key == NULL)
			return (-1);
		if (m->s != NULL)
			(void)add_step(b, from, key, bind_slot(b, until, m));
		if (m->b != NULL &&
		    bind_pattern(b, until, m->b, from, key) != 0)
			return (-1);
	}
	return (0);
}

static int
bind_pattern(struct binder *b, const struct scope *until, const struct ast *t,
    int from, struct node *key)
{
	int slot;

	if (t->kind == AST_BIND) {
		(void)add_step(b, from, key, bind_slot(b, until, t));
		return (0);
	}
	if (key != NULL) {
		slot = new_slot(b->p);
		(void)add_step(b, from, key, slot);
		from = slot;
	}
	return (t->kind == AST_BIND_ARRAY ? bind_array(b, until, t, from) :
	    bind_object(b, until, t, from));
}

static struct bind *
compile_bind(struct place *p, const struct ast *patterns)
{
	struct binder b = { .p = p };
	const struct scope *until = p->scope;
	struct bind *first = NULL, **tail = &first, *x;
	const struct ast *t;

	for (t = patterns; t != NULL; t = t->next) {
		b.bind = *tail = alloc(p, 1, sizeof(**tail));
		b.cap = 0;
		if (bind_pattern(&b, until, t, -1, NULL) != 0)
			return (NULL);
		tail = &b.bind->next;
	}
	if (first != NULL && first->next != NULL)
		for (x = first; x != NULL; x = x->next) {
			x->clear = b.all;
			x->nclear = b.nall;
		}
	return (first);
}

static struct node *
compile_as(struct place *p, const struct ast *t)
{
	struct node *n = make(p, NODE_AS, t);
	struct scope *saved = p->scope;

	if ((n->a = compile_node(p, t->a)) == NULL ||
	    (n->bind = compile_bind(p, t->patterns)) == NULL ||
	    (n->b = compile_node(p, t->b)) == NULL)
		return (NULL);
	p->scope = saved;
	return (n);
}

static struct node *
compile_fold(struct place *p, const struct ast *t)
{
	struct node *n = make(p, t->kind == AST_REDUCE ? NODE_REDUCE :
	    NODE_FOREACH, t);
	struct scope *saved = p->scope;

	if ((n->a = compile_node(p, t->a)) == NULL ||
	    (n->b = compile_node(p, t->b)) == NULL ||
	    (n->bind = compile_bind(p, t->patterns)) == NULL ||
	    (n->c = compile_node(p, t->c)) == NULL ||
	    (t->d != NULL && (n->d = compile_node(p, t->d)) == NULL))
		return (NULL);
	p->scope = saved;
	return (n);
}

static struct node *
compile_label(struct place *p, const struct ast *t)
{
	struct node *n = make(p, NODE_LABEL, t);
	struct scope *saved = p->scope;

	n->slot = new_slot(p);
	declare(p, SCOPE_LABEL, t->s, t->len)->slot = n->slot;
	n->a = compile_node(p, t->a);
	p->scope = saved;
	return (n->a == NULL ? NULL : n);
}

static struct node *
compile_break(struct place *p, const struct ast *t)
{
	struct node *n = make(p, NODE_BREAK, t);
	const struct scope *x;
	struct quote q;

	for (x = p->scope; x != NULL; x = x->next)
		if (x->kind == SCOPE_LABEL && named(x, t->s, t->len)) {
			n->depth = p->level - x->level;
			n->slot = x->slot;
			return (n);
		}
	(void)parse_fail(p->m, t->pos, p->u->err, "no label $%s is visible",
	    quote(&q, t->s, t->len));
	return (NULL);
}

static struct value
environment(struct place *p)
{
	extern char **environ;
	struct value_heap *h = p->u->opts->heap;
	struct value o = value_object(h, 64);
	const char *eq;
	char **e;

	for (e = environ; *e != NULL; e++)
		if ((eq = strchr(*e, '=')) != NULL)
			value_set(h, &o,
			    value_str_lossy(h, *e, (size_t)(eq - *e)),
			    value_str_lossy(h, eq + 1, strlen(eq + 1)));
	return (o);
}

static struct node *
compile_var(struct place *p, const struct ast *t)
{
	const struct scope *x = find_var(p, t->s, t->len);
	struct node *n;
	struct quote q;

	if (x == NULL && t->len == 3 && memcmp(t->s, "ENV", 3) == 0)
		return (make_const(p, t, environment(p)));
	if (x == NULL) {
		(void)parse_fail(p->m, t->pos, p->u->err,
		    "$%s is not defined", quote_plain(q.s, sizeof(q.s), t->s,
		    t->len));
		return (NULL);
	}
	if (x->kind == SCOPE_CONST)
		return (make_const(p, t, value_dup(x->value)));
	n = make(p, NODE_VAR, t);
	n->depth = p->level - x->level;
	n->slot = x->slot;
	return (n);
}

static struct node *
compile_loc(struct place *p, const struct ast *t)
{
	struct value_heap *h = p->u->opts->heap;
	struct value o = value_object(h, 2);
	int top = p->dir == NULL;

	value_set_z(h, &o, "file", value_str_z(h, top ? "<top-level>" :
	    p->m->name));
	value_set_z(h, &o, "line",
	    value_int((int64_t)parse_line(p->m, t->pos)));
	return (make_const(p, t, o));
}

/*
 * Functions.
 */

static struct func *
new_func(struct place *p, const char *s, size_t len, int nparams)
{
	struct func *f = alloc(p, 1, sizeof(*f));

	f->name = s;
	f->len = len;
	f->nparams = nparams;
	f->all = p->u->funcs;
	p->u->funcs = f;
	return (f);
}

/* A filter that is passed to a function: with a frame of its own if it needs
 * one, since it may run while it is running. */
static struct node *
compile_arg(struct place *p, const struct ast *t)
{
	struct place inner = *p;
	struct node *n;

	if (!binds(t))
		return (compile_node(p, t));
	n = make(p, NODE_SCOPE, t);
	n->func = new_func(p, "", 0, 0);
	n->func->level = inner.level = p->level + 1;
	n->func->nested = p->nested;
	inner.frame = n->func;
	n->func->body = compile_node(&inner, t);
	return (n->func->body == NULL ? NULL : n);
}

/* def f($a): ...  is  def f(a): a as $a | ... */
static struct node *
compile_body(struct place *p, const struct ast_def *def)
{
	struct node *first = NULL, **tail = &first, *n;
	struct ast at = { .pos = def->pos }, var = { .kind = AST_BIND };
	struct scope *x;
	int i;

	for (i = 0; i < def->nparams; i++) {
		x = declare(p, SCOPE_PARAM, def->params[i].s,
		    def->params[i].len);
		x->slot = i;
	}
	for (i = 0; i < def->nparams; i++) {
		if (!def->params[i].is_value)
			continue;
		n = make(p, NODE_AS, &at);
		n->a = make(p, NODE_PARAM, &at);
		n->a->slot = i;
		var.s = def->params[i].s;
		var.len = def->params[i].len;
		n->bind = compile_bind(p, &var);
		*tail = n;
		tail = &n->b;
	}
	*tail = compile_node(p, def->body);
	return (*tail == NULL ? NULL : first);
}

/* Compile a definition and declare it in ${p}. */
static struct func *
compile_def(struct place *p, const struct ast_def *def)
{
	struct func *f = new_func(p, def->s, def->len, def->nparams);
	struct scope *x = declare(p, SCOPE_FUNC, def->s, def->len);
	struct place inner;

	x->func = f;
	x->nparams = def->nparams;
	inner = *p;
	f->nested = p->nested;
	f->frameless = def->nparams == 0 && !binds(def->body);
	f->level = inner.level = f->frameless ? p->level : p->level + 1;
	if (!f->frameless)
		inner.frame = f;
	if (def->nparams > 0)
		inner.nested = 1;
	f->body = compile_body(&inner, def);
	return (f->body == NULL ? NULL : f);
}

static struct node *
compile_local_def(struct place *p, const struct ast *t)
{
	struct scope *saved = p->scope;
	struct node *n;

	if (compile_def(p, t->def) == NULL)
		return (NULL);
	n = compile_node(p, t->a);
	p->scope = saved;
	return (n);
}

/* A builtin that is written in the language, compiled when first used. */
static const struct scope *
library_func(struct place *p, const char *s, size_t len, int nparams)
{
	const struct builtin_def *def = builtin_find_def(s, len, nparams);
	struct place top = { .u = p->u };
	const struct scope *x;
	struct ast_module *m;

	if ((x = find_func(p->u->library, s, len, nparams)) != NULL)
		return (x);
	if (def == NULL)
		return (NULL);
	m = parse(p->u->a, "builtin", def->text, strlen(def->text),
	    p->u->err);
	if (m == NULL)
		return (NULL);
	top.m = m;
	top.scope = p->u->library;
	top.dir = "";
	if (compile_def(&top, m->defs) == NULL)
		return (NULL);
	/* What it called itself may have been added in between. */
	top.scope->next = p->u->library;
	p->u->library = top.scope;
	return (top.scope);
}

/*
 * Functions that are nodes of their own.  Each letter says what becomes of
 * an argument: a, b: a filter in that place; v: a value, in the list.
 */
static const struct native {
	const char	*name, *args;
	enum node_op	 op;
	int		 sub;
} natives[] = {
	{ "empty", "", NODE_EMPTY, 0 },
	{ "select", "a", NODE_SELECT, 0 },
	{ "recurse", "", NODE_RECURSE, 0 },
	{ "recurse", "a", NODE_RECURSE_BY, 0 },
	{ "range", "v", NODE_RANGE, 0 },
	{ "range", "vv", NODE_RANGE, 0 },
	{ "range", "vvv", NODE_RANGE, 0 },
	{ "limit", "va", NODE_LIMIT, 0 },
	{ "skip", "va", NODE_SKIP, 0 },
	{ "first", "a", NODE_FIRST, 0 },
	{ "last", "a", NODE_LAST, 0 },
	{ "nth", "va", NODE_NTH, 0 },
	{ "until", "ab", NODE_UNTIL, 0 },
	{ "while", "ab", NODE_WHILE, 0 },
	{ "repeat", "a", NODE_REPEAT, 0 },
	{ "isempty", "a", NODE_ISEMPTY, 0 },
	{ "any", "", NODE_ANY, 0 },
	{ "any", "b", NODE_ANY, 0 },
	{ "any", "ab", NODE_ANY, 0 },
	{ "all", "", NODE_ALL, 0 },
	{ "all", "b", NODE_ALL, 0 },
	{ "all", "ab", NODE_ALL, 0 },
	{ "add", "", NODE_ADD, 0 },
	{ "add", "a", NODE_ADD, 0 },
	{ "map", "a", NODE_MAP, 0 },
	{ "map_values", "b", NODE_UPDATE, 0 },
	{ "path", "a", NODE_PATH, 0 },
	{ "del", "a", NODE_DELETE, 0 },
	{ "walk", "a", NODE_WALK, 0 },
	{ "sort_by", "a", NODE_BY, 0 },
	{ "group_by", "a", NODE_BY, 1 },
	{ "unique_by", "a", NODE_BY, 2 },
	{ "min_by", "a", NODE_BY, 3 },
	{ "max_by", "a", NODE_BY, 4 },
	{ "with_entries", "a", NODE_WITH_ENTRIES, 0 },
	{ "input", "", NODE_INPUT, 0 },
	{ "inputs", "", NODE_INPUTS, 0 },
	{ "tostream", "", NODE_TOSTREAM, 0 },
	{ "fromstream", "a", NODE_FROMSTREAM, 0 },
	{ "getpath", "v", NODE_GETPATH, 0 }
};

static const struct native *
find_native(const char *s, size_t len, int nargs)
{
	size_t i;

	for (i = 0; i < sizeof(natives) / sizeof(natives[0]); i++)
		if (strlen(natives[i].name) == len &&
		    memcmp(natives[i].name, s, len) == 0 &&
		    (int)strlen(natives[i].args) == nargs)
			return (&natives[i]);
	return (NULL);
}

void
compile_native_names(struct value_heap *h, struct value *a)
{
	char name[64];
	size_t i;

	for (i = 0; i < sizeof(natives) / sizeof(natives[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s/%zu", natives[i].name,
		    strlen(natives[i].args));
		value_push(h, a, value_str_z(h, name));
	}
}

/* What the shorter forms leave out. */
static struct node *
native_defaults(struct place *p, struct node *n, const struct ast *t)
{
	struct node *from;

	switch (n->op) {
	case NODE_RANGE:
		if (n->n == 1) {
			from = n->list[0];
			n = with_list(p, n, 2);
			n->list[0] = make_const(p, t, value_int(0));
			n->list[1] = from;
		}
		break;
	case NODE_ANY: case NODE_ALL: case NODE_UPDATE: case NODE_ADD:
		if (n->a == NULL)
			n->a = make(p, NODE_ITERATE, t);
		break;
	case NODE_INPUT: case NODE_INPUTS:
		p->u->uses_input = 1;
		break;
	default:
		break;
	}
	return (n);
}

static struct node *
compile_native(struct place *p, const struct native *native,
    const struct ast *t)
{
	struct node *n = make(p, native->op, t), *arg;
	const struct ast *e = t->a;
	const char *c;

	n->sub = (uint8_t)native->sub;
	n->place = -1;
	n = with_list(p, n, strlen(native->args));
	n->n = 0;
	for (c = native->args; *c != '\0'; c++, e = e->next) {
		if ((arg = compile_arg(p, e)) == NULL)
			return (NULL);
		if (*c == 'a')
			n->a = arg;
		else if (*c == 'b')
			n->b = arg;
		else
			n->list[n->n++] = arg;
	}
	return (native_defaults(p, n, t));
}

/* Arguments of C functions: the last one varies slowest. */
static struct node *
compile_builtin(struct place *p, const struct builtin *b, const struct ast *t)
{
	struct node *n = with_list(p, make(p, NODE_BUILTIN, t),
	    (size_t)b->nargs);
	const struct ast *e;
	int i = b->nargs;

	n->builtin = b;
	for (e = t->a; e != NULL; e = e->next)
		if ((n->list[--i] = compile_arg(p, e)) == NULL)
			return (NULL);
	return (n);
}

static struct node *
compile_user_call(struct place *p, const struct scope *x, const struct ast *t)
{
	struct node *n = make(p, NODE_CALL, t);
	const struct ast *e;
	uint32_t i = 0;

	if (x->kind == SCOPE_PARAM) {
		n->op = NODE_PARAM;
		n->depth = p->level - x->level;
		n->slot = x->slot;
		return (n);
	}
	n->func = x->func;
	/* To the frame that the function was defined in. */
	n->depth = p->level - (x->func->frameless ? x->func->level :
	    x->func->level - 1);
	n = with_list(p, n, (size_t)x->nparams);
	for (e = t->a; e != NULL; e = e->next)
		if ((n->list[i++] = compile_arg(p, e)) == NULL)
			return (NULL);
	return (n);
}

/* null, true and false look like calls, but nobody can define them anew. */
static int
constant_word(const struct ast *t, struct value *v)
{

	if (t->len == 4 && memcmp(t->s, "null", 4) == 0)
		*v = value_null();
	else if (t->len == 4 && memcmp(t->s, "true", 4) == 0)
		*v = value_bool(1);
	else if (t->len == 5 && memcmp(t->s, "false", 5) == 0)
		*v = value_bool(0);
	else
		return (0);
	return (1);
}

static struct node *
compile_call(struct place *p, const struct ast *t)
{
	const struct native *native;
	const struct builtin *b;
	const struct scope *x;
	const struct ast *e;
	struct value v;
	struct quote q;
	int nargs = 0;

	for (e = t->a; e != NULL; e = e->next)
		nargs++;
	if (nargs == 0 && constant_word(t, &v))
		return (make_const(p, t, v));
	if ((x = find_func(p->scope, t->s, t->len, nargs)) != NULL)
		return (compile_user_call(p, x, t));
	if ((native = find_native(t->s, t->len, nargs)) != NULL)
		return (compile_native(p, native, t));
	if ((b = builtin_find(t->s, t->len, nargs)) != NULL)
		return (compile_builtin(p, b, t));
	p->u->err->msg[0] = '\0';
	if ((x = library_func(p, t->s, t->len, nargs)) != NULL)
		return (compile_user_call(p, x, t));
	if (p->u->err->msg[0] == '\0')
		(void)parse_fail(p->m, t->pos, p->u->err,
		    "%s/%d is not defined", quote_plain(q.s, sizeof(q.s),
		    t->s, t->len), nargs);
	return (NULL);
}

static struct node *
compile_array(struct place *p, const struct ast *t)
{
	struct node *n;

	if (t->a == NULL)
		return (make_const(p, t, value_array(p->u->opts->heap, 0)));
	n = make(p, NODE_ARRAY, t);
	n->a = compile_node(p, t->a);
	return (n->a == NULL ? NULL : n);
}

static struct node *
compile_node(struct place *p, const struct ast *t)
{

	switch (t->kind) {
	case AST_IDENTITY:
		return (make(p, NODE_IDENTITY, t));
	case AST_RECURSE:
		return (make(p, NODE_RECURSE, t));
	case AST_NUMBER:
		return (compile_number(p, t));
	case AST_TEXT:
		return (compile_text(p, t));
	case AST_STRING:
		return (compile_string(p, t));
	case AST_FORMAT:
		return (compile_format(p, t));
	case AST_INDEX:
		return (compile_index(p, t));
	case AST_SLICE:
		return (compile_slice(p, t));
	case AST_ITERATE:
		return (compile_iterate(p, t));
	case AST_ARRAY:
		return (compile_array(p, t));
	case AST_OBJECT:
		return (compile_object(p, t));
	case AST_NEGATE:
		return (compile_negate(p, t));
	case AST_PIPE:
		return (compile_pipe(p, t));
	case AST_COMMA:
		return (compile_pair(p, NODE_COMMA, t));
	case AST_BINARY:
		return (compile_binary(p, t));
	case AST_AND:
		return (compile_pair(p, NODE_AND, t));
	case AST_OR:
		return (compile_pair(p, NODE_OR, t));
	case AST_DEFAULT:
		return (compile_pair(p, NODE_DEFAULT, t));
	case AST_ASSIGN:
		return (compile_assign(p, t));
	case AST_IF:
		return (compile_if(p, t));
	case AST_TRY:
		return (compile_try(p, t));
	case AST_REDUCE: case AST_FOREACH:
		return (compile_fold(p, t));
	case AST_AS:
		return (compile_as(p, t));
	case AST_LABEL:
		return (compile_label(p, t));
	case AST_BREAK:
		return (compile_break(p, t));
	case AST_VAR:
		return (compile_var(p, t));
	case AST_LOC:
		return (compile_loc(p, t));
	case AST_CALL:
		return (compile_call(p, t));
	case AST_DEF:
		return (compile_local_def(p, t));
	default:
		break;
	}
	(void)parse_fail(p->m, t->pos, p->u->err, "misplaced");
	return (NULL);
}

/*
 * Modules.
 */

static int compile_module(struct place *p);

/* The directory that the path's file is in. */
static const char *
directory(struct place *p, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return (".");
	return (arena_dup(p->u->a, path, (size_t)(slash - path)));
}

/* The "search" of an import's metadata, or NULL. */
static const char *
search_dir(struct place *p, const struct ast_import *im)
{
	const struct ast *m, *v;

	if (im->meta == NULL || im->meta->kind != AST_OBJECT)
		return (NULL);
	for (m = im->meta->a; m != NULL; m = m->next) {
		const struct ast *k = m->a->kind == AST_STRING ?
		    m->a->a : m->a;

		v = m->b;
		if (k->kind == AST_TEXT && k->len == 6 &&
		    memcmp(k->s, "search", 6) == 0 &&
		    v->kind == AST_STRING && v->a->kind == AST_TEXT)
			return (arena_dup(p->u->a, v->a->s, v->a->len));
	}
	return (NULL);
}

/* All values of a JSON file, as an array. */
static int
import_data(struct place *p, const struct ast_import *im)
{
	struct value_heap *h = p->u->opts->heap;
	struct module_file f;
	struct buf name = { 0 };
	struct value all;
	struct scope *x;

	if (module_find(p->u->a, p->u->opts->dirs, p->dir,
	    search_dir(p, im), im->path, im->path_len, "json", &f,
	    p->u->err) != 0 || module_values(h, &f, &all, p->u->err) != 0)
		return (parse_fail(p->m, im->pos, p->u->err, "%s",
		    arena_dup(p->u->a, p->u->err->msg,
		    strlen(p->u->err->msg))));
	x = declare(p, SCOPE_CONST, im->as, im->as_len);
	x->value = all;
	buf_put(&name, im->as, im->as_len);
	buf_puts(&name, "::");
	buf_put(&name, im->as, im->as_len);
	x = declare(p, SCOPE_CONST, arena_dup(p->u->a, name.s, name.len),
	    name.len);
	x->value = value_dup(all);
	buf_free(&name);
	return (0);
}

/* Declare what the module defines, in its order, as name::function. */
static void
import_names(struct place *p, const struct scope *x, const struct scope *end,
    const struct ast_import *im)
{
	struct buf name = { 0 };
	struct scope *y;

	if (x == end)
		return;
	import_names(p, x->next, end, im);
	if (x->kind != SCOPE_FUNC && im->as != NULL)
		return;
	if (im->as != NULL && memchr(x->s, ':', x->len) != NULL)
		return;
	if (im->as != NULL) {
		buf_put(&name, im->as, im->as_len);
		buf_puts(&name, "::");
	}
	buf_put(&name, x->s, x->len);
	y = declare(p, x->kind, arena_dup(p->u->a, name.s, name.len),
	    name.len);
	y->nparams = x->nparams;
	y->func = x->func;
	y->slot = x->slot;
	y->level = x->level;
	y->value = value_dup(x->value);
	buf_free(&name);
}

static int
import_code(struct place *p, const struct ast_import *im)
{
	struct place inner = { .u = p->u, .frame = p->frame };
	struct module_file f;

	if (p->u->depth >= MODULE_DEPTH)
		return (parse_fail(p->m, im->pos, p->u->err,
		    "modules import each other without end"));
	if (module_find(p->u->a, p->u->opts->dirs, p->dir,
	    search_dir(p, im), im->path, im->path_len, "jq", &f,
	    p->u->err) != 0)
		return (parse_fail(p->m, im->pos, p->u->err, "%s",
		    arena_dup(p->u->a, p->u->err->msg,
		    strlen(p->u->err->msg))));
	inner.m = parse(p->u->a, f.path, f.text, f.len, p->u->err);
	if (inner.m == NULL)
		return (-1);
	if (inner.m->body != NULL)
		return (parse_fail(inner.m, inner.m->body->pos, p->u->err,
		    "a module has definitions only"));
	inner.dir = directory(p, f.path);
	p->u->depth++;
	if (compile_module(&inner) != 0)
		return (-1);
	p->u->depth--;
	import_names(p, inner.scope, NULL, im);
	return (0);
}

/* Imports and definitions. */
static int
compile_module(struct place *p)
{
	const struct ast_import *im;
	const struct ast_def *def;

	for (im = p->m->imports; im != NULL; im = im->next)
		if ((im->is_data ? import_data(p, im) :
		    import_code(p, im)) != 0)
			return (-1);
	for (def = p->m->defs; def != NULL; def = def->next)
		if (compile_def(p, def) == NULL)
			return (-1);
	return (0);
}

int
compile(struct arena *a, const char *name, const char *text, size_t len,
    const struct compile_opts *opts, struct compiled *out, struct err *err)
{
	struct unit u = { .a = a, .opts = opts, .err = err };
	struct place p = { .u = &u };
	struct scope *x;
	size_t i;

	if ((p.m = parse(a, name, text, len, err)) == NULL)
		return (-1);
	for (i = 0; i < opts->nvars; i++) {
		x = alloc(&p, 1, sizeof(*x));
		x->kind = SCOPE_CONST;
		x->s = opts->vars[i].name;
		x->len = strlen(x->s);
		x->value = opts->vars[i].value;
		x->next = u.globals;
		u.globals = x;
	}
	p.dir = opts->origin;
	p.frame = out->main = new_func(&p, "main", 4, 0);
	if (compile_module(&p) != 0)
		return (-1);
	out->main->body = p.m->body == NULL ?
	    node_new(a, NODE_IDENTITY, 0) : compile_node(&p, p.m->body);
	if (out->main->body == NULL)
		return (-1);
	node_classify(u.funcs);
	out->uses_input = u.uses_input;
	return (0);
}
