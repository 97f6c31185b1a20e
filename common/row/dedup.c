#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sorter.h"
#include "base/spool.h"
#include "row/dedup.h"
#include "row/held.h"
#include "row/key.h"
#include "row/keyset.h"
#include "row/row.h"

#define MEMORY_LEAST	((size_t)4 << 20)

struct dedup {
	struct key	*key, *field;
	enum dedup_keep	 keep;
	int		 nulls;

	struct keyset	*keyset;	/* DEDUP_FIRST, which owns the key */
	struct sorter	*sorter;	/* else: keys, the best row of one
					   before the others */
	struct held	*held;
	int		 ended;
	struct buf	 b;
};

struct dedup *
dedup_new(struct key *key, enum dedup_keep keep, struct key *field, int nulls,
    uint64_t memory)
{
	struct dedup *d = mem_alloc(sizeof(*d));
	size_t most = memory > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)memory;

	if (most < MEMORY_LEAST)
		most = MEMORY_LEAST;
	d->keep = keep;
	d->nulls = nulls;
	d->field = field;
	if (keep == DEDUP_FIRST) {
		d->keyset = keyset_new(most);
		if (nulls)
			keyset_nulls(d->keyset);
		keyset_unique(d->keyset, key);
		return (d);
	}
	d->key = key;
	d->sorter = sorter_new(most / 4 * 3);
	d->held = held_new(most / 8);
	return (d);
}

/* Append what puts the row that is kept before all others with its key: a
 * number that falls, or the value, with all bits turned for the greatest one
 * to come first. */
static void
put_rank(struct dedup *d, const struct row *row)
{
	const size_t start = d->b.len;
	const uint64_t n = held_count(d->held);
	size_t i;

	if (d->keep == DEDUP_LAST) {
		for (i = 8; i-- > 0;)
			buf_putc(&d->b, (char)~(n >> 8 * i));
		return;
	}
	buf_putc(&d->b, 0);
	if (key_put(d->field, row, &d->b) != 0) {
		/* No value comes after all values. */
		d->b.s[start] = 1;
		return;
	}
	for (i = start + 1; d->keep == DEDUP_MAX && i < d->b.len; i++)
		d->b.s[i] = (char)~d->b.s[i];
}

static enum dedup_verdict
hold(struct dedup *d, const struct row *row, struct err *err)
{
	char data[2 * SPOOL_COUNT_MAX];
	size_t n;

	d->b.len = 0;
	if (key_put(d->key, row, &d->b) == 0 || d->nulls) {
		n = spool_put_count(data, held_count(d->held));
		n += spool_put_count(data + n, d->b.len);
		put_rank(d, row);
		if (sorter_add(d->sorter, d->b.s, d->b.len, data, n,
		    err) != 0)
			return (DEDUP_FAIL);
	}
	return (held_add(d->held, row, err) == 0 ? DEDUP_HELD : DEDUP_FAIL);
}

enum dedup_verdict
dedup_row(struct dedup *d, const struct row *row, struct err *err)
{

	if (d->keyset == NULL)
		return (hold(d, row, err));
	switch (keyset_row(d->keyset, row, err)) {
	case KEYSET_GOOD:
		return (DEDUP_KEEP);
	case KEYSET_BAD:
		return (DEDUP_DROP);
	case KEYSET_HELD:
		return (DEDUP_HELD);
	default:
		return (DEDUP_FAIL);
	}
}

/* All rows were held: the first of each group of equal keys is kept. */
static int
end_sorting(struct dedup *d, struct err *err)
{
	struct sorter_record rec;
	uint64_t number, len;
	size_t n;
	int rc;

	d->ended = 1;
	if (sorter_sort(d->sorter, err) != 0)
		return (-1);
	d->b.len = 0;
	while ((rc = sorter_next(d->sorter, &rec, err)) > 0) {
		n = spool_get_count(rec.data, rec.data_len, &number);
		(void)spool_get_count(rec.data + n, rec.data_len - n, &len);
		if (d->b.len == len && memcmp(d->b.s, rec.key, len) == 0) {
			if (held_refuse(d->held, number, "", 0, err) != 0)
				return (-1);
			continue;
		}
		d->b.len = 0;
		buf_put(&d->b, rec.key, (size_t)len);
	}
	sorter_free(d->sorter);
	d->sorter = NULL;
	return (rc == 0 ? held_end(d->held, err) : -1);
}

static enum dedup_verdict
next_held(struct dedup *d, struct row **row, struct err *err)
{
	const char *why;
	size_t len;

	if (!d->ended && end_sorting(d, err) != 0)
		return (DEDUP_FAIL);
	switch (held_next(d->held, row, &why, &len, err)) {
	case HELD_KEPT:
		return (DEDUP_KEEP);
	case HELD_REFUSED:
		return (DEDUP_DROP);
	case HELD_END:
		return (DEDUP_END);
	default:
		return (DEDUP_FAIL);
	}
}

enum dedup_verdict
dedup_next(struct dedup *d, struct row **row, struct err *err)
{

	if (d->keyset == NULL)
		return (next_held(d, row, err));
	switch (keyset_next(d->keyset, row, err)) {
	case INPUT_ROW:
		return (DEDUP_KEEP);
	case INPUT_BAD:
		return (DEDUP_DROP);
	case INPUT_END:
		return (DEDUP_END);
	default:
		return (DEDUP_FAIL);
	}
}

const char *
dedup_unseen(const struct dedup *d, size_t *at)
{

	if (d->keyset != NULL)
		return (keyset_unseen(d->keyset, at));
	while (*at < key_size(d->key))
		if (!key_seen(d->key, (*at)++))
			return (key_name(d->key, *at - 1));
	return (NULL);
}

void
dedup_free(struct dedup *d)
{

	if (d == NULL)
		return;
	key_free(d->key);
	key_free(d->field);
	keyset_free(d->keyset);
	sorter_free(d->sorter);
	held_free(d->held);
	buf_free(&d->b);
	mem_free(d);
}
