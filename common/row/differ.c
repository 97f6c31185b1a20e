#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/sorter.h"
#include "base/spool.h"
#include "row/canonical.h"
#include "row/compare.h"
#include "row/differ.h"
#include "row/keyed.h"
#include "row/row.h"

struct side {
	struct keyed		*rows;
	struct keyed_row	 next;
	int			 more;		/* there is a next one */
	struct buf		 key, line;	/* the row taken last */
	uint64_t		 number;	/* of its line */
	struct json_reader	*reader;	/* of that row */
	struct canonical	*canonical;
	struct sorter		*group;		/* rows with one key */
	struct sorter_record	 rec;		/* the next of these */
};

struct differ {
	struct side			 side[2];
	int				 keyed;
	struct compare			*compare;
	size_t				 memory;
	uint64_t			 same;
	struct buf			 b;
	const struct differ_found	*found;
};

struct differ *
differ_new(struct keyed *a, struct keyed *b, int keyed,
    const struct canonical *c, struct compare *cmp, size_t memory)
{
	struct differ *d = mem_alloc(sizeof(*d));
	int i;

	for (i = 0; i < 2; i++) {
		d->side[i].rows = i == 0 ? a : b;
		d->side[i].reader = json_reader_new();
		d->side[i].canonical = canonical_copy(c);
	}
	d->keyed = keyed;
	d->compare = cmp;
	d->memory = memory / 2;
	return (d);
}

uint64_t
differ_same(const struct differ *d)
{

	return (d->same);
}

static int
compare_bytes(const char *x, size_t xlen, const char *y, size_t ylen)
{
	const int order = memcmp(x, y, xlen < ylen ? xlen : ylen);

	if (order != 0)
		return (order);
	return ((xlen > ylen) - (xlen < ylen));
}

static int
advance(struct side *s, struct err *err)
{
	const int rc = keyed_next(s->rows, &s->next, err);

	s->more = rc > 0;
	return (rc < 0 ? -1 : 0);
}

/* Copy the next row and go on to the one after it. */
static int
take(struct side *s, struct err *err)
{

	s->key.len = s->line.len = 0;
	buf_put(&s->key, s->next.key, s->next.key_len);
	buf_put(&s->line, s->next.s, s->next.len);
	s->number = s->next.line;
	return (advance(s, err));
}

/* Has the next row the key of the one taken last? */
static int
repeated(const struct side *s)
{

	return (s->more && s->next.key_len == s->key.len &&
	    memcmp(s->next.key, s->key.s, s->key.len) == 0);
}

/* Look into a line. */
static int
read_line(struct side *s, const char *line, size_t len, uint64_t number,
    struct differ_row *row, struct err *err)
{

	if (json_read_object(s->reader, line, len, err) != 0)
		return (-1);
	*row = (struct differ_row){ line, len, s->reader->fields,
	    s->reader->nfields, number };
	return (0);
}

/* A row that the other side has not. */
static int
tell_one(struct differ *d, int i, const char *line, size_t len,
    uint64_t number, struct err *err)
{
	struct differ_row row;

	if (read_line(&d->side[i], line, len, number, &row, err) != 0)
		return (-1);
	return (i == 0 ?
	    d->found->differs(DIFFER_REMOVE, &row, NULL, NULL, 0,
		d->found->cookie, err) :
	    d->found->differs(DIFFER_ADD, NULL, &row, NULL, 0,
		d->found->cookie, err));
}

/* Both sides have taken a row, with the same key. */
static int
compare_taken(struct differ *d, struct err *err)
{
	struct side *a = &d->side[0], *b = &d->side[1];
	const struct json_value *fields;
	struct compare_row left, right;
	struct differ_row x, y;
	size_t n;

	if (!d->keyed || (a->line.len == b->line.len &&
	    memcmp(a->line.s, b->line.s, a->line.len) == 0)) {
		d->same++;
		return (0);
	}
	if (read_line(a, a->line.s, a->line.len, a->number, &x, err) != 0 ||
	    read_line(b, b->line.s, b->line.len, b->number, &y, err) != 0)
		return (-1);
	left = (struct compare_row){ x.fields, x.nfields };
	right = (struct compare_row){ y.fields, y.nfields };
	if ((n = compare_rows(d->compare, &left, &right, &fields)) == 0) {
		d->same++;
		return (0);
	}
	return (d->found->differs(DIFFER_CHANGE, &x, &y, fields, n,
	    d->found->cookie, err));
}

/*
 * Rows whose key comes more than once.
 */

/* Add the row taken last to the group. */
static int
add_to_group(struct differ *d, struct side *s, struct err *err)
{
	char number[SPOOL_COUNT_MAX];
	struct differ_row row;
	struct row whole;
	size_t n;

	if (read_line(s, s->line.s, s->line.len, s->number, &row, err) != 0)
		return (-1);
	whole = (struct row){ .s = row.s, .len = row.len,
	    .fields = row.fields, .nfields = row.nfields,
	    .shape = s->reader->shape };
	d->b.len = 0;
	canonical_put(s->canonical, &whole, &d->b);
	n = spool_put_count(number, s->number);
	/* Its number goes before the line. */
	(void)buf_need(&s->line, n);
	memmove(s->line.s + n, s->line.s, s->line.len);
	memcpy(s->line.s, number, n);
	s->line.len += n;
	return (sorter_add(s->group, d->b.s, d->b.len, s->line.s,
	    s->line.len, err));
}

/* Gather all rows of a side that have the key of the row taken last. */
static int
gather(struct differ *d, int i, struct err *err)
{
	struct side *s = &d->side[i];
	struct differ_row row;
	uint64_t number;
	size_t n;

	if (add_to_group(d, s, err) != 0)
		return (-1);
	while (repeated(s))
		if (take(s, err) != 0 || add_to_group(d, s, err) != 0)
			return (-1);
	if (sorter_count(s->group) == 1)
		return (0);
	/* The last of them stands for all. */
	n = spool_get_count(s->line.s, s->line.len, &number);
	if (read_line(s, s->line.s + n, s->line.len - n, number, &row,
	    err) != 0)
		return (-1);
	return (d->found->repeats(i, &row, sorter_count(s->group),
	    d->found->cookie, err));
}

static int
next_of_group(struct side *s, struct err *err)
{
	const int rc = sorter_next(s->group, &s->rec, err);

	if (rc == 0)
		s->rec.key = NULL;
	return (rc < 0 ? -1 : 0);
}

static int
tell_of_group(struct differ *d, int i, struct err *err)
{
	struct side *s = &d->side[i];
	uint64_t number;
	size_t n;

	n = spool_get_count(s->rec.data, s->rec.data_len, &number);
	if (tell_one(d, i, s->rec.data + n, s->rec.data_len - n, number,
	    err) != 0)
		return (-1);
	return (next_of_group(s, err));
}

static int
compare_groups(struct differ *d, struct err *err)
{
	struct side *a = &d->side[0], *b = &d->side[1];
	int order, rc;

	if (sorter_sort(a->group, err) != 0 ||
	    sorter_sort(b->group, err) != 0 ||
	    next_of_group(a, err) != 0 || next_of_group(b, err) != 0)
		return (-1);
	while (a->rec.key != NULL || b->rec.key != NULL) {
		order = a->rec.key == NULL ? 1 : b->rec.key == NULL ? -1 :
		    compare_bytes(a->rec.key, a->rec.key_len, b->rec.key,
		    b->rec.key_len);
		if (order < 0)
			rc = tell_of_group(d, 0, err);
		else if (order > 0)
			rc = tell_of_group(d, 1, err);
		else {
			d->same++;
			rc = next_of_group(a, err);
			if (rc == 0)
				rc = next_of_group(b, err);
		}
		if (rc != 0)
			return (-1);
	}
	return (0);
}

/* The rows of one key, of which the first are taken on the sides ${taken}. */
static int
settle_group(struct differ *d, const int *taken, struct err *err)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (d->side[i].group == NULL)
			d->side[i].group = sorter_new(d->memory);
		sorter_clear(d->side[i].group);
	}
	for (i = 0; i < 2; i++)
		if (taken[i] && gather(d, i, err) != 0)
			return (-1);
	return (compare_groups(d, err));
}

/*
 * The rows of the lesser key, or both sides' when they have the same.
 */
static int
step(struct differ *d, struct err *err)
{
	struct side *a = &d->side[0], *b = &d->side[1];
	const int order = !a->more ? 1 : !b->more ? -1 :
	    compare_bytes(a->next.key, a->next.key_len, b->next.key,
	    b->next.key_len);
	const int taken[2] = { order <= 0, order >= 0 };
	int i;

	for (i = 0; i < 2; i++)
		if (taken[i] && take(&d->side[i], err) != 0)
			return (-1);
	if (d->keyed && ((taken[0] && repeated(a)) ||
	    (taken[1] && repeated(b))))
		return (settle_group(d, taken, err));
	if (order == 0)
		return (compare_taken(d, err));
	i = taken[0] ? 0 : 1;
	return (tell_one(d, i, d->side[i].line.s, d->side[i].line.len,
	    d->side[i].number, err));
}

int
differ_run(struct differ *d, const struct differ_found *found,
    struct err *err)
{

	d->found = found;
	if (advance(&d->side[0], err) != 0 || advance(&d->side[1], err) != 0)
		return (-1);
	while (d->side[0].more || d->side[1].more)
		if (step(d, err) != 0)
			return (-1);
	return (0);
}

void
differ_free(struct differ *d)
{
	struct side *s;

	if (d == NULL)
		return;
	for (s = d->side; s < d->side + 2; s++) {
		buf_free(&s->key);
		buf_free(&s->line);
		json_reader_free(s->reader);
		canonical_free(s->canonical);
		sorter_free(s->group);
	}
	buf_free(&d->b);
	mem_free(d);
}
