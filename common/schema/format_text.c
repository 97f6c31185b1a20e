/*
 * Formats of plain characters: UUIDs (RFC 9562), JSON pointers (RFC 6901 and
 * draft-bhutton-relative-json-pointer), regular expressions, and our own.
 */
#include <stdint.h>
#include <string.h>

#include "base/ecma.h"
#include "base/err.h"
#include "base/utf8.h"
#include "schema/format_private.h"

/* Bytes that are no hex digit: 1. */
static const unsigned char not_hex[256] = {
#define X4	1, 1, 1, 1
#define X16	X4, X4, X4, X4
#define X64	X16, X16, X16, X16
	X16, X16, X16,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, X4,
	1, 0, 0, 0, 0, 0, 0, 1, X4, X4, X16,
	1, 0, 0, 0, 0, 0, 0, 1, X4, X4, X16,
	X64, X64
#undef X4
#undef X16
#undef X64
};

static unsigned
four_not_hex(const unsigned char *s)
{

	return ((unsigned)(not_hex[s[0]] | not_hex[s[1]] | not_hex[s[2]] |
	    not_hex[s[3]]));
}

/* Any version and variant: so do the nil and max UUIDs count. */
int
format_is_uuid(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned bad;

	if (len != 36)
		return (0);
	bad = four_not_hex(u) | four_not_hex(u + 4) | four_not_hex(u + 9) |
	    four_not_hex(u + 14) | four_not_hex(u + 19) |
	    four_not_hex(u + 24) | four_not_hex(u + 28) | four_not_hex(u + 32);
	bad |= (unsigned)((u[8] ^ '-') | (u[13] ^ '-') | (u[18] ^ '-') |
	    (u[23] ^ '-'));
	return (bad == 0);
}

int
format_is_json_pointer(const char *s, size_t len)
{
	size_t i;

	if (len == 0)
		return (1);
	if (s[0] != '/')
		return (0);
	for (i = 0; i < len; i++)
		if (s[i] == '~' && (i + 1 == len ||
		    (s[i + 1] != '0' && s[i + 1] != '1')))
			return (0);
	return (1);
}

/* A number without leading zeros; return where it ends, ${at} if none. */
static size_t
span_number(const char *s, size_t len, size_t at)
{
	size_t i = at;

	while (i < len && s[i] >= '0' && s[i] <= '9')
		i++;
	return (i > at + 1 && s[at] == '0' ? at : i);
}

/* draft-handrews-relative-json-pointer-01, which draft-07 names. */
int
format_is_old_json_pointer(const char *s, size_t len)
{
	size_t at = span_number(s, len, 0);

	if (at == 0)
		return (0);
	if (at + 1 == len && s[at] == '#')
		return (1);
	return (format_is_json_pointer(s + at, len - at));
}

/* The later draft lets one go along an array before going on. */
int
format_is_relative_json_pointer(const char *s, size_t len)
{
	size_t at = span_number(s, len, 0), to;

	if (at == 0 || at == len || (s[at] != '+' && s[at] != '-'))
		return (format_is_old_json_pointer(s, len));
	to = span_number(s, len, at + 1);
	if (to == at + 1)
		return (0);
	if (to + 1 == len && s[to] == '#')
		return (1);
	return (format_is_json_pointer(s + to, len - to));
}

int
format_is_regex(const char *s, size_t len)
{
	struct err err = ERR_INIT;

	return (ecma_check(s, len, &err) == 0);
}

int
format_is_slug(const char *s, size_t len)
{
	char last = '-';
	size_t i;

	for (i = 0; i < len; i++) {
		if ((s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') &&
		    (s[i] != '-' || last == '-'))
			return (0);
		last = s[i];
	}
	return (last != '-');
}

int
format_is_ascii(const char *s, size_t len)
{
	unsigned char all = 0;
	size_t i;

	for (i = 0; i < len; i++)
		all |= (unsigned char)s[i];
	return (all < 0x80);
}

/* Beyond ASCII: what steers a terminal or a line rather than being seen. */
static int
is_seen(uint32_t c)
{

	if (c < 0xa0 || c == 0x2028 || c == 0x2029 || c == 0xfeff)
		return (0);
	if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
		return (0);
	return ((c & 0xfffe) != 0xfffe && (c < 0xfdd0 || c > 0xfdef));
}

int
format_is_printable(const char *s, size_t len)
{
	uint32_t c;
	size_t i = 0;

	while (i < len) {
		if (s[i] >= ' ' && s[i] < 0x7f) {
			i++;
			continue;
		}
		i += utf8_decode(s + i, len - i, &c);
		if (!is_seen(c))
			return (0);
	}
	return (1);
}
