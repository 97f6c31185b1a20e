/*
 * scratch - a copy of a database to try things out on, which goes away
 *
 * A watchman, a process of its own, drops the copy when the one that made it
 * closes it or is gone, however that happened.  Processes that it has forked
 * count as long as they live; those that they have started do not.
 */
#ifndef ROWPIPE_DB_SCRATCH_H
#define ROWPIPE_DB_SCRATCH_H

struct engine;
struct err;
struct scratch;

/**
 * scratch_new(e, err):
 * Copy the database of ${e}: SQLite's with its backup interface into the
 * directory for temporary files; PostgreSQL's as a database of the same
 * server, made from it as a template, or through pg_dump while others are
 * connected to it.  Return NULL with ${err} filled on failure; caller frees
 * with scratch_close.
 */
struct scratch *scratch_new(struct engine *e, struct err *err);

/**
 * scratch_empty(e, err):
 * As scratch_new, but with nothing in it.
 */
struct scratch *scratch_empty(struct engine *e, struct err *err);

/**
 * scratch_conn(s):
 * What names the copy for engine_open; borrowed.
 */
const char *scratch_conn(const struct scratch *s);

/**
 * scratch_close(s, err):
 * Drop the copy and free ${s}; NULL is fine.  Return 0, or -1 with ${err}
 * filled when it is still there.
 */
int scratch_close(struct scratch *s, struct err *err);

#endif
