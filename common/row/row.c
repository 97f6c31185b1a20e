#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "row/row.h"

ptrdiff_t
row_find(const struct row *row, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < row->nfields; i++)
		if (json_string_is(&row->fields[i].key, name, len))
			return ((ptrdiff_t)i);
	return (-1);
}

void
row_replace(struct row *row, const struct json_value *v, const char *text,
    size_t len)
{
	struct row_edit *e;

	row->edits = mem_grow(row->edits, &row->edits_cap, row->nedits + 1,
	    sizeof(*row->edits));
	e = &row->edits[row->nedits++];
	e->at = v->s;
	e->len = v->len;
	e->text = text;
	e->text_len = len;
}

static int
by_place(const void *a, const void *b)
{
	const struct row_edit *x = a, *y = b;

	return ((x->at > y->at) - (x->at < y->at));
}

/* Edits mostly come in the order of the line; only others cost a sort. */
static void
sort_edits(const struct row *row)
{
	size_t i;

	for (i = 1; i < row->nedits; i++) {
		if (row->edits[i - 1].at > row->edits[i].at) {
			qsort(row->edits, row->nedits, sizeof(*row->edits),
			    by_place);
			return;
		}
	}
}

void
row_append(const struct row *row, struct buf *b)
{
	const struct row_edit *e;
	const char *from = row->s;
	size_t i;

	sort_edits(row);
	for (i = 0; i < row->nedits; i++) {
		e = &row->edits[i];
		buf_put(b, from, (size_t)(e->at - from));
		buf_put(b, e->text, e->text_len);
		from = e->at + e->len;
	}
	buf_put(b, from, (size_t)(row->s + row->len - from));
}

/* Characters before byte ${pos}: the bytes that continue none. */
static size_t
characters(const char *s, size_t len, size_t pos)
{
	size_t i, n = 0;

	for (i = 0; i < len && i < pos; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return (n);
}

const char *
row_place(const struct row *row, const struct err *err, char *dst,
    size_t size)
{
	char file[256];

	(void)quote_plain(file, sizeof(file), row->file, strlen(row->file));
	if (row->line == 0)
		(void)snprintf(dst, size, "%s", file);
	else if (err->pos == ERR_NOPOS)
		(void)snprintf(dst, size, "%s:%ju", file,
		    (uintmax_t)row->line);
	else
		(void)snprintf(dst, size, "%s:%ju:%zu", file,
		    (uintmax_t)row->line,
		    characters(row->s, row->len, err->pos) + 1);
	return (dst);
}
