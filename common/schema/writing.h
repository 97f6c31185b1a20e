/*
 * writing - a JSON object of the schema as it is written, member by member
 *
 * Each function appends a member to the object, or an item to the array, whose
 * beginning stands at the end of the buffer, with the comma that it needs.
 * Strings that are NULL and flags that are 0 are left out.
 */
#ifndef ROWPIPE_SCHEMA_WRITING_H
#define ROWPIPE_SCHEMA_WRITING_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct column_list;
struct table;

/**
 * writing_key(b, key):
 * Append a key, whose value is to follow.
 */
void writing_key(struct buf *b, const char *key);

/**
 * writing_raw(b, key, json), writing_text(b, key, text):
 * Append a member whose value is JSON, or a string.
 */
void writing_raw(struct buf *b, const char *key, const char *json);
void writing_text(struct buf *b, const char *key, const char *text);

/**
 * writing_int(b, key, n), writing_flag(b, key, flag):
 * Append a member that is a number, or true.
 */
void writing_int(struct buf *b, const char *key, int64_t n);
void writing_flag(struct buf *b, const char *key, int flag);

/**
 * writing_comma(b), writing_item(b, text):
 * Append the comma before an item of an array; append a string as an item.
 */
void writing_comma(struct buf *b);
void writing_item(struct buf *b, const char *text);

/**
 * writing_columns(b, key, t, list):
 * Append the names of the columns of ${t} that ${list} has as an array: under
 * ${key}, or as an item when that is NULL.
 */
void writing_columns(struct buf *b, const char *key, const struct table *t,
    const struct column_list *list);

/**
 * writing_strings(b, key, v, n):
 * Append a member that is an array of strings, which may be empty.
 */
void writing_strings(struct buf *b, const char *key, const char *const *v,
    size_t n);

#endif
