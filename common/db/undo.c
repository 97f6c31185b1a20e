#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/quote.h"
#include "db/undo.h"
#include "json/json.h"

#define FLUSH_SIZE	((size_t)1 << 20)

struct undo {
	char		*path;
	struct outfile	*made;		/* until it is in place */
	int		 fd;		/* from then on */
	struct buf	 b;		/* lines that are not in the file */
	uint64_t	 at;		/* bytes of the file */
	uint64_t	 kept;		/* of file and lines: that stand */
	uint64_t	 committed;	/* bytes of the file */
	uint64_t	 lines, kept_lines; /* since the last COMMIT */
	int		 unknown;
};

static int
fail(const struct undo *u, struct err *err)
{
	struct quote q;

	return (err_sys(err, "could not write undo log %s",
	    quote_z(&q, u->path)));
}

static int
the_fd(const struct undo *u)
{

	return (u->made != NULL ? outfile_fd(u->made) : u->fd);
}

static int
flush(struct undo *u, struct err *err)
{

	if (u->b.len == 0)
		return (0);
	if (io_write(the_fd(u), u->b.s, u->b.len) != 0)
		return (fail(u, err));
	u->at += u->b.len;
	u->b.len = 0;
	return (0);
}

/* Cut the file. */
static int
cut(struct undo *u, uint64_t size)
{

	if (ftruncate(the_fd(u), (off_t)size) != 0 ||
	    lseek(the_fd(u), (off_t)size, SEEK_SET) == -1)
		return (-1);
	u->at = size;
	return (0);
}

struct undo *
undo_open(const char *path, const char *engine, struct err *err)
{
	struct undo *u = mem_alloc(sizeof(*u));

	u->fd = -1;
	u->path = mem_strdup(path);
	if ((u->made = outfile_create(path, err)) == NULL) {
		if (errno == EEXIST)
			(void)err_hint(err, "an undo log that is there is "
			    "never written over");
		undo_close(u);
		return (NULL);
	}
	buf_printf(&u->b, "{\"op\":\"begin\",\"v\":1,\"engine\":\"%s\"}\n",
	    engine);
	u->kept = u->b.len;
	return (u);
}

struct buf *
undo_line(struct undo *u, const char *op, const char *table)
{

	buf_printf(&u->b, "{\"op\":\"%s\",\"table\":", op);
	json_put_z(&u->b, table);
	return (&u->b);
}

const char *
undo_name(const char *label, const char *sql)
{

	return (strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789_.") ==
	    strlen(label) ? label : sql);
}

int
undo_line_end(struct undo *u, struct err *err)
{

	buf_puts(&u->b, "}\n");
	u->lines++;
	return (u->b.len < FLUSH_SIZE ? 0 : flush(u, err));
}

void
undo_keep(struct undo *u)
{

	u->kept = u->at + u->b.len;
	u->kept_lines = u->lines;
}

int
undo_drop(struct undo *u, struct err *err)
{

	u->lines = u->kept_lines;
	if (u->kept >= u->at) {
		u->b.len = (size_t)(u->kept - u->at);
		return (0);
	}
	u->b.len = 0;
	return (cut(u, u->kept) == 0 ? 0 : fail(u, err));
}

/* The file is written whole: from now on it is added to. */
static int
put_in_place(struct undo *u, struct err *err)
{
	struct outfile *made = u->made;

	u->made = NULL;
	if (outfile_commit(made, err) != 0)
		return (-1);
	u->fd = io_open(u->path, O_WRONLY | O_APPEND, 0);
	if (u->fd != -1)
		return (0);
	(void)fail(u, err);
	(void)unlink(u->path);
	return (-1);
}

int
undo_sync(struct undo *u, struct err *err)
{

	undo_keep(u);
	if (flush(u, err) != 0)
		return (-1);
	if (u->made != NULL)
		return (put_in_place(u, err));
	return (io_sync(u->fd) == 0 ? 0 : fail(u, err));
}

void
undo_committed(struct undo *u)
{
	struct err err = ERR_INIT;

	if (u->lines == 0 && u->committed > 0)
		return;
	buf_printf(&u->b, "{\"op\":\"commit\",\"changes\":%" PRIu64 "}\n",
	    u->lines);
	if (flush(u, &err) != 0) {
		diag_warn("%s, but for what was committed, which it has",
		    err.msg);
		u->b.len = 0;
	}
	undo_keep(u);
	u->lines = u->kept_lines = 0;
	u->committed = u->at;
}

void
undo_unknown(struct undo *u)
{

	u->unknown = 1;
}

void
undo_close(struct undo *u)
{

	if (u == NULL)
		return;
	if (u->fd != -1) {
		if (u->unknown || u->committed == u->at)
			;
		else if (u->committed == 0)
			(void)unlink(u->path);
		else
			(void)cut(u, u->committed);
		(void)close(u->fd);
	}
	outfile_abort(u->made);
	buf_free(&u->b);
	mem_free(u->path);
	mem_free(u);
}
