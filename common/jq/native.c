#include <string.h>

#include "jq/access.h"
#include "jq/assign.h"
#include "jq/builtin_lib.h"
#include "jq/frame.h"
#include "jq/native.h"
#include "jq/number.h"
#include "jq/ops.h"

/*
 * Paths.
 */

static struct value
path_with(struct run *r, const struct value *path, struct value key)
{
	struct value p;
	size_t i;

	if (path->kind == VALUE_NONE) {
		value_free(r->heap, key);
		return (value_none());
	}
	p = value_array(r->heap, path->u.arr->n + 1);
	for (i = 0; i < path->u.arr->n; i++)
		value_push(r->heap, &p, value_dup(path->u.arr->v[i]));
	value_push(r->heap, &p, key);
	return (p);
}

int
native_path_error(struct run *r, const struct value *v,
    const struct value *key)
{
	struct value_style canon = { 0 };
	struct buf *b = run_buf(r);
	struct value ks, vs;

	value_put_style(r->heap, b, key, &canon);
	ks = value_str(r->heap, b->s, b->len);
	b = run_buf(r);
	value_put_style(r->heap, b, v, &canon);
	vs = value_str(r->heap, b->s, b->len);
	(void)run_error(r, "Invalid path expression near attempt to access "
	    "element %.*s of %.*s", (int)ks.u.str->len, ks.u.str->s,
	    (int)vs.u.str->len, vs.u.str->s);
	value_free(r->heap, ks);
	value_free(r->heap, vs);
	return (-1);
}

int
native_track(struct run *r, struct node *n, struct value *in,
    const struct value *path, struct value *vals, struct value *out)
{
	struct value v[2];
	int rc;

	(void)n;
	if (path->kind != VALUE_ARR)
		return (run_path_error(r, in));
	if (!value_is_array(&vals[0]))
		return (run_error(r, "Path must be specified as an array"));
	v[0] = value_dup(*path);
	v[1] = value_dup(vals[0]);
	rc = ops_add(r, v, out);
	value_free(r->heap, v[0]);
	value_free(r->heap, v[1]);
	return (rc == 1 ? 0 : -1);
}

/* One more reference to an item; a long text is opened where it is, once for
 * all who will look inside. */
static struct value
share(struct run *r, struct value *v)
{

	if (v->len > VALUE_LONG)
		value_open(r->heap, v);
	return (value_dup(*v));
}

/*
 * Collecting.
 */
struct collector {
	struct cont	 k;
	struct value	 v;		/* array, sum, last value */
	int64_t		 label;
	struct node	*n;
	struct frame	*env;
};

static int
collect(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct collector *c = (struct collector *)k;

	value_free(r->heap, path);
	value_push(r->heap, &c->v, v);
	return (value_heap_over(r->heap) ? run_check(r) : 0);
}

/* Append all outputs of ${n} to the array *${a}. */
static int
collect_into(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value *a)
{
	struct collector c = { .k = { collect } };
	struct value v;
	int rc;

	if (eval_is_one(n, env)) {
		rc = eval_one(r, n, env, in, &v);
		if (rc == 1)
			value_push(r->heap, a, v);
		return (rc < 0 ? -1 : 0);
	}
	c.v = *a;
	rc = eval(r, n, env, in, value_none(), &c.k);
	*a = c.v;
	return (rc);
}

static int
one_array(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{

	*out = value_array(r->heap, 0);
	if (collect_into(r, n->a, env, in, out) == 0)
		return (1);
	value_free(r->heap, *out);
	return (-1);
}

static int
one_map(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct value_member *m;
	struct value x;
	size_t i, count;
	int rc = 0;

	if (!value_is_array(&in) && !value_is_object(&in)) {
		(void)run_iterate_error(r, &in);
		value_free(r->heap, in);
		return (-1);
	}
	ops_open_row(r, &in);
	count = in.kind == VALUE_ARR ? in.u.arr->n : in.u.obj->n;
	*out = value_array(r->heap, count);
	for (i = 0; i < count && rc == 0; i++) {
		if (in.kind == VALUE_ARR) {
			/* Nobody else looks: hand over the item itself. */
			x = share(r, &in.u.arr->v[i]);
			if (in.u.arr->refs == 1)
				value_free(r->heap,
				    value_take(&in.u.arr->v[i]));
		} else {
			m = &in.u.obj->m[i];
			if (m->key.kind == VALUE_NONE)
				continue;
			x = share(r, &m->value);
		}
		rc = collect_into(r, n->a, env, x, out);
	}
	value_free(r->heap, in);
	if (rc == 0)
		return (1);
	value_free(r->heap, *out);
	return (-1);
}

static int
keep_last(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct collector *c = (struct collector *)k;

	value_free(r->heap, path);
	value_free(r->heap, c->v);
	c->v = v;
	return (0);
}

static int
one_last(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct collector c = { .k = { keep_last }, .v = value_none() };

	if (eval(r, n->a, env, in, value_none(), &c.k) != 0) {
		value_free(r->heap, c.v);
		return (-1);
	}
	*out = c.v;
	return (c.v.kind != VALUE_NONE);
}

static int
add_up(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct collector *c = (struct collector *)k;
	struct value x[2];
	int rc;

	value_free(r->heap, path);
	x[0] = value_take(&c->v);
	x[1] = v;
	rc = ops_add(r, x, &c->v);
	value_free(r->heap, x[0]);
	value_free(r->heap, x[1]);
	if (rc == 1 && value_heap_over(r->heap))
		return (run_check(r));
	return (rc < 0 ? -1 : 0);
}

static int
one_add(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct collector c = { .k = { add_up }, .v = value_null() };

	if (eval(r, n->a, env, in, value_none(), &c.k) != 0) {
		value_free(r->heap, c.v);
		return (-1);
	}
	*out = c.v;
	return (1);
}

/*
 * Stopping early.
 */

static int
stop(struct run *r, int64_t label)
{

	r->label = label;
	r->unwind = UNWIND_BREAK;
	return (-1);
}

static int
stopped(struct run *r, int64_t label)
{

	if (r->unwind != UNWIND_BREAK || r->label != label)
		return (0);
	r->unwind = UNWIND_NONE;
	return (1);
}

static int
one_isempty(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value *out)
{
	struct value v;
	int rc = eval_first(r, n->a, env, in, &v);

	if (rc < 0)
		return (-1);
	if (rc == 1)
		value_free(r->heap, v);
	*out = value_bool(rc == 0);
	return (1);
}

/* any and all: is there an output that decides? */
static int
quantify_truth(struct run *r, struct cont *k, struct value v,
    struct value path)
{
	struct collector *c = (struct collector *)k;
	int truth = value_truth(&v);

	value_free(r->heap, v);
	value_free(r->heap, path);
	return (truth == (c->n->op == NODE_ANY) ? stop(r, c->label) : 0);
}

static int
quantify_item(struct run *r, struct cont *k, struct value v,
    struct value path)
{
	struct collector *c = (struct collector *)k, cond = *c;

	value_free(r->heap, path);
	cond.k.fn = quantify_truth;
	if (c->n->b == NULL)
		return (quantify_truth(r, &cond.k, v, value_none()));
	return (eval(r, c->n->b, c->env, v, value_none(), &cond.k));
}

static int
one_quantify(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value *out)
{
	struct collector c = { .k = { quantify_item }, .n = n, .env = env };
	int rc, all = n->op == NODE_ALL;

	c.label = ++r->labels;
	rc = eval(r, n->a, env, in, value_none(), &c.k);
	if (rc < 0 && !stopped(r, c.label))
		return (-1);
	*out = value_bool(rc < 0 ? !all : all);
	return (1);
}

/* limit, skip, nth. */
struct counter {
	struct cont	 k;
	int64_t		 left, label;
	struct cont	*out;
	const struct value *count;
};

/* Is it greater than any number? */
static int
is_uncountable(const struct value *v)
{

	return (!value_is_number(v) && v->kind > VALUE_TRUE);
}

static int
limit_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct counter *c = (struct counter *)k;

	c->left--;
	if (c->out->fn(r, c->out, v, path) != 0)
		return (-1);
	return (c->left == 0 ? stop(r, c->label) : 0);
}

static int
skip_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct counter *c = (struct counter *)k;

	if (c->left > 0) {
		c->left--;
		value_free(r->heap, v);
		value_free(r->heap, path);
		return (0);
	}
	return (c->out->fn(r, c->out, v, path));
}

static int
nth_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct counter *c = (struct counter *)k;

	if (c->left-- > 0) {
		value_free(r->heap, v);
		value_free(r->heap, path);
		return (0);
	}
	if (c->out->fn(r, c->out, v, path) != 0)
		return (-1);
	return (stop(r, c->label));
}

/* What is no number fails when the first output is counted off it. */
static int
uncountable_emit(struct run *r, struct cont *k, struct value v,
    struct value path)
{
	struct counter *c = (struct counter *)k;
	const struct value one = value_int(1);

	value_free(r->heap, v);
	value_free(r->heap, path);
	return (run_type_error2(r, c->count, &one, "cannot be subtracted"));
}

/* How many: rounded up, as counting one by one would have it. */
static int
count_of(struct run *r, const struct node *n, struct value *v, int64_t *out)
{
	static const char *const negative[] = {
		"limit doesn't support negative count",
		"skip doesn't support negative count",
		"nth doesn't support negative indices"
	};
	int64_t whole;

	/* null, booleans and nan are less than any count. */
	*out = is_uncountable(v) ? 1 : -1;
	if (value_is_number(v) && !number_is_nan(v)) {
		*out = number_floor_int(v);
		if (*out < INT64_MAX && !number_int(v, &whole))
			(*out)++;
	}
	if (*out < 0)
		return (run_error(r, "%s", negative[n->op == NODE_LIMIT ? 0 :
		    n->op == NODE_SKIP ? 1 : 2]));
	return (0);
}

static int
emit_counted(struct run *r, struct node *n, struct frame *env,
    struct value *in, struct value *path, struct value *vals, struct cont *k)
{
	struct counter c = { .out = k, .label = ++r->labels };
	int rc;

	if (count_of(r, n, &vals[0], &c.left) != 0)
		return (-1);
	if (n->op == NODE_LIMIT && c.left == 0)
		return (0);
	c.count = &vals[0];
	c.k.fn = is_uncountable(&vals[0]) ? uncountable_emit :
	    n->op == NODE_LIMIT ? limit_emit :
	    n->op == NODE_SKIP ? skip_emit : nth_emit;
	rc = eval(r, n->a, env, value_dup(*in), value_dup(*path), &c.k);
	return (rc < 0 && stopped(r, c.label) ? 0 : rc);
}

/*
 * range.
 */

static int
range_numbers(struct run *r, struct value *from, struct value *to,
    struct value *by, struct cont *k)
{
	struct value at[2] = { value_dup(*from), value_dup(*by) }, next;
	const struct value zero = value_int(0);
	int up = number_cmp(by, &zero), rc = 0;

	while (rc == 0 && up != 0 && (up > 0 ? number_cmp(&at[0], to) < 0 :
	    number_cmp(&at[0], to) > 0)) {
		rc = r->stack_low == RUN_INTERRUPTED ?
		    run_fatal(r, "Interrupted") :
		    k->fn(r, k, value_dup(at[0]), value_none());
		if (rc != 0 || (rc = ops_add(r, at, &next) < 0 ? -1 : 0) != 0)
			break;
		value_free(r->heap, at[0]);
		at[0] = next;
	}
	value_free(r->heap, at[0]);
	value_free(r->heap, at[1]);
	return (rc);
}

static int
emit_range(struct run *r, struct node *n, struct value *vals, struct cont *k)
{
	struct value one = value_int(1), *by = n->n == 3 ? &vals[2] : &one;
	int64_t i, to, step;
	int rc = 0;

	if (!value_is_number(&vals[0]) || !value_is_number(&vals[1]) ||
	    !value_is_number(by))
		return (run_error(r, "Range bounds must be numeric"));
	if (!number_int(&vals[0], &i) || !number_int(&vals[1], &to) ||
	    !number_int(by, &step) || step == 0)
		return (range_numbers(r, &vals[0], &vals[1], by, k));
	while (rc == 0 && (step > 0 ? i < to : i > to)) {
		if (r->stack_low == RUN_INTERRUPTED)
			return (run_fatal(r, "Interrupted"));
		rc = k->fn(r, k, value_int(i), value_none());
		if (__builtin_add_overflow(i, step, &i))
			break;
	}
	return (rc);
}

int
native_emit(struct run *r, struct node *n, struct frame *env,
    struct value *in, struct value *path, struct value *vals, struct cont *k)
{

	if (n->op == NODE_RANGE)
		return (emit_range(r, n, vals, k));
	return (emit_counted(r, n, env, in, path, vals, k));
}

int
native_combine(struct run *r, struct node *n, struct value *in,
    struct value *vals, struct value *out)
{

	(void)n;
	(void)in;
	(void)vals;
	(void)out;
	return (run_fatal(r, "not a value"));
}

/*
 * .[] and ..
 */

static int
eval_iterate(struct run *r, struct value in, struct value path,
    struct cont *k)
{
	struct value_member *m;
	struct value p;
	size_t i;
	int rc = 0;

	if (path.kind == VALUE_FALSE) {
		rc = run_error(r, "Invalid path expression near attempt to "
		    "iterate through a computed value");
	} else if (value_is_array(&in)) {
		value_open(r->heap, &in);
		for (i = 0; i < in.u.arr->n && rc == 0; i++) {
			p = path_with(r, &path, value_int((int64_t)i));
			rc = k->fn(r, k, share(r, &in.u.arr->v[i]), p);
		}
	} else if (value_is_object(&in)) {
		ops_open_row(r, &in);
		for (i = 0; i < in.u.obj->n && rc == 0; i++) {
			m = &in.u.obj->m[i];
			if (m->key.kind == VALUE_NONE)
				continue;
			p = path_with(r, &path, value_dup(m->key));
			rc = k->fn(r, k, share(r, &m->value), p);
		}
	} else {
		rc = run_iterate_error(r, &in);
	}
	value_free(r->heap, in);
	value_free(r->heap, path);
	return (rc);
}

struct descent {
	struct cont	 k;
	struct cont	*out;
	struct node	*n;
	struct frame	*env;
	unsigned	 depth;
};

static int
descend(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct descent *d = (struct descent *)k, deeper = *d;

	if (++deeper.depth > VALUE_DEPTH) {
		value_free(r->heap, v);
		value_free(r->heap, path);
		return (run_fatal(r, "Recursion too deep"));
	}
	if (!value_is_array(&v) && !value_is_object(&v))
		return (d->out->fn(r, d->out, v, path));
	if (d->out->fn(r, d->out, value_dup(v), value_dup(path)) != 0) {
		value_free(r->heap, v);
		value_free(r->heap, path);
		return (-1);
	}
	return (eval_iterate(r, v, path, &deeper.k));
}

/* recurse(f): the value, then the same for each output of f on it. */
static int
recurse_by(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct descent *d = (struct descent *)k;
	struct value next;
	int rc;

	for (;;) {
		if (d->out->fn(r, d->out, value_dup(v),
		    value_dup(path)) != 0) {
			value_free(r->heap, v);
			value_free(r->heap, path);
			return (-1);
		}
		if (path.kind != VALUE_NONE ||
		    !eval_is_one(d->n->a, d->env))
			return (eval(r, d->n->a, d->env, v, path, &d->k));
		rc = eval_one(r, d->n->a, d->env, v, &next);
		if (rc != 1)
			return (rc);
		v = next;
	}
}

/*
 * Loops.
 */
struct loop {
	struct cont	 k;		/* of the condition */
	struct cont	 update;	/* of the update */
	struct node	*n;
	struct frame	*env;
	struct value	 in, path;
	struct cont	*out;
};

#define LOOP_OF_UPDATE(x) ((struct loop *)(void *)((char *)(x) - \
	offsetof(struct loop, update)))

static int run_loop(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value path, struct cont *k);

static int
loop_again(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct loop *l = LOOP_OF_UPDATE(k);

	return (run_loop(r, l->n, l->env, v, path, l->out));
}

/* One output of the condition: leave, or update and go round. */
static int
loop_cond(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct loop *l = (struct loop *)k;
	int truth = value_truth(&v);

	value_free(r->heap, v);
	value_free(r->heap, path);
	if (l->n->op == NODE_UNTIL ? truth : !truth)
		return (l->n->op == NODE_WHILE ? 0 : l->out->fn(r, l->out,
		    value_dup(l->in), value_dup(l->path)));
	if (l->n->op == NODE_WHILE && l->out->fn(r, l->out,
	    value_dup(l->in), value_dup(l->path)) != 0)
		return (-1);
	return (eval(r, l->n->b, l->env, value_dup(l->in),
	    value_dup(l->path), &l->update));
}

static int
run_loop(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value path, struct cont *k)
{
	struct loop l = { { loop_cond }, { loop_again }, n, env, in, path, k };
	struct value v;
	int rc, truth;

	while (path.kind == VALUE_NONE && eval_is_one(n->a, env) &&
	    eval_is_one(n->b, env)) {
		rc = eval_one(r, n->a, env, value_dup(in), &v);
		if (rc != 1) {
			value_free(r->heap, in);
			return (rc);
		}
		truth = value_truth(&v);
		value_free(r->heap, v);
		if (n->op == NODE_UNTIL && truth)
			return (k->fn(r, k, in, path));
		if (n->op == NODE_WHILE && !truth) {
			value_free(r->heap, in);
			return (0);
		}
		if (n->op == NODE_WHILE &&
		    k->fn(r, k, value_dup(in), path) != 0) {
			value_free(r->heap, in);
			return (-1);
		}
		rc = eval_one(r, n->b, env, in, &in);
		if (rc != 1)
			return (rc);
		l.in = in;
	}
	rc = eval(r, n->a, env, value_dup(in), value_none(), &l.k);
	value_free(r->heap, in);
	value_free(r->heap, path);
	return (rc);
}

static int
one_until(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct value v;
	int rc, truth;

	for (;;) {
		rc = eval_one(r, n->a, env, value_dup(in), &v);
		if (rc != 1)
			break;
		truth = value_truth(&v);
		value_free(r->heap, v);
		if (truth) {
			*out = in;
			return (1);
		}
		rc = eval_one(r, n->b, env, in, &in);
		if (rc != 1)
			return (rc);
		if (value_heap_over(r->heap) && run_check(r) != 0) {
			rc = -1;
			break;
		}
	}
	value_free(r->heap, in);
	return (rc);
}

static int
run_repeat(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value path, struct cont *k)
{
	int rc = 0;

	while (rc == 0)
		rc = r->stack_low == RUN_INTERRUPTED ?
		    run_fatal(r, "Interrupted") :
		    eval(r, n->a, env, value_dup(in), value_dup(path), k);
	value_free(r->heap, in);
	value_free(r->heap, path);
	return (rc);
}

/*
 * walk: f on the parts, then on the whole.
 */
static int walk(struct run *r, struct node *n, struct frame *env,
    struct value v, unsigned depth, struct cont *k);

/* Where the results for a part go: all of an array's, an object's first. */
struct part {
	struct cont	 k;
	struct value	 v;
	int		 first;
};

static int
part_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct part *p = (struct part *)k;

	value_free(r->heap, path);
	if (!p->first) {
		value_push(r->heap, &p->v, v);
	} else if (p->v.kind == VALUE_NONE) {
		p->v = v;
	} else {
		value_free(r->heap, v);
	}
	return (0);
}

static int
walk_array(struct run *r, struct node *n, struct frame *env,
    struct value *v, unsigned depth)
{
	struct part p = { .k = { part_emit } };
	size_t i, count = value_count(r->heap, v);
	int rc = 0;

	p.v = value_array(r->heap, count);
	for (i = 0; i < count && rc == 0; i++)
		rc = walk(r, n, env, value_dup(v->u.arr->v[i]), depth, &p.k);
	value_free(r->heap, *v);
	*v = p.v;
	return (rc);
}

static int
walk_object(struct run *r, struct node *n, struct frame *env,
    struct value *v, unsigned depth)
{
	struct part p = { .k = { part_emit }, .first = 1 };
	struct value_object *o;
	struct value out;
	size_t i;
	int rc = 0;

	ops_open_row(r, v);
	o = v->u.obj;
	out = value_object(r->heap, o->live);
	for (i = 0; i < o->n && rc == 0; i++) {
		if (o->m[i].key.kind == VALUE_NONE)
			continue;
		p.v = value_none();
		rc = walk(r, n, env, value_dup(o->m[i].value), depth, &p.k);
		if (rc == 0 && p.v.kind != VALUE_NONE)
			value_set(r->heap, &out, value_dup(o->m[i].key), p.v);
		else
			value_free(r->heap, p.v);
	}
	value_free(r->heap, *v);
	*v = out;
	return (rc);
}

static int
walk(struct run *r, struct node *n, struct frame *env, struct value v,
    unsigned depth, struct cont *k)
{
	int rc = 0;

	if (depth > VALUE_DEPTH)
		rc = run_fatal(r, "Recursion too deep");
	else if (value_is_array(&v))
		rc = walk_array(r, n, env, &v, depth + 1);
	else if (value_is_object(&v))
		rc = walk_object(r, n, env, &v, depth + 1);
	if (rc != 0) {
		value_free(r->heap, v);
		return (-1);
	}
	return (eval(r, n->a, env, v, value_none(), k));
}

static int
one_walk(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct collector c = { .k = { keep_last }, .v = value_none() };

	if (walk(r, n, env, in, 0, &c.k) != 0) {
		value_free(r->heap, c.v);
		return (-1);
	}
	*out = c.v;
	return (c.v.kind != VALUE_NONE);
}

/*
 * sort_by and kin: each item's key is the array of the filter's outputs, or
 * the output itself while there is exactly one.
 */
enum { BY_SORT, BY_GROUP, BY_UNIQUE, BY_MIN, BY_MAX };

static int
keys_of(struct run *r, struct node *f, struct frame *env, struct value *a,
    int wrap, struct value *keys)
{
	struct value k;
	size_t i;
	int rc;

	*keys = value_array(r->heap, a->u.arr->n);
	for (i = 0; i < a->u.arr->n; i++) {
		if (wrap) {
			k = value_array(r->heap, 1);
			rc = collect_into(r, f, env,
			    value_dup(a->u.arr->v[i]), &k) == 0 ? 1 : -1;
			if (rc < 0)
				value_free(r->heap, k);
		} else {
			rc = eval_one(r, f, env, value_dup(a->u.arr->v[i]),
			    &k);
		}
		if (rc != 1) {
			value_free(r->heap, *keys);
			return (rc);
		}
		value_push(r->heap, keys, k);
	}
	return (1);
}

static struct value
best(struct run *r, int which, struct value *a, struct value *keys)
{
	size_t i, at = 0;
	int c;

	for (i = 1; i < a->u.arr->n; i++) {
		c = value_cmp(r->heap, &keys->u.arr->v[i],
		    &keys->u.arr->v[at]);
		if (which == BY_MIN ? c < 0 : c >= 0)
			at = i;
	}
	return (a->u.arr->n == 0 ? value_null() :
	    value_dup(a->u.arr->v[at]));
}

/* Runs of equal keys become arrays, or their first item. */
static struct value
group(struct run *r, int which, struct value *a, struct value *keys)
{
	struct value out = value_array(r->heap, 0), *v = a->u.arr->v;
	struct value *k = keys->u.arr->v;
	struct value_array *o = out.u.arr;
	size_t i;

	for (i = 0; i < a->u.arr->n; i++) {
		if (i == 0 || value_cmp(r->heap, &k[i], &k[i - 1]) != 0)
			value_push(r->heap, &out, which == BY_UNIQUE ?
			    value_dup(v[i]) : value_array(r->heap, 1));
		if (which == BY_GROUP)
			value_push(r->heap, &o->v[o->n - 1],
			    value_dup(v[i]));
	}
	return (out);
}

static int
one_by(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct value keys;
	int rc;

	if (!value_is_array(&in)) {
		rc = value_is_object(&in) ? run_type_error(r, &in,
		    "cannot be sorted, as it is not an array") :
		    run_iterate_error(r, &in);
		value_free(r->heap, in);
		return (rc);
	}
	value_open(r->heap, &in);
	rc = keys_of(r, n->a, env, &in, !eval_is_one(n->a, env), &keys);
	if (rc == 0)
		rc = keys_of(r, n->a, env, &in, 1, &keys);
	if (rc < 0) {
		value_free(r->heap, in);
		return (-1);
	}
	if (n->sub == BY_MIN || n->sub == BY_MAX) {
		*out = best(r, n->sub, &in, &keys);
	} else {
		value_sort(r->heap, &in, &keys);
		*out = n->sub == BY_SORT ? value_dup(in) :
		    group(r, n->sub, &in, &keys);
	}
	value_free(r->heap, keys);
	value_free(r->heap, in);
	return (1);
}

static int
one_with_entries(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value *out)
{
	struct value entries, mapped;
	int rc;

	rc = builtin_to_entries(r, &in, &entries);
	value_free(r->heap, in);
	if (rc != 1)
		return (rc);
	rc = one_map(r, n, env, entries, &mapped);
	if (rc != 1)
		return (rc);
	rc = builtin_from_entries(r, &mapped, out);
	value_free(r->heap, mapped);
	return (rc);
}

/*
 * Streams.
 */

static int
emit_event(struct run *r, struct value path, struct value leaf,
    struct cont *k)
{
	struct value e = value_array(r->heap, 2);

	value_push(r->heap, &e, path);
	if (leaf.kind != VALUE_NONE)
		value_push(r->heap, &e, leaf);
	return (k->fn(r, k, e, value_none()));
}

/* The events of ${v} at ${path}; both are taken over.  A container ends with
 * the path of its last member. */
static int
to_stream(struct run *r, struct value v, struct value path, struct cont *k)
{
	struct value last = value_none(), key;
	struct value_member *m;
	size_t i, n = 0;
	int rc = 0, is_array;

	if (value_is_array(&v) || value_is_object(&v)) {
		ops_open_row(r, &v);
		n = v.kind == VALUE_ARR ? v.u.arr->n : v.u.obj->live;
	}
	if (n == 0)
		return (emit_event(r, path, v, k));
	if (path.u.arr->n > VALUE_DEPTH) {
		value_free(r->heap, v);
		value_free(r->heap, path);
		return (run_fatal(r, "Recursion too deep"));
	}
	is_array = v.kind == VALUE_ARR;
	n = is_array ? v.u.arr->n : v.u.obj->n;
	for (i = 0; i < n && rc == 0; i++) {
		m = is_array ? NULL : &v.u.obj->m[i];
		if (m != NULL && m->key.kind == VALUE_NONE)
			continue;
		key = is_array ? value_int((int64_t)i) : value_dup(m->key);
		value_free(r->heap, last);
		last = path_with(r, &path, key);
		rc = to_stream(r, value_dup(is_array ? v.u.arr->v[i] :
		    m->value), value_dup(last), k);
	}
	value_free(r->heap, v);
	value_free(r->heap, path);
	if (rc != 0) {
		value_free(r->heap, last);
		return (rc);
	}
	return (emit_event(r, last, value_none(), k));
}

struct builder {
	struct cont	 k;
	struct value	 v;		/* what is built, or VALUE_NONE */
	struct cont	*out;
};

static int
builder_emit(struct run *r, struct builder *b, struct value v)
{

	b->v = value_null();
	return (b->out->fn(r, b->out, v, value_none()));
}

/* One event: set a leaf; emit when a value of the top level is whole. */
static int
from_event(struct run *r, struct cont *k, struct value e, struct value path)
{
	struct builder *b = (struct builder *)k;
	struct value p, leaf;
	size_t n, depth;
	int rc;

	value_free(r->heap, path);
	if (!value_is_array(&e) || (n = value_count(r->heap, &e)) < 1 ||
	    n > 2 || !value_is_array(&e.u.arr->v[0])) {
		value_free(r->heap, e);
		return (run_error(r, "Invalid streaming event"));
	}
	p = value_dup(e.u.arr->v[0]);
	depth = value_count(r->heap, &p);
	leaf = n == 2 ? value_dup(e.u.arr->v[1]) : value_none();
	value_free(r->heap, e);
	rc = 0;
	if (n == 2 && depth == 0)
		rc = builder_emit(r, b, leaf);
	else if (n == 2)
		rc = access_setpath(r, &b->v, &p, 0, leaf) < 0 ? -1 : 0;
	else if (depth <= 1)
		rc = builder_emit(r, b, b->v);
	value_free(r->heap, p);
	return (rc);
}

static int
from_stream(struct run *r, struct node *n, struct frame *env,
    struct value in, struct cont *k)
{
	struct builder b = { { from_event }, value_null(), k };
	int rc;

	rc = eval(r, n->a, env, in, value_none(), &b.k);
	value_free(r->heap, b.v);
	return (rc);
}

static int
path_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct cont *out = ((struct counter *)k)->out;

	if (path.kind != VALUE_ARR) {
		(void)run_path_error(r, &v);
		value_free(r->heap, v);
		return (-1);
	}
	value_free(r->heap, v);
	return (out->fn(r, out, path, value_none()));
}

/* first(f) and last(f) with the path of what they find. */
struct finder {
	struct cont	k;
	struct value	v, path;
	int64_t		label;
};

static int
finder_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct finder *f = (struct finder *)k;

	value_free(r->heap, f->v);
	value_free(r->heap, f->path);
	f->v = v;
	f->path = path;
	return (f->label == 0 ? 0 : stop(r, f->label));
}

static int
eval_find(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value path, struct cont *k)
{
	struct finder f = { { finder_emit }, value_none(), value_none(), 0 };
	int rc;

	if (n->op == NODE_FIRST)
		f.label = ++r->labels;
	rc = eval(r, n->a, env, in, path, &f.k);
	if (rc < 0 && f.label != 0 && stopped(r, f.label))
		rc = 0;
	if (rc == 0 && f.v.kind != VALUE_NONE)
		return (k->fn(r, k, f.v, f.path));
	value_free(r->heap, f.v);
	value_free(r->heap, f.path);
	return (rc);
}

static int
eval_inputs(struct run *r, struct cont *k)
{
	struct value v;
	int rc;

	while ((rc = run_input(r, &v)) == 1)
		if (k->fn(r, k, v, value_none()) != 0)
			return (-1);
	return (rc);
}

static int
one_input(struct run *r, struct value *out)
{
	int rc = run_input(r, out);

	return (rc == 0 ? run_error(r, "No more inputs") : rc);
}

int
native_one(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct value vals;
	struct collector c = { .k = { keep_last }, .v = value_none() };
	int rc;

	switch (n->op) {
	case NODE_ARRAY:
		return (one_array(r, n, env, in, out));
	case NODE_MAP:
		return (one_map(r, n, env, in, out));
	case NODE_UPDATE: case NODE_ASSIGN: case NODE_OPASSIGN:
	case NODE_DELETE:
		return (assign_one(r, n, env, in, out));
	case NODE_FIRST:
		return (eval_first(r, n->a, env, in, out));
	case NODE_LAST:
		return (one_last(r, n, env, in, out));
	case NODE_ADD:
		return (one_add(r, n, env, in, out));
	case NODE_ISEMPTY:
		return (one_isempty(r, n, env, in, out));
	case NODE_ANY: case NODE_ALL:
		return (one_quantify(r, n, env, in, out));
	case NODE_UNTIL:
		return (one_until(r, n, env, in, out));
	case NODE_WALK:
		return (one_walk(r, n, env, in, out));
	case NODE_BY:
		return (one_by(r, n, env, in, out));
	case NODE_WITH_ENTRIES:
		return (one_with_entries(r, n, env, in, out));
	case NODE_INPUT:
		value_free(r->heap, in);
		return (one_input(r, out));
	case NODE_NTH:
		rc = eval_one(r, n->list[0], env, value_dup(in), &vals);
		if (rc == 1) {
			struct value none = value_none();

			rc = emit_counted(r, n, env, &in, &none, &vals, &c.k);
			value_free(r->heap, vals);
			*out = c.v;
			if (rc == 0)
				rc = c.v.kind != VALUE_NONE;
			else
				value_free(r->heap, c.v);
		}
		value_free(r->heap, in);
		return (rc);
	case NODE_REDUCE:
		rc = eval_fold(r, n, env, in, value_none(), &c.k);
		if (rc != 0) {
			value_free(r->heap, c.v);
			return (-1);
		}
		*out = c.v;
		return (c.v.kind != VALUE_NONE);
	default:
		value_free(r->heap, in);
		return (run_fatal(r, "unknown instruction"));
	}
}

int
native_eval(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value path, struct cont *k)
{
	struct descent d = { .k = { descend }, .out = k, .n = n, .env = env };
	struct counter c = { .k = { path_emit }, .out = k };

	switch (n->op) {
	case NODE_ITERATE:
		return (eval_iterate(r, in, path, k));
	case NODE_RECURSE:
		return (descend(r, &d.k, in, path));
	case NODE_RECURSE_BY:
		d.k.fn = recurse_by;
		return (recurse_by(r, &d.k, in, path));
	case NODE_UNTIL: case NODE_WHILE:
		return (run_loop(r, n, env, in, path, k));
	case NODE_REPEAT:
		return (run_repeat(r, n, env, in, path, k));
	case NODE_WALK:
		return (walk(r, n, env, in, 0, k));
	case NODE_PATH:
		return (eval(r, n->a, env, in, value_array(r->heap, 0),
		    &c.k));
	case NODE_FIRST: case NODE_LAST:
		return (eval_find(r, n, env, in, path, k));
	case NODE_ASSIGN: case NODE_OPASSIGN:
		return (assign_eval(r, n, env, in, k));
	case NODE_INPUTS:
		value_free(r->heap, in);
		return (eval_inputs(r, k));
	case NODE_TOSTREAM:
		return (to_stream(r, in, value_array(r->heap, 0), k));
	case NODE_FROMSTREAM:
		return (from_stream(r, n, env, in, k));
	default:
		value_free(r->heap, in);
		value_free(r->heap, path);
		return (run_fatal(r, "unknown instruction"));
	}
}
