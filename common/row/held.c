#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sorter.h"
#include "base/spool.h"
#include "row/files.h"
#include "row/held.h"
#include "row/row.h"

#define READ_BLOCK	((size_t)256 << 10)
#define COUNTS		4		/* file, line, offset, length */
#define HEAD_MAX	((size_t)COUNTS * SPOOL_COUNT_MAX)
#define NUMBER_SIZE	8

struct held {
	struct spool		*spool;
	struct sorter		*refused;	/* number -> why */
	uint64_t		 n;
	struct files		 files;		/* that the rows are of */
	struct buf		 text;		/* of a row with replacements */

	struct spool_reader	*reader;	/* after held_end */
	uint64_t		 at;		/* number of the next row */
	size_t			 shown;		/* bytes of the one given */
	struct row		 row;
	struct sorter_record	 next;		/* that will be refused */
	uint64_t		 next_number;	/* UINT64_MAX: none */
	struct buf		 why;
};

struct held *
held_new(size_t memory)
{
	struct held *h = mem_alloc(sizeof(*h));

	h->spool = spool_new(memory / 2);
	h->refused = sorter_new(memory / 2);
	return (h);
}

int
held_add(struct held *h, const struct row *row, struct err *err)
{
	const char *s = row->s;
	size_t len = row->len, n;
	char head[HEAD_MAX];

	if (row->nedits > 0) {
		h->text.len = 0;
		row_append(row, &h->text);
		s = h->text.s;
		len = h->text.len;
	}
	n = spool_put_count(head, files_number(&h->files, row->file));
	n += spool_put_count(head + n, row->line);
	n += spool_put_count(head + n, row->offset);
	n += spool_put_count(head + n, len);
	h->n++;
	if (spool_put(h->spool, head, n, err) != 0)
		return (-1);
	return (spool_put(h->spool, s, len, err));
}

uint64_t
held_count(const struct held *h)
{

	return (h->n);
}

int
held_refuse(struct held *h, uint64_t number, const void *why, size_t len,
    struct err *err)
{
	char key[NUMBER_SIZE];
	int i;

	for (i = 0; i < NUMBER_SIZE; i++)
		key[i] = (char)(number >> 8 * (NUMBER_SIZE - 1 - i));
	return (sorter_add(h->refused, key, sizeof(key), why, len, err));
}

static uint64_t
number_of(const struct sorter_record *rec)
{
	uint64_t n = 0;
	int i;

	for (i = 0; i < NUMBER_SIZE; i++)
		n = n << 8 | (unsigned char)rec->key[i];
	return (n);
}

/* Go on to the next row that was refused. */
static int
next_refused(struct held *h, struct err *err)
{
	int rc = sorter_next(h->refused, &h->next, err);

	h->next_number = rc > 0 ? number_of(&h->next) : UINT64_MAX;
	return (rc < 0 ? -1 : 0);
}

int
held_end(struct held *h, struct err *err)
{

	buf_free(&h->text);
	if (spool_end(h->spool, err) != 0 ||
	    sorter_sort(h->refused, err) != 0 || next_refused(h, err) != 0)
		return (-1);
	h->reader = spool_read(h->spool, 0, spool_size(h->spool), READ_BLOCK);
	return (0);
}

/* Point h->row at the next row. */
static int
load_row(struct held *h, struct err *err)
{
	uint64_t counts[COUNTS] = { 0 };
	size_t have, head = 0;
	const char *p;
	int i;

	spool_skip(h->reader, h->shown);
	if ((p = spool_look(h->reader, HEAD_MAX, &have, err)) == NULL)
		return (-1);
	for (i = 0; i < COUNTS; i++)
		head += spool_get_count(p + head, have - head, &counts[i]);
	h->row.len = (size_t)counts[3];
	h->shown = head + h->row.len;
	if (have < h->shown &&
	    (p = spool_look(h->reader, h->shown, &have, err)) == NULL)
		return (-1);
	h->row.s = p + head;
	h->row.file = h->files.v[counts[0]];
	h->row.line = counts[1];
	h->row.offset = counts[2];
	h->row.shape = 1;
	return (0);
}

enum held_status
held_next(struct held *h, struct row **row, const char **why, size_t *len,
    struct err *err)
{

	if (h->at == h->n)
		return (HELD_END);
	if (load_row(h, err) != 0)
		return (HELD_FAIL);
	*row = &h->row;
	if (h->at++ != h->next_number)
		return (HELD_KEPT);
	h->why.len = 0;
	buf_put(&h->why, h->next.data, h->next.data_len);
	*why = h->why.s;
	*len = h->why.len;
	do {
		if (next_refused(h, err) != 0)
			return (HELD_FAIL);
	} while (h->next_number == h->at - 1);
	return (HELD_REFUSED);
}

void
held_free(struct held *h)
{

	if (h == NULL)
		return;
	files_free(&h->files);
	spool_read_free(h->reader);
	spool_free(h->spool);
	sorter_free(h->refused);
	buf_free(&h->text);
	buf_free(&h->why);
	mem_free(h);
}
