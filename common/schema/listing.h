/*
 * listing - a table's columns and keys, for programs and for people
 */
#ifndef ROWPIPE_SCHEMA_LISTING_H
#define ROWPIPE_SCHEMA_LISTING_H

#include "base/opt.h"
#include "schema/table.h"

struct buf;

/* What a schema program writes. */
enum listing_form {
	LISTING_SCHEMA,		/* the JSON Schema, a line */
	LISTING_COLUMNS,	/* a line of JSON a column */
	LISTING_TABLE		/* text for people */
};

#define LISTING_OPTS(type, m) \
	OPT_SET(0, "columns", "write a line for each column instead", \
	    type, m, LISTING_COLUMNS), \
	OPT_SET(0, "table", "write text for people instead", \
	    type, m, LISTING_TABLE)

/**
 * listing_put_set(set, form, b):
 * Append every table of ${set} in ${form}, every line with its LF.
 */
void listing_put_set(const struct table_set *set, enum listing_form form,
    struct buf *b);

/**
 * listing_put_columns(t, b):
 * Append a JSON object on a line for each column: schema, table, position,
 * name, type and what else is said of it, each key only where it applies.
 */
void listing_put_columns(const struct table *t, struct buf *b);

/**
 * listing_put_table(t, b):
 * Append the table as text: its columns as a grid, then keys, indexes,
 * references, checks and what else there is.
 */
void listing_put_table(const struct table *t, struct buf *b);

#endif
