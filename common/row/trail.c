#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/json.h"
#include "row/row.h"
#include "row/trail.h"

struct trail {
	const char *const	*key;
	size_t			 nkey;
	uint64_t		 start, lines;
	struct digest		*digest;
	const struct row	*row;		/* at hand, not yet on the
						   trail */
	struct buf		 last;		/* its predecessor's key */
	uint64_t		 shape;		/* of the rows whose key is */
	ptrdiff_t		*at;		/* at these fields */
};

void
trail_key(struct trail *t, const char *const *key, size_t n)
{

	t->key = key;
	t->nkey = n;
	t->shape = 0;
	t->at = mem_resize(t->at, n + 1, sizeof(*t->at));
}

struct trail *
trail_new(const char *const *key, size_t n, uint64_t start)
{
	struct trail *t = mem_alloc(sizeof(*t));

	trail_key(t, key, n);
	t->start = t->lines = start;
	t->digest = digest_new_xxh128();
	buf_puts(&t->last, "{}");
	return (t);
}

void
trail_after(struct trail *t, const char *last)
{

	t->last.len = 0;
	buf_puts(&t->last, last);
}

static void
find_key(struct trail *t, const struct row *row)
{
	size_t i;

	if (t->shape == row->shape)
		return;
	t->shape = row->shape;
	for (i = 0; i < t->nkey; i++)
		t->at[i] = row_find(row, t->key[i], strlen(t->key[i]));
}

static void
keep_key(struct trail *t, const struct row *row)
{
	const struct json_field *f;
	size_t i, n = 0;

	if (t->nkey == 0 || row->nfields == 0)
		return;
	find_key(t, row);
	t->last.len = 0;
	for (i = 0; i < t->nkey; i++) {
		if (t->at[i] == -1)
			continue;
		f = &row->fields[t->at[i]];
		buf_putc(&t->last, n++ == 0 ? '{' : ',');
		buf_put(&t->last, f->key.s, f->key.len);
		buf_putc(&t->last, ':');
		buf_put(&t->last, f->value.s, f->value.len);
	}
	buf_puts(&t->last, n == 0 ? "{}" : "}");
}

void
trail_enter(struct trail *t, const struct row *row)
{

	t->row = row;
}

void
trail_leave(struct trail *t)
{

	if (t->row == NULL)
		return;
	digest_add(t->digest, t->row->s, t->row->len);
	digest_add(t->digest, "\n", 1);
	keep_key(t, t->row);
	t->lines++;
	t->row = NULL;
}

void
trail_mark(struct trail *t, int with, struct trail_mark *m)
{

	if (with)
		trail_leave(t);
	m->start = t->start;
	m->lines = t->lines;
	digest_hex(t->digest, m->xxh128);
	m->key = buf_z(&t->last);
}

uint64_t
trail_lines(const struct trail *t)
{

	return (t->lines);
}

void
trail_free(struct trail *t)
{

	if (t == NULL)
		return;
	digest_free(t->digest);
	mem_free(t->at);
	buf_free(&t->last);
	mem_free(t);
}
