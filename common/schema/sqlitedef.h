/*
 * sqlitedef - what CREATE statements of SQLite say and its pragmas do not
 *
 * The statements are those that SQLite keeps in its schema table, which are
 * known to be valid.  Nothing that is read here is needed to read or write
 * rows; what is not understood is passed over.
 */
#ifndef ROWPIPE_SCHEMA_SQLITEDEF_H
#define ROWPIPE_SCHEMA_SQLITEDEF_H

#include "schema/table.h"

struct arena;

/**
 * sqlitedef_table(sql, len, t, a):
 * Read a CREATE TABLE statement.  Columns of ${t}, which has all that pragmas
 * tell, get collation, generated expression, autoincrement and conflict
 * clause; keys and references their names, conflict clauses and
 * deferrability.  References must stand in the order of the statement.  Checks
 * are added to ${t}.  Strings live in ${a}.
 */
void sqlitedef_table(const char *sql, size_t len, struct table *t,
    struct arena *a);

/**
 * sqlitedef_index(sql, len, x, a):
 * Read a CREATE INDEX statement: the text of the parts of ${x} that have no
 * field, in their order, and the condition.
 */
void sqlitedef_index(const char *sql, size_t len, struct table_index *x,
    struct arena *a);

/**
 * sqlitedef_view(sql, len, a):
 * Return the query of a CREATE VIEW statement, living in ${a}, or NULL.
 */
const char *sqlitedef_view(const char *sql, size_t len, struct arena *a);

/**
 * sqlitedef_labels(c, sql, a):
 * If the condition ${sql} says no more than that the column ${c} is one of
 * several strings, take them as its labels, living in ${a}, and return 1; else
 * return 0.
 */
int sqlitedef_labels(struct column *c, const char *sql, struct arena *a);

#endif
