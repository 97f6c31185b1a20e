#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/spool.h"

#define WRITE_SIZE	((size_t)256 << 10)
#define MEMORY_LEAST	((size_t)16 << 10)

struct spool {
	struct buf	 b;		/* all of it, or what waits to be
					   written */
	size_t		 memory;
	int		 fd;		/* -1: all is in b */
	uint64_t	 size;
};

struct spool_reader {
	const struct spool	*sp;
	uint64_t		 at, to;	/* not in b yet */
	size_t			 block;
	struct buf		 b;
	size_t			 pos;		/* of b: what comes next */
};

static const char *
directory(void)
{
	const char *dir = getenv("TMPDIR");

	return (dir != NULL && dir[0] != '\0' ? dir : "/tmp");
}

static int
failed(const char *what, struct err *err)
{
	const int full = errno == ENOSPC || errno == EDQUOT ||
	    errno == EFBIG;
	struct quote q;

	(void)err_sys(err, "could not %s a temporary file in %s", what,
	    quote_z(&q, directory()));
	if (full)
		(void)err_hint(err, "set TMPDIR to a directory with more room,"
		    " or give more memory with --memory");
	else if (strcmp(what, "make") == 0)
		(void)err_hint(err, "set TMPDIR to a directory that can be"
		    " written to");
	return (err_status(err, DIAG_FAIL));
}

struct spool *
spool_new(size_t memory)
{
	struct spool *sp = mem_alloc(sizeof(*sp));

	sp->memory = memory > MEMORY_LEAST ? memory : MEMORY_LEAST;
	sp->fd = -1;
	return (sp);
}

static int
write_out(struct spool *sp, struct err *err)
{

	if (sp->fd == -1 && (sp->fd = io_temp(directory())) == -1)
		return (failed("make", err));
	if (io_write(sp->fd, sp->b.s, sp->b.len) != 0)
		return (failed("write", err));
	sp->b.len = 0;
	/* What was held in memory until now need not be any longer. */
	if (sp->b.cap > 2 * WRITE_SIZE)
		buf_free(&sp->b);
	return (0);
}

int
spool_put(struct spool *sp, const void *p, size_t n, struct err *err)
{
	const size_t room = sp->fd == -1 ? sp->memory : WRITE_SIZE;

	if (sp->b.len > 0 && (n > room || sp->b.len > room - n) &&
	    write_out(sp, err) != 0)
		return (-1);
	buf_put(&sp->b, p, n);
	sp->size += n;
	return (0);
}

uint64_t
spool_size(const struct spool *sp)
{

	return (sp->size);
}

int
spool_in_file(const struct spool *sp)
{

	return (sp->fd != -1);
}

int
spool_end(struct spool *sp, struct err *err)
{

	if (sp->fd == -1)
		return (0);
	if (write_out(sp, err) != 0)
		return (-1);
	buf_free(&sp->b);
	return (0);
}

void
spool_free(struct spool *sp)
{

	if (sp == NULL)
		return;
	if (sp->fd != -1)
		(void)close(sp->fd);
	buf_free(&sp->b);
	mem_free(sp);
}

struct spool_reader *
spool_read(const struct spool *sp, uint64_t from, uint64_t to, size_t block)
{
	struct spool_reader *r = mem_alloc(sizeof(*r));

	r->sp = sp;
	r->at = from;
	r->to = to;
	r->block = block;
	return (r);
}

/* Read until there are ${n} bytes, or all. */
static int
fill(struct spool_reader *r, size_t n, struct err *err)
{
	size_t want;
	ssize_t got;

	if (r->pos > 0) {
		r->b.len -= r->pos;
		memmove(r->b.s, r->b.s + r->pos, r->b.len);
		r->pos = 0;
	}
	while (r->b.len < n && r->at < r->to) {
		want = n - r->b.len > r->block ? n - r->b.len : r->block;
		if (want > r->to - r->at)
			want = (size_t)(r->to - r->at);
		got = io_read_at(r->sp->fd, buf_need(&r->b, want), want,
		    (off_t)r->at);
		if (got == 0)
			errno = EIO;	/* somebody has cut the file */
		if (got <= 0)
			return (failed("read", err));
		r->b.len += (size_t)got;
		r->at += (uint64_t)got;
	}
	return (0);
}

const char *
spool_look(struct spool_reader *r, size_t n, size_t *have, struct err *err)
{

	if (r->sp->fd == -1) {
		*have = (size_t)(r->to - r->at);
		return (r->sp->b.s == NULL ? "" : r->sp->b.s + r->at);
	}
	if (r->b.len - r->pos < n && r->at < r->to && fill(r, n, err) != 0)
		return (NULL);
	*have = r->b.len - r->pos;
	return (r->b.s == NULL ? "" : r->b.s + r->pos);
}

void
spool_skip(struct spool_reader *r, size_t n)
{

	if (r->sp->fd == -1)
		r->at += n;
	else
		r->pos += n;
}

void
spool_read_free(struct spool_reader *r)
{

	if (r == NULL)
		return;
	buf_free(&r->b);
	mem_free(r);
}

size_t
spool_put_count(char *dst, uint64_t n)
{
	size_t len = 0;

	for (; n >= 0x80; n >>= 7)
		dst[len++] = (char)(n | 0x80);
	dst[len++] = (char)n;
	return (len);
}

size_t
spool_get_count(const char *s, size_t len, uint64_t *n)
{
	size_t i;

	*n = 0;
	for (i = 0; i < len && i < SPOOL_COUNT_MAX; i++) {
		*n |= (uint64_t)((unsigned char)s[i] & 0x7f) << 7 * i;
		if (((unsigned char)s[i] & 0x80) == 0)
			return (i + 1);
	}
	return (0);
}
