#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/utf8.h"
#include "json/json.h"

static int
needs_escape(unsigned char c)
{

	return (c < 0x20 || c == '"' || c == '\\');
}

/* Write the escape of ${c} to ${dst}, at least 6 bytes; return its length. */
static size_t
escape(char *dst, unsigned char c)
{
	static const char letters[] = "btn\0fr";
	static const char digits[] = "0123456789abcdef";

	dst[0] = '\\';
	dst[1] = (char)c;
	if (c >= 0x20)
		return (2);
	if (c >= 8 && c <= 13 && letters[c - 8] != '\0') {
		dst[1] = letters[c - 8];
		return (2);
	}
	memcpy(dst + 1, "u00", 3);
	dst[4] = digits[c >> 4];
	dst[5] = digits[c & 15];
	return (6);
}

/* How many of the first ${len} bytes can stand as they are. */
static size_t
clean(const char *s, size_t len)
{
	const uint64_t ones = 0x0101010101010101U, high = ones << 7;
	uint64_t w, quote, backslash, control;
	size_t i;

	for (i = 0; len - i >= sizeof(w); i += sizeof(w)) {
		memcpy(&w, s + i, sizeof(w));
		quote = w ^ ones * '"';
		backslash = w ^ ones * '\\';
		control = ~w & ~((w | high) - ones * 0x20);
		if ((((quote - ones) & ~quote) | control |
		    ((backslash - ones) & ~backslash)) & high)
			break;
	}
	while (i < len && !needs_escape((unsigned char)s[i]))
		i++;
	return (i);
}

/* Append valid UTF-8, escaped where it must be. */
static void
put_escaped(struct buf *b, const char *s, size_t len)
{
	size_t n;

	for (;;) {
		n = clean(s, len);
		buf_put(b, s, n);
		if (n == len)
			break;
		b->len += escape(buf_need(b, 6), (unsigned char)s[n]);
		s += n + 1;
		len -= n + 1;
	}
}

int
json_put_string(struct buf *b, const char *s, size_t len, struct err *err)
{
	size_t good;

	if (err != NULL && (good = utf8_check(s, len)) < len) {
		(void)err_at(err, good, "invalid UTF-8");
		return (err_status(err, DIAG_BADINPUT));
	}
	(void)buf_need(b, len + 2);
	buf_putc(b, '"');
	put_escaped(b, s, len);
	buf_putc(b, '"');
	return (0);
}

void
json_put_z(struct buf *b, const char *s)
{
	size_t len = strlen(s), good;

	buf_putc(b, '"');
	for (;;) {
		good = utf8_check(s, len);
		put_escaped(b, s, good);
		if (good == len)
			break;
		buf_puts(b, "\xef\xbf\xbd");
		s += good + 1;
		len -= good + 1;
	}
	buf_putc(b, '"');
}

void
json_put_step(struct buf *b, const char *key, size_t len)
{
	size_t i;

	buf_putc(b, '/');
	for (i = 0; i < len; i++)
		if (key[i] == '~')
			buf_puts(b, "~0");
		else if (key[i] == '/')
			buf_puts(b, "~1");
		else
			buf_putc(b, key[i]);
}

void
json_put_member(struct buf *b, const char *key, const char *value)
{

	if (value == NULL)
		return;
	buf_putc(b, ',');
	json_put_z(b, key);
	buf_putc(b, ':');
	json_put_z(b, value);
}

void
json_put_int(struct buf *b, int64_t n)
{
	char digits[20], *p = digits + sizeof(digits);
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		*--p = (char)('0' + u % 10);
		u /= 10;
	} while (u > 0);
	if (n < 0)
		*--p = '-';
	buf_put(b, p, (size_t)(digits + sizeof(digits) - p));
}
