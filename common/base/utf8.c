#include <utf8proc.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

/*
 * How long the sequence at ${s} is when it is valid, else 0 (RFC 3629,
 * section 4, the table of well-formed sequences).
 */
static size_t
sequence(const unsigned char *s, size_t len)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t n, i;

	if (s[0] < 0x80)
		return (1);
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return (0);
	if (n > len)
		return (0);
	if (s[0] == 0xe0)
		lo = 0xa0;
	else if (s[0] == 0xed)
		hi = 0x9f;
	else if (s[0] == 0xf0)
		lo = 0x90;
	else if (s[0] == 0xf4)
		hi = 0x8f;
	if (s[1] < lo || s[1] > hi)
		return (0);
	for (i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return (0);
	return (n);
}

size_t
utf8_check(const char *s, size_t len)
{
	size_t i = 0, n;
	uint64_t w;

	while (i < len) {
		if (len - i >= sizeof(w)) {
			memcpy(&w, s + i, sizeof(w));
			if ((w & 0x8080808080808080U) == 0) {
				i += sizeof(w);
				continue;
			}
		}
		n = sequence((const unsigned char *)s + i, len - i);
		if (n == 0)
			return (i);
		i += n;
	}
	return (len);
}

size_t
utf8_encode(char *dst, uint32_t c)
{

	if (c < 0x80) {
		dst[0] = (char)c;
		return (1);
	}
	if (c < 0x800) {
		dst[0] = (char)(0xc0 | c >> 6);
		dst[1] = (char)(0x80 | (c & 0x3f));
		return (2);
	}
	if (c < 0x10000) {
		dst[0] = (char)(0xe0 | c >> 12);
		dst[1] = (char)(0x80 | (c >> 6 & 0x3f));
		dst[2] = (char)(0x80 | (c & 0x3f));
		return (3);
	}
	dst[0] = (char)(0xf0 | c >> 18);
	dst[1] = (char)(0x80 | (c >> 12 & 0x3f));
	dst[2] = (char)(0x80 | (c >> 6 & 0x3f));
	dst[3] = (char)(0x80 | (c & 0x3f));
	return (4);
}

size_t
utf8_decode(const char *s, size_t len, uint32_t *code)
{
	static const unsigned char mask[5] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const unsigned char *u = (const unsigned char *)s;
	size_t i, n;

	if ((n = sequence(u, len)) == 0)
		n = 1;
	*code = u[0] & mask[n];
	for (i = 1; i < n; i++)
		*code = *code << 6 | (u[i] & 0x3f);
	return (n);
}

/* Map every code point by ${map}; ASCII, the usual case, by ${from}..${to}. */
static void
map_case(struct buf *b, const char *s, size_t len,
    utf8proc_int32_t (*map)(utf8proc_int32_t), char from, char to)
{
	uint32_t code;
	size_t i = 0;
	char *p;

	while (i < len) {
		p = buf_need(b, 4);
		if ((unsigned char)s[i] < 0x80) {
			*p = s[i] >= from && s[i] <= to ?
			    (char)(s[i] ^ 0x20) : s[i];
			b->len++;
			i++;
			continue;
		}
		i += utf8_decode(s + i, len - i, &code);
		b->len += utf8_encode(p,
		    (uint32_t)map((utf8proc_int32_t)code));
	}
}

/* Sharp s has no simple upper case; some versions of utf8proc give it the
 * capital letter that hardly anybody writes. */
static utf8proc_int32_t
upper(utf8proc_int32_t code)
{

	return (code == 0xdf ? code : utf8proc_toupper(code));
}

void
utf8_upper(struct buf *b, const char *s, size_t len)
{

	map_case(b, s, len, upper, 'a', 'z');
}

void
utf8_lower(struct buf *b, const char *s, size_t len)
{

	map_case(b, s, len, utf8proc_tolower, 'A', 'Z');
}

/* Upper then lower joins letters that only one direction tells apart, such
 * as final sigma. */
static utf8proc_int32_t
fold(utf8proc_int32_t code)
{

	return (utf8proc_tolower(upper(code)));
}

void
utf8_fold(struct buf *b, const char *s, size_t len)
{

	map_case(b, s, len, fold, 'A', 'Z');
}

int
utf8_is_space(uint32_t c)
{

	return ((c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 ||
	    c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	    c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
	    c == 0x3000);
}

int
utf8_is_control(uint32_t c)
{

	return ((c < 0x20 || (c >= 0x7f && c < 0xa0)) && !utf8_is_space(c));
}

void
utf8_compose(struct buf *b, const char *s, size_t len)
{
	utf8proc_ssize_t most, n;
	utf8proc_int32_t *codes;
	utf8proc_option_t form = UTF8PROC_STABLE | UTF8PROC_COMPOSE;

	most = utf8proc_decompose((const utf8proc_uint8_t *)s,
	    (utf8proc_ssize_t)len, NULL, 0, form);
	if (most < 0) {
		/* Only what is no UTF-8, or no text of this world's size. */
		buf_put(b, s, len);
		return;
	}
	codes = mem_array((size_t)most + 1, sizeof(*codes));
	n = utf8proc_decompose((const utf8proc_uint8_t *)s,
	    (utf8proc_ssize_t)len, codes, most, form);
	n = utf8proc_reencode(codes, n, form);
	buf_put(b, (const char *)codes, (size_t)n);
	mem_free(codes);
}

size_t
utf8_decompose(uint32_t code, uint32_t *out)
{
	utf8proc_int32_t parts[UTF8_PARTS];
	utf8proc_category_t kind;
	utf8proc_ssize_t i, n;
	size_t used = 0;
	int class = 0;

	n = utf8proc_decompose_char((utf8proc_int32_t)code, parts, UTF8_PARTS,
	    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &class);
	for (i = 0; i < n && i < UTF8_PARTS; i++) {
		kind = utf8proc_category(parts[i]);
		if (kind != UTF8PROC_CATEGORY_MN &&
		    kind != UTF8PROC_CATEGORY_ME)
			out[used++] = (uint32_t)parts[i];
	}
	return (used);
}

int
utf8_width(uint32_t code)
{

	if (code >= 0x20 && code < 0x7f)
		return (1);
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return (-1);
	default:
		return (utf8proc_charwidth((utf8proc_int32_t)code));
	}
}

/* Other_ID_Start and Other_ID_Continue, those that no category tells. */
static int
is_odd_identifier(uint32_t c, int first)
{

	if (c == 0x1885 || c == 0x1886 || c == 0x2118 || c == 0x212e ||
	    c == 0x309b || c == 0x309c)
		return (1);
	return (!first && (c == 0xb7 || c == 0x387 || c == 0x19da ||
	    (c >= 0x1369 && c <= 0x1371)));
}

int
utf8_identifier(uint32_t code, int first)
{

	/* Pattern_Syntax, though letters by their category. */
	if (code == 0x2e2f)
		return (0);
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_NL:
		return (1);
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_PC:
		return (!first || is_odd_identifier(code, first));
	default:
		return (is_odd_identifier(code, first));
	}
}
