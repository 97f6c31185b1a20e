/*
 * rebuild - make a table of SQLite anew with other columns
 *
 * The twelve steps of https://sqlite.org/lang_altertable.html, section 7: a
 * new table beside the old one, its rows copied, the old one dropped without
 * anybody being told, the new one in its place, indexes and triggers made
 * again.  Foreign keys are off meanwhile, so that DROP TABLE cannot delete
 * what references its rows.
 */
#ifndef ROWPIPE_DB_REBUILD_H
#define ROWPIPE_DB_REBUILD_H

#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"

struct arena;
struct buf;
struct engine;
struct err;

/* What is wanted; borrowed. */
struct rebuild_spec {
	const char	*table;
	const char	*create;	/* the new CREATE TABLE; NULL: the old
					   one with the changes below */
	struct opt_list	 drop;		/* COLUMN */
	struct opt_list	 rename;	/* OLD=NEW */
	struct opt_list	 type;		/* COLUMN=TYPE */
	struct opt_list	 add;		/* definition of a column */
};

struct rebuild;

/**
 * rebuild_new(e, spec, a, err):
 * Look at the table in the SQLite database of ${e} and work out what is to be
 * done; ${e} and ${spec} are borrowed, texts live in ${a}.  Return NULL with
 * ${err} filled on failure; caller frees with rebuild_free.
 */
struct rebuild *rebuild_new(struct engine *e, const struct rebuild_spec *spec,
    struct arena *a, struct err *err);

/**
 * rebuild_free(r):
 * Free what ${r} holds outside of its arena; NULL is fine.
 */
void rebuild_free(struct rebuild *r);

/**
 * rebuild_is_done(r):
 * Return non-zero when the table is as it is wanted already.
 */
int rebuild_is_done(const struct rebuild *r);

/**
 * rebuild_put(r, b):
 * Append the statements, as a file of SQL for a migration.
 */
void rebuild_put(const struct rebuild *r, struct buf *b);

/**
 * rebuild_run(r, rows, err):
 * Do it, in a transaction, and store how many rows there are in *${rows}.
 * Before COMMIT every view and trigger must be readable, foreign_key_check
 * and integrity_check must find nothing, and no row may be missing.  Return 0,
 * or -1 with ${err} filled and everything as it was.
 */
int rebuild_run(struct rebuild *r, uint64_t *rows, struct err *err);

#endif
