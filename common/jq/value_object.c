#include <string.h>

#include "jq/value.h"
#include "jq/value_private.h"

/*
 * Small objects are searched from the front; larger ones get an index, an
 * open-addressing table of places, when somebody searches them.
 */
#define LINEAR_MAX	16

struct slot {
	uint32_t	hash;		/* 0: free */
	uint32_t	at;
};

struct value_index {
	size_t		mask, used;
	struct slot	slot[];
};

static size_t
index_size(size_t mask)
{

	return (sizeof(struct value_index) + (mask + 1) * sizeof(struct slot));
}

void
value_index_free(struct value_heap *h, struct value_object *o)
{

	if (o->index == NULL)
		return;
	value_dealloc(h, o->index, index_size(o->index->mask));
	o->index = NULL;
}

static uint32_t
key_hash(struct value_heap *h, struct value *key)
{
	const char *s;
	size_t len;

	if (key->kind == VALUE_STR && key->u.str->hash != 0)
		return (key->u.str->hash);
	s = value_bytes(h, key, &len);
	if (key->kind != VALUE_STR)
		return (value_hash(s, len));
	return (key->u.str->hash = value_hash(s, len));
}

static void
index_add(struct value_index *x, uint32_t hash, size_t at)
{
	size_t i = hash & x->mask;

	while (x->slot[i].hash != 0)
		i = (i + 1) & x->mask;
	x->slot[i].hash = hash;
	x->slot[i].at = (uint32_t)at;
	x->used++;
}

/* Index all members, with room for as many again. */
static void
index_build(struct value_heap *h, struct value_object *o)
{
	size_t mask = 63, i;

	while (mask < o->n * 4)
		mask = mask * 2 + 1;
	value_index_free(h, o);
	o->index = value_alloc(h, index_size(mask));
	memset(o->index, 0, index_size(mask));
	o->index->mask = mask;
	for (i = 0; i < o->n; i++)
		if (o->m[i].key.kind != VALUE_NONE)
			index_add(o->index, key_hash(h, &o->m[i].key), i);
}

/* Does the string ${key} stand for these bytes? */
static int
key_is(const struct value *key, const char *s, size_t len)
{
	struct json_value j;

	if (key->kind == VALUE_STR)
		return (key->u.str->len == len &&
		    memcmp(key->u.str->s, s, len) == 0);
	if (key->kind != VALUE_SLICE)
		return (0);
	if ((key->flags & VALUE_ESCAPED) != 0) {
		j = value_json(key);
		return (json_string_is(&j, s, len));
	}
	return (key->len == len && memcmp(key->u.s, s, len) == 0);
}

/* Return the place of the key in ${o}, or -1. */
static ptrdiff_t
place(struct value_heap *h, struct value_object *o, const char *s, size_t len)
{
	struct value_index *x;
	uint32_t hash;
	size_t i;

	if (o->n <= LINEAR_MAX) {
		for (i = 0; i < o->n; i++)
			if (key_is(&o->m[i].key, s, len))
				return ((ptrdiff_t)i);
		return (-1);
	}
	if (o->index == NULL)
		index_build(h, o);
	x = o->index;
	hash = value_hash(s, len);
	for (i = hash & x->mask; x->slot[i].hash != 0; i = (i + 1) & x->mask)
		if (x->slot[i].hash == hash &&
		    key_is(&o->m[x->slot[i].at].key, s, len))
			return ((ptrdiff_t)x->slot[i].at);
	return (-1);
}

struct value
value_object(struct value_heap *h, size_t cap)
{
	struct value_object *o = value_alloc(h, sizeof(*o));

	o->refs = 1;
	o->n = o->live = 0;
	o->cap = cap;
	o->m = cap == 0 ? NULL : value_alloc(h, cap * sizeof(*o->m));
	o->index = NULL;
	return ((struct value){ .u.obj = o, .kind = VALUE_OBJ });
}

static void
add_member(struct value_heap *h, struct value_object *o, struct value key,
    struct value v)
{
	size_t cap = o->cap < 4 ? 4 : o->cap * 2;

	if (o->n == o->cap) {
		o->m = value_realloc(h, o->m, o->cap * sizeof(*o->m),
		    cap * sizeof(*o->m));
		o->cap = cap;
	}
	o->m[o->n].key = key;
	o->m[o->n].value = v;
	o->n++;
	o->live++;
	if (o->index == NULL)
		return;
	if (o->index->used * 2 > o->index->mask)
		index_build(h, o);
	else
		index_add(o->index, key_hash(h, &o->m[o->n - 1].key),
		    o->n - 1);
}

struct value
value_object_of_fields(struct value_heap *h, const struct json_field *f,
    size_t n)
{
	struct value v = value_object(h, n);
	struct value_member *m = v.u.obj->m;
	size_t i;

	for (i = 0; i < n; i++) {
		m[i].key = value_of_json(&f[i].key);
		m[i].value = value_of_json(&f[i].value);
	}
	v.u.obj->n = v.u.obj->live = n;
	return (v);
}

/* Of keys that occur twice the last value counts, in the first one's place. */
void
value_open_object(struct value_heap *h, struct value *v)
{
	struct json_value j = value_json(v), key, item;
	struct value o = value_object(h, 8), k;
	struct json_iter it;
	const char *s;
	ptrdiff_t at;
	size_t len;

	json_iter_init(&it, &j);
	while (json_next(&it, &key, &item)) {
		k = value_of_json(&key);
		if ((k.flags & VALUE_ESCAPED) == 0) {
			at = place(h, o.u.obj, k.u.s, k.len);
		} else {
			struct value plain = k;

			s = value_bytes(h, &plain, &len);
			at = place(h, o.u.obj, s, len);
			value_free(h, plain);
		}
		if (at < 0)
			add_member(h, o.u.obj, k, value_of_json(&item));
		else
			o.u.obj->m[at].value = value_of_json(&item);
	}
	*v = o;
}

struct value
value_copy_object(struct value_heap *h, const struct value_object *old)
{
	struct value v = value_object(h, old->live);
	struct value_member *m = v.u.obj->m;
	size_t i, n = 0;

	for (i = 0; i < old->n; i++) {
		if (old->m[i].key.kind == VALUE_NONE)
			continue;
		m[n].key = value_dup(old->m[i].key);
		m[n].value = value_dup(old->m[i].value);
		n++;
	}
	v.u.obj->n = v.u.obj->live = n;
	return (v);
}

struct value_member *
value_find(struct value_heap *h, struct value *o, const char *key, size_t len)
{
	ptrdiff_t at;

	value_open(h, o);
	at = place(h, o->u.obj, key, len);
	return (at < 0 ? NULL : &o->u.obj->m[at]);
}

struct value
value_get(struct value_heap *h, const struct value *o, const char *key,
    size_t len)
{
	struct json_value j, v;
	struct value *child;
	ptrdiff_t at;

	if (o->kind == VALUE_OBJTEXT) {
		j = value_json(o);
		return (json_get(&j, key, len, &v) ? value_of_json(&v) :
		    value_none());
	}
	if ((at = place(h, o->u.obj, key, len)) < 0)
		return (value_none());
	/* A long text is opened where it is, once for all who look inside. */
	child = &o->u.obj->m[at].value;
	if (child->len > VALUE_LONG)
		value_open(h, child);
	return (value_dup(*child));
}

void
value_set(struct value_heap *h, struct value *o, struct value key,
    struct value v)
{
	const char *s;
	ptrdiff_t at;
	size_t len;

	value_unshare(h, o);
	s = value_bytes(h, &key, &len);
	at = place(h, o->u.obj, s, len);
	if (at < 0) {
		add_member(h, o->u.obj, key, v);
		return;
	}
	value_free(h, key);
	value_free(h, o->u.obj->m[at].value);
	o->u.obj->m[at].value = v;
}

void
value_set_z(struct value_heap *h, struct value *o, const char *key,
    struct value v)
{

	value_set(h, o, value_str_z(h, key), v);
}

/* Close the gaps that deleted members left. */
static void
compact(struct value_heap *h, struct value_object *o)
{
	size_t i, n = 0;

	for (i = 0; i < o->n; i++)
		if (o->m[i].key.kind != VALUE_NONE)
			o->m[n++] = o->m[i];
	o->n = n;
	value_index_free(h, o);
}

int
value_delete(struct value_heap *h, struct value *o, const char *key,
    size_t len)
{
	struct value_object *obj;
	ptrdiff_t at;

	value_unshare(h, o);
	obj = o->u.obj;
	if ((at = place(h, obj, key, len)) < 0)
		return (0);
	value_free(h, obj->m[at].key);
	value_free(h, obj->m[at].value);
	obj->m[at].key = value_none();
	obj->m[at].value = value_null();
	obj->live--;
	if (obj->n <= LINEAR_MAX || obj->live < obj->n / 2)
		compact(h, obj);
	return (1);
}

struct value
value_keys(struct value_heap *h, struct value *o, int sorted)
{
	struct value_object *obj;
	struct value a;
	size_t i;

	value_open(h, o);
	obj = o->u.obj;
	a = value_array(h, obj->live);
	for (i = 0; i < obj->n; i++)
		if (obj->m[i].key.kind != VALUE_NONE)
			value_push(h, &a, value_dup(obj->m[i].key));
	if (sorted)
		value_sort(h, &a, NULL);
	return (a);
}
