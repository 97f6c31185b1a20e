/*
 * rejects - rows that were refused, kept so that they can be mended
 *
 * Each becomes one line {"row":{...},"why":[{"path":...,"rule":...,
 * "message":...,"hint":...}],"at":{"file":...,"line":17}}; "path" and "hint"
 * only where there is one.  A line that is no JSON stands as a string under
 * "text" instead of "row", with U+FFFD for bytes that are not UTF-8;
 * "offset" in "at" says where they are.
 */
#ifndef ROWPIPE_ROW_REJECTS_H
#define ROWPIPE_ROW_REJECTS_H

#include <stdint.h>

struct err;
struct rejects;
struct row;

/**
 * rejects_open(path, max, err):
 * Start the file ${path} (NULL: keep none; the first few are said on standard
 * error instead), which appears when
 * rejects_close puts it in place; more than ${max} rejects end the run
 * (UINT64_MAX: no bound).  Return NULL with ${err} filled on failure.
 */
struct rejects *rejects_open(const char *path, uint64_t max,
    struct err *err);

/**
 * rejects_resume(path, max, keep, err):
 * As rejects_open, for a run that may be broken off and go on: what is added
 * goes into the file itself, after the first ${keep} bytes of it, which an
 * earlier run has left.  Return NULL with ${err} filled on failure, or when
 * there are fewer.
 */
struct rejects *rejects_resume(const char *path, uint64_t max, uint64_t keep,
    struct err *err);

/**
 * rejects_sync(r, bytes, err):
 * Put on disk what was added, and store in *${bytes} how long the file is: 0
 * without a file.  Return 0, or -1 with ${err} filled.
 */
int rejects_sync(struct rejects *r, uint64_t *bytes, struct err *err);

/**
 * rejects_add(r, row, why, err):
 * Keep ${row} for the reason ${why} (its msg, hint, rule and path) and those
 * in its list of more.  A line
 * that was not read as JSON (row->shape is 0) is kept as text.  Return 0, or
 * -1 with ${err} filled when it could not be written or is one too many
 * (status DIAG_BADINPUT).
 */
int rejects_add(struct rejects *r, const struct row *row,
    const struct err *why, struct err *err);

/**
 * rejects_count(r):
 * How many were added.
 */
uint64_t rejects_count(const struct rejects *r);

/**
 * rejects_abandon(r):
 * Free ${r}, to which nothing was added; its file stays as it was.  NULL is
 * fine.
 */
void rejects_abandon(struct rejects *r);

/**
 * rejects_close(r, err):
 * Put the file in place (empty when nothing was rejected) and free ${r}.
 * Also the end of a run that failed: what was rejected until then is worth
 * seeing.  Return 0, or -1 with ${err} filled.
 */
int rejects_close(struct rejects *r, struct err *err);

#endif
