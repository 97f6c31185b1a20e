/*
 * sqlite_sql - the statements that store rows, as text
 *
 * Each is for rows that give one set of columns, told by a flag for each column
 * of the table.  All statements for one set have the same parameters: ?1, ?2,
 * ... are the columns that are given, in the table's order.
 */
#ifndef ROWPIPE_DB_SQLITE_SQL_H
#define ROWPIPE_DB_SQLITE_SQL_H

#include <stddef.h>

#include "db/conflict.h"
#include "schema/table.h"

struct buf;

struct sqlite_sql {
	const struct table	*table;
	struct column_list	 key;
	unsigned char		*in_key;	/* a flag for each column */
	enum conflict		 conflict;
	int			 temporary;	/* a table of that name in the
						   database "temp" is meant */
};

/**
 * sqlite_sql_param(present, column):
 * The number of the parameter that ${column} has where the flags ${present} say
 * which columns are given.
 */
int sqlite_sql_param(const unsigned char *present, size_t column);

/**
 * sqlite_sql_insert(q, present, b):
 * Append the statement that inserts a row, or leaves it out when its key is
 * there and that is no error.
 */
void sqlite_sql_insert(const struct sqlite_sql *q,
    const unsigned char *present, struct buf *b);

/**
 * sqlite_sql_change(q, present, b):
 * Append the statement that updates or replaces the row with that key, if it
 * is not as it shall be already.  Return how many columns it sets; there is no
 * statement when it is 0.
 */
size_t sqlite_sql_change(const struct sqlite_sql *q,
    const unsigned char *present, struct buf *b);

/**
 * sqlite_sql_exists(q, present, b):
 * Append the query that has a row when there is one with that key.
 */
void sqlite_sql_exists(const struct sqlite_sql *q,
    const unsigned char *present, struct buf *b);

/**
 * sqlite_sql_probe(q, b):
 * Append a statement that compiles only if the key is one.
 */
void sqlite_sql_probe(const struct sqlite_sql *q, struct buf *b);

#endif
