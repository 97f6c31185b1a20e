/*
 * pgcopy_value - one value of a binary COPY stream as JSON
 *
 * Private to pgcopy.  The formats are those of the server's send functions,
 * big-endian all of them; the JSON is what its to_json writes.
 */
#ifndef ROWPIPE_DB_PGCOPY_VALUE_H
#define ROWPIPE_DB_PGCOPY_VALUE_H

#include <stdint.h>

#include "db/pgcopy.h"

/* Bytes of the stream that are still to be read. */
struct pgcopy_bytes {
	const unsigned char	*p, *end;
};

static inline size_t
pgcopy_left(const struct pgcopy_bytes *in)
{

	return ((size_t)(in->end - in->p));
}

static inline uint16_t
pgcopy_get16(const unsigned char *p)
{

	return ((uint16_t)(p[0] << 8 | p[1]));
}

static inline uint32_t
pgcopy_get32(const unsigned char *p)
{

	return ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3]);
}

/**
 * pgcopy_value(b, kind, in, err):
 * Append the value that the bytes ${in} are, all of them, to ${b}.  Return 0,
 * or -1 with ${err} filled when they are no value of that kind.
 */
int pgcopy_value(struct buf *b, enum pgcopy_kind kind,
    const struct pgcopy_bytes *in, struct err *err);

#endif
