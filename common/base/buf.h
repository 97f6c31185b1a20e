/*
 * buf - bytes that grow
 *
 * A buffer is a plain struct so that writers can work in place:
 *
 *     p = buf_need(b, 20);  n = make(p);  b->len += n;
 *
 * It grows to the largest row and stays.  { 0 } is an empty buffer.
 */
#ifndef ROWPIPE_BASE_BUF_H
#define ROWPIPE_BASE_BUF_H

#include <stddef.h>
#include <string.h>

struct buf {
	char	*s;		/* not NUL-terminated, see buf_z; may be NULL */
	size_t	 len;		/* bytes in use */
	size_t	 cap;		/* bytes allocated */
};

/**
 * buf_grow(b, n):
 * Make room for ${n} more bytes; the slow half of buf_need.
 */
void buf_grow(struct buf *b, size_t n);

/**
 * buf_need(b, n):
 * Make room for ${n} more bytes and return where they go.  The pointer is
 * borrowed until the buffer grows again.
 */
static inline char *
buf_need(struct buf *b, size_t n)
{

	if (b->cap - b->len < n || b->s == NULL)
		buf_grow(b, n);
	return (b->s + b->len);
}

/**
 * buf_put(b, s, len):
 * Append ${len} bytes.
 */
static inline void
buf_put(struct buf *b, const char *s, size_t len)
{
	char *p = buf_need(b, len);

	if (len > 0)
		memcpy(p, s, len);
	b->len += len;
}

/**
 * buf_putc(b, c), buf_puts(b, s):
 * Append one byte; append a NUL-terminated string.
 */
static inline void
buf_putc(struct buf *b, char c)
{

	*buf_need(b, 1) = c;
	b->len++;
}

static inline void
buf_puts(struct buf *b, const char *s)
{

	buf_put(b, s, strlen(s));
}

/**
 * buf_printf(b, fmt, ...):
 * Append formatted text.
 */
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * buf_z(b):
 * Return the content as a NUL-terminated string (the NUL is not counted),
 * borrowed until the buffer changes.
 */
char *buf_z(struct buf *b);

/**
 * buf_free(b):
 * Free what ${b} holds and leave it empty.
 */
void buf_free(struct buf *b);

#endif
