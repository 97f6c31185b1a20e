#include <string.h>

#include "jq/access.h"
#include "jq/builtin_lib.h"
#include "jq/number.h"
#include "jq/ops.h"
#include "jq/run.h"

static int
keys(struct run *r, struct value *v, struct value *out, int sorted)
{
	size_t i, n;

	if (value_is_object(v)) {
		ops_open_row(r, v);
		*out = value_keys(r->heap, v, sorted);
		return (1);
	}
	if (!value_is_array(v))
		return (run_type_error(r, v, "has no keys"));
	n = value_count(r->heap, v);
	*out = value_array(r->heap, n);
	for (i = 0; i < n; i++)
		value_push(r->heap, out, value_int((int64_t)i));
	return (1);
}

static int
f_keys(struct run *r, struct value *v, struct value *out)
{

	return (keys(r, v, out, 1));
}

static int
f_keys_unsorted(struct run *r, struct value *v, struct value *out)
{

	return (keys(r, v, out, 0));
}

static int
f_has(struct run *r, struct value *v, struct value *out)
{
	const char *s;
	size_t len;
	int64_t i;

	if (value_is_object(&v[0]) && value_is_string(&v[1])) {
		s = value_bytes(r->heap, &v[1], &len);
		ops_open_row(r, &v[0]);
		*out = value_bool(value_find(r->heap, &v[0], s, len) != NULL);
		return (1);
	}
	if (value_is_array(&v[0]) && value_is_number(&v[1])) {
		i = number_trunc_int(&v[1]);
		*out = value_bool(!number_is_nan(&v[1]) && i >= 0 &&
		    i < (int64_t)value_count(r->heap, &v[0]));
		return (1);
	}
	return (run_error(r, "Cannot check whether %s has a %s key",
	    value_type_name(&v[0]), value_type_name(&v[1])));
}

int
builtin_to_entries(struct run *r, struct value *v, struct value *out)
{
	struct value k, e, name, item;
	size_t i, n;

	if (keys(r, v, &k, 0) < 0)
		return (-1);
	n = v->kind == VALUE_OBJ ? v->u.obj->n : v->u.arr->n;
	*out = value_array(r->heap, n);
	for (i = 0; i < n; i++) {
		if (v->kind == VALUE_OBJ) {
			name = v->u.obj->m[i].key;
			item = v->u.obj->m[i].value;
			if (name.kind == VALUE_NONE)
				continue;
		} else {
			name = k.u.arr->v[i];
			item = v->u.arr->v[i];
		}
		e = value_object(r->heap, 2);
		e.u.obj->m[0].key = value_slice("key", 3);
		e.u.obj->m[0].value = value_dup(name);
		e.u.obj->m[1].key = value_slice("value", 5);
		e.u.obj->m[1].value = value_dup(item);
		e.u.obj->n = e.u.obj->live = 2;
		value_push(r->heap, out, e);
	}
	value_free(r->heap, k);
	return (1);
}

static int
f_to_entries(struct run *r, struct value *v, struct value *out)
{

	return (builtin_to_entries(r, &v[0], out));
}

/* The first of the members so called that is neither null nor false; false
 * when that is all there is. */
static struct value
entry_part(struct run *r, const struct value *e, const char *const *names)
{
	struct value best = value_null(), x;

	for (; *names != NULL; names++) {
		x = value_get(r->heap, e, *names, strlen(*names));
		if (x.kind == VALUE_NONE || x.kind == VALUE_NULL)
			continue;
		if (value_truth(&x))
			return (x);
		best = x;
	}
	return (best);
}

int
builtin_from_entries(struct run *r, struct value *v, struct value *out)
{
	static const char *const key_names[] = {
		"key", "Key", "name", "Name", NULL
	};
	static const char *const value_names[] = {
		"value", "Value", NULL
	};
	struct value *e, key, x;
	size_t i, n;

	if (!value_is_array(v))
		return (run_iterate_error(r, v));
	n = value_count(r->heap, v);
	*out = value_object(r->heap, n);
	for (i = 0; i < n; i++) {
		e = &v->u.arr->v[i];
		if (!value_is_object(e)) {
			value_free(r->heap, *out);
			return (run_error(r, "Cannot index %s with string"
			    " \"key\"", value_type_name(e)));
		}
		key = entry_part(r, e, key_names);
		if (value_type(&key) >= JSON_NUMBER &&
		    !value_is_string(&key)) {
			(void)run_key_error(r, &key);
			value_free(r->heap, key);
			value_free(r->heap, *out);
			return (-1);
		}
		x = value_get(r->heap, e, "value", 5);
		if (x.kind == VALUE_NONE)
			x = entry_part(r, e, value_names);
		value_set(r->heap, out, ops_tostring(r, key), x);
	}
	return (1);
}

static int
f_from_entries(struct run *r, struct value *v, struct value *out)
{
	struct value entries;
	struct value_object *o;
	size_t i;
	int rc;

	if (!value_is_object(&v[0]))
		return (builtin_from_entries(r, &v[0], out));
	/* Of an object, the values are the entries. */
	ops_open_row(r, &v[0]);
	value_open(r->heap, &v[0]);
	o = v[0].u.obj;
	entries = value_array(r->heap, o->n);
	for (i = 0; i < o->n; i++)
		if (o->m[i].key.kind != VALUE_NONE)
			value_push(r->heap, &entries,
			    value_dup(o->m[i].value));
	rc = builtin_from_entries(r, &entries, out);
	value_free(r->heap, entries);
	return (rc);
}

static int
f_setpath(struct run *r, struct value *v, struct value *out)
{

	if (access_setpath(r, &v[0], &v[1], 0, value_take(&v[2])) < 0)
		return (-1);
	*out = value_take(&v[0]);
	return (1);
}

static int
f_delpaths(struct run *r, struct value *v, struct value *out)
{

	if (access_delpaths(r, &v[0], &v[1]) < 0)
		return (-1);
	*out = value_take(&v[0]);
	return (1);
}

static int
f_sort(struct run *r, struct value *v, struct value *out)
{

	if (!value_is_array(&v[0]))
		return (run_type_error(r, &v[0],
		    "cannot be sorted, as it is not an array"));
	value_sort(r->heap, &v[0], NULL);
	*out = value_take(&v[0]);
	return (1);
}

static int
reverse_string(struct run *r, struct value *v, struct value *out)
{
	size_t i, n, len;
	const char *s;

	s = value_bytes(r->heap, v, &len);
	*out = value_str_new(r->heap, len);
	for (i = len; i > 0;) {
		n = 1;
		while (n < i && (s[i - n] & 0xc0) == 0x80)
			n++;
		i -= n;
		value_str_append(r->heap, out, s + i, n);
	}
	return (1);
}

static int
f_reverse(struct run *r, struct value *v, struct value *out)
{
	struct value x;
	size_t i, n;

	if (value_is_string(&v[0]))
		return (reverse_string(r, &v[0], out));
	if (v[0].kind == VALUE_NULL) {
		*out = value_array(r->heap, 0);
		return (1);
	}
	if (!value_is_array(&v[0])) {
		if (value_is_object(&v[0]) &&
		    value_count(r->heap, &v[0]) == 0) {
			*out = value_array(r->heap, 0);
			return (1);
		}
		return (run_error(r, "Cannot reverse %s",
		    value_type_name(&v[0])));
	}
	value_unshare(r->heap, &v[0]);
	n = v[0].u.arr->n;
	for (i = 0; i < n / 2; i++) {
		x = v[0].u.arr->v[i];
		v[0].u.arr->v[i] = v[0].u.arr->v[n - 1 - i];
		v[0].u.arr->v[n - 1 - i] = x;
	}
	*out = value_take(&v[0]);
	return (1);
}

static void
flatten(struct run *r, struct value *v, int64_t depth, struct value *out)
{
	size_t i, n = value_count(r->heap, v);
	struct value *x;

	for (i = 0; i < n; i++) {
		if (v->kind == VALUE_OBJ) {
			if (v->u.obj->m[i].key.kind == VALUE_NONE)
				continue;
			x = &v->u.obj->m[i].value;
		} else {
			x = &v->u.arr->v[i];
		}
		if (value_is_array(x) && depth > 0)
			flatten(r, x, depth - 1, out);
		else
			value_push(r->heap, out, value_dup(*x));
	}
}

static int
flatten_to(struct run *r, struct value *v, int64_t depth, struct value *out)
{

	if (depth < 0)
		return (run_error(r, "flatten depth must not be negative"));
	if (!value_is_array(v) && !value_is_object(v))
		return (run_iterate_error(r, v));
	*out = value_array(r->heap, 0);
	flatten(r, v, depth > VALUE_DEPTH ? VALUE_DEPTH : depth, out);
	return (1);
}

static int
f_flatten(struct run *r, struct value *v, struct value *out)
{

	return (flatten_to(r, &v[0], VALUE_DEPTH, out));
}

static int
f_flatten1(struct run *r, struct value *v, struct value *out)
{

	const struct value one = value_int(1);
	int64_t depth = -1;
	size_t i;

	if (value_is_number(&v[1]) && !number_is_nan(&v[1]))
		depth = number_floor_int(&v[1]);
	else if (!value_is_number(&v[1]) && v[1].kind > VALUE_TRUE)
		depth = 0;
	if (value_is_number(&v[1]) || depth < 0)
		return (flatten_to(r, &v[0], depth, out));
	/* Greater than 0, but only a number can count what is nested. */
	if (value_is_array(&v[0]))
		for (i = 0; i < value_count(r->heap, &v[0]); i++)
			if (value_is_array(&v[0].u.arr->v[i]))
				return (run_type_error2(r, &v[1], &one,
				    "cannot be subtracted"));
	return (flatten_to(r, &v[0], depth, out));
}

/* Where the string ${x} occurs in ${v}, in characters; also overlapping. */
static struct value
string_indices(struct run *r, struct value *v, struct value *x)
{
	struct value out = value_array(r->heap, 0);
	const char *s, *t, *at, *from;
	size_t len, n, chars = 0;

	s = value_bytes(r->heap, v, &len);
	t = value_bytes(r->heap, x, &n);
	from = s;
	at = s;
	while (n > 0 && (at = ops_search(at, len - (size_t)(at - s), t,
	    n)) != NULL) {
		chars += ops_length(from, (size_t)(at - from));
		from = at;
		value_push(r->heap, &out, value_int((int64_t)chars));
		at++;
	}
	return (out);
}

static int
f_indices(struct run *r, struct value *v, struct value *out)
{
	struct value one;

	if (value_is_string(&v[0]) && value_is_string(&v[1])) {
		*out = string_indices(r, &v[0], &v[1]);
		return (1);
	}
	if (value_is_array(&v[0]) && value_is_array(&v[1])) {
		*out = ops_indices(r, &v[0], &v[1]);
		return (1);
	}
	if (value_is_array(&v[0])) {
		one = value_array(r->heap, 1);
		value_push(r->heap, &one, value_dup(v[1]));
		*out = ops_indices(r, &v[0], &one);
		value_free(r->heap, one);
		return (1);
	}
	return (access_get(r, &v[0], &v[1], out));
}

static int
one_index(struct run *r, struct value *v, struct value *out, int last)
{
	struct value all;
	size_t n;

	if (f_indices(r, v, &all) < 0)
		return (-1);
	if (!value_is_array(&all)) {
		*out = all;
		return (1);
	}
	n = value_count(r->heap, &all);
	*out = n == 0 ? value_null() :
	    value_dup(all.u.arr->v[last ? n - 1 : 0]);
	value_free(r->heap, all);
	return (1);
}

static int
f_index(struct run *r, struct value *v, struct value *out)
{

	return (one_index(r, v, out, 0));
}

static int
f_rindex(struct run *r, struct value *v, struct value *out)
{

	return (one_index(r, v, out, 1));
}

static int
f_transpose(struct run *r, struct value *v, struct value *out)
{
	size_t i, k, n, width = 0, len;
	struct value row, *x;

	if (!value_is_array(&v[0]))
		return (run_iterate_error(r, &v[0]));
	n = value_count(r->heap, &v[0]);
	for (i = 0; i < n; i++) {
		x = &v[0].u.arr->v[i];
		if (x->kind == VALUE_NULL)
			continue;
		if (!value_is_array(x))
			return (run_error(r, "Cannot index %s with number",
			    value_type_name(x)));
		len = value_count(r->heap, x);
		width = len > width ? len : width;
	}
	if (!value_heap_fits(r->heap, (n + 4) * sizeof(struct value)) ||
	    (width > 0 && n > SIZE_MAX / sizeof(struct value) / width) ||
	    !value_heap_fits(r->heap, n * width * sizeof(struct value)))
		return (run_error(r, "Matrix too large"));
	*out = value_array(r->heap, width);
	for (k = 0; k < width; k++) {
		row = value_array(r->heap, n);
		for (i = 0; i < n; i++) {
			x = &v[0].u.arr->v[i];
			value_push(r->heap, &row, x->kind == VALUE_ARR &&
			    k < x->u.arr->n ? value_dup(x->u.arr->v[k]) :
			    value_null());
		}
		value_push(r->heap, out, row);
	}
	return (1);
}

static int
f_bsearch(struct run *r, struct value *v, struct value *out)
{
	size_t low = 0, high, mid;
	int c;

	if (!value_is_array(&v[0]))
		return (run_type_error(r, &v[0],
		    "cannot be searched from"));
	high = value_count(r->heap, &v[0]);
	while (low < high) {
		mid = low + (high - low) / 2;
		c = value_cmp(r->heap, &v[0].u.arr->v[mid], &v[1]);
		if (c == 0) {
			*out = value_int((int64_t)mid);
			return (1);
		}
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*out = value_int(-1 - (int64_t)low);
	return (1);
}

static int
f_toarray(struct run *r, struct value *v, struct value *out)
{

	if (value_is_array(&v[0])) {
		*out = value_take(&v[0]);
		return (1);
	}
	*out = value_array(r->heap, 1);
	value_push(r->heap, out, value_take(&v[0]));
	return (1);
}

const struct builtin builtin_container[] = {
	{ "keys", 0, f_keys, BUILTIN_PURE },
	{ "keys_unsorted", 0, f_keys_unsorted, BUILTIN_PURE },
	{ "has", 1, f_has, BUILTIN_PURE },
	{ "to_entries", 0, f_to_entries, BUILTIN_PURE },
	{ "from_entries", 0, f_from_entries, BUILTIN_PURE },
	{ "setpath", 2, f_setpath, BUILTIN_PURE },
	{ "delpaths", 1, f_delpaths, BUILTIN_PURE },
	{ "sort", 0, f_sort, BUILTIN_PURE },
	{ "reverse", 0, f_reverse, BUILTIN_PURE },
	{ "flatten", 0, f_flatten, BUILTIN_PURE },
	{ "flatten", 1, f_flatten1, BUILTIN_PURE },
	{ "indices", 1, f_indices, BUILTIN_PURE },
	{ "index", 1, f_index, BUILTIN_PURE },
	{ "rindex", 1, f_rindex, BUILTIN_PURE },
	{ "transpose", 0, f_transpose, BUILTIN_PURE },
	{ "bsearch", 1, f_bsearch, BUILTIN_PURE },
	{ "toarray", 0, f_toarray, BUILTIN_PURE },
	{ NULL, 0, NULL, 0 }
};
