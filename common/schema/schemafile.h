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
 * schemafile_count(f):
 * How many documents there are; at least one.
 */
size_t schemafile_count(const struct schemafile *f);

/**
 * schemafile_find(f, table):
 * Return the number of the document that is about the ${table}, written as in
 * SQL (name.h), by its "title" and "sqlObjectOwner"; -1 when there is none or
 * more than one.
 */
ptrdiff_t schemafile_find(const struct schemafile *f, const char *table);

/**
 * schemafile_text(f, i, len):
 * Return the text of document ${i} and its length; borrowed from ${f}.
 */
const char *schemafile_text(const struct schemafile *f, size_t i,
    size_t *len);

/**
 * schemafile_free(f):
 * Free ${f}; NULL is fine.
 */
void schemafile_free(struct schemafile *f);

#endif
