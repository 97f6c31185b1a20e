#include <string.h>

#include "schema/dialect.h"

#define BOTH	(DRAFT_7 | DRAFT_2020)
#define CORE	VOCABULARY_CORE
#define APPLY	VOCABULARY_APPLICATOR
#define CHECK	VOCABULARY_VALIDATION
#define META	VOCABULARY_METADATA
#define CONTENT	VOCABULARY_CONTENT

/*
 * In the order of enum keyword.  Draft 2020-12 has "definitions" and
 * "dependencies" no more, but its metaschema still knows them and so do we.
 */
static const struct keyword_info keywords[] = {
	{ "additionalItems", KEYWORD_ADDITIONAL_ITEMS, SHAPE_SCHEMA, DRAFT_7,
	    APPLY },
	{ "additionalProperties", KEYWORD_ADDITIONAL_PROPERTIES, SHAPE_SCHEMA,
	    BOTH, APPLY },
	{ "allOf", KEYWORD_ALL_OF, SHAPE_SCHEMAS, BOTH, APPLY },
	{ "$anchor", KEYWORD_ANCHOR, SHAPE_STRING, DRAFT_2020, CORE },
	{ "anyOf", KEYWORD_ANY_OF, SHAPE_SCHEMAS, BOTH, APPLY },
	{ "$comment", KEYWORD_COMMENT, SHAPE_STRING, BOTH, CORE },
	{ "const", KEYWORD_CONST, SHAPE_ANY, BOTH, CHECK },
	{ "contains", KEYWORD_CONTAINS, SHAPE_SCHEMA, BOTH, APPLY },
	{ "contentEncoding", KEYWORD_CONTENT_ENCODING, SHAPE_STRING, BOTH,
	    CONTENT },
	{ "contentMediaType", KEYWORD_CONTENT_MEDIA_TYPE, SHAPE_STRING, BOTH,
	    CONTENT },
	{ "contentSchema", KEYWORD_CONTENT_SCHEMA, SHAPE_SCHEMA, DRAFT_2020,
	    CONTENT },
	{ "default", KEYWORD_DEFAULT, SHAPE_ANY, BOTH, META },
	{ "definitions", KEYWORD_DEFINITIONS, SHAPE_SCHEMA_MAP, BOTH, CORE },
	{ "$defs", KEYWORD_DEFS, SHAPE_SCHEMA_MAP, DRAFT_2020, CORE },
	{ "dependencies", KEYWORD_DEPENDENCIES, SHAPE_DEPENDENCIES, BOTH,
	    APPLY },
	{ "dependentRequired", KEYWORD_DEPENDENT_REQUIRED, SHAPE_STRINGS_MAP,
	    DRAFT_2020, CHECK },
	{ "dependentSchemas", KEYWORD_DEPENDENT_SCHEMAS, SHAPE_SCHEMA_MAP,
	    DRAFT_2020, APPLY },
	{ "deprecated", KEYWORD_DEPRECATED, SHAPE_BOOLEAN, DRAFT_2020, META },
	{ "description", KEYWORD_DESCRIPTION, SHAPE_STRING, BOTH, META },
	{ "$dynamicAnchor", KEYWORD_DYNAMIC_ANCHOR, SHAPE_STRING, DRAFT_2020,
	    CORE },
	{ "$dynamicRef", KEYWORD_DYNAMIC_REF, SHAPE_STRING, DRAFT_2020, CORE },
	{ "else", KEYWORD_ELSE, SHAPE_SCHEMA, BOTH, APPLY },
	{ "enum", KEYWORD_ENUM, SHAPE_ARRAY, BOTH, CHECK },
	{ "examples", KEYWORD_EXAMPLES, SHAPE_ARRAY, BOTH, META },
	{ "exclusiveMaximum", KEYWORD_EXCLUSIVE_MAXIMUM, SHAPE_NUMBER, BOTH,
	    CHECK },
	{ "exclusiveMinimum", KEYWORD_EXCLUSIVE_MINIMUM, SHAPE_NUMBER, BOTH,
	    CHECK },
	{ "format", KEYWORD_FORMAT, SHAPE_STRING, BOTH,
	    VOCABULARY_FORMAT | VOCABULARY_FORMAT_ASSERTION },
	{ "$id", KEYWORD_ID, SHAPE_STRING, BOTH, CORE },
	{ "if", KEYWORD_IF, SHAPE_SCHEMA, BOTH, APPLY },
	{ "items", KEYWORD_ITEMS, SHAPE_SCHEMA, BOTH, APPLY },
	{ "maximum", KEYWORD_MAXIMUM, SHAPE_NUMBER, BOTH, CHECK },
	{ "maxContains", KEYWORD_MAX_CONTAINS, SHAPE_COUNT, DRAFT_2020,
	    CHECK },
	{ "maxItems", KEYWORD_MAX_ITEMS, SHAPE_COUNT, BOTH, CHECK },
	{ "maxLength", KEYWORD_MAX_LENGTH, SHAPE_COUNT, BOTH, CHECK },
	{ "maxProperties", KEYWORD_MAX_PROPERTIES, SHAPE_COUNT, BOTH, CHECK },
	{ "minimum", KEYWORD_MINIMUM, SHAPE_NUMBER, BOTH, CHECK },
	{ "minContains", KEYWORD_MIN_CONTAINS, SHAPE_COUNT, DRAFT_2020,
	    CHECK },
	{ "minItems", KEYWORD_MIN_ITEMS, SHAPE_COUNT, BOTH, CHECK },
	{ "minLength", KEYWORD_MIN_LENGTH, SHAPE_COUNT, BOTH, CHECK },
	{ "minProperties", KEYWORD_MIN_PROPERTIES, SHAPE_COUNT, BOTH, CHECK },
	{ "multipleOf", KEYWORD_MULTIPLE_OF, SHAPE_POSITIVE, BOTH, CHECK },
	{ "not", KEYWORD_NOT, SHAPE_SCHEMA, BOTH, APPLY },
	{ "oneOf", KEYWORD_ONE_OF, SHAPE_SCHEMAS, BOTH, APPLY },
	{ "pattern", KEYWORD_PATTERN, SHAPE_STRING, BOTH, CHECK },
	{ "patternProperties", KEYWORD_PATTERN_PROPERTIES, SHAPE_SCHEMA_MAP,
	    BOTH, APPLY },
	{ "prefixItems", KEYWORD_PREFIX_ITEMS, SHAPE_SCHEMAS, DRAFT_2020,
	    APPLY },
	{ "properties", KEYWORD_PROPERTIES, SHAPE_SCHEMA_MAP, BOTH, APPLY },
	{ "propertyNames", KEYWORD_PROPERTY_NAMES, SHAPE_SCHEMA, BOTH, APPLY },
	{ "readOnly", KEYWORD_READ_ONLY, SHAPE_BOOLEAN, BOTH, META },
	{ "$ref", KEYWORD_REF, SHAPE_STRING, BOTH, CORE },
	{ "required", KEYWORD_REQUIRED, SHAPE_STRINGS, BOTH, CHECK },
	{ "$schema", KEYWORD_SCHEMA, SHAPE_STRING, BOTH, CORE },
	{ "then", KEYWORD_THEN, SHAPE_SCHEMA, BOTH, APPLY },
	{ "title", KEYWORD_TITLE, SHAPE_STRING, BOTH, META },
	{ "type", KEYWORD_TYPE, SHAPE_TYPES, BOTH, CHECK },
	{ "unevaluatedItems", KEYWORD_UNEVALUATED_ITEMS, SHAPE_SCHEMA,
	    DRAFT_2020, VOCABULARY_UNEVALUATED },
	{ "unevaluatedProperties", KEYWORD_UNEVALUATED_PROPERTIES,
	    SHAPE_SCHEMA, DRAFT_2020, VOCABULARY_UNEVALUATED },
	{ "uniqueItems", KEYWORD_UNIQUE_ITEMS, SHAPE_BOOLEAN, BOTH, CHECK },
	{ "$vocabulary", KEYWORD_VOCABULARY, SHAPE_OBJECT, DRAFT_2020, CORE },
	{ "writeOnly", KEYWORD_WRITE_ONLY, SHAPE_BOOLEAN, BOTH, META },
};

/* In draft-07 "items" may be an array of schemas. */
static const struct keyword_info items_7 = {
	"items", KEYWORD_ITEMS, SHAPE_SCHEMA_OR_ARRAY, DRAFT_7, APPLY
};

_Static_assert(sizeof(keywords) / sizeof(keywords[0]) == KEYWORDS,
    "every keyword has its line");

static const struct dialect draft_7 = {
	DRAFT_7, ~(unsigned)VOCABULARY_FORMAT_ASSERTION
};
static const struct dialect draft_2020 = {
	DRAFT_2020, ~(unsigned)VOCABULARY_FORMAT_ASSERTION
};

static const struct {
	const char		*uri;
	const struct dialect	*dialect;
} known[] = {
	{ "http://json-schema.org/draft-07/schema", &draft_7 },
	{ "https://json-schema.org/draft-07/schema", &draft_7 },
	{ "https://json-schema.org/draft/2020-12/schema", &draft_2020 },
	{ "http://json-schema.org/draft/2020-12/schema", &draft_2020 },
};

#define VOCABULARY_PREFIX "https://json-schema.org/draft/2020-12/vocab/"

static const struct {
	const char	*name;
	unsigned	 bit;
} vocabularies[] = {
	{ "core", VOCABULARY_CORE }, { "applicator", VOCABULARY_APPLICATOR },
	{ "unevaluated", VOCABULARY_UNEVALUATED },
	{ "validation", VOCABULARY_VALIDATION },
	{ "meta-data", VOCABULARY_METADATA },
	{ "format-annotation", VOCABULARY_FORMAT },
	{ "format-assertion", VOCABULARY_FORMAT_ASSERTION },
	{ "content", VOCABULARY_CONTENT },
};

const struct dialect *
dialect_known(const char *uri)
{
	size_t i, len = strlen(uri);

	if (len > 0 && uri[len - 1] == '#')
		len--;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].uri) == len &&
		    memcmp(known[i].uri, uri, len) == 0)
			return (known[i].dialect);
	return (NULL);
}

const struct dialect *
dialect_default(void)
{

	return (&draft_2020);
}

unsigned
dialect_vocabulary(const char *uri)
{
	const size_t n = sizeof(VOCABULARY_PREFIX) - 1;
	size_t i;

	if (strncmp(uri, VOCABULARY_PREFIX, n) != 0)
		return (0);
	for (i = 0; i < sizeof(vocabularies) / sizeof(vocabularies[0]); i++)
		if (strcmp(vocabularies[i].name, uri + n) == 0)
			return (vocabularies[i].bit);
	return (0);
}

const struct keyword_info *
dialect_keyword(const struct dialect *d, const char *name, size_t len)
{
	const struct keyword_info *k;
	size_t i;

	for (i = 0; i < KEYWORDS; i++) {
		k = &keywords[i];
		if (strlen(k->name) != len || memcmp(k->name, name, len) != 0)
			continue;
		if ((k->drafts & d->draft) == 0 ||
		    (k->vocabulary & d->vocabularies) == 0)
			return (NULL);
		return (k->id == KEYWORD_ITEMS && d->draft == DRAFT_7 ?
		    &items_7 : k);
	}
	return (NULL);
}

const char *
dialect_keyword_name(enum keyword id)
{

	return (keywords[id].name);
}
