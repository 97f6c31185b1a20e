/*
 * format - the @formats of the row-map language, on bytes
 *
 * Each appends to a buffer what its input looks like in another notation.
 * Encoders take any valid UTF-8; decoders give bytes back that need not be.
 */
#ifndef ROWPIPE_JQ_FORMAT_H
#define ROWPIPE_JQ_FORMAT_H

#include <stddef.h>

struct buf;

/**
 * format_html(b, s, len):
 * Append with < > & ' " as entities.
 */
void format_html(struct buf *b, const char *s, size_t len);

/**
 * format_uri(b, s, len), format_urid(b, s, len):
 * Append with all but letters, digits and -_.~ as %XX; the way back, which
 * returns -1, with ${b} as it was, when a % is not followed by two hex digits.
 */
void format_uri(struct buf *b, const char *s, size_t len);
int format_urid(struct buf *b, const char *s, size_t len);

/**
 * format_csv(b, s, len):
 * Append as one quoted field of a comma-separated line (RFC 4180).
 */
void format_csv(struct buf *b, const char *s, size_t len);

/**
 * format_tsv(b, s, len):
 * Append as one field of a tab-separated line: tab, newline, carriage return
 * and backslash as \t \n \r \\.
 */
void format_tsv(struct buf *b, const char *s, size_t len);

/**
 * format_sh(b, s, len):
 * Append as one word for a POSIX shell.
 */
void format_sh(struct buf *b, const char *s, size_t len);

/**
 * format_base64(b, s, len), format_base64d, format_base32, format_base32d:
 * RFC 4648, with padding; the decoders do not insist on it.  They return -1,
 * with ${b} as it was, for what is none.
 */
void format_base64(struct buf *b, const char *s, size_t len);
int format_base64d(struct buf *b, const char *s, size_t len);
void format_base32(struct buf *b, const char *s, size_t len);
int format_base32d(struct buf *b, const char *s, size_t len);

#endif
