/*
 * validator - values held against a JSON Schema
 *
 * Schemas are those of draft 2020-12 and draft-07, whole, each as its $schema
 * says (2020-12 when it says nothing).  "format" is asserted unless told
 * otherwise.  Numbers are compared exactly, however many digits they have.
 * Other documents are taken from one directory only.
 *
 * Of a key that an object has twice, every value is checked.
 */
#ifndef ROWPIPE_SCHEMA_VALIDATOR_H
#define ROWPIPE_SCHEMA_VALIDATOR_H

#include <stddef.h>

#include "json/json.h"

struct err;
struct validator;

struct validator_opts {
	const char	*dir;		/* of other documents, or NULL */
	const char	*base;		/* the file it is from, for references
					   to others; may be NULL */
	int		 no_format;	/* "format" is only a note, unless the
					   metaschema asks for it */
};

enum validator_result {
	VALIDATOR_INVALID, VALIDATOR_VALID, VALIDATOR_FAILED
};

/**
 * validator_new(name, text, len, opts, err):
 * Compile the schema that the ${len} bytes at ${text} are; messages call it
 * ${name}.  All is copied.  Caller frees with validator_free.  Return NULL
 * with ${err} filled when it does not compile: the message names the place, as
 * does err->path, a JSON pointer; status DIAG_USAGE.
 */
struct validator *validator_new(const char *name, const char *text,
    size_t len, const struct validator_opts *opts, struct err *err);

/**
 * validator_check(v, value, fields, nfields, err):
 * Hold ${value}, a slice of a valid text, against the schema.  When it is an
 * object whose members were read already (json_read_object), they are the
 * ${nfields} at ${fields}; else ${fields} is NULL.  Return VALIDATOR_FAILED
 * with ${err} filled when the schema cannot be followed (it leads back to
 * itself, or deeper than there is stack).
 */
enum validator_result validator_check(struct validator *v,
    const struct json_value *value, const struct json_field *fields,
    size_t nfields, struct err *err);

#define VALIDATOR_REASONS	10	/* told for one value, at most */

/**
 * validator_explain(v, value, fields, nfields, text, err):
 * Say what is wrong with a value that was found invalid: fill ${err} and, until
 * the next call, what it has as more, each with message, hint, rule (the
 * keyword), path (a JSON pointer) and pos, counted from ${text}.  Return -1.
 */
int validator_explain(struct validator *v, const struct json_value *value,
    const struct json_field *fields, size_t nfields, const char *text,
    struct err *err);

/**
 * validator_free(v):
 * Free ${v}; NULL is fine.
 */
void validator_free(struct validator *v);

#endif
