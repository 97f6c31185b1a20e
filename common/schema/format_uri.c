/*
 * URIs by the grammar of RFC 3986 (appendix A), IRIs by that of RFC 3987
 * (section 2.2), templates by that of RFC 6570 (section 2).
 */
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "schema/format_private.h"

/* Where a character may stand. */
enum {
	NAME = 1,		/* unreserved / sub-delims: reg-name */
	COLON = 2,
	AT = 4,
	SLASH = 8,
	QUESTION = 16,
	SCHEME = 32,		/* ALPHA DIGIT + - . */
	LITERAL = 64,		/* between the expressions of a template */
	VARIABLE = 128,		/* in the name of a variable */
	PRIVATE = 256		/* where RFC 3987 lets private use stand */
};

#define PCHAR	(NAME | COLON | AT)
#define USER	(NAME | COLON)
#define PATH	(PCHAR | SLASH)
#define QUERY	(PATH | QUESTION)

#define A_	(NAME | SCHEME | LITERAL | VARIABLE)	/* letter, digit */
#define U_	(NAME | LITERAL)			/* - . ~ and so on */
#define S_	(NAME | SCHEME | LITERAL)		/* + - . */

static const unsigned char kind[128] = {
	['!'] = U_, ['#'] = LITERAL, ['$'] = U_, ['&'] = U_, ['\''] = U_,
	['('] = U_, [')'] = U_, ['*'] = U_, ['+'] = S_, [','] = U_,
	['-'] = S_, ['.'] = S_, ['/'] = SLASH | LITERAL,
	['0'] = A_, A_, A_, A_, A_, A_, A_, A_, A_, A_,
	[':'] = COLON | LITERAL, [';'] = U_, ['='] = U_,
	['?'] = QUESTION | LITERAL, ['@'] = AT | LITERAL,
	['A'] = A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_,
	A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_,
	['['] = LITERAL, [']'] = LITERAL, ['_'] = U_ | VARIABLE,
	['a'] = A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_,
	A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_, A_,
	['~'] = U_,
};

static int
is_private(uint32_t c)
{

	return ((c >= 0xe000 && c <= 0xf8ff) ||
	    (c >= 0xf0000 && (c & 0xffff) <= 0xfffd));
}

/* ucschar of RFC 3987. */
static int
is_international(uint32_t c)
{

	if (c < 0x10000)
		return (c >= 0xa0 && (c <= 0xd7ff || c >= 0xf900) &&
		    (c <= 0xfdcf || c >= 0xfdf0) && c <= 0xffef);
	return ((c & 0xffff) <= 0xfffd && c <= 0xefffd &&
	    (c < 0xe0000 || c >= 0xe1000));
}

/*
 * Return where the characters that are among ${allowed}, or %XX, end; those
 * beyond ASCII count when ${international}.
 */
static size_t
span(const char *s, size_t len, size_t at, unsigned allowed,
    int international)
{
	uint32_t c;
	size_t n;

	while (at < len) {
		if ((unsigned char)s[at] >= 0x80) {
			if (!international)
				break;
			n = utf8_decode(s + at, len - at, &c);
			if (!is_international(c) &&
			    ((allowed & PRIVATE) == 0 || !is_private(c)))
				break;
			at += n;
		} else if ((kind[(unsigned char)s[at]] & allowed) != 0)
			at++;
		else if (s[at] == '%' && len - at >= 3 &&
		    format_hex(s[at + 1]) && format_hex(s[at + 2]))
			at += 3;
		else
			break;
	}
	return (at);
}

/* What stands between [ and ]: RFC 3986 has no zone ids. */
static int
is_ip_literal(const char *s, size_t len)
{
	size_t i = 1;

	if (len == 0 || (s[0] | 0x20) != 'v')
		return (format_is_ipv6(s, len));
	while (i < len && format_hex(s[i]))
		i++;
	if (i == 1 || i + 1 >= len || s[i] != '.')
		return (0);
	for (i++; i < len; i++)
		if ((unsigned char)s[i] >= 0x80 ||
		    (kind[(unsigned char)s[i]] & USER) == 0)
			return (0);
	return (1);
}

/* [ userinfo "@" ] host [ ":" port ] */
static int
is_authority(const char *s, size_t len, int international)
{
	size_t at = span(s, len, 0, USER, international), start = 0;
	const char *end;

	if (at < len && s[at] == '@')
		start = at + 1;
	if (start < len && s[start] == '[') {
		end = memchr(s + start, ']', len - start);
		if (end == NULL)
			return (0);
		at = (size_t)(end - s) + 1;
		if (!is_ip_literal(s + start + 1, at - start - 2))
			return (0);
	} else
		at = span(s, len, start, NAME, international);
	if (at < len && s[at] == ':')
		for (at++; at < len && s[at] >= '0' && s[at] <= '9'; at++)
			;
	return (at == len);
}

/* Return where the scheme and its colon end, 0 when there is none. */
static size_t
span_scheme(const char *s, size_t len)
{
	size_t i = 0;

	if (len == 0 || (s[0] | 0x20) < 'a' || (s[0] | 0x20) > 'z')
		return (0);
	while (i < len && (unsigned char)s[i] < 0x80 &&
	    (kind[(unsigned char)s[i]] & SCHEME) != 0)
		i++;
	return (i < len && s[i] == ':' ? i + 1 : 0);
}

static size_t
span_authority(const char *s, size_t len, size_t at)
{

	while (at < len && s[at] != '/' && s[at] != '?' && s[at] != '#')
		at++;
	return (at);
}

static int
check(const char *s, size_t len, int absolute, int international)
{
	size_t at = span_scheme(s, len), end;

	if (at == 0 && absolute)
		return (0);
	if (len - at >= 2 && s[at] == '/' && s[at + 1] == '/') {
		end = span_authority(s, len, at + 2);
		if (!is_authority(s + at + 2, end - at - 2, international))
			return (0);
		at = end;
	} else if (at == 0) {
		/* What a colon would end was a scheme. */
		at = span(s, len, 0, NAME | AT, international);
		if (at < len && s[at] == ':')
			return (0);
	}
	at = span(s, len, at, PATH, international);
	if (at < len && s[at] == '?')
		at = span(s, len, at + 1, QUERY | PRIVATE, international);
	if (at < len && s[at] == '#')
		at = span(s, len, at + 1, QUERY, international);
	return (at == len);
}

int
format_is_uri(const char *s, size_t len)
{

	return (check(s, len, 1, 0));
}

int
format_is_uri_reference(const char *s, size_t len)
{

	return (check(s, len, 0, 0));
}

int
format_is_iri(const char *s, size_t len)
{

	return (check(s, len, 1, 1));
}

int
format_is_iri_reference(const char *s, size_t len)
{

	return (check(s, len, 0, 1));
}

/* The name of a variable and its modifier; return where they end, or 0. */
static size_t
span_varspec(const char *s, size_t len, size_t at)
{
	size_t start = at, digits;

	for (;;) {
		if (span(s, len, at, VARIABLE, 0) == at)
			return (0);
		at = span(s, len, at, VARIABLE, 0);
		if (at == len || s[at] != '.')
			break;
		at++;
	}
	if (at == start || at == len)
		return (0);
	if (s[at] == '*')
		return (at + 1);
	if (s[at] != ':')
		return (at);
	digits = ++at;
	while (at < len && s[at] >= '0' && s[at] <= '9')
		at++;
	return (at > digits && at <= digits + 4 && s[digits] != '0' ? at : 0);
}

/*
 * What follows an opening brace; return where the closing one ends, or 0.
 * The operators that the RFC reserves are of its grammar.
 */
static size_t
span_expression(const char *s, size_t len, size_t at)
{

	if (at < len && s[at] != '\0' && strchr("+#./;?&=,!@|", s[at]) != NULL)
		at++;
	for (;;) {
		at = span_varspec(s, len, at);
		if (at == 0 || at == len)
			return (0);
		if (s[at] == '}')
			return (at + 1);
		if (s[at] != ',')
			return (0);
		at++;
	}
}

/* The apostrophe is a literal by erratum 6937. */
int
format_is_uri_template(const char *s, size_t len)
{
	size_t at = 0;

	for (;;) {
		at = span(s, len, at, LITERAL | PRIVATE, 1);
		if (at == len)
			return (1);
		if (s[at] != '{')
			return (0);
		if ((at = span_expression(s, len, at + 1)) == 0)
			return (0);
	}
}
