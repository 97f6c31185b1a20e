/*
 * html - data made fit for the text of an HTML page
 *
 * What a browser could take for markup is written as character references,
 * and what cannot be seen, or could make text look like other text, as in a
 * grid (\n, \x1b, \u{202e}): no data leaves its place, in an element or
 * between the quotes of an attribute.
 */
#ifndef ROWPIPE_BASE_HTML_H
#define ROWPIPE_BASE_HTML_H

#include <stddef.h>

struct buf;

/**
 * html_text(b, s, len, most), html_text_z(b, s):
 * Append data; what takes more than ${most} columns is cut to end with "...",
 * 0 means that it never is.
 */
void html_text(struct buf *b, const char *s, size_t len, size_t most);
void html_text_z(struct buf *b, const char *s);

#endif
