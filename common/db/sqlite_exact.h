/*
 * sqlite_exact - a value of SQLite as JSON that gives back just that value
 *
 *     NULL       null
 *     INTEGER    a number without point and exponent: 10
 *     REAL       a number with one of them: 10.0, 1e+20; the shortest that is
 *                this double; infinity is 9e999
 *     TEXT       a string
 *     BLOB       {"blob":"00ff"}, its bytes
 *     TEXT that is not UTF-8   {"text":"61ff"}, its bytes
 *
 * For undo logs: rows on their way to other databases are written by
 * sqlite_json, which knows what a column means.
 */
#ifndef ROWPIPE_DB_SQLITE_EXACT_H
#define ROWPIPE_DB_SQLITE_EXACT_H

struct arena;
struct buf;
struct err;
struct json_value;
struct sqlite_value;

/**
 * sqlite_exact_put(b, v):
 * Append ${v}.
 */
void sqlite_exact_put(struct buf *b, const struct sqlite_value *v);

/**
 * sqlite_exact_get(j, a, v, err):
 * Store the value that ${j} stands for in ${v}; its bytes are borrowed from
 * the text or live in the arena ${a}.  Return 0, or -1 with ${err} filled
 * (status DIAG_BADINPUT) when it stands for none.
 */
int sqlite_exact_get(const struct json_value *j, struct arena *a,
    struct sqlite_value *v, struct err *err);

/**
 * sqlite_exact_same(a, b):
 * Return non-zero when both are of the same type and the same, bit for bit.
 */
int sqlite_exact_same(const struct sqlite_value *a,
    const struct sqlite_value *b);

#endif
