#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "schema/metaschema.h"
#include "schema/registry.h"
#include "schema/schemadir.h"
#include "schema/uri.h"

#define DIALECT_DEPTH	8	/* metaschemas of metaschemas */

/* A URI and what it names; several may name the same. */
struct name {
	const char	*uri;
	struct resource	*resource;
};

struct registry {
	struct arena		 *a;
	struct schemadir	 *dir;		/* NULL: none */
	struct resource		**resource;
	size_t			  nresources, resources_cap;
	struct name		 *name;
	size_t			  nnames, names_cap;
	int			  depth;	/* of metaschemas looked at */
	int			  all_added;	/* add_all_from_dir was here */
};

static int scan(struct registry *reg, struct docnode *node,
    struct resource *r, struct err *err);
static int add(struct registry *reg, struct docnode *root, const char *uri,
    const struct dialect *other, struct err *err);

struct registry *
registry_new(const char *dir, struct arena *a)
{
	struct registry *reg = mem_alloc(sizeof(*reg));

	reg->a = a;
	if (dir != NULL)
		reg->dir = schemadir_new(dir, a);
	return (reg);
}

const char *
registry_base(struct registry *reg, const char *path)
{

	return (uri_of_file(path, reg->a));
}

static struct resource *
find(const struct registry *reg, const char *uri)
{
	size_t i;

	for (i = 0; i < reg->nnames; i++)
		if (strcmp(reg->name[i].uri, uri) == 0)
			return (reg->name[i].resource);
	return (NULL);
}

/* Let ${uri} name ${r}.  A document may have been found by its path after it
 * had been found by its $id: then it has two names. */
static int
give_name(struct registry *reg, const char *uri, struct resource *r,
    struct err *err)
{
	const struct resource *other = find(reg, uri);
	struct quote q;

	if (other == r)
		return (0);
	if (other != NULL)
		return (document_refuse(r->root, err, "another schema, in %s,"
		    " has the $id %s too", other->root->file,
		    quote_z(&q, uri)));
	reg->name = mem_grow(reg->name, &reg->names_cap, reg->nnames + 1,
	    sizeof(*reg->name));
	reg->name[reg->nnames++] = (struct name){ uri, r };
	return (0);
}

static struct resource *
add_resource(struct registry *reg, struct docnode *root, const char *uri,
    const struct dialect *dialect)
{
	struct resource *r = arena_alloc(reg->a, sizeof(*r));

	memset(r, 0, sizeof(*r));
	r->uri = uri;
	r->root = root;
	r->dialect = dialect;
	reg->resource = mem_grow(reg->resource, &reg->resources_cap,
	    reg->nresources + 1, sizeof(struct resource *));
	reg->resource[reg->nresources++] = r;
	return (r);
}

/*
 * Finding documents.
 */

static int
add_known(struct registry *reg, const char *uri, struct err *err)
{
	const char *text = metaschema_text(uri);
	struct docnode *root;

	if (text == NULL)
		return (0);
	root = document_read(uri, text, strlen(text), reg->a, err);
	if (root == NULL || registry_add(reg, root, uri, err) != 0)
		return (-1);
	return (1);
}

static int
add_from_dir(struct registry *reg, const char *uri,
    const struct dialect *d, struct err *err)
{
	struct docnode *root;
	const char *own;
	int rc;

	if (reg->dir == NULL)
		return (0);
	if ((rc = schemadir_find(reg->dir, uri, &root, &own, err)) != 1)
		return (rc);
	if (root->resource != NULL)
		return (give_name(reg, uri, root->resource, err) == 0 ? 1 :
		    -1);
	return (add(reg, root, own, d, err) == 0 ? 1 : -1);
}

/* Documents that have a schema with that $id somewhere inside. */
static void
add_all_from_dir(struct registry *reg, const struct dialect *d)
{
	struct err unused = ERR_INIT;
	struct docnode *root;
	const char *own;
	size_t i;

	if (reg->dir == NULL || reg->all_added)
		return;
	reg->all_added = 1;
	for (i = 0; schemadir_get(reg->dir, i, &root, &own); i++)
		/* Those in another language are none of ours. */
		if (root != NULL && root->resource == NULL)
			(void)add(reg, root, own, d, &unused);
}

/* The resource called ${uri}, which ${at} asks for; NULL, with ${err} filled,
 * when there is none.  It is of the dialect ${d} when it does not say. */
static struct resource *
load(struct registry *reg, const char *uri, const struct docnode *at,
    const struct dialect *d, struct err *err)
{
	struct resource *r = find(reg, uri);
	struct quote q;
	int rc;

	if (r != NULL)
		return (r);
	if ((rc = add_known(reg, uri, err)) == 0)
		rc = add_from_dir(reg, uri, d, err);
	if (rc < 0)
		return (NULL);
	if ((r = find(reg, uri)) != NULL)
		return (r);
	add_all_from_dir(reg, d);
	if ((r = find(reg, uri)) != NULL)
		return (r);
	(void)document_refuse(at, err, "there is no schema %s",
	    quote_z(&q, uri));
	(void)err_hint(err, reg->dir == NULL ? "name the directory that has it"
	    " with --schema-dir; nothing is fetched from the network" :
	    "no file in the directory of --schema-dir has this $id or path");
	return (NULL);
}

/*
 * Dialects.
 */

static int
take_vocabularies(const struct docnode *meta, struct dialect *d,
    struct err *err)
{
	const struct docnode *v = document_get(meta, "$vocabulary"), *c;
	unsigned bit;
	struct quote q;
	size_t i;

	if (v == NULL || v->v.type != JSON_OBJECT || d->draft == DRAFT_7)
		return (0);
	d->vocabularies = VOCABULARY_CORE;
	for (i = 0; i < v->n; i++) {
		c = &v->child[i];
		bit = dialect_vocabulary(c->key);
		if (bit == 0 && c->v.type == JSON_TRUE)
			return (document_refuse(c, err, "the vocabulary %s is"
			    " required, and not known here",
			    quote_z(&q, c->key)));
		d->vocabularies |= bit;
	}
	return (0);
}

static const struct dialect *dialect_of(struct registry *reg,
    const struct docnode *root, const struct dialect *other,
    struct err *err);

/* The dialect that a metaschema from the directory describes. */
static const struct dialect *
described_dialect(struct registry *reg, const char *uri,
    const struct docnode *at, struct err *err)
{
	struct dialect *d = arena_alloc(reg->a, sizeof(*d));
	struct resource *meta;
	struct quote q;

	if (reg->depth == DIALECT_DEPTH || (meta = load(reg, uri, at,
	    dialect_default(), err)) == NULL) {
		(void)document_refuse(at, err, "the metaschema %s is not"
		    " known", quote_z(&q, uri));
		(void)err_hint(err, "known are those of draft 2020-12"
		    " (https://json-schema.org/draft/2020-12/schema) and"
		    " draft-07 (http://json-schema.org/draft-07/schema#), and"
		    " what --schema-dir has");
		return (NULL);
	}
	*d = *meta->dialect;
	return (take_vocabularies(meta->root, d, err) == 0 ? d : NULL);
}

/* The dialect of a document or resource: its $schema's, or ${other}. */
static const struct dialect *
dialect_of(struct registry *reg, const struct docnode *root,
    const struct dialect *other, struct err *err)
{
	const struct docnode *s = document_get(root, "$schema");
	const struct dialect *d;
	const char *uri, *fragment;
	size_t len;

	if (s == NULL)
		return (other);
	if (s->v.type != JSON_STRING) {
		(void)document_refuse(s, err, "must be a string");
		return (NULL);
	}
	if ((d = dialect_known(s->text)) != NULL)
		return (d);
	uri = uri_resolve("", s->text, s->len, &fragment, &len, reg->a);
	reg->depth++;
	d = described_dialect(reg, uri, s, err);
	reg->depth--;
	return (d);
}

/*
 * Scanning.
 */

static int
is_anchor(const char *s, size_t len, int draft_7)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((s[i] >= 'A' && s[i] <= 'Z') ||
		    (s[i] >= 'a' && s[i] <= 'z') || s[i] == '_' ||
		    (i > 0 && ((s[i] >= '0' && s[i] <= '9') || s[i] == '-' ||
		    s[i] == '.' || (draft_7 && s[i] == ':')))))
			return (0);
	return (len > 0);
}

static int
add_anchor(struct registry *reg, struct resource *r, struct docnode *node,
    const struct docnode *at, const char *name, int dynamic, struct err *err)
{
	const struct docnode *other = registry_anchor(r, name, 0);
	struct quote q;

	(void)reg;
	if (!is_anchor(name, strlen(name), r->dialect->draft == DRAFT_7))
		return (document_refuse(at, err, "%s is not a name that an"
		    " anchor can have", quote_z(&q, name)));
	if (other != NULL && other != node)
		return (document_refuse(at, err, "the anchor %s is given"
		    " twice", quote_z(&q, name)));
	r->anchors = mem_grow(r->anchors, &r->anchors_cap, r->nanchors + 1,
	    sizeof(*r->anchors));
	r->anchors[r->nanchors++] = (struct anchor){ name, node, dynamic };
	r->dynamic |= dynamic;
	return (0);
}

static int
scan_anchors(struct registry *reg, struct docnode *node, struct resource *r,
    struct err *err)
{
	const struct docnode *at;

	if (r->dialect->draft == DRAFT_7)
		return (0);
	at = document_get(node, "$anchor");
	if (at != NULL && at->v.type == JSON_STRING &&
	    add_anchor(reg, r, node, at, at->text, 0, err) != 0)
		return (-1);
	at = document_get(node, "$dynamicAnchor");
	if (at != NULL && at->v.type == JSON_STRING &&
	    add_anchor(reg, r, node, at, at->text, 1, err) != 0)
		return (-1);
	return (0);
}

/* A new URI, for a resource of its own unless ${node} is a document. */
static int
begin_resource(struct registry *reg, struct docnode *node, const char *uri,
    struct resource **rp, struct err *err)
{
	struct resource *r = *rp;
	const struct dialect *d;

	if (r->root == node)
		r->uri = uri;
	else {
		if ((d = dialect_of(reg, node, r->dialect, err)) == NULL)
			return (-1);
		r = add_resource(reg, node, uri, d);
	}
	*rp = r;
	return (give_name(reg, uri, r, err));
}

static int
scan_id(struct registry *reg, struct docnode *node, struct resource **rp,
    struct err *err)
{
	const struct docnode *id = document_get(node, "$id");
	const int draft_7 = (*rp)->dialect->draft == DRAFT_7;
	const char *uri, *fragment;
	struct quote q;
	size_t len;

	if (id == NULL || id->v.type != JSON_STRING ||
	    (draft_7 && document_get(node, "$ref") != NULL))
		return (0);
	if (!uri_is_reference(id->text, id->len))
		return (document_refuse(id, err, "%s is not a URI reference",
		    quote(&q, id->text, id->len)));
	uri = uri_resolve((*rp)->uri, id->text, id->len, &fragment, &len,
	    reg->a);
	if (fragment != NULL && len > 0 && !draft_7)
		return (document_refuse(id, err, "an $id has no fragment: %s",
		    quote(&q, id->text, id->len)));
	if (id->len > 0 && id->text[0] != '#' &&
	    begin_resource(reg, node, uri, rp, err) != 0)
		return (-1);
	if (fragment != NULL && len > 0)
		return (add_anchor(reg, *rp, node, id, fragment, 0, err));
	return (0);
}

static int
is_schema(const struct docnode *node)
{

	return (node->v.type == JSON_OBJECT || node->v.type == JSON_TRUE ||
	    node->v.type == JSON_FALSE);
}

/* The schemas in the value of a keyword; the shapes are checked later. */
static int
scan_value(struct registry *reg, struct docnode *value,
    enum keyword_shape shape, struct resource *r, struct err *err)
{
	size_t i;

	switch (shape) {
	case SHAPE_SCHEMA:
		return (is_schema(value) ? scan(reg, value, r, err) : 0);
	case SHAPE_SCHEMA_OR_ARRAY:
		if (is_schema(value))
			return (scan(reg, value, r, err));
		break;
	case SHAPE_SCHEMAS:
	case SHAPE_SCHEMA_MAP:
	case SHAPE_DEPENDENCIES:
		break;
	default:
		return (0);
	}
	for (i = 0; i < value->n; i++)
		if (is_schema(&value->child[i]) &&
		    scan(reg, &value->child[i], r, err) != 0)
			return (-1);
	return (0);
}

/* Note for ${node}, a schema in ${r}, and all schemas inside it, to what they
 * belong; names that they have are given them. */
static int
scan(struct registry *reg, struct docnode *node, struct resource *r,
    struct err *err)
{
	const struct keyword_info *k;
	int siblings = 1;
	size_t i;

	if (node->resource != NULL)
		return (0);
	if (scan_id(reg, node, &r, err) != 0)
		return (-1);
	node->resource = r;
	if (scan_anchors(reg, node, r, err) != 0)
		return (-1);
	/* In draft-07 what stands beside a $ref is only there to be named. */
	if (r->dialect->draft == DRAFT_7 && document_get(node, "$ref") != NULL)
		siblings = 0;
	for (i = 0; i < node->n && node->v.type == JSON_OBJECT; i++) {
		k = dialect_keyword(r->dialect, node->child[i].key,
		    node->child[i].key_len);
		if (k == NULL || (!siblings && k->id != KEYWORD_DEFINITIONS))
			continue;
		if (scan_value(reg, &node->child[i], k->shape, r, err) != 0)
			return (-1);
	}
	return (0);
}

static int
add(struct registry *reg, struct docnode *root, const char *uri,
    const struct dialect *other, struct err *err)
{
	const struct dialect *d;
	struct resource *r;

	if (!is_schema(root))
		return (document_refuse(root, err, "a schema is an object,"
		    " true or false, not %s",
		    json_type_name((enum json_type)root->v.type)));
	if ((d = dialect_of(reg, root, other, err)) == NULL)
		return (-1);
	r = add_resource(reg, root, uri, d);
	if (give_name(reg, uri, r, err) != 0)
		return (-1);
	return (scan(reg, root, r, err));
}

int
registry_add(struct registry *reg, struct docnode *root, const char *uri,
    struct err *err)
{

	return (add(reg, root, uri, dialect_default(), err));
}

/*
 * References.
 */

struct docnode *
registry_anchor(const struct resource *r, const char *name, int dynamic)
{
	size_t i;

	for (i = 0; i < r->nanchors; i++)
		if ((!dynamic || r->anchors[i].dynamic) &&
		    strcmp(r->anchors[i].name, name) == 0)
			return (r->anchors[i].node);
	return (NULL);
}

/* A schema where no keyword says that there is one: it belongs to what it is
 * inside of. */
static int
adopt(struct registry *reg, struct docnode *node, struct err *err)
{
	const struct docnode *up;

	if (node->resource != NULL)
		return (0);
	for (up = node->parent; up->resource == NULL; up = up->parent)
		continue;
	return (scan(reg, node, up->resource, err));
}

static struct docnode *
follow(struct registry *reg, struct resource *r, const char *pointer,
    size_t len, struct err *err)
{
	struct docnode *node = r->root;
	const char *p = pointer, *end = pointer + len, *slash;

	while (p < end && node != NULL) {
		p++;
		slash = memchr(p, '/', (size_t)(end - p));
		if (slash == NULL)
			slash = end;
		node = document_step(node, p, (size_t)(slash - p));
		p = slash;
	}
	if (node == NULL || !is_schema(node))
		return (NULL);
	return (adopt(reg, node, err) == 0 ? node : NULL);
}

struct docnode *
registry_resolve(struct registry *reg, struct docnode *node,
    const struct docnode *ref, const char **anchor, struct err *err)
{
	const char *uri, *fragment;
	struct docnode *found;
	struct resource *r;
	struct quote q;
	size_t len;

	if (anchor != NULL)
		*anchor = NULL;
	err->msg[0] = '\0';
	uri = uri_resolve(node->resource->uri, ref->text, ref->len, &fragment,
	    &len, reg->a);
	r = load(reg, uri, ref, node->resource->dialect, err);
	if (r == NULL)
		return (NULL);
	if (fragment == NULL || len == 0)
		found = r->root;
	else if (fragment[0] == '/')
		found = follow(reg, r, fragment, len, err);
	else {
		found = registry_anchor(r, fragment, 0);
		if (anchor != NULL &&
		    registry_anchor(r, fragment, 1) == found)
			*anchor = fragment;
	}
	if (found == NULL && err->msg[0] == '\0')
		(void)document_refuse(ref, err, "there is no schema at %s",
		    quote(&q, ref->text, ref->len));
	return (found);
}

size_t
registry_count(const struct registry *reg)
{

	return (reg->nresources);
}

struct resource *
registry_get(const struct registry *reg, size_t i)
{

	return (reg->resource[i]);
}

void
registry_free(struct registry *reg)
{
	size_t i;

	if (reg == NULL)
		return;
	for (i = 0; i < reg->nresources; i++)
		mem_free(reg->resource[i]->anchors);
	mem_free(reg->resource);
	mem_free(reg->name);
	schemadir_free(reg->dir);
	mem_free(reg);
}
