/*
 * script_pg - the parts of a script for PostgreSQL (script.h)
 */
#ifndef ROWPIPE_SCHEMA_SCRIPT_PG_H
#define ROWPIPE_SCHEMA_SCRIPT_PG_H

#include "schema/script.h"

/**
 * script_pg_name(b, schema, name):
 * Append a name in quotes, with its schema unless that is NULL.
 */
void script_pg_name(struct buf *b, const char *schema, const char *name);

/**
 * script_pg_is_native(t):
 * Return non-zero when SQL in ${t} is PostgreSQL's.
 */
int script_pg_is_native(const struct table *t);

/**
 * script_pg_end(s, start):
 * End the statement that begins at ${start} of the text and cannot be told to
 * leave alone what is there: with if_not_exists it is wrapped so that it does.
 */
void script_pg_end(struct script *s, size_t start);

/**
 * script_pg_wrap(s, start, head, tail):
 * Put the text from ${start} on into a DO statement, between the PL/pgSQL
 * texts ${head} and ${tail}.
 */
void script_pg_wrap(struct script *s, size_t start, const char *head,
    const char *tail);

/**
 * script_pg_types(s), script_pg_sequences(s), script_pg_functions(s):
 * Append what tables need before they are made.
 */
void script_pg_types(struct script *s);
void script_pg_sequences(struct script *s);
void script_pg_functions(struct script *s);

/**
 * script_pg_drop_types(s):
 * Append the statement that drops the types, but for those of extensions.
 */
void script_pg_drop_types(struct script *s);

/**
 * script_pg_owners(s):
 * Append which columns own which sequences.
 */
void script_pg_owners(struct script *s);

/**
 * script_pg_find_type(s, c):
 * Return the enum that the column is of and that no x-types describes, but its
 * labels do, as a type; its strings live in s->a.  Its name is NULL when it is
 * not such.
 */
struct table_type script_pg_find_type(struct script *s, const struct table *t,
    const struct column *c);

/**
 * script_pg_type(s, t, c, b):
 * Append the column's type.
 */
void script_pg_type(struct script *s, const struct table *t,
    const struct column *c, struct buf *b);

/**
 * script_pg_default(s, t, c, b):
 * Append the column's default expression.  Return 1, or 0 with nothing
 * appended when there is none that can be expressed, which is noted.
 */
int script_pg_default(struct script *s, const struct table *t,
    const struct column *c, struct buf *b);

/**
 * script_pg_condition(s, t, sql):
 * Return non-zero when the condition ${sql} of ${t}, of whatever engine, may
 * stand in the script as it is.
 */
int script_pg_condition(struct script *s, const struct table *t,
    const char *sql);

/**
 * script_pg_table(s, place), script_pg_late(s, place):
 * Append the table at ${place} of the set with its keys, checks and the
 * references that can be made now; and what must come when all tables are
 * there: other references, partitions, checks that are not valid, facts,
 * comments.
 */
void script_pg_table(struct script *s, size_t place);
void script_pg_late(struct script *s, size_t place);

/**
 * script_pg_indexes(s, t), script_pg_facts(s, t), script_pg_comments(s, t):
 * Append indexes; triggers, policies, rules and more; comments.
 */
void script_pg_indexes(struct script *s, const struct table *t);
void script_pg_facts(struct script *s, const struct table *t);
void script_pg_comments(struct script *s, const struct table *t);

#endif
