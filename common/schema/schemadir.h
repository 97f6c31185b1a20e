/*
 * schemadir - a directory of JSON Schema documents, found by URI
 */
#ifndef ROWPIPE_SCHEMA_SCHEMADIR_H
#define ROWPIPE_SCHEMA_SCHEMADIR_H

#include <stddef.h>

#include "schema/document.h"

struct schemadir;

/**
 * schemadir_new(path, a):
 * Return the directory ${path} (borrowed); nothing is read yet.  Documents
 * live in the arena ${a}; caller frees the rest with schemadir_free.
 */
struct schemadir *schemadir_new(const char *path, struct arena *a);

/**
 * schemadir_find(dir, uri, root, own, err):
 * Look for the document called ${uri}: by its $id, else by the path of the
 * URI, which is one below the directory, the host perhaps before it, or the
 * end of it; of a file: URI, the file when it is in the directory.  Store the
 * root in *${root} and its URI in *${own}.  Return 1, 0 when there is none, or
 * -1 with ${err} filled when what is there cannot be read.
 */
int schemadir_find(struct schemadir *dir, const char *uri,
    struct docnode **root, const char **own, struct err *err);

/**
 * schemadir_get(dir, i, root, own):
 * As above for document ${i}; *${root} is NULL when it is no JSON.  Return 0
 * when there is no such document.
 */
int schemadir_get(struct schemadir *dir, size_t i, struct docnode **root,
    const char **own);

/**
 * schemadir_free(dir):
 * Free ${dir}; NULL is fine.
 */
void schemadir_free(struct schemadir *dir);

#endif
