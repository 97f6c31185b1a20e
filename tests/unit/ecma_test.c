#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/ecma.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/regex.h"
#include "base/utf8.h"

#include "tap.h"

static struct regex_cache *cache;

/* What another implementation, with the flag u, finds: a match or none. */
static const struct {
	const char	*pattern, *text;
	size_t		 len;
	int		 want;
} matches[] = {
	{ "a", "a", 1, 1 }, { "a", "ba", 2, 1 }, { "a", "b", 1, 0 },
	{ "a", "", 0, 0 }, { "^a", "a", 1, 1 }, { "^a", "ba", 2, 0 },
	{ "^a", "b\012a", 3, 0 }, { "a$", "a", 1, 1 }, { "a$", "ab", 2, 0 },
	{ "a$", "a\012", 2, 0 }, { "^$", "", 0, 1 }, { "^$", "\012", 1, 0 },
	{ ".", "a", 1, 1 }, { ".", "\012", 1, 0 }, { ".", "\015", 1, 0 },
	{ ".", "\342\200\250", 3, 0 }, { ".", "\342\200\251", 3, 0 },
	{ ".", "\302\205", 2, 1 }, { ".", "\303\251", 2, 1 },
	{ ".", "\360\237\230\200", 4, 1 },
	{ "^.$", "\360\237\230\200", 4, 1 },
	{ "^.$", "\303\251\303\251", 4, 0 }, { "\\d", "5", 1, 1 },
	{ "\\d", "\331\243", 2, 0 }, { "\\d", "a", 1, 0 },
	{ "\\D", "\331\243", 2, 1 }, { "\\D", "5", 1, 0 },
	{ "\\w", "_", 1, 1 }, { "\\w", "\303\251", 2, 0 },
	{ "\\w", "-", 1, 0 }, { "\\W", "\303\251", 2, 1 },
	{ "\\W", "k", 1, 0 }, { "\\s", " ", 1, 1 }, { "\\s", "\011", 1, 1 },
	{ "\\s", "\013", 1, 1 }, { "\\s", "\302\240", 2, 1 },
	{ "\\s", "\357\273\277", 3, 1 }, { "\\s", "\342\200\250", 3, 1 },
	{ "\\s", "\343\200\200", 3, 1 }, { "\\s", "\341\240\216", 3, 0 },
	{ "\\s", "\302\205", 2, 0 }, { "\\s", "\342\200\213", 3, 0 },
	{ "\\S", "\357\273\277", 3, 0 }, { "\\S", "\302\205", 2, 1 },
	{ "\\S", " ", 1, 0 }, { "[\\s\\S]", "\012", 1, 1 },
	{ "[\\s\\S]", "", 0, 0 }, { "[^\\W]", "z", 1, 1 },
	{ "[^\\W]", "\303\251", 2, 0 }, { "[\\D]", "7", 1, 0 },
	{ "[\\D]", "x", 1, 1 }, { "[^\\S]", " ", 1, 1 },
	{ "[^\\S]", "x", 1, 0 }, { "[\\W_]", "_", 1, 1 },
	{ "[\\W_]", "a", 1, 0 }, { "\\bfoo\\b", "a foo b", 7, 1 },
	{ "\\bfoo\\b", "foox", 4, 0 },
	{ "\\bfoo\\b", "\303\251foo\303\251", 7, 1 },
	{ "\\Boo", "foo", 3, 1 }, { "\\Boo", "oo", 2, 0 }, { "[]", "", 0, 0 },
	{ "[]", "a", 1, 0 }, { "[^]", "", 0, 0 }, { "[^]", "\012", 1, 1 },
	{ "[^]", "\360\237\230\200", 4, 1 }, { "[^]{2}", "ab", 2, 1 },
	{ "[^]{2}", "\360\237\230\200", 4, 0 }, { "a[]*b", "ab", 2, 1 },
	{ "a[]*b", "axb", 3, 0 }, { "[a-]", "-", 1, 1 },
	{ "[a-]", "b", 1, 0 }, { "[-a]", "-", 1, 1 }, { "[-a]", "b", 1, 0 },
	{ "[--0]", ".", 1, 1 }, { "[--0]", "1", 1, 0 }, { "[^-]", "-", 1, 0 },
	{ "[^-]", "x", 1, 1 }, { "[^^]", "^", 1, 0 }, { "[^^]", "x", 1, 1 },
	{ "[.]", ".", 1, 1 }, { "[.]", "x", 1, 0 }, { "[$^|]", "|", 1, 1 },
	{ "[$^|]", "x", 1, 0 }, { "[[]", "[", 1, 1 }, { "[[]", "x", 1, 0 },
	{ "[(\?:]", "(", 1, 1 }, { "[(\?:]", ":", 1, 1 },
	{ "[(\?:]", "a", 1, 0 }, { "[&&a]", "&", 1, 1 },
	{ "[&&a]", "b", 1, 0 }, { "[#!\\/]", "#", 1, 1 },
	{ "[#!\\/]", "/", 1, 1 }, { "[\\b]", "\010", 1, 1 },
	{ "[\\b]", "b", 1, 0 }, { "[\\-\\]]", "-", 1, 1 },
	{ "[\\-\\]]", "]", 1, 1 }, { "[\\-\\]]", "\\", 1, 0 },
	{ "[\\cA]", "\001", 1, 1 }, { "[\\cA]", "A", 1, 0 },
	{ "\\cj", "\012", 1, 1 }, { "\\cj", "j", 1, 0 },
	{ "\\0", "\000", 1, 1 }, { "\\0", "0", 1, 0 },
	{ "[\\0-\\x1f]", "\001", 1, 1 }, { "[\\0-\\x1f]", " ", 1, 0 },
	{ "\\x41", "A", 1, 1 }, { "\\x41", "x41", 3, 0 },
	{ "\\u0041", "A", 1, 1 }, { "\\u{1F600}", "\360\237\230\200", 4, 1 },
	{ "\\u{1F600}", "\360\237\230\201", 4, 0 },
	{ "\\uD83D\\uDE00", "\360\237\230\200", 4, 1 },
	{ "\\uD83D\\uDE00", "\360\237\230\201", 4, 0 },
	{ "[\\uD83D\\uDE00-\\u{1F602}]", "\360\237\230\201", 4, 1 },
	{ "[\\uD83D\\uDE00-\\u{1F602}]", "\360\237\230\203", 4, 0 },
	{ "\\uD83D", "\360\237\230\200", 4, 0 }, { "\\uD83D", "a", 1, 0 },
	{ "[\\uD800-\\uDFFF]", "\360\237\230\200", 4, 0 },
	{ "[\\uD800-\\uDFFF]", "a", 1, 0 },
	{ "[^\\uD800-\\uDFFF]", "\360\237\230\200", 4, 1 },
	{ "[^\\uD800-\\uDFFF]", "", 0, 0 },
	{ "[\\uD000-\\uE001]", "\355\200\200", 3, 1 },
	{ "[\\uD000-\\uE001]", "\356\200\201", 3, 1 },
	{ "[\\uD000-\\uE001]", "a", 1, 0 }, { "\\u{000041}", "A", 1, 1 },
	{ "^[a-z\303\251]+$", "\303\251a", 3, 1 },
	{ "^[a-z\303\251]+$", "\303\211", 2, 0 },
	{ "\360\237\230\200+", "\360\237\230\200\360\237\230\200", 8, 1 },
	{ "\360\237\230\200+", "x", 1, 0 },
	{ "^[\360\237\230\200-\360\237\230\202]$", "\360\237\230\201", 4, 1 },
	{ "^[\360\237\230\200-\360\237\230\202]$", "a", 1, 0 },
	{ "(a)\\1", "aa", 2, 1 }, { "(a)\\1", "ab", 2, 0 },
	{ "(a)|\\1b", "a", 1, 1 }, { "(a)|\\1b", "b", 1, 1 },
	{ "(a)|\\1b", "", 0, 0 }, { "\\1(a)", "a", 1, 1 },
	{ "\\1(a)", "", 0, 0 }, { "\\1+(a)", "a", 1, 1 },
	{ "\\1+(a)", "", 0, 0 }, { "(\?:\\1){2}(a)", "a", 1, 1 },
	{ "\\2(a)(b)\\1", "aba", 3, 1 }, { "\\2(a)(b)\\1", "ab", 2, 0 },
	{ "(a\\1)b", "ab", 2, 1 }, { "(\?<x>a|b)\\k<x>", "aa", 2, 1 },
	{ "(\?<x>a|b)\\k<x>", "ab", 2, 0 },
	{ "(\?<x>a|b)\\k<x>", "bb", 2, 1 }, { "\\k<x>(\?<x>a)", "a", 1, 1 },
	{ "(\?<\\u0061b>c)\\k<ab>", "cc", 2, 1 },
	{ "(\?<$>a)(\?<_>b)\\k<$>", "aba", 3, 1 },
	{ "(\?<\303\2511>a)", "a", 1, 1 },
	{ "(\?<\\u{1d4d0}>a)\\k<\360\235\223\220>", "aa", 2, 1 },
	{ "(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)\\10", "01234567899", 11, 1 },
	{ "(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)\\10", "01234567890", 11, 0 },
	{ "(\?=a)a\?a", "a", 1, 1 }, { "(\?:a|)b*a", "a", 1, 1 },
	{ "(\?:a|)b*a", "ba", 2, 1 }, { "a(\?=b)", "ab", 2, 1 },
	{ "a(\?=b)", "ac", 2, 0 }, { "a(\?!b)", "ac", 2, 1 },
	{ "a(\?!b)", "ab", 2, 0 }, { "(\?<=a)b", "ab", 2, 1 },
	{ "(\?<=a)b", "cb", 2, 0 }, { "(\?<!a)b", "cb", 2, 1 },
	{ "(\?<!a)b", "ab", 2, 0 }, { "(\?<=^|,)x", ",x", 2, 1 },
	{ "(\?<=^|,)x", "ax", 2, 0 }, { "(\?<=^|,)x", "x", 1, 1 },
	{ "(\?!)", "", 0, 0 }, { "(\?!)", "a", 1, 0 }, { "(\?:)", "", 0, 1 },
	{ "()", "", 0, 1 }, { "|a", "", 0, 1 }, { "a||b", "", 0, 1 },
	{ "a{2}", "aa", 2, 1 }, { "a{2}", "a", 1, 0 },
	{ "^a{1,2}$", "aa", 2, 1 }, { "^a{1,2}$", "aaa", 3, 0 },
	{ "^a{1,2}$", "", 0, 0 }, { "^a{0,}$", "", 0, 1 },
	{ "^a{0,}$", "aaa", 3, 1 }, { "^a{0}$", "", 0, 1 },
	{ "^a{0}$", "a", 1, 0 }, { "^a*\?$", "aa", 2, 1 },
	{ "^a+\?b$", "aab", 3, 1 }, { "^a\?\?$", "a", 1, 1 },
	{ "^a\?\?$", "", 0, 1 }, { "^(\?:ab){2,3}\?$", "abab", 4, 1 },
	{ "^(\?:ab){2,3}\?$", "ab", 2, 0 }, { "^a{00002}$", "aa", 2, 1 },
	{ "^a{0,70000}$", "aaa", 3, 1 }, { "^a{0,70000}$", "b", 1, 0 },
	{ "^a{70000}$", "a", 1, 0 },
	{ "^(\?:[ab]{1,99999}c)+$", "abcac", 5, 1 },
	{ "^(\?:[ab]{1,99999}c)+$", "abca", 4, 0 },
	{ "^a{99999999999999999999}$", "a", 1, 0 },
	{ "^[^x]{0,1000000000}$", "abc", 3, 1 },
	{ "^[^x]{0,1000000000}$", "axc", 3, 0 }, { "\\/", "/", 1, 1 },
	{ "/", "/", 1, 1 },
	{ "\\^\\$\\\\\\.\\*\\+\\\?\\(\\)\\[\\]\\{\\}\\|",
	    "^$\\.*+\?()[]{}|", 14, 1 },
	{ "-,:;<>=!@#%&~`'\"_ ", "-,:;<>=!@#%&~`'\"_ ", 18, 1 },
	{ "\\n\\r\\t\\v\\f", "\012\015\011\013\014", 5, 1 },
	{ "\\p{L}", "\303\251", 2, 1 }, { "\\p{L}", "1", 1, 0 },
	{ "\\p{Letter}", "\303\251", 2, 1 },
	{ "\\p{General_Category=Lu}", "\303\211", 2, 1 },
	{ "\\p{General_Category=Lu}", "\303\251", 2, 0 },
	{ "\\p{gc=Uppercase_Letter}", "\303\211", 2, 1 },
	{ "\\p{gc=Uppercase_Letter}", "\303\251", 2, 0 },
	{ "\\P{Lu}", "\303\251", 2, 1 }, { "\\P{Lu}", "\303\211", 2, 0 },
	{ "[^\\p{Lu}\\d]", "\303\251", 2, 1 }, { "[^\\p{Lu}\\d]", "4", 1, 0 },
	{ "[^\\p{Lu}\\d]", "Q", 1, 0 }, { "\\p{LC}", "a", 1, 1 },
	{ "\\p{LC}", "\312\260", 2, 0 },
	{ "\\p{Cased_Letter}", "\307\205", 2, 1 },
	{ "\\p{Script=Greek}", "\317\211", 2, 1 },
	{ "\\p{Script=Greek}", "w", 1, 0 },
	{ "\\p{sc=Grek}", "\317\211", 2, 1 },
	{ "\\p{Script_Extensions=Deva}", "\340\245\244", 3, 1 },
	{ "\\p{Script_Extensions=Deva}", "a", 1, 0 },
	{ "\\p{Script=Deva}", "\340\245\244", 3, 0 },
	{ "\\p{Script=Deva}", "\340\244\205", 3, 1 },
	{ "\\p{scx=Devanagari}", "\340\245\244", 3, 1 },
	{ "\\p{ASCII}", "a", 1, 1 }, { "\\p{ASCII}", "\303\251", 2, 0 },
	{ "\\p{Any}", "\360\237\230\200", 4, 1 },
	{ "\\p{Assigned}", "a", 1, 1 }, { "\\p{Assigned}", "\315\270", 2, 0 },
	{ "\\P{Assigned}", "a", 1, 0 }, { "\\P{Assigned}", "\315\270", 2, 1 },
	{ "\\p{Alphabetic}", "\303\251", 2, 1 },
	{ "\\p{Alphabetic}", "1", 1, 0 }, { "\\p{Alpha}", "\303\251", 2, 1 },
	{ "\\p{White_Space}", "\302\205", 2, 1 },
	{ "\\p{White_Space}", "\357\273\277", 3, 0 },
	{ "\\p{space}", " ", 1, 1 },
	{ "\\p{Emoji_Presentation}", "\360\237\230\200", 4, 1 },
	{ "\\p{Emoji_Presentation}", "a", 1, 0 },
	{ "\\p{digit}", "\331\243", 2, 1 }, { "\\p{digit}", "a", 1, 0 },
	{ "\\p{punct}", "!", 1, 1 }, { "\\p{punct}", "a", 1, 0 },
	{ "\\p{ID_Start}", "a", 1, 1 }, { "\\p{ID_Start}", "1", 1, 0 },
	{ "\\p{XIDC}", "1", 1, 1 }, { "\\p{XIDC}", "-", 1, 0 },
	{ "\\p{Hex}", "f", 1, 1 }, { "\\p{Hex}", "g", 1, 0 },
	{ "\\p{Lowercase}", "a", 1, 1 }, { "\\p{Lowercase}", "A", 1, 0 },
	{ "\\p{Ideographic}", "\344\270\255", 3, 1 },
	{ "\\p{Ideographic}", "a", 1, 0 },
	{ "[\\p{Cn}\\p{Co}]", "\356\200\200", 3, 1 },
	{ "[\\p{Cn}\\p{Co}]", "a", 1, 0 },
};

/* Patterns that it refuses. */
static const char *const refused[] = {
	"(", ")", "(a", "a)", "[", "[a", "[^", "]", "}", "{", "a{", "a{1",
	"a{1,", "a{,2}", "a{2,1}", "{1}", "*", "+", "\?", "^*", "$+", "a**",
	"a++", "a*+", "a\?+", "a{2}{3}", "a{2}*", "|*", "(*a)", "(\?",
	"(\?a)", "(\?i)", "(\?i:a)", "(\?-i)", "(\?>a)", "(\?#a)",
	"(\?P<n>a)", "(\?P=n)", "(\?&n)", "(\?R)", "(\?1)", "(\?|a)",
	"(\?'n'a)", "(\?(1)a)", "(\?<n>a)(\?<n>b)", "(\?<1>a)", "(\?<>a)",
	"(\?<n", "(\?<n a>b)", "(\?<a-b>c)", "(\?<a\\u0020>b)", "\\k",
	"\\k<n>", "\\k<n", "(\?<n>a)\\k", "(\?<n>a)\\k<m>", "\\1", "(a)\\2",
	"\\00", "\\01", "\\08", "[\\1]", "[\\00]", "[\\k]", "[\\B]",
	"(\?=a)*", "(\?!a)+", "(\?<=a)\?", "(\?<!a){2}", "\\b+", "\\B\?",
	"\\", "\\a", "\\A", "\\e", "\\g", "\\G", "\\h", "\\H", "\\i", "\\K",
	"\\l", "\\L", "\\m", "\\N", "\\o", "\\q", "\\Q", "\\R", "\\U", "\\X",
	"\\y", "\\Y", "\\z", "\\Z", "\\_", "\\-", "\\ ", "\\#", "\\!", "\\@",
	"\\:", "\\\"", "\\'", "\\,", "\\<", "\\\303\251", "\\c", "\\c1",
	"\\c\303\251", "[\\c]", "\\x", "\\x4", "\\xg0", "\\u", "\\u004",
	"\\u{", "\\u{}", "\\u{110000}", "\\u{41", "\\u{-1}", "\\uD83D\\u{",
	"\\p", "\\pL", "\\p{", "\\p{}", "\\p{l}", "\\p{letter}", "\\p{Latin}",
	"\\p{IsGreek}", "\\p{Script}", "\\p{Script=}", "\\p{Script=greek}",
	"\\p{script=Greek}", "\\p{gc=Greek}", "\\p{General_Category}",
	"\\p{^L}", "\\p{L }", "\\p{ L}", "\\p{Block=Greek}",
	"\\p{Alphabetic=Y}", "\\P{", "\\p{RGI_Emoji}", "\\p{L&}", "\\p{Xan}",
	"[\\p{l}]", "[b-a]", "[z-\\x41]", "[\\d-z]", "[a-\\d]", "[\\p{L}-z]",
	"[\\u{1F602}-\\u{1F600}]", "[a-\\", "(\?:", "(\?=", "(\?<=a", "((a)",
};

/* 1, 0, -1 when it does not compile, -2 when it needs too many steps. */
static int
match(const char *pattern, size_t plen, const char *text, size_t len)
{
	struct err err = ERR_INIT;
	struct regex *re = ecma_compile(cache, pattern, plen, &err);
	int rc;

	if (re == NULL)
		return (-1);
	rc = regex_test(re, text, len, &err);
	regex_free(re);
	return (rc < 0 ? -2 : rc);
}

static void
test_matches(void)
{
	struct err err = ERR_INIT;
	size_t i, n;
	int got;

	for (i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		n = strlen(matches[i].pattern);
		got = match(matches[i].pattern, n, matches[i].text,
		    matches[i].len);
		if (!ok(got == matches[i].want &&
		    ecma_check(matches[i].pattern, n, &err) == 0,
		    "/%s/ %s text %zu", matches[i].pattern,
		    matches[i].want ? "matches" : "does not match", i))
			printf("# got %d\n", got);
	}
}

static void
test_refused(void)
{
	struct buf out = { 0 };
	struct err err;
	size_t i, n;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		n = strlen(refused[i]);
		err = (struct err)ERR_INIT;
		ok(ecma_check(refused[i], n, &err) == -1 && err.pos <= n &&
		    err.msg[0] != '\0' &&
		    ecma_translate(refused[i], n, &out, &err) == -1,
		    "/%s/ is refused", refused[i]);
	}
	buf_free(&out);
}

static void
test_messages(void)
{
	static const struct {
		const char	*pattern;
		size_t		 pos;
		const char	*want;
	} table[] = {
		{ "ab(c", 2, "a ( without its )" },
		{ "ab)c", 2, "a ) without its (" },
		{ "a[bc", 1, "a [ without its ]" },
		{ "a\\Zb", 1, "ECMA-262 has no such escape" },
		{ "a\\-b", 1, "an escape that means nothing; write the "
		    "character without its backslash" },
		{ "ab{", 2, "a brace that begins no count; write \\{" },
		{ "ab]", 2, "a bracket or brace that closes nothing; write "
		    "a backslash before it" },
		{ "x**", 2, "there is nothing to repeat" },
		{ "x{3,2}", 1, "counts in the wrong order" },
		{ "[z-a]", 1, "a range whose ends are in the wrong order" },
		{ "[\\w-z]", 1, "a range needs a character at both ends" },
		{ "a\\p{greek}", 1, "there is no such Unicode property "
		    "(names are case-sensitive)" },
		{ "a\\2(b)", 1, "there is no group of that number" },
		{ "a\\k<b>", 1, "there is no group of that name" },
		{ "(?<a>b)(?<a>c)", 10, "two groups have the same name" },
		{ "a(?i)b", 1, "after (? comes one of : = ! <= <! <name>" },
		{ "a\\", 1, "a backslash ends it" },
	};
	struct err err;
	char want[400];
	struct buf quoted = { 0 };
	size_t i, n;
	const char *p;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		n = strlen(table[i].pattern);
		quoted.len = 0;
		for (p = table[i].pattern; *p != '\0'; p++) {
			if (*p == '\\')
				buf_putc(&quoted, '\\');
			buf_putc(&quoted, *p);
		}
		(void)snprintf(want, sizeof(want), "\"%s\" (at byte %zu) is "
		    "not a valid ECMA-262 regex: %s", buf_z(&quoted),
		    table[i].pos, table[i].want);
		err = (struct err)ERR_INIT;
		(void)ecma_check(table[i].pattern, n, &err);
		(void)is_text(err.msg, strlen(err.msg), want,
		    table[i].pattern);
		ok(err.pos == table[i].pos, "the fault in /%s/ is at byte %zu",
		    table[i].pattern, table[i].pos);
	}
	buf_free(&quoted);
	(void)ecma_check("\\Z", 2, &err);
	(void)is_text(err.hint, strlen(err.hint), "instead of \\Z write $",
	    "an escape of another dialect has a hint");
}

/* How many code points ${pattern} matches, and whether ${other} the rest. */
static int
divides(const char *pattern, const char *other, size_t want)
{
	struct err err = ERR_INIT;
	struct regex *a, *b;
	char text[4];
	uint32_t c;
	size_t len, n = 0;
	int in, right = 1;

	a = ecma_compile(cache, pattern, strlen(pattern), &err);
	b = ecma_compile(cache, other, strlen(other), &err);
	for (c = 0; a != NULL && b != NULL && c < 0x110000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		len = utf8_encode(text, c);
		in = regex_test(a, text, len, &err);
		n += in == 1;
		right &= in + regex_test(b, text, len, &err) == 1;
	}
	regex_free(a);
	regex_free(b);
	return (right && n == want);
}

static void
test_classes(void)
{
	static const struct {
		const char	*pattern, *other;
		size_t		 want;
	} table[] = {
		{ "\\s", "\\S", 25 }, { "[\\s]", "[\\S]", 25 },
		{ "[^\\S]", "[^\\s]", 25 }, { "\\w", "\\W", 63 },
		{ "[^\\W]", "[\\W]", 63 }, { "\\d", "[\\D]", 10 },
		{ "[^\\D]", "\\D", 10 }, { "[\\n\\r\\u2028\\u2029]", ".", 4 },
		{ "[]", "[^]", 0 }, { "\\b", "\\B", 63 },
		{ "\\p{ASCII}", "\\P{ASCII}", 128 },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		ok(divides(table[i].pattern, table[i].other, table[i].want),
		    "/%s/ is %zu characters, /%s/ all others",
		    table[i].pattern, table[i].want, table[i].other);
}

static void
test_limits(void)
{
	struct err err = ERR_INIT;

	ok(match("(?<=a+)b", 8, "aab", 3) == 1 &&
	    match("(?<=a+)b", 8, "cb", 2) == 0 &&
	    match("x|(?<=a|bc*)d", 13, "abccd", 5) == 1,
	    "a look-behind at the beginning may be of any length");
	ok(ecma_check("(?<!a+)b", 8, &err) == 0,
	    "another one that is of variable length is a regex");
	ok(ecma_compile(cache, "(?<!a+)b", 8, &err) == NULL &&
	    strstr(err.msg, "\"(?<!a+)b\" cannot be compiled: ") == err.msg,
	    "but cannot be compiled, and the message says so");
	ok(ecma_compile(cache, "(?:ab){70000}", 13, &err) == NULL &&
	    strstr(err.msg, "too many repetitions") != NULL,
	    "nor can a group that is repeated very often");
	ok(ecma_compile(cache, "a{30000000}", 11, &err) == NULL,
	    "nor a character repeated beyond reason");
	ok(match("a\0b", 3, "xa\0b", 4) == 1 && match("a\0b", 3, "ab", 2) == 0,
	    "a NUL in a pattern is a character");
	ok(match("", 0, NULL, 0) == 1, "nothing matches nothing");
}

/* Each of these patterns, and what it makes of a text, takes no time. */
static void
test_hostile(void)
{
	static const struct {
		const char	*unit;
		size_t		 times;
		const char	*title;
	} table[] = {
		{ "(", 300000, "unclosed groups" },
		{ "()", 300000, "many groups" },
		{ "[", 300000, "brackets" },
		{ "\\", 300001, "backslashes" },
		{ "(?<a", 100000, "unclosed names" },
		{ "\\p{", 100000, "unclosed properties" },
		{ "\\k<", 100000, "unclosed references" },
		{ "a{65536}", 30000, "large counts" },
		{ "a{0,6000000}", 30000, "larger counts" },
		{ "\\1", 100000, "references to nothing" },
		{ "[\\W\\S\\D]", 30000, "large classes" },
	};
	clock_t start;
	char *text;
	size_t i, j, n;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		n = strlen(table[i].unit);
		text = mem_alloc(n * table[i].times + 1);
		for (j = 0; j < table[i].times; j++)
			memcpy(text + j * n, table[i].unit, n);
		start = clock();
		(void)match(text, n * table[i].times, "ab", 2);
		ok(clock() - start < 3 * CLOCKS_PER_SEC,
		    "%s end within seconds", table[i].title);
		mem_free(text);
	}
	text = mem_alloc(50001);
	memset(text, 'a', 50000);
	ok(match("^(a+)+$", 7, text, 50000) != -1 &&
	    match("(a|aa)*b$", 9, text, 50000) != 1 &&
	    match("^a{0,60000}$", 12, text, 50000) == 1 &&
	    match("^a{0,49999}$", 12, text, 50000) == 0,
	    "long texts are matched, or given up");
	mem_free(text);
}

int
main(void)
{

	cache = regex_cache_new();
	test_matches();
	test_refused();
	test_messages();
	test_classes();
	test_limits();
	test_hostile();
	regex_free(NULL);
	regex_cache_free(cache);
	return (tap_done());
}
