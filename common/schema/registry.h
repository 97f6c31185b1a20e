/*
 * registry - JSON Schema documents, and what is called by which URI in them
 *
 * A resource is a schema with a URI of its own: the root of a document, and
 * what has an "$id" inside.  Other documents are taken from one directory, by
 * the $id that they have or by their path, and nowhere else; the metaschemas
 * of draft-07 and draft 2020-12 are known.
 */
#ifndef ROWPIPE_SCHEMA_REGISTRY_H
#define ROWPIPE_SCHEMA_REGISTRY_H

#include <stddef.h>

#include "schema/dialect.h"
#include "schema/document.h"

struct anchor {
	const char	*name;
	struct docnode	*node;
	int		 dynamic;	/* $dynamicAnchor */
};

struct resource {
	const char		*uri;		/* without fragment */
	struct docnode		*root;
	const struct dialect	*dialect;
	struct anchor		*anchors;
	size_t			 nanchors, anchors_cap;
	int			 dynamic;	/* has a $dynamicAnchor */
};

struct registry;

/**
 * registry_new(dir, a):
 * Return an empty registry; ${dir} (borrowed, may be NULL) is where other
 * documents are.  What it holds lives in the arena ${a}; caller frees the rest
 * with registry_free.
 */
struct registry *registry_new(const char *dir, struct arena *a);

/**
 * registry_base(reg, path):
 * Return the URI that a document in the file ${path} has as long as it does
 * not say another; lives in the registry's arena.
 */
const char *registry_base(struct registry *reg, const char *path);

/**
 * registry_add(reg, root, uri, err):
 * Take in the document ${root}, whose URI is ${uri} (borrowed) unless its $id
 * says otherwise.  Return 0, or -1 with ${err} filled when it is no schema
 * ($schema unknown, $id or anchor malformed or given twice).
 */
int registry_add(struct registry *reg, struct docnode *root, const char *uri,
    struct err *err);

/**
 * registry_resolve(reg, node, ref, err):
 * Return the schema that the string node ${ref}, a $ref or $dynamicRef of the
 * schema ${node}, means; its resource is set.  With ${anchor} (else NULL),
 * *${anchor} becomes the $dynamicAnchor by which it was found, or NULL.
 * Return NULL with ${err} filled when there is none.
 */
struct docnode *registry_resolve(struct registry *reg, struct docnode *node,
    const struct docnode *ref, const char **anchor, struct err *err);

/**
 * registry_anchor(r, name, dynamic):
 * Return the node of the resource with that anchor, or NULL; with ${dynamic}
 * only one made by $dynamicAnchor.
 */
struct docnode *registry_anchor(const struct resource *r, const char *name,
    int dynamic);

/**
 * registry_count(reg), registry_get(reg, i):
 * How many resources there are, and the one with that number.
 */
size_t registry_count(const struct registry *reg);
struct resource *registry_get(const struct registry *reg, size_t i);

/**
 * registry_free(reg):
 * Free ${reg}; NULL is fine.
 */
void registry_free(struct registry *reg);

#endif
