#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/regex.h"
#include "json/json_equal.h"
#include "json/json_number.h"
#include "schema/check.h"
#include "schema/document.h"
#include "schema/format.h"
#include "schema/registry.h"
#include "schema/rules.h"
#include "schema/translate.h"

/* What is called once would be put inline, and its frame into every level of
 * the recursion. */
#define APART	__attribute__((noinline))

#define STACK_MOST	((size_t)64 << 20)	/* bytes that a check uses */
#define STACK_USUAL	((size_t)8 << 20)	/* where nobody says how much */

/* Resources entered on the way to the rules at hand, innermost first. */
struct scope {
	const struct scope	*up;
	const struct resource	*resource;
};

/* Which members or elements of a value were evaluated. */
struct marks {
	uint64_t	*w;
	size_t		 n;		/* of members */
};

struct check {
	struct arena		*scratch;
	int			 used;		/* something is in it */
	const struct scope	*scope;
	uintptr_t		 stack_low;
	const char		*top;		/* the value checked ... */
	const struct json_field	*fields;	/* ... and its members */
	size_t			 nfields;
	check_tell		*tell;		/* NULL: only yes or no */
	void			*cookie;
	int			 failed;	/* the schema is at fault */
	struct err		 why;		/* of a pattern; too large to be
						   made for every string */
};

static int check(struct check *c, struct rules *r,
    const struct json_value *v, struct marks *marks, const struct place *at);

struct check *
check_new(void)
{
	struct check *c = mem_alloc(sizeof(*c));

	c->scratch = arena_new();
	return (c);
}

void
check_free(struct check *c)
{

	if (c == NULL)
		return;
	arena_free(c->scratch);
	mem_free(c);
}

static struct arena *
scratch(struct check *c)
{

	c->used = 1;
	return (c->scratch);
}

/* Tell what is wrong, if anyone listens; returns 0. */
static int
wrong(struct check *c, const struct rules *r, enum keyword keyword,
    const struct json_value *v, const struct place *at)
{
	const struct finding f = {
		.keyword = keyword, .rules = r, .value = v, .at = at
	};

	if (c->tell != NULL)
		c->tell(&f, c->cookie);
	return (0);
}

static int
wrong_count(struct check *c, const struct rules *r, enum keyword keyword,
    const struct json_value *v, const struct place *at, size_t i, size_t j)
{
	const struct finding f = {
		.keyword = keyword, .rules = r, .value = v, .at = at,
		.i = i, .j = j
	};

	if (c->tell != NULL)
		c->tell(&f, c->cookie);
	return (0);
}

static int
wrong_key(struct check *c, const struct rules *r, enum keyword keyword,
    const struct json_value *v, const struct place *at, const char *key,
    size_t len, const char *other)
{
	const struct finding f = {
		.keyword = keyword, .rules = r, .value = v, .at = at,
		.key = key, .key_len = len, .text = other
	};

	if (c->tell != NULL)
		c->tell(&f, c->cookie);
	return (0);
}

/*
 * Marks.
 */

static void
marks_init(struct check *c, struct marks *m, size_t n)
{
	const size_t words = n / 64 + 1;

	m->n = n;
	m->w = arena_alloc(scratch(c), words * sizeof(*m->w));
	memset(m->w, 0, words * sizeof(*m->w));
}

static inline void
mark(struct marks *m, size_t i)
{

	m->w[i / 64] |= (uint64_t)1 << i % 64;
}

static inline int
is_marked(const struct marks *m, size_t i)
{

	return ((m->w[i / 64] >> i % 64 & 1) != 0);
}

static void
merge(struct marks *to, const struct marks *from)
{
	size_t i;

	for (i = 0; i <= to->n / 64; i++)
		to->w[i] |= from->w[i];
}

/* As check, but what it marks counts only when the value is valid. */
static int
check_apart(struct check *c, struct rules *r, const struct json_value *v,
    struct marks *marks, const struct place *at)
{
	struct marks own;
	int valid;

	if (marks == NULL)
		return (check(c, r, v, NULL, at));
	marks_init(c, &own, marks->n);
	valid = check(c, r, v, &own, at);
	if (valid)
		merge(marks, &own);
	return (valid);
}

/* As that, without a word about what is wrong. */
static int
check_quietly(struct check *c, struct rules *r, const struct json_value *v,
    struct marks *marks, const struct place *at)
{
	check_tell *tell = c->tell;
	int valid;

	c->tell = NULL;
	valid = check_apart(c, r, v, marks, at);
	c->tell = tell;
	return (valid);
}

/*
 * Types, enum and const.
 */

static int
is_integer(const struct json_value *v)
{
	struct json_number n;

	if (v->plain)
		return (1);
	json_number_read(&n, v->s, v->len);
	return (json_number_is_integer(&n));
}

static const char *
string_of(struct check *c, const struct json_value *v, size_t *len)
{

	if (v->plain) {
		*len = v->len - 2;
		return (v->s + 1);
	}
	return (json_string(v, scratch(c), len));
}

static int
is_label(struct check *c, const struct value_set *set,
    const struct json_value *v)
{
	size_t len, i;
	uint32_t at;
	const char *s;

	if (v->type != JSON_STRING)
		return (0);
	s = string_of(c, v, &len);
	if (set->table == NULL) {
		for (i = 0; i < set->n; i++)
			if (set->v[i]->len == len &&
			    memcmp(set->v[i]->text, s, len) == 0)
				return (1);
		return (0);
	}
	at = translate_hash(s, len) & set->mask;
	for (; set->table[at] != NULL; at = (at + 1) & set->mask)
		if (set->table[at]->len == len &&
		    memcmp(set->table[at]->text, s, len) == 0)
			return (1);
	return (0);
}

static int
is_one_of(struct check *c, const struct value_set *set,
    const struct json_value *v)
{
	uint32_t at;
	size_t i;

	if (set->all_strings)
		return (is_label(c, set, v));
	if (set->table != NULL) {
		at = (uint32_t)json_equal_hash(v, 0, scratch(c)) & set->mask;
		for (; set->table[at] != NULL; at = (at + 1) & set->mask)
			if (json_equal(&set->table[at]->v, v, scratch(c)))
				return (1);
		return (0);
	}
	for (i = 0; i < set->n; i++)
		if (set->v[i]->v.type == v->type &&
		    json_equal(&set->v[i]->v, v, scratch(c)))
			return (1);
	return (0);
}

/*
 * Numbers.
 */

/* A number and the forms in which bounds are compared with it. */
struct number {
	const struct json_value	*v;
	int			 is_small, is_read;
	int64_t			 small;
	int			 rest;		/* see json_number_whole */
	struct json_number	 number;
};

static int
compare(struct number *n, const struct bound *b)
{

	if (n->is_small && b->is_small)
		return (n->small == b->small ? n->rest :
		    n->small > b->small ? 1 : -1);
	if (!n->is_read) {
		json_number_read(&n->number, n->v->s, n->v->len);
		n->is_read = 1;
	}
	return (json_number_compare(&n->number, &b->number));
}

static int
is_multiple(struct number *n, const struct bound *b)
{

	if (n->is_small && b->is_small)
		return (n->rest == 0 && n->small % b->small == 0);
	if (!n->is_read)
		json_number_read(&n->number, n->v->s, n->v->len);
	return (json_number_is_multiple(&n->number, &b->number));
}

static APART int
check_number(struct check *c, const struct rules *r,
    const struct json_value *v, const struct place *at)
{
	const struct number_rules *rules = r->number;
	struct number n = { .v = v };
	int ok = 1;

	n.is_small = json_number_whole(v->s, v->len, &n.small, &n.rest);
	if (rules->minimum.given && compare(&n, &rules->minimum) < 0)
		ok = wrong(c, r, KEYWORD_MINIMUM, v, at);
	if (rules->maximum.given && compare(&n, &rules->maximum) > 0)
		ok = wrong(c, r, KEYWORD_MAXIMUM, v, at);
	if (rules->above.given && compare(&n, &rules->above) <= 0)
		ok = wrong(c, r, KEYWORD_EXCLUSIVE_MINIMUM, v, at);
	if (rules->below.given && compare(&n, &rules->below) >= 0)
		ok = wrong(c, r, KEYWORD_EXCLUSIVE_MAXIMUM, v, at);
	if (rules->multiple.given && !is_multiple(&n, &rules->multiple))
		ok = wrong(c, r, KEYWORD_MULTIPLE_OF, v, at);
	return (ok);
}

/*
 * Strings.
 */

static size_t
count_characters(const char *s, size_t len)
{
	size_t n = 0, i;

	for (i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return (n);
}

static int
check_length(struct check *c, const struct rules *r,
    const struct json_value *v, const struct place *at, const char *s,
    size_t len)
{
	const struct string_rules *rules = r->string;
	size_t n;

	if (len <= rules->max && len / 4 >= rules->min)
		return (1);
	n = count_characters(s, len);
	if (n < rules->min)
		return (wrong_count(c, r, KEYWORD_MIN_LENGTH, v, at, n, 0));
	if (n > rules->max)
		return (wrong_count(c, r, KEYWORD_MAX_LENGTH, v, at, n, 0));
	return (1);
}

static int
check_pattern(struct check *c, const struct rules *r,
    const struct json_value *v, const struct place *at, const char *s,
    size_t len)
{
	struct regex_match m;
	int found;

	regex_start(&m, r->string->pattern, s, len);
	found = regex_next(&m, &c->why);
	if (found > 0)
		return (1);
	return (wrong_key(c, r, KEYWORD_PATTERN, v, at, NULL, 0,
	    found < 0 ? c->why.msg : NULL));
}

static APART int
check_string(struct check *c, const struct rules *r,
    const struct json_value *v, const struct place *at)
{
	const struct string_rules *rules = r->string;
	const char *s;
	size_t len;
	int ok;

	s = string_of(c, v, &len);
	ok = check_length(c, r, v, at, s, len);
	if (rules->pattern != NULL && (ok || c->tell != NULL))
		ok &= check_pattern(c, r, v, at, s, len);
	if (rules->format >= 0 && (ok || c->tell != NULL) &&
	    !format_check(rules->format, s, len))
		ok = wrong(c, r, KEYWORD_FORMAT, v, at);
	return (ok);
}

/*
 * Arrays.
 */

/* The rules for element ${i}, or NULL. */
static inline struct rules *
element_rules(const struct array_rules *a, size_t i)
{

	return (i < a->nprefix ? a->prefix[i] : a->rest);
}

static int
check_unique(struct check *c, const struct rules *r,
    const struct json_value *v, const struct place *at)
{
	size_t i, j;

	if (!json_equal_twice(v, &i, &j, scratch(c)))
		return (1);
	return (wrong_count(c, r, KEYWORD_UNIQUE_ITEMS, v, at, i, j));
}

static int
check_counts(struct check *c, const struct rules *r,
    const struct json_value *v, const struct place *at, size_t n,
    size_t contained)
{
	const struct array_rules *a = r->array;

	if (n < a->min)
		return (wrong_count(c, r, KEYWORD_MIN_ITEMS, v, at, n, 0));
	if (n > a->max)
		return (wrong_count(c, r, KEYWORD_MAX_ITEMS, v, at, n, 0));
	if (a->contains != NULL && contained < a->min_contains)
		return (wrong_count(c, r, a->min_contains == 1 ?
		    KEYWORD_CONTAINS : KEYWORD_MIN_CONTAINS, v, at,
		    contained, 0));
	if (a->contains != NULL && contained > a->max_contains)
		return (wrong_count(c, r, KEYWORD_MAX_CONTAINS, v, at,
		    contained, 0));
	return (1);
}

static APART int
check_array(struct check *c, const struct rules *r,
    const struct json_value *v, struct marks *marks, const struct place *at)
{
	const struct array_rules *a = r->array;
	struct place here = { .up = at };
	struct json_value item;
	struct json_iter it;
	struct rules *rules;
	size_t contained = 0;
	int ok = 1;

	json_iter_init(&it, v);
	for (; json_next(&it, NULL, &item); here.index++) {
		if ((rules = element_rules(a, here.index)) != NULL) {
			ok &= check(c, rules, &item, NULL, &here);
			if (marks != NULL)
				mark(marks, here.index);
		}
		if (!ok && c->tell == NULL)
			return (0);
		if (a->contains != NULL && check_quietly(c, a->contains,
		    &item, NULL, &here)) {
			contained++;
			if (marks != NULL && a->contains_marks)
				mark(marks, here.index);
		}
	}
	ok &= check_counts(c, r, v, at, here.index, contained);
	if (a->unique && (ok || c->tell != NULL))
		ok &= check_unique(c, r, v, at);
	return (ok);
}

/*
 * Objects.
 */

/* A walk over the members of an object. */
struct members {
	const struct json_field	*next, *end;	/* NULL: by it */
	struct json_iter	 it;
	struct json_field	 found;		/* by it */
};

static void
members_init(const struct check *c, struct members *m,
    const struct json_value *v)
{

	m->next = NULL;
	if (v->s == c->top && c->fields != NULL) {
		m->next = c->fields;
		m->end = c->fields + c->nfields;
	} else
		json_iter_init(&m->it, v);
}

/* The next one, or NULL; elements of an array have no key. */
static inline const struct json_field *
members_next(struct members *m)
{

	if (m->next != NULL)
		return (m->next < m->end ? m->next++ : NULL);
	return (json_next(&m->it, &m->found.key, &m->found.value) ?
	    &m->found : NULL);
}

static struct property *
look_up(struct check *c, const struct object_rules *o,
    const struct json_value *key)
{
	struct property *p;
	size_t len;
	uint32_t i;
	const char *s;

	s = string_of(c, key, &len);
	i = translate_hash(s, len) & o->mask;
	for (; (p = o->table[i]) != NULL; i = (i + 1) & o->mask)
		if (p->key_len == len && memcmp(p->key, s, len) == 0)
			break;
	return (p);
}

/* An object on its way through its rules. */
struct visit {
	const struct rules	*r;
	struct object_rules	*o;
	struct marks		*marks;
	struct property		**guess;	/* what comes next, perhaps */
	uint64_t		*seen;		/* bits of tracked properties */
};

static int
check_known(struct check *c, struct visit *at_hand, const struct property *p,
    const struct json_value *v, const struct place *here)
{
	size_t i;
	int ok = 1;

	if (p->track >= 0)
		at_hand->seen[p->track / 64] |= (uint64_t)1 << p->track % 64;
	for (i = 0; i < p->nrules; i++)
		ok &= check(c, p->rules[i], v, NULL, here);
	if (p->nrules > 0 && at_hand->marks != NULL)
		mark(at_hand->marks, here->index);
	return (ok);
}

static int
is_match(struct check *c, const struct regex *re, const char *s, size_t len)
{
	struct regex_match m;

	regex_start(&m, re, s, len);
	return (regex_next(&m, &c->why) > 0);
}

/* A property that no rule names. */
static int
check_other(struct check *c, struct visit *at_hand,
    const struct json_value *key, const struct json_value *v,
    const struct place *here)
{
	const struct object_rules *o = at_hand->o;
	int ok = 1, applied = 0;
	const char *s;
	size_t len, i;

	if (o->npatterns > 0) {
		s = string_of(c, key, &len);
		for (i = 0; i < o->npatterns; i++)
			if (is_match(c, o->pattern[i].regex, s, len)) {
				ok &= check(c, o->pattern[i].rules, v, NULL,
				    here);
				applied = 1;
			}
	}
	if (!applied && o->additional != NULL) {
		ok &= check(c, o->additional, v, NULL, here);
		applied = 1;
	}
	if (applied && at_hand->marks != NULL)
		mark(at_hand->marks, here->index);
	return (ok);
}

static inline uint32_t
four_bytes(const char *s)
{
	uint32_t x;

	memcpy(&x, s, sizeof(x));
	return (x);
}

/* As memcmp == 0, for texts that mostly are short and mostly the same.  The
 * last bytes that are looked at may overlap those before. */
static inline int
is_same(const char *a, const char *b, size_t len)
{
	uint64_t x, y;
	size_t i;

	if (len < 4) {
		for (i = 0; i < len && a[i] == b[i]; i++)
			continue;
		return (i == len);
	}
	if (len < sizeof(x))
		return (four_bytes(a) == four_bytes(b) &&
		    four_bytes(a + len - 4) == four_bytes(b + len - 4));
	for (i = 0; i < len; i += sizeof(x)) {
		if (i > len - sizeof(x))
			i = len - sizeof(x);
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x != y)
			return (0);
	}
	return (1);
}

static int
check_member(struct check *c, struct visit *at_hand,
    const struct json_value *key, const struct json_value *v,
    const struct place *here)
{
	struct object_rules *o = at_hand->o;
	struct property *p = *at_hand->guess;
	int ok = 1;

	if (o->names != NULL)
		ok = check(c, o->names, key, NULL, here);
	if (p == NULL || p->raw_len != key->len ||
	    !is_same(p->raw, key->s, key->len)) {
		p = o->nproperties > 0 ? look_up(c, o, key) : NULL;
		if (p == NULL)
			return (ok & check_other(c, at_hand, key, v, here));
		*at_hand->guess = p;
	}
	at_hand->guess = &p->next;
	return (ok & check_known(c, at_hand, p, v, here));
}

static inline int
was_seen(const struct visit *at_hand, int track)
{

	return ((at_hand->seen[track / 64] >> track % 64 & 1) != 0);
}

static int
check_required(struct check *c, const struct visit *at_hand,
    const struct json_value *v, const struct place *at)
{
	const struct object_rules *o = at_hand->o;
	const struct property *p;
	int ok = 1;
	size_t i;

	for (i = 0; i < o->nproperties; i++) {
		p = &o->property[i];
		if (p->required && !was_seen(at_hand, p->track))
			ok = wrong_key(c, at_hand->r, KEYWORD_REQUIRED, v, at,
			    p->key, p->key_len, NULL);
	}
	return (ok);
}

static int
check_dependent(struct check *c, const struct visit *at_hand,
    const struct dependent *d, const struct json_value *v,
    const struct place *at)
{
	int ok = 1;
	size_t i;

	if (!was_seen(at_hand, d->track))
		return (1);
	if (d->rules != NULL)
		return (check(c, d->rules, v, at_hand->marks, at));
	for (i = 0; i < d->nrequired; i++)
		if (!was_seen(at_hand, d->required[i]->track))
			ok = wrong_key(c, at_hand->r, d->keyword, v, at,
			    d->required[i]->key, d->required[i]->key_len,
			    d->key);
	return (ok);
}

/* What can be said when all members were seen. */
static int
check_whole(struct check *c, const struct visit *at_hand,
    const struct json_value *v, const struct place *at, size_t n)
{
	const struct object_rules *o = at_hand->o;
	int ok = 1;
	size_t i;

	if ((at_hand->seen[0] & o->required) != o->required ||
	    o->required_more)
		ok = check_required(c, at_hand, v, at);
	if (n < o->min)
		ok = wrong_count(c, at_hand->r, KEYWORD_MIN_PROPERTIES, v, at,
		    n, 0);
	if (n > o->max)
		ok = wrong_count(c, at_hand->r, KEYWORD_MAX_PROPERTIES, v, at,
		    n, 0);
	for (i = 0; i < o->ndependents && (ok || c->tell != NULL); i++)
		ok &= check_dependent(c, at_hand, &o->dependent[i], v, at);
	return (ok);
}

static APART int
check_object(struct check *c, const struct rules *r,
    const struct json_value *v, struct marks *marks, const struct place *at)
{
	struct object_rules *o = r->object;
	uint64_t few = 0;
	struct visit at_hand = {
		.r = r, .o = o, .marks = marks, .guess = &o->first,
		.seen = &few
	};
	const struct json_field *f;
	struct place here = { .up = at };
	struct members m;
	struct marks many;
	int ok = 1;

	if (o->ntracked > 64) {
		marks_init(c, &many, o->ntracked);
		at_hand.seen = many.w;
	}
	members_init(c, &m, v);
	for (; (f = members_next(&m)) != NULL; here.index++) {
		here.key = &f->key;
		ok &= check_member(c, &at_hand, &f->key, &f->value, &here);
		if (!ok && c->tell == NULL)
			return (0);
	}
	return (ok & check_whole(c, &at_hand, v, at, here.index));
}

/*
 * Rules on the same value.
 */

static int
accepts_type(const struct rules *r, unsigned int type)
{
	int i;

	for (i = 0; i < 8; i++) {
		if (r->never || (r->types >> type & 1) == 0)
			return (0);
		if (r->napplied == 0 || r->applied[0].keyword != KEYWORD_REF)
			break;
		r = r->applied[0].rules[0];
	}
	return (1);
}

/* No branch fits: when only one is for this type of value, say what is wrong
 * there, else that none does. */
static int
no_branch(struct check *c, const struct rules *r, const struct applied *a,
    const struct json_value *v, const struct place *at)
{
	struct rules *only = NULL;
	size_t i, n = 0;

	for (i = 0; i < a->n && c->tell != NULL; i++)
		if (accepts_type(a->rules[i], v->type)) {
			only = a->rules[i];
			n++;
		}
	if (n == 1)
		return (check_apart(c, only, v, NULL, at) & 0);
	return (wrong(c, r, a->keyword, v, at));
}

static int
check_any(struct check *c, const struct rules *r, const struct applied *a,
    const struct json_value *v, struct marks *marks, const struct place *at)
{
	int ok = 0;
	size_t i;

	for (i = 0; i < a->n; i++) {
		ok |= check_quietly(c, a->rules[i], v, marks, at);
		/* Marks of all that fit are wanted. */
		if (ok && marks == NULL)
			return (1);
	}
	return (ok ? 1 : no_branch(c, r, a, v, at));
}

static int
check_one(struct check *c, const struct rules *r, const struct applied *a,
    const struct json_value *v, struct marks *marks, const struct place *at)
{
	size_t i, found = a->n;

	for (i = 0; i < a->n; i++) {
		if (!check_quietly(c, a->rules[i], v, marks, at))
			continue;
		if (found < a->n)
			return (wrong_count(c, r, KEYWORD_ONE_OF, v, at,
			    found, i));
		found = i;
	}
	return (found < a->n ? 1 : no_branch(c, r, a, v, at));
}

static int
check_if(struct check *c, const struct applied *a,
    const struct json_value *v, struct marks *marks, const struct place *at)
{
	struct rules *then;

	then = a->rules[check_quietly(c, a->rules[0], v, marks, at) ? 1 : 2];
	return (then == NULL || check(c, then, v, marks, at));
}

/* The outermost resource of the dynamic scope that has the anchor. */
static struct rules *
find_dynamic(const struct check *c, const struct applied *a)
{
	struct rules *found = a->rules[0];
	const struct docnode *node;
	const struct scope *s;

	if (a->anchor == NULL)
		return (found);
	for (s = c->scope; s != NULL; s = s->up) {
		if (!s->resource->dynamic)
			continue;
		node = registry_anchor(s->resource, a->anchor, 1);
		if (node != NULL && node->rules != NULL)
			found = node->rules;
	}
	return (found);
}

static int
check_all(struct check *c, const struct applied *a,
    const struct json_value *v, struct marks *marks, const struct place *at)
{
	int ok = 1;
	size_t i;

	for (i = 0; i < a->n && (ok || c->tell != NULL); i++)
		ok &= check(c, a->rules[i], v, marks, at);
	return (ok);
}

static APART int
check_applied(struct check *c, const struct rules *r,
    const struct applied *a, const struct json_value *v,
    struct marks *marks, const struct place *at)
{

	switch (a->keyword) {
	case KEYWORD_REF:
		return (check(c, a->rules[0], v, marks, at));
	case KEYWORD_DYNAMIC_REF:
		return (check(c, find_dynamic(c, a), v, marks, at));
	case KEYWORD_ALL_OF:
		return (check_all(c, a, v, marks, at));
	case KEYWORD_ANY_OF:
		return (check_any(c, r, a, v, marks, at));
	case KEYWORD_ONE_OF:
		return (check_one(c, r, a, v, marks, at));
	case KEYWORD_NOT:
		if (!check_quietly(c, a->rules[0], v, NULL, at))
			return (1);
		return (wrong(c, r, KEYWORD_NOT, v, at));
	default:
		return (check_if(c, a, v, marks, at));
	}
}

/*
 * What nothing else evaluated.
 */

static size_t
count_members(const struct check *c, const struct json_value *v)
{
	struct members m;
	size_t n = 0;

	members_init(c, &m, v);
	while (members_next(&m) != NULL)
		n++;
	return (n);
}

static int
check_unevaluated(struct check *c, struct rules *u,
    const struct json_value *v, struct marks *marks, const struct place *at)
{
	const struct json_field *f;
	struct place here = { .up = at };
	struct members m;
	int ok = 1;

	members_init(c, &m, v);
	for (; (f = members_next(&m)) != NULL; here.index++) {
		if (is_marked(marks, here.index))
			continue;
		here.key = v->type == JSON_OBJECT ? &f->key : NULL;
		ok &= check(c, u, &f->value, NULL, &here);
		if (!ok && c->tell == NULL)
			return (0);
		mark(marks, here.index);
	}
	return (ok);
}

/*
 * The whole.
 */

static inline int
check_by_type(struct check *c, struct rules *r, const struct json_value *v,
    struct marks *marks, const struct place *at)
{

	switch (v->type) {
	case JSON_NUMBER:
		return (r->number == NULL || check_number(c, r, v, at));
	case JSON_STRING:
		return (r->string == NULL || check_string(c, r, v, at));
	case JSON_ARRAY:
		return (r->array == NULL || check_array(c, r, v, marks, at));
	case JSON_OBJECT:
		return (r->object == NULL || check_object(c, r, v, marks, at));
	default:
		return (1);
	}
}

/* The values that are allowed. */
static inline int
check_own(struct check *c, const struct rules *r, const struct json_value *v,
    const struct place *at)
{
	int ok = 1;

	if (r->values != NULL && !is_one_of(c, r->values, v))
		ok = wrong(c, r, KEYWORD_ENUM, v, at);
	if (r->constant != NULL && !is_one_of(c, r->constant, v))
		ok = wrong(c, r, KEYWORD_CONST, v, at);
	return (ok);
}

static int
check_rules(struct check *c, struct rules *r, const struct json_value *v,
    struct marks *marks, const struct place *at)
{
	int ok;
	size_t i;

	ok = check_own(c, r, v, at);
	if (!ok && c->tell == NULL)
		return (0);
	ok &= check_by_type(c, r, v, marks, at);
	for (i = 0; i < r->napplied && (ok || c->tell != NULL); i++)
		ok &= check_applied(c, r, &r->applied[i], v, marks, at);
	return (ok);
}

/* Rules that ask what nothing else evaluated. */
static APART int
check_marked(struct check *c, struct rules *r, struct rules *u,
    const struct json_value *v, struct marks *marks, const struct place *at)
{
	struct marks own;

	marks_init(c, &own, count_members(c, v));
	/* What a rule that is broken would have marked is not known. */
	if (!check_rules(c, r, v, &own, at) ||
	    !check_unevaluated(c, u, v, &own, at))
		return (0);
	if (marks != NULL)
		merge(marks, &own);
	return (1);
}

static APART int
check_inside(struct check *c, struct rules *r, const struct json_value *v,
    struct marks *marks, const struct place *at)
{
	struct rules *u = v->type == JSON_OBJECT ? r->unevaluated_properties :
	    v->type == JSON_ARRAY ? r->unevaluated_items : NULL;
	struct scope scope = { .up = c->scope, .resource = r->resource };
	int ok;

	if (c->scope == NULL || c->scope->resource != r->resource)
		c->scope = &scope;
	ok = u != NULL ? check_marked(c, r, u, v, marks, at) :
	    check_rules(c, r, v, marks, at);
	c->scope = scope.up;
	return (ok);
}

static int
check(struct check *c, struct rules *r, const struct json_value *v,
    struct marks *marks, const struct place *at)
{

	if (r->always)
		return (1);
	if (r->never)
		return (wrong(c, r, KEYWORDS, v, at));
	if ((r->types >> v->type & 1) == 0 ||
	    (r->integer && v->type == JSON_NUMBER && !is_integer(v)))
		return (wrong(c, r, KEYWORD_TYPE, v, at));
	/* Most values are neither array nor object, and most rules are about
	 * the value itself: nothing to keep track of. */
	if (r->plain && v->type < JSON_ARRAY)
		return (check_own(c, r, v, at) &
		    check_by_type(c, r, v, marks, at));
	if ((uintptr_t)__builtin_frame_address(0) < c->stack_low) {
		c->failed = 1;
		return (0);
	}
	return (c->failed ? 0 : check_inside(c, r, v, marks, at));
}

static void
begin(struct check *c, const struct json_value *v,
    const struct json_field *fields, size_t nfields)
{

	if (c->used)
		arena_reset(c->scratch);
	c->used = 0;
	c->scope = NULL;
	c->failed = 0;
	c->top = v->s;
	c->fields = fields;
	c->nfields = nfields;
}

/* How deep a check may go: a part of what the process has. */
static void
take_stack(struct check *c)
{
	const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	size_t most = STACK_USUAL;
	struct rlimit lim;

	if (getrlimit(RLIMIT_STACK, &lim) == 0 &&
	    lim.rlim_cur != RLIM_INFINITY)
		most = lim.rlim_cur < STACK_MOST ? (size_t)lim.rlim_cur :
		    STACK_MOST;
	most = most / 4 * 3;
	c->stack_low = here > most ? here - most : 1;
}

enum check_result
check_value(struct check *c, struct rules *r, const struct json_value *v,
    const struct json_field *fields, size_t nfields, struct err *err)
{
	int valid;

	if (c->stack_low == 0)
		take_stack(c);
	begin(c, v, fields, nfields);
	c->tell = NULL;
	valid = check(c, r, v, NULL, NULL);
	if (!c->failed)
		return (valid ? CHECK_VALID : CHECK_INVALID);
	(void)document_refuse(r->node, err, "it leads back to itself on the"
	    " same value, or too deep into it, and cannot be followed");
	return (CHECK_FAILED);
}

void
check_explain(struct check *c, struct rules *r, const struct json_value *v,
    const struct json_field *fields, size_t nfields, check_tell *tell,
    void *cookie)
{

	begin(c, v, fields, nfields);
	c->tell = tell;
	c->cookie = cookie;
	(void)check(c, r, v, NULL, NULL);
	c->tell = NULL;
}
