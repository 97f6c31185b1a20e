#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "json/json.h"
#include "json/json_equal.h"
#include "json/json_number.h"

#define FEW 8			/* elements compared each with each */

static int
equal_numbers(const struct json_value *a, const struct json_value *b)
{
	struct json_number x, y;

	if (a->len == b->len && memcmp(a->s, b->s, a->len) == 0)
		return (1);
	json_number_read(&x, a->s, a->len);
	json_number_read(&y, b->s, b->len);
	return (json_number_compare(&x, &y) == 0);
}

static int
equal_strings(const struct json_value *a, const struct json_value *b,
    struct arena *scratch)
{
	const char *s;
	size_t len;

	if (a->plain && b->plain)
		return (a->len == b->len && memcmp(a->s, b->s, a->len) == 0);
	s = json_string(a, scratch, &len);
	return (json_string_is(b, s, len));
}

static int
equal_arrays(const struct json_value *a, const struct json_value *b,
    struct arena *scratch)
{
	struct json_value x, y;
	struct json_iter i, j;
	int more, more_b;

	json_iter_init(&i, a);
	json_iter_init(&j, b);
	for (;;) {
		more = json_next(&i, NULL, &x);
		more_b = json_next(&j, NULL, &y);
		if (more != more_b)
			return (0);
		if (!more)
			return (1);
		if (!json_equal(&x, &y, scratch))
			return (0);
	}
}

/* A member with its key as it is meant. */
struct member {
	const char		*key;
	size_t			 len;
	struct json_value	 value;
};

/* By key; of equal keys the one that comes first, so nothing is left to the
 * sort. */
static int
by_key(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	const size_t n = x->len < y->len ? x->len : y->len;
	const int diff = n == 0 ? 0 : memcmp(x->key, y->key, n);

	if (diff != 0)
		return (diff);
	if (x->len != y->len)
		return (x->len < y->len ? -1 : 1);
	return (x->value.s < y->value.s ? -1 : x->value.s > y->value.s);
}

static struct member *
sorted_members(const struct json_value *v, size_t n, struct arena *scratch)
{
	struct member *m = arena_alloc(scratch, (n + 1) * sizeof(*m));
	struct json_value key;
	struct json_iter it;
	size_t i;

	json_iter_init(&it, v);
	for (i = 0; i < n && json_next(&it, &key, &m[i].value); i++)
		m[i].key = json_string(&key, scratch, &m[i].len);
	qsort(m, n, sizeof(*m), by_key);
	return (m);
}

static int
equal_objects(const struct json_value *a, const struct json_value *b,
    struct arena *scratch)
{
	const size_t n = json_count(a);
	struct member *x, *y;
	size_t i;

	if (json_count(b) != n)
		return (0);
	if (a->len == b->len && memcmp(a->s, b->s, a->len) == 0)
		return (1);
	x = sorted_members(a, n, scratch);
	y = sorted_members(b, n, scratch);
	for (i = 0; i < n; i++)
		if (x[i].len != y[i].len ||
		    memcmp(x[i].key, y[i].key, x[i].len) != 0)
			return (0);
	for (i = 0; i < n; i++)
		if (!json_equal(&x[i].value, &y[i].value, scratch))
			return (0);
	return (1);
}

int
json_equal(const struct json_value *a, const struct json_value *b,
    struct arena *scratch)
{

	if (a->type != b->type)
		return (0);
	switch (a->type) {
	case JSON_NUMBER:
		return (equal_numbers(a, b));
	case JSON_STRING:
		return (equal_strings(a, b, scratch));
	case JSON_ARRAY:
		return (equal_arrays(a, b, scratch));
	case JSON_OBJECT:
		return (equal_objects(a, b, scratch));
	default:
		return (1);
	}
}

/*
 * Hashes.
 */

static uint64_t
of_bytes(const char *s, size_t len, uint64_t seed)
{
	uint64_t h = hash_mix(seed ^ len), word;

	for (; len >= sizeof(word); s += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, s, sizeof(word));
		h = hash_mix(h ^ word) + seed;
	}
	word = 0;
	if (len > 0)
		memcpy(&word, s, len);
	return (hash_mix(h ^ word));
}

static uint64_t
hash_members(const struct json_value *v, uint64_t seed,
    struct arena *scratch)
{
	struct json_value key, value;
	struct json_iter it;
	uint64_t h = hash_mix(seed + 2), one;
	size_t len;
	const char *s;

	json_iter_init(&it, v);
	while (json_next(&it, &key, &value)) {
		one = json_equal_hash(&value, seed, scratch);
		if (v->type == JSON_ARRAY) {
			h = hash_mix(h ^ one);
			continue;
		}
		s = json_string(&key, scratch, &len);
		/* A sum does not know an order. */
		h += hash_mix(one ^ of_bytes(s, len, seed + 1));
	}
	return (hash_mix(h + v->type));
}

uint64_t
json_equal_hash(const struct json_value *v, uint64_t seed,
    struct arena *scratch)
{
	struct json_number n;
	size_t len;
	const char *s;

	switch (v->type) {
	case JSON_NUMBER:
		json_number_read(&n, v->s, v->len);
		return (hash_mix(json_number_hash(&n, seed)));
	case JSON_STRING:
		s = json_string(v, scratch, &len);
		return (of_bytes(s, len, seed));
	case JSON_ARRAY:
	case JSON_OBJECT:
		return (hash_members(v, seed, scratch));
	default:
		return (hash_mix(seed + 16 + v->type));
	}
}

/*
 * Twice the same.
 */

struct element {
	uint64_t		hash;
	size_t			place;
	struct json_value	value;
};

static int
by_hash(const void *a, const void *b)
{
	const struct element *x = a, *y = b;

	if (x->hash != y->hash)
		return (x->hash < y->hash ? -1 : 1);
	return (x->place < y->place ? -1 : x->place > y->place);
}

/* Nobody outside shall be able to make elements of equal hashes. */
static uint64_t
secret(const void *here)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (hash_mix((uint64_t)(uintptr_t)here ^ (uint64_t)t.tv_nsec << 20 ^
	    (uint64_t)t.tv_sec ^ (uint64_t)getpid() << 48));
}

/* Equal elements in ${e}, from the first to the last of the same hash. */
static int
find_pair(const struct element *e, size_t n, size_t *first, size_t *second,
    struct arena *scratch)
{
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = i + 1; j < n && e[j].hash == e[i].hash; j++)
			if (json_equal(&e[i].value, &e[j].value, scratch)) {
				*first = e[i].place;
				*second = e[j].place;
				return (1);
			}
	return (0);
}

int
json_equal_twice(const struct json_value *array, size_t *first,
    size_t *second, struct arena *scratch)
{
	const size_t n = json_count(array);
	struct element *e;
	struct json_iter it;
	uint64_t seed;
	size_t i;

	if (n < 2)
		return (0);
	e = arena_alloc(scratch, n * sizeof(*e));
	seed = n > FEW ? secret(e) : 0;
	json_iter_init(&it, array);
	for (i = 0; i < n && json_next(&it, NULL, &e[i].value); i++) {
		e[i].place = i;
		e[i].hash = n > FEW ?
		    json_equal_hash(&e[i].value, seed, scratch) : 0;
	}
	if (n > FEW)
		qsort(e, n, sizeof(*e), by_hash);
	return (find_pair(e, n, first, second, scratch));
}
