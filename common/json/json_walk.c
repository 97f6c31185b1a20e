#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "json/json_walk.h"
#include "json/scan.h"

/*
 * The text is read from its first byte to its last with a pointer that only
 * moves forward.  Its last byte is made sure to be a closing bracket, which
 * ends everything but strings: so the pointer may be followed without asking
 * for the end of the text, except behind a bracket.  Strings are jumped over
 * with the list of quotes.
 */
struct json_walk {
	struct scan			 sc;
	const struct scan_engine	*engine;
	const char			*s, *end;
	size_t				 scanned; /* bytes of the text */
	size_t				 ends;	/* of strings, behind */

	size_t				 escape;/* next of those listed */
	size_t				 escape_at; /* the one before it */
	size_t				 low_surrogate; /* where an escape must
							   be one, or 0 */
	size_t				 nonascii; /* where a run of blocks
						      that has such began */

	uint8_t				 is_object[JSON_DEPTH_MAX];
};

struct json_walk *
json_walk_new(void)
{

	return (mem_alloc(sizeof(struct json_walk)));
}

void
json_walk_free(struct json_walk *w)
{

	mem_free(w);
}

/*
 * Escapes.
 */

/* The four hex digits at ${at}, or -1. */
static int
hex4(const struct json_walk *w, size_t at)
{
	int n = 0, d;
	size_t i;

	if ((size_t)(w->end - w->s) - at < 4)
		return (-1);
	for (i = at; i < at + 4; i++) {
		d = (unsigned char)w->s[i];
		if (d >= '0' && d <= '9')
			d -= '0';
		else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			d = (d | 0x20) - 'a' + 10;
		else
			return (-1);
		n = n << 4 | d;
	}
	return (n);
}

/* Surrogates must come in pairs, high and low. */
static int
unicode_escape(struct json_walk *w, size_t at)
{
	const int code = hex4(w, at + 2);
	const int is_low = code >= 0xdc00 && code <= 0xdfff;
	const int is_high = code >= 0xd800 && code <= 0xdbff;
	const int must_be_low = w->low_surrogate == at;

	w->low_surrogate = is_high ? at + 6 : 0;
	return (code != -1 && is_low == must_be_low);
}

static int
check_escapes(struct json_walk *w)
{
	size_t i, at;

	for (i = 0; i < w->sc.nescapes; i++) {
		at = w->sc.escapes[i];
		if ((size_t)(w->end - w->s) - at < 2)
			return (0);
		if (w->low_surrogate != 0 && w->low_surrogate != at)
			return (0);
		switch (w->s[at + 1]) {
		case 'u':
			if (!unicode_escape(w, at))
				return (0);
			break;
		case '"': case '\\': case '/': case 'b': case 'f':
		case 'n': case 'r': case 't':
			if (w->low_surrogate != 0)
				return (0);
			break;
		default:
			return (0);
		}
	}
	return (1);
}

/* Is there an escape between ${start} and ${end}?  Asked in rising order. */
static inline int
has_escape(struct json_walk *w, const char *start, const char *end)
{
	const size_t to = (size_t)(end - w->s);

	while (w->escape < w->sc.nescapes && w->sc.escapes[w->escape] < to)
		w->escape_at = w->sc.escapes[w->escape++];
	return (w->escape_at > (size_t)(start - w->s));
}

/*
 * UTF-8.  Blocks with bytes beyond ASCII form runs; what stands before and
 * behind a run is ASCII, so each is checked by itself, when it has ended.
 */
static int
end_run(struct json_walk *w, size_t at)
{
	const size_t start = w->nonascii;

	w->nonascii = SIZE_MAX;
	return (w->engine->utf8(w->s + start, at - start));
}

static int
check_utf8(struct json_walk *w, size_t from)
{
	uint64_t edges = w->sc.nonascii ^ (w->sc.nonascii << 1 |
	    (uint64_t)(w->nonascii != SIZE_MAX));
	size_t at;

	for (; edges != 0; edges &= edges - 1) {
		at = from + SCAN_BLOCK * (size_t)__builtin_ctzll(edges);
		if (at >= w->scanned)
			break;
		if (w->nonascii == SIZE_MAX)
			w->nonascii = at;
		else if (!end_run(w, at))
			return (0);
	}
	return (1);
}

/* Scan the next window; zero when there is none or it has something bad. */
static int
scan_more(struct json_walk *w)
{
	const size_t from = w->scanned, left = (size_t)(w->end - w->s) - from;

	if (left == 0)
		return (0);
	if (w->sc.nescapes > 0)
		w->escape_at = w->sc.escapes[w->sc.nescapes - 1];
	w->escape = w->ends = 0;
	w->engine->window(&w->sc, w->s, from + left, from);
	w->scanned += left < SCAN_WINDOW ? left : SCAN_WINDOW;
	if (w->sc.bad != 0)
		return (0);
	if ((w->sc.nonascii != 0 || w->nonascii != SIZE_MAX) &&
	    !check_utf8(w, from))
		return (0);
	return (w->sc.nescapes == 0 || check_escapes(w));
}

/*
 * Tokens.  Each function returns where the token ends, or NULL.
 */

#define INLINE static inline __attribute__((always_inline))

/* The string at hand, which does not end in this window. */
static const char *
string_across(struct json_walk *w)
{

	while (w->ends == w->sc.nends)
		if (!scan_more(w))
			return (NULL);
	return (w->s + w->sc.ends[w->ends++] + 1);
}

/* The string at hand. */
INLINE const char *
string(struct json_walk *w)
{

	if (w->ends == w->sc.nends)
		return (string_across(w));
	return (w->s + w->sc.ends[w->ends++] + 1);
}

/* The first byte from ${p} on that is no digit; there is one. */
INLINE const char *
digits(const struct json_walk *w, const char *p)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint64_t b;

	while (w->end - p >= 8) {
		memcpy(&b, p, sizeof(b));
		b ^= 0x3030303030303030U;
		b = (b | (b + 0x7676767676767676U)) & 0x8080808080808080U;
		if (b != 0)
			return (p + (unsigned int)__builtin_ctzll(b) / 8);
		p += 8;
	}
#endif
	while (*p >= '0' && *p <= '9')
		p++;
	return (p);
}

INLINE const char *
number(const struct json_walk *w, const char *p, uint8_t *plain)
{
	const char *start;

	*plain = 1;
	p += *p == '-';
	start = p;
	p = digits(w, p);
	if (p == start || (*start == '0' && p - start > 1))
		return (NULL);
	if (*p == '.') {
		*plain = 0;
		start = p + 1;
		if ((p = digits(w, start)) == start)
			return (NULL);
	}
	if ((*p | 0x20) == 'e') {
		*plain = 0;
		start = p + (p[1] == '+' || p[1] == '-' ? 2 : 1);
		if ((p = digits(w, start)) == start)
			return (NULL);
	}
	return (p);
}

/*
 * true, false or null.  Which of them comes without pattern, so the processor
 * shall not have to guess: no branch depends on it.
 */
INLINE const char *
word(const struct json_walk *w, const char *p, uint8_t *type)
{
	static const struct {
		char	text[4];	/* of "false" its last four */
		uint8_t	first, skip, type;
	} words[4] = {
		{ "alse", 'f', 1, JSON_FALSE }, { "null", 'n', 0, JSON_NULL },
		{ "true", 't', 0, JSON_TRUE }, { "", 0, 0, 0 }
	};
	const unsigned int i = (unsigned char)*p >> 3 & 3;
	const unsigned int skip = words[i].skip;

	if (w->end - p < 5 || (unsigned char)*p != words[i].first ||
	    memcmp(p + skip, words[i].text, 4) != 0)
		return (NULL);
	*type = words[i].type;
	return (p + skip + 4);
}

static const char *
long_space(const char *p)
{

	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
		p++;
	return (p);
}

/* Between tokens there is mostly nothing, or one space. */
INLINE const char *
space(const char *p)
{

	if ((unsigned char)*p > ' ')
		return (p);
	if (*p == ' ' && (unsigned char)p[1] > ' ')
		return (p + 1);
	return (long_space(p));
}

static const uint8_t begins_number[256] = {
	['-'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1,
	['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1
};

/* A number or a word; fills type and plain of ${v}. */
INLINE const char *
scalar(const struct json_walk *w, const char *p, struct json_value *v)
{

	if (begins_number[(unsigned char)*p]) {
		v->type = JSON_NUMBER;
		return (number(w, p, &v->plain));
	}
	return (word(w, p, &v->type));
}

/*
 * The array or object at ${p}, itself inside ${base} levels, with everything
 * in it.
 */
static const char *
nested(struct json_walk *w, const char *p, size_t base)
{
	struct json_value unused;
	size_t depth = base;

open:
	if (depth == JSON_DEPTH_MAX)
		return (NULL);
	w->is_object[depth++] = *p == '{';
	if (*p == '[')
		goto array;

	p = space(p + 1);
	if (*p == '}')
		goto close;
member:
	if (*p != '"' || (p = string(w)) == NULL)
		return (NULL);
	p = space(p);
	if (*p != ':')
		return (NULL);
	p = space(p + 1);
	if (*p == '"')
		p = string(w);
	else if (*p == '{' || *p == '[')
		goto open;
	else
		p = scalar(w, p, &unused);
	if (p == NULL)
		return (NULL);
after_member:
	p = space(p);
	if (*p == ',') {
		p = space(p + 1);
		goto member;
	}
	if (*p != '}')
		return (NULL);
	goto close;

array:
	p = space(p + 1);
	if (*p == ']')
		goto close;
item:
	if (*p == '"')
		p = string(w);
	else if (*p == '{' || *p == '[')
		goto open;
	else
		p = scalar(w, p, &unused);
	if (p == NULL)
		return (NULL);
after_item:
	p = space(p);
	if (*p == ',') {
		p = space(p + 1);
		goto item;
	}
	if (*p != ']')
		return (NULL);

close:
	p++;
	if (--depth == base)
		return (p);
	if (p == w->end)
		return (NULL);
	if (w->is_object[depth - 1])
		goto after_member;
	goto after_item;
}

/*
 * The members of a top-level object.
 */

void
json_known_key_set(struct json_known_key *k, char *s,
    const struct json_value *key)
{
	static const unsigned char masks[32] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	size_t n;

	memcpy(s, key->s, key->len);
	s[key->len] = ':';
	k->s = s;
	k->len = key->len + 1;
	k->plain = key->plain;
	n = k->len < sizeof(k->head) ? k->len : sizeof(k->head);
	memcpy(k->mask, masks + sizeof(k->mask) - n, sizeof(k->mask));
	memset(s + k->len, 0, JSON_KNOWN_KEY_SLACK);
	memcpy(k->head, s, sizeof(k->head));
}

/* Does the key ${k} with its colon stand at ${p}? */
INLINE int
is_known(const struct json_walk *w, const char *p,
    const struct json_known_key *k)
{
	uint64_t head[2];

	if ((size_t)(w->end - p) < sizeof(head) + k->len)
		return ((size_t)(w->end - p) > k->len &&
		    memcmp(p, k->s, k->len) == 0);
	memcpy(head, p, sizeof(head));
	return ((((head[0] ^ k->head[0]) & k->mask[0]) |
	    ((head[1] ^ k->head[1]) & k->mask[1])) == 0 &&
	    (k->len <= sizeof(head) || memcmp(p + sizeof(head),
	    k->s + sizeof(head), k->len - sizeof(head)) == 0));
}

/* The key at ${p} and its colon; returns where the value begins. */
static const char *
new_key(struct json_walk *w, const char *p, struct json_value *key)
{
	const char *end;

	if (*p != '"' || (end = string(w)) == NULL)
		return (NULL);
	key->s = p;
	key->len = (uint32_t)(end - p);
	key->type = JSON_STRING;
	key->plain = !has_escape(w, p, end);
	p = space(end);
	return (*p == ':' ? space(p + 1) : NULL);
}

INLINE const char *
known_key(struct json_walk *w, const char *p,
    const struct json_known_key *k, struct json_value *key)
{

	if (string(w) == NULL)
		return (NULL);
	key->s = p;
	key->len = k->len - 1;
	key->type = JSON_STRING;
	key->plain = k->plain;
	return (space(p + k->len));
}

/* The value at ${p}; returns where it ends, before the text does. */
INLINE const char *
member_value(struct json_walk *w, const char *p, struct json_value *v)
{
	const char *end;

	v->s = p;
	v->plain = 0;
	if (*p == '"') {
		v->type = JSON_STRING;
		if ((end = string(w)) != NULL)
			v->plain = !has_escape(w, p, end);
	} else if (*p == '{' || *p == '[') {
		v->type = *p == '{' ? JSON_OBJECT : JSON_ARRAY;
		if ((end = nested(w, p, 1)) == w->end)
			return (NULL);
	} else
		end = scalar(w, p, v);
	if (end == NULL)
		return (NULL);
	v->len = (uint32_t)(end - p);
	return (end);
}

/*
 * List the members of the object that is the text; returns 2 when the keys
 * are those known, 1 when they are not, 0 when the text is bad.
 */
static int
top_object(struct json_walk *w, struct json_members *m,
    const struct json_known_key *known, size_t nknown)
{
	const char *p = space(w->s + 1);
	struct json_field *f;
	int as_known = 1;
	size_t n = 0;

	m->n = 0;
	if (*p == '}')
		return (p + 1 != w->end ? 0 : nknown == 0 ? 2 : 1);
	for (;; p = space(p + 1)) {
		if (n == m->cap)
			m->v = mem_grow(m->v, &m->cap, n + 1, sizeof(*m->v));
		f = &m->v[n];
		if (n < nknown && is_known(w, p, &known[n]))
			p = known_key(w, p, &known[n], &f->key);
		else {
			as_known = 0;
			p = new_key(w, p, &f->key);
		}
		if (p == NULL || (p = member_value(w, p, &f->value)) == NULL)
			return (0);
		n++;
		p = space(p);
		if (*p != ',')
			break;
	}
	m->n = n;
	if (*p != '}' || p + 1 != w->end)
		return (0);
	return (as_known && n == nknown ? 2 : 1);
}

int
json_walk_text(struct json_walk *w, const struct scan_engine *engine,
    const char *s, size_t len, struct json_members *members,
    const struct json_known_key *known, size_t nknown)
{
	int rc;

	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t' ||
	    s[len - 1] == '\n' || s[len - 1] == '\r'))
		len--;
	if (len < 2 || len > JSON_TEXT_MAX ||
	    (s[len - 1] != '}' && s[len - 1] != ']'))
		return (0);
	w->engine = engine;
	w->end = s + len;
	w->s = space(s);
	w->scanned = w->ends = w->escape = 0;
	w->escape_at = 0;
	w->nonascii = SIZE_MAX;
	w->low_surrogate = 0;
	w->sc.nends = w->sc.nescapes = 0;
	scan_start(&w->sc);
	if (members != NULL)
		rc = *w->s != '{' ? 0 : top_object(w, members, known, nknown);
	else
		rc = (*w->s == '{' || *w->s == '[') &&
		    nested(w, w->s, 0) == w->end;
	if (w->low_surrogate != 0 ||
	    (w->nonascii != SIZE_MAX && !end_run(w, w->scanned)))
		return (0);
	return (rc);
}
