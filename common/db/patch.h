/*
 * patch - a line of row-diff (diffrow.h), taken apart
 */
#ifndef ROWPIPE_DB_PATCH_H
#define ROWPIPE_DB_PATCH_H

#include <stddef.h>

#include "json/json.h"

struct err;
struct row;

enum patch_op { PATCH_ADD, PATCH_REMOVE, PATCH_CHANGE };

struct patch {
	enum patch_op		 op;
	int			 has_key;
	struct json_reader	*key, *a, *b;	/* the members of each; a of
						   ADD and b of REMOVE are
						   those of lines before */
	struct json_value	 key_value, a_value, b_value; /* as text */
	struct json_value	 fields;	/* names, or JSON_NULL */
	const char		*text;		/* the key, or else the row, for
						   messages */
	size_t			 len;
};

/**
 * patch_init(p):
 * Make ready to read lines; caller frees what is in it with patch_free.
 */
void patch_init(struct patch *p);

/**
 * patch_read(p, row, err):
 * Take ${row}, which ${p} borrows, apart.  Return 0, or -1 with ${err} filled
 * (DIAG_BADINPUT) when it is no line of row-diff.
 */
int patch_read(struct patch *p, const struct row *row, struct err *err);

/**
 * patch_names(p, field):
 * Return non-zero when the line says that ${field}, a string, differs.
 */
int patch_names(const struct patch *p, const struct json_value *field);

/**
 * patch_free(p):
 * Free what is in ${p}.
 */
void patch_free(struct patch *p);

#endif
