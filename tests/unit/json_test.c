/* What every reader of json.h relies on; the hard cases have their own. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "json/json.h"

#include "tap.h"

static struct json_reader *reader;
static struct arena *arena;

static void
members_are_slices(void)
{
	const char *text = " { \"id\" : -12, \"name\":\"M\\u00fc\\n\", "
	    "\"tags\":[ 1,{\"a\":\"]\"} ] ,\"x\":1.50,\"n\":null,"
	    "\"t\":true}\r\n";
	static const struct {
		const char	*key, *value;
		enum json_type	 type;
		int		 plain;
	} want[] = {
		{ "\"id\"", "-12", JSON_NUMBER, 1 },
		{ "\"name\"", "\"M\\u00fc\\n\"", JSON_STRING, 0 },
		{ "\"tags\"", "[ 1,{\"a\":\"]\"} ]", JSON_ARRAY, 0 },
		{ "\"x\"", "1.50", JSON_NUMBER, 0 },
		{ "\"n\"", "null", JSON_NULL, 0 },
		{ "\"t\"", "true", JSON_TRUE, 0 }
	};
	struct err err = ERR_INIT;
	const struct json_field *f;
	size_t i, n = sizeof(want) / sizeof(want[0]);

	ok(json_read_object(reader, text, strlen(text), &err) == 0 &&
	    reader->nfields == n, "reads an object with white space");
	for (i = 0; i < n && i < reader->nfields; i++) {
		f = &reader->fields[i];
		is_text(f->key.s, f->key.len, want[i].key, "key as it stands");
		is_text(f->value.s, f->value.len, want[i].value,
		    "value as it stands");
		ok(f->value.type == want[i].type &&
		    f->value.plain == want[i].plain, "type of %s is %s",
		    want[i].key, json_type_name(want[i].type));
	}
}

static uint64_t
shape_of(const char *text)
{
	struct err err = ERR_INIT;

	if (json_read_object(reader, text, strlen(text), &err) != 0)
		return (0);
	return (reader->shape);
}

static void
shapes(void)
{
	uint64_t one = shape_of("{\"a\":1,\"b\":2}");

	ok(one != 0 && shape_of("{ \"a\" : null, \"b\": [] }") == one,
	    "the same keys in the same order are the same shape");
	ok(shape_of("{\"b\":1,\"a\":2}") != one,
	    "another order is another shape");
	one = shape_of("{\"a\":1,\"b\":2}");
	ok(shape_of("{\"a\":1}") != one, "fewer keys are another shape");
	one = shape_of("{\"a\":1}");
	ok(shape_of("{\"a\":1,\"bb\":2}") != one,
	    "more keys are another shape");
	one = shape_of("{\"a\":1,\"bb\":2}");
	ok(shape_of("{\"a\\\"\":1,\"b\":2}") != one,
	    "the same bytes cut into other keys are another shape");
	one = shape_of("{\"a key of some length\":1,"
	    "\"b\":\"and text behind\"}");
	ok(shape_of("{\"a key of some lengtH\":1,\"b\":\"and text behind\"}")
	    != one,
	    "long keys are compared to their end");
	one = shape_of("{\"a\":1,\"b\":2}");
	ok(shape_of("{\"a\":1,\"b\":}") == 0 && shape_of("[]") == 0 &&
	    shape_of("{\"a\":3,\"b\":4}") == one,
	    "a bad row in between does not matter");
	one = shape_of("{}");
	ok(one != 0 && shape_of(" {} ") == one, "no keys are a shape too");
}

static void
messages(void)
{
	static const struct {
		const char	*text;
		size_t		 pos;
		const char	*msg;
	} bad[] = {
		{ "", 0, "expected an object, found nothing" },
		{ "[1]", 0, "expected an object, found an array" },
		{ " null", 1, "expected an object, found null" },
		{ "true", 0, "expected an object, found a boolean" },
		{ "\"x\"", 0, "expected an object, found a string" },
		{ "{\"a\" 1}", 5, "expected a colon after the key \"a\", "
		    "found \"1\"" },
		{ "{\"a\":1} x", 8, "trailing text after the object" },
		{ "{\"a\":1", 6, "the text ends inside an object" },
		{ "{\"a\":[1", 7, "the text ends inside an array" },
		{ "{\"a\":\"\\x\"}", 6, "\\x is no JSON escape" },
		{ "{\"a\":\"\\u12\"}", 6,
		    "fewer than four hex digits after \\u" },
		{ "{\"a\":1,}", 7, "comma before the end of the object" },
		{ "{\"a\":[1,]}", 8, "comma before the end of the array" },
		{ "{\"a\":\"b", 7, "the text ends inside a string" },
		{ "{\"a\":\"\t\"}", 6, "control character (0x09) in a string; "
		    "write \\t" },
		{ "{\"a\":\"\x01\"}", 6, "control character (0x01) in a "
		    "string; write \\u0001" },
		{ "{\"a\":\"\\ud800\"}", 6, "lone surrogate escape \\ud800" },
		{ "{\"a\":\"\xc3\x28\"}", 6, "invalid UTF-8" },
		{ "{\"a\":NaN}", 5, "NaN is no JSON number" },
		{ "{\"a\":-Infinity}", 5, "-Infinity is no JSON number" },
		{ "{\"a\":None}", 5, "\"None\" is no JSON; write null" },
		{ "{\"a\":007}", 5, "number with a leading zero" },
		{ "{\"a\":+7}", 5, "number with a plus in front" },
		{ "{\"a\":.7}", 5,
		    "number without a digit before the decimal point" },
		{ "{\"a\":1.}", 7, "expected a digit after the decimal point, "
		    "found \"}\"" },
		{ "{'a':1}", 1, "expected a key in double quotes or \"}\", "
		    "found \"'\"" },
		{ "{\"id\":1,\"id\":2}", 8, "key \"id\" given twice" },
		{ "{\"id\":1,\"\\u0069d\":2}", 8,
		    "key \"\\\\u0069d\" given twice" },
		{ "\xef\xbb\xbf{}", 0, "byte order mark before the row" }
	};
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err_set(&err, "nothing was wrong");
		ok(json_read_object(reader, bad[i].text, strlen(bad[i].text),
		    &err) == -1 && err.pos == bad[i].pos &&
		    err.status == DIAG_BADINPUT,
		    "refuses bad text %zu at its byte %zu", i, bad[i].pos);
		is_text(err.msg, strlen(err.msg), bad[i].msg, "and says why");
	}
}

static void
nesting(void)
{
	struct buf b = { 0 };
	struct err err = ERR_INIT;
	struct json_value v;
	int depth, i;

	for (depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
		b.len = 0;
		for (i = 0; i < depth; i++)
			buf_putc(&b, '[');
		for (i = 0; i < depth; i++)
			buf_putc(&b, ']');
		ok((json_read_value(reader, b.s, b.len, &v, &err) == 0) ==
		    (depth == JSON_DEPTH_MAX), "%d levels of nesting", depth);
	}
	is_text(err.msg, strlen(err.msg), "nesting deeper than 1024 levels",
	    "one level too many is named");
	buf_free(&b);
}

static void
walking(void)
{
	const char *text = "{\"a\":[ ],\"b\" : [1 , \"x\\\"]\" ,{\"c\":{}}],"
	    "\"a\":\"\\ud83d\\ude00\\u0041z\", \"\\u0061\\\"\":-0.5e+7}";
	struct err err = ERR_INIT;
	struct json_value all, v, key;
	struct json_iter it;
	const char *s;
	size_t len;

	ok(json_read_value(reader, text, strlen(text), &all, &err) == 0 &&
	    all.type == JSON_OBJECT && all.len == strlen(text),
	    "reads a value with keys given twice");
	ok(json_get(&all, "a", 1, &v), "finds a member");
	s = json_string(&v, arena, &len);
	is_text(s, len, "\xf0\x9f\x98\x80" "Az",
	    "of equal keys the last, unescaped");
	ok(json_string_is(&v, "\xf0\x9f\x98\x80" "Az", 6) &&
	    !json_string_is(&v, "\xf0\x9f\x98\x80" "A", 5) &&
	    !json_string_is(&v, "\xf0\x9f\x98\x80" "Azz", 7),
	    "compares an escaped string");
	ok(json_get(&all, "a\"", 2, &v), "finds an escaped key");
	is_text(v.s, v.len, "-0.5e+7", "and its number");
	ok(!json_get(&all, "c", 1, &v), "does not find what is deeper");
	ok(json_get(&all, "b", 1, &v), "finds the array");
	json_iter_init(&it, &v);
	ok(json_next(&it, NULL, &v) && v.type == JSON_NUMBER, "first item");
	ok(json_next(&it, NULL, &v) && v.type == JSON_STRING, "second item");
	ok(json_next(&it, NULL, &v) && v.type == JSON_OBJECT, "third item");
	is_text(v.s, v.len, "{\"c\":{}}", "is an object");
	ok(!json_next(&it, &key, &v), "and no fourth");
}

static void
integers(void)
{
	static const struct {
		const char	*text;
		int		 fits;
		int64_t		 want;
	} t[] = {
		{ "0", 1, 0 }, { "-0", 1, 0 }, { "-1", 1, -1 },
		{ "9223372036854775807", 1, INT64_MAX },
		{ "-9223372036854775808", 1, INT64_MIN },
		{ "9223372036854775808", 0, 0 },
		{ "-9223372036854775809", 0, 0 },
		{ "92233720368547758070", 0, 0 },
		{ "99999999999999999999999999999999999999999", 0, 0 },
		{ "1.0", 0, 0 }, { "1e3", 0, 0 }, { "\"1\"", 0, 0 }
	};
	struct err err = ERR_INIT;
	struct json_value v;
	int64_t got;
	size_t i;
	int fits;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		got = 0;
		fits = json_read_value(reader, t[i].text, strlen(t[i].text),
		    &v, &err) == 0 && json_int(&v, &got);
		ok(fits == t[i].fits && got == t[i].want, "%s as an integer",
		    t[i].text);
	}
}

static void
writing(void)
{
	struct err err = ERR_INIT;
	struct buf b = { 0 };

	ok(json_put_string(&b, "a\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa9\0z", 16,
	    &err) == 0, "writes a string");
	is_text(b.s, b.len, "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f"
	    "\xc3\xa9\\u0000z\"", "escaped where it must be");
	ok(json_put_string(&b, "ab\xff", 3, &err) == -1 && err.pos == 2 &&
	    err.status == DIAG_BADINPUT, "refuses invalid UTF-8");
	b.len = 0;
	json_put_z(&b, "x\xff\xc3\xa9\xc3");
	is_text(b.s, b.len, "\"x\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\"",
	    "replaces invalid UTF-8 when told so");
	b.len = 0;
	json_put_int(&b, INT64_MIN);
	json_put_int(&b, 0);
	json_put_int(&b, INT64_MAX);
	is_text(b.s, b.len, "-922337203685477580809223372036854775807",
	    "writes integers");
	buf_free(&b);
}

int
main(void)
{

	diag_init("json_test");
	reader = json_reader_new();
	arena = arena_new();
	members_are_slices();
	shapes();
	messages();
	nesting();
	walking();
	integers();
	writing();
	arena_free(arena);
	json_reader_free(reader);
	return (tap_done());
}
