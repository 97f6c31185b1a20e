/*
 * pgobjects - what a PostgreSQL database has beside tables and views
 *
 * Functions, types, sequences, schemas, extensions, event triggers and whatever
 * else CREATE makes in a database; who owns what, and who may do what with it,
 * which for tables, views and sequences is of the kind "access to".  Members of
 * extensions do not count, nor do sequences' positions, and what is called
 * rowpipe_*.
 */
#ifndef ROWPIPE_DB_PGOBJECTS_H
#define ROWPIPE_DB_PGOBJECTS_H

struct buf;
struct err;
struct pg;

/**
 * pgobjects_put(pg, b, err):
 * Append a JSON object with a member for each kind, "function", whose members
 * are the objects of that kind by name, "f(integer)", with a text that says
 * all of them.  Names and texts are written for the search_path that is set.
 * Return 0, or -1 with ${err} filled.
 */
int pgobjects_put(struct pg *pg, struct buf *b, struct err *err);

#endif
