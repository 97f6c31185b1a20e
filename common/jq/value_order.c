#include <string.h>

#include "base/mem.h"
#include "jq/number.h"
#include "jq/value.h"
#include "jq/value_private.h"

static int cmp(struct value_heap *h, struct value *a, struct value *b,
    unsigned depth);

static int
cmp_strings(struct value_heap *h, struct value *a, struct value *b)
{
	size_t alen, blen;
	const char *s = value_bytes(h, a, &alen), *t = value_bytes(h, b, &blen);
	int c = memcmp(s, t, alen < blen ? alen : blen);

	if (c != 0)
		return (c);
	return ((alen > blen) - (alen < blen));
}

static int
cmp_arrays(struct value_heap *h, struct value *a, struct value *b,
    unsigned depth)
{
	struct value_array *x, *y;
	size_t i;
	int c;

	value_open(h, a);
	value_open(h, b);
	x = a->u.arr;
	y = b->u.arr;
	for (i = 0; i < x->n && i < y->n; i++)
		if ((c = cmp(h, &x->v[i], &y->v[i], depth)) != 0)
			return (c);
	return ((x->n > y->n) - (x->n < y->n));
}

/* First the sorted keys as arrays, then value by value. */
static int
cmp_objects(struct value_heap *h, struct value *a, struct value *b,
    unsigned depth)
{
	struct value ka = value_keys(h, a, 1), kb = value_keys(h, b, 1);
	struct value_member *x, *y;
	const char *s;
	size_t i, len;
	int c = cmp_arrays(h, &ka, &kb, depth);

	for (i = 0; c == 0 && i < ka.u.arr->n; i++) {
		s = value_bytes(h, &ka.u.arr->v[i], &len);
		x = value_find(h, a, s, len);
		y = value_find(h, b, s, len);
		c = cmp(h, &x->value, &y->value, depth);
	}
	value_free(h, ka);
	value_free(h, kb);
	return (c);
}

/* Are both the same text, or the same thing? */
static int
same(const struct value *a, const struct value *b)
{

	if (a->kind != b->kind)
		return (0);
	if (a->kind == VALUE_INT)
		return (a->u.i == b->u.i);
	if (a->kind == VALUE_NUMTEXT || a->kind == VALUE_ARRTEXT ||
	    a->kind == VALUE_OBJTEXT ||
	    (a->kind == VALUE_SLICE && a->flags == b->flags))
		return (a->len == b->len &&
		    memcmp(a->u.s, b->u.s, a->len) == 0);
	return (a->kind == VALUE_STR && a->u.str == b->u.str);
}

static int
cmp(struct value_heap *h, struct value *a, struct value *b, unsigned depth)
{
	enum json_type ta = value_type(a), tb = value_type(b);

	if (ta != tb)
		return (ta < tb ? -1 : 1);
	if (same(a, b))
		return (0);
	switch (ta) {
	case JSON_NUMBER:
		return (number_cmp(a, b));
	case JSON_STRING:
		return (cmp_strings(h, a, b));
	case JSON_ARRAY:
		if (value_too_deep(h, depth))
			return (0);
		return (cmp_arrays(h, a, b, depth + 1));
	case JSON_OBJECT:
		if (value_too_deep(h, depth))
			return (0);
		return (cmp_objects(h, a, b, depth + 1));
	default:
		return (0);
	}
}

int
value_cmp(struct value_heap *h, struct value *a, struct value *b)
{

	return (cmp(h, a, b, 0));
}

int
value_equal(struct value_heap *h, struct value *a, struct value *b)
{
	size_t alen, blen;
	const char *s, *t;

	if (value_is_string(a) && value_is_string(b)) {
		s = value_bytes(h, a, &alen);
		t = value_bytes(h, b, &blen);
		return (alen == blen && memcmp(s, t, alen) == 0);
	}
	return (cmp(h, a, b, 0) == 0);
}

/*
 * Sorting: a merge sort from the bottom up, which is stable and meets runs
 * that are in order already without moving them.
 */
struct item {
	struct value	key, v;
};

static void
merge(struct value_heap *h, struct item *dst, struct item *a, size_t na,
    struct item *b, size_t nb)
{

	if (na > 0 && nb > 0 && cmp(h, &a[na - 1].key, &b[0].key, 0) <= 0) {
		memcpy(dst, a, na * sizeof(*a));
		memcpy(dst + na, b, nb * sizeof(*b));
		return;
	}
	while (na > 0 && nb > 0) {
		if (cmp(h, &a->key, &b->key, 0) <= 0) {
			*dst++ = *a++;
			na--;
		} else {
			*dst++ = *b++;
			nb--;
		}
	}
	if (na > 0)
		memcpy(dst, a, na * sizeof(*a));
	if (nb > 0)
		memcpy(dst, b, nb * sizeof(*b));
}

static void
sort_items(struct value_heap *h, struct item *x, size_t n)
{
	struct item *y = mem_array(n, sizeof(*y)), *from = x, *to = y, *swap;
	size_t width, i, mid, end;

	for (width = 1; width < n; width *= 2) {
		for (i = 0; i < n; i += width * 2) {
			mid = n - i < width ? n : i + width;
			end = n - mid < width ? n : mid + width;
			merge(h, to + i, from + i, mid - i, from + mid,
			    end - mid);
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != x)
		memcpy(x, from, n * sizeof(*x));
	mem_free(y);
}

/* Keys that are compared often had better be ready for it. */
static void
prepare(struct value_heap *h, struct value *key)
{
	size_t len;

	if (key->kind == VALUE_NUMTEXT)
		*key = number_parsed(h, *key);
	else if (value_is_string(key))
		(void)value_bytes(h, key, &len);
	else
		value_open(h, key);
}

void
value_sort(struct value_heap *h, struct value *a, struct value *keys)
{
	struct value *v, *k;
	struct item *x;
	size_t i, n;

	value_unshare(h, a);
	if (keys != NULL)
		value_unshare(h, keys);
	n = a->u.arr->n;
	if (n < 2)
		return;
	v = a->u.arr->v;
	k = keys == NULL ? v : keys->u.arr->v;
	x = mem_array(n, sizeof(*x));
	for (i = 0; i < n; i++) {
		x[i].v = v[i];
		if (keys == NULL) {
			x[i].key = value_dup(v[i]);
		} else {
			x[i].key = k[i];
		}
		prepare(h, &x[i].key);
	}
	sort_items(h, x, n);
	for (i = 0; i < n; i++) {
		v[i] = x[i].v;
		if (keys != NULL)
			k[i] = x[i].key;
		else
			value_free(h, x[i].key);
	}
	mem_free(x);
}
