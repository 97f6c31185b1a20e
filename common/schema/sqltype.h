/*
 * sqltype - what PostgreSQL's type names say
 *
 * Knows the built-in types, their aliases and a few extension types by name.
 * Domains, enums, composites and other people's types cannot be told by name.
 */
#ifndef ROWPIPE_SCHEMA_SQLTYPE_H
#define ROWPIPE_SCHEMA_SQLTYPE_H

#include "schema/table.h"

struct sqltype {
	enum column_type	type;
	int			known;	/* 0: no such name; type is
					   COLUMN_OTHER, or COLUMN_ARRAY for
					   an array of such */
	int64_t			max_length; /* varchar(n), char(n); else -1 */
	int			precision, scale; /* numeric(p,s); else -1 */
	size_t			element; /* COLUMN_ARRAY written "type[]":
					    bytes of the element's name;
					    else 0 */
};

/**
 * sqltype_read(st, s, len):
 * Fill ${st} with what the type name of ${len} bytes at ${s} says, as
 * PostgreSQL's format_type writes it or any alias it takes
 * ("character varying(20)", "int4", "numeric(12,2)[]").  Letters are taken in
 * either case.  Return st->known.
 */
int sqltype_read(struct sqltype *st, const char *s, size_t len);

/**
 * sqltype_name(type):
 * The one name that stands for ${type} where no other is known; sqltype_read
 * reads it back.
 */
const char *sqltype_name(enum column_type type);

#endif
