/*
 * backward: the lines of a file, read from its end, are those of the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/backward.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

#include "tap.h"

#define LINES	2000

/* Lines of many lengths, of which some are longer than a block. */
static void
make(struct buf *b, size_t offsets[LINES], unsigned seed, int last_lf)
{
	size_t i, k, len;

	b->len = 0;
	srand(seed);
	for (i = 0; i < LINES; i++) {
		offsets[i] = b->len;
		len = i % 500 == 7 ? 1000000 : (size_t)(rand() % 300);
		for (k = 0; k < len; k++)
			buf_putc(b, (char)('a' + rand() % 26));
		if (i + 1 < LINES || last_lf)
			buf_putc(b, '\n');
		else if (len == 0)
			buf_putc(b, 'x');
	}
}

/* Read up to line ${n} backwards and compare. */
static int
same(const char *path, const struct buf *b, const size_t *offsets, size_t n,
    uint64_t end)
{
	struct err err = ERR_INIT;
	struct backward *r = backward_open(path, end, &err);
	size_t i, len, next;
	uint64_t offset;
	const char *s;
	int good = r != NULL, rc = 0;

	for (i = n; good && i-- > 0;) {
		next = i + 1 < LINES ? offsets[i + 1] - 1 : b->len;
		if (i + 1 == LINES && b->s[b->len - 1] == '\n')
			next--;
		rc = backward_next(r, &s, &len, &offset, &err);
		good = rc == 1 && offset == offsets[i] &&
		    len == next - offsets[i] &&
		    memcmp(s, b->s + offset, len) == 0;
	}
	good = good && backward_next(r, &s, &len, &offset, &err) == 0;
	backward_close(r);
	return (good);
}

int
main(void)
{
	size_t offsets[LINES] = { 0 };
	char path[] = "/tmp/backward_test.XXXXXX";
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	unsigned seed;
	FILE *f;
	int fd = mkstemp(path);

	if (fd == -1 || (f = fdopen(fd, "w")) == NULL)
		return (1);
	ok(same(path, &b, offsets, 0, UINT64_MAX), "an empty file has none");
	for (seed = 1; seed <= 4; seed++) {
		make(&b, offsets, seed, seed % 2 == 0);
		if ((f = freopen(path, "w", f)) == NULL)
			return (1);
		(void)fwrite(b.s, 1, b.len, f);
		(void)fflush(f);
		ok(same(path, &b, offsets, LINES, UINT64_MAX),
		    "file %u comes back from its end", seed);
		ok(same(path, &b, offsets, 1000, offsets[1000]),
		    "and from the midst of it");
	}
	(void)fclose(f);
	(void)unlink(path);
	ok(backward_open(path, 0, &err) == NULL, "no file is a failure");
	ok(backward_open("/", UINT64_MAX, &err) == NULL,
	    "so is what is no regular file");
	buf_free(&b);
	return (tap_done());
}
