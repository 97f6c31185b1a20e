/*
 * rowsum - one digest of many rows, whatever their order
 *
 * The SHA-256 of the text that has a line for each row, sorted: the SHA-256 of
 * the row's canonical form (canonical.h), as 64 lower-case hex digits, and a
 * newline.  With CANONICAL a program that writes these forms, one a line:
 *
 *     CANONICAL <rows.ndjson | while IFS= read -r row; do
 *         printf %s "$row" | sha256sum | cut -c 1-64
 *     done | LC_ALL=C sort | sha256sum
 *
 * Rows that come twice count twice.  Two sets of rows have the same digest
 * exactly when they are the same rows (as far as SHA-256 tells anything).
 */
#ifndef ROWPIPE_ROW_ROWSUM_H
#define ROWPIPE_ROW_ROWSUM_H

#include <stddef.h>
#include <stdint.h>

struct canonical;
struct err;
struct row;
struct rowsum;

/**
 * rowsum_new(c, memory):
 * Return the digest of no rows, which are compared as ${c} (borrowed) says and
 * sorted in ${memory} bytes; caller frees with rowsum_free.
 */
struct rowsum *rowsum_new(struct canonical *c, size_t memory);

/**
 * rowsum_add(rs, row, err):
 * Take in ${row}.  Return 0, or -1 with ${err} filled.
 */
int rowsum_add(struct rowsum *rs, const struct row *row, struct err *err);

/**
 * rowsum_end(rs, hex, err):
 * Write the digest of all rows to ${hex}, DIGEST_HEX + 1 bytes.  Return 0, or
 * -1 with ${err} filled.
 */
int rowsum_end(struct rowsum *rs, char *hex, struct err *err);

/**
 * rowsum_free(rs):
 * Free ${rs}; NULL is fine.
 */
void rowsum_free(struct rowsum *rs);

#endif
