/*
 * value_private - what the files of the value module share
 */
#ifndef ROWPIPE_JQ_VALUE_PRIVATE_H
#define ROWPIPE_JQ_VALUE_PRIVATE_H

#include "jq/value.h"

/**
 * value_too_deep(h, depth):
 * Return non-zero, and remember it, when ${depth} is beyond the limit.
 */
int value_too_deep(struct value_heap *h, unsigned depth);

void *value_realloc(struct value_heap *h, void *p, size_t old, size_t n);

/**
 * value_json(v):
 * The text of ${v}, which is one, as json.h knows it.
 */
struct json_value value_json(const struct value *v);

void value_open_object(struct value_heap *h, struct value *v);
struct value value_copy_object(struct value_heap *h,
    const struct value_object *old);
void value_index_free(struct value_heap *h, struct value_object *o);

/**
 * value_span(v, end):
 * Return where the text of ${v} starts and store where it ends when it is a
 * slice that can be copied as JSON, quotes included; else NULL.
 */
static inline const char *
value_span(const struct value *v, const char **end)
{

	if (v->kind > VALUE_OBJTEXT || v->kind == VALUE_INT ||
	    v->kind == VALUE_DEC || v->kind == VALUE_SPECIAL ||
	    (v->flags & VALUE_QUOTED) == 0)
		return (NULL);
	if (v->kind == VALUE_SLICE) {
		*end = v->u.s + v->len + 1;
		return (v->u.s - 1);
	}
	*end = v->u.s + v->len;
	return (v->u.s);
}

#endif
