#include "base/buf.h"
#include "jq/text.h"

#include "tap.h"

static void
test_trim(void)
{
	static const struct {
		const char	*s;
		size_t		 left, right;
	} table[] = {
		{ "", 0, 0 }, { "x", 0, 0 }, { " x  ", 1, 2 },
		{ "\t\n\v\f\r x", 6, 0 }, { "   ", 3, 3 },
		{ "\xc2\xa0x\xe3\x80\x80", 2, 3 }, { "\xc3\xa9", 0, 0 },
		{ "\xe2\x80\x8bx", 0, 0 },	/* zero width is no space */
	};
	size_t i, n;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		n = strlen(table[i].s);
		ok(text_ltrim(table[i].s, n) == table[i].left &&
		    text_rtrim(table[i].s, n) == table[i].right,
		    "text %zu has %zu and %zu bytes of space at its ends", i,
		    table[i].left, table[i].right);
	}
}

static void
test_find(void)
{

	ok(text_find("abcabc", 6, "bc", 2) == 1, "the first place is found");
	ok(text_find("abcab", 5, "bcx", 3) == 5, "no place is the length");
	ok(text_find("ab", 2, "abc", 3) == 2, "a longer text is nowhere");
	ok(text_find("aab", 3, "ab", 2) == 1, "a false start is no match");
	ok(text_find("", 0, "a", 1) == 0, "nothing is in nothing");
	ok(text_count("\xc3\xa9\xe6\x97\xa5x", 6) == 3, "code points count");
}

static void
test_changes(void)
{
	static const struct {
		void		(*f)(struct buf *, const char *, size_t);
		const char	*in, *want;
	} table[] = {
		{ text_squeeze, "  a \t b\n", "a b" },
		{ text_squeeze, " \n ", "" },
		{ text_slug, "Hello,  World! ", "hello-world" },
		{ text_slug, "Cr\xc3\xa8me \xef\xac\x81n", "creme-fin" },
		{ text_slug, "Cre\xcc\x80me", "creme" },
		{ text_slug, "\xc5\x81\xc3\xb3""d\xc5\xba \xc3\x9f",
		    "lodz-ss" },
		{ text_slug, "it\xe2\x80\x99s 5\xc2\xb2", "its-52" },
		{ text_slug, "--", "" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		b.len = 0;
		buf_puts(&b, "x ");
		table[i].f(&b, table[i].in, strlen(table[i].in));
		(void)is_text(b.s + 2, b.len - 2, table[i].want,
		    table[i].want);
	}
	buf_free(&b);
}

static void
test_readings(void)
{
	static const char normal[] = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
	static const struct {
		const char	*s;
		int		 good;
	} uuid[] = {
		{ normal, 1 }, { " A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11\n", 1 },
		{ "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", 1 },
		{ "urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", 1 },
		{ "a0eebc999c0b4ef8bb6d6bb9bd380a11", 1 },
		{ "a0eebc99-9c0b-4ef8-bb6d6bb9bd380a11a", 0 },
		{ "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g", 0 },
		{ "a0eebc999-c0b-4ef8-bb6d-6bb9bd380a11", 0 },
		{ "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", 0 },
		{ "a0eebc999c0b4ef8bb6d6bb9bd380a111111", 0 },
		{ "", 0 }, { "------------------------------------", 0 },
	};
	static const struct {
		const char	*s, *want;
	} number[] = {
		{ "1.10", "1.10" }, { " +007.50 ", "7.5" }, { ".5", "0.5" },
		{ "5.", "5" }, { "1e3", "1e3" }, { "1,234", NULL },
		{ "1 234", NULL }, { "", NULL }, { "0x10", NULL },
		{ "nan", NULL }, { "12 apples", NULL },
	};
	struct buf b = { 0 };
	char out[37];
	size_t i;

	for (i = 0; i < sizeof(uuid) / sizeof(uuid[0]); i++)
		ok((text_uuid(out, uuid[i].s, strlen(uuid[i].s)) == 0) ==
		    uuid[i].good && (!uuid[i].good || strcmp(out, normal) ==
		    0), "text %zu is %sa UUID", i,
		    uuid[i].good ? "" : "not ");
	for (i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
		b.len = 0;
		if (text_number(&b, number[i].s, strlen(number[i].s)) != 0)
			ok(number[i].want == NULL && b.len == 0,
			    "\"%s\" is no number", number[i].s);
		else
			(void)is_text(b.s, b.len, number[i].want == NULL ?
			    "none" : number[i].want, number[i].s);
	}
	ok(text_bool(" Yes ", 5) == 1 && text_bool("OFF", 3) == 0 &&
	    text_bool("2", 1) == -1 && text_bool("", 0) == -1,
	    "words for true and false");
	buf_free(&b);
}

int
main(void)
{

	test_trim();
	test_find();
	test_changes();
	test_readings();
	return (tap_done());
}
