/*
 * stats - the figures of a run, as the one JSON object that --stats writes
 */
#ifndef ROWPIPE_ROW_STATS_H
#define ROWPIPE_ROW_STATS_H

struct buf;
struct err;
struct ledger;

/**
 * stats_write(path, status, seconds, ledger, more, err):
 * Write {"program":...,"version":...,"status":N,"seconds":S,"in":...,...} to
 * the file ${path} (NULL: do nothing); ${more} (may be NULL) holds further
 * members as JSON text without braces.  Return 0, or -1 with ${err} filled.
 */
int stats_write(const char *path, int status, double seconds,
    const struct ledger *ledger, const struct buf *more, struct err *err);

/**
 * stats_end(path, status, start, ledger, more):
 * At the end of a run that began at ${start} (base/clock.h): as stats_write,
 * and say what goes wrong.  Return the exit status: ${status}, or that of the
 * failure when all else went well.
 */
int stats_end(const char *path, int status, double start,
    const struct ledger *ledger, const struct buf *more);

#endif
