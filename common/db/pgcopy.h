/*
 * pgcopy - rows of a COPY (FORMAT binary) stream as JSON objects
 *
 * Decodes the types that it knows exactly as the server's row_to_json would
 * write them; for all others the server is asked to send text or JSON, which
 * passes through (pgcatalog.h chooses).  Knows no connection: it is fed pieces
 * of the stream, and trusts none of their bytes.
 */
#ifndef ROWPIPE_DB_PGCOPY_H
#define ROWPIPE_DB_PGCOPY_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct pgcopy;

enum pgcopy_kind {
	PGCOPY_TEXT,		/* text: a string */
	PGCOPY_NUMBER,		/* text: a number when it looks like one, else
				   ("NaN", "Infinity") a string */
	PGCOPY_JSON,		/* JSON text, as it stands but on one line */
	PGCOPY_JSONB,		/* the same after a version byte */
	PGCOPY_BOOL, PGCOPY_INT2, PGCOPY_INT4, PGCOPY_INT8, PGCOPY_NUMERIC,
	PGCOPY_UUID, PGCOPY_BYTEA,
	PGCOPY_DATE, PGCOPY_TIME, PGCOPY_TIMESTAMP, PGCOPY_TIMESTAMPTZ
};

/* Bytes that the bounds of six dimensions take, with NUL. */
#define PGCOPY_BOUNDS_SIZE (6 * sizeof("[-2147483648:-2147483648]"))

struct pgcopy_field {
	const char		*key;		/* of the object's member */
	enum pgcopy_kind	 kind;		/* of the value or, in an
						   array, of its elements */
	int			 is_array;
};

/**
 * pgcopy_new(fields, n):
 * Return a decoder of rows with the ${n} columns ${fields}, which are copied;
 * caller frees with pgcopy_free.
 */
struct pgcopy *pgcopy_new(const struct pgcopy_field *fields, size_t n);

/**
 * pgcopy_start(c):
 * Expect the beginning of a stream.
 */
void pgcopy_start(struct pgcopy *c);

/**
 * pgcopy_feed(c, s, len):
 * Take the next ${len} bytes of the stream, borrowed until pgcopy_row has
 * returned 0 for them.  A row may not be spread over pieces: the server sends
 * whole ones.
 */
void pgcopy_feed(struct pgcopy *c, const char *s, size_t len);

/**
 * pgcopy_row(c, b, err):
 * Append the next row to ${b}, as an object without LF.  Return 1, or 0 when
 * the piece is used up, or -1 with ${err} filled (its status is DIAG_FAIL,
 * its path the column's name when it was a value's fault); ${b} may then hold
 * a part of the row.
 */
int pgcopy_row(struct pgcopy *c, struct buf *b, struct err *err);

/**
 * pgcopy_end(c, err):
 * Return 0 when the stream has had its end mark, else -1 with ${err} filled.
 */
int pgcopy_end(const struct pgcopy *c, struct err *err);

/**
 * pgcopy_rebased(c, i, bounds):
 * Return how many arrays of the ${i}th column so far did not begin at 1, which
 * JSON cannot say, and store in *${bounds} those of the first, as PostgreSQL
 * writes them ("[0:2]"), borrowed until the next row.
 */
uint64_t pgcopy_rebased(const struct pgcopy *c, size_t i,
    const char **bounds);

/**
 * pgcopy_free(c):
 * Free ${c}; NULL is fine.
 */
void pgcopy_free(struct pgcopy *c);

#endif
