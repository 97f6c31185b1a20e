#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "row/tap.h"

/* What a pipe holds. */
#define TAP_SIZE	((size_t)64 << 10)

#define PARTIAL		".partial"

static const char stream_line[] = "{\"@stream\":", end_line[] = "{\"@end\":";

struct tap {
	int		 from, to;	/* our ends of the pipes; -1: closed */
	char		*buf;
	size_t		 pos, end;	/* of what is not written yet */
	int		 file;		/* the copy, -1: none */
	char		*partial, *path; /* its names */
	int		 whole;		/* all was read and passed on */
	int		 unwanted;	/* the reader left some of it */
	uint64_t	 rows, bytes;
	char		 head[sizeof(stream_line) - 1];	/* of the line at
							   hand */
	size_t		 nhead;
};

/* The name of copy ${number}, caller frees it. */
static char *
copy_name(const char *dir, size_t number, const char *suffix)
{
	struct buf b = { 0 };
	char *name;

	buf_printf(&b, "%s/%zu.ndjson%s", dir, number, suffix);
	name = mem_strdup(buf_z(&b));
	buf_free(&b);
	return (name);
}

/* Remove a copy of an earlier run.  Return 1, 0 when there was none, -1 on
 * failure. */
static int
remove_copy(const char *dir, size_t number, const char *suffix,
    struct err *err)
{
	char *name = copy_name(dir, number, suffix);
	struct quote q;
	int rc = unlink(name) == 0;

	if (rc == 0 && errno != ENOENT)
		rc = err_sys(err, "could not remove file %s",
		    quote_z(&q, name));
	mem_free(name);
	return (rc);
}

int
tap_prepare(const char *dir, struct err *err)
{
	struct quote q;
	int whole, part;
	size_t i;

	if (mkdir(dir, 0777) != 0 && errno != EEXIST)
		return (err_sys(err, "could not make directory %s",
		    quote_z(&q, dir)));
	for (i = 1;; i++) {
		if ((whole = remove_copy(dir, i, "", err)) < 0 ||
		    (part = remove_copy(dir, i, PARTIAL, err)) < 0)
			return (-1);
		if (whole + part == 0)
			return (0);
	}
}

/* Make a pipe, one end of which is ours. */
static int
make_pipe(int fds[2], int ours)
{

	if (pipe(fds) != 0)
		return (-1);
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[ours], F_SETFL, O_NONBLOCK);
	return (0);
}

static void
close_both(int fds[2])
{

	(void)close(fds[0]);
	(void)close(fds[1]);
}

static int
open_copy(struct tap *t, const char *dir, size_t number, struct err *err)
{
	struct quote q;

	t->partial = copy_name(dir, number, PARTIAL);
	t->path = copy_name(dir, number, "");
	t->file = io_open(t->partial, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (t->file == -1)
		return (err_sys(err, "could not write file %s",
		    quote_z(&q, t->partial)));
	return (0);
}

struct tap *
tap_open(const char *dir, size_t number, int *in, int *out, struct err *err)
{
	struct tap *t = mem_alloc(sizeof(*t));
	int a[2], b[2];

	t->from = t->to = t->file = -1;
	if (dir != NULL && open_copy(t, dir, number, err) != 0)
		goto failed;
	if (make_pipe(a, 0) != 0) {
		(void)err_sys(err, "could not make a pipe");
		goto failed;
	}
	if (make_pipe(b, 1) != 0) {
		(void)err_sys(err, "could not make a pipe");
		close_both(a);
		goto failed;
	}
	t->from = a[0];
	t->to = b[1];
	*in = a[1];
	*out = b[0];
	t->buf = mem_alloc(TAP_SIZE);
	return (t);

failed:
	tap_close(t);
	return (NULL);
}

/*
 * Counting.
 */

static int
begins(const struct tap *t, const char *s, size_t len)
{

	return (t->nhead >= len && memcmp(t->head, s, len) == 0);
}

/* A line is at its end: was it a row? */
static void
count_line(struct tap *t)
{

	if (t->nhead > 0 && !(t->nhead == 1 && t->head[0] == '\r') &&
	    !begins(t, stream_line, sizeof(stream_line) - 1) &&
	    !begins(t, end_line, sizeof(end_line) - 1))
		t->rows++;
	t->nhead = 0;
}

static void
count(struct tap *t, const char *s, size_t len)
{
	const char *end = s + len, *lf;
	size_t n;

	t->bytes += len;
	for (; s < end; s = lf + 1) {
		lf = memchr(s, '\n', (size_t)(end - s));
		n = (size_t)((lf == NULL ? end : lf) - s);
		if (n > sizeof(t->head) - t->nhead)
			n = sizeof(t->head) - t->nhead;
		memcpy(t->head + t->nhead, s, n);
		t->nhead += n;
		if (lf == NULL)
			return;
		count_line(t);
	}
}

/*
 * Moving.
 */

static void
shut(struct tap *t)
{

	if (t->from != -1)
		(void)close(t->from);
	if (t->to != -1)
		(void)close(t->to);
	t->from = t->to = -1;
	t->pos = t->end = 0;
}

void
tap_poll(const struct tap *t, struct pollfd *p)
{
	int full = t->pos < t->end;

	p[0].fd = full ? -1 : t->from;
	p[0].events = POLLIN;
	/* Without events, it still tells when the reader goes away. */
	p[1].fd = t->to;
	p[1].events = full ? POLLOUT : 0;
	p[0].revents = p[1].revents = 0;
}

/* Is the call to be made again when poll says so? */
static int
may_try_again(void)
{

	return (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

static int
drain(struct tap *t, struct err *err)
{
	ssize_t n;
	int rc = 0;

	n = io_write_some(t->to, t->buf + t->pos, t->end - t->pos);
	if (n >= 0)
		t->pos += (size_t)n;
	if (n >= 0 || may_try_again())
		return (0);
	if (errno != EPIPE)
		rc = err_sys(err, "could not write to the next stage");
	t->unwanted = rc == 0;
	shut(t);
	return (rc);
}

static int
fill(struct tap *t, struct err *err)
{
	struct quote q;
	ssize_t n;

	n = io_read(t->from, t->buf, TAP_SIZE);
	if (n < 0) {
		(void)err_sys(err, "could not read from the stage before");
		shut(t);
		return (-1);
	}
	if (n == 0) {
		t->whole = 1;
		count_line(t);
		shut(t);
		return (0);
	}
	t->pos = 0;
	t->end = (size_t)n;
	count(t, t->buf, t->end);
	if (t->file != -1 && io_write(t->file, t->buf, t->end) != 0) {
		(void)err_sys(err, "could not write file %s",
		    quote_z(&q, t->partial));
		shut(t);
		return (-1);
	}
	return (drain(t, err));
}

/* The reader has gone away.  A writer that is there learns it by SIGPIPE; one
 * that has ended would have, had there been no tap. */
static void
give_up(struct tap *t)
{
	struct pollfd more = { .fd = t->from, .events = POLLIN };

	t->unwanted = t->pos < t->end || (poll(&more, 1, 0) > 0 &&
	    (more.revents & POLLIN) != 0 &&
	    io_read(t->from, t->buf, TAP_SIZE) > 0);
	shut(t);
}

int
tap_move(struct tap *t, const struct pollfd *p, struct err *err)
{

	if (p[1].fd != -1 && (p[1].revents & (POLLERR | POLLHUP)) != 0)
		give_up(t);
	else if (p[1].fd != -1 && (p[1].revents & POLLOUT) != 0)
		return (drain(t, err));
	else if (p[0].fd != -1 && p[0].revents != 0)
		return (fill(t, err));
	return (0);
}

int
tap_over(const struct tap *t)
{

	return (t->from == -1);
}

int
tap_unwanted(const struct tap *t)
{

	return (t->unwanted);
}

uint64_t
tap_rows(const struct tap *t)
{

	return (t->rows);
}

uint64_t
tap_bytes(const struct tap *t)
{

	return (t->bytes);
}

int
tap_finish(struct tap *t, int good, struct err *err)
{
	struct quote q;
	int file = t->file;

	shut(t);
	t->file = -1;
	if (file == -1)
		return (0);
	if (!good || !t->whole) {
		(void)close(file);
		return (0);
	}
	if (io_sync(file) != 0 || io_rename(t->partial, t->path) != 0) {
		(void)err_sys(err, "could not write file %s",
		    quote_z(&q, t->path));
		(void)close(file);
		return (-1);
	}
	(void)close(file);
	(void)io_sync_dir(t->path);
	return (0);
}

void
tap_close(struct tap *t)
{

	if (t == NULL)
		return;
	shut(t);
	if (t->file != -1)
		(void)close(t->file);
	mem_free(t->buf);
	mem_free(t->partial);
	mem_free(t->path);
	mem_free(t);
}
