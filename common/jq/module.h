/*
 * module - finding the files that import and include name
 */
#ifndef ROWPIPE_JQ_MODULE_H
#define ROWPIPE_JQ_MODULE_H

#include <stddef.h>

#include "jq/value.h"

struct arena;
struct err;

struct module_file {
	const char	*path, *text;
	size_t		 len;
};

/**
 * module_find(a, dirs, origin, search, name, len, ext, f, err):
 * Find and read the module ${name}: NAME.${ext} or NAME/LAST.${ext} in the
 * directory ${search} (may be NULL), then in ${dirs}.  Relative directories
 * are relative to ${origin}, the directory of the file that imports, or NULL
 * for the working directory.  All lives in ${a}.  Return 0, or -1 with ${err}
 * filled.
 */
int module_find(struct arena *a, const char *const *dirs, const char *origin,
    const char *search, const char *name, size_t len, const char *ext,
    struct module_file *f, struct err *err);

/**
 * module_read(a, path, f, err):
 * Read the file ${path}.
 */
int module_read(struct arena *a, const char *path, struct module_file *f,
    struct err *err);

/**
 * module_values(h, f, out, err):
 * All JSON values of the file, separated by white space, as an array whose
 * items are slices of its text.
 */
int module_values(struct value_heap *h, const struct module_file *f,
    struct value *out, struct err *err);

#endif
