/*
 * canon_test - the canonical form of values
 */
#include "base/buf.h"
#include "base/err.h"
#include "json/canon.h"
#include "tap.h"

/* A text and its canonical form; NULL: that of the line before. */
static const struct {
	const char	*text, *canon;
} forms[] = {
	{ "null", "null" },
	{ "true", "true" },
	{ "false", "false" },
	{ "0", "0" },
	{ "-0", NULL },
	{ "0.0e5", NULL },
	{ "-0.000E-99999999999999999999999", NULL },
	{ "1", "1" },
	{ "1.0", NULL },
	{ "10e-1", NULL },
	{ "0.001E+3", NULL },
	{ "1000000000000000000000000e-24", NULL },
	{ "-12", "-12" },
	{ "-1.2e1", NULL },
	{ "250", "25e1" },
	{ "0.25E3", NULL },
	{ "12.50", "125e-1" },
	{ "1250e-2", NULL },
	{ "100.01", "10001e-2" },
	{ "1e1000000000000", "1e1000000000000" },
	{ "10e999999999999", NULL },
	{ "1e100000000000000000000", "1e100000000000000000000" },
	{ "0.00001e100000000000000000005", NULL },
	{ "100000e0099999999999999999995", NULL },
	{ "1e-100000000000000000000", "1e-100000000000000000000" },
	{ "100000e-100000000000000000005", NULL },
	{ "0.1e-99999999999999999999", NULL },
	{ "123456789012345678901234567890.5",
	    "1234567890123456789012345678905e-1" },
	{ "\"\"", "\"\"" },
	{ "\"a/\xc3\xa9\x7f\"", "\"a/\xc3\xa9\x7f\"" },
	{ "\"\\u0061\\/\\u00e9\\u007F\"", NULL },
	{ "\"\\u0008\\u0009\\u000a\\u000c\\u000d\\u001F\\u0000\\u0022\\u005c\"",
	    "\"\\b\\t\\n\\f\\r\\u001f\\u0000\\\"\\\\\"" },
	{ "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"" },
	{ "[]", "[]" },
	{ " [ ] ", NULL },
	{ "[1, [2.0,{}], \"a\"]", "[1,[2,{}],\"a\"]" },
	{ "{\"b\":1,\"a\":{\"d\":[],\"c\":null}}",
	    "{\"a\":{\"c\":null,\"d\":[]},\"b\":1}" },
	{ "{\"a\":{\"c\":null,\"d\":[]},\"\\u0062\":1.0}", NULL },
	{ "{\"a\":1,\"b\":2,\"a\":3,\"\\u0061\":4}", "{\"a\":4,\"b\":2}" },
	{ "{\"\":1,\"a\":2,\"ab\":3,\"B\":4}",
	    "{\"\":1,\"B\":4,\"a\":2,\"ab\":3}" },
	/* By code point; UTF-16 has it the other way round. */
	{ "{\"\xf0\x9f\x98\x80\":1,\"\xef\xbf\xbd\":2}",
	    "{\"\xef\xbf\xbd\":2,\"\xf0\x9f\x98\x80\":1}" },
	{ "{\"\\n\":1,\"\\\"\":2}", "{\"\\n\":1,\"\\\"\":2}" },
};
#define NFORMS (sizeof(forms) / sizeof(forms[0]))

static struct json_value
read_text(struct json_reader *r, const char *text)
{
	struct err err = ERR_INIT;
	struct json_value v = { 0 };

	if (json_read_value(r, text, strlen(text), &v, &err) != 0)
		ok(0, "%s: %s", text, err.msg);
	return (v);
}

int
main(void)
{
	struct json_reader *r = json_reader_new(), *r2 = json_reader_new();
	struct json_value v, w;
	struct buf b = { 0 };
	const char *want = "";
	size_t i;

	for (i = 0; i < NFORMS; i++) {
		if (forms[i].canon != NULL)
			want = forms[i].canon;
		b.len = 0;
		v = read_text(r, forms[i].text);
		canon_put(&v, &b);
		is_text(b.s, b.len, want, forms[i].text);
		/* The form is JSON, and its own form. */
		v = read_text(r, want);
		b.len = 0;
		canon_put(&v, &b);
		is_text(b.s, b.len, want, "whose form is its own");
	}
	v = read_text(r, "{\"a\":[1.50,\"\\u0041\"]}");
	w = read_text(r2, "{ \"a\" : [15e-1,\"A\"] }");
	ok(canon_equal(&v, &w), "values are equal by what they stand for");
	w = read_text(r2, "{\"a\":[15e-1,\"a\"]}");
	ok(!canon_equal(&v, &w), "and differ by it");
	v = read_text(r, "1");
	w = read_text(r2, "\"1\"");
	ok(!canon_equal(&v, &w), "a number is no string");
	v = read_text(r, "0.10000000000000000000000000000000000000001");
	w = read_text(r2, "0.1");
	ok(!canon_equal(&v, &w), "no digit is too far to the right");
	buf_free(&b);
	json_reader_free(r);
	json_reader_free(r2);
	return (tap_done());
}
