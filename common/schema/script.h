/*
 * script - the SQL that makes the tables of a schema
 *
 * One transaction, as psql or sqlite3 runs it.  Names, labels and constants are
 * quoted.  SQL that a schema carries (defaults, checks, queries, functions) is
 * used when it is of the same engine, or says the same in both, and when it is
 * what it should be: an expression must end where it ends, hold no comment and
 * nothing that psql would take for a command of its own.
 *
 * What cannot be expressed becomes a comment in the script, and a finding.
 */
#ifndef ROWPIPE_SCHEMA_SCRIPT_H
#define ROWPIPE_SCHEMA_SCRIPT_H

#include <stddef.h>

#include "base/buf.h"
#include "schema/ddl.h"
#include "schema/table.h"

struct arena;

struct script_opts {
	int			 if_not_exists;	/* leave what is there */
	int			 drop;		/* drop it first */
	enum ddl_numeric	 numeric;	/* SQLite */
};

struct script_finding {
	const char	*place;		/* "clients", "clients.total" */
	const char	*text;		/* what is lost */
};

struct script {
	const struct table_set	*set;	/* in an order for references */
	const struct script_opts *opts;
	struct arena		*a;
	struct buf		 b;	/* the text */
	struct buf		 aside;	/* comments of the statement begun */
	int			 begun;
	struct script_finding	*findings;
	size_t			 n, cap;
};

/**
 * script_pg(s), script_sqlite(s):
 * Write the script for PostgreSQL, or SQLite, into s->b and what it lacks into
 * s->findings, which live in s->a but for the array.  ${s} has set, opts and a,
 * all else zero.
 */
void script_pg(struct script *s);
void script_sqlite(struct script *s);

/**
 * script_free(s):
 * Free text and findings.
 */
void script_free(struct script *s);

/**
 * script_lost(s, t, column, fmt, ...):
 * Append a comment that says what of the table ${t}, or of its column
 * ${column} unless that is NULL, is not expressed; and note it as a finding.
 * The message is data and may hold anything.
 */
void script_lost(struct script *s, const struct table *t, const char *column,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/**
 * script_begin(s), script_end(s, start):
 * Begin a statement that may lose something: comments wait until it ends, and
 * then stand before it.  script_begin returns where it starts.
 */
size_t script_begin(struct script *s);
void script_end(struct script *s, size_t start);

/**
 * script_comment(s, text):
 * Append text that may hold anything as one line of comment.
 */
void script_comment(struct script *s, const char *text);

enum script_engine { SCRIPT_PG, SCRIPT_SQLITE };

/**
 * script_is_expression(sql, engine), script_is_statement(sql, engine):
 * Return non-zero when ${sql}, which may be NULL, is one expression, or one
 * statement that begins with CREATE, as far as quotes, parentheses and
 * semicolons tell.  The semicolons of a statement's body may stand between
 * BEGIN and END.
 */
int script_is_expression(const char *sql, enum script_engine engine);
int script_is_statement(const char *sql, enum script_engine engine);

/**
 * script_put_literal(b, json, type):
 * Append the constant ${json}, which a row has in a column of ${type}, as
 * PostgreSQL writes it.  Return 1, or 0 with nothing appended.
 */
int script_put_literal(struct buf *b, const char *json,
    enum column_type type);

#endif
