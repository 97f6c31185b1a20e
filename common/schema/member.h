/*
 * member - the members of a struct as those of a JSON object
 *
 * A list says which key stands for which member of a struct; the same list
 * writes the object and reads it back, so that the two agree.  What is empty
 * (NULL, 0, no items) is not written.
 */
#ifndef ROWPIPE_SCHEMA_MEMBER_H
#define ROWPIPE_SCHEMA_MEMBER_H

#include <stddef.h>

#include "schema/reading.h"
#include "schema/table.h"

struct buf;

enum member_kind {
	MEMBER_TEXT,	/* const char * */
	MEMBER_NAME,	/* the same; refused when it is not there */
	MEMBER_FLAG,	/* int */
	MEMBER_INT,	/* int64_t; written always */
	MEMBER_COUNT,	/* int64_t; not written when negative */
	MEMBER_TEXTS,	/* const char ** and size_t */
	MEMBER_COLUMNS,	/* struct column_list */
	MEMBER_LIST	/* pointer to structs and size_t */
};

struct member_list;

struct member {
	const char			*key;
	enum member_kind		 kind;
	size_t				 offset;
	size_t				 count;	/* offset of the size_t */
	const struct member_list	*items;	/* MEMBER_LIST */
};

struct member_list {
	const struct member	*v;
	size_t			 n;
	size_t			 size;	/* of the struct */
	const char		*what;	/* messages: "an index" */
};

/**
 * member_put(list, p, t, b):
 * Append the members of the struct ${p} that are not empty as members of an
 * object whose beginning stands in ${b}, with the comma that they need.  The
 * columns of column lists are those of ${t}.
 */
void member_put(const struct member_list *list, const void *p,
    const struct table *t, struct buf *b);

/* Reads the names of columns of a table: as table_read has them. */
struct member_columns {
	int	 (*read)(void *cookie, const struct json_value *v,
		    const char *what, struct column_list *list);
	void	*cookie;
};

/**
 * member_read(rd, obj, list, columns, p):
 * Store the members of ${obj} that ${list} knows in the struct ${p}; what is
 * not there stays as it is.  Memory lives in rd->a.  Return 0, or -1 with the
 * error filled.
 */
int member_read(struct reading *rd, const struct json_value *obj,
    const struct member_list *list, const struct member_columns *columns,
    void *p);

#endif
