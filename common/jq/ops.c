#include <string.h>

#include "base/err.h"
#include "jq/number.h"
#include "jq/ops.h"
#include "jq/run.h"

#define STRING_MAX	((size_t)1 << 29)	/* bytes of a string */

size_t
ops_length(const char *s, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += (s[i] & 0xc0) != 0x80;
	return (n);
}

struct value
ops_substring(struct run *r, const struct value *v, const char *s, size_t len)
{

	if (v->kind == VALUE_SLICE)
		return (value_slice(s, len));
	return (value_str(r->heap, s, len));
}

struct value
ops_tostring(struct run *r, struct value v)
{
	static const struct value_style canon = { 0 };
	struct buf *b;
	struct value s;

	if (value_is_string(&v))
		return (v);
	b = run_buf(r);
	value_put_style(r->heap, b, &v, &canon);
	s = value_str(r->heap, b->s, b->len);
	value_free(r->heap, v);
	return (s);
}

void
ops_open_row(struct run *r, struct value *v)
{

	if (v->kind == VALUE_OBJTEXT && v->u.s == r->row)
		*v = value_object_of_fields(r->heap, r->fields, r->nfields);
	else
		value_open(r->heap, v);
}

static int
number_failed(struct run *r, const struct err *err)
{

	return (run_error(r, "%s", err->msg));
}

/*
 * Addition.
 */

static int
add_strings(struct run *r, struct value *v, struct value *out)
{
	const char *s;
	size_t len, have;

	(void)value_bytes(r->heap, &v[0], &have);
	s = value_bytes(r->heap, &v[1], &len);
	if (have + len > STRING_MAX || !value_heap_fits(r->heap, len))
		return (run_error(r, "String too long"));
	*out = value_take(&v[0]);
	value_str_append(r->heap, out, s, len);
	return (1);
}

static int
add_arrays(struct run *r, struct value *v, struct value *out)
{
	size_t i, n = value_count(r->heap, &v[1]);

	*out = value_take(&v[0]);
	value_unshare(r->heap, out);
	value_reserve(r->heap, out->u.arr, out->u.arr->n + n);
	for (i = 0; i < n; i++)
		value_push(r->heap, out, value_dup(v[1].u.arr->v[i]));
	return (1);
}

static int
add_objects(struct run *r, struct value *v, struct value *out)
{
	struct value_object *o;
	size_t i;

	ops_open_row(r, &v[0]);
	ops_open_row(r, &v[1]);
	*out = value_take(&v[0]);
	o = v[1].u.obj;
	for (i = 0; i < o->n; i++)
		if (o->m[i].key.kind != VALUE_NONE)
			value_set(r->heap, out, value_dup(o->m[i].key),
			    value_dup(o->m[i].value));
	return (1);
}

int
ops_add(struct run *r, struct value *v, struct value *out)
{
	struct err err;

	if (value_is_number(&v[0]) && value_is_number(&v[1])) {
		if (number_add(r->heap, &v[0], &v[1], out, &err) != 0)
			return (number_failed(r, &err));
		return (1);
	}
	if (v[0].kind == VALUE_NULL || v[1].kind == VALUE_NULL) {
		*out = value_take(&v[v[0].kind == VALUE_NULL]);
		return (1);
	}
	if (value_is_string(&v[0]) && value_is_string(&v[1]))
		return (add_strings(r, v, out));
	if (value_is_array(&v[0]) && value_is_array(&v[1]))
		return (add_arrays(r, v, out));
	if (value_is_object(&v[0]) && value_is_object(&v[1]))
		return (add_objects(r, v, out));
	return (run_type_error2(r, &v[0], &v[1], "cannot be added"));
}

/*
 * Subtraction, multiplication, division.
 */

static int
sub_arrays(struct run *r, struct value *v, struct value *out)
{
	size_t i, k, n, m;

	n = value_count(r->heap, &v[0]);
	m = value_count(r->heap, &v[1]);
	*out = value_array(r->heap, 0);
	for (i = 0; i < n; i++) {
		for (k = 0; k < m; k++)
			if (value_equal(r->heap, &v[0].u.arr->v[i],
			    &v[1].u.arr->v[k]))
				break;
		if (k == m)
			value_push(r->heap, out,
			    value_dup(v[0].u.arr->v[i]));
	}
	return (1);
}

/* "x" * n: n times, without a fraction; null below 0. */
static int
repeat_string(struct run *r, struct value *s, const struct value *count,
    struct value *out)
{
	const struct value zero = value_int(0);
	struct value x;
	const char *p;
	size_t len;
	int64_t n;

	if (number_is_nan(count) || number_cmp(count, &zero) < 0) {
		*out = value_null();
		return (1);
	}
	n = number_floor_int(count);
	p = value_bytes(r->heap, s, &len);
	if (len > 0 && (uint64_t)n > STRING_MAX / len)
		return (run_error(r, "Repeat string result too long"));
	if (!value_heap_fits(r->heap, len * (size_t)n))
		return (run_error(r, "Repeat string result too long"));
	x = value_str_new(r->heap, len * (size_t)n);
	for (; len > 0 && n > 0; n--)
		value_str_append(r->heap, &x, p, len);
	*out = x;
	return (1);
}

/* Merge ${b} (borrowed) into *${a}, objects within objects too. */
static int
merge(struct run *r, struct value *a, struct value *b, unsigned depth)
{
	struct value_member *m;
	struct value_object *o;
	struct value old;
	const char *s;
	size_t i, len;

	if (depth > VALUE_DEPTH)
		return (run_error(r, "Object nested too deeply"));
	value_unshare(r->heap, a);
	value_open(r->heap, b);
	o = b->u.obj;
	for (i = 0; i < o->n; i++) {
		if (o->m[i].key.kind == VALUE_NONE)
			continue;
		s = value_bytes(r->heap, &o->m[i].key, &len);
		m = value_find(r->heap, a, s, len);
		if (m == NULL || !value_is_object(&m->value) ||
		    !value_is_object(&o->m[i].value)) {
			value_set(r->heap, a, value_dup(o->m[i].key),
			    value_dup(o->m[i].value));
			continue;
		}
		old = value_take(&m->value);
		if (merge(r, &old, &o->m[i].value, depth + 1) < 0) {
			value_free(r->heap, old);
			return (-1);
		}
		m->value = old;
	}
	return (1);
}

static int
multiply(struct run *r, struct value *v, struct value *out)
{
	struct err err;

	if (value_is_number(&v[0]) && value_is_number(&v[1])) {
		if (number_mul(r->heap, &v[0], &v[1], out, &err) != 0)
			return (number_failed(r, &err));
		return (1);
	}
	if (value_is_string(&v[0]) && value_is_number(&v[1]))
		return (repeat_string(r, &v[0], &v[1], out));
	if (value_is_number(&v[0]) && value_is_string(&v[1]))
		return (repeat_string(r, &v[1], &v[0], out));
	if (value_is_object(&v[0]) && value_is_object(&v[1])) {
		ops_open_row(r, &v[0]);
		if (merge(r, &v[0], &v[1], 0) < 0)
			return (-1);
		*out = value_take(&v[0]);
		return (1);
	}
	return (run_type_error2(r, &v[0], &v[1], "cannot be multiplied"));
}

static int
is_zero(const struct value *v)
{
	const struct value zero = value_int(0);

	return (number_cmp(v, &zero) == 0);
}

static int
divide(struct run *r, struct value *v, struct value *out)
{
	struct err err;

	if (value_is_number(&v[0]) && value_is_number(&v[1])) {
		if (is_zero(&v[1]))
			return (run_type_error2(r, &v[0], &v[1], "cannot be "
			    "divided because the divisor is zero"));
		if (number_div(r->heap, &v[0], &v[1], out, &err) != 0)
			return (number_failed(r, &err));
		return (1);
	}
	if (value_is_string(&v[0]) && value_is_string(&v[1])) {
		*out = ops_split(r, &v[0], &v[1]);
		return (1);
	}
	return (run_type_error2(r, &v[0], &v[1], "cannot be divided"));
}

static int
modulo(struct run *r, struct value *v, struct value *out)
{
	const struct value one = value_int(1), minus = value_int(-1);
	struct err err;

	if (!value_is_number(&v[0]) || !value_is_number(&v[1]))
		return (run_type_error2(r, &v[0], &v[1],
		    "cannot be divided"));
	if (number_is_nan(&v[0]) || number_is_nan(&v[1])) {
		*out = value_dup(v[number_is_nan(&v[1])]);
		return (1);
	}
	/* What is truncated to 0 divides no better than 0. */
	if (number_cmp(&v[1], &one) < 0 && number_cmp(&v[1], &minus) > 0)
		return (run_type_error2(r, &v[0], &v[1], "cannot be divided "
		    "(remainder) because the divisor is zero"));
	if (number_mod(r->heap, &v[0], &v[1], out, &err) != 0)
		return (number_failed(r, &err));
	return (1);
}

int
ops_negate(struct run *r, const struct value *v, struct value *out)
{

	if (!value_is_number(v))
		return (run_type_error(r, v, "cannot be negated"));
	*out = number_neg(r->heap, v);
	return (1);
}

static int
subtract(struct run *r, struct value *v, struct value *out)
{
	struct err err;

	if (value_is_number(&v[0]) && value_is_number(&v[1])) {
		if (number_sub(r->heap, &v[0], &v[1], out, &err) != 0)
			return (number_failed(r, &err));
		return (1);
	}
	if (value_is_array(&v[0]) && value_is_array(&v[1]))
		return (sub_arrays(r, v, out));
	return (run_type_error2(r, &v[0], &v[1], "cannot be subtracted"));
}

int
ops_binary(struct run *r, enum ast_op op, struct value *v, struct value *out)
{
	int c;

	switch (op) {
	case OP_ADD:
		return (ops_add(r, v, out));
	case OP_SUB:
		return (subtract(r, v, out));
	case OP_MUL:
		return (multiply(r, v, out));
	case OP_DIV:
		return (divide(r, v, out));
	case OP_MOD:
		return (modulo(r, v, out));
	case OP_EQ: case OP_NE:
		c = value_equal(r->heap, &v[0], &v[1]);
		*out = value_bool(c == (op == OP_EQ));
		return (1);
	default:
		break;
	}
	c = value_cmp(r->heap, &v[0], &v[1]);
	*out = value_bool(op == OP_LT ? c < 0 : op == OP_LE ? c <= 0 :
	    op == OP_GT ? c > 0 : c >= 0);
	return (1);
}

struct value
ops_indices(struct run *r, struct value *v, struct value *x)
{
	size_t i, k, n = value_count(r->heap, v), m = value_count(r->heap, x);
	struct value out = value_array(r->heap, 0);

	for (i = 0; m > 0 && i + m <= n; i++) {
		for (k = 0; k < m; k++)
			if (!value_equal(r->heap, &v->u.arr->v[i + k],
			    &x->u.arr->v[k]))
				break;
		if (k == m)
			value_push(r->heap, &out, value_int((int64_t)i));
	}
	return (out);
}

struct value
ops_split(struct run *r, struct value *v, struct value *sep)
{
	struct value out = value_array(r->heap, 4);
	const char *s, *p, *at, *end;
	size_t len, n;

	s = value_bytes(r->heap, v, &len);
	p = value_bytes(r->heap, sep, &n);
	end = s + len;
	if (n == 0) {
		/* By characters. */
		for (; s < end; s = at) {
			for (at = s + 1; at < end && (*at & 0xc0) == 0x80;
			    at++)
				;
			value_push(r->heap, &out,
			    ops_substring(r, v, s, (size_t)(at - s)));
		}
		return (out);
	}
	if (len == 0)
		return (out);
	while ((at = ops_search(s, (size_t)(end - s), p, n)) != NULL) {
		value_push(r->heap, &out,
		    ops_substring(r, v, s, (size_t)(at - s)));
		s = at + n;
	}
	value_push(r->heap, &out, ops_substring(r, v, s, (size_t)(end - s)));
	return (out);
}

/* Look for the first byte, then compare; good enough for short needles. */
const char *
ops_search(const char *s, size_t len, const char *x, size_t n)
{
	const char *end, *p;

	if (n == 0)
		return (s);
	if (n > len)
		return (NULL);
	end = s + (len - n + 1);
	for (p = s; (p = memchr(p, *x, (size_t)(end - p))) != NULL; p++)
		if (memcmp(p, x, n) == 0)
			return (p);
	return (NULL);
}
