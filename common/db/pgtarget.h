/*
 * pgtarget - a table of PostgreSQL that takes rows
 *
 * What the catalogs say about it that a writer must know, beside the model
 * that every engine has (schema/table.h): how values become texts, which
 * columns the server fills in, what stands in the way of COPY.
 */
#ifndef ROWPIPE_DB_PGTARGET_H
#define ROWPIPE_DB_PGTARGET_H

#include <stddef.h>
#include <stdint.h>

#include "db/pgcatalog.h"
#include "schema/table.h"

struct arena;
struct buf;
struct err;
struct pg;
struct pgtype;

struct pgtarget_column {
	const struct pgtype	*type;
	const char		*base;	/* SQL name of the type through domains,
					   with its modifier */
	const char		*collation; /* SQL name, or NULL */
	int			 dims;	/* as declared, 0: none */
	int			 is_domain;
	int			 is_plain; /* values are equal only when their
					   usual texts are */
	int			 is_always; /* GENERATED ALWAYS AS IDENTITY */
	const char		*sequence; /* SQL name of the one that numbers
					   it, or NULL */
	const char		*equal;	/* SQL name of the operator by which a
					   unique index compares, or NULL */
	int			 is_constant; /* its default is the same each
						 time */
	int			 may_insert, may_update; /* the role */
	uint32_t		 element; /* of an array: OID of its elements'
					     type, which may be a domain */
};

struct pgtarget {
	const struct pgcatalog_relation	*rel;
	struct table			*model;	/* all columns */
	struct pgtarget_column		*columns; /* beside model->columns */
	const char			*sql;	/* its name */
	const char			*label;	/* fit for messages */
	const char			*primary; /* key's constraint */
	int				 is_view;
	int				 no_copy; /* COPY cannot write it */
	int				 has_triggers; /* before a row */
	int				 may_select; /* whole rows */
	int				 is_visible; /* the search path finds
							it without schema */
	int				 refers_to_itself; /* by a foreign key
							    that is checked
							    at once */
};

/**
 * pgtarget_find(pg, s, len, a, err):
 * Read the table that the ${len} bytes at ${s} name, as people write it
 * (schema/name.h).  It can take rows from this session, and is locked against
 * changes of its definition.  All of it lives in the arena ${a}.  Return NULL
 * with ${err} filled otherwise.
 */
struct pgtarget *pgtarget_find(struct pg *pg, const char *s, size_t len,
    struct arena *a, struct err *err);

/**
 * pgtarget_column(t, name, len):
 * Return the index of the column of that name, or -1.
 */
ptrdiff_t pgtarget_column(const struct pgtarget *t, const char *name,
    size_t len);

/**
 * pgtarget_is_own_ref(t, constraint):
 * Return non-zero when the foreign key of that name refers from ${t} to ${t}.
 */
int pgtarget_is_own_ref(const struct pgtarget *t, const char *constraint);

/**
 * pgtarget_hint_column(t, name, err):
 * Say as the hint of ${err} which column may have been meant by ${name}, and
 * how to leave it out.
 */
void pgtarget_hint_column(const struct pgtarget *t, const char *name,
    struct err *err);

#endif
