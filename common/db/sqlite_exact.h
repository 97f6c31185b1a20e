/*
 * sqlite_exact - a value of SQLite as JSON that gives back just that value
 *
 *     NULL       null
 *     INTEGER    a number without point and exponent: 10
 *     REAL       a number with one of them: 10.5; the shortest that is this
 *                double
 *     TEXT       a string
 *     BLOB       {"blob":"00ff"}, its bytes
 *     TEXT that is not UTF-8   {"text":"61ff"}, its bytes
 *
 * What other programs would write otherwise when they pass it on, because all
 * their numbers are doubles, is an object as well:
 *
 *     INTEGER beyond 2^53      {"integer":"9007199254740993"}
 *     REAL, a whole number     {"real":"10.0"}, {"real":"Infinity"}
 *
 * In a column that makes all numbers REAL anyway, whole ones are just numbers.
 *
 * For undo logs: rows on their way to other databases are written by
 * sqlite_json, which knows what a column means.
 */
#ifndef ROWPIPE_DB_SQLITE_EXACT_H
#define ROWPIPE_DB_SQLITE_EXACT_H

#include <stdint.h>

struct arena;
struct buf;
struct err;
struct json_value;
struct sqlite_value;

/**
 * sqlite_exact_put(b, v, real):
 * Append ${v}; ${real}: numbers of its column are always REAL.
 */
void sqlite_exact_put(struct buf *b, const struct sqlite_value *v, int real);

/**
 * sqlite_exact_put_int(b, n), sqlite_exact_get_int(j, n):
 * The same for the INTEGER ${n}.  The latter stores it in *${n}, or returns 0.
 */
void sqlite_exact_put_int(struct buf *b, int64_t n);
int sqlite_exact_get_int(const struct json_value *j, int64_t *n);

/**
 * sqlite_exact_get(j, real, a, v, err):
 * Store the value that ${j} stands for in ${v}; ${real}: any number is REAL.
 * Its bytes are borrowed from the text or live in the arena ${a}.  Return 0,
 * or -1 with ${err} filled (status DIAG_BADINPUT) when it stands for none.
 */
int sqlite_exact_get(const struct json_value *j, int real, struct arena *a,
    struct sqlite_value *v, struct err *err);

/**
 * sqlite_exact_same(a, b):
 * Return non-zero when both are of the same type and the same, bit for bit.
 */
int sqlite_exact_same(const struct sqlite_value *a,
    const struct sqlite_value *b);

#endif
