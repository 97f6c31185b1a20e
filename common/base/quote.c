#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/quote.h"

/* Escape byte ${c} into ${dst} (at least 5 bytes) and return its length. */
static size_t
escape(char *dst, unsigned char c, int quoted)
{
	static const char *const names = "abtnvfr";

	if (quoted && (c == '"' || c == '\\')) {
		dst[0] = '\\';
		dst[1] = (char)c;
		return (2);
	}
	if (c >= 7 && c <= 13) {
		dst[0] = '\\';
		dst[1] = names[c - 7];
		return (2);
	}
	if (c < 0x20 || c > 0x7e)
		return ((size_t)snprintf(dst, 5, "\\x%02x", c));
	dst[0] = (char)c;
	return (1);
}

const char *
quote(struct quote *q, const char *s, size_t len)
{
	size_t i, n, used = 0;
	char piece[8];

	q->s[used++] = '"';
	for (i = 0; i < len; i++) {
		n = escape(piece, (unsigned char)s[i], 1);
		if (used + n > QUOTE_MAX - 3 && i + 1 < len) {
			memcpy(q->s + used, "...", 3);
			used += 3;
			break;
		}
		memcpy(q->s + used, piece, n);
		used += n;
	}
	q->s[used++] = '"';
	q->s[used] = '\0';
	return (q->s);
}

const char *
quote_z(struct quote *q, const char *s)
{

	return (quote(q, s, strlen(s)));
}

const char *
quote_plain(char *dst, size_t size, const char *s, size_t len)
{
	size_t i, n, used = 0;
	char piece[8];

	for (i = 0; i < len; i++) {
		if (strchr(" \t\r\n", s[i]) != NULL && s[i] != '\0') {
			if (used > 0 && dst[used - 1] == ' ')
				continue;
			piece[0] = ' ';
			n = 1;
		} else
			n = escape(piece, (unsigned char)s[i], 0);
		if (used + n >= size)
			break;
		memcpy(dst + used, piece, n);
		used += n;
	}
	while (used > 0 && dst[used - 1] == ' ')
		used--;
	dst[used] = '\0';
	return (dst);
}

/* What a terminal should not get, or cannot show. */
static int
is_odd(char c)
{

	return ((unsigned char)c < ' ' || (unsigned char)c >= 0x7f);
}

void
quote_shell(const char *s, struct buf *b)
{

	if (*s != '\0' && s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,")] == '\0') {
		buf_puts(b, s);
		return;
	}
	buf_putc(b, '\'');
	while (*s != '\0') {
		if (is_odd(*s)) {
			buf_puts(b, "'\"$(printf '");
			for (; is_odd(*s) && *s != '\0'; s++)
				buf_printf(b, "\\%03o",
				    (unsigned int)(unsigned char)*s);
			buf_puts(b, "')\"'");
		} else if (*s == '\'') {
			buf_puts(b, "'\\''");
			s++;
		} else
			buf_putc(b, *s++);
	}
	buf_putc(b, '\'');
}
