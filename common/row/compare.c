#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/seen.h"
#include "json/canon_as.h"
#include "row/canonical.h"
#include "row/compare.h"

#define SEARCH_MOST	32	/* fields that are looked for one by one */

struct tolerance {
	char		*name;
	size_t		 len;
	struct decimal	 most;
};

struct compare {
	const struct canonical	*canonical;
	struct tolerance	*tolerances;
	size_t			 ntolerances, tolerances_cap;
	struct json_value	*differing;
	size_t			 n, cap;
	struct arena		*arena;		/* of names with escapes */
	struct buf		 a, b;		/* values in canonical form */
};

/* One of the rows, and where its fields are when they are many. */
struct side {
	const struct compare_row	*row;
	struct seen			*places;
};

struct compare *
compare_new(const struct canonical *c)
{
	struct compare *cmp = mem_alloc(sizeof(*cmp));

	cmp->canonical = c;
	cmp->arena = arena_new();
	return (cmp);
}

int
compare_tolerate(struct compare *cmp, const char *text, struct err *err)
{
	const char *eq = strrchr(text, '=');
	struct tolerance *t;
	struct quote q;

	if (eq == NULL || eq == text || *++eq == '-' ||
	    !decimal_is_number(eq, strlen(eq))) {
		(void)err_set(err, "%s is not of the form FIELD=NUMBER",
		    quote_z(&q, text));
		(void)err_hint(err, "for example amount=0.01");
		return (err_status(err, DIAG_USAGE));
	}
	cmp->tolerances = mem_grow(cmp->tolerances, &cmp->tolerances_cap,
	    cmp->ntolerances + 1, sizeof(*cmp->tolerances));
	t = &cmp->tolerances[cmp->ntolerances++];
	t->len = (size_t)(eq - 1 - text);
	t->name = mem_dup(text, t->len);
	decimal_parse(&t->most, eq, strlen(eq));
	return (0);
}

/* Do the numbers ${a} and ${b} differ by no more than ${most}? */
static int
within(const struct buf *a, const struct buf *b, const struct decimal *most)
{
	struct decimal x, y, difference = decimal_int(0), size;
	struct err err;
	int same = 0;

	decimal_parse(&x, a->s, a->len);
	decimal_parse(&y, b->s, b->len);
	/* Beyond what can be computed with, nothing is near. */
	if (decimal_sub(&difference, &x, &y, &err) == 0) {
		decimal_abs(&size, &difference);
		same = decimal_compare(&size, most) <= 0;
		decimal_free(&size);
		decimal_free(&difference);
	}
	decimal_free(&x);
	decimal_free(&y);
	return (same);
}

/* Is the canonical form one of a number? */
static int
is_number(const struct buf *b)
{

	return (b->len > 0 && (b->s[0] == '-' ||
	    (b->s[0] >= '0' && b->s[0] <= '9')));
}

/* Are the values, whose canonical forms are cmp->a and cmp->b, numbers that are
 * near enough? */
static int
tolerated(const struct compare *cmp, const char *name, size_t len)
{
	size_t i;

	if (!is_number(&cmp->a) || !is_number(&cmp->b))
		return (0);
	for (i = 0; i < cmp->ntolerances; i++)
		if (cmp->tolerances[i].len == len &&
		    memcmp(cmp->tolerances[i].name, name, len) == 0)
			return (within(&cmp->a, &cmp->b,
			    &cmp->tolerances[i].most));
	return (0);
}

/* Are the values ${a} and ${b}, of which one may be missing, of the field with
 * that key the same? */
static int
same(struct compare *cmp, const struct json_value *key,
    const struct json_value *a, const struct json_value *b)
{
	enum canon_as as;
	const char *name;
	size_t len;

	if (a != NULL && b != NULL && a->len == b->len &&
	    memcmp(a->s, b->s, a->len) == 0)
		return (1);
	name = json_string(key, cmp->arena, &len);
	if (!canonical_as(cmp->canonical, name, len, &as))
		return (1);
	if (a == NULL || b == NULL)
		return (0);
	cmp->a.len = cmp->b.len = 0;
	canon_put_as(as, a, &cmp->a);
	canon_put_as(as, b, &cmp->b);
	if (cmp->a.len == cmp->b.len &&
	    memcmp(cmp->a.s, cmp->b.s, cmp->a.len) == 0)
		return (1);
	return (tolerated(cmp, name, len));
}

static const struct json_value *
find_place(struct compare *cmp, struct side *side, const char *name,
    size_t len)
{
	const struct compare_row *row = side->row;
	uint64_t i, unused;
	const char *s;
	size_t n;

	if (side->places == NULL) {
		side->places = seen_new();
		for (i = 0; i < row->n; i++) {
			s = json_string(&row->fields[i].key, cmp->arena, &n);
			(void)seen_add(side->places, s, n, i, &unused);
		}
	}
	return (seen_find(side->places, name, len, &i) ?
	    &row->fields[i].value : NULL);
}

/* The value of the field with that key, which is likely to be field ${i}; NULL
 * when there is none. */
static const struct json_value *
find(struct compare *cmp, struct side *side, size_t i,
    const struct json_value *key)
{
	const struct compare_row *row = side->row;
	const struct json_value *k;
	const char *name;
	size_t len;

	if (i < row->n) {
		k = &row->fields[i].key;
		if (k->len == key->len && memcmp(k->s, key->s, k->len) == 0)
			return (&row->fields[i].value);
	}
	name = json_string(key, cmp->arena, &len);
	if (row->n > SEARCH_MOST)
		return (find_place(cmp, side, name, len));
	for (i = 0; i < row->n; i++)
		if (json_string_is(&row->fields[i].key, name, len))
			return (&row->fields[i].value);
	return (NULL);
}

static void
add(struct compare *cmp, const struct json_value *key)
{

	cmp->differing = mem_grow(cmp->differing, &cmp->cap, cmp->n + 1,
	    sizeof(*cmp->differing));
	cmp->differing[cmp->n++] = *key;
}

size_t
compare_rows(struct compare *cmp, const struct compare_row *a,
    const struct compare_row *b, const struct json_value **differing)
{
	struct side left = { a, NULL }, right = { b, NULL };
	const struct json_value *key, *other;
	size_t i, found = 0;

	arena_reset(cmp->arena);
	cmp->n = 0;
	for (i = 0; i < a->n; i++) {
		key = &a->fields[i].key;
		other = find(cmp, &right, i, key);
		found += other != NULL;
		if (!same(cmp, key, &a->fields[i].value, other))
			add(cmp, key);
	}
	for (i = 0; i < b->n && found < b->n; i++) {
		key = &b->fields[i].key;
		if (find(cmp, &left, i, key) == NULL &&
		    !same(cmp, key, NULL, &b->fields[i].value))
			add(cmp, key);
	}
	seen_free(left.places);
	seen_free(right.places);
	*differing = cmp->differing;
	return (cmp->n);
}

void
compare_free(struct compare *cmp)
{
	size_t i;

	if (cmp == NULL)
		return;
	for (i = 0; i < cmp->ntolerances; i++) {
		mem_free(cmp->tolerances[i].name);
		decimal_free(&cmp->tolerances[i].most);
	}
	mem_free(cmp->tolerances);
	mem_free(cmp->differing);
	arena_free(cmp->arena);
	buf_free(&cmp->a);
	buf_free(&cmp->b);
	mem_free(cmp);
}
