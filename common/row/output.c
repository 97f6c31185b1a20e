#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "row/frame.h"
#include "row/output.h"
#include "row/row.h"

/* Rows are written when this much has gathered: what a pipe holds. */
#define WRITE_SIZE	((size_t)64 << 10)

struct output {
	int		 fd;
	const char	*name;
	struct buf	 b;
	size_t		 done;		/* committed bytes of b */
	size_t		 span;		/* of these, not digested from here */
	uint64_t	 rows;
	uint64_t	 written;	/* bytes of rows that left b */
	size_t		 extra;		/* bytes in b that are no rows */
	int		 failed;	/* a write failed: no more */
	struct digest	*digest;	/* of row lines, borrowed, or NULL */
	struct digest	*frame;		/* the same for @end, or NULL */

	/* What output_mark keeps. */
	int		 marked;
	size_t		 mark_done;
	uint64_t	 mark_rows;
};

struct output *
output_open(int fd, const char *name)
{
	struct output *out = mem_alloc(sizeof(*out));

	out->fd = fd;
	out->name = name;
	(void)buf_need(&out->b, 2 * WRITE_SIZE);
	return (out);
}

/* Let whoever keeps a digest know of these bytes. */
static void
digest_bytes(struct output *out, const char *s, size_t len)
{

	if (out->digest != NULL)
		digest_add(out->digest, s, len);
	if (out->frame != NULL && out->frame != out->digest)
		digest_add(out->frame, s, len);
}

/* Take what was committed since into the digests. */
static void
digest_span(struct output *out)
{

	if (out->done > out->span)
		digest_bytes(out, out->b.s + out->span,
		    out->done - out->span);
	out->span = out->done;
}

static int
write_bytes(struct output *out, const char *s, size_t len, struct err *err)
{

	if (out->failed) {
		(void)err_set(err, "could not write %s", out->name);
		return (err_status(err, DIAG_FAIL));
	}
	if (len > 0 && io_write(out->fd, s, len) != 0) {
		out->failed = 1;
		return (err_sys(err, "could not write %s", out->name));
	}
	return (0);
}

/* Write what is committed, and keep what is not. */
static int
write_out(struct output *out, struct err *err)
{
	size_t rest = out->b.len - out->done;

	digest_span(out);
	if (write_bytes(out, out->b.s, out->done, err) != 0)
		return (-1);
	out->written += out->done - out->extra;
	out->extra = 0;
	if (rest > 0)
		memmove(out->b.s, out->b.s + out->done, rest);
	out->b.len = rest;
	out->done = out->span = 0;
	out->mark_done = 0;
	out->mark_rows = out->rows;
	return (0);
}

void
output_digest(struct output *out, struct digest *d)
{

	digest_span(out);
	out->digest = d;
}

/* Append a line that is no row. */
static void
put_line(struct output *out, const char *s, size_t len)
{

	digest_span(out);
	buf_put(&out->b, s, len);
	buf_putc(&out->b, '\n');
	out->extra += len + 1;
	out->done = out->span = out->b.len;
}

void
output_frame(struct output *out, const char *stream)
{
	struct json_reader *reader = json_reader_new();
	struct err err = ERR_INIT;

	if (json_read_object(reader, stream, strlen(stream), &err) == 0)
		out->frame = frame_begin(&reader->fields[0].value, &err);
	json_reader_free(reader);
	if (out->frame == NULL)
		diag_die(DIAG_FAIL, "%s", err.msg);
	/* One that looks on already does for the frame as well. */
	if (out->digest != NULL && strcmp(digest_name(out->digest),
	    digest_name(out->frame)) == 0) {
		digest_free(out->frame);
		out->frame = out->digest;
	}
	put_line(out, stream, strlen(stream));
}

void
output_frame_file(struct output *out)
{
	struct buf b = { 0 };

	frame_put_stream(&b, "file");
	buf_puts(&b, "}}");
	output_frame(out, buf_z(&b));
	buf_free(&b);
}

struct buf *
output_begin(struct output *out)
{

	return (&out->b);
}

/* Count the row that ends the buffer. */
static inline int
commit(struct output *out, struct err *err)
{

	out->done = out->b.len;
	out->rows++;
	if (out->done >= WRITE_SIZE && !out->marked)
		return (write_out(out, err));
	return (0);
}

int
output_commit(struct output *out, struct err *err)
{

	buf_putc(&out->b, '\n');
	return (commit(out, err));
}

int
output_commit_unended(struct output *out, struct err *err)
{

	return (commit(out, err));
}

int
output_mark(struct output *out, struct err *err)
{

	if (out->done >= WRITE_SIZE && write_out(out, err) != 0)
		return (-1);
	out->marked = 1;
	out->mark_done = out->done;
	out->mark_rows = out->rows;
	return (0);
}

void
output_rollback(struct output *out)
{

	if (out->marked) {
		out->done = out->mark_done;
		out->rows = out->mark_rows;
	}
	out->b.len = out->done;
}

int
output_row(struct output *out, const struct row *row, struct err *err)
{
	struct buf *b = &out->b;
	char *p;

	if (row->nedits > 0) {
		row_append(row, b);
		return (output_commit(out, err));
	}
	p = buf_need(b, row->len + 1);
	memcpy(p, row->s, row->len);
	p[row->len] = '\n';
	b->len += row->len + 1;
	return (commit(out, err));
}

int
output_lines(struct output *out, const char *s, size_t len, uint64_t rows,
    struct err *err)
{

	out->rows += rows;
	if (len < WRITE_SIZE / 4) {
		buf_put(&out->b, s, len);
		out->done = out->b.len;
		return (out->done < WRITE_SIZE ? 0 : write_out(out, err));
	}
	/* Many at once go out as they stand, without a copy. */
	if (write_out(out, err) != 0)
		return (-1);
	digest_bytes(out, s, len);
	if (write_bytes(out, s, len, err) != 0)
		return (-1);
	out->written += len;
	return (0);
}

int
output_flush(struct output *out, struct err *err)
{

	return (out->done > 0 || out->failed ? write_out(out, err) : 0);
}

uint64_t
output_rows(const struct output *out)
{

	return (out->rows);
}

uint64_t
output_bytes(const struct output *out)
{

	return (out->written + out->done - out->extra);
}

static void
free_output(struct output *out)
{

	if (out->frame != out->digest)
		digest_free(out->frame);
	buf_free(&out->b);
	mem_free(out);
}

int
output_close(struct output *out, struct err *err)
{
	struct buf line = { 0 };
	int rc;

	out->b.len = out->done;
	if (out->frame != NULL) {
		digest_span(out);
		frame_put_end(&line, out->rows, out->frame);
		put_line(out, line.s, line.len);
		buf_free(&line);
	}
	rc = output_flush(out, err);
	if (rc == 0 && out->fd == STDOUT_FILENO && close(out->fd) == -1 &&
	    errno != EINTR)
		rc = err_sys(err, "could not write %s", out->name);
	free_output(out);
	return (rc);
}

void
output_abandon(struct output *out)
{
	struct err ignored;

	if (out == NULL)
		return;
	/* After a failed write what else is there may not follow it. */
	if (!out->failed)
		(void)output_flush(out, &ignored);
	free_output(out);
}

int
output_all(const struct buf *b, struct err *err)
{
	struct output *out = output_open(STDOUT_FILENO, "standard output");

	if (output_lines(out, b->s, b->len, 1, err) == 0)
		return (output_close(out, err));
	output_abandon(out);
	return (-1);
}
