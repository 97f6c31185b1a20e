/*
 * script_sqlite - the parts of a script for SQLite (script.h)
 */
#ifndef ROWPIPE_SCHEMA_SCRIPT_SQLITE_H
#define ROWPIPE_SCHEMA_SCRIPT_SQLITE_H

#include "schema/script.h"

/**
 * script_sqlite_name(s, t):
 * What the table is called in SQLite, where there are no schemas: its name, or
 * with its schema before it when another table of the set has that name.
 */
const char *script_sqlite_name(struct script *s, const struct table *t);

/**
 * script_sqlite_native(s, t):
 * Append a table that is SQLite's, as it was.
 */
void script_sqlite_native(struct script *s, const struct table *t);

#endif
