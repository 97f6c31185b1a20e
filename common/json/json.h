/*
 * json - strict JSON (RFC 8259) read as slices of the text, and written back
 *
 * Reading validates every byte and converts nothing: a value is the stretch
 * of text it stands in.  Numbers keep their digits, objects their key order,
 * and what nobody changes can be copied byte for byte.
 */
#ifndef ROWPIPE_JSON_JSON_H
#define ROWPIPE_JSON_JSON_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct err;

#define JSON_DEPTH_MAX 1024	/* most levels of nesting */
#define JSON_TEXT_MAX UINT32_MAX /* most bytes of one text */

enum json_type {
	JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING,
	JSON_ARRAY, JSON_OBJECT
};

/* A value as it stands in a text that was found valid; borrowed from it. */
struct json_value {
	const char	*s;	/* first byte; of a string, its opening quote */
	uint32_t	 len;	/* bytes, closing quote or bracket included */
	uint8_t		 type;	/* enum json_type */
	uint8_t		 plain;	/* string: no escapes in it.  number: digits
				   only, perhaps after a minus */
};

/* A member of an object. */
struct json_field {
	struct json_value	key;	/* a JSON_STRING */
	struct json_value	value;
};

/**
 * json_type_name(type):
 * "null", "boolean", "number", "string", "array" or "object".
 */
const char *json_type_name(enum json_type type);

/*
 * Reading.  A reader validates one text after the other and remembers the
 * last object's keys: rows of a table have the same keys in the same order,
 * so that is checked first, and "shape" tells callers that what they looked
 * up by key (a field's place, a statement's parameter) still holds.
 */
struct json_reader {
	struct json_field	*fields;	/* of the object read last */
	size_t			 nfields;
	uint64_t		 shape;		/* same number: same keys (byte
						   for byte) in same order; 0
						   before the first object */
	struct json_reader_state *state;	/* private */
};

/**
 * json_reader_new():
 * Return a reader; caller frees with json_reader_free.
 */
struct json_reader *json_reader_new(void);

/**
 * json_read_object(r, s, len, err):
 * Check that the ${len} bytes at ${s} are exactly one JSON object, white space
 * around it allowed, with no key twice at its top level (keys compared after
 * unescaping; deeper levels may repeat keys, as PostgreSQL's json may), and
 * index its members in r->fields and r->nfields, borrowed until the next
 * read with ${r}; they point into ${s}.  Nothing beyond s + len is read.
 * Return 0, or -1 with ${err} filled: pos is the offending byte, status
 * DIAG_BADINPUT.
 */
int json_read_object(struct json_reader *r, const char *s, size_t len,
    struct err *err);

/**
 * json_read_value(r, s, len, v, err):
 * Check that the ${len} bytes at ${s} are exactly one JSON value of any type,
 * white space around it allowed, and store its slice in ${v}.  Object keys
 * may repeat at every level.  Return 0, or -1 with ${err} filled as above.
 */
int json_read_value(struct json_reader *r, const char *s, size_t len,
    struct json_value *v, struct err *err);

/**
 * json_reader_free(r):
 * Free ${r}; NULL is fine.
 */
void json_reader_free(struct json_reader *r);

/**
 * json_reader_engine(name):
 * Choose how text is scanned: "portable", "sse2", "avx2", or NULL for the
 * best this processor has (the default).  For tests and benchmarks.  Return
 * 0, or -1 when this processor or build lacks it.
 */
int json_reader_engine(const char *name);

/*
 * Walking the inside of a value that was read.
 *
 *     json_iter_init(&it, &value);
 *     while (json_next(&it, &key, &v)) ...
 */
struct json_iter {
	const char	*s, *end;
	int		 is_object;
};

/**
 * json_iter_init(it, v):
 * Start at the first member of the array or object ${v}, which json_read_*
 * has found valid (or which is a slice of such a text).
 */
void json_iter_init(struct json_iter *it, const struct json_value *v);

/**
 * json_next(it, key, v):
 * Store the next member in ${v} and, for objects, its key in ${key} (may be
 * NULL).  Return 1, or 0 when there is none left.
 */
int json_next(struct json_iter *it, struct json_value *key,
    struct json_value *v);

/**
 * json_count(v):
 * How many members the array or object ${v} has.
 */
size_t json_count(const struct json_value *v);

/**
 * json_get(obj, name, len, v):
 * Store the value of the member of object ${obj} named by the ${len} bytes at
 * ${name} (unescaped UTF-8) in ${v}; of equal keys the last.  Return 1, or 0
 * when ${obj} is no object or has none.
 */
int json_get(const struct json_value *obj, const char *name, size_t len,
    struct json_value *v);

/**
 * json_string_end(p, end, plain):
 * The end of the string whose opening quote is at ${p}, in a text that was
 * found valid and ends at ${end}; *${plain} says whether there are no escapes
 * in it.
 */
const char *json_string_end(const char *p, const char *end, uint8_t *plain);

/**
 * json_string(v, a, len):
 * Return the bytes that the string ${v} stands for and their count in *${len}:
 * borrowed from the text when it has no escapes, else unescaped into the
 * arena ${a}.  Not NUL-terminated; may contain NUL.
 */
const char *json_string(const struct json_value *v, struct arena *a,
    size_t *len);

/**
 * json_string_is(v, s, len):
 * Return non-zero when ${v} is a string that stands for the ${len} bytes at
 * ${s}.
 */
int json_string_is(const struct json_value *v, const char *s, size_t len);

/**
 * json_int(v, out):
 * Store the number ${v} in *${out} when it is written as an integer (no point,
 * no exponent) that fits.  Return 1, else 0.
 */
int json_int(const struct json_value *v, int64_t *out);

/*
 * Writing.
 */

/**
 * json_put_string(b, s, len, err):
 * Append the ${len} bytes at ${s} as a JSON string with its quotes.  Escaped
 * are the quote, the backslash and control characters (\b \f \n \r \t, else
 * \u00XX); all else stands as it is, as PostgreSQL writes it.  Return 0, or
 * -1 with ${err} filled and ${b} as it was when the bytes are not UTF-8; its
 * pos is the offending byte.  ${err} may be NULL when they are known to be.
 */
int json_put_string(struct buf *b, const char *s, size_t len,
    struct err *err);

/**
 * json_put_z(b, s):
 * As json_put_string, for a NUL-terminated string; bytes that are not UTF-8
 * become U+FFFD.
 */
void json_put_z(struct buf *b, const char *s);

/**
 * json_put_step(b, key, len):
 * Append "/" and the ${len} bytes at ${key} as a step of a JSON pointer (RFC
 * 6901).
 */
void json_put_step(struct buf *b, const char *key, size_t len);

/**
 * json_put_member(b, key, value):
 * Append ,"key":"value" to an object that has a member, as json_put_z does;
 * nothing when ${value} is NULL.
 */
void json_put_member(struct buf *b, const char *key, const char *value);

/**
 * json_put_int(b, n):
 * Append the number ${n}.
 */
void json_put_int(struct buf *b, int64_t n);

#endif
