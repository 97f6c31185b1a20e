#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/seen.h"
#include "base/spool.h"

#define SLOTS_FIRST	((size_t)1 << 10)

/* A slot is the place of a key in s->keys plus one, or 0, and above that some
 * bits of its hash, which spare most looks at other keys. */
#define PLACE_BITS	40
#define PLACE_MASK	(((uint64_t)1 << PLACE_BITS) - 1)
#define TAG_MASK	(~PLACE_MASK)

struct seen {
	struct buf	 keys;		/* each: number, length, bytes */
	uint64_t	*slots;
	size_t		 nslots;	/* a power of two */
	size_t		 n;
	uint64_t	 seed;		/* so that no data can be made to have
					   its keys in one slot */
};

struct seen *
seen_new(void)
{
	struct seen *s = mem_alloc(sizeof(*s));
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	s->seed = (uint64_t)t.tv_nsec << 32 ^ (uint64_t)t.tv_sec ^
	    (uint64_t)getpid() << 20;
	s->nslots = SLOTS_FIRST;
	s->slots = mem_array(s->nslots, sizeof(*s->slots));
	return (s);
}

/* The key at the place *${at} of s->keys, which is moved behind it. */
static const char *
key_at(const struct seen *s, size_t *at, size_t *len, uint64_t *number)
{
	const char *p = s->keys.s + *at;
	uint64_t n;

	p += spool_get_count(p, SPOOL_COUNT_MAX, number);
	p += spool_get_count(p, SPOOL_COUNT_MAX, &n);
	*len = (size_t)n;
	*at = (size_t)(p - s->keys.s) + *len;
	return (p);
}

/* The slot where the key is, or where it would be. */
static uint64_t *
find_slot(const struct seen *s, const char *key, size_t len, uint64_t hash,
    uint64_t *number)
{
	const size_t mask = s->nslots - 1;
	const char *other;
	size_t i, at, n;

	for (i = (size_t)hash & mask; s->slots[i] != 0; i = (i + 1) & mask) {
		if (((s->slots[i] ^ hash) & TAG_MASK) != 0)
			continue;
		at = (size_t)(s->slots[i] & PLACE_MASK) - 1;
		other = key_at(s, &at, &n, number);
		if (n == len && memcmp(other, key, len) == 0)
			break;
	}
	return (&s->slots[i]);
}

static uint64_t
hash_of(const struct seen *s, const void *key, size_t len)
{

	return (hash_bytes(key, len, s->seed).a);
}

int
seen_find(const struct seen *s, const void *key, size_t len,
    uint64_t *number)
{

	return (*find_slot(s, key, len, hash_of(s, key, len), number) != 0);
}

static int
is_full(const struct seen *s)
{

	return (s->n + 1 > s->nslots / 4 * 3);
}

static void
grow(struct seen *s)
{
	size_t at = 0, place, len;
	uint64_t hash, number;
	const char *key;

	mem_free(s->slots);
	s->nslots *= 2;
	s->slots = mem_array(s->nslots, sizeof(*s->slots));
	while (place = at, seen_next(s, &at, &key, &len, &number)) {
		hash = hash_of(s, key, len);
		*find_slot(s, key, len, hash, &number) =
		    (hash & TAG_MASK) | (place + 1);
	}
}

int
seen_add(struct seen *s, const void *key, size_t len, uint64_t number,
    uint64_t *earlier)
{
	const uint64_t hash = hash_of(s, key, len);
	uint64_t *slot;
	char *p;

	if (is_full(s))
		grow(s);
	slot = find_slot(s, key, len, hash, earlier);
	if (*slot != 0)
		return (0);
	*slot = (hash & TAG_MASK) | (s->keys.len + 1);
	p = buf_need(&s->keys, (size_t)2 * SPOOL_COUNT_MAX);
	s->keys.len += spool_put_count(p, number);
	s->keys.len += spool_put_count(s->keys.s + s->keys.len, len);
	buf_put(&s->keys, key, len);
	s->n++;
	return (1);
}

size_t
seen_size(const struct seen *s, size_t len)
{
	const size_t slots = is_full(s) ? 2 * s->nslots : s->nslots;

	return (s->keys.len + (size_t)2 * SPOOL_COUNT_MAX + len +
	    slots * sizeof(*s->slots));
}

void
seen_end(struct seen *s)
{

	mem_free(s->slots);
	s->slots = NULL;
	s->nslots = 0;
}

int
seen_next(const struct seen *s, size_t *at, const char **key, size_t *len,
    uint64_t *number)
{

	if (*at >= s->keys.len)
		return (0);
	*key = key_at(s, at, len, number);
	return (1);
}

void
seen_free(struct seen *s)
{

	if (s == NULL)
		return;
	mem_free(s->slots);
	buf_free(&s->keys);
	mem_free(s);
}
