#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/sorter.h"
#include "base/spool.h"
#include "row/canonical.h"
#include "row/input.h"
#include "row/key.h"
#include "row/keyed.h"
#include "row/row.h"

struct keyed {
	char			*path[2];	/* NULL-terminated */
	struct keyed_opts	 opts;
	struct input		*in;
	struct sorter		*sorter;
	struct buf		 key, last;	/* of this row, and before */
	struct buf		 last_json;	/* the latter for people */
	struct buf		 data;
};

struct keyed *
keyed_open(char *path, const struct keyed_opts *opts)
{
	struct keyed *k = mem_alloc(sizeof(*k));
	const struct input_opts in = {
		.max_line = opts->max_line, .limit = UINT64_MAX,
		.require_frame = opts->require_frame
	};

	k->path[0] = path;
	k->opts = *opts;
	k->in = input_open(k->path, &in);
	if (!opts->sorted)
		k->sorter = sorter_new(opts->memory);
	return (k);
}

/* Read a row and its key.  Return 1, 0 after the last, or -1. */
static int
read_row(struct keyed *k, struct row **row, struct err *err)
{
	enum input_status st = input_next(k->in, row, err);
	char place[320];

	if (st == INPUT_END)
		return (0);
	if (st != INPUT_ROW) {
		if (err->status == 0)
			(void)err_status(err, DIAG_BADINPUT);
		(void)err_prefix(err, "%s: ", input_place(k->in, err, place,
		    sizeof(place)));
		return (-1);
	}
	k->key.len = 0;
	if (k->opts.key != NULL)
		(void)key_put(k->opts.key, *row, &k->key);
	else
		canonical_put(k->opts.canonical, *row, &k->key);
	return (1);
}

int
keyed_sort(struct keyed *k, struct err *err)
{
	struct row *row;
	int rc;

	if (k->opts.sorted)
		return (0);
	while ((rc = read_row(k, &row, err)) > 0) {
		k->data.len = 0;
		k->data.len = spool_put_count(buf_need(&k->data,
		    SPOOL_COUNT_MAX), row->line);
		buf_put(&k->data, row->s, row->len);
		if (sorter_add(k->sorter, k->key.s, k->key.len, k->data.s,
		    k->data.len, err) != 0)
			return (-1);
	}
	if (rc != 0)
		return (-1);
	buf_free(&k->key);
	buf_free(&k->data);
	return (sorter_sort(k->sorter, err));
}

static int
next_sorted(struct keyed *k, struct keyed_row *row, struct err *err)
{
	struct sorter_record rec;
	uint64_t line;
	size_t n;
	int rc;

	if ((rc = sorter_next(k->sorter, &rec, err)) <= 0)
		return (rc);
	n = spool_get_count(rec.data, rec.data_len, &line);
	*row = (struct keyed_row){ rec.key, rec.key_len, rec.data + n,
	    rec.data_len - n, line };
	return (1);
}

/* The row does not come after the last one. */
static int
out_of_order(struct keyed *k, const struct row *row, struct err *err)
{
	struct buf json = { 0 };
	struct quote q, q2;
	char place[320];

	key_put_json(k->opts.key, row, &json);
	(void)err_set(err, "not sorted: %s comes after %s",
	    quote(&q, json.s, json.len),
	    quote(&q2, k->last_json.s, k->last_json.len));
	(void)err_prefix(err, "%s: ", input_place(k->in, err, place,
	    sizeof(place)));
	(void)err_hint(err, "the order is that of numbers by value and of"
	    " strings by code point (in SQL: ORDER BY ... COLLATE \"C\");"
	    " without --sorted any order will do");
	buf_free(&json);
	return (err_status(err, DIAG_BADINPUT));
}

static int
compare(const struct buf *a, const struct buf *b)
{
	const size_t n = a->len < b->len ? a->len : b->len;
	const int order = n == 0 ? 0 : memcmp(a->s, b->s, n);

	if (order != 0)
		return (order);
	return ((a->len > b->len) - (a->len < b->len));
}

static int
next_checked(struct keyed *k, struct keyed_row *row, struct err *err)
{
	const struct buf last = k->last;
	struct row *in;
	int rc;

	/* The key of this row becomes the last one, the other buffer is used
	 * for the next. */
	k->last = k->key;
	k->key = last;
	if ((rc = read_row(k, &in, err)) <= 0)
		return (rc);
	if (compare(&k->last, &k->key) > 0)
		return (out_of_order(k, in, err));
	k->last_json.len = 0;
	key_put_json(k->opts.key, in, &k->last_json);
	*row = (struct keyed_row){ k->key.s, k->key.len, in->s, in->len,
	    in->line };
	return (1);
}

int
keyed_next(struct keyed *k, struct keyed_row *row, struct err *err)
{

	return (k->opts.sorted ? next_checked(k, row, err) :
	    next_sorted(k, row, err));
}

int
keyed_whole(const struct keyed *k)
{

	return (input_framed(k->in) != NULL || input_is_files(k->in));
}

const char *
keyed_name(const struct keyed *k)
{

	return (strcmp(k->path[0], "-") == 0 ? "stdin" : k->path[0]);
}

uint64_t
keyed_rows(const struct keyed *k)
{

	return (input_rows(k->in));
}

uint64_t
keyed_bytes(const struct keyed *k)
{

	return (input_bytes(k->in));
}

void
keyed_close(struct keyed *k)
{

	if (k == NULL)
		return;
	input_close(k->in);
	sorter_free(k->sorter);
	buf_free(&k->key);
	buf_free(&k->last);
	buf_free(&k->last_json);
	buf_free(&k->data);
	mem_free(k);
}
