/*
 * tabledef - the text of a CREATE TABLE statement of SQLite, to be changed
 *
 * The statement is taken apart into its columns and table constraints, each
 * kept as it is written, so that what nobody changes stays as it was.  What is
 * made of it is for SQLite to judge.
 */
#ifndef ROWPIPE_SCHEMA_TABLEDEF_H
#define ROWPIPE_SCHEMA_TABLEDEF_H

#include <stddef.h>

struct arena;
struct buf;
struct err;

struct tabledef_part {
	const char	*s;		/* without comments around it */
	size_t		 len;
	const char	*comment;	/* behind it, marks included; or NULL */
	size_t		 comment_len;
	const char	*name;		/* of a column; NULL: a constraint */
	size_t		 after_name;	/* bytes of ${s} with its name */
	int		 generated;
};

struct tabledef {
	const char		*name;		/* of the table */
	struct tabledef_part	*v;
	size_t			 n;
	const char		*options;	/* behind the parenthesis */
	size_t			 noptions;
	int			 autoincrement, without_rowid;
};

/**
 * tabledef_read(sql, len, d, a, err):
 * Take the statement apart; ${d} borrows from ${sql}, the rest lives in ${a}.
 * Return 0, or -1 with ${err} filled when it is no CREATE TABLE with columns
 * in parentheses.
 */
int tabledef_read(const char *sql, size_t len, struct tabledef *d,
    struct arena *a, struct err *err);

/**
 * tabledef_find(d, name):
 * The column of that name, in whatever case, or NULL.
 */
struct tabledef_part *tabledef_find(const struct tabledef *d,
    const char *name);

/**
 * tabledef_drop(d, part):
 * Leave out a part.
 */
void tabledef_drop(struct tabledef *d, struct tabledef_part *part);

/**
 * tabledef_retype(part, type, a, err):
 * Let the column have the type ${type}.  Return 0, or -1 with ${err} filled
 * when that is no type.
 */
int tabledef_retype(struct tabledef_part *part, const char *type,
    struct arena *a, struct err *err);

/**
 * tabledef_add(d, text, a, err):
 * Add the column defined by ${text} behind the others.  Return 0, or -1 with
 * ${err} filled when that is no definition of one column.
 */
int tabledef_add(struct tabledef *d, const char *text, struct arena *a,
    struct err *err);

/**
 * tabledef_put(d, name, b):
 * Append the statement, for a table called ${name}.
 */
void tabledef_put(const struct tabledef *d, const char *name, struct buf *b);

#endif
