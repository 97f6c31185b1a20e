/*
 * schemafile - a file with one JSON Schema, or with one a line for each table
 */
#ifndef ROWPIPE_SCHEMA_SCHEMAFILE_H
#define ROWPIPE_SCHEMA_SCHEMAFILE_H

#include <stddef.h>

struct err;
struct schemafile;

/**
 * schemafile_read(path, err):
 * Read the file ${path} ("-": standard input; borrowed).  A single document
 * may span lines.  Return NULL with ${err} filled when it cannot be read
 * (DIAG_FAIL) or is not JSON (DIAG_USAGE); caller frees with schemafile_free.
 */
struct schemafile *schemafile_read(const char *path, struct err *err);

/**
 * schemafile_only(f, len):
 * Return the text of the only document, and its length, borrowed from ${f};
 * NULL when there are several.
 */
const char *schemafile_only(const struct schemafile *f, size_t *len);

/**
 * schemafile_table(f, table, len, err):
 * The same for the document that is about the ${table}, written as in SQL
 * (name.h), by its "title" and "sqlObjectOwner".  Return NULL with ${err}
 * filled (DIAG_USAGE) when there is none, or more than one.
 */
const char *schemafile_table(const struct schemafile *f, const char *table,
    size_t *len, struct err *err);

/**
 * schemafile_free(f):
 * Free ${f}; NULL is fine.
 */
void schemafile_free(struct schemafile *f);

#endif
