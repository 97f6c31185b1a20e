#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/distinct.h"
#include "base/hash.h"
#include "base/hll.h"
#include "base/mem.h"
#include "row/profile_node.h"

size_t
profile_value_reserve(const struct profile_opts *opts)
{

	return (sizeof(struct looks_tally) +
	    LABELS_MAX * (sizeof(struct label) + LABELS_BYTES) +
	    (size_t)opts->samples * sizeof(struct profile_sample) +
	    2 * PROFILE_NUMBER);
}

static void
set_text(struct profile_text *t, const char *s, size_t len)
{

	t->cut = len > PROFILE_TEXT;
	if (t->cut)	/* not in the middle of a character */
		for (len = PROFILE_TEXT; (s[len] & 0xc0) == 0x80;)
			len--;
	t->len = (uint8_t)len;
	memcpy(t->s, s, len);
}

/*
 * Distinct values, and those that are shown.
 */
static void
add_sample(struct profile *p, struct profile_node *n, uint64_t hash,
    const struct json_value *v, const char *s, size_t len)
{
	struct profile_sample *at;
	size_t i = n->nsamples, most = (size_t)p->opts.samples;

	if (most == 0 || (i == most && hash >= n->samples[i - 1].hash) ||
	    (v->type == JSON_NUMBER && len > PROFILE_TEXT))
		return;
	if (n->samples == NULL)
		n->samples = mem_array(most, sizeof(*n->samples));
	while (i > 0 && n->samples[i - 1].hash > hash)
		i--;
	if (i > 0 && n->samples[i - 1].hash == hash)
		return;
	at = &n->samples[i];
	if (n->nsamples < most)
		n->nsamples++;
	memmove(at + 1, at, (n->nsamples - i - 1) * sizeof(*at));
	at->hash = hash;
	at->type = v->type;
	set_text(&at->text, s, len);
}

/* Estimate where most memory is saved by it, until there are ${need} bytes.  A
 * quarter stays free, since what one count gives back does not always fit what
 * another needs. */
static void
make_room(struct profile *p, size_t need)
{
	size_t most = (size_t)p->opts.memory - p->n * p->reserve, i;
	struct profile_node *largest;

	most -= most / 4;
	while (p->hashes + need > most) {
		largest = NULL;
		for (i = 0; i < p->n; i++) {
			if (p->nodes[i]->distinct == NULL)
				continue;
			if (largest == NULL || distinct_size(largest->distinct)
			    < distinct_size(p->nodes[i]->distinct))
				largest = p->nodes[i];
		}
		if (largest == NULL ||
		    distinct_size(largest->distinct) == 0)
			break;
		p->hashes += (size_t)distinct_blur(largest->distinct);
	}
}

static void
add_distinct(struct profile *p, struct profile_node *n, struct hash h)
{
	size_t need;

	if (n->distinct == NULL) {
		n->distinct = distinct_new(p->opts.exact, p->precision);
		p->hashes += distinct_size(n->distinct);
		make_room(p, 0);
	}
	if ((need = distinct_need(n->distinct)) > 0)
		make_room(p, need);
	p->hashes += (size_t)distinct_add(n->distinct, h);
}

/*
 * Numbers.
 */

/* The hash of a number is that of its value, however it is written. */
static struct hash
hash_number(struct profile *p, const struct decimal *d)
{
	int64_t coef = d->coef, exp = d->exp;

	if (d->kind == DECIMAL_SMALL) {
		if (coef == 0)
			exp = 0;
		for (; coef != 0 && coef % 10 == 0; coef /= 10)
			exp++;
		return (hash_pair((uint64_t)coef, (uint64_t)exp,
		    JSON_NUMBER));
	}
	p->scratch->len = 0;
	decimal_write(p->scratch, d);
	return (hash_bytes(p->scratch->s, p->scratch->len, JSON_NUMBER));
}

static void
set_number(struct profile_number *x, const struct decimal *d,
    const struct json_value *v)
{

	decimal_free(&x->value);
	x->value = decimal_copy(d);
	x->text = mem_grow(x->text, &x->cap, v->len, 1);
	x->len = v->len;
	memcpy(x->text, v->s, v->len);
}

/* Beyond the bounds of decimal.h numbers are only as good as each other. */
static int
is_beyond(const struct json_value *v, const struct decimal *d)
{

	return (v->len > PROFILE_NUMBER || d->exp >= PROFILE_EXPONENT ||
	    d->exp <= -PROFILE_EXPONENT);
}

static void
add_number(struct profile *p, struct profile_node *n,
    const struct json_value *v)
{
	struct decimal d;
	struct hash h;

	decimal_parse(&d, v->s, v->len);
	n->integers += decimal_is_integer(&d) != 0;
	if (is_beyond(v, &d)) {
		n->long_numbers++;
	} else {
		if (n->min.text == NULL ||
		    decimal_compare(&d, &n->min.value) < 0)
			set_number(&n->min, &d, v);
		if (n->max.text == NULL ||
		    decimal_compare(&d, &n->max.value) > 0)
			set_number(&n->max, &d, v);
	}
	h = hash_number(p, &d);
	decimal_free(&d);
	add_distinct(p, n, h);
	add_sample(p, n, h.a, v, v->s, v->len);
}

/*
 * Strings.
 */

/* Code points: what JSON Schema calls characters.  Bytes that go on with one
 * are 10xxxxxx; mostly there are none in eight. */
static uint64_t
count_characters(const char *s, size_t len)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t n = 0, word;
	size_t i = 0, k;

	while (len - i >= sizeof(word)) {
		memcpy(&word, s + i, sizeof(word));
		for (k = 0; (word & high) != 0 && k < sizeof(word); k++)
			n -= (s[i + k] & 0xc0) == 0x80;
		n += sizeof(word);
		i += sizeof(word);
	}
	for (; i < len; i++)
		n += (s[i] & 0xc0) != 0x80;
	return (n);
}

/* UTF-8 sorts as its code points do.  Of strings that are the same as far as
 * ${t} is kept, which is less does not matter. */
static int
is_less(const struct profile_text *t, const char *s, size_t len)
{
	int c = memcmp(s, t->s, len < t->len ? len : t->len);

	return (c < 0 || (c == 0 && len < t->len));
}

static int
is_greater(const struct profile_text *t, const char *s, size_t len)
{
	int c = memcmp(s, t->s, len < t->len ? len : t->len);

	return (c > 0 || (c == 0 && len > t->len && !t->cut));
}

static void
add_range(struct profile_node *n, const char *s, size_t len)
{
	uint64_t length = count_characters(s, len);
	int first = n->types[JSON_STRING] == 1;

	if (first || is_less(&n->first, s, len))
		set_text(&n->first, s, len);
	if (first || is_greater(&n->greatest, s, len))
		set_text(&n->greatest, s, len);
	if (first || length < n->min_length)
		n->min_length = length;
	if (first || length > n->max_length)
		n->max_length = length;
}

/* The label of the string, or NULL when there are too many for labels. */
static struct label *
add_label(struct profile_node *n, uint64_t hash, const char *s, size_t len)
{
	struct label *label;

	if (n->no_labels)
		return (NULL);
	if (n->labels == NULL)
		n->labels = labels_new();
	if ((label = labels_add(n->labels, hash, s, len)) != NULL)
		return (label);
	n->no_labels = 1;
	labels_free(n->labels);
	n->labels = NULL;
	return (NULL);
}

static void
add_string(struct profile *p, struct profile_node *n,
    const struct json_value *v, struct arena *a)
{
	struct label *label;
	unsigned int kinds;
	struct hash h;
	const char *s;
	size_t len;

	s = json_string(v, a, &len);
	h = hash_bytes(s, len, JSON_STRING);
	if (n->looks == NULL)
		n->looks = mem_alloc(sizeof(*n->looks));
	label = add_label(n, h.a, s, len);
	if (label != NULL && label->count > 1) {
		/* Seen before: but for counts, all is known. */
		looks_add(n->looks, label->note, s, len);
		return;
	}
	kinds = looks_of(s, len, p->reader);
	if (label != NULL)
		label->note = kinds;
	looks_add(n->looks, kinds, s, len);
	add_range(n, s, len);
	add_distinct(p, n, h);
	add_sample(p, n, h.a, v, s, len);
}

static void
add_boolean(struct profile *p, struct profile_node *n,
    const struct json_value *v)
{
	struct hash h;

	if (n->types[v->type] > 1)
		return;		/* neither is new */
	h = hash_pair(v->type, 0, JSON_TRUE);
	add_distinct(p, n, h);
	add_sample(p, n, h.a, v, v->s, v->len);
}

void
profile_value_add(struct profile *p, struct profile_node *n,
    const struct json_value *v, struct arena *a)
{

	n->types[v->type]++;
	switch (v->type) {
	case JSON_FALSE:
	case JSON_TRUE:
		add_boolean(p, n, v);
		break;
	case JSON_NUMBER:
		add_number(p, n, v);
		break;
	case JSON_STRING:
		add_string(p, n, v, a);
		break;
	default:
		break;
	}
}

void
profile_value_free(struct profile_node *n)
{

	decimal_free(&n->min.value);
	decimal_free(&n->max.value);
	mem_free(n->min.text);
	mem_free(n->max.text);
	labels_free(n->labels);
	mem_free(n->looks);
	mem_free(n->samples);
	distinct_free(n->distinct);
}
