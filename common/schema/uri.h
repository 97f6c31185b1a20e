/*
 * uri - references resolved against a base (RFC 3986, section 5)
 */
#ifndef ROWPIPE_SCHEMA_URI_H
#define ROWPIPE_SCHEMA_URI_H

#include <stddef.h>

struct arena;

/**
 * uri_resolve(base, ref, len, fragment, flen, a):
 * Return the URI that the ${len} bytes at ${ref} mean where ${base}, a URI
 * without fragment, is the base; without its fragment, NUL-terminated, living
 * in ${a}.  The fragment goes to *${fragment}, *${flen} bytes with its %XX
 * decoded, living in ${a} too; NULL when there is none.
 */
const char *uri_resolve(const char *base, const char *ref, size_t len,
    const char **fragment, size_t *flen, struct arena *a);

/**
 * uri_of_file(path, a):
 * Return the file: URI of the file or directory ${path}, links followed,
 * living in ${a}; that of the standard input when there is no such file.
 */
const char *uri_of_file(const char *path, struct arena *a);

/**
 * uri_path(uri, a), uri_host(uri, a):
 * Return the path of ${uri} with its %XX decoded, or its authority; both live
 * in ${a} and are "" when there is none.
 */
const char *uri_path(const char *uri, struct arena *a);
const char *uri_host(const char *uri, struct arena *a);

/**
 * uri_is_reference(s, len):
 * Return non-zero when the ${len} bytes at ${s} have only characters that a
 * URI or IRI may have.
 */
int uri_is_reference(const char *s, size_t len);

#endif
