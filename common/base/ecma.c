#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ecma.h"
#include "base/ecma_property.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/regex.h"
#include "base/utf8.h"

#define NONE		((size_t)-1)
#define CODE_MAX	0x10ffff
#define NESTING_MAX	250		/* PCRE2 goes no further either */
#define OUT_MAX		((size_t)1 << 20)
#define COUNT_MAX	65535u		/* of a repetition in PCRE2 */
#define BLOCKS_MAX	100u		/* so many times more than that */
#define COUNT_ENDLESS	(1u << 28)	/* more than a text has bytes */

/*
 * Sets of characters as PCRE2 writes them between brackets.  A surrogate is
 * in no text; what PCRE2's own classes hold is spelled out, so that no option
 * changes it.
 */
#define ALL	"\\x{0}-\\x{10ffff}"
#define WORD	"A-Za-z0-9_"
#define NOT_WORD "\\x{0}-\\/\\:-\\@\\[-\\^\\`\\{-\\x{10ffff}"
#define NOT_DIGIT "\\x{0}-\\/\\:-\\x{10ffff}"
#define SPACE	"\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}" \
		"\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"
#define NOT_SPACE "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}" \
		"\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}" \
		"\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}" \
		"\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}"

struct name {
	const char	*s;		/* once all are known */
	size_t		at, len;	/* in the names' text */
	size_t		place;		/* in the pattern */
	unsigned	group;
};

struct open_group {
	size_t	at;			/* its parenthesis in the pattern */
	size_t	out;			/* and in the translation */
	int	look;			/* around: not to be repeated */
};

struct ecma {
	const char		*s;
	size_t			 len;
	size_t			 at;	/* the next byte to read */
	struct buf		*out;	/* NULL: only look */
	struct err		*err;
	size_t			 atom;	/* where what may be repeated began */
	int			 simple;	/* it is but one character */
	int			 refers;	/* somewhere, to a group */
	size_t			 start;	/* where this alternative began */
	unsigned		 groups;
	struct name		*names;	/* sorted once all are known */
	size_t			 nnames, cap;
	struct buf		 text;	/* of the names */
	struct buf		 name;	/* the one being read */
	struct open_group	 open[NESTING_MAX];
	size_t			 depth;
};

static int
wrong(struct ecma *e, size_t at, const char *what)
{
	struct quote q;

	return (err_at(e->err, at,
	    "%s (at byte %zu) is not a valid ECMA-262 regex: %s",
	    quote(&q, e->s, e->len), at, what));
}

static void
put(struct ecma *e, const char *s)
{

	if (e->out != NULL)
		buf_puts(e->out, s);
}

static int
more(const struct ecma *e)
{

	return (e->at < e->len);
}

/* The byte ${n} further on, NUL beyond the end. */
static char
peek(const struct ecma *e, size_t n)
{

	return (n < e->len - e->at ? e->s[e->at + n] : '\0');
}

/* Read the text ${s} if it is what follows. */
static int
take(struct ecma *e, const char *s)
{
	size_t n = strlen(s);

	if (e->len - e->at < n || memcmp(e->s + e->at, s, n) != 0)
		return (0);
	e->at += n;
	return (1);
}

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

static int
is_letter(char c)
{

	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static int
is_surrogate(uint32_t code)
{

	return (code >= 0xd800 && code <= 0xdfff);
}

static uint32_t
read_code(struct ecma *e)
{
	uint32_t code;

	e->at += utf8_decode(e->s + e->at, e->len - e->at, &code);
	return (code);
}

static int
hex_value(char c)
{

	if (is_digit(c))
		return (c - '0');
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return ((c | 0x20) - 'a' + 10);
	return (-1);
}

/* Exactly ${n} hex digits, or nothing is read. */
static int
read_hex(struct ecma *e, size_t n, uint32_t *code)
{
	uint32_t value = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (hex_value(peek(e, i)) < 0)
			return (-1);
		value = value << 4 | (uint32_t)hex_value(peek(e, i));
	}
	e->at += n;
	*code = value;
	return (0);
}

/* Any number of hex digits and a closing brace. */
static int
read_braced(struct ecma *e, uint32_t *code)
{
	size_t start = e->at;

	*code = 0;
	while (hex_value(peek(e, 0)) >= 0) {
		*code = *code << 4 | (uint32_t)hex_value(peek(e, 0));
		if (*code > CODE_MAX)
			return (-1);
		e->at++;
	}
	return (e->at > start && take(e, "}") ? 0 : -1);
}

/* What follows \u: four digits, twice for a surrogate pair, or braces. */
static int
read_unicode(struct ecma *e, uint32_t *code)
{
	uint32_t low;
	size_t start;

	if (take(e, "{"))
		return (read_braced(e, code));
	if (read_hex(e, 4, code) != 0)
		return (-1);
	start = e->at;
	if (*code >= 0xd800 && *code <= 0xdbff && take(e, "\\u") &&
	    read_hex(e, 4, &low) == 0 && low >= 0xdc00 && low <= 0xdfff)
		*code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
	else
		e->at = start;
	return (0);
}

/*
 * The names of groups are read before all else, since they may be referred to
 * from before.
 */

static int
may_name(uint32_t code, int first)
{

	if (code < 0x80)
		return (is_letter((char)code) || code == '$' || code == '_' ||
		    (!first && is_digit((char)code)));
	if (is_surrogate(code))
		return (0);
	if (!first && (code == 0x200c || code == 0x200d))
		return (1);
	return (utf8_identifier(code, first));
}

/* A name and the bracket that closes it, into the buffer for that. */
static int
read_name(struct ecma *e)
{
	size_t place = e->at;
	uint32_t code;
	int good = 1;

	e->name.len = 0;
	while (more(e) && peek(e, 0) != '>') {
		if (!take(e, "\\u"))
			code = read_code(e);
		else if (read_unicode(e, &code) != 0)
			code = ' ';
		good = may_name(code, e->name.len == 0);
		if (!good)
			break;
		(void)buf_need(&e->name, 4);
		e->name.len += utf8_encode(e->name.s + e->name.len, code);
	}
	if (!good || e->name.len == 0 || !take(e, ">"))
		return (wrong(e, place, "the name of a group is a letter, _ "
		    "or $, then also digits, and ends in >"));
	return (0);
}

/* Past what begins after a backslash, or a class, where no group begins. */
static void
skip_class(struct ecma *e)
{

	while (more(e) && peek(e, 0) != ']')
		if (peek(e, 0) == '\\' && e->len - e->at >= 2)
			e->at += 2;
		else
			e->at++;
}

/* Order names, shorter ones first, so that equal ones are neighbours. */
static int
by_name(const void *left, const void *right)
{
	const struct name *a = left, *b = right;

	if (a->len != b->len)
		return (a->len < b->len ? -1 : 1);
	return (memcmp(a->s, b->s, a->len));
}

static int
sort_names(struct ecma *e)
{
	size_t i;

	for (i = 0; i < e->nnames; i++)
		e->names[i].s = e->text.s + e->names[i].at;
	if (e->nnames > 1)
		qsort(e->names, e->nnames, sizeof(*e->names), by_name);
	for (i = 1; i < e->nnames; i++)
		if (by_name(&e->names[i - 1], &e->names[i]) == 0)
			return (wrong(e, e->names[i].place > e->names[i -
			    1].place ? e->names[i].place :
			    e->names[i - 1].place,
			    "two groups have the same name"));
	return (0);
}

static int
count_groups(struct ecma *e)
{
	struct name *name;

	while (more(e)) {
		if (take(e, "\\")) {
			e->refers |= peek(e, 0) == 'k' ||
			    (peek(e, 0) >= '1' && peek(e, 0) <= '9');
			e->at += more(e) ? 1 : 0;
			continue;
		}
		if (take(e, "[")) {
			skip_class(e);
			continue;
		}
		if (peek(e, 0) != '(') {
			e->at++;
			continue;
		}
		e->at++;
		if (peek(e, 0) != '?')
			e->groups++;
		else if (peek(e, 1) == '<' && peek(e, 2) != '=' &&
		    peek(e, 2) != '!') {
			e->names = mem_grow(e->names, &e->cap,
			    e->nnames + 1, sizeof(*e->names));
			name = &e->names[e->nnames];
			name->group = ++e->groups;
			name->place = e->at + 2;
			e->at += 2;
			if (read_name(e) != 0)
				return (-1);
			name->at = e->text.len;
			name->len = e->name.len;
			buf_put(&e->text, e->name.s, e->name.len);
			e->nnames++;
		}
	}
	e->at = 0;
	return (sort_names(e));
}

/* A character outside or inside of brackets. */
static void
put_code(struct ecma *e, uint32_t code)
{

	if (e->out == NULL)
		return;
	if (code < 0x80 && (is_letter((char)code) || is_digit((char)code) ||
	    code == '_'))
		buf_putc(e->out, (char)code);
	else
		buf_printf(e->out, "\\x{%x}", (unsigned)code);
}

static void
put_range(struct ecma *e, uint32_t from, uint32_t to)
{

	if (is_surrogate(from))
		from = 0xe000;
	if (is_surrogate(to))
		to = 0xd7ff;
	if (from > to)
		return;
	put_code(e, from);
	if (from < to) {
		put(e, "-");
		put_code(e, to);
	}
}

/* The text between brackets for \d and its like, or NULL. */
static const char *
class_escape(char c)
{

	switch (c) {
	case 'd':
		return ("0-9");
	case 'D':
		return (NOT_DIGIT);
	case 'w':
		return (WORD);
	case 'W':
		return (NOT_WORD);
	case 's':
		return (SPACE);
	case 'S':
		return (NOT_SPACE);
	default:
		return (NULL);
	}
}

/* What follows \p or \P, the letter ${kind}. */
static int
read_property(struct ecma *e, char kind)
{
	size_t place = e->at - 2, start = e->at + 1;
	const char *end;

	end = more(e) ? memchr(e->s + e->at, '}', e->len - e->at) : NULL;
	if (peek(e, 0) != '{' || end == NULL)
		return (wrong(e, place, "write \\p{Name} or \\p{Name=Value}"));
	put(e, kind == 'p' ? "\\p{" : "\\P{");
	e->at = (size_t)(end - e->s) + 1;
	if (ecma_property(e->s + start, e->at - 1 - start, e->out) != 0)
		return (wrong(e, place, "there is no such Unicode property "
		    "(names are case-sensitive)"));
	put(e, "}");
	return (0);
}

/* The control character of \f and its like, or -1. */
static int
control_escape(char c)
{
	static const char letters[] = "fnrtv", codes[] = "\f\n\r\t\v";
	const char *p = c == '\0' ? NULL : strchr(letters, c);

	return (p == NULL ? -1 : codes[p - letters]);
}

/* Letters are escapes of other dialects, all else needs no backslash. */
static int
wrong_escape(struct ecma *e, size_t place, char c)
{
	static const struct {
		char		letter;
		const char	*instead;
	} others[] = {
		{ 'A', "^" }, { 'Z', "$" }, { 'z', "$" }, { 'a', "\\x07" },
		{ 'e', "\\x1b" }, { 'h', "[ \\t]" }, { 'R', "\\r?\\n" },
		{ 'X', "." }, { 'N', "." },
	};
	size_t i;

	if (!is_letter(c))
		return (wrong(e, place, "an escape that means nothing; write "
		    "the character without its backslash"));
	(void)wrong(e, place, "ECMA-262 has no such escape");
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i].letter == c)
			return (err_hint(e->err, "instead of \\%c write %s",
			    c, others[i].instead));
	return (-1);
}

/*
 * An escape that stands for one character, after its backslash and, by then
 * read, the byte ${c}.
 */
static int
read_character_escape(struct ecma *e, char c, uint32_t *code)
{
	size_t place = e->at - 2;

	*code = (unsigned char)c;
	if (control_escape(c) >= 0)
		*code = (uint32_t)control_escape(c);
	else if (c == 'c') {
		if (!is_letter(peek(e, 0)))
			return (wrong(e, place, "\\c needs a letter"));
		*code = (uint32_t)(e->s[e->at++] & 0x1f);
	} else if (c == '0') {
		if (is_digit(peek(e, 0)))
			return (wrong(e, place, "octal escapes are none, "
			    "write \\xHH"));
		*code = 0;
	} else if (c == 'x') {
		if (read_hex(e, 2, code) != 0)
			return (wrong(e, place, "\\x needs two hex digits"));
	} else if (c == 'u') {
		if (read_unicode(e, code) != 0)
			return (wrong(e, place, "\\u needs four hex digits, "
			    "or up to 10FFFF in braces"));
	} else if (c == '\0' || strchr("^$\\.*+?()[]{}|/", c) == NULL)
		return (wrong_escape(e, place, c));
	return (0);
}

static int
read_escaped(struct ecma *e, char *c)
{

	if (!more(e))
		return (wrong(e, e->at - 1, "a backslash ends it"));
	*c = e->s[e->at++];
	return (0);
}

/*
 * One member of a class: a character, stored in ${code}, or a set of them,
 * which is written at once and sets ${set}.
 */
static int
read_member(struct ecma *e, uint32_t *code, int *set)
{
	size_t start = e->at;
	char c = '\0';

	*set = 0;
	if (!take(e, "\\")) {
		*code = read_code(e);
		return (0);
	}
	if (read_escaped(e, &c) != 0)
		return (-1);
	if (class_escape(c) != NULL) {
		*set = 1;
		put(e, class_escape(c));
		return (0);
	}
	if (c == 'p' || c == 'P') {
		*set = 1;
		return (read_property(e, c));
	}
	if (c == 'b' || c == '-') {
		*code = c == 'b' ? '\b' : '-';
		return (0);
	}
	if (is_digit(c) && c != '0')
		return (wrong(e, start, "a class refers to no group"));
	return (read_character_escape(e, c, code));
}

static int
read_class(struct ecma *e)
{
	size_t place = e->at - 1, start, begun;
	int negated = take(e, "^"), set, last_set;
	uint32_t code = 0, last;

	put(e, negated ? "[^" : "[");
	begun = e->out != NULL ? e->out->len : 0;
	while (!take(e, "]")) {
		start = e->at;
		if (!more(e))
			return (wrong(e, place, "a [ without its ]"));
		if (read_member(e, &code, &set) != 0)
			return (-1);
		last = code;
		if (peek(e, 0) == '-' && e->len - e->at >= 2 &&
		    peek(e, 1) != ']') {
			e->at++;
			if (read_member(e, &last, &last_set) != 0)
				return (-1);
			if (set || last_set)
				return (wrong(e, start, "a range needs a "
				    "character at both ends"));
			if (code > last)
				return (wrong(e, start, "a range whose ends "
				    "are in the wrong order"));
		}
		if (!set)
			put_range(e, code, last);
	}
	/* The set is empty; [^ then matches all. */
	if (e->out != NULL && e->out->len == begun) {
		e->out->len -= negated ? 2 : 1;
		put(e, negated ? "[" ALL : "[^" ALL);
	}
	put(e, "]");
	return (0);
}

/*
 * In brackets: compiled for the machine, PCRE2 10.42 does not match a
 * repeated reference to a group that took no part.
 */
static int
put_reference(struct ecma *e, unsigned group)
{

	if (e->out != NULL)
		buf_printf(e->out, "(?:\\g{%u})", group);
	return (0);
}

/* \1 and its like, from their first digit. */
static int
read_reference(struct ecma *e, char c)
{
	size_t place = e->at - 2;
	unsigned group = (unsigned)(c - '0');

	while (is_digit(peek(e, 0)) && group <= e->groups)
		group = group * 10 + (unsigned)(e->s[e->at++] - '0');
	if (group > e->groups)
		return (wrong(e, place, "there is no group of that number"));
	return (put_reference(e, group));
}

static int
read_named_reference(struct ecma *e)
{
	size_t place = e->at - 2;
	struct name key = { 0 };
	const struct name *found = NULL;

	if (!take(e, "<"))
		return (wrong(e, place, "write \\k<name>"));
	if (read_name(e) != 0)
		return (-1);
	key.s = e->name.s;
	key.len = e->name.len;
	if (e->nnames > 0)
		found = bsearch(&key, e->names, e->nnames, sizeof(key),
		    by_name);
	if (found == NULL)
		return (wrong(e, place, "there is no group of that name"));
	return (put_reference(e, found->group));
}

static int
read_escape(struct ecma *e)
{
	uint32_t code;
	char c = '\0';

	if (read_escaped(e, &c) != 0)
		return (-1);
	if (c == 'b' || c == 'B') {
		put(e, c == 'b' ? "\\b" : "\\B");
		e->atom = NONE;
		return (0);
	}
	if (class_escape(c) != NULL) {
		put(e, "[");
		put(e, class_escape(c));
		put(e, "]");
		return (0);
	}
	if (c == 'p' || c == 'P')
		return (read_property(e, c));
	if (c == 'k' || (is_digit(c) && c != '0')) {
		e->simple = 0;
		return (c == 'k' ? read_named_reference(e) :
		    read_reference(e, c));
	}
	if (read_character_escape(e, c, &code) != 0)
		return (-1);
	if (is_surrogate(code))
		put(e, "[^" ALL "]");
	else
		put_code(e, code);
	return (0);
}

/*
 * Whether to match what a group of that kind would only look back at: where
 * an alternative of the whole begins with it, and nobody can tell.  So its
 * length may vary, which PCRE2 does not allow.
 */
static int
may_consume(const struct ecma *e, const char *kind)
{

	return (strcmp(kind, "?<=") == 0 && e->depth == 1 && !e->refers &&
	    e->out != NULL && e->out->len == e->start + 1);
}

static int
open_group(struct ecma *e)
{
	static const struct {
		const char	*text;
		int		look;
	} kinds[] = {
		{ "?:", 0 }, { "?=", 1 }, { "?!", 1 }, { "?<=", 1 },
		{ "?<!", 1 },
	};
	struct open_group *g = &e->open[e->depth];
	size_t i;

	if (e->depth == NESTING_MAX)
		return (wrong(e, e->at - 1, "groups are nested too deeply"));
	*g = (struct open_group){ .at = e->at - 1, .out = e->atom };
	e->depth++;
	e->atom = NONE;
	put(e, "(");
	if (peek(e, 0) != '?')
		return (0);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (take(e, kinds[i].text)) {
			g->look = kinds[i].look;
			put(e, may_consume(e, kinds[i].text) ? "?:" :
			    kinds[i].text);
			return (0);
		}
	/* Groups go by their number: PCRE2 takes fewer names. */
	if (!take(e, "?<"))
		return (wrong(e, g->at, "after (? comes one of : = ! <= <! "
		    "<name>"));
	return (read_name(e));
}

static int
close_group(struct ecma *e)
{
	const struct open_group *g;

	if (e->depth == 0)
		return (wrong(e, e->at - 1, "a ) without its ("));
	g = &e->open[--e->depth];
	put(e, ")");
	e->atom = g->look ? NONE : g->out;
	e->simple = 0;
	return (0);
}

/* A count; more than COUNT_ENDLESS is as good as that. */
static int
read_count(struct ecma *e, unsigned *count)
{

	if (!is_digit(peek(e, 0)))
		return (-1);
	for (*count = 0; is_digit(peek(e, 0)); e->at++)
		if (*count < COUNT_ENDLESS)
			*count = *count * 10 + (unsigned)(peek(e, 0) - '0');
	if (*count > COUNT_ENDLESS)
		*count = COUNT_ENDLESS;
	return (0);
}

/* What is between braces; the opening one has been read. */
static int
read_counts(struct ecma *e, unsigned *min, unsigned *max)
{
	size_t place = e->at - 1;

	if (read_count(e, min) != 0)
		return (wrong(e, place, "a brace that begins no count; "
		    "write \\{"));
	*max = *min;
	if (take(e, ",") && read_count(e, max) != 0)
		*max = COUNT_ENDLESS;
	if (!take(e, "}"))
		return (wrong(e, place, "a brace that begins no count; "
		    "write \\{"));
	if (*min > *max)
		return (wrong(e, place, "counts in the wrong order"));
	return (0);
}

/* One repetition, both counts within PCRE2's bounds or the second endless. */
static void
put_counts(struct ecma *e, unsigned min, unsigned max, int lazy)
{

	if (max == COUNT_ENDLESS)
		buf_printf(e->out, "{%u,}", min);
	else
		buf_printf(e->out, "{%u,%u}", min, max);
	if (lazy)
		buf_putc(e->out, '?');
}

/*
 * Up to ${max} of one character, where that is beyond PCRE2's bounds: a block
 * and what may follow it, or less than a block.  So each text is matched in
 * one way only.
 */
static void
put_blocks(struct ecma *e, const struct buf *atom, unsigned max, int lazy)
{
	unsigned depth = 0, i;

	for (; max > COUNT_MAX; max -= COUNT_MAX, depth++) {
		put(e, "(?:");
		buf_put(e->out, atom->s, atom->len);
		put_counts(e, COUNT_MAX, COUNT_MAX, 0);
	}
	buf_put(e->out, atom->s, atom->len);
	put_counts(e, 0, max, lazy);
	for (i = 0; i < depth; i++) {
		put(e, "|");
		buf_put(e->out, atom->s, atom->len);
		put_counts(e, 0, COUNT_MAX, lazy);
		put(e, ")");
	}
}

/*
 * What is repeated beyond PCRE2's bounds must be one character: all else
 * would grow without bounds itself.
 */
static int
put_repetitions(struct ecma *e, size_t place, unsigned min, unsigned max,
    int lazy)
{
	struct buf atom = { 0 };
	int endless = max == COUNT_ENDLESS;

	if (min <= COUNT_MAX && (max <= COUNT_MAX || endless)) {
		put_counts(e, min, max, lazy);
		return (0);
	}
	if (min == COUNT_ENDLESS) {
		/* No text is that long. */
		put(e, "[^" ALL "]");
		return (0);
	}
	if (!e->simple || min / COUNT_MAX > BLOCKS_MAX ||
	    (!endless && (max - min) / COUNT_MAX > BLOCKS_MAX))
		return (wrong(e, place, "too many repetitions"));
	buf_put(&atom, e->out->s + e->atom, e->out->len - e->atom);
	max -= min;
	for (; min > COUNT_MAX && e->out->len <= OUT_MAX; min -= COUNT_MAX) {
		put_counts(e, COUNT_MAX, COUNT_MAX, 0);
		buf_put(e->out, atom.s, atom.len);
	}
	put_counts(e, min, endless ? COUNT_ENDLESS : min, lazy);
	if (!endless)
		put_blocks(e, &atom, max, lazy);
	buf_free(&atom);
	return (0);
}

/* The character ${c} that repeats what stands before it. */
static int
repeat(struct ecma *e, char c)
{
	size_t place = e->at - 1;
	unsigned min = c == '+', max = c == '?' ? 1 : COUNT_ENDLESS;
	int lazy;

	if (e->atom == NONE)
		return (wrong(e, place, "there is nothing to repeat"));
	if (c == '{' && read_counts(e, &min, &max) != 0)
		return (-1);
	lazy = take(e, "?");
	if (e->out != NULL && put_repetitions(e, place, min, max, lazy) != 0)
		return (-1);
	e->atom = NONE;
	return (0);
}

static int
read_term(struct ecma *e)
{
	size_t start = e->at;
	uint32_t code = read_code(e);

	switch (code) {
	case '*':
	case '+':
	case '?':
	case '{':
		return (repeat(e, (char)code));
	case ')':
		return (close_group(e));
	case '^':
	case '$':
	case '|':
		put(e, code == '^' ? "\\A" : code == '$' ? "\\z" : "|");
		e->atom = NONE;
		if (code == '|' && e->depth == 0 && e->out != NULL)
			e->start = e->out->len;
		return (0);
	case ']':
	case '}':
		return (wrong(e, start, "a bracket or brace that closes "
		    "nothing; write a backslash before it"));
	default:
		break;
	}
	e->atom = e->out != NULL ? e->out->len : 0;
	e->simple = 1;
	switch (code) {
	case '(':
		return (open_group(e));
	case '[':
		return (read_class(e));
	case '\\':
		return (read_escape(e));
	case '.':
		put(e, "[^\\n\\r\\x{2028}\\x{2029}]");
		return (0);
	default:
		put_code(e, code);
		return (0);
	}
}

static int
translate(struct ecma *e)
{

	if (count_groups(e) != 0)
		return (-1);
	e->atom = NONE;
	while (more(e)) {
		if (read_term(e) != 0)
			return (-1);
		if (e->out != NULL && e->out->len > OUT_MAX)
			return (wrong(e, e->at, "it is too long"));
	}
	if (e->depth > 0)
		return (wrong(e, e->open[e->depth - 1].at,
		    "a ( without its )"));
	return (0);
}

static int
run(const char *pattern, size_t len, struct buf *out, struct err *err)
{
	struct ecma e;
	int rc;

	/* Not the whole of it: the groups are set when they open. */
	e.s = pattern;
	e.len = len;
	e.at = 0;
	e.out = out;
	e.err = err;
	e.atom = NONE;
	e.simple = e.refers = 0;
	e.start = out != NULL ? out->len : 0;
	e.groups = 0;
	e.names = NULL;
	e.nnames = e.cap = e.depth = 0;
	e.text = e.name = (struct buf){ 0 };
	rc = translate(&e);
	mem_free(e.names);
	buf_free(&e.text);
	buf_free(&e.name);
	return (rc);
}

int
ecma_check(const char *pattern, size_t len, struct err *err)
{

	return (run(pattern, len, NULL, err));
}

int
ecma_translate(const char *pattern, size_t len, struct buf *out,
    struct err *err)
{

	return (run(pattern, len, out, err));
}

struct regex *
ecma_compile(struct regex_cache *c, const char *pattern, size_t len,
    struct err *err)
{
	struct buf out = { 0 };
	struct regex *re = NULL;
	struct quote q;
	char why[300];

	if (ecma_translate(pattern, len, &out, err) == 0) {
		re = regex_new(c, buf_z(&out), out.len, REGEX_ECMA, err);
		if (re == NULL) {
			/* The place in the translation is nobody's business. */
			(void)quote_plain(why, sizeof(why), err->msg,
			    strlen(err->msg));
			(void)err_set(err, "%s cannot be compiled: %s",
			    quote(&q, pattern, len), strrchr(why, ':') != NULL ?
			    strrchr(why, ':') + 2 : why);
		}
	}
	buf_free(&out);
	return (re);
}
