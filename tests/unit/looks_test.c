/*
 * What strings look like, and the labels among them.
 */
#include <stdint.h>
#include <stdlib.h>

#include "json/json.h"
#include "row/labels.h"
#include "row/looks.h"
#include "schema/format.h"

#include "tap.h"

#define NONE		0U
#define BIT(kind)	(1U << (kind))
#define UUID		BIT(LOOKS_UUID)
#define DATE		BIT(LOOKS_DATE)
#define STAMP		BIT(LOOKS_TIMESTAMP)
#define RFC		(STAMP | BIT(LOOKS_RFC_DATETIME))
#define TIME		BIT(LOOKS_TIME)
#define RFC_TIME	(TIME | BIT(LOOKS_RFC_TIME))
#define EMAIL		BIT(LOOKS_EMAIL)
#define URL		BIT(LOOKS_URL)
#define BOOL		BIT(LOOKS_BOOLEAN)
#define NUMBER		BIT(LOOKS_NUMBER)
#define INTEGER		(NUMBER | BIT(LOOKS_INTEGER))
#define JSON		BIT(LOOKS_JSON)
#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char	*s;
	unsigned int	 want;
} cases[] = {
	{ "", NONE }, { " ", NONE }, { "abc", NONE }, { "\xc3\xa9", NONE },

	{ "0a1b2c3d-0000-4000-8000-0123456789ab", UUID },
	{ "0A1B2C3D-0000-4000-8000-0123456789AB", UUID },
	{ "a0000000-0000-0000-0000-000000000000", UUID },
	{ "0a1b2c3d-0000-4000-8000-0123456789a", NONE },
	{ "0a1b2c3d-0000-4000-8000-0123456789abc", NONE },
	{ "0a1b2c3d-0000-4000-8000+0123456789ab", NONE },
	{ "0a1b2c3d-0000-4000-8000-0123456789ag", NONE },
	{ "{0a1b2c3d-0000-4000-8000-0123456789ab}", NONE },

	{ "2024-02-29", DATE }, { "2023-02-29", NONE },
	{ "2000-02-29", DATE }, { "1900-02-29", NONE },
	{ "2024-12-31", DATE }, { "2024-13-01", NONE },
	{ "2024-00-01", NONE }, { "2024-04-31", NONE },
	{ "2024-04-00", NONE }, { "0000-01-01", DATE },
	{ "2024-4-01", NONE }, { "24-04-01", NONE }, { "20240401", INTEGER },
	{ "2024-04-01x", NONE }, { "2024/04/01", NONE },

	{ "2024-04-01T10:00:00Z", RFC }, { "2024-04-01t10:00:00z", RFC },
	{ "2024-04-01T10:00:00.123456+02:00", RFC },
	{ "2024-04-01T10:00:00-00:00", RFC },
	{ "2024-04-01 10:00:00Z", STAMP },
	{ "2024-04-01 10:00:00+02", STAMP },
	{ "2024-04-01T10:00:00", STAMP }, { "2024-04-01T10:00", STAMP },
	{ "2024-04-01T10:00:00+0200", STAMP },
	{ "2016-12-31T23:59:60Z", STAMP },
	{ "2024-04-01T24:00:00Z", NONE }, { "2024-04-01T10:60:00Z", NONE },
	{ "2024-04-01T10:00:61Z", NONE }, { "2024-04-01T", NONE },
	{ "2024-04-01T10:00:00.Z", NONE },
	{ "2024-04-01T10:00:00+24:00", NONE },
	{ "2024-04-01T10:00:00+02:60", NONE },
	{ "2024-04-01T10:00:00Zz", NONE }, { "2024-02-30T10:00:00Z", NONE },
	{ "2024-04-01  10:00:00", NONE },

	{ "10:00", TIME }, { "23:59:59", TIME }, { "23:59:59.5", TIME },
	{ "10:00:00Z", RFC_TIME }, { "10:00:00+01:00", RFC_TIME },
	{ "10:00:00+01", TIME }, { "23:59:60Z", TIME }, { "24:00", NONE },
	{ "1:00", NONE }, { "10:0", NONE }, { "10:00:", NONE },

	{ "a@b.co", EMAIL }, { "first.last+tag@sub.example.org", EMAIL },
	{ "1@b.co", EMAIL }, { "o'hara@x-y.org", EMAIL },
	{ "a@b", NONE }, { "@b.co", NONE }, { "a@", NONE },
	{ "a b@c.de", NONE }, { ".a@b.co", NONE }, { "a.@b.co", NONE },
	{ "a..b@c.de", NONE }, { "a@b..co", NONE }, { "a@-b.co", NONE },
	{ "a@b-.co", NONE }, { "a@b.co.", NONE }, { "a@b@c.de", NONE },
	{ "a@1.2.3.4", NONE }, { "<a@b.co>", NONE },
	{ "a" A63 "@b.co", EMAIL }, { "aa" A63 "@b.co", NONE },
	{ "a@" A63 ".co", EMAIL }, { "a@a" A63 ".co", NONE },

	{ "http://x.org", URL }, { "https://x.org:8080/a?b=c#d", URL },
	{ "ftp://localhost/", URL }, { "http://1.2.3.4/%20", URL },
	{ "git+ssh://h/x", URL }, { "http://x.org/a@b.co", URL },
	{ "http://", NONE }, { "http:///x", NONE }, { "://x.org", NONE },
	{ "http://x y", NONE }, { "http://x/a b", NONE },
	{ "http://x/%2", NONE }, { "http://x/%zz", NONE },
	{ "http://x/#a#b", NONE }, { "http://x:8a/", NONE },
	{ "http://x/\xc3\xa9", NONE }, { "1http://x", NONE },
	{ "mailto:a", NONE }, { "www.x.org", NONE },

	{ "true", BOOL }, { "FALSE", BOOL }, { "Yes", BOOL }, { "no", BOOL },
	{ "on", BOOL }, { "Off", BOOL }, { "t", BOOL }, { "F", BOOL },
	{ "y", BOOL }, { "N", BOOL }, { "tru", NONE }, { "truex", NONE },
	{ "nope", NONE }, { "o", NONE },

	{ "0", INTEGER }, { "7", INTEGER }, { "-12", INTEGER },
	{ "+12", INTEGER }, { "123456789012345678901234567890", INTEGER },
	{ "007", NONE }, { "-", NONE }, { "+", NONE }, { "1 ", NONE },
	{ " 1", NONE }, { "1,000", NONE }, { "0x10", NONE },
	{ "1.5", NUMBER }, { "-0.10", NUMBER }, { "1e9", NUMBER },
	{ "1E+09", NUMBER }, { "1.", NONE }, { ".5", NONE }, { "1e", NONE },
	{ "1e+", NONE }, { "00.5", NONE }, { "1.2.3", NONE },
	{ "NaN", NONE },

	{ "{}", JSON }, { "[1, 2]", JSON }, { "{\"a\": {\"b\": []}}", JSON },
	{ "{", NONE }, { "[1,]", NONE }, { "{a}", NONE }, { "[]]", NONE },
	{ "[1] ", NONE }, { "\"a\"", NONE },
};

static void
test_kinds(void)
{
	struct json_reader *r = json_reader_new();
	unsigned int got;
	size_t i, len;
	char *exact;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* A copy of its own, so that ASan sees a read too far. */
		len = strlen(cases[i].s);
		exact = malloc(len > 0 ? len : 1);
		if (exact == NULL)
			continue;
		memcpy(exact, cases[i].s, len);
		got = looks_of(exact, len, r);
		if (!ok(got == cases[i].want, "what \"%s\" looks like",
		    cases[i].s))
			printf("#  got: %x\n# want: %x\n", got,
			    cases[i].want);
		free(exact);
	}
	ok(looks_of("t\0", 2, r) == 0 && looks_of("1\0", 2, r) == 0 &&
	    looks_of("a@b.co\0", 7, r) == 0, "a NUL is no end");
	json_reader_free(r);
}

/*
 * A schema says "format" where strings look like something, so each such
 * string must be of that format.
 */
static const struct {
	enum looks	 kind;
	const char	*format;
} formats[] = {
	{ LOOKS_UUID, "uuid" }, { LOOKS_DATE, "date" },
	{ LOOKS_RFC_DATETIME, "date-time" }, { LOOKS_RFC_TIME, "time" },
	{ LOOKS_EMAIL, "email" }, { LOOKS_URL, "uri" },
};

/* How many of the formats that ${s} looks like it is not of. */
static int
not_of_format(const char *s, size_t len, struct json_reader *r, int *looked)
{
	unsigned int kinds = looks_of(s, len, r);
	const char *name;
	int wrong = 0;
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!(kinds & BIT(formats[i].kind)))
			continue;
		name = formats[i].format;
		(*looked)++;
		if (format_check(format_find(name, strlen(name)), s, len))
			continue;
		printf("# no %s: %.*s\n", name, (int)len, s);
		wrong++;
	}
	return (wrong);
}

/* Every case, and every case with any byte changed, left out or doubled. */
static void
test_formats(void)
{
	static const char bytes[] = "\0 \"%'()+,-./012369:@TZ[]az_~\xc3";
	struct json_reader *r = json_reader_new();
	int wrong = 0, looked = 0;
	char text[256];
	size_t i, at, k, len;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = strlen(cases[i].s);
		wrong += not_of_format(cases[i].s, len, r, &looked);
		for (at = 0; at < len; at++) {
			memcpy(text, cases[i].s, len);
			for (k = 0; k < sizeof(bytes) - 1; k++) {
				text[at] = bytes[k];
				wrong += not_of_format(text, len, r, &looked);
			}
			memcpy(text, cases[i].s, at);
			memcpy(text + at, cases[i].s + at + 1, len - at - 1);
			wrong += not_of_format(text, len - 1, r, &looked);
			memcpy(text + at + 1, cases[i].s + at, len - at);
			text[at] = cases[i].s[at];
			wrong += not_of_format(text, len + 1, r, &looked);
		}
	}
	ok(looked > 5000, "%d strings look like a format", looked);
	ok(wrong == 0, "each of them is of that format");
	json_reader_free(r);
}

static void
add(struct looks_tally *t, struct json_reader *r, const char *s, int times)
{

	while (times-- > 0)
		looks_add(t, looks_of(s, strlen(s), r), s, strlen(s));
}

static void
test_tally(void)
{
	struct json_reader *r = json_reader_new();
	struct looks_tally t = { 0 };
	const struct looks_group *unlike;
	enum looks kind;

	ok(looks_most(&t, &kind) == 0, "no strings look like nothing");
	add(&t, r, "1", 5);
	add(&t, r, "2", 4);
	ok(looks_most(&t, &kind) == 9 && kind == LOOKS_INTEGER,
	    "integers look like integers, not numbers");
	ok(looks_unlike(&t, kind) == NULL, "no integer is unlike the others");
	add(&t, r, "007", 1);
	ok(looks_most(&t, &kind) == 9 && kind == LOOKS_INTEGER,
	    "nine in ten are enough");
	unlike = looks_unlike(&t, kind);
	ok(unlike != NULL && unlike->count == 1 &&
	    unlike->len == 3 && memcmp(unlike->example, "007", 3) == 0,
	    "the one that is unlike is known");
	add(&t, r, "1.5", 1);
	ok(looks_most(&t, &kind) == 10 && kind == LOOKS_NUMBER,
	    "with decimals among them they look like numbers");
	add(&t, r, "no number", 1);
	ok(looks_most(&t, &kind) == 0, "ten in twelve are too few");
	json_reader_free(r);

	t = (struct looks_tally){ 0 };
	looks_add(&t, 0, A63, 63);
	ok(t.groups[0].len == LOOKS_EXAMPLE && t.groups[0].cut,
	    "a long example is cut");
	t = (struct looks_tally){ 0 };
	looks_add(&t, 0, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaa\xe2\x82\xac", 62);
	ok(t.groups[0].len == 59 && t.groups[0].cut,
	    "but no character of it is");
	for (kind = LOOKS_UUID; kind < LOOKS_KINDS; kind++)
		ok(looks_name(kind)[0] != '\0', "%s has a name",
		    looks_name(kind));
}

static void
test_labels(void)
{
	static const char *const words[] = {
		"Paid", "open", "paid", "PAID", "Open ", "closed", "", " "
	};
	struct labels *l = labels_new();
	const struct label *v;
	size_t n, i, k, group[LABELS_MAX];
	char text[8];

	/* Equal hashes must do no harm. */
	for (k = 0; k < 3; k++)
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			(void)labels_add(l, i % 2, words[i],
			    strlen(words[i]));
	v = labels_list(l, &n);
	ok(n == 8, "each string is one label");
	ok(v[0].len == 0 && v[1].len == 1 && v[2].s[0] == 'O' &&
	    v[7].s[0] == 'p' && v[7].count == 3,
	    "labels come in the order of their bytes, with their counts");
	ok(labels_twins(v, n, group) == 3, "three labels are twins");
	ok(group[4] == 3 && group[7] == 3 && group[6] == 2 && group[5] == 5,
	    "a twin is the same but for letter case and blanks");
	ok(group[0] == 0 && group[1] == 1, "nothing has no twins");
	(void)labels_add(l, 0, "Paid", 4);
	v = labels_list(l, &n);
	ok(n == 8 && v[4].count == 4, "labels can be added after a look");
	for (i = n; i < LABELS_MAX; i++) {
		(void)snprintf(text, sizeof(text), "%zu", i);
		if (labels_add(l, i, text, strlen(text)) == NULL)
			break;
	}
	ok(i == LABELS_MAX, "there is room for %d", LABELS_MAX);
	ok(labels_add(l, 77, "one more", 8) == NULL, "and not for more");
	ok(labels_add(l, 0, "Paid", 4) != NULL, "those there still count");
	labels_free(l);
	l = labels_new();
	ok(labels_add(l, 0, A63 "a", 64) != NULL &&
	    labels_add(l, 0, A63 "ab", 65) == NULL,
	    "a label has at most %d bytes", LABELS_BYTES);
	labels_free(l);
	labels_free(NULL);
}

int
main(void)
{

	test_kinds();
	test_formats();
	test_tally();
	test_labels();
	return (tap_done());
}
