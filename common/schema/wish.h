/*
 * wish - the common demands on rows, as options say them, as a JSON Schema
 *
 * A field is named as everywhere (row/path.h): with dots, or as a JSON
 * pointer; an array, on the way or at the end, stands for its elements.
 */
#ifndef ROWPIPE_SCHEMA_WISH_H
#define ROWPIPE_SCHEMA_WISH_H

#include <stddef.h>

struct buf;
struct err;
struct wish;

/**
 * wish_new():
 * Return an empty list of wishes; caller frees with wish_free.
 */
struct wish *wish_new(void);

/**
 * wish_require(w, field, err):
 * The field must be there and not be null.  These return -1 with ${err} filled
 * when the NUL-terminated text is not of the form wanted, else 0.
 */
int wish_require(struct wish *w, const char *field, struct err *err);

/**
 * wish_format(w, text, err):
 * "FIELD=FORMAT": where the field is there and not null, it must be a string
 * of that format.
 */
int wish_format(struct wish *w, const char *text, struct err *err);

/**
 * wish_range(w, text, err):
 * "FIELD=MIN..MAX", one of which may be missing: where the field is there and
 * not null, it must be a number from MIN to MAX.
 */
int wish_range(struct wish *w, const char *text, struct err *err);

/**
 * wish_count(w):
 * How many there are.
 */
size_t wish_count(const struct wish *w);

/**
 * wish_put_schema(w, b):
 * Append the JSON Schema that asks for all of them.
 */
void wish_put_schema(const struct wish *w, struct buf *b);

/**
 * wish_free(w):
 * Free ${w}; NULL is fine.
 */
void wish_free(struct wish *w);

#endif
