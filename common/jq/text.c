#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "jq/text.h"

size_t
text_ltrim(const char *s, size_t len)
{
	uint32_t code;
	size_t i = 0, n;

	for (; i < len; i += n) {
		n = utf8_decode(s + i, len - i, &code);
		if (!utf8_is_space(code))
			break;
	}
	return (i);
}

size_t
text_rtrim(const char *s, size_t len)
{
	uint32_t code;
	size_t i = len, at;

	while (i > 0) {
		at = i - 1;
		while (at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80)
			at--;
		(void)utf8_decode(s + at, i - at, &code);
		if (!utf8_is_space(code))
			break;
		i = at;
	}
	return (len - i);
}

size_t
text_count(const char *s, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return (n);
}

size_t
text_find(const char *s, size_t len, const char *t, size_t tlen)
{
	const char *p = s, *end = s + len;

	while (tlen <= (size_t)(end - p) &&
	    (p = memchr(p, t[0], (size_t)(end - p) - tlen + 1)) != NULL) {
		if (memcmp(p, t, tlen) == 0)
			return ((size_t)(p - s));
		p++;
	}
	return (len);
}

void
text_squeeze(struct buf *b, const char *s, size_t len)
{
	size_t i, n, start = b->len;
	uint32_t code;
	int gap = 0;

	for (i = 0; i < len; i += n) {
		n = utf8_decode(s + i, len - i, &code);
		if (utf8_is_space(code)) {
			gap = b->len > start;
			continue;
		}
		if (gap)
			buf_putc(b, ' ');
		gap = 0;
		buf_put(b, s + i, n);
	}
}

/* Letters that no decomposition takes apart but everybody writes so. */
static const struct {
	uint32_t	code;
	const char	*text;
} letters[] = {
	{ 0xc6, "ae" }, { 0xd0, "d" }, { 0xd8, "o" }, { 0xde, "th" },
	{ 0xdf, "ss" }, { 0xe6, "ae" }, { 0xf0, "d" }, { 0xf8, "o" },
	{ 0xfe, "th" }, { 0x110, "d" }, { 0x111, "d" }, { 0x131, "i" },
	{ 0x141, "l" }, { 0x142, "l" }, { 0x152, "oe" }, { 0x153, "oe" },
	{ 0x1e9e, "ss" },
};

static const char *
plain_letter(uint32_t code)
{
	size_t i;

	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i].code == code)
			return (letters[i].text);
	return (NULL);
}

static int
is_alnum(uint32_t c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9'));
}

/* One letter of a slug; a hyphen goes between it and the word before. */
static void
slug_put(struct buf *b, size_t start, char c, int *gap)
{

	if (*gap && b->len > start)
		buf_putc(b, '-');
	*gap = 0;
	buf_putc(b, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
}

/* One code point after decomposition. */
static void
slug_code(struct buf *b, size_t start, uint32_t code, int *gap)
{
	const char *text;

	if (is_alnum(code)) {
		slug_put(b, start, (char)code, gap);
		return;
	}
	if ((text = plain_letter(code)) != NULL) {
		for (; *text != '\0'; text++)
			slug_put(b, start, *text, gap);
		return;
	}
	/* An apostrophe parts no words. */
	if (code != '\'' && code != 0x2019)
		*gap = 1;
}

void
text_slug(struct buf *b, const char *s, size_t len)
{
	uint32_t code, parts[UTF8_PARTS];
	size_t at, used, i, n, start = b->len;
	int gap = 0;

	for (at = 0; at < len; at += used) {
		used = utf8_decode(s + at, len - at, &code);
		if (code < 0x80) {
			slug_code(b, start, code, &gap);
			continue;
		}
		n = utf8_decompose(code, parts);
		for (i = 0; i < n; i++)
			slug_code(b, start, parts[i], &gap);
	}
}

static int
is_hex(char c)
{

	return ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F'));
}

int
text_uuid(char *out, const char *s, size_t len)
{
	static const char urn[] = "urn:uuid:";
	size_t i, n = 0, hyphens = 0;

	i = text_ltrim(s, len);
	s += i;
	len -= i;
	len -= text_rtrim(s, len);
	if (len > sizeof(urn) - 1 && strncmp(s, urn, sizeof(urn) - 1) == 0) {
		s += sizeof(urn) - 1;
		len -= sizeof(urn) - 1;
	} else if (len == 38 && s[0] == '{' && s[37] == '}') {
		s++;
		len -= 2;
	}
	if (len != 36 && len != 32)
		return (-1);
	for (i = 0; i < len; i++) {
		if (s[i] == '-' && (n == 8 || n == 13 || n == 18 || n == 23) &&
		    len == 36) {
			hyphens++;
			continue;
		}
		if (!is_hex(s[i]) || n >= 36)
			return (-1);
		if (n == 8 || n == 13 || n == 18 || n == 23)
			out[n++] = '-';
		out[n++] = s[i] >= 'A' && s[i] <= 'F' ? (char)(s[i] + 32) :
		    s[i];
	}
	out[n] = '\0';
	return (n == 36 && (len == 32 || hyphens == 4) ? 0 : -1);
}

static int
is_word(const char *s, size_t len, const char *word)
{
	size_t i;

	if (strlen(word) != len)
		return (0);
	for (i = 0; i < len; i++)
		if ((s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]) != word[i])
			return (0);
	return (1);
}

int
text_bool(const char *s, size_t len)
{
	static const char *const words[2][7] = {
		{ "false", "f", "no", "n", "off", "0", NULL },
		{ "true", "t", "yes", "y", "on", "1", NULL }
	};
	size_t i = text_ltrim(s, len);
	int b, w;

	s += i;
	len -= i;
	len -= text_rtrim(s, len);
	for (b = 0; b < 2; b++)
		for (w = 0; words[b][w] != NULL; w++)
			if (is_word(s, len, words[b][w]))
				return (b);
	return (-1);
}

int
text_number(struct buf *b, const char *s, size_t len)
{
	struct decimal d;
	size_t i = text_ltrim(s, len);

	s += i;
	len -= i;
	len -= text_rtrim(s, len);
	if (decimal_is_json(s, len)) {
		buf_put(b, s, len);
		return (0);
	}
	if (!decimal_is_number(s, len))
		return (-1);
	decimal_parse(&d, s, len);
	decimal_write(b, &d);
	decimal_free(&d);
	return (0);
}
