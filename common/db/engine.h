/*
 * engine - a connection to a database of either kind, for small questions
 *
 * For programs whose work is the same on PostgreSQL and on SQLite: catalogs,
 * books of their own, statements that somebody else wrote.  Results are held
 * whole, as text; rows of data go through pgsource, sqlite_source and the
 * sinks.  Where the engines differ, engine_pg and engine_sqlite give what is
 * underneath.
 */
#ifndef ROWPIPE_DB_ENGINE_H
#define ROWPIPE_DB_ENGINE_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct engine;
struct engine_result;
struct err;
struct pg;
struct sqlite;

enum engine_mode {
	ENGINE_READ,		/* nothing can be changed */
	ENGINE_WRITE
};

/**
 * engine_open(conn, mode, busy, err):
 * Connect to the database ${conn} (borrowed), which is SQLite or PostgreSQL as
 * target_is_sqlite has it; NULL is what the environment says of PostgreSQL.
 * ${busy} is how many seconds to wait for a lock on a SQLite file.  Return NULL
 * with ${err} filled on failure; caller frees with engine_close.
 */
struct engine *engine_open(const char *conn, enum engine_mode mode,
    uint64_t busy, struct err *err);

/**
 * engine_open_pg(conn, mode, err), engine_open_sqlite(path, mode, busy, err):
 * The same for programs that know only one kind and are linked with one only.
 */
struct engine *engine_open_pg(const char *conn, enum engine_mode mode,
    struct err *err);
struct engine *engine_open_sqlite(const char *path, enum engine_mode mode,
    uint64_t busy, struct err *err);

/**
 * engine_of_pg(pg), engine_of_sqlite(db):
 * Return an engine on a connection that stays the caller's; ends with
 * engine_close, which leaves the connection and its transaction alone.
 */
struct engine *engine_of_pg(struct pg *pg);
struct engine *engine_of_sqlite(struct sqlite *db);

/**
 * engine_again(e, err):
 * Open one more connection to the database of ${e}, as engine_open.
 */
struct engine *engine_again(const struct engine *e, struct err *err);

/**
 * engine_close(e):
 * Roll back what is open and disconnect; NULL is fine.
 */
void engine_close(struct engine *e);

/**
 * engine_pg(e), engine_sqlite(e):
 * The connection underneath, which stays the engine's; NULL when it is of the
 * other kind.
 */
struct pg *engine_pg(const struct engine *e);
struct sqlite *engine_sqlite(const struct engine *e);

/**
 * engine_place(e):
 * What messages call the database, without secrets; lives as long as ${e}.
 */
const char *engine_place(struct engine *e);

/**
 * engine_begin(e, err), engine_commit(e, err), engine_rollback(e):
 * Begin and end a transaction; on SQLite one for writing has the write lock
 * from its beginning.  Return 0, or -1 with ${err} filled; its status is
 * DIAG_UNKNOWN when nobody can tell whether COMMIT was done.
 */
int engine_begin(struct engine *e, struct err *err);
int engine_commit(struct engine *e, struct err *err);
void engine_rollback(struct engine *e);

/**
 * engine_exec(e, sql, err):
 * Run one statement whose result does not matter.  Return 0, or -1 with ${err}
 * filled.
 */
int engine_exec(struct engine *e, const char *sql, struct err *err);

/**
 * engine_query(e, sql, params, n, err):
 * Run one statement with ${n} parameters, as text, NULL for null, which it
 * calls $1, $2 ... in the order of their first use.  Return its result; caller
 * frees with engine_done.  Return NULL with ${err} filled on failure.
 */
struct engine_result *engine_query(struct engine *e, const char *sql,
    const char *const *params, size_t n, struct err *err);

/**
 * engine_rows(r):
 * How many rows the result has.
 */
size_t engine_rows(const struct engine_result *r);

/**
 * engine_get(r, row, i), engine_get_int(r, row, i):
 * The value of a column (from 0): as text, NULL for null, borrowed until
 * engine_done; as a number, 0 for null.
 */
const char *engine_get(const struct engine_result *r, size_t row, size_t i);
int64_t engine_get_int(const struct engine_result *r, size_t row, size_t i);

/**
 * engine_affected(r):
 * How many rows the statement inserted, updated or deleted itself.
 */
uint64_t engine_affected(const struct engine_result *r);

/**
 * engine_done(r):
 * Free ${r}; NULL is fine.
 */
void engine_done(struct engine_result *r);

#endif
