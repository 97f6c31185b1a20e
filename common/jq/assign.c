#include <string.h>

#include "jq/access.h"
#include "jq/assign.h"
#include "jq/frame.h"
#include "jq/ops.h"

/*
 * What becomes of the value at a path.  apply returns 1 when *v was replaced,
 * 0 when it shall be deleted, -1 when it failed.
 */
struct update {
	struct node	*n;		/* the assignment */
	struct frame	*env;
	struct value	*rhs;		/* of =, += and kin */
	uint64_t	 stored;	/* so often */
};

static int
apply(struct run *r, struct update *u, struct value *v)
{
	struct value x[2];
	int rc;

	switch (u->n->op) {
	case NODE_UPDATE:
		x[0] = value_take(v);
		/* What is stored by a filter that fails is nobody's. */
		rc = eval_first(r, u->n->b, u->env, x[0], &x[1]);
		if (rc == 1)
			*v = x[1];
		u->stored += rc == 1;
		return (rc);
	case NODE_ASSIGN:
		u->stored++;
		value_free(r->heap, *v);
		*v = value_dup(*u->rhs);
		return (1);
	default:
		break;
	}
	u->stored++;
	if (u->n->sub == OP_DEFAULT) {
		if (!value_truth(v)) {
			value_free(r->heap, *v);
			*v = value_dup(*u->rhs);
		}
		return (1);
	}
	x[0] = value_take(v);
	x[1] = value_dup(*u->rhs);
	rc = ops_binary(r, (enum ast_op)u->n->sub, x, v);
	value_free(r->heap, x[0]);
	value_free(r->heap, x[1]);
	return (rc);
}

/*
 * Most left sides lead to places that do not overlap and can be visited in
 * the value itself, without making paths: .a.b[].c, .[] | select(...).
 */
enum { PATH_UNKNOWN, PATH_DIRECT, PATH_GENERAL };

static int
is_direct(const struct node *n)
{

	switch (n->op) {
	case NODE_IDENTITY: case NODE_FIELD: case NODE_ITERATE:
	case NODE_EMPTY:
		return (1);
	case NODE_INDEX:
		return (!n->optional && n->list[0]->cls == NODE_ONE &&
		    is_direct(n->list[1]));
	case NODE_SLICE:
		return (!n->optional && n->list[0]->cls == NODE_ONE &&
		    n->list[1]->cls == NODE_ONE && is_direct(n->list[2]));
	case NODE_PIPE:
		return (is_direct(n->a) && is_direct(n->b));
	case NODE_SELECT:
		return (n->a->cls == NODE_ONE);
	case NODE_IF:
		return (n->a->cls == NODE_ONE && is_direct(n->b) &&
		    (n->c == NULL || is_direct(n->c)));
	case NODE_TRY:
		return (n->b == NULL && (n->a->op == NODE_FIELD ||
		    n->a->op == NODE_ITERATE));
	default:
		return (0);
	}
}

static int
path_kind(struct node *n)
{

	if (n->path_kind == PATH_UNKNOWN)
		n->path_kind = is_direct(n) ? PATH_DIRECT : PATH_GENERAL;
	return (n->path_kind);
}

/* What is left of the way to go: a filter or a key, then the rest. */
struct way {
	struct node	*n;
	struct value	*key;
	struct way	*next;
};

static int go(struct run *r, struct update *u, struct way *w,
    struct value *v);

static int
go_key(struct run *r, struct update *u, struct way *next,
    struct value *key, struct value *v)
{
	const uint64_t before = u->stored;
	struct value child;
	int rc;

	if (access_take(r, v, key, &child) < 0)
		return (-1);
	rc = go(r, u, next, &child);
	/* What no way leads to is not made. */
	if (rc == 1 && u->stored == before &&
	    (child.kind == VALUE_NULL || value_is_string(v))) {
		value_free(r->heap, child);
		return (1);
	}
	if (rc == 1)
		return (access_set(r, v, key, child));
	value_free(r->heap, child);
	if (rc == 0)
		return (access_delete(r, v, key));
	return (-1);
}

static int
go_index(struct run *r, struct update *u, struct way *w,
    struct value *v)
{
	struct node *n = w->n;
	struct value key, to, from;
	struct way last = { NULL, &key, w->next };
	struct way term = { n->list[n->n - 1], NULL, &last };
	int rc;

	rc = eval_one(r, n->list[0], u->env, value_dup(*v), &key);
	if (rc != 1)
		return (rc < 0 ? -1 : 1);
	if (n->op == NODE_SLICE) {
		from = key;
		rc = eval_one(r, n->list[1], u->env, value_dup(*v), &to);
		if (rc != 1) {
			value_free(r->heap, from);
			return (rc < 0 ? -1 : 1);
		}
		key = access_slice_key(r, &from, &to);
		value_free(r->heap, from);
		value_free(r->heap, to);
	}
	rc = go(r, u, &term, v);
	value_free(r->heap, key);
	return (rc);
}

static int
go_items(struct run *r, struct update *u, struct way *next,
    struct value *v)
{
	struct value_array *a;
	struct value child;
	size_t i, kept = 0;
	int rc = 1;

	value_unshare(r->heap, v);
	a = v->u.arr;
	for (i = 0; i < a->n && rc >= 0; i++) {
		child = value_take(&a->v[i]);
		rc = go(r, u, next, &child);
		if (rc == 1)
			a->v[kept++] = child;
		else
			value_free(r->heap, child);
	}
	/* What comes after an error stays, for nobody to see. */
	for (; i < a->n; i++)
		a->v[kept++] = a->v[i];
	a->n = kept;
	return (rc < 0 ? -1 : 1);
}

static int
go_members(struct run *r, struct update *u, struct way *next,
    struct value *v)
{
	struct value_object *o;
	struct value child, gone = value_none();
	const char *s;
	size_t i, len;
	int rc = 1;

	ops_open_row(r, v);
	value_unshare(r->heap, v);
	o = v->u.obj;
	for (i = 0; i < o->n && rc >= 0; i++) {
		if (o->m[i].key.kind == VALUE_NONE)
			continue;
		child = value_take(&o->m[i].value);
		rc = go(r, u, next, &child);
		if (rc == 1) {
			o->m[i].value = child;
			continue;
		}
		value_free(r->heap, child);
		if (rc < 0)
			break;
		if (gone.kind == VALUE_NONE)
			gone = value_array(r->heap, 4);
		value_push(r->heap, &gone, value_dup(o->m[i].key));
	}
	for (i = 0; gone.kind != VALUE_NONE && i < gone.u.arr->n; i++) {
		s = value_bytes(r->heap, &gone.u.arr->v[i], &len);
		(void)value_delete(r->heap, v, s, len);
	}
	value_free(r->heap, gone);
	return (rc < 0 ? -1 : 1);
}

static int
go_iterate(struct run *r, struct update *u, struct way *next,
    struct value *v, int quiet)
{

	if (value_is_array(v))
		return (go_items(r, u, next, v));
	if (value_is_object(v))
		return (go_members(r, u, next, v));
	if (quiet)
		return (1);
	return (run_iterate_error(r, v));
}

/* Is there something in ${v} that ".a?" or ".[]?" reaches? */
static int
go_try(struct run *r, struct update *u, struct way *w, struct value *v)
{
	struct node *n = w->n->a;

	if (n->op == NODE_ITERATE)
		return (go_iterate(r, u, w->next, v, 1));
	if (!value_is_object(v) && v->kind != VALUE_NULL)
		return (1);
	return (go_key(r, u, w->next, &n->value, v));
}

static int
go_if(struct run *r, struct update *u, struct way *w, struct value *v)
{
	struct way branch = { NULL, NULL, w->next };
	struct value c;
	int rc, truth;

	rc = eval_one(r, w->n->a, u->env, value_dup(*v), &c);
	if (rc != 1)
		return (rc < 0 ? -1 : 1);
	truth = value_truth(&c);
	value_free(r->heap, c);
	if (w->n->op == NODE_SELECT)
		return (truth ? go(r, u, w->next, v) : 1);
	branch.n = truth ? w->n->b : w->n->c;
	return (go(r, u, branch.n == NULL ? w->next : &branch, v));
}

/* Go the way ${w} from *${v} on and change what is at its end. */
static int
go(struct run *r, struct update *u, struct way *w, struct value *v)
{
	struct way a, b;

	if (w == NULL)
		return (apply(r, u, v));
	if (w->key != NULL)
		return (go_key(r, u, w->next, w->key, v));
	switch (w->n->op) {
	case NODE_FIELD:
		return (go_key(r, u, w->next, &w->n->value, v));
	case NODE_INDEX: case NODE_SLICE:
		return (go_index(r, u, w, v));
	case NODE_ITERATE:
		return (go_iterate(r, u, w->next, v, 0));
	case NODE_PIPE:
		b = (struct way){ w->n->b, NULL, w->next };
		a = (struct way){ w->n->a, NULL, &b };
		return (go(r, u, &a, v));
	case NODE_SELECT: case NODE_IF:
		return (go_if(r, u, w, v));
	case NODE_TRY:
		return (go_try(r, u, w, v));
	case NODE_EMPTY:
		return (1);
	default:
		return (go(r, u, w->next, v));
	}
}

/*
 * The general way: one path after the other, found in the value as it was
 * before.  What shall go is deleted at the end.
 */
struct walker {
	struct cont		 k;
	struct update		*u;
	struct value		*v;
	struct value		 gone;
};

static int
walk_to(struct run *r, struct cont *k, struct value at, struct value path)
{
	struct walker *w = (struct walker *)k;
	struct value x;
	int rc = -1;

	if (path.kind != VALUE_ARR) {
		(void)run_path_error(r, &at);
		value_free(r->heap, at);
		return (-1);
	}
	value_free(r->heap, at);
	if (access_getpath(r, w->v, &path, &x) == 1) {
		rc = apply(r, w->u, &x);
		if (rc == 1)
			rc = access_setpath(r, w->v, &path, 0, x);
		else
			value_free(r->heap, x);
		if (rc == 0)
			value_push(r->heap, &w->gone, value_dup(path));
	}
	value_free(r->heap, path);
	return (rc < 0 ? -1 : 0);
}

static int
update_paths(struct run *r, struct update *u, struct value *v)
{
	struct walker w = { { walk_to }, u, v, value_array(r->heap, 0) };
	int rc;

	rc = eval(r, u->n->a, u->env, value_dup(*v), value_array(r->heap, 0),
	    &w.k);
	if (rc == 0 && w.gone.u.arr->n > 0)
		rc = access_delpaths(r, v, &w.gone);
	value_free(r->heap, w.gone);
	return (rc < 0 ? -1 : 1);
}

/* Run the assignment on *${v}. */
static int
update(struct run *r, struct update *u, struct value *v)
{
	struct way w = { u->n->a, NULL, NULL };
	int rc;

	if (path_kind(u->n->a) == PATH_GENERAL)
		return (update_paths(r, u, v));
	rc = go(r, u, &w, v);
	if (rc == 0) {
		value_free(r->heap, *v);
		*v = value_null();
	}
	return (rc < 0 ? -1 : 1);
}

/*
 * del: the places first, then away with them, from the last to the first.
 */

/* Fields of objects can go one after the other. */
static int
is_fields(const struct node *n)
{

	if (n->op == NODE_COMMA)
		return (is_fields(n->a) && is_fields(n->b));
	if (n->op == NODE_PIPE)
		return (n->a->op == NODE_FIELD && n->b->op == NODE_FIELD);
	return (n->op == NODE_FIELD);
}

static int
delete_field(struct run *r, struct value *v, struct value *key)
{

	if (!value_is_object(v) && v->kind != VALUE_NULL) {
		/* For its message. */
		struct value x;

		if (access_get(r, v, key, &x) < 0)
			return (-1);
		value_free(r->heap, x);
	}
	return (access_delete(r, v, key));
}

static int
delete_fields(struct run *r, struct node *n, struct value *v)
{
	struct value child;
	int rc;

	if (n->op == NODE_COMMA)
		return (delete_fields(r, n->a, v) < 0 ? -1 :
		    delete_fields(r, n->b, v));
	if (n->op == NODE_FIELD)
		return (delete_field(r, v, &n->value));
	if (access_get(r, v, &n->a->value, &child) < 0)
		return (-1);
	if (child.kind == VALUE_NULL)
		return (1);
	value_free(r->heap, child);
	if (access_take(r, v, &n->a->value, &child) < 0)
		return (-1);
	rc = delete_field(r, &child, &n->b->value);
	if (rc < 0) {
		value_free(r->heap, child);
		return (-1);
	}
	return (access_set(r, v, &n->a->value, child));
}

static int
collect_path(struct run *r, struct cont *k, struct value at,
    struct value path)
{
	struct walker *w = (struct walker *)k;

	if (path.kind != VALUE_ARR) {
		(void)run_path_error(r, &at);
		value_free(r->heap, at);
		return (-1);
	}
	value_free(r->heap, at);
	value_push(r->heap, &w->gone, path);
	return (value_heap_over(r->heap) ? run_check(r) : 0);
}

static int
delete_one(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct walker w = { .k = { collect_path } };
	int rc;

	if (is_fields(n->a)) {
		rc = delete_fields(r, n->a, &in);
	} else {
		w.gone = value_array(r->heap, 0);
		rc = eval(r, n->a, env, value_dup(in),
		    value_array(r->heap, 0), &w.k);
		if (rc == 0)
			rc = access_delpaths(r, &in, &w.gone);
		value_free(r->heap, w.gone);
	}
	if (rc < 0) {
		value_free(r->heap, in);
		return (-1);
	}
	*out = in;
	return (1);
}

int
assign_one(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value *out)
{
	struct value rhs = value_none();
	struct update u = { n, env, &rhs, 0 };
	int rc;

	if (n->op == NODE_DELETE)
		return (delete_one(r, n, env, in, out));
	if (n->op != NODE_UPDATE) {
		rc = eval_one(r, n->b, env, value_dup(in), &rhs);
		if (rc != 1) {
			value_free(r->heap, in);
			return (rc);
		}
	}
	rc = update(r, &u, &in);
	value_free(r->heap, rhs);
	if (rc < 0)
		value_free(r->heap, in);
	else
		*out = in;
	return (rc);
}

struct each {
	struct cont	 k;
	struct node	*n;
	struct frame	*env;
	struct value	*in;
	struct cont	*out;
};

static int
assign_each(struct run *r, struct cont *k, struct value rhs,
    struct value path)
{
	struct each *e = (struct each *)k;
	struct update u = { e->n, e->env, &rhs, 0 };
	struct value v = value_dup(*e->in);
	int rc;

	(void)path;
	rc = update(r, &u, &v);
	value_free(r->heap, rhs);
	if (rc < 0) {
		value_free(r->heap, v);
		return (-1);
	}
	return (e->out->fn(r, e->out, v, value_none()));
}

int
assign_eval(struct run *r, struct node *n, struct frame *env,
    struct value in, struct cont *k)
{
	struct each e = { { assign_each }, n, env, &in, k };
	int rc;

	rc = eval(r, n->b, env, value_dup(in), value_none(), &e.k);
	value_free(r->heap, in);
	return (rc);
}
