/*
 * sqlite_intake - the tables of SQLite that a load fills
 *
 * A table is there, or is made from a schema, or, when nothing tells its
 * columns, from the first rows.  Rows are stored by sqlite_upsert, or are lines
 * of row-diff, which sqlite_patch does; what has to do with all tables of a
 * load is done here.
 */
#ifndef ROWPIPE_DB_SQLITE_INTAKE_H
#define ROWPIPE_DB_SQLITE_INTAKE_H

#include "db/sqlite_upsert.h"

struct err;
struct loading;
struct sqlite;
struct sqlite_intake;

struct sqlite_intake_opts {
	struct sqlite_upsert_opts	 upsert;
	int				 create; /* what is not there */
	int				 numeric; /* enum ddl_numeric, of it */
	const char			*schema; /* file of models, or NULL */
	int				 patch;	/* rows are lines of row-diff */
	int				 force;	/* see sqlite_patch_new */
};

/**
 * sqlite_intake_new(l, opts, err):
 * Return what ${l} needs to fill its tables, whose names must differ, after
 * reading their schema; both are borrowed.  Return NULL with ${err} filled on
 * failure; caller frees with sqlite_intake_free.
 */
struct sqlite_intake *sqlite_intake_new(struct loading *l,
    const struct sqlite_intake_opts *opts, struct err *err);

/**
 * sqlite_intake_open(in, db, err):
 * The function open of struct loading_ops, in the database ${db} (borrowed):
 * find or make the tables, and make ready to store rows.  Return 0, or -1 with
 * ${err} filled.
 */
int sqlite_intake_open(struct sqlite_intake *in, struct sqlite *db,
    struct err *err);

/**
 * sqlite_intake_check(in, err):
 * Before COMMIT: name the foreign keys that are broken.  Return 0, or -1 with
 * ${err} filled when some are (DIAG_BADINPUT).
 */
int sqlite_intake_check(struct sqlite_intake *in, struct err *err);

/**
 * sqlite_intake_end(in):
 * After the last row, before COMMIT: say which values storing has changed, add
 * the same to the tables' statistics, and free all statements.  Return non-zero
 * when there are some.
 */
int sqlite_intake_end(struct sqlite_intake *in);

/**
 * sqlite_intake_free(in):
 * Free ${in}; NULL is fine.
 */
void sqlite_intake_free(struct sqlite_intake *in);

#endif
