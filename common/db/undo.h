/*
 * undo - the file that remembers what a program changed in a database
 *
 * NDJSON that people can read, a line for each row changed, in order:
 *
 *     {"op":"begin","v":1,"engine":"sqlite"}
 *     {"op":"insert","table":"t","key":{"id":1},"after":{"id":1,"x":2}}
 *     {"op":"update","table":"t","key":{"id":1},"before":{...},"after":{...}}
 *     {"op":"delete","table":"u","key":{"c":"x"},"rowid":7,"before":{...}}
 *     {"op":"commit","changes":3}
 *
 * "before" and "after" are whole rows, without columns that the database
 * computes.  Those of SQLite are written as sqlite_exact.h says, those of
 * PostgreSQL as undo_row.h.
 *
 * The order of things: undo_sync makes the lines durable before COMMIT,
 * undo_committed adds the last line after it.  Lines that no "commit" follows
 * belong to a transaction of which only the data can tell whether it was
 * committed.
 */
#ifndef ROWPIPE_DB_UNDO_H
#define ROWPIPE_DB_UNDO_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct undo;

/**
 * undo_open(path, engine, err):
 * Start the file ${path}, which must not exist; ${engine} is "sqlite" or
 * "postgresql".  Return NULL with ${err} filled on failure; caller ends with
 * undo_close.
 */
struct undo *undo_open(const char *path, const char *engine,
    struct err *err);

/**
 * undo_line(u, op, table):
 * Begin a line about a row of ${table}.  Return the buffer to append the other
 * members to, each after a comma; undo_line_end ends the line.
 */
struct buf *undo_line(struct undo *u, const char *op, const char *table);

/**
 * undo_name(label, sql):
 * What to call a table of PostgreSQL: its ${label} where that means the table,
 * else its quoted name ${sql}.
 */
const char *undo_name(const char *label, const char *sql);

/**
 * undo_line_end(u, err):
 * End the line.  Return 0, or -1 with ${err} filled when the file could not be
 * written.
 */
int undo_line_end(struct undo *u, struct err *err);

/**
 * undo_keep(u), undo_drop(u, err):
 * The changes since the last call of either stand; were undone by the database
 * itself, and their lines go.  undo_drop returns 0, or -1 with ${err} filled.
 */
void undo_keep(struct undo *u);
int undo_drop(struct undo *u, struct err *err);

/**
 * undo_sync(u, err):
 * COMMIT comes next: make the lines durable, and put the file in place.
 * Return 0, or -1 with ${err} filled.
 */
int undo_sync(struct undo *u, struct err *err);

/**
 * undo_committed(u):
 * COMMIT was done.  That the file could not be told is a warning only.
 */
void undo_committed(struct undo *u);

/**
 * undo_unknown(u):
 * Nobody knows whether COMMIT was done: leave the lines in the file.
 */
void undo_unknown(struct undo *u);

/**
 * undo_close(u):
 * Take the lines since the last COMMIT away, and with them a file in which
 * there are no others, and free ${u}; NULL is fine.
 */
void undo_close(struct undo *u);

#endif
