#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "jq/access.h"
#include "jq/node.h"
#include "jq/number.h"
#include "jq/ops.h"
#include "jq/run.h"

#define INDEX_MAX	((int64_t)1 << 29)	/* of an array that grows */

/*
 * Reading.
 */

/* Find the field among those of the row at hand. */
static ptrdiff_t
row_place(const struct run *r, const struct value *key)
{
	size_t i, len;
	const char *s;

	if (key->kind == VALUE_STR) {
		s = key->u.str->s;
		len = key->u.str->len;
	} else {
		s = key->u.s;
		len = key->len;
	}
	for (i = 0; i < r->nfields; i++)
		if (json_string_is(&r->fields[i].key, s, len))
			return ((ptrdiff_t)i);
	return (-1);
}

static int
bad_index(struct run *r, struct value *v, struct value *key)
{
	const char *s;
	size_t len;

	if (!value_is_string(key))
		return (run_error(r, "Cannot index %s with %s",
		    value_type_name(v), value_type_name(key)));
	s = value_bytes(r->heap, key, &len);
	return (run_error(r, "Cannot index %s with string \"%.*s\"",
	    value_type_name(v), (int)len, s));
}

int
access_field(struct run *r, struct node *n, struct value v, struct value *out)
{
	const char *s;
	size_t len;

	if (v.kind == VALUE_OBJTEXT && v.u.s == r->row) {
		if (n->shape != r->shape) {
			n->place = row_place(r, &n->value);
			n->shape = r->shape;
		}
		*out = n->place < 0 ? value_null() :
		    value_of_json(&r->fields[n->place].value);
		return (1);
	}
	if (value_is_object(&v)) {
		s = value_bytes(r->heap, &n->value, &len);
		*out = value_get(r->heap, &v, s, len);
		if (out->kind == VALUE_NONE)
			*out = value_null();
	} else if (v.kind == VALUE_NULL) {
		*out = value_null();
	} else {
		(void)bad_index(r, &v, &n->value);
		value_free(r->heap, v);
		return (-1);
	}
	value_free(r->heap, v);
	return (1);
}

/* Return the item at ${i}, counted from the end when negative. */
static struct value
array_at(struct run *r, struct value *v, int64_t i)
{
	struct value_array *a;

	value_open(r->heap, v);
	a = v->u.arr;
	if (i < 0)
		i += (int64_t)a->n;
	if (i < 0 || i >= (int64_t)a->n)
		return (value_null());
	if (a->v[i].len > VALUE_LONG)
		value_open(r->heap, &a->v[i]);
	return (value_dup(a->v[i]));
}

/* Of the key {"start": ..., "end": ...}; VALUE_NONE when it has none. */
static void
slice_bounds(struct run *r, const struct value *key, struct value *from,
    struct value *to)
{

	*from = value_get(r->heap, key, "start", 5);
	*to = value_get(r->heap, key, "end", 3);
}

int
access_get(struct run *r, struct value *v, struct value *key,
    struct value *out)
{
	struct value from, to;
	const char *s;
	size_t len;
	int rc;

	if (value_is_object(v) && value_is_string(key)) {
		s = value_bytes(r->heap, key, &len);
		*out = value_get(r->heap, v, s, len);
		if (out->kind == VALUE_NONE)
			*out = value_null();
		return (1);
	}
	if (value_is_array(v) && value_is_number(key)) {
		*out = number_is_nan(key) ? value_null() :
		    array_at(r, v, number_trunc_int(key));
		return (1);
	}
	if (value_is_object(key) && (value_is_array(v) || value_is_string(v) ||
	    v->kind == VALUE_NULL)) {
		slice_bounds(r, key, &from, &to);
		rc = access_slice(r, v, &from, &to, out);
		value_free(r->heap, from);
		value_free(r->heap, to);
		return (rc);
	}
	if (value_is_array(v) && value_is_array(key)) {
		*out = ops_indices(r, v, key);
		return (1);
	}
	if (v->kind == VALUE_NULL && (value_is_string(key) ||
	    value_is_number(key))) {
		*out = value_null();
		return (1);
	}
	return (bad_index(r, v, key));
}

/* Where a slice of ${n} items begins or ends: down or up to a whole item,
 * once it is known which item a negative one is. */
static int
bound(struct run *r, const struct value *v, size_t n, int up, size_t *out)
{
	int64_t i, whole;
	int from_end;

	if (v->kind == VALUE_NULL) {
		*out = up ? n : 0;
		return (0);
	}
	if (!value_is_number(v))
		return (run_error(r, "Start and end indices of an array slice "
		    "must be numbers"));
	if (number_is_nan(v)) {
		*out = up ? n : 0;
		return (0);
	}
	i = number_floor_int(v);
	from_end = i < 0;
	if (up && i < INT64_MAX && !number_int(v, &whole))
		i++;
	if (from_end)
		i = i < -(int64_t)n ? 0 : i + (int64_t)n;
	*out = i > (int64_t)n ? n : (size_t)i;
	return (0);
}

static int
slice_array(struct run *r, struct value *v, const struct value *from,
    const struct value *to, struct value *out)
{
	size_t a, b, i, n = value_count(r->heap, v);

	if (bound(r, from, n, 0, &a) != 0 || bound(r, to, n, 1, &b) != 0)
		return (-1);
	if (b < a)
		b = a;
	*out = value_array(r->heap, b - a);
	for (i = a; i < b; i++)
		value_push(r->heap, out, value_dup(v->u.arr->v[i]));
	return (1);
}

/* The offset of character ${i} of a string. */
static size_t
char_offset(const char *s, size_t len, size_t i)
{
	size_t at = 0;

	while (i > 0 && at < len) {
		at++;
		while (at < len && (s[at] & 0xc0) == 0x80)
			at++;
		i--;
	}
	return (at);
}

static int
slice_string(struct run *r, struct value *v, const struct value *from,
    const struct value *to, struct value *out)
{
	size_t a, b, len, n;
	const char *s;

	s = value_bytes(r->heap, v, &len);
	n = ops_length(s, len);
	if (bound(r, from, n, 0, &a) != 0 || bound(r, to, n, 1, &b) != 0)
		return (-1);
	if (b < a)
		b = a;
	if (n != len) {
		n = b - a;
		a = char_offset(s, len, a);
		b = a + char_offset(s + a, len - a, n);
	}
	*out = ops_substring(r, v, s + a, b - a);
	return (1);
}

int
access_slice(struct run *r, struct value *v, struct value *from,
    struct value *to, struct value *out)
{

	if (v->kind == VALUE_NULL) {
		*out = value_null();
		return (1);
	}
	if (value_is_array(v))
		return (slice_array(r, v, from, to, out));
	if (value_is_string(v))
		return (slice_string(r, v, from, to, out));
	return (run_error(r, "Cannot index %s with object",
	    value_type_name(v)));
}

struct value
access_slice_key(struct run *r, const struct value *from,
    const struct value *to)
{
	struct value o = value_object(r->heap, 2);

	value_set_z(r->heap, &o, "start", value_dup(*from));
	value_set_z(r->heap, &o, "end", value_dup(*to));
	return (o);
}

/*
 * Changing.
 */

static int
set_index(struct run *r, struct value *v, struct value *key, struct value x)
{
	struct value_array *a;
	int64_t i;

	if (number_is_nan(key)) {
		value_free(r->heap, x);
		return (run_error(r, "Cannot set array element at NaN index"));
	}
	if (v->kind == VALUE_NULL)
		*v = value_array(r->heap, 0);
	value_unshare(r->heap, v);
	a = v->u.arr;
	i = number_trunc_int(key);
	if (i < 0)
		i += (int64_t)a->n;
	if (i < 0 || i >= INDEX_MAX ||
	    (i >= (int64_t)a->n && !value_heap_fits(r->heap,
	    ((size_t)i + 1) * sizeof(struct value)))) {
		value_free(r->heap, x);
		return (run_error(r, i < 0 ?
		    "Out of bounds negative array index" :
		    "Array index too large"));
	}
	if (i >= (int64_t)a->n) {
		value_reserve(r->heap, a, (size_t)i + 1);
		while (a->n <= (size_t)i)
			a->v[a->n++] = value_null();
	}
	value_free(r->heap, a->v[i]);
	a->v[i] = x;
	return (1);
}

/* Replace the items from ${from} to ${to} by those of the array ${x}. */
static int
splice(struct run *r, struct value *v, size_t from, size_t to,
    struct value x)
{
	struct value out;
	size_t i, n;

	n = value_count(r->heap, &x);
	out = value_array(r->heap, v->u.arr->n + n);
	for (i = 0; i < from; i++)
		value_push(r->heap, &out, value_dup(v->u.arr->v[i]));
	for (i = 0; i < n; i++)
		value_push(r->heap, &out, value_dup(x.u.arr->v[i]));
	for (i = to; i < v->u.arr->n; i++)
		value_push(r->heap, &out, value_dup(v->u.arr->v[i]));
	value_free(r->heap, x);
	value_free(r->heap, *v);
	*v = out;
	return (1);
}

static int
slice_range(struct run *r, struct value *v, struct value *key, size_t *a,
    size_t *b)
{
	struct value from, to;
	size_t n = value_count(r->heap, v);
	int rc;

	slice_bounds(r, key, &from, &to);
	rc = bound(r, &from, n, 0, a) != 0 || bound(r, &to, n, 1, b) != 0;
	value_free(r->heap, from);
	value_free(r->heap, to);
	if (*b < *a)
		*b = *a;
	return (rc ? -1 : 0);
}

static int
set_slice(struct run *r, struct value *v, struct value *key, struct value x)
{
	size_t a = 0, b = 0;

	if (!value_is_array(&x)) {
		value_free(r->heap, x);
		return (run_error(r, "A slice of an array can only be "
		    "assigned another array"));
	}
	if (v->kind == VALUE_NULL)
		*v = value_array(r->heap, 0);
	if (slice_range(r, v, key, &a, &b) != 0) {
		value_free(r->heap, x);
		return (-1);
	}
	return (splice(r, v, a, b, x));
}

int
access_set(struct run *r, struct value *v, struct value *key, struct value x)
{

	if (value_is_string(key) &&
	    (value_is_object(v) || v->kind == VALUE_NULL)) {
		if (v->kind == VALUE_NULL)
			*v = value_object(r->heap, 4);
		else if (v->kind == VALUE_OBJTEXT)
			ops_open_row(r, v);
		value_set(r->heap, v, value_dup(*key), x);
		return (1);
	}
	if (value_is_number(key) &&
	    (value_is_array(v) || v->kind == VALUE_NULL))
		return (set_index(r, v, key, x));
	if (value_is_object(key) &&
	    (value_is_array(v) || v->kind == VALUE_NULL))
		return (set_slice(r, v, key, x));
	value_free(r->heap, x);
	if (value_is_object(key) && !value_is_object(v))
		return (run_error(r, "Cannot update field at object index of "
		    "%s", value_type_name(v)));
	return (bad_index(r, v, key));
}

int
access_take(struct run *r, struct value *v, struct value *key,
    struct value *out)
{
	struct value_member *m;
	struct value *place = NULL;
	const char *s;
	size_t len;
	int64_t i;

	if (value_is_string(key) && value_is_object(v)) {
		if (v->kind == VALUE_OBJTEXT)
			ops_open_row(r, v);
		value_unshare(r->heap, v);
		s = value_bytes(r->heap, key, &len);
		if ((m = value_find(r->heap, v, s, len)) != NULL)
			place = &m->value;
	} else if (value_is_number(key) && value_is_array(v) &&
	    !number_is_nan(key)) {
		value_unshare(r->heap, v);
		i = number_trunc_int(key);
		if (i < 0)
			i += (int64_t)v->u.arr->n;
		if (i >= 0 && i < (int64_t)v->u.arr->n)
			place = &v->u.arr->v[i];
	}
	if (place == NULL)
		return (access_get(r, v, key, out));
	*out = value_take(place);
	return (1);
}

int
access_getpath(struct run *r, const struct value *v, struct value *path,
    struct value *out)
{
	struct value x = value_dup(*v), next;
	size_t i, n;

	if (!value_is_array(path)) {
		value_free(r->heap, x);
		return (run_error(r, "Path must be specified as an array"));
	}
	n = value_count(r->heap, path);
	for (i = 0; i < n; i++) {
		if (access_get(r, &x, &path->u.arr->v[i], &next) < 0) {
			value_free(r->heap, x);
			return (-1);
		}
		value_free(r->heap, x);
		x = next;
	}
	*out = x;
	return (1);
}

int
access_setpath(struct run *r, struct value *v, struct value *path, size_t at,
    struct value x)
{
	struct value child, *key;

	if (!value_is_array(path)) {
		value_free(r->heap, x);
		return (run_error(r, "Path must be specified as an array"));
	}
	if (at == value_count(r->heap, path)) {
		value_free(r->heap, *v);
		*v = x;
		return (1);
	}
	key = &path->u.arr->v[at];
	if (access_take(r, v, key, &child) < 0) {
		value_free(r->heap, x);
		return (-1);
	}
	if (at > VALUE_DEPTH) {
		value_free(r->heap, child);
		value_free(r->heap, x);
		return (run_error(r, "Path too deep"));
	}
	if (access_setpath(r, &child, path, at + 1, x) < 0) {
		value_free(r->heap, child);
		return (-1);
	}
	return (access_set(r, v, key, child));
}

/*
 * Deleting.
 */

int
access_delete(struct run *r, struct value *v, struct value *key)
{
	struct value_array *a;
	size_t from = 0, to = 0, len;
	const char *s;
	int64_t i;

	if (v->kind == VALUE_NULL)
		return (1);
	if (value_is_object(v) && value_is_string(key)) {
		if (v->kind == VALUE_OBJTEXT)
			ops_open_row(r, v);
		s = value_bytes(r->heap, key, &len);
		(void)value_delete(r->heap, v, s, len);
		return (1);
	}
	if (value_is_array(v) && value_is_number(key)) {
		value_open(r->heap, v);
		i = number_trunc_int(key);
		if (i < 0)
			i += (int64_t)v->u.arr->n;
		if (i < 0 || i >= (int64_t)v->u.arr->n || number_is_nan(key))
			return (1);
		value_unshare(r->heap, v);
		a = v->u.arr;
		value_free(r->heap, a->v[i]);
		memmove(&a->v[i], &a->v[i + 1],
		    (a->n - (size_t)i - 1) * sizeof(*a->v));
		a->n--;
		return (1);
	}
	if (value_is_array(v) && value_is_object(key)) {
		if (slice_range(r, v, key, &from, &to) != 0)
			return (-1);
		return (splice(r, v, from, to, value_array(r->heap, 0)));
	}
	if (value_is_array(v) && value_is_string(key))
		return (run_error(r, "Cannot delete field at object index of "
		    "array"));
	if (value_is_object(v) && value_is_number(key))
		return (run_error(r, "Cannot delete field at array index of "
		    "object"));
	if (value_is_array(v) || value_is_object(v))
		return (bad_index(r, v, key));
	return (run_error(r, "Cannot delete fields from %s",
	    value_type_name(v)));
}

/* Mark what ${key} means in the array ${v} in ${gone}, a byte an item. */
static int
mark_gone(struct run *r, struct value *v, struct value *key, char *gone)
{
	size_t n = value_count(r->heap, v), from = 0, to = 0;
	int64_t i;

	if (value_is_number(key)) {
		i = number_trunc_int(key);
		if (i < 0)
			i += (int64_t)n;
		if (i >= 0 && i < (int64_t)n && !number_is_nan(key))
			gone[i] = 1;
		return (1);
	}
	if (slice_range(r, v, key, &from, &to) != 0)
		return (-1);
	memset(gone + from, 1, to - from);
	return (1);
}

/* Delete all that the keys in ${keys}, an array, mean in the array ${v} as it
 * is before any of it is gone. */
static int
delete_items(struct run *r, struct value *v, struct value *keys)
{
	size_t i, kept = 0, n = value_count(r->heap, v);
	char *gone = mem_alloc(n + 1);
	struct value_array *a;
	int rc = 1;

	for (i = 0; rc > 0 && i < keys->u.arr->n; i++)
		rc = mark_gone(r, v, &keys->u.arr->v[i], gone);
	if (rc > 0) {
		value_open(r->heap, v);
		value_unshare(r->heap, v);
		a = v->u.arr;
		for (i = 0; i < n; i++) {
			if (gone[i])
				value_free(r->heap, a->v[i]);
			else
				a->v[kept++] = a->v[i];
		}
		a->n = kept;
	}
	mem_free(gone);
	return (rc);
}

static int
delete_keys(struct run *r, struct value *v, struct value *keys)
{
	size_t i, n = keys->u.arr->n;
	struct value *key;

	for (i = n; i > 0; i--) {
		key = &keys->u.arr->v[i - 1];
		if (n > 1 && value_is_array(v) &&
		    (value_is_number(key) || value_is_object(key)))
			continue;
		if (access_delete(r, v, key) < 0)
			return (-1);
	}
	return (n > 1 && value_is_array(v) ? delete_items(r, v, keys) : 1);
}

static int delete_sorted(struct run *r, struct value *v, struct value *paths,
    size_t from, size_t to, size_t at);

/* Delete in what stands at ${key} of ${v}. */
static int
delete_inside(struct run *r, struct value *v, struct value *key,
    struct value *paths, size_t from, size_t to, size_t at)
{
	struct value child;

	if (access_get(r, v, key, &child) < 0)
		return (-1);
	if (child.kind == VALUE_NULL)
		return (1);
	value_free(r->heap, child);
	if (access_take(r, v, key, &child) < 0)
		return (-1);
	if (delete_sorted(r, &child, paths, from, to, at) < 0) {
		value_free(r->heap, child);
		return (-1);
	}
	return (access_set(r, v, key, child));
}

/*
 * Delete the paths ${from} to ${to} of the sorted ${paths}, which are the same
 * in their first ${at} keys; ${v} is what these lead to.  What is deep inside
 * goes first and what is right here goes together, so that indices mean what
 * they meant in the beginning.
 */
static int
delete_sorted(struct run *r, struct value *v, struct value *paths,
    size_t from, size_t to, size_t at)
{
	struct value *path = paths->u.arr->v, here, *key;
	size_t first, last;
	int rc = 1;

	if (value_count(r->heap, &path[from]) == at) {
		value_free(r->heap, *v);
		*v = value_null();
		return (1);
	}
	if (v->kind == VALUE_NULL)
		return (1);
	if (at > VALUE_DEPTH)
		return (run_error(r, "Path too deep"));
	here = value_array(r->heap, 0);
	for (last = to; rc > 0 && last > from; last = first) {
		key = &path[last - 1].u.arr->v[at];
		for (first = last - 1; first > from; first--)
			if (!value_equal(r->heap, key,
			    &path[first - 1].u.arr->v[at]))
				break;
		if (value_count(r->heap, &path[first]) == at + 1)
			value_push(r->heap, &here, value_dup(*key));
		else
			rc = delete_inside(r, v, key, paths, first, last,
			    at + 1);
	}
	if (rc > 0 && here.u.arr->n > 0)
		rc = delete_keys(r, v, &here);
	value_free(r->heap, here);
	return (rc);
}

int
access_delpaths(struct run *r, struct value *v, struct value *paths)
{
	size_t i, n;

	if (!value_is_array(paths))
		return (run_error(r, "Paths must be specified as an array"));
	n = value_count(r->heap, paths);
	for (i = 0; i < n; i++)
		if (!value_is_array(&paths->u.arr->v[i]))
			return (run_error(r, "Path must be specified as "
			    "array, not %s",
			    value_type_name(&paths->u.arr->v[i])));
	if (n == 0)
		return (1);
	value_sort(r->heap, paths, NULL);
	for (i = 0; i < n; i++)
		value_open(r->heap, &paths->u.arr->v[i]);
	return (delete_sorted(r, v, paths, 0, n, 0));
}
