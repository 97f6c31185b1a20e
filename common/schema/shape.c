#include <string.h>

#include "base/buf.h"
#include "schema/shape.h"
#include "schema/writing.h"

#define NUMBER_SHAPE { .types = { "number", "string" }, \
	.pattern = "^(NaN|-?Infinity)$", .field = "number" }
#define STRING_SHAPE { .types = { "string" }, .field = "string" }

static const struct shape shapes[] = {
	[COLUMN_ANY]	= { .field = "any" },
	[COLUMN_SMALLINT] = { .types = { "integer" }, .field = "integer",
	    .minimum = "-32768", .maximum = "32767" },
	[COLUMN_INTEGER] = { .types = { "integer" }, .field = "integer",
	    .minimum = "-2147483648", .maximum = "2147483647" },
	[COLUMN_BIGINT]	= { .types = { "integer" }, .field = "integer",
	    .minimum = "-9223372036854775808",
	    .maximum = "9223372036854775807" },
	[COLUMN_NUMERIC] = NUMBER_SHAPE,
	[COLUMN_REAL]	= NUMBER_SHAPE,
	[COLUMN_DOUBLE]	= NUMBER_SHAPE,
	[COLUMN_BOOLEAN] = { .types = { "boolean" }, .field = "boolean" },
	[COLUMN_TEXT]	= STRING_SHAPE,
	[COLUMN_ENUM]	= STRING_SHAPE,
	[COLUMN_UUID]	= { .types = { "string" }, .format = "uuid",
	    .field = "string" },
	[COLUMN_DATE]	= { .types = { "string" }, .format = "date",
	    .field = "date" },
	[COLUMN_TIME]	= STRING_SHAPE,
	[COLUMN_TIMETZ]	= STRING_SHAPE,
	[COLUMN_TIMESTAMP] = { .types = { "string" }, .field = "datetime" },
	[COLUMN_TIMESTAMPTZ] = { .types = { "string" }, .format = "date-time",
	    .field = "datetime" },
	[COLUMN_INTERVAL] = STRING_SHAPE,
	[COLUMN_JSON]	= { .field = "any" },
	[COLUMN_BYTEA]	= { .types = { "string" },
	    .pattern = "^\\\\x([0-9a-f]{2})*$", .field = "string" },
	[COLUMN_ARRAY]	= { .types = { "array" }, .field = "array" },
	[COLUMN_COMPOSITE] = { .types = { "object" }, .field = "object" },
	[COLUMN_OTHER]	= STRING_SHAPE,
};

const struct shape *
shape_of(enum column_type type)
{

	return (&shapes[type]);
}

static int
has_type(const struct shape *shape, const char *type)
{

	return (strcmp(shape->types[0], type) == 0 ||
	    (shape->types[1] != NULL && strcmp(shape->types[1], type) == 0));
}

void
shape_put_type(struct buf *b, const struct shape *shape, int more)
{
	int several = shape->types[1] != NULL || more != 0;

	if (shape->types[0] == NULL)
		return;
	writing_key(b, "type");
	if (several)
		buf_putc(b, '[');
	writing_item(b, shape->types[0]);
	if (shape->types[1] != NULL)
		writing_item(b, shape->types[1]);
	if ((more & SHAPE_STORED) != 0 && !has_type(shape, "number"))
		writing_item(b, "number");
	if ((more & SHAPE_STORED) != 0 && !has_type(shape, "string"))
		writing_item(b, "string");
	if ((more & SHAPE_ARRAY) != 0)
		writing_item(b, "array");
	if ((more & SHAPE_NULL) != 0)
		writing_item(b, "null");
	if (several)
		buf_putc(b, ']');
}

void
shape_put_limits(struct buf *b, const struct shape *shape,
    int64_t max_length)
{

	writing_raw(b, "minimum", shape->minimum);
	writing_raw(b, "maximum", shape->maximum);
	if (max_length >= 0)
		writing_int(b, "maxLength", max_length);
	writing_text(b, "pattern", shape->pattern);
}
