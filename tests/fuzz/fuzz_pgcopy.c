/*
 * fuzz_pgcopy - whatever a server sends, rows are JSON or there is an error
 *
 * The first byte of an input is the number of columns, then come their kinds
 * (bit 7: an array), then the stream, in pieces that each begin with a length
 * of two bytes.  JSON columns hold what the server has checked; all else must
 * come out as rows that our own reader takes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "db/pgcopy.h"
#include "json/json.h"

#define COLUMNS	16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int good, const char *what)
{

	if (good)
		return;
	(void)fprintf(stderr, "fuzz_pgcopy: %s\n", what);
	abort();
}

/* The kinds whose text the server vouches for. */
static int
is_trusted(enum pgcopy_kind kind)
{

	return (kind == PGCOPY_JSON || kind == PGCOPY_JSONB);
}

static void
check_row(struct json_reader *r, const struct buf *b, size_t start)
{
	struct err err = ERR_INIT;

	if (json_read_object(r, b->s + start, b->len - start, &err) == 0)
		return;
	(void)fprintf(stderr, "%.*s\n", (int)(b->len - start), b->s + start);
	must(0, err.msg);
}

/* Decode one piece; return 0 while all is well. */
static int
take(struct pgcopy *c, const char *s, size_t len, struct json_reader *r,
    int check, struct buf *b)
{
	struct err err = ERR_INIT;
	char *copy = malloc(len > 0 ? len : 1);
	size_t start = b->len;
	int rc;

	must(copy != NULL, "malloc");
	if (len > 0)
		memcpy(copy, s, len);
	pgcopy_feed(c, copy, len);
	while ((rc = pgcopy_row(c, b, &err)) > 0) {
		if (check)
			check_row(r, b, start);
		start = b->len;
	}
	must(rc == 0 || err.msg[0] != '\0', "an error without message");
	free(copy);
	return (rc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char keys[COLUMNS][2] = { "a", "b", "c", "d", "e", "f",
	    "g", "h", "i", "j", "k", "l", "m", "n", "o", "p" };
	struct pgcopy_field f[COLUMNS];
	struct json_reader *r;
	struct buf b = { 0 };
	struct pgcopy *c;
	size_t n, i, len, at;
	int check = 1, rc = 0;

	if (size == 0 || (n = data[0] % (COLUMNS + 1)) + 1 > size)
		return (0);
	for (i = 0; i < n; i++) {
		f[i].key = keys[i];
		f[i].kind = (enum pgcopy_kind)((data[i + 1] & 0x7f) %
		    (PGCOPY_TIMESTAMPTZ + 1));
		f[i].is_array = data[i + 1] >> 7;
		check &= !is_trusted(f[i].kind);
	}
	r = json_reader_new();
	c = pgcopy_new(f, n);
	pgcopy_start(c);
	for (at = n + 1; rc == 0 && at + 2 <= size; at += len) {
		len = (size_t)data[at] << 8 | data[at + 1];
		at += 2;
		if (len > size - at)
			len = size - at;
		rc = take(c, (const char *)data + at, len, r, check, &b);
	}
	pgcopy_free(c);
	json_reader_free(r);
	buf_free(&b);
	return (0);
}
