/*
 * change - a line of an undo log (undo.h), taken apart
 */
#ifndef ROWPIPE_DB_CHANGE_H
#define ROWPIPE_DB_CHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

struct err;

enum change_op {
	CHANGE_BEGIN, CHANGE_COMMIT,	/* no changes, but around them */
	CHANGE_INSERT, CHANGE_UPDATE, CHANGE_DELETE
};

struct change {
	enum change_op		 op;
	struct json_value	 table;		/* a string */
	struct json_value	 key;		/* an object */
	struct json_value	 before, after;	/* objects; type JSON_NULL where
						   there is none */
	int			 has_rowid;	/* the two are known */
	int64_t			 rowid, new_rowid; /* before, after */
};

/**
 * change_read(fields, n, engine, c, err):
 * Fill ${c} from the ${n} members of a line, whose text it borrows.  Return 0,
 * or -1 with ${err} filled (DIAG_BADINPUT) when it is not such a line, or the
 * log of another engine than ${engine}.
 */
int change_read(const struct json_field *fields, size_t n,
    const char *engine, struct change *c, struct err *err);

/**
 * change_is(c):
 * Return non-zero when ${c} changes a row.
 */
int change_is(const struct change *c);

#endif
