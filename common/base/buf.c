#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"

void
buf_grow(struct buf *b, size_t n)
{

	if (n > SIZE_MAX - b->len)
		diag_die(DIAG_FAIL, "out of memory");
	b->s = mem_grow(b->s, &b->cap, b->len + n, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	(void)buf_need(b, (size_t)n + 1);
	va_start(ap, fmt);
	(void)vsnprintf(b->s + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

char *
buf_z(struct buf *b)
{

	*buf_need(b, 1) = '\0';
	return (b->s);
}

void
buf_free(struct buf *b)
{

	mem_free(b->s);
	b->s = NULL;
	b->len = b->cap = 0;
}
