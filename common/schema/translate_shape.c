#include <string.h>

#include "base/err.h"
#include "base/near.h"
#include "base/quote.h"
#include "json/json_equal.h"
#include "json/json_number.h"
#include "schema/document.h"
#include "schema/rules.h"
#include "schema/translate_private.h"

#define DIVISOR_DIGITS	1000	/* of multipleOf, more would be slow */

static const char *const type_names[] = {
	"null", "boolean", "number", "integer", "string", "array", "object"
};

unsigned int
translate_type(const char *name)
{

	if (strcmp(name, "null") == 0)
		return (1 << JSON_NULL);
	if (strcmp(name, "boolean") == 0)
		return (TYPES_BOOLEAN);
	if (strcmp(name, "number") == 0 || strcmp(name, "integer") == 0)
		return (1 << JSON_NUMBER);
	if (strcmp(name, "string") == 0)
		return (1 << JSON_STRING);
	if (strcmp(name, "array") == 0)
		return (1 << JSON_ARRAY);
	return (strcmp(name, "object") == 0 ? 1 << JSON_OBJECT : 0);
}

static int
check_type_name(const struct docnode *v, struct err *err)
{
	struct near near;
	struct quote q;
	size_t i;

	if (v->v.type != JSON_STRING)
		return (document_refuse(v, err, "a type is named by a string,"
		    " not %s", json_type_name((enum json_type)v->v.type)));
	if (strlen(v->text) == v->len && translate_type(v->text) != 0)
		return (0);
	(void)document_refuse(v, err, "there is no type %s",
	    quote(&q, v->text, v->len));
	near_start(&near, v->text);
	for (i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		near_offer(&near, type_names[i]);
	if (near_best(&near) != NULL)
		(void)err_hint(err, "did you mean %s?",
		    quote_z(&q, near_best(&near)));
	return (-1);
}

static int
wrong_shape(const struct docnode *v, struct err *err, const char *want)
{

	return (document_refuse(v, err, "must be %s, not %s", want,
	    json_type_name((enum json_type)v->v.type)));
}

static int
check_no_twice(struct arena *scratch, const struct docnode *v,
    struct err *err)
{
	size_t i, j;

	if (!json_equal_twice(&v->v, &i, &j, scratch))
		return (0);
	return (document_refuse(&v->child[j], err, "is the same as element"
	    " %zu", i));
}

static int
check_types(struct arena *scratch, const struct docnode *v, struct err *err)
{
	size_t i;

	if (v->v.type != JSON_ARRAY)
		return (check_type_name(v, err));
	if (v->n == 0)
		return (document_refuse(v, err, "names no type"));
	for (i = 0; i < v->n; i++)
		if (check_type_name(&v->child[i], err) != 0)
			return (-1);
	return (check_no_twice(scratch, v, err));
}

static int
check_strings(struct arena *scratch, const struct docnode *v,
    struct err *err)
{
	size_t i;

	if (v->v.type != JSON_ARRAY)
		return (wrong_shape(v, err, "an array of strings"));
	for (i = 0; i < v->n; i++)
		if (v->child[i].v.type != JSON_STRING)
			return (wrong_shape(&v->child[i], err, "a string"));
	return (check_no_twice(scratch, v, err));
}

static int
check_schema(const struct docnode *v, struct err *err)
{

	if (v->v.type != JSON_OBJECT && v->v.type != JSON_TRUE &&
	    v->v.type != JSON_FALSE)
		return (wrong_shape(v, err, "a schema (an object, true or"
		    " false)"));
	return (0);
}

static int
check_schemas(const struct docnode *v, enum json_type type, struct err *err)
{
	size_t i;

	if (v->v.type != type)
		return (wrong_shape(v, err, type == JSON_ARRAY ?
		    "an array of schemas" : "an object of schemas"));
	if (type == JSON_ARRAY && v->n == 0)
		return (document_refuse(v, err, "has no schema"));
	for (i = 0; i < v->n; i++)
		if (check_schema(&v->child[i], err) != 0)
			return (-1);
	return (0);
}

static int
check_number(const struct docnode *v, enum keyword_shape shape,
    struct err *err)
{
	struct json_number n;

	if (v->v.type != JSON_NUMBER)
		return (wrong_shape(v, err, "a number"));
	json_number_read(&n, v->v.s, v->v.len);
	if (shape == SHAPE_COUNT && (n.negative || !json_number_is_integer(&n)))
		return (document_refuse(v, err, "must be a whole number, 0 or"
		    " more"));
	if (shape == SHAPE_POSITIVE && (n.negative || n.ndigits == 0))
		return (document_refuse(v, err, "must be a number above 0"));
	if (shape == SHAPE_POSITIVE && n.ndigits > DIVISOR_DIGITS)
		return (document_refuse(v, err, "has more than %d digits",
		    DIVISOR_DIGITS));
	return (0);
}

static int
check_dependencies(struct arena *scratch, const struct docnode *v,
    int schemas_too, struct err *err)
{
	size_t i;

	if (v->v.type != JSON_OBJECT)
		return (wrong_shape(v, err, "an object"));
	for (i = 0; i < v->n; i++)
		if (schemas_too && v->child[i].v.type != JSON_ARRAY) {
			if (check_schema(&v->child[i], err) != 0)
				return (-1);
		} else if (check_strings(scratch, &v->child[i], err) != 0)
			return (-1);
	return (0);
}

static int
check_simple(const struct docnode *v, enum keyword_shape shape,
    struct err *err)
{
	const unsigned int type = v->v.type;

	if (shape == SHAPE_STRING && type != JSON_STRING)
		return (wrong_shape(v, err, "a string"));
	if (shape == SHAPE_BOOLEAN && type != JSON_TRUE && type != JSON_FALSE)
		return (wrong_shape(v, err, "true or false"));
	if (shape == SHAPE_OBJECT && type != JSON_OBJECT)
		return (wrong_shape(v, err, "an object"));
	if (shape == SHAPE_ARRAY && type != JSON_ARRAY)
		return (wrong_shape(v, err, "an array"));
	return (0);
}

int
translate_shape(const struct docnode *v, enum keyword_shape shape,
    struct arena *scratch, struct err *err)
{

	switch (shape) {
	case SHAPE_NUMBER:
	case SHAPE_POSITIVE:
	case SHAPE_COUNT:
		return (check_number(v, shape, err));
	case SHAPE_TYPES:
		return (check_types(scratch, v, err));
	case SHAPE_STRINGS:
		return (check_strings(scratch, v, err));
	case SHAPE_STRINGS_MAP:
		return (check_dependencies(scratch, v, 0, err));
	case SHAPE_SCHEMA:
		return (check_schema(v, err));
	case SHAPE_SCHEMAS:
		return (check_schemas(v, JSON_ARRAY, err));
	case SHAPE_SCHEMA_MAP:
		return (check_schemas(v, JSON_OBJECT, err));
	case SHAPE_SCHEMA_OR_ARRAY:
		return (v->v.type == JSON_ARRAY ?
		    (v->n == 0 ? 0 : check_schemas(v, JSON_ARRAY, err)) :
		    check_schema(v, err));
	case SHAPE_DEPENDENCIES:
		return (check_dependencies(scratch, v, 1, err));
	default:
		return (check_simple(v, shape, err));
	}
}
