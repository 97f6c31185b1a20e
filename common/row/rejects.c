#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "json/json.h"
#include "row/rejects.h"
#include "row/row.h"

#define WRITE_SIZE	((size_t)64 << 10)
#define SAY_MOST	10	/* rows said on standard error */

struct rejects {
	struct outfile	*file;		/* one of the two, or none is kept */
	int		 fd;		/* of a file that stays; -1: none */
	const char	*path;
	uint64_t	 bytes;		/* written to it */
	struct buf	 b;
	uint64_t	 n, max;
};

struct rejects *
rejects_open(const char *path, uint64_t max, struct err *err)
{
	struct rejects *r = mem_alloc(sizeof(*r));

	r->max = max;
	r->fd = -1;
	if (path != NULL && (r->file = outfile_open(path, err)) == NULL) {
		mem_free(r);
		return (NULL);
	}
	return (r);
}

struct rejects *
rejects_resume(const char *path, uint64_t max, uint64_t keep,
    struct err *err)
{
	struct rejects *r = mem_alloc(sizeof(*r));
	struct quote q;
	struct stat st;

	r->max = max;
	r->fd = -1;
	if (path == NULL)
		return (r);
	r->path = path;
	r->bytes = keep;
	r->fd = io_open(path, O_RDWR | O_CREAT, 0666);
	if (r->fd == -1 || fstat(r->fd, &st) != 0) {
		(void)err_sys(err, "could not open file %s",
		    quote_z(&q, path));
		goto failed;
	}
	if (S_ISREG(st.st_mode) && (uint64_t)st.st_size < keep) {
		(void)err_set(err, "file %s has lost rejects that the run left "
		    "there: %" PRIu64 " bytes of %" PRIu64,
		    quote_z(&q, path), (uint64_t)st.st_size, keep);
		(void)err_hint(err, "give the run the rejects file that it "
		    "began with");
		(void)err_status(err, DIAG_BADINPUT);
		goto failed;
	}
	if (S_ISREG(st.st_mode) && ((!fault_planted("rejects") &&
	    ftruncate(r->fd, (off_t)keep) != 0) ||
	    lseek(r->fd, 0, SEEK_END) == -1)) {
		(void)err_sys(err, "could not cut file %s", quote_z(&q, path));
		goto failed;
	}
	return (r);

failed:
	if (r->fd != -1)
		(void)close(r->fd);
	mem_free(r);
	return (NULL);
}

/* Any bytes as a JSON string, U+FFFD for those that are not UTF-8. */
static void
put_text(struct buf *b, const char *s, size_t len)
{
	struct buf clean = { 0 };
	size_t good;

	while ((good = utf8_check(s, len)) < len) {
		buf_put(&clean, s, good);
		buf_puts(&clean, "\xef\xbf\xbd");
		s += good + 1;
		len -= good + 1;
	}
	buf_put(&clean, s, len);
	(void)json_put_string(b, clean.s, clean.len, NULL);
	buf_free(&clean);
}

static void
put_member(struct buf *b, const char *name, const char *value)
{

	json_put_member(b, name, value[0] != '\0' ? value : NULL);
}

static void
put_why(struct buf *b, const struct row *row, const struct err *why)
{

	buf_puts(b, "{\"rule\":");
	json_put_z(b, why->rule[0] != '\0' ? why->rule :
	    row->shape != 0 ? "row" : "json");
	put_member(b, "path", why->path);
	put_member(b, "message", why->msg);
	put_member(b, "hint", why->hint);
	buf_putc(b, '}');
}

static void
put_reject(struct buf *b, const struct row *row, const struct err *why)
{
	size_t i;

	if (row->shape != 0) {
		buf_puts(b, "{\"row\":");
		buf_put(b, row->s, row->len);
	} else {
		buf_puts(b, "{\"text\":");
		put_text(b, row->s, row->len);
	}
	buf_puts(b, ",\"why\":[");
	put_why(b, row, why);
	for (i = 0; i < why->nmore; i++) {
		buf_putc(b, ',');
		put_why(b, row, &why->more[i]);
	}
	buf_puts(b, "],\"at\":{\"file\":");
	put_text(b, row->file, strlen(row->file));
	buf_printf(b, ",\"line\":%" PRIu64 ",\"offset\":%" PRIu64 "}}\n",
	    row->line, row->offset);
}

/* Without a file the first few are said, so that something can be done. */
static void
say(const struct rejects *r, const struct row *row, const struct err *why)
{
	struct err one = *why;
	char place[320];
	size_t n;

	n = strlen(one.msg);
	if (one.nmore > 0)
		(void)snprintf(one.msg + n, sizeof(one.msg) - n,
		    " (and %zu more)", one.nmore);
	if (r->n <= SAY_MOST)
		diag_err(row_place(row, why, place, sizeof(place)), &one);
	if (r->n == SAY_MOST)
		diag_hint("further rejects are only counted; --rejects FILE"
		    " keeps them all");
}

static int
write_out(struct rejects *r, struct err *err)
{
	struct quote q;
	int rc = 0;

	if (r->file != NULL)
		rc = outfile_write(r->file, r->b.s, r->b.len, err);
	else if (io_write(r->fd, r->b.s, r->b.len) != 0)
		rc = err_sys(err, "could not write file %s",
		    quote_z(&q, r->path));
	r->bytes += r->b.len;
	r->b.len = 0;
	return (rc);
}

int
rejects_sync(struct rejects *r, uint64_t *bytes, struct err *err)
{
	struct quote q;

	*bytes = 0;
	if (r->fd == -1)
		return (0);
	if (r->b.len > 0) {
		if (write_out(r, err) != 0)
			return (-1);
		if (io_sync(r->fd) != 0)
			return (err_sys(err, "could not write file %s",
			    quote_z(&q, r->path)));
	}
	*bytes = r->bytes;
	return (0);
}

int
rejects_add(struct rejects *r, const struct row *row, const struct err *why,
    struct err *err)
{

	r->n++;
	if (r->file == NULL && r->fd == -1)
		say(r, row, why);
	else {
		put_reject(&r->b, row, why);
		if (r->b.len >= WRITE_SIZE && write_out(r, err) != 0)
			return (-1);
	}
	if (r->n > r->max) {
		(void)err_set(err, "more than %" PRIu64 " rows rejected"
		    " (--max-rejects)", r->max);
		return (err_status(err, DIAG_BADINPUT));
	}
	return (0);
}

uint64_t
rejects_count(const struct rejects *r)
{

	return (r->n);
}

void
rejects_abandon(struct rejects *r)
{

	if (r == NULL)
		return;
	outfile_abort(r->file);
	if (r->fd != -1)
		(void)close(r->fd);
	buf_free(&r->b);
	mem_free(r);
}

int
rejects_close(struct rejects *r, struct err *err)
{
	uint64_t bytes;
	int rc = 0;

	if (r == NULL)
		return (0);
	if (r->fd != -1) {
		rc = rejects_sync(r, &bytes, err);
		(void)close(r->fd);
	}
	if (r->file != NULL) {
		rc = write_out(r, err);
		if (rc == 0)
			rc = outfile_commit(r->file, err);
		else
			outfile_abort(r->file);
	}
	buf_free(&r->b);
	mem_free(r);
	return (rc);
}
