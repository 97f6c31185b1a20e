#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/io.h"
#include "base/quote.h"

#define READ_SIZE	((size_t)16 << 10)

static int
read_all(int fd, const char *path, size_t max, struct buf *b,
    struct err *err)
{
	const size_t start = b->len;
	struct quote q;
	ssize_t n;

	while ((n = io_read(fd, buf_need(b, READ_SIZE), READ_SIZE)) > 0) {
		b->len += (size_t)n;
		if (b->len - start > max) {
			(void)err_set(err, "file %s has more than %zu bytes",
			    quote_z(&q, path), max);
			return (err_status(err, DIAG_BADINPUT));
		}
	}
	if (n < 0)
		return (err_sys(err, "could not read file %s",
		    quote_z(&q, path)));
	return (0);
}

int
infile_read(const char *path, size_t max, struct buf *b, struct err *err)
{
	int fd, rc, opened = strcmp(path, "-") != 0;
	struct quote q;

	fd = opened ? io_open(path, O_RDONLY, 0) : STDIN_FILENO;
	if (fd == -1)
		return (err_sys(err, "could not read file %s",
		    quote_z(&q, path)));
	rc = read_all(fd, path, max, b, err);
	if (opened)
		(void)close(fd);
	return (rc);
}
