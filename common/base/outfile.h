/*
 * outfile - a file that appears whole or not at all
 *
 * Bytes go to a temporary file beside the target; outfile_commit makes it
 * durable and renames it into place.  A target that exists and is no regular
 * file (/dev/stdout, a pipe) is written directly.  The temporary file goes
 * away also when the program exits or is interrupted before that.
 */
#ifndef ROWPIPE_BASE_OUTFILE_H
#define ROWPIPE_BASE_OUTFILE_H

#include <stddef.h>

struct err;
struct outfile;

/**
 * outfile_open(path, err):
 * Start writing the file ${path}.  Return NULL and fill ${err} on failure.
 */
struct outfile *outfile_open(const char *path, struct err *err);

/**
 * outfile_create(path, err):
 * As outfile_open, for a file that must not exist: neither now nor when it is
 * committed is another one of that name replaced.
 */
struct outfile *outfile_create(const char *path, struct err *err);

/**
 * outfile_temp(f):
 * The name of the temporary file, for what opens files by name; borrowed until
 * commit or abort.  NULL when the target is written directly.
 */
const char *outfile_temp(const struct outfile *f);

/**
 * outfile_fd(f):
 * The descriptor to write to; it stays open until commit or abort.
 */
int outfile_fd(const struct outfile *f);

/**
 * outfile_write(f, p, n, err):
 * Write ${n} bytes, unbuffered.  Return 0, or -1 and fill ${err}.
 */
int outfile_write(struct outfile *f, const void *p, size_t n,
    struct err *err);

/**
 * outfile_commit(f, err):
 * Make the file durable, put it in place and free ${f}.  Return 0, or -1
 * with ${err} filled; the target is then untouched, and ${f} freed too.
 */
int outfile_commit(struct outfile *f, struct err *err);

/**
 * outfile_abort(f):
 * Remove the temporary file and free ${f}; NULL is fine.
 */
void outfile_abort(struct outfile *f);

#endif
