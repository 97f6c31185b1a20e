#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "row/labels.h"

#define PLACES 128		/* a power of two well beyond LABELS_MAX */

struct labels {
	struct label	v[LABELS_MAX];
	size_t		n;
	uint8_t		places[PLACES];	/* index into v plus 1; 0: free */
	char		text[LABELS_MAX * LABELS_BYTES];
	size_t		text_len;
};

struct labels *
labels_new(void)
{

	return (mem_alloc(sizeof(struct labels)));
}

static int
is_label(const struct label *label, uint64_t hash, const char *s, size_t len)
{

	return (label->hash == hash && label->len == len &&
	    memcmp(label->s, s, len) == 0);
}

struct label *
labels_add(struct labels *l, uint64_t hash, const char *s, size_t len)
{
	size_t i = (size_t)hash % PLACES;
	struct label *label;

	if (len > LABELS_BYTES)
		return (NULL);
	for (; l->places[i] != 0; i = (i + 1) % PLACES) {
		label = &l->v[l->places[i] - 1];
		if (is_label(label, hash, s, len)) {
			label->count++;
			return (label);
		}
	}
	if (l->n == LABELS_MAX)
		return (NULL);
	label = &l->v[l->n++];
	l->places[i] = (uint8_t)l->n;
	memcpy(l->text + l->text_len, s, len);
	*label = (struct label){ .hash = hash, .count = 1, .len = len,
	    .s = l->text + l->text_len };
	l->text_len += len;
	return (label);
}

static int
compare(const void *a, const void *b)
{
	const struct label *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int c = memcmp(x->s, y->s, len);

	return (c != 0 ? c : (x->len > y->len) - (x->len < y->len));
}

const struct label *
labels_list(struct labels *l, size_t *n)
{
	size_t i, k;

	qsort(l->v, l->n, sizeof(l->v[0]), compare);
	memset(l->places, 0, sizeof(l->places));
	for (i = 0; i < l->n; i++) {
		for (k = (size_t)l->v[i].hash % PLACES; l->places[k] != 0;)
			k = (k + 1) % PLACES;
		l->places[k] = (uint8_t)(i + 1);
	}
	*n = l->n;
	return (l->v);
}

static void
put_folded(const struct label *label, struct buf *b)
{
	const char *s = label->s;
	size_t len = label->len;

	for (; len > 0 && s[len - 1] == ' '; len--)
		continue;
	for (; len > 0 && s[0] == ' '; len--)
		s++;
	utf8_fold(b, s, len);
}

size_t
labels_twins(const struct label *v, size_t n, size_t *group)
{
	struct buf b = { 0 };
	size_t ends[LABELS_MAX + 1] = { 0 }, i, k, len, twins = 0;

	for (i = 0; i < n && i < LABELS_MAX; i++) {
		put_folded(&v[i], &b);
		ends[i + 1] = b.len;
		len = ends[i + 1] - ends[i];
		for (k = 0; k < i; k++)
			if (ends[k + 1] - ends[k] == len && len > 0 &&
			    memcmp(b.s + ends[k], b.s + ends[i], len) == 0)
				break;
		group[i] = k;
		twins += k != i;
	}
	buf_free(&b);
	return (twins);
}

void
labels_free(struct labels *l)
{

	mem_free(l);
}
