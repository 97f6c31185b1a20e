/*
 * Values are compared with the server's own in tests/cmd/pg-dump-json-types.t;
 * here stand the stream, what a server would never send, and a few values.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "db/pgcopy.h"

#include "tap.h"

#define HEADER	"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
#define END	"\377\377"

/* A literal with its NULs. */
#define LIT(s)	(s), sizeof(s) - 1

static struct err err;

static const struct pgcopy_field one_text[] = {
	{ "a", PGCOPY_TEXT, 0 }
};

/* Decode a stream of one piece, rows joined with "|", in exactly as many bytes
 * as there are, so that ASan sees a read too far.  NULL when it is refused. */
static const char *
decode(const struct pgcopy_field *f, size_t n, const char *s, size_t len,
    struct buf *b)
{
	struct pgcopy *c = pgcopy_new(f, n);
	char *copy = malloc(len > 0 ? len : 1);
	int rc;

	b->len = 0;
	if (copy == NULL)
		abort();
	memcpy(copy, s, len);
	pgcopy_start(c);
	pgcopy_feed(c, copy, len);
	while ((rc = pgcopy_row(c, b, &err)) > 0)
		buf_putc(b, '|');
	if (rc == 0)
		rc = pgcopy_end(c, &err);
	pgcopy_free(c);
	free(copy);
	return (rc == 0 ? buf_z(b) : NULL);
}

static void
is_stream(const char *s, size_t len, const char *want, const char *title)
{
	struct buf b = { 0 };
	const char *got = decode(one_text, 1, s, len, &b);

	(void)is_text(got == NULL ? err.msg : got, strlen(got == NULL ?
	    err.msg : got), want, title);
	buf_free(&b);
}

static void
test_stream(void)
{

	is_stream(LIT(HEADER END), "", "a stream without rows");
	is_stream(LIT(HEADER "\0\1\0\0\0\1x" "\0\1\377\377\377\377" END),
	    "{\"a\":\"x\"}|{\"a\":null}|", "two rows in one piece");
	is_stream(LIT("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\3abc" END), "",
	    "a header with an extension");
	is_stream(LIT("PGCOPY\n\377\r\n\0\0\0\0\7\0\0\0\0" END), "",
	    "flags that may be ignored are");
	is_stream(LIT("PGCOPY\n\377\r\n\0\0\1\0\0\0\0\0\0" END),
	    "the server sent malformed COPY data: unknown format",
	    "flags that may not be are refused");
	is_stream(LIT("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\3ab"),
	    "the server sent malformed COPY data: header cut off",
	    "a header that is cut off");
	is_stream(LIT("id\tname\n"),
	    "the server sent malformed COPY data: no header", "text");
	is_stream(LIT(HEADER "\0\1\0\0\0\1x"),
	    "the server's COPY data ended without end mark",
	    "a stream without end");
	is_stream(LIT(HEADER END "\0\1\0\0\0\1x"),
	    "the server sent malformed COPY data: bytes after its end",
	    "a row after the end");
	is_stream(LIT(HEADER "\0\2\0\0\0\1x\0\0\0\1x"),
	    "the server sent malformed COPY data: row with the wrong number of"
	    " columns", "a column too many");
	is_stream(LIT(HEADER "\0\1\0\0\0\2x"),
	    "the server sent malformed COPY data: row cut off",
	    "a value that is cut off");
	is_stream(LIT(HEADER "\0\1\0\0\0"),
	    "the server sent malformed COPY data: row cut off",
	    "a length that is cut off");
	is_stream(LIT(HEADER "\0\1\377\377\377\376"),
	    "the server sent malformed COPY data: row cut off",
	    "a length that is negative");
}

static void
test_pieces(void)
{
	struct pgcopy *c = pgcopy_new(one_text, 1);
	struct buf b = { 0 };
	int round;

	for (round = 0; round < 2; round++) {
		b.len = 0;
		pgcopy_start(c);
		pgcopy_feed(c, LIT(HEADER));
		ok(pgcopy_row(c, &b, &err) == 0, "a header alone is no row");
		ok(pgcopy_end(c, &err) == -1, "nor is it the end");
		pgcopy_feed(c, LIT("\0\1\0\0\0\1x"));
		ok(pgcopy_row(c, &b, &err) == 1, "a piece with a row");
		ok(pgcopy_row(c, &b, &err) == 0, "and no other");
		pgcopy_feed(c, LIT(END));
		ok(pgcopy_row(c, &b, &err) == 0 && pgcopy_end(c, &err) == 0,
		    "a piece with the end");
	}
	is_text(b.s, b.len, "{\"a\":\"x\"}",
	    "a decoder can start again with another stream");
	pgcopy_free(c);
	is_text(b.s, 0, "", "nothing is left");
	buf_free(&b);
}

/* Rows without columns, and keys that need escapes. */
static void
test_keys(void)
{
	static const struct pgcopy_field odd[] = {
		{ "a\"b", PGCOPY_BOOL, 0 }, { "\xc3\xbc\n", PGCOPY_INT2, 0 }
	};
	struct buf b = { 0 };
	const char *got;

	got = decode(NULL, 0, LIT(HEADER "\0\0\0\0" END), &b);
	ok(got != NULL && strcmp(got, "{}|{}|") == 0, "rows without columns");
	got = decode(odd, 2, LIT(HEADER "\0\2\0\0\0\1\1\0\0\0\2\377\377" END),
	    &b);
	ok(got != NULL &&
	    strcmp(got, "{\"a\\\"b\":true,\"\xc3\xbc\\n\":-1}|") == 0,
	    "keys are written as JSON strings");
	buf_free(&b);
}

/* One value each: what it becomes, or why it is refused. */
static const struct {
	const char		*s;
	size_t			 len;
	enum pgcopy_kind	 kind;
	int			 is_array;
	const char		*want;
} values[] = {
	{ LIT("\xff"), PGCOPY_TEXT, 0,
	  "not valid UTF-8: byte 0xff at offset 0" },
	{ LIT("\0"), PGCOPY_TEXT, 0, "\"\\u0000\"" },
	{ LIT("1.5e+20"), PGCOPY_NUMBER, 0, "1.5e+20" },
	{ LIT("-0"), PGCOPY_NUMBER, 0, "-0" },
	{ LIT("NaN"), PGCOPY_NUMBER, 0, "\"NaN\"" },
	{ LIT("01"), PGCOPY_NUMBER, 0, "\"01\"" },
	{ LIT("1."), PGCOPY_NUMBER, 0, "\"1.\"" },
	{ LIT("1e"), PGCOPY_NUMBER, 0, "\"1e\"" },
	{ LIT("-"), PGCOPY_NUMBER, 0, "\"-\"" },
	{ LIT(""), PGCOPY_NUMBER, 0, "\"\"" },
	{ LIT("{\"a\":\r\n1}"), PGCOPY_JSON, 0, "{\"a\":  1}" },
	{ LIT(""), PGCOPY_JSON, 0, "the server sent a malformed json" },
	{ LIT("\1[1]"), PGCOPY_JSONB, 0, "[1]" },
	{ LIT("\2[1]"), PGCOPY_JSONB, 0, "the server sent a malformed jsonb" },
	{ LIT(""), PGCOPY_JSONB, 0, "the server sent a malformed jsonb" },
	{ LIT("\0\0\0"), PGCOPY_INT4, 0,
	  "the server sent a malformed value: it has the wrong size" },
	{ LIT("\200\0\0\0\0\0\0\0"), PGCOPY_INT8, 0, "-9223372036854775808" },
	{ LIT("\200\0"), PGCOPY_INT2, 0, "-32768" },
	/* Numeric: digits, weight, sign, scale. */
	{ LIT("\0\0\0\0\0\0\0\2"), PGCOPY_NUMERIC, 0, "0.00" },
	{ LIT("\0\1\0\1\100\0\0\0\0\1"), PGCOPY_NUMERIC, 0, "-10000" },
	{ LIT("\0\1\377\376\0\0\0\5\0\1"), PGCOPY_NUMERIC, 0, "0.00000" },
	{ LIT("\0\1\377\376\0\0\0\11\0\1"), PGCOPY_NUMERIC, 0,
	  "0.000000010" },
	{ LIT("\0\0\0\0\300\0\0\0"), PGCOPY_NUMERIC, 0, "\"NaN\"" },
	{ LIT("\0\0\0\0\120\0\0\0"), PGCOPY_NUMERIC, 0,
	  "the server sent a malformed numeric" },
	{ LIT("\0\1\0\0\0\0\0\0\47\20"), PGCOPY_NUMERIC, 0,
	  "the server sent a malformed numeric" },
	{ LIT("\0\2\0\0\0\0\0\0\0\1"), PGCOPY_NUMERIC, 0,
	  "the server sent a malformed numeric" },
	{ LIT("\0\1\0\1\0\0\0\0\0\0"), PGCOPY_NUMERIC, 0,
	  "the server sent a malformed numeric" },
	{ LIT("\0\0\0\1\0\0\0\0"), PGCOPY_NUMERIC, 0,
	  "the server sent a malformed numeric" },
	{ LIT("\0\0\0\0\0\0\377\377"), PGCOPY_NUMERIC, 0,
	  "the server sent a malformed numeric" },
	{ LIT("\0\0"), PGCOPY_NUMERIC, 0,
	  "the server sent a malformed numeric" },
	/* A date that no server has, and times that are none. */
	{ LIT("\177\377\377\376"), PGCOPY_DATE, 0, "\"5881610-07-10\"" },
	{ LIT("\200\0\0\1"), PGCOPY_DATE, 0, "\"5877612-06-23 BC\"" },
	{ LIT("\177\377\377\377\377\377\377\376"), PGCOPY_TIMESTAMP, 0,
	  "\"294277-01-09T04:00:54.775806\"" },
	{ LIT("\200\0\0\0\0\0\0\1"), PGCOPY_TIMESTAMPTZ, 0,
	  "\"290279-12-22T19:59:05.224193+00:00 BC\"" },
	{ LIT("\377\377\377\377\377\377\377\377"), PGCOPY_TIME, 0,
	  "the server sent a malformed time" },
	{ LIT("\0\0\0\24\35\327\140\1"), PGCOPY_TIME, 0,
	  "the server sent a malformed time" },
	{ LIT("\0\0\0\24\35\327\140\0"), PGCOPY_TIME, 0, "\"24:00:00\"" },
	/* Arrays: dimensions, nulls, type, sizes and bounds, elements. */
	{ LIT("\0\0\0\0\0\0\0\0\0\0\0\27"), PGCOPY_INT2, 1, "[]" },
	{ LIT("\0\0\0\1\0\0\0\0\0\0\0\27\0\0\0\0\0\0\0\1"), PGCOPY_INT2, 1,
	  "[]" },
	{ LIT("\0\0\0\2\0\0\0\1\0\0\0\27\0\0\0\2\0\0\0\1\0\0\0\1\0\0\0\1"
	      "\0\0\0\2\0\1\377\377\377\377"), PGCOPY_INT2, 1,
	  "[[1],[null]]" },
	{ LIT("\0\0\0\7\0\0\0\0\0\0\0\27"), PGCOPY_INT2, 1,
	  "the server sent malformed COPY data: bad array" },
	{ LIT("\0\0\0\1\0\0\0\0\0\0\0\27"), PGCOPY_INT2, 1,
	  "the server sent malformed COPY data: bad array" },
	{ LIT("\0\0\0\1\0\0\0\0\0\0\0\27\377\377\377\377\0\0\0\1"),
	  PGCOPY_INT2, 1, "the server sent malformed COPY data: bad array" },
	{ LIT("\0\0\0\3\0\0\0\0\0\0\0\27\100\0\0\0\0\0\0\1\100\0\0\0\0\0\0\1"
	      "\100\0\0\0\0\0\0\1"), PGCOPY_INT2, 1,
	  "the server sent malformed COPY data: bad array" },
	{ LIT("\0\0\0\1\0\0\0\0\0\0\0\27\0\0\0\2\0\0\0\1\0\0\0\2\0\1"),
	  PGCOPY_INT2, 1,
	  "the server sent malformed COPY data: array cut off" },
	{ LIT("\0\0\0\1\0\0\0\0\0\0\0\27\0\0\0\1\0\0\0\1\0\0\0\2\0\1x"),
	  PGCOPY_INT2, 1,
	  "the server sent malformed COPY data: array too long" },
};

static void
test_values(void)
{
	struct pgcopy_field f = { "a", PGCOPY_TEXT, 0 };
	struct buf in = { 0 }, b = { 0 };
	const char *got;
	size_t i, skip = strlen("{\"a\":");

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		in.len = 0;
		buf_put(&in, LIT(HEADER "\0\1\0\0\0"));
		buf_putc(&in, (char)values[i].len);
		buf_put(&in, values[i].s, values[i].len);
		buf_put(&in, LIT(END));
		f.kind = values[i].kind;
		f.is_array = values[i].is_array;
		got = decode(&f, 1, in.s, in.len, &b);
		if (got != NULL)
			(void)is_text(got + skip, strlen(got) - skip - 2,
			    values[i].want, values[i].want);
		else
			(void)is_text(err.msg, strlen(err.msg),
			    values[i].want, values[i].want);
	}
	ok(err.status == DIAG_FAIL, "a bad value is no fault of the input");
	f = (struct pgcopy_field){ "who", PGCOPY_INT2, 0 };
	(void)decode(&f, 1, LIT(HEADER "\0\1\0\0\0\1x" END), &b);
	is_text(err.path, strlen(err.path), "who", "its column is named");
	buf_free(&in);
	buf_free(&b);
}

int
main(void)
{

	test_stream();
	test_pieces();
	test_keys();
	test_values();
	return (tap_done());
}
