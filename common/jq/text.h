/*
 * text - what the row-map library does to strings, on bytes of valid UTF-8
 */
#ifndef ROWPIPE_JQ_TEXT_H
#define ROWPIPE_JQ_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/**
 * text_ltrim(s, len), text_rtrim(s, len):
 * How many bytes of Unicode white space the text begins with; ends with.
 */
size_t text_ltrim(const char *s, size_t len);
size_t text_rtrim(const char *s, size_t len);

/**
 * text_count(s, len):
 * Number of code points.
 */
size_t text_count(const char *s, size_t len);

/**
 * text_find(s, len, t, tlen):
 * Offset of the first place where the ${tlen} > 0 bytes at ${t} stand in the
 * ${len} bytes at ${s}, or ${len} when there is none.
 */
size_t text_find(const char *s, size_t len, const char *t, size_t tlen);

/**
 * text_squeeze(b, s, len):
 * Append without white space at the ends and with one space for each run of
 * it inside.
 */
void text_squeeze(struct buf *b, const char *s, size_t len);

/**
 * text_slug(b, s, len):
 * Append as lower-case ASCII letters and digits with single hyphens between
 * the words: accents are dropped, other letters have no place.
 */
void text_slug(struct buf *b, const char *s, size_t len);

/**
 * text_uuid(out, s, len):
 * Write the UUID to ${out}, 37 bytes, in its normal form: lower case with
 * hyphens.  Braces, "urn:uuid:", capitals and missing hyphens are taken.
 * Return 0, or -1 when the text is none.
 */
int text_uuid(char *out, const char *s, size_t len);

/**
 * text_bool(s, len):
 * Return 1 for true t yes y on 1, 0 for false f no n off 0, in any case and
 * with white space around; else -1.
 */
int text_bool(const char *s, size_t len);

/**
 * text_number(b, s, len):
 * Append the decimal number that is written in the text the way people do, as
 * JSON: white space around, a plus sign, zeros in front, no digit on one side
 * of the point.  Marks between groups of digits are refused: "1,234" is one
 * number here and another there.  Return 0, or -1 when it is none.
 */
int text_number(struct buf *b, const char *s, size_t len);

#endif
