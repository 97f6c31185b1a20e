/*
 * utf8 - UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing
 * beyond U+10FFFF
 */
#ifndef ROWPIPE_BASE_UTF8_H
#define ROWPIPE_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/**
 * utf8_check(s, len):
 * Return the offset of the first byte of the first invalid sequence in the
 * ${len} bytes at ${s}, or ${len} when all are valid.
 */
size_t utf8_check(const char *s, size_t len);

/**
 * utf8_encode(dst, code):
 * Write the code point ${code} (a Unicode scalar value) to ${dst}, at least
 * 4 bytes, and return its length in bytes.
 */
size_t utf8_encode(char *dst, uint32_t code);

/**
 * utf8_decode(s, len, code):
 * Store the first code point of the ${len} > 0 bytes at ${s}, which must be
 * valid UTF-8, in *${code} and return its length in bytes.
 */
size_t utf8_decode(const char *s, size_t len, uint32_t *code);

/**
 * utf8_upper(b, s, len), utf8_lower(b, s, len), utf8_fold(b, s, len):
 * Append the ${len} bytes of valid UTF-8 at ${s} to ${b} in upper case, in
 * lower case, or case-folded for comparison (Unicode simple mappings; the
 * length in bytes may change).
 */
void utf8_upper(struct buf *b, const char *s, size_t len);
void utf8_lower(struct buf *b, const char *s, size_t len);
void utf8_fold(struct buf *b, const char *s, size_t len);

/**
 * utf8_decompose(code, out):
 * Take the code point ${code} apart into those that it is made of or stands
 * for (Unicode's compatibility decomposition), leave out the combining marks,
 * store the rest in ${out}, at most UTF8_PARTS, and return how many there are:
 * e with an accent is e, the ligature ffi is three letters, an accent alone is
 * nothing.
 */
#define UTF8_PARTS 32
size_t utf8_decompose(uint32_t code, uint32_t *out);

/**
 * utf8_is_space(code), utf8_is_control(code):
 * Has the code point Unicode's property White_Space; is it a control character
 * (category Cc) that is no white space?
 */
int utf8_is_space(uint32_t code);
int utf8_is_control(uint32_t code);

/**
 * utf8_compose(b, s, len):
 * Append the ${len} bytes of valid UTF-8 at ${s} in Unicode's Normalization
 * Form C (UAX #15) to ${b}.
 */
void utf8_compose(struct buf *b, const char *s, size_t len);

/**
 * utf8_width(code):
 * How many columns of a terminal the code point ${code} takes: 0 for what
 * combines with the character before it, 2 for wide ones.  -1 for what must
 * not get there: control characters, what cannot be seen but blanks, what
 * turns the direction of writing, and what Unicode has not assigned.
 */
int utf8_width(uint32_t code);

/**
 * utf8_identifier(code, first):
 * Whether the code point ${code} may stand in an identifier (ID_Start when
 * ${first}, else ID_Continue; Unicode Standard Annex 31).
 */
int utf8_identifier(uint32_t code, int first);

#endif
