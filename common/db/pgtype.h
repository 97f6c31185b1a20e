/*
 * pgtype - JSON values as the texts that PostgreSQL's types read
 *
 * The way back from row_to_json: a string goes as its bytes, other values as
 * their JSON, and where the type is an array, a composite or hstore, arrays and
 * objects become its literals (the manual's 8.15.6 "Array Input and Output
 * Syntax", 8.16.6 "Composite Type Input and Output Syntax", F.18 "hstore").
 * Whether the type's input function takes the text is not asked here: see
 * schema/fit.h.
 */
#ifndef ROWPIPE_DB_PGTYPE_H
#define ROWPIPE_DB_PGTYPE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct err;
struct json_value;
struct pg;

enum pgtype_kind {
	PGTYPE_TEXT,		/* its input function reads plain text */
	PGTYPE_JSON, PGTYPE_JSONB,
	PGTYPE_ARRAY,
	PGTYPE_VECTOR,		/* int2vector, oidvector: "1 2 3" */
	PGTYPE_COMPOSITE,
	PGTYPE_HSTORE
};

struct pgtype {
	uint32_t		  oid;		/* through domains */
	const char		 *name;		/* for messages */
	enum pgtype_kind	  kind;
	const struct pgtype	 *element;	/* ARRAY */
	char			  delim;	/* between elements */
	const char		**fields;	/* COMPOSITE, in order */
	const struct pgtype	**types;	/* of the fields */
	int			 *dims;		/* as declared, 0: none */
	size_t			  nfields;
};

/**
 * pgtype_read(pg, oids, n, types, a, err):
 * Read what the ${n} types ${oids} are made of from the catalogs and store one
 * for each, living in the arena ${a}, in ${types}.  Return 0, or -1 with ${err}
 * filled.
 */
int pgtype_read(struct pg *pg, const uint32_t *oids, size_t n,
    const struct pgtype **types, struct arena *a, struct err *err);

/**
 * pgtype_put(t, dims, v, a, b, err):
 * Append the text for ${v}, which is not null, to ${b}.  An array of JSON
 * values has up to ${dims} dimensions, if it can; for others the value tells.
 * Scratch memory comes from the arena ${a}.  Return 0, or -1 with ${err}
 * filled (DIAG_BADINPUT) when ${v} has parts that the type has no place for;
 * ${b} then holds a part of it.
 */
int pgtype_put(const struct pgtype *t, int dims, const struct json_value *v,
    struct arena *a, struct buf *b, struct err *err);

#endif
