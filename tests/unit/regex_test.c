#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/regex.h"

#include "tap.h"

static struct regex_cache *cache;

/*
 * Append every match as "offset+length" in code points, its groups in
 * parentheses.
 */
static void
describe(struct buf *b, const char *pattern, const char *letters,
    const char *text, size_t len)
{
	const struct regex *re;
	struct regex_match m;
	struct regex_span span;
	struct err err = ERR_INIT;
	const char *name;
	unsigned flags;
	size_t i, n;
	int rc;

	if (regex_flags(letters, strlen(letters), &flags) != 0) {
		buf_puts(b, "bad flags");
		return;
	}
	re = regex_get(cache, pattern, strlen(pattern), flags, &err);
	if (re == NULL) {
		buf_puts(b, err.msg);
		return;
	}
	regex_start(&m, re, text, len);
	while ((rc = regex_next(&m, &err)) > 0) {
		(void)regex_span(&m, 0, &span);
		regex_count(&m, &span);
		buf_printf(b, "%s%zu+%zu", b->len > 0 ? " " : "",
		    span.offset, span.length);
		for (i = 1; i <= regex_groups(re); i++) {
			name = regex_name(re, i, &n);
			buf_printf(b, "(%.*s:", name == NULL ? 0 : (int)n,
			    name == NULL ? "" : name);
			if (regex_span(&m, i, &span))
				buf_put(b, text + span.start, span.len);
			else
				buf_puts(b, "-");
			buf_puts(b, ")");
		}
		if ((flags & REGEX_GLOBAL) == 0)
			break;
	}
	if (rc < 0)
		buf_puts(b, err.msg);
}

static const struct {
	const char	*pattern, *flags, *text, *want;
} table[] = {
	{ "b", "", "abc", "1+1" },
	{ "b", "g", "abcb", "1+1 3+1" },
	{ "", "g", "ab", "0+0 1+0 2+0" },
	{ "", "g", "", "0+0" },
	{ "", "", "ab", "0+0" },
	{ "(?=u)", "g", "qux", "1+0" },
	{ "b*", "g", "abc", "0+0 1+1 2+0 3+0" },
	{ "b*", "gn", "abc", "1+1" },
	{ "a*?", "gn", "aa", "0+1 1+1" },
	{ "$", "g", "ab", "2+0" },
	{ "^", "g", "a\nb", "0+0" },
	{ "(?m)^", "g", "a\nb", "0+0 2+0" },
	{ "a$", "", "a\nb", "" },
	{ "a$", "", "a\n", "0+1" },
	{ "a.b", "", "a\nb", "" },
	{ "a.b", "s", "a\nb", "" },
	{ "a.b", "p", "a\nb", "0+3" },
	{ "^b", "p", "a\nb", "" },
	{ "A", "i", "xa", "1+1" },
	{ "\xc3\x84", "i", "x\xc3\xa4", "1+1" },
	{ "a b # c", "x", "xab", "1+2" },
	{ "o|oo|oob", "l", "foobar", "1+3" },
	{ "(o|oo)(b?)", "l", "foobar", "1+3(:oo)(:b)" },
	{ "(a)|(?<x>b)", "g", "ab", "0+1(:a)(x:-) 1+1(:-)(x:b)" },
	{ "(?<x>a)|(?<x>b)", "g", "ab", "0+1(x:a)(x:-) 1+1(x:-)(x:b)" },
	{ "l+", "g", "h\xc3\xa9llo \xf0\x9f\x98\x80l", "2+2 7+1" },
	{ "\\w\\d", "", "\xc3\xa9\xd9\xa3", "0+2" },
	{ "\\b", "g", "\xc3\xa9t\xc3\xa9 x", "0+0 3+0 4+0 5+0" },
	{ "(?<=(a))b", "g", "abab", "1+1(:a) 3+1(:a)" },
	{ "a.b", "m", "a\nb", "0+3" },
	{ "b", "q", "abc", "bad flags" },
	{ "(", "", "abc", "\"(\" (at byte 1) is not a valid regex: missing "
	    "closing parenthesis" },
	{ "\\C", "", "abc", "\"\\\\C\" (at byte 2) is not a valid regex: "
	    "using \\C is disabled by the application" },
};

static void
test_table(void)
{
	struct buf b = { 0 };
	char title[200];
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		b.len = 0;
		describe(&b, table[i].pattern, table[i].flags, table[i].text,
		    strlen(table[i].text));
		(void)snprintf(title, sizeof(title), "/%s/%s matches at %s",
		    table[i].pattern, table[i].flags, table[i].want);
		(void)is_text(b.s, b.len, table[i].want, title);
	}
	buf_free(&b);
}

static void
test_hostile(void)
{
	static const char *const patterns[] = {
		"(a+)+$", "(a|aa)*$", "(.*)*x", "(a*)*(a*)*(a*)*b",
		"^(?:(?:a?){50}){50}b", "((a*)*)*\\1b", "(?R)?a*b",
	};
	static const char *const big[] = {
		"((((a{999}){999}){999}){999}){999}", "(?:a{60000}){60000}",
		"(((((((((((((((((((((((((((((a",
	};
	const size_t n = 50000;
	char *text = mem_alloc(n + 1);
	struct buf b = { 0 };
	double start;
	size_t i;

	memset(text, 'a', n);
	text[n - 1] = '!';
	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		start = clock_seconds();
		b.len = 0;
		describe(&b, patterns[i], "", text + n - 200, 200);
		describe(&b, patterns[i], "l", text, n);
		ok(clock_seconds() - start < 5,
		    "/%s/ ends within seconds (%.2f)",
		    patterns[i], clock_seconds() - start);
	}
	for (i = 0; i < sizeof(big) / sizeof(big[0]); i++) {
		b.len = 0;
		describe(&b, big[i], "", "aaa", 3);
		ok(strstr(buf_z(&b), "is not a valid regex") != NULL,
		    "/%s/ is refused", big[i]);
	}
	buf_free(&b);
	mem_free(text);
}

/* More patterns than the cache holds, each of them more than once. */
static void
test_cache(void)
{
	struct buf b = { 0 };
	char pattern[32], want[32];
	int i, good = 1;

	for (i = 0; i < 1000; i++) {
		(void)snprintf(pattern, sizeof(pattern), "x{%d}",
		    i * 7 % 300 + 1);
		want[0] = '\0';
		if (i * 7 % 300 + 1 <= 3)
			(void)snprintf(want, sizeof(want), "0+%d",
			    i * 7 % 300 + 1);
		b.len = 0;
		describe(&b, pattern, "", "xxx", 3);
		good &= strcmp(buf_z(&b), want) == 0;
	}
	ok(good, "patterns forgotten are compiled again");
	buf_free(&b);
}

int
main(void)
{

	cache = regex_cache_new();
	test_table();
	test_hostile();
	test_cache();
	regex_cache_free(cache);
	regex_cache_free(NULL);
	return (tap_done());
}
