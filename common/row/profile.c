#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/distinct.h"
#include "base/hash.h"
#include "base/hll.h"
#include "base/mem.h"
#include "row/profile_node.h"
#include "row/row.h"

/* The best precision of which a thousand estimates fit a quarter of the
 * memory. */
static int
choose_precision(uint64_t memory)
{
	int precision = 14;

	while (precision > 10 && hll_size(precision) * 1000 > memory / 4)
		precision--;
	return (precision);
}

static void
set_bounds(struct profile *p)
{
	uint64_t most;

	if (p->opts.memory < PROFILE_MEMORY)
		p->opts.memory = PROFILE_MEMORY;
	if (p->opts.memory > SIZE_MAX / 2)
		p->opts.memory = SIZE_MAX / 2;
	if (p->opts.samples > PROFILE_SAMPLES)
		p->opts.samples = PROFILE_SAMPLES;
	p->precision = choose_precision(p->opts.memory);
	p->reserve = sizeof(struct profile_node) + 2 * PROFILE_KEY +
	    hll_size(p->precision) + profile_value_reserve(&p->opts);
	most = p->opts.memory / 2 / p->reserve;
	if (p->opts.paths > most)
		p->opts.paths = most;
}

struct profile *
profile_new(const struct profile_opts *opts)
{
	struct profile *p = mem_alloc(sizeof(*p));

	p->opts = *opts;
	set_bounds(p);
	for (p->size = 16; p->size < 2 * p->opts.paths;)
		p->size *= 2;
	p->table = mem_array(p->size, sizeof(struct profile_node *));
	p->root = mem_alloc(sizeof(*p->root));
	p->root->kind = PROFILE_ROOT;
	p->other = mem_alloc(sizeof(*p->other));
	p->other->kind = PROFILE_OTHER;
	p->other->distinct = distinct_new(p->opts.exact, p->precision);
	p->reader = json_reader_new();
	p->scratch = mem_alloc(sizeof(*p->scratch));
	return (p);
}

/*
 * The tree.
 */
static struct profile_node *
new_node(struct profile *p, struct profile_node *parent,
    enum profile_kind kind)
{
	struct profile_node *n = mem_alloc(sizeof(*n));

	p->nodes = mem_grow(p->nodes, &p->cap, p->n + 1,
	    sizeof(struct profile_node *));
	p->nodes[p->n++] = n;
	n->id = p->n;
	n->kind = kind;
	n->parent = parent;
	n->depth = parent->depth + 1;
	if (parent->last == NULL)
		parent->children = n;
	else
		parent->last->next = n;
	parent->last = n;
	return (n);
}

static int
is_full(const struct profile *p)
{

	return (p->n >= p->opts.paths);
}

/* The field ${key} of the objects at ${parent}; NULL when there is no room
 * for it. */
static struct profile_node *
find_field(struct profile *p, struct profile_node *parent,
    const struct json_value *key, struct arena *a)
{
	struct profile_node *n;
	const char *name;
	size_t len, i;

	if (key->len > PROFILE_KEY + 2)		/* with its quotes */
		return (NULL);
	name = json_string(key, a, &len);
	i = (size_t)hash_bytes(name, len, parent->id).a & (p->size - 1);
	for (; (n = p->table[i]) != NULL; i = (i + 1) & (p->size - 1))
		if (n->parent == parent && n->name_len == len &&
		    memcmp(n->name, name, len) == 0)
			return (n);
	if (is_full(p))
		return (NULL);
	n = p->table[i] = new_node(p, parent, PROFILE_FIELD);
	n->key = mem_dup(key->s, key->len);
	n->key_len = key->len;
	n->name = mem_dup(name, len);
	n->name_len = len;
	return (n);
}

static struct profile_node *
find_items(struct profile *p, struct profile_node *parent)
{

	if (parent->items == NULL && !is_full(p))
		parent->items = new_node(p, parent, PROFILE_ITEM);
	return (parent->items);
}

/*
 * Values.
 */
static void add_value(struct profile *, struct profile_node *,
    const struct json_value *, struct arena *);

/* A value without a node: it is counted, and the ${len} bytes at ${name}, its
 * key, among others. */
static void
add_other(struct profile *p, const struct profile_node *parent,
    const char *name, size_t len, const struct json_value *v)
{

	p->other->present++;
	p->other->types[v->type]++;
	(void)distinct_add(p->other->distinct,
	    hash_bytes(name, len, parent->id));
}

static void
add_other_field(struct profile *p, const struct profile_node *parent,
    const struct json_value *key, const struct json_value *v,
    struct arena *a)
{
	size_t len;
	const char *name = json_string(key, a, &len);

	add_other(p, parent, name, len, v);
}

static int
has_key(const struct profile_node *n, const struct json_value *key)
{

	return (n->key_len == key->len &&
	    memcmp(n->key, key->s, key->len) == 0);
}

/* Objects of a kind have their fields in the same order, mostly.  A field that
 * stands twice in one, as it may below the top level, is present once. */
static void
add_members(struct profile *p, struct profile_node *parent,
    const struct json_value *v, struct arena *a)
{
	uint64_t serial = ++p->serial;
	struct profile_node *next = parent->children, *n;
	struct json_value key, member;
	struct json_iter it;

	json_iter_init(&it, v);
	while (json_next(&it, &key, &member)) {
		n = next;
		if (n == NULL || !has_key(n, &key))
			n = find_field(p, parent, &key, a);
		if (n == NULL) {
			add_other_field(p, parent, &key, &member, a);
			continue;
		}
		next = n->next;
		/* The objects within had serials of their own. */
		if (n->seen_in != serial)
			n->present++;
		n->seen_in = serial;
		add_value(p, n, &member, a);
	}
}

static void
add_elements(struct profile *p, struct profile_node *parent,
    const struct json_value *v, struct arena *a)
{
	struct profile_node *n = NULL;
	struct json_value element;
	struct json_iter it;
	uint64_t items = 0;

	json_iter_init(&it, v);
	for (; json_next(&it, NULL, &element); items++) {
		if (n == NULL && (n = find_items(p, parent)) == NULL) {
			add_other(p, parent, "", 0, &element);
			continue;
		}
		n->present++;
		add_value(p, n, &element, a);
	}
	if (parent->types[JSON_ARRAY] == 1 || items < parent->min_items)
		parent->min_items = items;
	if (items > parent->max_items)
		parent->max_items = items;
}

static void
add_value(struct profile *p, struct profile_node *n,
    const struct json_value *v, struct arena *a)
{

	profile_value_add(p, n, v, a);
	if (v->type < JSON_ARRAY)
		return;
	if (n->depth >= PROFILE_DEPTH)
		n->deep++;
	else if (v->type == JSON_ARRAY)
		add_elements(p, n, v, a);
	else
		add_members(p, n, v, a);
}

/* Rows of the same shape have their fields at the same nodes. */
static void
take_shape(struct profile *p, const struct row *row)
{
	size_t i;

	p->top = mem_grow(p->top, &p->top_cap, row->nfields,
	    sizeof(struct profile_node *));
	for (i = 0; i < row->nfields; i++)
		p->top[i] = find_field(p, p->root, &row->fields[i].key,
		    row->arena);
	p->shape = row->shape;
}

void
profile_add(struct profile *p, const struct row *row)
{
	const struct json_field *f;
	struct profile_node *n;
	size_t i;

	p->root->types[JSON_OBJECT]++;
	if (row->shape != p->shape)
		take_shape(p, row);
	for (i = 0; i < row->nfields; i++) {
		f = &row->fields[i];
		if ((n = p->top[i]) == NULL) {
			add_other_field(p, p->root, &f->key, &f->value,
			    row->arena);
			continue;
		}
		n->present++;
		add_value(p, n, &f->value, row->arena);
	}
}

/*
 * Looking back.
 */
uint64_t
profile_rows(const struct profile *p)
{

	return (p->root->types[JSON_OBJECT]);
}

uint64_t
profile_paths(const struct profile *p)
{

	return (p->n);
}

uint64_t
profile_others(const struct profile *p)
{

	return (p->other->present);
}

uint64_t
profile_deep(const struct profile *p)
{
	uint64_t deep = 0;
	size_t i;

	for (i = 0; i < p->n; i++)
		deep += p->nodes[i]->deep;
	return (deep);
}

const struct profile_node *
profile_next(const struct profile_node *n)
{

	if (n->children != NULL)
		return (n->children);
	while (n != NULL && n->next == NULL)
		n = n->parent;
	return (n == NULL ? NULL : n->next);
}

uint64_t
profile_of(const struct profile_node *n)
{

	return (n->parent->types[n->kind == PROFILE_ITEM ? JSON_ARRAY :
	    JSON_OBJECT]);
}

uint64_t
profile_values(const struct profile_node *n)
{
	uint64_t values = 0;
	size_t i;

	for (i = 0; i <= JSON_OBJECT; i++)
		values += n->types[i];
	return (values);
}

uint64_t
profile_strings_like(const struct profile_node *n, enum looks *kind)
{

	return (n->looks == NULL ? 0 : looks_most(n->looks, kind));
}

const struct label *
profile_labels(const struct profile_node *n, size_t *count)
{
	const struct label *v;
	enum looks kind;

	if (n->labels == NULL)
		return (NULL);
	if (profile_strings_like(n, &kind) > 0 && kind != LOOKS_BOOLEAN &&
	    kind != LOOKS_INTEGER && kind != LOOKS_NUMBER)
		return (NULL);
	v = labels_list(n->labels, count);
	return (n->types[JSON_STRING] < 2 * *count ? NULL : v);
}

void
profile_free(struct profile *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++) {
		profile_value_free(p->nodes[i]);
		mem_free(p->nodes[i]->name);
		mem_free(p->nodes[i]->key);
		mem_free(p->nodes[i]);
	}
	distinct_free(p->other->distinct);
	mem_free(p->other);
	mem_free(p->root);
	mem_free(p->nodes);
	mem_free(p->table);
	mem_free(p->top);
	json_reader_free(p->reader);
	buf_free(p->scratch);
	mem_free(p->scratch);
	mem_free(p);
}
