#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/sorter.h"
#include "base/spool.h"

#define BLOCK_LEAST	((size_t)32 << 10)	/* read of a run at a time */
#define BLOCK_MOST	((size_t)1 << 20)
#define HEAD_MAX	((size_t)2 * SPOOL_COUNT_MAX)
#define INSERTION_MAX	12	/* so few entries are sorted by insertion */

/* A record in memory.  The first bytes of its key, as a number that compares
 * as they do, mostly tell it from others without a look at the record. */
struct entry {
	uint64_t	prefix;
	size_t		at;		/* in sorter->b */
};

/* A run that is being merged; what it shows is its next record. */
struct cursor {
	struct spool_reader	*reader;
	size_t			 number;	/* of the run: an earlier one
						   had its records earlier */
	uint64_t		 prefix;
	struct sorter_record	 rec;
	size_t			 len;		/* of the record in the run */
};

struct sorter {
	size_t		 memory;
	uint64_t	 count;
	struct buf	 b;			/* records, as in a run */
	struct entry	*entries, *scratch;
	size_t		 n, cap, scratch_cap;

	struct spool	*spool;			/* runs, one after another */
	uint64_t	*ends;			/* where each of them ends */
	size_t		 nruns, ends_cap;

	size_t		 next;			/* entry, all in memory */
	struct cursor	*cursors;		/* while runs are merged */
	size_t		 ncursors;
	struct cursor	**heap;			/* the least one first */
	size_t		 nheap;
	int		 shown;			/* the first one's record */
};

struct sorter *
sorter_new(size_t memory)
{
	struct sorter *s = mem_alloc(sizeof(*s));

	s->memory = memory > SORTER_MEMORY_MIN ? memory : SORTER_MEMORY_MIN;
	return (s);
}

/*
 * Records.
 */

static uint64_t
prefix_of(const char *key, size_t len)
{
	uint64_t w = 0;
	size_t i, n = len < 8 ? len : 8;

	for (i = 0; i < n; i++)
		w |= (uint64_t)(unsigned char)key[i] << (56 - 8 * i);
	return (w);
}

/* The record at ${p}, where there are ${len} bytes.  Return how many it has,
 * or, when it is cut, how many are needed to know more. */
static size_t
read_record(const char *p, size_t len, struct sorter_record *rec)
{
	size_t head, more;
	uint64_t n, m;

	*rec = (struct sorter_record){ .key = "", .data = "" };
	if ((head = spool_get_count(p, len, &n)) == 0)
		return (len + 1);
	if ((more = spool_get_count(p + head, len - head, &m)) == 0)
		return (len + 1);
	head += more;
	if (len - head >= n && len - head - n >= m) {
		rec->key = p + head;
		rec->key_len = (size_t)n;
		rec->data = rec->key + n;
		rec->data_len = (size_t)m;
	}
	return (head + (size_t)n + (size_t)m);
}

static int
compare_keys(const struct sorter_record *a, const struct sorter_record *b)
{
	const size_t n = a->key_len < b->key_len ? a->key_len : b->key_len;
	const int order = memcmp(a->key, b->key, n);

	if (order != 0)
		return (order);
	return ((a->key_len > b->key_len) - (a->key_len < b->key_len));
}

/*
 * Sorting in memory: a merge sort, which is stable, never slow, and quick
 * where the records stand in order already.
 */

/* Does the record of ${a}, which came first, belong behind that of ${b}? */
static int
out_of_order(const struct sorter *s, const struct entry *a,
    const struct entry *b)
{
	struct sorter_record x, y;

	if (a->prefix != b->prefix)
		return (a->prefix > b->prefix);
	(void)read_record(s->b.s + a->at, s->b.len - a->at, &x);
	(void)read_record(s->b.s + b->at, s->b.len - b->at, &y);
	return (compare_keys(&x, &y) > 0);
}

static void
insertion_sort(const struct sorter *s, struct entry *v, size_t n)
{
	struct entry e;
	size_t i, j;

	for (i = 1; i < n; i++) {
		e = v[i];
		for (j = i; j > 0 && out_of_order(s, &v[j - 1], &e); j--)
			v[j] = v[j - 1];
		v[j] = e;
	}
}

/* Merge the ${left} entries at ${v} with those behind, ${n} in all. */
static void
merge_halves(const struct sorter *s, struct entry *v, size_t left, size_t n)
{
	const struct entry *a = s->scratch, *a_end = a + left;
	const struct entry *b = v + left, *b_end = v + n;

	memcpy(s->scratch, v, left * sizeof(*v));
	while (a < a_end && b < b_end)
		*v++ = out_of_order(s, a, b) ? *b++ : *a++;
	memcpy(v, a, (size_t)(a_end - a) * sizeof(*v));
}

/* The depth is the logarithm of ${n}.  NOLINTNEXTLINE(misc-no-recursion) */
static void
sort_entries(const struct sorter *s, struct entry *v, size_t n)
{
	const size_t left = n / 2;

	if (n <= INSERTION_MAX) {
		insertion_sort(s, v, n);
		return;
	}
	sort_entries(s, v, left);
	sort_entries(s, v + left, n - left);
	if (out_of_order(s, &v[left - 1], &v[left]))
		merge_halves(s, v, left, n);
}

static void
sort_memory(struct sorter *s)
{

	s->scratch = mem_grow(s->scratch, &s->scratch_cap, s->n / 2 + 1,
	    sizeof(*s->scratch));
	sort_entries(s, s->entries, s->n);
}

/*
 * Runs.
 */

static void
end_run(struct sorter *s)
{

	s->ends = mem_grow(s->ends, &s->ends_cap, s->nruns + 1,
	    sizeof(*s->ends));
	s->ends[s->nruns++] = spool_size(s->spool);
}

/* Write what is in memory as a run. */
static int
spill(struct sorter *s, struct err *err)
{
	struct sorter_record rec;
	size_t i, len;
	const char *p;

	sort_memory(s);
	if (s->spool == NULL)
		s->spool = spool_new(0);
	for (i = 0; i < s->n; i++) {
		p = s->b.s + s->entries[i].at;
		len = read_record(p, s->b.len - s->entries[i].at, &rec);
		if (spool_put(s->spool, p, len, err) != 0)
			return (-1);
	}
	s->n = 0;
	s->b.len = 0;
	end_run(s);
	return (0);
}

size_t
sorter_memory(const struct sorter *s)
{

	/* A record, its entry, and half an entry for the merge. */
	return (s->b.len + s->n * (sizeof(struct entry) +
	    sizeof(struct entry) / 2));
}

int
sorter_add(struct sorter *s, const void *key, size_t key_len,
    const void *data, size_t data_len, struct err *err)
{
	const size_t need = HEAD_MAX + key_len + data_len +
	    2 * sizeof(struct entry);
	struct entry *e;
	char *p;

	if (s->n > 0 && sorter_memory(s) + need > s->memory &&
	    spill(s, err) != 0)
		return (-1);
	s->entries = mem_grow(s->entries, &s->cap, s->n + 1,
	    sizeof(*s->entries));
	e = &s->entries[s->n++];
	e->prefix = prefix_of(key, key_len);
	e->at = s->b.len;
	p = buf_need(&s->b, HEAD_MAX);
	s->b.len += spool_put_count(p, key_len);
	s->b.len += spool_put_count(s->b.s + s->b.len, data_len);
	buf_put(&s->b, key, key_len);
	buf_put(&s->b, data, data_len);
	s->count++;
	return (0);
}

uint64_t
sorter_count(const struct sorter *s)
{

	return (s->count);
}

size_t
sorter_runs(const struct sorter *s)
{

	return (s->nruns);
}

/*
 * Merging.  The heap has the run with the least record on top.
 */

static int
cursor_before(const struct cursor *a, const struct cursor *b)
{
	int order;

	if (a->prefix != b->prefix)
		return (a->prefix < b->prefix);
	if ((order = compare_keys(&a->rec, &b->rec)) != 0)
		return (order < 0);
	return (a->number < b->number);
}

static void
sift_down(struct sorter *s, size_t i)
{
	struct cursor *c = s->heap[i];
	size_t child;

	while ((child = 2 * i + 1) < s->nheap) {
		if (child + 1 < s->nheap &&
		    cursor_before(s->heap[child + 1], s->heap[child]))
			child++;
		if (!cursor_before(s->heap[child], c))
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = c;
}

/* Let ${c} show its next record.  Return 1, 0 when there is none, -1. */
static int
cursor_load(struct cursor *c, struct err *err)
{
	size_t have, need = HEAD_MAX;
	const char *p;

	for (;;) {
		if ((p = spool_look(c->reader, need, &have, err)) == NULL)
			return (-1);
		if (have == 0)
			return (0);
		c->len = read_record(p, have, &c->rec);
		if (c->len <= have)
			break;
		need = c->len;
	}
	c->prefix = prefix_of(c->rec.key, c->rec.key_len);
	return (1);
}

static void
close_cursors(struct sorter *s)
{
	size_t i;

	for (i = 0; i < s->ncursors; i++)
		spool_read_free(s->cursors[i].reader);
	mem_free(s->cursors);
	mem_free(s->heap);
	s->cursors = NULL;
	s->heap = NULL;
	s->ncursors = s->nheap = 0;
	s->shown = 0;
}

/* Begin to merge ${n} runs of ${spool} from number ${first} on. */
static int
open_cursors(struct sorter *s, const struct spool *spool,
    const uint64_t *ends, size_t first, size_t n, struct err *err)
{
	size_t i, block = s->memory / (2 * n);
	struct cursor *c;
	int rc;

	if (block < BLOCK_LEAST)
		block = BLOCK_LEAST;
	if (block > BLOCK_MOST)
		block = BLOCK_MOST;
	s->cursors = mem_array(n, sizeof(*s->cursors));
	s->heap = mem_array(n, sizeof(struct cursor *));
	s->ncursors = n;
	for (i = 0; i < n; i++) {
		c = &s->cursors[i];
		c->number = i;
		c->reader = spool_read(spool,
		    first + i > 0 ? ends[first + i - 1] : 0, ends[first + i],
		    block);
		if ((rc = cursor_load(c, err)) < 0)
			return (-1);
		if (rc > 0)
			s->heap[s->nheap++] = c;
	}
	for (i = s->nheap / 2; i-- > 0;)
		sift_down(s, i);
	return (0);
}

/* Point *${c} at the run with the next record.  Return as cursor_load. */
static int
merge_next(struct sorter *s, struct cursor **c, struct err *err)
{
	struct cursor *top;
	int rc;

	if (s->shown) {
		top = s->heap[0];
		spool_skip(top->reader, top->len);
		if ((rc = cursor_load(top, err)) < 0)
			return (-1);
		if (rc == 0)
			s->heap[0] = s->heap[--s->nheap];
		if (s->nheap > 0)
			sift_down(s, 0);
	}
	s->shown = s->nheap > 0;
	if (!s->shown)
		return (0);
	*c = s->heap[0];
	return (1);
}

/* Merge ${n} runs of ${from} into one more run of s->spool. */
static int
merge_runs(struct sorter *s, const struct spool *from, const uint64_t *ends,
    size_t first, size_t n, struct err *err)
{
	struct cursor *c;
	int rc;

	rc = open_cursors(s, from, ends, first, n, err);
	while (rc == 0 && (rc = merge_next(s, &c, err)) > 0)
		rc = spool_put(s->spool, c->rec.data + c->rec.data_len -
		    c->len, c->len, err);
	close_cursors(s);
	if (rc == 0)
		end_run(s);
	return (rc);
}

/* Merge each ${fan} runs into one, in a new file. */
static int
merge_pass(struct sorter *s, size_t fan, struct err *err)
{
	struct spool *from = s->spool;
	uint64_t *ends = s->ends;
	size_t i, n = s->nruns;
	int rc;

	if ((rc = spool_end(from, err)) == 0) {
		s->spool = spool_new(0);
		s->ends = NULL;
		s->nruns = s->ends_cap = 0;
		for (i = 0; i < n && rc == 0; i += fan)
			rc = merge_runs(s, from, ends, i,
			    n - i < fan ? n - i : fan, err);
		spool_free(from);
		mem_free(ends);
	}
	return (rc);
}

/* Give back what holds records in memory. */
static void
drop_memory(struct sorter *s)
{

	buf_free(&s->b);
	mem_free(s->entries);
	mem_free(s->scratch);
	s->entries = s->scratch = NULL;
	s->n = s->cap = s->scratch_cap = 0;
}

int
sorter_sort(struct sorter *s, struct err *err)
{
	const size_t fan = s->memory / (2 * BLOCK_LEAST);

	s->next = 0;
	if (s->nruns == 0) {
		sort_memory(s);
		return (0);
	}
	if (s->n > 0 && spill(s, err) != 0)
		return (-1);
	drop_memory(s);
	while (s->nruns > fan)
		if (merge_pass(s, fan, err) != 0)
			return (-1);
	if (spool_end(s->spool, err) != 0)
		return (-1);
	return (open_cursors(s, s->spool, s->ends, 0, s->nruns, err));
}

int
sorter_next(struct sorter *s, struct sorter_record *rec, struct err *err)
{
	struct cursor *c;
	size_t at;
	int rc;

	if (s->nruns > 0) {
		if ((rc = merge_next(s, &c, err)) > 0)
			*rec = c->rec;
		return (rc);
	}
	if (s->next >= s->n)
		return (0);
	at = s->entries[s->next++].at;
	(void)read_record(s->b.s + at, s->b.len - at, rec);
	return (1);
}

void
sorter_clear(struct sorter *s)
{

	close_cursors(s);
	spool_free(s->spool);
	s->spool = NULL;
	s->n = s->nruns = s->next = 0;
	s->b.len = 0;
	s->count = 0;
}

void
sorter_free(struct sorter *s)
{

	if (s == NULL)
		return;
	close_cursors(s);
	drop_memory(s);
	spool_free(s->spool);
	mem_free(s->ends);
	mem_free(s);
}
