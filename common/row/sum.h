/*
 * sum - checksum files as "sha256sum -c" reads them
 *
 *     # rows: 7, bytes: 3990
 *     4b5e...d1  clients.ndjson
 *
 * The first line is ours: a comment to those who read such files.  A digest
 * of rows in any order (rowsum.h) stands as
 *
 *     # rows: 7
 *     ROWS-SHA256 (clients.ndjson) = 70c3...5e
 *
 * which those who sum bytes do not take for one of theirs.
 */
#ifndef ROWPIPE_ROW_SUM_H
#define ROWPIPE_ROW_SUM_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

struct sum {
	char		sha256[65];	/* lower-case hex */
	int		counted;	/* are the next two known? */
	uint64_t	rows, bytes;
};

enum sum_kind { SUM_BYTES, SUM_ROWS };

/**
 * sum_put(b, sum, kind, name):
 * Append the lines for the file ${name}, its newlines and backslashes escaped
 * as sha256sum does it; the comment only when counted.
 */
void sum_put(struct buf *b, const struct sum *sum, enum sum_kind kind,
    const char *name);

/**
 * sum_find(s, len, kind, name, sum, err):
 * Read the ${len} bytes at ${s}, the content of a checksum file (of
 * "sha256sum", with or without --tag, or of sum_put), and store the entry of
 * that ${kind} for ${name} in ${sum}; a file with a single one need not name
 * it.  Return 0, or -1 with ${err} filled (DIAG_BADINPUT) when a line is not
 * understood or there is no such entry.
 */
int sum_find(const char *s, size_t len, enum sum_kind kind, const char *name,
    struct sum *sum, struct err *err);

#endif
