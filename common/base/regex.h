/*
 * regex - regular expressions of the row-map language, by PCRE2
 *
 * The dialect is Perl's with named groups, which is also what jq has asked
 * Oniguruma for: "." does not match a newline, "^" and "$" match at the ends
 * of the text only unless "(?m)" says otherwise, \w \d \s \b know Unicode.
 * Text and pattern are valid UTF-8.  Matching is bounded: a pattern that goes
 * astray ends in an error, not in an afternoon.
 */
#ifndef ROWPIPE_BASE_REGEX_H
#define ROWPIPE_BASE_REGEX_H

#include <stddef.h>

struct err;
struct regex;
struct regex_cache;

enum regex_flags {
	REGEX_GLOBAL = 1,	/* g: all matches; for the caller */
	REGEX_ICASE = 2,	/* i */
	REGEX_EXTENDED = 4,	/* x: white space and comments in the pattern */
	REGEX_SINGLE = 8,	/* s: ^ and $ match at the ends only */
	REGEX_NOTEMPTY = 16,	/* n: an empty match is none */
	REGEX_DOTALL = 32,	/* m: "." matches a newline too; p: s and m */
	REGEX_LONGEST = 64,	/* l: of what matches here, the longest */
	REGEX_ECMA = 128	/* no letter: out of ecma_translate (ecma.h) */
};

/**
 * regex_flags(s, len, flags):
 * Read flags from the letters of the ${len} bytes at ${s}.  Return 0, or -1
 * when there is a letter that is none; ${flags} is then undefined.
 */
int regex_flags(const char *s, size_t len, unsigned *flags);

/**
 * regex_cache_new():
 * Return an empty store of compiled patterns; caller frees with
 * regex_cache_free.
 */
struct regex_cache *regex_cache_new(void);
void regex_cache_free(struct regex_cache *c);

/**
 * regex_get(c, pattern, len, flags, err):
 * Return the compiled pattern, borrowed from ${c} until the next call.  Return
 * NULL and fill ${err}, whose pos is the byte of the pattern, when it does
 * not compile.
 */
const struct regex *regex_get(struct regex_cache *c, const char *pattern,
    size_t len, unsigned flags, struct err *err);

/**
 * regex_new(c, pattern, len, flags, err):
 * As regex_get, but the compiled pattern is the caller's, who frees it with
 * regex_free before ${c}, whose limits and stack it shares.
 */
struct regex *regex_new(struct regex_cache *c, const char *pattern,
    size_t len, unsigned flags, struct err *err);
void regex_free(struct regex *re);

/**
 * regex_test(re, s, len, err):
 * Look for a match anywhere in the ${len} bytes at ${s}.  Return 1, 0 when
 * there is none, or -1 with ${err} filled when the search went beyond its
 * bounds.
 */
int regex_test(const struct regex *re, const char *s, size_t len,
    struct err *err);

/**
 * regex_groups(re):
 * How many capturing groups there are.
 */
size_t regex_groups(const struct regex *re);

/**
 * regex_name(re, i, len):
 * The name of group ${i} (from 1) and its length, borrowed from ${re}; NULL
 * when it has none.
 */
const char *regex_name(const struct regex *re, size_t i, size_t *len);

/*
 * A walk over the matches in one text.
 *
 *     regex_start(&m, re, s, len);
 *     while ((rc = regex_next(&m, &err)) > 0)
 *             ... regex_span(&m, 0, &span) ...
 */
struct regex_match {
	const struct regex	*re;
	const char		*s;
	size_t			 len;
	size_t			 at;	/* where the next search begins */
	size_t			 byte;	/* a place in the text ... */
	size_t			 code;	/* ... and code points before it */
	int			 done;
};

struct regex_span {
	size_t	start, len;		/* in bytes */
	size_t	offset, length;		/* in code points; see regex_count */
};

/**
 * regex_start(m, re, s, len):
 * Be ready to search the ${len} bytes at ${s}, both borrowed until the walk is
 * over.
 */
void regex_start(struct regex_match *m, const struct regex *re,
    const char *s, size_t len);

/**
 * regex_next(m, err):
 * Find the next match: after the last one, or a code point further when that
 * was empty.  Return 1, 0 when there is none, or -1 with ${err} filled when
 * the search went beyond its bounds.
 */
int regex_next(struct regex_match *m, struct err *err);

/**
 * regex_span(m, i, span):
 * Store where group ${i} (0: the whole match) matched, in bytes.  Return 1,
 * or 0 when it took no part.
 */
int regex_span(const struct regex_match *m, size_t i,
    struct regex_span *span);

/**
 * regex_count(m, span):
 * Fill in the code points of a span.
 */
void regex_count(struct regex_match *m, struct regex_span *span);

#endif
