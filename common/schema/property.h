/*
 * property - a column as a property of its table's JSON Schema
 */
#ifndef ROWPIPE_SCHEMA_PROPERTY_H
#define ROWPIPE_SCHEMA_PROPERTY_H

#include "schema/reading.h"
#include "schema/table.h"

struct buf;

enum property_type {
	PROPERTY_NULL = 1 << 0, PROPERTY_BOOLEAN = 1 << 1,
	PROPERTY_INTEGER = 1 << 2, PROPERTY_NUMBER = 1 << 3,
	PROPERTY_STRING = 1 << 4, PROPERTY_ARRAY = 1 << 5,
	PROPERTY_OBJECT = 1 << 6
};

/**
 * property_read(rd, schema, required, c):
 * Fill the column ${c}, whose name is set and all else empty, with what the
 * value ${schema} says; ${required} when the table's "required" names it.
 * Return 0, or -1 with the error filled.
 */
int property_read(struct reading *rd, const struct json_value *schema,
    int required, struct column *c);

/**
 * property_types(rd, schema):
 * Return the set of enum property_type that "type" allows, 0 when there is no
 * "type", or -1 with the error filled.
 */
int property_types(struct reading *rd, const struct json_value *schema);

/**
 * property_put(c, b):
 * Append the column as a member of "properties".
 */
void property_put(const struct column *c, struct buf *b);

#endif
