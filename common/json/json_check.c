#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "json/json.h"
#include "json/json_check.h"

/* What the grammar wants next. */
enum want {
	WANT_VALUE,
	WANT_ITEM,		/* a value or the end of an array */
	WANT_KEY,
	WANT_MEMBER,		/* a key or the end of an object */
	WANT_AFTER,		/* what may follow a value */
	WANT_NOTHING		/* the text is done */
};

struct check {
	const char		*s;
	size_t			 len, pos;
	struct json_members	*members;	/* NULL: do not list */
	struct json_value	 value;		/* being read at the level that
						   is listed, or the root */
	struct json_value	 key;		/* at that level */
	unsigned int		 depth;
	uint64_t		 objects[JSON_DEPTH_MAX / 64];	/* bit: level
						   is an object */
	struct err		*err;
};

struct json_field *
json_members_add(struct json_members *m)
{

	m->v = mem_grow(m->v, &m->cap, m->n + 1, sizeof(*m->v));
	return (&m->v[m->n++]);
}

/* What stands at the place of an error, in words. */
static const char *
found(const struct check *c, char *dst, size_t size)
{
	unsigned char byte;
	struct quote q;
	uint32_t code;
	size_t left = c->len - c->pos;

	if (left == 0)
		return ("nothing");
	byte = (unsigned char)c->s[c->pos];
	if (byte < 0x20 || byte == 0x7f)
		(void)snprintf(dst, size, "control character (0x%02x)",
		    (unsigned int)byte);
	else if (byte < 0x80)
		(void)snprintf(dst, size, "%s", byte == '"' ? "a string" :
		    quote(&q, c->s + c->pos, 1));
	else if (utf8_check(c->s + c->pos, left < 4 ? left : 4) == 0)
		(void)snprintf(dst, size, "invalid UTF-8 (0x%02x)",
		    (unsigned int)byte);
	else {
		(void)utf8_decode(c->s + c->pos, left, &code);
		(void)snprintf(dst, size, "the character U+%04X",
		    (unsigned int)code);
	}
	return (dst);
}

static int
in_object(const struct check *c)
{

	return (c->depth > 0 &&
	    (c->objects[(c->depth - 1) / 64] >> (c->depth - 1) % 64 & 1) != 0);
}

/* Fail at the byte at hand: ${wanted}, and what is there instead. */
static int
unexpected(const struct check *c, const char *wanted)
{
	char what[QUOTE_MAX + 32];

	if (c->pos == c->len && c->depth > 0)
		return (err_at(c->err, c->pos, "the text ends inside %s",
		    in_object(c) ? "an object" : "an array"));
	return (err_at(c->err, c->pos, "%s, found %s", wanted,
	    found(c, what, sizeof(what))));
}

static int
fail_at(const struct check *c, size_t pos, const char *what)
{

	return (err_at(c->err, pos, "%s", what));
}

/* The byte at hand, or -1 at the end of the text. */
static int
peek(const struct check *c)
{

	return (c->pos < c->len ? (unsigned char)c->s[c->pos] : -1);
}

static void
skip_space(struct check *c)
{

	while (c->pos < c->len && (c->s[c->pos] == ' ' ||
	    c->s[c->pos] == '\t' || c->s[c->pos] == '\n' ||
	    c->s[c->pos] == '\r'))
		c->pos++;
}

static int
is_digit(int c)
{

	return (c >= '0' && c <= '9');
}

/* The four hex digits at ${pos}, or -1. */
static int32_t
hex4(const struct check *c, size_t pos)
{
	uint32_t n = 0;
	size_t i;
	int d;

	if (c->len - pos < 4)
		return (-1);
	for (i = pos; i < pos + 4; i++) {
		d = (unsigned char)c->s[i];
		if (is_digit(d))
			d -= '0';
		else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			d = (d | 0x20) - 'a' + 10;
		else
			return (-1);
		n = n << 4 | (uint32_t)d;
	}
	return ((int32_t)n);
}

/* Read \uXXXX, two of them for a pair of surrogates. */
static int
check_unicode_escape(struct check *c)
{
	size_t start = c->pos;
	int32_t n, low;

	if ((n = hex4(c, start + 2)) == -1)
		return (fail_at(c, start,
		    "fewer than four hex digits after \\u"));
	c->pos += 6;
	if (n < 0xd800 || n > 0xdfff)
		return (0);
	if (n < 0xdc00 && c->len - c->pos >= 2 && c->s[c->pos] == '\\' &&
	    c->s[c->pos + 1] == 'u') {
		low = hex4(c, c->pos + 2);
		if (low >= 0xdc00 && low <= 0xdfff) {
			c->pos += 6;
			return (0);
		}
	}
	return (err_at(c->err, start, "lone surrogate escape \\u%04x",
	    (unsigned int)n));
}

static int
check_escape(struct check *c)
{
	int next = c->pos + 1 < c->len ?
	    (unsigned char)c->s[c->pos + 1] : -1;

	switch (next) {
	case 'u':
		return (check_unicode_escape(c));
	case '"': case '\\': case '/': case 'b': case 'f': case 'n':
	case 'r': case 't':
		c->pos += 2;
		return (0);
	case -1:
		return (fail_at(c, c->len, "the text ends inside a string"));
	default:
		if (next > ' ' && next <= '~')
			return (err_at(c->err, c->pos,
			    "\\%c is no JSON escape", next));
		c->pos++;
		return (unexpected(c, "expected an escape after a backslash"));
	}
}

/* How a control character is to be written inside a string. */
static int
control_in_string(const struct check *c, int byte)
{
	static const char letters[] = "btn" "\0" "fr";
	char instead[sizeof("\\uffffffff")];

	if (byte >= 8 && byte <= 13 && letters[byte - 8] != '\0')
		(void)snprintf(instead, sizeof(instead), "\\%c",
		    letters[byte - 8]);
	else
		(void)snprintf(instead, sizeof(instead), "\\u%04x",
		    (unsigned int)byte);
	return (err_at(c->err, c->pos,
	    "control character (0x%02x) in a string; write %s",
	    (unsigned int)byte, instead));
}

/* Read the string at hand and store its slice in *${v}. */
static int
check_string(struct check *c, struct json_value *v)
{
	size_t start = c->pos++, left;
	uint32_t code;
	int byte;

	v->type = JSON_STRING;
	v->plain = 1;
	while ((byte = peek(c)) != '"') {
		if (byte == -1)
			return (fail_at(c, c->pos,
			    "the text ends inside a string"));
		if (byte == '\\') {
			v->plain = 0;
			if (check_escape(c) != 0)
				return (-1);
		} else if (byte < 0x20)
			return (control_in_string(c, byte));
		else if (byte < 0x80)
			c->pos++;
		else {
			left = c->len - c->pos;
			if (utf8_check(c->s + c->pos, left < 4 ? left : 4) ==
			    0)
				return (fail_at(c, c->pos, "invalid UTF-8"));
			c->pos += utf8_decode(c->s + c->pos, left, &code);
		}
	}
	c->pos++;
	v->s = c->s + start;
	v->len = (uint32_t)(c->pos - start);
	return (0);
}

/* Read one digit or more. */
static int
check_digits(struct check *c, const char *wanted)
{

	if (!is_digit(peek(c)))
		return (unexpected(c, wanted));
	while (is_digit(peek(c)))
		c->pos++;
	return (0);
}

/* Read the number at hand, or what looks like one. */
static int
check_number(struct check *c, struct json_value *v)
{
	size_t start = c->pos;

	v->s = c->s + start;
	v->type = JSON_NUMBER;
	v->plain = 1;
	if (peek(c) == '-')
		c->pos++;
	if (peek(c) == '0') {
		c->pos++;
		if (is_digit(peek(c)))
			return (fail_at(c, c->pos - 1,
			    "number with a leading zero"));
	} else if (check_digits(c, "expected a digit after the minus") != 0)
		return (-1);
	if (peek(c) == '.') {
		v->plain = 0;
		c->pos++;
		if (check_digits(c,
		    "expected a digit after the decimal point") != 0)
			return (-1);
	}
	if (peek(c) == 'e' || peek(c) == 'E') {
		v->plain = 0;
		c->pos++;
		if (peek(c) == '+' || peek(c) == '-')
			c->pos++;
		if (check_digits(c, "expected a digit in the exponent") != 0)
			return (-1);
	}
	v->len = (uint32_t)(c->pos - start);
	return (0);
}

/* Bytes of the bare word at hand; a sign in front belongs to it. */
static size_t
word_len(const struct check *c)
{
	size_t i = c->pos;
	int b;

	if (i < c->len && (c->s[i] == '-' || c->s[i] == '+'))
		i++;
	for (; i < c->len; i++) {
		b = (unsigned char)c->s[i];
		if (!is_digit(b) && b != '_' &&
		    ((b | 0x20) < 'a' || (b | 0x20) > 'z'))
			break;
	}
	return (i - c->pos);
}

static int
word_is(const struct check *c, size_t len, const char *word)
{

	return (len == strlen(word) && memcmp(c->s + c->pos, word, len) == 0);
}

/* Fail at a word that JSON does not know; many come from other languages. */
static int
bad_word(const struct check *c, size_t len)
{
	static const char *const others[][2] = {
		{ "True", "true" }, { "TRUE", "true" }, { "False", "false" },
		{ "FALSE", "false" }, { "None", "null" }, { "NULL", "null" },
		{ "Null", "null" }, { "nil", "null" }, { "undefined", "null" }
	};
	static const char *const numbers[] = {
		"NaN", "nan", "-NaN", "Infinity", "-Infinity", "+Infinity",
		"inf", "-inf", "Inf", "-Inf"
	};
	struct quote q;
	size_t i;

	(void)quote(&q, c->s + c->pos, len);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (word_is(c, len, numbers[i]))
			return (err_at(c->err, c->pos, "%s is no JSON number",
			    numbers[i]));
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (word_is(c, len, others[i][0]))
			return (err_at(c->err, c->pos,
			    "%s is no JSON; write %s", q.s, others[i][1]));
	if (c->s[c->pos] == '+' && len > 1)
		return (fail_at(c, c->pos, "number with a plus in front"));
	return (err_at(c->err, c->pos, "unknown word %s", q.s));
}

/* Read a word or a number, or say why it is none. */
static int
check_scalar(struct check *c, struct json_value *v)
{
	static const struct {
		const char	*word;
		enum json_type	 type;
	} words[] = {
		{ "true", JSON_TRUE }, { "false", JSON_FALSE },
		{ "null", JSON_NULL }
	};
	size_t i, len = word_len(c), first = c->s[c->pos] == '-';

	if (is_digit(peek(c)) || (first && (len == 1 ||
	    is_digit((unsigned char)c->s[c->pos + 1]))))
		return (check_number(c, v));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!word_is(c, len, words[i].word))
			continue;
		v->s = c->s + c->pos;
		v->len = (uint32_t)len;
		v->type = (uint8_t)words[i].type;
		v->plain = 0;
		c->pos += len;
		return (0);
	}
	if (len > 0)
		return (bad_word(c, len));
	if (c->s[c->pos] == '.' && c->pos + 1 < c->len &&
	    is_digit((unsigned char)c->s[c->pos + 1]))
		return (fail_at(c, c->pos,
		    "number without a digit before the decimal point"));
	if (c->s[c->pos] == '\'')
		return (fail_at(c, c->pos,
		    "a string needs double quotes, not single ones"));
	return (unexpected(c, "expected a value"));
}

/* Open an array or object; returns what comes next, or -1. */
static int
open_level(struct check *c)
{
	const int object = c->s[c->pos] == '{';
	uint64_t bit;

	if (c->depth == JSON_DEPTH_MAX)
		return (err_at(c->err, c->pos,
		    "nesting deeper than %d levels", JSON_DEPTH_MAX));
	bit = (uint64_t)1 << c->depth % 64;
	if (object)
		c->objects[c->depth / 64] |= bit;
	else
		c->objects[c->depth / 64] &= ~bit;
	c->depth++;
	c->pos++;
	return (object ? WANT_MEMBER : WANT_ITEM);
}

/* The level whose values are kept: the members', or the root's. */
static int
at_kept_level(const struct check *c)
{

	return (c->depth == (c->members != NULL ? 1 : 0));
}

/* The value that began at the kept level ends here. */
static void
keep_value(struct check *c)
{
	struct json_field *f;

	if (!at_kept_level(c))
		return;
	c->value.len = (uint32_t)(c->s + c->pos - c->value.s);
	if (c->members != NULL) {
		f = json_members_add(c->members);
		f->key = c->key;
		f->value = c->value;
	}
}

static int
close_level(struct check *c)
{

	c->pos++;
	c->depth--;
	keep_value(c);
	return (WANT_AFTER);
}

static int
read_value(struct check *c)
{
	struct json_value v = { .s = c->s + c->pos }, *keep = &v;
	int byte = peek(c), rc;

	if (at_kept_level(c))
		keep = &c->value;
	switch (byte) {
	case -1:
		return (unexpected(c, "expected a value"));
	case '{':
	case '[':
		keep->s = c->s + c->pos;
		keep->type = byte == '{' ? JSON_OBJECT : JSON_ARRAY;
		keep->plain = 0;
		return (open_level(c));
	case '"':
		rc = check_string(c, keep);
		break;
	default:
		rc = check_scalar(c, keep);
		break;
	}
	if (rc != 0)
		return (-1);
	keep_value(c);
	return (WANT_AFTER);
}

static int
read_key(struct check *c, enum want want)
{
	struct json_value deeper = { 0 }, *key = &deeper;
	char wanted[QUOTE_MAX + 48];
	struct quote q;

	if (peek(c) != '"') {
		if (want == WANT_KEY && peek(c) == '}')
			return (fail_at(c, c->pos,
			    "comma before the end of the object"));
		return (unexpected(c, want == WANT_KEY ?
		    "expected a key in double quotes" :
		    "expected a key in double quotes or \"}\""));
	}
	if (at_kept_level(c))
		key = &c->key;
	if (check_string(c, key) != 0)
		return (-1);
	skip_space(c);
	if (peek(c) != ':') {
		(void)snprintf(wanted, sizeof(wanted),
		    "expected a colon after the key %s",
		    quote(&q, key->s + 1, key->len - 2));
		return (unexpected(c, wanted));
	}
	c->pos++;
	return (WANT_VALUE);
}

/* After a value: a comma, the end of its level, or the end of the text. */
static int
read_after(struct check *c)
{
	const int object = in_object(c);
	const int byte = peek(c);

	if (c->depth == 0) {
		if (byte == -1)
			return (WANT_NOTHING);
		return (err_at(c->err, c->pos, "trailing text after the %s",
		    c->members != NULL ? "object" : "value"));
	}
	if (byte == ',') {
		c->pos++;
		skip_space(c);
		if (!object && peek(c) == ']')
			return (fail_at(c, c->pos,
			    "comma before the end of the array"));
		return (object ? WANT_KEY : WANT_VALUE);
	}
	if (byte == (object ? '}' : ']'))
		return (close_level(c));
	return (unexpected(c, object ? "expected a comma or \"}\"" :
	    "expected a comma or \"]\""));
}

static int
step(struct check *c, enum want want)
{

	skip_space(c);
	switch (want) {
	case WANT_ITEM:
		if (peek(c) == ']')
			return (close_level(c));
		return (read_value(c));
	case WANT_MEMBER:
		if (peek(c) == '}')
			return (close_level(c));
		return (read_key(c, want));
	case WANT_KEY:
		return (read_key(c, want));
	case WANT_AFTER:
		return (read_after(c));
	case WANT_VALUE:
	case WANT_NOTHING:
	default:
		return (read_value(c));
	}
}

/* What stands before the first byte of the value is often worth a word. */
static int
check_start(struct check *c)
{
	struct json_value v = { 0 };
	size_t start;

	if (c->len > JSON_TEXT_MAX)
		return (err_at(c->err, 0, "text of more than %lu bytes",
		    (unsigned long)JSON_TEXT_MAX));
	if (c->len >= 3 && memcmp(c->s, "\xef\xbb\xbf", 3) == 0) {
		(void)err_at(c->err, 0, "byte order mark before the %s",
		    c->members != NULL ? "row" : "value");
		return (err_hint(c->err, "strip it, e.g. with "
		    "sed '1s/^\\xEF\\xBB\\xBF//'"));
	}
	skip_space(c);
	if (c->members == NULL || peek(c) == '{')
		return (0);
	/* A valid value of another kind is called by its name. */
	if (peek(c) == '[')
		return (fail_at(c, c->pos,
		    "expected an object, found an array"));
	if (peek(c) == -1 || peek(c) == '"')
		return (unexpected(c, "expected an object"));
	start = c->pos;
	if (check_scalar(c, &v) != 0)
		return (-1);
	return (err_at(c->err, start, "expected an object, found %s%s",
	    v.type == JSON_NULL ? "" : "a ", json_type_name(v.type)));
}

int
json_check(const char *s, size_t len, struct json_value *root,
    struct json_members *members, struct err *err)
{
	struct check c = { .s = s, .len = len, .members = members,
	    .err = err };
	int want = WANT_VALUE;

	if (members != NULL)
		members->n = 0;
	if (check_start(&c) != 0)
		return (err_status(err, DIAG_BADINPUT));
	while (want != WANT_NOTHING) {
		if ((want = step(&c, (enum want)want)) == -1)
			return (err_status(err, DIAG_BADINPUT));
	}
	if (members == NULL)
		*root = c.value;
	return (0);
}
