#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "json/json.h"
#include "json/json_keys.h"
#include "json/json_mend.h"

#define DUPLICATES_MAX	1000
#define BOM		"\357\273\277"
#define REPLACEMENT	"\357\277\275"		/* U+FFFD */

struct mend {
	const char	*s, *end;
	unsigned	 what;
	void		(*note)(enum json_mend_what, const char *, size_t,
			    void *);
	void		*cookie;
	struct buf	*b;
	size_t		 depth;
	const char	*key;		/* of the member at hand, or NULL */
	size_t		 key_len;
};

static void
note(const struct mend *m, enum json_mend_what what)
{

	m->note(what, m->key, m->key_len, m->cookie);
}

/*
 * Strings.
 */

/* The code unit of the escape \uXXXX at ${s}, or -1. */
static int
escaped_unit(const char *s, const char *end)
{
	int i, digit, code = 0;

	if (end - s < 6 || s[0] != '\\' || s[1] != 'u')
		return (-1);
	for (i = 2; i < 6; i++) {
		if (s[i] >= '0' && s[i] <= '9')
			digit = s[i] - '0';
		else if ((s[i] | 32) >= 'a' && (s[i] | 32) <= 'f')
			digit = (s[i] | 32) - 'a' + 10;
		else
			return (-1);
		code = code << 4 | digit;
	}
	return (code);
}

static int
is_high(int unit)
{

	return (unit >= 0xd800 && unit < 0xdc00);
}

static int
is_low(int unit)
{

	return (unit >= 0xdc00 && unit < 0xe000);
}

/* At a backslash: copy the escape, or both of a pair. */
static void
mend_escape(struct mend *m)
{
	int unit = escaped_unit(m->s, m->end);
	size_t len = m->end - m->s < 2 ? 1 : unit < 0 ? 2 : 6;

	if (is_high(unit) && is_low(escaped_unit(m->s + 6, m->end))) {
		len = 12;
	} else if ((is_high(unit) || is_low(unit)) &&
	    (m->what & JSON_MEND_UTF8) != 0) {
		note(m, JSON_MEND_UTF8);
		buf_puts(m->b, "\\ufffd");
		m->s += len;
		return;
	}
	buf_put(m->b, m->s, len);
	m->s += len;
}

static void
mend_control(struct mend *m)
{

	note(m, JSON_MEND_CONTROLS);
	if (*m->s == '\t')
		buf_puts(m->b, "\\t");
	else if (*m->s == '\r')
		buf_puts(m->b, "\\r");
	else if (*m->s == '\n')
		buf_puts(m->b, "\\n");
	m->s++;
}

/* How many bytes at ${s} make one mistake: a byte that begins nothing, or the
 * beginning of a character with what belongs to it as far as it goes. */
static size_t
wrong_bytes(const char *s, const char *end)
{
	unsigned char c = (unsigned char)*s;
	size_t n = 1, most = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;

	while (n < most && s + n < end &&
	    ((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return (n);
}

/* At a byte beyond ASCII: copy what is good, replace what follows it. */
static void
mend_utf8(struct mend *m)
{
	size_t n = 1, good;

	while (m->s + n < m->end && ((unsigned char)m->s[n] & 0x80) != 0)
		n++;
	good = (m->what & JSON_MEND_UTF8) == 0 ? n : utf8_check(m->s, n);
	buf_put(m->b, m->s, good);
	m->s += good;
	if (good == n)
		return;
	note(m, JSON_MEND_UTF8);
	buf_puts(m->b, REPLACEMENT);
	m->s += wrong_bytes(m->s, m->end);
}

/* At the opening quote. */
static void
mend_string(struct mend *m)
{
	const char *plain;

	buf_putc(m->b, *m->s++);
	while (m->s < m->end && *m->s != '"') {
		plain = m->s;
		while (m->s < m->end && *m->s != '"' && *m->s != '\\' &&
		    (unsigned char)*m->s >= 0x20 &&
		    (unsigned char)*m->s < 0x80)
			m->s++;
		buf_put(m->b, plain, (size_t)(m->s - plain));
		if (m->s == m->end || *m->s == '"')
			break;
		if (*m->s == '\\')
			mend_escape(m);
		else if (((unsigned char)*m->s & 0x80) != 0)
			mend_utf8(m);
		else if ((m->what & JSON_MEND_CONTROLS) != 0)
			mend_control(m);
		else
			buf_putc(m->b, *m->s++);
	}
	if (m->s < m->end)
		buf_putc(m->b, *m->s++);
}

/*
 * What is around them.
 */

static int
is_word(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
	    c == '+' || c == '.' || (c >= '0' && c <= '9'));
}

static int
is_non_finite(const char *s, size_t len)
{
	static const char *const words[] = {
		"NaN", "nan", "-nan", "-NaN", "Infinity", "-Infinity",
		"+Infinity", "inf", "-inf", "Inf", "-Inf"
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == len && memcmp(s, words[i], len) == 0)
			return (1);
	return (0);
}

static void
mend_word(struct mend *m)
{
	const char *s = m->s;

	while (m->s < m->end && is_word(*m->s))
		m->s++;
	if ((m->what & JSON_MEND_NON_FINITE) == 0 ||
	    !is_non_finite(s, (size_t)(m->s - s))) {
		buf_put(m->b, s, (size_t)(m->s - s));
		return;
	}
	note(m, JSON_MEND_NON_FINITE);
	buf_puts(m->b, "null");
}

/* Marks and blanks; what is neither stays for the reader to refuse. */
static void
mend_mark(struct mend *m)
{
	char c = *m->s;

	if ((unsigned char)c < 0x20 && c != '\t' && c != '\r' &&
	    (m->what & JSON_MEND_CONTROLS) != 0) {
		note(m, JSON_MEND_CONTROLS);
		m->s++;
		return;
	}
	if (c == '{' || c == '[')
		m->depth++;
	else if ((c == '}' || c == ']') && m->depth > 0)
		m->depth--;
	if (m->depth == 1 && c == ',')
		m->key = NULL;
	buf_putc(m->b, c);
	m->s++;
}

/* Is the string just read, from ${s} on, the name of a member? */
static void
take_key(struct mend *m, const char *s)
{
	const char *next = m->s;

	while (next < m->end && (*next == ' ' || *next == '\t'))
		next++;
	if (m->depth != 1 || m->key != NULL || next == m->end || *next != ':')
		return;
	m->key = s + 1;
	m->key_len = (size_t)(m->s - s) - 2;
}

static void
mend_bytes(struct mend *m)
{
	const char *s;

	if ((m->what & JSON_MEND_BOM) != 0 && m->end - m->s >= 3 &&
	    memcmp(m->s, BOM, 3) == 0) {
		note(m, JSON_MEND_BOM);
		m->s += 3;
	}
	while (m->s < m->end) {
		if (*m->s == '"') {
			s = m->s;
			mend_string(m);
			take_key(m, s);
		} else if (is_word(*m->s)) {
			mend_word(m);
		} else {
			mend_mark(m);
		}
	}
}

/*
 * Names that come twice.
 */

struct members {
	struct json_field	*v;
	size_t			 n, cap;
};

static void
list_members(const struct json_value *obj, struct members *list)
{
	struct json_iter it;
	struct json_field f;

	json_iter_init(&it, obj);
	while (json_next(&it, &f.key, &f.value)) {
		list->v = mem_grow(list->v, &list->cap, list->n + 1,
		    sizeof(*list->v));
		list->v[list->n++] = f;
	}
}

/* Take the earlier of two members of the same name away, as long as there
 * are any.  Return whether there were. */
static int
drop_repeated(struct mend *m, struct members *list)
{
	struct json_keys *keys = json_keys_new();
	struct arena *a = arena_new();
	const struct json_value *key;
	size_t i, last, len, n = 0;
	const char *name;

	while (n < DUPLICATES_MAX &&
	    (last = json_keys_repeated(keys, list->v, list->n)) < list->n) {
		key = &list->v[last].key;
		arena_reset(a);
		name = json_string(key, a, &len);
		for (i = 0; i < last; i++)
			if (json_string_is(&list->v[i].key, name, len))
				break;
		m->key = key->s + 1;
		m->key_len = key->len - 2;
		note(m, JSON_MEND_DUPLICATES);
		memmove(&list->v[i], &list->v[i + 1],
		    (list->n - i - 1) * sizeof(*list->v));
		list->n--;
		n++;
	}
	json_keys_free(keys);
	arena_free(a);
	return (n > 0);
}

/* The text that begins at ${from} of m->b, when it is an object. */
static void
mend_repeated(struct mend *m, size_t from)
{
	struct json_reader *r = json_reader_new();
	struct members list = { 0 };
	struct buf text = { 0 };
	struct err err = ERR_INIT;
	struct json_value v;
	size_t i;

	if (json_read_value(r, m->b->s + from, m->b->len - from, &v,
	    &err) == 0 && v.type == JSON_OBJECT) {
		list_members(&v, &list);
		if (drop_repeated(m, &list)) {
			for (i = 0; i < list.n; i++) {
				buf_putc(&text, i == 0 ? '{' : ',');
				buf_put(&text, list.v[i].key.s,
				    list.v[i].key.len);
				buf_putc(&text, ':');
				buf_put(&text, list.v[i].value.s,
				    list.v[i].value.len);
			}
			buf_putc(&text, '}');
			m->b->len = from;
			buf_put(m->b, text.s, text.len);
		}
	}
	buf_free(&text);
	mem_free(list.v);
	json_reader_free(r);
}

void
json_mend(const char *s, size_t len, unsigned what,
    void (*told)(enum json_mend_what what, const char *key, size_t len,
    void *cookie), void *cookie, struct buf *b)
{
	struct mend m = {
		.s = s, .end = s + len, .what = what, .note = told,
		.cookie = cookie, .b = b
	};
	size_t from = b->len;

	mend_bytes(&m);
	if ((what & JSON_MEND_DUPLICATES) != 0)
		mend_repeated(&m, from);
}
