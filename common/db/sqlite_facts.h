/*
 * sqlite_facts - what SQLite's schema says of a table beyond what rows need
 */
#ifndef ROWPIPE_DB_SQLITE_FACTS_H
#define ROWPIPE_DB_SQLITE_FACTS_H

struct arena;
struct err;
struct opt_list;
struct sqlite;
struct sqlite_table;
struct table;

/**
 * sqlite_facts_read(db, name, a, err):
 * Return the model of the table or view ${name} with all that there is to
 * know: the types of columns, also where only their declaration tells, keys
 * with their names, indexes, references in the order of the statement, checks,
 * generated columns, triggers.  It lives in the arena ${a}.  Return NULL with
 * ${err} filled on failure.
 */
struct table *sqlite_facts_read(struct sqlite *db, const char *name,
    struct arena *a, struct err *err);

/**
 * sqlite_facts_tables(db, names, a, err):
 * Store the names of all tables and views, without SQLite's own and those that
 * a virtual table keeps its content in, in ${names}, living in ${a}.  Return 0,
 * or -1 with ${err} filled.
 */
int sqlite_facts_tables(struct sqlite *db, struct opt_list *names,
    struct arena *a, struct err *err);

#endif
