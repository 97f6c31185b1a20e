/*
 * feed - the rows of a table of either engine, one after the other
 */
#ifndef ROWPIPE_DB_FEED_H
#define ROWPIPE_DB_FEED_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct engine;
struct err;
struct feed;
struct findings;

/**
 * feed_open(conn, table, where, limit, err):
 * Read the table ${table}, written as in SQL, of the database ${conn}, which
 * means SQLite or PostgreSQL as target_is_sqlite has it: the rows that meet
 * the condition ${where} (NULL: all), at most ${limit} (UINT64_MAX: all).
 * Strings are borrowed for as long as the feed is open.  Return NULL with
 * ${err} filled on failure; caller frees with feed_close.
 */
struct feed *feed_open(const char *conn, const char *table,
    const char *where, uint64_t limit, struct err *err);

/**
 * feed_from(e, table, where, err):
 * As feed_open, for the connection ${e} in its transaction, which is open and
 * serves nothing else meanwhile.
 */
struct feed *feed_from(struct engine *e, const char *table,
    const char *where, struct err *err);

/**
 * feed_next(f, b, err):
 * Append the next row as a JSON object, without LF, to ${b}.  Return 1, 0 when
 * there is none left, or -1 with ${err} filled.
 */
int feed_next(struct feed *f, struct buf *b, struct err *err);

/**
 * feed_label(f), feed_place(f), feed_rows(f):
 * What messages call the table; where it is; how many rows to expect, 0 when
 * that is not known.
 */
const char *feed_label(const struct feed *f);
const char *feed_place(const struct feed *f);
uint64_t feed_rows(const struct feed *f);

/**
 * feed_facts(f, fs, err):
 * Add to ${fs} what there is to say of the table that is read: rows that its
 * row security hides, types of extensions.  Before the first row.  Return 0,
 * or -1 with ${err} filled.
 */
int feed_facts(struct feed *f, struct findings *fs, struct err *err);

/**
 * feed_close(f):
 * Free ${f}; NULL is fine.
 */
void feed_close(struct feed *f);

#endif
