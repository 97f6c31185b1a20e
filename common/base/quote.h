/*
 * quote - data made fit for a message
 *
 * Messages are one line of ASCII.  Whatever came from a user, a row or a
 * server is quoted, shortened and escaped here, so that no byte of data
 * reaches a terminal raw.
 */
#ifndef ROWPIPE_BASE_QUOTE_H
#define ROWPIPE_BASE_QUOTE_H

#include <stddef.h>

struct buf;

#define QUOTE_MAX 80		/* most characters of a quoted piece of data */

struct quote {
	char	s[QUOTE_MAX + 8];
};

/**
 * quote(q, s, len):
 * Write the ${len} bytes at ${s} into ${q} as "..." with control, quote,
 * backslash and non-ASCII bytes escaped (\n, \", \xc3) and the end cut to
 * "..." when too long; return q->s, which lives as long as ${q}.
 */
const char *quote(struct quote *q, const char *s, size_t len);

/**
 * quote_z(q, s):
 * As quote, for the NUL-terminated string ${s}.
 */
const char *quote_z(struct quote *q, const char *s);

/**
 * quote_plain(dst, size, s, len):
 * Copy data to ${dst} of ${size} bytes as one NUL-terminated line of ASCII
 * without quotes around it: runs of white space become one space, other
 * control and non-ASCII bytes are escaped, what does not fit is cut.  For
 * text that is a message of its own, such as a server's.  Return ${dst}.
 */
const char *quote_plain(char *dst, size_t size, const char *s, size_t len);

/**
 * quote_shell(s, b):
 * Append ${s} as one word of a POSIX shell, in ASCII: as it stands where that
 * is plain, else in quotes, with other bytes by way of printf (which loses a
 * line feed before the next plain character).
 */
void quote_shell(const char *s, struct buf *b);

#endif
