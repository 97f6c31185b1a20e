/*
 * json_mend - a line that is nearly JSON made JSON
 *
 * What programs write that have never heard of RFC 8259: control characters
 * as they are, bytes of another encoding, half a surrogate pair, NaN, a key
 * twice, a byte order mark.  A line that lacks a bracket or a quote is beyond
 * mending.
 */
#ifndef ROWPIPE_JSON_JSON_MEND_H
#define ROWPIPE_JSON_JSON_MEND_H

#include <stddef.h>

struct buf;
struct json_reader;

enum json_mend_what {
	JSON_MEND_BOM = 1,		/* U+FEFF before the text: left out */
	JSON_MEND_CONTROLS = 2,		/* control characters: left out, but
					   for tabs and line ends in strings,
					   which are escaped */
	JSON_MEND_UTF8 = 4,		/* what is no UTF-8, and surrogates
					   without their other half: U+FFFD */
	JSON_MEND_NON_FINITE = 8,	/* NaN and Infinity: null */
	JSON_MEND_DUPLICATES = 16	/* of members of the same name the last
					   stays */
};

/**
 * json_mend(s, len, what, told, cookie, b):
 * Append the ${len} bytes at ${s}, an object, to ${b}, with what the set
 * ${what} names mended.  ${told} is told each thing that was, and the inside
 * of the name of the member of the object that it was in (as it stands there;
 * NULL: in none, or in a name).  Duplicates need a text that is JSON
 * otherwise, and more than a thousand are left alone.
 */
void json_mend(const char *s, size_t len, unsigned what,
    void (*told)(enum json_mend_what what, const char *key, size_t len,
    void *cookie), void *cookie, struct buf *b);

#endif
