/*
 * fuzz_format - any text as a value of every format, and as a regex
 *
 * The first byte picks what is looked at; the rest is the text.  Some formats
 * are parts of others; a regex that is accepted is one whether or not it is
 * translated, and matches, or not, within its bounds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ecma.h"
#include "base/err.h"
#include "base/regex.h"
#include "base/utf8.h"
#include "schema/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int good, const char *what)
{

	if (good)
		return;
	(void)fprintf(stderr, "fuzz_format: %s\n", what);
	abort();
}

static int
is(const char *name, const char *s, size_t len)
{
	int format = format_find(name, strlen(name));

	must(format >= 0, name);
	return (format_check(format, s, len));
}

/* What is one thing is also another. */
static void
check_parts(const char *s, size_t len)
{
	static const char *const pairs[][2] = {
		{ "uri", "uri-reference" }, { "uri", "iri" },
		{ "iri", "iri-reference" },
		{ "uri-reference", "iri-reference" }, { "email", "idn-email" },
		{ "uuid", "ascii" }, { "slug", "printable" },
		{ "hostname", "printable" }, { "ipv4", "uri-reference" },
		{ "date-time", "ascii" },
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (is(pairs[i][0], s, len))
			must(is(pairs[i][1], s, len), pairs[i][0]);
	if (is("ipv4", s, len))
		must(!is("hostname", s, len), "an address is no name");
	if (is("date-time", s, len))
		must(is("date", s, 10) && (s[17] == '6' ||
		    is("time", s + 11, len - 11)), "halves of a date-time");
}

static void
check_regex(const char *s, size_t len)
{
	struct err err = ERR_INIT;
	struct regex_cache *cache;
	struct regex *re;
	struct buf out = { 0 };
	int good = ecma_check(s, len, &err) == 0;

	must(good || (err.pos <= len && err.msg[0] != '\0'), "says why");
	must(good == is("regex", s, len), "a regex by its format");
	if (ecma_translate(s, len, &out, &err) == 0) {
		must(good, "translates only what is one");
		must(utf8_check(out.s, out.len) == out.len, "UTF-8");
	}
	buf_free(&out);
	if (!good)
		return;
	cache = regex_cache_new();
	if ((re = ecma_compile(cache, s, len, &err)) != NULL)
		(void)regex_test(re, s, len, &err);
	regex_free(re);
	regex_cache_free(cache);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data + 1;
	int format;

	if (size == 0 || size > 4000)
		return (0);
	size--;
	if (utf8_check(s, size) != size)
		return (0);
	if (data[0] % 2 == 0) {
		check_regex(s, size);
		return (0);
	}
	for (format = format_find("printable", 9); format >= 0; format--)
		(void)format_check(format, s, size);
	check_parts(s, size);
	return (0);
}
