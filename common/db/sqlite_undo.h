/*
 * sqlite_undo - writes the undo log (undo.h) of what a connection changes
 *
 * SQLite itself tells of every row before it changes (preupdate hook), also of
 * what triggers and foreign keys do; the row is read then, and again when its
 * change is done.  Of a statement that fails nothing stays in the log.
 */
#ifndef ROWPIPE_DB_SQLITE_UNDO_H
#define ROWPIPE_DB_SQLITE_UNDO_H

struct err;
struct sqlite;
struct sqlite_undo;

/**
 * sqlite_undo_new(db, path, err):
 * From now on write down what ${db} (borrowed), which is in a transaction,
 * changes, in the file ${path}, which must not exist.  Before any statement is
 * prepared that writes.  Return NULL with ${err} filled on failure; caller
 * frees with sqlite_undo_free, before ${db} is closed.
 */
struct sqlite_undo *sqlite_undo_new(struct sqlite *db, const char *path,
    struct err *err);

/**
 * sqlite_undo_sync(u, err):
 * COMMIT comes next: make the log durable.  Return 0, or -1 with ${err}
 * filled.
 */
int sqlite_undo_sync(struct sqlite_undo *u, struct err *err);

/**
 * sqlite_undo_committed(u), sqlite_undo_unknown(u):
 * COMMIT was done; nobody knows whether it was.
 */
void sqlite_undo_committed(struct sqlite_undo *u);
void sqlite_undo_unknown(struct sqlite_undo *u);

/**
 * sqlite_undo_detach(u):
 * Nothing more will be written down, and the connection can be closed.
 */
void sqlite_undo_detach(struct sqlite_undo *u);

/**
 * sqlite_undo_free(u):
 * Take what was not committed away from the log, and free ${u}; NULL is fine.
 */
void sqlite_undo_free(struct sqlite_undo *u);

#endif
