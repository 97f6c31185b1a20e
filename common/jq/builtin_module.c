#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "jq/builtin_lib.h"
#include "jq/module.h"
#include "jq/number.h"
#include "jq/parse.h"
#include "jq/run.h"

static struct value constant(struct run *r, const struct ast *t);

/* What stands between commas, which group to the left. */
static void
push_items(struct run *r, const struct ast *t, struct value *a)
{

	if (t == NULL)
		return;
	if (t->kind == AST_COMMA) {
		push_items(r, t->a, a);
		push_items(r, t->b, a);
	} else {
		value_push(r->heap, a, constant(r, t));
	}
}

/* The value of a constant expression; null for what is none. */
static struct value
constant(struct run *r, const struct ast *t)
{
	struct value v = value_null();
	const struct ast *m;

	switch (t->kind) {
	case AST_NUMBER:
		v = value_str(r->heap, t->s, t->len);
		v.kind = VALUE_NUMSTR;
		break;
	case AST_TEXT:
		v = value_str(r->heap, t->s, t->len);
		break;
	case AST_STRING:
		if (t->a->kind == AST_TEXT)
			v = constant(r, t->a);
		break;
	case AST_CALL:
		if (t->len == 4 && memcmp(t->s, "true", 4) == 0)
			v = value_bool(1);
		else if (t->len == 5 && memcmp(t->s, "false", 5) == 0)
			v = value_bool(0);
		break;
	case AST_ARRAY:
		v = value_array(r->heap, 0);
		push_items(r, t->a, &v);
		break;
	case AST_OBJECT:
		v = value_object(r->heap, 4);
		for (m = t->a; m != NULL; m = m->next) {
			struct value k = constant(r, m->a);

			if (value_is_string(&k))
				value_set(r->heap, &v, k, constant(r, m->b));
			else
				value_free(r->heap, k);
		}
		break;
	default:
		break;
	}
	return (v);
}

static struct value
dependency(struct run *r, const struct ast_import *im)
{
	struct value o;

	o = im->meta != NULL ? constant(r, im->meta) : value_null();
	if (!value_is_object(&o)) {
		value_free(r->heap, o);
		o = value_object(r->heap, 3);
	}
	if (im->as != NULL)
		value_set_z(r->heap, &o, "as",
		    value_str(r->heap, im->as, im->as_len));
	value_set_z(r->heap, &o, "is_data", value_bool(im->is_data));
	value_set_z(r->heap, &o, "relpath",
	    value_str(r->heap, im->path, im->path_len));
	return (o);
}

/* What the module says of itself, what it imports and what it defines. */
static struct value
describe(struct run *r, const struct ast_module *m)
{
	struct value o = m->meta != NULL ? constant(r, m->meta) :
	    value_object(r->heap, 2), deps, defs;
	const struct ast_import *im;
	const struct ast_def *def;
	char arity[16];

	if (!value_is_object(&o)) {
		value_free(r->heap, o);
		o = value_object(r->heap, 2);
	}
	deps = value_array(r->heap, 0);
	for (im = m->imports; im != NULL; im = im->next)
		value_push(r->heap, &deps, dependency(r, im));
	value_set_z(r->heap, &o, "deps", deps);
	defs = value_array(r->heap, 0);
	for (def = m->defs; def != NULL; def = def->next) {
		struct value name = value_str(r->heap, def->s, def->len);

		(void)snprintf(arity, sizeof(arity), "/%d", def->nparams);
		value_str_append(r->heap, &name, arity, strlen(arity));
		value_push(r->heap, &defs, name);
	}
	value_set_z(r->heap, &o, "defs", defs);
	return (o);
}

static int
f_modulemeta(struct run *r, struct value *v, struct value *out)
{
	struct arena *a;
	struct module_file f;
	const struct ast_module *m;
	struct err err = ERR_INIT;
	const char *name;
	size_t len;
	int rc = -1;

	if (!value_is_string(&v[0]))
		return (run_type_error(r, &v[0], "is no name of a module"));
	name = value_bytes(r->heap, &v[0], &len);
	a = arena_new();
	if (module_find(a, r->dirs, NULL, NULL, name, len, "jq", &f,
	    &err) != 0 ||
	    (m = parse(a, f.path, f.text, f.len, &err)) == NULL) {
		(void)run_error(r, "%s", err.msg);
	} else {
		*out = describe(r, m);
		rc = 1;
	}
	arena_free(a);
	return (rc);
}

static int
f_get_search_list(struct run *r, struct value *v, struct value *out)
{
	const char *const *d;

	(void)v;
	*out = value_array(r->heap, 0);
	for (d = r->dirs; d != NULL && *d != NULL; d++)
		value_push(r->heap, out, value_str_lossy(r->heap, *d,
		    strlen(*d)));
	return (1);
}

const struct builtin builtin_module[] = {
	{ "get_search_list", 0, f_get_search_list, 0 },
	{ "modulemeta", 0, f_modulemeta, 0 },
	{ NULL, 0, NULL, 0 }
};
