/*
 * pg - a connection to PostgreSQL, and the only module that knows libpq
 *
 * Statements go one at a time, by the extended protocol: whatever a text says,
 * it is one statement or an error.  Errors carry SQLSTATE, and the status
 * DIAG_FAIL.  A connection is used by one thread at a time.
 */
#ifndef ROWPIPE_DB_PG_H
#define ROWPIPE_DB_PG_H

#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"

struct buf;
struct err;
struct pg;
struct pg_result;		/* libpq's own */

/* The option by which every program names its server. */
#define PG_OPTS(type, m) \
	OPT_STR('d', "dbname", "CONNINFO", \
	    "database: name, string or URI (default PG*)", type, m)

/**
 * pg_open(arg, err):
 * Connect to the server that ${arg}, the argument of option -d or NULL, names:
 * a database, or a libpq string or URI.  What it does not say comes from the
 * PG* environment, the service file and ~/.pgpass; a password is never asked
 * for.  One that stands in ${arg} is overwritten there, where other users can
 * see it, and draws a warning.  Return NULL with ${err} filled on failure;
 * caller frees with pg_close.
 */
struct pg *pg_open(const char *arg, struct err *err);

/**
 * pg_again(pg, err):
 * Open one more connection to the server and database of ${pg}, as pg_open.
 */
struct pg *pg_again(const struct pg *pg, struct err *err);

/**
 * pg_close(pg):
 * Disconnect, which rolls back what is open; NULL is fine.
 */
void pg_close(struct pg *pg);

/**
 * pg_place(pg):
 * What messages call the connection, "database \"app\" on localhost:5432",
 * without secrets; lives as long as ${pg}.
 */
const char *pg_place(const struct pg *pg);

/**
 * pg_environment(pg, set, cookie):
 * Call ${set} with each variable of libpq's environment, and its value, that
 * brings a program which says nothing of its connection to where ${pg} is, the
 * password among them.
 */
void pg_environment(const struct pg *pg, void (*set)(void *cookie,
    const char *name, const char *value), void *cookie);

/**
 * pg_on_notice(pg, heard, cookie):
 * Let ${heard} know of whatever the server says beside its answers: the level
 * ("NOTICE"), and a text that is fit for a terminal.
 */
void pg_on_notice(struct pg *pg, void (*heard)(void *cookie,
    const char *level, const char *text), void *cookie);

/**
 * pg_put_conninfo(pg, b):
 * Append a connection string for the same server and database, but for
 * passwords.
 */
void pg_put_conninfo(const struct pg *pg, struct buf *b);

/**
 * pg_in_transaction(pg):
 * Return non-zero when a transaction is open, or has failed and not ended.
 */
int pg_in_transaction(const struct pg *pg);

/**
 * pg_aborted(pg):
 * Return non-zero when a statement has failed and the transaction can only be
 * rolled back, or the connection is lost.
 */
int pg_aborted(const struct pg *pg);

/**
 * pg_version(pg):
 * The server's version as libpq has it: 150004 is 15.4.
 */
int pg_version(const struct pg *pg);

/**
 * pg_state(pg):
 * SQLSTATE of the last statement that failed, or "".
 */
const char *pg_state(const struct pg *pg);

/* What the server said of the last statement that failed; "" where it did
 * not. */
struct pg_failure {
	char		 state[6];		/* SQLSTATE */
	char		 constraint[64];
	char		 column[64];
	char		 schema[64], table[64];	/* that these are of */
	char		 text[768];		/* the message itself */
	char		 detail[512], hint[512];
	uint64_t	 line;			/* of a COPY's data; 0: none */
	char		 at[128];		/* and the column: its name,
						   and perhaps ": " and its
						   value, "" */
	int		 inside;		/* it has a context: a COPY, or
						   a function */
};

/**
 * pg_failure(pg):
 * The last failure, borrowed until the next.  Its texts are data, cut where
 * they are too long: fit for a message only after quote_plain, but for text,
 * detail and hint, which are.
 */
const struct pg_failure *pg_failure(const struct pg *pg);

/**
 * pg_alive(pg):
 * Return zero when the connection is lost.
 */
int pg_alive(const struct pg *pg);

/**
 * pg_begin(pg, snapshot, err):
 * Begin a READ ONLY, REPEATABLE READ transaction, on the exported snapshot
 * ${snapshot} unless that is NULL, with the settings that make values the same
 * everywhere.  Return 0, or -1 with ${err} filled.
 */
int pg_begin(struct pg *pg, const char *snapshot, struct err *err);

/**
 * pg_begin_write(pg, err):
 * Begin a READ WRITE, READ COMMITTED transaction with the same settings.
 * Return 0, or -1 with ${err} filled.
 */
int pg_begin_write(struct pg *pg, struct err *err);

/**
 * pg_commit(pg, err):
 * Commit.  Return 0 when the server has said that it is done; -1 with ${err}
 * filled when it has said that it is not, and the transaction is rolled back,
 * or when the connection was lost and nobody can know: the status of ${err} is
 * DIAG_UNKNOWN then.
 */
int pg_commit(struct pg *pg, struct err *err);

/**
 * pg_export(pg, b, err):
 * Append the name under which other connections can see the snapshot of the
 * open transaction, as long as it lasts.  Return 0, or -1 with ${err} filled.
 */
int pg_export(struct pg *pg, struct buf *b, struct err *err);

/**
 * pg_put_settings(b):
 * Append the settings that change how values are written, as the JSON object
 * that stands in @stream.
 */
void pg_put_settings(struct buf *b);

/**
 * pg_query(pg, sql, params, n, err):
 * Run one statement with ${n} parameters, as text, NULL for null, and return
 * its result; caller frees with pg_done.  Return NULL with ${err} filled on
 * failure.
 */
struct pg_result *pg_query(struct pg *pg, const char *sql,
    const char *const *params, size_t n, struct err *err);

/**
 * pg_exec(pg, sql, err):
 * Run one statement without parameters whose result does not matter.  Return
 * 0, or -1 with ${err} filled.
 */
int pg_exec(struct pg *pg, const char *sql, struct err *err);

/**
 * pg_session(pg, sql, err):
 * Run one statement of the user's within our transaction.  As pg_exec, but
 * refuse, with DIAG_USAGE, what would take the transaction or the encoding of
 * rows from us; the transaction cannot go on then.
 */
int pg_session(struct pg *pg, const char *sql, struct err *err);

/**
 * pg_describe(pg, sql, err):
 * Let the server compile one statement without running it, and return a result
 * without rows that has its columns; caller frees with pg_done.  Return NULL
 * with ${err} filled on failure.
 */
struct pg_result *pg_describe(struct pg *pg, const char *sql,
    struct err *err);

/**
 * pg_rows(res), pg_fields(res):
 * How many rows and columns ${res} has.
 */
size_t pg_rows(const struct pg_result *res);
size_t pg_fields(const struct pg_result *res);

/**
 * pg_field_name(res, i), pg_field_type(res, i), pg_field_mod(res, i):
 * Name (borrowed), type's OID and type modifier of column ${i}.
 */
const char *pg_field_name(const struct pg_result *res, size_t i);
uint32_t pg_field_type(const struct pg_result *res, size_t i);
int pg_field_mod(const struct pg_result *res, size_t i);

/**
 * pg_get(res, row, i), pg_get_int(res, row, i), pg_get_bool(res, row, i):
 * The value of a column: as text, NULL for null, borrowed until pg_done; as a
 * number, 0 for null; non-zero when true.
 */
const char *pg_get(const struct pg_result *res, size_t row, size_t i);
int64_t pg_get_int(const struct pg_result *res, size_t row, size_t i);
int pg_get_bool(const struct pg_result *res, size_t row, size_t i);

/**
 * pg_affected(res):
 * How many rows the statement inserted, updated, deleted or returned.
 */
uint64_t pg_affected(const struct pg_result *res);

/**
 * pg_done(res):
 * Free ${res}; NULL is fine.
 */
void pg_done(struct pg_result *res);

enum pg_copy { PG_COPY_DATA, PG_COPY_WAIT, PG_COPY_END, PG_COPY_FAIL };

/**
 * pg_copy(pg, sql, err):
 * Start the COPY ... TO STDOUT statement ${sql}.  Return 0, or -1 with ${err}
 * filled.
 */
int pg_copy(struct pg *pg, const char *sql, struct err *err);

/**
 * pg_copy_next(pg, ms, s, len, err):
 * Store the next piece of the COPY begun, whole rows, in *${s} and *${len},
 * borrowed until the next call.  PG_COPY_WAIT: there was none within ${ms}
 * milliseconds (-1: wait for ever).  After PG_COPY_END, and PG_COPY_FAIL with
 * ${err} filled, the COPY is over.
 */
enum pg_copy pg_copy_next(struct pg *pg, int ms, const char **s, size_t *len,
    struct err *err);

/**
 * pg_copy_in(pg, sql, err):
 * Start the COPY ... FROM STDIN statement ${sql}.  Return 0, or -1 with ${err}
 * filled.
 */
int pg_copy_in(struct pg *pg, const char *sql, struct err *err);

/**
 * pg_copy_put(pg, s, len, err):
 * Send ${len} bytes of the data of the COPY begun.  Return 0, or -1 with ${err}
 * filled when the connection is lost: the COPY is then over.
 */
int pg_copy_put(struct pg *pg, const char *s, size_t len, struct err *err);

/**
 * pg_copy_done(pg, rows, err):
 * End the data of the COPY begun and store how many rows it has stored in
 * *${rows}.  Return 0, or -1 with ${err} filled.  The COPY is over either way.
 */
int pg_copy_done(struct pg *pg, uint64_t *rows, struct err *err);

/**
 * pg_cancel(pg):
 * Ask the server to give up what it is doing for ${pg}; the one function that
 * may be called while another thread uses it.
 */
void pg_cancel(struct pg *pg);

/**
 * pg_quote(b, name):
 * Append an identifier in double quotes, as the server reads it.
 */
void pg_quote(struct buf *b, const char *name);

#endif
