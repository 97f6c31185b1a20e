/*
 * sameness - when are two values of a column the same?
 */
#ifndef ROWPIPE_SCHEMA_SAMENESS_H
#define ROWPIPE_SCHEMA_SAMENESS_H

#include "json/canon_as.h"

struct arena;
struct column;
struct err;
struct table;

/**
 * sameness_of(column):
 * As what the values of ${column} are compared: numbers by value (real and
 * double precision by the nearest number of that type), timestamps with zone
 * by the instant, JSON by structure, and so on.
 */
enum canon_as sameness_of(const struct column *column);

/**
 * sameness_table(path, name, a, err):
 * Read the schema file ${path} and return the table called ${name}, or its
 * only table when ${name} is NULL; it lives in ${a}.  Return NULL with ${err}
 * filled (status DIAG_USAGE) when there is none, or several.
 */
const struct table *sameness_table(const char *path, const char *name,
    struct arena *a, struct err *err);

#endif
