/*
 * shape - what the JSON values of a column type look like, as JSON Schema
 */
#ifndef ROWPIPE_SCHEMA_SHAPE_H
#define ROWPIPE_SCHEMA_SHAPE_H

#include "schema/table.h"

struct buf;

struct shape {
	const char	*types[2];	/* JSON Schema types; none: any */
	const char	*format;
	const char	*minimum, *maximum;
	const char	*pattern;
	const char	*field;		/* in a Frictionless Table Schema */
};

/**
 * shape_of(type):
 * The shape of the values of ${type}; it is constant.
 */
const struct shape *shape_of(enum column_type type);

/* What else "type" allows. */
enum shape_more {
	SHAPE_NULL = 1 << 0,	/* null */
	SHAPE_ARRAY = 1 << 1,	/* another array */
	SHAPE_STORED = 1 << 2	/* what SQLite stores: numbers, strings */
};

/**
 * shape_put_type(b, shape, more):
 * Append "type", unless any is allowed; ${more} is a set of enum shape_more.
 */
void shape_put_type(struct buf *b, const struct shape *shape, int more);

/**
 * shape_put_limits(b, shape, max_length):
 * Append the bounds of the values; ${max_length} -1: none.
 */
void shape_put_limits(struct buf *b, const struct shape *shape,
    int64_t max_length);

#endif
