/*
 * value - what a row-map program computes with
 *
 * A value is 16 bytes, passed by value.  Text that nobody has changed stays
 * what it is, a slice of the line (or of the program): numbers, strings,
 * arrays and objects are kept as text and printed by copying.  Containers are
 * opened one level at a time when somebody looks inside.  What a program
 * makes lives in a heap and is counted; a container that nobody else holds
 * is changed in place.
 *
 * Ownership: a function that takes a struct value takes over the caller's
 * reference unless it says "borrowed"; one that takes a pointer borrows.  What
 * is returned belongs to the caller.  Freeing a slice costs nothing.
 */
#ifndef ROWPIPE_JQ_VALUE_H
#define ROWPIPE_JQ_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "json/json.h"

struct buf;
struct value_array;
struct value_big;
struct value_heap;
struct value_index;
struct value_object;
struct value_str;

enum value_kind {
	VALUE_NONE,		/* no value at all */
	VALUE_NULL, VALUE_FALSE, VALUE_TRUE,
	VALUE_INT,		/* u.i */
	VALUE_DEC,		/* u.i times ten to the power exp */
	VALUE_SPECIAL,		/* u.i: 0 nan, 1 infinity, -1 minus infinity */
	VALUE_NUMTEXT,		/* u.s, len: a number as it was written */
	VALUE_SLICE,		/* u.s, len: the inside of a string */
	VALUE_ARRTEXT,		/* u.s, len: an array, brackets included */
	VALUE_OBJTEXT,		/* u.s, len: an object, braces included */
	/* From here on counted. */
	VALUE_BIG,		/* u.big: a number too long for the above */
	VALUE_NUMSTR,		/* u.str: a number as it was written */
	VALUE_STR,		/* u.str: UTF-8 bytes, unescaped */
	VALUE_ARR,		/* u.arr */
	VALUE_OBJ		/* u.obj */
};

/* Flags. */
#define VALUE_ESCAPED	1	/* a slice with escapes: not yet the bytes that
				   it means */
#define VALUE_QUOTED	2	/* stands in JSON text that can be copied: a
				   slice is between its quotes, and null,
				   false and true have u.s and len too */

#define VALUE_LONG	1024	/* texts longer than this are not read twice */

struct value {
	union {
		int64_t			 i;
		const char		*s;
		struct value_big	*big;
		struct value_str	*str;
		struct value_array	*arr;
		struct value_object	*obj;
		uint32_t		*refs;	/* first member of each */
	} u;
	uint32_t	len;
	int16_t		exp;
	uint8_t		kind;		/* enum value_kind */
	uint8_t		flags;
};

/* Its digits are not in the heap, so the heap knows all that there are. */
struct value_big {
	uint32_t		 refs;
	struct decimal		 dec;
	struct value_big	*prev, *next;
};

struct value_str {
	uint32_t	refs;
	uint32_t	hash;		/* 0: not computed yet */
	size_t		len, cap;
	char		s[];
};

struct value_array {
	uint32_t	 refs;
	size_t		 n, cap;
	struct value	*v;
};

/* A member whose key is VALUE_NONE was deleted. */
struct value_member {
	struct value	key;		/* a string */
	struct value	value;
};

struct value_object {
	uint32_t		 refs;
	size_t			 n, cap;	/* deleted ones included */
	size_t			 live;
	struct value_member	*m;		/* in order of insertion */
	struct value_index	*index;		/* of large objects, or NULL */
};

#define VALUE_MAKE_(k) ((struct value){ .u.i = 0, .kind = (k) })

static inline struct value
value_none(void)
{

	return (VALUE_MAKE_(VALUE_NONE));
}

static inline struct value
value_null(void)
{

	return (VALUE_MAKE_(VALUE_NULL));
}

static inline struct value
value_bool(int b)
{

	return (b ? VALUE_MAKE_(VALUE_TRUE) : VALUE_MAKE_(VALUE_FALSE));
}

static inline struct value
value_int(int64_t i)
{

	return ((struct value){ .u.i = i, .kind = VALUE_INT });
}

/**
 * value_slice(s, len):
 * The string of ${len} UTF-8 bytes at ${s} that has neither quotes,
 * backslashes nor control characters; ${s} must outlive the value: only for
 * slices of a VALUE_SLICE without VALUE_ESCAPED, and for constants.
 */
static inline struct value
value_slice(const char *s, size_t len)
{

	return ((struct value){ .u.s = s, .len = (uint32_t)len,
	    .kind = VALUE_SLICE });
}

/* What kind of thing a value is. */
static inline int
value_is_number(const struct value *v)
{

	return ((v->kind >= VALUE_INT && v->kind <= VALUE_NUMTEXT) ||
	    v->kind == VALUE_BIG || v->kind == VALUE_NUMSTR);
}

static inline int
value_is_string(const struct value *v)
{

	return (v->kind == VALUE_SLICE || v->kind == VALUE_STR);
}

static inline int
value_is_array(const struct value *v)
{

	return (v->kind == VALUE_ARR || v->kind == VALUE_ARRTEXT);
}

static inline int
value_is_object(const struct value *v)
{

	return (v->kind == VALUE_OBJ || v->kind == VALUE_OBJTEXT);
}

/* All but false and null. */
static inline int
value_truth(const struct value *v)
{

	return (v->kind != VALUE_NULL && v->kind != VALUE_FALSE);
}

/**
 * value_type(v):
 * Its place among the types: JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER,
 * JSON_STRING, JSON_ARRAY, JSON_OBJECT, which is also how values of different
 * types sort.  json_type_name says it in words.
 */
enum json_type value_type(const struct value *v);
const char *value_type_name(const struct value *v);

/*
 * The heap: where what a program makes lives.  Memory is kept in free lists
 * and used again, so that a row's garbage serves the next row.
 */

/**
 * value_heap_new(limit):
 * Return a heap; ${limit} bytes is when value_heap_over begins to say so.
 * Caller frees with value_heap_free, which also frees all that lives in it.
 */
struct value_heap *value_heap_new(size_t limit);
void value_heap_free(struct value_heap *h);

/**
 * value_heap_over(h):
 * Return non-zero when more than the limit is in use.
 */
int value_heap_over(const struct value_heap *h);

/**
 * value_heap_used(h):
 * How many bytes are in use.
 */
size_t value_heap_used(const struct value_heap *h);

/**
 * value_heap_deep(h):
 * Return non-zero, once, when values nested deeper than VALUE_DEPTH were met
 * by a function that goes to the bottom of them (comparing, printing).
 */
#define VALUE_DEPTH	10000
int value_heap_deep(struct value_heap *h);

/**
 * value_heap_fits(h, n):
 * Return non-zero when ${n} more bytes stay within the limit.
 */
int value_heap_fits(const struct value_heap *h, size_t n);

/**
 * value_alloc(h, n), value_dealloc(h, p, n):
 * ${n} bytes of the heap, not cleared; and back, with the same ${n}.
 */
void *value_alloc(struct value_heap *h, size_t n);
void value_dealloc(struct value_heap *h, void *p, size_t n);

/**
 * value_big(h, d):
 * The number ${d}, which is taken over, as VALUE_BIG; its size counts.
 */
struct value value_big(struct value_heap *h, struct decimal d);

/**
 * value_dup(v):
 * Return one more reference to ${v}.
 */
static inline struct value
value_dup(struct value v)
{

	if (v.kind >= VALUE_BIG)
		(*v.u.refs)++;
	return (v);
}

/**
 * value_free(h, v):
 * Give up a reference.
 */
void value_release(struct value_heap *h, struct value v);	/* the last */

static inline void
value_free(struct value_heap *h, struct value v)
{

	if (v.kind >= VALUE_BIG && --*v.u.refs == 0)
		value_release(h, v);
}

/**
 * value_take(v):
 * Return what *${v} holds and leave VALUE_NULL there.
 */
static inline struct value
value_take(struct value *v)
{
	struct value x = *v;

	*v = value_null();
	return (x);
}

/**
 * value_own(h, v):
 * Return ${v} as a value that needs no text to live on: every slice in it is
 * copied into the heap, at all depths.
 */
struct value value_own(struct value_heap *h, struct value v);

/**
 * value_of_json(v):
 * The value of the text ${v}, which must outlive it.
 */
static inline struct value
value_of_json(const struct json_value *v)
{
	static const uint8_t kinds[] = {
		[JSON_NULL] = VALUE_NULL, [JSON_FALSE] = VALUE_FALSE,
		[JSON_TRUE] = VALUE_TRUE, [JSON_NUMBER] = VALUE_NUMTEXT,
		[JSON_STRING] = VALUE_SLICE, [JSON_ARRAY] = VALUE_ARRTEXT,
		[JSON_OBJECT] = VALUE_OBJTEXT
	};
	uint32_t quote = v->type == JSON_STRING;
	struct value x;

	x.u.s = v->s + quote;
	x.len = v->len - 2 * quote;
	x.exp = 0;
	x.kind = kinds[v->type];
	x.flags = (uint8_t)(VALUE_QUOTED | (quote & !v->plain));
	return (x);
}

/*
 * Strings.
 */

/**
 * value_str(h, s, len), value_str_z(h, s):
 * A new string of a copy of ${len} bytes of valid UTF-8; of a NUL-terminated
 * one.
 */
struct value value_str(struct value_heap *h, const char *s, size_t len);
struct value value_str_z(struct value_heap *h, const char *s);

/**
 * value_str_new(h, cap):
 * An empty VALUE_STR with room for ${cap} bytes, to be written in place.
 */
struct value value_str_new(struct value_heap *h, size_t cap);

/**
 * value_str_lossy(h, s, len):
 * As value_str, for any bytes: what is not UTF-8 becomes U+FFFD.
 */
struct value value_str_lossy(struct value_heap *h, const char *s, size_t len);

/**
 * value_bytes(h, v, len):
 * Return the bytes that the string *${v} stands for and store their count;
 * borrowed from *${v}, which may be unescaped for it in place.  Not
 * NUL-terminated, and may contain NUL.
 */
const char *value_unescape(struct value_heap *h, struct value *v, size_t *len);

static inline const char *
value_bytes(struct value_heap *h, struct value *v, size_t *len)
{

	if (v->kind == VALUE_STR) {
		*len = v->u.str->len;
		return (v->u.str->s);
	}
	if ((v->flags & VALUE_ESCAPED) != 0)
		return (value_unescape(h, v, len));
	*len = v->len;
	return (v->u.s);
}

/**
 * value_str_append(h, v, s, len):
 * Append bytes to the string *${v}, in place when nobody else holds it.
 */
void value_str_append(struct value_heap *h, struct value *v, const char *s,
    size_t len);

/**
 * value_hash(s, len):
 * The hash of a string's bytes; never 0.
 */
uint32_t value_hash(const char *s, size_t len);

/*
 * Arrays.
 */

/**
 * value_array(h, cap):
 * A new empty array with room for ${cap} items.
 */
struct value value_array(struct value_heap *h, size_t cap);

/**
 * value_reserve(h, a, need):
 * Make room in the array ${a}, nobody else's, for ${need} items in all.
 */
void value_reserve(struct value_heap *h, struct value_array *a, size_t need);

/**
 * value_open(h, v):
 * Open the array or object *${v} when it is text, so that it is VALUE_ARR or
 * VALUE_OBJ, whose members may still be text.
 */
void value_open_text(struct value_heap *h, struct value *v);

static inline void
value_open(struct value_heap *h, struct value *v)
{

	if (v->kind == VALUE_ARRTEXT || v->kind == VALUE_OBJTEXT)
		value_open_text(h, v);
}

/**
 * value_unshare(h, v):
 * Open the array or object *${v} and make it nobody else's, so that it may be
 * changed in place.
 */
void value_unshare(struct value_heap *h, struct value *v);

/**
 * value_push(h, a, v):
 * Append ${v} to the array *${a}.
 */
void value_push_shared(struct value_heap *h, struct value *a, struct value v);

static inline void
value_push(struct value_heap *h, struct value *a, struct value v)
{

	if (a->kind == VALUE_ARR && a->u.arr->refs == 1 &&
	    a->u.arr->n < a->u.arr->cap)
		a->u.arr->v[a->u.arr->n++] = v;
	else
		value_push_shared(h, a, v);
}

/**
 * value_count(h, v):
 * Number of members of the array or object ${v}, borrowed, opened if text.
 */
size_t value_count(struct value_heap *h, struct value *v);

/**
 * value_sort(h, a, keys):
 * Sort the array *${a}, stable; by ${keys} when that is not NULL: an array of
 * as many items, which is sorted along.
 */
void value_sort(struct value_heap *h, struct value *a, struct value *keys);

/*
 * Objects: members keep the order in which they came; keys are unique.
 */

/**
 * value_object(h, cap):
 * A new empty object with room for ${cap} members.
 */
struct value value_object(struct value_heap *h, size_t cap);

/**
 * value_object_of_fields(h, f, n):
 * The object whose members are the ${n} fields ${f}, which are slices of a
 * text and have no key twice.
 */
struct value value_object_of_fields(struct value_heap *h,
    const struct json_field *f, size_t n);

/**
 * value_find(h, o, key, len):
 * Return the member of the object *${o} (opened if text) with that key, or
 * NULL; borrowed until the object changes.
 */
struct value_member *value_find(struct value_heap *h, struct value *o,
    const char *key, size_t len);

/**
 * value_get(h, o, key, len):
 * Return a reference to the value with that key in the object ${o}, which is
 * borrowed and need not be opened, or VALUE_NONE.
 */
struct value value_get(struct value_heap *h, const struct value *o,
    const char *key, size_t len);

/**
 * value_set(h, o, key, v):
 * Set the member ${key}, a string, of the object *${o} to ${v}.
 */
void value_set(struct value_heap *h, struct value *o, struct value key,
    struct value v);
void value_set_z(struct value_heap *h, struct value *o, const char *key,
    struct value v);

/**
 * value_delete(h, o, key, len):
 * Delete the member with that key; return non-zero when there was one.
 */
int value_delete(struct value_heap *h, struct value *o, const char *key,
    size_t len);

/**
 * value_keys(h, o, sorted):
 * The keys of the object *${o} as an array, in order of code points or as
 * they came.
 */
struct value value_keys(struct value_heap *h, struct value *o, int sorted);

/*
 * Comparing and printing.
 */

/**
 * value_cmp(h, a, b), value_equal(h, a, b):
 * Order by type, then by value: numbers exactly, strings by code point,
 * objects first by their sorted keys.  Both borrowed; texts may be opened in
 * place.
 */
int value_cmp(struct value_heap *h, struct value *a, struct value *b);
int value_equal(struct value_heap *h, struct value *a, struct value *b);

/* How value_put_style writes; all zero is one line in one canonical way. */
enum value_color {
	VALUE_COLOR_NULL, VALUE_COLOR_FALSE, VALUE_COLOR_TRUE,
	VALUE_COLOR_NUMBER, VALUE_COLOR_STRING, VALUE_COLOR_ARRAY,
	VALUE_COLOR_OBJECT, VALUE_COLOR_KEY, VALUE_COLORS
};

struct value_style {
	int	sort;		/* keys in order of code points */
	int	ascii;		/* all but ASCII as \uXXXX */
	int	indent;		/* columns per level, 0: one line */
	int	tab;		/* indent by tabs instead */
	const char *const *colors;	/* "1;30" for each enum value_color, or
					   NULL: no colours */
};

/**
 * value_put(h, b, v):
 * Append ${v} (borrowed) as JSON on one line; what is still text is copied.
 */
void value_put(struct value_heap *h, struct buf *b, const struct value *v);

/**
 * value_put_style(h, b, v, style):
 * Append ${v} (borrowed) as JSON, written as ${style} says.
 */
void value_put_style(struct value_heap *h, struct buf *b,
    const struct value *v, const struct value_style *style);

#endif
