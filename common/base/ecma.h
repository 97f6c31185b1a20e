/*
 * ecma - regular expressions as ECMA-262 has them, by way of regex.h
 *
 * JSON Schema's "pattern" and its format "regex" are patterns of ECMA-262
 * (edition 2024, section 22.2) as the flag "u" reads them: \d, \w and \b know
 * ASCII only, \s is ECMA's white space, "." stops at four line terminators,
 * "^" and "$" match at the ends of the text only, \p{...} names scripts,
 * categories and properties, groups that took no part match nothing when
 * referred to, and every escape and brace that means nothing is an error.
 *
 * Two things PCRE2 does otherwise, and this cannot undo: a group inside a
 * repetition keeps what it matched in an earlier round, where ECMA-262
 * forgets it (seen only by a reference to it from inside the same repetition,
 * or after a last round that left it out); and a look-behind of variable
 * length is refused when compiled, though not by ecma_check, unless it begins
 * the pattern or an alternative of it and wants a match.
 *
 * What is compiled tells whether there is a match, not where: regex_test.
 */
#ifndef ROWPIPE_BASE_ECMA_H
#define ROWPIPE_BASE_ECMA_H

#include <stddef.h>

struct buf;
struct err;
struct regex;
struct regex_cache;

/**
 * ecma_check(pattern, len, err):
 * Return 0 when the ${len} bytes at ${pattern}, valid UTF-8, are a regular
 * expression, else -1 with ${err} filled; its pos is the byte of the pattern.
 */
int ecma_check(const char *pattern, size_t len, struct err *err);

/**
 * ecma_translate(pattern, len, out, err):
 * Append to ${out} a pattern of PCRE2 with the same meaning, for regex_new and
 * regex_get with the flag REGEX_ECMA.  Return 0, or -1 as ecma_check does, or
 * when the pattern cannot be said in PCRE2; ${out} then holds a part of it.
 */
int ecma_translate(const char *pattern, size_t len, struct buf *out,
    struct err *err);

/**
 * ecma_compile(c, pattern, len, err):
 * Translate and compile a pattern.  Return what the caller frees with
 * regex_free before ${c}, or NULL with ${err} filled.
 */
struct regex *ecma_compile(struct regex_cache *c, const char *pattern,
    size_t len, struct err *err);

#endif
