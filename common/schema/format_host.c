/*
 * Names and addresses of hosts: RFC 1123 section 2.1 with the lengths of RFC
 * 1035, IDNA2008 (RFC 5890 to 5893, by libidn2), RFC 2673 section 3.2 for
 * dotted quads, RFC 4291 section 2.2.
 */
#include <idn2.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "schema/format_private.h"

#define LABEL_MAX	63
#define HOST_MAX	253	/* 255 on the wire, with two lengths */

/*
 * What may not stand side by side, told by one byte a character: a pair is
 * wrong when a low bit of the left one is a high bit of the right one.
 */
enum {
	AFTER_DOT = 1,		/* nothing but a letter or digit */
	BEFORE_DOT = 2,
	TWO_HYPHENS = 4,	/* allowed, but perhaps an A-label */
	FOREIGN = 8		/* no character of a host name */
};
#define DOT	(AFTER_DOT | (AFTER_DOT | BEFORE_DOT) << 4)
#define HYP	(BEFORE_DOT | TWO_HYPHENS | (AFTER_DOT | TWO_HYPHENS) << 4)
#define BAD	(FOREIGN | FOREIGN << 4)

static const unsigned char kind[256] = {
#define B4	BAD, BAD, BAD, BAD
#define B16	B4, B4, B4, B4
#define B64	B16, B16, B16, B16
	B16, B16, B4, B4, B4, BAD, HYP, DOT, BAD,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, BAD, BAD, B4,
	BAD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, BAD, B4,
	BAD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, BAD, B4,
	B64, B64
#undef B4
#undef B16
#undef B64
};

static int
labels_fit(const char *s, size_t len)
{
	const char *dot;

	while ((dot = memchr(s, '.', len)) != NULL) {
		if (dot - s > LABEL_MAX)
			return (0);
		len -= (size_t)(dot - s) + 1;
		s = dot + 1;
	}
	return (len <= LABEL_MAX);
}

/*
 * What is wrong with a name, as the bits above: 0 for most.  The ends count
 * as dots.
 */
static unsigned
look(const char *s, size_t len)
{
	unsigned last = DOT, trouble = 0, now;
	size_t i;

	if (len == 0 || len > HOST_MAX)
		return (FOREIGN);
	for (i = 0; i < len; i++) {
		now = kind[(unsigned char)s[i]];
		trouble |= (last & now >> 4) | (now & FOREIGN);
		last = now;
	}
	trouble |= last & DOT >> 4;
	if (len > LABEL_MAX && !labels_fit(s, len))
		trouble |= FOREIGN;
	return (trouble);
}

int
format_domain(const char *s, size_t len)
{

	return ((look(s, len) & ~(unsigned)TWO_HYPHENS) == 0);
}

static int
is_a_label(const char *s, size_t len)
{

	return (len >= 4 && (s[0] | 0x20) == 'x' && (s[1] | 0x20) == 'n' &&
	    s[2] == '-' && s[3] == '-');
}

static int
is_right_to_left(uint32_t c)
{

	return ((c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
	    (c >= 0xfe70 && c <= 0xfefe) || (c >= 0x10800 && c <= 0x10fff) ||
	    (c >= 0x1e800 && c <= 0x1efff));
}

/* Digits of the classes EN and AN that a label may have. */
static int
is_european(uint32_t c)
{

	return ((c >= '0' && c <= '9') || (c >= 0x6f0 && c <= 0x6f9));
}

static int
is_arabic(uint32_t c)
{

	return ((c >= 0x660 && c <= 0x669) || (c >= 0x10d30 && c <= 0x10d39));
}

/*
 * What libidn2 2.3 forgets of the rules for labels written from right to left
 * (RFC 5893, section 2): by the third they do not end in a hyphen and what
 * combines with it, by the fourth they have digits of one kind.
 */
static int
breaks_bidi(const char *s, size_t len)
{
	uint32_t c;
	int hyphen = 0, right_to_left = 0, european = 0, arabic = 0;
	size_t i = 0;

	while (i < len) {
		i += utf8_decode(s + i, len - i, &c);
		if (utf8_width(c) == 0)
			continue;
		right_to_left |= is_right_to_left(c) && !is_european(c);
		european |= is_european(c);
		arabic |= is_arabic(c);
		hyphen = c == '-';
	}
	return (right_to_left && (hyphen || (european && arabic)));
}

/*
 * One label in the ASCII form that begins with "xn--": it must be what the
 * label it stands for is encoded as, and that one valid.
 */
static int
check_a_label(const char *s, size_t len)
{
	uint8_t label[LABEL_MAX + 1], *out = NULL;
	char *decoded = NULL;
	size_t i;
	int good;

	if (len > LABEL_MAX)
		return (0);
	for (i = 0; i < len; i++)
		label[i] = (uint8_t)(s[i] >= 'A' && s[i] <= 'Z' ?
		    s[i] | 0x20 : s[i]);
	label[len] = '\0';
	good = idn2_register_u8(NULL, label, &out, 0) == IDN2_OK &&
	    idn2_to_unicode_8z8z((const char *)label, &decoded, 0) ==
	    IDN2_OK && !breaks_bidi(decoded, strlen(decoded));
	idn2_free(decoded);
	idn2_free(out);
	return (good);
}

static int
check_a_labels(const char *s, size_t len)
{
	const char *dot;
	size_t n;

	for (;;) {
		dot = memchr(s, '.', len);
		n = dot != NULL ? (size_t)(dot - s) : len;
		if (is_a_label(s, n) && !check_a_label(s, n))
			return (0);
		if (dot == NULL)
			return (1);
		s += n + 1;
		len -= n + 1;
	}
}

/* #.#.#.#, a form that no host name has, says RFC 1123. */
static int
is_dotted_decimal(const char *s, size_t len)
{
	size_t i, dots = 0;

	for (i = 0; i < len; i++) {
		if (s[i] != '.' && (s[i] < '0' || s[i] > '9'))
			return (0);
		dots += s[i] == '.';
	}
	return (dots == 3);
}

int
format_is_hostname(const char *s, size_t len)
{
	unsigned trouble = look(s, len);

	if ((trouble & ~(unsigned)TWO_HYPHENS) != 0)
		return (0);
	if (trouble != 0 && !check_a_labels(s, len))
		return (0);
	return (s[len - 1] > '9' || !is_dotted_decimal(s, len));
}

/*
 * How long the label is on the wire, or 0 when it is none.  Nothing is
 * mapped: what IDNA2008 does not allow (capitals among it, but in ASCII
 * labels) is wrong.
 */
static size_t
idn_label(const char *s, size_t len)
{
	uint8_t label[4 * LABEL_MAX + 1], *out = NULL;
	size_t n = 0;

	if (len == 0 || len >= sizeof(label) || memchr(s, '\0', len) != NULL)
		return (0);
	if (format_is_ascii(s, len)) {
		if (!format_domain(s, len))
			return (0);
		if (len >= 4 && s[2] == '-' && s[3] == '-' &&
		    (!is_a_label(s, len) || !check_a_label(s, len)))
			return (0);
		return (len);
	}
	memcpy(label, s, len);
	label[len] = '\0';
	if (!breaks_bidi(s, len) &&
	    idn2_register_u8(label, NULL, &out, 0) == IDN2_OK)
		n = strlen((const char *)out);
	idn2_free(out);
	return (n);
}

/* How long the dot at ${s} is, 0 when there is none (RFC 3490, 3.1). */
static size_t
dot_length(const char *s, size_t len, int ascii)
{
	static const char wide[][4] = {
		"\xe3\x80\x82", "\xef\xbc\x8e", "\xef\xbd\xa1"
	};
	size_t i;

	if (s[0] == '.')
		return (1);
	if (ascii || len < 3)
		return (0);
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (memcmp(s, wide[i], 3) == 0)
			return (3);
	return (0);
}

static int
idn_labels(const char *s, size_t len, int ascii)
{
	size_t i, start = 0, dot, n, total = 0;

	/* A code point takes four bytes at most, and a letter on the wire. */
	if (len > 4 * HOST_MAX)
		return (0);
	for (i = 0; i <= len; i += dot > 0 ? dot : 1) {
		dot = i < len ? dot_length(s + i, len - i, ascii) : 1;
		if (dot == 0)
			continue;
		if ((n = idn_label(s + start, i - start)) == 0)
			return (0);
		total += n + 1;
		start = i + dot;
	}
	return (total <= HOST_MAX + 1);
}

int
format_is_idn_hostname(const char *s, size_t len)
{

	return (idn_labels(s, len, 0) && !is_dotted_decimal(s, len));
}

int
format_idn_domain(const char *s, size_t len)
{

	return (idn_labels(s, len, 1));
}

/* A number up to 255; return how long it is, 0 when there is none. */
static size_t
octet(const char *s, size_t len, int zeros)
{
	unsigned a, b, c;

	if (len < 1 || (a = (unsigned char)s[0] - (unsigned)'0') > 9)
		return (0);
	if (len < 2 || (b = (unsigned char)s[1] - (unsigned)'0') > 9)
		return (1);
	if (a == 0 && !zeros)
		return (0);
	if (len < 3 || (c = (unsigned char)s[2] - (unsigned)'0') > 9)
		return (2);
	return (a * 100 + b * 10 + c <= 255 ? 3 : 0);
}

int
format_quad(const char *s, size_t len, int zeros)
{
	size_t at = 0, n;
	int i;

	for (i = 0; i < 4; i++) {
		if (i > 0 && (at == len || s[at++] != '.'))
			return (0);
		if ((n = octet(s + at, len - at, zeros)) == 0)
			return (0);
		at += n;
	}
	return (at == len);
}

int
format_is_ipv4(const char *s, size_t len)
{

	return (format_quad(s, len, 0));
}

/* Up to four hex digits; return where they end. */
static size_t
span_group(const char *s, size_t len, size_t at)
{
	size_t i = at;

	while (i < len && i < at + 4 && format_hex(s[i]))
		i++;
	return (i);
}

int
format_ipv6_groups(const char *s, size_t len, int gap)
{
	size_t at = 0, end;
	int groups = 0, gaps = 0;

	if (len >= 2 && s[0] == ':' && s[1] == ':') {
		gaps = 1;
		at = 2;
	}
	while (at < len) {
		end = span_group(s, len, at);
		if (end < len && s[end] == '.') {
			groups += 2;
			if (!format_is_ipv4(s + at, len - at))
				return (0);
			break;
		}
		if (end == at || ++groups > 8)
			return (0);
		if (end == len)
			break;
		if (s[end] != ':' || end + 1 == len)
			return (0);
		at = end + 1;
		if (s[at] == ':') {
			gaps++;
			at++;
		}
	}
	return (gaps == 0 ? groups == 8 : gaps == 1 && groups <= 8 - gap);
}

int
format_is_ipv6(const char *s, size_t len)
{

	return (format_ipv6_groups(s, len, 1));
}
