/*
 * backward - the lines of a file, from the last to the first
 *
 * Reads blocks from the end, in memory for a block and the longest line.
 */
#ifndef ROWPIPE_BASE_BACKWARD_H
#define ROWPIPE_BASE_BACKWARD_H

#include <stddef.h>
#include <stdint.h>

struct backward;
struct err;

/**
 * backward_open(path, end, err):
 * Read the lines of the file ${path} that stand before its byte ${end}
 * (UINT64_MAX: all), which must be a regular file.  Return NULL with ${err}
 * filled (status DIAG_FAIL) on failure; caller frees with backward_close.
 */
struct backward *backward_open(const char *path, uint64_t end,
    struct err *err);

/**
 * backward_next(r, s, len, offset, err):
 * Store the line before the one that came last, without its LF, in *${s} and
 * *${len}, borrowed until the next call, and where it begins in *${offset}.
 * Return 1, 0 when there is none left, or -1 with ${err} filled.
 */
int backward_next(struct backward *r, const char **s, size_t *len,
    uint64_t *offset, struct err *err);

/**
 * backward_close(r):
 * Free ${r}; NULL is fine.
 */
void backward_close(struct backward *r);

#endif
