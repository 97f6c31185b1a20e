/*
 * key - what tells a row from others: the values of some of its fields
 *
 * As bytes, keys are equal when their values are (json/canon.h: 1.0 is 1,
 * "\u0061" is "a"), and compare, by memcmp, as the values do, field by field:
 *
 *     absent < null < false < true < numbers by value < strings by code
 *     point < arrays < objects (these two by their canonical form)
 *
 * An absent field and one that is null are two things here; key_put says
 * which of them there were, for those to whom they are one.
 */
#ifndef ROWPIPE_ROW_KEY_H
#define ROWPIPE_ROW_KEY_H

#include <stddef.h>

#include "json/canon_as.h"
#include "json/json.h"

struct buf;
struct err;
struct key;
struct row;

enum key_lacks {			/* bits */
	KEY_NULL = 1,			/* a field is null */
	KEY_ABSENT = 2			/* a field is not there */
};

/**
 * key_new(columns, err):
 * Return the key of the fields that ${columns} names: "id", "order_id,line".
 * A name between double quotes may have commas in it, and quotes, doubled.
 * Return NULL with ${err} filled when a name is missing or comes twice.
 * Caller frees with key_free.
 *
 * A key remembers where a row of some shape has its fields: use it for rows
 * of one input only.
 */
struct key *key_new(const char *columns, struct err *err);

/**
 * key_new_names(names, n):
 * As key_new, for the ${n} > 0 names at ${names}, copied, no two the same.
 */
struct key *key_new_names(const char *const *names, size_t n);

/**
 * key_size(k), key_name(k, i):
 * How many fields there are; the name of one, borrowed from ${k}.
 */
size_t key_size(const struct key *k);
const char *key_name(const struct key *k, size_t i);

/**
 * key_seen(k, i):
 * Return non-zero when any row had field ${i}.
 */
int key_seen(const struct key *k, size_t i);

/**
 * key_type(k, i, as):
 * Compare the values of field ${i} as those of that type.
 */
void key_type(struct key *k, size_t i, enum canon_as as);

/**
 * key_put(k, row, b):
 * Append the key of ${row} as bytes.  Return what it lacks, bits of enum
 * key_lacks, 0 when all its fields have a value.
 */
unsigned key_put(struct key *k, const struct row *row, struct buf *b);

/**
 * key_put_value(v, b):
 * Append a single value as it stands in a key.
 */
void key_put_value(const struct json_value *v, struct buf *b);

/**
 * key_put_json(k, row, b):
 * Append the key of ${row} as a JSON object, with its fields as the row has
 * them; those that it lacks are left out.
 */
void key_put_json(struct key *k, const struct row *row, struct buf *b);

/**
 * key_put_names(k, b):
 * Append the names with commas between, for people.
 */
void key_put_names(const struct key *k, struct buf *b);

/**
 * key_free(k):
 * Free ${k}; NULL is fine.
 */
void key_free(struct key *k);

#endif
