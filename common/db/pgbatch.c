#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/pgbatch.h"
#include "row/row.h"

/* More slots than keys, a power of two. */
#define SLOTS		(PGBATCH_ROWS * 2)

/* What the first lane's buffers may keep, which holds all rows when they are
 * alike; and what those of the other lanes may, of which there are many. */
#define KEEP_BYTES	(PGBATCH_BYTES * 2)
#define KEEP_BYTES_MORE	((size_t)4 << 10)
#define KEEP_ROWS_MORE	64

/* The keys of a batch's rows, as an open hash. */
struct pgbatch_keys {
	struct buf	 bytes;		/* all of them */
	struct slot {
		uint32_t	hash;
		uint32_t	len;
		size_t		at;	/* plus 1; 0: free */
	}		*slots;
	size_t		 n;
};

static uint32_t
hash_bytes(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325;
	size_t i;

	/* FNV-1a; a batch is small enough for what a stranger could do. */
	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3;
	return ((uint32_t)(h ^ h >> 32));
}

/* The slot of the key, or the free one where it would go. */
static struct slot *
find_slot(const struct pgbatch_keys *k, const char *key, size_t len)
{
	uint32_t hash = hash_bytes(key, len);
	size_t i = hash % SLOTS;

	for (;; i = (i + 1) % SLOTS) {
		if (k->slots[i].at == 0)
			break;
		if (k->slots[i].hash == hash && k->slots[i].len == len &&
		    memcmp(k->bytes.s + k->slots[i].at - 1, key, len) == 0)
			break;
	}
	k->slots[i].hash = hash;
	return (&k->slots[i]);
}

static void
add_key(struct pgbatch_keys *k, const char *key, size_t len)
{
	struct slot *slot;

	if (k->slots == NULL)
		k->slots = mem_array(SLOTS, sizeof(*k->slots));
	slot = find_slot(k, key, len);
	if (slot->at != 0)
		return;
	slot->at = k->bytes.len + 1;
	slot->len = (uint32_t)len;
	buf_put(&k->bytes, key, len);
	k->n++;
}

struct pgbatch *
pgbatch_new(int keep_text)
{
	struct pgbatch *b = mem_alloc(sizeof(*b));

	b->keep_text = keep_text;
	b->keys = mem_alloc(sizeof(*b->keys));
	return (b);
}

struct pgbatch_lane *
pgbatch_lane(struct pgbatch *b, const struct pgset *set)
{
	size_t i;

	for (i = 0; i < b->nlanes; i++)
		if (b->lanes[i].set == set)
			return (&b->lanes[i]);
	if (b->nlanes == PGBATCH_LANES)
		return (NULL);
	b->lanes[i].set = set;
	b->nlanes++;
	return (&b->lanes[i]);
}

int
pgbatch_has_key(const struct pgbatch *b, const char *key, size_t len)
{

	return (b->keys->n > 0 && find_slot(b->keys, key, len)->at != 0);
}

int
pgbatch_add(struct pgbatch *b, struct pgbatch_lane *lane,
    const struct row *row, size_t at, const char *key, size_t len)
{
	struct pgbatch_row *r;

	lane->rows = mem_grow(lane->rows, &lane->cap, lane->nrows + 1,
	    sizeof(*lane->rows));
	r = &lane->rows[lane->nrows++];
	*r = (struct pgbatch_row){
		.at = at, .file = row->file, .line = row->line,
		.offset = row->offset, .text = b->text.len,
	};
	if (b->keep_text) {
		buf_put(&b->text, row->s, row->len);
		r->len = row->len;
	}
	if (key != NULL)
		add_key(b->keys, key, len);
	b->nrows++;
	b->bytes += lane->data.len - at + r->len;
	return (b->nrows < PGBATCH_ROWS && b->bytes < PGBATCH_BYTES);
}

void
pgbatch_number(char *s, size_t n)
{

	s += PGBATCH_NUMBER_AT;
	s[0] = (char)(n >> 24);
	s[1] = (char)(n >> 16);
	s[2] = (char)(n >> 8);
	s[3] = (char)n;
}

int
pgbatch_take(struct pgbatch *b, const struct pgbatch *from,
    const struct pgbatch_lane *lane, size_t i, enum pgbatch_number how)
{
	struct pgbatch_lane *to = pgbatch_lane(b, lane->set);
	size_t end = i + 1 < lane->nrows ? lane->rows[i + 1].at :
	    lane->data.len;
	const char *s = lane->data.s + lane->rows[i].at;
	size_t at;
	struct row row;

	if (to == NULL)
		return (-1);
	at = to->data.len;
	if (how == PGBATCH_TEXT) {
		buf_printf(&to->data, "%zu", to->nrows);
		s = memchr(s, '\t', end - lane->rows[i].at);
	}
	buf_put(&to->data, s, (size_t)(lane->data.s + end - s));
	if (how == PGBATCH_BINARY)
		pgbatch_number(to->data.s + at, to->nrows);
	pgbatch_row(from, lane, i, &row);
	(void)pgbatch_add(b, to, &row, at, NULL, 0);
	return (0);
}

void
pgbatch_row(const struct pgbatch *b, const struct pgbatch_lane *lane,
    size_t i, struct row *row)
{
	const struct pgbatch_row *r = &lane->rows[i];

	*row = (struct row){
		.s = b->text.s == NULL ? "" : b->text.s + r->text,
		.len = r->len, .shape = 1, .file = r->file, .line = r->line,
		.offset = r->offset,
	};
}

static void
empty(struct buf *b, size_t keep)
{

	b->len = 0;
	if (b->cap > keep)
		buf_free(b);
}

void
pgbatch_clear(struct pgbatch *b)
{
	struct pgbatch_lane *lane;
	size_t i;

	for (i = 0; i < PGBATCH_LANES; i++) {
		lane = &b->lanes[i];
		empty(&lane->data, i == 0 ? KEEP_BYTES : KEEP_BYTES_MORE);
		if (i > 0 && lane->cap > KEEP_ROWS_MORE) {
			mem_free(lane->rows);
			lane->rows = NULL;
			lane->cap = 0;
		}
		lane->set = NULL;
		lane->nrows = 0;
	}
	empty(&b->text, KEEP_BYTES);
	if (b->keys->n > 0)
		memset(b->keys->slots, 0, SLOTS * sizeof(*b->keys->slots));
	empty(&b->keys->bytes, KEEP_BYTES / 4);
	b->keys->n = 0;
	b->nlanes = b->nrows = b->bytes = 0;
}

void
pgbatch_free(struct pgbatch *b)
{
	size_t i;

	if (b == NULL)
		return;
	for (i = 0; i < PGBATCH_LANES; i++) {
		buf_free(&b->lanes[i].data);
		mem_free(b->lanes[i].rows);
	}
	buf_free(&b->text);
	buf_free(&b->keys->bytes);
	mem_free(b->keys->slots);
	mem_free(b->keys);
	mem_free(b);
}
