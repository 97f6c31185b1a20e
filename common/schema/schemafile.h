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
 * schemafile_several(f):
 * Return non-zero when there is more than one document.
 */
int schemafile_several(const struct schemafile *f);

/**
 * schemafile_text(f, table, len, err):
 * Return the text of the document that is about the ${table}, written as in SQL
 * (name.h), by its "title" and "sqlObjectOwner", or, when ${table} is NULL, of
 * the only one; store its length.  It is borrowed from ${f}.  Return NULL with
 * ${err} filled (DIAG_USAGE) when there is none, or more than one.
 */
const char *schemafile_text(const struct schemafile *f, const char *table,
    size_t *len, struct err *err);

/**
 * schemafile_free(f):
 * Free ${f}; NULL is fine.
 */
void schemafile_free(struct schemafile *f);

#endif
