/*
 * after - the rows that come after a key, as an SQL condition
 */
#ifndef ROWPIPE_SCHEMA_AFTER_H
#define ROWPIPE_SCHEMA_AFTER_H

#include "schema/name.h"

struct arena;
struct err;

/**
 * after_where(key, order_by, where, fold, a, out, err):
 * Store in *${out}, living in the arena ${a}, the condition ${where} (NULL:
 * none) for rows that come after ${key} in the order of ${order_by}, a list of
 * columns as SQL has it, none of them descending.  ${key} is a JSON object with
 * the value of each, as "sqlite-load --resume-point" writes it; with nothing in
 * it *${out} is ${where}.  Values go into the condition as literals that
 * PostgreSQL and SQLite read alike.  Return 0, or -1 with ${err} filled
 * (DIAG_USAGE).
 */
int after_where(const char *key, const char *order_by, const char *where,
    enum name_case fold, struct arena *a, const char **out, struct err *err);

#endif
