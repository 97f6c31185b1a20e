#include <string.h>

#include "base/err.h"
#include "json/json.h"
#include "row/looks.h"

#define BIT(kind)	(1U << (kind))

static const char *const names[LOOKS_KINDS] = {
	"uuid", "date", "timestamp", "time", "e-mail", "url", "boolean",
	"integer", "number", "json"
};

const char *
looks_name(enum looks kind)
{

	return (names[kind]);
}

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

static int
is_alpha(char c)
{

	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static int
is_hex(char c)
{

	return (is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'));
}

/* Is ${c} one of ${set}?  A NUL is none. */
static int
is_one_of(char c, const char *set)
{

	return (c != '\0' && strchr(set, c) != NULL);
}

static int
is_uuid(const char *s, size_t len)
{
	size_t i;

	if (len != 36)
		return (0);
	for (i = 0; i < len; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? s[i] != '-' :
		    !is_hex(s[i]))
			return (0);
	return (1);
}

/*
 * Dates and times: each function takes what it knows from the front of the
 * text and returns whether it was there.
 */
struct text {
	const char	*s, *end;
};

static int
take_char(struct text *t, char c)
{

	if (t->s == t->end || *t->s != c)
		return (0);
	t->s++;
	return (1);
}

/* Exactly ${n} digits, as the number *${out}. */
static int
take_digits(struct text *t, size_t n, int *out)
{
	size_t i;

	if ((size_t)(t->end - t->s) < n)
		return (0);
	for (*out = 0, i = 0; i < n; i++) {
		if (!is_digit(t->s[i]))
			return (0);
		*out = *out * 10 + (t->s[i] - '0');
	}
	t->s += n;
	return (1);
}

static int
take_date(struct text *t)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	int year, month, day, leap;

	if (!take_digits(t, 4, &year) || !take_char(t, '-') ||
	    !take_digits(t, 2, &month) || !take_char(t, '-') ||
	    !take_digits(t, 2, &day) || month < 1 || month > 12 || day < 1)
		return (0);
	leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return (day <= days[month - 1] + (month == 2 && leap));
}

/* A zone; RFC 3339 wants +00:00 or Z, in either case. */
static int
take_zone(struct text *t, int *rfc)
{
	int hour, minute = 0;

	*rfc = 1;
	if (take_char(t, 'Z') || take_char(t, 'z'))
		return (1);
	if ((!take_char(t, '+') && !take_char(t, '-')) ||
	    !take_digits(t, 2, &hour))
		return (0);
	if (take_char(t, ':')) {
		if (!take_digits(t, 2, &minute))
			return (0);
	} else {
		*rfc = 0;
		(void)take_digits(t, 2, &minute);
	}
	return (hour <= 23 && minute <= 59);
}

/* A time to the end of the text.  *${rfc}: RFC 3339 knows it; a second 60,
 * which it knows only at some moments, is left out. */
static int
take_time(struct text *t, int *rfc)
{
	int hour, minute, second = 0, zone;

	*rfc = 0;
	if (!take_digits(t, 2, &hour) || !take_char(t, ':') ||
	    !take_digits(t, 2, &minute) || hour > 23 || minute > 59)
		return (0);
	if (t->s == t->end)
		return (1);
	if (!take_char(t, ':') || !take_digits(t, 2, &second) || second > 60)
		return (0);
	if (take_char(t, '.')) {
		if (t->s == t->end || !is_digit(*t->s))
			return (0);
		while (t->s < t->end && is_digit(*t->s))
			t->s++;
	}
	if (t->s == t->end)
		return (1);
	if (!take_zone(t, &zone) || t->s != t->end)
		return (0);
	*rfc = zone && second < 60;
	return (1);
}

static unsigned int
dates_and_times(const char *s, size_t len)
{
	struct text t = { s, s + len };
	int rfc, blank;

	if (len > 2 && s[2] == ':') {
		if (!take_time(&t, &rfc))
			return (0);
		return (BIT(LOOKS_TIME) | (rfc ? BIT(LOOKS_RFC_TIME) : 0));
	}
	if (len < 10 || s[4] != '-' || !take_date(&t))
		return (0);
	if (t.s == t.end)
		return (BIT(LOOKS_DATE));
	blank = *t.s == ' ';
	if ((!blank && !is_one_of(*t.s, "Tt")) || (t.s++, !take_time(&t,
	    &rfc)))
		return (0);
	return (BIT(LOOKS_TIMESTAMP) |
	    (rfc && !blank ? BIT(LOOKS_RFC_DATETIME) : 0));
}

static unsigned int
numbers(const char *s, size_t len)
{
	struct text t = { s, s + len };
	const char *digits;
	int whole = 1;

	if (!take_char(&t, '-'))
		(void)take_char(&t, '+');
	for (digits = t.s; t.s < t.end && is_digit(*t.s);)
		t.s++;
	if (t.s == digits || (*digits == '0' && t.s - digits > 1))
		return (0);
	if (take_char(&t, '.')) {
		whole = 0;
		for (digits = t.s; t.s < t.end && is_digit(*t.s);)
			t.s++;
		if (t.s == digits)
			return (0);
	}
	if (take_char(&t, 'e') || take_char(&t, 'E')) {
		whole = 0;
		if (!take_char(&t, '-'))
			(void)take_char(&t, '+');
		for (digits = t.s; t.s < t.end && is_digit(*t.s);)
			t.s++;
		if (t.s == digits)
			return (0);
	}
	if (t.s != t.end)
		return (0);
	return (BIT(LOOKS_NUMBER) | (whole ? BIT(LOOKS_INTEGER) : 0));
}

static int
is_boolean(const char *s, size_t len)
{
	static const char *const words[] = {
		"true", "false", "yes", "no", "on", "off", "t", "f", "y", "n"
	};
	size_t i, k;

	if (!is_one_of((char)(s[0] | 0x20), "tfyno"))
		return (0);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (k = 0; k < len && words[i][k] != '\0' &&
		    (s[k] | 0x20) == words[i][k] && is_alpha(s[k]); k++)
			continue;
		if (k == len && words[i][k] == '\0')
			return (1);
	}
	return (0);
}

/* The name of a host: labels of letters, digits and inner hyphens.  Return
 * how many there are, or 0. */
static size_t
host_labels(const char *s, size_t len)
{
	size_t i, start = 0, n = 0;

	if (len > 253)
		return (0);
	for (i = 0; i <= len; i++) {
		if (i < len && (is_alpha(s[i]) || is_digit(s[i]) ||
		    s[i] == '-'))
			continue;
		if (i < len && s[i] != '.')
			return (0);
		if (i == start || i - start > 63 || s[start] == '-' ||
		    s[i - 1] == '-')
			return (0);
		start = i + 1;
		n++;
	}
	return (n);
}

static int
is_email(const char *s, size_t len)
{
	const char *at = memchr(s, '@', len);
	size_t local, i;

	if (at == NULL || len > 254)
		return (0);
	local = (size_t)(at - s);
	if (local < 1 || local > 64 || s[local - 1] == '.' || s[0] == '.')
		return (0);
	for (i = 0; i < local; i++) {
		if (s[i] == '.' ? s[i - 1] == '.' : !is_alpha(s[i]) &&
		    !is_digit(s[i]) && !is_one_of(s[i], "!#$%&'*+-/=?^_`{|}~"))
			return (0);
	}
	return (is_alpha(s[len - 1]) &&
	    host_labels(at + 1, len - local - 1) > 1);
}

/* Where the host of the URL begins, or NULL. */
static const char *
after_scheme(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || !is_alpha(s[0]))
		return (NULL);
	for (i = 1; i < len && (is_alpha(s[i]) || is_digit(s[i]) ||
	    is_one_of(s[i], "+-.")); i++)
		continue;
	if (len - i < 4 || memcmp(s + i, "://", 3) != 0)
		return (NULL);
	return (s + i + 3);
}

static int
is_url(const char *s, size_t len)
{
	const char *end = s + len, *p = after_scheme(s, len), *host = p;
	int fragment = 0;

	if (p == NULL)
		return (0);
	while (p < end && !is_one_of(*p, ":/?#"))
		p++;
	if (host_labels(host, (size_t)(p - host)) == 0)
		return (0);
	if (p < end && *p == ':')
		for (p++; p < end && is_digit(*p);)
			p++;
	if (p < end && !is_one_of(*p, "/?#"))
		return (0);
	for (; p < end; p++) {
		if (*p == '%') {
			if (end - p < 3 || !is_hex(p[1]) || !is_hex(p[2]))
				return (0);
		} else if (*p == '#') {
			if (fragment++)
				return (0);
		} else if (!is_alpha(*p) && !is_digit(*p) &&
		    !is_one_of(*p, "-._~!$&'()*+,;=:@/?"))
			return (0);
	}
	return (1);
}

static int
is_json(const char *s, size_t len, struct json_reader *r)
{
	struct err err = ERR_INIT;
	struct json_value v;

	if (s[len - 1] != (s[0] == '{' ? '}' : ']') || len > JSON_TEXT_MAX)
		return (0);
	return (json_read_value(r, s, len, &v, &err) == 0);
}

unsigned int
looks_of(const char *s, size_t len, struct json_reader *r)
{
	unsigned int kinds = 0;

	if (len == 0)
		return (0);
	if (is_digit(s[0])) {
		kinds = dates_and_times(s, len);
		if (kinds == 0)
			kinds = numbers(s, len);
	} else if (s[0] == '-' || s[0] == '+') {
		kinds = numbers(s, len);
	} else if (s[0] == '{' || s[0] == '[') {
		if (is_json(s, len, r))
			return (BIT(LOOKS_JSON));
	}
	if (kinds != 0)
		return (kinds);
	if (len <= 5)
		return (is_boolean(s, len) ? BIT(LOOKS_BOOLEAN) : 0);
	if (is_uuid(s, len))
		return (BIT(LOOKS_UUID));
	if (is_email(s, len))
		return (BIT(LOOKS_EMAIL));
	return (is_url(s, len) ? BIT(LOOKS_URL) : 0);
}

/*
 * The tally.
 */
static struct looks_group *
find_group(struct looks_tally *t, unsigned int kinds, const char *s,
    size_t len)
{
	struct looks_group *g;
	size_t i;

	for (i = 0; i < t->n && t->groups[i].kinds != kinds; i++)
		continue;
	if (i == LOOKS_COMBINATIONS)
		return (NULL);
	g = &t->groups[t->last = i];
	if (i < t->n)
		return (g);
	t->n++;
	g->kinds = kinds;
	g->cut = len > LOOKS_EXAMPLE;
	if (g->cut)	/* not in the middle of a character */
		for (len = LOOKS_EXAMPLE; (s[len] & 0xc0) == 0x80;)
			len--;
	g->len = (unsigned int)len;
	memcpy(g->example, s, len);
	return (g);
}

void
looks_add(struct looks_tally *t, unsigned int kinds, const char *s,
    size_t len)
{
	struct looks_group *g = &t->groups[t->last];

	t->count++;
	if (t->n == 0 || g->kinds != kinds)
		g = find_group(t, kinds, s, len);
	if (g != NULL)
		g->count++;
}

uint64_t
looks_count(const struct looks_tally *t, enum looks kind)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->groups[i].kinds & BIT(kind))
			n += t->groups[i].count;
	return (n);
}

uint64_t
looks_most(const struct looks_tally *t, enum looks *kind)
{
	uint64_t n, best = 0;
	int i;

	/* Of two kinds with as many, such as integer and number, the first. */
	for (i = 0; i < LOOKS_KINDS; i++) {
		n = looks_count(t, (enum looks)i);
		if (n > best && n >= t->count - t->count / 10) {
			best = n;
			*kind = (enum looks)i;
		}
	}
	return (best);
}

const struct looks_group *
looks_unlike(const struct looks_tally *t, enum looks kind)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!(t->groups[i].kinds & BIT(kind)))
			return (&t->groups[i]);
	return (NULL);
}
