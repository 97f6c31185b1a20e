/*
 * sqlite - a connection to a SQLite database and its statements
 *
 * The only module that includes sqlite3.h (but for sqlite_fault.c, which is
 * for tests).
 * It adds to SQLite's interface what every program here needs: safe settings,
 * failures as a struct err with the exit status and the hint they deserve,
 * and a line between a row that is refused and a database that cannot go on.
 */
#ifndef ROWPIPE_DB_SQLITE_H
#define ROWPIPE_DB_SQLITE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct sqlite;
struct sqlite_stmt;

enum sqlite_mode {
	SQLITE_MODE_READ,	/* the file exists and stays as it is */
	SQLITE_MODE_WRITE,	/* the file exists; foreign keys are enforced */
	SQLITE_MODE_NEW		/* as WRITE, for a file of which nobody else
				   knows yet: it may be empty, and no journal
				   is left beside it by a process that dies */
};

/* The words of SQLite's "synchronous", in its own order. */
#define SQLITE_SYNCHRONOUS_WORDS "off|normal|full|extra"
#define SQLITE_SYNCHRONOUS_FULL 2

struct sqlite_opts {
	enum sqlite_mode	 mode;
	const char		*name;	/* what messages call it; NULL: path */
	uint64_t		 busy;	/* seconds to wait for a lock */
	int			 sync;	/* index in SQLITE_SYNCHRONOUS_WORDS */
	int			 bare;	/* no foreign keys, triggers and CHECKs:
					   what is written was there before */
};

/* The type of a value that is stored. */
enum sqlite_type {
	SQLITE_TYPE_NULL, SQLITE_TYPE_INTEGER, SQLITE_TYPE_REAL,
	SQLITE_TYPE_TEXT, SQLITE_TYPE_BLOB
};

struct sqlite_value {
	enum sqlite_type	 type;
	int64_t			 integer;
	double			 real;
	const char		*s;	/* TEXT and BLOB; not terminated */
	size_t			 len;
};

/* What happens to a row of a table in the file. */
enum sqlite_change {
	SQLITE_CHANGE_INSERT, SQLITE_CHANGE_UPDATE, SQLITE_CHANGE_DELETE
};

/* Who is told of every change, by triggers and foreign keys too. */
struct sqlite_watch {
	/* Before the change of a row of ${table} whose rowid is ${before} and
	 * will be ${after} (each where there is such a row and the table has
	 * rowids).  The connection may be asked about anything, but nothing
	 * may be written. */
	void (*change)(void *cookie, enum sqlite_change change,
	    const char *table, int64_t before, int64_t after);
	/* A statement has ended: its changes are there, or, without ${kept},
	 * none of them is.  -1 with ${err} filled: cannot go on. */
	int (*done)(void *cookie, int kept, struct err *err);
};

enum sqlite_step {
	SQLITE_STEP_ROW,	/* here is a row of the result */
	SQLITE_STEP_DONE,	/* the statement has done its work */
	SQLITE_STEP_REFUSED,	/* its values broke a constraint or do not fit;
				   the statement left nothing behind */
	SQLITE_STEP_FAIL	/* the database cannot go on */
};

/**
 * sqlite_open(path, opts, err):
 * Open the database file ${path} (borrowed while open; never a URI, never
 * ":memory:") and check that it is one.  An empty file that is opened for
 * writing gets pages of 16 KiB; one with content keeps its settings.  Return
 * NULL with ${err} filled (status DIAG_FAIL) on failure; caller closes with
 * sqlite_close.
 */
struct sqlite *sqlite_open(const char *path, const struct sqlite_opts *opts,
    struct err *err);

/**
 * sqlite_close(db):
 * Roll back what is open, finish with the file and free ${db}; NULL is fine.
 * All statements must have been freed.
 */
void sqlite_close(struct sqlite *db);

/**
 * sqlite_database(db):
 * What messages call the database.
 */
const char *sqlite_database(const struct sqlite *db);

/**
 * sqlite_path(db):
 * The path of the file, as it was opened.
 */
const char *sqlite_path(const struct sqlite *db);

/**
 * sqlite_exec(db, sql, err):
 * Run the statements of ${sql}; rows of a result are thrown away.  Return 0,
 * or -1 with ${err} filled.
 */
int sqlite_exec(struct sqlite *db, const char *sql, struct err *err);

/**
 * sqlite_begin(db, err):
 * Begin a transaction: on a connection for writing take the write lock at once
 * and check foreign keys at COMMIT, not before.  Return 0, or -1 with ${err}
 * filled.
 */
int sqlite_begin(struct sqlite *db, struct err *err);

/**
 * sqlite_commit(db, err):
 * Commit.  Return 0, or -1 with ${err} filled and everything rolled back; the
 * status is DIAG_UNKNOWN when SQLite could not tell whether it is.
 */
int sqlite_commit(struct sqlite *db, struct err *err);

/**
 * sqlite_rollback(db):
 * Roll back the transaction if there is one.
 */
void sqlite_rollback(struct sqlite *db);

/**
 * sqlite_in_transaction(db):
 * Return non-zero when a transaction is open, whoever began it.
 */
int sqlite_in_transaction(const struct sqlite *db);

/**
 * sqlite_fk_pending(db):
 * Return non-zero when rows written in this transaction break a foreign key as
 * things stand.
 */
int sqlite_fk_pending(struct sqlite *db);

/**
 * sqlite_enforces(db):
 * Return non-zero when foreign keys are enforced: not where ${bare} was asked
 * for.
 */
int sqlite_enforces(const struct sqlite *db);

/**
 * sqlite_watch(db, watch, cookie):
 * From now on tell ${watch} (borrowed; NULL: nobody), with ${cookie}.  Before
 * any statement is prepared that writes.
 */
void sqlite_watch(struct sqlite *db, const struct sqlite_watch *watch,
    void *cookie);

/**
 * sqlite_watch_value(db, after, column, v):
 * Within the call of watch->change, store the value that the table's
 * ${column}th column has before the change, or ${after} it, in ${v}, borrowed
 * until that call returns.  Computed columns must not stand before it.
 */
void sqlite_watch_value(struct sqlite *db, int after, size_t column,
    struct sqlite_value *v);

/**
 * sqlite_changes(db):
 * How many rows the statement done last has inserted or updated itself (its
 * triggers not counted).
 */
int64_t sqlite_changes(struct sqlite *db);

/**
 * sqlite_backup(db, path, err):
 * Copy the whole database, as it stands before the transaction that ${db} may
 * have begun, into the empty file ${path} and let SQLite check the copy's
 * integrity.  Return 0, or -1 with ${err} filled.
 */
int sqlite_backup(struct sqlite *db, const char *path, struct err *err);

/**
 * sqlite_prepare(db, sql, len, err):
 * Compile the one statement in the ${len} bytes at ${sql}.  Return NULL with
 * ${err} filled when there is not exactly one or it does not compile; caller
 * frees with sqlite_finalize.
 */
struct sqlite_stmt *sqlite_prepare(struct sqlite *db, const char *sql,
    size_t len, struct err *err);

/**
 * sqlite_ask(db, sql, name, err):
 * Compile the statement ${sql}, whose first parameter is ${name} (NULL: null),
 * borrowed until it has been run.  Return as sqlite_prepare.
 */
struct sqlite_stmt *sqlite_ask(struct sqlite *db, const char *sql,
    const char *name, struct err *err);

/**
 * sqlite_finalize(stmt):
 * Free ${stmt}; NULL is fine.
 */
void sqlite_finalize(struct sqlite_stmt *stmt);

/**
 * sqlite_readonly(stmt):
 * Return non-zero when the statement cannot change the database.
 */
int sqlite_readonly(const struct sqlite_stmt *stmt);

/**
 * sqlite_bind_null(stmt, i), ...:
 * Give the ${i}th parameter (from 1) a value.  Text (UTF-8) and blobs are
 * borrowed until the statement is reset or the parameter bound anew; NUL is
 * a byte like others.  Bytes beyond SQLite's limit for a value make
 * sqlite_step refuse.
 */
void sqlite_bind_null(struct sqlite_stmt *stmt, int i);
void sqlite_bind_int(struct sqlite_stmt *stmt, int i, int64_t v);
void sqlite_bind_real(struct sqlite_stmt *stmt, int i, double v);
void sqlite_bind_text(struct sqlite_stmt *stmt, int i, const char *s,
    size_t len);
void sqlite_bind_blob(struct sqlite_stmt *stmt, int i, const void *p,
    size_t len);

/**
 * sqlite_bind_value(stmt, i, v):
 * Bind a value of whatever type, with the same rules.
 */
void sqlite_bind_value(struct sqlite_stmt *stmt, int i,
    const struct sqlite_value *v);

/**
 * sqlite_bind_json(stmt, i, s, len):
 * As sqlite_bind_text, for text that was found to be JSON: a CHECK of it may
 * take that for granted until the statement has run or is reset, which must
 * be before the bytes change.
 */
void sqlite_bind_json(struct sqlite_stmt *stmt, int i, const char *s,
    size_t len);

/**
 * sqlite_bind_z(stmt, i, s):
 * As sqlite_bind_text, for a NUL-terminated string; NULL binds NULL.
 */
void sqlite_bind_z(struct sqlite_stmt *stmt, int i, const char *s);

/**
 * sqlite_step(stmt, err):
 * Go on to the next row.  After anything but SQLITE_STEP_ROW the statement
 * is reset and can be bound and run again.  REFUSED and FAIL fill ${err},
 * REFUSED with a rule ("unique", "not-null", "check", "type", ...) and the
 * status DIAG_BADINPUT.
 */
enum sqlite_step sqlite_step(struct sqlite_stmt *stmt, struct err *err);

/**
 * sqlite_reset(stmt):
 * Give up the rows of the result that were not read.
 */
void sqlite_reset(struct sqlite_stmt *stmt);

/**
 * sqlite_columns(stmt):
 * How many columns the result has.
 */
size_t sqlite_columns(const struct sqlite_stmt *stmt);

/**
 * sqlite_column_name(stmt, i), sqlite_column_origin(stmt, i, table):
 * The name of the ${i}th column (from 0) of the result; the name of the table
 * column that it is (NULL when it is an expression), with its table in
 * *${table}.  Borrowed until the statement is freed.
 */
const char *sqlite_column_name(const struct sqlite_stmt *stmt, size_t i);
const char *sqlite_column_origin(const struct sqlite_stmt *stmt, size_t i,
    const char **table);

/**
 * sqlite_column(stmt, i, v):
 * Store the value of the ${i}th column of the row at hand in ${v}; its bytes
 * are borrowed until the next step.
 */
void sqlite_column(const struct sqlite_stmt *stmt, size_t i,
    struct sqlite_value *v);

/**
 * sqlite_column_int(stmt, i), sqlite_column_z(stmt, i):
 * The value as a number; as a NUL-terminated string, NULL for NULL, borrowed
 * until the next step.  For the catalog, not for data.
 */
int64_t sqlite_column_int(const struct sqlite_stmt *stmt, size_t i);
const char *sqlite_column_z(const struct sqlite_stmt *stmt, size_t i);

#endif
