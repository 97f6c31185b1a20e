/*
 * document - a JSON Schema document as a tree
 *
 * Everything lives in the arena given, and points into the text, which must
 * live as long.
 */
#ifndef ROWPIPE_SCHEMA_DOCUMENT_H
#define ROWPIPE_SCHEMA_DOCUMENT_H

#include <stddef.h>

#include "json/json.h"

struct arena;
struct buf;
struct err;
struct resource;
struct rules;

struct docnode {
	struct json_value	 v;
	const char		*text;	/* string: what it stands for, with a
					   NUL behind it */
	size_t			 len;
	const char		*key;	/* member of an object: its key */
	size_t			 key_len;
	const char		*file;	/* of the document, for messages */
	struct docnode		*parent;/* NULL: the root */
	struct docnode		*child;
	size_t			 n;	/* of them */
	struct resource		*resource; /* schema: what it belongs to; else
					      NULL (registry.h) */
	struct rules		*rules;	/* schema: what it became (rules.h) */
};

/**
 * document_read(file, text, len, a, err):
 * Return the root of the document that the ${len} bytes at ${text} are;
 * ${file} (borrowed) is what messages call it.  Return NULL with ${err} filled
 * when they are not JSON or an object has a key twice.
 */
struct docnode *document_read(const char *file, const char *text, size_t len,
    struct arena *a, struct err *err);

/**
 * document_get(node, key), document_find(node, key, len):
 * Return the member of the object ${node} with that key, or NULL.
 */
struct docnode *document_get(const struct docnode *node, const char *key);
struct docnode *document_find(const struct docnode *node, const char *key,
    size_t len);

/**
 * document_step(node, token, len):
 * Return the member or element that the reference token of a JSON pointer
 * names, which still has its ~0 and ~1; NULL when there is none.
 */
struct docnode *document_step(const struct docnode *node, const char *token,
    size_t len);

/**
 * document_pointer(node, b):
 * Append the JSON pointer of ${node} to ${b}.
 */
void document_pointer(const struct docnode *node, struct buf *b);

/**
 * document_refuse(node, err, fmt, ...):
 * Fill ${err} with a message that names the file and the place of ${node} in
 * it, which also is the error's path, and return -1.  Status DIAG_USAGE.
 */
int document_refuse(const struct docnode *node, struct err *err,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
