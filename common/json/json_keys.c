#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "json/json_keys.h"

#define PAIRWISE_MAX	8	/* so few keys are compared each with each */

struct name {
	const char	*s;
	size_t		 len;
	size_t		 place;		/* among the members */
};

struct json_keys {
	struct name	*names;
	size_t		 names_cap;
	uint32_t	*slots;		/* open addressing: place + 1, or 0 */
	size_t		 slots_cap;
	struct arena	*arena;		/* of unescaped keys */
};

struct json_keys *
json_keys_new(void)
{
	struct json_keys *k = mem_alloc(sizeof(*k));

	k->arena = arena_new();
	return (k);
}

static int
same(const struct name *a, const struct name *b)
{

	return (a->len == b->len && memcmp(a->s, b->s, a->len) == 0);
}

static size_t
repeated_pairwise(const struct name *names, size_t n)
{
	size_t i, j;

	for (i = 1; i < n; i++)
		for (j = 0; j < i; j++)
			if (same(&names[i], &names[j]))
				return (i);
	return (n);
}

/* Equal names come together, the earlier member first. */
static int
compare(const void *va, const void *vb)
{
	const struct name *a = va, *b = vb;
	int order;

	if (a->len != b->len)
		return (a->len < b->len ? -1 : 1);
	if ((order = memcmp(a->s, b->s, a->len)) != 0)
		return (order);
	return (a->place < b->place ? -1 : a->place > b->place);
}

static size_t
repeated_sorted(struct name *names, size_t n)
{
	size_t i, first = n;

	qsort(names, n, sizeof(*names), compare);
	for (i = 1; i < n; i++)
		if (same(&names[i], &names[i - 1]) && names[i].place < first)
			first = names[i].place;
	return (first);
}

static inline uint64_t
mix(uint64_t h, uint64_t w)
{

	h = (h ^ w) * 0xd6e8feb86659fd93U;
	return (h ^ h >> 32);
}

/* The last bytes may be taken twice; that saves asking how many are left. */
static uint64_t
hash(const char *s, size_t len)
{
	uint64_t h = len, w = 0;
	uint32_t first, last;
	const char *const end = s + len;

	for (; end - s > (ptrdiff_t)sizeof(w); s += sizeof(w)) {
		memcpy(&w, s, sizeof(w));
		h = mix(h, w);
	}
	if (len >= sizeof(w))
		memcpy(&w, end - sizeof(w), sizeof(w));
	else if (len >= sizeof(first)) {
		memcpy(&first, s, sizeof(first));
		memcpy(&last, end - sizeof(last), sizeof(last));
		w = (uint64_t)first << 32 | last;
	} else if (len > 0)
		w = (uint64_t)(unsigned char)s[0] << 16 |
		    (uint64_t)(unsigned char)s[len / 2] << 8 |
		    (unsigned char)end[-1];
	return (mix(h, w));
}

/*
 * Look for repeated names through a hash table and store in *${first} what was
 * found.  Return 0 when too many names meet in the same places: somebody may
 * have chosen them so.
 */
static int
repeated_hashed(struct json_keys *k, size_t n, size_t *first)
{
	const struct name *name = k->names;
	size_t size = 32, i, at, patience = 8 * n;

	while (size < 2 * n)
		size *= 2;
	k->slots = mem_grow(k->slots, &k->slots_cap, size, sizeof(*k->slots));
	memset(k->slots, 0, size * sizeof(*k->slots));
	for (i = 0; i < n; i++) {
		at = hash(name[i].s, name[i].len) & (size - 1);
		for (; k->slots[at] != 0; at = (at + 1) & (size - 1)) {
			if (same(&name[k->slots[at] - 1], &name[i])) {
				*first = i;
				return (1);
			}
			if (patience-- == 0)
				return (0);
		}
		k->slots[at] = (uint32_t)(i + 1);
	}
	*first = n;
	return (1);
}

size_t
json_keys_repeated(struct json_keys *k, const struct json_field *fields,
    size_t n)
{
	size_t i, first;

	k->names = mem_grow(k->names, &k->names_cap, n, sizeof(*k->names));
	for (i = 0; i < n; i++) {
		k->names[i].s = json_string(&fields[i].key, k->arena,
		    &k->names[i].len);
		k->names[i].place = i;
	}
	if (n <= PAIRWISE_MAX)
		first = repeated_pairwise(k->names, n);
	else if (!repeated_hashed(k, n, &first))
		first = repeated_sorted(k->names, n);
	arena_reset(k->arena);
	return (first);
}

void
json_keys_free(struct json_keys *k)
{

	if (k == NULL)
		return;
	mem_free(k->names);
	mem_free(k->slots);
	arena_free(k->arena);
	mem_free(k);
}
