/*
 * output - rows written, taken back, framed and digested; and row - the
 * replacements that are written with them
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "row/frame.h"
#include "row/output.h"
#include "row/row.h"
#include "tap.h"

#define STREAM	"{\"@stream\":{\"v\":1,\"source\":\"file\"}}"

static struct err err = ERR_INIT;

static int
scratch(void)
{
	char name[] = "/tmp/rowpipe-unit.XXXXXX";
	int fd = mkstemp(name);

	if (fd == -1 || unlink(name) != 0)
		abort();
	return (fd);
}

/* All that was written to ${fd}, which is closed. */
static void
content(int fd, struct buf *b)
{
	ssize_t n;

	b->len = 0;
	if (lseek(fd, 0, SEEK_SET) != 0)
		abort();
	while ((n = read(fd, buf_need(b, 65536), 65536)) > 0)
		b->len += (size_t)n;
	(void)close(fd);
}

static void
put(struct output *out, const char *s)
{

	buf_puts(output_begin(out), s);
	if (output_commit(out, &err) != 0)
		abort();
}

static void
test_rows(void)
{
	struct buf b = { 0 };
	int fd = scratch();
	struct output *out = output_open(fd, "x");

	put(out, "{\"a\":1}");
	buf_puts(output_begin(out), "{\"half");
	output_rollback(out);
	put(out, "{}");
	ok(output_rows(out) == 2 && output_bytes(out) == 11,
	    "rows and bytes are counted");
	ok(output_lines(out, "{}\n{}\n", 6, 2, &err) == 0 &&
	    output_rows(out) == 4, "lines are counted as rows");
	ok(output_flush(out, &err) == 0 && output_bytes(out) == 17,
	    "bytes stay counted when they are written");
	buf_puts(output_begin(out), "{\"half");
	ok(output_close(out, &err) == 0, "closes");
	content(fd, &b);
	(void)is_text(b.s, b.len, "{\"a\":1}\n{}\n{}\n{}\n",
	    "what is not committed is not written");
	buf_free(&b);
}

static void
test_mark(void)
{
	struct buf b = { 0 };
	int fd = scratch(), i;
	struct output *out = output_open(fd, "x");

	put(out, "1");
	ok(output_mark(out, &err) == 0, "marks");
	for (i = 0; i < 100000; i++)
		put(out, "{\"much\":1}");
	output_rollback(out);
	ok(output_rows(out) == 1 && output_bytes(out) == 2,
	    "rows after a mark can be taken back, however many");
	put(out, "2");
	ok(output_mark(out, &err) == 0, "marks again");
	put(out, "3");
	buf_puts(output_begin(out), "half");
	output_rollback(out);
	ok(output_close(out, &err) == 0, "closes");
	content(fd, &b);
	(void)is_text(b.s, b.len, "1\n2\n", "what was before a mark stays");
	buf_free(&b);
}

static void
test_frame(void)
{
	char hex[DIGEST_HEX + 1], all[DIGEST_HEX + 1];
	struct digest *d = digest_new(), *sum = digest_new();
	struct buf b = { 0 }, end = { 0 };
	int fd = scratch(), i;
	struct output *out = output_open(fd, "x");

	output_digest(out, d);
	output_frame_file(out);
	for (i = 0; i < 50000; i++)
		put(out, "{\"a\":1}");
	ok(output_lines(out, b.s, 0, 0, &err) == 0, "no lines are fine");
	ok(output_rows(out) == 50000 && output_bytes(out) == 400000,
	    "the lines of the frame are no rows");
	ok(output_flush(out, &err) == 0, "flushes");
	digest_hex(d, hex);
	ok(output_close(out, &err) == 0, "closes");
	content(fd, &b);
	ok(memcmp(b.s, STREAM "\n{\"a\":1}\n{\"a\":1}\n",
	    strlen(STREAM) + 17) == 0, "@stream comes first");
	digest_add(sum, b.s + strlen(STREAM) + 1, 400000);
	digest_hex(sum, all);
	(void)is_text(hex, DIGEST_HEX, all, "the digest is of the rows");
	frame_put_end(&end, 50000, sum);
	buf_putc(&end, '\n');
	(void)is_text(b.s + b.len - end.len, end.len, buf_z(&end),
	    "@end comes last");

	fd = scratch();
	out = output_open(fd, "x");
	output_frame_file(out);
	put(out, "{}");
	buf_puts(output_begin(out), "{\"half");
	output_abandon(out);
	content(fd, &b);
	(void)is_text(b.s, b.len, STREAM "\n{}\n",
	    "what is abandoned has no @end");
	output_abandon(NULL);
	digest_free(d);
	digest_free(sum);
	buf_free(&b);
	buf_free(&end);
}

static void
test_failure(void)
{
	int fd[2];
	struct output *out;

	if (pipe(fd) != 0)
		abort();
	/* The end for reading cannot be written. */
	out = output_open(fd[0], "the pipe");
	put(out, "{}");
	ok(output_flush(out, &err) == -1 && err.status == DIAG_FAIL,
	    "a failed write is told");
	(void)is_text(err.msg, strlen(err.msg),
	    "could not write the pipe: Bad file descriptor", "with its reason");
	ok(output_flush(out, &err) == -1 && err.status == DIAG_FAIL,
	    "and stays one");
	ok(output_close(out, &err) == -1, "to the end");
	(void)close(fd[0]);
	(void)close(fd[1]);
}

/* A file system may tell only at the end that it could not write. */
static void
test_standard_output(void)
{
	struct output *out = output_open(STDOUT_FILENO, "standard output");
	int rc, kept;

	(void)fflush(stdout);
	if ((kept = dup(STDOUT_FILENO)) == -1)
		abort();
	(void)close(STDOUT_FILENO);
	rc = output_close(out, &err);
	if (dup2(kept, STDOUT_FILENO) == -1)
		abort();
	(void)close(kept);
	ok(rc == -1 && err.status == DIAG_FAIL,
	    "standard output that cannot be closed is a failure");
	(void)is_text(err.msg, strlen(err.msg),
	    "could not write standard output: Bad file descriptor",
	    "with its reason");
}

static void
test_replace(void)
{
	static const char line[] = "{\"a\":\"x\",\"b\":[1,2],\"c\":null}";
	struct json_reader *r = json_reader_new();
	struct row row = { .s = line, .len = sizeof(line) - 1, .file = "f\n",
	    .line = 7 };
	struct buf b = { 0 };
	char place[40];
	int fd = scratch();
	struct output *out = output_open(fd, "x");

	if (json_read_object(r, line, row.len, &err) != 0)
		abort();
	row.fields = r->fields;
	row.nfields = r->nfields;
	ok(row_find(&row, "b", 1) == 1 && row_find(&row, "x", 1) == -1,
	    "fields are found by name");
	ok(output_row(out, &row, &err) == 0, "a row is written as it came");
	row_replace(&row, &row.fields[2].value, "true", 4);
	row_replace(&row, &row.fields[0].value, "\"longer\"", 8);
	row_replace(&row, &row.fields[1].value, "", 0);
	ok(output_row(out, &row, &err) == 0 && output_rows(out) == 2,
	    "or with its replacements");
	ok(output_close(out, &err) == 0, "closes");
	content(fd, &b);
	(void)is_text(b.s, b.len, "{\"a\":\"x\",\"b\":[1,2],\"c\":null}\n"
	    "{\"a\":\"longer\",\"b\":,\"c\":true}\n",
	    "replacements may come in any order");

	err.pos = ERR_NOPOS;
	(void)is_text(place, strlen(row_place(&row, &err, place,
	    sizeof(place))), "f:7", "a place is a file and a line");
	err.pos = 5;
	(void)is_text(place, strlen(row_place(&row, &err, place,
	    sizeof(place))), "f:7:6", "or a column as well");
	row.line = 0;
	(void)is_text(place, strlen(row_place(&row, &err, place,
	    sizeof(place))), "f", "or the file only");
	free(row.edits);
	json_reader_free(r);
	buf_free(&b);
}

static void
test_frame_keys(void)
{
	ok(frame_escape_needed(1, "@end", 4) && frame_escape_needed(1, "@", 1),
	    "a single key with @ needs another");
	ok(!frame_escape_needed(2, "@end", 4) &&
	    !frame_escape_needed(1, "end@", 4) &&
	    !frame_escape_needed(1, "", 0), "no other key does");
	ok(frame_maybe("{\"@", 3) && frame_maybe(" {\t\"\\u", 7) &&
	    !frame_maybe("{\"a", 3) && !frame_maybe("{}", 2) &&
	    !frame_maybe("{\"", 2) && !frame_maybe("", 0),
	    "a look tells what may be of a frame");
}

int
main(void)
{

	test_rows();
	test_mark();
	test_frame();
	test_failure();
	test_standard_output();
	test_replace();
	test_frame_keys();
	return (tap_done());
}
