#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/quote.h"
#include "jq/builtin_lib.h"
#include "jq/compile.h"
#include "jq/number.h"
#include "jq/ops.h"
#include "jq/run.h"

static int
f_not(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	*out = value_bool(!value_truth(&v[0]));
	return (1);
}

static int
f_length(struct run *r, struct value *v, struct value *out)
{
	const struct value zero = value_int(0);
	const char *s;
	size_t len;

	switch (value_type(&v[0])) {
	case JSON_NULL:
		*out = value_int(0);
		return (1);
	case JSON_NUMBER:
		*out = number_cmp(&v[0], &zero) < 0 &&
		    !number_is_nan(&v[0]) ? number_neg(r->heap, &v[0]) :
		    value_take(&v[0]);
		return (1);
	case JSON_STRING:
		s = value_bytes(r->heap, &v[0], &len);
		*out = value_int((int64_t)ops_length(s, len));
		return (1);
	case JSON_ARRAY: case JSON_OBJECT:
		*out = value_int((int64_t)value_count(r->heap, &v[0]));
		return (1);
	default:
		return (run_type_error(r, &v[0], "has no length"));
	}
}

static int
f_type(struct run *r, struct value *v, struct value *out)
{
	const char *name = value_type_name(&v[0]);

	(void)r;
	*out = value_slice(name, strlen(name));
	return (1);
}

/* What "numbers" and kin ask, without making the name of the type. */
static int
f_isnumber(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	*out = value_bool(value_is_number(&v[0]));
	return (1);
}

static int
f_isstring(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	*out = value_bool(value_is_string(&v[0]));
	return (1);
}

static int
f_isarray(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	*out = value_bool(value_is_array(&v[0]));
	return (1);
}

static int
f_isobject(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	*out = value_bool(value_is_object(&v[0]));
	return (1);
}

static int
f_isiterable(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	*out = value_bool(value_is_array(&v[0]) || value_is_object(&v[0]));
	return (1);
}

static int
f_error(struct run *r, struct value *v, struct value *out)
{

	(void)out;
	return (run_error_value(r, value_own(r->heap, value_take(&v[0]))));
}

static int
f_error1(struct run *r, struct value *v, struct value *out)
{

	return (f_error(r, &v[1], out));
}

static int
f_tostring(struct run *r, struct value *v, struct value *out)
{

	*out = ops_tostring(r, value_take(&v[0]));
	return (run_check(r) < 0 ? -1 : 1);
}

static int
f_tojson(struct run *r, struct value *v, struct value *out)
{
	static const struct value_style canon = { 0 };
	struct buf *b = run_buf(r);

	value_put_style(r->heap, b, &v[0], &canon);
	*out = value_str(r->heap, b->s, b->len);
	return (run_check(r) < 0 ? -1 : 1);
}

/* What jq reads as nan although JSON has no such thing. */
static int
is_nan_text(const char *s, size_t len)
{

	if (len == 4 && *s == '-')
		return (is_nan_text(s + 1, 3));
	return (len == 3 && (memcmp(s, "nan", 3) == 0 ||
	    memcmp(s, "NaN", 3) == 0));
}

static int
f_fromjson(struct run *r, struct value *v, struct value *out)
{
	struct json_value j;
	struct quote q;
	struct err err;
	const char *s;
	size_t len;

	if (!value_is_string(&v[0]))
		return (run_type_error(r, &v[0], "cannot be parsed as JSON"));
	s = value_bytes(r->heap, &v[0], &len);
	if (is_nan_text(s, len)) {
		*out = (struct value){ .kind = VALUE_SPECIAL };
		return (1);
	}
	if (json_read_value(r->reader, s, len, &j, &err) != 0)
		return (run_error(r, "%s (while parsing %s)", err.msg,
		    quote(&q, s, len)));
	*out = value_of_json(&j);
	if (v[0].kind != VALUE_SLICE)
		*out = value_own(r->heap, *out);
	else
		out->flags &= (uint8_t)~VALUE_QUOTED | (value_is_string(out) ?
		    VALUE_QUOTED : 0);
	return (1);
}

/* A string that is a number: its text where that is JSON, else its value. */
static int
f_tonumber(struct run *r, struct value *v, struct value *out)
{
	struct decimal d;
	const char *s;
	size_t len;

	if (value_is_number(&v[0])) {
		*out = value_take(&v[0]);
		return (1);
	}
	if (!value_is_string(&v[0]))
		return (run_type_error(r, &v[0],
		    "cannot be parsed as a number"));
	s = value_bytes(r->heap, &v[0], &len);
	if (v[0].kind == VALUE_SLICE && decimal_is_json(s, len)) {
		*out = number_text(s, len);
		out->flags = 0;
		return (1);
	}
	if (!decimal_is_number(s, len)) {
		if (len != 3 || memcmp(s, "nan", 3) != 0)
			return (run_type_error(r, &v[0],
			    "cannot be parsed as a number"));
		*out = (struct value){ .kind = VALUE_SPECIAL };
		return (1);
	}
	if (decimal_is_json(s, len)) {
		*out = value_str(r->heap, s, len);
		out->kind = VALUE_NUMSTR;
		return (1);
	}
	decimal_parse(&d, s, len);
	*out = number_of_decimal(r->heap, d);
	return (1);
}

static int
f_toboolean(struct run *r, struct value *v, struct value *out)
{
	const char *s;
	size_t len;

	if (v[0].kind == VALUE_TRUE || v[0].kind == VALUE_FALSE) {
		*out = value_take(&v[0]);
		return (1);
	}
	if (value_is_string(&v[0])) {
		s = value_bytes(r->heap, &v[0], &len);
		if ((len == 4 && memcmp(s, "true", 4) == 0) ||
		    (len == 5 && memcmp(s, "false", 5) == 0)) {
			*out = value_bool(len == 4);
			return (1);
		}
	}
	return (run_type_error(r, &v[0], "cannot be parsed as a boolean"));
}

static int
f_true(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	(void)v;
	*out = value_bool(1);
	return (1);
}

static int
f_nan(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	(void)v;
	*out = (struct value){ .kind = VALUE_SPECIAL };
	return (1);
}

static int
f_infinite(struct run *r, struct value *v, struct value *out)
{

	(void)r;
	(void)v;
	*out = (struct value){ .u.i = 1, .kind = VALUE_SPECIAL };
	return (1);
}

static int contains(struct run *r, struct value *a, struct value *b,
    unsigned depth);

static int
contains_array(struct run *r, struct value *a, struct value *b,
    unsigned depth)
{
	size_t i, k, n = value_count(r->heap, a), m = value_count(r->heap, b);

	for (k = 0; k < m; k++) {
		for (i = 0; i < n; i++)
			if (value_type(&a->u.arr->v[i]) ==
			    value_type(&b->u.arr->v[k]) &&
			    contains(r, &a->u.arr->v[i], &b->u.arr->v[k],
			    depth))
				break;
		if (i == n)
			return (0);
	}
	return (1);
}

static int
contains_object(struct run *r, struct value *a, struct value *b,
    unsigned depth)
{
	struct value_member *m, *x;
	const char *s;
	size_t i, len;

	value_open(r->heap, b);
	for (i = 0; i < b->u.obj->n; i++) {
		x = &b->u.obj->m[i];
		if (x->key.kind == VALUE_NONE)
			continue;
		s = value_bytes(r->heap, &x->key, &len);
		m = value_find(r->heap, a, s, len);
		if (m == NULL || value_type(&m->value) !=
		    value_type(&x->value) ||
		    !contains(r, &m->value, &x->value, depth))
			return (0);
	}
	return (1);
}

static int
contains(struct run *r, struct value *a, struct value *b, unsigned depth)
{
	const char *s, *t;
	size_t len, n;

	if (depth > VALUE_DEPTH)
		return (0);
	if (value_is_object(a))
		return (contains_object(r, a, b, depth + 1));
	if (value_is_array(a))
		return (contains_array(r, a, b, depth + 1));
	if (!value_is_string(a))
		return (value_equal(r->heap, a, b));
	s = value_bytes(r->heap, a, &len);
	t = value_bytes(r->heap, b, &n);
	return (ops_search(s, len, t, n) != NULL);
}

static enum json_type
kind_of(const struct value *v)
{
	enum json_type t = value_type(v);

	return (t == JSON_TRUE ? JSON_FALSE : t);
}

static int
f_contains(struct run *r, struct value *v, struct value *out)
{

	if (kind_of(&v[0]) != kind_of(&v[1]))
		return (run_type_error2(r, &v[0], &v[1],
		    "cannot have their containment checked"));
	*out = value_bool(contains(r, &v[0], &v[1], 0));
	return (1);
}

static int
f_row_number(struct run *r, struct value *v, struct value *out)
{

	(void)v;
	*out = value_int((int64_t)r->row_number);
	return (1);
}

static int
f_builtins(struct run *r, struct value *v, struct value *out)
{
	const struct builtin *const *t, *b;
	const struct builtin_def *const *dt, *d;
	struct buf *name = run_buf(r);

	(void)v;
	*out = value_array(r->heap, 256);
	for (t = builtin_tables; *t != NULL; t++)
		for (b = *t; b->name != NULL; b++) {
			if (*b->name == '_' || *b->name == '@')
				continue;
			name->len = 0;
			buf_printf(name, "%s/%d", b->name, b->nargs);
			value_push(r->heap, out, value_str(r->heap, name->s,
			    name->len));
		}
	for (dt = builtin_defs; *dt != NULL; dt++)
		for (d = *dt; d->name != NULL; d++) {
			name->len = 0;
			buf_printf(name, "%s/%d", d->name, d->nargs);
			value_push(r->heap, out, value_str(r->heap, name->s,
			    name->len));
		}
	compile_native_names(r->heap, out);
	return (1);
}

const struct builtin builtin_core[] = {
	{ "not", 0, f_not, BUILTIN_PURE },
	{ "length", 0, f_length, BUILTIN_PURE },
	{ "type", 0, f_type, BUILTIN_PURE },
	{ "_isnumber", 0, f_isnumber, BUILTIN_PURE },
	{ "_isstring", 0, f_isstring, BUILTIN_PURE },
	{ "_isarray", 0, f_isarray, BUILTIN_PURE },
	{ "_isobject", 0, f_isobject, BUILTIN_PURE },
	{ "_isiterable", 0, f_isiterable, BUILTIN_PURE },
	{ "error", 0, f_error, 0 },
	{ "error", 1, f_error1, 0 },
	{ "tostring", 0, f_tostring, BUILTIN_PURE },
	{ "tojson", 0, f_tojson, BUILTIN_PURE },
	{ "fromjson", 0, f_fromjson, BUILTIN_PURE },
	{ "tonumber", 0, f_tonumber, BUILTIN_PURE },
	{ "toboolean", 0, f_toboolean, BUILTIN_PURE },
	{ "have_decnum", 0, f_true, BUILTIN_PURE },
	{ "have_literal_numbers", 0, f_true, BUILTIN_PURE },
	{ "nan", 0, f_nan, BUILTIN_PURE },
	{ "infinite", 0, f_infinite, BUILTIN_PURE },
	{ "contains", 1, f_contains, BUILTIN_PURE },
	{ "row_number", 0, f_row_number, 0 },
	{ "builtins", 0, f_builtins, 0 },
	{ NULL, 0, NULL, 0 }
};

const struct builtin_def builtin_core_defs[] = {
	{ "values", 0, "def values: select(. != null);" },
	{ "nulls", 0, "def nulls: select(. == null);" },
	{ "booleans", 0, "def booleans: select(type == \"boolean\");" },
	{ "numbers", 0, "def numbers: select(_isnumber);" },
	{ "strings", 0, "def strings: select(_isstring);" },
	{ "arrays", 0, "def arrays: select(_isarray);" },
	{ "objects", 0, "def objects: select(_isobject);" },
	{ "iterables", 0, "def iterables: select(_isiterable);" },
	{ "scalars", 0, "def scalars: select(_isiterable | not);" },
	{ "finites", 0, "def finites: select(isinfinite or isnan | not);" },
	{ "normals", 0, "def normals: select(isnormal);" },
	{ "isfinite", 0, "def isfinite: type == \"number\" and"
	    " (isinfinite or isnan | not);" },
	{ "isvalid", 1, "def isvalid(f): try (f | true) catch false;" },
	{ "in", 1, "def in(xs): . as $x | xs | has($x);" },
	{ "inside", 1, "def inside(xs): . as $x | xs | contains($x);" },
	{ "first", 0, "def first: .[0];" },
	{ "last", 0, "def last: .[-1];" },
	{ "nth", 1, "def nth($n): .[$n];" },
	{ "recurse", 2, "def recurse(f; c): def r: ., (f | select(c) | r);"
	    " r;" },
	{ "recurse_down", 0, "def recurse_down: recurse;" },
	{ "paths", 0, "def paths: path(..) | select(. != []);" },
	{ "paths", 1, "def paths(f): path(.. | select(f)) |"
	    " select(. != []);" },
	{ "leaf_paths", 0, "def leaf_paths: paths(scalars);" },
	{ "pick", 1, "def pick(f): . as $v | reduce path(f) as $p (null;"
	    " setpath($p; $v | getpath($p)));" },
	{ "combinations", 0, "def combinations: if length == 0 then [] else"
	    " .[0][] as $x | .[1:] | combinations | [$x] + . end;" },
	{ "combinations", 1, "def combinations(n): . as $v |"
	    " [range(n) | $v] | combinations;" },
	{ "unique", 0, "def unique: unique_by(.);" },
	{ "min", 0, "def min: min_by(.);" },
	{ "max", 0, "def max: max_by(.);" },
	{ "INDEX", 1, "def INDEX(f): INDEX(.[]; f);" },
	{ "INDEX", 2, "def INDEX(s; f): reduce s as $x ({};"
	    " .[$x | f | tostring] |= $x);" },
	{ "IN", 1, "def IN(s): any(s == .; .);" },
	{ "IN", 2, "def IN(a; b): any(a == b; .);" },
	{ "JOIN", 2, "def JOIN($i; f): [.[] | [., $i[f]]];" },
	{ "JOIN", 3, "def JOIN($i; s; f): s | [., $i[f]];" },
	{ "JOIN", 4, "def JOIN($i; s; f; g): s | [., $i[f]] | g;" },
	{ "truncate_stream", 1, "def truncate_stream(s): . as $n | null | s |"
	    " select(.[0] | length > $n) | .[0] |= .[$n:];" },
	{ "debug", 1, "def debug(m): (m | debug | empty), .;" },
	{ "halt_error", 0, "def halt_error: halt_error(5);" },
	{ "env", 0, "def env: $ENV;" },
	{ NULL, 0, NULL }
};
