/*
 * input - lines, bad lines, files, limits and frames
 */
#include <sys/socket.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "row/frame.h"
#include "row/input.h"
#include "row/row.h"
#include "tap.h"

static const struct input_opts plain = { .limit = UINT64_MAX };

/* Make ${len} bytes at ${s} standard input: as a file, or, with ${step}, as
 * a socket from which each read gets so many. */
static void
set_stdin(const char *s, size_t len, size_t step)
{
	char name[] = "/tmp/rowpipe-unit.XXXXXX";
	int fd[2];
	size_t n;

	if (step == 0) {
		fd[0] = mkstemp(name);
		(void)unlink(name);
		if (write(fd[0], s, len) != (ssize_t)len ||
		    lseek(fd[0], 0, SEEK_SET) != 0)
			abort();
	} else {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) != 0)
			abort();
		for (; len > 0; s += n, len -= n) {
			n = len < step ? len : step;
			if (write(fd[1], s, n) != (ssize_t)n)
				abort();
		}
		(void)close(fd[1]);
	}
	(void)dup2(fd[0], STDIN_FILENO);
	(void)close(fd[0]);
}

/* What an input says, one line for each answer, as far as a string goes. */
static void
trace(struct input *in, struct buf *b)
{
	struct err err = ERR_INIT;
	enum input_status st;
	char place[256];
	struct row *row;

	b->len = 0;
	while ((st = input_next(in, &row, &err)) == INPUT_ROW ||
	    st == INPUT_BAD) {
		buf_puts(b, st == INPUT_ROW ? "row " : "bad ");
		buf_put(b, row->s, row->len);
		if (st == INPUT_BAD)
			buf_printf(b, " %s", input_place(in, &err, place,
			    sizeof(place)));
		buf_putc(b, '\n');
	}
	if (st == INPUT_END)
		buf_puts(b, "end\n");
	else
		buf_printf(b, "fail %d %s: %s\n", err.status,
		    input_place(in, &err, place, sizeof(place)), err.msg);
	ok(input_next(in, &row, &err) == st, "stays at its end");
}

static void
is_traced(const char *text, size_t len, const struct input_opts *opts,
    const char *want, const char *title)
{
	static const size_t steps[] = { 0, 3, 7 };
	struct buf got = { 0 };
	struct input *in;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		set_stdin(text, len, steps[i]);
		in = input_open(NULL, opts);
		trace(in, &got);
		(void)is_text(got.s, strlen(buf_z(&got)), want, title);
		input_close(in);
	}
	buf_free(&got);
}

static void
test_lines(void)
{
	static const struct {
		const char	*title, *text, *want;
	} cases[] = {
		{ "no input has no rows", "", "end\n" },
		{ "each line is a row", "{\"a\":1}\n{}\n",
		    "row {\"a\":1}\nrow {}\nend\n" },
		{ "a last line without newline is a row", "{}\n{\"a\":1}",
		    "row {}\nrow {\"a\":1}\nend\n" },
		{ "an empty line is none", "\n\n{}\n\n\n{}\n\n",
		    "row {}\nrow {}\nend\n" },
		{ "CRLF is read as LF", "{}\r\n\r\n{\"a\":1}\r\n{}\r",
		    "row {}\nrow {\"a\":1}\nrow {}\nend\n" },
		{ "blanks around an object stay", " {}\t\n",
		    "row  {}\t\nend\n" },
		{ "a bad line does not end the input",
		    "{}\n{\"a\":}\n[]\n{}\n",
		    "row {}\nbad {\"a\":} stdin:2:6\nbad [] stdin:3:1\n"
		    "row {}\nend\n" },
		{ "empty lines count as lines", "\n\r\n{]\n",
		    "bad {] stdin:3:2\nend\n" },
		{ "columns are characters", "{\"\xc3\xa9\xe2\x82\xac\":}\n",
		    "bad {\"\xc3\xa9\xe2\x82\xac\":} stdin:1:7\nend\n" },
		{ "a byte order mark is bad", "\xef\xbb\xbf{}\n{}\n",
		    "bad \xef\xbb\xbf{} stdin:1:1\nrow {}\nend\n" },
		{ "a cut last line is bad", "{}\n{\"a\":\"b",
		    "row {}\nbad {\"a\":\"b stdin:2:8\nend\n" },
		{ "any CR at the end belongs to the line end",
		    "{}\r\r\n\r\r\r\n\r{}\r\r\r",
		    "row {}\nrow \r{}\nend\n" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_traced(cases[i].text, strlen(cases[i].text), &plain,
		    cases[i].want, cases[i].title);
	is_traced("{}\n{\0}\n", 7, &plain, "row {}\nbad {", "a NUL is bad");
}

#define STREAM	"{\"@stream\":{\"v\":1,\"source\":\"file\"}}\n"

/* A stream with the frame that belongs to ${rows}. */
static void
put_framed(struct buf *b, const char *rows, uint64_t n)
{
	struct digest *d = digest_new();

	digest_add(d, rows, strlen(rows));
	buf_puts(b, STREAM);
	buf_puts(b, rows);
	frame_put_end(b, n, d);
	buf_putc(b, '\n');
	digest_free(d);
}

static void
is_framed(const char *text, const char *want, const char *title)
{

	is_traced(text, strlen(text), &plain, want, title);
}

#define HEX0 \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define END0	"{\"@end\":{\"rows\":0,\"sha256\":\"" HEX0 "\"}}\n"
#define ENDED	"the stream ended before its @end line\n"

static void
test_frames(void)
{
	struct buf b = { 0 };

	put_framed(&b, "{\"a\":1}\n{\"b\":2}\n", 2);
	is_framed(buf_z(&b), "row {\"a\":1}\nrow {\"b\":2}\nend\n",
	    "a frame that matches is read");
	put_framed(&b, "{}\n", 1);
	is_framed(buf_z(&b),
	    "row {\"a\":1}\nrow {\"b\":2}\nrow {}\nend\n",
	    "a whole stream may follow another");
	buf_puts(&b, "{}\n");
	is_framed(buf_z(&b), "row {\"a\":1}\nrow {\"b\":2}\nrow {}\n"
	    "fail 5 stdin:8: row after the @end line\n",
	    "a row after @end is refused");
	buf_free(&b);

	is_framed(STREAM END0, "end\n", "a frame around no rows is whole");
	is_framed(" { \"@stream\" : {\"v\":1} }\r\n\n" END0, "end\n",
	    "the lines of a frame may be laid out otherwise");
	is_framed(STREAM "{\"\\u0040end\":{\"rows\":0,\"sha256\":\"" HEX0
	    "\"}}\n", "end\n", "a key is the same however it is escaped");
	is_framed(STREAM "{\"@end\":{\"rows\":0,\"sha256\":\"" HEX0 "\"}}",
	    "fail 5 stdin:2: the @end line does not end in a newline\n",
	    "@end without its newline was cut off");
	is_framed(STREAM, "fail 5 stdin: " ENDED, "@end must come");
	is_framed(STREAM "{}\n", "row {}\nfail 5 stdin: " ENDED,
	    "@end must come after rows");
	is_framed(STREAM "{}\n{\"a", "row {}\nfail 5 stdin:3: " ENDED,
	    "a cut row within a frame is a cut stream");
	is_framed(STREAM "{}\n" END0, "row {}\nfail 5 stdin:3: the stream does"
	    " not match its frame: @end says 0 rows, 1 came\n",
	    "the rows must be as many as @end says");
	is_framed(STREAM "{}\n{\"@end\":{\"rows\":1,\"sha256\":\"" HEX0
	    "\"}}\n", "row {}\nfail 5 stdin:3: the stream does not match its"
	    " frame: the digest of the rows is not what @end says\n",
	    "the rows must be those of the digest");
	is_framed(END0, "fail 5 stdin:1: @end line without its @stream line\n",
	    "@end alone is refused");
	is_framed("{}\n" STREAM, "row {}\n"
	    "fail 5 stdin:2: @stream line after rows without a frame\n",
	    "@stream after rows is refused");
	is_framed(STREAM STREAM, "fail 5 stdin:2: @stream line before the @end"
	    " line of the stream before it\n", "frames do not nest");
	is_framed("{\"@stream\":{\"v\":2}}\n", "fail 3 stdin:1: @stream line"
	    " of version 2: only version 1 is known\n",
	    "a version not known is refused");
	is_framed("{\"@stream\":3}\n",
	    "fail 3 stdin:1: @stream line without a version\n",
	    "@stream must be an object");
	is_framed(STREAM "{\"@end\":{\"rows\":0}}\n", "fail 5 stdin:2: @end"
	    " line without row count and digest\n", "@end needs a digest");
	is_framed("{\"@id\":1}\n{\"@stream\":1,\"x\":2}\n{\"@@end\":3}\n",
	    "row {\"@id\":1}\nrow {\"@stream\":1,\"x\":2}\n"
	    "row {\"@@end\":3}\nend\n", "other keys with @ are data");
}

/* The digest is of the rows as they are read. */
static void
test_frame_digest(void)
{
	static const char rows[] = "{\"a\":1}\n{\"b\":2}\n{]\n";
	struct buf b = { 0 }, crlf = { 0 };
	size_t i;

	put_framed(&b, rows, 3);
	for (i = 0; i < b.len; i++) {
		if (b.s[i] == '\n')
			buf_puts(&crlf, "\r\n\r");
		buf_putc(&crlf, b.s[i]);
	}
	is_framed(buf_z(&crlf), "row {\"a\":1}\nrow {\"b\":2}\n"
	    "bad {] stdin:7:2\nend\n",
	    "a frame survives CRLF, empty lines and bad rows");
	buf_free(&b);
	buf_free(&crlf);
}

static void
test_options(void)
{
	const struct input_opts two = { .limit = 2 };
	const struct input_opts none = { .limit = 0 };
	const struct input_opts strict = {
		.limit = UINT64_MAX, .require_frame = 1
	};
	const struct input_opts brief = {
		.limit = UINT64_MAX, .max_line = 8
	};
	const struct input_opts raw = { .limit = UINT64_MAX, .raw = 1 };
	const struct input_opts sink = { .limit = UINT64_MAX, .sink = 1 };

#define T(opts, text, want, title) \
	is_traced(text, strlen(text), opts, want, title)
	T(&two, "{}\n[]\n{\"a\":1}\n", "row {}\nbad [] stdin:2:1\nend\n",
	    "a limit counts bad rows as well");
	T(&two, STREAM "{}\n{}\n{}\n", "row {}\nrow {}\nend\n",
	    "what is beyond the limit need not be whole");
	T(&none, "{}\n", "end\n", "a limit of none gives none");
	T(&none, STREAM "{}\n", "end\n",
	    "a limit of none gives none of a frame");
	T(&strict, "{}\n",
	    "fail 5 stdin:1: the stream does not begin with @stream\n",
	    "a frame can be required");
	T(&strict, "", "fail 5 stdin: the stream has no frame\n",
	    "nothing at all has no frame");
	T(&strict, STREAM END0, "end\n", "a frame that is required may come");
	T(&brief, "{\"a\":1 }\n{}\n{\"a\":100}\n{}\n", "row {\"a\":1 }\n"
	    "row {}\nfail 3 stdin:3: line longer than 8 bytes (--max-line)\n",
	    "a line too long ends the input");
	T(&brief, "{}\n{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "row {}\n"
	    "fail 3 stdin:2: line longer than 8 bytes (--max-line)\n",
	    "a line too long is not read to its end");
	T(&raw, "{}\n}{\r\n\nx\n{\"a\":1}", "row {}\nrow }{\nrow x\n"
	    "row {\"a\":1}\nend\n", "raw lines are not looked into");
	T(&raw, "x\n{\"a\":", "row x\nbad {\"a\": stdin:2:6\nend\n",
	    "a raw last line without newline must be a row");
	T(&raw, STREAM "{}\n" END0, "row {}\nfail 5 stdin:3: the stream does"
	    " not match its frame: @end says 0 rows, 1 came\n",
	    "frames of raw lines are kept");
	T(&sink, "{\"@@end\":1}\n{\"\\u0040@@x\" : [2]}\n{\"@@a\":1,\"b\":2}\n"
	    "{\"@\":1}\n", "row {\"@end\":1}\nrow {\"@@x\" : [2]}\n"
	    "row {\"@@a\":1,\"b\":2}\nrow {\"@\":1}\nend\n",
	    "a sink gets escaped rows as they were meant");
#undef T
}

/* Lines much longer than one read, and reads that end anywhere in them. */
static void
test_long_lines(void)
{
	struct input_opts opts = plain;
	struct err err = ERR_INIT;
	size_t sizes[] = { 100, 300000, 10, 262144, 2000000, 1 }, i;
	struct buf b = { 0 };
	struct input *in;
	struct row *row;

	for (i = 0; i < 6; i++) {
		size_t n;

		buf_puts(&b, "{\"a\":\"");
		for (n = 0; n < sizes[i]; n++)
			buf_putc(&b, (char)('a' + (n + i) % 26));
		buf_puts(&b, "\"}\n");
	}
	set_stdin(b.s, b.len, 0);
	in = input_open(NULL, &opts);
	ok(input_size(in) == b.len, "knows the size of a file");
	for (i = 0; i < 6; i++) {
		if (input_next(in, &row, &err) != INPUT_ROW ||
		    row->len != sizes[i] + 8 || row->line != i + 1 ||
		    memcmp(row->s, b.s + row->offset, row->len) != 0)
			break;
	}
	ok(i == 6, "lines longer than a read are rows");
	ok(input_next(in, &row, &err) == INPUT_END, "and so ends the input");
	ok(input_rows(in) == 6 && input_bytes(in) == b.len,
	    "all rows and bytes are counted");
	input_close(in);
	opts.max_line = 1000000;
	set_stdin(b.s, b.len, 0);
	in = input_open(NULL, &opts);
	for (i = 0; input_next(in, &row, &err) == INPUT_ROW; i++)
		continue;
	ok(i == 4 && strcmp(err.msg,
	    "line longer than 1000000 bytes (--max-line)") == 0,
	    "a long line may be too long");
	input_close(in);
	buf_free(&b);
}

static const char *
file_of(char *name, const char *text)
{
	int fd;

	(void)snprintf(name, 40, "/tmp/rowpipe-unit.XXXXXX");
	if ((fd = mkstemp(name)) == -1 || write(fd, text, strlen(text)) < 0)
		abort();
	(void)close(fd);
	return (name);
}

static void
is_joined(const char *first, const char *second, const char *want,
    const char *title)
{
	char a[40], b[40], *files[] = { a, b, NULL };
	struct buf got = { 0 };
	struct input *in;

	(void)file_of(a, first);
	(void)file_of(b, second);
	in = input_open(files, &plain);
	ok(input_is_files(in), "files are files");
	trace(in, &got);
	/* The names differ from run to run. */
	if (got.len > sizeof(a) && strstr(buf_z(&got), "/tmp/") != NULL) {
		char *at = strstr(got.s, "/tmp/");

		memmove(at, at + 24, strlen(at + 24) + 1);
		got.len -= 24;
	}
	(void)is_text(got.s, got.len, want, title);
	input_close(in);
	buf_free(&got);
	(void)unlink(a);
	(void)unlink(b);
}

static void
test_files(void)
{
	char *missing[] = { NULL, NULL };
	char name[] = "/no/such/file";
	struct buf got = { 0 };
	struct input *in;

	is_joined("{}\n{\"a\":1}", "{\"b\":2}\n",
	    "row {}\nrow {\"a\":1}\nrow {\"b\":2}\nend\n",
	    "files follow each other");
	is_joined(STREAM END0, STREAM END0, "end\n",
	    "each file has a frame of its own");
	is_joined(STREAM END0, "{}\n",
	    "fail 5 :1: the stream does not begin with @stream\n",
	    "after a frame an unframed file is refused");
	is_joined(STREAM END0, "", "fail 5 : the stream has no frame\n",
	    "after a frame an empty file is refused");
	is_joined("{}\n", STREAM END0, "row {}\n"
	    "fail 5 :1: @stream line after rows without a frame\n",
	    "after rows without a frame a framed file is refused");
	is_joined(STREAM, END0, "fail 5 : " ENDED,
	    "a frame ends in its own file");

	missing[0] = name;
	in = input_open(missing, &plain);
	ok(!input_is_files(in) && input_size(in) == 0,
	    "the size of a file that is not there is not known");
	trace(in, &got);
	(void)is_text(got.s, got.len, "fail 4 /no/such/file: could not open:"
	    " No such file or directory\n", "a missing file ends the input");
	input_close(in);
	buf_free(&got);
}

static void
test_run(void)
{
	static const char text[] = "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\r\n"
	    "{\"a\":4}\n{\"@x\":5}\n\n{\"a\":6}\n";
	const struct input_opts raw = { .limit = 5, .raw = 1 };
	struct err err = ERR_INIT;
	struct input *in;
	struct row *row;
	const char *s;
	uint64_t n = 0;
	size_t len = 0;

	set_stdin(text, sizeof(text) - 1, 0);
	in = input_open(NULL, &raw);
	ok(!input_run(in, &s, &len, &n), "no run before the first line");
	(void)input_next(in, &row, &err);
	ok(input_run(in, &s, &len, &n) && n == 1, "a run ends before CR");
	(void)is_text(s, len, "{\"a\":2}\n", "a run is lines");
	ok(!input_run(in, &s, &len, &n), "a line with CR is in no run");
	(void)input_next(in, &row, &err);
	(void)is_text(row->s, row->len, "{\"a\":3}", "it is a row of its own");
	ok(row->line == 3, "rows of runs count as lines");
	ok(input_run(in, &s, &len, &n) && n == 1,
	    "a run ends before what may be of a frame");
	(void)input_next(in, &row, &err);
	(void)is_text(row->s, row->len, "{\"@x\":5}", "and that is a row");
	ok(!input_run(in, &s, &len, &n) &&
	    input_next(in, &row, &err) == INPUT_END && input_rows(in) == 5,
	    "runs keep to the limit");
	input_close(in);
}

static void
test_waiting(void)
{
	struct err err = ERR_INIT;
	struct input *in;
	struct row *row;
	int fd[2];

	if (pipe(fd) != 0 || dup2(fd[0], STDIN_FILENO) != 0)
		abort();
	(void)close(fd[0]);
	in = input_open(NULL, &plain);
	ok(input_may_wait(in), "an empty pipe may wait");
	ok(write(fd[1], "{}\n{}\n{", 7) == 7, "(some rows)");
	(void)input_next(in, &row, &err);
	ok(!input_may_wait(in), "no wait while a line is at hand");
	(void)input_next(in, &row, &err);
	ok(input_may_wait(in), "half a line may wait");
	(void)close(fd[1]);
	ok(input_next(in, &row, &err) == INPUT_BAD, "and is a bad line then");
	ok(!input_may_wait(in), "the end of a pipe does not wait");
	input_close(in);
	ok(setenv("ROWPIPE_FRAME", "1", 1) == 0, "(ROWPIPE_FRAME=1)");
	set_stdin("", 0, 1);
	in = input_open(NULL, &plain);
	ok(input_next(in, &row, &err) == INPUT_FAIL &&
	    err.status == DIAG_INCOMPLETE,
	    "an empty pipe where frames are the rule is incomplete");
	input_close(in);
	(void)unsetenv("ROWPIPE_FRAME");
}

int
main(void)
{

	test_lines();
	test_frames();
	test_frame_digest();
	test_options();
	test_long_lines();
	test_files();
	test_run();
	test_waiting();
	return (tap_done());
}
