/*
 * path - a field named on the command line, and its values in a row
 *
 *     status            a field
 *     address.country   a field of an object in a field
 *     /odd.name/a~1b    the same as a JSON pointer (RFC 6901), for names with
 *                       dots, commas or slashes
 *
 * An array on the way, or at its end, stands for each of its elements.
 */
#ifndef ROWPIPE_ROW_PATH_H
#define ROWPIPE_ROW_PATH_H

#include <stddef.h>

#include "json/json.h"

struct err;
struct path;
struct row;

/**
 * path_new(text, err):
 * Return the path that the NUL-terminated ${text} spells, or NULL with ${err}
 * filled.  Caller frees with path_free.
 */
struct path *path_new(const char *text, struct err *err);

/**
 * path_text(p), path_key(p, i, len):
 * Return the text of the path as it was given; key ${i} of it, *${len} bytes,
 * or NULL when it has no such key.  Borrowed from ${p}.
 */
const char *path_text(const struct path *p);
const char *path_key(const struct path *p, size_t i, size_t *len);

/**
 * path_same(a, b):
 * Return non-zero when both lead to the same values.
 */
int path_same(const struct path *a, const struct path *b);

/* What is done with a value: 0 to go on, -1 with ${err} filled to end. */
typedef int path_visit(const struct json_value *v, void *cookie,
    struct err *err);

/**
 * path_walk(p, row, visit, cookie, err):
 * Call ${visit} for every value in ${row} to which ${p} leads and that is not
 * null.  A field that is absent or null, at any step, leads nowhere; one that
 * is neither object nor array where more of the path is to come is an error.
 * Return 0, or -1 with ${err} filled, its path the JSON pointer of the value
 * at fault and its pos the place in the row.
 */
int path_walk(struct path *p, const struct row *row, path_visit *visit,
    void *cookie, struct err *err);

/**
 * path_seen(p):
 * Return non-zero when any row had the first key of ${p}.
 */
int path_seen(const struct path *p);

/**
 * path_free(p):
 * Free ${p}; NULL is fine.
 */
void path_free(struct path *p);

#endif
