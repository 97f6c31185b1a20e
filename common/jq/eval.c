#include <string.h>

#include "jq/access.h"
#include "jq/assign.h"
#include "jq/frame.h"
#include "jq/native.h"
#include "jq/number.h"
#include "jq/ops.h"
#include "jq/run.h"

/*
 * Two ways to evaluate.  eval_one is for filters with at most one output:
 * plain calls that return it.  eval is for all others and for tracking paths:
 * each output is handed to a continuation while the filter waits.  Both loop
 * where a filter's result is that of another (the right side of a pipe, a
 * branch, a call), so that tail calls do not use up the stack.
 */

int
eval_is_one(const struct node *n, const struct frame *env)
{

	return (n->cls == NODE_ONE ||
	    (n->cls == NODE_DEPENDS && env->all_one));
}

static inline int
is_one(const struct node *n, const struct frame *env)
{

	return (n->cls == NODE_ONE ||
	    (n->cls == NODE_DEPENDS && env->all_one));
}

static inline int
stack_is_low(const struct run *r)
{

	return (RUN_STACK() < r->stack_low);
}

/* Drop an error that was caught. */
static void
forget(struct run *r)
{

	value_free(r->heap, run_catch(r));
}

/*
 * Calls.
 */

static void
close_over(struct run *r, struct node *arg, struct frame *env,
    struct closure *c)
{

	(void)r;
	if (arg->op == NODE_PARAM) {
		/* What was passed to us is passed on as it is. */
		*c = frame_closures(frame_up(env, arg->depth))[arg->slot];
		c->env->refs++;
		return;
	}
	c->body = arg;
	c->env = env;
	c->is_one = is_one(arg, env);
	env->refs++;
}

/* The frame that a call's function runs in; counted for the caller. */
static struct frame *
enter_call(struct run *r, struct node *n, struct frame *env)
{
	struct frame *parent = frame_up(env, n->depth), *f;
	struct closure *c;
	uint32_t i;

	if (n->func->frameless) {
		parent->refs++;
		return (parent);
	}
	f = frame_new(r->heap, n->func, parent);
	c = frame_closures(f);
	for (i = 0; i < n->n; i++) {
		close_over(r, n->list[i], env, &c[i]);
		f->all_one &= c[i].is_one;
	}
	return (f);
}

/* The same for filters passed as arguments; stores what to run there. */
static struct frame *
enter_param(struct node *n, struct frame *env, struct node **body)
{
	struct closure *c =
	    &frame_closures(frame_up(env, n->depth))[n->slot];

	*body = c->body;
	c->env->refs++;
	return (c->env);
}

/*
 * Bindings.
 */

static void
set_slot(struct run *r, struct frame *env, int slot, struct value v)
{
	struct value *s = &frame_slots(env)[slot];
	struct value old = *s;

	*s = v;
	value_free(r->heap, old);
}

static void
clear_slots(struct run *r, const struct bind *b, struct frame *env)
{
	size_t i;

	for (i = 0; i < b->nclear; i++)
		set_slot(r, env, b->clear[i], value_null());
}

/* Take one step of a pattern with its key known. */
static int
bind_step(struct run *r, const struct bind_step *s, struct frame *env,
    struct value *src, struct value *key)
{
	struct value *from = s->from < 0 ? src : &frame_slots(env)[s->from];
	struct value v;

	if (key == NULL)
		v = value_dup(*from);
	else if (access_get(r, from, key, &v) < 0)
		return (-1);
	set_slot(r, env, s->slot, v);
	return (0);
}

/* Bind by a pattern whose keys have one output each. */
static int
bind_one(struct run *r, struct bind *b, struct frame *env, struct value *src)
{
	const struct bind_step *s;
	struct value key, *from;
	size_t i;
	int rc;

	clear_slots(r, b, env);
	for (i = 0; i < b->nsteps; i++) {
		s = &b->steps[i];
		if (s->key == NULL) {
			(void)bind_step(r, s, env, src, NULL);
			continue;
		}
		from = s->from < 0 ? src : &frame_slots(env)[s->from];
		rc = eval_one(r, s->key, env, value_dup(*from), &key);
		if (rc != 1)
			return (rc < 0 ? -1 : 1);
		rc = bind_step(r, s, env, src, &key);
		value_free(r->heap, key);
		if (rc != 0)
			return (-1);
	}
	return (0);
}

/* What to do once all is bound: a continuation without a value. */
struct bound {
	int	(*fn)(struct run *r, struct bound *k);
};

struct bind_many {
	struct cont	 k;
	struct bind	*bind;
	size_t		 at;
	struct frame	*env;
	struct value	*src;
	struct bound	*then;
};

static int bind_from(struct run *r, struct bind_many *m);

static int
bind_key(struct run *r, struct cont *k, struct value key, struct value path)
{
	struct bind_many *m = (struct bind_many *)k, next = *m;
	int rc;

	(void)path;
	rc = bind_step(r, &m->bind->steps[m->at], m->env, m->src, &key);
	value_free(r->heap, key);
	next.at++;
	return (rc != 0 ? -1 : bind_from(r, &next));
}

static int
bind_from(struct run *r, struct bind_many *m)
{
	const struct bind_step *s;
	struct value *from;

	for (; m->at < m->bind->nsteps; m->at++) {
		s = &m->bind->steps[m->at];
		if (s->key != NULL) {
			from = s->from < 0 ? m->src :
			    &frame_slots(m->env)[s->from];
			m->k.fn = bind_key;
			return (eval(r, s->key, m->env, value_dup(*from),
			    value_none(), &m->k));
		}
		(void)bind_step(r, s, m->env, m->src, NULL);
	}
	return (m->then->fn(r, m->then));
}

/* Bind ${src} by the pattern ${b}, or the next of its alternatives when that
 * one, or what follows, fails. */
static int
bind_all(struct run *r, struct bind *b, struct frame *env, struct value *src,
    struct bound *then)
{
	struct bind_many m = { .env = env, .src = src, .then = then };
	int rc;

	for (;; b = b->next) {
		if (b->many) {
			clear_slots(r, b, env);
			m.bind = b;
			m.at = 0;
			rc = bind_from(r, &m);
		} else {
			rc = bind_one(r, b, env, src);
			rc = rc == 0 ? then->fn(r, then) : rc < 0 ? -1 : 0;
		}
		if (rc == 0 || b->next == NULL || r->unwind != UNWIND_ERROR)
			return (rc);
		forget(r);
	}
}

/*
 * Operands: every combination of their outputs, the first operand's varying
 * slowest.
 */
struct operands {
	struct node	*n;
	struct frame	*env;
	struct value	*in;		/* borrowed */
	struct value	*path;		/* borrowed */
	struct value	*vals;
	struct value	 term_path;	/* of the last operand, if tracked */
	struct cont	*out;
};

struct operand {
	struct cont	 k;
	struct operands	*o;
	uint32_t	 i;
};

static int operands_from(struct run *r, struct operands *o, uint32_t i);
static int finish(struct run *r, struct operands *o);

static int
operand_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct operand *x = (struct operand *)k;
	int rc;

	x->o->vals[x->i] = v;
	if (path.kind != VALUE_NONE)
		x->o->term_path = path;
	rc = operands_from(r, x->o, x->i + 1);
	value_free(r->heap, x->o->vals[x->i]);
	if (path.kind != VALUE_NONE) {
		value_free(r->heap, path);
		x->o->term_path = value_none();
	}
	return (rc);
}

/* Is this operand the term whose path is tracked? */
static int
is_tracked(const struct operands *o, uint32_t i)
{

	return (o->path->kind != VALUE_NONE && i + 1 == o->n->n &&
	    (o->n->op == NODE_INDEX || o->n->op == NODE_SLICE));
}

/* Once the member before operand ${i} is whole: can its key be one? */
static int
check_member(struct run *r, const struct node *n, struct value *vals,
    uint32_t i)
{

	if (n->op != NODE_OBJECT || i == 0 || i % 2 != 0 ||
	    value_is_string(&vals[i - 2]))
		return (1);
	return (run_key_error(r, &vals[i - 2]));
}

static int
operands_from(struct run *r, struct operands *o, uint32_t i)
{
	struct operand x = { .k = { operand_emit }, .o = o };
	struct node *n = o->n;
	uint32_t start = i;
	int rc = 1;

	for (; i < n->n; i++) {
		if ((rc = check_member(r, n, o->vals, i)) != 1)
			break;
		if (is_tracked(o, i) || !is_one(n->list[i], o->env)) {
			x.i = i;
			rc = eval(r, n->list[i], o->env, value_dup(*o->in),
			    is_tracked(o, i) ? value_dup(*o->path) :
			    value_none(), &x.k);
			break;
		}
		rc = eval_one(r, n->list[i], o->env, value_dup(*o->in),
		    &o->vals[i]);
		if (rc != 1)
			break;
	}
	if (i == n->n)
		rc = finish(r, o);
	while (i > start)
		value_free(r->heap, o->vals[--i]);
	return (rc < 0 ? -1 : 0);
}

/* Evaluate the operands of ${n}, borrowing ${in} and ${path}. */
static int
eval_operands(struct run *r, struct node *n, struct frame *env,
    struct value *in, struct value *path, struct cont *k)
{
	struct value few[8];
	struct operands o = { n, env, in, path, few, value_none(), k };
	size_t size = n->n * sizeof(struct value);
	int rc;

	if (n->n > 8)
		o.vals = value_alloc(r->heap, size);
	rc = operands_from(r, &o, 0);
	if (n->n > 8)
		value_dealloc(r->heap, o.vals, size);
	return (rc);
}

/*
 * What the operands make.
 */

/* An object of ${vals}: key, value, key, value.  They are taken. */
static int
make_object(struct run *r, const struct node *n, struct value *vals,
    struct value *out)
{
	struct value o = value_object(r->heap, n->n / 2);
	struct value_member *m;
	uint32_t i;

	for (i = 0; i < n->n; i += 2) {
		if (!value_is_string(&vals[i])) {
			value_free(r->heap, o);
			return (run_key_error(r, &vals[i]));
		}
		if (!n->plain_keys) {
			value_set(r->heap, &o, value_take(&vals[i]),
			    value_take(&vals[i + 1]));
			continue;
		}
		m = &o.u.obj->m[o.u.obj->n++];
		m->key = value_take(&vals[i]);
		m->value = value_take(&vals[i + 1]);
		o.u.obj->live++;
	}
	*out = o;
	return (1);
}

/* Join the parts of a string, which come last one first; they are taken. */
static int
make_string(struct run *r, const struct node *n, struct value *vals,
    struct value *out)
{
	struct value s = value_str_new(r->heap, 48), part;
	const char *p;
	uint32_t i;
	size_t len;

	for (i = n->n; i-- > 0;) {
		part = value_take(&vals[i]);
		if (n->builtin != NULL && !n->list[i]->literal) {
			struct value v = part;

			if (n->builtin->fn(r, &v, &part) < 0) {
				value_free(r->heap, v);
				value_free(r->heap, s);
				return (-1);
			}
			value_free(r->heap, v);
		} else {
			part = ops_tostring(r, part);
		}
		p = value_bytes(r->heap, &part, &len);
		value_str_append(r->heap, &s, p, len);
		value_free(r->heap, part);
	}
	*out = s;
	return (run_check(r) < 0 ? (value_free(r->heap, s), -1) : 1);
}

/* Call a C function: arguments come last one first.  ${in} is taken over. */
static int
call_builtin(struct run *r, const struct node *n, struct value in,
    struct value *vals, struct value *out)
{
	struct value v[BUILTIN_ARGS + 1];
	uint32_t i;
	int rc;

	v[0] = in;
	for (i = 0; i < n->n; i++)
		v[i + 1] = value_take(&vals[n->n - 1 - i]);
	rc = n->builtin->fn(r, v, out);
	for (i = 0; i <= n->n; i++)
		value_free(r->heap, v[i]);
	return (rc);
}

/* Make the value of a node from its operands, which are taken. */
static int
combine(struct run *r, struct node *n, struct value *in, struct value *vals,
    struct value *out)
{
	struct value v[2];
	int rc;

	switch (n->op) {
	case NODE_BINARY:
		v[0] = value_take(&vals[1]);
		v[1] = value_take(&vals[0]);
		rc = ops_binary(r, (enum ast_op)n->sub, v, out);
		value_free(r->heap, v[0]);
		value_free(r->heap, v[1]);
		return (rc);
	case NODE_NEGATE:
		return (ops_negate(r, &vals[0], out));
	case NODE_OBJECT:
		return (make_object(r, n, vals, out));
	case NODE_STRING:
		return (make_string(r, n, vals, out));
	case NODE_BUILTIN:
		return (call_builtin(r, n, value_take(in), vals, out));
	case NODE_INDEX: case NODE_SLICE:
		rc = n->op == NODE_INDEX ?
		    access_get(r, &vals[1], &vals[0], out) :
		    access_slice(r, &vals[2], &vals[0], &vals[1], out);
		if (rc < 0 && n->optional && r->unwind == UNWIND_ERROR) {
			forget(r);
			return (0);
		}
		return (rc);
	case NODE_GETPATH:
		return (access_getpath(r, in, &vals[0], out));
	default:
		return (native_combine(r, n, in, vals, out));
	}
}

/* ${path} (borrowed) with ${key} (taken over) at its end. */
static int
extend_path(struct run *r, const struct value *v, const struct value *path,
    struct value key, struct value *out)
{
	struct value p;
	size_t i;

	if (path->kind != VALUE_ARR) {
		(void)native_path_error(r, v, &key);
		value_free(r->heap, key);
		return (-1);
	}
	p = value_array(r->heap, path->u.arr->n + 1);
	for (i = 0; i < path->u.arr->n; i++)
		value_push(r->heap, &p, value_dup(path->u.arr->v[i]));
	value_push(r->heap, &p, key);
	*out = p;
	return (0);
}

/* All operands are there: emit what they make. */
static int
finish(struct run *r, struct operands *o)
{
	struct value few[8], *vals = few, in, v, path = value_none(), key;
	struct node *n = o->n;
	size_t size = n->n * sizeof(struct value);
	uint32_t i;
	int rc;

	if (n->op == NODE_RANGE || n->op == NODE_LIMIT || n->op == NODE_SKIP ||
	    n->op == NODE_NTH)
		return (native_emit(r, n, o->env, o->in, o->path, o->vals,
		    o->out));
	if (o->term_path.kind != VALUE_NONE) {
		key = n->op == NODE_INDEX ? value_dup(o->vals[0]) :
		    access_slice_key(r, &o->vals[0], &o->vals[1]);
		if (extend_path(r, &o->vals[n->n - 1], &o->term_path, key,
		    &path) != 0)
			return (-1);
	} else if (o->path->kind != VALUE_NONE) {
		if (native_track(r, n, o->in, o->path, o->vals, &path) != 0)
			return (-1);
	}
	if (n->n > 8)
		vals = value_alloc(r->heap, size);
	for (i = 0; i < n->n; i++)
		vals[i] = value_dup(o->vals[i]);
	in = value_dup(*o->in);
	rc = combine(r, n, &in, vals, &v);
	value_free(r->heap, in);
	for (i = 0; i < n->n; i++)
		value_free(r->heap, vals[i]);
	if (n->n > 8)
		value_dealloc(r->heap, vals, size);
	if (rc == 1)
		return (o->out->fn(r, o->out, v, path));
	value_free(r->heap, path);
	return (rc);
}

/*
 * One output.
 */

/* The operands of ${n}, all with one output; ${in} is taken over. */
static int
combine_one(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct value few[8], *vals = few;
	size_t size = n->n * sizeof(struct value);
	int rc = 1, moved = 0;
	uint32_t i;

	if (n->n > 8)
		vals = value_alloc(r->heap, size);
	for (i = 0; i < n->n && rc == 1; i++) {
		if ((rc = check_member(r, n, vals, i)) != 1)
			break;
		/* The last one gets the input itself, not a copy. */
		moved = i + 1 == n->n && n->op != NODE_BUILTIN &&
		    n->op < NODE_UPDATE;
		if (n->list[i]->op == NODE_CONST)
			vals[i] = value_dup(n->list[i]->value);
		else
			rc = eval_one(r, n->list[i], env, moved ?
			    value_take(&in) : value_dup(in), &vals[i]);
	}
	if (rc != 1)
		i--;
	else
		rc = combine(r, n, &in, vals, out);
	while (i > 0)
		value_free(r->heap, vals[--i]);
	if (n->n > 8)
		value_dealloc(r->heap, vals, size);
	value_free(r->heap, in);
	return (rc);
}

static int
binary_one(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct value v[2];
	int rc;

	if (n->list[0]->op == NODE_CONST)
		v[1] = value_dup(n->list[0]->value);
	else if ((rc = eval_one(r, n->list[0], env, value_dup(in),
	    &v[1])) != 1) {
		value_free(r->heap, in);
		return (rc);
	}
	if (n->list[1]->op == NODE_IDENTITY)
		v[0] = in;
	else if ((rc = eval_one(r, n->list[1], env, in, &v[0])) != 1) {
		value_free(r->heap, v[1]);
		return (rc);
	}
	rc = ops_binary(r, (enum ast_op)n->sub, v, out);
	value_free(r->heap, v[0]);
	value_free(r->heap, v[1]);
	return (rc);
}

/* A builtin whose arguments all have one output. */
static int
builtin_one(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct value v[BUILTIN_ARGS + 1];
	uint32_t i = 0, k;
	int rc = 1;

	for (; i < n->n; i++) {
		k = n->n - i;
		if (n->list[i]->op == NODE_CONST)
			v[k] = value_dup(n->list[i]->value);
		else if ((rc = eval_one(r, n->list[i], env, value_dup(in),
		    &v[k])) != 1)
			break;
	}
	v[0] = in;
	if (rc == 1)
		rc = n->builtin->fn(r, v, out);
	value_free(r->heap, v[0]);
	while (i > 0)
		value_free(r->heap, v[n->n - --i]);
	return (rc);
}

static int
logic_one(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct value v;
	int rc, truth;

	if ((rc = eval_one(r, n->a, env, value_dup(in), &v)) != 1) {
		value_free(r->heap, in);
		return (rc);
	}
	truth = value_truth(&v);
	value_free(r->heap, v);
	if (truth == (n->op == NODE_OR)) {
		value_free(r->heap, in);
		*out = value_bool(truth);
		return (1);
	}
	if ((rc = eval_one(r, n->b, env, in, &v)) != 1)
		return (rc);
	*out = value_bool(value_truth(&v));
	value_free(r->heap, v);
	return (1);
}

static struct value
read_var(struct run *r, const struct node *n, struct frame *env)
{
	struct value *v = &frame_slots(frame_up(env, n->depth))[n->slot];

	if (v->len > VALUE_LONG && v->u.s != r->row)
		value_open(r->heap, v);
	return (value_dup(*v));
}

static int
do_break(struct run *r, const struct node *n, struct frame *env)
{

	r->label = frame_slots(frame_up(env, n->depth))[n->slot].u.i;
	r->unwind = UNWIND_BREAK;
	return (-1);
}

/* Did we unwind to this label?  Then we are there. */
static int
arrived(struct run *r, int64_t label)
{

	if (r->unwind != UNWIND_BREAK || r->label != label)
		return (0);
	r->unwind = UNWIND_NONE;
	return (1);
}

static int
label_one(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	int64_t label = ++r->labels;
	int rc;

	set_slot(r, env, n->slot, value_int(label));
	rc = eval_one(r, n->a, env, in, out);
	return (rc < 0 && arrived(r, label) ? 0 : rc);
}

/* "as" with alternatives, in the one-output way. */
static int
bind_alternatives_one(struct run *r, struct node *n, struct frame *env,
    struct value *src, struct value in, struct value *out)
{
	struct bind *b;
	int rc;

	for (b = n->bind;; b = b->next) {
		rc = bind_one(r, b, env, src);
		if (rc == 0)
			rc = eval_one(r, n->b, env, value_dup(in), out);
		else if (rc > 0)
			rc = 0;
		if (rc >= 0 || b->next == NULL || r->unwind != UNWIND_ERROR)
			break;
		forget(r);
	}
	value_free(r->heap, in);
	return (rc);
}

/* The condition of "if" and "select": 1 with *${truth}, else as eval_one. */
static int
condition_one(struct run *r, struct node *n, struct frame *env,
    const struct value *in, int *truth)
{
	struct value v;
	int rc;

	if ((rc = eval_one(r, n->a, env, value_dup(*in), &v)) != 1)
		return (rc);
	*truth = value_truth(&v);
	value_free(r->heap, v);
	return (1);
}

static int
select_one(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value *out)
{
	int rc, truth;

	if ((rc = condition_one(r, n, env, &in, &truth)) == 1 && truth) {
		*out = in;
		return (1);
	}
	value_free(r->heap, in);
	return (rc < 0 ? -1 : 0);
}

/* What stands before "//": 1 when it counts, -1, or 0 for what is behind. */
static int
default_one(struct run *r, struct node *n, struct frame *env,
    const struct value *in, struct value *out)
{
	int rc;

	if ((rc = eval_one(r, n->a, env, value_dup(*in), out)) != 1)
		return (rc);
	if (value_truth(out))
		return (1);
	value_free(r->heap, *out);
	return (0);
}

/* Bind the one value of "E as PATTERN": 1, and then the body is next, else as
 * eval_one. */
static int
as_one(struct run *r, struct node *n, struct frame *env,
    const struct value *in)
{
	struct value v;
	int rc;

	if ((rc = eval_one(r, n->a, env, value_dup(*in), &v)) != 1)
		return (rc);
	rc = bind_one(r, n->bind, env, &v);
	value_free(r->heap, v);
	return (rc == 0 ? 1 : rc < 0 ? -1 : 0);
}

static int
as_alternatives_one(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value *out)
{
	struct value v;
	int rc;

	if ((rc = eval_one(r, n->a, env, value_dup(in), &v)) != 1) {
		value_free(r->heap, in);
		return (rc);
	}
	rc = bind_alternatives_one(r, n, env, &v, in, out);
	value_free(r->heap, v);
	return (rc);
}

int
eval_one(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct frame *mine = NULL, *next;
	struct value v;
	int rc, truth;

	if (stack_is_low(r)) {
		value_free(r->heap, in);
		return (run_fatal(r, "Recursion too deep"));
	}
	for (;;) {
		switch (n->op) {
		case NODE_IDENTITY:
			*out = in;
			rc = 1;
			goto done;
		case NODE_CONST:
			value_free(r->heap, in);
			*out = value_dup(n->value);
			rc = 1;
			goto done;
		case NODE_FIELD:
			rc = access_field(r, n, in, out);
			goto done;
		case NODE_PIPE:
			if ((rc = eval_one(r, n->a, env, in, &v)) != 1)
				goto done;
			in = v;
			n = n->b;
			continue;
		case NODE_BINARY:
			rc = binary_one(r, n, env, in, out);
			goto done;
		case NODE_BUILTIN:
			rc = builtin_one(r, n, env, in, out);
			goto done;
		case NODE_VAR:
			value_free(r->heap, in);
			*out = read_var(r, n, env);
			rc = 1;
			goto done;
		case NODE_IF:
			rc = condition_one(r, n, env, &in, &truth);
			if (rc != 1)
				goto nothing;
			n = truth ? n->b : n->c;
			if (n != NULL)
				continue;
			*out = in;
			goto done;
		case NODE_AND: case NODE_OR:
			rc = logic_one(r, n, env, in, out);
			goto done;
		case NODE_SELECT:
			rc = select_one(r, n, env, in, out);
			goto done;
		case NODE_EMPTY:
			rc = 0;
			goto nothing;
		case NODE_DEFAULT:
			rc = default_one(r, n, env, &in, out);
			if (rc != 0)
				goto nothing;
			n = n->b;
			continue;
		case NODE_TRY:
			rc = eval_one(r, n->a, env, in, out);
			if (rc >= 0 || r->unwind != UNWIND_ERROR)
				goto done;
			in = run_catch(r);
			n = n->b;
			if (n != NULL)
				continue;
			rc = 0;
			goto nothing;
		case NODE_CALL:
			next = enter_call(r, n, env);
			n = n->func->body;
			break;
		case NODE_PARAM:
			next = enter_param(n, env, &n);
			break;
		case NODE_SCOPE:
			next = frame_new(r->heap, n->func, env);
			n = n->func->body;
			break;
		case NODE_AS:
			if (n->bind->next != NULL) {
				rc = as_alternatives_one(r, n, env, in, out);
				goto done;
			}
			if ((rc = as_one(r, n, env, &in)) != 1)
				goto nothing;
			n = n->b;
			continue;
		case NODE_LABEL:
			rc = label_one(r, n, env, in, out);
			goto done;
		case NODE_BREAK:
			rc = do_break(r, n, env);
			goto nothing;
		case NODE_INDEX: case NODE_SLICE: case NODE_OBJECT:
		case NODE_STRING: case NODE_NEGATE: case NODE_GETPATH:
			rc = combine_one(r, n, env, in, out);
			goto done;
		default:
			rc = native_one(r, n, env, in, out);
			goto done;
		}
		frame_free(r->heap, mine);
		mine = env = next;
		if (value_heap_over(r->heap) && run_check(r) != 0) {
			rc = -1;
			goto nothing;
		}
	}
nothing:	/* becomes of the input */
	value_free(r->heap, in);
done:
	frame_free(r->heap, mine);
	return (rc);
}

/*
 * Many outputs.
 */

struct then {
	struct cont	 k;
	struct node	*n;
	struct frame	*env;
	struct value	 in, path;	/* borrowed */
	struct cont	*out;
	int		 any;		/* something was emitted */
	int		 downstream;	/* what failed is not ours */
};

static int
pipe_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct then *t = (struct then *)k;

	return (eval(r, t->n->b, t->env, v, path, t->out));
}

/* A condition: run a branch on the input for each of its outputs. */
static int
if_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct then *t = (struct then *)k;
	struct node *branch = value_truth(&v) ? t->n->b : t->n->c;

	(void)path;
	value_free(r->heap, v);
	if (branch == NULL)
		return (t->out->fn(r, t->out, value_dup(t->in),
		    value_dup(t->path)));
	return (eval(r, branch, t->env, value_dup(t->in), value_dup(t->path),
	    t->out));
}

static int
select_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct then *t = (struct then *)k;
	int truth = value_truth(&v);

	(void)path;
	value_free(r->heap, v);
	if (!truth)
		return (0);
	return (t->out->fn(r, t->out, value_dup(t->in), value_dup(t->path)));
}

/* The right side of "and" and "or". */
static int
truth_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct then *t = (struct then *)k;
	int truth = value_truth(&v);

	value_free(r->heap, v);
	value_free(r->heap, path);
	return (t->out->fn(r, t->out, value_bool(truth), value_none()));
}

static int
logic_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct then *t = (struct then *)k;
	struct then right = { .k = { truth_emit }, .out = t->out };
	int truth = value_truth(&v);

	value_free(r->heap, v);
	value_free(r->heap, path);
	if (truth == (t->n->op == NODE_OR))
		return (t->out->fn(r, t->out, value_bool(truth),
		    value_none()));
	return (eval(r, t->n->b, t->env, value_dup(t->in), value_none(),
	    &right.k));
}

/* The left side of "//": pass what counts. */
static int
default_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct then *t = (struct then *)k;

	if (!value_truth(&v)) {
		value_free(r->heap, v);
		value_free(r->heap, path);
		return (0);
	}
	t->any = 1;
	return (t->out->fn(r, t->out, v, path));
}

static int
try_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct then *t = (struct then *)k;
	int rc = t->out->fn(r, t->out, v, path);

	t->downstream = rc < 0;
	return (rc);
}

/* The body of "as" after its source is bound. */
struct as_body {
	struct bound	 k;
	struct then	*t;
};

static int
as_bound(struct run *r, struct bound *k)
{
	struct then *t = ((struct as_body *)k)->t;

	return (eval(r, t->n->b, t->env, value_dup(t->in),
	    value_dup(t->path), t->out));
}

static int
as_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct as_body body = { { as_bound }, (struct then *)k };
	int rc;

	value_free(r->heap, path);
	rc = bind_all(r, body.t->n->bind, body.t->env, &v, &body.k);
	value_free(r->heap, v);
	return (rc);
}

/* Outputs of something that is no path, while paths are tracked. */
static int
untracked_emit(struct run *r, struct cont *k, struct value v,
    struct value path)
{
	struct then *t = (struct then *)k;

	value_free(r->heap, path);
	/* null out of null, true out of true: the same thing. */
	if (v.kind <= VALUE_TRUE && v.kind == t->in.kind)
		return (t->out->fn(r, t->out, v, value_dup(t->path)));
	return (t->out->fn(r, t->out, v, value_bool(0)));
}

static int
eval_label(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value path, struct cont *k)
{
	int64_t label = ++r->labels;
	int rc;

	set_slot(r, env, n->slot, value_int(label));
	rc = eval(r, n->a, env, in, path, k);
	return (rc < 0 && arrived(r, label) ? 0 : rc);
}

/*
 * reduce and foreach.
 */
struct fold {
	struct cont	 k;		/* of the source */
	struct bound	 bound;
	struct node	*n;
	struct frame	*env;
	struct value	 state;		/* VALUE_NONE: there is none */
	struct value	 path;
	struct cont	*out;
};

#define FOLD_OF_BOUND(b) ((struct fold *)(void *)((char *)(b) - \
	offsetof(struct fold, bound)))

struct fold_update {
	struct cont	 k;
	struct fold	*f;
};

/* An output of the update: the state to go on with. */
static int
fold_state(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct fold *f = ((struct fold_update *)k)->f;

	value_free(r->heap, f->state);
	value_free(r->heap, f->path);
	f->state = v;
	f->path = path;
	return (0);
}

static int
reduce_bound(struct run *r, struct bound *b)
{
	struct fold *f = FOLD_OF_BOUND(b);
	struct fold_update u = { { fold_state }, f };
	struct value in = f->state, path = f->path;
	int rc;

	f->state = value_null();
	f->path = path.kind == VALUE_NONE ? value_none() : value_bool(0);
	if (path.kind == VALUE_NONE && is_one(f->n->c, f->env)) {
		rc = eval_one(r, f->n->c, f->env, in, &f->state);
		if (rc == 0)
			f->state = value_null();
		if (rc < 0)
			f->state = value_none();
		if (rc >= 0 && value_heap_over(r->heap))
			return (run_check(r));
		return (rc < 0 ? -1 : 0);
	}
	return (eval(r, f->n->c, f->env, in, path, &u.k));
}

static int
foreach_state(struct run *r, struct cont *k, struct value v,
    struct value path)
{
	struct fold *f = ((struct fold_update *)k)->f;

	value_free(r->heap, f->state);
	value_free(r->heap, f->path);
	f->state = value_dup(v);
	f->path = value_dup(path);
	if (f->n->d == NULL)
		return (f->out->fn(r, f->out, v, path));
	return (eval(r, f->n->d, f->env, v, path, f->out));
}

static int
foreach_bound(struct run *r, struct bound *b)
{
	struct fold *f = FOLD_OF_BOUND(b);
	struct fold_update u = { { foreach_state }, f };
	struct value in = f->state, path = f->path;
	int rc;

	f->state = value_none();
	f->path = value_none();
	rc = eval(r, f->n->c, f->env, in, path, &u.k);
	/* Without an output the state is lost, and null goes on. */
	if (f->state.kind == VALUE_NONE)
		f->state = value_null();
	return (rc);
}

static int
fold_source(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct fold *f = (struct fold *)k;
	struct bind *b = f->n->bind;
	int rc;

	value_free(r->heap, path);
	if (b->nsteps == 1 && b->steps[0].key == NULL && b->next == NULL) {
		set_slot(r, f->env, b->steps[0].slot, v);
		return (f->bound.fn(r, &f->bound));
	}
	rc = bind_all(r, b, f->env, &v, &f->bound);
	value_free(r->heap, v);
	return (rc);
}

struct fold_init {
	struct cont	 k;
	struct node	*n;
	struct frame	*env;
	struct value	*in;
	struct cont	*out;
};

/* For each initial state. */
static int
fold_emit(struct run *r, struct cont *k, struct value init, struct value path)
{
	struct fold_init *i = (struct fold_init *)k;
	struct fold f = { .k = { fold_source }, .n = i->n, .env = i->env,
	    .state = init, .path = path, .out = i->out };
	int rc, reduce = i->n->op == NODE_REDUCE;

	f.bound.fn = reduce ? reduce_bound : foreach_bound;
	rc = eval(r, i->n->a, i->env, value_dup(*i->in), value_none(), &f.k);
	if (reduce && rc == 0)
		return (i->out->fn(r, i->out, f.state, f.path));
	value_free(r->heap, f.state);
	value_free(r->heap, f.path);
	return (rc);
}

int
eval_fold(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value path, struct cont *k)
{
	struct fold_init i = { { fold_emit }, n, env, &in, k };
	int rc;

	rc = eval(r, n->b, env, value_dup(in), path, &i.k);
	value_free(r->heap, in);
	return (rc);
}

/* As eval for what is no path: its value is on none. */
static int
eval_untracked(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value path, struct cont *k)
{
	struct then t = { .k = { untracked_emit }, .in = in, .path = path,
	    .out = k };
	int rc;

	rc = eval(r, n, env, value_dup(in), value_none(), &t.k);
	value_free(r->heap, in);
	value_free(r->heap, path);
	return (rc);
}

/* What cannot be on a path. */
static int
is_computed(const struct node *n)
{

	switch (n->op) {
	case NODE_CONST: case NODE_ARRAY: case NODE_OBJECT: case NODE_STRING:
	case NODE_NEGATE: case NODE_BINARY: case NODE_AND: case NODE_OR:
	case NODE_VAR: case NODE_BUILTIN: case NODE_UPDATE: case NODE_ASSIGN:
	case NODE_OPASSIGN: case NODE_RANGE: case NODE_ISEMPTY: case NODE_ANY:
	case NODE_ALL: case NODE_ADD: case NODE_MAP: case NODE_PATH:
	case NODE_DELETE: case NODE_WALK: case NODE_BY:
	case NODE_WITH_ENTRIES: case NODE_INPUT: case NODE_INPUTS:
	case NODE_TOSTREAM: case NODE_FROMSTREAM:
		return (1);
	default:
		return (0);
	}
}

/* .name */
static int
eval_field(struct run *r, struct node *n, struct value in, struct value path,
    struct cont *k)
{
	struct value v, p = value_none();
	int rc;

	if (path.kind != VALUE_NONE && extend_path(r, &in, &path,
	    value_dup(n->value), &p) != 0) {
		value_free(r->heap, in);
		value_free(r->heap, path);
		return (-1);
	}
	value_free(r->heap, path);
	if ((rc = access_field(r, n, in, &v)) == 1)
		return (k->fn(r, k, v, p));
	value_free(r->heap, p);
	return (rc);
}

int
eval(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value path, struct cont *k)
{
	struct frame *mine = NULL, *next;
	struct then t;
	struct value v;
	int rc, truth;

	if (stack_is_low(r)) {
		value_free(r->heap, in);
		value_free(r->heap, path);
		return (run_fatal(r, "Recursion too deep"));
	}
	for (;;) {
		if (path.kind == VALUE_NONE) {
			if (is_one(n, env)) {
				rc = eval_one(r, n, env, in, &v);
				if (rc == 1)
					rc = k->fn(r, k, v, value_none());
				goto done;
			}
		} else if (is_computed(n)) {
			rc = eval_untracked(r, n, env, in, path, k);
			goto done;
		}
		memset(&t, 0, sizeof(t));
		t.n = n;
		t.env = env;
		t.out = k;
		switch (n->op) {
		case NODE_IDENTITY:
			rc = k->fn(r, k, in, path);
			goto done;
		case NODE_FIELD:
			rc = eval_field(r, n, in, path, k);
			goto done;
		case NODE_PIPE:
			if (path.kind == VALUE_NONE && is_one(n->a, env)) {
				if ((rc = eval_one(r, n->a, env, in,
				    &v)) != 1)
					goto done;
				in = v;
				n = n->b;
				continue;
			}
			t.k.fn = pipe_emit;
			rc = eval(r, n->a, env, in, path, &t.k);
			goto done;
		case NODE_COMMA:
			if (eval(r, n->a, env, value_dup(in),
			    value_dup(path), k) != 0) {
				rc = -1;
				break;
			}
			n = n->b;
			continue;
		case NODE_IF: case NODE_SELECT: case NODE_AND: case NODE_OR:
			t.k.fn = n->op == NODE_IF ? if_emit :
			    n->op == NODE_SELECT ? select_emit : logic_emit;
			t.in = in;
			t.path = path;
			if (n->op == NODE_IF && is_one(n->a, env)) {
				/* The branch is in tail position. */
				rc = condition_one(r, n, env, &in, &truth);
				if (rc != 1)
					break;
				n = truth ? n->b : n->c;
				if (n != NULL)
					continue;
				rc = k->fn(r, k, in, path);
				goto done;
			}
			rc = eval(r, n->a, env, value_dup(in), value_none(),
			    &t.k);
			break;
		case NODE_DEFAULT:
			t.k.fn = default_emit;
			rc = eval(r, n->a, env, value_dup(in),
			    value_dup(path), &t.k);
			if (rc < 0 || t.any)
				break;
			n = n->b;
			continue;
		case NODE_TRY:
			t.k.fn = try_emit;
			rc = eval(r, n->a, env, in, path, &t.k);
			if (rc == 0 || t.downstream ||
			    r->unwind != UNWIND_ERROR)
				goto done;
			in = run_catch(r);
			path = path.kind == VALUE_NONE ? value_none() :
			    value_bool(0);
			n = n->b;
			rc = 0;
			if (n != NULL)
				continue;
			break;
		case NODE_CALL:
			next = enter_call(r, n, env);
			n = n->func->body;
			goto enter;
		case NODE_PARAM:
			next = enter_param(n, env, &n);
			goto enter;
		case NODE_SCOPE:
			next = frame_new(r->heap, n->func, env);
			n = n->func->body;
			goto enter;
		case NODE_AS:
			if (is_one(n->a, env) && n->bind->next == NULL &&
			    !n->bind->many) {
				/* The body is in tail position. */
				if ((rc = as_one(r, n, env, &in)) != 1)
					break;
				n = n->b;
				continue;
			}
			t.k.fn = as_emit;
			t.in = in;
			t.path = path;
			rc = eval(r, n->a, env, value_dup(in), value_none(),
			    &t.k);
			break;
		case NODE_LABEL:
			rc = eval_label(r, n, env, in, path, k);
			goto done;
		case NODE_BREAK:
			rc = do_break(r, n, env);
			break;
		case NODE_EMPTY:
			rc = 0;
			break;
		case NODE_REDUCE: case NODE_FOREACH:
			rc = eval_fold(r, n, env, in, path, k);
			goto done;
		case NODE_INDEX: case NODE_SLICE: case NODE_OBJECT:
		case NODE_STRING: case NODE_NEGATE: case NODE_BINARY:
		case NODE_BUILTIN: case NODE_RANGE: case NODE_LIMIT:
		case NODE_SKIP: case NODE_NTH: case NODE_GETPATH:
			rc = eval_operands(r, n, env, &in, &path, k);
			break;
		default:
			rc = native_eval(r, n, env, in, path, k);
			goto done;
		}
		value_free(r->heap, in);
		value_free(r->heap, path);
		goto done;
enter:
		frame_free(r->heap, mine);
		mine = env = next;
		if (value_heap_over(r->heap) && run_check(r) != 0) {
			value_free(r->heap, in);
			value_free(r->heap, path);
			rc = -1;
			goto done;
		}
	}
done:
	frame_free(r->heap, mine);
	return (rc < 0 ? -1 : 0);
}

/*
 * The first output of anything.
 */
struct first {
	struct cont	 k;
	struct value	 v;
	int64_t		 label;
};

static int
first_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct first *f = (struct first *)k;

	value_free(r->heap, path);
	f->v = v;
	r->label = f->label;
	r->unwind = UNWIND_BREAK;
	return (-1);
}

int
eval_first(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct first f = { .k = { first_emit }, .v = value_none() };
	int rc;

	if (is_one(n, env))
		return (eval_one(r, n, env, in, out));
	f.label = ++r->labels;
	rc = eval(r, n, env, in, value_none(), &f.k);
	if (rc < 0 && !arrived(r, f.label))
		return (-1);
	*out = f.v;
	return (f.v.kind != VALUE_NONE);
}

struct frame *
eval_frame(struct run *r, const struct func *f)
{

	return (frame_new(r->heap, f, NULL));
}

void
eval_frame_free(struct run *r, struct frame *env)
{

	frame_free(r->heap, env);
}
