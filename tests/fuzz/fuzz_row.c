/*
 * fuzz_row - the same bytes are the same rows, however they arrive
 *
 * The first byte of an input says how the reads are cut, the rest is the
 * stream.  It is read whole from a file, then in pieces from a socket, then
 * raw; the rows and the end must be the same.  What can be read is written in
 * a frame, and must come back.
 */
#include <sys/socket.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "row/frame.h"
#include "row/input.h"
#include "row/output.h"
#include "row/row.h"

#define PIECES	100		/* more do not fit into the socket */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int good, const char *what)
{

	if (good)
		return;
	(void)fprintf(stderr, "fuzz_row: %s\n", what);
	abort();
}

static void
stdin_from(int fd)
{

	must(dup2(fd, STDIN_FILENO) == STDIN_FILENO, "dup2");
	(void)close(fd);
}

static void
whole(const char *s, size_t len)
{
	FILE *f = tmpfile();

	must(f != NULL && fwrite(s, 1, len, f) == len && fflush(f) == 0 &&
	    fseek(f, 0, SEEK_SET) == 0, "tmpfile");
	stdin_from(dup(fileno(f)));
	(void)fclose(f);
}

/* Each packet of the socket is what one read gets. */
static void
pieces(const char *s, size_t len, unsigned int seed)
{
	int fd[2], i;
	size_t n;

	must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) == 0, "socketpair");
	for (i = 1; len > 0; i++, s += n, len -= n) {
		seed = seed * 1103515245 + 12345;
		n = 1 + (seed >> 16) % 32;
		if (n > len || i == PIECES)
			n = len;
		must(write(fd[1], s, n) == (ssize_t)n, "write");
	}
	(void)close(fd[1]);
	stdin_from(fd[0]);
}

/* All that an input says, as text; its rows also to ${out}.  Return how it
 * ended. */
static enum input_status
read_rows(const struct input_opts *opts, struct buf *b, struct output *out)
{
	struct input *in = input_open(NULL, opts);
	struct err err = ERR_INIT;
	enum input_status st;
	char place[256];
	struct row *row;

	b->len = 0;
	while ((st = input_next(in, &row, &err)) == INPUT_ROW ||
	    st == INPUT_BAD) {
		buf_printf(b, "%d %ju %ju ", st, (uintmax_t)row->line,
		    (uintmax_t)row->offset);
		buf_put(b, row->s, row->len);
		if (st == INPUT_BAD)
			buf_printf(b, " %s %s", input_place(in, &err, place,
			    sizeof(place)), err.msg);
		buf_putc(b, '\n');
		must(st == INPUT_BAD || row->len > 0, "an empty row");
		if (out != NULL && st == INPUT_ROW)
			must(output_row(out, row, &err) == 0, "output_row");
	}
	if (st == INPUT_FAIL)
		buf_printf(b, "%d %s %s", err.status, input_place(in, &err,
		    place, sizeof(place)), err.msg);
	else
		buf_printf(b, "end %ju", (uintmax_t)input_bytes(in));
	input_close(in);
	return (st);
}

/* Raw rows, by runs and one by one: their bytes with LF, and the end. */
static void
read_raw(const struct input_opts *opts, int runs, struct buf *b)
{
	struct input *in = input_open(NULL, opts);
	struct err err = ERR_INIT;
	enum input_status st;
	struct row *row;
	const char *s;
	uint64_t rows;
	size_t len;

	b->len = 0;
	while ((st = input_next(in, &row, &err)) == INPUT_ROW ||
	    st == INPUT_BAD) {
		buf_put(b, row->s, row->len);
		buf_putc(b, '\n');
		while (runs && input_run(in, &s, &len, &rows)) {
			must(s[len - 1] == '\n', "half a line in a run");
			buf_put(b, s, len);
		}
	}
	buf_printf(b, "%d %ju %s", st, (uintmax_t)input_rows(in),
	    st == INPUT_FAIL ? err.msg : "");
	input_close(in);
}

static void
same(const struct buf *a, const struct buf *b, const char *what)
{

	must(a->len == b->len && memcmp(a->s, b->s, a->len) == 0, what);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_opts opts = { .limit = UINT64_MAX };
	const char *s = (const char *)data + 1;
	struct buf a = { 0 }, b = { 0 };
	struct err err = ERR_INIT;
	struct output *out;
	FILE *f;

	if (size < 1 || size > 4096)
		return (0);
	size--;
	opts.max_line = data[0] & 1 ? 64 : 0;

	whole(s, size);
	must((f = tmpfile()) != NULL, "tmpfile");
	out = output_open(fileno(f), "output");
	output_frame_file(out);
	(void)read_rows(&opts, &a, out);
	must(output_close(out, &err) == 0, "output_close");

	pieces(s, size, data[0]);
	(void)read_rows(&opts, &b, NULL);
	same(&a, &b, "pieces are not the whole");

	must(fseek(f, 0, SEEK_SET) == 0, "fseek");
	stdin_from(dup(fileno(f)));
	(void)fclose(f);
	opts.max_line = 0;
	opts.require_frame = 1;
	must(read_rows(&opts, &b, NULL) == INPUT_END,
	    "what was written is not whole");
	opts.require_frame = 0;

	opts.raw = 1;
	opts.max_line = data[0] & 1 ? 64 : 0;
	whole(s, size);
	read_raw(&opts, 0, &a);
	pieces(s, size, data[0]);
	read_raw(&opts, 1, &b);
	same(&a, &b, "raw runs are not the rows");
	buf_free(&a);
	buf_free(&b);
	return (0);
}
