/*
 * runlock - one runner of migrations at a time for each database
 *
 * On PostgreSQL an advisory lock on a connection of its own; on SQLite a lock
 * on the file "FILE-rowpipe.lock" beside the database, which stays.  Either
 * ends with the process that holds it, and with what it has forked to see to
 * the end of its children.
 */
#ifndef ROWPIPE_DB_RUNLOCK_H
#define ROWPIPE_DB_RUNLOCK_H

#include <stdint.h>

struct buf;
struct engine;
struct err;
struct runlock;

/**
 * runlock_take(e, wait, err):
 * Take the lock for the database of ${e}, waiting at most ${wait} seconds for
 * whoever has it, of whom a note is printed.  Return NULL with ${err} filled
 * when it could not be had; caller frees with runlock_free.
 */
struct runlock *runlock_take(struct engine *e, uint64_t wait,
    struct err *err);

/**
 * runlock_holder(e, b, err):
 * Return 1 and append who has the lock when somebody has, 0 when nobody, or -1
 * with ${err} filled.
 */
int runlock_holder(struct engine *e, struct buf *b, struct err *err);

/**
 * runlock_step(e, wait, err):
 * On the connection ${e} of a step: on PostgreSQL make sure that no server
 * process still works on a step of a runner that is gone, waiting for that at
 * most ${wait} seconds.  Return 0, or -1 with ${err} filled.
 */
int runlock_step(struct engine *e, uint64_t wait, struct err *err);

/**
 * runlock_held(l, err):
 * Return 0 when the lock is still there, or -1 with ${err} filled.
 */
int runlock_held(struct runlock *l, struct err *err);

/**
 * runlock_free(l):
 * Give the lock back; NULL is fine.
 */
void runlock_free(struct runlock *l);

#endif
