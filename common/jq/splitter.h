/*
 * splitter - where one JSON text ends and the next begins
 */
#ifndef ROWPIPE_JQ_SPLITTER_H
#define ROWPIPE_JQ_SPLITTER_H

#include <stddef.h>

/**
 * splitter_text(s, len, at, end, text, n):
 * Find the next text at or after *${at} among the ${len} bytes at ${s}, which
 * are separated by white space or nothing, and store where it is; *${at} is
 * then behind it.  ${end}: nothing comes after ${len}.  Return 1, or 0 when
 * there is none or more bytes are needed to know; *${at} then is where it
 * would start.  What is found is not checked, it may be no JSON at all.
 */
int splitter_text(const char *s, size_t len, size_t *at, int end,
    const char **text, size_t *n);

#endif
