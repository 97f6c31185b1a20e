/*
 * dialect - which keywords a JSON Schema may use, and what they mean there
 *
 * A dialect is a draft and the vocabularies of it that a metaschema asks for.
 * Facts are those of the JSON Schema specifications, draft 2020-12 (core and
 * validation) and draft-07.
 */
#ifndef ROWPIPE_SCHEMA_DIALECT_H
#define ROWPIPE_SCHEMA_DIALECT_H

#include <stddef.h>

enum draft { DRAFT_7 = 1, DRAFT_2020 = 2 };

enum vocabulary {
	VOCABULARY_CORE = 1 << 0, VOCABULARY_APPLICATOR = 1 << 1,
	VOCABULARY_UNEVALUATED = 1 << 2, VOCABULARY_VALIDATION = 1 << 3,
	VOCABULARY_METADATA = 1 << 4, VOCABULARY_FORMAT = 1 << 5,
	VOCABULARY_FORMAT_ASSERTION = 1 << 6, VOCABULARY_CONTENT = 1 << 7
};

struct dialect {
	enum draft	draft;
	unsigned	vocabularies;	/* of enum vocabulary */
};

/* What the value of a keyword must be. */
enum keyword_shape {
	SHAPE_ANY, SHAPE_STRING, SHAPE_BOOLEAN, SHAPE_NUMBER,
	SHAPE_POSITIVE,			/* number above 0 */
	SHAPE_COUNT,			/* whole number from 0 */
	SHAPE_OBJECT, SHAPE_ARRAY,
	SHAPE_TYPES,			/* a type, or several */
	SHAPE_STRINGS,			/* array of different strings */
	SHAPE_STRINGS_MAP,		/* object of those */
	SHAPE_SCHEMA,
	SHAPE_SCHEMAS,			/* array of at least one schema */
	SHAPE_SCHEMA_MAP,		/* object of schemas */
	SHAPE_SCHEMA_OR_ARRAY,		/* draft-07: items */
	SHAPE_DEPENDENCIES		/* draft-07: schemas or strings */
};

enum keyword {
	KEYWORD_ADDITIONAL_ITEMS, KEYWORD_ADDITIONAL_PROPERTIES,
	KEYWORD_ALL_OF, KEYWORD_ANCHOR, KEYWORD_ANY_OF, KEYWORD_COMMENT,
	KEYWORD_CONST, KEYWORD_CONTAINS, KEYWORD_CONTENT_ENCODING,
	KEYWORD_CONTENT_MEDIA_TYPE, KEYWORD_CONTENT_SCHEMA, KEYWORD_DEFAULT,
	KEYWORD_DEFINITIONS, KEYWORD_DEFS, KEYWORD_DEPENDENCIES,
	KEYWORD_DEPENDENT_REQUIRED, KEYWORD_DEPENDENT_SCHEMAS,
	KEYWORD_DEPRECATED, KEYWORD_DESCRIPTION, KEYWORD_DYNAMIC_ANCHOR,
	KEYWORD_DYNAMIC_REF, KEYWORD_ELSE, KEYWORD_ENUM, KEYWORD_EXAMPLES,
	KEYWORD_EXCLUSIVE_MAXIMUM, KEYWORD_EXCLUSIVE_MINIMUM, KEYWORD_FORMAT,
	KEYWORD_ID, KEYWORD_IF, KEYWORD_ITEMS, KEYWORD_MAXIMUM,
	KEYWORD_MAX_CONTAINS, KEYWORD_MAX_ITEMS, KEYWORD_MAX_LENGTH,
	KEYWORD_MAX_PROPERTIES, KEYWORD_MINIMUM, KEYWORD_MIN_CONTAINS,
	KEYWORD_MIN_ITEMS, KEYWORD_MIN_LENGTH, KEYWORD_MIN_PROPERTIES,
	KEYWORD_MULTIPLE_OF, KEYWORD_NOT, KEYWORD_ONE_OF, KEYWORD_PATTERN,
	KEYWORD_PATTERN_PROPERTIES, KEYWORD_PREFIX_ITEMS, KEYWORD_PROPERTIES,
	KEYWORD_PROPERTY_NAMES, KEYWORD_READ_ONLY, KEYWORD_REF,
	KEYWORD_REQUIRED, KEYWORD_SCHEMA, KEYWORD_THEN, KEYWORD_TITLE,
	KEYWORD_TYPE, KEYWORD_UNEVALUATED_ITEMS,
	KEYWORD_UNEVALUATED_PROPERTIES, KEYWORD_UNIQUE_ITEMS,
	KEYWORD_VOCABULARY, KEYWORD_WRITE_ONLY,
	KEYWORDS
};

struct keyword_info {
	const char		*name;
	enum keyword		 id;
	enum keyword_shape	 shape;
	unsigned		 drafts, vocabulary;
};

/**
 * dialect_known(uri):
 * Return the dialect whose metaschema has that URI, be it with an empty
 * fragment or without, or NULL.
 */
const struct dialect *dialect_known(const char *uri);

/**
 * dialect_default():
 * Return the dialect of schemas that do not say theirs: draft 2020-12.
 */
const struct dialect *dialect_default(void);

/**
 * dialect_vocabulary(uri):
 * Return the vocabulary with that URI, or 0.
 */
unsigned dialect_vocabulary(const char *uri);

/**
 * dialect_keyword(d, name, len):
 * Return the keyword with that name in the dialect ${d}, or NULL.
 */
const struct keyword_info *dialect_keyword(const struct dialect *d,
    const char *name, size_t len);

/**
 * dialect_keyword_name(id):
 * Return the name of a keyword.
 */
const char *dialect_keyword_name(enum keyword id);

#endif
