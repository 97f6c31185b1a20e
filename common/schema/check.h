/*
 * check - values held against rules
 *
 * A check says yes or no; only when asked to does it go on and list what is
 * wrong, which is slower.  Memory for it is taken from the check's own arena
 * and stays.
 */
#ifndef ROWPIPE_SCHEMA_CHECK_H
#define ROWPIPE_SCHEMA_CHECK_H

#include <stddef.h>

#include "json/json.h"
#include "schema/dialect.h"

struct arena;
struct err;
struct rules;

/* The way from the value checked to one inside it. */
struct place {
	const struct place	*up;		/* NULL: the value itself */
	const struct json_value	*key;		/* of an object's member */
	size_t			 index;		/* of an array's element */
};

/* Something that is wrong; what it points to is good while it is told. */
struct finding {
	enum keyword		 keyword;	/* KEYWORDS: the schema false */
	const struct rules	*rules;		/* whose keyword it is */
	const struct json_value	*value;		/* that is at fault */
	const struct place	*at;		/* where that is */
	const char		*key;		/* a property in question */
	size_t			 key_len;
	size_t			 i, j;		/* elements, branches, counts */
	const char		*text;		/* what a pattern said */
};

typedef void check_tell(const struct finding *f, void *cookie);

enum check_result { CHECK_INVALID, CHECK_VALID, CHECK_FAILED };

struct check;

/**
 * check_new():
 * Return what checks need; caller frees with check_free.
 */
struct check *check_new(void);

/**
 * check_value(c, r, v, fields, nfields, err):
 * Hold ${v}, a slice of a valid text, against the rules ${r}.  When ${v} is
 * the object whose members were read already, they are the ${nfields} at
 * ${fields}; else that is NULL.  Return CHECK_FAILED with ${err} filled when
 * the schema goes around in a circle or too deep to be followed.
 */
enum check_result check_value(struct check *c, struct rules *r,
    const struct json_value *v, const struct json_field *fields,
    size_t nfields, struct err *err);

/**
 * check_explain(c, r, v, fields, nfields, tell, cookie):
 * The same for a value that is known to be invalid: call ${tell} for each
 * thing that is wrong with it.
 */
void check_explain(struct check *c, struct rules *r,
    const struct json_value *v, const struct json_field *fields,
    size_t nfields, check_tell *tell, void *cookie);

/**
 * check_free(c):
 * Free ${c}; NULL is fine.
 */
void check_free(struct check *c);

#endif
