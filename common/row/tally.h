/*
 * tally - how much two sets of rows differ, for people
 */
#ifndef ROWPIPE_ROW_TALLY_H
#define ROWPIPE_ROW_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "row/differ.h"

struct buf;
struct err;
struct key;
struct keyed;
struct tally;

/**
 * tally_new():
 * Return counts of nothing; caller frees with tally_free.
 */
struct tally *tally_new(void);

/**
 * tally_found(t, op, fields, n):
 * Count a difference, and the ${n} keys at ${fields} that differ.
 */
void tally_found(struct tally *t, enum differ_op op,
    const struct json_value *fields, size_t n);

/**
 * tally_repeats(t, k, key, row, n):
 * Count that ${n} rows of ${k} have the key ${key} of ${row}, and say so when
 * not many were said before.
 */
void tally_repeats(struct tally *t, const struct keyed *k,
    const struct key *key, const struct differ_row *row, uint64_t n);

/**
 * tally_end(t, a, b, same):
 * All was compared: the rows of ${a} and ${b}, borrowed, of which ${same} were
 * the same.  The others that follow need this.
 */
void tally_end(struct tally *t, const struct keyed *a, const struct keyed *b,
    uint64_t same);

/**
 * tally_differ(t):
 * Return non-zero when there was anything to count.
 */
int tally_differ(const struct tally *t);

/**
 * tally_say(t):
 * Print the summary line, unless -q was given.
 */
void tally_say(const struct tally *t);

/**
 * tally_put(t, keyed, b):
 * Append the table for people to ${b}: rows, what was found, and in how many
 * rows each field has changed; keys that repeat when there was a key.
 */
void tally_put(const struct tally *t, int keyed, struct buf *b);

/**
 * tally_stats(t, path, status, seconds, err):
 * Write the counts as stats_write (stats.h) does.
 */
int tally_stats(const struct tally *t, const char *path, int status,
    double seconds, struct err *err);

/**
 * tally_free(t):
 * Free ${t}; NULL is fine.
 */
void tally_free(struct tally *t);

#endif
