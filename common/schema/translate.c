#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/ecma.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/real.h"
#include "base/regex.h"
#include "json/json_equal.h"
#include "schema/document.h"
#include "schema/format.h"
#include "schema/registry.h"
#include "schema/rules.h"
#include "schema/translate.h"
#include "schema/translate_private.h"

#define FEW_VALUES	8	/* that are compared one by one */

/* One schema on its way: the keywords that it has and its dialect knows. */
struct schema {
	struct translation	*t;
	struct rules		*r;
	struct docnode		*node;
	struct docnode		*kw[KEYWORDS];	/* their values, or NULL */
	struct err		*err;
};

/* The rules of ${node}, to be filled when their turn comes. */
static struct rules *
rules_of(struct translation *t, struct docnode *node)
{
	struct rules *r;

	if (node->rules != NULL)
		return (node->rules);
	r = arena_alloc(t->a, sizeof(*r));
	memset(r, 0, sizeof(*r));
	r->node = node;
	r->resource = node->resource;
	node->rules = r;
	t->todo = mem_grow(t->todo, &t->todo_cap, t->ntodo + 1,
	    sizeof(struct rules *));
	t->todo[t->ntodo++] = r;
	return (r);
}

static void *
zeroed(struct translation *t, size_t n, size_t size)
{
	void *p = arena_alloc(t->a, n * size + 1);

	memset(p, 0, n * size + 1);
	return (p);
}

/* Take note of the keywords of s->node and check their values. */
static int
take_keywords(struct schema *s)
{
	const struct dialect *d = s->node->resource->dialect;
	const int only_ref = d->draft == DRAFT_7 &&
	    document_get(s->node, "$ref") != NULL;
	const struct keyword_info *k;
	struct docnode *c;
	size_t i;

	for (i = 0; i < s->node->n; i++) {
		c = &s->node->child[i];
		k = dialect_keyword(d, c->key, c->key_len);
		if (k == NULL || (only_ref && k->id != KEYWORD_REF))
			continue;
		if (translate_shape(c, k->shape, s->t->a, s->err) != 0)
			return (-1);
		s->kw[k->id] = c;
	}
	return (0);
}

/*
 * Patterns.
 */

static const struct regex *
compile_pattern(struct schema *s, const struct docnode *at, const char *text,
    size_t len)
{
	struct translation *t = s->t;
	struct err why = ERR_INIT;
	struct regex *re;

	if (t->cache == NULL)
		t->cache = regex_cache_new();
	if ((re = ecma_compile(t->cache, text, len, &why)) == NULL) {
		(void)document_refuse(at, s->err, "%s", why.msg);
		return (NULL);
	}
	t->regex = mem_grow(t->regex, &t->regex_cap, t->nregex + 1,
	    sizeof(struct regex *));
	t->regex[t->nregex++] = re;
	return (re);
}

/*
 * Types, enum and const.
 */

static void
take_types(struct schema *s)
{
	const struct docnode *v = s->kw[KEYWORD_TYPE], *one;
	int number = 0, integer = 0;
	size_t i, n;

	s->r->types = TYPES_ALL;
	if (v == NULL)
		return;
	s->r->types = 0;
	n = v->v.type == JSON_ARRAY ? v->n : 1;
	for (i = 0; i < n; i++) {
		one = v->v.type == JSON_ARRAY ? &v->child[i] : v;
		s->r->types |= translate_type(one->text);
		number |= strcmp(one->text, "number") == 0;
		integer |= strcmp(one->text, "integer") == 0;
	}
	s->r->integer = integer && !number;
}

static void
index_values(struct translation *t, struct value_set *set)
{
	const struct docnode *v;
	uint32_t size = 16, at;
	size_t i;

	while (size < set->n * 2)
		size *= 2;
	set->mask = size - 1;
	set->table = zeroed(t, size, sizeof(struct docnode *));
	for (i = 0; i < set->n; i++) {
		v = set->v[i];
		at = set->all_strings ? translate_hash(v->text, v->len) :
		    (uint32_t)json_equal_hash(&v->v, 0, t->a);
		for (at &= set->mask; set->table[at] != NULL;
		    at = (at + 1) & set->mask)
			continue;
		set->table[at] = set->v[i];
	}
}

static struct value_set *
value_set(struct translation *t, const struct docnode *node,
    const struct docnode *first, size_t n)
{
	struct value_set *set = zeroed(t, 1, sizeof(*set));
	size_t i;

	set->node = node;
	set->n = n;
	set->v = zeroed(t, n, sizeof(struct docnode *));
	set->all_strings = 1;
	for (i = 0; i < n; i++) {
		set->v[i] = &first[i];
		set->all_strings &= first[i].v.type == JSON_STRING;
	}
	if (n > FEW_VALUES)
		index_values(t, set);
	return (set);
}

static void
take_values(struct schema *s)
{
	const struct docnode *v = s->kw[KEYWORD_ENUM];

	if (v != NULL)
		s->r->values = value_set(s->t, v, v->child, v->n);
	v = s->kw[KEYWORD_CONST];
	if (v != NULL)
		s->r->constant = value_set(s->t, v, v, 1);
}

/*
 * Numbers and strings.
 */

static void
take_bound(const struct schema *s, struct bound *b, enum keyword id)
{
	const struct docnode *v = s->kw[id];

	if (v == NULL)
		return;
	b->given = 1;
	b->v = &v->v;
	b->is_small = real_integral(v->v.s, v->v.len, &b->small);
	json_number_read(&b->number, v->v.s, v->v.len);
}

static void
take_number(struct schema *s)
{
	static const enum keyword ids[] = {
		KEYWORD_MINIMUM, KEYWORD_MAXIMUM, KEYWORD_EXCLUSIVE_MINIMUM,
		KEYWORD_EXCLUSIVE_MAXIMUM, KEYWORD_MULTIPLE_OF
	};
	struct number_rules *n;
	struct bound *b[5];
	size_t i;
	int any = 0;

	for (i = 0; i < 5; i++)
		any |= s->kw[ids[i]] != NULL;
	if (!any)
		return;
	s->r->number = n = zeroed(s->t, 1, sizeof(*n));
	b[0] = &n->minimum;
	b[1] = &n->maximum;
	b[2] = &n->above;
	b[3] = &n->below;
	b[4] = &n->multiple;
	for (i = 0; i < 5; i++)
		take_bound(s, b[i], ids[i]);
}

/* A count; beyond what any text or memory can have, it is no bound. */
static uint64_t
count_of(const struct docnode *v, uint64_t other)
{
	int64_t n;

	if (v == NULL)
		return (other);
	return (real_integral(v->v.s, v->v.len, &n) ? (uint64_t)n :
	    UINT64_MAX);
}

static int
asserts_format(const struct schema *s)
{
	const unsigned int have = s->node->resource->dialect->vocabularies;

	return (!s->t->no_format || (have & VOCABULARY_FORMAT_ASSERTION) != 0);
}

static void
take_format(struct schema *s, struct string_rules *str)
{
	const struct docnode *v = s->kw[KEYWORD_FORMAT];
	struct quote q;

	str->format = -1;
	if (v == NULL || !asserts_format(s))
		return;
	str->format = s->node->resource->dialect->draft == DRAFT_7 ?
	    format_find_draft7(v->text, v->len) :
	    format_find(v->text, v->len);
	str->format_name = v;
	if (str->format < 0 && diag_verbose())
		diag_note("the format %s is not known and not checked",
		    quote(&q, v->text, v->len));
}

static int
take_string(struct schema *s)
{
	const struct docnode *pattern = s->kw[KEYWORD_PATTERN];
	struct string_rules *str;

	if (pattern == NULL && s->kw[KEYWORD_MIN_LENGTH] == NULL &&
	    s->kw[KEYWORD_MAX_LENGTH] == NULL && s->kw[KEYWORD_FORMAT] == NULL)
		return (0);
	str = zeroed(s->t, 1, sizeof(*str));
	str->min = count_of(s->kw[KEYWORD_MIN_LENGTH], 0);
	str->max = count_of(s->kw[KEYWORD_MAX_LENGTH], UINT64_MAX);
	take_format(s, str);
	if (pattern != NULL) {
		str->pattern_text = pattern;
		str->pattern = compile_pattern(s, pattern, pattern->text,
		    pattern->len);
		if (str->pattern == NULL)
			return (-1);
	}
	if (pattern != NULL || str->format >= 0 || str->min > 0 ||
	    str->max < UINT64_MAX)
		s->r->string = str;
	return (0);
}

/*
 * Arrays.
 */

/* The rules of all schemas in ${v}, which may be NULL. */
static struct rules **
rules_list(struct schema *s, const struct docnode *v, size_t *n)
{
	struct rules **list;
	size_t i;

	*n = v == NULL ? 0 : v->n;
	list = zeroed(s->t, *n, sizeof(struct rules *));
	for (i = 0; i < *n; i++)
		list[i] = rules_of(s->t, &v->child[i]);
	return (list);
}

static struct rules *
maybe_rules(struct schema *s, struct docnode *v)
{

	return (v == NULL ? NULL : rules_of(s->t, v));
}

static void
take_items(struct schema *s, struct array_rules *a)
{
	struct docnode *items = s->kw[KEYWORD_ITEMS];

	if (items != NULL && items->v.type == JSON_ARRAY) {
		a->prefix = rules_list(s, items, &a->nprefix);
		a->rest = maybe_rules(s, s->kw[KEYWORD_ADDITIONAL_ITEMS]);
		a->rest_keyword = KEYWORD_ADDITIONAL_ITEMS;
		return;
	}
	a->prefix = rules_list(s, s->kw[KEYWORD_PREFIX_ITEMS], &a->nprefix);
	a->rest = maybe_rules(s, items);
	a->rest_keyword = KEYWORD_ITEMS;
}

static void
take_array(struct schema *s)
{
	const struct docnode *unique = s->kw[KEYWORD_UNIQUE_ITEMS];
	struct array_rules *a = zeroed(s->t, 1, sizeof(*a));

	a->min = count_of(s->kw[KEYWORD_MIN_ITEMS], 0);
	a->max = count_of(s->kw[KEYWORD_MAX_ITEMS], UINT64_MAX);
	a->unique = unique != NULL && unique->v.type == JSON_TRUE;
	take_items(s, a);
	a->contains = maybe_rules(s, s->kw[KEYWORD_CONTAINS]);
	a->min_contains = count_of(s->kw[KEYWORD_MIN_CONTAINS], 1);
	a->max_contains = count_of(s->kw[KEYWORD_MAX_CONTAINS], UINT64_MAX);
	a->contains_marks = s->node->resource->dialect->draft == DRAFT_2020;
	if (a->min > 0 || a->max < UINT64_MAX || a->unique ||
	    a->nprefix > 0 || a->rest != NULL || a->contains != NULL)
		s->r->array = a;
}

/*
 * Objects.
 */

static struct property *
find_property(struct object_rules *o, const char *key, size_t len)
{
	size_t i;

	i = translate_hash(key, len) & o->mask;
	for (; o->table[i] != NULL; i = (i + 1) & o->mask)
		if (o->table[i]->key_len == len &&
		    memcmp(o->table[i]->key, key, len) == 0)
			break;
	return (o->table[i]);
}

static void
spell_key(struct translation *t, struct property *p)
{
	struct buf b = { 0 };

	(void)json_put_string(&b, p->key, p->key_len, NULL);
	p->raw = arena_dup(t->a, b.s, b.len);
	p->raw_len = (uint32_t)b.len;
	buf_free(&b);
}

/* The property of that name, made when there is none yet. */
static struct property *
add_property(struct schema *s, struct object_rules *o, const char *key,
    size_t len)
{
	struct property *p = find_property(o, key, len);
	size_t i;

	if (p != NULL)
		return (p);
	p = &o->property[o->nproperties++];
	p->key = key;
	p->key_len = len;
	p->track = -1;
	spell_key(s->t, p);
	i = translate_hash(key, len) & o->mask;
	while (o->table[i] != NULL)
		i = (i + 1) & o->mask;
	o->table[i] = p;
	return (p);
}

static void
track(struct object_rules *o, struct property *p)
{

	if (p->track < 0)
		p->track = (int)o->ntracked++;
}

/* At most how many keys the rules of ${s} name. */
static size_t
count_keys(const struct schema *s)
{
	static const enum keyword maps[] = {
		KEYWORD_DEPENDENT_REQUIRED, KEYWORD_DEPENDENCIES,
		KEYWORD_DEPENDENT_SCHEMAS
	};
	const struct docnode *v;
	size_t n = 0, i, j;

	if (s->kw[KEYWORD_PROPERTIES] != NULL)
		n += s->kw[KEYWORD_PROPERTIES]->n;
	if (s->kw[KEYWORD_REQUIRED] != NULL)
		n += s->kw[KEYWORD_REQUIRED]->n;
	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		v = s->kw[maps[i]];
		for (j = 0; v != NULL && j < v->n; j++)
			n += 1 + (v->child[j].v.type == JSON_ARRAY ?
			    v->child[j].n : 0);
	}
	return (n);
}

static int
take_patterns(struct schema *s, struct object_rules *o)
{
	const struct docnode *v = s->kw[KEYWORD_PATTERN_PROPERTIES];
	struct pattern_property *p;
	size_t i;

	if (v == NULL)
		return (0);
	o->pattern = zeroed(s->t, v->n, sizeof(*o->pattern));
	for (i = 0; i < v->n; i++) {
		p = &o->pattern[o->npatterns++];
		p->regex = compile_pattern(s, &v->child[i], v->child[i].key,
		    v->child[i].key_len);
		if (p->regex == NULL)
			return (-1);
		p->rules = rules_of(s->t, &v->child[i]);
	}
	return (0);
}

static void
take_required(struct schema *s, struct object_rules *o)
{
	const struct docnode *v = s->kw[KEYWORD_REQUIRED];
	struct property *p;
	size_t i;

	for (i = 0; v != NULL && i < v->n; i++) {
		p = add_property(s, o, v->child[i].text, v->child[i].len);
		track(o, p);
		p->required = 1;
		if (p->track < 64)
			o->required |= (uint64_t)1 << p->track;
		else
			o->required_more = 1;
	}
}

static void
take_dependent(struct schema *s, struct object_rules *o, enum keyword id,
    struct docnode *c)
{
	struct dependent *d = &o->dependent[o->ndependents++];
	struct property *p = add_property(s, o, c->key, c->key_len);
	size_t i;

	track(o, p);
	d->track = p->track;
	d->key = c->key;
	d->keyword = id;
	if (c->v.type != JSON_ARRAY) {
		d->rules = rules_of(s->t, c);
		return;
	}
	d->required = zeroed(s->t, c->n, sizeof(struct property *));
	d->nrequired = c->n;
	for (i = 0; i < c->n; i++) {
		p = add_property(s, o, c->child[i].text, c->child[i].len);
		track(o, p);
		d->required[i] = p;
	}
}

static void
take_dependents(struct schema *s, struct object_rules *o)
{
	static const enum keyword ids[] = {
		KEYWORD_DEPENDENT_REQUIRED, KEYWORD_DEPENDENT_SCHEMAS,
		KEYWORD_DEPENDENCIES
	};
	struct docnode *v;
	size_t i, j, n = 0;

	for (i = 0; i < 3; i++)
		n += s->kw[ids[i]] != NULL ? s->kw[ids[i]]->n : 0;
	o->dependent = zeroed(s->t, n, sizeof(*o->dependent));
	for (i = 0; i < 3; i++) {
		v = s->kw[ids[i]];
		for (j = 0; v != NULL && j < v->n; j++)
			take_dependent(s, o, ids[i], &v->child[j]);
	}
}

static int
matches(const struct regex *re, const char *s, size_t len)
{
	struct regex_match m;
	struct err unused = ERR_INIT;

	regex_start(&m, re, s, len);
	return (regex_next(&m, &unused) > 0);
}

/* What applies to the value of a property whose name is known is known. */
static void
settle_property(struct schema *s, struct object_rules *o, struct property *p)
{
	const struct docnode *v = s->kw[KEYWORD_PROPERTIES];
	struct docnode *own;
	size_t i;

	p->rules = zeroed(s->t, o->npatterns + 2, sizeof(struct rules *));
	own = v == NULL ? NULL : document_find(v, p->key, p->key_len);
	if (own != NULL)
		p->rules[p->nrules++] = rules_of(s->t, own);
	for (i = 0; i < o->npatterns; i++)
		if (matches(o->pattern[i].regex, p->key, p->key_len))
			p->rules[p->nrules++] = o->pattern[i].rules;
	p->declared = p->nrules > 0;
	if (!p->declared && o->additional != NULL)
		p->rules[p->nrules++] = o->additional;
}

static int
has_object_rules(const struct schema *s)
{
	static const enum keyword ids[] = {
		KEYWORD_PROPERTIES, KEYWORD_PATTERN_PROPERTIES,
		KEYWORD_ADDITIONAL_PROPERTIES, KEYWORD_PROPERTY_NAMES,
		KEYWORD_REQUIRED, KEYWORD_MIN_PROPERTIES,
		KEYWORD_MAX_PROPERTIES, KEYWORD_DEPENDENT_REQUIRED,
		KEYWORD_DEPENDENT_SCHEMAS, KEYWORD_DEPENDENCIES
	};
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (s->kw[ids[i]] != NULL)
			return (1);
	return (0);
}

static int
take_object(struct schema *s)
{
	const struct docnode *v = s->kw[KEYWORD_PROPERTIES];
	const size_t keys = count_keys(s);
	struct object_rules *o;
	uint32_t size = 4;
	size_t i;

	if (!has_object_rules(s))
		return (0);
	s->r->object = o = zeroed(s->t, 1, sizeof(*o));
	while (size < keys * 2)
		size *= 2;
	o->mask = size - 1;
	o->table = zeroed(s->t, size, sizeof(struct property *));
	o->property = zeroed(s->t, keys, sizeof(*o->property));
	o->min = count_of(s->kw[KEYWORD_MIN_PROPERTIES], 0);
	o->max = count_of(s->kw[KEYWORD_MAX_PROPERTIES], UINT64_MAX);
	o->additional = maybe_rules(s, s->kw[KEYWORD_ADDITIONAL_PROPERTIES]);
	o->names = maybe_rules(s, s->kw[KEYWORD_PROPERTY_NAMES]);
	for (i = 0; v != NULL && i < v->n; i++)
		(void)add_property(s, o, v->child[i].key,
		    v->child[i].key_len);
	take_required(s, o);
	take_dependents(s, o);
	if (take_patterns(s, o) != 0)
		return (-1);
	for (i = 0; i < o->nproperties; i++)
		settle_property(s, o, &o->property[i]);
	return (0);
}

/*
 * Rules on the same value.
 */

static struct applied *
add_applied(struct schema *s, enum keyword id, size_t n)
{
	struct applied *a = &s->r->applied[s->r->napplied++];

	a->keyword = id;
	a->n = n;
	a->rules = zeroed(s->t, n, sizeof(struct rules *));
	return (a);
}

static int
take_ref(struct schema *s, enum keyword id)
{
	const char *anchor = NULL;
	struct docnode *target;
	struct applied *a;

	if (s->kw[id] == NULL)
		return (0);
	target = registry_resolve(s->t->registry, s->node, s->kw[id],
	    id == KEYWORD_DYNAMIC_REF ? &anchor : NULL, s->err);
	if (target == NULL)
		return (-1);
	a = add_applied(s, id, 1);
	a->rules[0] = rules_of(s->t, target);
	a->anchor = anchor;
	s->t->dynamic |= anchor != NULL;
	return (0);
}

static void
take_lists(struct schema *s)
{
	static const enum keyword ids[] = {
		KEYWORD_ALL_OF, KEYWORD_ANY_OF, KEYWORD_ONE_OF
	};
	struct applied *a;
	size_t i;

	for (i = 0; i < 3; i++) {
		if (s->kw[ids[i]] == NULL)
			continue;
		a = add_applied(s, ids[i], 0);
		a->rules = rules_list(s, s->kw[ids[i]], &a->n);
	}
}

static int
take_applied(struct schema *s)
{
	struct applied *a;

	s->r->applied = zeroed(s->t, 7, sizeof(*s->r->applied));
	if (take_ref(s, KEYWORD_REF) != 0 ||
	    take_ref(s, KEYWORD_DYNAMIC_REF) != 0)
		return (-1);
	take_lists(s);
	if (s->kw[KEYWORD_NOT] != NULL) {
		a = add_applied(s, KEYWORD_NOT, 1);
		a->rules[0] = rules_of(s->t, s->kw[KEYWORD_NOT]);
	}
	if (s->kw[KEYWORD_IF] != NULL) {
		a = add_applied(s, KEYWORD_IF, 3);
		a->rules[0] = rules_of(s->t, s->kw[KEYWORD_IF]);
		a->rules[1] = maybe_rules(s, s->kw[KEYWORD_THEN]);
		a->rules[2] = maybe_rules(s, s->kw[KEYWORD_ELSE]);
	}
	s->r->unevaluated_items =
	    maybe_rules(s, s->kw[KEYWORD_UNEVALUATED_ITEMS]);
	s->r->unevaluated_properties =
	    maybe_rules(s, s->kw[KEYWORD_UNEVALUATED_PROPERTIES]);
	return (0);
}

/*
 * The whole.
 */

static int
fill(struct translation *t, struct rules *r, struct err *err)
{
	struct schema s = { .t = t, .r = r, .err = err };

	if (r->node->v.type != JSON_OBJECT) {
		r->always = r->node->v.type == JSON_TRUE;
		r->never = !r->always;
		r->types = TYPES_ALL;
		return (0);
	}
	s.node = r->node;
	if (take_keywords(&s) != 0)
		return (-1);
	take_types(&s);
	take_values(&s);
	take_number(&s);
	take_array(&s);
	if (take_string(&s) != 0 || take_object(&s) != 0 ||
	    take_applied(&s) != 0)
		return (-1);
	r->plain = r->napplied == 0;
	r->always = r->types == TYPES_ALL && r->values == NULL &&
	    r->constant == NULL && r->number == NULL && r->string == NULL &&
	    r->array == NULL && r->object == NULL && r->napplied == 0 &&
	    r->unevaluated_items == NULL && r->unevaluated_properties == NULL;
	return (0);
}

/* Fill all rules that are waiting, and those that come with them. */
static int
fill_all(struct translation *t, size_t *done, struct err *err)
{

	for (; *done < t->ntodo; ++*done)
		if (fill(t, t->todo[*done], err) != 0)
			return (-1);
	return (0);
}

/* A $dynamicRef may lead to every $dynamicAnchor. */
static void
add_dynamic(struct translation *t)
{
	struct resource *r;
	size_t i, j;

	for (i = 0; i < registry_count(t->registry); i++) {
		r = registry_get(t->registry, i);
		for (j = 0; j < r->nanchors; j++)
			if (r->anchors[j].dynamic)
				(void)rules_of(t, r->anchors[j].node);
	}
}

struct rules *
translate_schema(struct translation *t, struct docnode *node,
    struct err *err)
{
	size_t done = 0, before;
	struct rules *r = rules_of(t, node);

	do {
		if (fill_all(t, &done, err) != 0)
			return (NULL);
		before = t->ntodo;
		if (t->dynamic)
			add_dynamic(t);
	} while (t->ntodo > before);
	return (translate_circles(t->todo, t->ntodo, err) == 0 ? r : NULL);
}

void
translate_free(struct translation *t)
{
	size_t i;

	for (i = 0; i < t->nregex; i++)
		regex_free(t->regex[i]);
	regex_cache_free(t->cache);
	mem_free(t->regex);
	mem_free(t->todo);
}
