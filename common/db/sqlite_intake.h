/*
 * sqlite_intake - a table of SQLite that a load fills
 *
 * The table is there, or is made from a schema, or, when nothing tells its
 * columns, from the first rows.  Rows are stored by sqlite_upsert, or are lines
 * of row-diff, which sqlite_patch does.
 */
#ifndef ROWPIPE_DB_SQLITE_INTAKE_H
#define ROWPIPE_DB_SQLITE_INTAKE_H

#include <stddef.h>

#include "db/sqlite_upsert.h"

struct err;
struct loading;
struct sqlite;
struct sqlite_intake;
struct table;

struct sqlite_intake_opts {
	struct sqlite_upsert_opts	 upsert;
	int				 create; /* what is not there */
	int				 numeric; /* enum ddl_numeric, of it */
	const char			*schema; /* file of models, or NULL */
	int				 patch;	/* rows are lines of row-diff */
	int				 force;	/* see sqlite_patch_new */
};

/**
 * sqlite_intake_new(l, i, db, name, model, opts):
 * Return what ${l} needs to load its ${i}th table, which is called ${name} in
 * ${db}; ${model} is what opts->schema says of it, or NULL.  All are borrowed;
 * caller frees with sqlite_intake_free.
 */
struct sqlite_intake *sqlite_intake_new(struct loading *l, size_t i,
    struct sqlite *db, const char *name, const struct table *model,
    const struct sqlite_intake_opts *opts);

/**
 * sqlite_intake_find(in, err):
 * See to it that the table is there, or will be when its first rows are known.
 * Tables may refer to each other: do it for all before one is opened.  Return
 * 0, or -1 with ${err} filled.
 */
int sqlite_intake_find(struct sqlite_intake *in, struct err *err);

/**
 * sqlite_intake_open(in, err):
 * Let the load store its rows here (loading_rows), and say what the table is
 * like (loading_model), now or after the first rows.  Return 0, or -1 with
 * ${err} filled.
 */
int sqlite_intake_open(struct sqlite_intake *in, struct err *err);

/**
 * sqlite_intake_end(in):
 * After the last row, before COMMIT: say which values storing has changed, add
 * the same to the table's statistics, and free the statements.  Return
 * non-zero when there are some.
 */
int sqlite_intake_end(struct sqlite_intake *in);

/**
 * sqlite_intake_free(in):
 * Free ${in}; NULL is fine.
 */
void sqlite_intake_free(struct sqlite_intake *in);

#endif
