/*
 * pgcatalog_json - what a query says in JSON, taken to the table model
 *
 * Where the catalogs have many facts of a thing, the query names them as a
 * schema file does (schema/table_members.h), and they are read like one.
 */
#ifndef ROWPIPE_DB_PGCATALOG_JSON_H
#define ROWPIPE_DB_PGCATALOG_JSON_H

struct arena;
struct err;
struct member_list;
struct table;

/**
 * pgcatalog_json_take(t, text, list, p, a, err):
 * Store the members of the JSON object ${text} in the struct ${p} that ${list}
 * describes; memory lives in the arena ${a}.  Columns that the table ${t} has
 * not are left out of lists.  Return 0, or -1 with ${err} filled.
 */
int pgcatalog_json_take(const struct table *t, const char *text,
    const struct member_list *list, void *p, struct arena *a,
    struct err *err);

#endif
