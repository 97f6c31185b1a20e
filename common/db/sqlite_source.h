/*
 * sqlite_source - a table or query of a SQLite database, read row by row
 */
#ifndef ROWPIPE_DB_SQLITE_SOURCE_H
#define ROWPIPE_DB_SQLITE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"

struct arena;
struct buf;
struct err;
struct sqlite;
struct sqlite_source;
struct table_set;

/* What is wanted; all of it is borrowed for as long as the source is used. */
struct sqlite_source_spec {
	const char		*table;		/* as SQL has it, or NULL */
	const char		*query;		/* the other one is not NULL */
	struct opt_list		 columns;	/* none: all */
	struct opt_list		 exclude;
	const char		*where;		/* condition, or NULL */
	const char		*order_by;	/* sort keys, or NULL */
	const struct table_set	*schema;	/* --schema, or NULL */
};

/**
 * sqlite_source_new(db, spec, a, err):
 * Return the source that ${spec} describes, which lives in the arena ${a} but
 * for what sqlite_source_free frees.  Without sort keys a table's rows come in
 * the order of its rowid or primary key.  Return NULL with ${err} filled on
 * failure, status DIAG_USAGE when the wish is at fault.
 */
struct sqlite_source *sqlite_source_new(struct sqlite *db,
    const struct sqlite_source_spec *spec, struct arena *a, struct err *err);

/**
 * sqlite_source_next(src, b, err):
 * Append the next row as a JSON object to ${b}.  Return 1, 0 when there is
 * none left, or -1 with ${err} filled and perhaps a part of it in ${b}.
 */
int sqlite_source_next(struct sqlite_source *src, struct buf *b,
    struct err *err);

/**
 * sqlite_source_label(src):
 * What messages call the source: the table's name, or "query".
 */
const char *sqlite_source_label(const struct sqlite_source *src);

/**
 * sqlite_source_odd(src, i, name, count, place):
 * For the ${i}th column (from 0) store its name, how many of its values were
 * not what its type says, and the place of the first ("row 7") in *${name},
 * *${count} and *${place}, borrowed until the source is freed.  Return 1, or 0
 * when there is no such column.
 */
int sqlite_source_odd(const struct sqlite_source *src, size_t i,
    const char **name, uint64_t *count, const char **place);

/**
 * sqlite_source_free(src):
 * Free the statements of ${src}; NULL is fine.
 */
void sqlite_source_free(struct sqlite_source *src);

#endif
