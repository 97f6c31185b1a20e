/*
 * sqlite_json - a value of SQLite becomes JSON
 *
 * What is known of a column's type (recorded when rowpipe created the table,
 * or told by --schema) makes of text that is JSON a JSON value, of 0 and 1 a
 * boolean, of text that is an exact number that number, and writes a double
 * as PostgreSQL does.  Without it, what is stored is what is written.
 */
#ifndef ROWPIPE_DB_SQLITE_JSON_H
#define ROWPIPE_DB_SQLITE_JSON_H

struct buf;
struct column;
struct err;
struct sqlite_json;
struct sqlite_value;

/**
 * sqlite_json_new():
 * Return a writer; caller frees with sqlite_json_free.
 */
struct sqlite_json *sqlite_json_new(void);

/**
 * sqlite_json_put(w, v, c, b, err):
 * Append ${v}, a value of a column of which ${c} (may be NULL) tells the type,
 * to ${b}.  Return 0; 1 when it is not what the type says and was written as
 * what is stored; or -1 with ${err} filled when it is text that is not UTF-8.
 */
int sqlite_json_put(struct sqlite_json *w, const struct sqlite_value *v,
    const struct column *c, struct buf *b, struct err *err);

/**
 * sqlite_json_free(w):
 * Free ${w}; NULL is fine.
 */
void sqlite_json_free(struct sqlite_json *w);

#endif
