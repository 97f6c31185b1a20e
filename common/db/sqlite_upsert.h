/*
 * sqlite_upsert - rows into a table
 *
 * One statement is prepared for each set of columns that rows have: a key that
 * a row does not give keeps its column's default, or the value it has.  What
 * became of each row is known exactly, and a row that is there already is not
 * written again.
 */
#ifndef ROWPIPE_DB_SQLITE_UPSERT_H
#define ROWPIPE_DB_SQLITE_UPSERT_H

#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"
#include "base/quote.h"
#include "db/sink.h"
#include "db/sqlite_bind.h"
#include "db/sqlite_sql.h"

struct err;
struct row;
struct sqlite;
struct sqlite_table;
struct sqlite_upsert;

struct sqlite_upsert_opts {
	int			 conflict;	/* enum conflict */
	struct opt_list		 key;		/* none: the primary key */
	int			 ignore_unknown;/* keys without a column */
	int			 strict_loss;	/* a changed value is refused */
	int			 temporary;	/* into a temporary table that
						   looks like it */
};

/* What storing changed in a column, see sqlite_bind.h. */
struct sqlite_loss {
	uint64_t	count;		/* values changed */
	char		value[QUOTE_MAX + 8]; /* the first, fit for a message */
	char		became[SQLITE_BECAME_MAX];
	char		place[512];	/* "file:line:column" */
};

/**
 * sqlite_upsert_new(db, t, opts, err):
 * Make ready to store rows in ${t}; all three are borrowed.  Return NULL with
 * ${err} filled when the table cannot take rows or has no such key; caller
 * frees with sqlite_upsert_free.
 */
struct sqlite_upsert *sqlite_upsert_new(struct sqlite *db,
    const struct sqlite_table *t, const struct sqlite_upsert_opts *opts,
    struct err *err);

/**
 * sqlite_upsert_row(u, row, err):
 * Store ${row} and say what became of it.  REFUSED and FAILED fill ${err},
 * REFUSED with the rule, the path and, where one value is at fault, its pos.
 * All rows must come from one input.
 */
enum sink_stored sqlite_upsert_row(struct sqlite_upsert *u,
    const struct row *row, struct err *err);

/**
 * sqlite_upsert_loss(u, column):
 * What was lost so far in rows that were stored, in the table's ${column}th
 * column.
 */
const struct sqlite_loss *sqlite_upsert_loss(const struct sqlite_upsert *u,
    size_t column);

/**
 * sqlite_upsert_free(u):
 * Free ${u} and its statements; NULL is fine.
 */
void sqlite_upsert_free(struct sqlite_upsert *u);

#endif
