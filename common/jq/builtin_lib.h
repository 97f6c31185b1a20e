/*
 * builtin_lib - the tables of the function library, one a module
 *
 * Core functions, paths, arrays, objects, input and output have tables of
 * their own (builtin.c); these are about strings, numbers and times.  A
 * format such as "@csv" is a function of that name, and format/1 calls it.
 */
#ifndef ROWPIPE_JQ_BUILTIN_LIB_H
#define ROWPIPE_JQ_BUILTIN_LIB_H

#include "jq/builtin.h"

extern const struct builtin builtin_container[];	/* keys, flatten */
extern const struct builtin builtin_core[];	/* length, tojson, contains */
extern const struct builtin builtin_io[];	/* debug, halt_error */
extern const struct builtin builtin_module[];	/* modulemeta */
extern const struct builtin builtin_date[];	/* gmtime, strptime, now */
extern const struct builtin builtin_format[];	/* @csv, @base64d, format */
extern const struct builtin builtin_math[];	/* pow, floor, log2 */
extern const struct builtin builtin_migrate[];	/* to_int, slug, sha256 */
extern const struct builtin builtin_regex[];	/* test, match, sub */
extern const struct builtin builtin_text[];	/* split, trim, explode */

/* The same modules' functions that are written in the language itself. */
extern const struct builtin_def builtin_core_defs[];
extern const struct builtin_def builtin_date_defs[];
extern const struct builtin_def builtin_math_defs[];
extern const struct builtin_def builtin_migrate_defs[];
extern const struct builtin_def builtin_regex_defs[];
extern const struct builtin_def builtin_text_defs[];

/**
 * builtin_to_entries(r, v, out), builtin_from_entries(r, v, out):
 * What the functions of these names do; ${v} is borrowed.
 */
int builtin_to_entries(struct run *r, struct value *v, struct value *out);
int builtin_from_entries(struct run *r, struct value *v, struct value *out);

#endif
