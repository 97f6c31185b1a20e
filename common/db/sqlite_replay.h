/*
 * sqlite_replay - one change of an undo log done backwards, or again
 *
 * On a connection without triggers, foreign keys and CHECKs (struct
 * sqlite_opts, bare), so that nothing happens but what the log says.
 */
#ifndef ROWPIPE_DB_SQLITE_REPLAY_H
#define ROWPIPE_DB_SQLITE_REPLAY_H

#include "db/revert.h"

struct change;
struct err;
struct sqlite;
struct sqlite_replay;

/**
 * sqlite_replay_new(db, err):
 * Make ready to change the rows of ${db} (borrowed), which is in a
 * transaction.  Return NULL with ${err} filled on failure; caller frees with
 * sqlite_replay_free.
 */
struct sqlite_replay *sqlite_replay_new(struct sqlite *db, struct err *err);

/**
 * sqlite_replay_change(r, c, forward, force, err):
 * Undo the change ${c}, or do it again (${forward}), when the row is exactly
 * as it was after (before) it, or in any case with ${force}.
 */
enum revert_done sqlite_replay_change(struct sqlite_replay *r,
    const struct change *c, int forward, int force, struct err *err);

/**
 * sqlite_replay_mark(r, err), sqlite_replay_back(r, err):
 * Remember this point; go back to it.  Return 0, or -1 with ${err} filled.
 */
int sqlite_replay_mark(struct sqlite_replay *r, struct err *err);
int sqlite_replay_back(struct sqlite_replay *r, struct err *err);

/**
 * sqlite_replay_end(r, err):
 * All changes are done: settle what SQLite keeps beside the rows.  Return 0,
 * or -1 with ${err} filled.
 */
int sqlite_replay_end(struct sqlite_replay *r, struct err *err);

/**
 * sqlite_replay_free(r):
 * Free ${r}; NULL is fine.
 */
void sqlite_replay_free(struct sqlite_replay *r);

#endif
