/*
 * tablekeys - the keys of a table as rules for the rows of a stream
 */
#ifndef ROWPIPE_DB_TABLEKEYS_H
#define ROWPIPE_DB_TABLEKEYS_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct keyset;
struct opt_list;

struct tablekeys_opts {
	const char		*dir;	/* rows of other tables, in files that
					   bag_file_name names; or NULL */
	const struct opt_list	*given;	/* "COLUMNS=...": foreign keys that
					   others see to */
	uint64_t		 max_line;
};

/**
 * tablekeys_add(ks, text, len, opts, err):
 * Add to ${ks} the primary key, the unique keys and the foreign keys of the
 * table that the schema, ${len} bytes at ${text}, describes.  The tables that
 * it references are read now, but for itself.  Return 0, or -1 with ${err}
 * filled (DIAG_USAGE when the schema is not that of a table, or references one
 * whose rows nothing tells).
 */
int tablekeys_add(struct keyset *ks, const char *text, size_t len,
    const struct tablekeys_opts *opts, struct err *err);

#endif
