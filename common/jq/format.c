#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "jq/format.h"

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base32_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* Append bytes, those for which ${escape} knows a text replaced by it. */
static void
replace(struct buf *b, const char *s, size_t len,
    const char *(*escape)(char c))
{
	const char *text;
	size_t i, from = 0;

	for (i = 0; i < len; i++) {
		if ((text = escape(s[i])) == NULL)
			continue;
		buf_put(b, s + from, i - from);
		buf_puts(b, text);
		from = i + 1;
	}
	buf_put(b, s + from, len - from);
}

static const char *
html_escape(char c)
{

	switch (c) {
	case '<':
		return ("&lt;");
	case '>':
		return ("&gt;");
	case '&':
		return ("&amp;");
	case '\'':
		return ("&apos;");
	case '"':
		return ("&quot;");
	default:
		return (NULL);
	}
}

static const char *
csv_escape(char c)
{

	return (c == '"' ? "\"\"" : NULL);
}

static const char *
tsv_escape(char c)
{

	switch (c) {
	case '\t':
		return ("\\t");
	case '\n':
		return ("\\n");
	case '\r':
		return ("\\r");
	case '\\':
		return ("\\\\");
	default:
		return (NULL);
	}
}

static const char *
sh_escape(char c)
{

	return (c == '\'' ? "'\\''" : NULL);
}

void
format_html(struct buf *b, const char *s, size_t len)
{

	replace(b, s, len, html_escape);
}

void
format_csv(struct buf *b, const char *s, size_t len)
{

	buf_putc(b, '"');
	replace(b, s, len, csv_escape);
	buf_putc(b, '"');
}

void
format_tsv(struct buf *b, const char *s, size_t len)
{

	replace(b, s, len, tsv_escape);
}

void
format_sh(struct buf *b, const char *s, size_t len)
{

	buf_putc(b, '\'');
	replace(b, s, len, sh_escape);
	buf_putc(b, '\'');
}

static int
is_unreserved(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
	    c == '~');
}

void
format_uri(struct buf *b, const char *s, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < len; i++) {
		if (is_unreserved(s[i])) {
			buf_putc(b, s[i]);
			continue;
		}
		buf_putc(b, '%');
		buf_putc(b, hex[(unsigned char)s[i] >> 4]);
		buf_putc(b, hex[(unsigned char)s[i] & 15]);
	}
}

static int
hex_digit(char c)
{

	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	return (c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1);
}

int
format_urid(struct buf *b, const char *s, size_t len)
{
	size_t i, start = b->len;
	int high, low;

	for (i = 0; i < len; i++) {
		if (s[i] != '%') {
			buf_putc(b, s[i]);
			continue;
		}
		if (len - i < 3 || (high = hex_digit(s[i + 1])) < 0 ||
		    (low = hex_digit(s[i + 2])) < 0) {
			b->len = start;
			return (-1);
		}
		buf_putc(b, (char)(high << 4 | low));
		i += 2;
	}
	if (utf8_check(b->s + start, b->len - start) == b->len - start)
		return (0);
	b->len = start;
	return (-1);
}

/*
 * Both bases cut a stream of bits into digits, ${bits} each, and fill the last
 * group of ${group} digits with "=".
 */
static void
encode(struct buf *b, const char *s, size_t len, const char *digits,
    unsigned bits, size_t group)
{
	uint32_t acc = 0, mask = (1u << bits) - 1;
	unsigned have = 0;
	size_t i, n = 0;

	(void)buf_need(b, len * 8 / bits + group);
	for (i = 0; i < len; i++) {
		acc = acc << 8 | (unsigned char)s[i];
		for (have += 8; have >= bits; n++) {
			have -= bits;
			buf_putc(b, digits[acc >> have & mask]);
		}
	}
	if (have > 0) {
		buf_putc(b, digits[acc << (bits - have) & mask]);
		n++;
	}
	for (; n % group != 0; n++)
		buf_putc(b, '=');
}

static int
decode(struct buf *b, const char *s, size_t len, const char *digits,
    unsigned bits)
{
	size_t i, start = b->len;
	const char *digit;
	uint32_t acc = 0;
	unsigned have = 0;

	while (len > 0 && s[len - 1] == '=')
		len--;
	for (i = 0; i < len; i++) {
		if (s[i] == '\0' || (digit = strchr(digits, s[i])) == NULL) {
			b->len = start;
			return (-1);
		}
		acc = acc << bits | (uint32_t)(digit - digits);
		have += bits;
		if (have >= 8) {
			have -= 8;
			buf_putc(b, (char)(acc >> have & 0xff));
		}
	}
	/* A whole digit left over means that the end is missing. */
	if (have >= bits) {
		b->len = start;
		return (-1);
	}
	return (0);
}

void
format_base64(struct buf *b, const char *s, size_t len)
{

	encode(b, s, len, base64_digits, 6, 4);
}

int
format_base64d(struct buf *b, const char *s, size_t len)
{

	return (decode(b, s, len, base64_digits, 6));
}

void
format_base32(struct buf *b, const char *s, size_t len)
{

	encode(b, s, len, base32_digits, 5, 8);
}

int
format_base32d(struct buf *b, const char *s, size_t len)
{

	return (decode(b, s, len, base32_digits, 5));
}
