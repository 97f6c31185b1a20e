/*
 * sqlite_table - a table as SQLite's catalog has it
 *
 * The model (schema/table.h) says what every engine has: names, keys,
 * references, and the types that were recorded when rowpipe created the table.
 * Beside it stands what only SQLite has: declared types and their affinity.
 */
#ifndef ROWPIPE_DB_SQLITE_TABLE_H
#define ROWPIPE_DB_SQLITE_TABLE_H

#include <stddef.h>

#include "base/opt.h"
#include "schema/table.h"

struct arena;
struct err;
struct sqlite;

/* What SQLite tries to make of a value that a column is given. */
enum sqlite_affinity {
	SQLITE_AFFINITY_NONE,	/* nothing: BLOB, ANY in STRICT, no type */
	SQLITE_AFFINITY_TEXT,
	SQLITE_AFFINITY_NUMERIC,
	SQLITE_AFFINITY_INTEGER,
	SQLITE_AFFINITY_REAL
};

enum sqlite_kind {
	SQLITE_KIND_TABLE, SQLITE_KIND_VIEW, SQLITE_KIND_VIRTUAL
};

struct sqlite_column {
	const char		*declared;	/* type as declared, or "" */
	enum sqlite_affinity	 affinity;
	int			 blob;		/* declared to hold bytes */
};

struct sqlite_table {
	struct table		*model;		/* columns->type is COLUMN_ANY
						   where none was recorded */
	struct sqlite_column	*columns;	/* beside model->columns */
	enum sqlite_kind	 kind;
	int			 strict;
	int			 without_rowid;
	ptrdiff_t		 rowid;		/* the column that is the
						   rowid, or -1 */
	const char		*sql;		/* CREATE statement, or "" */
};

/**
 * sqlite_table_name(s, len, a, err):
 * Return the bare name of the table that the ${len} bytes at ${s} name, written
 * as in SQL (schema/name.h), living in the arena ${a}; NULL with ${err} filled
 * (DIAG_USAGE) when they name a schema, which SQLite does not have.
 */
const char *sqlite_table_name(const char *s, size_t len, struct arena *a,
    struct err *err);

/**
 * sqlite_table_names(list, a, names):
 * Take the option values in ${list} apart at commas outside of double quotes,
 * and store the names that are written there as in SQL in ${names}, living in
 * the arena ${a}.
 */
void sqlite_table_names(const struct opt_list *list, struct arena *a,
    struct opt_list *names);

/**
 * sqlite_table_exists(db, name, err):
 * Return 1 or 0, or -1 with ${err} filled.
 */
int sqlite_table_exists(struct sqlite *db, const char *name,
    struct err *err);

/**
 * sqlite_table_missing(db, name, err):
 * Say in ${err} that there is no table ${name}, and which one may have been
 * meant; return -1.
 */
int sqlite_table_missing(struct sqlite *db, const char *name,
    struct err *err);

/**
 * sqlite_table_read(db, name, a, err):
 * Read the table or view from the catalog.  Everything lives in the arena
 * ${a}.  Return NULL with ${err} filled when there is none of that name (in
 * whatever case, as SQLite has it) or the catalog cannot be read.
 */
struct sqlite_table *sqlite_table_read(struct sqlite *db, const char *name,
    struct arena *a, struct err *err);

/**
 * sqlite_table_types(t, model):
 * Take over the column types of ${model}, a --schema document for the same
 * table, for the columns that it names.
 */
void sqlite_table_types(struct sqlite_table *t, const struct table *model);

/**
 * sqlite_table_column(t, name, len):
 * Return the index of the column with that name, if there is none the one
 * that differs in the case of ASCII letters only, else -1.
 */
ptrdiff_t sqlite_table_column(const struct sqlite_table *t, const char *name,
    size_t len);

/**
 * sqlite_table_rowid(t):
 * Return a name by which the table's rowid can be had, or NULL when there is
 * none.
 */
const char *sqlite_table_rowid(const struct sqlite_table *t);

#endif
