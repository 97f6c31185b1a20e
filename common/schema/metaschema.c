#include <stddef.h>
#include <string.h>

#include "schema/metaschema.h"

#define DRAFT_2020	"https://json-schema.org/draft/2020-12/"
#define HEAD_2020(name, vocabulary) \
	"{\"$schema\":\"" DRAFT_2020 "schema\"," \
	"\"$id\":\"" DRAFT_2020 name "\"," \
	"\"$vocabulary\":{" vocabulary "}," \
	"\"$dynamicAnchor\":\"meta\"," \
	"\"type\":[\"object\",\"boolean\"],"
#define VOCABULARY(name)	"\"" DRAFT_2020 "vocab/" name "\":true"
#define META			"{\"$dynamicRef\":\"#meta\"}"
#define META_MAP \
	"{\"type\":\"object\",\"additionalProperties\":" META "}"
#define STRING			"{\"type\":\"string\"}"
#define BOOLEAN			"{\"type\":\"boolean\"}"
#define NUMBER			"{\"type\":\"number\"}"
#define DEF(name)		"{\"$ref\":\"#/$defs/" name "\"}"
#define OLD(name)		"{\"$ref\":\"#/definitions/" name "\"}"
#define SIMPLE_TYPES \
	"{\"enum\":[\"array\",\"boolean\",\"integer\",\"null\",\"number\"," \
	"\"object\",\"string\"]}"

static const char draft_7[] =
    "{\"$schema\":\"http://json-schema.org/draft-07/schema#\","
    "\"$id\":\"http://json-schema.org/draft-07/schema#\","
    "\"definitions\":{"
    "\"schemaArray\":{\"type\":\"array\",\"minItems\":1,"
    "\"items\":{\"$ref\":\"#\"}},"
    "\"nonNegativeInteger\":{\"type\":\"integer\",\"minimum\":0},"
    "\"nonNegativeIntegerDefault0\":{\"allOf\":["
    OLD("nonNegativeInteger") ",{\"default\":0}]},"
    "\"simpleTypes\":" SIMPLE_TYPES ","
    "\"stringArray\":{\"type\":\"array\",\"items\":" STRING ","
    "\"uniqueItems\":true,\"default\":[]}},"
    "\"type\":[\"object\",\"boolean\"],"
    "\"properties\":{"
    "\"$id\":{\"type\":\"string\",\"format\":\"uri-reference\"},"
    "\"$schema\":{\"type\":\"string\",\"format\":\"uri\"},"
    "\"$ref\":{\"type\":\"string\",\"format\":\"uri-reference\"},"
    "\"$comment\":" STRING ",\"title\":" STRING ",\"description\":" STRING ","
    "\"default\":true,\"readOnly\":" BOOLEAN ",\"writeOnly\":" BOOLEAN ","
    "\"examples\":{\"type\":\"array\",\"items\":true},"
    "\"multipleOf\":{\"type\":\"number\",\"exclusiveMinimum\":0},"
    "\"maximum\":" NUMBER ",\"exclusiveMaximum\":" NUMBER ","
    "\"minimum\":" NUMBER ",\"exclusiveMinimum\":" NUMBER ","
    "\"maxLength\":" OLD("nonNegativeInteger") ","
    "\"minLength\":" OLD("nonNegativeIntegerDefault0") ","
    "\"pattern\":{\"type\":\"string\",\"format\":\"regex\"},"
    "\"additionalItems\":{\"$ref\":\"#\"},"
    "\"items\":{\"anyOf\":[{\"$ref\":\"#\"}," OLD("schemaArray") "],"
    "\"default\":true},"
    "\"maxItems\":" OLD("nonNegativeInteger") ","
    "\"minItems\":" OLD("nonNegativeIntegerDefault0") ","
    "\"uniqueItems\":" BOOLEAN ",\"contains\":{\"$ref\":\"#\"},"
    "\"maxProperties\":" OLD("nonNegativeInteger") ","
    "\"minProperties\":" OLD("nonNegativeIntegerDefault0") ","
    "\"required\":" OLD("stringArray") ","
    "\"additionalProperties\":{\"$ref\":\"#\"},"
    "\"definitions\":{\"type\":\"object\","
    "\"additionalProperties\":{\"$ref\":\"#\"},\"default\":{}},"
    "\"properties\":{\"type\":\"object\","
    "\"additionalProperties\":{\"$ref\":\"#\"},\"default\":{}},"
    "\"patternProperties\":{\"type\":\"object\","
    "\"additionalProperties\":{\"$ref\":\"#\"},"
    "\"propertyNames\":{\"format\":\"regex\"},\"default\":{}},"
    "\"dependencies\":{\"type\":\"object\",\"additionalProperties\":{"
    "\"anyOf\":[{\"$ref\":\"#\"}," OLD("stringArray") "]}},"
    "\"propertyNames\":{\"$ref\":\"#\"},\"const\":true,"
    "\"enum\":{\"type\":\"array\",\"items\":true},"
    "\"type\":{\"anyOf\":[" OLD("simpleTypes") ",{\"type\":\"array\","
    "\"items\":" OLD("simpleTypes") ",\"minItems\":1,"
    "\"uniqueItems\":true}]},"
    "\"format\":" STRING ",\"contentMediaType\":" STRING ","
    "\"contentEncoding\":" STRING ","
    "\"if\":{\"$ref\":\"#\"},\"then\":{\"$ref\":\"#\"},"
    "\"else\":{\"$ref\":\"#\"},"
    "\"allOf\":" OLD("schemaArray") ",\"anyOf\":" OLD("schemaArray") ","
    "\"oneOf\":" OLD("schemaArray") ",\"not\":{\"$ref\":\"#\"}},"
    "\"default\":true}";

static const char schema_2020[] =
    HEAD_2020("schema", VOCABULARY("core") "," VOCABULARY("applicator") ","
    VOCABULARY("unevaluated") "," VOCABULARY("validation") ","
    VOCABULARY("meta-data") "," VOCABULARY("format-annotation") ","
    VOCABULARY("content"))
    "\"allOf\":[{\"$ref\":\"meta/core\"},{\"$ref\":\"meta/applicator\"},"
    "{\"$ref\":\"meta/unevaluated\"},{\"$ref\":\"meta/validation\"},"
    "{\"$ref\":\"meta/meta-data\"},{\"$ref\":\"meta/format-annotation\"},"
    "{\"$ref\":\"meta/content\"}],"
    "\"properties\":{"
    "\"definitions\":{\"type\":\"object\",\"additionalProperties\":" META ","
    "\"deprecated\":true,\"default\":{}},"
    "\"dependencies\":{\"type\":\"object\",\"additionalProperties\":{"
    "\"anyOf\":[" META ",{\"$ref\":\"meta/validation#/$defs/stringArray\"}]},"
    "\"deprecated\":true,\"default\":{}},"
    "\"$recursiveAnchor\":{\"$ref\":\"meta/core#/$defs/anchorString\","
    "\"deprecated\":true},"
    "\"$recursiveRef\":{\"$ref\":\"meta/core#/$defs/uriReferenceString\","
    "\"deprecated\":true}}}";

static const char core_2020[] =
    HEAD_2020("meta/core", VOCABULARY("core"))
    "\"properties\":{"
    "\"$id\":{\"$ref\":\"#/$defs/uriReferenceString\","
    "\"pattern\":\"^[^#]*#?$\"},"
    "\"$schema\":" DEF("uriString") ","
    "\"$ref\":" DEF("uriReferenceString") ","
    "\"$anchor\":" DEF("anchorString") ","
    "\"$dynamicRef\":" DEF("uriReferenceString") ","
    "\"$dynamicAnchor\":" DEF("anchorString") ","
    "\"$vocabulary\":{\"type\":\"object\","
    "\"propertyNames\":" DEF("uriString") ","
    "\"additionalProperties\":" BOOLEAN "},"
    "\"$comment\":" STRING ",\"$defs\":" META_MAP "},"
    "\"$defs\":{"
    "\"anchorString\":{\"type\":\"string\","
    "\"pattern\":\"^[A-Za-z_][-A-Za-z0-9._]*$\"},"
    "\"uriString\":{\"type\":\"string\",\"format\":\"uri\"},"
    "\"uriReferenceString\":{\"type\":\"string\","
    "\"format\":\"uri-reference\"}}}";

static const char applicator_2020[] =
    HEAD_2020("meta/applicator", VOCABULARY("applicator"))
    "\"properties\":{"
    "\"prefixItems\":" DEF("schemaArray") ",\"items\":" META ","
    "\"contains\":" META ",\"additionalProperties\":" META ","
    "\"properties\":{\"type\":\"object\",\"additionalProperties\":" META ","
    "\"default\":{}},"
    "\"patternProperties\":{\"type\":\"object\","
    "\"additionalProperties\":" META ","
    "\"propertyNames\":{\"format\":\"regex\"},\"default\":{}},"
    "\"dependentSchemas\":{\"type\":\"object\","
    "\"additionalProperties\":" META ",\"default\":{}},"
    "\"propertyNames\":" META ",\"if\":" META ",\"then\":" META ","
    "\"else\":" META ",\"allOf\":" DEF("schemaArray") ","
    "\"anyOf\":" DEF("schemaArray") ",\"oneOf\":" DEF("schemaArray") ","
    "\"not\":" META "},"
    "\"$defs\":{\"schemaArray\":{\"type\":\"array\",\"minItems\":1,"
    "\"items\":" META "}}}";

static const char unevaluated_2020[] =
    HEAD_2020("meta/unevaluated", VOCABULARY("unevaluated"))
    "\"properties\":{\"unevaluatedItems\":" META ","
    "\"unevaluatedProperties\":" META "}}";

static const char validation_2020[] =
    HEAD_2020("meta/validation", VOCABULARY("validation"))
    "\"properties\":{"
    "\"type\":{\"anyOf\":[" DEF("simpleTypes") ",{\"type\":\"array\","
    "\"items\":" DEF("simpleTypes") ",\"minItems\":1,"
    "\"uniqueItems\":true}]},"
    "\"const\":true,\"enum\":{\"type\":\"array\",\"items\":true},"
    "\"multipleOf\":{\"type\":\"number\",\"exclusiveMinimum\":0},"
    "\"maximum\":" NUMBER ",\"exclusiveMaximum\":" NUMBER ","
    "\"minimum\":" NUMBER ",\"exclusiveMinimum\":" NUMBER ","
    "\"maxLength\":" DEF("nonNegativeInteger") ","
    "\"minLength\":" DEF("nonNegativeIntegerDefault0") ","
    "\"pattern\":{\"type\":\"string\",\"format\":\"regex\"},"
    "\"maxItems\":" DEF("nonNegativeInteger") ","
    "\"minItems\":" DEF("nonNegativeIntegerDefault0") ","
    "\"uniqueItems\":{\"type\":\"boolean\",\"default\":false},"
    "\"maxContains\":" DEF("nonNegativeInteger") ","
    "\"minContains\":{\"$ref\":\"#/$defs/nonNegativeInteger\","
    "\"default\":1},"
    "\"maxProperties\":" DEF("nonNegativeInteger") ","
    "\"minProperties\":" DEF("nonNegativeIntegerDefault0") ","
    "\"required\":" DEF("stringArray") ","
    "\"dependentRequired\":{\"type\":\"object\","
    "\"additionalProperties\":" DEF("stringArray") "}},"
    "\"$defs\":{"
    "\"nonNegativeInteger\":{\"type\":\"integer\",\"minimum\":0},"
    "\"nonNegativeIntegerDefault0\":{"
    "\"$ref\":\"#/$defs/nonNegativeInteger\",\"default\":0},"
    "\"simpleTypes\":" SIMPLE_TYPES ","
    "\"stringArray\":{\"type\":\"array\",\"items\":" STRING ","
    "\"uniqueItems\":true,\"default\":[]}}}";

static const char metadata_2020[] =
    HEAD_2020("meta/meta-data", VOCABULARY("meta-data"))
    "\"properties\":{\"title\":" STRING ",\"description\":" STRING ","
    "\"default\":true,\"deprecated\":" BOOLEAN ",\"readOnly\":" BOOLEAN ","
    "\"writeOnly\":" BOOLEAN ",\"examples\":{\"type\":\"array\","
    "\"items\":true}}}";

static const char format_annotation_2020[] =
    HEAD_2020("meta/format-annotation", VOCABULARY("format-annotation"))
    "\"properties\":{\"format\":" STRING "}}";

static const char format_assertion_2020[] =
    HEAD_2020("meta/format-assertion", VOCABULARY("format-assertion"))
    "\"properties\":{\"format\":" STRING "}}";

static const char content_2020[] =
    HEAD_2020("meta/content", VOCABULARY("content"))
    "\"properties\":{\"contentEncoding\":" STRING ","
    "\"contentMediaType\":" STRING ",\"contentSchema\":" META "}}";

static const struct {
	const char	*uri, *text;
} texts[] = {
	{ "http://json-schema.org/draft-07/schema", draft_7 },
	{ DRAFT_2020 "schema", schema_2020 },
	{ DRAFT_2020 "meta/core", core_2020 },
	{ DRAFT_2020 "meta/applicator", applicator_2020 },
	{ DRAFT_2020 "meta/unevaluated", unevaluated_2020 },
	{ DRAFT_2020 "meta/validation", validation_2020 },
	{ DRAFT_2020 "meta/meta-data", metadata_2020 },
	{ DRAFT_2020 "meta/format-annotation", format_annotation_2020 },
	{ DRAFT_2020 "meta/format-assertion", format_assertion_2020 },
	{ DRAFT_2020 "meta/content", content_2020 },
};

const char *
metaschema_text(const char *uri)
{
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].uri, uri) == 0)
			return (texts[i].text);
	return (NULL);
}
