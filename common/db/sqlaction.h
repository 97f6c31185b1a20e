/*
 * sqlaction - what a statement does to tables, as far as its words tell
 *
 * For warnings before a statement is run: ALTER TABLE taken apart into what it
 * does to each column, CREATE INDEX, CREATE TABLE.  Comments and strings are
 * no words.
 */
#ifndef ROWPIPE_DB_SQLACTION_H
#define ROWPIPE_DB_SQLACTION_H

#include <stddef.h>

struct arena;
struct sqlscript_statement;

enum sqlaction_kind {
	SQLACTION_ADD,		/* a column */
	SQLACTION_DROP, SQLACTION_RENAME, SQLACTION_TYPE,
	SQLACTION_INDEX, SQLACTION_TABLE
};

struct sqlaction {
	enum sqlaction_kind	 kind;
	const char		*table;		/* its own name */
	const char		*table_sql;	/* as the statement has it */
	const char		*column;	/* or the index, or NULL */
	int			 needs_value;	/* ADD: NOT NULL, and nothing
						   says what it is */
	int			 concurrently;	/* INDEX */
	int			 constraint;	/* INDEX: of one that is
						   added */
	const char		*type;		/* TYPE: the new one, or NULL
						   when there is more to it */
};

/**
 * sqlaction_read(st, v, a):
 * Store what the statement does in *${v}, living in ${a}, and return how much
 * that is; 0 when it is none of the above.
 */
size_t sqlaction_read(const struct sqlscript_statement *st,
    struct sqlaction **v, struct arena *a);

/**
 * sqlaction_names(s, len, name):
 * Return non-zero when the SQL at ${s} has the word or quoted name ${name}
 * outside of comments and strings.
 */
int sqlaction_names(const char *s, size_t len, const char *name);

#endif
