/*
 * schemas - what pg-schema and sqlite-schema do alike
 */
#ifndef ROWPIPE_DB_SCHEMAS_H
#define ROWPIPE_DB_SCHEMAS_H

#include "schema/listing.h"

struct arena;
struct err;
struct table_set;

/* Fill the empty ${set} with the models of tables, living in the arena ${a}.
 * Return 0, or -1 with ${err} filled. */
typedef int schemas_read(void *cookie, struct table_set *set,
    struct arena *a, struct err *err);

/**
 * schemas_run(read, cookie, form):
 * Write to standard output what ${read} gives, in ${form}, those tables first
 * that others refer to.  Say what goes wrong, and return the exit status for
 * main.
 */
int schemas_run(schemas_read *read, void *cookie, enum listing_form form);

#endif
