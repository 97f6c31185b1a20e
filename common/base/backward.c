#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/backward.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"

#define BLOCK	((size_t)256 << 10)

struct backward {
	char		*path;
	int		 fd;
	char		*s;	/* the file from byte ${low} on */
	size_t		 len;	/* of it: up to the lines that were given */
	size_t		 cap;
	uint64_t	 low;
	size_t		 block;	/* to read next; grows within a long line */
};

static int
fail(const struct backward *r, struct err *err)
{
	struct quote q;

	return (err_sys(err, "could not read file %s", quote_z(&q, r->path)));
}

struct backward *
backward_open(const char *path, uint64_t end, struct err *err)
{
	struct backward *r = mem_alloc(sizeof(*r));
	struct quote q;
	struct stat st;

	r->path = mem_strdup(path);
	r->fd = io_open(path, O_RDONLY, 0);
	if (r->fd == -1 || fstat(r->fd, &st) != 0) {
		(void)fail(r, err);
		goto failed;
	}
	if (!S_ISREG(st.st_mode)) {
		(void)err_set(err, "cannot read %s from its end: it is no "
		    "regular file", quote_z(&q, path));
		(void)err_status(err, DIAG_FAIL);
		goto failed;
	}
	r->low = (uint64_t)st.st_size < end ? (uint64_t)st.st_size : end;
	r->block = BLOCK;
	return (r);

failed:
	backward_close(r);
	return (NULL);
}

/* Put more of the file before what is at hand. */
static int
read_more(struct backward *r, struct err *err)
{
	size_t n = r->low < r->block ? (size_t)r->low : r->block, got = 0;
	ssize_t rc;

	r->s = mem_grow(r->s, &r->cap, r->len + n, 1);
	memmove(r->s + n, r->s, r->len);
	r->low -= n;
	r->len += n;
	r->block *= 2;
	while (got < n) {
		rc = io_read_at(r->fd, r->s + got, n - got,
		    (off_t)(r->low + got));
		if (rc == 0)
			errno = EIO;
		if (rc <= 0)
			return (fail(r, err));
		got += (size_t)rc;
	}
	return (0);
}

/* Where the last line of what is at hand begins; 0: perhaps before it. */
static size_t
line_start(const struct backward *r)
{
	size_t i = r->len;

	/* The LF at the end is the line's own. */
	if (i > 0 && r->s[i - 1] == '\n')
		i--;
	while (i > 0 && r->s[i - 1] != '\n')
		i--;
	return (i);
}

int
backward_next(struct backward *r, const char **s, size_t *len,
    uint64_t *offset, struct err *err)
{
	size_t start;

	while ((start = line_start(r)) == 0 && r->low > 0)
		if (read_more(r, err) != 0)
			return (-1);
	r->block = BLOCK;
	if (r->len == 0)
		return (0);
	*s = r->s + start;
	*len = r->len - start;
	if ((*s)[*len - 1] == '\n')
		(*len)--;
	*offset = r->low + start;
	r->len = start;
	return (1);
}

void
backward_close(struct backward *r)
{

	if (r == NULL)
		return;
	if (r->fd != -1)
		(void)close(r->fd);
	mem_free(r->s);
	mem_free(r->path);
	mem_free(r);
}
