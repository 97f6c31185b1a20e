/*
 * recode - mapping, case and labels of one field's values
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "row/recode.h"
#include "tap.h"

static struct arena *arena;

/* The JSON string ${from} becomes ${to}; NULL: it is refused with ${hint}. */
static void
recodes(struct recode *r, const char *from, const char *to, const char *hint)
{
	struct json_value v = { .s = from, .len = (uint32_t)strlen(from),
	    .type = JSON_STRING, .plain = strchr(from, '\\') == NULL };
	struct err err = ERR_INIT;
	const char *got;
	size_t len;
	int i;

	/* The second time it is remembered. */
	for (i = 0; i < 2; i++) {
		got = recode_value(r, &v, arena, &len, &err);
		if (to != NULL && got != NULL)
			(void)is_text(got, len, to, from);
		else
			ok(to == NULL && got == NULL, "refuses %s", from);
		if (hint != NULL)
			(void)is_text(err.hint, strlen(err.hint), hint, from);
	}
	if (to != NULL && strcmp(from, to) == 0)
		ok(got == from, "%s stays where it is", from);
}

static void
map(struct recode *r, const char *from, const char *to, int want)
{
	struct err err = ERR_INIT;

	ok(recode_map(r, from, strlen(from), to, strlen(to), &err) == want,
	    "map %s", want == 0 ? from : err.msg);
}

static void
allow(struct recode *r, const char *label)
{
	struct err err = ERR_INIT;

	if (recode_allow(r, label, strlen(label), &err) != 0)
		abort();
}

static void
test_case(void)
{
	struct recode *r = recode_new(RECODE_UPPER, 0);
	char longer[300], upper[300];

	recodes(r, "\"active\"", "\"ACTIVE\"", NULL);
	recodes(r, "\"ACTIVE\"", "\"ACTIVE\"", NULL);
	recodes(r, "\"\"", "\"\"", NULL);
	recodes(r, "\"z\xc3\xbcri\\u0063h\"", "\"Z\xc3\x9cRICH\"", NULL);
	recodes(r, "\"A\\u0042\"", "\"A\\u0042\"", NULL);
	recodes(r, "\"a\\u0000b\\n\\\"\"", "\"A\\u0000B\\n\\\"\"", NULL);
	(void)snprintf(longer, sizeof(longer), "\"%0*d%s\"", 200, 0, "abc");
	(void)snprintf(upper, sizeof(upper), "\"%0*d%s\"", 200, 0, "ABC");
	recodes(r, longer, upper, NULL);
	recode_free(r);
	r = recode_new(RECODE_LOWER, 0);
	recodes(r, "\"ACTIVE \xc3\x89\"", "\"active \xc3\xa9\"", NULL);
	recode_free(r);
	recode_free(NULL);
}

static void
test_many(void)
{
	struct recode *r = recode_new(RECODE_UPPER, 0);
	struct json_value v = { .type = JSON_STRING, .plain = 1 };
	struct err err = ERR_INIT;
	char from[20], to[20];
	const char *got;
	int i, bad = 0;
	size_t len;

	for (i = 0; i < 3000; i++) {
		v.s = from;
		v.len = (uint32_t)snprintf(from, sizeof(from), "\"v%d\"",
		    i % 1000);
		(void)snprintf(to, sizeof(to), "\"V%d\"", i % 1000);
		got = recode_value(r, &v, arena, &len, &err);
		bad += got == NULL || len != v.len ||
		    memcmp(got, to, len) != 0;
	}
	ok(bad == 0, "more values than are remembered are right as well");
	recode_free(r);
}

static void
test_map(void)
{
	struct recode *r = recode_new(RECODE_UPPER, 0);

	map(r, "n/a", "unknown", 0);
	map(r, "n/a", "unknown", 0);
	map(r, "n/a", "Other", -1);
	map(r, "", "EMPTY", 0);
	map(r, "x", "", 0);
	map(r, "\xff", "x", -1);
	map(r, "\xc3\xa9t\xc3\xa9", "quote \"", 0);
	recodes(r, "\"n/a\"", "\"unknown\"", NULL);
	recodes(r, "\"n\\/a\"", "\"unknown\"", NULL);
	recodes(r, "\"N/A\"", "\"N/A\"", NULL);
	recodes(r, "\"\"", "\"EMPTY\"", NULL);
	recodes(r, "\"x\"", "\"\"", NULL);
	recodes(r, "\"\xc3\xa9t\xc3\xa9\"", "\"quote \\\"\"", NULL);
	recode_free(r);

	r = recode_new(RECODE_UPPER, 1);
	map(r, "N/A", "unknown", 0);
	map(r, "n/a", "other", -1);
	recodes(r, "\"n/a\"", "\"unknown\"", NULL);
	recodes(r, "\"N/A\"", "\"unknown\"", NULL);
	recode_free(r);
}

static void
test_labels(void)
{
	struct recode *r = recode_new(RECODE_UPPER, 0);

	allow(r, "ACTIVE");
	allow(r, "On Hold");
	map(r, "held", "On Hold", 0);
	map(r, "bad", "Nowhere", 0);
	recodes(r, "\"active\"", "\"ACTIVE\"", NULL);
	recodes(r, "\"held\"", "\"On Hold\"", NULL);
	recodes(r, "\"activ\"", NULL, "did you mean \"ACTIVE\"?");
	recodes(r, "\"On Hold\"", NULL, "did you mean \"On Hold\"?");
	recodes(r, "\"bad\"", NULL, "legal are \"ACTIVE\", \"On Hold\"");
	recode_free(r);

	r = recode_new(RECODE_UPPER, 1);
	allow(r, "Active");
	allow(r, "\xc3\x89t\xc3\xa9");
	allow(r, "ACTIVE");
	map(r, "old", "active", 0);
	recodes(r, "\"aCTIVe\"", "\"Active\"", NULL);
	recodes(r, "\"ACTIVE\"", "\"ACTIVE\"", NULL);
	recodes(r, "\"\xc3\xa9T\xc3\x89\"", "\"\xc3\x89t\xc3\xa9\"", NULL);
	/* What a map says is taken as it stands. */
	recodes(r, "\"old\"", NULL, "did you mean \"Active\"?");
	recode_free(r);

	r = recode_new(RECODE_UPPER, 0);
	allow(r, "A1");
	allow(r, "B2");
	allow(r, "C3");
	allow(r, "D4");
	allow(r, "E5");
	allow(r, "F6");
	recodes(r, "\"nothing like it\"", NULL,
	    "legal are \"A1\", \"B2\", \"C3\", \"D4\", \"E5\", ...");
	recode_free(r);
}

int
main(void)
{

	arena = arena_new();
	test_case();
	test_many();
	test_map();
	test_labels();
	arena_free(arena);
	return (tap_done());
}
