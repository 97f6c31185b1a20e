/*
 * keyset - rules that look at more than one row: unique and references
 *
 * unique: no row has the key of an earlier one.  references: the key of a row
 * is that of a row of another file, or of this stream.  As in SQL, a key with
 * a field that is null or absent is not compared, so it breaks neither.  Every
 * row that is given counts, also one that another of these rules refuses.
 *
 * The answer is exact and memory is bounded.  While the keys fit, each row is
 * decided on as it comes.  From then on rows are held (held.h), their keys
 * sorted (base/sorter.h), and the decisions come at the end, with the rows in
 * their order.
 */
#ifndef ROWPIPE_ROW_KEYSET_H
#define ROWPIPE_ROW_KEYSET_H

#include <stddef.h>
#include <stdint.h>

#include "row/input.h"

struct err;
struct key;
struct keyset;
struct row;

#define KEYSET_MEMORY	((uint64_t)256 << 20)	/* default of --memory */

/**
 * keyset_new(memory):
 * Return a set of no rules that uses about ${memory} bytes, some MiB at
 * least; caller frees with keyset_free.
 */
struct keyset *keyset_new(uint64_t memory);

/**
 * keyset_unique(ks, key):
 * No two rows may have the same ${key}, which ${ks} now owns.
 */
void keyset_unique(struct keyset *ks, struct key *key);

/**
 * keyset_nulls(ks):
 * From now on, null and absent are values like others, and are compared.
 */
void keyset_nulls(struct keyset *ks);

/**
 * keyset_references(ks, key, path, parent, max_line, err):
 * The ${key} of each row must be the ${parent} key of a row of the file
 * ${path} (NULL: of this stream, before or after), which is read now; lines of
 * more than ${max_line} bytes are refused.  ${ks} now owns both keys, which
 * have as many fields.  Return 0, or -1 with ${err} filled.
 */
int keyset_references(struct keyset *ks, struct key *key, const char *path,
    struct key *parent, uint64_t max_line, struct err *err);

/**
 * keyset_parse(ks, text, max_line, err):
 * As keyset_references, for "COLUMNS=FILE:COLUMNS", where FILE is not "-".
 * Return 0, or -1 with ${err} filled (DIAG_USAGE when the text makes no
 * sense).
 */
int keyset_parse(struct keyset *ks, const char *text, uint64_t max_line,
    struct err *err);

/**
 * keyset_unseen(ks, at):
 * Return the next field of a rule that no row had, more often a slip than
 * meant, borrowed from ${ks}; NULL when there is none left.  *${at} begins as
 * 0.
 */
const char *keyset_unseen(const struct keyset *ks, size_t *at);

enum keyset_verdict {
	KEYSET_GOOD,		/* the row breaks no rule */
	KEYSET_BAD,		/* it does, and the error says which */
	KEYSET_HELD,		/* it comes back from keyset_next */
	KEYSET_FAIL
};

/**
 * keyset_row(ks, row, err):
 * Judge ${row}.  KEYSET_BAD fills ${err} (rule "unique" or "references", and
 * the path of the field when it is one).  All rows of one input must be given
 * to the same ${ks}.
 */
enum keyset_verdict keyset_row(struct keyset *ks, const struct row *row,
    struct err *err);

/**
 * keyset_next(ks, row, err):
 * After the last row: point *${row} at the next of those that were held,
 * borrowed until the next call, with no fields.  INPUT_BAD fills ${err} as
 * KEYSET_BAD does.
 */
enum input_status keyset_next(struct keyset *ks, struct row **row,
    struct err *err);

/**
 * keyset_free(ks):
 * Free ${ks}; NULL is fine.
 */
void keyset_free(struct keyset *ks);

#endif
