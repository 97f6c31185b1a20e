/*
 * ddl - CREATE TABLE from the table model
 *
 * SQLite tables are STRICT, with only INTEGER, REAL, TEXT, BLOB and ANY as
 * declared types and CHECKs that keep what the source's type promised.  Each
 * column's line ends with a comment that names the type it came from,
 *
 *     "total" TEXT NOT NULL, -- numeric(12,2)
 *     "paid" INTEGER CHECK ("paid" IN (0, 1)), -- flag is boolean
 *
 * and says what it is where the name alone does not tell.  SQLite keeps that
 * text, and ddl_sqlite_types reads it back, so that a dump knows which text
 * is JSON, which number was exact, which integer a boolean.
 */
#ifndef ROWPIPE_SCHEMA_DDL_H
#define ROWPIPE_SCHEMA_DDL_H

#include "schema/table.h"

enum ddl_numeric { DDL_NUMERIC_REAL, DDL_NUMERIC_TEXT };
#define DDL_NUMERIC_WORDS "real|text"

/**
 * ddl_quote(b, name):
 * Append an SQL identifier in double quotes, as both engines read it.
 */
void ddl_quote(struct buf *b, const char *name);

/**
 * ddl_quote_string(b, s):
 * Append an SQL string literal in single quotes, as SQLite reads it (and
 * PostgreSQL with standard_conforming_strings).
 */
void ddl_quote_string(struct buf *b, const char *s);

/**
 * ddl_columns(b, t, list):
 * Append the names of the columns of ${t} that ${list} has, quoted, with
 * commas between, in parentheses.
 */
void ddl_columns(struct buf *b, const struct table *t,
    const struct column_list *list);

/**
 * ddl_sqlite_affinity(type, numeric):
 * The declared type that a column gets: "INTEGER", "REAL", "TEXT", "BLOB" or
 * "ANY".
 */
const char *ddl_sqlite_affinity(enum column_type type,
    enum ddl_numeric numeric);

/**
 * ddl_sqlite(t, name, numeric, b):
 * Append the CREATE TABLE statement for ${t} under the name ${name}, without
 * the final semicolon.  Nothing of ${t} but names, labels and constants gets
 * into the statement, and those quoted.
 *
 * A primary key of one integer column is SQLite's INTEGER PRIMARY KEY, which
 * numbers new rows as a sequence would.  Foreign keys are DEFERRABLE INITIALLY
 * DEFERRED; SQLite refuses rows whose foreign key references a table that
 * does not exist, so the caller leaves those out of ${t} that will not.
 * Defaults are kept when they are constants or have an equal in SQLite: the
 * clock, in the format that rows have, and random UUIDs.  Checks of the
 * source are kept when SQLite reads them the same way (sqlcheck.h).  What is
 * lost becomes a comment at the end.
 */
void ddl_sqlite(const struct table *t, const char *name,
    enum ddl_numeric numeric, struct buf *b);

/* How a table of another engine becomes one of SQLite. */
struct ddl_sqlite_how {
	const char		*name;		/* of the table */
	enum ddl_numeric	 numeric;
	int			 if_not_exists;
	int			 faithful;	/* names of constraints, and
						   deferrable only what is;
						   unique indexes are left out
						   and numbered rows are
						   AUTOINCREMENT */
	/* What the table that a reference names is called, or NULL when there
	 * is none; NULL: as it is named. */
	const char		*(*find)(void *cookie,
				    const struct table_ref *ref);
	/* Is told of what is lost, unless NULL. */
	void			 (*lost)(void *cookie, const char *column,
				    const char *what, const char *sql);
	void			*cookie;
};

/**
 * ddl_sqlite_create(t, how, b):
 * As ddl_sqlite, as ${how} says.
 */
void ddl_sqlite_create(const struct table *t,
    const struct ddl_sqlite_how *how, struct buf *b);

/**
 * ddl_sqlite_check(c, not_null, b):
 * Append the condition that a CHECK of the column ${c} has in SQLite for what
 * its type promises; ${not_null} when the column is.  Return 1, or 0 with
 * nothing appended when there is none.
 */
int ddl_sqlite_check(const struct column *c, int not_null, struct buf *b);

/**
 * ddl_sqlite_type_comment(c, b):
 * Append the comment that names the type which the column came from.
 */
void ddl_sqlite_type_comment(const struct column *c, struct buf *b);

/**
 * ddl_sqlite_types(sql, len, t, a):
 * Set type, sql_type, precision and scale of the columns of ${t} from the
 * comments of a CREATE TABLE statement that ddl_sqlite has written; columns
 * without one stay as they are, and so do columns whose comment is something
 * else, or does not fit the declared type.  The labels of enums stay as they
 * are.  Strings live in ${a}.
 */
void ddl_sqlite_types(const char *sql, size_t len, struct table *t,
    struct arena *a);

/**
 * ddl_column_type(sql_type):
 * The column type that PostgreSQL's type name ("character varying(20)",
 * "numeric(12,2)", "text[]", "timestamp with time zone") stands for;
 * COLUMN_OTHER when it is not known.  Enums cannot be told by name.
 */
enum column_type ddl_column_type(const char *sql_type);

#endif
