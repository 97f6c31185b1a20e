#include "base/distinct.h"
#include "base/hll.h"
#include "base/mem.h"

#define FIRST_SIZE 16

struct distinct {
	struct hash	*v;		/* open addressing; {0,0}: free */
	size_t		 size, n;	/* places, a power of two; in use */
	uint64_t	 exact;
	int		 precision;
	struct hll	*hll;		/* once it is an estimate */
};

struct distinct *
distinct_new(uint64_t exact, int precision)
{
	struct distinct *d = mem_alloc(sizeof(*d));

	d->exact = exact;
	d->precision = precision;
	d->size = FIRST_SIZE;
	d->v = mem_array(d->size, sizeof(*d->v));
	return (d);
}

/* The place of ${h} in ${v}, or the free one where it belongs. */
static inline struct hash *
find(struct hash *v, size_t size, struct hash h)
{
	size_t i = (size_t)h.a & (size - 1);

	while ((v[i].a != h.a || v[i].b != h.b) && (v[i].a | v[i].b) != 0)
		i = (i + 1) & (size - 1);
	return (&v[i]);
}

static ptrdiff_t
grow(struct distinct *d)
{
	size_t size = d->size * 2, i;
	struct hash *v = mem_array(size, sizeof(*v));
	ptrdiff_t more = (ptrdiff_t)((size - d->size) * sizeof(*v));

	for (i = 0; i < d->size; i++)
		if ((d->v[i].a | d->v[i].b) != 0)
			*find(v, size, d->v[i]) = d->v[i];
	mem_free(d->v);
	d->v = v;
	d->size = size;
	return (more);
}

ptrdiff_t
distinct_blur(struct distinct *d)
{
	ptrdiff_t less = (ptrdiff_t)distinct_size(d);
	size_t i;

	if (d->hll != NULL)
		return (0);
	d->hll = hll_new(d->precision);
	for (i = 0; i < d->size; i++)
		if ((d->v[i].a | d->v[i].b) != 0)
			hll_add(d->hll, d->v[i].b);
	mem_free(d->v);
	d->v = NULL;
	d->size = d->n = 0;
	return (-less);
}

/* Open addressing wants a quarter of the places free. */
static int
is_full(const struct distinct *d)
{

	return (d->hll == NULL && d->n >= d->size / 4 * 3);
}

size_t
distinct_need(const struct distinct *d)
{

	return (is_full(d) ? 2 * d->size * sizeof(*d->v) : 0);
}

ptrdiff_t
distinct_add(struct distinct *d, struct hash h)
{
	ptrdiff_t more = 0;
	struct hash *at;

	if ((h.a | h.b) == 0)
		h.b = 1;
	if (d->hll != NULL) {
		hll_add(d->hll, h.b);
		return (0);
	}
	at = find(d->v, d->size, h);
	if ((at->a | at->b) != 0)
		return (0);
	if (d->n == d->exact) {
		more = distinct_blur(d);
		hll_add(d->hll, h.b);
		return (more);
	}
	if (is_full(d)) {
		more = grow(d);
		at = find(d->v, d->size, h);
	}
	*at = h;
	d->n++;
	return (more);
}

uint64_t
distinct_count(const struct distinct *d)
{

	return (d->hll != NULL ? hll_count(d->hll) : d->n);
}

int
distinct_exact(const struct distinct *d)
{

	return (d->hll == NULL);
}

size_t
distinct_size(const struct distinct *d)
{

	return (d->size * sizeof(*d->v));
}

void
distinct_free(struct distinct *d)
{

	if (d == NULL)
		return;
	hll_free(d->hll);
	mem_free(d->v);
	mem_free(d);
}
