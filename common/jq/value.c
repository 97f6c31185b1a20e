#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "jq/value.h"
#include "jq/value_private.h"

/*
 * The heap: memory in classes of 16 bytes from chunks, each class with a list
 * of free pieces.  Larger pieces come from mem.h and hang in a list, so that
 * the heap can be freed whole.
 */
#define UNIT		16
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SMALL_MAX	((size_t)0)	/* so that misuse is seen */
#endif
#endif
#ifndef SMALL_MAX
#define SMALL_MAX	((size_t)1024)
#endif
#define CLASSES		(SMALL_MAX / UNIT + 1)
#define CHUNK		((size_t)64 << 10)

struct piece {
	struct piece	*next;
};

struct chunk {
	struct chunk	*next;
	alignas(max_align_t) unsigned char data[];
};

struct large {
	struct large	*prev, *next;
	alignas(max_align_t) unsigned char data[];
};

struct value_heap {
	struct piece	*free[CLASSES];
	unsigned char	*at, *end;	/* what is left of the newest chunk */
	struct chunk	*chunks;
	struct large	*larges;
	struct value_big *bigs;
	size_t		 used, limit;
	int		 deep;		/* nesting beyond VALUE_DEPTH met */
	struct value	*dead;		/* containers waiting to be freed */
	size_t		 ndead, dead_cap;
	int		 burying;
	struct arena	*scratch;	/* for unescaping */
};

struct value_heap *
value_heap_new(size_t limit)
{
	struct value_heap *h = mem_alloc(sizeof(*h));

	h->limit = limit;
	h->scratch = arena_new();
	return (h);
}

void
value_heap_free(struct value_heap *h)
{
	struct chunk *c;
	struct large *l;

	if (h == NULL)
		return;
	for (; h->bigs != NULL; h->bigs = h->bigs->next)
		decimal_free(&h->bigs->dec);
	while ((c = h->chunks) != NULL) {
		h->chunks = c->next;
		mem_free(c);
	}
	while ((l = h->larges) != NULL) {
		h->larges = l->next;
		mem_free(l);
	}
	mem_free(h->dead);
	arena_free(h->scratch);
	mem_free(h);
}

int
value_heap_over(const struct value_heap *h)
{

	return (h->used > h->limit);
}

int
value_heap_fits(const struct value_heap *h, size_t n)
{

	return (h->used <= h->limit && n <= h->limit - h->used);
}

size_t
value_heap_used(const struct value_heap *h)
{

	return (h->used);
}

int
value_heap_deep(struct value_heap *h)
{
	int deep = h->deep;

	h->deep = 0;
	return (deep);
}

int
value_too_deep(struct value_heap *h, unsigned depth)
{

	if (depth < VALUE_DEPTH)
		return (0);
	h->deep = 1;
	return (1);
}

static void *
alloc_chunk(struct value_heap *h, size_t size)
{
	struct chunk *c = mem_resize(NULL, sizeof(*c) + CHUNK, 1);

	c->next = h->chunks;
	h->chunks = c;
	h->at = c->data + size;
	h->end = c->data + CHUNK;
	return (c->data);
}

static void *
alloc_large(struct value_heap *h, size_t n)
{
	struct large *l;

	if (n > SIZE_MAX - sizeof(*l))
		n = SIZE_MAX - sizeof(*l);
	l = mem_resize(NULL, sizeof(*l) + n, 1);
	l->prev = NULL;
	l->next = h->larges;
	if (l->next != NULL)
		l->next->prev = l;
	h->larges = l;
	return (l->data);
}

void *
value_alloc(struct value_heap *h, size_t n)
{
	size_t class = (n + UNIT - 1) / UNIT;
	struct piece *p;

	h->used += n;
	if (n > SMALL_MAX)
		return (alloc_large(h, n));
	if ((p = h->free[class]) != NULL) {
		h->free[class] = p->next;
		return (p);
	}
	if ((size_t)(h->end - h->at) < class * UNIT)
		return (alloc_chunk(h, class * UNIT));
	h->at += class * UNIT;
	return (h->at - class * UNIT);
}

void
value_dealloc(struct value_heap *h, void *p, size_t n)
{
	size_t class = (n + UNIT - 1) / UNIT;
	struct piece *piece = p;
	struct large *l;

	if (p == NULL)
		return;
	h->used -= n;
	if (n <= SMALL_MAX) {
		piece->next = h->free[class];
		h->free[class] = piece;
		return;
	}
	l = (struct large *)(void *)((unsigned char *)p -
	    offsetof(struct large, data));
	if (l->next != NULL)
		l->next->prev = l->prev;
	if (l->prev != NULL)
		l->prev->next = l->next;
	else
		h->larges = l->next;
	mem_free(l);
}

void *
value_realloc(struct value_heap *h, void *p, size_t old, size_t n)
{
	struct large *l;
	void *q;

	if (p != NULL && old > SMALL_MAX && n > SMALL_MAX) {
		l = (struct large *)(void *)((unsigned char *)p -
		    offsetof(struct large, data));
		h->used += n - old;
		l = mem_resize(l, sizeof(*l) + n, 1);
		if (l->next != NULL)
			l->next->prev = l;
		if (l->prev != NULL)
			l->prev->next = l;
		else
			h->larges = l;
		return (l->data);
	}
	q = value_alloc(h, n);
	if (p != NULL) {
		memcpy(q, p, old < n ? old : n);
		value_dealloc(h, p, old);
	}
	return (q);
}

/* Free containers one by one, not by recursion: they may nest a long way. */
static void
bury(struct value_heap *h, struct value v)
{
	struct value_object *o;
	struct value_array *a;
	size_t i;

	if (v.kind == VALUE_ARR) {
		a = v.u.arr;
		for (i = 0; i < a->n; i++)
			value_free(h, a->v[i]);
		value_dealloc(h, a->v, a->cap * sizeof(*a->v));
		value_dealloc(h, a, sizeof(*a));
		return;
	}
	o = v.u.obj;
	for (i = 0; i < o->n; i++) {
		value_free(h, o->m[i].key);
		value_free(h, o->m[i].value);
	}
	value_index_free(h, o);
	value_dealloc(h, o->m, o->cap * sizeof(*o->m));
	value_dealloc(h, o, sizeof(*o));
}

struct value
value_big(struct value_heap *h, struct decimal d)
{
	struct value_big *big = value_alloc(h, sizeof(*big));

	*big = (struct value_big){ .refs = 1, .dec = d, .next = h->bigs };
	if (h->bigs != NULL)
		h->bigs->prev = big;
	h->bigs = big;
	h->used += decimal_size(&d);
	return ((struct value){ .u.big = big, .kind = VALUE_BIG });
}

static void
release_big(struct value_heap *h, struct value_big *big)
{

	if (big->next != NULL)
		big->next->prev = big->prev;
	if (big->prev != NULL)
		big->prev->next = big->next;
	else
		h->bigs = big->next;
	h->used -= decimal_size(&big->dec);
	decimal_free(&big->dec);
	value_dealloc(h, big, sizeof(*big));
}

void
value_release(struct value_heap *h, struct value v)
{

	switch (v.kind) {
	case VALUE_STR: case VALUE_NUMSTR:
		value_dealloc(h, v.u.str, sizeof(*v.u.str) + v.u.str->cap);
		return;
	case VALUE_BIG:
		release_big(h, v.u.big);
		return;
	default:
		break;
	}
	if (h->burying) {
		h->dead = mem_grow(h->dead, &h->dead_cap, h->ndead + 1,
		    sizeof(*h->dead));
		h->dead[h->ndead++] = v;
		return;
	}
	h->burying = 1;
	bury(h, v);
	while (h->ndead > 0)
		bury(h, h->dead[--h->ndead]);
	h->burying = 0;
}

/*
 * Kinds.
 */

enum json_type
value_type(const struct value *v)
{
	static const uint8_t types[] = {
		[VALUE_NONE] = JSON_NULL, [VALUE_NULL] = JSON_NULL,
		[VALUE_FALSE] = JSON_FALSE, [VALUE_TRUE] = JSON_TRUE,
		[VALUE_INT] = JSON_NUMBER, [VALUE_DEC] = JSON_NUMBER,
		[VALUE_SPECIAL] = JSON_NUMBER, [VALUE_NUMTEXT] = JSON_NUMBER,
		[VALUE_SLICE] = JSON_STRING, [VALUE_ARRTEXT] = JSON_ARRAY,
		[VALUE_OBJTEXT] = JSON_OBJECT, [VALUE_BIG] = JSON_NUMBER,
		[VALUE_NUMSTR] = JSON_NUMBER,
		[VALUE_STR] = JSON_STRING, [VALUE_ARR] = JSON_ARRAY,
		[VALUE_OBJ] = JSON_OBJECT
	};

	return ((enum json_type)types[v->kind]);
}

const char *
value_type_name(const struct value *v)
{

	return (json_type_name(value_type(v)));
}

struct json_value
value_json(const struct value *v)
{
	struct json_value j = { v->u.s, v->len, (uint8_t)value_type(v), 0 };

	if (v->kind == VALUE_SLICE) {
		j.s--;
		j.len += 2;
		j.plain = (v->flags & VALUE_ESCAPED) == 0;
	}
	return (j);
}

/*
 * Strings.
 */

struct value
value_str_new(struct value_heap *h, size_t cap)
{
	struct value_str *str;

	cap = (cap + sizeof(*str) + UNIT - 1) / UNIT * UNIT - sizeof(*str);
	str = value_alloc(h, sizeof(*str) + cap);
	str->refs = 1;
	str->hash = 0;
	str->len = 0;
	str->cap = cap;
	return ((struct value){ .u.str = str, .kind = VALUE_STR });
}

struct value
value_str(struct value_heap *h, const char *s, size_t len)
{
	struct value v = value_str_new(h, len);

	if (len > 0)
		memcpy(v.u.str->s, s, len);
	v.u.str->len = len;
	return (v);
}

struct value
value_str_z(struct value_heap *h, const char *s)
{

	return (value_str(h, s, strlen(s)));
}

/* One U+FFFD for each byte that belongs to no sequence. */
struct value
value_str_lossy(struct value_heap *h, const char *s, size_t len)
{
	size_t n = utf8_check(s, len);
	struct value v = value_str(h, s, n);

	while (n < len) {
		s += n + 1;
		len -= n + 1;
		value_str_append(h, &v, "\xef\xbf\xbd", 3);
		n = utf8_check(s, len);
		value_str_append(h, &v, s, n);
	}
	return (v);
}

const char *
value_unescape(struct value_heap *h, struct value *v, size_t *len)
{
	struct json_value j = value_json(v);
	const char *s = json_string(&j, h->scratch, len);

	*v = value_str(h, s, *len);
	arena_reset(h->scratch);
	return (v->u.str->s);
}

void
value_str_append(struct value_heap *h, struct value *v, const char *s,
    size_t len)
{
	struct value_str *str;
	struct value x;
	const char *old;
	size_t n, cap;

	if (v->kind == VALUE_STR && v->u.str->refs == 1 &&
	    v->u.str->cap - v->u.str->len >= len) {
		str = v->u.str;
		if (len > 0)
			memcpy(str->s + str->len, s, len);
		str->len += len;
		str->hash = 0;
		return;
	}
	old = value_bytes(h, v, &n);
	cap = n + len;
	if (v->kind == VALUE_STR)
		cap += cap / 2;
	x = value_str_new(h, cap);
	str = x.u.str;
	if (n > 0)
		memcpy(str->s, old, n);
	if (len > 0)
		memcpy(str->s + n, s, len);
	str->len = n + len;
	value_free(h, *v);
	*v = x;
}

/* Multiply and fold, eight bytes at a time. */
uint32_t
value_hash(const char *s, size_t len)
{
	uint64_t x = 0x9e3779b97f4a7c15u ^ len, w;

	for (; len >= 8; s += 8, len -= 8) {
		memcpy(&w, s, 8);
		x = (x ^ w) * 0xff51afd7ed558ccdu;
		x ^= x >> 32;
	}
	w = 0;
	if (len > 0)
		memcpy(&w, s, len);
	x = (x ^ w) * 0xc4ceb9fe1a85ec53u;
	x ^= x >> 29;
	x *= 0xff51afd7ed558ccdu;
	x ^= x >> 32;
	return ((uint32_t)x == 0 ? 1 : (uint32_t)x);
}

/*
 * Arrays.
 */

struct value
value_array(struct value_heap *h, size_t cap)
{
	struct value_array *a = value_alloc(h, sizeof(*a));

	a->refs = 1;
	a->n = 0;
	a->cap = cap;
	a->v = cap == 0 ? NULL : value_alloc(h, cap * sizeof(*a->v));
	return ((struct value){ .u.arr = a, .kind = VALUE_ARR });
}

void
value_reserve(struct value_heap *h, struct value_array *a, size_t need)
{
	size_t cap = a->cap < 4 ? 4 : a->cap * 2;

	if (need <= a->cap)
		return;
	if (cap < need)
		cap = need;
	a->v = value_realloc(h, a->v, a->cap * sizeof(*a->v),
	    cap * sizeof(*a->v));
	a->cap = cap;
}

void
value_push_shared(struct value_heap *h, struct value *a, struct value v)
{

	value_unshare(h, a);
	value_reserve(h, a->u.arr, a->u.arr->n + 1);
	a->u.arr->v[a->u.arr->n++] = v;
}

static void
open_array(struct value_heap *h, struct value *v)
{
	struct json_value j = value_json(v), item;
	struct value a = value_array(h, 0);
	struct json_iter it;

	json_iter_init(&it, &j);
	while (json_next(&it, NULL, &item)) {
		if (a.u.arr->n == a.u.arr->cap)
			value_reserve(h, a.u.arr, a.u.arr->n + 1);
		a.u.arr->v[a.u.arr->n++] = value_of_json(&item);
	}
	*v = a;
}

void
value_open_text(struct value_heap *h, struct value *v)
{

	if (v->kind == VALUE_ARRTEXT)
		open_array(h, v);
	else if (v->kind == VALUE_OBJTEXT)
		value_open_object(h, v);
}

static struct value
copy_array(struct value_heap *h, const struct value_array *old)
{
	struct value v = value_array(h, old->n);
	size_t i;

	for (i = 0; i < old->n; i++)
		v.u.arr->v[i] = value_dup(old->v[i]);
	v.u.arr->n = old->n;
	return (v);
}

void
value_unshare(struct value_heap *h, struct value *v)
{
	struct value x;

	value_open(h, v);
	if (*v->u.refs == 1)
		return;
	x = v->kind == VALUE_ARR ? copy_array(h, v->u.arr) :
	    value_copy_object(h, v->u.obj);
	value_free(h, *v);
	*v = x;
}

size_t
value_count(struct value_heap *h, struct value *v)
{

	value_open(h, v);
	return (v->kind == VALUE_ARR ? v->u.arr->n : v->u.obj->live);
}

/* Copy what is text; containers are opened, and unshared where they change. */
static struct value
own(struct value_heap *h, struct value v, unsigned depth)
{
	struct value_object *o;
	struct value_array *a;
	const char *s;
	size_t i, len;

	if (value_too_deep(h, depth))
		return (v);
	switch (v.kind) {
	case VALUE_NULL: case VALUE_FALSE: case VALUE_TRUE:
		v.flags = 0;
		return (v);
	case VALUE_NUMTEXT:
		v = value_str(h, v.u.s, v.len);
		v.kind = VALUE_NUMSTR;
		return (v);
	case VALUE_SLICE:
		s = value_bytes(h, &v, &len);
		return (v.kind == VALUE_STR ? v : value_str(h, s, len));
	case VALUE_ARRTEXT: case VALUE_ARR:
		value_unshare(h, &v);
		a = v.u.arr;
		for (i = 0; i < a->n; i++)
			a->v[i] = own(h, a->v[i], depth + 1);
		return (v);
	case VALUE_OBJTEXT: case VALUE_OBJ:
		value_unshare(h, &v);
		o = v.u.obj;
		for (i = 0; i < o->n; i++) {
			o->m[i].key = own(h, o->m[i].key, depth + 1);
			o->m[i].value = own(h, o->m[i].value, depth + 1);
		}
		return (v);
	default:
		return (v);
	}
}

struct value
value_own(struct value_heap *h, struct value v)
{

	return (own(h, v, 0));
}
