/*
 * translate - JSON Schemas into the rules that rows are checked by
 */
#ifndef ROWPIPE_SCHEMA_TRANSLATE_H
#define ROWPIPE_SCHEMA_TRANSLATE_H

#include <stddef.h>

struct arena;
struct docnode;
struct err;
struct registry;
struct regex;
struct regex_cache;
struct rules;

struct translation {
	struct registry		*registry;
	struct arena		*a;		/* rules live there */
	int			 no_format;	/* "format" is a note */
	struct regex_cache	*cache;
	struct regex		**regex;	/* one a pattern */
	size_t			 nregex, regex_cap;
	struct rules		**todo;
	size_t			 ntodo, todo_cap;
	int			 dynamic;	/* there is a $dynamicRef */
};

/**
 * translate_schema(t, node, err):
 * Return the rules of the schema ${node} and of all that it refers to; ${t}
 * has its first three members set and all else zero.  Return NULL with ${err}
 * filled (the message names file and JSON pointer) when a keyword has a value
 * that it cannot have, a reference leads nowhere or a schema leads back to
 * itself on the same value.
 */
struct rules *translate_schema(struct translation *t, struct docnode *node,
    struct err *err);

/**
 * translate_free(t):
 * Free what ${t} holds outside the arena; the rules are dead after that.
 */
void translate_free(struct translation *t);

/**
 * translate_hash(s, len):
 * The hash by which the tables of struct rules are made.
 */
static inline unsigned int
translate_hash(const char *s, size_t len)
{
	unsigned int h = 2166136261u ^ (unsigned int)len;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return (h ^ h >> 15);
}

#endif
