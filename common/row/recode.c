#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "row/recode.h"

struct word {
	const char	*s;
	size_t		 len;
};

static int
same(struct word a, struct word b)
{

	return (a.len == b.len &&
	    (a.len == 0 || memcmp(a.s, b.s, a.len) == 0));
}

/* Pairs of words by the first of them; open addressing, a power of two. */
struct pair {
	struct word	key, value;	/* key.s NULL: a free slot */
};

struct pairs {
	struct pair	*v;
	size_t		 n, size;
};

/* Values remembered, as they stand in the rows: short ones, and not many. */
#define MEMO_MOST	256
#define MEMO_LEN	64

#define LABELS_SAID	5	/* in a hint, at most */

struct recode {
	enum recode_case	 to;
	int			 ignore_case;
	struct arena		*arena;		/* all words below */
	struct pairs		 map;		/* value -> result */
	struct pairs		 label;		/* value -> label */
	struct word		*labels;	/* in the order given */
	size_t			 nlabels, labels_cap;
	struct pairs		 memo;		/* JSON -> JSON */
	struct buf		 folded, cased, json;
};

/* As FNV-1a, but by eight bytes as long as there are so many. */
static size_t
hash(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325U, eight;

	for (; len >= sizeof(eight); s += sizeof(eight), len -= sizeof(eight)) {
		memcpy(&eight, s, sizeof(eight));
		h = (h ^ eight) * 0x9e3779b97f4a7c15U;
		h ^= h >> 32;
	}
	for (; len > 0; s++, len--)
		h = (h ^ (unsigned char)*s) * 0x100000001b3U;
	return ((size_t)(h ^ h >> 32));
}

/* The slot of the word, or the free one where it would go. */
static struct pair *
slot(const struct pairs *t, const char *s, size_t len)
{
	size_t i = hash(s, len) & (t->size - 1);

	while (t->v[i].key.s != NULL && (t->v[i].key.len != len ||
	    memcmp(t->v[i].key.s, s, len) != 0))
		i = (i + 1) & (t->size - 1);
	return (&t->v[i]);
}

static const struct word *
lookup(const struct pairs *t, const char *s, size_t len)
{
	const struct pair *p;

	if (t->n == 0)
		return (NULL);
	p = slot(t, s, len);
	return (p->key.s != NULL ? &p->value : NULL);
}

static void
grow(struct pairs *t)
{
	struct pairs old = *t;
	size_t i;

	t->size = old.size == 0 ? 16 : old.size * 2;
	t->v = mem_array(t->size, sizeof(*t->v));
	for (i = 0; i < old.size; i++)
		if (old.v[i].key.s != NULL)
			*slot(t, old.v[i].key.s, old.v[i].key.len) = old.v[i];
	mem_free(old.v);
}

/* Add a pair, of equal keys the first; return what stands there. */
static const struct word *
add(struct pairs *t, struct word key, struct word value)
{
	struct pair *p;

	if (t->n >= t->size / 2)
		grow(t);
	p = slot(t, key.s, key.len);
	if (p->key.s == NULL) {
		p->key = key;
		p->value = value;
		t->n++;
	}
	return (&p->value);
}

struct recode *
recode_new(enum recode_case to, int ignore_case)
{
	struct recode *r = mem_alloc(sizeof(*r));

	r->to = to;
	r->ignore_case = ignore_case;
	r->arena = arena_new();
	return (r);
}

static int
take(struct recode *r, struct word *w, const char *s, size_t len,
    struct err *err)
{
	struct quote q;

	if (utf8_check(s, len) != len)
		return (err_set(err, "not UTF-8: %s", quote(&q, s, len)));
	w->s = arena_dup(r->arena, s, len);
	w->len = len;
	return (0);
}

/* The word as it is compared: itself, or folded and living in the arena. */
static struct word
comparable(struct recode *r, struct word w)
{
	struct word folded;

	if (!r->ignore_case)
		return (w);
	r->folded.len = 0;
	utf8_fold(&r->folded, w.s, w.len);
	folded.s = arena_dup(r->arena, r->folded.s, r->folded.len);
	folded.len = r->folded.len;
	return (folded);
}

int
recode_map(struct recode *r, const char *from, size_t fromlen, const char *to,
    size_t tolen, struct err *err)
{
	struct word key = { NULL, 0 }, value = { NULL, 0 };
	const struct word *got;
	struct quote q;

	if (take(r, &key, from, fromlen, err) != 0 ||
	    take(r, &value, to, tolen, err) != 0)
		return (-1);
	got = add(&r->map, comparable(r, key), value);
	if (!same(*got, value))
		return (err_set(err, "value %s is mapped twice",
		    quote(&q, from, fromlen)));
	return (0);
}

int
recode_allow(struct recode *r, const char *label, size_t len,
    struct err *err)
{
	struct word w = { NULL, 0 };

	if (take(r, &w, label, len, err) != 0)
		return (-1);
	r->labels = mem_grow(r->labels, &r->labels_cap, r->nlabels + 1,
	    sizeof(*r->labels));
	r->labels[r->nlabels++] = w;
	(void)add(&r->label, w, w);
	/* A label that is there as it stands comes before one that only
	 * folds to it. */
	if (r->ignore_case)
		(void)add(&r->label, comparable(r, w), w);
	return (0);
}

/* Look a value up as it stands, then folded if that counts. */
static const struct word *
find(struct recode *r, const struct pairs *t, struct word w)
{
	const struct word *got = lookup(t, w.s, w.len);

	if (got != NULL || !r->ignore_case || t->n == 0)
		return (got);
	r->folded.len = 0;
	utf8_fold(&r->folded, w.s, w.len);
	return (lookup(t, r->folded.s, r->folded.len));
}

static struct word
change_case(struct recode *r, struct word w)
{
	struct word cased;

	r->cased.len = 0;
	if (r->to == RECODE_UPPER)
		utf8_upper(&r->cased, w.s, w.len);
	else
		utf8_lower(&r->cased, w.s, w.len);
	cased.s = r->cased.s;
	cased.len = r->cased.len;
	return (cased);
}

static struct word
recoded(struct recode *r, struct word w)
{
	const struct word *got;

	if ((got = find(r, &r->map, w)) != NULL)
		return (*got);
	if (r->ignore_case && (got = find(r, &r->label, w)) != NULL)
		return (*got);
	return (change_case(r, w));
}

/* Is the word a label as it stands?  (Folded labels lead to others.) */
static int
legal(const struct recode *r, struct word w)
{
	const struct word *label = lookup(&r->label, w.s, w.len);

	return (r->nlabels == 0 || (label != NULL && same(*label, w)));
}

/* The nearest label, or NULL when none is near. */
static const char *
nearest(const struct recode *r, struct word w)
{
	char *wrong = mem_dup(w.s, w.len);
	struct near near;
	size_t i;

	near_start(&near, wrong);
	for (i = 0; i < r->nlabels; i++)
		near_offer(&near, r->labels[i].s);
	mem_free(wrong);
	return (near_best(&near));
}

/* What would have been right. */
static void
hint(const struct recode *r, struct word w, struct err *err)
{
	const char *label = nearest(r, w);
	struct buf b = { 0 };
	struct quote q;
	size_t i;

	if (label != NULL) {
		(void)err_hint(err, "did you mean %s?", quote_z(&q, label));
		return;
	}
	for (i = 0; i < r->nlabels && i < LABELS_SAID; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ",
		    quote_z(&q, r->labels[i].s));
	(void)err_hint(err, "legal are %s%s", buf_z(&b),
	    i < r->nlabels ? ", ..." : "");
	buf_free(&b);
}

static int
illegal(const struct recode *r, struct word was, struct word is,
    struct err *err)
{
	struct quote q;

	(void)err_set(err, "%s is none of the legal values",
	    quote(&q, was.s, was.len));
	hint(r, is, err);
	return (err_rule(err, "enum", NULL));
}

static const char *
remember(struct recode *r, const struct json_value *v, struct word json)
{
	struct word key = { v->s, v->len };

	key.s = arena_dup(r->arena, v->s, v->len);
	/* What stays as it is is remembered as nothing. */
	if (json.s == v->s)
		json.s = NULL;
	else
		json.s = arena_dup(r->arena, json.s, json.len);
	(void)add(&r->memo, key, json);
	return (json.s != NULL ? json.s : v->s);
}

/* The slow way, for values not seen before. */
static const char *
work_out(struct recode *r, const struct json_value *v, struct arena *a,
    size_t *len, struct err *err)
{
	struct word was, is, json = { v->s, v->len };

	was.s = json_string(v, a, &was.len);
	is = recoded(r, was);
	if (!legal(r, is)) {
		(void)illegal(r, was, is, err);
		return (NULL);
	}
	if (!same(is, was)) {
		r->json.len = 0;
		(void)json_put_string(&r->json, is.s, is.len, NULL);
		json.s = r->json.s;
		json.len = r->json.len;
	}
	*len = json.len;
	if (v->len <= MEMO_LEN && r->memo.n < MEMO_MOST)
		return (remember(r, v, json));
	return (json.s == v->s ? v->s : arena_dup(a, json.s, json.len));
}

const char *
recode_value(struct recode *r, const struct json_value *v, struct arena *a,
    size_t *len, struct err *err)
{
	const struct word *known;

	if (v->len > MEMO_LEN ||
	    (known = lookup(&r->memo, v->s, v->len)) == NULL)
		return (work_out(r, v, a, len, err));
	*len = known->len;
	return (known->s != NULL ? known->s : v->s);
}

void
recode_free(struct recode *r)
{

	if (r == NULL)
		return;
	arena_free(r->arena);
	mem_free(r->map.v);
	mem_free(r->label.v);
	mem_free(r->memo.v);
	mem_free(r->labels);
	buf_free(&r->folded);
	buf_free(&r->cased);
	buf_free(&r->json);
	mem_free(r);
}
