#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "row/frame.h"
#include "row/input.h"
#include "row/row.h"

/* Measured: smaller reads cost calls, larger ones leave the cache. */
#define READ_SIZE	((size_t)128 << 10)

/* Where a stream (a file, or a part of one that has its own frame) stands. */
enum stream_state {
	STREAM_NEW,		/* nothing read yet */
	STREAM_PLAIN,		/* rows without a frame */
	STREAM_FRAMED,		/* after @stream */
	STREAM_ENDED		/* after a good @end */
};

struct input {
	struct input_opts	 opts;
	char *const		*files;		/* all of them; NULL: stdin */
	size_t			 nfile;		/* the next to open */

	/* The file at hand. */
	int			 fd;		/* -1: none */
	mode_t			 type;		/* of it, as S_IFMT has them */
	int			 eof;
	enum stream_state	 state;

	/* What was read of it: consumed up to pos, whole lines up to lines. */
	char			*buf;
	size_t			 cap, pos, lines, end;
	uint64_t		 base;		/* offset of buf[0] */

	/* The line read last. */
	int			 has_lf;	/* it ended with LF */
	int			 has_cr;	/* CR stood at its end */
	size_t			 next;		/* where the next one begins */

	/* The frame at hand. */
	struct digest		*digest;
	size_t			 span;		/* rows from here to pos are not
						   digested yet */
	uint64_t		 frame_rows;
	char			*stream;	/* the first @stream line */
	int			 framed;	/* so must be all that follow */

	struct json_reader	*reader;
	struct row		 row;
	uint64_t		 rows, bytes;	/* bytes: of files done with */
	int			 begun;		/* a first line was seen */
	int			 over;
	enum input_status	 last;		/* the answer once it is over */
};

struct input *
input_open(char *const files[], const struct input_opts *opts)
{
	struct input *in = mem_alloc(sizeof(*in));

	in->opts = *opts;
	if (in->opts.max_line == 0)
		in->opts.max_line = INPUT_MAX_LINE;
	if (in->opts.max_line > JSON_TEXT_MAX)
		in->opts.max_line = JSON_TEXT_MAX;
	in->files = files != NULL && files[0] != NULL ? files : NULL;
	in->fd = -1;
	in->reader = json_reader_new();
	in->row.arena = arena_new();
	in->row.file = "stdin";
	return (in);
}

/* The name of file ${i}, NULL for standard input; 0 when there is none. */
static int
file_name(const struct input *in, size_t i, const char **name)
{

	if (in->files == NULL ? i > 0 : in->files[i] == NULL)
		return (0);
	*name = in->files == NULL || strcmp(in->files[i], "-") == 0 ? NULL :
	    in->files[i];
	return (1);
}

/* End for good with the failure in ${err}. */
static enum input_status
fail(struct input *in, struct err *err, int status)
{

	if (err->status == 0)
		(void)err_status(err, status);
	in->over = 1;
	in->last = INPUT_FAIL;
	return (INPUT_FAIL);
}

static enum input_status
end(struct input *in)
{

	in->over = 1;
	in->last = INPUT_END;
	return (INPUT_END);
}

/* Open the next file.  Return 1, 0 when all were read, -1 on failure. */
static int
open_next(struct input *in, struct err *err)
{
	const char *name;
	struct stat st;

	if (!file_name(in, in->nfile, &name))
		return (0);
	in->nfile++;
	in->row.file = name == NULL ? "stdin" : name;
	in->row.line = 0;
	in->fd = name == NULL ? STDIN_FILENO : io_open(name, O_RDONLY, 0);
	if (in->fd == -1)
		return (err_sys(err, "could not open"));
	in->type = fstat(in->fd, &st) == 0 ? st.st_mode : 0;
	in->eof = 0;
	in->pos = in->lines = in->end = in->span = 0;
	in->base = 0;
	in->state = STREAM_NEW;
	return (1);
}

static void
close_file(struct input *in)
{

	if (in->fd > STDIN_FILENO)
		(void)close(in->fd);
	in->fd = -1;
	in->bytes += in->base + in->end;
	in->base = in->pos = in->lines = in->end = 0;
}

/* Take what is not digested yet, up to ${upto}, into the digest of the frame
 * at hand, and go on at ${next}.  What stands between them is no part of a
 * row.  Few rows need this call: it is made for many at a time. */
static void
digest_span(struct input *in, size_t upto, size_t next)
{

	if (in->state == STREAM_FRAMED && upto > in->span)
		digest_add(in->digest, in->buf + in->span, upto - in->span);
	in->span = next;
}

/* The end of the last whole line in [from, to), or 0. */
static size_t
last_line(const char *buf, size_t from, size_t to)
{

	/* Without this look, long lines would be scanned byte by byte. */
	if (memchr(buf + from, '\n', to - from) == NULL)
		return (0);
	while (buf[to - 1] != '\n')
		to--;
	return (to);
}

static int
too_long(const struct input *in, struct err *err)
{

	return (err_set(err, "line longer than %" PRIu64 " bytes"
	    " (--max-line)", in->opts.max_line));
}

/* Read more; what is not consumed moves to the front of the buffer. */
static int
fill(struct input *in, struct err *err)
{
	ssize_t n;

	digest_span(in, in->pos, in->pos);
	if (in->end - in->pos > in->opts.max_line) {
		in->row.line++;
		return (too_long(in, err));
	}
	if (in->pos > 0)
		memmove(in->buf, in->buf + in->pos, in->end - in->pos);
	in->base += in->pos;
	in->end -= in->pos;
	in->pos = in->lines = in->span = 0;
	if (in->end >= in->cap / 2)
		in->buf = mem_grow(in->buf, &in->cap, in->cap + READ_SIZE, 1);
	n = io_read(in->fd, in->buf + in->end, in->cap - in->end);
	if (n < 0) {
		in->row.line = 0;
		return (err_sys(err, "could not read"));
	}
	if (n == 0)
		in->eof = 1;
	else
		in->lines = last_line(in->buf, in->end, in->end + (size_t)n);
	if ((size_t)n < in->cap - in->end && fault_planted("part"))
		in->eof = 1;
	in->end += (size_t)n;
	return (0);
}

/* Point in->row at the next line as it stands; the caller takes it with
 * in->pos = in->next.  Return 1, 0 at the end of the file, -1 on failure. */
static int
next_line(struct input *in, struct err *err)
{
	const char *s, *lf;

	while (in->pos >= in->lines && !in->eof)
		if (fill(in, err) != 0)
			return (-1);
	if (in->pos >= in->end)
		return (0);
	s = in->buf + in->pos;
	lf = in->pos < in->lines ? memchr(s, '\n', in->lines - in->pos) : NULL;
	in->has_lf = lf != NULL;
	in->row.s = s;
	in->row.len = lf != NULL ? (size_t)(lf - s) : in->end - in->pos;
	in->row.line++;
	in->row.offset = in->base + in->pos;
	in->next = in->pos + in->row.len + (size_t)in->has_lf;
	if (in->row.len > in->opts.max_line)
		return (too_long(in, err));
	/* All of them: one that were left would be taken by the next reader,
	 * and the row would not be what its frame says. */
	in->has_cr = 0;
	while (in->row.len > 0 && s[in->row.len - 1] == '\r') {
		in->has_cr = 1;
		in->row.len--;
	}
	return (1);
}

static int
unfinished(struct err *err)
{

	(void)err_set(err, "the stream ended before its @end line");
	(void)err_hint(err, "the program that wrote it failed or was killed"
	    " and said why, or a filter that knows no frames dropped the"
	    " line; such filters run under row-pipe without frames");
	return (err_status(err, DIAG_INCOMPLETE));
}

/* Is it good that the file ends here? */
static int
check_end_of_file(struct input *in, struct err *err)
{

	in->row.line = 0;
	if (in->state == STREAM_FRAMED && !fault_planted("frame"))
		return (unfinished(err));
	if (in->state == STREAM_FRAMED || in->state == STREAM_ENDED)
		return (0);
	if (in->opts.require_frame || in->framed) {
		(void)err_set(err, "the stream has no frame");
		(void)err_hint(err, "nothing tells whether it is whole; give"
		    " its source --frame");
		return (err_status(err, DIAG_INCOMPLETE));
	}
	/* A source that was asked for a frame writes @stream at once. */
	if (in->state == STREAM_NEW && frame_wanted(0) &&
	    (S_ISFIFO(in->type) || S_ISSOCK(in->type))) {
		(void)err_set(err, "the stream is empty, without even a"
		    " frame");
		(void)err_hint(err, "the program that should write it failed,"
		    " or writes no frames: unset ROWPIPE_FRAME then");
		return (err_status(err, DIAG_INCOMPLETE));
	}
	return (0);
}

/* An unframed row stands here; may it? */
static int
check_row_allowed(struct input *in, struct err *err)
{

	if (in->state == STREAM_ENDED) {
		(void)err_set(err, "row after the @end line");
		return (err_status(err, DIAG_INCOMPLETE));
	}
	if (in->opts.require_frame || in->framed) {
		(void)err_set(err, "the stream does not begin with @stream");
		(void)err_hint(err, in->framed ?
		    "inputs have frames all or none" :
		    "give its source --frame");
		return (err_status(err, DIAG_INCOMPLETE));
	}
	in->state = STREAM_PLAIN;
	return (0);
}

static int
begin_frame(struct input *in, struct err *err)
{

	if (in->state == STREAM_FRAMED) {
		(void)err_set(err, "@stream line before the @end line of the"
		    " stream before it");
		return (err_status(err, DIAG_INCOMPLETE));
	}
	if (in->state == STREAM_PLAIN || (in->begun && !in->framed)) {
		(void)err_set(err, "@stream line after rows without a frame");
		return (err_status(err, DIAG_INCOMPLETE));
	}
	digest_free(in->digest);
	in->digest = frame_begin(&in->row.fields[0].value, err);
	if (in->digest == NULL)
		return (-1);
	if (in->stream == NULL)
		in->stream = mem_dup(in->row.s, in->row.len);
	in->frame_rows = 0;
	in->framed = 1;
	in->state = STREAM_FRAMED;
	in->span = in->next;
	return (0);
}

static int
end_frame(struct input *in, struct err *err)
{

	if (in->state != STREAM_FRAMED) {
		(void)err_set(err, "@end line without its @stream line");
		return (err_status(err, DIAG_INCOMPLETE));
	}
	/* Its writer was cut off, and may have more to say. */
	if (!in->has_lf) {
		(void)err_set(err, "the @end line does not end in a newline");
		(void)err_hint(err, "what wrote it was cut off; if it was an"
		    " editor that left it out, add one");
		return (err_status(err, DIAG_INCOMPLETE));
	}
	digest_span(in, in->pos, in->next);
	in->state = STREAM_ENDED;
	return (frame_check_end(&in->row.fields[0].value, in->frame_rows,
	    in->digest, err));
}

/* Say where in the file the bad byte is, and what often lies behind it. */
static void
explain(struct input *in, struct err *err)
{
	const char *s = in->row.s;
	size_t n = strlen(err->msg);

	if (err->pos != ERR_NOPOS)
		(void)snprintf(err->msg + n, sizeof(err->msg) - n,
		    " (byte %" PRIu64 ")", in->row.offset + err->pos);
	if (in->row.offset == 0 && in->row.len >= 3 &&
	    memcmp(s, "\xef\xbb\xbf", 3) == 0)
		(void)err_hint(err, "the file begins with a byte order mark;"
		    " take it away: tail -c +4");
	else if (in->row.offset == 0 && in->row.len >= 2 &&
	    (memcmp(s, "\xff\xfe", 2) == 0 || memcmp(s, "\xfe\xff", 2) == 0))
		(void)err_hint(err, "the file looks like UTF-16; convert it:"
		    " iconv -f UTF-16 -t UTF-8");
	else if (!in->has_lf)
		(void)err_hint(err, "the last line does not end in a newline:"
		    " the input may be cut off");
}

/* Check the line at hand and index its fields. */
static int
parse(struct input *in, struct err *err)
{
	struct row *row = &in->row;

	if (json_read_object(in->reader, row->s, row->len, err) != 0)
		return (-1);
	row->fields = in->reader->fields;
	row->nfields = in->reader->nfields;
	row->shape = in->reader->shape;
	return (0);
}

static int
is_blank(char c)
{

	return (c == ' ' || c == '\t' || c == '\r');
}

/* The same where a row may be any value. */
static int
parse_value(struct input *in, struct err *err)
{
	struct row *row = &in->row;
	const char *s = row->s, *end = row->s + row->len;

	while (s < end && is_blank(*s))
		s++;
	if (s == end || *s != '{') {
		if (json_read_value(in->reader, row->s, row->len, &row->value,
		    err) != 0)
			return (-1);
		row->shape = ROW_SHAPE_VALUE;
		return (0);
	}
	if (parse(in, err) != 0)
		return (-1);
	while (is_blank(end[-1]))
		end--;
	row->value = (struct json_value){
		.s = s, .len = (uint32_t)(end - s), .type = JSON_OBJECT
	};
	return (0);
}

/* Forget the fields of the row before. */
static void
clear(struct row *row)
{

	row->fields = NULL;
	row->nfields = 0;
	row->shape = 0;
	row->nedits = 0;
	arena_reset(row->arena);
}

static int
unescape(struct input *in, struct err *err)
{
	struct row *row = &in->row;
	const char *s;
	size_t len;

	s = frame_unescape(row->s, row->len, row->fields, row->nfields,
	    row->arena, &len);
	if (s == NULL)
		return (0);
	row->s = s;
	row->len = len;
	return (parse(in, err));
}

/* What is the line at hand?  Return 1 when it is a row (be it a bad one),
 * 0 when it belongs to a frame, -1 when it may not stand here; only then is
 * ${err} changed. */
static int
place_line(struct input *in, struct err *err)
{
	enum frame_line kind = FRAME_ROW;

	if (in->row.nfields == 1)
		kind = frame_kind(in->row.fields, 1);
	if (kind == FRAME_STREAM)
		return (begin_frame(in, err));
	if (kind == FRAME_END)
		return (end_frame(in, err));
	if (in->state == STREAM_FRAMED && !in->has_lf)
		return (unfinished(err));
	if (in->state == STREAM_FRAMED) {
		in->frame_rows++;
		if (in->has_cr)
			digest_span(in, in->pos + in->row.len, in->next - 1);
	} else if (in->state != STREAM_PLAIN &&
	    check_row_allowed(in, err) != 0)
		return (-1);
	return (1);
}

/* End this file and begin the next.  Return 1, 0 when there is none. */
static int
change_files(struct input *in, struct err *err)
{

	if (in->fd != -1) {
		if (check_end_of_file(in, err) != 0)
			return (-1);
		close_file(in);
	}
	return (open_next(in, err));
}

/* The next line that is not empty.  Return as next_line. */
static int
next_full_line(struct input *in, struct err *err)
{
	int got;

	for (;;) {
		got = in->fd == -1 ? 0 : next_line(in, err);
		if (got == 0 && (got = change_files(in, err)) == 1)
			continue;
		if (got != 1)
			return (got);
		if (in->row.len > 0)
			return (1);
		digest_span(in, in->pos, in->next);
		in->pos = in->next;
	}
}

enum input_status
input_next(struct input *in, struct row **rowp, struct err *err)
{
	struct row *row = &in->row;
	int bad, got;

	*rowp = row;
	for (;;) {
		if (in->over)
			return (in->last);
		if (in->rows >= in->opts.limit && in->begun)
			return (end(in));
		clear(row);
		if ((got = next_full_line(in, err)) < 0)
			return (fail(in, err, DIAG_BADINPUT));
		if (got == 0)
			return (end(in));
		bad = 0;
		if (!in->opts.raw || (!in->has_lf && !in->opts.any) ||
		    frame_maybe(row->s, row->len))
			bad = in->opts.values ? parse_value(in, err) :
			    parse(in, err);
		if (in->opts.raw && (in->has_lf || in->opts.any))
			bad = 0;
		if ((got = place_line(in, err)) < 0)
			return (fail(in, err, DIAG_INCOMPLETE));
		in->pos = in->next;
		in->begun = 1;
		if (got == 0)
			continue;
		if (in->rows >= in->opts.limit)
			return (end(in));
		in->rows++;
		if (bad == 0 && in->opts.sink)
			bad = unescape(in, err);
		if (bad == 0)
			return (INPUT_ROW);
		explain(in, err);
		(void)err_status(err, DIAG_BADINPUT);
		return (INPUT_BAD);
	}
}

int
input_run(struct input *in, const char **s, size_t *len, uint64_t *rows)
{
	size_t pos = in->pos, n;
	uint64_t most = in->opts.limit - in->rows, got = 0;
	const char *line, *lf;

	if (in->over || (in->state != STREAM_PLAIN &&
	    in->state != STREAM_FRAMED))
		return (0);
	for (; pos < in->lines && got < most; got++) {
		line = in->buf + pos;
		lf = memchr(line, '\n', in->lines - pos);
		n = (size_t)(lf - line);
		if (n == 0 || lf[-1] == '\r' || frame_maybe(line, n) ||
		    n > in->opts.max_line)
			break;
		pos += n + 1;
	}
	if (got == 0)
		return (0);
	*s = in->buf + in->pos;
	*len = pos - in->pos;
	*rows = got;
	in->pos = pos;
	in->rows += got;
	in->row.line += got;
	if (in->state == STREAM_FRAMED)
		in->frame_rows += got;
	return (1);
}

const char *
input_place(const struct input *in, const struct err *err, char *dst,
    size_t size)
{

	return (row_place(&in->row, err, dst, size));
}

const char *
input_framed(const struct input *in)
{

	return (in->stream);
}

int
input_may_wait(const struct input *in)
{

	if (in->pos < in->lines || in->over)
		return (0);
	if (in->fd == -1)
		return (!input_is_files(in));
	/* Bytes that are there already need not be a whole line. */
	return (!S_ISREG(in->type) && !in->eof);
}

uint64_t
input_rows(const struct input *in)
{

	return (in->rows);
}

uint64_t
input_bytes(const struct input *in)
{

	return (in->bytes + in->base + in->pos);
}

/* Stat file ${i}: 1 when it is a regular one, 0 when not, -1: no such i. */
static int
stat_file(const struct input *in, size_t i, struct stat *st)
{
	const char *name;

	if (!file_name(in, i, &name))
		return (-1);
	if ((name == NULL ? fstat(STDIN_FILENO, st) : stat(name, st)) != 0)
		return (0);
	return (S_ISREG(st->st_mode) != 0);
}

uint64_t
input_size(const struct input *in)
{
	uint64_t sum = 0;
	struct stat st;
	size_t i;
	int got;

	for (i = 0; (got = stat_file(in, i, &st)) == 1; i++)
		sum += (uint64_t)st.st_size;
	return (got == 0 ? 0 : sum);
}

int
input_is_files(const struct input *in)
{
	struct stat st;
	size_t i;
	int got;

	for (i = 0; (got = stat_file(in, i, &st)) == 1; i++)
		continue;
	return (got == -1);
}

void
input_close(struct input *in)
{

	if (in == NULL)
		return;
	if (in->fd != -1)
		close_file(in);
	json_reader_free(in->reader);
	arena_free(in->row.arena);
	mem_free(in->row.edits);
	digest_free(in->digest);
	mem_free(in->stream);
	mem_free(in->buf);
	mem_free(in);
}
