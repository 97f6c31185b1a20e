/*
 * wish - the common demands on rows, as options say them, as a JSON Schema
 *
 * A field is named as everywhere (row/path.h): with dots, or as a JSON
 * pointer; an array, on the way or at the end, stands for its elements.
 */
#ifndef ROWPIPE_SCHEMA_WISH_H
#define ROWPIPE_SCHEMA_WISH_H

#include <stddef.h>

#include "base/opt.h"

struct buf;
struct err;

/* As the options say it. */
struct wish_opts {
	struct opt_list	require;	/* FIELD: is there, and not null */
	struct opt_list	format;		/* FIELD=FORMAT: a string of it, where
					   it is there and not null */
	struct opt_list	range;		/* FIELD=MIN..MAX, one of which may be
					   missing: likewise a number */
};

/**
 * wish_count(opts):
 * How many there are.
 */
size_t wish_count(const struct wish_opts *opts);

/**
 * wish_put_schema(opts, b, err):
 * Append the JSON Schema that asks for all of them: of objects, when there is
 * none.  Return 0, or -1 with ${err} filled (DIAG_USAGE; it names the option)
 * when one is not of the form wanted.
 */
int wish_put_schema(const struct wish_opts *opts, struct buf *b,
    struct err *err);

#endif
